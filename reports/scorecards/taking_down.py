"""Taking a publication out of sight: a rule, a reason, and two people of two organisations, none of them rated.

Nothing is deleted. The address of the page and of every file answers with a tombstone that says what stood there, by
which rule it went and why; publications of the same wave with other numbers stay as they are.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from reports.scorecards import access
from reports.scorecards.models import Publication, Takedown
from surveys import audit
from surveys.audit import AuditEntry
from surveys.people import organisations
from surveys.people.access import require
from surveys.people.models import Department, User
from surveys.people.roles import Deed

SHORTEST_REASON, LONGEST_REASON = 20, 2000
WHO_THEY_ARE = ["role", "department", "organisation"]


class NotTakenDown(ValidationError):
    """A proposal or agreement that does not hold; nothing was changed. The message says why."""


def stance(user: User, publication: Publication) -> str:
    """Return why `user` may take no part in taking a publication down, or nothing."""
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
    return ""


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
    _refuse_unless_settled(takedown, first, by)
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


def _refuse_unless_settled(takedown: Takedown, first: User, second: User) -> None:
    """Refuse people whose accounts were made or changed for the occasion, or by one another.

    An account counts as it was when the publication came out: whoever may write accounts could otherwise decide alone.
    """
    since = takedown.publication.published_at
    for user, other in ((first, second), (second, first)):
        entries = AuditEntry.objects.filter(subject_kind="user", subject_id=str(user.pk))
        written = entries.filter(verb__in=("add", "change", "set password"))
        late = Q(verb="add") | Q(facts__changes__has_any_keys=WHO_THEY_ARE)
        if since is None or user.date_joined > since or written.filter(late, at__gt=since).exists():
            raise NotTakenDown(
                _(
                    "The account of %(name)s was made, or its role, department or organisation changed, after these"
                    " results were released. Two people decide whose accounts are older."
                )
                % {"name": user}
            )
        if written.filter(actor=other).exists():
            raise NotTakenDown(
                _("One of the two has made the other's account or changed it. Two independent people decide.")
            )


def _is_rated(organisation: str, department_id: int | None, publication: Publication) -> bool:
    """Say whether an organisation or a department is one that a publication rates, or above or below one."""
    rated = Department.objects.filter(
        pk__in=publication.scorecards.values("department"), parent__isnull=False
    ).order_by("pk")
    line = organisations.line_of(rated)
    # The name of the whole city is a part of that of all its offices.
    return department_id in line or any(
        organisations.is_of(organisation, one)
        if one.parent_id
        else organisations.is_called(organisation, one)
        for one in Department.objects.filter(pk__in=line)
    )


def _refuse_unless_may(user: User, publication: Publication) -> None:
    require(user, Deed.TAKE_DOWN)
    if words := stance(user, publication):
        raise NotTakenDown(words)
