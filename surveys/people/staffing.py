"""Accounts of staff: who has one, which role, and the keys with which programs speak for them.

Accounts are deactivated, never deleted: what somebody did stays theirs. A token is shown once and known here by its
hash alone.
"""

import hashlib
import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.people.models import ApiToken, Department, Role, User

MOST_TOKENS = 20
SEES_RECORDS = frozenset({Role.ADMIN, Role.AUDITOR})  # who may open the read-only tables


@transaction.atomic
def add_user(
    *,
    username: str,
    name: str,
    email: str,
    role: str,
    department: Department | None,
    password: str,
    by: User | None,
    organisation: str = "",
) -> User:
    """Add a member of staff; raises `ValidationError` naming the fields that do not hold."""
    user = User(
        username=username,
        first_name=name.strip(),
        email=email,
        role=role,
        department=department,
        organisation=organisation.strip(),
    )
    _check(user)
    _check_password(password, user)
    user.set_password(password)
    user.is_staff = role in SEES_RECORDS
    user.save(force_insert=True)
    audit.record(user, verb="add", by=by, **_facts(user))
    return user


@transaction.atomic
def change_user(
    user: User,
    *,
    name: str,
    email: str,
    role: str,
    department: Department | None,
    is_active: bool,
    by: User | None,
    organisation: str | None = None,
) -> User:
    """Change name, role, department, employer or activity; one administrator must remain, none locks themselves out.

    Without `organisation` the employer stays as it is. A deactivated member loses all sessions and tokens at once.
    """
    # All administrators are locked together, so that two cannot remove each other.
    admins = set(
        User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).values_list("pk", flat=True)
    )
    user = User.objects.select_for_update().get(pk=user.pk)
    before = _facts(user)
    if by is not None and by.pk == user.pk and not (is_active and role == user.role):
        raise ValidationError({"role": _("Nobody can change their own role or deactivate themselves.")})
    if admins <= {user.pk} and user.pk in admins and not (is_active and role == Role.ADMIN):
        raise ValidationError({"role": _("The last administrator must stay.")})
    user.first_name, user.last_name, user.email = name.strip(), "", email
    user.role, user.department, user.is_active = role, department, is_active
    if organisation is not None:
        user.organisation = organisation.strip()
    _check(user)
    user.is_staff = role in SEES_RECORDS
    changed = (
        "first_name",
        "last_name",
        "email",
        "role",
        "department",
        "organisation",
        "is_active",
        "is_staff",
    )
    user.save(update_fields=changed)
    if not is_active:
        user.api_tokens.all().delete()
    after = _facts(user)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    audit.record(user, verb="change", by=by, username=user.username, changes=changes)
    return user


@transaction.atomic
def set_password(user: User, *, password: str, by: User | None) -> User:
    """Give `user` a new password, which ends all their sessions; raises `ValidationError` when it is too weak.

    Set by somebody else it also ends their tokens: who needs a reset may have lost more than the password.
    """
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    ended = 0
    if by is not None and by.pk != user.pk:
        ended, _by_kind = user.api_tokens.all().delete()
    audit.record(user, verb="set password", by=by, username=user.username, tokens_ended=ended)
    return user


@transaction.atomic
def issue_token(user: User, *, name: str) -> str:
    """Make a token with which a program speaks for `user`, and return it: the only time that it can be read."""
    if user.api_tokens.count() >= MOST_TOKENS:
        raise ValidationError({"name": _("You have many tokens already; revoke one that is no longer used.")})
    key = secrets.token_urlsafe(32)
    token = ApiToken(user=user, name=name.strip(), digest=token_digest(key))
    token.full_clean(exclude=["digest"])
    token.save(force_insert=True)
    audit.record(token, verb="issue token", by=user, name=token.name)
    return key


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> None:
    """End a token at once."""
    audit.record(token, verb="revoke token", by=by, name=token.name)
    token.delete()


def token_digest(key: str) -> bytes:
    """Return what is kept of a token: a plain hash is enough for 256 random bits."""
    return hashlib.sha256(key.encode()).digest()


def _check(user: User) -> None:
    errors: dict[str, list[Any]] = {}
    if not user.role:
        errors["role"] = [_("Choose a role.")]
    if user.role == Role.HEAD and user.department is None:
        errors["department"] = [_("A department head needs a department.")]
    if user.role != Role.HEAD and user.department is not None:
        errors["department"] = [_("Only a department head has a department.")]
    if not user.first_name:
        errors["name"] = [_("Give the name of the person.")]
    try:
        user.full_clean(exclude=["password", *errors], validate_constraints=not errors)
    except ValidationError as more:
        errors |= more.update_error_dict({})
    if errors:
        raise ValidationError(errors)


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.error_list}) from weak


def _facts(user: User) -> dict[str, object]:
    return {
        "username": user.username,
        "name": user.first_name,
        "email": user.email,
        "role": user.role,
        "department": user.department.code if user.department else None,
        "organisation": user.organisation,
        "is_active": user.is_active,
    }
