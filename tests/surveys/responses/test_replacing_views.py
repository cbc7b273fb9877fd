"""Replacing by page and by program: a receipt and its word lead to an empty sheet, a receipt alone to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import User
from surveys.responses import (
    collecting,
    form_tokens,
    nearby,
    screening,
)
from surveys.responses.models import (
    InboxEntry,
    Replacement,
)
from surveys.responses.quality import Flag
from surveys.waves import fielding, inviting
from surveys.waves.models import Klass, Wave

from .forms import filled, form_of, receipts_on, send
from .test_collecting import a_sheet, a_token
from .test_replacing import FIRST, counted, mixed, state_of, word_of

Waves = Callable[..., Wave]


@pytest.fixture(autouse=True)
def nobody_nearby() -> Iterator[None]:
    nearby.forget()
    yield
    nearby.forget()


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    return a_wave()


@pytest.fixture
def first(wave: Wave) -> str:
    """The receipt of a rating of Parks that waits in the inbox."""
    (receipt,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
    return receipt


def words_on(page: Any) -> list[str]:
    """The change words that a page shows."""
    return re.findall(r"<li>(.*?)</li>", page.content.decode().replace("<span>", "").replace("</span>", ""))


@pytest.mark.django_db
class TestByPage:
    def test_the_journey_of_a_changed_mind(self, wave: Wave, rosa: Client, settings: Any) -> None:
        page = rosa.get(f"/s/{wave.slug}/?lang=en")
        thanks = send(rosa, page, parks__overall="1", parks__why="too long a wait")
        (receipt,) = receipts_on(thanks)
        assert words_on(thanks) == [word_of(receipt)]
        checked = rosa.post("/check/", {"code": receipt})
        assert "Change this rating" in checked.content.decode()
        assert word_of(receipt) not in checked.content.decode()
        sheet = rosa.post("/check/?lang=en", {"code": receipt, "word": word_of(receipt).lower()})
        assert sheet.status_code == 200
        fields = form_of(sheet).fields
        assert fields["about"] == ["parks"]
        assert "too long a wait" not in sheet.content.decode()
        assert not [name for name in fields if name.startswith("parks.") and fields[name] != [""]]
        assert not [name for name in form_of(sheet).offered if not name.startswith("parks.")]
        thanks = send(rosa, sheet, parks__overall="5")
        (newest,) = receipts_on(thanks)
        mixed(settings)
        assert counted(wave) == [newest]
        replaced = rosa.post("/check/", {"code": receipt}).content.decode()
        assert "Replaced by a newer rating" in replaced
        assert newest not in replaced
        assert "Change this rating" not in replaced
        assert not rosa.cookies

    def test_a_clerk_with_the_receipt_alone_gets_nothing(self, wave: Wave, first: str, rosa: Client) -> None:
        for word in ("0000-0000", first, "x"):
            page = rosa.post("/check/", {"code": first, "word": word})
            assert page.status_code == 422
            assert form_of(page).fields.get("about") is None
            assert "Parks" not in page.content.decode()
        assert not Replacement.objects.exists()

    def test_the_page_of_the_place_as_a_whole_asks_about_it_alone(self, wave: Wave, rosa: Client) -> None:
        page = rosa.get(f"/s/{wave.slug}/?lang=en")
        (receipt,) = receipts_on(send(rosa, page, general__city="2"))
        sheet = rosa.post("/check/", {"code": receipt, "word": word_of(receipt)})
        assert form_of(sheet).fields["about"] == ["general"]
        wrong = send(rosa, sheet)
        assert wrong.status_code == 422
        assert form_of(wrong).fields["about"] == ["general"]
        assert form_of(wrong).fields["replaces"] == [receipt]
        assert len(receipts_on(send(rosa, wrong, general__city="4"))) == 1

    def test_another_language_keeps_what_is_changed(self, wave: Wave, first: str, rosa: Client) -> None:
        sheet = rosa.post("/check/", {"code": first, "word": word_of(first)})
        other = rosa.post(form_of(sheet).action, filled(sheet, parks__overall="4", lang="zh-hans"))
        assert form_of(other).fields["replaces"] == [first]
        assert form_of(other).fields["parks.overall"] == ["4"]
        (second,) = receipts_on(send(rosa, other))
        assert state_of(first) == "replaced"
        assert state_of(second) == "mixing"

    def test_a_form_bent_to_another_department_is_refused(self, wave: Wave, first: str, rosa: Client) -> None:
        sheet = rosa.post("/check/", {"code": first, "word": word_of(first)})
        kept = {name: one for name, one in form_of(sheet).fields.items() if not name.startswith("parks.")}
        bent = {**kept, "about": ["roads"], "roads.overall": "5"}
        answered = rosa.post(form_of(sheet).action, bent)
        assert answered.status_code == 409
        assert InboxEntry.objects.count() == 1

    def test_best_and_worst_take_the_same_steps_and_get_the_same_page(self, wave: Wave, rosa: Client) -> None:
        shown = []
        for grade in ("1", "5"):
            page = rosa.get(f"/s/{wave.slug}/?lang=en")
            thanks = send(rosa, page, parks__overall=grade)
            (receipt,) = receipts_on(thanks)
            sheet = rosa.post("/check/", {"code": receipt, "word": word_of(receipt)})
            newest = send(rosa, sheet, parks__overall=grade)
            assert len(receipts_on(newest)) == 1
            lines = []
            for answered in (thanks, newest):
                html = answered.content.decode()
                lines.append(re.sub(r"<span>[0-9A-Z-]{4,6}</span>", "", html))
            shown.append((thanks.status_code, sorted(form_of(sheet).fields), newest.status_code, lines))
        assert shown[0] == shown[1]

    def test_a_wave_that_has_closed_offers_no_change(
        self, wave: Wave, first: str, rosa: Client, ada: User
    ) -> None:
        fielding.close_wave(wave, by=ada)
        page = rosa.post("/check/", {"code": first, "word": word_of(first)}).content.decode()
        assert "Change this rating" not in page
        assert form_of(rosa.post("/check/", {"code": first})).fields.get("about") is None

    def test_a_spent_code_is_not_asked_for_again(self, a_wave: Waves, ada: User, rosa: Client) -> None:
        wave = a_wave(is_public=False, slug="coded")
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        page = rosa.get(f"/i/{code}/?lang=en", follow=True)
        (receipt,) = receipts_on(send(rosa, page, parks__overall="2"))
        sheet = rosa.post("/check/", {"code": receipt, "word": word_of(receipt)})
        assert "code" not in form_of(sheet).fields
        assert len(receipts_on(send(rosa, sheet, parks__overall="4"))) == 1
        assert {one.klass for one in InboxEntry.objects.all()} == {Klass.SAMPLE}


@pytest.mark.django_db
class TestScreenedLikeAnyForm:
    def change(self, rosa: Client, receipt: str, **more: str) -> Any:
        sheet = rosa.post("/check/", {"code": receipt, "word": word_of(receipt)})
        return rosa.post(form_of(sheet).action, {**filled(sheet, parks__overall="4"), **more})

    def test_a_change_of_an_open_rating_is_asked_for_one_more_step(
        self, wave: Wave, first: str, rosa: Client, settings: Any
    ) -> None:
        settings.STEP_UP_SECONDS = 60
        for more in ({}, {"code": "0" * 26}):
            asked = self.change(rosa, first, **more)
            assert asked.status_code == 428
            assert Replacement.objects.count() == 0
        fields = form_of(asked).fields
        assert (fields["replaces"], fields["parks.overall"]) == ([first], ["4"])
        assert len(receipts_on(self.change(rosa, first, work="skip"))) == 1
        newest = InboxEntry.objects.get(leads=False)
        assert newest.flags & Flag.UNPROVEN

    def test_each_change_counts_as_a_form_from_its_part_of_the_network(
        self, wave: Wave, first: str, rosa: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(screening, "NEARBY_AFTER", 2)
        receipt = first
        for _time in range(4):
            (receipt,) = receipts_on(self.change(rosa, receipt))
        flagged = [bool(one.flags & Flag.NEARBY) for one in InboxEntry.objects.filter(leads=False)]
        assert sorted(flagged) == [False, False, True, True]

    def test_a_change_of_a_rating_with_a_code_is_asked_for_nothing(
        self, wave: Wave, rosa: Client, ada: User, settings: Any
    ) -> None:
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        page = rosa.get(f"/i/{code}/?lang=en", follow=True)
        (receipt,) = receipts_on(send(rosa, page, parks__overall="2"))
        settings.STEP_UP_SECONDS = 60
        assert len(receipts_on(self.change(rosa, receipt))) == 1
        assert not InboxEntry.objects.filter(flags__gte=Flag.NEARBY).exists()

    def test_a_program_is_asked_too(self, wave: Wave, first: str, settings: Any) -> None:
        settings.STEP_UP_SECONDS = 60
        claim = {"replaces": first, "change_word": word_of(first)}
        assert TestByProgram().post(wave, **claim).status_code == 428
        assert TestByProgram().post(wave, **claim, work="skip").status_code == 201


@pytest.mark.django_db
class TestByProgram:
    def post(self, wave: Wave, **payload: Any) -> Any:
        token = form_tokens.issue(wave.pk).written
        return Client().post(
            f"/api/v1/waves/{wave.slug}/responses/",
            {"token": token, "answers": {"parks": {"overall": 5}}, **payload},
            content_type="application/json",
        )

    def test_a_program_may_do_what_the_page_does(self, wave: Wave) -> None:
        first = self.post(wave).json()
        (receipt,), (word,) = first["receipts"], first["change_words"]
        assert word == word_of(receipt)
        second = self.post(wave, replaces=receipt, change_word=word)
        assert second.status_code == 201
        assert self.post(wave, replaces=receipt, change_word=word).status_code == 409
        state = Client().post("/api/v1/check/", {"receipt": receipt}, content_type="application/json").json()
        assert state["state"] == "replaced"

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            ({"change_word": "0000-0000"}, 403),
            ({"change_word": None}, 422),
            ({"replaces": None}, 422),
            ({"replaces": 7}, 422),
            ({"replaces": ""}, 422),
            ({"replaces": "nonsense"}, 403),
        ],
    )
    def test_half_a_claim_never_becomes_a_rating_of_its_own(
        self, wave: Wave, first: str, said: dict[str, Any], status: int
    ) -> None:
        claim = {"replaces": first, "change_word": word_of(first), **said}
        assert self.post(wave, **claim).status_code == status
        assert InboxEntry.objects.count() == 1

    def test_a_word_without_a_receipt_is_refused(self, wave: Wave, first: str) -> None:
        assert self.post(wave, change_word=word_of(first)).status_code == 422
        assert InboxEntry.objects.count() == 1
