"""Which type of question an entry of the outline is, and the settings it gets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from surveys.questionnaires.documents import EACH, GENERAL, Question
from surveys.questionnaires.pasting.outline import Asked, Choice
from surveys.questionnaires.pasting.vocabulary import (
    ASIDES,
    NO,
    NONE_OF_THEM,
    OTHER,
    SAY_WHAT,
    SCALES,
    UNITS,
    YES,
    grades_of,
    own_words,
    scale_of,
    squeezed,
)
from surveys.questionnaires.question_types import question_type

if TYPE_CHECKING:
    from surveys.questionnaires.pasting.making import Maker

# What a question can be turned into where the text is shown as understood.
OFFERED = (
    "satisfaction",
    "agreement",
    "csat",
    "ces",
    "stars",
    "faces",
    "frequency",
    "nps",
    "rating_points",
    "yes_no",
    "single_choice",
    "multiple_choice",
    "dropdown",
    "ranking",
    "matrix",
    "number",
    "date",
    "time",
    "short_text",
    "long_text",
    "email",
    "phone",
    "info",
)
LISTED = frozenset({"single_choice", "multiple_choice", "dropdown", "ranking"})
TABLES = frozenset({"matrix", "satisfaction_matrix"})
TEXTS = frozenset({"short_text", "long_text"})
MOST_POINTS = 11
_UNIT = re.compile(r"_{2,}\s*([a-z]{2,8}|[\u4e00-\u9fff]{1,2})")
_DATE = re.compile(r"_{2,}\s*年\s*_{2,}\s*月")
_BLANKS = re.compile(r"[_＿]{2,}|[(（]\s{2,8}[)）]$")
_EMPTY_BRACKETS = re.compile(r"[:：]?[(（]\s{0,20}[)）][。.]?$")  # where a letter is written on paper
_YES_NO = re.compile(r"\s+(?:yes\s*/\s*no|是\s*/\s*否)$", re.IGNORECASE)
_RANKED = re.compile(r"排序|排列|排名次|\brank\b|\border of importance\b", re.IGNORECASE)
_REACHED = (
    ("phone", re.compile(r"电话|手机号|\bphone|\bmobile number", re.IGNORECASE)),
    ("email", re.compile(r"邮箱|电子邮件|\be-?mail", re.IGNORECASE)),
)
_LONG = (
    "建议",
    "意见",
    "说说",
    "描述",
    "为什么",
    "原因",
    "看法",
    "suggest",
    "comment",
    "describe",
    "why",
    "opinion",
    "anything else",
    "feedback",
    "how could",
)
_SATISFIED = ("满意吗", "满意度", "是否满意", "满意程度", "how satisfied", "satisfaction with")
_ENGLISH_YES_NO = ("did ", "do ", "does ", "have ", "has ", "are ", "is ", "were ", "was ", "can ", "will ")


@dataclass
class Made:
    """A question, the line it comes from, and what the text said about it."""

    question: dict[str, Any]
    line: int
    asked: Asked | None = None  # None for a page
    section: int = 0


def is_rating(question: Question) -> bool:
    """Say whether a question can be a headline: scored, and one rating by itself."""
    return question_type(question["type"]).scored and question["type"] not in TABLES


def questions_of(maker: "Maker", asked: Asked) -> Iterator[Made]:
    """Yield the question that `asked` is, or several: a table whose rows are departments asks about each of them."""
    kind = maker.kinds.get(asked.line) or asked.marks.kind or ""
    is_marked = kind in TABLES or (kind == "satisfaction" and asked.marks.kind in TABLES)
    if asked.rows or (asked.choices and is_marked):
        yield from _of_a_table(maker, asked, kind)
        return
    words = [next(iter(choice.text.values()), "") for choice in asked.choices]
    scale = scale_of(words)
    guessed = ""
    if scale and kind == "single_choice" and asked.line not in maker.kinds:
        kind = scale  # whoever writes “one choice” beside five grades means how to tick them
    if not kind and asked.choices:
        kind = scale or _of_choices(asked, words)
    if not kind and not asked.choices:
        kind = maker.section_kind
    if not kind and asked.marks.span:
        kind = "scale"
    if not kind:
        kind = guessed = _of_words(asked)
    kind = _settled(maker, asked, kind, scale, words)
    if guessed:
        _say_guessed(maker, asked, kind)
    settings = settings_of(maker, asked, kind)
    text = {
        language: _without_blanks(said) if kind in TEXTS | {"number", "date", "phone", "email"} else said
        for language, said in asked.text.items()
    }
    if asked.choices:
        text = {language: _EMPTY_BRACKETS.sub("", said) or said for language, said in text.items()}
    if kind == "yes_no":
        text = {language: _YES_NO.sub("", said) or said for language, said in text.items()}
    about = {"about": EACH} if kind == "satisfaction_matrix" else {}
    yield Made({"type": kind, "text": text, "settings": settings, **about}, asked.line, asked)


def _without_blanks(said: str) -> str:
    found = _UNIT.search(said.casefold())
    if dated := _DATE.search(said):
        said = said[: dated.start()]
    elif found and found[1] in UNITS:
        said = said[: found.start()] + said[found.end() :]
    return " ".join(_BLANKS.sub("", said).split()) or said


def _of_choices(asked: Asked, words: Sequence[str]) -> str:
    folded = [squeezed(word) for word in words]
    rest = [word for word in folded if word not in ASIDES]
    if len(rest) == 2 and rest[0] in YES and rest[1] in NO and rest[0] in ("是", "yes"):
        return "yes_no"
    if any(_RANKED.search(said) for said in asked.text.values()):
        return "ranking"
    return "single_choice"


def _of_words(asked: Asked) -> str:
    """Return the type that the words of a question without any choice or mark speak for."""
    said = " ".join(asked.text.values())
    lower = said.casefold()
    if _DATE.search(said):
        return "date"
    found = _UNIT.search(lower)
    if found and found[1] in UNITS:
        return "number"
    if any(word in lower for word in _SATISFIED):
        return "satisfaction"
    if not _BLANKS.search(said) and any(
        part.casefold().startswith(_ENGLISH_YES_NO) or "是否" in part or "有没有" in part
        for part in asked.text.values()
    ):
        return "yes_no"
    if any(word in lower for word in _LONG):
        return "long_text"
    return next((kind for kind, asks in _REACHED if _BLANKS.search(said) and asks.search(said)), "short_text")


def _say_guessed(maker: "Maker", asked: Asked, kind: str) -> None:
    label = question_type(kind).label
    message = _("There are no choices and no mark; it is taken as “%(type)s”.") % {"type": label}
    has_blank = any(_BLANKS.search(said) for said in asked.text.values())
    maker.note(asked.line, message, is_doubtful=not has_blank)


def _settled(maker: "Maker", asked: Asked, kind: str, scale: str, words: Sequence[str]) -> str:
    """Return a type that is there and can take what the entry brings, with a note when that is another one."""
    span = asked.marks.span
    if kind == "scale":
        if span:
            kind = "nps" if span == (0, 10) else "rating_points"
            if kind == "rating_points" and (span[0] != 1 or span[1] > MOST_POINTS):
                maker.note(
                    asked.line,
                    _("Points go from 1 to at most %(most)d; set their number in the editor.")
                    % {"most": MOST_POINTS},
                )
        else:
            kind = scale or "satisfaction"
            if not scale:
                maker.note(
                    asked.line, _("Which scale is meant is not said; it is taken as five-grade satisfaction.")
                )
    if kind in SCALES and words:
        _compare_words(maker, asked, kind, words)
    listed = len(asked.choices)
    if kind in LISTED and not listed:
        maker.note(asked.line, _("Choices are missing below this question; list them in the editor."))
    elif listed and kind not in LISTED and kind not in SCALES and kind != "yes_no":
        maker.note(
            asked.line, _("A question of this type has no choices; those listed below it are left out.")
        )
    if kind == "satisfaction_matrix":
        maker.note(
            asked.line,
            _("Its rows are the departments of the wave, so it is about each department."),
            is_doubtful=False,
        )
    elif kind == "matrix":
        maker.note(asked.line, _("The rows of the table are missing; list them in the editor."))
    return kind


def _compare_words(maker: "Maker", asked: Asked, scale: str, words: Sequence[str]) -> None:
    """Say where the words of a scale are not those that every questionnaire uses."""
    grades = grades_of(scale, words)
    strange = [
        word for word, grade in zip(words, grades, strict=True) if not grade and squeezed(word) not in ASIDES
    ]
    if strange:
        message = _("These are no grades of the scale and are left out: %(words)s.")
        maker.note(asked.line, message % {"words": ", ".join(strange)[:200]})
    other = [word for word, grade in zip(words, grades, strict=True) if grade and not own_words(scale, word)]
    if other:
        message = _(
            "The grades have the same words in every questionnaire, so these are put in those words: %(words)s."
        )
        said = message % {"words": ", ".join(other)[:200]}
        maker.note(asked.line, said, is_doubtful=all(note.words != said for note in maker.notes))  # once


def settings_of(maker: "Maker", asked: Asked, kind: str) -> dict[str, Any]:
    """Return the settings of a question of type `kind`."""
    settings = question_type(kind).new_settings()
    marks = asked.marks
    if kind in LISTED:
        asides = [] if kind != "single_choice" else [c for c in asked.choices if _aside(c)]
        settings["choices"] = _choices(
            [c for c in asked.choices if c not in asides],
            several=kind == "multiple_choice",
            plain=kind == "ranking",
        )
        if asides:
            settings["offer"] = list(dict.fromkeys(_aside(choice) for choice in asides))
    if kind == "multiple_choice":
        settings |= {key: value for key, value in (("min", marks.fewest), ("max", marks.most)) if value}
    if kind == "number":
        if marks.span:
            settings |= {"min": str(marks.span[0]), "max": str(marks.span[1])}
        units = {
            language: found[1]
            for language, said in asked.text.items()
            if (found := _UNIT.search(said.casefold()))
        }
        known = [UNITS[unit] for unit in units.values() if unit in UNITS]
        if known:
            settings["unit"] = {
                language: units.get(language, known[0].get(language, "")) for language in maker.languages
            }
    if kind == "rating_points" and marks.span and 2 <= marks.span[1] <= MOST_POINTS:
        settings["points"] = marks.span[1]
    if kind == "rating_points" and marks.span and len(asked.text) == 1:
        (language,) = asked.text
        for key, number in zip(("low", "high"), marks.span, strict=True):
            if words := marks.ends.get(number):
                settings[key] = {language: words}
    return settings


def _aside(choice: Choice) -> str:
    return next((ASIDES[squeezed(said)] for said in choice.text.values() if squeezed(said) in ASIDES), "")


def _choices(
    choices: Sequence[Choice], *, several: bool = False, plain: bool = False
) -> list[dict[str, Any]]:
    """Return the choices as the document has them, with “other” and “none of these” recognised."""
    listed = []
    for code, choice in enumerate(choices, 1):
        entry: dict[str, Any] = {"code": code, "text": dict(choice.text)}
        folded = [said.casefold() for said in choice.text.values()]
        if not plain and any(
            said.startswith(OTHER) and any(what in said for what in SAY_WHAT) for said in folded
        ):
            entry["other"] = True
            entry["text"] = {language: _say_what_cut(said) for language, said in choice.text.items()}
        elif several and any(word in said for said in folded for word in NONE_OF_THEM):
            entry["exclusive"] = True
        listed.append(entry)
    return listed


def _say_what_cut(said: str) -> str:
    """Return “Other” without “(please specify ____)”: the field for it stands there by itself."""
    cut = min(
        (at for at in map(said.find, ("（", "(", "，", ",", "：", ":", "_", " ")) if at > 0),
        default=len(said),
    )
    return said[:cut].strip() or said


def _of_a_table(maker: "Maker", asked: Asked, kind: str) -> Iterator[Made]:
    """Yield the question of a table, or one for each row when all rows are departments."""
    rows, columns = asked.rows, asked.columns
    if not rows:  # marked as a table, its rows listed like choices
        rows = asked.choices
    heads = [next(iter(column.values()), "") for column in columns]
    scale = scale_of(heads) or ("satisfaction" if kind == "satisfaction_matrix" else "")
    if heads and scale:
        _compare_words(maker, asked, scale, heads)
    names = {
        squeezed(name): code
        for code, text in maker.departments.items()
        for name in (code, *text.values())
        if name
    }
    abouts = [
        next((names[squeezed(said)] for said in row.text.values() if squeezed(said) in names), "")
        for row in rows
    ]
    are_departments = all(about not in ("", GENERAL) for about in abouts)
    if kind == "satisfaction" or (scale == "satisfaction" and kind != "matrix" and are_departments):
        for row, about in zip(rows, abouts, strict=True):
            text = {
                language: _joined(asked.text.get(language, ""), said) for language, said in row.text.items()
            }
            named = {"about": about} if about else {}
            yield Made({"type": "satisfaction", "text": text, "settings": {}, **named}, row.line, asked)
        if are_departments:
            maker.note(
                asked.line,
                _("The rows of the table are departments: each becomes a rating about that department."),
                is_doubtful=False,
            )
        return
    if not columns and not scale:
        scale = "satisfaction"
        maker.note(asked.line, _("Which scale is meant is not said; it is taken as five-grade satisfaction."))
    settings = {**question_type("matrix").new_settings(), "rows": _rows(rows), "scale": scale or "own"}
    if not scale:
        listed = [(column, _aside(Choice(0, column))) for column in columns]
        settings["choices"] = [
            {"code": code, "text": column} for code, column in enumerate([c for c, a in listed if not a], 1)
        ]
        settings["offer"] = list(dict.fromkeys(aside for _column, aside in listed if aside))
    if scale == "satisfaction":
        message = _("To make every row a rating of its own, choose the type “Satisfaction, five grades”.")
        maker.note(asked.line, message, is_doubtful=False)
    yield Made({"type": "matrix", "text": asked.text, "settings": settings}, asked.line, asked)


def _rows(rows: Sequence[Choice]) -> list[dict[str, Any]]:
    return [{"code": f"r{number}", "text": dict(row.text)} for number, row in enumerate(rows, 1)]


def _joined(question: str, row: str) -> str:
    if not question:
        return row
    colon = "：" if any("\u4e00" <= sign <= "\u9fff" for sign in question) else ": "
    return f"{question.rstrip('：:?？ ')}{colon}{row}"
