"""Mixing moves records so that nobody can trace them, counts them as they go, and may be killed anywhere."""

from __future__ import annotations

import logging
import time
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
from surveys.waves.models import Invitation, Klass, Wave

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


@pytest.mark.django_db(transaction=True)
class TestUnlinking:
    """What an insider with the whole database sees: by number of transaction, place in the file, or time."""

    def links(self, left: str, right: str, by: str) -> int:
        with connection.cursor() as cursor:
            joined = f"{left} AS l JOIN {right} AS r ON l.{by}::text = r.{by}::text"
            cursor.execute(f"SELECT count(*) FROM {joined}")  # noqa: S608  our own tables
            (found,) = cursor.fetchone()
        return int(found)

    def test_while_it_waits_a_record_shares_its_transaction_with_its_code(
        self, a_wave: Waves, ada: User
    ) -> None:
        """The measuring stick: were mixing to do nothing, the next test would find these links."""
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        answer(wave, 1, code=code)
        assert self.links("surveys_invitation", "surveys_inboxentry", "xmin") == 3

    def test_nothing_of_what_was_mixed_stays_in_the_file_of_the_inbox(self, a_wave: Waves, ada: User) -> None:
        """A deleted row stays in the file until it is swept, with its answers and the number of its transaction."""
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        answer(wave, 1, code=code)
        fielding.close_wave(wave, by=None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_relation_size('surveys_inboxentry')")
            assert cursor.fetchone() != (0,)
            assert mixing.settle_due() == 1
            for _run in range(50):  # as the beat comes again: whoever still reads an old row holds it up
                cursor.execute("SELECT pg_relation_size('surveys_inboxentry')")
                if (left := cursor.fetchone()) == (0,):
                    break
                time.sleep(0.1)
                mixing.mix_due()
            assert left == (0,)

    def test_after_mixing_and_settling_no_code_and_no_form_links_to_a_record(
        self, a_wave: Waves, ada: User, settings: Any
    ) -> None:
        no_one_waits_long(settings, people=20)
        wave = a_wave()
        codes = inviting.make_codes(wave, stratum=0, count=60, by=ada)
        spent: list[bytes] = []
        given: list[bytes] = []
        for number, code in enumerate(codes[:50]):
            given += [receipts.read(one) for one in answer(wave, number, code=code)]
            spent.append(inviting.code_hash(wave.slug, code))
            if number % 7 == 0:
                mixing.mix_due()
        mixing.mix_due()
        assert self.links("surveys_invitation", "surveys_response", "xmin") == 0
        assert self.links("surveys_submission", "surveys_response", "xmin") == 0
        fielding.close_wave(wave, by=ada)
        mixing.settle(wave.pk)

        assert Invitation.objects.filter(state=Invitation.State.OVER).count() == 60, "who answered is forgotten"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM surveys_response")
            assert cursor.fetchone() == (1,)  # one transaction for all, so it tells nobody apart
            cursor.execute("SELECT code_hash FROM surveys_invitation ORDER BY ctid")
            places = [one for (found,) in cursor.fetchall() if (one := bytes(found)) in spent]
            cursor.execute("SELECT commitment FROM surveys_response ORDER BY ctid")
            order = [bytes(row[0])[:10] for row in cursor.fetchall()]
        assert not Submission.objects.exists()
        assert sorted(places) == sorted(spent)
        assert sorted(order) == sorted(given)
        for found, known in ((places, spent), (order, given)):
            rank = {one: number for number, one in enumerate(known)}
            assert abs(_correlation([rank[one] for one in found])) < 0.6
        columns = {field.column for field in Response._meta.fields}
        assert not {name for name in columns if name and name.endswith("_at")}

    def test_during_fieldwork_no_code_tells_in_which_batch_it_came(
        self, a_wave: Waves, ada: User, settings: Any, strata: tuple[StratumPlan, ...]
    ) -> None:
        """One person a batch is the worst that can be: the code's own transaction would name the record after it."""
        no_one_waits_long(settings, people=1)
        wave = a_wave(strata=strata)
        codes = inviting.make_codes(wave, stratum=1, count=12, by=ada)
        for number, code in enumerate(codes):
            answer(wave, number, code=code)
            mixing.mix_due()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT i.xmin::text), max(age(i.xmin)) < min(age(r.xmin))"
                " FROM surveys_invitation AS i, surveys_response AS r WHERE i.state = 2"
            )
            assert cursor.fetchone() == (1, True), "all were written in one go, after every record"

    def test_when_a_wave_has_settled_no_place_joins_a_code_to_a_record(
        self, a_wave: Waves, ada: User, settings: Any
    ) -> None:
        wave = a_wave()
        answer(wave, 1, code=inviting.make_codes(wave, stratum=0, count=2, by=ada)[0])
        Invitation.objects.update(point=7, psu=3)
        fielding.close_wave(wave, by=ada)
        mixing.settle(wave.pk)
        found = set(Invitation.objects.values_list("state", "point", "psu"))
        assert found == {(Invitation.State.OVER, 0, 0)}

    def test_a_very_large_wave_is_rewritten_in_random_parts_and_goes_on_where_it_was_killed(
        self, a_wave: Waves, ada: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        for number in range(40):
            answer(wave, number)
            mixing.mix_due()
        fielding.close_wave(wave, by=ada)
        monkeypatch.setattr(mixing, "MOST_REWRITTEN", 30)
        rewrite, done = mixing._rewrite, []

        def die_at_the_third(*part: Any) -> None:
            done.append(part)
            if len(done) == 3:
                raise KeyboardInterrupt
            rewrite(*part)

        with monkeypatch.context() as patch:
            patch.setattr(mixing, "_rewrite", die_at_the_third)
            with pytest.raises(KeyboardInterrupt):
                mixing.settle(wave.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, xmin::text FROM surveys_response")
            before = dict(cursor.fetchall())
        assert mixing.settle(wave.pk) is True
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, xmin::text FROM surveys_response")
            after = dict(cursor.fetchall())
        assert before.keys() == after.keys()
        assert len(set(after.values())) == 4  # 106 records, at most about thirty a part
        assert sum(before[key] == after[key] for key in after) > 30  # the parts done before were left alone

    def test_a_worker_killed_half_way_leaves_nothing_half_done(
        self, a_wave: Waves, ada: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()
        for number in range(6):
            answer(wave, number)

        def die(*_args: Any, **_more: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(counting, "replace", die)
            with pytest.raises(KeyboardInterrupt):
                mixing.mix_due()
        assert (Response.objects.count(), InboxEntry.objects.count()) == (0, 16)
        assert not Participation.objects.exists()
        assert mixing.mix_due() == 16
        assert agrees_with_a_new_count(wave)

        fielding.close_wave(wave, by=ada)
        before = counting.stored(wave)
        for last in ("count_wave", "replace"):
            with monkeypatch.context() as patch:
                patch.setattr(counting, last, die)
                with pytest.raises(KeyboardInterrupt):
                    mixing.settle(wave.pk)
            wave.refresh_from_db()
            assert wave.status == Wave.Status.CLOSED
            assert counting.stored(wave) == before
        assert mixing.settle(wave.pk) is True
        assert counting.stored(wave) == before
        assert {p.people for p in Participation.objects.all()} == {6}


def _correlation(ranks: list[int]) -> float:
    """Return how much the order found follows the order known, from −1 to 1."""
    count = len(ranks)
    mean = (count - 1) / 2
    spread = sum((rank - mean) ** 2 for rank in ranks)
    return sum((place - mean) * (rank - mean) for place, rank in enumerate(ranks)) / spread
