"""The outline of a pasted text: its headings, and its questions with what stands below them.

Nothing is decided here about types; it is only said which line belongs to what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.questionnaires.pasting.lines import Cell, Line, Note, Reading, lines_of, reading_of
from surveys.questionnaires.pasting.marks import (
    Marks,
    brackets,
    counted_in,
    heading_in,
    is_answer_line,
    is_ruler,
    number_in,
    options_in,
    options_within,
    without_marks,
)
from surveys.questionnaires.pasting.numbering import question_lines, with_plain_marks
from surveys.questionnaires.pasting.skips import Skip, skip_behind, skip_in, speaks_of_skipping
from surveys.questionnaires.pasting.vocabulary import GENERAL_WORDS, ITEM_WORDS, scale_of, squeezed

TICKS = frozenset("□☐○〇●◯◎√✓0-—–_ 　.()（）[]")


@dataclass
class Choice:
    """A choice, or a row of a table, as listed."""

    line: int
    text: dict[str, str]
    mark: str = ""


@dataclass
class Heading:
    """A heading: what follows it is about what it names, on a page of its own."""

    line: int
    text: dict[str, str]
    marks: Marks = field(default_factory=Marks)
    words: dict[str, str] = field(default_factory=dict)  # what stands below it before the first question


@dataclass
class Asked:
    """A question with what stands below it."""

    line: int
    text: dict[str, str]
    number: str = ""
    marks: Marks = field(default_factory=Marks)
    choices: list[Choice] = field(default_factory=list)
    rows: list[Choice] = field(default_factory=list)
    columns: list[dict[str, str]] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    loose: list[Choice] = field(default_factory=list)  # lines without any mark
    help: dict[str, str] = field(default_factory=dict)
    is_marked: bool = True


Entry = Heading | Asked


@dataclass
class Outline:
    """What a text holds, in its order."""

    entries: list[Entry] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    introduction: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    reading: Reading = field(default_factory=lambda: Reading(()))


def outline_of(
    text: str, languages: Sequence[str], departments: Mapping[str, str], *, single: str = ""
) -> Outline:
    """Return the outline of `text`; `departments` has their squeezed names and codes with their codes."""
    reading = reading_of(text, languages, single=single)
    lines = with_plain_marks(list(lines_of(text, reading)))
    outline = Outline(notes=list(reading.notes), reading=reading)
    _Drawer(outline, departments, *question_lines(lines)).draw(lines)
    return outline


class _Drawer:
    """Goes through the lines once, keeping the question that is open."""

    def __init__(
        self, outline: Outline, departments: Mapping[str, str], numbered: frozenset[int], level: str
    ) -> None:
        self.outline, self.departments, self.reading = outline, departments, outline.reading
        self.numbered, self.level = numbered, level
        self.asked: Asked | None = None
        self.heading: Heading | None = None
        self.is_table = False
        self.last: dict[str, str] = {}  # the text that a line in the other language may complete

    def draw(self, lines: Sequence[Line]) -> None:
        """Read every line."""
        for line in lines:
            if not line.cells:
                self.is_table = False
            elif len(line.cells) > 1:
                self._several_cells(line)
            elif self.is_table and self.asked and not self._begins(line):
                self.asked.rows.append(
                    Choice(line.number, self._unnumbered(self.reading.text(line.cells[0])))
                )
            else:
                self._one_cell(line, line.cells[0])

    def _several_cells(self, line: Line) -> None:
        texts = [self.reading.text(cell) for cell in line.cells]
        first, rest = texts[0], texts[1:]
        while rest and not rest[-1]:
            rest.pop()
        if self.is_table and self.asked and first and all(set("".join(t.values())) <= TICKS for t in rest):
            self.asked.rows.append(Choice(line.number, self._unnumbered(first)))
            return
        self.is_table = False
        words = next(iter(first.values()), "")
        is_head = (
            not first
            or squeezed(words) in ITEM_WORDS
            or any(squeezed(w) in ITEM_WORDS for w in first.values())
        )
        if is_head and len(rest) > 1 and all(rest):
            asked = self.asked
            if asked is None or asked.choices or asked.columns:
                asked = Asked(line.number, {}, is_marked=False)
                self._open(asked)
            asked.columns = rest
            self.is_table = True
        elif number_in(words.strip()) and rest:
            self._one_cell(line, line.cells[0])
            if self.asked and self.asked.line == line.number:
                listed = [Choice(line.number, text, "-") for text in rest if text]
                self.asked.choices += listed
        elif self.asked and first:
            self.asked.choices += [Choice(line.number, text, "-") for text in texts if text]
        else:
            self._one_cell(line, {"": "  ".join(cell.get("", "") for cell in line.cells)})

    def _begins(self, line: Line) -> bool:
        """Say whether a line begins something new, rather than being one more row of a table."""
        first = next((words.strip() for words in line.cells[0].values() if words.strip()), "")
        return line.number in self.numbered or heading_in(first) is not None or speaks_of_skipping(first)

    def _unnumbered(self, text: Mapping[str, str]) -> dict[str, str]:
        bare = {}
        for language, words in text.items():
            found = number_in(words)
            bare[language] = found.rest if found and found.rest else words
        return bare

    def _one_cell(self, line: Line, cell: Cell) -> None:
        self.is_table = False
        first = next((words.strip() for words in cell.values() if words.strip()), "")
        if not first or (is_answer_line(first) and self.asked and not self.asked.choices):
            return
        heading = {language: heading_in(words) for language, words in cell.items()}
        number = number_in(first)
        if any(words is not None for words in heading.values()):
            bare = {
                language: words if words is not None else cell[language]
                for language, words in heading.items()
            }
            self._head(line.number, bare, is_ruler=is_ruler(first))
        elif number and number.style == "chinese" and self.level not in ("chinese", ""):
            self._head(line.number, _stripped(cell))
        elif (
            number
            and line.number in self.numbered
            and not (number.style != self.level and speaks_of_skipping(first))
        ):
            self._question(line.number, cell, number.number)
        elif speaks_of_skipping(first):
            self._skip(line.number, first)
        elif self.asked and self._choices(self.asked, line.number, cell, deeper=bool(number)):
            return
        else:
            self._unmarked(line.number, cell)

    def _question(self, line: int, cell: Cell, number: str, *, is_marked: bool = True) -> None:
        bare = _stripped(cell) if is_marked else cell
        listed: dict[str, list[tuple[str, str]]] = {}
        heads = {}
        for language, words in bare.items():
            heads[language], listed[language] = options_within(words)
        asked = Asked(line, {}, number, is_marked=is_marked)
        heads, asked.marks = self._bare(heads)
        for language, words in self.reading.text(heads).items():
            rest = words
            while (skip := _skip_within(rest, line)) is not None:
                rest, found = skip
                if found:
                    asked.skips.append(found)
                else:
                    self._note(
                        line, _("Who is asked what is not clear in “%(words)s”; set it in the editor."), words
                    )
            asked.text[language] = rest.strip()
        self._open(asked)
        for choice in _beside(line, listed, self.reading):
            asked.choices.append(self._cut(choice))
        self.last = asked.text

    def _choices(self, asked: Asked, line: int, cell: Cell, *, deeper: bool) -> bool:
        """Take a line of choices, or one that is numbered in a lesser style; say whether it was one."""
        listed = {language: options_in(words) for language, words in cell.items()}
        if not any(listed.values()) and deeper:
            listed = {
                language: pieces for language, words in cell.items() if (pieces := counted_in(words.strip()))
            }
        if not any(listed.values()):
            return False
        choices = _beside(
            line, {language: pieces for language, pieces in listed.items() if pieces}, self.reading
        )
        for language, words in cell.items():
            if language and not listed.get(language) and len(choices) == 1:
                choices[0].text[language] = words.strip()
        asked.choices += [self._cut(choice) for choice in choices]
        self.last = asked.choices[-1].text if asked.choices else {}
        return True

    def _cut(self, choice: Choice) -> Choice:
        """Take the skip behind a choice off its words."""
        skips = {language: skip_behind(words, choice.line) for language, words in choice.text.items()}
        for language, found in skips.items():
            if found and self.asked:
                choice.text[language] = found[0]
                if not any(
                    skip.by_choice and skip.line == choice.line and skip.target == found[1].target
                    for skip in self.asked.skips
                ):
                    self.asked.skips.append(found[1])
        return choice

    def _unmarked(self, line: int, cell: Cell) -> None:
        text = self.reading.text(cell)
        if self._completes(text):
            self.last.update(text)
            return
        stripped, marks = self._bare(cell)
        bare = self.reading.text(stripped)
        named = any(
            squeezed(words) in self.departments or squeezed(words) in GENERAL_WORDS for words in bare.values()
        )
        in_section = self.heading is not None and bool(self.heading.marks.kind)
        asks = any(words.rstrip().endswith(("?", "？")) for words in bare.values()) or marks != Marks()
        if named:
            self._head(line, cell)
        elif self._grades(line, cell):
            return
        elif asks or (in_section and (self.asked is None or not self.asked.is_marked)):
            self._question(line, cell, "", is_marked=False)
        elif self.asked:
            self.asked.loose.append(Choice(line, text))
            self.last = self.asked.loose[-1].text
        elif self.heading:
            self._below(self.heading.words, text)
        elif not self.outline.title:
            self.outline.title = dict(text)
            self.last = self.outline.title
        else:
            self._below(self.outline.introduction, text)

    def _completes(self, text: Mapping[str, str]) -> bool:
        """Say whether a line in the other language is the translation of what stands before it."""
        return self.reading.turns and bool(self.last) and not set(text) & set(self.last)

    def _grades(self, line: int, cell: Cell) -> bool:
        """Take a line that spells out a scale: “非常满意、满意、…”; say whether it was one."""
        for words in self.reading.text(cell).values():
            parts = [
                part
                for part in words.replace("、", "/")
                .replace("，", "/")
                .replace(",", "/")
                .replace("；", "/")
                .replace("|", "/")
                .split("/")
                if part.strip()
            ]
            if len(parts) < 5:
                parts = words.split("  ") if "  " in words else words.split()
            if scale := scale_of([part.strip() for part in parts if part.strip()]):
                if self.asked and self.asked.marks.kind in ("matrix", "satisfaction_matrix"):
                    language = self.reading.by_script(words)
                    self.asked.columns = [{language: part.strip()} for part in parts if part.strip()]
                elif self.asked:
                    self.asked.marks.kind = self.asked.marks.kind or scale
                elif self.heading:
                    self.heading.marks.kind = scale
                else:
                    self._note(
                        line, _("A scale without a question or a heading above it; it is left out."), ""
                    )
                return True
        return False

    def _skip(self, line: int, words: str) -> None:
        found = skip_in(words, line)
        if found and self.asked:
            self.asked.skips.append(found)
        else:
            self._note(line, _("Who is asked what is not clear in “%(words)s”; set it in the editor."), words)

    def _head(self, line: int, cell: Cell, *, is_ruler: bool = False) -> None:
        stripped, marks = self._bare(cell)
        text = self.reading.text(stripped)
        if self._completes(text) and self.heading and self.heading.text is self.last:
            self.last.update(text)
            return
        self.asked, self.heading = None, Heading(line, {} if is_ruler else text, marks)
        self.outline.entries.append(self.heading)
        self.last = self.heading.text

    def _bare(self, cell: Cell) -> tuple[dict[str, str], Marks]:
        """Return the words of a line without the brackets that are understood, and what these say."""
        bare, marks = {}, Marks()
        for language, words in cell.items():
            bare[language], found = without_marks(words, self.departments)
            marks.add(found)
        return bare, marks

    def _open(self, asked: Asked) -> None:
        self.asked = asked
        self.outline.entries.append(asked)

    def _below(self, words: dict[str, str], text: Mapping[str, str]) -> None:
        for language, more in text.items():
            words[language] = f"{words[language]}\n{more}" if words.get(language) else more

    def _note(self, line: int, words: str, excerpt: str) -> None:
        self.outline.notes.append(Note(line, words % {"words": excerpt[:120]} if excerpt else words))


def _stripped(cell: Cell) -> dict[str, str]:
    """Return the words of a line without the number before them."""
    bare = {}
    for language, words in cell.items():
        found = number_in(words.strip())
        bare[language] = found.rest if found else words.strip()
    return bare


def _skip_within(words: str, line: int) -> tuple[str, Skip | None] | None:
    """Return a question's words without a bracket about skipping, and what it says; None without one."""
    for start, end, inner in brackets(words):
        if speaks_of_skipping(inner):
            return f"{words[:start]}{words[end:]}".strip(), skip_in(inner, line)
    return None


def _beside(line: int, listed: Mapping[str, Sequence[tuple[str, str]]], reading: Reading) -> list[Choice]:
    """Return the choices of a line, those of each language side by side."""
    longest = max(map(len, listed.values()), default=0)
    choices = []
    for position in range(longest):
        pieces = {language: piece[position][1] for language, piece in listed.items() if position < len(piece)}
        mark = next((piece[position][0] for piece in listed.values() if position < len(piece)), "")
        if text := reading.text(pieces):
            choices.append(Choice(line, text, mark))
    return choices
