"""Excluding a rating: a rule, a reason, and two people of two organisations, never of those who are rated.

A receipt is the only handle. Whoever proposes or decides sees no answer, no grade and no department, so nobody can look
for the ratings they dislike; rules that speak of a rating's contents do not exist. Nothing is deleted: the record
becomes *void*, keeps its flags, and a reversal by the same two-person rule takes it back in. What was decided holds at
once; the worker that keeps the tallies carries it out under the lock of mixing.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.audit import AuditEntry
from surveys.people import independence, organisations
from surveys.people.access import require
from surveys.people.models import Department, User
from surveys.people.roles import Deed
from surveys.responses import checking, receipts
from surveys.responses.models import Exclusion
from surveys.waves.fielding import database_now
from surveys.waves.models import Coverage, Wave

# Why a rating may be left out: never because of what it says.
RULES = {
    "CANARY": _("It is a test rating, given to see whether the system counts correctly."),
    "DUPLICATE": _("It is proven that the same person gave another rating of the same matter."),
    "COERCED": _("Its author has reported that somebody else determined or forced the answers."),
    "MACHINE": _("It is proven that a program gave it, not a person."),
    "WRONG-SERVICE": _("It was given about another service than the one that was asked about."),
}
SHORTEST_REASON, LONGEST_REASON = 20, 2000
FEWEST_TOLD = 10  # ratings excluded by one rule, before the rule is told

PROPOSED, APPROVED, REFUSED = Exclusion.State.PROPOSED, Exclusion.State.APPROVED, Exclusion.State.REFUSED


class NotExcludable(ValidationError):
    """A proposal or decision that does not hold; nothing was changed. The message says why."""


# What two people have decided of a receipt last, and what the record says, differ: 3 is void. A record that was
# replaced counts nowhere, whatever was decided of it.
DUE = """
FROM (
    SELECT DISTINCT ON (receipt) receipt, wave_id, restores FROM surveys_exclusion
    WHERE state = 'approved' ORDER BY receipt, decided_at DESC, id DESC
) AS decided
JOIN surveys_response AS record
  ON substr(record.commitment, 1, 10) = decided.receipt AND record.wave_id = decided.wave_id
WHERE record.status <> 4 AND (record.status = 3) = decided.restores
"""
APPLY = f"""
UPDATE surveys_response AS changed SET status = CASE WHEN due.restores THEN 1 ELSE 3 END
FROM (SELECT record.id, decided.restores {DUE} AND decided.wave_id = %s) AS due
WHERE changed.id = due.id
RETURNING changed.department_id, changed.klass
"""  # noqa: S608  nothing of it comes from outside


def sentence(rule: str) -> str:
    """Return what the rule of this id says, or nothing where there is no such rule."""
    return str(RULES.get(rule, ""))


def stance(user: User, wave: Wave) -> str:
    """Return why `user` may take no part in excluding ratings of the wave, or nothing.

    It does not depend on the rating: a refusal that did would tell which department a receipt is about. An account
    counts as it was when the wave opened.
    """
    if not organisations.is_named(user.organisation):
        return str(
            _(
                "Your account does not say which organisation you work for, and two people of different"
                " organisations are needed. An administrator can enter it in your account, under “People and"
                " departments”."
            )
        )
    rated, line = _departments(wave)
    if user.department_id in line or organisations.is_of(user.organisation, rated):
        return str(
            _(
                "You belong to a department that this wave judges, or to one above or below it. Whoever is rated"
                " never decides which ratings count."
            )
        )
    opened = audit.latest(wave, "open")  # the true moment, which a late worker leaves after the one declared
    if opened is None:
        return ""
    return independence.too_new(user, since=opened.at, event=_("this wave opened"))


@transaction.atomic
def propose(
    wave: Wave, *, receipt: str, rule: str, reason: str, by: User, restores: bool = False
) -> Exclusion:
    """Propose to leave the rating of `receipt` out of the count, or with `restores` to take it back in.

    Raises `NotExcludable` by field.
    """
    require(by, Deed.EXCLUDE)
    _refuse_unless_may(by, wave)
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    _refuse_unless_in_time(wave)
    known = _receipt_of(wave, receipt, restores=restores)
    if rule not in RULES:
        raise NotExcludable({"rule": [_("Choose one of the rules.")]})
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NotExcludable(
            {"reason": [_("Give the reason in 20 to 2,000 characters, so that others can check it.")]}
        )
    try:
        with transaction.atomic():
            proposal = Exclusion.objects.create(
                wave=wave,
                receipt=known,
                rule=rule,
                reason=reason,
                restores=restores,
                proposed_by=by,
                proposed_for=by.organisation,
            )
    except IntegrityError as error:
        words = _("A proposal about this receipt waits for its decision already.")
        raise NotExcludable({"receipt": [words]}) from error
    _record(proposal, "propose exclusion", by)
    return proposal


@transaction.atomic
def decide(proposal: Exclusion, *, approve: bool, by: User) -> Exclusion:
    """Decide on somebody else's proposal; what is approved holds at once and is counted with the next mixing."""
    require(by, Deed.EXCLUDE)
    wave = Wave.objects.select_for_update().get(pk=proposal.wave_id)
    proposal = Exclusion.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    _refuse_unless_may(by, wave)
    if proposal.state != PROPOSED:
        raise NotExcludable(_("This proposal has been decided already. Nothing was changed."))
    if proposal.proposed_by_id == by.pk:
        raise NotExcludable(_("A second person decides: you have made this proposal yourself."))
    first = {proposal.proposed_for, *_employers(proposal.proposed_by, proposal)}
    if any(organisations.are_one(one, other) for one in first for other in _employers(by, proposal)):
        raise NotExcludable(
            _(
                "The second person works for another organisation than the one who made the proposal, and did so"
                " when it was made."
            )
        )
    if words := independence.not_two(by, [proposal.proposed_by_id]):
        raise NotExcludable(words)
    if approve:
        _refuse_unless_in_time(wave)
        # Both hold at the moment of the decision, not only when it was proposed.
        _refuse_unless_may(proposal.proposed_by, wave)
        _receipt_of(wave, receipts.printed(bytes(proposal.receipt)), restores=proposal.restores)
    proposal.state = APPROVED if approve else REFUSED
    proposal.decided_by, proposal.decided_at = by, database_now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    _record(proposal, "approve exclusion" if approve else "refuse exclusion", by)
    return proposal


def waves_due() -> QuerySet[Wave]:
    """Return the waves of which a record does not yet say what was decided about it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT decided.wave_id {DUE}")
        found = [wave for (wave,) in cursor.fetchall()]
    return Wave.objects.select_related("edition").filter(pk__in=found).order_by("pk")


def apply(wave: Wave) -> set[tuple[int, int]]:
    """Write what was decided into the records, and return the slices concerned as (department, class).

    Belongs into a transaction that holds the lock of mixing and counts these slices anew. A record that still waits in
    the inbox is changed when it has been mixed in.
    """
    with connection.cursor() as cursor:
        cursor.execute(APPLY, [wave.pk])
        return set(cursor.fetchall())


def receipt_of(proposal: Exclusion) -> str:
    """Return the receipt that a proposal is about as people read it; nothing once it was erased."""
    known = bytes(proposal.receipt)
    return receipts.printed(known) if len(known) == receipts.RECEIPT_BYTES else ""


def excluded_numbers(wave: Wave) -> tuple[int, dict[str, int]]:
    """Return how many ratings of a wave are excluded, and how many by each rule that excludes at least ten.

    Never how many of a department, of a class or of a grade.
    """
    latest = Exclusion.objects.filter(wave=wave, state=APPROVED).order_by("receipt", "-decided_at", "-id")
    standing = Exclusion.objects.filter(pk__in=latest.distinct("receipt").values("pk"), restores=False)
    by_rule = dict(standing.order_by().values_list("rule").annotate(number=Count("pk")))
    return sum(by_rule.values()), {
        rule: by_rule[rule] for rule in RULES if by_rule.get(rule, 0) >= FEWEST_TOLD
    }


def _receipt_of(wave: Wave, typed: str, *, restores: bool) -> bytes:
    """Return the receipt of a rating of the wave that can be excluded, or taken back in."""
    try:
        known = receipts.read(typed)
    except receipts.UnreadableReceipt as error:
        raise NotExcludable({"receipt": [str(error)]}) from error
    found = checking.find(known)
    words: Any = None
    if found is None or found.wave.pk != wave.pk:
        words = _("There is no rating with this receipt in this wave.")
    elif found.state == checking.REPLACED:
        words = _("Its author has replaced this rating: it counts nowhere already.")
    elif restores and found.state != checking.EXCLUDED:
        words = _("This rating is not excluded, so it cannot be taken back in.")
    elif not restores and found.state == checking.EXCLUDED:
        words = _("This rating is excluded already.")
    if words:
        raise NotExcludable({"receipt": [words]})
    return known


def _refuse_unless_may(user: User, wave: Wave) -> None:
    require(user, Deed.EXCLUDE)
    if words := stance(user, wave):
        raise NotExcludable(words)


def _refuse_unless_in_time(wave: Wave) -> None:
    """Refuse what could no longer be counted before the wave comes to rest."""
    if wave.status != Wave.Status.OPEN:
        raise NotExcludable(
            _(
                "The counts of this wave are final: which ratings count is decided while it is open. Otherwise the"
                " published figures, held against new ones, would show what a single rating said."
            )
        )


def _departments(wave: Wave) -> tuple[list[Department], set[int]]:
    """Return the departments that a wave judges, and the ids of these and of all above and below them."""
    covered = Coverage.objects.filter(wave=wave, department__parent__isnull=False)
    rated = [one.department for one in covered.select_related("department")]
    return rated, organisations.line_of(rated)


def _employers(user: User, proposal: Exclusion) -> set[str]:
    """Return the organisations that the account of `user` has named from the proposal until now."""
    found = {user.organisation}
    entries = AuditEntry.objects.filter(
        subject_kind="user", subject_id=str(user.pk), at__gte=proposal.proposed_at, facts__has_key="changes"
    )
    for entry in entries:
        found.update(entry.facts["changes"].get("organisation", ()))
    return found


def _record(proposal: Exclusion, verb: str, by: User) -> None:
    """Tell the audit; of the receipt a hash, so that whoever holds one can find what happened to it."""
    audit.record(
        proposal.wave,
        verb=verb,
        by=by,
        rule=proposal.rule,
        restores=proposal.restores,
        state=proposal.state,
        receipt_hash=hashlib.sha256(b"minping/receipt/v1\0" + bytes(proposal.receipt)).hexdigest(),
    )
