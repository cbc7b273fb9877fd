"""The form of a pasted text: the text, a second one in the other language, and what is chosen for single lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.languages import Text, in_language
from surveys.questionnaires import desk, documents
from surveys.questionnaires.documents import EACH, GENERAL
from surveys.questionnaires.forms.by_language import ByLanguage, Post
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.pasting import Pasted
from surveys.questionnaires.pasting.kinds import OFFERED
from surveys.questionnaires.question_types import question_type

MOST_SHOWN_CHOICES = 12


class PasteForm(ByLanguage):
    """A text that is to become questions; with a title when it is to become a questionnaire."""

    def __init__(self, post: Post | None = None, *, is_new: bool = False) -> None:
        super().__init__(post)
        if is_new:
            self.add_texts("title", _("Title"), {}, ["zh-hans", "en"])
            for field in self.fields.values():
                field.help_text = _("When left empty, the first line of the text is taken.")
        self.fields["text"] = forms.CharField(
            label=_("Text"),
            widget=forms.Textarea({"rows": 16, "class": "q-pasted", "spellcheck": "false"}),
            help_text=_(
                "From Word or Excel, in one language, or in two: side by side, in turns, or as “中文 / English”."
            ),
        )
        self.fields["second"] = forms.CharField(
            label=_("The same text in the other language"),
            required=False,
            widget=forms.Textarea({"rows": 8, "class": "q-pasted", "spellcheck": "false"}),
            help_text=_(
                "Only when the text above is in one language. Questions and choices are matched by their order."
            ),
        )

    @property
    def titles(self) -> list[forms.BoundField]:
        """The title in each language."""
        return self.in_languages("title")

    def typed_title(self) -> dict[str, str]:
        """Return the title as typed, in those languages that have one."""
        typed = {language: self.typed(f"title.{language}").strip() for language in ("zh-hans", "en")}
        return {language: words for language, words in typed.items() if words}

    def take_title(self, title: Text) -> None:
        """Show the title that was understood, in those languages in which none was typed."""
        shown = {**title, **self.typed_title()}
        self.data = dict(self.data.items()) | {f"title.{code}": words for code, words in shown.items()}

    def chosen(self, key: str) -> dict[int, str]:
        """Return what was chosen for single lines: `kind.7` or `about.7`, by line."""
        names = (name for name in self.data if name.startswith(f"{key}."))
        lines = {name: name.removeprefix(f"{key}.") for name in names}
        chosen = {
            int(line): self.typed(name) for name, line in lines.items() if line.isdecimal() and len(line) < 7
        }
        offered = OFFERED if key == "kind" else None
        return {
            line: value for line, value in chosen.items() if value and (offered is None or value in offered)
        }

    def unseen(self, rows: "Sequence[Row]") -> list[tuple[str, str]]:
        """Return what was chosen for lines that have no row now: a table of which every row became a question."""
        shown = {row.line for row in rows}
        return [
            (f"{key}.{line}", value)
            for key in ("kind", "about")
            for line, value in self.chosen(key).items()
            if line not in shown
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """A question as it was understood, the way the page shows it."""

    line: int
    number: int
    is_page: bool
    kind: str
    about: str
    texts: tuple[desk.Words, ...]
    help: str
    answers: str
    more_answers: str
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    notes: tuple[Any, ...]
    kinds: tuple[tuple[str, str], ...]  # what it can be turned into; nothing when it cannot
    chosen_kind: str
    chosen_about: str

    @property
    def is_doubtful(self) -> bool:
        """Whether some line of it was not plain."""
        return bool(self.first_doubt)

    @property
    def first_doubt(self) -> str:
        """The words of the first line that was not plain."""
        return next((str(note.words) for note in self.notes if note.is_doubtful), "")


def rows_of(pasted: Pasted, languages: Sequence[str], names: Mapping[str, str], form: PasteForm) -> list[Row]:
    """Return a row for each question of `pasted`; `names` are those of the departments."""
    kinds, abouts = form.chosen("kind"), form.chosen("about")
    offered = tuple((name, str(question_type(name).label)) for name in OFFERED)
    document = {**documents.blank(title={}, languages=languages), "questions": pasted.questions}
    words = RuleWords(document)
    rows = []
    number = 0
    lines_and_notes = zip(pasted.questions, pasted.lines, _notes_by_row(pasted), strict=True)
    for position, (question, line, notes) in enumerate(lines_and_notes):
        is_page = question["type"] == "page_break"
        number += not is_page
        shown, more = _answers(question)
        rows.append(
            Row(
                line=line,
                number=number,
                is_page=is_page,
                kind=str(question_type(question["type"]).label),
                about=desk.about_words(_about(pasted.questions, position), names),
                texts=desk.texts(question["text"], languages),
                help=in_language(question["help"]),
                answers=shown,
                more_answers=more,
                facts=tuple(_facts(question)),
                rules=tuple(words.of_question(question)),
                notes=notes,
                kinds=() if is_page else offered,
                chosen_kind=kinds.get(line, ""),
                chosen_about=abouts.get(line, ""),
            )
        )
    return rows


def loose_notes(pasted: Pasted) -> list[Any]:
    """Return the notes about the text as a whole, and those about lines before the first question."""
    first = min(pasted.lines, default=0)
    return [note for note in pasted.notes if note.line < first or not pasted.lines]


def abouts_of(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return whom questions can be about, to choose from."""
    return [
        (EACH, desk.about_words(EACH, names)),
        (GENERAL, desk.about_words(GENERAL, names)),
        *names.items(),
    ]


def _notes_by_row(pasted: Pasted) -> list[tuple[Any, ...]]:
    """Return the notes of each question: those of its lines, up to the next question."""
    ends = [*pasted.lines[1:], 10**9]
    return [
        tuple(note for note in pasted.notes if start <= note.line < max(end, start + 1))
        for start, end in zip(pasted.lines, ends, strict=True)
    ]


def _about(questions: Sequence[Mapping[str, Any]], position: int) -> str:
    """Return whom a question is about; of a page, whom the first question on it is about."""
    following = (q["about"] for q in questions[position:] if q["type"] != "page_break")
    about: str = next(following, GENERAL)
    return about


def _answers(question: Mapping[str, Any]) -> tuple[str, str]:
    """Return the first choices or rows of a question in all its languages, and how many more there are."""
    settings = question["settings"]
    listed: Sequence[Mapping[str, Any]] = settings.get("rows") or settings.get("choices") or ()
    said = [" / ".join(filter(None, _text(entry).values())) for entry in listed[:MOST_SHOWN_CHOICES]]
    more = len(listed) - len(said)
    return " · ".join(said), ngettext("%d more", "%d more", more) % more if more > 0 else ""


def _text(entry: Mapping[str, Any]) -> Text:
    text: Text = entry["text"]
    return text


def _facts(question: Mapping[str, Any]) -> list[str]:
    settings = question["settings"]
    facts = [_("headline")] if question["headline"] else []
    facts += [_("needed")] if question["required"] else []
    if most := settings.get("max") if question["type"] == "multiple_choice" else None:
        facts.append(_("at most %(most)d") % {"most": most})
    if any(choice.get("other") for choice in settings.get("choices", ())):
        facts.append(_("“other” with words"))
    if settings.get("offer"):
        facts.append(_("with “don’t know” apart"))
    return facts
