"""The PDF speaks to a screen reader as to the eye: tags, language, title, order, words for every picture."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pikepdf
import pypdf
import pytest

from reports.exports.printed import setting
from reports.narratives.blocks import Picture
from reports.scorecards.shapes import Shape
from tests.reports.exports.made_report import HOSTILE, a_report

HASH = "0123456789abcdef" * 4


def printed(language: str = "en", *, departments: int = 20) -> bytes:
    return setting.pdf(a_report(language, departments=departments), about="spring", content_hash=HASH)


def tags(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the structure elements in reading order."""

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, pikepdf.Array):
            for one in node:
                yield from walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node["/K"])

    yield from walk(pdf.Root.StructTreeRoot["/K"])


def words_of(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-CN"), ("en", "en")])
def test_a_report_is_tagged_and_says_its_language_and_title(language: str, tag: str) -> None:
    with pikepdf.open(io.BytesIO(printed(language))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == tag
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
            assert meta["dc:title"] == a_report(language).title


def test_it_is_read_in_the_order_of_the_report() -> None:
    report = a_report()
    with pikepdf.open(io.BytesIO(printed())) as pdf:
        kinds = [str(one.S) for one in tags(pdf)]
        headings = [str(one.get("/T", "")) for one in tags(pdf) if str(one.S) == "/H1"]
        tables = [one for one in tags(pdf) if str(one.S) == "/Table"]
    assert headings == [chapter.title for chapter in report.chapters]
    assert kinds[0] == "/Document"
    assert kinds.index("/Title") < kinds.index("/H1") < kinds.index("/L") < kinds.index("/Figure")
    assert kinds.count("/LI") == 2
    pictures = [one for chapter in report.chapters for one in chapter.blocks if isinstance(one, Picture)]
    assert len(tables) == len(pictures) + 1  # every picture has its table
    told = bare(words_of(printed()))
    at = [told.index(bare(chapter.title)) for chapter in report.chapters]
    assert at == sorted(at)


def test_every_picture_has_its_sentence_for_whoever_does_not_see_it() -> None:
    report = a_report()
    sentences = [one.shape.sentence for one in report.chapters[1].blocks if isinstance(one, Picture)]
    with pikepdf.open(io.BytesIO(printed())) as pdf:
        figures = [one for one in tags(pdf) if str(one.S) == "/Figure"]
        assert [str(one.get("/Alt", "")) for one in figures] == sentences
    assert {type(one.shape) for one in report.chapters[1].blocks if isinstance(one, Picture)} == set(
        Shape.__subclasses__()
    )


def test_every_heading_of_a_column_is_one() -> None:
    with pikepdf.open(io.BytesIO(printed())) as pdf:
        for table in (one for one in tags(pdf) if str(one.S) == "/Table"):
            kinds = {str(one.S) for one in table.K}
            assert {"/THead", "/TBody"} <= kinds | {"/Caption"}


def test_no_sign_of_a_report_is_an_instruction() -> None:
    assert bare(HOSTILE) in bare(words_of(printed()))


def test_the_fingerprint_of_the_content_stands_on_every_page() -> None:
    for page in pypdf.PdfReader(io.BytesIO(printed())).pages:
        assert HASH in page.extract_text()


def test_the_same_report_gives_the_same_bytes() -> None:
    assert printed() == printed()
    assert b"CreationDate" not in printed()


@pytest.mark.parametrize("departments", [1, 2, 60])
def test_a_wave_of_any_size_is_set(departments: int) -> None:
    assert printed(departments=departments).startswith(b"%PDF-1.7")


def test_a_report_without_chapters_is_a_title() -> None:
    body = setting.pdf(replace(a_report(), chapters=()), about="spring", content_hash=HASH)
    assert len(pypdf.PdfReader(io.BytesIO(body)).pages) == 1


def test_a_sign_without_a_font_costs_one_sign_and_no_report() -> None:
    """Tibetan, a rare ideograph or a sign from another program in one name: the others' figures are printed."""
    report = a_report()
    strange = "Bureau \U00012000\U0002a6a5\x0b\ufffe of Works"
    first, second, *rest = report.chapters
    blocks = tuple(
        replace(one, shape=replace(one.shape, sentence=f"{strange} says this."))
        if isinstance(one, Picture)
        else one
        for one in second.blocks
    )
    named = replace(
        report, title=strange, chapters=(first, replace(second, title=strange, blocks=blocks), *rest)
    )
    body = setting.pdf(named, about="spring", content_hash=HASH)
    told = bare(words_of(body))
    assert "〓" in told
    assert "\U00012000" not in told
    assert bare(report.chapters[-1].title) in told
    with pikepdf.open(io.BytesIO(body)) as pdf:
        said = [str(one.Alt) for one in tags(pdf) if "/Alt" in one]
    assert said
    assert all("\U00012000" in words and "\x0b" not in words for words in said)
