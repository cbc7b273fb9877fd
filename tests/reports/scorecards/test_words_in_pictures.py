"""Words of pictures in a real browser: none covers another and none is cut, on a phone as on a desk."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from reports.scorecards import charts
from reports.scorecards.shapes import Shape
from tests.browser import OpenPage
from tests.reports.scorecards.hard_shapes import hard_shapes
from tests.reports.scorecards.shown_shapes import shapes

EVERY = pytest.mark.parametrize(
    "shape", [*shapes(), *hard_shapes()], ids=lambda one: f"{type(one).__name__}-{one.caption[:4]}"
)
COLLIDING = """() => {
  const drawing = document.querySelector(".picture-drawing"), frame = drawing.getBoundingClientRect();
  const texts = [...drawing.querySelectorAll("text")]
    .map(one => ({ words: one.textContent, box: one.getBoundingClientRect() }));
  const cut = texts.filter(({ box }) => box.left < frame.left - 8 || box.right > frame.right + 8
    || box.top < frame.top - 4 || box.bottom > frame.bottom + 4);
  const across = (one, other) => one.left < other.right - .5 && other.left < one.right - .5;
  const down = (one, other) => one.top < other.bottom - 4 && other.top < one.bottom - 4;
  const over = texts.filter(({ box }, at) => texts.slice(at + 1)
    .some(other => across(box, other.box) && down(box, other.box)));
  return [...cut.map(one => `cut: ${one.words}`), ...over.map(one => `covered: ${one.words}`)]; }"""


@EVERY
def test_no_word_of_a_picture_covers_another_or_is_cut(shape: Shape, open_page: OpenPage) -> None:
    css = "".join(
        (Path(settings.BASE_DIR) / f"static/css/{name}.css").read_text() for name in ("tokens", "figures")
    )
    with translation.override("en"):
        drawn = charts.svg.drawn(shape)
    page = open_page(java_script_enabled=True)
    found = []
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        # A card on a phone leaves 28 pixels on each side.
        page.set_content(
            f"<!doctype html><style>{css} body {{ font-family: var(--font); margin: 0 28px; }}</style>{drawn}"
        )
        found += [f"{width}: {one}" for one in page.evaluate(COLLIDING)]
    assert found == []


@pytest.mark.parametrize("shape", hard_shapes(), ids=lambda one: type(one).__name__)
def test_no_name_is_shortened(shape: Shape) -> None:
    assert "…" not in charts.svg.drawn(shape)
