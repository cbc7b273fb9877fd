"""Pictures as the server draws them: sentence, table, escaped words, nothing inline, nothing outside of the picture."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from reports.scorecards import charts
from reports.scorecards.shapes import Dots, Mark, Shape
from tests.reports.scorecards.shown_shapes import LONG, shapes

EVERY = pytest.mark.parametrize("shape", shapes(), ids=lambda shape: type(shape).__name__)


def figure(shape: Shape) -> ElementTree.Element:
    """Draw a shape and read it as strictly as XML."""
    with translation.override("en"):
        return ElementTree.fromstring(charts.svg.drawn(shape))  # noqa: S314  what we wrote ourselves


def words(found: ElementTree.Element) -> str:
    return " ".join(" ".join(found.itertext()).split())


@EVERY
def test_every_picture_says_its_sentence_and_has_its_table(shape: Shape) -> None:
    drawn = figure(shape)
    assert drawn.get("role") is None  # a figure is one by itself; axe refuses any other
    image = drawn.find("svg[@class='picture-drawing']")
    assert image is not None
    said = {one.get("id"): one.text for one in image if one.tag in ("title", "desc")}
    assert [said[name] for name in (image.get("aria-labelledby") or "").split()] == [
        shape.caption,
        shape.sentence,
    ]
    assert shape.sentence in words(drawn.find("figcaption"))  # type: ignore[arg-type]
    cells = [[cell.text for cell in row] for row in drawn.iter("tr")]
    assert cells == [list(shape.heads), *(list(row) for row in shape.rows)]


@EVERY
def test_nothing_in_a_picture_is_inline_style_or_script(shape: Shape) -> None:
    drawn = figure(shape)
    for one in drawn.iter():
        assert one.tag not in ("style", "script", "image", "foreignObject")
        assert not [name for name in one.attrib if name == "style" or name.startswith("on")]
        assert one.get("fill") is one.get("stroke") is None, (
            "colours come by classes, so that dark and paper work"
        )


@EVERY
def test_nothing_lies_outside_of_the_picture(shape: Shape) -> None:
    image = figure(shape).find("svg[@class='picture-drawing']")
    assert image is not None
    height = float(image.get("height") or 0)
    for one in image.iter():
        if one.get("class", "").startswith("picture-limit"):
            continue  # lines of a funnel are cut where the plane ends
        for name in ("x", "x1", "x2", "cx", "width"):
            value = one.get(name, "0")
            assert 0 <= float(value.rstrip("%")) <= 100, (one.tag, name, value)
        for name in ("y1", "y2", "cy"):
            assert 0 <= float(one.get(name, "0")) <= height, (one.tag, name)


@EVERY
def test_markup_in_names_stays_words(shape: Shape) -> None:
    text = charts.svg.drawn(shape)
    assert "<i>" not in text
    assert "Scores <b>" not in text


def test_what_is_only_indicative_is_hollow_and_said_to_be() -> None:
    drawn = figure(shapes()[0])
    kinds = [one.get("class") for one in drawn.iter("circle")]
    assert kinds == ["picture-point", "picture-hollow", "picture-point"]
    assert "only indicative" in words(drawn)
    firm = Dots(caption="c", sentence="s", heads=(), rows=(), marks=(Mark("a", "1"),), axis="x")
    assert "only indicative" not in words(figure(firm))


def test_marks_that_lead_somewhere_are_links_in_a_group_and_others_make_one_image() -> None:
    linked, plain = figure(shapes()[0]), figure(shapes()[3])
    roles = [one.find("svg[@class='picture-drawing']").get("role") for one in (linked, plain)]  # type: ignore[union-attr]
    assert roles == ["group", "img"], "an image hides the links within it"
    assert [one.get("href") for one in linked.iter("a")] == [
        "/results/a/b/",
        "/results/a/c/",
        "/results/a/d/",
    ]
    assert LONG in words(linked), "the whole name is told even where it is shortened"


def test_an_interval_is_drawn_as_one_and_the_axis_begins_at_nought() -> None:
    text = charts.svg.drawn(shapes()[0])
    assert re.search(r'class="picture-range"[^>]*x1="63.8%" x2="75.2%"', text)
    assert ">0</text>" in text
    assert ">100</text>" in text


def test_a_table_beside_is_not_said_twice() -> None:
    assert "<table" not in charts.svg.drawn(shapes()[0], with_table=False)


def test_an_unknown_shape_is_refused_by_name() -> None:
    odd = Shape(caption="c", sentence="s", heads=(), rows=())
    with pytest.raises(TypeError, match="Nobody draws a Shape"):
        charts.svg.drawn(odd)
    with pytest.raises(TypeError, match="Nobody draws a Shape"):
        charts.plotly.figure(odd)
