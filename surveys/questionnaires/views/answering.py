"""What the desk answers: without a script the whole page, to htmx the pieces that a change has touched.

The page says which revision it shows (`X-Shown`) and which question is open on it (`X-Open`). When somebody else
changed the draft meanwhile the list is sent whole, so that nobody works on what is no longer there.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.questionnaires import access, desk, drafting, patching, publishing, remarking, undoing
from surveys.questionnaires.desk import Card, Page
from surveys.questionnaires.documents import Document
from surveys.questionnaires.forms import QuestionForm
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.question_types import FAMILIES, REGISTRY
from surveys.questionnaires.views.remarks import remarks_beside

TEMPLATES = "surveys/questionnaires/"


def families() -> list[dict[str, Any]]:
    """List the types to choose from, by family."""
    return [
        {"label": label, "kinds": kinds}
        for name, label in FAMILIES.items()
        if (kinds := [kind for kind in REGISTRY if kind.family == name])
    ]


def whole_desk(
    request: HttpRequest,
    questionnaire: Questionnaire,
    *,
    form: QuestionForm | None = None,
    opened: str = "",
    after: str = "",
    **more: Any,
) -> HttpResponse:
    """Draw the whole page, with the question `opened` as `form`."""
    can_design = access.may_design(request.user)
    problems = publishing.problems_of(questionnaire)
    names = dict(desk.department_choices())
    cards = desk.cards(questionnaire.draft, names, problems, at=_address(questionnaire) if can_design else "")
    codes = {card.code for card in cards}
    context = {
        "questionnaire": questionnaire,
        "cards": cards,
        "pages": desk.pages(cards),
        "form": form,
        "opened": opened,
        "open_form": _drawn_form(request, questionnaire, form, opened, **more) if form else "",
        "is_gone": bool(form) and opened not in codes,
        "after": after,
        "families": families(),
        "desk": _address(questionnaire) if can_design else "",
        **state_of(request, questionnaire, problems),
        **_at_hand(questionnaire),
    }
    return render(request, f"{TEMPLATES}edit.html", context)


def state_of(request: HttpRequest, questionnaire: Questionnaire, problems: list[Any]) -> dict[str, Any]:
    """Return what the panel beside the list says of the draft."""
    draft = questionnaire.draft
    words = RuleWords(draft)
    return {
        "questionnaire": questionnaire,
        "problems": problems,
        "languages": desk.texts({}, draft["languages"]),
        "dimensions": desk.dimensions(draft),
        "quotas": [words.quota(quota) for quota in draft.get("quotas", ())],
        "latest": questionnaire.editions.defer("document").first(),
        "open_remarks": remarking.open_remarks(questionnaire),
        "can_design": access.may_design(request.user),
        "can_publish": access.may_publish(request.user),
    }


def opened_form(
    request: HttpRequest, questionnaire: Questionnaire, *, form: QuestionForm, opened: str, **more: Any
) -> HttpResponse:
    """Show the question `opened` as `form` in its place; whatever else was open is closed."""
    if not request.htmx:  # type: ignore[attr-defined]
        return whole_desk(request, questionnaire, form=form, opened=opened, **more)
    return changed(request, questionnaire, before=questionnaire.draft, opened=opened, form=form, **more)


def changed(
    request: HttpRequest,
    questionnaire: Questionnaire,
    *,
    before: Document,
    opened: str | None = None,
    form: QuestionForm | None = None,
    said: str = "",
    at: str = "",
    steps: int = 1,
    **more: Any,
) -> HttpResponse:
    """Answer a change of the draft, which was `before`, made in so many `steps`.

    `opened` is the question that shall be open from now on, None for the one that is. Without a script the person goes
    back to the desk, to the question `at`.
    """
    if not request.htmx:  # type: ignore[attr-defined]
        open_query = f"?open={opened}" if opened else ""
        anchor = opened or at
        return redirect(f"{_address(questionnaire)}{open_query}{f'#q-{anchor}' if anchor else ''}")
    was_open = request.headers.get("X-Open", "")
    now_open = was_open if opened is None else opened
    names = dict(desk.department_choices())
    address = _address(questionnaire)
    steps = 0 if before is questionnaire.draft else steps
    is_shown = request.headers.get("X-Shown") == str(questionnaire.revision - steps)
    earlier = _cards(questionnaire, before, names, steps) if is_shown else ()
    after = _cards(questionnaire, questionnaire.draft, names, 0, like=(before, earlier) if earlier else None)
    by_code = {card.code: card for card in after}
    must_draw = (
        form is not None
        or now_open != was_open
        or _of(before, now_open) != _of(questionnaire.draft, now_open)
    )
    if form is None and now_open in by_code:
        form = QuestionForm(
            drafting.question_in(questionnaire.draft, now_open), questionnaire.draft, [*names.items()]
        )
    if not earlier or not after:
        drawn = _drawn_form(request, questionnaire, form, now_open, **more) if form else ""
        pieces = _all_of_it(questionnaire, desk.pages(after), now_open, drawn)
    else:
        pieces = patching.patches(
            desk.pages(earlier),
            desk.pages(after),
            draw=lambda card: card.drawn,
            draw_page=lambda page: _drawn_page(page, address),
            draw_entry=_drawn_entry,
            draw_summary=_drawn_summary,
            leave=now_open,
        )
        if was_open and was_open != now_open and was_open in by_code and not _stands_in(pieces, was_open):
            pieces.append(patching.swapped(by_code[was_open].drawn))
        if form and (must_draw or _stands_in(pieces, now_open)):
            pieces.append(patching.swapped(_drawn_form(request, questionnaire, form, now_open, **more)))
    return told(request, questionnaire, pieces, said=said)


def inserting(request: HttpRequest, questionnaire: Questionnaire, after: str) -> HttpResponse:
    """Offer the types to choose from below the question, or at the top of the page, `after`."""
    get_token(request)
    context = {
        "questionnaire": questionnaire,
        "after": after,
        "families": families(),
        "desk": _address(questionnaire),
    }
    drawn = get_template(f"{TEMPLATES}_insert.html").render(context, request)
    kinds = {question["code"]: question["type"] for question in questionnaire.draft["questions"]}
    place = f"afterbegin:#list_{after}" if kinds.get(after) == drafting.PAGE_BREAK else f"afterend:#q-{after}"
    if after not in kinds:
        place = "beforeend:#desk-list"
    return HttpResponse(f'<div hx-swap-oob="{place}">{drawn}</div>')


def autosaved(
    request: HttpRequest, questionnaire: Questionnaire, *, before: Document, opened: str
) -> HttpResponse:
    """Say that what was typed is saved, and change whatever else follows from it, but not the form."""
    names, address = dict(desk.department_choices()), _address(questionnaire)
    pieces: list[SafeString] = []
    if request.headers.get("X-Shown") == str(questionnaire.revision - 1):
        earlier = _cards(questionnaire, before, names, 1)
        pieces = patching.patches(
            desk.pages(earlier),
            desk.pages(_cards(questionnaire, questionnaire.draft, names, 0, like=(before, earlier))),
            draw=lambda card: card.drawn,
            draw_page=lambda page: _drawn_page(page, address),
            draw_entry=_drawn_entry,
            draw_summary=_drawn_summary,
            leave=opened,
        )
    seen = drafting.fingerprint(drafting.question_in(questionnaire.draft, opened))
    saved = get_template(f"{TEMPLATES}_saved.html").render({"opened": opened, "seen": seen})
    return told(request, questionnaire, [SafeString(saved), *pieces])


def not_saved(
    request: HttpRequest,
    questionnaire: Questionnaire,
    *,
    opened: str,
    form: QuestionForm,
    conflict: Mapping[str, Any],
) -> HttpResponse:
    """Say why what was typed could not be saved."""
    context = {
        "questionnaire": questionnaire,
        "opened": opened,
        "complaints": form.complaints,
        "conflict": conflict,
    }
    return HttpResponse(get_template(f"{TEMPLATES}_saved.html").render(context, request))


def told(
    request: HttpRequest, questionnaire: Questionnaire, pieces: list[SafeString], *, said: str = ""
) -> HttpResponse:
    """Return pieces for htmx with what can now be undone; `said` is shown beside it and read aloud."""
    can = {"questionnaire": questionnaire, "said": said, "request": request, **_at_hand(questionnaire)}
    pieces.append(patching.swapped(SafeString(get_template(f"{TEMPLATES}_undo.html").render(can))))
    answer = HttpResponse(patching.joined(pieces))
    answer["HX-Trigger"] = json.dumps({"draft-changed": "", **({"announce": said} if said else {})})
    return answer


def refused(request: HttpRequest, questionnaire: Questionnaire, words: str) -> HttpResponse:
    """Say why nothing was done, and show the list as it is."""
    if not request.htmx:  # type: ignore[attr-defined]
        messages.error(request, words)
        return redirect(_address(questionnaire))
    questionnaire.refresh_from_db()
    cards = desk.cards(questionnaire.draft, dict(desk.department_choices()), at=_address(questionnaire))
    return told(request, questionnaire, _all_of_it(questionnaire, desk.pages(cards), "", ""), said=words)


def where(document: Document, code: str) -> str:
    """Say where a question stands, for whoever cannot see it move."""
    position, page = 0, ""
    for question in document["questions"]:
        if question["type"] == drafting.PAGE_BREAK:
            page = desk.title_of(question)
        position += 1
        if question["code"] == code:
            break
    named = {"code": code, "position": position, "count": len(document["questions"]), "page": page}
    if page:
        return _("%(code)s: place %(position)d of %(count)d, on page “%(page)s”.") % named
    return _("%(code)s: place %(position)d of %(count)d.") % named


class _State:
    """A state of a draft as a key: what the page shows after one change is what it showed before the next."""

    __slots__ = ("address", "document", "key", "like", "names")

    def __init__(
        self,
        questionnaire: Questionnaire,
        document: Document,
        names: Mapping[str, str],
        steps: int,
        like: tuple[Document, Sequence[Card]] | None,
    ) -> None:
        self.document, self.names, self.like = document, names, like
        self.address = _address(questionnaire)
        revision = questionnaire.revision - steps
        self.key = (questionnaire.pk, revision, get_language(), self.address, *names.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _State) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _cards(
    questionnaire: Questionnaire,
    document: Document,
    names: Mapping[str, str],
    steps: int,
    *,
    like: tuple[Document, Sequence[Card]] | None = None,
) -> Sequence[Card]:
    """Return the cards of `document`, the draft as it was so many `steps` ago."""
    return _cards_of(_State(questionnaire, document, names, steps, like))


@lru_cache(maxsize=16)
def _cards_of(state: _State) -> Sequence[Card]:
    cards = tuple(desk.cards(state.document, state.names, at=state.address, like=state.like))
    state.like = None  # or each kept state would keep the one before it
    return cards


def _all_of_it(questionnaire: Questionnaire, pages: list[Page], opened: str, drawn: str) -> list[SafeString]:
    codes = {code for page in pages for code in (page.code, *(card.code for card in page.cards))}
    context = {
        "pages": pages,
        "opened": opened,
        "open_form": drawn,
        "desk": _address(questionnaire),
        "is_gone": bool(drawn) and opened not in codes,
    }
    templates = [f"{TEMPLATES}_list.html", f"{TEMPLATES}_outline.html"]
    return [patching.swapped(SafeString(get_template(name).render(context))) for name in templates]


def _drawn_form(
    request: HttpRequest, questionnaire: Questionnaire, form: QuestionForm, opened: str, **more: Any
) -> SafeString:
    get_token(request)
    codes = {question["code"] for question in questionnaire.draft["questions"]}
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "opened": opened,
        "tag": "div" if form.is_page else "li",
        "seen": drafting.fingerprint(form.question),
        "is_gone": opened not in codes,
        **remarks_beside(request, questionnaire, opened),
        **more,
    }
    return SafeString(get_template(f"{TEMPLATES}_question_form.html").render(context, request))


def _drawn_page(page: Page, address: str) -> SafeString:
    return SafeString(get_template(f"{TEMPLATES}_page.html").render({"page": page, "desk": address}))


def _drawn_entry(page: Page) -> SafeString:
    return SafeString(get_template(f"{TEMPLATES}_entry.html").render({"page": page}))


def _drawn_summary(page: Page) -> SafeString:
    return SafeString(get_template(f"{TEMPLATES}_summary.html").render({"page": page}))


def _at_hand(questionnaire: Questionnaire) -> Mapping[str, Any]:
    undoable, redoable = undoing.at_hand(questionnaire)
    return {"undoable": undoable, "redoable": redoable}


def _of(document: Document, code: str) -> Any:
    return next((question for question in document["questions"] if question["code"] == code), None)


def _stands_in(pieces: list[SafeString], code: str) -> bool:
    return any(f'id="q-{code}"' in piece for piece in pieces)


def _address(questionnaire: Questionnaire) -> str:
    return reverse("questionnaires:edit", args=[questionnaire.pk])
