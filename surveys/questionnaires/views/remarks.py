"""What colleagues say about a draft: read, said, settled, opened again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from surveys.questionnaires import access, remarking
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.remarking import BadRemark


@require_http_methods(["GET", "POST"])
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the remarks on a draft, or add one; `?question=` shows those on one question."""
    if request.method == "GET":
        access.require_reader(request.user)
        questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
        return _page(request, questionnaire, request.GET.get("question", ""))
    user = access.remarker(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    question, words = request.POST.get("question", ""), request.POST.get("words", "")
    try:
        remarking.remark(questionnaire, question=question, words=words, by=user)
    except BadRemark as refusal:
        if _is_beside(request):
            return _beside(request, questionnaire, question, words=words, refusal=str(refusal))
        return _page(request, questionnaire, question, words=words, refusal=str(refusal))
    return _back(request, questionnaire, question)


@require_POST
def settle(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Mark a remark as seen to."""
    user = access.remarker(request.user)
    found = get_object_or_404(access.remarks_visible_to(user), questionnaire=pk, pk=remark)
    remarking.settle(found, by=user)
    return _back(request, found.questionnaire, found.question)


@require_POST
def reopen(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Open a settled remark again."""
    user = access.remarker(request.user)
    found = get_object_or_404(access.remarks_visible_to(user), questionnaire=pk, pk=remark)
    remarking.reopen(found, by=user)
    return _back(request, found.questionnaire, found.question)


def remarks_beside(request: HttpRequest, questionnaire: Questionnaire, code: str) -> dict[str, Any]:
    """Return what `_remarks.html` needs to show the remarks on the question `code` beside it."""
    return {
        "remarks": remarking.remarks_on(questionnaire).filter(question=code),
        "remarks_question": code,
        "can_remark": access.may_remark(request.user),
    }


def _page(request: HttpRequest, questionnaire: Questionnaire, question: str, **typed: str) -> HttpResponse:
    found = remarking.remarks_on(questionnaire)
    codes = [one["code"] for one in questionnaire.draft["questions"]]
    context = {
        "questionnaire": questionnaire,
        "remarks": found.filter(question=question) if question else found,
        "remarks_question": question,
        "codes": codes,
        "open_count": sum(remarking.open_remarks(questionnaire).values()),
        "can_remark": access.may_remark(request.user),
        **typed,
    }
    return render(request, "surveys/questionnaires/remarks.html", context)


def _back(request: HttpRequest, questionnaire: Questionnaire, question: str) -> HttpResponse:
    """Go back to where the remark was made: beside its question at the desk, or to the page of all remarks."""
    if _is_beside(request):
        return _beside(request, questionnaire, question)
    if request.POST.get("at") == "desk" and question:
        return redirect(
            f"{reverse('questionnaires:edit', args=[questionnaire.pk])}?open={question}#q-{question}"
        )
    return redirect("questionnaires:remarks", questionnaire.pk)


def _is_beside(request: HttpRequest) -> bool:
    """Say whether the desk asks, by script, for the remarks beside a question alone."""
    return bool(request.htmx) and request.POST.get("at") == "desk"  # type: ignore[attr-defined]


def _beside(request: HttpRequest, questionnaire: Questionnaire, question: str, **typed: str) -> HttpResponse:
    context = {"questionnaire": questionnaire, **remarks_beside(request, questionnaire, question), **typed}
    return render(request, "surveys/questionnaires/_remarks.html", context)
