"""What is done to single questions of a draft: added, saved, moved, copied, removed."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from surveys.questionnaires import access, desk, documents, drafting
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.documents import EACH, Question
from surveys.questionnaires.drafting import CodeTaken, DraftFull, StaleDraft, UnknownQuestion
from surveys.questionnaires.forms import QuestionForm
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.views.desks import department_choices, draw_desk


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question of the type whose button was pressed, and open it."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    try:
        question = drafting.add_question(
            questionnaire, kind=request.POST.get("type", ""), after=request.POST.get("after", ""), by=user
        )
    except (UnknownQuestion, DraftFull) as refusal:
        return _refused(request, questionnaire, str(refusal))
    except LookupError as unknown_type:
        raise Http404 from unknown_type
    return _at_desk(questionnaire, question["code"], opened=True)


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save the question as typed, or do what one of the row buttons of its choices says."""
    if request.method == "GET":
        return redirect(f"{reverse('questionnaires:edit', args=[pk])}?open={code}#q-{code}")
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    form = _form(questionnaire, code, request.POST)
    if request.POST.get("rows") and form.choices is not None:
        form.choices.change(request.POST["rows"], request.POST.get("choice.many", ""))
        many = "" if request.POST["rows"] == "many" else request.POST.get("choice.many", "")
        return draw_desk(request, questionnaire, form=form, opened=code, many=many)
    typed, seen = form.typed_question(), request.POST.get("seen", "")
    try:
        if seen:
            kept = drafting.change_question(questionnaire, code=code, question=typed, seen=seen, by=user)
        else:
            kept = drafting.put_back_question(questionnaire, question=typed, by=user)
        if "next" in request.POST:
            kept = drafting.add_question(questionnaire, kind=kept["type"], after=kept["code"], by=user)
            return _at_desk(questionnaire, kept["code"], opened=True)
        return _at_desk(questionnaire, kept["code"])
    except StaleDraft as refusal:
        saved = drafting.question_in(questionnaire.draft, code)
        words = desk.texts(saved["text"], form.languages)
        return draw_desk(request, questionnaire, form=form, opened=code, stale=str(refusal), saved=words)
    except UnknownQuestion:
        gone = _(
            "Somebody removed this question. What you typed is still here; save it to put it back at the end."
        )
        return draw_desk(request, questionnaire, form=form, opened=code, stale=gone, seen="")
    except CodeTaken as refusal:
        form.add_error("code", str(refusal))
    except DraftFull as refusal:
        form.add_error(None, str(refusal))
    except MalformedDocument as malformed:
        form.show_flaws(malformed.flaws)
    return draw_desk(request, questionnaire, form=form, opened=code, seen=seen)


@require_POST
def move(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Move a question one place up or down."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    steps = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    try:
        drafting.move_question(questionnaire, code=code, steps=steps, by=user)
    except UnknownQuestion as refusal:
        return _refused(request, questionnaire, str(refusal))
    return _at_desk(questionnaire, code)


@require_POST
def copy(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put a copy of a question behind it, and open the copy."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    try:
        made = drafting.copy_question(questionnaire, code=code, by=user)
    except (UnknownQuestion, DraftFull) as refusal:
        return _refused(request, questionnaire, str(refusal))
    return _at_desk(questionnaire, made["code"], opened=True)


@require_POST
def remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Remove a question, once it is confirmed."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    try:
        found = drafting.question_in(questionnaire.draft, code)
        if "sure" not in request.POST:
            words = desk.texts(found["text"], questionnaire.draft["languages"])
            context = {"questionnaire": questionnaire, "code": code, "texts": words}
            return render(request, "surveys/questionnaires/remove.html", context)
        drafting.remove_question(questionnaire, code=code, by=user)
    except UnknownQuestion as refusal:
        return _refused(request, questionnaire, str(refusal))
    return redirect("questionnaires:edit", pk)


def _form(questionnaire: Questionnaire, code: str, post: QueryDict) -> QuestionForm:
    """Return the form as posted, laid over what the draft holds of the question now."""
    kind = post.get("type", "")
    saved: Question = {}
    with suppress(UnknownQuestion):
        saved = drafting.question_in(questionnaire.draft, code)
    if saved.get("type") != kind:
        try:
            saved = documents.tidied_question({"code": code, "type": kind, "about": EACH, "text": {}})
        except LookupError as unknown_type:
            raise Http404 from unknown_type
    return QuestionForm(saved, questionnaire.draft, department_choices(), post)


def _at_desk(questionnaire: Questionnaire, code: str, *, opened: bool = False) -> HttpResponse:
    """Go back to the desk, to the question `code`."""
    address = reverse("questionnaires:edit", args=[questionnaire.pk])
    return redirect(f"{address}{f'?open={code}' if opened else ''}#q-{code}")


def _refused(request: HttpRequest, questionnaire: Questionnaire, words: str) -> HttpResponse:
    """Go back to the desk with a notice; htmx loads the page as a whole, since the notice stands above the list."""
    messages.error(request, words)
    address: Any = reverse("questionnaires:edit", args=[questionnaire.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]
