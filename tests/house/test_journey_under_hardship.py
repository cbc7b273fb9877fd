"""The journey of a resident where it is hard, in a real browser: open, answer ten questions, receipt, check.

On a screen of 320 pixels, by keyboard alone, at 400 % zoom, on a line of 50 kbit/s with half a second of delay, in
Chinese, English and Uyghur, which runs from the right; on every page axe finds no barrier and nothing is wider than
the screen. Without a line for its middle half it is walked in `tests/surveys/responses/test_offline_in_a_browser.py`.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from surveys.people.models import Department, User
from surveys.responses import access
from surveys.responses.models import InboxEntry
from tests.browser import OpenPage
from tests.house.axe import violations
from tests.house.counted_line import counted_line
from tests.house.open_survey import open_survey
from tests.house.ten_questions import ten_questions

pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES = ("zh-hans", "en", "ug")
SMALL = {"width": 320, "height": 640}
# A window of 1280 by 1024 pixels at 400 %, as the page sees it.
ZOOMED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
BYTES_PER_SECOND, DELAY_MS = 50_000 / 8, 500
MOST_SECONDS = 8
GRADES = ("overall", "clean", "safe", "near", "staff", "answer")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    access.forget()
    yield
    access.forget()
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


@pytest.fixture
def survey(departments: dict[str, Department], ada: User) -> str:
    """The address of ten questions on three pages about Parks."""
    return open_survey(ten_questions(pages=3), departments=departments, by=ada)


class Hands:
    """Somebody at a page, by mouse or finger."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def choose(self, name: str, value: str) -> None:
        self.page.check(f"[name='{name}'][value='{value}']")

    def write(self, name: str, words: str) -> None:
        self.page.fill(f"[name='{name}']", words)

    def press(self, selector: str, then: str) -> None:
        """Press a button and wait for what comes."""
        self.page.click(selector)
        self.page.wait_for_selector(then)


class Keys(Hands):
    """Somebody who has nothing but a keyboard."""

    def choose(self, name: str, value: str) -> None:
        field = f"[name='{name}'][value='{value}']"
        self.reach(f"[name='{name}']")
        if self.page.get_attribute(field, "type") == "radio":
            for _step in range(9):
                if self.page.evaluate("f => document.activeElement.matches(f)", field):
                    break
                self.page.keyboard.press("ArrowDown")
            else:
                pytest.fail(f"{field} is not reached by arrows")
        elif not self.page.evaluate("f => document.activeElement.matches(f)", field):
            self.reach(field)
        self.page.keyboard.press("Space")
        assert self.page.is_checked(field)

    def write(self, name: str, words: str) -> None:
        self.reach(f"[name='{name}']")
        self.page.keyboard.type(words)

    def press(self, selector: str, then: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(then)

    def reach(self, selector: str) -> None:
        for _step in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("f => document.activeElement.matches(f)", selector):
                seen = "() => { const box = document.activeElement.getBoundingClientRect();"
                seen += " return box.bottom > 0 && box.top < innerHeight; }"
                assert self.page.evaluate(seen), f"{selector} has the focus and is not seen"
                return
        pytest.fail(f"{selector} is not reached by Tab")


def fits(page: Any) -> None:
    """Nothing is wider than the screen."""
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"


def is_sound(page: Any) -> None:
    """Nothing is wider than the screen, and nothing stands in anybody's way."""
    fits(page)
    assert violations(page) == []


def journey(
    page: Any, server: str, address: str, hands: Hands, look: Callable[[Any], None] = is_sound
) -> None:
    """Open the survey, answer all ten questions, take the receipt and check it."""
    page.goto(f"{server}{address}")
    for number, codes in enumerate((GRADES[:3], GRADES[3:]), start=1):
        look(page)
        for place, code in enumerate(codes):
            hands.choose(f"parks.{code}", str(1 + (number + place) % 5))
        hands.press("#answers button[value=next]", f"progress[value='{number + 1}']")
    look(page)
    hands.choose("parks.visits", "3")
    hands.choose("parks.liked", "2")
    hands.write("parks.minutes", "12")
    hands.write("parks.why", "more trees, please")
    hands.press("#answers button[value=send]", ".receipt-code")
    look(page)
    groups = page.eval_on_selector_all(".receipt-code span", "all => all.map(one => one.textContent)")
    entry = InboxEntry.objects.get(department__code="parks")
    assert list(entry.codes[:6]) == [2, 3, 4, 3, 4, 5]
    assert entry.extras
    assert entry.extras["why"] == "more trees, please"
    assert str(entry.extras["minutes"]) == "12"
    page.goto(f"{server}/check/")
    look(page)
    hands.write("code", "-".join(groups))
    hands.press(".code-form button", ".notice-good")
    look(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_small_screen(open_page: OpenPage, live_server: Any, survey: str, language: str) -> None:
    page = open_page(locale="zh-CN", viewport=SMALL)
    journey(page, live_server.url, f"{survey}&lang={language}", Hands(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_keyboard_alone(open_page: OpenPage, live_server: Any, survey: str, language: str) -> None:
    page = open_page(locale="zh-CN", viewport=SMALL)
    journey(page, live_server.url, f"{survey}&lang={language}", Keys(page), fits)


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_four_hundred_per_cent(open_page: OpenPage, live_server: Any, survey: str, language: str) -> None:
    page = open_page(locale="zh-CN", **ZOOMED)
    journey(page, live_server.url, f"{survey}&lang={language}", Hands(page))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_on_a_line_of_fifty_kilobits(
    open_page: OpenPage, live_server: Any, survey: str, *, scripts: bool
) -> None:
    with counted_line(live_server.url) as line:
        page = open_page(locale="zh-CN", viewport=SMALL, java_script_enabled=scripts)
        page.set_default_timeout(60_000)
        throttle: dict[str, Any] = {"offline": False, "latency": DELAY_MS}
        throttle |= {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
        browser = page.context.new_cdp_session(page)
        browser.send("Network.enable")
        browser.send("Network.emulateNetworkConditions", throttle)
        began = time.monotonic()
        page.goto(f"{line.address}{survey}", wait_until="commit")
        # Usable: drawn with its style, and the first grade can be chosen.
        page.wait_for_selector("#answers .actions button", state="visible")
        page.check("[name='parks.overall'][value='4']")
        usable = time.monotonic() - began
        first = line.weight
        for number in (2, 3):
            page.click("#answers button[value=next]")
            page.wait_for_selector(f"progress[value='{number}']", state="attached")
        page.click("#answers button[value=send]")
        page.wait_for_selector(".receipt-code")
        whole = time.monotonic() - began
    print(
        f"\n50 kbit/s, 500 ms, {'with' if scripts else 'without'} scripts: usable after {usable:.1f} s "
        f"({first} bytes), receipt after {whole:.1f} s ({len(line.passed)} requests, {line.weight} bytes)"
    )
    assert usable <= MOST_SECONDS
    assert InboxEntry.objects.filter(department__code="parks").count() == 1


@pytest.mark.parametrize(
    ("language", "width"), [("zh-hans", 320), ("en", 1280), ("ug", 360)], ids=["zh", "en", "ug"]
)
def test_in_large_type_one_question_at_a_time(
    open_page: OpenPage, live_server: Any, survey: str, language: str, width: int
) -> None:
    page = open_page(locale="zh-CN", viewport={"width": width, "height": 740})
    page.goto(f"{live_server.url}{survey}&lang={language}")
    usual = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.option span')).fontSize)")
    page.check("[name='parks.overall'][value='2']")
    page.click("button[name=to][value=large]")
    page.wait_for_selector("[data-view=large]")
    assert page.is_checked("[name='parks.overall'][value='2']")
    large = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.option span')).fontSize)")
    assert large >= 1.5 * usual
    for number in range(1, 11):
        page.wait_for_selector(f"progress[value='{number}'][max='10']", state="attached")
        assert page.locator(".question").count() == 1
        assert page.locator(".progress b").inner_text() == f"{number} / 10"
        is_sound(page)
        page.click("#answers .actions button:first-child")
    page.wait_for_selector("[data-view=large] .receipt-code")
    is_sound(page)
    assert InboxEntry.objects.get(department__code="parks").codes[0] == 2


VOICES = """() => {
  window.spoken = [];
  const speech = {
    getVoices: () => [{ lang: "zh-CN" }], cancel() { window.spoken.push("(stop)"); },
    speak(said) { window.spoken.push(said.text); this.last = said; },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
}"""


def test_a_question_is_read_aloud_where_there_is_a_voice_for_its_language(
    open_page: OpenPage, live_server: Any, survey: str
) -> None:
    page = open_page(locale="zh-CN", viewport=SMALL)
    page.add_init_script(f"({VOICES})()")
    page.goto(f"{live_server.url}{survey}&view=large&lang=zh-hans")
    page.click("#aloud")
    spoken = page.evaluate("window.spoken")
    assert "总的来说，您对公园和绿地的工作满意吗？" in "".join(spoken)
    assert [words for words in spoken if words in ("非常满意", "非常不满意", "不了解")] == [
        "非常满意",
        "非常不满意",
        "不了解",
    ]
    assert page.is_visible("#aloud span:last-child")
    page.click("#aloud")
    assert page.evaluate("window.spoken").count("(stop)") == 2
    assert page.is_visible("#aloud span:first-child")
    page.goto(f"{live_server.url}{survey}&view=large&lang=en")
    assert not page.is_visible("#aloud"), "no voice for English, no button"
