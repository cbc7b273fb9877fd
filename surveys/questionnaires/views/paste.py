"""Text becomes questions: paste it, look at what was understood, change what is wrong, add it all at once.

Nothing is kept between the steps: the text and what was chosen travel with the form, and are read again each time.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from surveys.languages import Text, in_language
from surveys.people.models import Department, User
from surveys.questionnaires import access, documents, drafting, pasting
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.drafting import DraftFull, UnknownQuestion
from surveys.questionnaires.forms.paste import PasteForm, abouts_of, loose_notes, rows_of
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.pasting import Pasted, TooMuch

NEW_LANGUAGES = ("zh-hans", "en")


def known_departments() -> dict[str, Text]:
    """Return the names of the departments that questions may be about, and of the place as a whole."""
    departments = Department.objects.filter(is_active=True)
    return {one.code if one.parent_id else GENERAL: one.names for one in departments}


@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a text, show what was understood, and add it to the draft when that is wanted."""
    user = access.designer(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(user), pk=pk)
    after = (request.POST or request.GET).get("after", "")
    form = PasteForm(request.POST if request.method == "POST" else None)
    languages = questionnaire.draft["languages"]
    pasted = _understood(form, languages) if form.is_bound else None
    if pasted and pasted.questions and "add" in request.POST:
        try:
            added = drafting.add_questions(
                questionnaire, questions=pasted.questions, after=after, verb="add pasted questions", by=user
            )
        except (DraftFull, UnknownQuestion) as refusal:
            form.add_error(None, str(refusal))
        except MalformedDocument as malformed:
            form.show_flaws(malformed.flaws)
        else:
            _say_added(request, added.questions, added.notices)
            return redirect(f"{reverse('questionnaires:edit', args=[pk])}#q-{added.questions[0]['code']}")
    return _drawn(request, form, pasted, languages, questionnaire=questionnaire, after=after)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a questionnaire from a text."""
    user = access.designer(request.user)
    form = PasteForm(request.POST if request.method == "POST" else None, is_new=True)
    languages, pasted = _of_its_languages(form) if form.is_bound else (NEW_LANGUAGES, None)
    if pasted and "add" not in request.POST:
        form.take_title(pasted.title)
    if pasted and pasted.questions and "add" in request.POST:
        made = _made(form, pasted, user)
        if made:
            _say_added(request, made.draft["questions"], [])
            return redirect("questionnaires:edit", made.pk)
    return _drawn(request, form, pasted, languages)


def _of_its_languages(form: PasteForm) -> tuple[Sequence[str], Pasted | None]:
    """Return the languages that a text and its title are written in, and what it was understood to be in these."""
    pasted = _understood(form, NEW_LANGUAGES)
    if pasted is None:
        return NEW_LANGUAGES, None
    written = {
        language for question in pasted.questions for language, words in question["text"].items() if words
    }
    written |= {*pasted.title, *form.typed_title()}
    languages = [language for language in NEW_LANGUAGES if language in written]
    if 0 < len(languages) < len(NEW_LANGUAGES):
        return languages, _understood(form, languages)
    return NEW_LANGUAGES, pasted


def _made(form: PasteForm, pasted: Pasted, user: User) -> Questionnaire | None:
    """Return the questionnaire that was made; None when it was refused, which the form then says."""
    title = {**pasted.title, **form.typed_title()}
    if not title:
        form.add_error("title.zh-hans", _("Give the questionnaire a title."))
        return None
    texts = [question["text"] for question in pasted.questions]
    written = {language for text in texts for language, words in text.items() if words}
    languages = [language for language in NEW_LANGUAGES if language in title or language in written]
    document = {
        **documents.blank(title=title, languages=languages),
        "introduction": pasted.introduction,
        "questions": pasted.questions,
    }
    try:
        return drafting.create(code=drafting.free_code(title.get("en", "")), document=document, by=user)
    except MalformedDocument as malformed:
        form.show_flaws(malformed.flaws)
    except ValidationError as refusal:
        for message in refusal.messages:
            form.add_error(None, message)
    return None


def _understood(form: PasteForm, languages: Any) -> Pasted | None:
    """Return what the posted text was understood to be; None when there is none or too much, which the form says."""
    text = form.typed("text")
    if not text.strip():
        form.add_error("text", _("Paste the questions here first."))
        return None
    departments = known_departments()
    abouts = {line: about for line, about in form.chosen("about").items() if about in {*departments, *_ALL}}
    try:
        pasted = pasting.understood(
            text,
            languages=languages,
            departments=departments,
            second=form.typed("second"),
            kinds=form.chosen("kind"),
            abouts=abouts,
        )
    except TooMuch as refusal:
        form.add_error("text", str(refusal))
        return None
    if not pasted.questions:
        form.add_error(
            "text", _("No question was found. Number the questions, or end them with a question mark.")
        )
    return pasted


_ALL = (documents.EACH, documents.GENERAL)


def _say_added(request: HttpRequest, questions: list[dict[str, Any]], notices: list[str]) -> None:
    count = sum(question["type"] != "page_break" for question in questions)
    messages.success(
        request, ngettext("%(count)d question added.", "%(count)d questions added.", count) % {"count": count}
    )
    for notice in notices[:20]:
        messages.info(request, notice)


def _drawn(
    request: HttpRequest,
    form: PasteForm,
    pasted: Pasted | None,
    languages: Any,
    *,
    questionnaire: Questionnaire | None = None,
    after: str = "",
) -> HttpResponse:
    names = {code: in_language(text) or code for code, text in known_departments().items() if code != GENERAL}
    context: dict[str, Any] = {"form": form, "questionnaire": questionnaire, "after": after}
    if pasted and pasted.questions:
        rows = rows_of(pasted, languages, names, form)
        context |= {
            "rows": rows,
            "notes": loose_notes(pasted),
            "count": sum(not row.is_page for row in rows),
            "pages": sum(row.is_page for row in rows),
            "doubtful": sum(note.is_doubtful for note in pasted.notes),
            "abouts": abouts_of(names),
            "title": in_language(pasted.title),
            "introduction": in_language(pasted.introduction),
            "doubtful_rows": [row for row in rows if row.is_doubtful],
            "kept": form.unseen(rows),
        }
    return render(request, "surveys/questionnaires/paste.html", context)
