"""The dataset for SPSS, PSPP, R and Stata: the rows of dataset.csv with labels in Chinese and English."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import translation

from reports.exports.base import Bundle, Paper, Sheet
from reports.exports.delimited import Dataset
from reports.exports.system_file import WIDEST, Variable, cut, written
from reports.scorecards.content import GRADES
from reports.scorecards.wording.words import GRADE_WORDS
from surveys.languages import Text

LABELS = {
    "department": "部门 / department",
    "item": "问题 / question",
    "stratum": "层，合并的以 + 相连 / stratum, joined ones named with +",
    "cell": "加权单元 / weighting cell",
    "value": "评价 / answer",
    "n": "人数（频数权重） / people (frequency weight)",
    "w": "权重之和 / sum of weights",
    "w2": "权重平方和 / sum of squared weights",
}
ANSWERS = {
    "dk": "不了解 / don't know",
    "na": "不适用 / does not apply",
    "blank": "未作答 / left blank",
    "unrated": "未评总体 / did not grade the headline",
    "suppressed": "人数太少，不显示 / too few to show",
}
Row = tuple[str | float | None, ...]


class LabelledDataset(Paper):
    """The counts and sums of weights of all answers, one case a row; each case counts `n` times."""

    name = "dataset.sav"
    media_type = "application/x-spss-sav"

    def made(self, bundle: Bundle) -> bytes:
        """Return the file."""
        rows: list[Row] = []
        names: dict[str, str] = {}
        items: dict[str, str] = {}
        has_choices = False
        for sheet in bundle.sheets():
            names[sheet.code] = both(sheet.content["figures"]["names"])
            for item in sheet.content["items"]:
                items.setdefault(item["code"], both(item["text"]))
                has_choices = has_choices or not item["scored"]
            rows += _cases(sheet)
        labels = {"department": names, "item": items, "value": _answers(has_choices)}
        texts = {name: [str(row[place] or "") for row in rows] for place, name in enumerate(list(LABELS)[:5])}
        widths = {
            name: max((len(cut(one)) for one in {*found, *labels.get(name, ())}), default=1) or 1
            for name, found in texts.items()
        }
        variables = [
            Variable(
                name,
                label,
                width=widths.get(name, 0),
                decimals=0 if name == "n" else 4,
                labels=labels.get(name, {}),
            )
            for name, label in LABELS.items()
        ]
        return written(
            variables,
            rows,
            label=both(bundle.content["titles"]),
            made_at=datetime.fromisoformat(bundle.content["fieldwork"]["release_at"]),
            weighted_by="n",
        )


def both(text: Text) -> str:
    """Return a text in Chinese and English side by side, once where they are the same."""
    chinese, english = text.get("zh-hans", ""), text.get("en", "")
    return " / ".join(dict.fromkeys(filter(None, (chinese, english)))) or next(iter(text.values()), "")


def _cases(sheet: Sheet) -> Iterator[Row]:
    if sheet.dataset["records"] is None:
        return
    seen: dict[str, str] = {}
    for item, stratum, cell, value, n, w, w2 in Dataset().rows(sheet.dataset):
        yield (
            sheet.code,
            item,
            _distinct(str(stratum), seen),
            _distinct(str(cell), seen),
            str(value),
            float(n),
            _number(w),
            _number(w2),
        )


def _distinct(name: str, seen: dict[str, str]) -> str:
    """Return a name that fits into a variable; what is cut gets a number, so that no two become one."""
    if len(name.encode()) <= WIDEST:
        return name
    return seen.setdefault(name, f"{cut(name, WIDEST - 8).decode()}~{len(seen) + 1}")


def _number(digits: str | None) -> float | None:
    return None if digits is None else float(digits)


def _answers(has_choices: bool) -> Mapping[str, str]:
    """Return the words of the answers; where there are other questions, those of grades say that they are grades."""
    graded: dict[str, Any] = {}
    for grade in GRADES:
        words = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                words.append(str(GRADE_WORDS[grade]))
        graded[str(grade)] = " / ".join(words) + ("（评分题 / graded questions）" if has_choices else "")
    return {**graded, **ANSWERS}
