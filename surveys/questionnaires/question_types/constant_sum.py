"""A fixed amount that is shared out among choices, such as a hundred yuan of a budget."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language, language_name
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Option,
    Question,
    QuestionType,
    Settings,
    each_of,
    is_code,
)
from surveys.questionnaires.question_types.choices import (
    PLAIN_CHOICES,
    SHUFFLE_LABEL,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
)
from surveys.questionnaires.question_types.number import Number
from surveys.questionnaires.shapes import Record, Whole, YesNo, text_of

_THREE = [{"code": code, "text": {"en": f"choice {code}"}} for code in (1, 2, 9)]
_HUNDRED = 100
_NUMBER = Number()  # reads digits of any script


class ConstantSum(QuestionType):
    """Whole numbers that add up to what there is to share."""

    name = "constant_sum"
    label = gettext_lazy("Shares of a whole")
    purpose = gettext_lazy("An amount that residents share out among choices, such as 100 yuan of a budget.")
    answer = "an object of whole numbers by code, each choice once, that add up to the total"
    template = "surveys/questionnaires/types/constant_sum.html"
    family = "grids"
    coded = False
    has_choices = True
    script = "js/questions.js"
    settings_shape = Record(
        optional={"choices": PLAIN_CHOICES, "total": Whole(1, 10**6), "unit": text_of(40), "shuffle": YesNo()}
    )
    blank_settings: ClassVar[Settings] = {"choices": [], "total": _HUNDRED, "unit": {}, "shuffle": False}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "total": gettext_lazy("Amount to share out"),
        "unit": gettext_lazy("Unit"),
        **SHUFFLE_LABEL,
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _THREE}, {"1": 60, "2": 40, "9": 0}, {"1": 60, "2": 40, "9": 0}),
        ({"choices": _THREE}, {"9": 100}, {"1": 0, "2": 0, "9": 100}),
        ({"choices": _THREE, "total": 10}, {"1": 3, "2": 3, "9": 4}, {"1": 3, "2": 3, "9": 4}),
        ({"choices": _THREE}, {}, None),
        ({"choices": _THREE}, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _THREE}, 100, "100", [100], [], "", {"1": 99}, {"1": 101}, {"3": 100}),
        *each_of({"choices": _THREE}, {"1": "100"}, {"1": 100.0}, {"1": True, "2": 99}, {"1": 0}),
        *each_of({"choices": _THREE}, {"1": 150, "2": -50}, {"1": 100, "x": 0}, {"1": None, "2": 100}),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return a whole number for each choice, 0 where none is given; None when nothing is given at all."""
        if raw is None or raw == {}:
            return None
        codes = [str(code) for code in choice_codes(question)]
        if not isinstance(raw, dict) or not set(raw) <= set(codes):
            raise AnswerError(_("Share the amount out among the choices shown."))
        if not all(is_code(share) and share >= 0 for share in raw.values()):
            raise AnswerError(_("Write whole numbers in digits, such as 12."))
        given, total = sum(raw.values()), question["settings"].get("total", _HUNDRED)
        if given < total:
            raise AnswerError(
                _("Together you gave %(given)d of %(total)d; %(rest)d are left.")
                % {"given": given, "total": total, "rest": total - given}
            )
        if given > total:
            raise AnswerError(
                _("Together you gave %(given)d of %(total)d; that is %(rest)d too many.")
                % {"given": given, "total": total, "rest": given - total}
            )
        return {code: raw.get(code, 0) for code in codes}

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the number beside each choice; an empty field gives none."""
        shares = {
            code: list(typed) if len(typed) > 1 else _NUMBER.from_form(question, typed)
            for code in map(str, choice_codes(question))
            if (typed := fields.get(code, ())) and any(value.strip() for value in typed)
        }
        return shares or None

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the number beside each choice."""
        return {code: [str(share)] for code, share in (answer or {}).items()}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the codes of the choices."""
        return tuple(map(str, choice_codes(question)))

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the number of each choice."""
        return dict(answer)

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the choices that were given something, each with its number."""
        shares = [
            f"{in_language(option.text, language)} {answer[str(option.value)]}"
            for option in choice_options(question)
            if answer.get(str(option.value))
        ]
        return ("、" if language.startswith("zh") else ", ").join(shares)

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices in the designer's order."""
        return choice_options(question)

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return each choice with what was typed beside it, and what there is to share."""
        rows = [
            {
                "code": option.value,
                "words": in_language(option.text, language) or str(option.value),  # a draft may lack them
                "value": next(iter(fields.get(str(option.value), ())), ""),
            }
            for option in choice_options(question)
        ]
        total = question["settings"].get("total", _HUNDRED)
        given = self.read(question, fields)
        known = given is not None and all(is_code(share) for share in given.values())
        return {"rows": rows, "total": total, "rest": total - sum(given.values()) if known else None}

    def new_settings(self) -> dict[str, Any]:
        """Return two choices to be worded, and a hundred to share."""
        return {**self.blank_settings, "choices": blank_choices()}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices, and a unit that is not translated."""
        yield from choice_problems(settings, languages)
        unit = settings.get("unit", {})
        for language in languages:
            if any(unit.values()) and not unit.get(language):
                yield _("The unit has no words in “%(language)s”.") % {"language": language_name(language)}
