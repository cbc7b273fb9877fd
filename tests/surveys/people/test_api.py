"""Departments, places and service points for programs, and the tokens that open the way."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from surveys.people import organising, staffing
from surveys.people.models import Department, Place, User


@pytest.fixture
def program() -> Any:
    """A program that holds a token of the given member of staff."""

    def start(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {staffing.issue_token(user, name='program')}")
        return client

    return start


@pytest.fixture
def north(db: None) -> Place:
    return organising.add_place(
        code="north", names={"en": "North"}, level=3, parent=None, population=10, by=None
    )


@pytest.mark.parametrize("path", ["departments/", "departments/parks/", "places/", "service-points/"])
def test_without_a_token_nothing_is_read(departments: object, path: str) -> None:
    assert APIClient().get(f"/api/v1/{path}").status_code == 401
    stranger = APIClient()
    stranger.credentials(HTTP_AUTHORIZATION="Token nonsense")
    assert stranger.get(f"/api/v1/{path}").status_code == 401


def test_a_token_ends_with_the_account(ada: User, program: Any) -> None:
    client = program(ada)
    assert client.get("/api/v1/departments/").status_code == 200
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get("/api/v1/departments/").status_code == 401


def test_an_account_without_role_is_refused(ada: User, program: Any) -> None:
    client = program(ada)
    User.objects.filter(pk=ada.pk).update(role="")
    assert client.get("/api/v1/departments/").status_code == 403


def test_departments_are_listed_in_pages(ada: User, departments: dict[str, Department], program: Any) -> None:
    answer = program(ada).get("/api/v1/departments/?limit=2").json()
    assert answer["count"] == 3
    assert len(answer["results"]) == 2
    one = program(ada).get("/api/v1/departments/parks/").json()
    assert one == {
        "code": "parks",
        "names": {"zh-hans": "园林局", "en": "Parks"},
        "parent": "city",
        "position": 1,
        "is_active": True,
    }


def test_a_head_reads_the_own_department_alone(omar: User, program: Any) -> None:
    client = program(omar)
    assert [one["code"] for one in client.get("/api/v1/departments/").json()["results"]] == ["roads"]
    assert client.get("/api/v1/departments/parks/").status_code == 404
    assert client.get("/api/v1/departments/nowhere/").status_code == 404


def test_declared_filters_narrow(ada: User, departments: object, north: Place, program: Any) -> None:
    client = program(ada)
    found = client.get("/api/v1/departments/?parent=city&is_active=true").json()
    assert [one["code"] for one in found["results"]] == ["parks", "roads"]
    assert client.get("/api/v1/places/?level=3").json()["count"] == 1
    assert client.get("/api/v1/places/?level=2").json()["count"] == 0
    assert client.get("/api/v1/service-points/?department=parks").json()["count"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "parent__code=city",
        "_connector=OR",
        "heads__password__startswith=a",
        "is_active=yes",
        "is_active=1",
        "colour=red",
    ],
)
def test_any_other_filter_is_refused(ada: User, departments: object, program: Any, query: str) -> None:
    assert program(ada).get(f"/api/v1/departments/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["level=x", "level=٣", "level=99999999999", "parent=%00"])
def test_values_that_are_none_are_refused(ada: User, program: Any, query: str) -> None:
    assert program(ada).get(f"/api/v1/places/?{query}").status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written(admin_user: User, departments: object, program: Any, method: str) -> None:
    client = program(admin_user)
    for path in ("departments/", "departments/parks/", "places/", "service-points/"):
        assert getattr(client, method)(f"/api/v1/{path}", {}).status_code == 405
