"""Tables of questions: several rows that are answered on the same scale, each of them one coded item.

A scale is one of the fixed ones or the designer's own choices. Satisfaction and agreement are scored, and so always
offer “don't know” and “not applicable”; the others offer them where the designer says so.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text, in_language, language_name
from surveys.questionnaires.question_types.base import ItemSpec, Option, Question, Settings
from surveys.questionnaires.question_types.choices import choice_options, choice_problems
from surveys.questionnaires.question_types.scales import (
    AGREEMENT,
    ASIDES,
    FREQUENCY,
    SATISFACTION,
    aside_options,
    grade_options,
    word_problems,
)
from surveys.questionnaires.shapes import ListOf, Matching, OneOf, Record, text_of

MOST_ROWS = 100
OWN = "own"
FIXED: Mapping[str, Mapping[int, Text]] = {
    "satisfaction": SATISFACTION,
    "agreement": AGREEMENT,
    "frequency": FREQUENCY,
}
SCORED = frozenset({"satisfaction", "agreement"})

ROW_CODE = Matching("^[a-z0-9][a-z0-9_-]{0,8}$", "r1", 9)
ROWS = ListOf(Record({"code": ROW_CODE, "text": text_of(300)}), most=MOST_ROWS)
SCALE = OneOf((*FIXED, OWN))

SCALE_LABELS: Mapping[str, str | Promise] = {
    "scale": gettext_lazy("Scale"),
    "scale.satisfaction": gettext_lazy("Satisfaction, five grades"),
    "scale.agreement": gettext_lazy("Agreement, five grades"),
    "scale.frequency": gettext_lazy("Frequency, from always to never"),
    "scale.own": gettext_lazy("The choices listed here"),
    "rows": gettext_lazy("Rows"),
    "choices": gettext_lazy("Choices of a scale of your own"),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """What every row of a table may be answered with."""

    options: tuple[Option, ...]
    scored: bool

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes, ascending."""
        return tuple(sorted(option.value for option in self.options if isinstance(option.value, int)))

    @property
    def names(self) -> tuple[str, ...]:
        """Which of “dk” and “na” are offered."""
        return tuple(option.value for option in self.options if isinstance(option.value, str))

    @property
    def labels(self) -> dict[int, Text]:
        """The words of each code."""
        return {option.value: option.text for option in self.options if isinstance(option.value, int)}

    def drawn(self, typed: Sequence[str], language: str) -> list[dict[str, Any]]:
        """Return the options as a template shows them, those marked that are among `typed`."""
        return [
            {
                "value": str(option.value),
                "words": in_language(option.text, language),
                "chosen": str(option.value) in typed,
                "aside": option.aside,
            }
            for option in self.options
        ]


def scale_of(settings: Settings, offered: Collection[str]) -> Scale:
    """Return the scale that `settings` (`scale`, `choices`, `words`) describe, with `offered` beside it."""
    name, words = settings.get("scale", "satisfaction"), settings.get("words", {})
    if name == OWN:
        return Scale((*choice_options({"settings": settings}), *aside_options(offered)), scored=False)
    scored = name in SCORED
    asides = aside_options(ASIDES if scored else offered, words)
    return Scale((*grade_options(FIXED[name], words), *asides), scored)


def rows_of(question: Question) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a table, in the designer's order."""
    rows: Sequence[Mapping[str, Any]] = question["settings"].get("rows", ())
    return rows


def row_items(question: Question, scale: Scale) -> tuple[ItemSpec, ...]:
    """Return one item for each row."""
    return tuple(
        ItemSpec(row["code"], scale.codes, scale.scored, row["text"], scale.labels)
        for row in rows_of(question)
    )


def blank_rows(count: int = 2) -> list[dict[str, Any]]:
    """Return `count` rows still to be worded."""
    return [{"code": f"r{number}", "text": {}} for number in range(1, count + 1)]


def row_problems(rows: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> Iterator[str]:
    """Yield what keeps the rows of a table from being published."""
    if not rows:
        yield _("List at least one row.")
    for code, times in Counter(row["code"] for row in rows).items():
        if times > 1:
            yield _("Two rows have the code “%(code)s”; each needs its own.") % {"code": code}
    for row in rows:
        for language in languages:
            if not row["text"].get(language):
                yield _("The row “%(code)s” has no words in “%(language)s”.") % {
                    "code": row["code"],
                    "language": language_name(language),
                }


def scale_problems(settings: Settings, offered: Collection[str], languages: Sequence[str]) -> Iterator[str]:
    """Yield what keeps a scale from being published: choices of one's own, or words in further languages."""
    if settings.get("scale") == OWN:
        yield from choice_problems(settings, languages)
    else:
        options = scale_of(settings, offered).options
        yield from word_problems(
            [str(option.value) for option in options], settings.get("words", {}), languages
        )
