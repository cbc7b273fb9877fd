"""What the style promises every reader: size of targets, words beside grades, colours, scripts, paper, no motion."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.db import connections

from surveys.people.models import Department, User
from surveys.responses import access
from surveys.responses.views.style import SHEETS
from tests.browser import OpenPage
from tests.house.open_survey import open_survey
from tests.house.ten_questions import ten_questions
from tests.surveys.questionnaires import every_type

STYLES = [Path(settings.BASE_DIR) / f"static/css/{name}.css" for name in (*SHEETS, "public", "figures")]
# Directions of the screen. A float is one of the line, so it turns with the script; emphasis marks stand at a side.
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|"
    r"(?<![\w-])(?:left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:|"
    r"text-align:\s*(?:left|right)"
)
MEDIA = re.compile(r"@media[^{]+")
LEAST_TARGET = 44

Draw = Callable[..., Any]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    access.forget()
    yield
    access.forget()
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


@pytest.mark.parametrize("sheet", STYLES, ids=lambda path: path.name)
def test_sheets_name_no_direction_of_the_screen(sheet: Path) -> None:
    rules = MEDIA.sub("", re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL))
    assert PHYSICAL.findall(rules) == []


def test_no_sheet_of_residents_is_longer_than_four_hundred_lines() -> None:
    for sheet in STYLES:
        assert len(sheet.read_text().splitlines()) < 400, sheet.name


@pytest.fixture
def drawn(open_page: OpenPage) -> Draw:
    """Draw a little page in a language, with the sheets of residents."""

    def draw(language: str, body: str = "<p>…</p>", *, attributes: str = "", **context: Any) -> Any:
        page = open_page(**context)
        page.set_content(f'<html lang="{language}" {attributes}><body><main><div class="frame">{body}')
        for name in SHEETS:
            page.add_style_tag(path=str(STYLES[SHEETS.index(name)]))
        return page

    return draw


def computed(page: Any, selector: str, name: str) -> Any:
    return page.eval_on_selector(selector, "(one, name) => getComputedStyle(one)[name]", name)


@pytest.mark.parametrize(("language", "least"), [("bo", 1.8), ("ug", 1.8), ("zh-hans", 1.7), ("en", 1.5)])
def test_lines_have_the_air_that_their_script_needs(drawn: Draw, language: str, least: float) -> None:
    page = drawn(language)
    height, size = (float(computed(page, "p", name)[:-2]) for name in ("lineHeight", "fontSize"))
    assert height / size >= least


def test_mongolian_runs_downwards_with_its_lines_from_the_left(drawn: Draw) -> None:
    page = drawn("mn-mong", '<fieldset class="question"><legend>ᠮᠣᠩᠭᠣᠯ</legend></fieldset>')
    assert computed(page, ".question", "writingMode") == "vertical-lr"
    assert computed(drawn("mn"), "p", "writingMode") == "horizontal-tb", "in Cyrillic it does not"


def test_chinese_is_never_slanted(drawn: Draw) -> None:
    page = drawn("zh-hans", "<em>重</em><i>点</i><cite>书</cite>")
    assert {computed(page, tag, "fontStyle") for tag in ("em", "i", "cite")} == {"normal"}


OPTION = """<div class="grades"><label class="option"><input type="radio" name="a" checked><span>满意</span></label>
<label class="option"><input type="radio" name="a"><span>不满意</span></label></div><p class="soft">…</p>"""
# Relative luminance and contrast of WCAG 2.2, of two colours as the browser computes them.
CONTRAST = """([front, back]) => {
  const light = words => words.match(/[0-9.]+/g).slice(0, 3).map(Number).map(part => {
    const share = part / 255;
    return share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4;
  }).reduce((sum, part, at) => sum + part * [.2126, .7152, .0722][at], 0);
  const [one, other] = [light(front), light(back)];
  return (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
}"""


def contrast(page: Any, selector: str) -> float:
    colours = [computed(page, selector, "color"), computed(page, "body", "backgroundColor")]
    return float(page.evaluate(CONTRAST, colours))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_clear_and_clearer_for_those_who_ask(drawn: Draw, scheme: Any) -> None:
    usual = drawn("zh-hans", OPTION, color_scheme=scheme)
    assert contrast(usual, ".soft") >= 4.5
    wanted = drawn("zh-hans", OPTION, color_scheme=scheme)
    wanted.emulate_media(color_scheme=scheme, contrast="more")
    assert contrast(wanted, ".soft") > contrast(usual, ".soft")
    large = drawn("zh-hans", OPTION, attributes='data-view="large"', color_scheme=scheme)
    assert contrast(large, ".soft") == pytest.approx(21), "black on white, or white on black"
    assert float(computed(large, "p", "fontSize")[:-2]) >= 1.5 * float(computed(usual, "p", "fontSize")[:-2])


def test_what_is_chosen_is_seen_in_the_readers_own_colours(drawn: Draw) -> None:
    page = drawn("zh-hans", OPTION, forced_colors="active")
    assert computed(page, "input:checked + span", "outlineStyle") == "solid"
    assert computed(page, "input:not(:checked) + span", "outlineStyle") == "none"


def test_nothing_moves_for_those_who_ask(drawn: Draw) -> None:
    page = drawn("zh-hans", OPTION, reduced_motion="reduce")
    assert float(computed(page, ".option", "transitionDuration")[:-1]) < 0.001


SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary, .option")]
  .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".visually-hidden, .skip"))
  .map(one => one.closest(".option") || one)
  .filter(one => !(one.tagName === "A" && one.closest("p, li, dd") && !one.matches(".button")))
  .filter(one => { const box = one.getBoundingClientRect(); return Math.min(box.width, box.height) < 43.99; })
  .map(one => one.outerHTML.slice(0, 120) + " " + one.getBoundingClientRect().width)"""
HIDDEN_WORDS = """() => [...document.querySelectorAll(".grades .option")].filter(one => {
  const words = one.querySelector("span"), box = words.getBoundingClientRect();
  return !words.textContent.trim() || box.width < 20 || box.height < 20 || words.scrollWidth > words.clientWidth + 1;
}).map(one => one.outerHTML)"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_targets_are_large_and_words_stand_beside_every_grade(
    open_page: OpenPage, live_server: Any, departments: dict[str, Department], ada: User, width: int
) -> None:
    address = open_survey(every_type.document(), departments=departments, by=ada)
    door = address.partition("?")[0]
    page = open_page(locale="zh-CN", viewport={"width": width, "height": 800})
    for language in ("zh-hans", "en", "ug"):
        for path in (
            f"{address}&",
            f"{door}?choose=1&",
            f"{address}&view=large&",
            "/?",
            "/check/?",
            "/s/nowhere/?",
        ):
            page.goto(f"{live_server.url}{path}lang={language}")
            assert page.evaluate(SMALL_TARGETS) == [], path
            assert page.evaluate(HIDDEN_WORDS) == [], path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_blank_sheet_and_the_receipt_print_well(
    open_page: OpenPage, live_server: Any, departments: dict[str, Department], ada: User, scheme: Any
) -> None:
    address = open_survey(ten_questions(pages=1), departments=departments, by=ada)
    page = open_page(locale="zh-CN", color_scheme=scheme)
    page.goto(f"{live_server.url}{address}&lang=en")
    sheet = pypdf.PdfReader(BytesIO(page.pdf(format="A4")))
    words = " ".join(one.extract_text() for one in sheet.pages)
    assert len(sheet.pages) <= 4
    assert words.count("Very") >= 12
    assert "Send my answers" not in words
    assert "Large type" not in words
    page.check("[name='parks.overall'][value='1']")
    page.click("#answers .actions button:first-child")
    page.wait_for_selector(".receipt-code")
    groups = page.eval_on_selector_all(".receipt-code span", "all => all.map(one => one.textContent)")
    page.emulate_media(media="print", color_scheme=scheme)
    assert computed(page, "body", "backgroundColor") == "rgb(255, 255, 255)", "paper is white"
    receipt = pypdf.PdfReader(BytesIO(page.pdf(format="A4")))
    assert len(receipt.pages) == 1
    assert all(group in receipt.pages[0].extract_text() for group in groups)
