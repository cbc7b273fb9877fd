"""Changes: one thing each in which two versions of a questionnaire differ, with the words before and after.

Of texts there is a change in each of their languages. Rules are told in the words of the document they stand in, since
the numbers of questions may differ.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import direction, language_name
from surveys.questionnaires.documents import Question
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.spans import Span, spans

SETTING_LABELS: Mapping[str, str | Promise] = {
    "choices": gettext_lazy("Choice"),
    "rows": gettext_lazy("Row"),
    "scales": gettext_lazy("Scale"),
    "arms": gettext_lazy("Arm"),
    "words": gettext_lazy("Words of the scale"),
    "jumps": gettext_lazy("Jumps"),
    "value": gettext_lazy("Calculation"),
    "unit": gettext_lazy("Unit"),
    "shuffle": gettext_lazy("Random order"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; "" where it was not there, or is no more."""

    key: str
    label: str
    before: str
    after: str
    language: str = ""  # of a text

    @property
    def spans(self) -> tuple[Span, ...]:
        """The words of a text that stayed, went and came."""
        return spans(self.before, self.after)

    @property
    def language_name(self) -> str:
        """What speakers of the text's language call it."""
        return language_name(self.language)

    @property
    def direction(self) -> str:
        """Where the text begins."""
        return direction(self.language)


def texts(key: str, label: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Yield the languages in which a text differs."""
    for language in sorted({**after, **before}):
        then, now = before.get(language, ""), after.get(language, "")
        if then != now:
            yield Change(key, label, then, now, language)


def plain(key: str, label: str, before: str, after: str) -> Iterator[Change]:
    """Yield the change from one word to another, if there is one."""
    if before != after:
        yield Change(key, label, before, after)


def of_settings(then: Question, now: Question, rules: tuple[RuleWords, RuleWords]) -> Iterator[Change]:
    """Yield what differs in what the types of two questions need: choices, rows, bounds, words, jumps."""
    old, new = then["settings"], now["settings"]
    labels = question_type(now["type"]).setting_labels
    for key in {**new, **old}:
        before, after = old.get(key), new.get(key)
        if before == after or not (before or after):
            continue
        label = str(labels.get(key) or SETTING_LABELS.get(key) or key)
        if key == "jumps":
            told = (
                " ".join(map(said.jump, jumps or ()))
                for said, jumps in zip(rules, (before, after), strict=True)
            )
            yield Change(key, label, *told)
        elif key == "value":
            told = (
                said.condition(value) if value else ""
                for said, value in zip(rules, (before, after), strict=True)
            )
            yield Change(key, label, *told)
        elif _is_coded(before) or _is_coded(after):
            yield from _coded(key, label, before or [], after or [], rules)
        elif _is_text(before) or _is_text(after):
            yield from texts(key, label, before or {}, after or {})
        elif isinstance(before or after, Mapping):
            for name in {**(after or {}), **(before or {})}:
                then_and_now = ((one or {}).get(name, {}) for one in (before, after))
                yield from texts(key, f"{label} {name}", *then_and_now)
        else:
            yield from plain(key, label, _written(before), _written(after))


def _coded(
    key: str,
    label: str,
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    rules: tuple[RuleWords, RuleWords],
) -> Iterator[Change]:
    """Yield what differs in choices, rows and the like, matched by code."""
    old, new = ({one["code"]: one for one in listed} for listed in (before, after))
    for code in {**new, **old}:
        named = f"{label} {code}"
        then, now = old.get(code, {}), new.get(code, {})
        for part in {**now, **then}:
            if part == "code" or then.get(part) == now.get(part):
                continue
            if _is_text(then.get(part)) or _is_text(now.get(part)):
                yield from texts(key, named, then.get(part) or {}, now.get(part) or {})
            elif part == "show":
                told = (
                    said.choice(one) if "show" in one else ""
                    for said, one in zip(rules, (then, now), strict=True)
                )
                yield Change(key, named, *told)
            else:
                yield Change(key, f"{named} · {part}", _written(then.get(part)), _written(now.get(part)))
    orders = [[str(code) for code in listed if code in old and code in new] for listed in (old, new)]
    if orders[0] != orders[1]:
        yield Change(key, f"{label} · {_('Order')}", ", ".join(orders[0]), ", ".join(orders[1]))


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, Mapping) and bool(value) and all(isinstance(words, str) for words in value.values())
    )


def _is_coded(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) and "code" in one for one in value)
    )


def _written(value: Any) -> str:
    """Write a setting as words: nothing, yes or no, itself, or a list."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def yes_or_no(true: bool) -> str:
    """Say yes or no."""
    return _("yes") if true else _("no")
