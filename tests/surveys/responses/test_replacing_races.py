"""Of many who replace one rating at once one wins, and mixing at the same moment loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from surveys.people.models import User
from surveys.responses import (
    collecting,
    mixing,
    replacing,
)
from surveys.responses.models import (
    InboxEntry,
    Response,
    Status,
    Submission,
)
from surveys.waves import fielding
from surveys.waves.models import Wave

from .test_collecting import a_sheet, a_token
from .test_erasing import settle_and_erase
from .test_mixing import agrees_with_a_new_count, no_one_waits_long
from .test_replacing import FIRST, counted, mixed, newer, replace

Waves = Callable[..., Wave]


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_twenty_at_once_one_wins(self, a_wave: Waves, settings: Any) -> None:
        wave = a_wave()
        (first,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
        together = threading.Barrier(20)

        def try_it(number: int) -> str:
            sheet, token = newer(wave, first, {"parks": {"overall": number % 5 + 1}}), a_token(wave)
            together.wait()
            try:
                return replacing.replace(sheet, token=token).receipts[0]
            except replacing.AlreadyReplaced:
                return ""
            finally:
                connections.close_all()

        with ThreadPoolExecutor(20) as pool:
            won = [one for one in pool.map(try_it, range(20)) if one]
        assert len(won) == 1
        assert InboxEntry.objects.count() == 2
        mixed(settings)
        assert counted(wave) == won
        assert agrees_with_a_new_count(wave)

    def test_one_form_twenty_times_at_once_gives_one_receipt(self, a_wave: Waves) -> None:
        wave = a_wave()
        (first,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
        token, together = a_token(wave), threading.Barrier(20)

        def try_it(_number: int) -> str:
            sheet = newer(wave, first)
            together.wait()
            try:
                return replacing.replace(sheet, token=token).receipts[0]
            finally:
                connections.close_all()

        with ThreadPoolExecutor(20) as pool:
            assert len(set(pool.map(try_it, range(20)))) == 1
        assert InboxEntry.objects.count() == 2
        assert Submission.objects.count() == 2

    def test_replacing_while_the_old_one_is_being_mixed(self, a_wave: Waves, settings: Any) -> None:
        no_one_waits_long(settings, people=1, seconds=0)
        wave = a_wave()
        newest = [
            collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts[0] for _number in range(12)
        ]

        def change(number: int) -> str:
            try:
                receipt = newest[number]
                for _again in range(3):
                    receipt = replace(wave, receipt, {"parks": {"overall": number % 5 + 1}})
                return receipt
            finally:
                connections.close_all()

        def mix(_number: int) -> None:
            try:
                for _again in range(6):
                    mixing.mix_due()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(5) as pool:
            mixers = [pool.submit(mix, number) for number in range(1)]
            last = list(pool.map(change, range(12)))
            for one in mixers:
                one.result()
        mixing.mix_due()
        assert counted(wave) == sorted(last)
        assert Response.objects.filter(status=Status.REPLACED).count() == 36
        assert agrees_with_a_new_count(wave)

    def test_after_mixing_no_row_of_replacements_carries_the_number_of_the_one_that_stored(
        self, a_wave: Waves, settings: Any
    ) -> None:
        wave = a_wave()
        (first,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
        replace(wave, first)
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin::text FROM surveys_replacement")
            (before,) = cursor.fetchone()
            mixed(settings)
            cursor.execute("SELECT xmin::text FROM surveys_replacement")
            (after,) = cursor.fetchone()
            cursor.execute("SELECT xmin::text FROM surveys_response")
            assert {after} == {one for (one,) in cursor.fetchall()}
        assert before != after

    def test_at_rest_nothing_tells_which_new_rating_took_the_place_of_which(
        self, a_wave: Waves, ada: User, settings: Any
    ) -> None:
        wave = a_wave()
        for number in range(12):
            (first,) = collecting.submit(a_sheet(wave, FIRST), token=a_token(wave)).receipts
            if number % 2:
                mixed(settings)
            replace(wave, first)
        fielding.close_wave(wave, by=ada)
        settle_and_erase()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM surveys_response")
            assert cursor.fetchone() == (1, 24)
            for table in ("replacement", "submission", "inboxentry"):
                # Not even what was deleted, once nobody reads it any more: other tests on this server do.
                for _beat in range(1200):
                    cursor.execute("SELECT pg_relation_size(%s)", [f"surveys_{table}"])
                    if (left := cursor.fetchone()) == (0,):
                        break
                    time.sleep(0.1)
                    mixing.mix_due()
                assert left == (0,), table
