"""Typing in paper forms: the serial, the answers, and for the second person the differences.

Everything is one address and one form that carries itself on; nothing is kept between the steps, and what the first
person read is only shown where the second read something else.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.languages import in_language
from surveys.people.access import require
from surveys.people.models import User
from surveys.people.roles import Deed
from surveys.questionnaires.drawing import draw, field_name
from surveys.questionnaires.question_types import question_type
from surveys.responses import assisting
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.collecting import Accepted, InvalidAnswers, Refused
from surveys.responses.forms import SerialForm
from surveys.responses.pages import page_language
from surveys.responses.paper import entering
from surveys.responses.paper.entering import Difference, Paper, PaperRefused, Typed
from surveys.responses.paper.layout import Asked, laid_out
from surveys.responses.paper.serials import seed_of
from surveys.responses.turning import ScreenedOut, refuse_screened_out
from surveys.responses.views.helping import helper, wave_or_404
from surveys.waves.inviting import CodeSpent
from surveys.waves.models import Channel

CHOICE = "choose:"  # before the field that somebody settles


@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the serial, take what stands on the paper, and have the second person settle what differs."""
    require(request.user, Deed.ENTER_PAPER)
    wave = wave_or_404(request, pk, Channel.PAPER)
    form = SerialForm(wave, request.POST or None)
    if request.method == "GET" or not (wave.is_open and form.is_valid()):
        return _ask_serial(request, pk, form)
    try:
        paper = entering.take_up(wave, form.cleaned_data["serial"], by=helper(request))
        return _Entry(request, pk, paper, form).answer()
    except PaperRefused as refused:
        form.add_error("serial", str(refused))
    except (Refused, CodeSpent, ScreenedOut) as refused:
        form.add_error(None, str(refused))
    return _ask_serial(request, pk, form)


def _ask_serial(request: HttpRequest, pk: int, form: SerialForm) -> HttpResponse:
    wave = form.wave
    context = {"wave": wave, "title": in_language(wave.titles) or wave.slug, "form": form, "pk": pk}
    status = 422 if form.errors else 200
    return render(request, "surveys/responses/paper_serial.html", context, status=status)


def sheet_of(paper: Paper, typed: Typed, *, language: str, about: tuple[str, ...], by: User) -> AnswerSheet:
    """Return the answer sheet of what was read on the paper, in good shape or with what is wrong.

    What is no answer is not taken from the form: that it is a paper, and who helped, is known here.
    """
    known = {
        name: list(values) for name, values in typed.items() if name.partition(".")[0] in paper.wave.by_code
    }
    permit = assisting.permit(by, paper.wave.id, channel=Channel.PAPER)
    form = MultiValueDict({**known, "language": [language], "about": list(about), "pass": [permit]})
    return AnswerSheet.from_form(paper.wave, form, seed=seed_of(paper.serial, paper.wave.slug))


class _Entry:
    """One step of typing in one paper."""

    def __init__(self, request: HttpRequest, pk: int, paper: Paper, form: SerialForm) -> None:
        self.request, self.pk, self.paper = request, pk, paper
        self.language: str = form.cleaned_data["language"]
        self.about = form.departments
        self.by = helper(request)
        self.typed: Typed = {name: request.POST.getlist(name) for name in request.POST}

    def answer(self) -> HttpResponse:
        """Do what the button that was pressed says."""
        if self.paper.waits:  # what would be refused in the end is refused before anything is typed
            entering.first_reading(self.paper, about=self.about)
        match self.request.POST.get("step", ""):
            case "keep":
                return self._keep()
            case "settle":
                return self._settle()
            case "again":
                return self._form(self._read(self.typed), judged=False)
        return self._form(self._read({}), judged=False)

    def _read(self, typed: Typed, language: str = "") -> AnswerSheet:
        with translation.override(page_language(self.language)):
            return sheet_of(
                self.paper, typed, language=language or self.language, about=self.about, by=self.by
            )

    def _keep(self) -> HttpResponse:
        """Keep a first reading; hold a second one against it."""
        sheet = self._read(self.typed)
        refuse_screened_out(sheet)
        if sheet.errors:
            return self._form(sheet)
        if not self.paper.waits and entering.keep_first(self.paper, sheet, about=self.about, by=self.by):
            messages.success(
                self.request, _("Typed in once. Somebody else types this paper in a second time.")
            )
            return redirect("waves:paper-enter", self.pk)
        first = self._first()
        if differ := entering.differences(first, sheet):
            return self._differences(sheet, differ)
        return self._store(sheet, differed=0)

    def _settle(self) -> HttpResponse:
        """Take for each difference what the second person chose with the paper in hand."""
        second, first = self._read(self.typed), self._first()
        differ = entering.differences(first, second)
        chosen = {one.field: self.request.POST.get(CHOICE + one.field, "") for one in differ}
        if not set(chosen.values()) <= {"first", "second"}:
            return self._differences(second, differ, chosen, is_open=True)
        sheet = self._read(entering.settled(second, first, differ, chosen))
        if sheet.errors:
            return self._form(sheet)
        return self._store(sheet, differed=len(differ))

    def _first(self) -> AnswerSheet:
        # Somebody may have been first a moment ago: whose reading it is is asked once more.
        self.paper = entering.take_up(self.paper.wave, self.paper.serial, by=self.by)
        reading = entering.first_reading(self.paper, about=self.about)
        return self._read(reading.typed, reading.language)

    def _store(self, sheet: AnswerSheet, *, differed: int) -> HttpResponse:
        try:
            accepted = entering.store(self.paper, sheet, differed=differed, by=self.by)
        except InvalidAnswers:
            return self._form(sheet)
        return self._stored(accepted)

    def _stored(self, accepted: Accepted) -> HttpResponse:
        context = {
            "pk": self.pk,
            "title": self._title(),
            "short": self.paper.serial[:5],
            "again": accepted.again,
            "receipts": () if self.paper.is_invitation else accepted.receipts,
        }
        return render(self.request, "surveys/responses/paper_stored.html", context)

    def _form(self, sheet: AnswerSheet, *, judged: bool = True) -> HttpResponse:
        """Show the whole form with what was typed and, once it is judged, what is wrong with it."""
        errors = sheet.errors if judged else {}
        with translation.override(page_language(self.language)):
            layout = laid_out(
                self.paper.wave,
                about=self.about,
                language=self.language,
                seed=seed_of(self.paper.serial, self.paper.wave.slug),
            )
            pages = [
                {
                    "heading": page.heading,
                    "rules": (*page.rules, *page.jumps),
                    "blocks": [
                        {
                            "name": block.name,
                            "questions": [
                                {"rules": one.rules, "drawn": self._drawn(one, sheet, errors)}
                                for one in block.asked
                                if one.number
                            ],
                        }
                        for block in page.blocks
                    ],
                }
                for page in layout
            ]
        context = {
            **self._carried(),
            "pages": pages,
            "problems": [{"anchor": name or "paper", "text": words} for name, words in errors.items()],
            "page_lang": self.language,
        }
        status = 422 if errors else 200
        return render(self.request, "surveys/responses/paper_answers.html", context, status=status)

    def _drawn(self, asked: Asked, sheet: AnswerSheet, errors: Mapping[str, str]) -> str:
        question = asked.question
        if question_type(question["type"]).takes_file:
            return ""
        named = [(one, field_name(one.code, question)) for one in asked.parts]
        if not question_type(question["type"]).is_joint:
            ((department, name),) = named
            return draw(
                question,
                name=name,
                language=self.language,
                number=asked.number,
                fields=sheet.fields_of(department.code, question),
                error=errors.get(name, ""),
            )
        rows = [
            {
                "name": name,
                "text": in_language(department.names, self.language) or department.code,
                "fields": sheet.fields_of(department.code, question),
                "error": errors.get(name, ""),
            }
            for department, name in named
        ]
        return draw(
            question, name=f"all.{question['code']}", language=self.language, number=asked.number, rows=rows
        )

    def _differences(
        self,
        sheet: AnswerSheet,
        differ: list[Difference],
        chosen: Mapping[str, str] | None = None,
        *,
        is_open: bool = False,
    ) -> HttpResponse:
        """Show what two people read differently, to be settled with the paper in hand."""
        context = {
            **self._carried(),
            "typed": [(name, value) for name, values in sheet.typed.items() for value in values],
            "differences": [
                {"field": CHOICE + one.field, "chosen": (chosen or {}).get(one.field, ""), "one": one}
                for one in differ
            ],
            "is_open": is_open,
        }
        status = 422 if is_open else 200
        return render(self.request, "surveys/responses/paper_differences.html", context, status=status)

    def _carried(self) -> dict[str, Any]:
        return {
            "pk": self.pk,
            "title": self._title(),
            "serial": self.paper.serial,
            "short": self.paper.serial[:5],
            "language": self.language,
            "about": self.about,
            "waits": self.paper.waits,
        }

    def _title(self) -> str:
        return in_language(self.paper.wave.titles) or self.paper.wave.slug
