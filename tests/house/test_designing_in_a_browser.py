"""A large city's questionnaire from a pasted text to the first receipts, by hand in a browser: 80 questions, 16
departments, two languages, two branches.

Ada designs, Ivo approves and publishes, Ada plans and opens, Rosa answers on a phone. Every click and every key is
counted, so that the way cannot become much longer unnoticed; `-s` prints the table. A text that is pasted counts as
two keys, a choice from a list as two clicks, what is already filled in as nothing.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from surveys.people import organising
from surveys.people.models import User
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.responses.models import InboxEntry
from surveys.waves.models import Wave
from tests.browser import OpenPage
from tests.surveys.questionnaires import kcmo_words

pytestmark = pytest.mark.django_db(transaction=True)

DESK = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"}
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", "has_touch": True}
MOST = {"Ada designs": (16, 30), "Ivo approves": (6, 30), "Ada fields": (8, 5), "Rosa answers": (70, 5)}


class Hands:
    """Somebody at a browser, whose clicks and keys are counted by the step they belong to."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.steps: list[tuple[str, int, int, float]] = []
        self._begin("")

    def _begin(self, step: str) -> None:
        self._step, self._clicks, self._keys, self._since = step, 0, 0, time.monotonic()

    def step(self, name: str) -> None:
        """Begin the next step; without a name the last one ends."""
        if self._step:
            self.steps.append((self._step, self._clicks, self._keys, time.monotonic() - self._since))
        self._begin(name)

    def click(self, what: str, **narrower: Any) -> None:
        self.page.locator(what, **narrower).first.click()
        self._clicks += 1

    def link(self, words: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).first.click()
        self._clicks += 1

    def button(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).first.click()
        self._clicks += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self._keys += len(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self._keys += 1

    def paste(self, words: str) -> None:
        self.page.keyboard.insert_text(words)
        self._keys += 2

    def choose(self, what: str, value: str) -> None:
        self.page.select_option(what, value)
        self._clicks += 2

    def log_in(self, address: str, name: str) -> None:
        self.page.goto(f"{address}/office/login/")
        self.page.focus("[name=username]")
        self.type(name)
        self.press("Tab")
        self.type(f"{name}-password")
        self.press("Enter")
        self.page.wait_for_url(re.compile(r"/office/(?!login)"))

    @property
    def total(self) -> tuple[int, int]:
        return sum(step[1] for step in self.steps), sum(step[2] for step in self.steps)


@pytest.fixture
def large_city(db: None, admin_user: User) -> Iterator[None]:
    """The city and its sixteen departments, as an administrator adds them."""
    names = {"zh-hans": "本市", "en": "The city"}
    city = organising.add_department(code="city", names=names, parent=None, by=admin_user)
    for position, (code, (zh, en), _headline, _items) in enumerate(kcmo_words.DEPARTMENTS):
        organising.add_department(
            code=code, names={"zh-hans": zh, "en": en}, parent=city, position=position, by=admin_user
        )
    yield
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


def design(ada: Hands, address: str) -> None:
    """Paste the questionnaire, look at it, submit it."""
    page = ada.page
    ada.step("log in")
    ada.log_in(address, "ada")
    ada.step("paste a text")
    ada.link("Questionnaires")
    ada.link("New questionnaire")
    ada.link("Paste a text")
    ada.click("textarea[name=text]")
    ada.paste(kcmo_words.side_by_side())
    ada.button("Read the text")
    assert page.get_by_role("heading", name="80 questions understood").is_visible()
    ada.step("look and add")
    assert page.input_value("[name='title.zh-hans']") == "居民调查"
    assert page.input_value("[name='title.en']") == "Resident survey"
    ada.click(".notice a[href^='#line-']")  # to the line that was not plain
    ada.button("Add 80 questions")
    page.wait_for_url(re.compile(r"/questionnaires/\d+/"))
    ada.step("check")
    ada.link("Check and publish")
    assert page.get_by_role("heading", name="Nothing is missing").is_visible()
    assert page.get_by_text("There are 4 ways through the questionnaire").is_visible()
    ada.step("preview in both languages")
    ada.link("Preview")
    phone = page.frame_locator(".q-phone")
    phone.get_by_text("The city as a place to live").wait_for()
    assert 340 <= page.locator(".q-phone").bounding_box()["width"] <= 380
    ada.choose("[name=language]", "zh-hans")
    phone.get_by_text("本市作为居住的地方").wait_for()
    ada.step("submit")
    page.go_back()
    page.go_back()
    ada.button("Submit for approval")
    page.get_by_text("The draft is submitted.").wait_for()
    ada.step("")


def approve(ivo: Hands, address: str) -> None:
    """Find what waits, approve and publish it."""
    ivo.step("log in")
    ivo.log_in(address, "ivo")
    ivo.step("review and approve")
    ivo.link("Resident survey")
    ivo.link("What the check says")
    ivo.button("Approve")
    ivo.step("publish")
    ivo.button("Publish as edition 1")
    ivo.page.get_by_text("Edition 1 is published").wait_for()
    ivo.step("")


def field(ada: Hands) -> str:
    """Plan a wave with what the form proposes, open it; return its public address."""
    page = ada.page
    ada.step("plan a wave")
    ada.link("Waves")
    ada.link("Plan a wave")
    assert page.locator("[name=departments]:checked").count() == 16
    ada.button("Save the plan")
    page.wait_for_url(re.compile(r"/office/waves/\d+/$"))
    ada.step("open it")
    ada.link("Open the wave now")
    ada.button("Open the wave now")
    page.wait_for_url(re.compile(r"/office/waves/\d+/$"))
    ada.step("")
    address: str = page.locator(".hash a").first.get_attribute("href")
    return address


def rate(rosa: Hands) -> None:
    """Rate whatever stands on the page, each in its own way, and go on."""
    for group in rosa.page.locator("fieldset.question:has(.grades)").all():
        if group.is_visible() and not group.locator("input:checked").count():
            group.locator("label", has_text="不满意").first.click()
            rosa._clicks += 1


def answer(rosa: Hands, address: str, *, used: str) -> tuple[list[str], list[str]]:
    """Rate three departments, two of which ask first whether they were used; return the pages' titles and receipts."""
    page = rosa.page
    rosa.step(f"choose departments ({used})")
    page.goto(address)
    for code in ("police", "call_311", "court"):
        rosa.click(f"label:has([name=about][value={code}])")
    rosa.button("继续")
    rosa.step(f"answer ({used})")
    seen: list[str] = []
    while not page.locator(".receipt-code").count():
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        seen.append(page.locator("h2.page-title").inner_text())
        for choice in page.locator("fieldset.question label", has_text=re.compile(f"^{used}$")).all():
            choice.click()
            rosa._clicks += 1
        page.wait_for_timeout(400 if seen[-1] in {"市民热线", "法院"} else 0)
        rate(rosa)
        shown = page.locator("fieldset.question:visible").count()
        seen[-1] += f" {shown}"
        rosa.click(".actions button:not(.button-quiet)")
        page.wait_for_load_state()
    rosa.step("")
    return seen, page.locator(".receipt-code").all_inner_texts()


def test_a_large_questionnaire_is_built_approved_fielded_and_answered_by_hand(
    open_page: OpenPage, live_server: Any, large_city: None, ada: User, ivo: User
) -> None:
    designer, reviewer = Hands(open_page(**DESK)), Hands(open_page(**DESK))
    design(designer, live_server.url)
    draft = Questionnaire.objects.get().draft
    ruled = [question["about"] for question in draft["questions"] if question.get("show")]
    assert ruled == ["call_311"] * 4 + ["court"] * 5  # both branches came out of the text
    approve(reviewer, live_server.url)
    edition = Edition.objects.get()
    assert edition.languages == ["zh-hans", "en"]
    officer = Hands(designer.page)
    address = field(officer)
    assert Wave.objects.get().status == Wave.Status.OPEN

    yes, no = Hands(open_page(**PHONE)), Hands(open_page(**PHONE))
    long_way, receipts = answer(yes, address, used="用过或去过")
    short_way, further = answer(no, address, used="没有")
    assert long_way == ["本市 11", "公安 8", "市民热线 6", "法院 7", "住房 4", "关于您 5"]
    assert short_way == ["本市 11", "公安 8", "市民热线 2", "法院 2", "住房 4", "关于您 5"]
    assert len(receipts) == len(further) == 4
    assert not set(receipts) & set(further)
    assert InboxEntry.objects.count() == 8

    table = {"Ada designs": designer, "Ivo approves": reviewer, "Ada fields": officer, "Rosa answers": yes}
    print()
    for name, hands in table.items():
        for step, clicks, keys, seconds in hands.steps:
            print(f"{name:14} {step:32} {clicks:4} clicks {keys:4} keys {seconds:6.1f} s")
        print(f"{name:14} {'together':32} {hands.total[0]:4} clicks {hands.total[1]:4} keys")
        assert hands.total[0] <= MOST[name][0], name
        assert hands.total[1] <= MOST[name][1], name
