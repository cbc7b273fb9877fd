"""The way from a draft to an edition: submitted by one person, approved by another, then published."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys.people.models import User
from surveys.questionnaires import access, publishing, remarking, reviewing
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.publishing import Unpublishable
from surveys.questionnaires.remarking import BadRemark
from surveys.questionnaires.reviewing import NotASecondPerson, OutOfTurn

REFUSALS = (StaleDraft, Unpublishable, OutOfTurn, NotASecondPerson)


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a draft stands on its way to an edition, and what can be done next."""
    access.require_reader(request.user)
    return _page(request, get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk))


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person to approve the draft that the reader saw."""
    user = access.designer(request.user)
    done = _("The draft is submitted. A reviewer or an administrator who had no hand in it can approve it.")
    return _step(request, pk, lambda one, revision: reviewing.submit(one, revision=revision, by=user), done)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the draft back."""
    user = access.designer(request.user)
    done = _("The draft is taken back.")
    return _step(request, pk, lambda one, revision: reviewing.withdraw(one, revision=revision, by=user), done)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree that the draft that the reader saw be published."""
    user = access.approver(request.user)
    done = _("The draft is approved and can be published.")
    return _step(request, pk, lambda one, revision: reviewing.approve(one, revision=revision, by=user), done)


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the draft back with a remark. GET leads to the form."""
    user = access.approver(request.user)
    if request.method == "GET":
        return redirect("questionnaires:review", pk)
    words = request.POST.get("words", "")
    done = _("The draft is sent back with your remark.")
    try:
        return _step(
            request,
            pk,
            lambda one, revision: reviewing.send_back(one, revision=revision, words=words, by=user),
            done,
        )
    except BadRemark as refusal:
        questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
        return _page(request, questionnaire, words=words, refusal=str(refusal))


def review_state(request: HttpRequest, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what `_review_state.html` needs: where the draft stands, and the buttons for who looks."""
    return {
        "standing": reviewing.standing_of(questionnaire, seen_by=cast(User, request.user)),
        "can_submit": access.may_design(request.user),
        "can_approve": access.may_approve(request.user),
        "can_publish": access.may_publish(request.user),
    }


def _page(request: HttpRequest, questionnaire: Questionnaire, **typed: str) -> HttpResponse:
    context = {
        "questionnaire": questionnaire,
        "problems": publishing.problems_of(questionnaire),
        "same": publishing.edition_like(questionnaire),
        "latest": questionnaire.editions.defer("document").first(),
        "open_remarks": sum(remarking.open_remarks(questionnaire).values()),
        **review_state(request, questionnaire),
        **typed,
    }
    return render(request, "surveys/questionnaires/review.html", context)


def _step(
    request: HttpRequest, pk: int, act: Callable[[Questionnaire, int], Questionnaire], done: str
) -> HttpResponse:
    """Do one step with the revision that the reader saw, and go back to the page that says where the draft stands."""
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    seen = request.POST.get("revision", "")
    try:
        act(questionnaire, int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
    except StaleDraft:
        messages.warning(
            request, _("The draft has changed since you looked at it. Please look at it once more.")
        )
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("questionnaires:review", pk)
