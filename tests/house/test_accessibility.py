"""Barriers: axe-core finds none where residents answer and where designers work.

Every page is met at 320 pixels and at 1280, and in Chinese, in English and in Uyghur, which runs from the right.
The site's own words stay Chinese there, since the site does not speak Uyghur; everything else is mirrored.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client

from surveys.people.models import Department, User
from surveys.questionnaires import banking, documents, drafting, remarking, reviewing
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packs import pack
from surveys.questionnaires.question_types import REGISTRY, question_type
from surveys.responses import access
from tests.browser import OpenPage
from tests.conftest import published
from tests.house.axe import violations
from tests.house.open_survey import open_survey
from tests.surveys.questionnaires import every_type

pytestmark = pytest.mark.django_db(transaction=True)

LANGUAGES = ("zh-hans", "en", "ug")
WIDTHS = (320, 1280)
RUBBISH = """document.querySelectorAll(
  "#answers input:not([type=hidden], [type=radio], [type=checkbox], [type=range], [type=file], [type=search])"
).forEach(field => { field.value = "??"; })"""


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    access.forget()
    yield
    access.forget()
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


TOO_WIDE = """width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > width + 1 || one.getBoundingClientRect().left < -1)
  .slice(-3).map(one => one.outerHTML.slice(0, 150))"""


class Met:
    """What was found on the pages met so far, and how wide they were."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}

    def told(self) -> str:
        """Say what was found, a line for each barrier."""
        return "\n".join(f"{where}: {barrier}" for where, all_ in self.found.items() for barrier in all_)

    def look(self, name: str, *, within: str = "", widths: tuple[int, ...] = WIDTHS) -> None:
        """Look at the page as it is, at each width."""
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            barriers = violations(self.page, within)
            barriers += (f"wider than the screen: {wide}" for wide in self.page.evaluate(TOO_WIDE, width))
            if barriers:
                self.found[f"{name} at {width}"] = barriers
            if folder := os.environ.get("PICTURES"):
                self.page.screenshot(path=f"{folder}/{name.replace('/', '_')}-{width}.png", full_page=True)


@pytest.fixture
def met(open_page: OpenPage) -> Met:
    return Met(open_page(locale="zh-CN", viewport={"width": 1280, "height": 900}))


def all_asked() -> dict[str, Any]:
    """One question of every type; all that can be demanded are."""
    document = every_type.document()
    demanded = {kind.name for kind in every_type.DRAWN if kind.takes_answer and kind.may_be_required}
    demanded.discard("repeat_group")  # it asks for words, and nobody must give reasons
    for question in document["questions"]:
        question["required"] = question["type"] in demanded
    return document


def in_pages() -> dict[str, Any]:
    """One question of every type, a few on a page, and nothing that must be answered."""
    document = every_type.document()
    asked = [question for question in document["questions"] if question["type"] != "page_break"]
    breaks = [{**every_type.question(question_type("page_break")), "code": f"page{at}"} for at in range(4)]
    paged = [part for at in range(4) for part in (breaks[at], *asked[at * 12 : at * 12 + 12])]
    return {**document, "questions": paged}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_barrier_where_residents_answer(
    met: Met,
    live_server: Any,
    departments: dict[str, Department],
    ada: User,
    language: str,
) -> None:
    page = met.page
    whole = open_survey(all_asked(), departments=departments, by=ada)
    page.goto(f"{live_server.url}{whole}&lang={language}")
    met.look(f"{language}/every type")
    page.evaluate(RUBBISH)
    page.click("#answers .actions button:first-child")
    page.wait_for_selector(".error-summary")
    met.look(f"{language}/every type, all wrong")

    paged = open_survey(in_pages(), departments=departments, by=ada)
    page.goto(f"{live_server.url}{paged}&lang={language}")
    for number in range(1, 4):
        met.look(f"{language}/page {number}", widths=(WIDTHS[number % 2],))
        page.click("#answers button[value=next]")
        page.wait_for_function(f"document.querySelector('progress')?.value == {number + 1}")
    met.look(f"{language}/last page", widths=(320,))
    page.click("#answers button[value=back]")
    page.wait_for_function("document.querySelector('progress')?.value == 3")
    page.goto(f"{live_server.url}{paged}&lang={language}")
    page.check("input[name='parks.satisfaction'][value='2']")
    for number in range(1, 4):
        page.click("#answers button[value=next]")
        page.wait_for_function(f"document.querySelector('progress')?.value == {number + 1}")
    page.click("#answers button[value=send]")
    page.wait_for_selector(".receipt-code")
    met.look(f"{language}/receipt")
    door = paged.partition("?")[0]
    for address in (f"{door}?choose=1", f"{door}?choose=1&go=1", "/s/nowhere/", "/", "/check/"):
        page.goto(f"{live_server.url}{address}{'&' if '?' in address else '?'}lang={language}")
        met.look(f"{language}{address}")
    page.fill("#code", "??")
    page.click(".code-form button")
    page.wait_for_selector("#code-error")
    met.look(f"{language}/check, wrong")
    assert not met.found, met.told()


def with_logic() -> dict[str, Any]:
    """One question of every type, with a rule, a check and a quota."""
    document = every_type.document()
    words = every_type.a_text("请再看一下。", "Please look again.", "قايتا قاراڭ.")
    by_code = {question["code"]: question for question in document["questions"]}
    by_code["stars"]["dimension"] = "ease"
    by_code["number"] |= {
        "show": {"equals": [{"answer": "single_choice"}, {"value": 1}]},
        "checks": [{"rule": {"at_most": [{"answer": "number"}, {"value": 10}]}, "words": words}],
    }
    quota = {"code": "lawns", "name": words, "most": 50, "when": {"answered": "single_choice"}}
    ease = {"code": "ease", "name": every_type.a_text("便利", "Ease", "قۇلايلىق"), "weight": "1"}
    return {**document, "quotas": [quota], "dimensions": [ease]}


@pytest.fixture
def shelf(ada: User, ivo: User, departments: dict[str, Department]) -> dict[str, int]:
    """Questionnaires in every state a designer meets, and a block of the bank."""
    every = drafting.create(code="every-type", document=with_logic(), by=ada)
    published(every, by=ada, approver=ivo)
    with drafting.draft_of(every, verb="replace draft", by=ada) as draft:
        draft["questions"][-1]["text"] = every_type.a_text("换了说法", "Said otherwise", "باشقىچە")
        del draft["questions"][-2]
    published(every, by=ada, approver=ivo)
    every.refresh_from_db()
    for kind in REGISTRY:
        drafting.add_question(every, kind=kind.name, by=ada)
    remarking.remark(every, question="satisfaction", words="Is this clear to everybody?", by=ivo)
    full = drafting.create(code="health", document=pack("health").document, by=ada)
    reviewing.submit(full, revision=full.revision, by=ada)
    name = {"zh-hans": "距离", "en": "Distance"}
    return {
        "every": every.pk,
        "pack": full.pk,
        "block": banking.keep_block(full, codes=["distance", "age"], names=name, by=ada)[0].pk,
        "empty": drafting.create(code="empty", document=documents.blank(title=name), by=ada).pk,
    }


@pytest.fixture
def in_three_languages(settings: LazySettings) -> None:
    """An office that can be read from the right."""
    settings.LANGUAGES = [*settings.LANGUAGES, ("ug", "Uyghur")]


DESIGNER_PAGES = (
    "",
    "packs/",
    "packs/health/",
    "bank/",
    "bank/{block}/",
    "new/",
    "new/paste/",
    "{empty}/",
    "{empty}/paste/",
    "{empty}/insert/",
    "{every}/",
    "{every}/?after=satisfaction",
    "{every}/keep/",
    "{every}/frame/",
    "{every}/dimensions/",
    "{every}/quotas/",
    "{every}/questions/satisfaction/place/",
    "{every}/questions/satisfaction/preview/?language=ug",
    "{every}/preview/?language=ug",
    "{every}/preview/sheet/?language=ug",
    "{every}/check/",
    "{every}/branches/",
    "{every}/review/",
    "{pack}/review/",
    "{pack}/check/",
    "{every}/remarks/",
    "{every}/translation/?source=zh-hans&target=ug",
    "{every}/translation/import/",
    "{every}/measures/",
    "{every}/editions/",
    "{every}/editions/1/",
    "{every}/editions/1/against/2/",
    "{every}/editions/1/measures/",
    "{every}/editions/2/preview/",
    "{every}/editions/2/preview/sheet/?language=en",
    "{every}/differences/",
)


def come_in(page: Any, server: Any, user: User) -> str:
    """Log somebody in; return the address of the questionnaires."""
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    page.context.add_cookies([cookie])
    return f"{server.url}/office/questionnaires/"


PLACE_A_FORM = """async address => {
  const answer = await fetch(address);
  const form = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".q-open");
  form.querySelectorAll("details").forEach(one => { one.open = true; });
  const list = document.createElement(form.matches("li") ? "ol" : "div");
  list.append(form);
  document.querySelector("#questions").replaceChildren(list);
}"""


@pytest.mark.usefixtures("in_three_languages")
@pytest.mark.parametrize(
    ("language", "widths"), [("zh-hans", (320,)), ("en", (1280,)), ("ug", WIDTHS)], ids=["zh", "en", "ug"]
)
def test_no_barrier_where_designers_work(
    met: Met, live_server: Any, ada: User, shelf: dict[str, int], language: str, widths: tuple[int, ...]
) -> None:
    office = come_in(met.page, live_server, ada)
    met.page.goto(f"{office}?lang={language}")
    for number, address in enumerate(DESIGNER_PAGES):
        answer = met.page.goto(office + address.format(**shelf))
        assert answer.status == 200, address
        met.look(f"{language}/{address}", widths=(widths[number % len(widths)],))
    met.page.goto(f"{office}{shelf['every']}/?open=page_break")
    draft = Questionnaire.objects.get(pk=shelf["every"]).draft
    code_of = {question["type"]: question["code"] for question in draft["questions"]}
    for number, kind in enumerate(REGISTRY):
        met.page.evaluate(PLACE_A_FORM, f"{office}{shelf['every']}/?open={code_of[kind.name]}")
        met.look(f"{language}/form of {kind.name}", widths=(widths[number % len(widths)],))
    assert not met.found, met.told()
