"""What every resident's page has around it: never kept, in a language, without cookie or session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from surveys.languages import wanted_language


def public(request: HttpRequest, name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page. The request is handed over bare: context processors would touch the session."""
    html = get_template(f"surveys/responses/{name}.html").render({**context, "request": request})
    return page(html.encode(), translation.get_language() or "", status=status)


def page(content: bytes, language: str, *, status: int = 200) -> HttpResponse:
    """Return a drawn page as an answer that nobody keeps."""
    return HttpResponse(
        content, status=status, headers={"Cache-Control": "no-store", "Content-Language": language}
    )


def said_in_address(request: HttpRequest) -> QueryDict:
    """Return what the address says, to be passed on, without what was for the door only."""
    said = request.GET.copy()
    for name in ("i", "code"):
        said.pop(name, None)
    return said


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether the browser tells that a page of another site made this request.

    By Fetch Metadata; of an older browser by the origin, which is "null" where a page of ours asked for no referrer.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site in ("cross-site", "same-site")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.get_host()


def disarmed(post: MultiValueDict[str, str]) -> MultiValueDict[str, str]:
    """Return a form that another site sent without what that site could know and the person does not.

    A token is left out too: the form goes on under a new one, so that nobody else can take it up or see its receipts.
    """
    return MultiValueDict(
        {name: values for name, values in post.lists() if name not in ("token", "pass", "saved")}
    )


def language_of(
    request: HttpRequest, offered: tuple[str, ...], *, said: MultiValueDict[str, str] | None = None
) -> str:
    """Return the language that this reader wants among those `offered`: as chosen, else as the browser says.

    Chosen in the form `said`, else in the address. The button of a language stands before the field that carries on the
    one before, so the first counts.
    """
    if said is None and request.META.get("QUERY_STRING"):
        said = request.GET
    chosen = next(iter(said.getlist("lang")), said.get("language", "")) if said else ""
    return wanted_language(
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
