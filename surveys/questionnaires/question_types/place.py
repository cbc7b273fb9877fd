"""A place, chosen level by level: province, city, county, township, village.

The places are a list in the settings, each naming the one above it. Whoever answers may stop at any level, unless
the designer needs more of them. An answer is the way from the top, so that none of its levels has to be looked up.
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
from surveys.questionnaires.shapes import ListOf, Matching, Record, Whole, text_of

MOST_PLACES = 5000
MOST_LEVELS = 5

_CODE = "[a-z0-9][a-z0-9_-]*"
_SOME = {
    "levels": [{"text": {"en": "City"}}, {"text": {"en": "County"}}],
    "places": [
        {"code": "3501", "parent": "", "text": {"en": "Fuzhou"}},
        {"code": "3502", "parent": "", "text": {"en": "Xiamen"}},
        {"code": "350102", "parent": "3501", "text": {"en": "Gulou"}},
        {"code": "350203", "parent": "3502", "text": {"en": "Siming"}},
    ],
}
_BOTH = {**_SOME, "least": 2}


class PlaceChoice(QuestionType):
    """A way down a tree of places."""

    name = "place"
    label = gettext_lazy("Place, level by level")
    purpose = gettext_lazy(
        "Province, city, county, township, village, each offered for the one chosen before."
    )
    answer = "a list of the codes of places, from the top"
    template = "surveys/questionnaires/types/place.html"
    family = "evidence"
    coded = False
    settings_shape = Record(
        optional={
            "levels": ListOf(Record({"text": text_of(60)}), most=MOST_LEVELS),
            "places": ListOf(
                Record(
                    {
                        "code": Matching(f"^{_CODE}$", "350102", 50),
                        "parent": Matching(f"^({_CODE})?$", "3501", 50),
                        "text": text_of(100),
                    }
                ),
                most=MOST_PLACES,
            ),
            "least": Whole(1, MOST_LEVELS),
        }
    )
    blank_settings: ClassVar[Settings] = {"levels": [], "places": [], "least": 1}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "levels": gettext_lazy("Levels"),
        "places": gettext_lazy("Places"),
        "least": gettext_lazy("Levels that an answer needs at least"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        (_SOME, ["3501"], ["3501"]),
        (_SOME, ["3501", "350102"], ["3501", "350102"]),
        (_SOME, [], None),
        (_SOME, None, None),
        (_BOTH, ["3502", "350203"], ["3502", "350203"]),
        (_BOTH, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            _SOME, "3501", 3501, 1.5, True, {}, "", [3501], [None], [""], [["3501"]], ["350102"], ["9999"]
        ),
        *each_of(
            _SOME, ["3501", "350203"], ["3501", "3501"], ["3501", "350102", "350102"], ["3501"] * 10_000
        ),
        *each_of(_SOME, ["<b>"], ["3501\x00"], ["3" * 100_000]),
        (_BOTH, ["3501"]),
        ({}, ["3501"]),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the way from the top, or None."""
        settings = question["settings"]
        if raw is None or raw == []:
            return None
        levels = len(settings.get("levels", ()))
        if not isinstance(raw, list) or len(raw) > levels or not all(isinstance(code, str) for code in raw):
            raise AnswerError(_("Choose from the places shown."))
        parents = {place["code"]: place["parent"] for place in settings.get("places", ())}
        for above, code in zip(["", *raw], raw, strict=False):
            if code not in parents:
                raise AnswerError(_("Choose from the places shown."))
            if parents[code] != above:
                raise AnswerError(_("These places do not belong together. Choose the lower ones again."))
        least = settings.get("least", 1)
        if len(raw) < least and any(parent == raw[-1] for parent in parents.values()):
            raise AnswerError(
                ngettext("Choose down to the first level.", "Choose down to level %(level)d.", least)
                % {"level": least}
            )
        return raw

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the levels, each in a field of its own; the last one that is filled in ends the way."""
        if fields.get("") or any(len(fields.get(suffix, ())) > 1 for suffix in self.suffixes(question)):
            return [list(values) for values in fields.values()]
        codes = [next(iter(fields.get(suffix, ())), "") for suffix in self.suffixes(question)]
        while codes and not codes[-1]:
            codes.pop()
        return codes or None

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return a field for each level."""
        return {str(level): [code] for level, code in enumerate(answer or (), start=1)}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the numbers of the levels."""
        return tuple(str(level + 1) for level in range(len(question["settings"].get("levels", ()))))

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the codes together, and each level's alone."""
        return {"": answer, **{str(level): code for level, code in enumerate(answer, start=1)}}

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the names of the places, from the top."""
        names = {
            place["code"]: in_language(place["text"], language) for place in question["settings"]["places"]
        }
        return ("" if language.startswith("zh") else ", ").join(names.get(code) or code for code in answer)

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the levels that can be chosen from now, with the places under the one chosen above."""
        settings = question["settings"]
        under: dict[str, list[Mapping[str, Any]]] = {}
        for place in settings.get("places", ()):
            under.setdefault(place["parent"], []).append(place)
        levels, above = [], ""
        for number, level in enumerate(settings.get("levels", ()), start=1):
            offered = under.get(above, []) if number == 1 or above else []
            if not offered:
                break
            typed = next(iter(fields.get(str(number), ())), "")
            above = typed if any(place["code"] == typed for place in offered) else ""
            levels.append(
                {
                    "number": number,
                    "words": in_language(level["text"], language),
                    "chosen": above,
                    "places": [
                        {"code": place["code"], "words": in_language(place["text"], language)}
                        for place in offered
                    ],
                }
            )
        return {"levels": levels, "goes_on": self._goes_on(question, levels, under)}

    def new_settings(self) -> dict[str, Any]:
        """Return one level, without places."""
        return {"levels": [{"text": {}}], "places": [], "least": 1}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with levels and places."""
        levels, places = settings.get("levels", []), settings.get("places", [])
        if not levels:
            yield _("Name at least one level.")
        for number, level in enumerate(levels, start=1):
            for language in languages:
                if not level["text"].get(language):
                    yield _("Level %(number)d has no name in %(language)s.") % {
                        "number": number,
                        "language": language_name(language),
                    }
        if settings.get("least", 1) > max(1, len(levels)):
            yield _("More levels are needed than there are.")
        if len(places) < 2:
            yield _("List at least two places.")
        yield from _place_problems(places, len(levels))
        for language in languages:
            unnamed = [place["code"] for place in places if not place["text"].get(language)]
            if unnamed:
                yield ngettext(
                    "%(count)d place has no name in %(language)s; the first is “%(code)s”.",
                    "%(count)d places have no name in %(language)s; the first is “%(code)s”.",
                    len(unnamed),
                ) % {"count": len(unnamed), "language": language_name(language), "code": unnamed[0]}

    def _goes_on(self, question: Question, levels: Sequence[Any], under: Mapping[str, Any]) -> bool:
        """Say whether choosing now would bring up another level."""
        if not levels or len(levels) == len(question["settings"]["levels"]):
            return False
        return any(place["code"] in under for place in levels[-1]["places"])


def _place_problems(places: Sequence[Mapping[str, Any]], levels: int) -> Iterator[str]:
    """Yield places that share a code, hang under nothing, in a circle or too deep; the first of each is named."""
    code, times = next(iter(Counter(place["code"] for place in places).most_common(1)), ("", 0))
    if times > 1:
        yield _("Two places have the code “%(code)s”; each needs its own.") % {"code": code}
        return
    parents = {place["code"]: place["parent"] for place in places}
    for code in parents:
        above, depth = code, 0
        while above in parents and depth <= levels:
            above, depth = parents[above], depth + 1
        if depth > levels:
            yield _("The place “%(code)s” lies deeper than there are levels, or under itself.") % {
                "code": code
            }
            return
        if above:
            yield _("The place “%(code)s” lies under “%(parent)s”, which is not listed.") % {
                "code": code,
                "parent": above,
            }
            return
