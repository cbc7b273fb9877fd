"""Drawing a question as residents meet it: for the answer page and for the designer's preview alike.

A drawing depends on its arguments alone, so an empty one can be made once for an edition and language and kept.
Nothing is ever chosen beforehand.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString

from surveys.languages import in_language
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.base import Fields, Question

NOTHING: Fields = MappingProxyType({})


def field_name(part: str, question: Question) -> str:
    """Return the form field of a question asked about `part` (a department's code, or `GENERAL`)."""
    return f"{part}.{question['code']}"


def draw(
    question: Question,
    *,
    name: str,
    language: str,
    number: int | str = "",
    fields: Fields = NOTHING,
    error: str = "",
    rows: Sequence[Mapping[str, Any]] = (),
) -> SafeString:
    """Return the HTML of `question` in `language` as the field `name`.

    `fields` are the form values that were posted under that name, by suffix, shown again as they were; `error` says
    what is wrong with them. The element's id is `name`, where a list of errors links to. `rows` are the departments
    of a question that is asked about all of them in one table, each with name, text, fields and error.
    """
    kind = question_type(question["type"])
    context = context_of(question, name=name, language=language, number=number, fields=fields, error=error)
    drawn = get_template(kind.template).render(
        {**context, "rows": rows, **kind.drawn(question, fields, language)}
    )
    return SafeString(drawn)


def context_of(
    question: Question, *, name: str, language: str, number: int | str, fields: Fields, error: str
) -> dict[str, Any]:
    """Return what the template of every question type is given. What a draft has no words for shows its code."""
    typed = fields.get("", ())
    options = [
        {
            "value": str(option.value),
            "words": in_language(option.text, language) or str(option.value),
            "chosen": str(option.value) in typed,
            "aside": option.aside,
            "has_words": option.has_words,
            "picture": option.picture,
        }
        for option in question_type(question["type"]).options(question)
    ]
    settings = question["settings"]
    help_words = in_language(question["help"], language)
    described = [f"{name}-help"] * bool(help_words) + [f"{name}-error"] * bool(error)
    return {
        "question": question,
        "name": name,
        "number": number,
        "language": language,
        "text": in_language(question["text"], language)
        or (question["code"] if question_type(question["type"]).needs_text else ""),
        "help": help_words,
        "keyboard": _keyboard(settings),
        "unit": in_language(settings.get("unit", {}), language),
        "options": [option for option in options if not option["aside"]],
        "asides": [option for option in options if option["aside"]],
        "value": typed[0] if typed else "",
        "other_words": next(iter(fields.get("other", ())), ""),
        "error": error,
        "described": " ".join(described),
    }


def _keyboard(settings: Mapping[str, Any]) -> str:
    """Return the `inputmode` for a number: keyboards of digits alone have no minus sign."""
    if str(settings.get("min") or "-").startswith("-"):
        return "text"
    return "decimal" if settings.get("decimals") else "numeric"
