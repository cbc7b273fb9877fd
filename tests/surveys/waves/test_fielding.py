"""A wave is planned, opens, closes; what it declared is frozen from then on."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F

from surveys import audit
from surveys.people.models import Department, User
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan, WaveStateError
from surveys.waves.models import Channel, Klass, Wave, default_method

NORTH = StratumPlan("north", {"zh-hans": "北区", "en": "North"}, 1000)
SOUTH = StratumPlan("south", {"zh-hans": "南区", "en": "South"}, 3000)


def test_a_planned_wave_declares_its_departments_strata_and_method(a_wave: Callable[..., Wave]) -> None:
    wave = a_wave(strata=[NORTH, SOUTH], method={"target": "75"}, channels=[Channel.QR, Channel.WEB])

    assert wave.status == Wave.Status.PLANNED
    assert [one.department.code for one in wave.coverage.all()] == ["parks", "roads"]
    assert [(one.number, one.code, one.population) for one in wave.strata.all()] == [
        (1, "north", 1000),
        (2, "south", 3000),
    ]
    assert wave.method == {**default_method(), "target": "75"}
    assert wave.channels == [Channel.WEB, Channel.QR]


def test_planning_is_recorded(a_wave: Callable[..., Wave], ada: User) -> None:
    wave = a_wave()
    entry = audit.AuditEntry.objects.get(verb="plan")
    assert (entry.actor, entry.subject_id) == (ada, str(wave.pk))
    assert entry.facts["departments"] == ["parks", "roads"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("slug", {"slug": "Spring!"}),
        ("titles", {"titles": {"en": "  "}}),
        ("titles", {"titles": {"en": "Spring\x0bsurvey"}}),
        ("departments", {"departments": []}),
        ("strata", {"strata": [NORTH, NORTH]}),
        ("strata", {"strata": [NORTH, StratumPlan("west", {"en": "West"}, None)]}),
        ("strata", {"strata": [StratumPlan("west", {"en": "West"}, 0)]}),
        ("strata", {"strata": [StratumPlan("", {"en": "West"}, 5)]}),
        ("channels", {"channels": []}),
        ("channels", {"channels": [99]}),
        ("klass", {"klass": 9}),
        ("is_public", {"klass": Klass.OPEN, "is_public": False}),
        ("departments_per_person", {"departments_per_person": 0}),
        ("departments_per_person", {"departments_per_person": 21}),
        ("method", {"method": {"minimum_base": 9}}),
        ("method", {"method": {"judged_base": 5}}),
        ("method", {"method": {"minimum_base": True}}),
        ("method", {"method": {"fewest_df": "8"}}),
        ("method", {"method": {"widest_interval": "0.5"}}),
        ("method", {"method": {"widest_interval": 0.2}}),
        ("method", {"method": {"level": "0.5"}}),
        ("method", {"method": {"version": "em-0"}}),
        ("method", {"method": {"stars": True}}),
        ("method", {"method": {"ranks": 1}}),
        ("target", {"method": {"target": "101"}}),
        ("target", {"method": {"target": "NaN"}}),
        ("smallest_change", {"method": {"smallest_change": "-1"}}),
    ],
)
def test_what_does_not_hold_is_named_by_its_field(
    a_wave: Callable[..., Wave], field: str, change: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_wave(**change)
    assert list(refused.value.message_dict) == [field]
    assert not Wave.objects.exists()


def test_times_must_follow_each_other(a_wave: Callable[..., Wave], now: datetime) -> None:
    for change in ({"opens_at": now + timedelta(days=7)}, {"release_at": now + timedelta(days=6)}):
        with pytest.raises(ValidationError) as refused:
            a_wave(**change)
        assert list(refused.value.message_dict) == ["__all__"]
    with pytest.raises(ValidationError) as refused:
        a_wave(opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    assert list(refused.value.message_dict) == ["closes_at"]


def test_the_root_and_departments_that_are_gone_are_not_judged(
    a_wave: Callable[..., Wave], departments: dict[str, Department]
) -> None:
    with pytest.raises(ValidationError):
        a_wave(departments=[departments["city"]])
    departments["parks"].is_active = False
    departments["parks"].save()
    with pytest.raises(ValidationError):
        a_wave(departments=[departments["parks"]])


def test_an_address_name_is_taken_once(a_wave: Callable[..., Wave]) -> None:
    a_wave()
    with pytest.raises(ValidationError) as refused:
        a_wave()
    assert list(refused.value.message_dict) == ["slug"]


def test_the_wave_before_is_over_when_this_one_opens(
    a_wave: Callable[..., Wave], now: datetime, ada: User
) -> None:
    first = a_wave()
    later = {"slug": "summer", "opens_at": now + timedelta(days=7), "closes_at": now + timedelta(days=8)}
    assert refusals(a_wave, previous=first, **later) == ["previous"]  # only planned: it can still be moved
    first = fielding.open_wave(first, by=ada)
    assert refusals(a_wave, previous=first, **{**later, "opens_at": now + timedelta(days=6)}) == ["previous"]
    assert refusals(a_wave, previous=first, slug="summer", opens_at=now - timedelta(days=1)) == ["previous"]
    assert a_wave(previous=first, **later).previous == first
    first = fielding.close_wave(first, by=ada)
    early = a_wave(slug="early", previous=first, opens_at=now + timedelta(days=1))
    assert early.previous == first


def test_a_change_never_tells_a_sealed_score(a_wave: Callable[..., Wave], now: datetime, ada: User) -> None:
    first = fielding.open_wave(a_wave(release_at=now + timedelta(days=30)), by=ada)
    later = {
        "slug": "summer",
        "previous": first,
        "opens_at": now + timedelta(days=7),
        "closes_at": now + timedelta(days=9),
    }
    assert refusals(a_wave, **later, release_at=now + timedelta(days=29)) == ["previous"]
    assert a_wave(**later, release_at=now + timedelta(days=30)).previous == first


def test_what_is_judged_is_compared_with_what_was_judged(
    declared: dict[str, Any], a_wave: Callable[..., Wave], now: datetime
) -> None:
    def past(slug: str, klass: Klass, *strata: StratumPlan) -> Wave:
        times = {
            "opens_at": now - timedelta(days=2),
            "closes_at": now - timedelta(days=1),
            "release_at": now,
        }
        return fielding.record_past(
            by=None, **{**declared, **times, "slug": slug, "klass": klass, "strata": strata}
        )

    unknown = StratumPlan("west", {"en": "West"}, None)
    for before in (
        past("walk-in", Klass.OPEN),
        past("blind", Klass.IMPORTED),
        past("half-blind", Klass.IMPORTED, unknown),
    ):
        assert refusals(a_wave, previous=before) == ["previous"]
        assert a_wave(slug=f"after-{before.slug}", klass=Klass.OPEN, previous=before).previous == before
    for before in (past("known", Klass.IMPORTED, NORTH), past("sample", Klass.SAMPLE)):
        assert a_wave(slug=f"after-{before.slug}", previous=before).previous == before


def refusals(plan: Callable[..., Wave], **changes: Any) -> list[str]:
    """Return the fields that a plan is refused for."""
    with pytest.raises(ValidationError) as refused:
        plan(**changes)
    return list(refused.value.message_dict)


def test_a_plan_can_be_changed_until_the_wave_opens(
    a_wave: Callable[..., Wave], declared: dict[str, Any], departments: dict[str, Department], ada: User
) -> None:
    wave = a_wave(strata=[NORTH])
    changed = {**declared, "slug": "may", "departments": [departments["roads"]], "strata": [SOUTH]}

    wave = fielding.change_plan(wave, by=ada, **changed)

    assert wave.slug == "may"
    assert [one.department.code for one in wave.coverage.all()] == ["roads"]
    assert [one.code for one in wave.strata.all()] == ["south"]
    wave = fielding.open_wave(wave, by=ada)
    with pytest.raises(WaveStateError):
        fielding.change_plan(wave, by=ada, **changed)


def test_printed_codes_hold_slug_class_and_strata(
    a_wave: Callable[..., Wave], declared: dict[str, Any], ada: User
) -> None:
    wave = a_wave(strata=[NORTH])
    inviting.make_codes(wave, stratum=1, count=3, by=ada)
    with pytest.raises(WaveStateError):
        fielding.change_plan(wave, by=ada, **{**declared, "strata": [NORTH], "slug": "other"})
    with pytest.raises(WaveStateError):
        fielding.change_plan(wave, by=ada, **{**declared, "strata": [SOUTH]})
    changed = fielding.change_plan(
        wave, by=ada, **{**declared, "strata": [NORTH], "titles": {"en": "New words"}}
    )
    assert changed.titles == {"en": "New words"}
    assert [one.code for one in changed.strata.all()] == ["north"]


def test_opening_early_moves_the_opening_time_and_says_so(
    a_wave: Callable[..., Wave], now: datetime, ada: User
) -> None:
    wave = fielding.open_wave(a_wave(), by=ada)

    assert wave.status == Wave.Status.OPEN
    assert now <= wave.opens_at <= fielding.database_now()
    assert audit.AuditEntry.objects.get(verb="open").facts["early"] is True


def test_a_wave_opens_once_and_closes_once(a_wave: Callable[..., Wave], ada: User) -> None:
    wave = a_wave()
    with pytest.raises(WaveStateError):
        fielding.close_wave(wave, by=ada)
    wave = fielding.open_wave(wave, by=ada)
    with pytest.raises(WaveStateError):
        fielding.open_wave(wave, by=ada)
    wave = fielding.close_wave(wave, by=ada)
    with pytest.raises(WaveStateError):
        fielding.close_wave(wave, by=ada)
    with pytest.raises(WaveStateError):
        fielding.open_wave(wave, by=ada)


def test_closing_early_is_recorded_and_leaves_the_release_alone(open_wave: Wave, ada: User) -> None:
    closed = fielding.close_wave(open_wave, by=ada)

    assert closed.status == Wave.Status.CLOSED
    assert closed.closed_at is not None
    assert closed.closed_at < closed.closes_at
    assert closed.release_at == open_wave.release_at
    facts = audit.AuditEntry.objects.get(verb="close").facts
    assert facts["early"] is True
    assert facts["release_at"] == open_wave.release_at.isoformat()


def test_nobody_opens_a_wave_whose_time_has_passed(
    a_wave: Callable[..., Wave], now: datetime, ada: User
) -> None:
    wave = a_wave()
    Wave.objects.filter(pk=wave.pk).update(
        opens_at=now - timedelta(hours=2), closes_at=now - timedelta(hours=1)
    )
    with pytest.raises(WaveStateError):
        fielding.open_wave(wave, by=ada)


def test_the_clock_opens_and_closes_what_is_due_and_nothing_else(
    a_wave: Callable[..., Wave], now: datetime
) -> None:
    later = a_wave()
    due = a_wave(slug="due", opens_at=now - timedelta(hours=1))
    over = a_wave(slug="over", opens_at=now - timedelta(hours=2))
    Wave.objects.filter(pk=over.pk).update(closes_at=now - timedelta(minutes=1))
    fielding.open_wave(over, by=None)
    missed = a_wave(slug="missed", opens_at=now - timedelta(hours=2))
    Wave.objects.filter(pk=missed.pk).update(closes_at=now - timedelta(hours=1))

    assert fielding.open_and_close_due() == 4
    assert fielding.open_and_close_due() == 0

    states = dict(Wave.objects.values_list("slug", "status"))
    assert states == {"spring": "planned", "due": "open", "over": "closed", "missed": "closed"}
    due.refresh_from_db()
    assert due.opens_at == now - timedelta(hours=1)
    steps = audit.AuditEntry.objects.filter(verb__in=["open", "close"])
    assert set(steps.values_list("actor", flat=True)) == {None}
    assert later.status == Wave.Status.PLANNED


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "other"},
        {"titles": {"en": "other"}},
        {"method": {}},
        {"klass": Klass.OPEN},
        {"departments_per_person": 9},
        {"is_public": False},
        {"channels": [Channel.WEB]},
        {"closes_at": F("closes_at") - timedelta(days=1)},
        {"status": Wave.Status.PLANNED},
    ],
)
def test_the_database_refuses_to_change_what_was_declared(open_wave: Wave, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.filter(pk=open_wave.pk).update(**change)


def test_the_database_refuses_to_move_the_release_or_delete_parts(open_wave: Wave) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.filter(pk=open_wave.pk).update(release_at=open_wave.release_at + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        open_wave.coverage.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        open_wave.delete()


def test_the_database_lets_no_part_be_carried_into_an_open_wave(
    open_wave: Wave, a_wave: Callable[..., Wave]
) -> None:
    planned = a_wave(slug="later", strata=[NORTH])
    with pytest.raises(IntegrityError), transaction.atomic():
        planned.strata.update(wave=open_wave)
    assert planned.strata.update(population=7) == 1


def test_one_broken_wave_holds_up_no_other(
    a_wave: Callable[..., Wave],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for hours, slug in ((3, "broken"), (2, "sound")):
        a_wave(slug=slug, opens_at=now - timedelta(hours=hours))
    record = audit.record

    def fails(subject: Any, **facts: Any) -> Any:
        if subject.slug == "broken":
            raise TypeError("cannot be written down")
        return record(subject, **facts)

    monkeypatch.setattr(audit, "record", fails)
    assert fielding.open_and_close_due() == 1
    assert dict(Wave.objects.values_list("slug", "status")) == {"broken": "planned", "sound": "open"}
    assert "broken" in caplog.text
    assert "TypeError" in caplog.text
    assert (
        "cannot be written down" not in caplog.text
    )  # the words of a fault may hold what nobody may read yet


def test_a_database_in_trouble_stops_the_clock(
    a_wave: Callable[..., Wave], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_wave(opens_at=now - timedelta(hours=1))

    def fails(*_args: Any, **_facts: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(audit, "record", fails)
    with pytest.raises(OperationalError):
        fielding.open_and_close_due()


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_submission_under_way(
    transactional_db: None, a_wave: Callable[..., Wave], ada: User
) -> None:
    wave = fielding.open_wave(a_wave(), by=ada)
    closed = threading.Event()

    def close() -> None:
        try:
            fielding.close_wave(wave, by=None)
            closed.set()
        finally:
            connection.close()

    closing = threading.Thread(target=close)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(%s::int, %s::int)", [fielding.INTAKE_LOCK, wave.pk]
            )
        closing.start()
        assert not closed.wait(0.3)
    closing.join(10)
    assert closed.is_set()
    wave.refresh_from_db()
    assert wave.status == Wave.Status.CLOSED
