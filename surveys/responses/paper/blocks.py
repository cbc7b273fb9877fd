"""What a question looks like on paper: boxes to tick, lines to write on, tables.

One function for each family of question types, and one table of who is drawn by which. Grades and choices keep their
order and direction, codes stand beside the words for whoever types them in, and nothing is ticked beforehand.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from surveys.languages import in_language
from surveys.questionnaires.documents import Question
from surveys.questionnaires.question_types import Option, QuestionType, question_type
from surveys.responses.access import AskedDepartment
from surveys.responses.paper.layout import Asked

Element = dict[str, Any]
LONG_TEXT_LINES = 5
MOST_TIMES = 4  # of a group that repeats; whoever has more takes a second sheet
MANY_OPTIONS = 12
SHORT = 9  # characters of an option that fits beside four others
LONG = 34  # of one that needs the whole line
IN_A_ROW = 5


def elements_of(asked: Asked, language: str) -> list[Element]:
    """Return what stands below the words of a question: JSON values for the printed form."""
    kind = question_type(asked.question["type"])
    if kind.is_joint:
        return [_joint(asked.question, kind, asked.parts, language)]
    return _elements(asked.question, language)


def _elements(question: Question, language: str) -> list[Element]:
    kind = question_type(question["type"])
    return DRAWN_BY[kind.name](question, kind, language)


def _option(option: Option, language: str) -> Element:
    return {
        "code": str(option.value),
        "words": in_language(option.text, language) or str(option.value),
        "line": option.has_words,
    }


def _ticks(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """One of several, or any of several, in the order of the questionnaire."""
    options = kind.options(question)
    scale = [_option(one, language) for one in options if not one.aside]
    return [
        {
            "kind": "ticks",
            "note": _how_many(question["settings"]) if kind.name == "multiple_choice" else "",
            "columns": _columns(kind, scale),
            "options": scale,
            "asides": _asides(options, language),
        }
    ]


def _columns(kind: QuestionType, options: list[Element]) -> int:
    """Return in how many columns boxes stand: a scale is one row, so that its direction is plain to see."""
    longest = max((len(one["words"]) for one in options), default=0)
    if kind.family == "scales" or (longest <= SHORT and len(options) <= IN_A_ROW):
        return len(options)
    if longest > LONG:
        return 1
    return 3 if len(options) > MANY_OPTIONS else 2


def _how_many(settings: Mapping[str, Any]) -> str:
    least, most = settings.get("min"), settings.get("max")
    if least and most:
        return _("Tick %(least)d to %(most)d.") % {"least": least, "most": most}
    if least:
        return _("Tick at least %(least)d.") % {"least": least}
    if most:
        return _("Tick at most %(most)d.") % {"most": most}
    return _("Tick all that apply.")


def _asides(options: tuple[Option, ...], language: str) -> list[Element]:
    return [_option(one, language) for one in options if one.aside]


def _points(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Numbers between two ends in words."""
    ends = kind.drawn(question, {}, language)
    options = kind.options(question)
    return [
        {
            "kind": "points",
            "low": ends["low"],
            "high": ends["high"],
            "options": [_option(one, language) for one in options if not one.aside],
            "asides": _asides(options, language),
        }
    ]


def _lines(*labels: str, unit: str = "", note: str = "", asides: list[Element] | None = None) -> Element:
    return {
        "kind": "lines",
        "lines": [{"label": label, "unit": unit} for label in labels],
        "note": note,
        "asides": asides or [],
    }


def _one_line(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """A few words, a code, an address: one line."""
    return [_lines("", asides=_asides(kind.options(question), language))]


def _number(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """A number with its unit and bounds, and the words of the ends of a slider."""
    settings = {**kind.blank_settings, **question["settings"]}
    least, most = settings.get("min"), settings.get("max")
    low, high = (in_language(settings.get(key, {}), language) for key in ("low", "high"))
    note = ""
    if least is not None and most is not None:
        note = _("A number from %(least)s to %(most)s.") % {
            "least": f"{least} ({low})" if low else least,
            "most": f"{most} ({high})" if high else most,
        }
    unit = in_language(settings.get("unit", {}), language)
    return [_lines("", unit=unit, note=note, asides=_asides(kind.options(question), language))]


def _moment(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """A day or a time of day."""
    note = _("Year, month, day.") if kind.name == "date" else _("Hour and minute, 00:00 to 23:59.")
    return [_lines("", note=note)]


def _long(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Several lines."""
    return [{"kind": "room", "lines": LONG_TEXT_LINES}]


def _blanks(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Several lines, each with its words."""
    return [_lines(*(blank["words"] for blank in kind.drawn(question, {}, language)["blanks"]))]


def _shares(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Numbers that add up."""
    settings = {**kind.blank_settings, **question["settings"]}
    labels = [in_language(one.text, language) or str(one.value) for one in kind.options(question)]
    note = _("Together they make %(total)s.") % {"total": settings["total"]}
    return [_lines(*labels, unit=in_language(settings.get("unit", {}), language), note=note)]


def _levels(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """A place, level by level."""
    levels = question["settings"].get("levels", ())
    return [_lines(*(in_language(level["text"], language) for level in levels))]


def _matrix(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Rows on one scale."""
    rows = kind.drawn(question, {}, language)["rows"]
    return [_grid("", rows[0]["options"] if rows else [], [row["words"] for row in rows])]


def _several_scales(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Rows on several scales: a table for each scale."""
    rows = kind.drawn(question, {}, language)["rows"]
    words = [row["words"] for row in rows]
    return [_grid(scale["words"], scale["options"], words) for scale in (rows[0]["scales"] if rows else ())]


def _ranking(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Things in an order: one tick for each place."""
    drawn = kind.drawn(question, {}, language)
    places = [{"value": str(n), "words": _("Place %(n)d") % {"n": n}} for n in range(1, drawn["places"] + 1)]
    return [_grid("", places, [row["words"] for row in drawn["rows"]], bare=True)]


def _joint(
    question: Question, kind: QuestionType, parts: tuple[AskedDepartment, ...], language: str
) -> Element:
    """All departments in one table."""
    columns = [
        {"value": str(one.value), "words": in_language(one.text, language)} for one in kind.options(question)
    ]
    return _grid("", columns, [in_language(one.names, language) or one.code for one in parts])


def _grid(
    caption: str, columns: list[Mapping[str, Any]] | Any, rows: list[str], *, bare: bool = False
) -> Element:
    return {
        "kind": "grid",
        "caption": caption,
        "columns": [{"code": "" if bare else one["value"], "words": one["words"]} for one in columns],
        "rows": rows,
    }


def _signature(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """Name and signature; only the name is typed in."""
    note = _("The signature stays on the paper.")
    return [_lines(_("Name")), {"kind": "box", "words": _("Signature"), "note": note}]


def _file(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """What paper cannot take."""
    return [{"kind": "note", "words": _("A file can only be sent online. Please leave this open.")}]


def _repeated(question: Question, kind: QuestionType, language: str) -> list[Element]:
    """The same few questions several times."""
    drawn = kind.drawn(question, {}, language)
    inner = drawn["times"][0]["questions"] if drawn["times"] else ()
    times = min(question["settings"].get("max", MOST_TIMES), MOST_TIMES)
    return [
        {
            "kind": "part",
            "title": f"{drawn['kind_name']} {number}".strip(),
            "questions": [
                {"text": one["text"], "elements": _elements(one["question"], language)} for one in inner
            ],
        }
        for number in range(1, times + 1)
    ]


DRAWN_BY: Mapping[str, Callable[[Question, QuestionType, str], list[Element]]] = {
    **dict.fromkeys(
        (
            "satisfaction", "agreement", "csat", "ces", "stars", "faces", "thumbs", "frequency", "yes_no",
            "single_choice", "multiple_choice", "picture_choice", "dropdown", "department_picker", "service_picker",
            "consent",
        ),
        _ticks,
    ),
    **dict.fromkeys(("nps", "rating_points"), _points),
    **dict.fromkeys(("number", "slider"), _number),
    **dict.fromkeys(("short_text", "email", "phone", "formatted_id", "location"), _one_line),
    **dict.fromkeys(("date", "time"), _moment),
    "long_text": _long,
    "several_blanks": _blanks,
    "constant_sum": _shares,
    "place": _levels,
    "matrix": _matrix,
    "multi_matrix": _several_scales,
    "ranking": _ranking,
    "signature": _signature,
    "file": _file,
    "repeat_group": _repeated,
}  # fmt: skip
