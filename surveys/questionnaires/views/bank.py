"""The question bank: looking for blocks, keeping questions of a draft as one, putting one into a draft."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from surveys.languages import in_language
from surveys.questionnaires import access, banking, desk, documents
from surveys.questionnaires.banking import EmptyBlock
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.drafting import DraftFull, UnknownQuestion
from surveys.questionnaires.forms.bank import BlockForm
from surveys.questionnaires.models import Block
from surveys.questionnaires.views.desks import department_choices

BOTH = ("zh-hans", "en")


@require_GET
def bank(request: HttpRequest) -> HttpResponse:
    """Show the blocks, those with certain words when these are asked for."""
    access.require_reader(request.user)
    context = {**_listed(request), "can_design": access.may_design(request.user)}
    return render(request, "surveys/questionnaires/bank.html", context)


@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, block: int) -> HttpResponse:
    """Show the questions of a block; rename it."""
    access.require_reader(request.user)
    found = get_object_or_404(Block, pk=block)
    languages = _languages(found)
    form = BlockForm(found.names, languages, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        user = access.designer(request.user)
        try:
            banking.rename_block(found, names=form.typed_names(), by=user)
        except MalformedDocument as malformed:
            form.show_flaws(malformed.flaws)
        else:
            return redirect("questionnaires:bank-block", found.pk)
    document = {**documents.blank(title={}, languages=languages), "questions": found.questions}
    context = {
        "kept": found,
        "form": form,
        "name": in_language(found.names),
        "cards": desk.cards(document, dict(department_choices())),
        "can_design": access.may_design(request.user),
    }
    return render(request, "surveys/questionnaires/bank_block.html", context)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, block: int) -> HttpResponse:
    """Remove a block, once it is confirmed. GET leads to the block."""
    user = access.designer(request.user)
    if request.method == "GET":
        return redirect("questionnaires:bank-block", block)
    found = get_object_or_404(Block, pk=block)
    if "sure" not in request.POST:
        context = {"kept": found, "name": in_language(found.names)}
        return render(request, "surveys/questionnaires/bank_remove.html", context)
    banking.remove_block(found, by=user)
    messages.success(request, _("The block “%(name)s” is removed.") % {"name": in_language(found.names)})
    return redirect("questionnaires:bank")


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep questions of a draft as a block; `?question=` ticks one."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    draft = questionnaire.draft
    form = BlockForm({}, draft["languages"], request.POST if request.method == "POST" else None)
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("question")
    if request.method == "POST":
        try:
            kept, notices = banking.keep_block(questionnaire, codes=chosen, names=form.typed_names(), by=user)
        except (EmptyBlock, UnknownQuestion) as refusal:
            form.add_error(None, str(refusal))
        except MalformedDocument as malformed:
            form.show_flaws(malformed.flaws)
        else:
            messages.success(
                request, _("Kept in the question bank as “%(name)s”.") % {"name": in_language(kept.names)}
            )
            for notice in notices:
                messages.info(request, notice)
            return redirect("questionnaires:bank-block", kept.pk)
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "cards": desk.cards(draft, dict(department_choices())),
        "chosen": frozenset(chosen),
    }
    return render(request, "surveys/questionnaires/bank_keep.html", context)


@require_http_methods(["GET", "POST"])
def insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a block and put its questions behind the question `after`, else at the end."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    after = (request.POST or request.GET).get("after", "")
    refused = ""
    if request.method == "POST":
        number = request.POST.get("block", "")
        found = get_object_or_404(Block, pk=int(number) if number.isdecimal() and len(number) < 15 else 0)
        try:
            added = banking.insert_block(questionnaire, block=found, after=after, by=user)
        except (UnknownQuestion, DraftFull, MalformedDocument) as refusal:
            refused = str(refusal)
        else:
            count = len(added.questions)
            messages.success(
                request,
                ngettext("%(count)d question added.", "%(count)d questions added.", count) % {"count": count},
            )
            for notice in added.notices[:20]:
                messages.info(request, notice)
            return redirect(f"{reverse('questionnaires:edit', args=[pk])}#q-{added.questions[0]['code']}")
    context = {
        **_listed(request),
        "questionnaire": questionnaire,
        "after": after,
        "refused": refused,
        "places": desk.cards(questionnaire.draft, {}),
    }
    return render(request, "surveys/questionnaires/bank_insert.html", context)


def _listed(request: HttpRequest) -> dict[str, Any]:
    words = request.GET.get("q", "")[:200]
    page = Paginator(banking.blocks_with(words), 30).get_page(request.GET.get("page"))
    blocks = [
        {
            "pk": found.pk,
            "name": in_language(found.names),
            "count": len(found.questions),
            "first": [in_language(question["text"]) for question in found.questions[:4] if question["text"]],
            "by": found.created_by,
            "updated_at": found.updated_at,
        }
        for found in page
    ]
    return {"page": page, "blocks": blocks, "q": words}


def _languages(found: Block) -> list[str]:
    """Return the languages that a block speaks: those of its names and questions, Chinese and English in front."""
    spoken = [language for question in found.questions for language in question["text"]]
    return list(dict.fromkeys([*BOTH, *found.names, *spoken]))
