"""Choices put into an order, wholly or in their first places.

Each choice has a list of places, so that nothing needs dragging; what a script adds moves the same lists.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
    each_of,
    is_code,
)
from surveys.questionnaires.question_types.choices import (
    LARGEST_CODE,
    PLAIN_CHOICES,
    SHUFFLE_LABEL,
    blank_choices,
    choice_codes,
    choice_options,
    choice_problems,
)
from surveys.questionnaires.shapes import OrNull, Record, Whole, YesNo

MOST_RANKED = 20
_THREE = [{"code": code, "text": {"en": f"choice {code}"}} for code in (1, 2, 9)]


class Ranking(QuestionType):
    """The order that a resident gives to the listed choices."""

    name = "ranking"
    label = gettext_lazy("Ranking")
    purpose = gettext_lazy("Up to 20 choices put into an order, or only the first few of them.")
    answer = "a list of codes, the first place first"
    template = "surveys/questionnaires/types/ranking.html"
    family = "grids"
    coded = False
    has_choices = True
    settings_shape = Record(
        optional={"choices": PLAIN_CHOICES, "places": OrNull(Whole(1, LARGEST_CODE)), "shuffle": YesNo()}
    )
    blank_settings: ClassVar[Settings] = {"choices": [], "places": None, "shuffle": False}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "places": gettext_lazy("Only so many places"),
        **SHUFFLE_LABEL,
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _THREE}, [9, 1, 2], [9, 1, 2]),
        ({"choices": _THREE}, [], None),
        ({"choices": _THREE}, None, None),
        ({"choices": _THREE, "places": 2}, [2, 9], [2, 9]),
        ({"choices": _THREE, "places": 2}, [9], [9]),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _THREE}, 1, "1", ["1"], [3, 1, 2], [1, 1, 2], [True, 2, 9], [[1]], [None], ""),
        *each_of({"choices": _THREE}, [1, 2], {}, {"1": 1, "2": 1}, {"1": 1, "2": 3}, {"1": "first"}),
        *each_of({"choices": _THREE, "places": 2}, [1, 2, 9], [1, 1], {"1": 2}),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the codes in the order given, or None; without `places` every choice must have its place."""
        if raw is None or raw == []:
            return None
        if isinstance(raw, dict):
            raise _refuse_places(raw)
        known = choice_codes(question)
        if not isinstance(raw, list) or not all(is_code(code) and code in known for code in raw):
            raise AnswerError(_("Put the choices shown into an order."))
        if len(set(raw)) != len(raw):
            raise AnswerError(_("The same choice is given twice; give each once."))
        places = question["settings"].get("places")
        if places is None and len(raw) < len(known):
            raise AnswerError(_("Give every choice a place, or leave all of them without one."))
        if places is not None and len(raw) > places:
            raise AnswerError(_("Give a place to at most %(places)d choices.") % {"places": places})
        return list(raw)

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the place of each choice; places that make no order are passed on for `clean` to refuse."""
        placed = {
            code: (list(typed) if len(typed) > 1 else code_from_form(typed[0]))
            for code in choice_codes(question)
            if (typed := fields.get(str(code), ())) and list(typed) != [""]
        }
        order = {place: code for code, place in placed.items() if is_code(place)}
        if sorted(order) == list(range(1, len(placed) + 1)):
            return [order[place] for place in sorted(order)]
        return {str(code): place for code, place in placed.items()}

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the place of each choice that has one."""
        return {str(code): [str(place)] for place, code in enumerate(answer or (), start=1)}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the codes of the choices."""
        return tuple(map(str, choice_codes(question)))

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the chosen codes, and the place of each."""
        return {"": answer, **{str(code): place for place, code in enumerate(answer, start=1)}}

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the choices in the designer's order."""
        return choice_options(question)

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return each choice with the places it may take."""
        options = choice_options(question)
        places = min(question["settings"].get("places") or len(options), len(options))
        rows = []
        for option in options:
            typed = next(iter(fields.get(str(option.value), ())), "")
            shown = [{"place": place, "chosen": str(place) == typed} for place in range(1, places + 1)]
            words = in_language(option.text, language) or str(option.value)  # a draft may lack them
            rows.append({"code": option.value, "words": words, "places": shown})
        return {"rows": rows, "places": places, "is_partial": places < len(options)}

    def new_settings(self) -> dict[str, Any]:
        """Return three choices to be worded."""
        return {**self.blank_settings, "choices": blank_choices(3)}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices, and more of them than anyone can put into an order."""
        yield from choice_problems(settings, languages)
        count, places = len(settings.get("choices", [])), settings.get("places")
        if count > MOST_RANKED:
            yield _("Nobody can put more than %(most)d choices into an order; list fewer.") % {
                "most": MOST_RANKED
            }
        if places is not None and places > count:
            yield _("There are more places than choices.")


def _refuse_places(placed: Mapping[str, Any]) -> AnswerError:
    """Say why places by choice, as a form gives them, make no order."""
    taken = Counter(place for place in placed.values() if is_code(place))
    for place, times in sorted(taken.items()):
        if times > 1:
            return AnswerError(
                _("Place %(place)d is given to %(times)d choices; give each place once.")
                % {"place": place, "times": times}
            )
    for place in range(1, len(placed) + 1):
        if place not in taken:
            return AnswerError(_("Place %(place)d is not given to any choice.") % {"place": place})
    return AnswerError(_("Put the choices shown into an order."))
