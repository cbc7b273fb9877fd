"""The list of questionnaires, and the desk at which one is worked on.

The desk is one page: cards of all questions, grouped into pages, one of them perhaps open as a form.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys.questionnaires import access, desk, documents, drafting, publishing, reviewing, undoing
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.forms import CreateForm, DimensionRows, FrameForm, QuestionForm, QuotaForm
from surveys.questionnaires.views import answering

department_choices = desk.department_choices


@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """Show the questionnaires, the one changed last in front."""
    access.require_reader(request.user)
    visible = access.questionnaires_visible_to(request.user)
    page = Paginator(visible.listed(), 50).get_page(request.GET.get("page"))
    waiting = list(reviewing.waiting(visible))
    for questionnaire in (*page, *waiting):
        questionnaire.listed_title = desk.listed_title(questionnaire)  # type: ignore[attr-defined]
    return render(
        request,
        "surveys/questionnaires/list.html",
        {"page": page, "waiting": waiting, "can_design": access.may_design(request.user)},
    )


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a questionnaire, empty or as a copy."""
    user = access.designer(request.user)
    visible = access.questionnaires_visible_to(user)
    sources = [(str(one.pk), f"{desk.listed_title(one)} ({one.code})") for one in visible.listed()]
    if request.method == "GET":
        form = CreateForm(sources, source=request.GET.get("copy_of", ""))
        return render(request, "surveys/questionnaires/create.html", {"form": form})
    form = CreateForm(sources, request.POST)
    title, chosen = form.typed_title(), form.typed("copy_of")
    if not title and not chosen:
        form.add_error("title.zh-hans", _("Give the questionnaire a title."))
        return render(request, "surveys/questionnaires/create.html", {"form": form})
    document: Mapping[str, Any] = documents.blank(title=title, languages=tuple(title))
    if chosen:
        source = get_object_or_404(visible, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 15 else 0)
        document = {**source.draft, "title": title or source.draft["title"]}
    code = form.typed("code").strip() or drafting.free_code(title.get("en", ""))
    try:
        questionnaire = drafting.create(code=code, document=document, by=user)
    except ValidationError as refusal:
        for message in refusal.message_dict["code"]:
            form.add_error("code", message)
    except MalformedDocument as malformed:
        form.show_flaws(malformed.flaws)
    else:
        return redirect("questionnaires:edit", questionnaire.pk)
    return render(request, "surveys/questionnaires/create.html", {"form": form})


@require_GET
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # a question's preview stands in one
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the desk; `?open=` opens a question, `?close=` closes it, `?after=` offers a new one below a question.

    With `&at=end` that is below the last question of the page `after`.
    """
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    draft, can_design = questionnaire.draft, access.may_design(request.user)
    opened = request.GET.get("open", "")
    if opened and can_design:
        with suppress(drafting.UnknownQuestion):
            form = QuestionForm(drafting.question_in(draft, opened), draft, desk.department_choices())
            return answering.opened_form(request, questionnaire, form=form, opened=opened)
    after = request.GET.get("after", "")
    if request.GET.get("at") == "end":
        pages = desk.pages(desk.cards(draft, {}))
        after = next((page.last for page in pages if page.code == after), "")
    if request.htmx and can_design:  # type: ignore[attr-defined]
        if "after" in request.GET:
            return answering.inserting(request, questionnaire, after)
        return answering.changed(request, questionnaire, before=draft, opened="")
    return answering.whole_desk(request, questionnaire, after=after if can_design else "")


@require_GET
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is still to be put right, and what stands around the questions: for the panel beside the list."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    context = answering.state_of(request, questionnaire, publishing.problems_of(questionnaire))
    return render(request, "surveys/questionnaires/_state.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the last change of the draft, whoever made it."""
    return _through_steps(request, pk, back=True)


@require_POST
def redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Make once more what was undone last."""
    return _through_steps(request, pk, back=False)


def _through_steps(request: HttpRequest, pk: int, *, back: bool) -> HttpResponse:
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    before = questionnaire.draft
    try:
        step = undoing.undo(questionnaire, by=user) if back else undoing.redo(questionnaire, by=user)
    except undoing.NothingToUndo as refusal:
        return answering.refused(request, questionnaire, str(refusal))
    named = {"words": step.words, "who": step.by}
    if step.by_id in (None, user.pk):
        said = _("Undone: %(words)s.") if back else _("Done again: %(words)s.")
    else:
        said = _("Undone: %(words)s, by %(who)s.") if back else _("Done again: %(words)s, by %(who)s.")
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, said % named)
    return answering.changed(request, questionnaire, before=before, said=said % named)


@require_http_methods(["GET", "POST"])
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, introduction and languages."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    form = FrameForm(questionnaire.draft, request.POST if request.method == "POST" else None)
    stale = ""
    if request.method == "POST":
        try:
            drafting.change_frame(
                questionnaire, **form.typed_frame(), seen=request.POST.get("seen", ""), by=user
            )
        except StaleDraft as refusal:
            stale = str(refusal)
        except MalformedDocument as malformed:
            form.show_flaws(malformed.flaws)
        else:
            added = set(questionnaire.draft["languages"]) - set(form.languages)
            if added:
                messages.success(
                    request,
                    _(
                        "Saved. Give the new language a title here; the other texts stand under “Translation”."
                    ),
                )
            return redirect("questionnaires:frame" if added else "questionnaires:edit", pk)
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "stale": stale,
        "saved": desk.texts(questionnaire.draft["title"], questionnaire.draft["languages"]),
        "seen": drafting.fingerprint(drafting.frame_of(questionnaire.draft)),
    }
    return render(request, "surveys/questionnaires/frame.html", context)


@require_http_methods(["GET", "POST"])
def dimensions(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the dimensions of the index and their weights."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    languages = questionnaire.draft["languages"]
    rows = DimensionRows.from_json(questionnaire.draft["dimensions"], languages)
    flaws: list[str] = []
    if request.method == "POST":
        rows = DimensionRows.from_post(request.POST, languages)
        if action := request.POST.get("rows"):
            if action == "ready":
                rows.add_ready()
            rows.change(action)
        else:
            try:
                drafting.change_dimensions(
                    questionnaire, dimensions=rows.entries(), seen=request.POST.get("seen", ""), by=user
                )
            except StaleDraft as refusal:
                flaws = [str(refusal)]
            except MalformedDocument as malformed:
                flaws = rows.show_flaws(malformed.flaws)
            else:
                return redirect("questionnaires:edit", pk)
    context = {
        "questionnaire": questionnaire,
        "rows": rows,
        "total": rows.total(),
        "flaws": flaws,
        "languages": desk.texts({}, languages),
        "seen": drafting.fingerprint(questionnaire.draft["dimensions"]),
    }
    return render(request, "surveys/questionnaires/dimensions.html", context)


@require_http_methods(["GET", "POST"])
def quotas(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the quotas: how many people of a kind are taken."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    form = QuotaForm(questionnaire.draft, request.POST if request.method == "POST" else None)
    if action := request.POST.get("rows"):
        form.act(action, request.POST.get("quotas.many", ""))
    elif request.method == "POST":
        entries = form.entries()
        if gaps := form.gaps():
            form.show_flaws(gaps)
        else:
            try:
                drafting.change_quotas(
                    questionnaire, quotas=entries, seen=request.POST.get("seen", ""), by=user
                )
            except StaleDraft as refusal:
                form.flaws = [str(refusal)]
            except MalformedDocument as malformed:
                form.show_flaws(malformed.flaws)
            else:
                return redirect("questionnaires:edit", pk)
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "flaws": form.flaws,
        "seen": drafting.fingerprint(questionnaire.draft.get("quotas", [])),
    }
    return render(request, "surveys/questionnaires/quotas.html", context)
