"""Case 2: whatever stands in a field of any type, the page and the program refuse what the definition does not allow.

The values are those that every type names as its own `rejects`, and what hostile hands send to all of them. Nothing is
stored of a form with one wrong field, what is wrong is said at that field, and the rest of the form stays as typed.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import Department, User
from surveys.questionnaires import documents
from surveys.questionnaires.question_types import REGISTRY, AnswerError, QuestionType, question_type
from surveys.responses import form_tokens, passes
from surveys.responses.models import InboxEntry, SavedSheet, Submission
from surveys.responses.passes import Pass
from surveys.waves import devices, inviting
from surveys.waves.models import Channel, Invitation, Klass, Wave
from tests.surveys.questionnaires import every_type
from tests.surveys.responses.conftest import CHOICES, document, question, rating, two
from tests.surveys.responses.forms import form_of, receipts_on
from tests.surveys.responses.test_turning import is_

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE, API = "/s/city-2026/", "/api/v1/waves/city-2026/responses/"
ANSWERED = tuple(kind for kind in REGISTRY if kind.takes_answer and kind.source == "person")

# What is typed where a code, a number or a word of a list belongs.
TYPED = (
    "0", "6", "-1", "4.5", "5 ", " 5", "５", "٥", "five", "true", "null", "[]", "[5]", "{}", "05", "5.0", "1e0", "+5",
    "0x5", "255", "254", "-0", "NaN", "Infinity", "99999999999999999999", "DK", "dk ", "' OR 1=1 --", "{{7*7}}",
    "${7*7}", "../../etc/passwd", "\u202e5", "5\u200b", "\ufeff5", "5\r\nSet-Cookie: a=b",
)  # fmt: skip
SENT: tuple[Any, ...] = (
    0, 6, -1, 4.5, 5.0, "5", "5 ", "５", "five", True, False, [5], [], {}, {"": 5}, 2**53, -(2**53), 1e300, [[5]],
    {"value": 5}, [None], {"__proto__": 1},
)  # fmt: skip


def one_of_each() -> dict[str, Any]:
    """One question of every type that a person answers, the headline first."""
    kinds = sorted(ANSWERED, key=lambda kind: kind.name != "satisfaction")
    asked = [every_type.question(kind, headline=kind.name == "satisfaction") for kind in kinds]
    asked = [{**one, "about": "parks" if one["about"] == "each" else one["about"]} for one in asked]
    asked = [{**one, "about": "each"} if question_type(one["type"]).needs_each else one for one in asked]
    return {**every_type.whole(), "questions": [dict(documents.tidied_question(one)) for one in asked]}


def refuses(kind: QuestionType, asked: Mapping[str, Any], raw: Any) -> bool:
    """Say whether the type refuses `raw`."""
    try:
        kind.clean(asked, raw)
    except AnswerError:
        return True
    return False


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    return a_wave(one_of_each())


def place(asked: Mapping[str, Any]) -> tuple[str, str]:
    part = "general" if asked["about"] == "general" else "parks"
    return part, f"{part}.{asked['code']}"


def test_the_page_refuses_at_the_field_what_the_type_of_any_question_does_not_take(
    wave: Wave, rosa: Client
) -> None:
    form = form_of(rosa.get(PAGE))
    asked = {one["code"]: one for one in wave.edition.document["questions"]}
    assert asked.keys() >= {kind.name for kind in ANSWERED}
    refused = 0
    for raw in TYPED:
        # One form with this in every field: each is judged by itself.
        fields: dict[str, Any] = {"token": form.fields["token"], "language": "en", "ch": "web"}
        wrong = set()
        for one in asked.values():
            kind, (_part, name) = question_type(one["type"]), place(one)
            fields[name] = raw
            if refuses(kind, one, kind.read(one, {"": [raw]})):
                wrong.add(name)
        answer = rosa.post(PAGE, fields)
        page = answer.content.decode()
        assert answer.status_code == 422, raw
        assert {
            name for _part, name in map(place, asked.values()) if f'id="{name}-error"' in page
        } == wrong, raw
        assert raw in html.unescape(page).replace("\r\n", "\n").replace("\n", "\r\n"), "typed text stays"
        refused += len(wrong)
    assert refused > 600, "most of this is an answer to nothing"
    assert not InboxEntry.objects.exists()
    assert not Submission.objects.exists()


def test_the_program_is_refused_what_the_types_reject_and_what_hostile_hands_send_to_all_of_them(
    wave: Wave, rosa: Client
) -> None:
    token = form_tokens.issue(wave.id).written
    for one in wave.edition.document["questions"]:
        kind, (part, name) = question_type(one["type"]), place(one)
        own = [raw for settings, raw in kind.rejects if not settings or settings == one["settings"]]
        for raw in (*own, *SENT):
            try:
                body = json.dumps({"token": token, "answers": {part: {one["code"]: raw}}}, allow_nan=False)
            except (TypeError, ValueError):
                continue
            if not refuses(kind, one, json.loads(body)["answers"][part][one["code"]]):
                continue
            answer = rosa.post(API, body, content_type="application/json")
            if answer.status_code == 400:
                assert list(answer.json()) == ["detail"], "no strict JSON"
                continue
            assert (answer.status_code, name in answer.json()["errors"]) == (422, True), (name, raw)
    assert not InboxEntry.objects.exists()


def test_one_wrong_field_among_right_ones_stores_none_of_them(wave: Wave, rosa: Client) -> None:
    fields = {
        **form_of(rosa.get(PAGE)).fields,
        "parks.satisfaction": "6",
        "parks.csat": "1",
        "parks.stars": "5",
    }
    again = rosa.post(PAGE, fields)
    assert again.status_code == 422
    kept = form_of(again).fields
    assert (kept["parks.csat"], kept["parks.stars"]) == (["1"], ["5"])
    assert not InboxEntry.objects.exists()
    assert rosa.post(PAGE, {**kept, "parks.satisfaction": "1"}).status_code == 200
    assert InboxEntry.objects.count() == 1


def test_a_field_sent_twice_is_never_the_first_nor_the_last(wave: Wave, rosa: Client) -> None:
    """Parameter pollution: of two values for one answer none is chosen, whatever the type."""
    form = form_of(rosa.get(PAGE))
    several = {"multiple_choice"}  # its one field may have several values
    fields: dict[str, Any] = {"token": form.fields["token"], "language": "en", "ch": "web"}
    names = [
        name for name in {**form.fields, **form.offered} if "." in name and name.split(".")[1] not in several
    ]
    for name in names:
        given = [one for one in form.offered.get(name, ["1", "2"]) if one]
        fields[name] = [given[0], given[-1]]
    answer = rosa.post(PAGE, fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    twice = {".".join(name.split(".")[:2]) for name in names}
    assert [name for name in sorted(twice) if f'id="{name}-error"' not in page] == []
    assert len(twice) > 25
    assert not InboxEntry.objects.exists()


BRANCHED = document(
    rating("overall", headline=True),
    question(
        "came", "single_choice", "general", two("来过吗？", "Been here?"), settings={"choices": CHOICES, "offer": []}
    ),
    question(
        "secret", "long_text", "general", two("为什么？", "Why?"), settings={"max_length": 200},
        show=is_("came", 2),
    ),
)  # fmt: skip


def test_an_answer_to_a_question_that_the_rules_hide_is_stored_by_no_way(a_wave: Waves, rosa: Client) -> None:
    wave = a_wave(BRANCHED)
    hidden = {"general.came": "1", "general.secret": "=planted()", "parks.overall": "3"}
    page = form_of(rosa.get(PAGE)).fields
    whole = form_of(rosa.get(f"{PAGE}?whole=1")).fields
    assert receipts_on(rosa.post(PAGE, {**page, **hidden, "go": "send"}))
    assert receipts_on(rosa.post(PAGE, {**whole, **hidden, "whole": "1"}))
    body = {
        "token": form_tokens.issue(wave.id).written,
        "answers": {"general": {"came": 1, "secret": "=planted()"}, "parks": {"overall": 3}},
    }
    told = rosa.post(API, body, content_type="application/json")
    assert (told.status_code, told.json()["not_asked"]) == (201, ["general.secret"])
    stored = InboxEntry.objects.all()
    assert len(stored) == 6
    assert "planted" not in str([(entry.extras, bytes(entry.codes)) for entry in stored])


class TestForgedOccasions:
    """What a form carries besides answers is written by anybody's hand."""

    FORGED = (
        "", "x", "5", "kiosk", "assisted", "paper", "import", "KIOSK", "\u202e", "../", "' OR 1=1", "A" * 5000,
        "1:1sQ:abc", "WyIxIl0:1sQabc:zzzz", "{}", "0" * 26, "0000-0000-0000-0000-0",
    )  # fmt: skip

    @pytest.mark.parametrize(
        "field", ["ch", "pass", "point", "view", "to", "work", "homepage", "at", "seen", "saved"]
    )
    def test_a_forged_field_makes_no_form_anything_but_an_open_one_by_the_web(
        self, field: str, a_wave: Waves, rosa: Client
    ) -> None:
        a_wave(channels=(Channel.WEB, Channel.KIOSK, Channel.ASSISTED, Channel.PAPER))
        for forged in self.FORGED:
            page = form_of(rosa.get(PAGE)).fields
            answer = rosa.post(PAGE, {**page, "parks.overall": "4", field: forged, "go": "send"})
            assert answer.status_code in (200, 422, 428), (field, forged, answer.status_code)
            assert form_of(answer).fields.get("parks.overall", ["4"]) == ["4"], "nothing typed is lost"
        for entry in InboxEntry.objects.all():
            assert (entry.channel, entry.klass, entry.helper, entry.point) == (Channel.WEB, Klass.OPEN, "", 0)
        assert not SavedSheet.objects.exists()

    @pytest.mark.parametrize(("field", "also"), [("replaces", "change"), ("change", "replaces")])
    def test_a_forged_receipt_replaces_nothing_and_never_becomes_a_rating(
        self, field: str, also: str, a_wave: Waves, rosa: Client
    ) -> None:
        a_wave()
        rosa.post(PAGE, {**form_of(rosa.get(PAGE)).fields, "parks.overall": "1"})
        before = list(InboxEntry.objects.values())
        for forged in self.FORGED[1:]:
            for other in ("", "amber-otter"):
                page = form_of(rosa.get(PAGE)).fields
                said = {**page, "about": "parks", "parks.overall": "5", field: forged, also: other}
                answer = rosa.post(PAGE, said)
                assert answer.status_code in (409, 422, 403, 404), (field, forged, answer.status_code)
                assert not receipts_on(answer)
        assert list(InboxEntry.objects.values()) == before

    def test_a_pass_is_good_for_its_own_wave_and_unchanged_alone(
        self, a_wave: Waves, rosa: Client, ada: User
    ) -> None:
        wave = a_wave(channels=(Channel.WEB, Channel.KIOSK))
        _kiosk, key = devices.add(wave, name="Left", service_point=None, by=ada)
        device = Client()
        device.get(f"/kiosk/{key}/")
        begun = form_of(device.post("/kiosk/", {"go": "begin", "lang": "en"})).fields
        genuine = begun["pass"][0]
        bent = genuine[:-1] + ("A" if genuine[-1] != "A" else "B")
        other = passes.issue(wave.id + 1, Pass(Channel.KIOSK))
        for permit in (bent, other, genuine + "=", genuine.swapcase()):
            page = form_of(rosa.get(PAGE)).fields
            rosa.post(PAGE, {**page, "parks.overall": "4", "pass": permit})
        assert {entry.channel for entry in InboxEntry.objects.all()} == {Channel.WEB}
        page = form_of(rosa.get(PAGE)).fields
        rosa.post(PAGE, {**page, "parks.overall": "4", "pass": genuine})
        assert Channel.KIOSK in {entry.channel for entry in InboxEntry.objects.all()}

    def test_what_is_sent_twice_beside_the_answers_is_refused_and_spends_no_code(
        self, a_wave: Waves, rosa: Client
    ) -> None:
        wave = a_wave(is_public=False)
        mine, yours = inviting.make_codes(wave, stratum=0, count=2, by=None)
        page = form_of(rosa.get(rosa.get(f"/i/{mine}/")["Location"])).fields
        for name, twice in (("code", [mine, yours]), ("token", [page["token"][0]] * 2), ("pass", ["a", "b"])):
            answer = rosa.post(PAGE, {**page, "parks.overall": "4", name: twice})
            assert answer.status_code == 422, name
        assert not InboxEntry.objects.exists()
        assert set(Invitation.objects.values_list("state", flat=True)) == {Invitation.State.ISSUED}

    def test_nobody_sets_what_only_the_server_sets(self, a_wave: Waves, rosa: Client) -> None:
        """Mass assignment: names of columns in a form or a body."""
        wave = a_wave()
        names = (
            "klass",
            "stratum",
            "cell",
            "flags",
            "receipt",
            "status",
            "channel_id",
            "helper",
            "department",
            "id",
        )
        for name in names:
            page = form_of(rosa.get(PAGE)).fields
            assert rosa.post(PAGE, {**page, "parks.overall": "4", name: "1"}).status_code == 422
            body = {
                "token": form_tokens.issue(wave.id).written,
                "answers": {"parks": {"overall": 4}},
                name: 1,
            }
            assert rosa.post(API, body, content_type="application/json").status_code == 422
        assert not InboxEntry.objects.exists()


def test_departments_that_do_not_exist_or_are_not_asked_about_are_rated_by_nobody(
    a_wave: Waves, rosa: Client, departments: dict[str, Department]
) -> None:
    wave = a_wave(departments=[departments["parks"]])
    for part in ("roads", "city", "nowhere", "Parks", "parks ", "０", "general.general", "__class__", "1"):
        page = form_of(rosa.get(PAGE)).fields
        assert rosa.post(PAGE, {**page, f"{part}.overall": "1", "parks.overall": "5"}).status_code == 422
        body = {
            "token": form_tokens.issue(wave.id).written,
            "answers": {"parks": {"overall": 5}, part: {"overall": 1}},
        }
        assert rosa.post(API, body, content_type="application/json").status_code == 422
        assert rosa.get(PAGE, {"about": part}).status_code == 404
        assert rosa.post(PAGE, {**page, "about": part, "parks.overall": "5"}).status_code == 422
    assert not InboxEntry.objects.exists()
