"""The questionnaire document: what stands in a draft and, frozen, in an edition.

    {"format": 1,
     "languages": ["zh-hans", "en"],
     "title": Text, "introduction": Text,
     "dimensions": [{"code": "ease", "name": Text, "weight": "0.15"}],
     "quotas": [{"code": "young", "name": Text, "when": Expression, "most": 200}],   absent when there are none
     "questions": [{"code": "q1",              unique in the document
                    "type": "satisfaction",    a name in `question_types.REGISTRY`
                    "about": "each",           whom it is about, see below
                    "text": Text, "help": Text,
                    "required": false,
                    "headline": true,          the rating that the department's score is made of; one per part
                    "dimension": "ease",       or "" when it counts for no dimension
                    "weight": "1",             within its dimension, a decimal string
                    "settings": {…},           what the type needs: choices, bounds, lengths
                    "show": Expression,        asked only when it is true; absent when always asked
                    "checks": [{"rule": Expression, "words": Text}]}]}    absent when there are none

`about` is "general" (the place as a whole; kept under the root department), "each" (asked of every department on
the resident's form) or the code of one department. A *part* is what is asked about one department.
Page breaks and information blocks stand among the questions; what a page break begins is a page. Expressions are
described in `logic.expressions`; a key that was added to the format since the first editions is left away when blank.
Hashed JSON holds no floats, so weights are decimal strings. `SHAPE` is the whole rule; `docs/reference` holds it as
JSON Schema. What is kept has been through `checking.received`, so that every key is there and every text trimmed.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surveys.questionnaires.logic.expressions import EXPRESSION
from surveys.questionnaires.question_types import REGISTRY, question_type
from surveys.questionnaires.shapes import (
    LANGUAGE,
    MOST_LANGUAGES,
    ListOf,
    Matching,
    OneOf,
    Record,
    Variants,
    Whole,
    YesNo,
    text_of,
)

GENERAL = "general"
EACH = "each"

FORMAT = 1
MOST_QUESTIONS = 500
MOST_DIMENSIONS = 20
MOST_QUOTAS = 50
SMALLEST_QUOTA = 10  # a full quota tells everybody that so many such people have answered
MOST_CHECKS = 10
LARGEST_DOCUMENT = 2_000_000  # bytes of canonical JSON

Document = Mapping[str, Any]
Question = Mapping[str, Any]

TEXT_KEYS = frozenset(
    {"title", "introduction", "name", "text", "help", "unit", "low", "high", "words", "purpose"}
)  # where texts stand in a document

CODE = Matching("^[a-z0-9][a-z0-9_-]*$", "q1", 50)
ABOUT = Matching(CODE.pattern, "each", 50)
WEIGHT = Matching(r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?$", "0.15", 20)

BLANK_QUESTION: Mapping[str, Any] = {
    "code": "",
    "type": "",
    "about": "",
    "text": {},
    "help": {},
    "required": False,
    "headline": False,
    "dimension": "",
    "weight": "1",
    "settings": {},
}

QUESTION = Variants(
    "type",
    {
        kind.name: Record(
            required={"code": CODE, "type": OneOf((kind.name,)), "about": ABOUT, "text": text_of(1000)},
            optional={
                "help": text_of(2000),
                "required": YesNo(),
                "headline": YesNo(),
                "dimension": Matching("^([a-z0-9][a-z0-9_-]*)?$", "ease", 50),
                "weight": WEIGHT,
                "settings": kind.settings_shape,
                "show": EXPRESSION,
                "checks": ListOf(
                    Record({"rule": EXPRESSION, "words": text_of(300)}), most=MOST_CHECKS, fewest=1
                ),
            },
        )
        for kind in REGISTRY
    },
)

SHAPE = Record(
    required={
        "format": Whole(FORMAT, FORMAT),
        "languages": ListOf(LANGUAGE, most=MOST_LANGUAGES, fewest=1),
        "title": text_of(200),
        "questions": ListOf(QUESTION, most=MOST_QUESTIONS),
    },
    optional={
        "introduction": text_of(5000),
        "dimensions": ListOf(
            Record({"code": CODE, "name": text_of(100), "weight": WEIGHT}), most=MOST_DIMENSIONS
        ),
        "quotas": ListOf(
            Record(
                {"code": CODE, "name": text_of(100), "when": EXPRESSION, "most": Whole(SMALLEST_QUOTA, 10**7)}
            ),
            most=MOST_QUOTAS,
            fewest=1,
        ),
    },
)


def blank(*, title: Mapping[str, str], languages: Sequence[str] = ("zh-hans", "en")) -> dict[str, Any]:
    """Return the document of a questionnaire without questions."""
    return {
        "format": FORMAT,
        "languages": list(languages),
        "title": dict(title),
        "introduction": {},
        "dimensions": [],
        "questions": [],
    }


def tidied(document: Document) -> dict[str, Any]:
    """Return a well-shaped `document` with every key in place."""
    return {**blank(title={}), **document, "questions": [tidied_question(q) for q in document["questions"]]}


def tidied_question(question: Question) -> dict[str, Any]:
    """Return a well-shaped `question` with every key in place."""
    settings = {**question_type(question["type"]).blank_settings, **question.get("settings", {})}
    return {**BLANK_QUESTION, **question, "settings": settings}


def trimmed(value: Any) -> Any:
    """Return a JSON value with its texts in Unicode form NFC, without spaces around them."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if isinstance(value, list):
        return [trimmed(entry) for entry in value]
    if isinstance(value, dict):
        return {key: trimmed(entry) for key, entry in value.items()}
    return value


def in_languages_only(value: Any, languages: Sequence[str]) -> Any:
    """Return `value` with its texts reduced to `languages`: what a published edition keeps of a draft."""
    if isinstance(value, list):
        return [in_languages_only(entry, languages) for entry in value]
    if not isinstance(value, dict):
        return value
    reduced = {}
    for key, entry in value.items():
        if key == "words" and any(isinstance(text, dict) for text in entry.values()):  # those of each grade
            texts = {
                grade: in_languages_only({"text": text}, languages)["text"] for grade, text in entry.items()
            }
            reduced[key] = {grade: text for grade, text in texts.items() if text}
        elif key in TEXT_KEYS:
            kept = {language: words for language, words in entry.items() if language in languages}
            reduced[key] = kept if any(kept.values()) else {}
        else:
            reduced[key] = in_languages_only(entry, languages)
    return reduced


def questions_about(document: Document, department: str) -> Iterator[Question]:
    """Yield the questions asked about `department` (its code, or `GENERAL`), in the order of the document."""
    for question in document["questions"]:
        about = question["about"]
        if about == department or (about == EACH and department != GENERAL):
            yield question


def parts(document: Document) -> list[str]:
    """List whom the document asks about by name: `GENERAL` and codes of departments, in order of appearance.

    Departments that are met only through questions about `EACH` are not listed; the wave knows them.
    """
    return list(dict.fromkeys(q["about"] for q in document["questions"] if q["about"] != EACH))
