"""Typesetting: PDF files made by typst from a source of ours and words of anybody's.

Common ground: posters, paper forms and reports are printed with this. What people wrote never becomes part of the
source: it is handed over as inputs (`sys.inputs`, JSON in a string), so that no sign in a name is an instruction. The
files are tagged for screen readers (PDF/UA-1), which is why what a font cannot show is refused instead of printed as
an empty box. Typst is loaded with the first page, not before: the web process stays small until somebody prints.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

BASE = """
#set text(font: "Noto Sans SC", size: 11pt, lang: "LANGUAGE", region: REGION, fallback: true)
#show strong: it => context text(stroke: 0.014em + text.fill, it.body)
#show heading: it => context text(stroke: 0.014em + text.fill, block(it.body))
"""


class NotPrintable(ValueError):
    """Words that no font of this machine can show; the message says which."""


def base(language: str = "zh-hans") -> str:
    """Return how every source begins: in the font that comes along, the document in `language`.

    The font has the regular weight alone, so `strong` thickens its lines. What it cannot show is looked for among the
    fonts of the machine. The first language that is set is the document's own, whatever is set later.
    """
    spoken = language.partition("-")[0]
    region = '"cn"' if spoken == "zh" else "none"
    return BASE.replace("LANGUAGE", spoken).replace("REGION", region)


def pdf(
    source: str, *, inputs: Mapping[str, str] | None = None, files: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF that the typst `source` makes, tagged as PDF/UA-1; raises `NotPrintable`.

    The source reads `inputs` as `sys.inputs` and `files` by their names, such as `image("code.svg", alt: …)`. It must
    name itself (`set document(title: …)`) and give each image words, or it is no accessible document and typst says so.
    """
    import typst

    compiler: Any = typst.Compiler  # its stub knows one file only
    whole = {**(files or {}), "main.typ": source.encode()}
    try:
        made = compiler(whole, font_paths=_fonts(), ignore_system_fonts=True).compile(
            format="pdf", sys_inputs=dict(inputs or {}), pdf_standards=["ua-1"]
        )
    except typst.TypstError as refused:
        before, shown, _rest = refused.message.partition("could not be displayed")
        if shown:
            words = before.partition("`")[2].rpartition("`")[0].strip('"')
            raise NotPrintable(
                _(
                    "No font of this machine can print “%(words)s”. Install one that has it, or write it otherwise."
                )
                % {"words": words}
            ) from refused
        raise
    except BaseException as broken:
        # A panic of the library below is no Exception, and would end far more than this page.
        if type(broken).__name__ == "PanicException":
            raise RuntimeError("The typesetter broke down.") from broken
        raise
    return bytes(made)


def without_font(words: str) -> frozenset[str]:
    """Return the signs of `words` that no font of this machine can show."""
    return frozenset(sign for sign in set(words) - {"\n"} if not _is_shown(sign))


@lru_cache(maxsize=4096)
def _is_shown(sign: str) -> bool:
    """Print a sign alone to see whether it can be; the ordinary ones of both languages are known to be there."""
    if unicodedata.category(sign) in {"Cc", "Cn", "Co", "Cs"}:
        return False
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        page = base() + '#set document(title: "T", date: none)\n#sys.inputs.sign'
        try:
            pdf(page, inputs={"sign": sign})
        except NotPrintable:
            return False
    return True


def qr(address: str) -> bytes:
    """Return the QR code of an address as an SVG drawing with its quiet zone, error correction M (15 %) or better."""
    import segno

    drawing = io.BytesIO()
    segno.make_qr(address, error="m").save(
        drawing, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue()


@cache
def _fonts() -> Any:
    """Return the fonts: ours first, then those of the machine."""
    import pylopdf_fonts_zh_cn
    import typst

    ours = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[ours])
