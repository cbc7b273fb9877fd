"""A rating is left out by a rule, a reason and two people of two organisations; never by those who are rated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from surveys.audit import AuditEntry
from surveys.people.models import Department, Role, User
from surveys.responses import (
    checking,
    collecting,
    counting,
    excluding,
    mixing,
    receipts,
    replacing,
)
from surveys.responses.models import Exclusion, InboxEntry, Response, Status
from surveys.responses.quality import Flag
from surveys.waves import fielding
from surveys.waves.models import Wave

from .test_collecting import a_sheet, a_token
from .test_mixing import agrees_with_a_new_count, no_one_waits_long
from .test_replacing import newer

Waves = Callable[..., Wave]

REASON = "The hash of the test rating stands in the registrar’s log of 3 March."


def give(wave: Wave, grade: int = 2) -> str:
    """Rate Parks and return the receipt."""
    sheet = a_sheet(wave, {"parks": {"overall": grade}})
    return collecting.submit(sheet, token=a_token(wave)).receipts[0]


def mix() -> None:
    mixing.mix_due()


def state_of(receipt: str) -> str:
    found = checking.find(receipts.read(receipt))
    return found.state if found else "unknown"


def status_of(receipt: str) -> int:
    known = receipts.read(receipt)
    return next(one.status for one in Response.objects.all() if bytes(one.commitment)[:10] == known)


def tie_out(wave: Wave) -> None:
    """Records = kept + flagged + void + replaced, in the records and, but for the replaced, in the tallies."""
    records = Response.objects.filter(wave=wave)
    by = {status: records.filter(status=status).count() for status in Status.values}
    flagged = records.filter(status=Status.KEPT).exclude(flags=0).count()
    assert records.count() == by[1] + by[2] + by[3] + by[4]
    slices = counting.count_wave(wave)
    assert sum(one.records for one in slices.values()) == records.count() - by[4]
    found = {1: 0, 2: 0, 3: 0}
    for one in slices.values():
        for group, counts in zip(one.groups, one.counts, strict=True):
            columns = counting.Layouts(wave).of(next(iter(slices)).department_id).columns
            found[int(group[3])] += int(counts[columns[0] == 0].sum())
    assert found == {1: by[1] - flagged, 2: by[2] + flagged, 3: by[3]}
    assert agrees_with_a_new_count(wave)


@pytest.fixture(autouse=True)
def _mixes_at_once(settings: Any) -> None:
    no_one_waits_long(settings, people=1, seconds=0)


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
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


def propose(wave: Wave, receipt: str, by: User, **more: Any) -> Exclusion:
    given = {"rule": "CANARY", "reason": REASON, **more}
    return excluding.propose(wave, receipt=receipt, by=by, **given)


@pytest.mark.django_db
class TestTwoPeople:
    def test_what_two_people_decide_is_carried_out_with_the_next_mixing(
        self, wave: Wave, ivo: User, auditor: User
    ) -> None:
        out, kept = give(wave), give(wave, 5)
        mix()
        proposal = propose(wave, out, ivo)
        mix()
        assert status_of(out) == Status.KEPT
        assert state_of(out) == "counted"
        excluding.decide(proposal, approve=True, by=auditor)
        assert state_of(out) == "excluded"
        mix()
        assert (status_of(out), status_of(kept)) == (Status.VOID, Status.KEPT)
        tie_out(wave)
        assert excluding.excluded_numbers(wave) == (1, {})

    def test_taken_back_in_the_tallies_are_the_same_bytes_as_before(
        self, wave: Wave, ivo: User, auditor: User
    ) -> None:
        out = give(wave)
        give(wave, 4)
        mix()
        before = counting.stored(wave)
        excluding.decide(propose(wave, out, ivo), approve=True, by=auditor)
        mix()
        assert counting.stored(wave) != before
        back = propose(wave, out, auditor, restores=True)
        excluding.decide(back, approve=True, by=ivo)
        assert state_of(out) == "counted"
        mix()
        assert counting.stored(wave) == before
        tie_out(wave)
        assert excluding.excluded_numbers(wave) == (0, {})
        again = propose(wave, out, ivo)
        excluding.decide(again, approve=True, by=auditor)
        mix()
        assert status_of(out) == Status.VOID

    def test_a_refused_proposal_changes_nothing(self, wave: Wave, ivo: User, auditor: User) -> None:
        out = give(wave)
        mix()
        before = counting.stored(wave)
        excluding.decide(propose(wave, out, ivo), approve=False, by=auditor)
        mix()
        assert counting.stored(wave) == before
        assert state_of(out) == "counted"
        propose(wave, out, auditor)  # and may be proposed anew

    def test_a_rating_that_still_waits_is_void_as_soon_as_it_is_mixed(
        self, wave: Wave, ivo: User, auditor: User
    ) -> None:
        out = give(wave)
        excluding.decide(propose(wave, out, ivo), approve=True, by=auditor)
        assert InboxEntry.objects.count() == 1
        mix()
        assert status_of(out) == Status.VOID
        tie_out(wave)

    def test_flags_stay(self, wave: Wave, ivo: User, auditor: User) -> None:
        out = give(wave)
        InboxEntry.objects.update(flags=Flag.NEARBY)
        mix()
        excluding.decide(propose(wave, out, ivo), approve=True, by=auditor)
        mix()
        assert Response.objects.get().flags == Flag.NEARBY
        excluding.decide(propose(wave, out, ivo, restores=True), approve=True, by=auditor)
        mix()
        tie_out(wave)

    def test_nobody_decides_on_their_own_proposal(self, wave: Wave, ivo: User) -> None:
        proposal = propose(wave, give(wave), ivo)
        with pytest.raises(excluding.NotExcludable):
            excluding.decide(proposal, approve=True, by=ivo)
        assert Exclusion.objects.get().state == Exclusion.State.PROPOSED

    def test_whoever_lost_the_right_meanwhile_has_proposed_nothing(
        self, wave: Wave, ivo: User, auditor: User
    ) -> None:
        proposal = propose(wave, give(wave), ivo)
        User.objects.filter(pk=ivo.pk).update(role=Role.DESIGNER)
        with pytest.raises(PermissionDenied):
            excluding.decide(proposal, approve=True, by=auditor)

    def test_a_decision_is_taken_once(self, wave: Wave, ivo: User, auditor: User) -> None:
        proposal = propose(wave, give(wave), ivo)
        excluding.decide(proposal, approve=False, by=auditor)
        with pytest.raises(excluding.NotExcludable):
            excluding.decide(proposal, approve=True, by=auditor)


@pytest.mark.django_db
class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.ADMIN, Role.DESIGNER, Role.HEAD, Role.INTERVIEWER])
    def test_no_other_role(
        self, wave: Wave, ivo: User, departments: dict[str, Department], role: Role
    ) -> None:
        receipt = give(wave)
        proposal = propose(wave, receipt, ivo)
        department = departments["parks"] if role == Role.HEAD else None
        other = User.objects.create_user(
            username="other", role=role, organisation="Elsewhere", department=department
        )
        with pytest.raises(PermissionDenied):
            propose(wave, receipt, other)
        with pytest.raises(PermissionDenied):
            excluding.decide(proposal, approve=True, by=other)

    @pytest.mark.parametrize("code", ["parks", "roads", "city", "ponds"])
    def test_nobody_of_the_rated_nor_above_nor_below(
        self, wave: Wave, ivo: User, auditor: User, departments: dict[str, Department], code: str
    ) -> None:
        Department.objects.create(code="ponds", names={"en": "Ponds"}, parent=departments["parks"])
        receipt = give(wave)
        proposal = propose(wave, receipt, auditor)
        ivo.department = Department.objects.get(code=code)
        ivo.save()
        with pytest.raises(excluding.NotExcludable):
            propose(wave, give(wave), ivo)
        with pytest.raises(excluding.NotExcludable):
            excluding.decide(proposal, approve=True, by=ivo)

    def test_a_department_that_this_wave_does_not_judge_is_no_hindrance(
        self, wave: Wave, ivo: User, departments: dict[str, Department]
    ) -> None:
        ivo.department = Department.objects.create(
            code="archive", names={"en": "Archive"}, parent=departments["city"]
        )
        ivo.save()
        propose(wave, give(wave), ivo)

    def test_a_refusal_says_nothing_of_whom_a_receipt_is_about(
        self, wave: Wave, ivo: User, departments: dict[str, Department]
    ) -> None:
        ivo.department = departments["parks"]
        ivo.save()
        about_roads = collecting.submit(
            a_sheet(wave, {"roads": {"overall": 1}}), token=a_token(wave)
        ).receipts[0]
        said = set()
        for receipt in (give(wave), about_roads, receipts.printed(b"0123456789")):
            with pytest.raises(excluding.NotExcludable) as refused:
                propose(wave, receipt, ivo)
            said.add(tuple(refused.value.messages))
        assert len(said) == 1


@pytest.mark.django_db
class TestWhatIsProposed:
    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"rule": "MALICIOUS"}, "rule"),
            ({"rule": ""}, "rule"),
            ({"reason": "too short"}, "reason"),
            ({"reason": " " * 40}, "reason"),
            ({"reason": "x" * 2001}, "reason"),
            ({"restores": True}, "receipt"),
        ],
    )
    def test_what_does_not_hold_is_refused_by_field(
        self, wave: Wave, ivo: User, given: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(excluding.NotExcludable) as refused:
            propose(wave, give(wave), ivo, **given)
        assert list(refused.value.message_dict) == [field]
        assert not Exclusion.objects.exists()

    def test_only_a_receipt_of_the_wave(self, a_wave: Waves, wave: Wave, ivo: User) -> None:
        other = a_wave(slug="other")
        for receipt in ("nonsense", receipts.printed(b"0123456789"), give(other)):
            with pytest.raises(excluding.NotExcludable) as refused:
                propose(wave, receipt, ivo)
            assert list(refused.value.message_dict) == ["receipt"]

    def test_one_proposal_at_a_time(self, wave: Wave, ivo: User, auditor: User) -> None:
        receipt = give(wave)
        propose(wave, receipt, ivo)
        with pytest.raises(excluding.NotExcludable):
            propose(wave, receipt, auditor)

    def test_nothing_twice(self, wave: Wave, ivo: User, auditor: User) -> None:
        receipt = give(wave)
        excluding.decide(propose(wave, receipt, ivo), approve=True, by=auditor)
        with pytest.raises(excluding.NotExcludable):
            propose(wave, receipt, ivo)

    def test_no_rule_speaks_of_what_a_rating_says(self) -> None:
        assert set(excluding.RULES) == {"CANARY", "DUPLICATE", "COERCED", "MACHINE", "WRONG-SERVICE"}

    def test_when_the_wave_has_closed_its_counts_are_final(
        self, wave: Wave, ivo: User, auditor: User, ada: User
    ) -> None:
        receipt = give(wave)
        proposal = propose(wave, receipt, ivo)
        fielding.close_wave(wave, by=ada)
        with pytest.raises(excluding.NotExcludable):
            propose(wave, receipt, ivo)
        with pytest.raises(excluding.NotExcludable):
            excluding.decide(proposal, approve=True, by=auditor)
        excluding.decide(proposal, approve=False, by=auditor)

    def test_what_was_decided_before_the_close_is_in_the_counts_at_rest(
        self, wave: Wave, ivo: User, auditor: User, ada: User
    ) -> None:
        receipt = give(wave)
        give(wave, 5)
        mix()
        excluding.decide(propose(wave, receipt, ivo), approve=True, by=auditor)
        fielding.close_wave(wave, by=ada)
        mixing.settle_due()
        assert status_of(receipt) == Status.VOID
        tie_out(wave)
        assert AuditEntry.objects.get(verb="settle").facts["tallies_agreed"] is True


@pytest.mark.django_db
class TestBesideReplacing:
    def test_an_excluded_rating_is_not_replaced(self, wave: Wave, ivo: User, auditor: User) -> None:
        receipt = give(wave)
        excluding.decide(propose(wave, receipt, ivo), approve=True, by=auditor)
        for _mixed in (False, True):
            with pytest.raises(replacing.Excluded):
                replacing.replace(newer(wave, receipt), token=a_token(wave))
            mix()
        tie_out(wave)

    def test_a_replaced_rating_is_not_excluded(self, wave: Wave, ivo: User) -> None:
        receipt = give(wave)
        replacing.replace(newer(wave, receipt), token=a_token(wave))
        with pytest.raises(excluding.NotExcludable):
            propose(wave, receipt, ivo)

    def test_a_rating_replaced_between_proposal_and_decision_is_not_excluded(
        self, wave: Wave, ivo: User, auditor: User
    ) -> None:
        receipt = give(wave)
        mix()
        proposal = propose(wave, receipt, ivo)
        replacing.replace(newer(wave, receipt), token=a_token(wave))
        with pytest.raises(excluding.NotExcludable):
            excluding.decide(proposal, approve=True, by=auditor)
        mix()
        assert status_of(receipt) == Status.REPLACED
        tie_out(wave)

    def test_everything_at_once_still_ties_out(self, wave: Wave, ivo: User, auditor: User) -> None:
        given = [give(wave, number % 5 + 1) for number in range(12)]
        InboxEntry.objects.filter(pk__in=InboxEntry.objects.values("pk")[:3]).update(flags=Flag.FAST)
        mix()
        for receipt in given[:3]:
            excluding.decide(propose(wave, receipt, ivo), approve=True, by=auditor)
        for receipt in given[3:7]:
            replacing.replace(newer(wave, receipt), token=a_token(wave))
        excluding.decide(propose(wave, given[8], ivo), approve=True, by=auditor)
        mix()
        excluding.decide(propose(wave, given[0], ivo, restores=True), approve=True, by=auditor)
        mix()
        tie_out(wave)
        assert Response.objects.filter(status=Status.VOID).count() == 3
        assert Response.objects.filter(status=Status.REPLACED).count() == 4
