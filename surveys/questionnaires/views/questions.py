"""What is done to single questions of a draft: added, saved, moved, copied, removed."""

from contextlib import suppress
from typing import Any

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from surveys.people.models import User
from surveys.questionnaires import access, arranging, desk, documents, drafting
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.documents import EACH, Document, Question
from surveys.questionnaires.drafting import CodeTaken, DraftFull, StaleDraft, UnknownQuestion
from surveys.questionnaires.forms import QuestionForm
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.views import answering

_REMOVED = gettext_lazy(
    "Somebody removed this question. What you typed is still here; save it to put it back at the end."
)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question of the type whose button was pressed, and open it."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before = questionnaire.draft
    try:
        question = drafting.add_question(
            questionnaire, kind=request.POST.get("type", ""), after=request.POST.get("after", ""), by=user
        )
    except (UnknownQuestion, DraftFull) as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    except LookupError as unknown_type:
        raise Http404 from unknown_type
    return answering.changed(request, questionnaire, before=before, opened=question["code"])


@require_http_methods(["GET", "POST"])
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save the question as typed, or do what a row button says; `autosave` saves while somebody types."""
    if request.method == "GET":
        return redirect(f"{reverse('questionnaires:edit', args=[pk])}?open={code}#q-{code}")
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before, form = questionnaire.draft, _form(questionnaire, code, request.POST)
    seen = request.POST.get("seen", "")
    if button := request.POST.get("rows"):
        form.act(button, request.POST.get(f"{button.partition(':')[0]}.many", ""))
        return answering.opened_form(request, questionnaire, form=form, opened=code, seen=seen)
    typing = "autosave" in request.POST
    typed = form.typed_question()
    if typing:  # a code is taken over when the form is closed: half of one would lead nowhere
        typed["code"] = code
    conflict: dict[str, Any] = {}
    try:
        kept = _keep(questionnaire, form, typed, code=code, seen=seen, by=user, typing=typing)
    except StaleDraft as refusal:
        saved = drafting.question_in(questionnaire.draft, code)
        conflict = {
            "message": str(refusal),
            "seen": drafting.fingerprint(saved),
            "differences": desk.differences(saved, typed, form.called),
        }
    except UnknownQuestion:
        seen, conflict = "", {"message": _REMOVED}
    except (CodeTaken, DraftFull) as refusal:
        form.add_error("code" if isinstance(refusal, CodeTaken) else None, str(refusal))
    except MalformedDocument as malformed:
        form.show_flaws(malformed.flaws)
    else:
        return _kept(request, questionnaire, kept, before=before, by=user)
    if typing:
        return answering.not_saved(request, questionnaire, opened=code, form=form, conflict=conflict)
    return answering.opened_form(request, questionnaire, form=form, opened=code, seen=seen, conflict=conflict)


def _keep(
    questionnaire: Questionnaire,
    form: QuestionForm,
    typed: Question,
    *,
    code: str,
    seen: str,
    by: User,
    typing: bool,
) -> Question:
    """Save what was typed, or put back a question that is gone; raises what the verbs raise."""
    if gaps := form.gaps():
        raise MalformedDocument(gaps)
    if not seen:
        return drafting.put_back_question(questionnaire, question=typed, by=by)
    return drafting.change_question(
        questionnaire, code=code, question=typed, seen=seen, by=by, while_typing=typing
    )


def _kept(
    request: HttpRequest, questionnaire: Questionnaire, kept: Question, *, before: Document, by: User
) -> HttpResponse:
    """Answer that a question is saved; close it, or go on typing, or go on with another of the same kind."""
    if "autosave" in request.POST:
        return answering.autosaved(request, questionnaire, before=before, opened=kept["code"])
    if "next" not in request.POST:
        return answering.changed(request, questionnaire, before=before, opened="", at=kept["code"])
    try:
        added = drafting.add_question(questionnaire, kind=kept["type"], after=kept["code"], by=by)
    except DraftFull as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    return answering.changed(request, questionnaire, before=before, opened=added["code"], steps=2)


@require_POST
def move(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Move a question one place up or down, a page break with its whole page."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before = questionnaire.draft
    steps = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    try:
        if drafting.question_in(before, code)["type"] == drafting.PAGE_BREAK:
            arranging.move_page(questionnaire, code=code, steps=steps, by=user)
        else:
            drafting.move_question(questionnaire, code=code, steps=steps, by=user)
    except UnknownQuestion as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    said = answering.where(questionnaire.draft, code)
    return answering.changed(request, questionnaire, before=before, said=said, at=code)


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put a question behind any other, a page behind any other page; asked for the place when none is given."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before = questionnaire.draft
    try:
        found = drafting.question_in(before, code)
        is_page = found["type"] == drafting.PAGE_BREAK
        if request.method == "GET":
            context = {
                "questionnaire": questionnaire,
                "code": code,
                "is_page": is_page,
                "texts": desk.texts(found["text"], before["languages"]),
                "pages": desk.page_choices(before),
            }
            return render(request, "surveys/questionnaires/place.html", context)
        verb = arranging.place_page if is_page else arranging.place_question
        verb(questionnaire, code=code, after=request.POST.get("after", ""), by=user)
    except UnknownQuestion as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    said = answering.where(questionnaire.draft, code)
    return answering.changed(request, questionnaire, before=before, said=said, at=code)


@require_POST
def copy(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put a copy of a question behind it, and open the copy."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before = questionnaire.draft
    try:
        made = drafting.copy_question(questionnaire, code=code, by=user)
    except (UnknownQuestion, DraftFull) as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    return answering.changed(request, questionnaire, before=before, opened=made["code"])


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Remove a question, or with `whole` a page with its questions; without a script once it is confirmed.

    GET leads to the question.
    """
    user = access.designer(request.user)
    if request.method == "GET":
        return redirect(f"{reverse('questionnaires:edit', args=[pk])}#q-{code}")
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before, whole = questionnaire.draft, "whole" in request.POST
    try:
        found = drafting.question_in(before, code)
        if "sure" not in request.POST:
            words = desk.texts(found["text"], before["languages"])
            context = {"questionnaire": questionnaire, "code": code, "texts": words, "whole": whole}
            return render(request, "surveys/questionnaires/remove.html", context)
        if whole and found["type"] == drafting.PAGE_BREAK:
            arranging.remove_page(questionnaire, code=code, by=user)
        else:
            drafting.remove_question(questionnaire, code=code, by=user)
    except UnknownQuestion as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    said = _("%(code)s is removed. Undo brings it back.") % {"code": code}
    return answering.changed(request, questionnaire, before=before, said=said)


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
    return QuestionForm(saved, questionnaire.draft, desk.department_choices(), post)
