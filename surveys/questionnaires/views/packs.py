"""The gallery of ready questionnaires: what each measures, how it looks, and beginning with one."""

from math import ceil
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.languages import in_language
from surveys.questionnaires import access, desk, drafting
from surveys.questionnaires.advising.minutes import Clock, whole_trip
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.documents import EACH
from surveys.questionnaires.drafting import DraftFull
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packs import PACKS, Pack, pack
from surveys.questionnaires.packs.beginning import add_pack
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.views.desks import department_choices


@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """Show the packs."""
    access.require_reader(request.user)
    context = {
        "packs": [_shown(one) for one in PACKS],
        "can_design": access.may_design(request.user),
        "into": _into(request, request.GET.get("into", "")),
    }
    return render(request, "surveys/questionnaires/packs.html", context)


@require_GET
def one(request: HttpRequest, code: str) -> HttpResponse:
    """Show every question of a pack."""
    access.require_reader(request.user)
    found = _found(code)
    context = {
        "pack": _shown(found),
        "cards": desk.cards(found.document, dict(department_choices())),
        "introduction": desk.texts(found.document["introduction"], found.document["languages"]),
        "dimensions": desk.dimensions(found.document),
        "can_design": access.may_design(request.user),
        "into": _into(request, request.GET.get("into", "")),
    }
    return render(request, "surveys/questionnaires/pack.html", context)


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Make a questionnaire as a copy of a pack, or put its questions `into` a draft."""
    user = access.designer(request.user)
    found = _found(code)
    into = _into(request, request.POST.get("into", ""))
    if into is None:
        made = drafting.create(code=drafting.free_code(found.code), document=found.document, by=user)
        messages.success(request, _("This draft is a copy of the pack: change whatever you like."))
        return redirect("questionnaires:edit", made.pk)
    try:
        added = add_pack(into, pack=found, by=user)
    except (DraftFull, MalformedDocument) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The questions of the pack are in this draft: change whatever you like."))
        for notice in added.notices[:20]:
            messages.info(request, notice)
    return redirect("questionnaires:edit", into.pk)


def _into(request: HttpRequest, number: str) -> Questionnaire | None:
    """Return the draft that the questions are to go into, if one is named."""
    if not number:
        return None
    pk = int(number) if number.isdecimal() and len(number) < 15 else 0
    return get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)


def _found(code: str) -> Pack:
    try:
        return pack(code)
    except LookupError as unknown:
        raise Http404 from unknown


def _shown(found: Pack) -> dict[str, Any]:
    document = found.document
    questions = [
        question for question in document["questions"] if question_type(question["type"]).takes_answer
    ]
    minutes = Clock(document).span([whole_trip(document)], departments=1).usual
    return {
        "code": found.code,
        "title": in_language(found.title),
        "measures": in_language(found.measures),
        "questions": len(questions),
        "each": sum(question["about"] == EACH for question in questions),
        "minutes": ceil(minutes),
        "branches": sum("show" in question for question in document["questions"]),
    }
