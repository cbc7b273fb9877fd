"""The sheet for the time without a line: everything that could be asked, nobody's answers, and taken like any form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from surveys.questionnaires.codebook import ORDER
from surveys.questionnaires.logic.whole import WHOLE, whole
from surveys.responses import access
from surveys.responses.models import InboxEntry
from surveys.waves import fielding, inviting
from surveys.waves.models import Channel, Wave

from .conftest import CHOICES, MIXED, document, question, rating, two
from .forms import Answer, form_of, receipts_on, send
from .permits import a_pass
from .test_turning import PAGED, is_, page

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
WHOLE_SHEET = "/s/city-2026/?whole=1"


def names(response: Answer) -> set[str]:
    """The questions that a page draws."""
    form = form_of(response)
    return {name for name in {**form.offered, **form.fields} if "." in name}


def test_everything_that_could_be_asked_is_on_one_sheet(rosa: Client, a_wave: Waves) -> None:
    a_wave(PAGED)
    sheet = rosa.get(WHOLE_SHEET)
    assert names(sheet) == {
        "general.way", "general.detail", "parks.overall", "parks.why", "roads.overall", "roads.why", "general.said"
    }  # fmt: skip
    html = sheet.content.decode()
    detail = html[html.index('id="general.detail"') - 600 :]
    assert "Only if it applies to you." in detail[:1200]
    assert "Page p2" in html, "the titles of pages stand between the questions"
    assert 'name="at"' not in html
    assert sheet["Cache-Control"] == "no-store"


def test_what_the_rules_would_not_have_asked_is_dropped(rosa: Client, a_wave: Waves) -> None:
    a_wave(PAGED)
    sheet = rosa.get(WHOLE_SHEET)
    answer = send(rosa, sheet, general__way="2", general__detail="12345", parks__overall="3")
    assert len(receipts_on(answer)) == 1, (
        "way 2 jumps past the ratings: only the place as a whole is answered"
    )
    entry = InboxEntry.objects.get()
    assert entry.department.parent_id is None
    assert "12345" not in str(entry.extras)


def test_the_same_answers_by_pages_and_on_the_sheet_are_the_same_record(rosa: Client, a_wave: Waves) -> None:
    a_wave(PAGED)
    send(rosa, rosa.get(WHOLE_SHEET), general__way="1", general__detail="7", roads__overall="4")
    on_sheet = {entry.department_id: (bytes(entry.codes), entry.extras) for entry in InboxEntry.objects.all()}
    InboxEntry.objects.all().delete()
    shown = rosa.get("/s/city-2026/")
    for go, said in (
        ("next", {"general.way": "1", "general.detail": "7"}),
        ("next", {"roads.overall": "4"}),
        ("send", {}),
    ):
        form = form_of(shown)
        shown = rosa.post(form.action, {**form.fields, **said, "go": go})
        if "seen" in form_of(shown).fields and form_of(shown).fields.get("at") == form.fields.get("at"):
            form = form_of(shown)
            shown = rosa.post(form.action, {**form.fields, "go": go})
    assert receipts_on(shown)
    by_pages = {entry.department_id: (bytes(entry.codes), entry.extras) for entry in InboxEntry.objects.all()}
    assert by_pages == on_sheet


SHUFFLED = document(
    page("p1"),
    rating("overall", headline=True, required=True),
    question(
        "way",
        "single_choice",
        "each",
        two("怎样？", "How?"),
        settings={"choices": [*CHOICES, {"code": 3, "text": two("网上", "Web")}], "offer": [], "shuffle": True},
    ),
    question("late", "short_text", "each", two("为什么？", "Why?"), show=is_("way", 1)),
)  # fmt: skip


def test_there_is_no_chance_on_the_sheet_and_records_say_so(rosa: Client, a_wave: Waves) -> None:
    wave = a_wave(SHUFFLED)
    course = access.asked_wave(wave.slug).course
    walk = whole(course, ["parks"], note="maybe", language="en")
    assert [one.code for one in walk.pages] == [WHOLE]
    sheet = rosa.get(WHOLE_SHEET)
    assert form_of(sheet).offered["parks.way"] == ["1", "2", "3"], "all choices, in their order"
    html = sheet.content.decode()
    assert 'data-required="parks.overall roads.overall"' in html, (
        "what depends on an answer may stay open here"
    )
    fields = {"parks.overall": "5", "roads.overall": "5", "parks.way": "2"}
    rosa.post("/s/city-2026/", {**form_of(sheet).fields, **fields})
    entries = list(InboxEntry.objects.all())
    assert len(entries) == 2
    assert not any(ORDER in (entry.extras or {}) for entry in entries)


def test_the_sheet_of_an_invited_wave_holds_no_code_and_opens_nothing(
    rosa: Client, a_wave: Waves, ada: object
) -> None:
    wave = a_wave(MIXED, is_public=False)
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)  # type: ignore[arg-type]
    assert rosa.get("/s/city-2026/").status_code == 403
    sheet = rosa.get(f"{WHOLE_SHEET}&code={code}")
    assert sheet.status_code == 200
    assert code not in sheet.content.decode()
    assert send(rosa, sheet, parks__overall="4").status_code == 403
    assert not InboxEntry.objects.exists()
    assert receipts_on(send(rosa, sheet, parks__overall="4", code=code))


def test_a_planned_wave_has_no_sheet(rosa: Client, a_wave: Waves) -> None:
    a_wave(MIXED, opened=False)
    assert rosa.get(WHOLE_SHEET).status_code in (403, 404)


def test_the_worker_stands_at_the_root_and_every_file_that_it_keeps_is_there(rosa: Client) -> None:
    answer = rosa.get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    for address in answer.content.decode().split('"')[1::2]:
        if address.startswith("/"):
            assert rosa.get(address).status_code == 200, address


def test_pages_tell_the_device_where_the_sheet_is_and_say_everything_in_their_language(
    rosa: Client, a_wave: Waves
) -> None:
    a_wave(MIXED)
    english = rosa.get("/s/city-2026/?lang=en").content.decode()
    assert "/s/city-2026/?whole=1&amp;lang=en&amp;v=" in english
    assert "Saved on this device" in english
    assert "data-tokens" not in english, "only devices and interviewers fetch forms ahead"
    for name in ("line", "offline", "worker", "kiosk"):
        with open(f"static/js/{name}.js", encoding="utf-8") as script:
            assert script.read().isascii(), "no words in the scripts"


OURS = ' id="line" data-worker'


def test_every_answer_to_a_form_says_that_it_is_a_page_of_ours(
    rosa: Client, a_wave: Waves, ada: object, settings: Any
) -> None:
    """A device takes no other answer for ours, see `line.js`."""
    wave = a_wave(MIXED)
    address = "/s/city-2026/"
    first = rosa.get(address)
    fields = {**form_of(first).fields, "parks.overall": "4"}
    settings.STEP_UP_SECONDS = 3600
    answers = [rosa.post(address, fields)]
    settings.STEP_UP_SECONDS = 0
    answers += [rosa.post(address, {**fields, "parks.overall": "9"}), rosa.post(address, fields)]
    permit = a_pass(wave, Channel.ASSISTED)
    helped = {**form_of(rosa.get(address)).fields, "parks.overall": "4", "pass": permit, "ch": "assisted"}
    answers.append(rosa.post(address, helped))
    answers.append(rosa.post("/s/nowhere/", fields))
    fresh = form_of(rosa.get(address)).fields
    fielding.close_wave(wave, by=ada)  # type: ignore[arg-type]
    answers.append(rosa.post(address, {**fresh, "parks.overall": "4"}))
    assert [answer.status_code for answer in answers] == [428, 422, 200, 200, 404, 410]
    assert [OURS in answer.content.decode() for answer in answers] == [True] * 6
    assert [bool(receipts_on(answer)) for answer in answers] == [False, False, True, True, False, False]
