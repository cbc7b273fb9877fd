"""An imported wave's answers become records like any other: counted, committed to, shuffled."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from surveys.people.models import Department, User
from surveys.questionnaires.codebook import BLANK, DONT_KNOW, codebook_of
from surveys.questionnaires.models import Edition
from surveys.responses import adopting, commitments, counting, mixing
from surveys.responses.models import Participation, Response, Tally
from surveys.waves import fielding
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Klass, PastAnswers, Wave

from .conftest import document, rating, two

pytestmark = pytest.mark.django_db

PEOPLE: list[Any] = [
    [1, {"general": bytes([5]).hex(), "parks": bytes([4, 3]).hex(), "roads": bytes([1, BLANK]).hex()}],
    [
        1,
        {
            "general": bytes([4]).hex(),
            "parks": bytes([4, DONT_KNOW]).hex(),
            "roads": bytes([BLANK, BLANK]).hex(),
        },
    ],
    [2, {"general": bytes([BLANK]).hex(), "parks": bytes([2, 2]).hex(), "roads": bytes([5, 5]).hex()}],
]


@pytest.fixture
def past_wave(
    an_edition: Callable[..., Edition],
    departments: dict[str, Department],
    strata: tuple[StratumPlan, ...],
    ada: User,
) -> Wave:
    now = timezone.now()
    wave = fielding.record_past(
        by=ada,
        slug="2021q3",
        edition=an_edition(
            document(rating("city", "general"), rating("overall", headline=True), rating("speed"))
        ),
        titles=two("二〇二一", "2021"),
        departments=[departments["parks"], departments["roads"]],
        opens_at=now - timedelta(days=30),
        closes_at=now - timedelta(days=10),
        release_at=now,
        klass=Klass.IMPORTED,
        is_public=False,
        channels=(Channel.IMPORT,),
        strata=strata,
    )
    PastAnswers.objects.create(wave=wave, people=PEOPLE)
    return wave


def test_past_answers_become_records_and_are_gone(past_wave: Wave) -> None:
    assert mixing.settle_due() == 1
    assert not PastAnswers.objects.exists()
    records = list(Response.objects.select_related("department"))
    assert len(records) == 9
    assert {(r.klass, r.channel, r.day) for r in records} == {
        (Klass.IMPORTED, Channel.IMPORT, timezone.localdate(past_wave.closes_at))
    }
    found = sorted((r.department.code, r.stratum, bytes(r.codes)) for r in records)
    assert found == sorted(
        ({"general": "city"}.get(part, part), stratum, bytes.fromhex(codes))
        for stratum, parts in PEOPLE
        for part, codes in parts.items()
    )
    people = {(p.klass, p.stratum, p.channel): p.people for p in Participation.objects.all()}
    assert people == {(Klass.IMPORTED, 1, Channel.IMPORT): 2, (Klass.IMPORTED, 2, Channel.IMPORT): 1}


def test_they_are_counted_and_their_commitments_open(past_wave: Wave) -> None:
    mixing.settle(past_wave.pk)
    assert Tally.objects.count() == 3
    assert counting.stored(past_wave) == {
        k: one.written() for k, one in counting.count_wave(past_wave).items()
    }
    codebook = codebook_of(past_wave.edition)
    for one in Response.objects.select_related("department"):
        part = codebook.general if one.department.parent_id is None else codebook.part(one.department.code)
        record = commitments.record_of(
            part,
            survey=past_wave.slug,
            definition=past_wave.edition.content_hash,
            klass=one.klass,
            language=one.language,
            codes=bytes(one.codes),
            extras=None,
            text_salts=None,
        )
        assert record["class"] == "imported"
        assert commitments.commitment_of(record, bytes(one.salt)) == bytes(one.commitment)


def test_killed_half_way_and_again_gives_the_same(past_wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(counting, "count_wave", die)
        with pytest.raises(KeyboardInterrupt):
            mixing.settle(past_wave.pk)
    assert not Response.objects.exists()
    assert PastAnswers.objects.get().people == PEOPLE
    assert mixing.settle(past_wave.pk) is True
    assert mixing.settle(past_wave.pk) is False
    assert Response.objects.count() == 9


def test_a_wave_without_past_answers_is_left_alone(a_wave: Callable[..., Wave]) -> None:
    assert adopting.adopt(a_wave()) is False
