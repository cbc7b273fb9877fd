"""Who may open which page of the people room, and what the forms do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people import staffing
from surveys.people.models import ApiToken, Department, Place, Role, ServicePoint, User

Browser = Callable[[User], Client]

MANAGING: list[tuple[str, list[Any]]] = [
    ("people:user-add", []),
    ("people:user-change", [1]),
    ("people:user-password", [1]),
    ("people:department-add", []),
    ("people:department-change", ["parks"]),
    ("people:place-add", []),
    ("people:place-change", ["north"]),
    ("people:service-point-add", []),
    ("people:service-point-change", ["gate"]),
]
LOOKING = ["people:departments", "people:places", "people:service-points", "people:account"]


@pytest.mark.parametrize(("name", "args"), MANAGING)
def test_only_administrators_manage(
    name: str, args: list[Any], ada: User, ivo: User, auditor: User, dana: User, logged_in: Browser
) -> None:
    for user in (ada, ivo, auditor, dana):
        for method in ("get", "post"):
            assert getattr(logged_in(user), method)(reverse(name, args=args)).status_code == 403


@pytest.mark.parametrize(
    "name", [*LOOKING, "people:list", "people:office", *[name for name, args in MANAGING if not args]]
)
def test_strangers_are_led_to_the_login(db: None, client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", LOOKING)
def test_all_staff_may_look(name: str, ada: User, dana: User, admin_user: User, logged_in: Browser) -> None:
    for user in (ada, dana, admin_user):
        assert logged_in(user).get(reverse(name)).status_code == 200


def test_an_account_without_role_sees_a_clear_refusal(ada: User, logged_in: Browser) -> None:
    User.objects.filter(pk=ada.pk).update(role="")
    for name in ("people:office", "people:departments"):
        assert logged_in(ada).get(reverse(name)).status_code == 403


def test_accounts_are_listed_for_administrators_others_come_to_the_departments(
    ada: User, admin_user: User, logged_in: Browser
) -> None:
    page = logged_in(admin_user).get(reverse("people:list"), {"q": "ad"})
    assert page.status_code == 200
    assert "ada" in page.text
    assert logged_in(ada).get(reverse("people:list"))["Location"] == reverse("people:departments")


def test_a_head_sees_the_own_department_alone(dana: User, logged_in: Browser) -> None:
    page = logged_in(dana).get(reverse("people:departments")).text
    assert "parks" in page
    assert "roads" not in page


@pytest.mark.parametrize("search", ["园林", "PARK", "%", "\0", "'", "<b>", "x" * 5000])
def test_any_search_is_answered(
    admin_user: User, departments: object, logged_in: Browser, search: str
) -> None:
    browser = logged_in(admin_user)
    for name in ("people:list", "people:departments", "people:places", "people:service-points"):
        answer = browser.get(reverse(name), {"q": search, "page": "nonsense"})
        assert answer.status_code == 200
        assert "<b>" not in answer.text.replace("<b><", "")


def test_an_administrator_makes_a_whole_department(
    admin_user: User, departments: dict[str, Department], logged_in: Browser
) -> None:
    browser = logged_in(admin_user)
    city = departments["city"]
    sent = {"name_zh": "水务局", "name_en": "Water", "code": "water", "parent": city.pk, "position": 3}
    assert browser.post(reverse("people:department-add"), sent).status_code == 302
    place = {
        "name_zh": "北区",
        "code": "north",
        "level": Place.Level.COUNTY,
        "population": 1000,
        "position": 0,
    }
    assert browser.post(reverse("people:place-add"), place).status_code == 302
    water, north = Department.objects.get(code="water"), Place.objects.get(code="north")
    point = {"name_zh": "营业厅", "code": "hall", "department": water.pk, "place": north.pk}
    assert browser.post(reverse("people:service-point-add"), point).status_code == 302
    assert ServicePoint.objects.get().name == "营业厅"
    user = {
        "username": "shui", "name": "水务局长", "role": Role.HEAD, "department": water.pk,
        "password": "seven-swans-swim-7",
    }  # fmt: skip
    assert browser.post(reverse("people:user-add"), user).status_code == 302
    assert User.objects.get(username="shui").department == water


def test_a_renamed_department_keeps_names_in_other_languages(
    admin_user: User, departments: dict[str, Department], logged_in: Browser
) -> None:
    parks = departments["parks"]
    parks.names = {**parks.names, "ug": "باغچە"}
    parks.save()
    sent = {
        "name_zh": "公园局",
        "name_en": "",
        "parent": departments["city"].pk,
        "position": 1,
        "is_active": "on",
    }
    logged_in(admin_user).post(reverse("people:department-change", args=["parks"]), sent)
    parks.refresh_from_db()
    assert parks.names == {"zh-hans": "公园局", "ug": "باغچە"}


def test_the_root_can_be_renamed_and_nothing_else(
    admin_user: User, departments: dict[str, Department], logged_in: Browser
) -> None:
    browser = logged_in(admin_user)
    address = reverse("people:department-change", args=["city"])
    assert browser.post(address, {"name_zh": "云江市", "position": 0}).status_code == 302
    city = Department.objects.get(code="city")
    assert (city.names["zh-hans"], city.parent, city.is_active) == ("云江市", None, True)


def test_what_was_typed_stays_when_it_is_refused(
    admin_user: User, departments: dict[str, Department], logged_in: Browser
) -> None:
    sent = {"name_zh": "又一个公园局", "code": "parks", "parent": departments["city"].pk, "position": 0}
    answer = logged_in(admin_user).post(reverse("people:department-add"), sent)
    assert answer.status_code == 422
    assert "又一个公园局" in answer.text
    assert Department.objects.count() == 3


def test_the_page_of_what_does_not_exist_is_404(admin_user: User, logged_in: Browser) -> None:
    browser = logged_in(admin_user)
    for name, args in MANAGING:
        if args:
            missing = [999_999 if args == [1] else "missing"]
            assert browser.get(reverse(name, args=missing)).status_code == 404


def test_one_changes_the_own_password_and_stays_signed_in(ada: User, logged_in: Browser) -> None:
    browser = logged_in(ada)
    address = reverse("people:own-password")
    wrong = browser.post(address, {"old_password": "guess", "password": "seven-swans-swim-7"})
    assert wrong.status_code == 422
    weak = browser.post(address, {"old_password": "ada-password", "password": "1234567890"})
    assert weak.status_code == 422
    assert (
        browser.post(address, {"old_password": "ada-password", "password": "seven-swans-swim-7"}).status_code
        == 302
    )
    assert browser.get(reverse("people:account")).status_code == 200
    ada.refresh_from_db()
    assert ada.check_password("seven-swans-swim-7")


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(
    ada: User, ivo: User, logged_in: Browser
) -> None:
    browser = logged_in(ada)
    shown = browser.post(reverse("people:token-issue"), {"name": "export"})
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    token = ApiToken.objects.get()
    assert token.digest.hex() not in shown.text
    assert shown.context["token"] not in browser.get(reverse("people:account")).text
    address = reverse("people:token-revoke", args=[token.pk])
    assert logged_in(ivo).post(address).status_code == 404
    assert browser.post(address).status_code == 302
    assert not ApiToken.objects.exists()


def test_an_administrator_deactivates_an_account(admin_user: User, ada: User, logged_in: Browser) -> None:
    sent = {"name": "Ada", "email": "", "role": "designer", "department": ""}
    answer = logged_in(admin_user).post(reverse("people:user-change", args=[ada.pk]), sent)
    assert answer.status_code == 302
    ada.refresh_from_db()
    assert not ada.is_active
    assert not may_sign_in(ada)


def may_sign_in(user: User) -> bool:
    return Client().login(username=user.username, password=f"{user.username}-password")


def test_passwords_are_never_shown_again(admin_user: User, logged_in: Browser) -> None:
    sent = {"username": "", "name": "X", "role": "designer", "password": "seven-swans-swim-7"}
    answer = logged_in(admin_user).post(reverse("people:user-add"), sent)
    assert answer.status_code == 422
    assert "seven-swans" not in answer.text


def test_the_read_only_tables_open_for_the_auditor_and_change_nothing(
    auditor: User, ada: User, logged_in: Browser
) -> None:
    staffing.change_user(
        auditor, name="Auditor", email="", role=Role.AUDITOR, department=None, is_active=True, by=None
    )
    browser = logged_in(auditor)
    for table in (
        "auditentry",
        "user",
        "department",
        "place",
        "servicepoint",
        "questionnaire",
        "edition",
        "wave",
    ):
        assert browser.get(f"/office/admin/surveys/{table}/").status_code == 200
        assert browser.get(f"/office/admin/surveys/{table}/add/").status_code == 403
    assert browser.get(f"/office/admin/surveys/user/{ada.pk}/change/").status_code == 200
    assert browser.post(f"/office/admin/surveys/user/{ada.pk}/change/", {"role": "admin"}).status_code == 403
    assert browser.post(f"/office/admin/surveys/user/{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    for table in ("response", "inboxentry", "tally", "invitation", "apitoken"):
        assert browser.get(f"/office/admin/surveys/{table}/").status_code == 404


@pytest.mark.parametrize("name", ["people:own-password", "people:token-issue"])
def test_where_a_form_of_the_account_was_sent_the_account_can_be_looked_at(
    ada: User, logged_in: Browser, name: str
) -> None:
    answer = logged_in(ada).get(reverse(name))
    assert answer.status_code == 200
    assert 'name="old_password"' in answer.text
