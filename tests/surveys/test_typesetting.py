"""Paper is accessible, shows what it is given letter by letter, and refuses what it could only show as a box."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
import segno
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import typesetting
from surveys.typesetting import NotPrintable

PAGE = (
    typesetting.base() + '#set document(title: "T", date: none)\n#text(font: "Noto Sans SC", sys.inputs.name)'
)
SIGNS = "#*_`$\\[](){}<>@~=-+/'\"%&;:.!? abcXYZ012民评委员会"


def words_of(printed: bytes) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(printed)).pages
    return "".join(page.extract_text().split())


@given(st.text(alphabet=SIGNS, min_size=1, max_size=40))
@settings(max_examples=30, deadline=None)
def test_no_sign_in_an_input_is_an_instruction(name: str) -> None:
    assert words_of(typesetting.pdf(PAGE, inputs={"name": name})) == "".join(name.split())


def test_a_file_is_tagged_for_screen_readers_and_says_its_language() -> None:
    read = pypdf.PdfReader(io.BytesIO(typesetting.pdf(PAGE, inputs={"name": "民评"})))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "zh-CN"
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()


def test_what_no_font_has_is_named_and_not_printed_as_a_box() -> None:
    with override("en"), pytest.raises(NotPrintable, match="can print “\U00012000”"):
        typesetting.pdf(PAGE, inputs={"name": "\U00012000"})


def test_a_mistake_of_ours_is_not_called_a_missing_font() -> None:
    import typst

    with pytest.raises(typst.TypstError):
        typesetting.pdf("#panic()")


def test_files_are_read_by_their_names_and_nothing_else_of_the_machine_is() -> None:
    import typst

    source = PAGE + '\n#image("code.svg", alt: "code")'
    assert typesetting.pdf(
        source, inputs={"name": "x"}, files={"code.svg": typesetting.qr("https://example.org/")}
    )
    with pytest.raises(typst.TypstError):
        typesetting.pdf('#read("/etc/hostname")')


def test_a_qr_code_is_segnos_for_that_address() -> None:
    address = "https://rate.example.org/s/city-2026/?ch=qr&point=hall-1"
    code = segno.make_qr(address, error="m")
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None)
    assert typesetting.qr(address) == drawing.getvalue()
    assert code.error in {"M", "Q", "H"}


def test_signs_without_a_font_are_known_before_printing() -> None:
    assert typesetting.without_font("Parks 园林局 – “é” 〓\n") == frozenset()
    assert typesetting.without_font("Parks \U00012000\x0b\ufffe") == {"\U00012000", "\x0b", "\ufffe"}
