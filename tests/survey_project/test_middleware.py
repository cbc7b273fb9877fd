"""What happens to every request before and after the views."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django.fixtures import Settings

from survey_project import middleware
from survey_project.urls import handler500  # noqa: F401 - Django finds it here


@login_not_required
def seen(request: HttpRequest) -> HttpResponse:
    """Tell what a view sees of its visitor."""
    told = {"address": request.META["REMOTE_ADDR"], "secure": request.is_secure(), "cookies": request.COOKIES}
    response = JsonResponse(told | {"language": request.LANGUAGE_CODE})
    response.set_cookie("sessionid", "new", httponly=True, path="/office/", domain="example.org")
    return response


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused, rosa said 1")


def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("only for staff")


urlpatterns = [
    path("seen/", seen),
    path("broken/", broken),
    path("api/broken/", broken),
    path("closed/", closed),
]
urlpatterns += [path("office/login/", seen, name="login")]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _forget_trust() -> Iterator[None]:
    yield
    middleware.is_trusted.cache_clear()


@pytest.fixture
def look(client: Client) -> Callable[..., Any]:
    """Fetch what a view sees."""
    return lambda path="/seen/", **how: client.get(path, **how).json()


def test_strangers_cannot_forge_their_address_or_https(look: Callable[..., Any]) -> None:
    found = look(headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})
    assert (found["address"], found["secure"]) == ("127.0.0.1", False)


def test_a_trusted_proxy_is_believed_up_to_the_first_stranger(
    look: Callable[..., Any], settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("10.0.0.0/8")]
    middleware.is_trusted.cache_clear()
    forged = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9, 10.1.2.3", "X-Forwarded-Proto": "https"}
    found = look(headers=forged)
    assert (found["address"], found["secure"]) == ("203.0.113.9", True)


def test_over_https_cookies_belong_to_this_host_alone(client: Client) -> None:
    client.cookies.load({"sessionid": "planted", "__Host-csrftoken": "ours"})
    response = client.get("/seen/", secure=True)
    assert response.json()["cookies"] == {"csrftoken": "ours"}
    cookie = response.cookies["__Host-sessionid"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert "sessionid" not in response.cookies


def test_over_plain_http_cookies_keep_their_names(client: Client) -> None:
    client.cookies.load({"sessionid": "mine"})
    response = client.get("/seen/")
    assert response.json()["cookies"] == {"sessionid": "mine"}
    assert "sessionid" in response.cookies


@pytest.mark.parametrize(
    ("address", "browser", "language"),
    [
        ("/seen/", "", "zh-hans"),
        ("/seen/", "en-GB,en;q=0.9", "en"),
        ("/seen/", "zh-CN", "zh-hans"),
        ("/seen/?lang=en", "zh-CN", "en"),
        ("/seen/?lang=zh", "en", "zh-hans"),
        ("/seen/?lang=zh-CN&page=2", "en", "zh-hans"),
        ("/seen/?lang=%00%ff", "en", "en"),
        ("/seen/?lang=tlh", "en", "en"),
    ],
)
def test_the_language_is_the_chosen_one_then_the_browsers(
    look: Callable[..., Any], address: str, browser: str, language: str
) -> None:
    assert look(address, headers={"Accept-Language": browser})["language"] == language


def test_a_chosen_language_is_remembered(client: Client) -> None:
    assert client.get("/seen/?lang=en").cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert client.get("/seen/", headers={"Accept-Language": "zh-CN"}).json()["language"] == "en"


@pytest.mark.parametrize("address", ["/broken/", "/api/broken/"])
def test_without_its_database_the_site_asks_to_come_back(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "rosa" not in response.content.decode()
    assert response["Content-Type"].startswith("application/json" if "api" in address else "text/html")


def test_a_database_that_goes_away_below_the_views_is_503_too(client: Client) -> None:
    """The session is read by a middleware, which knows nothing of what views answer."""
    client.raise_request_exception = False
    client.cookies.load({"sessionid": "a" * 32})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
        assert client.get("/closed/").status_code == 503


def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    response = client.get("/seen/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_pages_ask_for_a_login_unless_they_say_otherwise(client: Client) -> None:
    response = client.get("/closed/")
    assert response.status_code == 302
    assert response["Location"] == "/office/login/?next=/closed/"


def test_a_language_code_may_be_anything(rf: RequestFactory) -> None:
    for code in ("", "x" * 500, "en\n", "../en", "zh_Hans"):
        assert middleware.language_of(code) in {None, "en", "zh-hans"}
