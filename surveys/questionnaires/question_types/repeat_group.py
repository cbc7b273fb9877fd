"""The same few questions asked again and again: of every member of a household, of every visit.

An answer is a list with one object for each time. Its entries are stored apart, as `1.age`, so that every text keeps a
salt of its own; a time in which nothing was said does not count.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys.languages import in_language, language_name
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Question,
    QuestionType,
    Settings,
    each_of,
)
from surveys.questionnaires.question_types.moments import Date
from surveys.questionnaires.question_types.number import Number
from surveys.questionnaires.question_types.single_choice import SingleChoice
from surveys.questionnaires.question_types.texts import ShortText
from surveys.questionnaires.question_types.yes_no import YesOrNo
from surveys.questionnaires.shapes import ListOf, Matching, OneOf, Record, Variants, Whole, YesNo, text_of

MOST_TIMES = 10
MOST_QUESTIONS = 10

# What can be asked again and again: types that are simple enough to stand in a row.
KINDS: Mapping[str, QuestionType] = {
    kind.name: kind for kind in (SingleChoice(), Number(), ShortText(), Date(), YesOrNo())
}

_QUESTION = Variants(
    "type",
    {
        name: Record(
            required={
                "code": Matching("^[a-z0-9][a-z0-9_-]*$", "age", 30),
                "type": OneOf((name,)),
                "text": text_of(300),
            },
            optional={"required": YesNo(), "settings": kind.settings_shape},
        )
        for name, kind in KINDS.items()
    },
)
_FAMILY = {
    "questions": [
        {"code": "age", "type": "number", "text": {"en": "Age"}, "settings": {"min": "0", "max": "120"}},
        {"code": "name", "type": "short_text", "text": {"en": "First name"}},
        {"code": "works", "type": "yes_no", "text": {"en": "In work?"}},
    ],
}
_NEEDED = {
    "questions": [
        {"code": "age", "type": "number", "text": {"en": "Age"}, "required": True},
        _FAMILY["questions"][1],
    ],
    "min": 2,
    "max": 3,
}


class RepeatGroup(QuestionType):
    """Several questions, several times."""

    name = "repeat_group"
    label = gettext_lazy("Group that repeats")
    purpose = gettext_lazy(
        "A few questions about each of several people or things, such as members of a household."
    )
    answer = "a list with an object for each time: the codes of the inner questions with their answers"
    template = "surveys/questionnaires/types/repeat_group.html"
    family = "grids"
    coded = False
    settings_shape = Record(
        optional={
            "questions": ListOf(_QUESTION, most=MOST_QUESTIONS),
            "min": Whole(0, MOST_TIMES),
            "max": Whole(1, MOST_TIMES),
            "name": text_of(60),
        }
    )
    blank_settings: ClassVar[Settings] = {"questions": [], "min": 0, "max": MOST_TIMES, "name": {}}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "questions": gettext_lazy("Questions that repeat"),
        "min": gettext_lazy("Times at least"),
        "max": gettext_lazy("Times at most"),
        "name": gettext_lazy("What one of them is called, such as “Member of the household”"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        (_FAMILY, [{"age": 41, "name": " Rosa "}], [{"age": 41, "name": "Rosa"}]),
        (_FAMILY, [{"age": 0, "works": 2}, {}, {"name": "<b>"}], [{"age": 0, "works": 2}, {"name": "<b>"}]),
        (_FAMILY, [{"age": None}], None),
        (_FAMILY, [], None),
        (_FAMILY, None, None),
        (_NEEDED, [{"age": 1}, {"age": 2, "name": "x"}], [{"age": 1}, {"age": 2, "name": "x"}]),
        (_NEEDED, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(_FAMILY, "41", 41, 1.5, True, {}, {"age": 41}, "", [41], [[41]], [None], [{"height": 1}]),
        *each_of(_FAMILY, [{"age": "41"}], [{"age": 121}], [{"name": "x" * 100_000}], [{"name": "a\x00"}]),
        *each_of(_FAMILY, [{"age": 1}] * 11, [{}] * 100_000, [{"age": {}}], [{1: 1}], [{"works": 4}]),
        *each_of(_NEEDED, [{"age": 1}], [{"age": 1}, {"name": "x"}], [{"age": 1}] * 4),
        ({}, [{"age": 1}]),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the times in which something was said, or None when there are none."""
        if raw is None:
            return None
        settings = {**self.blank_settings, **question["settings"]}
        inner = _inner(question)
        if (
            not isinstance(raw, list)
            or len(raw) > MOST_TIMES
            or not all(isinstance(one, Mapping) and set(one) <= set(inner) for one in raw)
        ):
            raise AnswerError(
                _("Give a list of at most %(most)d, each with its answers.") % {"most": settings["max"]}
            )
        times = [self._cleaned(inner, one, number) for number, one in enumerate(raw, start=1)]
        said = [one for one in times if one]
        if not said:
            return None
        least, most = settings["min"], settings["max"]
        if len(said) < least:
            raise AnswerError(ngettext("Fill in at least %d.", "Fill in at least %d of them.", least) % least)
        if len(said) > most:
            raise AnswerError(ngettext("Fill in at most %d.", "Fill in at most %d of them.", most) % most)
        return said

    def read(self, question: Question, fields: Fields) -> Any:
        """Read every time that any field is there of; what was left blank between others is left out."""
        if fields.get(""):
            return list(fields[""])
        inner = _inner(question)
        times = [
            {
                code: KINDS[one["type"]].read(one, _under(fields, f"{number}.{code}"))
                for code, one in inner.items()
            }
            for number in range(1, MOST_TIMES + 1)
        ]
        said = [{code: raw for code, raw in one.items() if raw is not None} for one in times]
        return [one for one in said if one] or None

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the fields of all times."""
        inner = _inner(question)
        return {
            _joined(f"{number}.{code}", suffix): values
            for number, one in enumerate(answer or (), start=1)
            for code, said in one.items()
            for suffix, values in KINDS[inner[code]["type"]].written(inner[code], said).items()
        }

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the suffixes of the inner questions for as many times as there may be."""
        return tuple(
            _joined(f"{number}.{code}", suffix)
            for number in range(1, self._most(question) + 1)
            for code, one in _inner(question).items()
            for suffix in KINDS[one["type"]].suffixes(one)
        )

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return every inner answer as an entry of its own; codes of inner choices are not counted."""
        inner = _inner(question)
        extras: dict[str, Any] = {}
        for number, one in enumerate(answer, start=1):
            for code, said in one.items():
                for part in KINDS[inner[code]["type"]].packed(inner[code], said):
                    extras |= {_joined(f"{number}.{code}", suffix): value for suffix, value in part.items()}
        return {}, extras

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return how many there are, as a list of their numbers, and every inner answer."""
        inner = _inner(question)
        values: dict[str, Any] = {"": list(range(1, len(answer) + 1))}
        for number, one in enumerate(answer, start=1):
            for code, said in one.items():
                got = KINDS[inner[code]["type"]].values(inner[code], said)
                values |= {_joined(f"{number}.{code}", suffix): value for suffix, value in got.items()}
        return values

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return what was said each time, the times divided by semicolons."""
        comma, semicolon = ("，", "；") if language.startswith("zh") else (", ", "; ")
        inner = _inner(question)
        return semicolon.join(
            comma.join(
                KINDS[inner[code]["type"]].words(inner[code], said, language) for code, said in one.items()
            )
            for one in answer
        )

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the times that were filled in, and one more to fill in where there is room for it."""
        from surveys.questionnaires.drawing import context_of  # it draws every type, and so imports this one

        inner = _inner(question)
        most = self._most(question)
        used = [number for number in range(1, MOST_TIMES + 1) if _is_used(fields, number)]
        shown = min(most, max(len(used) + 1, question["settings"].get("min", 0), 1))
        # Gaps close up: what was typed into the third of three is shown as the second if the second was cleared.
        free = (number for number in range(1, MOST_TIMES + 1) if number not in used)
        places = [*used, *free][: max(shown, len(used))]

        def context(one: Question, typed: Fields) -> dict[str, Any]:
            kind = KINDS[one["type"]]
            drawing = context_of(one, name="", language=language, number="", fields=typed, error="")
            return {**drawing, **kind.drawn(one, typed, language), "template": kind.template}

        return {
            "kind_name": in_language(question["settings"].get("name", {}), language),
            "times": [
                {
                    "number": number,
                    "questions": [
                        {"suffix": f".{number}.{code}", **context(one, _under(fields, f"{place}.{code}"))}
                        for code, one in inner.items()
                    ],
                }
                for number, place in enumerate(places, start=1)
            ],
            "has_room": shown < most,
        }

    def new_settings(self) -> dict[str, Any]:
        """Return one question to be worded."""
        question = {"code": "a", "type": "short_text", "text": {}, "settings": {}}
        return {**self.blank_settings, "questions": [question]}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the inner questions, and bounds that nobody can keep."""
        questions = settings.get("questions", [])
        if not questions:
            yield _("List at least one question that repeats.")
        if settings.get("min", 0) > settings.get("max", MOST_TIMES):
            yield _("The least number of times is larger than the largest.")
        for code, times in Counter(one["code"] for one in questions).items():
            if times > 1:
                yield _("The code “%(code)s” is used by more than one question.") % {"code": code}
        for one in questions:
            kind = KINDS[one["type"]]
            for language in languages:
                if not one["text"].get(language):
                    yield _("The question “%(code)s” has no words in “%(language)s”.") % {
                        "code": one["code"],
                        "language": language_name(language),
                    }
            if one.get("required") and not kind.may_be_required:
                yield _("A text can never be required: nobody has to give a reason.")
            for message in kind.settings_problems(
                {**kind.blank_settings, **one.get("settings", {})}, languages
            ):
                yield f"{one['code']}: {message}"

    def _most(self, question: Question) -> int:
        return int(question["settings"].get("max", MOST_TIMES))

    def _cleaned(self, inner: Mapping[str, Question], raw: Mapping[str, Any], number: int) -> dict[str, Any]:
        """Return what was said one time; where anything was said, what is required must be."""
        said = {}
        for code, one in inner.items():
            try:
                answer = KINDS[one["type"]].clean(one, raw.get(code))
            except AnswerError as error:
                raise AnswerError(_at(number, one, str(error))) from None
            if answer is not None:
                said[code] = answer
        lacking = next((one for code, one in inner.items() if one.get("required") and code not in said), None)
        if said and lacking is not None:
            raise AnswerError(_at(number, lacking, _("Please answer this question.")))
        return said


def _inner(question: Question) -> dict[str, Question]:
    """Return the inner questions by code, with every setting in place."""
    return {
        one["code"]: {
            "help": {},
            **one,
            "settings": {**KINDS[one["type"]].blank_settings, **one.get("settings", {})},
        }
        for one in question["settings"].get("questions", ())
    }


def _under(fields: Fields, name: str) -> Fields:
    """Return the fields of one inner question, by its own suffixes."""
    return {
        suffix[len(name) :].removeprefix("."): values
        for suffix, values in fields.items()
        if suffix == name or suffix.startswith(f"{name}.")
    }


def _is_used(fields: Fields, number: int) -> bool:
    return any(any(values) for suffix, values in fields.items() if suffix.startswith(f"{number}."))


def _joined(name: str, suffix: str) -> str:
    return f"{name}.{suffix}" if suffix else name


def _at(number: int, question: Question, words: str) -> str:
    return _("No. %(number)d, %(question)s: %(words)s") % {
        "number": number,
        "question": in_language(question["text"]) or question["code"],
        "words": words,
    }
