"""How a draft or an edition looks to a resident: on a phone and on a wide screen, in each of its languages."""

from typing import Any

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from surveys.languages import direction, in_language
from surveys.questionnaires import access, desk
from surveys.questionnaires.documents import EACH, GENERAL, Document
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.views.desks import department_choices


@require_GET
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def preview(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Show the answer sheet in two frames, as wide as a phone and as wide as there is room."""
    questionnaire, document = _shown(request, pk, number)
    chosen = _chosen(request, document)
    languages = desk.texts(document["title"], document["languages"])
    context = {
        "questionnaire": questionnaire,
        "number": number,
        "languages": languages,
        "departments": _departments(document),
        "title": in_language(document["title"]),
        **chosen,
    }
    return render(request, "surveys/questionnaires/preview.html", context)


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def sheet(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Draw the answer sheet of a draft or an edition; nothing can be sent from it."""
    _questionnaire, document = _shown(request, pk, number)
    chosen = _chosen(request, document)
    language, about = chosen["language"], chosen["about"]
    names = dict(_departments(document))
    parts = desk.preview_parts(document, [(GENERAL, ""), (about, names.get(about, about))], language)
    context = {
        "page_lang": language,
        "page_dir": direction(language),
        "title": in_language(document["title"], language),
        "introduction": in_language(document["introduction"], language),
        "parts": parts,
    }
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        return render(request, "surveys/questionnaires/sheet.html", context)


def _shown(request: HttpRequest, pk: int, number: int | None) -> tuple[Questionnaire, Document]:
    """Return the questionnaire, and the document of its edition `number` or its draft."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    if number is None:
        return questionnaire, questionnaire.draft
    return questionnaire, get_object_or_404(questionnaire.editions, number=number).document


def _chosen(request: HttpRequest, document: Document) -> dict[str, Any]:
    """Return the language and the department that the address asks for, else the first of each."""
    language, about = request.GET.get("language", ""), request.GET.get("about", "")
    departments = [code for code, _name in _departments(document)]
    return {
        "language": language if language in document["languages"] else document["languages"][0],
        "about": about if about in departments else departments[0],
    }


def _departments(document: Document) -> list[tuple[str, str]]:
    """List the departments that a sheet can be about: those asked about by name in front, else a stand-in."""
    named = {question["about"] for question in document["questions"]}
    known = department_choices()
    asked = [one for one in known if one[0] in named] + [one for one in known if one[0] not in named]
    return asked or [(EACH, gettext("A department"))]
