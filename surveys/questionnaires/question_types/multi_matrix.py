"""A table whose rows are answered on several scales: how important each service is, and how satisfied one is with it.

The answer to each row on each scale is an item of its own, `q5.r1.s1`.
"""

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
    ROW_CODE,
    ROWS,
    SCALE,
    SCALE_LABELS,
    Scale,
    blank_rows,
    row_problems,
    rows_of,
    scale_of,
    scale_problems,
)
from surveys.questionnaires.question_types.scales import (
    ASIDES,
    OFFER,
    OFFER_LABELS,
    SPOKEN,
    WORDS,
    aside_options,
    clean_code,
)
from surveys.questionnaires.shapes import ListOf, Record, text_of

MOST_SCALES = 5
_SCALES = ListOf(
    Record({"code": ROW_CODE, "text": text_of(100), "scale": SCALE}, {"choices": GRADES, "words": WORDS}),
    most=MOST_SCALES,
)
_TWO = {
    "rows": [{"code": code, "text": {"en": f"row {code}"}} for code in ("r1", "r2")],
    "scales": [
        {"code": "sat", "text": {"en": "How satisfied"}, "scale": "satisfaction"},
        {
            "code": "use",
            "text": {"en": "Used it"},
            "scale": "own",
            "choices": [{"code": 1, "text": {"en": "Yes"}}, {"code": 2, "text": {"en": "No"}}],
        },
    ],
}


class MultiMatrix(QuestionType):
    """Rows on several scales."""

    name = "multi_matrix"
    label = gettext_lazy("Table with several scales")
    purpose = gettext_lazy(
        "Up to 100 rows, each answered on up to five scales, such as use and satisfaction."
    )
    answer = (
        "an object of codes by row and scale such as `r1.s1`, or “dk” or “na” as a string where offered; "
        "what has no answer is left out"
    )
    template = "surveys/questionnaires/types/multi_matrix.html"
    family = "grids"
    coded = True
    settings_shape = Record(optional={"rows": ROWS, "scales": _SCALES, "offer": OFFER})
    blank_settings: ClassVar[Settings] = {"rows": [], "scales": [], "offer": []}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        **SCALE_LABELS,
        "scales": gettext_lazy("Scales"),
        **OFFER_LABELS,
    }
    spoken = SPOKEN

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        (_TWO, {"r2.use": 2, "r1.sat": "na", "r1.use": 1}, {"r1.sat": "na", "r1.use": 1, "r2.use": 2}),
        (_TWO, {"r1.sat": None}, None),
        (_TWO, {}, None),
        (_TWO, None, None),
        ({**_TWO, "offer": ["dk"]}, {"r1.use": "dk"}, {"r1.use": "dk"}),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(_TWO, 5, "5", [], "", {"r1": 5}, {"r1.sat": 6}, {"r1.use": 3}, {"r1.use": "dk"}),
        *each_of(_TWO, {"r3.sat": 5}, {"r1.sat": "5"}, {"r1.sat": True}, {"sat.r1": 5}, {"r1": {"sat": 5}}),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the answers by row and scale in the order of the table, or None when there is none."""
        if raw is None:
            return None
        cells = self._cells(question)
        if not isinstance(raw, dict) or not set(raw) <= set(cells):
            raise AnswerError(_("Answer the rows shown."))
        answers = {cell: clean_code(raw.get(cell), scale.codes, scale.names) for cell, scale in cells.items()}
        return {cell: answer for cell, answer in answers.items() if answer is not None} or None

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the chosen radio button of each row on each scale."""
        chosen = {cell: self.from_form(question, fields.get(cell, ())) for cell in self._cells(question)}
        return {cell: answer for cell, answer in chosen.items() if answer is not None} or None

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the chosen radio button of one row on one scale."""
        value = super().from_form(question, values)
        return code_from_form(value) if isinstance(value, str) else value

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the button of each row on each scale that has an answer."""
        return {cell: [str(given)] for cell, given in (answer or {}).items()}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return row and scale of every cell."""
        return tuple(self._cells(question))

    def items(self, question: Question) -> tuple[ItemSpec, ...]:
        """Return one item for each row and scale, in the order of the table."""
        scales = self._scales(question)
        return tuple(
            ItemSpec(
                f"{row['code']}.{entry['code']}",
                scale.codes,
                scale.scored,
                _both(row["text"], entry["text"]),
                scale.labels,
            )
            for row in rows_of(question)
            for entry, scale in scales
        )

    def missing(self, question: Question, answer: Any, language: str) -> list[str]:
        """Return the words of the rows that lack an answer on any of the scales."""
        scales = [entry["code"] for entry, _scale in self._scales(question)]
        return [
            in_language(row["text"], language)
            for row in rows_of(question)
            if any(f"{row['code']}.{scale}" not in answer for scale in scales)
        ]

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the code of each cell that has one."""
        return answer, {}

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return the answers by row and scale."""
        return dict(answer)

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return each cell that was answered, with the words of its row, its scale and its answer."""
        is_chinese = language.startswith("zh")
        said = []
        for row in rows_of(question):
            for entry, scale in self._scales(question):
                given = answer.get(f"{row['code']}.{entry['code']}")
                if given is not None:
                    texts = {option.value: option.text for option in scale.options}
                    names = " · ".join(in_language(text, language) for text in (row["text"], entry["text"]))
                    said.append(f"{names}{'：' if is_chinese else ': '}{in_language(texts[given], language)}")
        return ("；" if is_chinese else "; ").join(said)

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return each row with its scales, and each of these with its options."""
        scales = self._scales(question)
        rows = [
            {
                "code": row["code"],
                "words": in_language(row["text"], language),
                "scales": [
                    {
                        "suffix": f"{row['code']}.{entry['code']}",
                        "words": in_language(entry["text"], language),
                        "options": scale.drawn(fields.get(f"{row['code']}.{entry['code']}", ()), language),
                    }
                    for entry, scale in scales
                ],
            }
            for row in rows_of(question)
        ]
        return {"rows": rows}

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return what stands beside every scale; the grades differ from scale to scale."""
        return aside_options(ASIDES)

    def new_settings(self) -> dict[str, Any]:
        """Return two rows to be worded, and satisfaction and frequency to answer them on."""
        scales = [
            {"code": "s1", "text": {}, "scale": "satisfaction"},
            {"code": "s2", "text": {}, "scale": "frequency"},
        ]
        return {**self.blank_settings, "rows": blank_rows(), "scales": scales}

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the rows and the scales."""
        yield from row_problems(settings.get("rows", ()), languages)
        scales = settings.get("scales", [])
        if not scales:
            yield _("List at least one scale.")
        for code, times in Counter(entry["code"] for entry in scales).items():
            if times > 1:
                yield _("Two scales have the code “%(code)s”; each needs its own.") % {"code": code}
        for entry in scales:
            for language in languages:
                if not entry["text"].get(language):
                    yield _("The scale “%(code)s” has no words in “%(language)s”.") % {
                        "code": entry["code"],
                        "language": language_name(language),
                    }
            yield from scale_problems(entry, settings.get("offer", ()), languages)

    def _scales(self, question: Question) -> list[tuple[Mapping[str, Any], Scale]]:
        settings = question["settings"]
        return [(entry, scale_of(entry, settings.get("offer", ()))) for entry in settings.get("scales", ())]

    def _cells(self, question: Question) -> dict[str, Scale]:
        scales = self._scales(question)
        return {
            f"{row['code']}.{entry['code']}": scale for row in rows_of(question) for entry, scale in scales
        }


def _both(row: Mapping[str, str], scale: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a row with those of a scale behind them, in every language that has either."""
    return {
        language: " · ".join(filter(None, (row.get(language), scale.get(language))))
        for language in dict.fromkeys((*row, *scale))
    }
