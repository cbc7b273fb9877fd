"""The list of questionnaires, and the desk at which one is worked on.

The desk is one page: cards of all questions, one of them perhaps open as a form. It is drawn whole for every answer;
htmx takes out of it what changed.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from surveys.people.models import Department
from surveys.questionnaires import access, desk, documents, drafting, publishing
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.forms import CreateForm, DimensionRows, FrameForm, QuestionForm
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.question_types import REGISTRY


@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """Show the questionnaires, the one changed last in front."""
    access.require_reader(request.user)
    page = Paginator(access.questionnaires_visible_to(request.user).listed(), 50).get_page(
        request.GET.get("page")
    )
    for questionnaire in page:
        questionnaire.listed_title = desk.listed_title(questionnaire)  # type: ignore[attr-defined]
    return render(
        request,
        "surveys/questionnaires/list.html",
        {"page": page, "can_design": access.may_design(request.user)},
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
    document: Mapping[str, Any] = documents.blank(title=title)
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
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the desk; `?open=` opens a question, `?after=` the choice of a new one below a question."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    opened, form = request.GET.get("open", ""), None
    if opened and access.may_design(request.user):
        try:
            question = drafting.question_in(questionnaire.draft, opened)
        except drafting.UnknownQuestion:
            opened = ""
        else:
            form = QuestionForm(question, questionnaire.draft, department_choices())
    return draw_desk(request, questionnaire, form=form, opened=opened)


def draw_desk(
    request: HttpRequest,
    questionnaire: Questionnaire,
    *,
    form: QuestionForm | None = None,
    opened: str = "",
    **more: Any,
) -> HttpResponse:
    """Draw the desk with the question `opened` as `form`; for htmx, when it asks for that question, the form alone."""
    context = {
        "questionnaire": questionnaire,
        "document": questionnaire.draft,
        "form": form,
        "opened": opened,
        "seen": drafting.fingerprint(form.question) if form else "",
        "can_design": access.may_design(request.user),
        **more,
    }
    if form and request.htmx.target == f"q-{opened}":  # type: ignore[attr-defined]
        return render(request, "surveys/questionnaires/_question_form.html", context)
    address = reverse("questionnaires:edit", args=[questionnaire.pk])
    problems = publishing.problems_of(questionnaire)
    codes = {question["code"] for question in questionnaire.draft["questions"]}
    context |= {
        "cards": desk.cards(
            questionnaire.draft,
            dict(department_choices()),
            problems,
            at=address if context["can_design"] else "",
        ),
        "is_gone": bool(form) and opened not in codes,
        "after": request.GET.get("after", ""),
        "kinds": REGISTRY,
        "problems": problems,
        "languages": desk.texts({}, questionnaire.draft["languages"]),
        "dimensions": desk.dimensions(questionnaire.draft),
        "latest": questionnaire.editions.defer("document").first(),
        "can_publish": access.may_publish(request.user),
    }
    return render(request, "surveys/questionnaires/edit.html", context)


def department_choices() -> list[tuple[str, str]]:
    """List code and name of the departments that a question may be about."""
    departments = Department.objects.filter(is_active=True, parent__isnull=False)
    return [(department.code, department.name) for department in departments]


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
