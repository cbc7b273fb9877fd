"""What changed between two editions, or since the latest one, and where trends will break."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from surveys.questionnaires import access, comparing
from surveys.questionnaires.documents import in_languages_only
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.views.desks import department_choices


@require_GET
def editions(request: HttpRequest, pk: int, number: int, other: int) -> HttpResponse:
    """Show what the later of two editions changed in the earlier one."""
    access.require_reader(request.user)
    visible = access.editions_visible_to(request.user).select_related("questionnaire")
    before, after = (
        get_object_or_404(visible, questionnaire=pk, number=one) for one in sorted((number, other))
    )
    return _page(
        request,
        after.questionnaire,
        documents=(before.document, after.document),
        numbers=(before.number, after.number),
    )


@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the draft would change in the latest edition."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    latest = questionnaire.editions.first()
    if latest is None:
        raise Http404
    frozen = in_languages_only(questionnaire.draft, questionnaire.draft["languages"])
    return _page(request, questionnaire, documents=(latest.document, frozen), numbers=(latest.number, None))


def _page(
    request: HttpRequest,
    questionnaire: Questionnaire,
    *,
    documents: tuple[Mapping[str, Any], Mapping[str, Any]],
    numbers: tuple[int, int | None],
) -> HttpResponse:
    found = comparing.differences(*documents, names=dict(department_choices()))
    context = {
        "questionnaire": questionnaire,
        "found": found,
        "before": numbers[0],
        "after": numbers[1],
        "added": found.count(comparing.ADDED),
        "removed": found.count(comparing.REMOVED),
    }
    return render(request, "surveys/questionnaires/differences.html", context)
