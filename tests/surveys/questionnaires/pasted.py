"""Reading pasted texts in tests: what became of them, in few words."""

from typing import Any

from surveys.questionnaires.pasting import Pasted, understood

NAMES: dict[str, dict[str, str]] = {
    "police": {"zh-hans": "公安局", "en": "Police"},
    "parks": {"zh-hans": "园林局", "en": "Parks"},
    "general": {"zh-hans": "本市", "en": "The city"},
}
BOTH = ["zh-hans", "en"]


def read(text: str, **more: Any) -> Pasted:
    return understood(text, **{"languages": BOTH, "departments": NAMES, **more})


def asked(text: str, **more: Any) -> list[dict[str, Any]]:
    return [question for question in read(text, **more).questions if question["type"] != "page_break"]


def one(text: str, **more: Any) -> dict[str, Any]:
    (question,) = asked(text, **more)
    return question


def choices(question: dict[str, Any]) -> list[str]:
    return [" / ".join(choice["text"].values()) for choice in question["settings"]["choices"]]


def doubts(text: str, **more: Any) -> dict[int, str]:
    return {note.line: note.words for note in read(text, **more).notes if note.is_doubtful and note.line}
