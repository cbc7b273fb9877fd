"""What happens to every request: proxies, cookies, headers, language, and a database that is away.

Each is small and looks at nothing a resident typed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from http.cookies import SimpleCookie

from csp.utils import build_policy
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from reports.scorecards.access import TakenDown, numbers_in_sight

Handler = Callable[[HttpRequest], HttpResponseBase]

HOST_PREFIX = "__Host-"
RETRY_AFTER_SECONDS = 10


@lru_cache(maxsize=1024)
def is_trusted(address: str) -> bool:
    """Say whether an address is one of TRUSTED_PROXIES."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in settings.TRUSTED_PROXIES)


class TrustedProxies:
    """Believe forwarded headers from trusted proxies only, and drop them from everybody else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        if is_trusted(meta.get("REMOTE_ADDR", "")):
            # The last address that no trusted proxy added: further left anybody may have written anything.
            passed = [
                part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
            ]
            while passed and is_trusted(meta["REMOTE_ADDR"]):
                meta["REMOTE_ADDR"] = passed.pop()
        else:
            meta.pop("HTTP_X_FORWARDED_PROTO", None)
        for name in (
            "HTTP_X_FORWARDED_FOR",
            "HTTP_X_FORWARDED_HOST",
            "HTTP_X_FORWARDED_PORT",
            "HTTP_FORWARDED",
        ):
            meta.pop(name, None)
        return self.get_response(request)


class SecurityHeaders:
    """Add the headers Django has no setting for, and see that no answer goes out without any of the others."""

    HEADERS = {
        "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()",
        "Cross-Origin-Resource-Policy": "same-origin",
        # What may be kept says so itself; everything else shows what was typed or who asked (ASVS 14.3.2).
        "Cache-Control": "no-store",
    }

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        # Here too, because a request that fails before a view is found never comes past those who set them.
        self.headers = self.HEADERS | {"Content-Security-Policy": build_policy()}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if not getattr(response, "xframe_options_exempt", False):
            response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response


class HostCookies:
    """Over HTTPS, give every cookie `Secure` and the name prefix `__Host-`, and believe no cookie without it.

    A browser accepts the prefix only from this very host over HTTPS (RFC 6265bis §4.1.3), so neither a sister
    domain nor plain HTTP can plant a session. Over plain HTTP, on one's own machine, names stay as they are.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.is_secure():
            return self.get_response(request)
        cookies = request.COOKIES
        request.COOKIES = {
            name.removeprefix(HOST_PREFIX): value
            for name, value in cookies.items()
            if name.startswith(HOST_PREFIX)
        }
        response = self.get_response(request)
        if response.cookies:
            response.cookies = prefixed(response.cookies)
        return response


def prefixed(cookies: SimpleCookie) -> SimpleCookie:
    """Return the same cookies as `__Host-` cookies."""
    renamed: SimpleCookie = SimpleCookie()
    for name, morsel in cookies.items():
        key = HOST_PREFIX + name
        renamed[key] = morsel.value
        for attribute, value in morsel.items():
            renamed[key][attribute] = value
        renamed[key] |= {"secure": True, "httponly": True, "path": "/", "domain": ""}
    return renamed


class LanguageChoice(LocaleMiddleware):
    """Choose the language: `?lang=` first, which is remembered in a cookie, then the cookie, then the browser."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = (
            language_of(request.GET.get("lang", ""))
            if "lang=" in request.META.get("QUERY_STRING", "")
            else None
        )
        if chosen is None:
            super().process_request(request)
            return
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
        request.language_chosen = chosen  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = super().process_response(request, response)
        chosen = getattr(request, "language_chosen", None)
        if chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        return response


def language_of(code: str) -> str | None:
    """Return the site's language nearest to a code (zh, zh-CN, en-GB), or None."""
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return None


class DatabaseDown:
    """Answer 503 with Retry-After while PostgreSQL is away; the page says that nothing is counted twice."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request) if isinstance(error, OperationalError | InterfaceError) else None


class Tombstones:
    """Answer 410 with what stood there, by which rule it went and why, wherever a publication was taken down."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TakenDown):
            return None
        tombstone = error.takedown
        if request.path.startswith("/api/"):
            told = {
                "detail": _("This publication was taken down."),
                "wave": tombstone.publication.wave.slug,
                "number": tombstone.publication.number,
                "rule": tombstone.rule,
                "reason": tombstone.reason,
                "organisations": tombstone.organisations,
                "taken_down_at": tombstone.agreed_at,
            }
            return JsonResponse(told, status=410)
        others = numbers_in_sight(tombstone.publication.wave_id)
        return render(request, "410.html", {"tombstone": tombstone, "others": others}, status=410)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the 503 answer: a page for people, a word for programs."""
    if request.path.startswith(("/api/", "/healthz")):
        response = HttpResponse(
            '{"detail": "Temporarily unavailable."}', content_type="application/json", status=503
        )
    else:
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
