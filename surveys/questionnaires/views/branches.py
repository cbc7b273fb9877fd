"""Every way through a draft, walked with made-up answers: the flow of its pages, and the ways as a list."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from surveys.questionnaires import access
from surveys.questionnaires.advising.flow import flow_of
from surveys.questionnaires.advising.report import branches_kept, ways_of

WAYS_ON_A_PAGE = 20


@require_GET
def branches(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the flow of a draft's pages, and a page of the ways through it."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    found = branches_kept(questionnaire.draft)
    context = {
        "questionnaire": questionnaire,
        "flow": flow_of(questionnaire.draft),
        "branches": found,
        "page": Paginator(ways_of(questionnaire.draft), WAYS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "surveys/questionnaires/branches.html", context)
