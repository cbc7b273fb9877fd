"""Drawing a question as residents meet it: for the answer page and for the designer's preview alike.

A drawing depends on its arguments alone, so an empty one can be made once for an edition and language and kept.
Nothing is ever chosen beforehand.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString

from surveys.languages import in_language
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.base import Question


def field_name(part: str, question: Question) -> str:
    """Return the form field of a question asked about `part` (a department's code, or `GENERAL`)."""
    return f"{part}.{question['code']}"


def draw(
    question: Question,
    *,
    name: str,
    language: str,
    number: int | str = "",
    typed: Sequence[str] = (),
    error: str = "",
) -> SafeString:
    """Return the HTML of `question` in `language` as the field `name`.

    `typed` are the form values that were posted under that name, shown again as they were; `error` says what is
    wrong with them. The element's id is `name`, which is where a list of errors may link to.
    """
    context = context_of(question, name=name, language=language, number=number, typed=typed, error=error)
    template = get_template(question_type(question["type"]).template)
    return SafeString(template.render(context))


def context_of(
    question: Question, *, name: str, language: str, number: int | str, typed: Sequence[str], error: str
) -> dict[str, Any]:
    """Return what the template of a question type is given."""
    options = [
        {
            "value": str(option.value),
            "words": in_language(option.text, language),
            "chosen": str(option.value) in typed,
            "aside": option.aside,
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
        "text": in_language(question["text"], language),
        "help": help_words,
        "keyboard": _keyboard(settings),
        "unit": in_language(settings.get("unit", {}), language),
        "options": [option for option in options if not option["aside"]],
        "asides": [option for option in options if option["aside"]],
        "value": typed[0] if typed else "",
        "error": error,
        "described": " ".join(described),
    }


def _keyboard(settings: Mapping[str, Any]) -> str:
    """Return the `inputmode` for a number: keyboards of digits alone have no minus sign."""
    if str(settings.get("min") or "-").startswith("-"):
        return "text"
    return "decimal" if settings.get("decimals") else "numeric"
