"""One transaction stores everything or nothing: once per form, once per code, never after closing."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from surveys.people.models import User
from surveys.questionnaires.logic.seeds import Seed
from surveys.responses import access, collecting, form_tokens, receipts
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.collecting import Accepted
from surveys.responses.form_tokens import FormToken
from surveys.responses.models import InboxEntry, Submission
from surveys.responses.quality import Flag
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Channel, Invitation, Klass, Wave

Waves = Callable[..., Wave]

ANSWERS = {"parks": {"overall": 5, "speed": 2}, "roads": {"overall": "dk"}}


def a_sheet(wave: Wave, answers: dict[str, Any] | None = None) -> AnswerSheet:
    return AnswerSheet.from_json(
        access.asked_wave(wave.slug), {"answers": answers or ANSWERS}, seed=Seed.of(1)
    )


def a_token(wave: Wave) -> FormToken:
    return form_tokens.issue(wave.pk)


def nothing_stored() -> bool:
    return not InboxEntry.objects.exists() and not Submission.objects.exists()


@pytest.mark.django_db
class TestSubmitting:
    def test_answers_wait_in_the_inbox_with_a_receipt_each(self, a_wave: Waves) -> None:
        wave = a_wave()
        accepted = collecting.submit(a_sheet(wave), token=a_token(wave))
        entries = list(InboxEntry.objects.all())
        assert sorted(map(receipts.read, accepted.receipts)) == sorted(
            bytes(e.commitment)[:10] for e in entries
        )
        assert {e.klass for e in entries} == {Klass.OPEN}
        assert {(e.stratum, e.cell, e.channel) for e in entries} == {(0, 0, Channel.WEB)}
        assert [e.leads for e in entries].count(True) == 1
        assert {e.day for e in entries} == {timezone.localdate()}

    def test_the_same_form_again_gives_the_same_receipts(self, a_wave: Waves) -> None:
        wave, token = (wave := a_wave()), a_token(wave)
        first = collecting.submit(a_sheet(wave), token=token)
        again = collecting.submit(a_sheet(wave, {"parks": {"overall": 1}}), token=token)
        assert again.receipts == first.receipts
        assert (first.again, again.again) == (False, True)
        assert InboxEntry.objects.count() == 2

    def test_the_memory_of_a_form_tells_neither_token_nor_receipts(self, a_wave: Waves) -> None:
        wave, token = (wave := a_wave()), a_token(wave)
        accepted = collecting.submit(a_sheet(wave), token=token)
        (kept,) = Submission.objects.all()
        assert token.secret not in bytes(kept.token_hash) + bytes(kept.sealed)
        for receipt in map(receipts.read, accepted.receipts):
            assert receipt not in bytes(kept.sealed)

    def test_a_code_gives_its_class_and_stratum_and_is_spent(
        self, a_wave: Waves, strata: tuple[StratumPlan, ...], ada: User
    ) -> None:
        wave = a_wave(strata=strata)
        (code,) = inviting.make_codes(wave, stratum=2, count=1, by=ada)
        collecting.submit(a_sheet(wave), token=a_token(wave), code=inviting.grouped(code).lower())
        assert {(e.klass, e.stratum) for e in InboxEntry.objects.all()} == {(Klass.SAMPLE, 2)}
        assert Invitation.objects.get().state == Invitation.State.SPENT

    def test_a_spent_code_is_refused_and_nothing_is_stored(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        collecting.submit(a_sheet(wave), token=a_token(wave), code=code)
        with pytest.raises(CodeSpent):
            collecting.submit(a_sheet(wave), token=a_token(wave), code=code)
        assert (InboxEntry.objects.count(), Submission.objects.count()) == (2, 1)

    def test_a_replay_costs_no_second_code(self, a_wave: Waves, ada: User) -> None:
        wave, token = (wave := a_wave()), a_token(wave)
        first, second = inviting.make_codes(wave, stratum=0, count=2, by=ada)
        accepted = collecting.submit(a_sheet(wave), token=token, code=first)
        assert collecting.submit(a_sheet(wave), token=token, code=first).receipts == accepted.receipts
        assert collecting.submit(a_sheet(wave), token=token, code=second).receipts == accepted.receipts
        assert Invitation.objects.filter(state=Invitation.State.SPENT).count() == 1

    def test_an_invitation_of_another_class_keeps_its_class(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        Invitation.objects.update(klass=Klass.SERVICE)
        collecting.submit(a_sheet(wave), token=a_token(wave), code=code)
        assert {e.klass for e in InboxEntry.objects.all()} == {Klass.SERVICE}

    @pytest.mark.parametrize("code", ["", "nonsense", "0" * 26, "0" * 25])
    def test_an_unknown_code_is_refused(self, a_wave: Waves, code: str) -> None:
        wave = a_wave()
        with pytest.raises(collecting.CodeUnknown):
            collecting.submit(a_sheet(wave), token=a_token(wave), code=code)
        assert nothing_stored()

    def test_a_revoked_code_is_refused(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        inviting.revoke(wave, code=code, by=ada)
        with pytest.raises(CodeSpent):
            collecting.submit(a_sheet(wave), token=a_token(wave), code=code)
        assert nothing_stored()

    def test_a_code_of_another_wave_is_refused(self, a_wave: Waves, ada: User) -> None:
        wave, other = a_wave(), a_wave(slug="other")
        (code,) = inviting.make_codes(other, stratum=0, count=1, by=ada)
        with pytest.raises(collecting.CodeUnknown):
            collecting.submit(a_sheet(wave), token=a_token(wave), code=code)
        assert Invitation.objects.get().state == Invitation.State.ISSUED

    def test_a_wave_by_invitation_takes_no_open_answers(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave(is_public=False)
        with pytest.raises(collecting.InvitationNeeded):
            collecting.submit(a_sheet(wave), token=a_token(wave))
        assert nothing_stored()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        assert collecting.submit(a_sheet(wave), token=a_token(wave), code=code).receipts

    def test_a_planned_wave_takes_no_answers(self, a_wave: Waves) -> None:
        wave = a_wave(opened=False, opens_at=timezone.now() + timedelta(days=1))
        with pytest.raises(collecting.WaveNotOpen) as refused:
            collecting.submit(a_sheet(wave), token=a_token(wave))
        assert refused.value.status == Wave.Status.PLANNED
        assert nothing_stored()

    def test_a_closed_wave_takes_no_answers_and_no_code(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        sheet = a_sheet(wave)
        fielding.close_wave(wave, by=ada)
        for given in (None, code):
            with pytest.raises(collecting.WaveNotOpen) as refused:
                collecting.submit(sheet, token=a_token(wave), code=given)
            assert refused.value.status == Wave.Status.CLOSED
        assert nothing_stored()
        assert Invitation.objects.get().state == Invitation.State.ISSUED

    def test_a_wave_whose_time_is_over_takes_no_answers_though_nobody_closed_it(self, a_wave: Waves) -> None:
        wave = a_wave(closes_at=timezone.now() + timedelta(seconds=0.5))
        time.sleep(0.6)
        with pytest.raises(collecting.WaveNotOpen) as refused:
            collecting.submit(a_sheet(wave), token=a_token(wave))
        assert refused.value.status == Wave.Status.CLOSED
        assert nothing_stored()

    def test_a_form_taken_before_closing_still_gets_its_receipts_after(
        self, a_wave: Waves, ada: User
    ) -> None:
        wave, token = (wave := a_wave()), a_token(wave)
        sheet = a_sheet(wave)
        first = collecting.submit(sheet, token=token)
        fielding.close_wave(wave, by=ada)
        assert collecting.submit(sheet, token=token).receipts == first.receipts

    def test_a_sheet_with_errors_is_refused(self, a_wave: Waves) -> None:
        wave = a_wave()
        with pytest.raises(collecting.InvalidAnswers):
            collecting.submit(a_sheet(wave, {"parks": {"overall": 6}}), token=a_token(wave))
        assert nothing_stored()

    def test_a_language_with_the_longest_code_is_stored(self, a_wave: Waves) -> None:
        wave = a_wave()
        sheet = a_sheet(wave)
        sheet.language = "abc-defghijk-lmnopqrs-tuvwxyz"
        assert collecting.submit(sheet, token=a_token(wave)).receipts

    def test_haste_is_flagged_and_its_time_forgotten(self, a_wave: Waves) -> None:
        wave = a_wave()
        collecting.submit(a_sheet(wave), token=a_token(wave))
        assert {entry.flags for entry in InboxEntry.objects.all()} == {Flag.FAST}
        InboxEntry.objects.all().delete()
        with time_machine.travel(timezone.now() - timedelta(minutes=2)):
            token = a_token(wave)
        collecting.submit(a_sheet(wave), token=token)
        assert {entry.flags for entry in InboxEntry.objects.all()} == {0}

    def test_a_submission_is_two_statements_in_one_trip(
        self, a_wave: Waves, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        wave = a_wave()
        sheet, token = a_sheet(wave), a_token(wave)
        executed: list[str] = []
        execute = psycopg.Cursor.execute

        def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            executed.append(str(query))
            return execute(self, query, *args, **kwargs)

        monkeypatch.setattr(psycopg.Cursor, "execute", counted)
        with django_assert_num_queries(0):  # none besides through Django
            collecting.submit(sheet, token=token)
        assert len(executed) == 2


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Real threads with connections of their own."""

    @staticmethod
    def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do everything at the same moment and return what came of each."""
        barrier = threading.Barrier(len(deeds))

        def run(deed: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                barrier.wait(timeout=20)
                return deed()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(run, deeds))

    def test_one_code_sent_twenty_times_at_once_counts_once(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        sheet = a_sheet(wave)
        tokens = [a_token(wave) for _number in range(20)]
        outcomes = self.at_once(
            [partial(collecting.submit, sheet, token=token, code=code) for token in tokens]
        )
        assert sum(isinstance(one, Accepted) for one in outcomes) == 1
        assert sum(isinstance(one, CodeSpent) for one in outcomes) == 19
        assert (InboxEntry.objects.count(), Submission.objects.count()) == (2, 1)

    def test_one_form_sent_twenty_times_at_once_counts_once_with_one_receipt(self, a_wave: Waves) -> None:
        wave, token = (wave := a_wave()), a_token(wave)
        sheet = a_sheet(wave)
        outcomes = self.at_once([lambda: collecting.submit(sheet, token=token)] * 20)
        assert all(isinstance(one, Accepted) for one in outcomes), outcomes
        assert len({one.receipts for one in outcomes if isinstance(one, Accepted)}) == 1
        assert (InboxEntry.objects.count(), Submission.objects.count()) == (2, 1)

    def test_one_form_with_its_code_twenty_times_at_once_counts_once(self, a_wave: Waves, ada: User) -> None:
        wave, token = (wave := a_wave()), a_token(wave)
        (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
        sheet = a_sheet(wave)
        outcomes = self.at_once([lambda: collecting.submit(sheet, token=token, code=code)] * 20)
        assert all(isinstance(one, Accepted) for one in outcomes), outcomes
        assert len({one.receipts for one in outcomes if isinstance(one, Accepted)}) == 1
        assert InboxEntry.objects.count() == 2

    def test_one_form_with_two_codes_at_once_spends_one_of_them(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        sheet = a_sheet(wave)
        for _round in range(10):
            token = a_token(wave)
            codes = inviting.make_codes(wave, stratum=0, count=8, by=ada)
            outcomes = self.at_once(
                [partial(collecting.submit, sheet, token=token, code=code) for code in codes]
            )
            assert all(isinstance(one, Accepted) for one in outcomes), outcomes
        assert Invitation.objects.filter(state=Invitation.State.SPENT).count() == 10
        assert InboxEntry.objects.count() == 20

    def test_closing_lets_through_what_is_under_way_and_nothing_after(self, a_wave: Waves, ada: User) -> None:
        wave = a_wave()
        sheet = a_sheet(wave)
        tokens = [a_token(wave) for _number in range(12)]
        close: list[Callable[[], Any]] = [lambda: fielding.close_wave(wave, by=ada)]
        outcomes = self.at_once(
            [*(partial(collecting.submit, sheet, token=token) for token in tokens), *close]
        )
        accepted = [one for one in outcomes if isinstance(one, Accepted)]
        refused = [one for one in outcomes if isinstance(one, collecting.WaveNotOpen)]
        assert len(accepted) + len(refused) == 12, outcomes
        assert InboxEntry.objects.count() == 2 * len(accepted)
        closed_at = Wave.objects.get().closed_at
        assert not InboxEntry.objects.filter(received_at__gt=closed_at).exists()

    def test_a_submission_waits_for_a_closing_under_way_and_is_then_refused(
        self, a_wave: Waves, ada: User
    ) -> None:
        wave = a_wave()
        sheet, token = a_sheet(wave), a_token(wave)
        outcomes: list[Any] = []

        def submit() -> None:
            try:
                outcomes.append(collecting.submit(sheet, token=token))
            except collecting.Refused as refused:
                outcomes.append(refused)
            finally:
                connections.close_all()

        thread = threading.Thread(target=submit)
        with transaction.atomic():
            fielding.close_wave(wave, by=ada)
            thread.start()
            thread.join(timeout=0.5)
            assert outcomes == []  # it waits for the lock
        thread.join(timeout=20)
        assert isinstance(outcomes[0], collecting.WaveNotOpen)
        assert nothing_stored()

    def test_both_statements_are_one_transaction(self, a_wave: Waves) -> None:
        """The lock must still be held when the second statement runs, or closing could come in between."""
        wave = a_wave()
        connection.ensure_connection()
        with psycopg.Cursor(connection.connection) as lock, psycopg.Cursor(connection.connection) as second:
            with connection.connection.pipeline():
                lock.execute(collecting.LOCK, [fielding.INTAKE_LOCK, wave.pk])
                second.execute(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
                )
            assert second.fetchone() == (1,)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone() == (0,)

    def test_a_connection_that_died_is_replaced_and_nothing_is_stored_twice(self, a_wave: Waves) -> None:
        wave = a_wave()
        sheet, token = a_sheet(wave), a_token(wave)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()

        def kill() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

        self.at_once([kill])
        accepted = collecting.submit(sheet, token=token)
        assert collecting.submit(sheet, token=token).receipts == accepted.receipts
        assert InboxEntry.objects.count() == 2
