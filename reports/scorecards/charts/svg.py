"""Shapes as SVG, made by the server: no script, no inline style, as wide as the page, letters in their own size.

A figure is a caption with its plain sentence, the drawing, what its numbers stand for, and its table. Where marks lead
to pages the drawing is a group whose links the keyboard reaches; everywhere else it is one image with its sentence.
"""

from html import escape
from zlib import crc32

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reports.scorecards.charts import planes, rows
from reports.scorecards.charts.elements import element, joined
from reports.scorecards.charts.planes import Keys
from reports.scorecards.shapes import Dots, Funnel, Matters, Places, Shape, Shares, Trend, table_of

GRADES = (5, 4, 3, 2, 1)


def drawn(shape: Shape, *, with_table: bool = True, with_sentence: bool = True) -> SafeString:
    """Draw a shape as a whole figure, with its table folded away beneath it.

    `with_table` is false where the page itself shows the same figures in a table, `with_sentence` where its own words
    say the sentence already: then only those hear it who do not see the picture. Raises `TypeError` for a shape that
    it does not know.
    """
    inner, height, keys = _drawing(shape)
    name = f"picture-{crc32(repr(shape).encode()):08x}"
    heads = element("title", escape(shape.caption), id=f"{name}-title")
    heads += element("desc", escape(shape.sentence), id=f"{name}-sentence")
    image = element(
        "svg",
        heads + inner,
        class_="picture-drawing",
        role="group" if _leads_somewhere(shape) else "img",
        height=height,
        aria_labelledby=f"{name}-title {name}-sentence",
    )
    caption = element("b", escape(shape.caption))
    if with_sentence:
        caption += " " + element("span", escape(shape.sentence))
    parts = [element("figcaption", caption, id=f"{name}-caption"), _legend(shape), image, _keys(keys)]
    if with_table:
        parts.append(_table(shape))
    # Words and attributes are escaped where they are written; nothing else is in it.
    return mark_safe(  # noqa: S308
        element("figure", joined(parts), class_="picture", aria_labelledby=f"{name}-caption")
    )


def _drawing(shape: Shape) -> tuple[str, int, Keys]:
    match shape:
        case Dots():
            return *rows.dots(shape), ()
        case Shares():
            return *rows.shares(shape), ()
        case Places():
            return *rows.places(shape), ()
        case Trend():
            return planes.trend(shape)
        case Funnel():
            return planes.funnel(shape)
        case Matters():
            return planes.matters(shape)
    raise TypeError(f"Nobody draws a {type(shape).__name__}.")


def _leads_somewhere(shape: Shape) -> bool:
    return isinstance(shape, Dots | Funnel) and any(one.address for one in shape.marks)


def _legend(shape: Shape) -> str:
    """Explain what the eye alone would have to guess: the five grades, and what is hollow."""
    if isinstance(shape, Shares):
        items = (
            element("li", _swatch(grade) + element("span", escape(words)))
            for grade, words in zip(GRADES, shape.legend, strict=True)
        )
        return element("ul", joined(items), class_="grade-legend")
    marks = [one for series in shape.series for one in series] if isinstance(shape, Trend) else []
    if isinstance(shape, Dots):
        marks = list(shape.marks)
    told = [] if all(one.firm for one in marks) else [_("● firm enough to judge · ○ only indicative")]
    if isinstance(shape, Trend) and shape.break_label:
        told.append(f"≠ {shape.break_label}")
    return element("p", escape(" · ".join(told)), class_="picture-legend") if told else ""


def _swatch(grade: int) -> str:
    inside = element("rect", class_=f"grade-fill-{grade}", width="100%", height="100%")
    return element("svg", inside, class_="swatch", aria_hidden="true")


def _keys(keys: Keys) -> str:
    """List what the numbers of a drawing stand for; its table says the same to those who do not see it."""
    if not keys:
        return ""
    items = (element("li", f"{element('b', str(number))} {escape(words)}") for number, words in keys)
    return element("ul", joined(items), class_="picture-keys", aria_hidden="true")


def _table(shape: Shape) -> str:
    heads, lines = table_of(shape)
    head = element("tr", joined(element("th", escape(one), scope="col") for one in heads))
    body = (
        element(
            "tr",
            element("th", escape(cells[0]), scope="row")
            + joined(element("td", escape(one) or "–") for one in cells[1:]),
        )
        for cells in lines
    )
    table = element(
        "table", element("thead", head) + element("tbody", joined(body)), class_="table picture-cells"
    )
    wrap = element("div", table, class_="table-wrap", role="region", tabindex="0", aria_label=shape.caption)
    return element(
        "details", element("summary", escape(_("The same as a table"))) + wrap, class_="picture-table"
    )
