"""What residents do not answer themselves: the arm they fell into, what the address brought along, what is calculated.

The first and the last are found on the server while it walks the questionnaire; nobody can send them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text, in_language
from surveys.questionnaires.logic.expressions import EXPRESSION
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Option,
    Question,
    QuestionType,
    Settings,
    Source,
    code_from_form,
    each_of,
    is_code,
)
from surveys.questionnaires.question_types.choices import (
    LARGEST_CODE,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
)
from surveys.questionnaires.shapes import (
    LARGEST_INTEGER,
    ListOf,
    Matching,
    OrNull,
    Record,
    Whole,
    holds_unstorable,
    text_of,
)

LONGEST_RESULT = 10_000  # characters; longer texts are no result of an expression

# Names in the address that the answer page itself uses.
TAKEN_PARAMETERS = frozenset({"token", "code", "about", "language", "lang", "ch", "go"})

_TRUTH: Mapping[bool, Text] = {
    True: {"zh-hans": "是", "en": "Yes"},
    False: {"zh-hans": "否", "en": "No"},
}
_ARMS = [{"code": 1, "name": {"en": "Old wording"}}, {"code": 2, "name": {"en": "New wording"}}]
_SOURCES = [{"code": 1, "text": {"en": "Poster"}}, {"code": 7, "text": {"en": "Letter"}}]


class Split(QuestionType):
    """One of several arms, drawn by chance for each form."""

    name = "split"
    label = gettext_lazy("Split sample")
    purpose = gettext_lazy(
        "Divides residents by chance, for instance to try two wordings: let each be shown to one arm only."
    )
    answer = "the code of the arm as an integer; drawn by the server"
    template = "surveys/questionnaires/types/unseen.html"
    family = "flow"
    coded = True
    may_be_required = False
    is_drawn = False
    source: ClassVar[Source] = "server"
    needs_text = False
    settings_shape = Record(
        optional={
            "arms": ListOf(Record({"code": Whole(1, LARGEST_CODE), "name": text_of(100)}), most=10),
        }
    )
    blank_settings: ClassVar[Settings] = {"arms": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {"arms": gettext_lazy("Arms")}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"arms": _ARMS}, 1, 1),
        ({"arms": _ARMS}, 2, 2),
        ({"arms": _ARMS}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"arms": _ARMS}, 0, 3, -1, 1.0, "1", "a", "", True, [1], {}, "x" * 100_000),
        ({"arms": []}, 1),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code of the arm, or None."""
        if raw is None or (is_code(raw) and raw in self.codes(question)):
            return raw
        raise AnswerError(_("There is no such arm of the sample."))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the code of the arm."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes of the arms."""
        return tuple(sorted(arm["code"] for arm in question["settings"].get("arms", ())))

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the arms."""
        return tuple(Option(arm["code"], arm["name"]) for arm in question["settings"].get("arms", ()))

    def new_settings(self) -> dict[str, Any]:
        """Return two arms."""
        return {"arms": [{"code": code, "name": {}} for code in (1, 2)]}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the arms; their names are for the desk, so any language will do."""
        arms = settings.get("arms", [])
        if len(arms) < 2:
            yield _("A split sample needs at least two arms.")
        for code, times in Counter(arm["code"] for arm in arms).items():
            if times > 1:
                yield _("Two arms have the code %(code)d; each needs its own.") % {"code": code}
        for arm in arms:
            if not in_language(arm["name"]):
                yield _("The arm with code %(code)d has no name.") % {"code": arm["code"]}


class Hidden(QuestionType):
    """One of the listed codes, brought along by the address of the page."""

    name = "hidden"
    label = gettext_lazy("Brought along by the address")
    purpose = gettext_lazy(
        "Tells apart where residents came from, by the end of the address: a poster, a counter, a letter."
    )
    answer = "the code of a choice as an integer; taken from the address of the page"
    template = "surveys/questionnaires/types/hidden.html"
    family = "flow"
    coded = True
    has_choices = True
    may_be_required = False
    source: ClassVar[Source] = "address"
    needs_text = False
    settings_shape = Record(
        optional={
            "parameter": Matching("^([a-z][a-z0-9_-]*)?$", "from", 30),
            "choices": ListOf(
                Record({"code": Whole(1, LARGEST_CODE), "text": text_of(300)}), most=LARGEST_CODE
            ),
        }
    )
    blank_settings: ClassVar[Settings] = {"parameter": "", "choices": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "parameter": gettext_lazy("Name in the address (“from” makes it ?from=1)"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"parameter": "from", "choices": _SOURCES}, 1, 1),
        ({"parameter": "from", "choices": _SOURCES}, 7, 7),
        ({"parameter": "from", "choices": _SOURCES}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {"choices": _SOURCES}, 0, 2, 200, 1.0, "1", "poster", "", True, [1], {}, "<b>", "7" * 100_000
        ),
        ({"choices": []}, 1),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code, or None."""
        if raw is None or (is_code(raw) and raw in choice_codes(question)):
            return raw
        raise AnswerError(_("The address of this page brings something along that the survey does not know."))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the code, from the address or from the field that remembers it."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes of the choices."""
        return choice_codes(question)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices in the designer's order."""
        return choice_options(question)

    def new_settings(self) -> dict[str, Any]:
        """Return two choices to be worded."""
        return {"parameter": "from", "choices": blank_choices()}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices, and a name that the address has no room for."""
        parameter = settings.get("parameter", "")
        if not parameter:
            yield _("Say under which name the address brings the answer along.")
        elif parameter in TAKEN_PARAMETERS:
            yield _("The page itself uses the name “%(name)s” in its address; choose another.") % {
                "name": parameter
            }
        yield from choice_problems(settings, languages)


class Calculated(QuestionType):
    """What a rule makes of earlier answers."""

    name = "calculated"
    label = gettext_lazy("Calculated value")
    purpose = gettext_lazy(
        "A number, a text or yes/no made of earlier answers, to be stored, quoted or used by rules."
    )
    answer = "true, false, an integer, a canonical decimal string or a text; calculated by the server"
    template = "surveys/questionnaires/types/unseen.html"
    family = "flow"
    coded = False
    may_be_required = False
    is_drawn = False
    source: ClassVar[Source] = "server"
    needs_text = False
    settings_shape = Record(optional={"value": OrNull(EXPRESSION)})
    blank_settings: ClassVar[Settings] = {"value": None}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {"value": gettext_lazy("How it is calculated")}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"value": {"sum": [{"answer": "q1"}, {"value": 1}]}}, 3, 3),
        ({}, "12.5", "12.5"),
        ({}, True, True),
        ({}, False, False),
        ({}, "East Lake", "East Lake"),
        ({}, "", ""),
        ({}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({}, 1.5, 2**53, -(2**60), {}, {"a": 1}, [[1]], [{}], "x" * 10_001, "\x00", "\ud800"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the value as expressions give it, or None."""
        if raw is None or isinstance(raw, bool):
            return raw
        if is_code(raw) and abs(raw) <= LARGEST_INTEGER:
            return raw
        if isinstance(raw, str) and len(raw) <= LONGEST_RESULT and not holds_unstorable(raw):
            return raw
        raise AnswerError(_("This cannot be the result of a calculation."))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read what `to_form` wrote."""
        if len(values) != 1:
            return list(values) or None
        written = values[0]
        if written in ("true", "false"):
            return written == "true"
        if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,15})", written, re.ASCII):
            return int(written)
        return written

    def to_form(self, answer: Any) -> list[str]:
        """Return the value as JSON writes truth and numbers, and texts as they are."""
        if isinstance(answer, bool):
            return ["true" if answer else "false"]
        return super().to_form(answer)

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the value as text, truth as yes or no."""
        if isinstance(answer, bool):
            return in_language(_TRUTH[answer], language)
        return str(answer)

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield that there is no rule yet."""
        if settings.get("value") is None:
            yield _("Say how the value is calculated.")
