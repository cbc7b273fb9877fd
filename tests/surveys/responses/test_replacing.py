"""Whoever holds a receipt and its change word may rate once more: exactly one counts, and the person once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from surveys import microdata
from surveys.people.models import Department, User
from surveys.questionnaires.logic.seeds import Seed
from surveys.responses import (
    access,
    change_words,
    checking,
    collecting,
    counting,
    mixing,
    receipts,
    recounting,
    replacing,
)
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.form_tokens import FormToken
from surveys.responses.models import (
    InboxEntry,
    Participation,
    QuotaCount,
    Replacement,
    Response,
    Status,
    Submission,
)
from surveys.responses.quality import Flag
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Invitation, Klass, Wave

from .test_collecting import a_sheet, a_token
from .test_mixing import agrees_with_a_new_count, answer, no_one_waits_long

Waves = Callable[..., Wave]

FIRST = {"parks": {"overall": 1, "speed": 2}}


def word_of(receipt: str) -> str:
    return change_words.word_of(receipts.read(receipt))


def newer(wave: Wave, receipt: str, answers: Any = None, **said: str) -> AnswerSheet:
    payload = {
        "answers": answers or {"parks": {"overall": 5}},
        "replaces": receipt,
        "change_word": word_of(receipt),
        **said,
    }
    return AnswerSheet.from_json(access.asked_wave(wave.slug), payload, seed=Seed.of(1))


def replace(wave: Wave, receipt: str, answers: Any = None, *, token: FormToken | None = None) -> str:
    (new,) = replacing.replace(newer(wave, receipt, answers), token=token or a_token(wave)).receipts
    return new


def record(receipt: str) -> Response:
    known = receipts.read(receipt)
    return next(one for one in Response.objects.all() if bytes(one.commitment)[:10] == known)


def counted(wave: Wave) -> list[str]:
    """Receipts of the records that count."""
    found = Response.objects.filter(wave=wave).exclude(status=Status.REPLACED)
    return sorted(receipts.printed(bytes(one.commitment)[:10]) for one in found)


def state_of(receipt: str) -> str:
    found = checking.find(receipts.read(receipt))
    return found.state if found else "unknown"


def mixed(settings: Any) -> None:
    """Mix everything that waits."""
    no_one_waits_long(settings, people=1, seconds=0)
    mixing.mix_due()


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    return a_wave()


@pytest.fixture
def first(wave: Wave) -> str:
    """The receipt of a rating of Parks that waits in the inbox."""
    (receipt,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
    return receipt


class TestChangeWords:
    def test_the_word_follows_from_the_receipt_and_the_secret_alone(self, settings: Any) -> None:
        one, other = b"0123456789", b"0123456780"
        word = change_words.word_of(one)
        assert word == change_words.word_of(one) != change_words.word_of(other)
        settings.SECRET_KEY = "another"
        assert change_words.word_of(one) != word

    def test_typing_mistakes_of_the_eye_are_forgiven_and_nothing_else(self) -> None:
        receipt = b"0123456789"
        word = change_words.word_of(receipt)
        for typed in (word, word.lower(), word.replace("-", " "), f" {word} ", word.replace("-", "\u2014")):
            assert change_words.fits(typed, receipt)
        for typed in ("", word[:-1], word + "0", "ZZZZ-ZZZZ", "字" * 8, "x" * 5000):
            assert not change_words.fits(typed, receipt)


@pytest.mark.django_db
class TestReplacing:
    def test_the_newest_counts_and_the_old_one_stays_but_counts_nowhere(
        self, wave: Wave, first: str, settings: Any
    ) -> None:
        mixed(settings)
        second = replace(wave, first)
        assert counted(wave) == [first]  # until the new one is mixed in
        mixed(settings)
        assert counted(wave) == [second]
        assert Response.objects.count() == 2
        assert record(first).status == Status.REPLACED
        assert (state_of(first), state_of(second)) == ("replaced", "counted")
        assert agrees_with_a_new_count(wave)

    def test_both_in_the_inbox_at_once(self, wave: Wave, first: str, settings: Any) -> None:
        second = replace(wave, first)
        assert (state_of(first), state_of(second)) == ("replaced", "mixing")
        mixed(settings)
        assert counted(wave) == [second]
        assert agrees_with_a_new_count(wave)

    def test_a_chain_leaves_its_last_link(self, wave: Wave, first: str, settings: Any) -> None:
        second = replace(wave, first)
        mixed(settings)
        third = replace(wave, second, {"parks": {"overall": 3}})
        with pytest.raises(replacing.AlreadyReplaced):
            replace(wave, first)
        with pytest.raises(replacing.AlreadyReplaced):
            replace(wave, second)
        mixed(settings)
        assert counted(wave) == [third]
        assert agrees_with_a_new_count(wave)

    def test_it_stands_for_the_same_person(
        self, a_wave: Waves, strata: tuple[StratumPlan, ...], ada: User, settings: Any
    ) -> None:
        wave = a_wave(strata=strata)
        (code,) = inviting.make_codes(wave, stratum=2, count=1, by=ada)
        (receipt,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave), code=code).receipts
        InboxEntry.objects.update(cell=7, psu=3, point=11)
        mixed(settings)
        people = list(Participation.objects.values())
        new = record_of_newest(replace(wave, receipt))
        assert (new.klass, new.stratum, new.cell, new.psu, new.point) == (Klass.SAMPLE, 2, 7, 3, 11)
        assert not new.leads
        mixed(settings)
        assert list(Participation.objects.values()) == people
        assert Invitation.objects.filter(state=Invitation.State.SPENT).count() == 1

    def test_the_channel_is_that_of_now(self, wave: Wave, first: str) -> None:
        sheet = newer(wave, first, channel="qr")
        (second,) = replacing.replace(sheet, token=a_token(wave)).receipts
        assert record_of_newest(second).channel == Channel.QR

    def test_what_was_noticed_about_how_a_person_came_is_not_shaken_off(self, wave: Wave, first: str) -> None:
        InboxEntry.objects.update(flags=Flag.NEARBY | Flag.STRAIGHT_LINE)
        new = record_of_newest(replace(wave, first))
        assert new.flags & Flag.NEARBY
        assert not new.flags & Flag.STRAIGHT_LINE

    def test_quotas_are_not_counted_again(self, wave: Wave, first: str) -> None:
        QuotaCount.objects.create(wave=wave, code="full", taken=5)
        replace(wave, first)
        assert QuotaCount.objects.get().taken == 5

    def test_the_same_form_again_gives_the_same_receipt(self, wave: Wave, first: str) -> None:
        token = a_token(wave)
        second = replace(wave, first, token=token)
        assert replace(wave, first, {"parks": {"overall": 2}}, token=token) == second
        assert InboxEntry.objects.count() == 2

    def test_the_wrong_word_changes_nothing(self, wave: Wave, first: str) -> None:
        (other,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
        for word in ("", "0000-0000", word_of(other), first):
            sheet = newer(wave, first, change_word=word or "-")
            with pytest.raises(replacing.WrongWord):
                replacing.replace(sheet, token=a_token(wave))
        assert InboxEntry.objects.count() == 2
        assert not Replacement.objects.exists()

    def test_a_receipt_that_nobody_has_is_answered_like_a_wrong_word(self, wave: Wave, first: str) -> None:
        unknown = receipts.printed(b"0123456789")
        with pytest.raises(replacing.WrongWord):
            replace(wave, unknown)

    def test_another_department_is_refused(self, wave: Wave, first: str) -> None:
        with pytest.raises(replacing.OtherDepartment):
            replace(wave, first, {"roads": {"overall": 5}})
        assert not Replacement.objects.exists()

    def test_two_departments_at_once_are_refused(self, wave: Wave, first: str) -> None:
        with pytest.raises(collecting.InvalidAnswers):
            replace(wave, first, {"parks": {"overall": 5}, "roads": {"overall": 5}})

    def test_another_wave_is_refused(self, a_wave: Waves, wave: Wave, first: str) -> None:
        other = a_wave(slug="other")
        with pytest.raises(replacing.WrongWord):
            replace(other, first)

    def test_what_was_said_of_the_place_as_a_whole_is_replaced_alone(self, wave: Wave, settings: Any) -> None:
        answers = {"general": {"city": 2}, "parks": {"overall": 4}}
        both = collecting.submit(a_sheet(wave, answers), token=a_token(wave)).receipts
        general = next(
            one
            for one in both
            if replacing.replaceable(access.asked_wave(wave.slug), receipts.read(one), word=word_of(one)).code
            == "general"
        )
        second = replace(wave, general, {"general": {"city": 5}})
        mixed(settings)
        assert counted(wave) == sorted({*both, second} - {general})
        assert agrees_with_a_new_count(wave)

    def test_after_closing_nothing_can_be_replaced(self, wave: Wave, first: str, ada: User) -> None:
        fielding.close_wave(wave, by=ada)
        with pytest.raises(collecting.WaveNotOpen):
            replace(wave, first)
        assert not Replacement.objects.exists()

    def test_what_was_accepted_before_the_close_is_applied_at_rest(
        self, wave: Wave, first: str, ada: User
    ) -> None:
        second = replace(wave, first)
        fielding.close_wave(wave, by=ada)
        mixing.settle_due()
        assert counted(wave) == [second]
        assert not Replacement.objects.exists()
        assert state_of(first) == "replaced"
        assert agrees_with_a_new_count(wave)

    def test_rows_for_analyses_leave_out_what_was_replaced(
        self, wave: Wave, first: str, ada: User, departments: dict[str, Department]
    ) -> None:
        replace(wave, first, {"parks": {"overall": 4}})
        fielding.close_wave(wave, by=ada)
        mixing.settle_due()
        (row,) = microdata.rows(wave.pk, klass=Klass.OPEN, department_id=departments["parks"].pk)
        assert row.codes[0] == 4

    def test_a_slice_whose_only_record_waits_again_is_gone_until_then(
        self, wave: Wave, first: str, settings: Any
    ) -> None:
        mixed(settings)
        Response.objects.update(status=Status.REPLACED)
        recounting.recount(wave, set(Response.objects.values_list("department_id", "klass")))
        assert counting.stored(wave) == {} == counting.count_wave(wave)

    def test_a_mixing_that_dies_half_way_changes_nothing(
        self, wave: Wave, first: str, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mixed(settings)
        before = counting.stored(wave)
        second = replace(wave, first)

        def die(*_given: Any) -> None:
            raise RuntimeError("killed")

        with monkeypatch.context() as patched:
            patched.setattr(recounting, "recount", die)
            mixing.mix_due()
        assert counting.stored(wave) == before
        assert counted(wave) == [first]
        mixing.mix_due()
        assert counted(wave) == [second]
        assert agrees_with_a_new_count(wave)

    def test_the_number_is_told_from_ten_on(self, wave: Wave, settings: Any) -> None:
        all_of_them = [
            collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts[0] for _number in range(10)
        ]
        for receipt in all_of_them[1:]:
            replace(wave, receipt)
        mixed(settings)
        assert replacing.replaced_number(wave) is None
        replace(wave, all_of_them[0])
        mixed(settings)
        assert replacing.replaced_number(wave) == 10
        assert sum(one.people for one in Participation.objects.all()) == 10

    def test_many_at_random_leave_tallies_that_a_new_count_gives(self, wave: Wave, settings: Any) -> None:
        no_one_waits_long(settings, people=7)
        heads: list[str] = []
        for number in range(30):
            heads.append(answer(wave, number)[1])
            if number % 3 == 2:
                chosen = heads[number // 2]
                heads[number // 2] = replace(wave, chosen, {"parks": {"overall": number % 5 + 1}})
            if number % 5 == 4:
                mixing.mix_due()
        mixed(settings)
        assert agrees_with_a_new_count(wave)
        assert set(heads) <= set(counted(wave))
        assert sum(one.people for one in Participation.objects.all()) == 30


def record_of_newest(receipt: str) -> InboxEntry:
    known = receipts.read(receipt)
    return next(one for one in InboxEntry.objects.all() if bytes(one.commitment)[:10] == known)


@pytest.mark.django_db
def test_a_form_of_yesterday_still_replaces(wave: Wave, first: str) -> None:
    Submission.objects.update(day=timezone.localdate() - timedelta(days=1))
    assert state_of(replace(wave, first)) == "mixing"
