"""Accounts have roles, are deactivated rather than deleted, and tokens are known by their hash."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from surveys.audit import AuditEntry
from surveys.people import staffing
from surveys.people.models import ApiToken, Department, Role, User

PASSWORD = "seven-swans-swim-7"


def add(**changes: Any) -> User:
    given: dict[str, Any] = {
        "username": "wang",
        "name": "王芳",
        "email": "wang@example.org",
        "role": Role.DESIGNER,
        "department": None,
        "password": PASSWORD,
        "by": None,
    }
    return staffing.add_user(**{**given, **changes})


def change(user: User, **changes: Any) -> User:
    given: dict[str, Any] = {
        "name": user.first_name,
        "email": user.email,
        "role": user.role,
        "department": user.department,
        "is_active": user.is_active,
        "by": None,
    }
    return staffing.change_user(user, **{**given, **changes})


def test_a_new_account_can_sign_in(db: None, client: Client) -> None:
    user = add()
    assert client.login(username="wang", password=PASSWORD)
    facts = AuditEntry.objects.get(subject_kind="user").facts
    assert facts["role"] == "designer"
    assert PASSWORD not in str(facts)
    assert not user.is_staff


def test_the_read_only_tables_are_for_administrators_and_auditors(db: None) -> None:
    assert add(role=Role.AUDITOR).is_staff
    assert not change(User.objects.get(username="wang"), role=Role.REVIEWER).is_staff


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("username", {"username": "a b"}),
        ("username", {"username": ""}),
        ("name", {"name": " "}),
        ("email", {"email": "nowhere"}),
        ("role", {"role": ""}),
        ("role", {"role": "king"}),
        ("department", {"role": Role.HEAD}),
        ("password", {"password": "short"}),
        ("password", {"password": "password123"}),
        ("password", {"password": "12345678901234"}),
    ],
)
def test_what_does_not_hold_is_named_by_its_field(db: None, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        add(**changes)
    assert list(refused.value.message_dict) == [field]
    assert not User.objects.exists()


def test_a_head_has_a_department_and_nobody_else_has(departments: dict[str, Department]) -> None:
    head = add(role=Role.HEAD, department=departments["parks"])
    assert head.department == departments["parks"]
    with pytest.raises(ValidationError):
        change(head, role=Role.AUDITOR)
    assert change(head, role=Role.AUDITOR, department=None).department is None


def test_a_username_is_taken_once(ada: User) -> None:
    with pytest.raises(ValidationError):
        add(username="ada")


def test_deactivation_ends_sessions_and_tokens(
    ada: User, admin_user: User, logged_in: Callable[[User], Client]
) -> None:
    browser = logged_in(ada)
    staffing.issue_token(ada, name="export")
    assert browser.get("/office/account/").status_code == 200

    change(ada, is_active=False, by=admin_user)

    assert browser.get("/office/account/").status_code == 302
    assert not ApiToken.objects.exists()


def test_a_new_password_ends_the_sessions(ada: User, logged_in: Callable[[User], Client]) -> None:
    browser = logged_in(ada)
    staffing.set_password(ada, password=PASSWORD, by=None)
    assert browser.get("/office/account/").status_code == 302
    with pytest.raises(ValidationError):
        staffing.set_password(ada, password="short", by=None)


def test_a_reset_by_another_ends_the_tokens(ada: User, ivo: User, admin_user: User) -> None:
    for user in (ada, ivo):
        staffing.issue_token(user, name="export")
    staffing.set_password(ada, password=PASSWORD, by=ada)
    assert ada.api_tokens.count() == 1
    staffing.set_password(ada, password=PASSWORD, by=admin_user)
    assert list(ApiToken.objects.values_list("user", flat=True)) == [ivo.pk]
    assert AuditEntry.objects.order_by("id").last().facts["tokens_ended"] == 1  # type: ignore[union-attr]


def test_one_administrator_remains(admin_user: User, ada: User) -> None:
    for changes in ({"role": Role.DESIGNER}, {"is_active": False}):
        with pytest.raises(ValidationError):
            change(admin_user, **changes)
    change(ada, role=Role.ADMIN)
    assert change(admin_user, role=Role.DESIGNER, by=ada).role == Role.DESIGNER


def test_nobody_raises_or_locks_out_themselves(admin_user: User, ada: User) -> None:
    change(ada, role=Role.ADMIN)
    for changes in ({"role": Role.DESIGNER}, {"is_active": False}):
        with pytest.raises(ValidationError):
            change(admin_user, **changes, by=admin_user)
    assert change(admin_user, name="New name", by=admin_user).first_name == "New name"


def test_a_token_is_kept_as_its_hash(ada: User) -> None:
    key = staffing.issue_token(ada, name=" export ")
    token = ApiToken.objects.get()
    assert token.name == "export"
    assert bytes(token.digest) == hashlib.sha256(key.encode()).digest()
    assert key not in str(list(AuditEntry.objects.values_list("facts", flat=True)))
    staffing.revoke_token(token, by=ada)
    assert not ApiToken.objects.exists()
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "issue token",
        "revoke token",
    ]


def test_tokens_are_few_and_named(ada: User) -> None:
    with pytest.raises(ValidationError):
        staffing.issue_token(ada, name=" ")
    for number in range(staffing.MOST_TOKENS):
        staffing.issue_token(ada, name=f"token {number}")
    with pytest.raises(ValidationError):
        staffing.issue_token(ada, name="one more")
