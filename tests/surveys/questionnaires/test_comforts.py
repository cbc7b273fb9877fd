"""What a script adds to single types, tried in a browser: it only fills the fields that are there without it."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from surveys.questionnaires import drawing
from surveys.questionnaires.question_types import question_type
from surveys.responses.views.style import SHEETS
from tests.browser import OpenPage
from tests.surveys.questionnaires import every_type

SCRIPT = Path(settings.BASE_DIR) / "static/js/questions.js"
STYLES = [Path(settings.BASE_DIR) / f"static/css/{name}.css" for name in SHEETS]


@pytest.fixture
def shown(open_page: OpenPage) -> Any:
    """Show questions of the named types on a page of their own, with the script and the sheets."""

    def show(*names: str, width: int = 360, direction: str = "ltr", language: str = "en") -> Any:
        page = open_page(viewport={"width": width, "height": 800})
        drawn = [
            drawing.draw(
                every_type.whole_question(question_type(name)), name=f"parks.{name}", language=language
            )
            for name in names
        ]
        page.set_content(
            f'<html lang="{language}" dir="{direction}"><body><main class="frame"><form>{"".join(drawn)}</form></main>'
        )
        for style in STYLES:
            page.add_style_tag(path=str(style))
        page.add_script_tag(path=str(SCRIPT))
        return page

    return show


def test_a_slider_says_nothing_until_it_is_touched(shown: Any) -> None:
    page = shown("slider")
    field, line = page.locator('[name="parks.slider"]'), page.locator("input[type=range]")
    assert field.input_value() == ""
    assert line.get_attribute("aria-valuetext") == "–"
    line.focus()
    page.keyboard.press("ArrowRight")
    assert field.input_value() == "51"
    field.fill("")
    assert "untouched" in str(line.get_attribute("class"))
    line.focus()
    page.keyboard.press("Enter")
    assert field.input_value() == "51"
    field.fill("7")
    assert line.input_value() == "7"
    sent = page.evaluate("[...new FormData(document.forms[0]).entries()]")
    assert sent == [["parks.slider", "7"]]


def test_a_long_list_is_searched_and_chosen_from_by_keyboard(shown: Any) -> None:
    page = shown("dropdown")
    chosen = page.locator("select")
    page.locator("input[type=search]").fill("HOOD 39")
    assert chosen.evaluate("list => [...list.options].filter(one => !one.hidden).map(one => one.text)") == [
        "Please choose",
        "Neighbourhood 39",
    ]
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert chosen.input_value() == "39"
    assert page.evaluate("[...new FormData(document.forms[0]).entries()]") == [["parks.dropdown", "39"]]


def test_what_is_left_to_share_out_is_said_at_once(shown: Any) -> None:
    page = shown("constant_sum")
    rest = page.locator("[data-rest]")
    assert rest.is_hidden()
    page.locator('[name="parks.constant_sum.1"]').fill("60")
    assert rest.locator("output").inner_text() == "40"
    page.locator('[name="parks.constant_sum.2"]').fill("many")
    assert rest.is_hidden()


def test_questions_that_arrive_later_are_made_as_comfortable(shown: Any) -> None:
    page = shown("slider")
    page.evaluate("document.forms[0].innerHTML = document.forms[0].innerHTML")
    page.wait_for_function("document.querySelector('input[type=range]').hidden === false")
    page.locator("input[type=range]").focus()
    page.keyboard.press("End")
    assert page.locator('[name="parks.slider"]').input_value() == "100"


@pytest.mark.parametrize(("language", "direction"), [("zh-hans", "ltr"), ("en", "ltr"), ("ug", "rtl")])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_type_is_wider_than_its_page_and_every_target_is_large(
    shown: Any, language: str, direction: str, width: int
) -> None:
    names = [kind.name for kind in every_type.DRAWN]
    page = shown(*names, width=width, direction=direction, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('main select, main .option > span, main .input')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 43)"
        ".map(one => one.outerHTML.slice(0, 80))"
    )
    assert small == []
