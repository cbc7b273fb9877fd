"""How a draft or an edition looks to a resident: on a phone and on a wide screen, in each of its languages."""

from typing import Any

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from surveys.languages import direction, in_language
from surveys.questionnaires import access, desk, drafting
from surveys.questionnaires.documents import EACH, GENERAL, Document
from surveys.questionnaires.drawing import draw, field_name
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.trying import Trial


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


@require_http_methods(["GET", "POST"])
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def sheet(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Draw one page of a draft or an edition and go on by its buttons; nothing is stored."""
    _questionnaire, document = _shown(request, pk, number)
    chosen = _chosen(request, document)
    language, about = chosen["language"], chosen["about"]
    go, at = request.POST.get("go", ""), request.POST.get("at")
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        trial = Trial.of(document, [GENERAL, about], dict(_departments(document)), language, request.POST)
        context = {
            "title": in_language(document["title"], language),
            "introduction": in_language(document["introduction"], language),
            **trial.at(at, go),
        }
        return _framed(request, "sheet", language, context)


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Draw one question of a draft as it is now: what stands beside it while it is worked on."""
    _questionnaire, document = _shown(request, pk, None)
    language = _chosen(request, document)["language"]
    try:
        found = drafting.question_in(document, code)
    except drafting.UnknownQuestion as unknown:
        raise Http404 from unknown
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        kind = question_type(found["type"])
        drawn = draw(found, name=field_name(GENERAL, found), language=language) if kind.is_drawn else ""
        return _framed(
            request,
            "question_preview",
            language,
            {"title": code, "drawn": drawn, "scripts": [kind.script] if kind.script else []},
        )


def _framed(request: HttpRequest, template: str, language: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page for a frame, in a language of the questionnaire."""
    context = {"page_lang": language, "page_dir": direction(language), **context}
    return render(request, f"surveys/questionnaires/{template}.html", context)


def _shown(request: HttpRequest, pk: int, number: int | None) -> tuple[Questionnaire, Document]:
    """Return the questionnaire, and the document of its edition `number` or its draft."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    if number is None:
        return questionnaire, questionnaire.draft
    return questionnaire, get_object_or_404(questionnaire.editions, number=number).document


def _chosen(request: HttpRequest, document: Document) -> dict[str, Any]:
    """Return the language and the department that the address asks for, else the reader's and the first."""
    about, languages = request.GET.get("about", ""), document["languages"]
    wanted = (request.GET.get("language", ""), get_language() or "", languages[0])
    departments = [code for code, _name in _departments(document)]
    return {
        "language": next(language for language in wanted if language in languages),
        "about": about if about in departments else departments[0],
    }


def _departments(document: Document) -> list[tuple[str, str]]:
    """List the departments that a sheet can be about: those asked about by name in front, else a stand-in."""
    named = {question["about"] for question in document["questions"]}
    known = desk.department_choices()
    asked = [one for one in known if one[0] in named] + [one for one in known if one[0] not in named]
    return asked or [(EACH, gettext("A department"))]
