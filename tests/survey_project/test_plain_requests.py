"""Headers in a charset of their own are refused at once; what browsers and programs send passes."""

from __future__ import annotations

import encodings.aliases
import io
import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from survey_project.plain_requests import PlainRequests, is_strange

pytestmark = pytest.mark.django_db

CODECS = sorted(
    {*encodings.aliases.aliases.values(), "undefined", "idna", "punycode", "nosuch"} - {"utf_8", "ascii"}
)
BODY = b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\nabc\r\n--x--\r\n'


@pytest.fixture(scope="module")
def site() -> PlainRequests:
    """The application as the web server finds it, without a server."""
    return PlainRequests(WSGIHandler())


def ask(site: PlainRequests, path: str, **environ: Any) -> tuple[int, dict[str, str], bytes]:
    """Ask for a page by a request that is made here, byte by byte."""
    body = environ.pop("body", b"")
    said: list[Any] = []
    given = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "lang=en&a=%ff",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    } | environ
    answer = b"".join(site(given, lambda status, headers, _fault=None: said.extend((status, headers))))
    return int(said[0].split()[0]), dict(said[1]), answer


@pytest.mark.parametrize("path", ["/check/", "/office/login/", "/api/v1/results/"])
def test_no_codec_but_that_of_the_web_is_read(site: PlainRequests, path: str) -> None:
    for codec in CODECS:
        for kind in (
            f"multipart/form-data; boundary=x; charset={codec}",
            f'multipart/form-data; charset="{codec}"; boundary=x',
            f"text/plain; a*={codec}''%ff",
            f"text/plain; a*0*={codec}''%ff",
        ):
            status, headers, answer = ask(site, path, CONTENT_TYPE=kind, body=BODY)
            assert status == 400, (codec, kind)
            assert "Content-Security-Policy" in headers
            assert headers["Cache-Control"] == "no-store"
            if path.startswith("/api/"):
                assert json.loads(answer)
        status, _headers, _answer = ask(site, path, HTTP_ACCEPT=f"text/html; a*={codec}''%ff")
        assert status == 400, codec


def test_a_form_that_would_take_hours_is_refused_unread(site: PlainRequests) -> None:
    """Four megabytes in punycode are an hour of work for one core."""
    large = BODY.replace(b"abc", b"b" * 4_000_000)
    kind = "multipart/form-data; boundary=x; charset=punycode"
    assert ask(site, "/check/", CONTENT_TYPE=kind, body=large)[0] == 400
    assert ask(site, "/healthz", CONTENT_TYPE="text/plain; a*=punycode''" + "b" * 300_000)[0] == 400
    assert ask(site, "/healthz", HTTP_ACCEPT="text/html; a*=punycode''" + "b" * 300_000)[0] == 400


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"CONTENT_TYPE": ""},
        {"CONTENT_TYPE": "application/x-www-form-urlencoded"},
        {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=UTF-8"},
        {"CONTENT_TYPE": 'application/json; charset="utf-8"'},
        {"CONTENT_TYPE": "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"},
        {"CONTENT_TYPE": 'multipart/form-data; boundary="\'()+_,-./:=?"; charset=us-ascii'},
        {"HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"},
        {"HTTP_ACCEPT": "*/*"},
        {"HTTP_ACCEPT": "image/*, */*;q=0.1"},
        {"HTTP_ACCEPT": "application/json; version=1.0"},
    ],
)
def test_what_browsers_and_programs_send_passes(headers: dict[str, str]) -> None:
    assert not is_strange(headers)
