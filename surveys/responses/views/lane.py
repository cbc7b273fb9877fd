"""The short way to the resident's pages, past everything that staff pages need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from surveys.responses.views import frames
from surveys.responses.views.doors import check, enter
from surveys.responses.views.files import NoFiles
from surveys.responses.views.kiosk import kiosk, register
from surveys.responses.views.offline import tokens, worker
from surveys.responses.views.saved import resume
from surveys.responses.views.sheets import invitation, survey
from surveys.responses.views.style import style
from surveys.responses.views.widget import embed

_SLUG = re.compile(r"[-\w]+", re.ASCII)  # as the address in `surveys/urls.py` has it
_PLAIN: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "/check/": check,
    "/resume/": resume,
    "/kiosk/": kiosk,
    "/sw.js": worker,
    "/style.css": style,
}


class ResidentLane:
    """Middleware that answers `/s/<slug>/`, `/i/<code>/`, `/check/` and their like without what staff pages need.

    No session or user is looked up for whoever answers a survey, and no cookie set but the one that keeps an
    invitation for two hours: that is a promise, and it makes the page more than twice as fast. It stands after the
    middlewares that set headers for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.languages = tuple(dict(settings.LANGUAGES))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: Callable[[], HttpResponse]
        match request.path_info.split("/"):
            case ["", "s", slug, ""] if _SLUG.fullmatch(slug):
                answer = partial(survey, request, slug)
            case ["", "i", code, ""] if code:
                answer = partial(invitation, request, code)
            case ["", "i", ""] if request.method == "POST":
                answer = partial(enter, request)
            case ["", "embed", slug, ""] if _SLUG.fullmatch(slug):
                answer = partial(embed, request, slug)
            case ["", "s", slug, "tokens", ""] if _SLUG.fullmatch(slug):
                answer = partial(tokens, request, slug)
            case ["", "kiosk", key, ""] if key:
                answer = partial(register, request, key)
            case _ if plain := _PLAIN.get(request.path_info):
                answer = partial(plain, request)
            case _:
                return self.get_response(request)
        request.get_host()  # refuses hosts that are not ours
        request.upload_handlers = [NoFiles(request)]
        translation.activate(frames.language_of(request, self.languages))
        response = answer()
        response["Content-Length"] = str(len(response.content))
        return response
