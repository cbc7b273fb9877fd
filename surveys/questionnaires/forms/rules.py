"""The control of a rule: rows of question, comparison and value, joined by “all” or “any”, with groups one level deep.

A tree that is deeper, or made of other operators, is shown in words and edited as JSON; so is anything, for whoever
ticks that box. Rows are added and removed by plain buttons, like those of choices.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.forms.by_language import plain
from surveys.questionnaires.forms.parts import (
    BLANK,
    Part,
    Setup,
    as_json,
    branch,
    is_blank,
    last_typed,
    read_json,
)
from surveys.questionnaires.forms.subjects import Subject
from surveys.questionnaires.logic.expressions import EXPRESSION, OF_A_REFERENCE
from surveys.questionnaires.shapes import DECIMAL, Flaw

MOST_ROWS = 30

COMPARISONS: Mapping[str, str | Promise] = {
    "equals": gettext_lazy("is"),
    "differs": gettext_lazy("is not"),
    "includes": gettext_lazy("includes"),
    "excludes": gettext_lazy("does not include"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
    "more": gettext_lazy("is more than"),
    "less": gettext_lazy("is less than"),
    "matches": gettext_lazy("has the form (pattern)"),
    "chosen_at_least": gettext_lazy("number of choices made is at least"),
    "chosen_at_most": gettext_lazy("number of choices made is at most"),
    "answered": gettext_lazy("is answered"),
    "unanswered": gettext_lazy("is not answered"),
}
OF_KIND: Mapping[str, tuple[str, ...]] = {
    "rating": ("answered", "unanswered"),
    "one": ("equals", "differs", "answered", "unanswered"),
    "several": ("includes", "excludes", "chosen_at_least", "chosen_at_most", "answered", "unanswered"),
    "number": ("equals", "differs", "at_least", "at_most", "more", "less", "answered", "unanswered"),
    "text": ("equals", "differs", "matches", "answered", "unanswered"),
    "": tuple(COMPARISONS),
}
WITHOUT_VALUE = ("answered", "unanswered")
BY_CHOICE = ("equals", "differs", "includes", "excludes")

OPERATIONS: Mapping[str, str | Promise] = {
    "sum": gettext_lazy("the sum of"),
    "minus": gettext_lazy("the first less the second of"),
    "times": gettext_lazy("the product of"),
    "divided": gettext_lazy("the first divided by the second of"),
    "joined": gettext_lazy("put together, the texts of"),
}


@dataclass
class Row:
    """A comparison as typed, or a group of such."""

    of: str = ""
    comparison: str = ""
    value: str = ""
    mode: str = ""  # "all" or "any": it is a group
    rows: list["Row"] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen."""
        return not self.of and not self.value.strip() and all(row.is_blank for row in self.rows)


class Rule(Part):
    """A condition."""

    template = "rule"
    is_wide = True
    modes: Mapping[str, str | Promise] = {
        "all": gettext_lazy("all of these hold"),
        "any": gettext_lazy("any of these holds"),
    }
    may_nest = True

    def __init__(self, name: str, label: str, setup: Setup) -> None:
        super().__init__(name, label)
        self.setup = setup
        self.mode = next(iter(self.modes))
        self.rows: list[Row] = []
        self.is_raw = False
        self.is_open = False
        self.written = ""

    @classmethod
    def of_value(cls, name: str, label: str, setup: Setup, value: Any) -> "Rule":
        """Return the control that shows the expression `value`."""
        rule = cls(name, label, setup)
        if not is_blank(value):
            rule.written = as_json(value)
            rule.is_raw = not rule._read(value)
        return rule

    @classmethod
    def of_typed(cls, name: str, label: str, setup: Setup, typed: Any) -> "Rule":
        """Return the control as it was typed."""
        rule = cls(name, label, setup)
        mode = last_typed(branch(typed, "mode"))
        rule.mode = mode if mode in rule.modes else rule.mode
        rule.rows = _typed_rows(typed)
        rule.is_raw = bool(branch(typed, "raw"))
        rule.is_open = True
        rule.written = last_typed(branch(typed, "json"))
        return rule

    def entry(self) -> Any:
        """Return the expression, or `BLANK`."""
        if self.is_raw:
            return read_json(self.written) if self.written.strip() else BLANK
        made = [one for row in self.rows if (one := self._made(row)) is not None]
        return self._joined(self.mode, made) if made else BLANK

    def gaps(self) -> Iterator[Flaw]:
        """Yield what is still missing in rows that were begun."""
        if self.is_raw:
            return
        for number, row in enumerate(self.rows, start=1):
            for one in [row, *row.rows]:
                if not one.mode and not one.is_blank and self._lacks(one):
                    message = _(
                        "condition %(number)d is not complete: choose a question and a value, or remove it."
                    )
                    yield Flaw(tuple(self.name.split(".")), message % {"number": number})

    def act(self, deed: str, pasted: str) -> None:
        """Add or remove a row or a group; `remove:2.0` is the first row of the third."""
        verb, _colon, place = deed.partition(":")
        self.is_open = True
        *above, last = [int(part) if part.isdecimal() and len(part) < 3 else -1 for part in place.split(".")]
        rows = self.rows
        if verb in ("add", "group"):
            rows = self.rows[last].rows if place and 0 <= last < len(self.rows) else rows
            if len(rows) < MOST_ROWS:
                rows.append(
                    Row(mode="any" if self.mode == "all" else "all", rows=[Row()])
                    if verb == "group"
                    else Row()
                )
        elif verb == "remove":
            if above:
                rows = self.rows[above[0]].rows if 0 <= above[0] < len(self.rows) else []
            if 0 <= last < len(rows):
                del rows[last]
        elif verb == "clear":
            self.rows, self.written, self.is_raw = [], "", False

    @property
    def is_empty(self) -> bool:
        """Whether there is no rule."""
        return not self.rows and not self.written.strip()

    @property
    def words(self) -> str:
        """The rule in words, when it can be said."""
        entry = self.entry()
        return "" if entry is BLANK or any(EXPRESSION.flaws(entry)) else self.setup.say(entry)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The rows as the template draws them."""
        return [self._shown(row, str(number)) for number, row in enumerate(self.rows)]

    @property
    def offered_modes(self) -> list[tuple[str, str]]:
        """How rows can be joined."""
        return [(mode, str(words)) for mode, words in self.modes.items()]

    @cached_property
    def _subjects(self) -> dict[str, Subject]:
        return {subject.reference: subject for subject in self.setup.subjects(self.name)}

    def _shown(self, row: Row, place: str) -> dict[str, Any]:
        counted = "–".join(str(int(number) + 1) for number in place.split("."))
        here = {"name": f"{self.name}.{place}", "place": place, "number": counted}
        if row.mode:
            inner = [self._shown(one, f"{place}.{number}") for number, one in enumerate(row.rows)]
            return {**here, "mode": row.mode, "rows": inner}
        subject = self._subjects.get(row.of)
        known = OF_KIND[subject.kind if subject else ""]
        comparison = row.comparison if row.comparison in known else known[0]
        by_choice = subject is not None and bool(subject.values) and comparison in BY_CHOICE
        return {
            **here,
            "of": row.of,
            "subjects": self._offered(row.of),
            "comparison": comparison,
            "comparisons": [(one, str(COMPARISONS[one])) for one in known],
            "has_value": comparison not in WITHOUT_VALUE,
            "values": [(str(value), words) for value, words in subject.values]
            if by_choice and subject
            else [],
            "value": row.value,
        }

    def _offered(self, of: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """List the subjects by page, and what is chosen although it is not among them."""
        pages: dict[str, list[tuple[str, str]]] = {}
        if of and of not in self._subjects:
            pages[""] = [(of, _("the missing question “%(code)s”") % {"code": of})]
        for subject in self._subjects.values():
            pages.setdefault(subject.page, []).append((subject.reference, subject.words))
        return list(pages.items())

    def _lacks(self, row: Row) -> bool:
        return not row.of or (self._comparison(row) not in WITHOUT_VALUE and not row.value.strip())

    def _comparison(self, row: Row) -> str:
        subject = self._subjects.get(row.of)
        known = OF_KIND[subject.kind if subject else ""]
        return row.comparison if row.comparison in known else known[0]

    def _made(self, row: Row) -> dict[str, Any] | None:
        if row.mode:
            made = [one for inner in row.rows if (one := self._made(inner)) is not None]
            return self._joined(row.mode, made) if made else None
        if self._lacks(row):
            return None
        comparison, answer = self._comparison(row), {"answer": row.of}
        if comparison == "answered":
            return {"answered": row.of}
        if comparison == "unanswered":
            return {"not": {"answered": row.of}}
        if comparison == "matches":
            return {"matches": [answer, row.value]}
        if comparison.startswith("chosen_"):
            return {comparison.removeprefix("chosen_"): [{"chosen": row.of}, {"value": _number(row.value)}]}
        compared = [answer, {"value": self._value(row)}]
        return {"not": {"includes": compared}} if comparison == "excludes" else {comparison: compared}

    def _value(self, row: Row) -> Any:
        """Return the value that was typed as the answers have it: a code, a number, a text."""
        subject = self._subjects.get(row.of)
        for value, _words in subject.values if subject else ():
            if str(value) == row.value:
                return value
        return row.value if subject and subject.kind == "text" else _number(row.value)

    def _joined(self, mode: str, made: list[dict[str, Any]]) -> dict[str, Any]:
        return made[0] if len(made) == 1 else {mode: made}

    def _read(self, value: Any) -> bool:
        """Take rows from an expression; say whether it can be shown that way."""
        mode, conditions = _unjoined(value)
        rows = []
        for condition in conditions:
            row = _compared(condition)
            if row is None:
                inner_mode, inner = _unjoined(condition)
                compared = [_compared(one) for one in inner]
                if len(inner) < 2 or None in compared:
                    return False
                row = Row(mode=inner_mode, rows=[one for one in compared if one])
            rows.append(row)
        self.mode, self.rows = mode, rows
        return True


class Calculation(Rule):
    """A value made of answers and numbers by one operation."""

    template = "rule"
    modes = OPERATIONS
    may_nest = False

    def entry(self) -> Any:
        """Return the expression, or `BLANK`."""
        if self.is_raw:
            return super().entry()
        made = [self._operand(row) for row in self.rows if not row.is_blank]
        return {self.mode: made} if made else BLANK

    def gaps(self) -> Iterator[Flaw]:
        """Yield what the document's shape could not say in words that help here."""
        count = len([row for row in self.rows if not row.is_blank])
        if not self.is_raw and self.mode in ("minus", "divided") and self.rows and count != 2:
            yield Flaw(tuple(self.name.split(".")), _("takes exactly two values."))

    def _operand(self, row: Row) -> dict[str, Any]:
        if not row.of:
            return {"value": row.value if self.mode == "joined" else _number(row.value)}
        subject = self._subjects.get(row.of)
        return {"chosen": row.of} if subject and subject.kind == "several" else {"answer": row.of}

    def _shown(self, row: Row, place: str) -> dict[str, Any]:
        shown = super()._shown(row, place)
        return {**shown, "comparisons": [], "has_value": not row.of, "values": [], "is_operand": True}

    def _read(self, value: Any) -> bool:
        if not isinstance(value, dict) or len(value) != 1:
            return False
        ((operator, content),) = value.items()
        if operator not in OPERATIONS or not isinstance(content, list):
            return False
        rows = []
        for operand in content:
            ((inner, given),) = (
                operand.items() if isinstance(operand, dict) and len(operand) == 1 else (("", None),)
            )
            if inner not in ("answer", "chosen", "value") or isinstance(given, bool):
                return False
            rows.append(Row(value=str(given)) if inner == "value" else Row(of=str(given)))
        self.mode, self.rows = operator, rows
        return bool(self.entry() == value)


def _typed_rows(typed: Any, *, nested: bool = False) -> list[Row]:
    """Return the rows that were typed, in the order they stood in the form."""
    rows = []
    for number, node in list(typed.items() if isinstance(typed, dict) else ())[: MOST_ROWS + 5]:
        if not number.isdecimal() or not isinstance(node, dict):
            continue
        mode = last_typed(node.get("mode"))
        if mode and not nested:
            rows.append(
                Row(mode=mode if mode in ("all", "any") else "any", rows=_typed_rows(node, nested=True))
            )
        else:
            of, comparison, value = (last_typed(node.get(key)) for key in ("of", "is", "value"))
            rows.append(Row(of, comparison, value))
    return rows[:MOST_ROWS]


def _number(written: str) -> int | str | bool:
    read = plain(written)
    if read in ("true", "false"):
        return read == "true"
    if read.removeprefix("-").isdecimal() and len(read) < 16 and str(int(read)) == read:
        return int(read)
    return read if not any(DECIMAL.flaws(read)) else written


def _unjoined(value: Any) -> tuple[str, Sequence[Any]]:
    """Return how an expression joins conditions, and these."""
    if isinstance(value, dict) and len(value) == 1:
        ((operator, content),) = value.items()
        if operator in ("all", "any") and isinstance(content, list):
            return operator, content
    return "all", [value]


def _compared(value: Any) -> Row | None:
    """Return the row that stands for a condition; None when rows cannot say it."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((operator, content),) = value.items()
    if operator == "answered":
        return Row(str(content), "answered")
    if operator == "not":
        inner = _compared(content)
        opposite = {"answered": "unanswered", "includes": "excludes"}.get(inner.comparison if inner else "")
        return Row(inner.of, opposite, inner.value) if inner and opposite else None
    if operator not in COMPARISONS or not isinstance(content, list) or len(content) != 2:
        return None
    left, right = content
    if not isinstance(left, dict) or len(left) != 1:
        return None
    ((kind, reference),) = left.items()
    if kind not in OF_A_REFERENCE or kind == "answered":
        return None
    if operator == "matches":
        return Row(str(reference), "matches", str(right)) if kind == "answer" else None
    if not isinstance(right, dict) or "value" not in right:
        return None
    value = right["value"]
    written = str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "chosen":
        return (
            Row(str(reference), f"chosen_{operator}", written)
            if operator in ("at_least", "at_most")
            else None
        )
    return Row(str(reference), operator, written)
