"""Text from Word or Excel becomes questions: `understood` says what it made of the lines, and guesses nothing silently.

What is read: numbered questions with their choices, headings (departments become what the questions are about, and
every heading a page), scales spelled out or named in brackets, marks of types, tables, sentences about skipping; in
one language, or in two side by side, in turns, or in two texts. Reading takes time in proportion to the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.languages import Text, language_name
from surveys.questionnaires import documents
from surveys.questionnaires.documents import EACH, GENERAL
from surveys.questionnaires.pasting.kinds import Made
from surveys.questionnaires.pasting.lines import Note
from surveys.questionnaires.pasting.making import Maker
from surveys.questionnaires.pasting.outline import Asked, Heading, Outline, outline_of
from surveys.questionnaires.pasting.routes import routed
from surveys.questionnaires.pasting.vocabulary import squeezed
from surveys.questionnaires.question_types.choices import LARGEST_CODE
from surveys.questionnaires.question_types.grids import MOST_ROWS

MOST_LINES = 20_000
MOST_COLUMNS = 20
LARGEST_TEXT = 200_000  # bytes in UTF-8, of both texts together

__all__ = ["LARGEST_TEXT", "Note", "Pasted", "TooMuch", "understood"]


class TooMuch(ValueError):
    """A text that is larger than a questionnaire can be; the message says in what."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text was understood to be. `lines` has for each question the line it comes from."""

    questions: list[dict[str, Any]]
    notes: list[Note]
    lines: list[int]
    title: Text
    introduction: Text


def understood(
    text: str,
    *,
    languages: Sequence[str],
    departments: Mapping[str, Text],
    second: str = "",
    kinds: Mapping[int, str] | None = None,
    abouts: Mapping[int, str] | None = None,
) -> Pasted:
    """Return the questions that `text` holds, in the document's format, and a note for whatever was not plain.

    `languages` are those of the questionnaire; `departments` maps codes to names, `GENERAL` to those of the place as a
    whole. `second` is the same text in the other language, matched by order. `kinds` and `abouts` are the reader's own
    choices of type and department, by line. Raises `TooMuch`.
    """
    if len(text.encode(errors="replace")) + len(second.encode(errors="replace")) > LARGEST_TEXT:
        raise TooMuch(_("The text is larger than 200,000 bytes; paste it in parts."))
    if text.count("\n") + second.count("\n") > MOST_LINES:
        raise TooMuch(_("The text has more than 20,000 lines; paste it in parts."))
    names = {
        squeezed(name): code
        for code, text_ in departments.items()
        for name in (code, *text_.values())
        if squeezed(name)
    } | {squeezed(code): code for code in (EACH, GENERAL)}
    is_twice = bool(second.strip())
    outline = _merged(text, second, languages, names) if is_twice else outline_of(text, languages, names)
    _bound(outline)
    maker = Maker(languages, departments, kinds or {}, abouts or {})
    maker.make(outline)
    notes = [*outline.notes, *maker.notes, *routed(maker.made)]
    notes += _shortened(maker.made)
    return Pasted(
        [made.question for made in maker.made],
        sorted(dict.fromkeys(notes), key=lambda note: note.line),
        [made.line for made in maker.made],
        outline.title,
        outline.introduction,
    )


def _bound(outline: Outline) -> None:
    """Refuse what no questionnaire can hold."""
    if len(outline.entries) > documents.MOST_QUESTIONS:
        message = _("The text has %(count)d questions and headings; a questionnaire holds at most %(most)d.")
        raise TooMuch(message % {"count": len(outline.entries), "most": documents.MOST_QUESTIONS})
    for entry in outline.entries:
        if isinstance(entry, Asked):
            count = max(len(entry.choices), len(entry.loose))
            if count > LARGEST_CODE:
                message = _(
                    "The question in line %(line)d has %(count)d choices; at most %(most)d are possible."
                )
                raise TooMuch(message % {"line": entry.line, "count": count, "most": LARGEST_CODE})
            if len(entry.rows) > MOST_ROWS or len(entry.columns) > MOST_COLUMNS:
                message = _(
                    "The table in line %(line)d is larger than %(rows)d rows and %(columns)d "
                    "columns; paste it in parts."
                )
                raise TooMuch(message % {"line": entry.line, "rows": MOST_ROWS, "columns": MOST_COLUMNS})


def _shortened(made: Sequence[Made]) -> list[Note]:
    """Cut texts that are longer than the document's format allows, and say so."""
    notes = []
    for one in made:
        for part, longest in _texts(one.question):
            for language, words in part.items():
                if len(words) > longest:
                    part[language] = words[: longest - 1] + "…"
                    message = _("The text is longer than %(most)d characters and was cut.") % {
                        "most": longest
                    }
                    notes.append(Note(one.line, message))
    return notes


def _texts(question: dict[str, Any]) -> list[tuple[dict[str, str], int]]:
    settings = question["settings"]
    listed = [
        entry["text"]
        for key in ("choices", "rows", "columns")
        for entry in settings.get(key, ())
        if "text" in entry
    ]
    return [(question["text"], 1000), (question["help"], 2000), *((text, 300) for text in listed)]


def _merged(text: str, second: str, languages: Sequence[str], names: Mapping[str, str]) -> Outline:
    """Return the outline of a text given twice, each time in one language: the second joins the first by order."""
    one, other = _two_languages(text, second, languages)
    outline = outline_of(text, languages, names, single=one)
    beside = outline_of(second, languages, names, single=other)
    for kind in (Heading, Asked):
        firsts = [entry for entry in outline.entries if isinstance(entry, kind)]
        seconds = [entry for entry in beside.entries if isinstance(entry, kind)]
        if len(firsts) != len(seconds):
            outline.notes.append(Note(0, _uneven(kind, firsts, seconds, other)))
        for first, twin in zip(firsts, seconds, strict=False):
            first.text.update(twin.text)
            if isinstance(first, Asked) and isinstance(twin, Asked):
                _join(first, twin, outline, other)
            elif isinstance(first, Heading) and isinstance(twin, Heading):
                first.words.update(twin.words)
                first.marks.add(twin.marks)
    outline.title = {**outline.title, **beside.title}
    outline.introduction = {**outline.introduction, **beside.introduction}
    return outline


def _two_languages(text: str, second: str, languages: Sequence[str]) -> tuple[str, str]:
    """Return the languages of the two texts: the Chinese one is the one with more Chinese characters."""
    han = [
        sum("\u4e00" <= sign <= "\u9fff" for sign in words) / max(1, len(words)) for words in (text, second)
    ]
    chinese = next((code for code in languages if code.startswith("zh")), "")
    rest = next((code for code in languages if code != chinese), languages[0])
    if not chinese:
        return languages[0], languages[-1]
    return (chinese, rest) if han[0] >= han[1] else (rest, chinese)


def _uneven(kind: type, firsts: Sequence[Any], seconds: Sequence[Any], language: str) -> str:
    numbers = {"first": len(firsts), "second": len(seconds), "language": language_name(language)}
    if kind is Heading:
        return (
            _(
                "The first text has %(first)d headings, the one in %(language)s has %(second)d; "
                "they were matched by order."
            )
            % numbers
        )
    return (
        _(
            "The first text has %(first)d questions, the one in %(language)s has %(second)d; "
            "they were matched by order."
        )
        % numbers
    )


def _join(first: Asked, twin: Asked, outline: Outline, language: str) -> None:
    first.help.update(twin.help)
    for mine, theirs in ((first.choices, twin.choices), (first.rows, twin.rows), (first.loose, twin.loose)):
        if len(mine) != len(theirs):
            message = ngettext(
                "The question has one choice or row here, but %(second)d in %(language)s; they were matched by order.",
                "The question has %(first)d choices or rows here, but %(second)d in "
                "%(language)s; they were matched by order.",
                len(mine),
            )
            facts = {"first": len(mine), "second": len(theirs), "language": language_name(language)}
            outline.notes.append(Note(first.line, message % facts))
        for choice, other in zip(mine, theirs, strict=False):
            choice.text.update(other.text)
    for column, heading in zip(first.columns, twin.columns, strict=False):
        column.update(heading)
    first.marks.add(twin.marks)
