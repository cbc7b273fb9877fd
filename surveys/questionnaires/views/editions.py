"""From draft to edition: what is still wrong, publishing, and the editions that there are."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.questionnaires import access, desk, publishing
from surveys.questionnaires.advising.report import report_on
from surveys.questionnaires.publishing import NotApproved, Unpublishable
from surveys.questionnaires.views.desks import department_choices
from surveys.questionnaires.views.reviews import review_state


@require_GET
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what must be put right before the draft can be published, advice on it, and the ways through it."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    context = {
        "questionnaire": questionnaire,
        "problems": publishing.problems_of(questionnaire),
        "same": publishing.edition_like(questionnaire),
        "latest": questionnaire.editions.defer("document").first(),
        "report": report_on(questionnaire.draft, only=request.GET.get("rule", "")),
        **review_state(request, questionnaire),
    }
    return render(request, "surveys/questionnaires/check.html", context)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the draft that the reader saw as an edition."""
    user = access.publisher(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    if request.POST.get("revision") != str(questionnaire.revision):
        messages.warning(
            request, _("The draft has changed since you checked it. Please look at it once more.")
        )
        return redirect("questionnaires:check", pk)
    try:
        edition = publishing.publish(questionnaire, by=user)
    except Unpublishable:
        return redirect("questionnaires:check", pk)
    except NotApproved as refusal:
        messages.error(request, str(refusal))
        return redirect("questionnaires:review", pk)
    messages.success(
        request, _("Edition %(number)d is published and can be fielded.") % {"number": edition.number}
    )
    return redirect("questionnaires:edition", pk, edition.number)


@require_GET
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """List the editions of a questionnaire, the latest first."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    found = questionnaire.editions.defer("document").select_related("published_by")
    return render(
        request, "surveys/questionnaires/editions.html", {"questionnaire": questionnaire, "editions": found}
    )


@require_GET
def edition(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a frozen edition."""
    access.require_reader(request.user)
    visible = access.editions_visible_to(request.user).select_related("questionnaire", "published_by")
    found = get_object_or_404(visible, questionnaire=pk, number=number)
    cards = desk.cards(found.document, dict(department_choices()))
    context = {
        "questionnaire": found.questionnaire,
        "edition": found,
        "titles": desk.texts(found.document["title"], found.languages),
        "cards": cards,
        "question_count": sum(card.is_counted for card in cards),
        "may_field": access.may_field(request.user),
    }
    return render(request, "surveys/questionnaires/edition.html", context)


@require_GET
def document(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send the canonical bytes of an edition: their SHA-256 is its hash."""
    access.require_reader(request.user)
    found = get_object_or_404(access.editions_visible_to(request.user), questionnaire=pk, number=number)
    name = f"{found.questionnaire.code}-{found.number}.json"
    return HttpResponse(
        publishing.canonical(found.document),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
