"""`make_city` makes a believable city: answers that count, waves in every state, and nothing twice."""

import json
import stat
from collections import Counter
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from surveys import tallies
from surveys.management.city.comments import OF_ONE
from surveys.people.access import root_department
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.models import Edition
from surveys.responses import commitments
from surveys.responses.models import InboxEntry, Participation, Response, Tally
from surveys.waves import fieldwork
from surveys.waves.models import Klass, Wave


@pytest.fixture
def data_dir(settings: Any, tmp_path: Path) -> Path:
    """A data directory of its own, on a machine of somebody's own."""
    settings.DATA_DIR, settings.EMBEDDED = tmp_path, True
    return tmp_path


@pytest.fixture
def city(transactional_db: None, data_dir: Path) -> dict[str, Any]:
    """What the command says of a small city."""
    return make(responses=120)


def make(**options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("make_city", stdout=out, **options)
    said: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return said


def test_a_small_city_has_everything_that_a_newcomer_looks_at(city: dict[str, Any], data_dir: Path) -> None:
    assert (len(city["waves"]), city["responses"], len(city["open"])) == (2, 240, 3)
    assert Department.objects.count() == 22
    assert Counter(Place.objects.values_list("level", flat=True)) == {1: 1, 2: 1, 3: 6, 4: 24}
    assert ServicePoint.objects.count() >= 10
    first, second = Wave.objects.filter(pk__in=city["waves"]).order_by("opens_at")
    assert [wave.status for wave in (first, second)] == ["settled", "settled"]
    assert second.previous == first
    monthly, pulse, visits = (Wave.objects.get(pk=pk) for pk in city["open"])
    assert (monthly.status, monthly.previous, monthly.is_public) == ("open", second, True)
    assert pulse.closes_at == pulse.release_at
    assert (pulse.closes_at - pulse.opens_at).total_seconds() == 15 * 60
    assert [fieldwork.of(wave).people for wave in (first, second, monthly, pulse)] == [120, 120, 350, 400]
    assert not InboxEntry.objects.exists()
    assert (visits.status, visits.is_public) == ("open", True)
    assert fieldwork.of(visits).people is None  # fewer than ten are not told of an open wave

    logins = data_dir / "run" / "demo-logins.txt"
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    lines = [line.split() for line in logins.read_text(encoding="utf-8").splitlines()]
    assert [line[0] for line in lines] == ["ada", "ivo", "admin", "auditor", "lin", "dana", "omar"]
    for name, role, password in lines:
        assert User.objects.get(username=name).role == role
        assert Client().login(username=name, password=password)
    made = Edition.objects.values_list("published_by__username", "approved_by__username")
    assert set(made) == {("ada", "ivo")}  # two people publish, in the demonstration, too
    health = json.dumps(
        list(Response.objects.filter(department__code="health").values_list("extras", flat=True))
    )
    assert not [one for one in chain(*OF_ONE.values()) if json.dumps(one) in health]

    with pytest.raises(CommandError):
        make()


def test_its_strata_are_its_districts_and_some_departments_stand_under_one_roof(city: dict[str, Any]) -> None:
    design = tallies.design(city["waves"][-1])
    districts = set(Place.objects.filter(level=Place.Level.COUNTY).values_list("code", flat=True))
    assert {one.place for one in design.strata} == {one.code for one in design.strata} == districts
    assert [node.code for node in design.places][:2] == ["nanling", "yunjiang"]
    above = {node.code: node.parent for node in design.tree}
    assert [code for code, parent in above.items() if parent == "construction-commission"] == [
        "housing",
        "urban-management",
        "transport",
        "water",
    ]
    assert above["construction-commission"] == "city"
    assert "construction-commission" not in {one.code for one in design.departments}


def test_its_records_are_like_real_ones(city: dict[str, Any]) -> None:
    wave = Wave.objects.select_related("edition").get(pk=city["waves"][0])
    book = codebook_of(wave.edition)
    departments = dict(Department.objects.values_list("pk", "code"))
    root = root_department().pk
    records = list(Response.objects.filter(wave=wave))
    assert len(records) == 4 * 120
    for record in records[:60]:
        part = book.general if record.department_id == root else book.part(departments[record.department_id])
        for item, code in zip(part.items, bytes(record.codes), strict=True):
            assert code in (*item.codes, 253, 254, 255)
        opened = commitments.record_of(
            part,
            survey=wave.slug,
            definition=wave.edition.content_hash,
            klass=record.klass,
            language=record.language,
            codes=bytes(record.codes),
            extras=record.extras,
            text_salts=record.text_salts,
        )
        assert commitments.commitment_of(opened, bytes(record.salt)) == bytes(record.commitment)
    assert {record.klass for record in records} == {Klass.SAMPLE}
    assert wave.opens_at.date() <= min(record.day for record in records)
    assert Participation.objects.filter(wave=wave, stratum=0).count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_draws_the_same_answers(data_dir: Path) -> None:
    def drawn() -> list[tuple[Any, ...]]:
        tallies = Tally.objects.order_by("wave__slug", "klass", "department__code")
        return [
            (slug, klass, code, records, bytes(groups), bytes(counts), bytes(moments))
            for slug, klass, code, records, groups, counts, moments in tallies.values_list(
                "wave__slug", "klass", "department__code", "records", "groups", "counts", "moments"
            )
        ]

    make(responses=30, waves=1)
    first = drawn()
    call_command("flush", interactive=False, verbosity=0)
    make(responses=30, waves=1)
    assert drawn() == first
    call_command("flush", interactive=False, verbosity=0)
    make(responses=30, waves=1, seed=8)
    assert drawn() != first


@pytest.mark.django_db(transaction=True)
def test_on_a_server_of_its_own_nobody_gets_an_account(data_dir: Path, settings: Any) -> None:
    settings.EMBEDDED = False
    make(responses=5, waves=1)
    assert not User.objects.exists()
    assert not (data_dir / "run").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options", [{"responses": 0}, {"waves": 0}, {"waves": 41}, {"seed": -1}, {"responses": 10**9}]
)
def test_sizes_are_bounded(options: dict[str, int]) -> None:
    with pytest.raises(CommandError):
        make(**options)
    assert not Department.objects.exists()
