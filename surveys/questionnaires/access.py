"""Who may see questionnaires: everybody who designs, publishes or audits sees all drafts and editions.

A department head meets the questions on the answer page and in the published files, like everybody else.
"""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from surveys.people.access import require
from surveys.people.models import User
from surveys.people.roles import Deed, may
from surveys.questionnaires.models import Edition, Questionnaire, QuestionnaireQuerySet, Remark

Visitor = User | AnonymousUser


def may_read(user: Visitor) -> bool:
    """Say whether `user` may open questionnaires at all."""
    return isinstance(user, User) and may(user, Deed.READ_QUESTIONNAIRES)


def require_reader(user: Visitor) -> None:
    """Raise `PermissionDenied` unless `user` may open questionnaires at all."""
    require(user, Deed.READ_QUESTIONNAIRES)


def may_design(user: Visitor) -> bool:
    """Say whether `user` may change drafts."""
    return isinstance(user, User) and may(user, Deed.DESIGN)


def may_publish(user: Visitor) -> bool:
    """Say whether `user` may publish editions."""
    return isinstance(user, User) and may(user, Deed.PUBLISH_EDITIONS)


def may_remark(user: Visitor) -> bool:
    """Say whether `user` may comment on drafts."""
    return isinstance(user, User) and may(user, Deed.REMARK)


def may_approve(user: Visitor) -> bool:
    """Say whether `user` may approve drafts, other than their own work."""
    return isinstance(user, User) and may(user, Deed.APPROVE_EDITIONS)


def may_field(user: Visitor) -> bool:
    """Say whether `user` may plan waves with an edition."""
    return isinstance(user, User) and may(user, Deed.FIELD)


def designer(user: Visitor) -> User:
    """Return `user`, who may change drafts; raises `PermissionDenied` otherwise."""
    require(user, Deed.DESIGN)
    return cast(User, user)


def remarker(user: Visitor) -> User:
    """Return `user`, who may comment on drafts; raises `PermissionDenied` otherwise."""
    require(user, Deed.REMARK)
    return cast(User, user)


def approver(user: Visitor) -> User:
    """Return `user`, who may approve drafts of others; raises `PermissionDenied` otherwise."""
    require(user, Deed.APPROVE_EDITIONS)
    return cast(User, user)


def publisher(user: Visitor) -> User:
    """Return `user`, who may publish editions; raises `PermissionDenied` otherwise."""
    require(user, Deed.PUBLISH_EDITIONS)
    return cast(User, user)


def questionnaires_visible_to(user: Visitor) -> QuestionnaireQuerySet:
    """Return the questionnaires that `user` may open, the one changed last in front."""
    return Questionnaire.objects.all() if may_read(user) else Questionnaire.objects.none()


def remarks_visible_to(user: Visitor) -> QuerySet[Remark]:
    """Return the remarks on drafts that `user` may open."""
    return Remark.objects.filter(questionnaire__in=questionnaires_visible_to(user))


def editions_visible_to(user: Visitor) -> QuerySet[Edition]:
    """Return the editions that `user` may open."""
    return Edition.objects.filter(questionnaire__in=questionnaires_visible_to(user))
