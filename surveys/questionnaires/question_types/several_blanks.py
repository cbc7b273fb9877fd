"""Several short texts under one question, each with its own label. Never required, like any text."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language, language_name
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Question,
    QuestionType,
    Settings,
    each_of,
)
from surveys.questionnaires.question_types.texts import ShortText
from surveys.questionnaires.shapes import ListOf, Matching, Record, Whole, text_of

MOST_BLANKS = 20
USUAL_LENGTH = 200

_line = ShortText()
_TWO = {
    "blanks": [
        {"code": "road", "text": {"en": "Road"}},
        {"code": "no", "text": {"en": "Number"}, "max_length": 5},
    ]
}


class SeveralBlanks(QuestionType):
    """A text for each of several blanks."""

    name = "several_blanks"
    label = gettext_lazy("Several blanks")
    purpose = gettext_lazy("A few short texts that belong together, such as road and number.")
    answer = "an object: the code of each blank that was filled in, with its text"
    template = "surveys/questionnaires/types/several_blanks.html"
    family = "texts"
    coded = False
    may_be_required = False
    settings_shape = Record(
        optional={
            "blanks": ListOf(
                Record(
                    required={"code": Matching("^[a-z0-9][a-z0-9_-]*$", "road", 30), "text": text_of(200)},
                    optional={"max_length": Whole(1, 1000)},
                ),
                most=MOST_BLANKS,
            )
        }
    )
    blank_settings: ClassVar[Settings] = {"blanks": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {"blanks": gettext_lazy("Blanks")}

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        (_TWO, {"road": "Lake Road", "no": "12"}, {"road": "Lake Road", "no": "12"}),
        (_TWO, {"no": " 12 "}, {"no": "12"}),
        (_TWO, {"road": "<b>", "no": None}, {"road": "<b>"}),
        (_TWO, {"road": "  "}, None),
        (_TWO, {}, None),
        (_TWO, None, None),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            _TWO, "Lake Road", 5, 1.5, True, [], ["12"], {"lane": "x"}, {"": "x"}, {"no": 12}, {"no": ["1"]}
        ),
        *each_of(
            _TWO, {"no": "123456"}, {"road": "x" * 100_000}, {"road": "a\x00"}, {"road": "a\nb"}, {"no": {}}
        ),
        ({"blanks": []}, {"road": "x"}),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the texts by blank, in the designer's order, or None when all are blank."""
        if raw is None:
            return None
        blanks = {blank["code"]: blank for blank in question["settings"].get("blanks", ())}
        if not isinstance(raw, Mapping) or not set(raw) <= set(blanks):
            raise AnswerError(_("Give the texts by blank."))
        texts = {code: self._text(blank, raw.get(code)) for code, blank in blanks.items()}
        return {code: words for code, words in texts.items() if words is not None} or None

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the blanks, each in a field of its own."""
        if fields.get(""):
            return list(fields[""])
        texts = {code: _line.from_form(question, fields.get(code, ())) for code in self._codes(question)}
        return {code: words for code, words in texts.items() if words is not None} or None

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return a field for each blank."""
        return {code: [words] for code, words in (answer or {}).items()}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the codes of the blanks."""
        return self._codes(question)

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the texts, each an entry of its own with a salt of its own."""
        return {}, answer

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the texts."""
        return dict(answer)

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return the texts, one after the other."""
        return ("，" if language.startswith("zh") else ", ").join(answer.values())

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the blanks with what was typed into them."""
        return {
            "blanks": [
                {
                    "code": blank["code"],
                    "words": in_language(blank["text"], language),
                    "value": next(iter(fields.get(blank["code"], ())), ""),
                    "is_short": _longest(blank) <= 20,
                }
                for blank in question["settings"].get("blanks", ())
            ]
        }

    def new_settings(self) -> dict[str, Any]:
        """Return two blanks to be worded."""
        return {"blanks": [{"code": code, "text": {}} for code in ("a", "b")]}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield blanks that share a code or have no words."""
        blanks = settings.get("blanks", [])
        if not blanks:
            yield _("List at least one blank.")
        for code, times in Counter(blank["code"] for blank in blanks).items():
            if times > 1:
                yield _("Two blanks have the code “%(code)s”; each needs its own.") % {"code": code}
        for blank in blanks:
            for language in languages:
                if not blank["text"].get(language):
                    yield _("The blank “%(code)s” has no words in “%(language)s”.") % {
                        "code": blank["code"],
                        "language": language_name(language),
                    }

    def _codes(self, question: Question) -> tuple[str, ...]:
        return tuple(blank["code"] for blank in question["settings"].get("blanks", ()))

    def _text(self, blank: Mapping[str, Any], raw: Any) -> Any:
        try:
            return _line.clean({"settings": {"max_length": _longest(blank)}}, raw)
        except AnswerError as error:
            label = in_language(blank["text"])
            raise AnswerError(
                _("%(label)s: %(words)s") % {"label": label, "words": error} if label else str(error)
            ) from None


def _longest(blank: Mapping[str, Any]) -> int:
    return int(blank.get("max_length", USUAL_LENGTH))
