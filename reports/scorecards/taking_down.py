"""Taking a publication out of sight: a rule, a reason, and two people of two organisations, none of them rated.

Nothing is deleted. The address of the page and of every file answers with a tombstone that says what stood there, by
which rule it went and why; publications of the same wave with other numbers stay as they are.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from reports.scorecards import access
from reports.scorecards.models import Publication, Takedown
from surveys import audit
from surveys.people import independence, organisations
from surveys.people.access import require
from surveys.people.models import Department, User
from surveys.people.roles import Deed

SHORTEST_REASON, LONGEST_REASON = 20, 2000


class NotTakenDown(ValidationError):
    """A proposal or agreement that does not hold; nothing was changed. The message says why."""


def stance(user: User, publication: Publication) -> str:
    """Return why `user` may take no part in taking a publication down, or nothing.

    An account counts as it was when the publication came out.
    """
    if not organisations.is_named(user.organisation):
        return str(
            _(
                "Your account does not say which organisation you work for, and two people of different"
                " organisations are needed. An administrator can enter it in your account, under “People and"
                " departments”."
            )
        )
    if _is_rated(user.organisation, user.department_id, publication):
        return str(
            _(
                "You belong to a department that this wave judges, or to one above or below it. Whoever is rated"
                " never decides what is taken down."
            )
        )
    if publication.published_at is None:
        return ""
    return independence.too_new(user, since=publication.published_at, event=_("these results were released"))


@transaction.atomic
def propose(publication: Publication, *, rule: str, reason: str, by: User) -> Takedown:
    """Propose to take a released publication down; raises `NotTakenDown` by field."""
    _refuse_unless_may(by, publication)
    if publication.state != Publication.State.PUBLISHED:
        raise NotTakenDown(_("Only what is released can be taken down."))
    if rule not in Takedown.Rule.values:
        raise NotTakenDown({"rule": [_("Choose one of the rules.")]})
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NotTakenDown(
            {"reason": [_("Give the reason in 20 to 2,000 characters: it is published on the tombstone.")]}
        )
    try:
        with transaction.atomic():
            takedown = Takedown.objects.create(
                publication=publication,
                rule=rule,
                reason=reason,
                proposed_by=by,
                proposed_for=by.organisation,
                proposed_in=by.department,
            )
    except IntegrityError as error:
        raise NotTakenDown(
            _("Taking this publication down is proposed already, or was carried out.")
        ) from error
    audit.record(
        publication, verb="propose takedown", by=by, rule=rule, reason=reason, organisation=by.organisation
    )
    return takedown


@transaction.atomic
def agree(takedown: Takedown, *, by: User) -> Takedown:
    """Agree with somebody else's proposal; the publication is out of sight at once."""
    takedown = Takedown.objects.select_for_update(of=("self",)).get(pk=takedown.pk)
    _refuse_unless_may(by, takedown.publication)
    if takedown.agreed_at is not None:
        raise NotTakenDown(_("This publication is taken down already."))
    first = takedown.proposed_by
    if first.pk == by.pk:
        raise NotTakenDown(_("A second person decides: you have made this proposal yourself."))
    if any(
        organisations.are_one(one, by.organisation) for one in (takedown.proposed_for, first.organisation)
    ):
        raise NotTakenDown(
            _("The second person works for another organisation than the one who made the proposal.")
        )
    if words := independence.not_two(by, [first.pk]):
        raise NotTakenDown(words)
    _refuse_unless_may(first, takedown.publication)  # still, not only when it was proposed
    if _is_rated(takedown.proposed_for, takedown.proposed_in_id, takedown.publication):
        raise NotTakenDown(_("The proposal was made for a department that this wave judges."))
    Takedown.objects.filter(pk=takedown.pk).update(agreed_by=by, agreed_for=by.organisation, agreed_at=Now())
    audit.record(
        takedown.publication, verb="take down", by=by, rule=takedown.rule, organisation=by.organisation
    )
    transaction.on_commit(access.look_again)
    takedown.refresh_from_db()
    return takedown


@transaction.atomic
def refuse(takedown: Takedown, *, by: User) -> None:
    """Refuse a proposal that waits, or withdraw the own one; the publication stays as it is."""
    takedown = Takedown.objects.select_for_update(of=("self",)).get(pk=takedown.pk)
    require(by, Deed.TAKE_DOWN)
    if takedown.agreed_at is not None:
        raise NotTakenDown(_("This publication is taken down already."))
    audit.record(takedown.publication, verb="refuse takedown", by=by, rule=takedown.rule)
    takedown.delete()


def waiting() -> QuerySet[Takedown]:
    """Return the proposals that wait for a second person."""
    found = Takedown.objects.filter(agreed_at=None).order_by("pk")
    return found.select_related("publication__wave", "proposed_by")


def _is_rated(organisation: str, department_id: int | None, publication: Publication) -> bool:
    """Say whether an organisation or a department is one that a publication rates, or above or below one."""
    rated = Department.objects.filter(
        pk__in=publication.scorecards.values("department"), parent__isnull=False
    ).order_by("pk")
    line = organisations.line_of(rated)
    return department_id in line or organisations.is_of(organisation, Department.objects.filter(pk__in=line))


def _refuse_unless_may(user: User, publication: Publication) -> None:
    require(user, Deed.TAKE_DOWN)
    if words := stance(user, publication):
        raise NotTakenDown(words)
