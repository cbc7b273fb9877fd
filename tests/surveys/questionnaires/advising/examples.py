"""Examples of rules as documents: a pair of language and words, a question, or questions."""

from typing import Any

from surveys.questionnaires import checking
from surveys.questionnaires.advising.base import Example

OFFERS = {"single_choice"}


def as_document(example: Example) -> dict[str, Any]:
    """The document that an example of a rule stands for; it has the shape of one."""
    if isinstance(example, tuple):
        language, words = example
        questions: list[dict[str, Any]] = [{"text": {language: words}}]
    else:
        questions = list(example.get("questions", [example]))
    spoken = list(dict.fromkeys(language for question in questions for language in question["text"]))
    return checking.received(
        {
            "format": 1,
            "languages": spoken,
            "title": {language: "Parks" if language == "en" else "公园" for language in spoken},
            "questions": [
                {"code": f"q{number}", "type": "satisfaction", "about": "general", **question}
                for number, question in enumerate(questions, 1)
            ],
        }
    )
