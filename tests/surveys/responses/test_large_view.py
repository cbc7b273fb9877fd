"""The large view: one question at a time in large type, the same questions, the same records."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.test import Client

from surveys.questionnaires.page_drawing import sections
from surveys.responses import access, form_tokens, occasions
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.models import InboxEntry, QuotaCount, Submission
from surveys.responses.occasions import LARGE, Occasion
from surveys.responses.single import one_at_a_time
from surveys.responses.turning import names_on
from surveys.waves.models import Channel, Wave

from .conftest import MIXED, document, question, rating, two
from .forms import Answer, filled, form_of, receipts_on
from .random_questionnaires import a_document
from .test_same_by_page_and_program import CONTROLS, Resident, stored
from .test_turning import PAGED, page, shown, turn

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"
TABLE = document(
    question("note", "info", "each", two("请想一想最近一年。", "Think of the last year.")),
    question(
        "hall", "satisfaction_matrix", "each", two("各部门怎样？", "How are they?"), settings={"words": {}}
    ),
    rating("overall", headline=True),
    question("end", "info", "each", two("谢谢。", "Thank you.")),
)


def in_large(client: Client, **more: str) -> Answer:
    return client.get(PAGE, {"view": "large", **more})


def step(response: Answer) -> str:
    """What the page says of how far one is."""
    (found,) = re.findall(r"<b dir=\"ltr\" aria-hidden=\"true\">([^<]+)</b>", response.content.decode())
    return str(found)


class TestOneAtATime:
    def test_a_form_of_one_page_is_asked_question_by_question(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(document(rating("overall", headline=True), rating("speed")))
        at = in_large(rosa)
        assert 'data-view="large"' in at.content.decode()
        seen: list[str] = []
        for number in range(1, 5):
            seen += shown(at)
            assert step(at) == f"{number} / 4"
            at = turn(rosa, at, "send" if number == 4 else "next", **{seen[-1].replace(".", "__"): "2"})
        assert seen == ["parks.overall", "parks.speed", "roads.overall", "roads.speed"]
        assert len(receipts_on(at)) == 2
        assert 'data-view="large"' in at.content.decode()

    def test_a_table_of_departments_stays_one_and_words_between_go_with_what_follows(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave(TABLE)
        first = in_large(rosa)
        assert {"parks.hall", "roads.hall"} == set(form_of(first).offered)
        assert step(first) == "1 / 3"
        second = turn(rosa, first, parks__hall="1")
        assert "Think of the last year." in second.content.decode()
        assert set(form_of(second).offered) == {"parks.overall"}
        last = turn(rosa, second)
        assert "Thank you." in last.content.decode()
        assert b'value="send"' in last.content

    def test_back_and_errors_keep_what_was_typed(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(MIXED)
        at = in_large(rosa)
        while "general.city" not in form_of(at).offered:
            at = turn(rosa, at)
        at = turn(rosa, at, general__city="1")
        at = turn(rosa, at, "back", parks__overall="2")
        assert form_of(at).fields["general.city"] == ["1"]
        assert form_of(at).fields["parks.overall"] == ["2"]
        while "roads.wait" not in form_of(at).fields:
            at = turn(rosa, at)
        wrong = turn(rosa, at, roads__wait="soon")
        assert wrong.status_code == 422
        assert form_of(wrong).fields["roads.wait"] == ["soon"]
        assert step(wrong) == step(at)

    def test_nothing_at_all_is_said_on_the_last_page(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(document(rating("overall", headline=True)))
        last = turn(rosa, in_large(rosa))
        again = turn(rosa, last, "send")
        assert again.status_code == 422
        assert step(again) == "2 / 2"
        assert not InboxEntry.objects.exists()


class TestSwitching:
    def switched(self, client: Client, response: Answer, to: str, **typed: Any) -> Answer:
        return client.post(PAGE, {**filled(response, **typed), "to": to})

    def test_there_and_back_keeps_every_value_and_the_place(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(PAGED)
        first = rosa.get(PAGE)
        second = turn(rosa, turn(rosa, first, general__way="1"), general__detail="abc")
        large = self.switched(rosa, second, "large", parks__overall="3", parks__why="<b>水</b>")
        assert large.status_code == 200
        assert set(form_of(large).offered) == {"parks.overall"}, (
            "the first question of the page that was shown"
        )
        assert form_of(large).fields["parks.overall"] == ["3"]
        third = turn(rosa, large)
        assert "parks.why" in form_of(third).fields
        standard = self.switched(rosa, third, "standard")
        assert 'data-view="large"' not in standard.content.decode()
        assert set(form_of(standard).offered) == {"parks.overall", "roads.overall"}
        fields = form_of(standard).fields
        assert (fields["parks.overall"], fields["parks.why"]) == (["3"], ["<b>水</b>"])
        assert (fields["general.way"], fields["general.detail"]) == (["1"], ["abc"])

    def test_a_language_keeps_the_view_and_a_strange_view_is_the_standard_one(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave(PAGED)
        chinese = rosa.post(PAGE, {**filled(in_large(rosa)), "lang": "zh-hans"})
        assert "朗读" in chinese.content.decode() or "Read aloud" in chinese.content.decode()
        assert 'data-view="large"' in chinese.content.decode()
        strange = rosa.get(PAGE, {"view": '"><script>'})
        assert strange.status_code == 200
        assert "data-view" not in strange.content.decode()

    def test_every_sheet_offers_the_other_view(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(departments_per_person=1)
        chooser = rosa.get(PAGE)
        assert 'name="to" value="large"' in chooser.content.decode()
        large = rosa.get(PAGE, {"to": "large", "choose": "1", "about": "parks"})
        assert 'data-view="large"' in large.content.decode()
        assert 'name="view" value="large"' in large.content.decode()
        form = rosa.get(PAGE, {"view": "large", "about": "parks", "go": "1"})
        assert 'name="to" value="standard"' in form.content.decode()


class LargeResident(Resident):
    """Somebody who goes through the same form in large type, and looks at the other view now and then."""

    most_steps = 400

    def __init__(self, client: Client, rng: Random) -> None:
        super().__init__(client, rng)
        self.page = client.get(PAGE, {"view": "large"})
        self.token = form_of(self.page).fields["token"][0]

    def press(self, **button: str) -> None:
        form = form_of(self.page)
        hidden = {name: values for name, values in form.fields.items() if name in CONTROLS | {"view"}}
        self.page = self.client.post(PAGE, {**hidden, **self.typed, **button})
        if self.rng.random() < 0.1 and 'id="answers"' in self.page.content.decode() and "go" in button:
            for to in ("standard", "large"):
                form = form_of(self.page)
                hidden = {name: values for name, values in form.fields.items() if name in CONTROLS | {"view"}}
                self.page = self.client.post(PAGE, {**hidden, **self.typed, "to": to})

    def keeps_everything(self) -> None:
        fields = form_of(self.page).fields
        fields.pop("view", None)
        kept = {name: values for name, values in fields.items() if name not in CONTROLS and any(values)}
        assert {name: sorted(filter(None, values)) for name, values in kept.items()} == {
            name: sorted(filter(None, values)) for name, values in self.typed.items()
        }


@pytest.mark.parametrize("number", range(100, 116))
def test_the_records_are_those_of_the_standard_view(number: int, a_wave: Waves, rosa: Client) -> None:
    rng = Random(number)  # noqa: S311  test data, not a secret
    a_wave(a_document(rng))
    resident = LargeResident(rosa, rng)
    last = resident.walk()
    assert last.status_code == 200, last.content.decode()[:2000]
    in_large_type = stored()
    for table in (InboxEntry, Submission, QuotaCount):
        table.objects.all().delete()

    # The same answers under the same token, as one sheet of the standard view with nothing turned.
    post = {"token": resident.token, "language": "en", **resident.typed}
    rosa.post(PAGE, post)
    assert stored() == in_large_type
    assert bool(receipts_on(last)) == bool(in_large_type)


@pytest.mark.parametrize("number", range(200, 230))
def test_no_question_is_lost_doubled_or_moved(number: int, a_wave: Waves) -> None:
    rng = Random(number)  # noqa: S311  test data, not a secret
    wave = access.asked_wave(a_wave(a_document(rng)).slug)
    token = form_tokens.issue(wave.id)
    views = {}
    for view in ("", LARGE):
        sheet = AnswerSheet(wave, "en", Occasion(Channel.WEB, view=view), token.seed)
        sheet.ask([])
        drawn = [
            sections(one, sheet.walk, language="en", seed=token.seed, names={}) for one in sheet.walk.pages
        ]
        numbers = re.findall(r'question-number">(\d+)<', str(drawn))
        views[view] = sheet.walk, numbers
    standard, large = views[""][0], views[LARGE][0]
    assert large.pages == one_at_a_time(standard).pages
    assert views[""][1] == views[LARGE][1], "every question has the same number, in the same order"
    assert sorted(name for one in standard.pages for name in names_on(one)) == sorted(
        name for one in large.pages for name in names_on(one)
    )
    assert len({one.code for one in large.pages}) == len(large.pages)


def test_a_program_is_told_the_pages_of_the_standard_view(rosa: Client, a_wave: Waves) -> None:
    a_wave(document(page("p1"), rating("overall", headline=True), rating("speed")))
    token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
    body = {"token": token, "answers": {"parks": {}}, "view": "large"}
    told = rosa.post("/api/v1/waves/city-2026/course/", body, content_type="application/json").json()
    assert [one["code"] for one in told.get("pages", [])] in (["p1"], [])
    assert "view" in occasions.NAMES
