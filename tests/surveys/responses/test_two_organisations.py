"""Two people of two organisations: spellings make no second one, nor does changing an account in between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from surveys.people import staffing
from surveys.people.models import User
from surveys.responses import excluding
from surveys.responses.models import Exclusion
from surveys.waves.models import Wave

from .test_excluding import give, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(a_wave: Callable[..., Wave]) -> Wave:
    return a_wave()


@pytest.fixture
def ivo(ivo: User) -> User:
    """Reviews, for the statistics office."""
    ivo.organisation = "Statistics Office"
    ivo.save()
    return ivo


@pytest.fixture
def auditor(auditor: User) -> User:
    """Audits, for a university."""
    auditor.organisation = "University"
    auditor.save()
    return auditor


@pytest.mark.parametrize(
    "organisation",
    [
        "Statistics Office",
        " statistics  OFFICE ",
        "Ｓtatistics Office",
        "",
        "The Statistics Office",
        "Statistics office.",
        "Statistics-Office",
        "Statistics\u200bOffice",
        "Statistics \u041effice",
        "Statistics Office (surveys)",
        "statistics",
    ],
)
def test_two_of_one_organisation_are_one(wave: Wave, ivo: User, auditor: User, organisation: str) -> None:
    proposal = propose(wave, give(wave), ivo)
    auditor.organisation = organisation
    auditor.save()
    with pytest.raises(excluding.NotExcludable):
        excluding.decide(proposal, approve=True, by=auditor)
    assert Exclusion.objects.get().decided_by is None


def test_two_spellings_in_chinese_are_one(wave: Wave, ivo: User, auditor: User) -> None:
    User.objects.filter(pk=ivo.pk).update(organisation="市统计局")
    proposal = propose(wave, give(wave), User.objects.get(pk=ivo.pk))
    for organisation in ("市 统计局", "市统计局（城调队）", "某市统计局"):
        auditor.organisation = organisation
        auditor.save()
        with pytest.raises(excluding.NotExcludable):
            excluding.decide(proposal, approve=True, by=auditor)


def test_changing_an_account_in_between_makes_no_second_organisation(
    wave: Wave, ivo: User, auditor: User, admin_user: User
) -> None:
    def move(user: User, organisation: str) -> User:
        return staffing.change_user(
            user,
            name=user.first_name,
            email=user.email,
            role=user.role,
            department=None,
            is_active=True,
            organisation=organisation,
            by=admin_user,
        )

    auditor = move(auditor, "Statistics Office")
    proposal = propose(wave, give(wave), ivo)
    assert proposal.proposed_for == "Statistics Office"
    User.objects.filter(pk=ivo.pk).update(organisation="Elsewhere")
    with pytest.raises(excluding.NotExcludable):
        excluding.decide(proposal, approve=True, by=auditor)
    User.objects.filter(pk=ivo.pk).update(organisation="Statistics Office")
    auditor = move(auditor, "University")
    with pytest.raises(excluding.NotExcludable):
        excluding.decide(proposal, approve=True, by=auditor)
    assert Exclusion.objects.get().state == Exclusion.State.PROPOSED


@pytest.mark.parametrize(
    "organisation", ["Parks", "parks", " 道路局", "ROADS", "Parks.", "Parks Department", "市道路局办公室"]
)
def test_nobody_who_works_for_the_rated(wave: Wave, ivo: User, organisation: str) -> None:
    ivo.organisation = organisation
    ivo.save()
    with pytest.raises(excluding.NotExcludable):
        propose(wave, give(wave), ivo)
