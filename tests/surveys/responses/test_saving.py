"""Putting a form aside and taking it up again: the same form, for its author alone, and never counted twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from surveys.people.models import User
from surveys.questionnaires.question_types import question_type
from surveys.responses import access, collecting, form_tokens, mixing, retention, saving
from surveys.responses.models import InboxEntry, Response, SavedSheet, Submission, Tally
from surveys.waves import fielding, inviting
from surveys.waves.models import Channel, Invitation, Wave
from tests.surveys.questionnaires import every_type

from .conftest import document, question, rating, two
from .forms import Answer, filled, form_of, receipts_on, send
from .permits import a_pass

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"
CHANGING = {"token", "saved", "seen"}  # what a form carries that is not somebody's answer


def save(client: Client, page: Answer, **answers: Any) -> Answer:
    """Fill in the form of a page and press "Save and continue later"."""
    return client.post(form_of(page).action, {**filled(page, **answers), "go": "save"})


def code_on(page: Answer) -> str:
    """Return the code that a page shows."""
    (code,) = receipts_on(page)
    return code


def resume(client: Client, code: str) -> Answer:
    return client.post("/resume/", {"code": code})


def typed_on(page: Answer) -> dict[str, list[str]]:
    """Return everything that the form of a page carries, but for what changes by itself."""
    return {name: values for name, values in form_of(page).fields.items() if name not in CHANGING}


def later(days: int) -> None:
    """Let days go by for what was saved."""
    SavedSheet.objects.update(day=timezone.localdate() - timedelta(days=days))


class TestComingBack:
    def test_the_form_comes_back_as_it_was(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        page = rosa.get(f"{PAGE}?ch=qr&lang=en&about=parks")
        put = save(rosa, page, parks__overall="1", parks__why="Ünïcode 民评 <b>", parks__ways=["2", "1"])
        assert put.status_code == 200
        html = put.content.decode()
        assert "Saved for later" in html
        assert "民评 &lt;b&gt;" not in html
        back = resume(Client(), code_on(put))
        assert back.status_code == 200
        assert "as you left it" in back.content.decode()
        expected = {**typed_on(page), "parks.overall": ["1"], "parks.why": ["Ünïcode 民评 <b>"]}
        assert typed_on(back) == {**expected, "parks.ways": ["1", "2"]}
        assert not InboxEntry.objects.exists()
        assert not Submission.objects.exists()

    def test_a_code_typed_as_people_type_is_understood(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        code = code_on(save(rosa, rosa.get(PAGE), parks__overall="4"))
        typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert form_of(resume(rosa, f" {typed} ")).fields["parks.overall"] == ["4"]

    def test_every_value_of_every_type_comes_back(self, rosa: Client, a_wave: Waves) -> None:
        whole = every_type.whole()
        whole["questions"] = [one for one in whole["questions"] if one["type"] != "page_break"]
        a_wave(whole)
        page = rosa.get(f"{PAGE}?lang=en")
        form = form_of(page)
        files = {one["code"] for one in whole["questions"] if question_type(one["type"]).takes_file}
        given = {
            name: values if "." not in name else [one for one in form.offered.get(name, ["7"]) if one][:1]
            for name, values in {**form.fields, **form.offered}.items()
            if name.split(".")[-1] not in files and name not in ("go", "lang", "to", "homepage")
        }
        put = rosa.post(form.action, {**given, "go": "save"})
        assert put.status_code == 200
        typed = saving.find(code_on(put))
        assert typed is not None
        back = resume(Client(headers={"accept-language": "en"}), code_on(put))
        assert code_on(save(rosa, back)) == code_on(put)
        answers = {name: values for name, values in given.items() if "." in name}
        asked = {name.split(".")[1] for name in answers}
        assert asked >= {kind.name for kind in every_type.DRAWN if kind.takes_answer and not kind.takes_file}
        assert {name: list(values) for name, values in typed.fields.items() if "." in name} == answers
        shown = typed_on(back)
        for name, values in answers.items():
            assert shown.get(name), name
            assert set(shown[name]) <= set(values), name

    def test_the_same_page_of_several_comes_back_and_nothing_is_judged(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        paged = document(
            rating("city", "general"),
            question("second", "page_break", "general", two("二", "Two")),
            rating("overall", required=True, headline=True),
        )
        a_wave(paged)
        first = rosa.get(PAGE)
        second = rosa.post(PAGE, {**filled(first, general__city="2"), "go": "next"})
        at = form_of(second).fields["at"]
        put = save(rosa, second)  # the required ratings are not there yet
        assert put.status_code == 200
        back = resume(rosa, code_on(put))
        fields = form_of(back).fields
        assert (fields["at"], fields["general.city"]) == (at, ["2"])
        assert "error-summary" not in back.content.decode()
        thanks = rosa.post(PAGE, {**filled(back, parks__overall="1", roads__overall="3"), "go": "send"})
        assert len(receipts_on(thanks)) == 3

    def test_wrong_answers_are_kept_as_they_were_typed(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        put = save(rosa, rosa.get(PAGE), roads__wait="a long time", parks__overall="17")
        assert put.status_code == 200
        assert form_of(resume(rosa, code_on(put))).fields["roads.wait"] == ["a long time"]

    def test_an_empty_form_can_be_put_aside(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        page = rosa.get(PAGE)
        assert typed_on(resume(rosa, code_on(save(rosa, page)))) == typed_on(page)

    def test_the_order_of_chance_is_the_same(self, rosa: Client, a_wave: Waves) -> None:
        choices = [
            {"code": number, "text": two(f"选{number}", f"Choice {number}")} for number in range(1, 13)
        ]
        shuffled = question(
            "pick", "single_choice", "general", two("选", "Pick"),
            settings={"choices": choices, "offer": [], "shuffle": True},
        )  # fmt: skip
        a_wave(document(rating("overall", headline=True), shuffled))
        page = rosa.get(PAGE)
        back = resume(rosa, code_on(save(rosa, page)))
        assert form_of(back).offered["general.pick"] == form_of(page).offered["general.pick"]
        assert form_of(back).offered["general.pick"] != sorted(form_of(page).offered["general.pick"], key=int)

    def test_another_language_keeps_the_code_and_the_answers(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        code = code_on(save(rosa, rosa.get(PAGE), parks__overall="3"))
        back = resume(rosa, code)
        other = rosa.post(PAGE, {**form_of(back).fields, "lang": "zh-hans"})
        assert form_of(other).fields["language"] == ["zh-hans"]
        assert form_of(other).fields["parks.overall"] == ["3"]
        put = save(rosa, other)
        assert code_on(put) == code
        assert form_of(resume(rosa, code)).fields["language"] == ["zh-hans"]

    def test_an_invited_persons_form_comes_back_with_the_invitation(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        code = inviting.make_codes(a_wave(is_public=False), stratum=0, count=1, by=ada)[0]
        put = save(rosa, rosa.get(f"/i/{code}/", follow=True), parks__overall="5")
        assert code not in put.content.decode()
        back = resume(Client(), code_on(put))
        assert form_of(back).fields["code"] == [code]
        assert Invitation.objects.get().state == Invitation.State.ISSUED
        assert send(rosa, back).status_code == 200
        assert Invitation.objects.get().state == Invitation.State.SPENT

    def test_files_do_not_come_along_and_that_is_said(self, rosa: Client, a_wave: Waves) -> None:
        photo = question("photo", "file", "general", two("照片", "Photo"), settings={"kinds": ["document"]})
        a_wave(document(rating("overall", headline=True), photo))
        page = rosa.get(PAGE)
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
        put = rosa.post(PAGE, {**filled(page, parks__overall="2"), "go": "save", "general.photo": file})
        assert "choose them again" in put.content.decode()
        back = resume(rosa, code_on(put))
        assert "choose them again" in back.content.decode()
        assert [value for value in form_of(back).fields.get("general.photo", []) if value] == []


class TestOnce:
    def test_taken_up_twice_and_sent_twice_it_is_one_rating_with_the_same_receipts(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        code = code_on(save(rosa, page, parks__overall="1"))
        one, two_ = resume(Client(), code), resume(Client(), code)
        first = send(rosa, one)
        assert receipts_on(send(rosa, two_, parks__overall="5")) == receipts_on(first)
        assert receipts_on(send(rosa, page, parks__overall="5")) == receipts_on(
            first
        )  # the form of the first day
        assert receipts_on(resume(rosa, code)) == receipts_on(first)
        assert receipts_on(save(rosa, two_)) == receipts_on(first)  # nor is it put aside once more
        assert InboxEntry.objects.count() == 1
        assert bytes(InboxEntry.objects.get().codes)[0] == 1

    def test_saving_again_replaces_what_was_saved(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        put = save(rosa, rosa.get(PAGE), parks__overall="1")
        again = save(rosa, resume(rosa, code_on(put)), parks__overall="2")
        assert code_on(again) == code_on(put)
        assert SavedSheet.objects.count() == 1
        assert form_of(resume(rosa, code_on(put))).fields["parks.overall"] == ["2"]

    def test_an_old_form_can_still_be_sent_after_it_was_taken_up(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(closes_at=timezone.now() + timedelta(days=30), release_at=timezone.now() + timedelta(days=40))
        with time_machine.travel(timezone.now(), tick=False) as clock:
            code = code_on(save(rosa, rosa.get(PAGE), parks__overall="2"))
            clock.shift(timedelta(days=6))
            access.forget()
            back = resume(rosa, code)
            clock.shift(timedelta(days=3))
            assert len(receipts_on(send(rosa, back))) == 1

    def test_a_form_is_remembered_longer_than_it_can_come_again(self) -> None:
        ways = form_tokens.LIFETIME_DAYS + saving.KEPT_DAYS
        assert ways < retention.FORM_DAYS
        assert form_tokens.LIFETIME_SECONDS >= 72 * 3600  # as long as a device may be away

    def test_seconds_that_were_spent_are_carried_on_so_that_nobody_looks_hasty(self) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            token = form_tokens.issue(1)
            clock.shift(timedelta(minutes=5))
            spent = token.age
            clock.shift(timedelta(days=5))
            again = form_tokens.renew(token, 1, spent=spent)
            assert again.age == pytest.approx(300, abs=1)
            assert (again.secret, again.hash) == (token.secret, token.hash)
            assert form_tokens.read(again.written, 1) == again
            assert not form_tokens.renew(token, 1, spent=1e9).has_expired


class TestEnds:
    def purge(self) -> int:
        """Delete what the table of retention says, and return how many forms."""
        (rule,) = [one for one in retention.RULES if one.code == "saved"]
        return rule.carry_out(timezone.localdate())

    def test_after_seven_days_it_is_gone(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        code = code_on(save(rosa, rosa.get(PAGE), parks__overall="1"))
        later(7)
        assert self.purge() == 0
        assert resume(rosa, code).status_code == 200
        later(8)
        assert resume(rosa, code).status_code == 404  # whether or not it has been purged
        assert self.purge() == 1
        assert not SavedSheet.objects.exists()

    def test_a_wave_that_closed_meanwhile_says_so(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        page = rosa.get(PAGE)
        code = code_on(save(rosa, page, parks__overall="1"))
        fielding.close_wave(wave, by=ada)
        access.forget()
        assert resume(rosa, code).status_code == 410
        assert save(rosa, page).status_code == 410

    def test_a_spent_invitation_is_said_before_anything_is_typed(
        self, rosa: Client, a_wave: Waves, ada: User
    ) -> None:
        invited = inviting.make_codes(a_wave(), stratum=0, count=1, by=ada)[0]
        code = code_on(save(rosa, rosa.get(f"/i/{invited}/", follow=True), parks__overall="1"))
        send(rosa, rosa.get(f"/i/{invited}/", follow=True), parks__overall="1")
        assert resume(rosa, code).status_code == 410

    def test_who_was_not_invited_puts_nothing_aside(self, rosa: Client, a_wave: Waves) -> None:
        wave = a_wave(is_public=False)
        put = rosa.post(
            PAGE, {"token": form_tokens.issue(wave.pk).written, "go": "save", "parks.overall": "1"}
        )
        assert put.status_code == 403
        assert not SavedSheet.objects.exists()

    @pytest.mark.parametrize("channel", sorted(saving.NEVER_SAVED))
    def test_nothing_is_put_aside_on_a_device_or_paper_of_others(
        self, rosa: Client, a_wave: Waves, channel: Channel
    ) -> None:
        wave = a_wave(channels=(Channel.WEB, channel))
        page = rosa.post(PAGE, {"pass": a_pass(wave, channel), "choose": "1", "go": "1"})
        assert 'value="save"' not in page.content.decode()
        assert 'value="save"' in rosa.get(PAGE).content.decode()
        save(rosa, page, parks__overall="1")
        assert not SavedSheet.objects.exists()

    def test_while_the_database_is_away_the_answers_stay_on_the_page(
        self, rosa: Client, a_wave: Waves, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        code = code_on(save(rosa, page, parks__overall="2"))

        def away(*_args: Any, **_more: Any) -> None:
            raise OperationalError("gone")

        monkeypatch.setattr(collecting, "replay", away)
        again = save(rosa, page, parks__overall="2")
        assert again.status_code == 503
        assert again["Retry-After"]
        assert form_of(again).fields["parks.overall"] == ["2"]
        back = resume(rosa, code)
        assert back.status_code == 503
        assert code in back.content.decode()

    def test_what_is_larger_than_a_form_is_not_kept(
        self, rosa: Client, a_wave: Waves, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_wave()
        assert saving.MOST_BYTES == 60_000
        monkeypatch.setattr(saving, "MOST_BYTES", 1000)
        again = save(rosa, rosa.get(PAGE), parks__why="x" * 900)
        assert again.status_code == 422
        assert form_of(again).fields["parks.why"] == ["x" * 900]
        assert not SavedSheet.objects.exists()

    def test_one_form_is_one_row_however_often_it_is_put_aside(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        page = rosa.get(PAGE)
        codes = {code_on(save(rosa, page, parks__overall=grade)) for grade in ("1", "2", "3")}
        assert SavedSheet.objects.count() == len(codes) == 1
        assert form_of(resume(rosa, codes.pop())).fields["parks.overall"] == ["3"]

    def test_without_a_form_of_ours_nothing_is_put_aside_and_nothing_typed_is_lost(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        wave = a_wave()
        for token in ("no token of ours", form_tokens.issue(wave.pk + 1).written, ""):
            typed = {"go": "save", "parks.why": "x" * 9000, "language": "en"}
            again = rosa.post(PAGE, {"token": token, **typed})
            assert again.status_code == 422
            assert form_of(again).fields["parks.why"] == ["x" * 9000]
            assert form_tokens.read(form_of(again).fields["token"][0], wave.pk)
        assert not SavedSheet.objects.exists()

    def test_what_waits_at_a_wave_is_bounded(
        self, rosa: Client, a_wave: Waves, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_wave()
        save(rosa, rosa.get(PAGE), parks__why="x" * 1000)
        monkeypatch.setattr(saving, "MOST_WAITING", 900)
        again = save(rosa, rosa.get(PAGE), parks__why="y" * 100)
        assert again.status_code == 503
        assert "So many forms are put aside just now" in again.content.decode()
        assert form_of(again).fields["parks.why"] == ["y" * 100]
        assert SavedSheet.objects.count() == 1

    def test_fields_that_the_form_does_not_have_are_not_kept(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        put = save(rosa, rosa.get(PAGE), **{"nobody.asked": "1", "junk": "x" * 10_000})
        found = saving.find(code_on(put))
        assert found is not None
        assert not {"nobody.asked", "junk"} & found.fields.keys()

    def test_nothing_of_it_is_ever_counted(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        save(rosa, rosa.get(PAGE), parks__overall="1")
        mixing.mix_due()
        fielding.close_wave(wave, by=ada)
        mixing.settle(wave.pk)
        assert not InboxEntry.objects.exists()
        assert not Response.objects.exists()
        assert not Tally.objects.exists()
