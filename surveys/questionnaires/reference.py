"""The pages of `docs/reference` that this room answers for: the question types, and the schema of a document."""

import json
import unicodedata
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from surveys.questionnaires import documents
from surveys.questionnaires.logic.expressions import definition
from surveys.questionnaires.question_types import REGISTRY, QuestionType

_HEAD = """# Question types

<!-- Written by `manage.py reference` from the registry; change the types, not this page. -->

A question in a document has a `type` from this page. A *coded* answer takes one byte of a record and is counted; the
others are kept beside the codes. `null` always stands for “nothing was given”. The form of a whole document is
[questionnaire.schema.json](questionnaire.schema.json).
"""


def schema_page() -> str:
    """Return the JSON Schema of a questionnaire document."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Minping questionnaire document, format 1",
        "description": (
            "Form only. What else a document must keep before it is published is listed by "
            "POST /api/v1/questionnaires/{id}/check/. Texts hold no control characters but tab and line feed."
        ),
        **documents.SHAPE.schema(),
        "$defs": {"expression": definition()},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def question_types_page() -> str:
    """Return the page that describes every question type."""
    return "\n".join([_HEAD, *(_section(kind) for kind in REGISTRY)])


def _section(kind: QuestionType) -> str:
    lines = [
        f"## `{kind.name}`: {kind.label}",
        "",
        str(kind.purpose),
        "",
        f"- Answer: {kind.answer}.",
        f"- Coded: {_yes(kind.coded)} · scored: {_yes(kind.scored)} · may be required: {_yes(kind.may_be_required)}.",
    ]
    settings = kind.settings_shape.schema()["properties"]
    if settings:
        lines += ["", "| setting | form | when left out |", "| --- | --- | --- |"]
        lines += [
            f"| `{key}` | {_form(form)} | {_cell(kind.blank_settings[key])} |"
            for key, form in settings.items()
        ]
    lines += ["", "| with settings | this | is kept as |", "| --- | --- | --- |"]
    lines += [f"| {_given(given)} | {_cell(raw)} | {_cell(answer)} |" for given, raw, answer in kind.accepts]
    lines += ["", "| with settings | these are refused |", "| --- | --- |"]
    lines += [
        f"| {given} | {' '.join(_cell(raw) for _given_too, raw in same)} |"
        for given, same in groupby(kind.rejects, key=lambda example: _given(example[0]))
    ]
    return "\n".join([*lines, ""])


def _yes(true: bool) -> str:
    return "yes" if true else "no"


def _form(schema: Mapping[str, Any]) -> str:
    """Say in a few words what a part of the schema allows."""
    match schema:
        case {"anyOf": [_, inner]}:
            return f"{_form(inner)}, or null"
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"$ref": "#/$defs/expression"}:
            return "expression"
        case {"type": "boolean"}:
            return "true or false"
        case {"oneOf": variants}:
            return " or ".join(_form(variant) for variant in variants)
        case {"type": "integer", "minimum": least, "maximum": largest}:
            return f"integer from {least} to {largest}"
        case {"type": "array", "items": inner, "maxItems": most}:
            return f"list of at most {most}: {_form(inner)}"
        case {"type": "object", "properties": properties, "required": required}:
            return ", ".join(
                f"{'' if key in required else 'optional '}`{key}` ({_form(inner)})"
                for key, inner in properties.items()
            )
        case {"type": "object", "propertyNames": {"examples": ["zh-hans"]}}:
            return "text by language"
        case {"type": "object", "additionalProperties": inner, "propertyNames": {"examples": [example]}}:
            return f"by key such as `{example}`: {_form(inner)}"
        case {"examples": [example]}:
            return f"string such as `{example}`"
        case {"type": "string", "maxLength": longest}:
            return f"string of at most {longest} characters"
    raise LookupError(f"No words for {schema}.")


def _given(settings: Mapping[str, Any]) -> str:
    """Write settings into a table cell; of what has a code, only that."""
    codes = _codes(settings.get("choices", []))
    rest = {key: _codes(value) for key, value in settings.items() if key != "choices"}
    listed = f"choices {', '.join(map(str, codes)) or 'none'}" if "choices" in settings else ""
    return ", ".join(filter(None, [listed, _cell(rest) if rest else ""])) or "none"


def _codes(value: Any) -> Any:
    """Return the codes of a list of things that have one; anything else as it is."""
    if isinstance(value, list) and all(
        isinstance(one, dict) and {"code", "value"} & set(one) for one in value
    ):
        return [one.get("code", one.get("value")) for one in value]
    return value


def _cell(value: Any) -> str:
    """Write a JSON value into a table cell; characters that cannot be seen as escapes, long values shortened."""
    shown = json.dumps(value, ensure_ascii=False)
    if any(
        unicodedata.combining(character) or unicodedata.category(character) == "Cs" for character in shown
    ):
        shown = json.dumps(value)
    if len(shown) > 80:
        length = len(value) if isinstance(value, str) else len(shown)
        shown = f"{shown[:12]}… ({length} characters)"
    return f"`{shown}`".replace("|", "\\|")
