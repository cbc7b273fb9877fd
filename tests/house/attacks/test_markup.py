"""Case 4: what anybody typed anywhere is text on every page: the whole site is walked in a city of hostile names.

The addresses come from the URL configuration; every answer in HTML is parsed as a browser would, and no element of
ours may ever have come out of a text.
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.evaluations import evaluating
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.questionnaires import documents
from surveys.questionnaires.models import Questionnaire
from surveys.waves import devices
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Wave
from tests.house.audience import AUDIENCE, Audience
from tests.house.test_audience import ROUTES, address
from tests.reports import made_waves
from tests.reports.conftest import door
from tests.surveys.questionnaires import every_type
from tests.surveys.questionnaires.test_hostile_input import poisoned
from tests.surveys.responses.conftest import document, question, rating, two
from tests.surveys.responses.forms import filled, receipts_on

__all__ = ["door"]
pytestmark = pytest.mark.django_db

EVIL = """'"><evil-tag onfocus=a(1)></textarea></title><script>evil()</script><!--{{7*7}}{%x%}${7*7}\u2028</style>"""
SHORT = "\"><evil-tag>'"
EVERY_CHANNEL = (Channel.WEB, Channel.QR, Channel.KIOSK, Channel.ASSISTED, Channel.PAPER, Channel.WIDGET)

# Names of fields in forms of ours, office and residents: each is sent to each address.
FIELDS = (
    "code", "word", "username", "password", "slug", "title_zh", "title_en", "name", "names_zh", "names_en", "reason",
    "receipt", "rule", "serial", "text", "subject", "contacts", "strata", "body", "email", "first_name", "organisation",
    "stratum", "count", "language", "lang", "general.said", "parks.overall", "token", "pass", "q", "next", "kind",
    "remark", "sources", "why", "note", "day", "point", "step", "go", "about", "<evil-tag>", "evil\"><evil-tag>",
)  # fmt: skip


class Elements(HTMLParser):
    """What a browser makes of a page: elements and attributes that only a text of somebody can have brought in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.alien: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_program = tag == "script" and given.get("type") != "application/json"
        self.runs = is_program
        if "evil" in tag or (is_program and "src" not in given):
            self.alien.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "evil" in name:
                self.alien.append(f"{tag} {name}")
            if name in ("href", "src", "action") and (value or "").strip().lower().startswith("javascript:"):
                self.alien.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if "evil()" in data and self.lasttag == "script" and self.runs:
            self.alien.append(data)


def aliens(answer: Any) -> list[str]:
    """Return what came alive on a page."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    html = answer.content.decode()
    found = Elements(html).alien
    return [*found, *(["computed"] if "--49" in html or "<!--{{" in html else [])]


@pytest.fixture
def hostile_city(
    departments: dict[str, Department], admin_user: User, ada: User, ivo: User, dana: User
) -> None:
    """Every name of staff, department, place and service point is hostile."""
    for department in departments.values():
        Department.objects.filter(pk=department.pk).update(names=two(EVIL, EVIL))
    place = Place.objects.create(code="east", names=two(EVIL, EVIL), level=Place.Level.values[0])
    ServicePoint.objects.create(
        code="hall-1", names=two(EVIL, EVIL), department=departments["parks"], place=place
    )
    User.objects.update(first_name=SHORT * 3, last_name=SHORT, organisation=EVIL)


@pytest.fixture
def hostile_wave(hostile_city: None, a_wave: Callable[..., Wave], ada: User) -> Wave:
    """A wave with a hostile questionnaire, title, strata and device."""
    said = question(
        "said", "long_text", "general", two(EVIL, EVIL), settings={"max_length": 9000}, help=two(EVIL, EVIL)
    )
    choices = [{"code": number, "text": two(f"{number}{EVIL}", f"{number}{EVIL}")} for number in (1, 2)]
    way = question(
        "way", "single_choice", "general", two(EVIL, EVIL), settings={"choices": choices, "offer": []}
    )
    content = document(rating("overall", headline=True), way, said)
    content |= {"title": two(EVIL[:100], EVIL[:100]), "introduction": two(EVIL, EVIL)}
    wave = a_wave(
        content,
        titles=two(EVIL, EVIL),
        channels=EVERY_CHANNEL,
        strata=(StratumPlan(SHORT, two(EVIL, EVIL), 100), StratumPlan("south", two(EVIL, EVIL), 100)),
    )
    devices.add(wave, name=SHORT, service_point=None, by=ada)
    return wave


def test_no_name_comes_alive_on_any_page_and_nothing_that_is_sent_there_does(
    hostile_wave: Wave, logged_in: Callable[[User], Client], ada: User, admin_user: User, ivo: User
) -> None:
    questionnaire = Questionnaire.objects.get()
    given: dict[str, object] = {
        "pk": questionnaire.pk, "wave_id": hostile_wave.pk, "number": 1, "slug": hostile_wave.slug,
        "wave": hostile_wave.slug, "department": "parks", "code": "said", "kiosk": hostile_wave.kiosks.get().pk,
        "paper": "a4", "key": SHORT,
    }  # fmt: skip
    people = {"place": "east", "service-point": "hall-1", "department": "parks"}
    sent = dict.fromkeys(FIELDS, EVIL)
    found: list[object] = []
    pages = 0
    stay = ("logout", "questionnaires:undo", "waves:close", "api-wave-close", "people:own-password")
    designer, manager, stranger = logged_in(ada), logged_in(admin_user), Client()
    for name in sorted(set(ROUTES) - set(stay)):
        if name.startswith(("exports:", "api-")):  # no HTML; test_headers sees to their types
            continue
        whole = {manager} if name.startswith("people:") else {designer}
        for visitor in whole | ({stranger} if AUDIENCE[name] == Audience.ANYBODY else set()):
            code = next(
                (one for word, one in people.items() if name == f"people:{word}-change"), given["code"]
            )
            path = address(name, {**given, "code": code}, hostile_wave.pk)
            for answer in (
                visitor.get(path, {"q": EVIL, "lang": "en", "next": EVIL, "number": EVIL}),
                visitor.post(path, sent),
            ):
                pages += "evil-tag" in str(answer.content if not answer.streaming else "")
                found += [(name, answer.status_code, one) for one in aliens(answer)]
    assert found == []
    assert pages > 60, "hostile names were on very many pages, as text"


def test_what_a_resident_types_is_text_wherever_it_is_shown_again(hostile_wave: Wave, rosa: Client) -> None:
    page = rosa.get("/s/city-2026/")
    typed = {"general.said": EVIL, "parks.overall": EVIL, "general.way": EVIL}
    answers = [
        page,
        rosa.post("/s/city-2026/", {**filled(page), **typed}),
        rosa.post("/s/city-2026/", {**filled(page), **typed, "lang": "zh-hans"}),
        rosa.post("/s/city-2026/", {**filled(page), **typed, "to": "large"}),
        rosa.post("/s/city-2026/", {**filled(page), **typed, "token": EVIL}),
        rosa.post("/s/city-2026/", {**filled(page), **typed, "go": "save"}),
        rosa.get(
            "/s/city-2026/", {"whole": "1", "about": EVIL, "ch": EVIL, "lang": EVIL, "point": EVIL, "i": EVIL}
        ),
        rosa.post("/s/city-2026/", {**filled(page), f"general.{SHORT}": "1", SHORT: "1"}),
        rosa.post("/check/", {"code": EVIL}),
        rosa.post("/i/", {"code": EVIL}),
        rosa.post("/resume/", {"code": EVIL}),
        rosa.get(f"/i/{SHORT}/"),
    ]
    (saved,) = receipts_on(answers[5])
    answers.append(rosa.post("/resume/", {"code": saved}))
    thanks = rosa.post("/s/city-2026/", {**filled(page), "general.said": EVIL, "parks.overall": "1"})
    receipt = receipts_on(thanks)[0]
    answers += [thanks, rosa.post("/check/", {"code": receipt, "word": EVIL})]
    assert [(number, one) for number, answer in enumerate(answers) for one in aliens(answer)] == []
    assert EVIL.replace("\u2028", "") in filled(answers[1])["general.said"][0].replace("\u2028", ""), (
        "and it is kept"
    )


def test_no_published_page_has_more_than_text_of_a_hostile_wave(
    hostile_city: None,
    door: made_waves.Door,
    client: Client,
    logged_in: Callable[[User], Client],
    dana: User,
    ivo: User,
) -> None:
    tables = {"parks": made_waves.PARKS, "roads": made_waves.ROADS}
    strata = ((SHORT, 1000, 40), ("=south", 3000, 60))
    wave = made_waves.a_wave(door, tables, strata=strata, text=EVIL, words={"overall": two(EVIL, EVIL)})
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    found, pages = [], 0
    for visitor in (client, logged_in(dana), logged_in(ivo)):
        for path in (
            "/", "/results/", "/results/spring/", "/results/spring/parks/", "/results/spring/roads/?lang=en",
            reverse("scorecards:list"), reverse("analyses:wave", args=["spring"]),
        ):  # fmt: skip
            answer = visitor.get(path, follow=True)
            found += [(path, one) for one in aliens(answer)]
            pages += "evil-tag" in answer.content.decode()
    assert found == []
    assert pages > 8


def test_a_hostile_document_of_every_type_is_text_on_the_residents_page(
    a_wave: Callable[..., Wave], rosa: Client
) -> None:
    clean = every_type.whole()
    nasty = poisoned(clean)
    for flaw in list(documents.SHAPE.flaws(nasty)):  # where a text has less room, it keeps its own words
        there: Any = nasty
        here: Any = clean
        for key in flaw.path[:-1]:
            there, here = there[key], here[key]
        there[flaw.path[-1]] = here[flaw.path[-1]]
    a_wave({**nasty, "questions": [one for one in nasty["questions"] if one["type"] != "page_break"]})
    for said in ("", "?lang=en", "?lang=ug&view=large", "?whole=1"):
        html = rosa.get(f"/s/city-2026/{said}").content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert Elements(html).alien == []
        assert "&lt;script" in html
