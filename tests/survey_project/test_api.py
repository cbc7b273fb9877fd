"""The API's front door: what it lists, how it describes itself, and that every refusal is JSON of one format."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from survey_project import urls
from surveys.people import staffing
from surveys.people.models import User

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}


def endpoints(client: Client, **headers: str) -> dict[str, dict[str, Any]]:
    """Return the index by the part of the addresses after the API's own."""
    answer = client.get("/api/v1/", headers=headers)
    assert answer.status_code == 200
    return {one["url"].removeprefix("http://testserver/api/v1/"): one for one in answer.json()["endpoints"]}


def test_anybody_is_shown_what_anybody_may_do(client: Client, db: None) -> None:
    answer = client.get("/api/v1/").json()
    assert answer["schema"] == "http://testserver/api/schema/"
    assert answer["docs"] == "http://testserver/api/docs/"
    found = endpoints(client)
    assert not [url for url in found if url.startswith(("questionnaires", "departments", "publications"))]
    assert set(found) >= {
        "waves/{slug}/form/",
        "waves/{slug}/responses/",
        "check/",
        "results/",
        "results/{wave}/",
        "results/{wave}/{department}/",
    }
    assert (
        found["results/"]["about"]
        == "List the current publication of every released wave, newest first, by page."
    )
    assert found["waves/{slug}/responses/"]["methods"] == ["POST"]


def test_staff_are_shown_more_by_their_role(ada: User, ivo: User, client: Client) -> None:
    tokens = {user: f"Token {staffing.issue_token(user, name='program')}" for user in (ada, ivo)}
    of_ada, of_ivo = (endpoints(client, authorization=token) for token in tokens.values())
    assert of_ada["waves/"]["methods"] == ["GET", "POST"]
    assert "publications/{pk}/review/" in of_ivo
    assert "publications/{pk}/review/" not in of_ada


def test_every_endpoint_is_listed_with_a_sentence(admin_user: User, logged_in: Any) -> None:
    for url, one in endpoints(logged_in(admin_user)).items():
        assert one["about"].endswith("."), url
        assert one["methods"], url


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/nothing/", "/api/v2/", "/api/v1/results/none/", "/api/v1/waves/none/form/"]
)
def test_an_address_that_leads_nowhere_is_told_in_json(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/results/", "/api/schema/", "/api/docs/"])
def test_a_method_that_is_not_allowed_is_told_in_json(client: Client, db: None, path: str) -> None:
    answer = client.delete(path)
    assert answer.status_code == 405
    assert list(answer.json()) == ["detail"]


def test_a_malformed_request_is_told_in_json(client: Client, db: None) -> None:
    strange = client.get("/api/v1/results/", headers={"host": "elsewhere.example"})
    half = client.post("/api/v1/check/", b"{", content_type="application/json")
    for answer in (strange, half):
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/json"
        assert list(answer.json()) == ["detail"]


def test_a_fault_is_told_in_json_to_programs_and_on_a_page_to_people(rf: RequestFactory) -> None:
    to_program, to_person = (urls.handler500(rf.get(path)) for path in ("/api/v1/results/", "/results/"))
    assert to_program.status_code == to_person.status_code == 500
    assert to_program["Content-Type"] == "application/json"
    assert to_person["Content-Type"].startswith("text/html")


def test_people_still_get_a_page_for_what_is_not_there(client: Client, db: None) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_no_operation_lacks_a_tag_a_summary_or_a_description_and_no_answer_its_words() -> None:
    generator: Any = SchemaGenerator  # it carries no types
    schema = generator().get_schema(request=None, public=True)
    tags = {tag["name"] for tag in schema["tags"]}
    operations = [
        (f"{method} {path}", operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in HTTP_METHODS
    ]
    assert len(operations) > 25
    for name, operation in operations:
        assert set(operation["tags"]) <= tags, name
        assert operation["tags"], name
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        for status, response in operation["responses"].items():
            assert response["description"], f"{name} {status}"


def test_an_answer_sent_again_is_described(db: None) -> None:
    schema = APIClient().get("/api/schema/?format=json").json()
    taken = schema["components"]["schemas"]["Receipts"]
    assert set(taken["required"]) == {"receipts", "change_words", "already_received", "not_asked"}


def test_every_list_has_a_page_size_nobody_can_raise(admin_user: User, logged_in: Any) -> None:
    client = logged_in(admin_user)
    lists = 0
    for url, one in endpoints(client).items():
        if "GET" not in one["methods"] or "{" in url:
            continue
        page = client.get(f"/api/v1/{url}", {"limit": "9" * 20, "offset": "9" * 20})
        if page.status_code == 400:  # a list that is asked with its own parameters says so
            continue
        assert page.status_code == 200, url
        if isinstance(page.json(), dict) and "results" in page.json():
            lists += 1
            assert page.json()["results"] == []
            assert client.get(f"/api/v1/{url}", {"limit": "9" * 5000}).status_code == 200, url
    assert lists > 6
