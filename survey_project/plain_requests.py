"""What no browser sends is refused before Django reads it.

Django and the REST framework decode parameters of headers in any codec of Python (RFC 2231), and forms in any charset a
header names. Some codecs take hours for what one request may hold (punycode is quadratic), others are no text at all
and raise. Django does so while it makes the request, before any middleware, so this stands around the application.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

STRANGE = "minping.strange"
LONGEST_TYPE = 255
LONGEST_ACCEPT = 4096
_PRINTABLE = re.compile(r"[\t\x20-\x7e]*")
_CHARSET = re.compile(r"charset", re.IGNORECASE)
_PLAIN_CHARSET = re.compile(r'charset\s*=\s*("?)(utf-?8|us-ascii)\1\s*(;|$)', re.IGNORECASE)
_ENCODED_PARAMETER = re.compile(r"[^\s,;/]\*")


def is_strange(environ: dict[str, Any]) -> bool:
    """Say whether a header names another charset than UTF-8, or parameters in a charset of their own."""
    kind, accept = environ.get("CONTENT_TYPE") or "", environ.get("HTTP_ACCEPT") or ""
    return (
        len(kind) > LONGEST_TYPE
        or not _PRINTABLE.fullmatch(kind)
        or "*" in kind
        or any(not _PLAIN_CHARSET.match(kind, found.start()) for found in _CHARSET.finditer(kind))
        or len(accept) > LONGEST_ACCEPT
        or not _PRINTABLE.fullmatch(accept)
        or _ENCODED_PARAMETER.search(accept) is not None
    )


class PlainRequests:
    """A WSGI application that hands on requests, strange ones without the headers that are."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if is_strange(environ):
            environ = {**environ, "CONTENT_TYPE": "", "HTTP_ACCEPT": "*/*", STRANGE: True}
        return self.application(environ, start_response)


class RefuseStrange:
    """Answer 400 to what was strange, as to everything malformed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if STRANGE in request.META:
            raise BadRequest("A header of the request is in a charset of its own.")
        return self.get_response(request)
