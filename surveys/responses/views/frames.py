"""What every resident's page has around it: never kept, in a language, without cookie or session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from surveys.responses import pages


def public(request: HttpRequest, name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page. The request is handed over bare: context processors would touch the session."""
    html = get_template(f"surveys/responses/{name}.html").render({**context, "request": request})
    return page(html.encode(), translation.get_language() or "", status=status)


def page(content: bytes, language: str, *, status: int = 200) -> HttpResponse:
    """Return a drawn page as an answer that nobody keeps."""
    return HttpResponse(
        content, status=status, headers={"Cache-Control": "no-store", "Content-Language": language}
    )


def language_of(request: HttpRequest, offered: tuple[str, ...]) -> str:
    """Return the language that this reader wants among those `offered`: as chosen, else as the browser says."""
    chosen = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    return pages.wanted_language(
        chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        offered,
    )


def address(name: str, *args: str) -> str:
    """Return the address of a page of the upper storey, or nothing where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
