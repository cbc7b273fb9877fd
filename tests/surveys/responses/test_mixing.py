"""Mixing moves records so that nobody can trace them, counts them as they go, and may be killed anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires.codebook import codebook_of
from surveys.responses import checking, collecting, commitments, counting, mixing, receipts
from surveys.responses.models import InboxEntry, Participation, Response, Submission, Tally
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Klass, Wave

from .test_collecting import a_sheet, a_token

Waves = Callable[..., Wave]


def answer(wave: Wave, number: int, *, code: str | None = None) -> tuple[str, ...]:
    """Let somebody answer; the answers follow from `number`."""
    answers = {
        "general": {"city": number % 5 + 1},
        "parks": {"overall": number % 4 + 1, "speed": "dk", "way": number % 2 + 1},
        "roads": {"overall": 5 - number % 3, "why": f"remark {number}"},
    }
    if number % 3 == 0:
        del answers["roads"]
    return collecting.submit(a_sheet(wave, answers), token=a_token(wave), code=code).receipts


def no_one_waits_long(settings: Any, *, people: int = 20, seconds: int = 3600) -> None:
    settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = people, seconds


def spend(wave: Wave, count: int) -> None:
    """Let so many people have answered by code long ago, as the last batch has left their codes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_invitation (code_hash, wave_id, klass, stratum, state)"
            " SELECT sha256(n::text::bytea), %s, 1, 1, 2 FROM generate_series(1, %s) AS n",
            [wave.pk, count],
        )


def agrees_with_a_new_count(wave: Wave) -> bool:
    return counting.stored(wave) == {key: one.written() for key, one in counting.count_wave(wave).items()}


@pytest.mark.django_db
class TestBatches:
    def test_a_few_people_wait_for_more(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings)
        wave = a_wave()
        for number in range(19):
            answer(wave, number)
        assert mixing.mix_due() == 0
        assert Response.objects.count() == 0
        answer(wave, 19)
        assert mixing.mix_due() == 53
        assert InboxEntry.objects.count() == 0
        assert Response.objects.count() == 53

    def test_people_are_counted_not_their_records(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=3)
        wave = a_wave()
        answer(wave, 1)
        answer(wave, 2)
        assert InboxEntry.objects.count() == 6
        assert mixing.mix_due() == 0

    def test_the_more_people_have_answered_by_code_the_more_are_mixed_at_a_time(
        self, a_wave: Waves, ada: User, settings: Any
    ) -> None:
        """All spent codes are written anew with each batch: fifty for each record, however large the wave."""
        no_one_waits_long(settings, people=2)
        wave = a_wave()
        spend(wave, 100)
        moved = []
        for number, code in enumerate(inviting.make_codes(wave, stratum=0, count=3, by=ada)):
            answer(wave, number, code=code)
            moved.append(mixing.mix_due())
        assert moved == [0, 0, 8]

    def test_who_has_waited_long_enough_waits_no_more(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, seconds=60)
        wave = a_wave()
        answer(wave, 1)
        assert mixing.mix_due() == 0
        InboxEntry.objects.update(received_at=timezone.now() - timedelta(seconds=61))
        assert mixing.mix_due() == 3

    def test_each_wave_is_mixed_by_itself(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=2)
        first, second = a_wave(), a_wave(slug="second")
        for number in (1, 2):
            answer(first, number)
        answer(second, 1)
        assert mixing.mix_due() == 6
        assert set(Response.objects.values_list("wave_id", flat=True)) == {first.pk}

    def test_a_record_keeps_everything_but_its_key_and_its_time(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        answer(wave, 1)
        fields = [
            field.attname
            for field in InboxEntry._meta.fields
            if field.attname not in ("leads", "received_at", "helper", "id")
        ]
        before = {bytes(entry.commitment): entry for entry in InboxEntry.objects.all()}
        mixing.mix_due()
        for response in Response.objects.all():
            entry = before.pop(bytes(response.commitment))
            assert response.pk != entry.pk
            assert [_plain(getattr(response, name)) for name in fields] == [
                _plain(getattr(entry, name)) for name in fields
            ]
        assert before == {}

    def test_a_commitment_still_opens_after_mixing(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        answer(wave, 1)
        mixing.mix_due()
        codebook = codebook_of(wave.edition)
        for one in Response.objects.select_related("department"):
            record = commitments.record_of(
                codebook.general if one.department.parent_id is None else codebook.part(one.department.code),
                survey=wave.slug,
                definition=wave.edition.content_hash,
                klass=one.klass,
                language=one.language,
                codes=bytes(one.codes),
                extras=one.extras,
                text_salts=one.text_salts,
            )
            assert commitments.commitment_of(record, bytes(one.salt)) == bytes(one.commitment)

    def test_a_receipt_is_mixing_and_then_counted(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        handed_out = [receipts.read(one) for one in answer(wave, 1)]
        assert [(found.wave, found.is_counted) for one in handed_out if (found := checking.find(one))] == [
            (wave, False)
        ] * 3
        mixing.mix_due()
        assert [(found.wave, found.is_counted) for one in handed_out if (found := checking.find(one))] == [
            (wave, True)
        ] * 3
        assert checking.find(bytes(10)) is None


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.django_db
class TestTallies:
    def test_tallies_kept_batch_by_batch_are_those_of_a_new_count(
        self, a_wave: Waves, settings: Any, strata: tuple[StratumPlan, ...], ada: User
    ) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave(strata=strata)
        codes = [
            *inviting.make_codes(wave, stratum=1, count=6, by=ada),
            *inviting.make_codes(wave, stratum=2, count=6, by=ada),
        ]
        for number in range(24):
            answer(wave, number, code=codes[number // 2] if number % 2 else None)
            if number % 5 == 0:
                mixing.mix_due()
        mixing.mix_due()
        assert agrees_with_a_new_count(wave)
        assert Tally.objects.filter(wave=wave).count() == 6  # two classes, three parts
        people = {(p.klass, p.stratum): p.people for p in Participation.objects.filter(wave=wave)}
        assert people == {(Klass.OPEN, 0): 12, (Klass.SAMPLE, 1): 6, (Klass.SAMPLE, 2): 6}

    def test_a_flagged_record_is_counted_in_a_group_of_its_own(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        answer(wave, 1)  # faster than anybody reads
        InboxEntry.objects.filter(department__code="parks").update(flags=0)
        mixing.mix_due()
        layouts = counting.Layouts(wave)
        statuses = {
            tally.department.code: counting.read_slice(layouts.of(tally.department_id), *_written(tally))
            .groups[:, 3]
            .tolist()
            for tally in Tally.objects.select_related("department")
        }
        assert statuses == {"city": [2], "parks": [1], "roads": [2]}
        assert set(Response.objects.values_list("status", flat=True)) == {1}  # flags never take anything away


def _written(tally: Tally) -> tuple[int, bytes, bytes, bytes]:
    return tally.records, bytes(tally.groups), bytes(tally.counts), bytes(tally.moments)


@pytest.mark.django_db
class TestSettling:
    def test_a_closed_wave_comes_to_rest(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        for number in range(9):
            answer(wave, number)
        fielding.close_wave(wave, by=ada)
        assert mixing.settle_due() == 1
        wave.refresh_from_db()
        assert wave.status == Wave.Status.SETTLED
        assert wave.settled_at is not None
        assert (InboxEntry.objects.count(), Submission.objects.count()) == (0, 0)
        assert Response.objects.count() == 24
        assert agrees_with_a_new_count(wave)
        entry = AuditEntry.objects.get(verb="settle")
        assert entry.facts == {"records": 24, "slices": 3, "tallies_agreed": True}

    def test_settling_twice_changes_nothing(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        answer(wave, 1)
        fielding.close_wave(wave, by=ada)
        assert mixing.settle(wave.pk) is True
        before = list(Response.objects.order_by("pk").values_list("pk", "commitment")), counting.stored(wave)
        assert mixing.settle(wave.pk) is False
        assert mixing.settle_due() == 0
        assert (
            list(Response.objects.order_by("pk").values_list("pk", "commitment")),
            counting.stored(wave),
        ) == before

    def test_a_wave_without_any_answer_settles_too(self, a_wave: Waves, ada: User) -> None:
        wave = fielding.close_wave(a_wave(), by=ada)
        assert mixing.settle(wave.pk) is True
        assert not Tally.objects.exists()

    def test_an_open_wave_is_not_settled(self, a_wave: Waves) -> None:
        with pytest.raises(ValueError, match="has not closed"):
            mixing.settle(a_wave().pk)

    def test_a_record_changed_by_hand_is_noticed_and_said_loudly(
        self, a_wave: Waves, ada: User, settings: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        answer(wave, 1)
        mixing.mix_due()
        Response.objects.filter(department__code="parks").update(codes=bytes([5, 5, 1]))
        fielding.close_wave(wave, by=ada)
        with caplog.at_level(logging.ERROR):
            mixing.settle(wave.pk)
        assert "differ" in caplog.text
        assert AuditEntry.objects.get(verb="settle").facts["tallies_agreed"] is False
        assert agrees_with_a_new_count(wave)
