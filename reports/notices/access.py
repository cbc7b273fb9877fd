"""Whose notices are whose: everybody meets the own ones alone."""

from django.db.models import QuerySet

from reports.notices.models import MailChoice, Notice
from surveys.people.access import Visitor, has_role


def notices_visible_to(user: Visitor) -> QuerySet[Notice]:
    """Return the notices of `user`, newest first, with what their sentences speak of."""
    found = Notice.objects.select_related("wave", "user")
    return found.filter(user=user) if has_role(user) else found.none()


def unread_by(user: Visitor) -> int:
    """Count the notices that `user` has not read. One query."""
    return Notice.objects.filter(user=user, read_at=None).count() if has_role(user) else 0


def mail_choice_of(user: Visitor) -> MailChoice:
    """Return what `user` has chosen about e-mail, or what holds for those who have not."""
    found = MailChoice.objects.filter(user=user).first() if has_role(user) else None
    return found or MailChoice(wanted=True, language="")
