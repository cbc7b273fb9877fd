"""The translation of a draft: its texts in two languages beside each other, and the files of translators."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import trigger_client_event

from surveys.languages import direction, language_name
from surveys.questionnaires import access, translating
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.translating import Outcome, Row, Typed
from surveys.questionnaires.translations import tables, xliff
from surveys.questionnaires.translations.places import KINDS, TextPlace, texts_of
from surveys.questionnaires.translations.xliff import UnreadableFile

ROWS = 50  # on a page


@require_http_methods(["GET", "POST"])
def translation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the texts in two languages; save those that were changed, one at a time with a script, else the page."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    source, target = _chosen(request, questionnaire)
    if request.method == "GET":
        return _page(request, questionnaire, source, target)
    user = access.designer(request.user)
    typed = _typed(request.POST)
    with_script = bool(request.htmx)  # type: ignore[attr-defined]
    try:
        outcome = translating.translate(
            questionnaire, source=source, target=target, typed=typed, by=user, while_typing=with_script
        )
    except MalformedDocument as malformed:
        outcome = Outcome(refused={key: str(malformed) for key in typed})
    if with_script:
        return _states(request, questionnaire, source, target, typed, outcome)
    if outcome.stale or outcome.refused or outcome.unknown:
        return _page(request, questionnaire, source, target, typed=typed, outcome=outcome)
    saved = len(outcome.saved)
    messages.success(request, ngettext("%d text saved.", "%d texts saved.", saved) % saved)
    return redirect(request.get_full_path())


@require_GET
def xliff_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the texts as XLIFF, which translators' tools read."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    source, target = _chosen(request, questionnaire)
    units = translating.exported(questionnaire.draft, source=source, target=target)
    body = xliff.written(units, source=source, target=target, name=questionnaire.code)
    return _sent(body, "application/xliff+xml", f"{questionnaire.code}-{source}-{target}.xlf")


@require_GET
def table_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the texts as a table, which spreadsheets read."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    source, target = _chosen(request, questionnaire)
    units = translating.exported(questionnaire.draft, source=source, target=target)
    body = tables.written(units, source=source, target=target)
    return _sent(body, "text/csv; charset=utf-8", f"{questionnaire.code}-{source}-{target}.csv")


@require_http_methods(["GET", "POST"])
def translation_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a file that a translator sent back, and say what became of each text."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "replace": request.POST.get("replace") == "yes",
    }
    if request.method == "POST":
        try:
            found = _read(request)
            outcome = translating.take_file(questionnaire, found, replace=context["replace"], by=user)
        except (UnreadableFile, MalformedDocument) as refusal:
            context["refusal"] = str(refusal)
        else:
            context |= _report(questionnaire, found, outcome)
    return render(request, "surveys/questionnaires/translation_import.html", context)


def _report(questionnaire: Questionnaire, found: xliff.Translation, outcome: Outcome) -> dict[str, Any]:
    """Return what the page says of a file that was taken in."""
    left = {*outcome.stale, *outcome.refused, *outcome.lost}
    rows = translating.rows_of(questionnaire.draft, source=found.source, target=found.target, apart=left)
    named = {row.key: {"row": row, "kind": KINDS[row.kind]} for row in rows if row.key in left}
    return {
        "outcome": outcome,
        "source": _language(found.source),
        "target": _language(found.target),
        "stale": [named[key] for key in outcome.stale if key in named],
        "refused": [{**named[key], "why": why} for key, why in outcome.refused.items() if key in named],
        "lost": [named[key] for key in outcome.lost if key in named],
    }


def _read(request: HttpRequest) -> xliff.Translation:
    """Return what the uploaded file says; its first characters tell what it is."""
    given = request.FILES.get("file")
    if given is None or given.size is None:
        raise UnreadableFile(_("Choose a file first."))
    if given.size > xliff.LARGEST_FILE:
        raise UnreadableFile(_("The file is larger than five million bytes."))
    body = given.read()
    begins = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t")[:1]
    return xliff.read(body) if begins == b"<" else tables.read(body)


def _sent(body: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _chosen(request: HttpRequest, questionnaire: Questionnaire) -> tuple[str, str]:
    """Return source and target as chosen, else the first language and the one that lacks most."""
    source, target = request.GET.get("source", ""), request.GET.get("target", "")
    if source != target and {source, target} <= set(questionnaire.draft["languages"]):
        return source, target
    languages = translating.languages_of(questionnaire.draft)
    if source not in languages:
        source = languages[0]
    others = [language for language in languages if language != source]
    if target in others or not others:
        return source, target if target in others else source
    found = translating.progress_of(questionnaire.draft, others)
    return source, max(found, key=lambda one: one.missing).language


def _typed(post: QueryDict) -> dict[str, Typed]:
    """Read the texts of a posted page; `replace.key` holds the fingerprint of what is knowingly replaced."""
    typed = {}
    for name in post:
        if name.startswith("words."):
            key = name.removeprefix("words.")
            seen = post.get(f"replace.{key}") or post.get(f"seen.{key}", "")
            typed[key] = Typed(str(post[name]), seen)
    return typed


def _page(
    request: HttpRequest,
    questionnaire: Questionnaire,
    source: str,
    target: str,
    *,
    typed: dict[str, Typed] | None = None,
    outcome: Outcome | None = None,
) -> HttpResponse:
    """Draw the page; after a save that left something over, with the very texts that were posted."""
    only = request.GET.get("only", "")
    places = list(texts_of(questionnaire.draft))
    rows = translating.rows_of(
        questionnaire.draft, source=source, target=target, apart=typed or (), places=places
    )
    if typed:
        rows = [row for row in rows if row.key in typed]
    elif only == "missing":
        rows = [row for row in rows if not row.target]
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        **_shown(request, questionnaire, source, target, places),
        "page": page,
        "lines": [_line(row, typed or {}, outcome) for row in page],
        "only": only,
        "outcome": outcome,
    }
    return render(request, "surveys/questionnaires/translation.html", context)


def _states(
    request: HttpRequest,
    questionnaire: Questionnaire,
    source: str,
    target: str,
    typed: dict[str, Typed],
    outcome: Outcome,
) -> HttpResponse:
    """Answer a save by the script: the state of each text that something became of, and how far the languages are."""
    touched = {*outcome.saved, *outcome.stale, *outcome.refused}
    places = list(texts_of(questionnaire.draft))
    rows = translating.rows_of(
        questionnaire.draft, source=source, target=target, apart=touched, places=places
    )
    context = {
        **_shown(request, questionnaire, source, target, places),
        "lines": [_line(row, typed, outcome) for row in rows if row.key in touched],
        "gone": outcome.unknown,
    }
    answer = render(request, "surveys/questionnaires/_translation_states.html", context)
    words = _("Not saved: look at the text.") if outcome.stale or outcome.refused else _("Saved")
    return trigger_client_event(answer, "announce", {"value": words}) if touched else answer


def _shown(
    request: HttpRequest, questionnaire: Questionnaire, source: str, target: str, places: list[TextPlace]
) -> dict[str, Any]:
    """Return what the whole page and its parts have in common."""
    languages = translating.languages_of(questionnaire.draft, places=places)
    return {
        "questionnaire": questionnaire,
        "can_design": access.may_design(request.user),
        "source": _language(source),
        "target": _language(target),
        "languages": [_language(language) for language in languages],
        "progress": [
            {**_language(one.language), "done": one.done, "all": one.all, "per_cent": one.per_cent}
            for one in translating.progress_of(questionnaire.draft, languages, places=places)
        ],
        "here": request.get_full_path(),
        "desk": reverse("questionnaires:edit", args=[questionnaire.pk]),
    }


def _language(code: str) -> dict[str, str]:
    return {"code": code, "name": language_name(code), "direction": direction(code)}


def _line(row: Row, typed: dict[str, Typed], outcome: Outcome | None) -> dict[str, Any]:
    """Return what the page shows of a row, with what was typed and what became of it."""
    given = typed.get(row.key)
    is_stale = outcome is not None and row.key in outcome.stale
    refusal = outcome.refused.get(row.key, "") if outcome else ""
    keeps = given is not None and (is_stale or bool(refusal))
    words = given.words if given is not None and keeps else row.target
    return {
        "row": row,
        "kind": KINDS[row.kind],
        "words": words,
        "seen": given.seen if given is not None and is_stale else row.seen,
        "is_stale": is_stale,
        "is_saved": outcome is not None and row.key in outcome.saved,
        "refusal": refusal,
        "height": min(10, 1 + max(len(row.source), len(words)) // 45 + words.count("\n")),
    }
