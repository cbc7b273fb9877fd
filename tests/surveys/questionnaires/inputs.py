"""Complete questions of the types that are typed, picked or sent, and what one can do with them."""

from typing import Any

from surveys.questionnaires import checking, documents, drawing
from surveys.questionnaires.question_types import question_type

from .conftest import a_document, a_question, a_text

Settings = dict[str, Any]
BLANKS: Settings = {
    "blanks": [
        {"code": "road", "text": a_text("Road")},
        {"code": "no", "text": a_text("No."), "max_length": 5},
    ]
}
LISTED: Settings = {
    "choices": [{"value": "parks", "text": a_text("Parks")}, {"value": "roads", "text": a_text("Roads")}],
    "offer": ["dk"],
}
PLACES: Settings = {
    "levels": [{"text": a_text("Province")}, {"text": a_text("City")}, {"text": a_text("County")}],
    "places": [
        {"code": "35", "parent": "", "text": a_text("Fujian")},
        {"code": "36", "parent": "", "text": a_text("Jiangxi")},
        {"code": "3501", "parent": "35", "text": a_text("Fuzhou")},
        {"code": "3601", "parent": "36", "text": a_text("Nanchang")},
        {"code": "350102", "parent": "3501", "text": a_text("Gulou")},
    ],
}
FAMILY: Settings = {
    "name": a_text("Member"),
    "questions": [
        {"code": "age", "type": "number", "text": a_text("Age"), "settings": {"min": "0", "offer": ["dk"]}},
        {"code": "name", "type": "short_text", "text": a_text("Name")},
        {"code": "born", "type": "date", "text": a_text("Born")},
        {"code": "works", "type": "yes_no", "text": a_text("In work?")},
    ],
}
SETTINGS: dict[str, Settings] = {
    "several_blanks": BLANKS,
    "department_picker": LISTED,
    "service_picker": LISTED,
    "place": PLACES,
    "repeat_group": FAMILY,
    "formatted_id": {"pattern": "[A-Z]{2}-[0-9]+", "example": "TS-1", "purpose": a_text("To find the case")},
    "signature": {"purpose": a_text("The law asks for it")},
    "number": {"offer": ["dk", "na"], "unit": a_text("minutes")},
}
INPUTS = ["date", "time", "several_blanks", "email", "phone", "formatted_id", "consent", "department_picker",
          "service_picker", "place", "location", "signature", "file", "repeat_group", "number"]  # fmt: skip


def tidied(kind: str, settings: Settings | None = None, **more: Any) -> documents.Question:
    chosen = SETTINGS.get(kind, {}) if settings is None else settings
    return documents.tidied_question(a_question("x", kind, about="general", settings=chosen, **more))


def answered(kind: str, fields: dict[str, list[str]], settings: Settings | None = None) -> Any:
    entry = tidied(kind, settings)
    return question_type(kind).clean(entry, question_type(kind).read(entry, fields))


def drawn(
    kind: str, fields: dict[str, list[str]] | None = None, settings: Settings | None = None, **more: Any
) -> str:
    language = more.pop("language", "en")
    return drawing.draw(
        tidied(kind, settings), name="general.x", language=language, number=1, fields=fields or {}, **more
    )


def messages(kind: str, settings: Settings, **more: Any) -> str:
    entry = a_question("x", kind, about="general", settings=settings, **more)
    document = a_document(a_question("q0", headline=True), entry)
    return " ".join(problem.message for problem in checking.problems(document) if problem.where == "x")
