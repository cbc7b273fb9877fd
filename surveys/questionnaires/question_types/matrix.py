"""A table: several rows, each answered once on the same scale.

The answer to each row is an item of its own, `q5.r1`, scored where the scale is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    ItemSpec,
    Option,
    Question,
    QuestionType,
    Settings,
    code_from_form,
    each_of,
)
from surveys.questionnaires.question_types.choices import GRADES
from surveys.questionnaires.question_types.grids import (
    ROWS,
    SCALE,
    SCALE_LABELS,
    Scale,
    blank_rows,
    row_items,
    row_problems,
    rows_of,
    scale_of,
    scale_problems,
)
from surveys.questionnaires.question_types.scales import OFFER, OFFER_LABELS, SPOKEN, WORDS, clean_code
from surveys.questionnaires.shapes import Record

_ROWS = [{"code": code, "text": {"en": f"row {code}"}} for code in ("r1", "r2")]
_OWN = {
    "rows": _ROWS,
    "scale": "own",
    "choices": [{"code": 7, "text": {"en": "a"}}, {"code": 3, "text": {"en": "b"}}],
}


class Matrix(QuestionType):
    """Rows on one scale."""

    name = "matrix"
    label = gettext_lazy("Table, one answer in each row")
    purpose = gettext_lazy("Up to 100 rows on one scale: satisfaction, agreement, frequency or your own.")
    answer = "an object of codes by row, or “dk” or “na” as a string where offered; rows without an answer left out"
    template = "surveys/questionnaires/types/matrix.html"
    family = "grids"
    coded = True
    settings_shape = Record(
        optional={"rows": ROWS, "scale": SCALE, "choices": GRADES, "words": WORDS, "offer": OFFER}
    )
    blank_settings: ClassVar[Settings] = {
        "rows": [],
        "scale": "satisfaction",
        "choices": [],
        "words": {},
        "offer": [],
    }
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {**SCALE_LABELS, **OFFER_LABELS}
    spoken = SPOKEN

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"rows": _ROWS}, {"r2": 4, "r1": "dk"}, {"r1": "dk", "r2": 4}),
        ({"rows": _ROWS}, {"r1": 5}, {"r1": 5}),
        ({"rows": _ROWS}, {"r1": None}, None),
        ({"rows": _ROWS}, {}, None),
        ({"rows": _ROWS}, None, None),
        (
            {"rows": _ROWS, "scale": "frequency", "offer": ["na"]},
            {"r1": 1, "r2": "na"},
            {"r1": 1, "r2": "na"},
        ),
        (_OWN, {"r1": 7, "r2": 3}, {"r1": 7, "r2": 3}),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"rows": _ROWS}, 5, "5", [5], [], "", {"r1": 6}, {"r1": "5"}, {"r1": True}, {"r1": [5]}),
        *each_of({"rows": _ROWS}, {"r3": 5}, {"": 5}, {"r1": {"r1": 5}}, {"r1": 5, "r2": 0}),
        *each_of({"rows": _ROWS, "scale": "frequency"}, {"r1": "dk"}),
        *each_of(_OWN, {"r1": 5}, {"r1": "na"}),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the answers by row in the order of the rows, or None when no row has one."""
        if raw is None:
            return None
        codes = [row["code"] for row in rows_of(question)]
        if not isinstance(raw, dict) or not set(raw) <= set(codes):
            raise AnswerError(_("Answer the rows shown."))
        scale = self._scale(question)
        answers = {code: clean_code(raw.get(code), scale.codes, scale.names) for code in codes}
        return {code: answer for code, answer in answers.items() if answer is not None} or None

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the chosen radio button of each row."""
        chosen = {
            row["code"]: self.from_form(question, fields.get(row["code"], ())) for row in rows_of(question)
        }
        return {code: answer for code, answer in chosen.items() if answer is not None} or None

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button of one row."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the button of each row that has an answer."""
        return {code: [str(given)] for code, given in (answer or {}).items()}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the codes of the rows."""
        return tuple(row["code"] for row in rows_of(question))

    def items(self, question: Question) -> tuple[ItemSpec, ...]:
        """Return one item for each row."""
        return row_items(question, self._scale(question))

    def missing(self, question: Question, answer: Any, language: str) -> list[str]:
        """Return the words of the rows without an answer."""
        return [in_language(row["text"], language) for row in rows_of(question) if row["code"] not in answer]

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the code of each row that has one."""
        return answer, {}

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the answers by row."""
        return dict(answer)

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return each row that was answered, with the words of its answer."""
        is_chinese = language.startswith("zh")
        texts = {option.value: in_language(option.text, language) for option in self.options(question)}
        said = [
            f"{in_language(row['text'], language)}{'：' if is_chinese else ': '}{texts[answer[row['code']]]}"
            for row in rows_of(question)
            if row["code"] in answer
        ]
        return ("；" if is_chinese else "; ").join(said)

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return each row with its options."""
        scale = self._scale(question)
        rows = [
            {
                "code": row["code"],
                "words": in_language(row["text"], language) or row["code"],  # a draft may lack them
                "options": scale.drawn(fields.get(row["code"], ()), language),
            }
            for row in rows_of(question)
        ]
        return {"rows": rows}

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes that each row may have."""
        return self._scale(question).codes

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return what each row may be answered with."""
        return self._scale(question).options

    def new_settings(self) -> dict[str, Any]:
        """Return two rows to be worded."""
        return {**self.blank_settings, "rows": blank_rows()}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the rows and the scale."""
        yield from row_problems(settings.get("rows", ()), languages)
        yield from scale_problems(settings, settings.get("offer", ()), languages)

    def _scale(self, question: Question) -> Scale:
        return scale_of(question["settings"], question["settings"].get("offer", ()))
