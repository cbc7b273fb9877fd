"""Rows of a form that can be added, moved and removed with plain submit buttons: the dimensions of the index.

A row has plain columns and words in every language. Buttons are named `rows` and carry what to do: `add`, `many`,
`up:3`, `down:3`, `remove:3`; nothing is stored until the form is saved.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from surveys.languages import language_name
from surveys.questionnaires.documents import MOST_DIMENSIONS
from surveys.questionnaires.shapes import Flaw

READY_DIMENSIONS = (
    ("effectiveness", "0.25", "办事成效", "Effectiveness"),
    ("ease", "0.15", "办事便捷", "Ease"),
    ("efficiency", "0.15", "办事效率", "Efficiency"),
    ("transparency", "0.15", "公开透明", "Transparency"),
    ("humanity", "0.15", "服务态度", "Humanity"),
    ("trust", "0.15", "信任程度", "Trust"),
)


def capitalised(sentence: str) -> str:
    """Return `sentence` beginning with a capital, for standing alone."""
    return sentence[:1].upper() + sentence[1:]


@dataclass
class Row:
    """One row as typed."""

    plain: dict[str, str]
    words: dict[str, str]
    others: dict[str, str] = field(
        default_factory=dict
    )  # words in languages that are not declared at present
    error: str = ""

    @property
    def text(self) -> dict[str, str]:
        """The words, those in other languages too."""
        return {language: words for language, words in {**self.others, **self.words}.items() if words.strip()}

    @property
    def is_blank(self) -> bool:
        """Whether nobody has worded the row."""
        return not any(words.strip() for words in self.words.values())


class Rows(ABC):
    """The rows of a form."""

    prefix: str
    columns: tuple[str, ...]
    worded: str  # the key under which a row's words stand in the document
    most: int

    def __init__(self, rows: Sequence[Row], languages: Sequence[str]) -> None:
        self.rows = list(rows)
        self.languages = list(languages)
        self.added = False  # whether a row has just been added, to be typed into next

    @classmethod
    def from_json(cls, entries: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> Self:
        """Return the rows that stand for `entries` of a document."""
        return cls([cls._row(entry, languages) for entry in entries], languages)

    @classmethod
    def from_post(cls, post: MultiValueDict[str, str], languages: Sequence[str]) -> Self:
        """Return the rows as they were typed."""
        typed: dict[str, dict[str, str]] = {}
        for name in post:
            prefix, _, rest = name.partition(".")
            number, _, column = rest.partition(".")
            if prefix == cls.prefix and column:
                typed.setdefault(number, {})[column] = str(post[name])
        rows = []
        for columns in list(typed.values())[: cls.most]:
            words = dict.fromkeys(languages, "") | {
                column.removeprefix(f"{cls.worded}."): value
                for column, value in columns.items()
                if column.startswith(f"{cls.worded}.")
            }
            rows.append(
                Row(
                    {column: columns.get(column, "") for column in cls.columns},
                    {language: words[language] for language in languages},
                    {language: value for language, value in words.items() if language not in languages},
                )
            )
        return cls(rows, languages)

    @classmethod
    def _row(cls, entry: Mapping[str, Any], languages: Sequence[str]) -> Row:
        words = entry[cls.worded]
        return Row(
            {column: str(entry[column]) for column in cls.columns},
            {language: words.get(language, "") for language in languages},
            {language: text for language, text in words.items() if language not in languages},
        )

    def change(self, action: str, pasted: str = "") -> None:
        """Do what a row button says; an unknown one does nothing."""
        verb, _, position = action.partition(":")
        number = int(position) if position.isascii() and position.isdigit() and len(position) < 4 else -1
        if verb == "add":
            self.add()
            self.added = True
        elif verb == "many":
            self.add_many(pasted)
        elif 0 <= number < len(self.rows):
            if verb == "remove":
                del self.rows[number]
            elif verb in ("up", "down"):
                to = max(0, number + (1 if verb == "down" else -1))
                self.rows.insert(to, self.rows.pop(number))

    def add(self, words: Sequence[str] = ()) -> None:
        """Add a row at the end, its words given in the order of the languages."""
        if len(self.rows) < self.most:
            given = dict(zip(self.languages, words, strict=False))
            self.rows.append(
                Row(self._new(), {language: given.get(language, "") for language in self.languages})
            )

    def add_many(self, pasted: str) -> None:
        """Add a row for each line of `pasted`; languages are parted by a tab or an upright stroke."""
        lines = [line for line in pasted.splitlines() if line.strip()]
        if lines:
            self.rows = [row for row in self.rows if not row.is_blank]
        for line in lines:
            self.add([words.strip() for words in line.replace("｜", "|").replace("\t", "|").split("|")])

    def entries(self) -> list[dict[str, Any]]:
        """Return what the rows stand for in a document; rows in which nothing was written are left out."""
        self.rows = [row for row in self.rows if not self._is_empty(row)]
        return [{**self._plain(row), self.worded: row.text} for row in self.rows]

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as a page shows them."""
        for number, row in enumerate(self.rows):
            yield {
                "number": number,
                "shown": number + 1,
                "error": row.error,
                "is_first": number == 0,
                "is_last": number == len(self.rows) - 1,
                "plain": {
                    column: {"name": f"{self.prefix}.{number}.{column}", "value": value}
                    for column, value in row.plain.items()
                },
                "words": [
                    {
                        "name": f"{self.prefix}.{number}.{self.worded}.{language}",
                        "value": value,
                        "language": language,
                        "spoken": language_name(language),
                    }
                    for language, value in row.words.items()
                ],
                "others": [
                    {"name": f"{self.prefix}.{number}.{self.worded}.{language}", "value": value}
                    for language, value in row.others.items()
                ],
            }

    def _is_empty(self, row: Row) -> bool:
        return row.is_blank and not any(row.others.values())

    @abstractmethod
    def _new(self) -> dict[str, str]: ...

    @abstractmethod
    def _plain(self, row: Row) -> dict[str, Any]: ...


class DimensionRows(Rows):
    """The dimensions of the index: code, name and weight."""

    prefix = "dimension"
    columns = ("code", "weight")
    worded = "name"
    most = MOST_DIMENSIONS

    def _is_empty(self, row: Row) -> bool:
        return super()._is_empty(row) and not any(value.strip() for value in row.plain.values())

    def _new(self) -> dict[str, str]:
        return {"code": "", "weight": ""}

    def _plain(self, row: Row) -> dict[str, Any]:
        return {column: unicodedata.normalize("NFKC", value).strip() for column, value in row.plain.items()}

    def add_ready(self) -> None:
        """Add the dimensions of method em-1 §7 that are not there yet, with the weights it gives them."""
        taken = {row.plain["code"].strip() for row in self.rows}
        for code, weight, *names in READY_DIMENSIONS:
            if code not in taken:
                words = dict(zip(("zh-hans", "en"), names, strict=True))
                self.rows.append(
                    Row(
                        {"code": code, "weight": weight},
                        {language: words.get(language, "") for language in self.languages},
                        {
                            language: name
                            for language, name in words.items()
                            if language not in self.languages
                        },
                    )
                )

    def total(self) -> Decimal | None:
        """Return what the weights add up to, or None while one of them is no number."""
        try:
            total = sum((Decimal(row.plain["weight"]) for row in self.rows), Decimal())
        except InvalidOperation:
            return None
        return total if total.is_finite() else None

    def show_flaws(self, flaws: Sequence[Flaw]) -> list[str]:
        """Put each flaw to its row and return all of them in words."""
        shown = []
        for flaw in flaws:
            match flaw.path:
                case ("dimensions", int(number), *_where) if number < len(self.rows):
                    self.rows[number].error = capitalised(flaw.message)
                    shown.append(
                        _("Dimension %(number)d: %(words)s") % {"number": number + 1, "words": flaw.message}
                    )
                case _:
                    shown.append(str(flaw))
        return shown
