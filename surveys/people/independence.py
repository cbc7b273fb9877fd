"""Whether two people decide, or one who has two accounts: the rule wherever two must agree.

An account counts as it was before the matter came up, and nobody decides together with an account that they made,
changed or set the password of. Whoever may write accounts could otherwise decide alone. One administrator who prepares
two accounts early enough is not noticed here; the audit trail shows who made them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from surveys.audit import AuditEntry
from surveys.people.models import User

WRITTEN = ("add", "change", "set password")
WHO_THEY_ARE = ["role", "department", "organisation"]


def too_new(user: User, *, since: datetime, event: str | Promise) -> str:
    """Return why the account of `user` does not count in a matter that came up with `event` at `since`, or nothing.

    It was made since then, or its role, department or organisation changed. One query at most.
    """
    late = Q(verb="add") | Q(verb="change", facts__changes__has_any_keys=WHO_THEY_ARE)
    if user.date_joined <= since and not _written([user.pk]).filter(late, at__gt=since).exists():
        return ""
    return _(
        "The account of %(name)s was made, or its role, department or organisation changed, after %(event)s. Two"
        " people decide whose accounts are older and unchanged."
    ) % {"name": user, "event": event}


def not_two(user: User, others: Iterable[int]) -> str:
    """Return why `user` and the accounts with the ids `others` are no two independent people, or nothing; one query.

    One of them made the other's account, changed it or set its password.
    """
    ids = set(others) - {user.pk}
    found = _written([user.pk]).filter(actor__in=ids) | _written(ids).filter(actor=user)
    entry = found.select_related("actor").order_by("pk").last()
    if entry is None:
        return ""
    owner = User.objects.get(pk=int(entry.subject_id))
    return _(
        "%(maker)s has made the account of %(owner)s, changed it or set its password, so the two do not count as two"
        " people. Somebody decides whose account a third person looks after. Where there is one administrator only,"
        " the operator makes a second one with “manage.py createsuperuser”."
    ) % {"maker": entry.actor, "owner": owner}


def _written(ids: Iterable[int]) -> QuerySet[AuditEntry]:
    """Return what was done to accounts, by whomever."""
    keys = [str(one) for one in ids]
    return AuditEntry.objects.filter(subject_kind="user", subject_id__in=keys, verb__in=WRITTEN)
