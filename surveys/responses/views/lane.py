"""The short way to the resident's pages, past everything that staff pages need."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from surveys.responses.views import frames
from surveys.responses.views.doors import check, enter
from surveys.responses.views.files import NoFiles
from surveys.responses.views.sheets import invitation, survey

_SLUG = re.compile(r"[-\w]+", re.ASCII)  # as the address in `surveys/urls.py` has it


class ResidentLane:
    """Middleware that answers `/s/<slug>/`, `/i/<code>/` and `/check/` without what staff pages need around them.

    No session, user or cookie is looked up or set for whoever answers a survey: that is a promise, and it makes the
    page more than twice as fast. It stands after the middlewares that set headers for everybody, and sets itself
    those of the ones that it goes past.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = build_policy()
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
            case ["", "check", ""]:
                answer = partial(check, request)
            case _:
                return self.get_response(request)
        request.get_host()  # refuses hosts that are not ours
        request.upload_handlers = [NoFiles(request)]
        translation.activate(frames.language_of(request, self.languages))
        response = answer()
        response["Content-Length"] = str(len(response.content))
        response["Content-Security-Policy"] = self.policy
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response
