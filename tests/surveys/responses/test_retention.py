"""What is kept too long is deleted, once a day, with a dated record; what must stay stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys.people.models import User
from surveys.responses import checking, collecting, excluding, mixing, receipts, retention
from surveys.responses.models import (
    DayKey,
    Deletion,
    Exclusion,
    NearbyCount,
    PaperEntry,
    Response,
    SavedSheet,
    Submission,
)
from surveys.waves import fielding
from surveys.waves.models import Wave

from .conftest import question, two
from .test_collecting import a_sheet, a_token

pytestmark = pytest.mark.django_db
Waves = Callable[..., Wave]


def today() -> Any:
    return timezone.localdate()


def after_release(wave: Wave, days: int) -> Any:
    """The day so many days after a wave's results are released."""
    return timezone.localdate(wave.release_at) + timedelta(days=days)


def settled(wave: Wave) -> tuple[str, ...]:
    """Answer a wave once, close and settle it; return the receipts."""
    answers = {"parks": {"overall": 5, "speed": 4}, "roads": {"overall": 2, "why": "the bridge"}}
    found = collecting.submit(a_sheet(wave, answers), token=a_token(wave)).receipts
    fielding.close_wave(wave, by=None)
    mixing.settle(wave.pk)
    return found


def test_each_rule_is_carried_out_once_a_day_and_leaves_a_dated_record() -> None:
    assert retention.carry_out_due() == len(retention.RULES)
    assert set(Deletion.objects.values_list("rule", "day")) == {
        (one.code, today()) for one in retention.RULES
    }
    assert retention.carry_out_due() == 0


def test_rows_are_deleted_the_day_after_their_time_and_not_before(a_wave: Waves, ada: Any) -> None:
    wave = a_wave()

    def kept(days: int) -> None:
        day = today() - timedelta(days=days)
        key = bytes([days]) * 32
        Submission.objects.create(token_hash=key, wave=wave, day=day, sealed=b"")
        SavedSheet.objects.create(key_hash=key, wave=wave, day=day, sealed=b"")
        PaperEntry.objects.create(serial_hash=key, wave=wave, day=day, sealed=b"", entered_by=ada)
        DayKey.objects.create(day=day, key=key)
        NearbyCount.objects.create(wave=wave, day=day, prefix=key[:16], forms=3)

    for days in (0, 1, 2, 7, 8, 12, 13, 30, 31):
        kept(days)
    retention.carry_out_due()

    def ages(model: Any) -> list[int]:
        return sorted((today() - day).days for day in model.objects.values_list("day", flat=True))

    assert ages(DayKey) == ages(NearbyCount) == [0, 1]
    assert ages(SavedSheet) == [0, 1, 2, 7]
    assert ages(Submission) == [0, 1, 2, 7, 8, 12, 13, 30], "a paper that waits may still come a second time"
    assert ages(PaperEntry) == [0, 1, 2, 7, 8, 12, 13, 30]
    assert Deletion.objects.get(rule="saved").rows == 5


def test_half_a_year_after_the_release_no_receipt_leads_to_a_record(a_wave: Waves) -> None:
    wave = a_wave()
    found = settled(wave)
    assert retention.erase_salts(after_release(wave, 180)) == 0
    assert checking.find(receipts.read(found[0])) is not None
    assert retention.erase_salts(after_release(wave, 181)) == 2
    assert checking.find(receipts.read(found[0])) is None
    assert retention.erase_salts(after_release(wave, 182)) == 0
    one = Response.objects.first()
    assert one is not None
    assert (bytes(one.salt), bytes(one.commitment), one.text_salts) == (b"", b"", None)
    assert bytes(one.codes), "what was graded stays"


def test_what_was_excluded_is_forgotten_with_the_receipts_and_why_after_three_years(
    a_wave: Waves, ivo: User
) -> None:
    wave = a_wave()
    for state, restores, receipt in (
        ("approved", False, b"0123456789"),
        ("approved", True, b"0123456789"),
        ("approved", False, b"9876543210"),
        ("proposed", False, b"0123443210"),
    ):
        Exclusion.objects.create(
            wave=wave, receipt=receipt, rule="CANARY", reason="why", restores=restores, state=state, proposed_by=ivo,
            decided_at=timezone.now() if state == "approved" else None,
        )  # fmt: skip
    settled(wave)
    before = excluding.excluded_numbers(wave)
    assert before == (1, {})
    assert retention.erase_excluded(after_release(wave, 180)) == 0
    assert retention.erase_excluded(after_release(wave, 181)) == 4
    assert retention.erase_excluded(after_release(wave, 181)) == 0
    assert {excluding.receipt_of(one) for one in Exclusion.objects.all()} == {""}
    assert excluding.excluded_numbers(wave) == before, "what was decided of one rating still belongs together"
    assert list(excluding.waves_due()) == []
    assert retention.erase_reasons(after_release(wave, 3 * 365)) == 0
    assert retention.erase_reasons(after_release(wave, 3 * 365 + 1)) == 4
    assert set(Exclusion.objects.values_list("reason", "rule")) == {("", "CANARY")}


def test_a_year_after_the_release_texts_are_gone_and_grades_stay(a_wave: Waves) -> None:
    wave = a_wave()
    settled(wave)
    before = sorted(bytes(one) for one in Response.objects.values_list("codes", flat=True))
    assert Response.objects.filter(extras__why="the bridge").exists()
    assert retention.erase_texts(after_release(wave, 365)) == 0
    assert retention.erase_texts(after_release(wave, 366)) == 1
    assert not Response.objects.filter(extras__isnull=False).exists()
    assert sorted(bytes(one) for one in Response.objects.values_list("codes", flat=True)) == before


def test_what_can_tell_who_somebody_is_is_known_by_its_type() -> None:
    document: Any = {
        "questions": [
            question("why", "long_text", "each", two("为什么", "Why?")),
            question("wait", "number", "each", two("等了多久", "How long?")),
            question(
                "way",
                "single_choice",
                "each",
                two("怎样", "How?"),
                settings={"choices": [{"code": 1, "text": two("a", "a")}], "offer": [], "other": True},
            ),
        ]
    }
    assert retention.telling_keys(document) == ["why", "wait.other", "way.other"]


def test_a_rule_that_fails_is_tried_again_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_today: Any) -> int:
        raise ValueError("broken")

    one = retention.RULES[0]
    failing = retention.Rule(one.code, one.what, one.after, one.why, broken, one.tables)
    monkeypatch.setattr(retention, "RULES", (failing, *retention.RULES[1:]))
    assert retention.carry_out_due() == len(retention.RULES) - 1
    assert not Deletion.objects.filter(rule=one.code).exists()
    monkeypatch.undo()
    assert retention.carry_out_due() == 1


def test_everybody_can_read_what_is_deleted_and_when_it_last_was(rosa: Client) -> None:
    retention.carry_out_due()
    page = rosa.get("/privacy/").content.decode()
    assert page.count("<time datetime=") == len(retention.RULES)
    assert all(str(one.what) in page for one in retention.RULES)
