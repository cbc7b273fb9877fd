"""Nobody can tell from the tables which record a code or a form belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from surveys.people.models import User
from surveys.responses import counting, mixing, receipts
from surveys.responses.models import InboxEntry, Participation, Response, Submission
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Invitation, Wave

from .test_mixing import agrees_with_a_new_count, answer, no_one_waits_long, spend

Waves = Callable[..., Wave]


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
            # As the beat comes again: whoever still reads an old row, in whatever database, holds it up.
            for _run in range(1200):
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

        assert Invitation.objects.filter(state=Invitation.State.OVER).count() == 60, (
            "who answered is forgotten"
        )
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

    def test_during_fieldwork_no_code_tells_in_which_batch_it_came_however_many_were_spent_before(
        self, a_wave: Waves, ada: User, settings: Any, strata: tuple[StratumPlan, ...]
    ) -> None:
        """One person a batch is the worst that can be: the code's own transaction would name the record after it."""
        no_one_waits_long(settings, people=1, seconds=0)
        wave = a_wave(strata=strata)
        codes = inviting.make_codes(wave, stratum=1, count=12, by=ada)
        for number, code in enumerate(codes):
            if code == codes[-1]:
                spend(wave, 21_000)
            answer(wave, number, code=code)
            mixing.mix_due()
            assert self.codes_tell_nothing(), f"after {number + 1} batches"

    def test_a_worker_killed_between_two_steps_leaves_no_code_that_tells_either(
        self, a_wave: Waves, ada: User, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        no_one_waits_long(settings, people=1)
        wave = a_wave()

        def die(*_args: Any, **_more: Any) -> None:
            raise KeyboardInterrupt

        for number, code in enumerate(inviting.make_codes(wave, stratum=0, count=3, by=ada)):
            answer(wave, number, code=code)
            with monkeypatch.context() as patch:
                patch.setattr(mixing, "_shuffle_spent", die)
                with pytest.raises(KeyboardInterrupt):
                    mixing.mix_due()
            assert self.codes_tell_nothing()
        fielding.close_wave(wave, by=ada)
        with monkeypatch.context() as patch:
            patch.setattr(mixing, "_adopt", die)
            with pytest.raises(KeyboardInterrupt):
                mixing.settle_due()
        assert Response.objects.exists()
        assert self.codes_tell_nothing()

    def codes_tell_nothing(self) -> bool:
        """Say whether all spent codes were written in one go, after every record, but for what waits still."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT xmin::text) < 2, max(age(xmin)) < (SELECT min(age(xmin)) FROM surveys_response)"
                " FROM surveys_invitation WHERE state = 2"
                " AND xmin::text NOT IN (SELECT xmin::text FROM surveys_inboxentry)"
            )
            return all(answer is not False for answer in cursor.fetchone())

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
