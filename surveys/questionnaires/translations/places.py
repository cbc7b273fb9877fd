"""Where texts stand in a document: every one of them, under a key that stays while others come and go.

    title · introduction · dimensions:ease:name · quotas:young:name · questions:q1:text · questions:q1:checks:0:words
    questions:q5:settings:choices:3:text · questions:q1:settings:words:5

Keys are made of the codes of questions, choices and rows; what has no code of its own is counted. They are NMTOKENs,
as XLIFF asks of the ids of its units. The words of a scale are listed though no setting holds them yet, with the
languages that the type itself speaks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys.languages import Text
from surveys.questionnaires.documents import TEXT_KEYS, Document
from surveys.questionnaires.question_types import Option, question_type
from surveys.questionnaires.question_types.grids import OWN, scale_of
from surveys.questionnaires.question_types.points import PointScale
from surveys.questionnaires.question_types.scales import SPOKEN
from surveys.questionnaires.shapes import MapOf

# What a text is, by the list that it stands in and by its own key; the first that fits.
KINDS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "introduction": gettext_lazy("Introduction"),
    "page": gettext_lazy("Title of a page"),
    "information": gettext_lazy("Information"),
    "text": gettext_lazy("Question"),
    "help": gettext_lazy("Help"),
    "choices": gettext_lazy("Choice"),
    "rows": gettext_lazy("Row"),
    "words": gettext_lazy("Words of the scale"),
    "checks": gettext_lazy("Message of a check"),
    "dimensions": gettext_lazy("Dimension"),
    "quotas": gettext_lazy("Quota"),
    "unit": gettext_lazy("Unit"),
    "low": gettext_lazy("Low end"),
    "high": gettext_lazy("High end"),
    "other": gettext_lazy("Other text"),
}

# Texts first, as they are read; the rest of a question by name.
_ORDER = {key: place for place, key in enumerate(("title", "introduction", "text", "help"))}
_TEXTLESS = frozenset({"code", "type", "about", "show", "when", "rule", "jumps", "languages", "format"})
_BY_TYPE = {"page_break": "page", "info": "information"}


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A text of a document and where it stands."""

    key: str  # stable, unique in the document
    at: tuple[str | int, ...]  # keys and positions from the top, at this moment
    question: str  # the code of the question it belongs to, or ""
    kind: str  # one of `KINDS`
    text: Text  # as people read it
    given: Text  # as the document holds it: without what the type says by itself
    spoken: frozenset[str] = frozenset()  # languages in which the type has the words already


def texts_of(document: Document) -> Iterator[TextPlace]:
    """Yield every text of `document`, blank ones too, in the order in which people meet them."""
    frame = {key: part for key, part in document.items() if key != "questions"}
    yield from _within(frame, at=(), parts=(), question="", listed="")
    codes = _codes(document["questions"])
    for position, (code, question) in enumerate(zip(codes, document["questions"], strict=True)):
        yield from _of_question(question, at=("questions", position), parts=("questions", code))


def _of_question(
    question: Mapping[str, Any], *, at: tuple[str | int, ...], parts: tuple[str, ...]
) -> Iterator[TextPlace]:
    """Yield the texts of a question, then the fixed words of its scales in the place of their setting `words`."""
    kind, code = question_type(question["type"]), question["code"]
    settings = {**kind.blank_settings, **question.get("settings", {})}
    ends: Mapping[tuple[str | int, ...], Text] = {}
    if isinstance(kind, PointScale):  # whose ends have words even where the designer gives none
        ends = {(*at, "settings", end): text for end, text in zip(("low", "high"), kind.ends, strict=True)}
    for place in _within(question, at=at, parts=parts, question=code, listed=_BY_TYPE.get(kind.name, "")):
        yield replace(place, text={**ends[place.at], **place.text}) if place.at in ends else place
    shape = kind.settings_shape.optional.get("words")
    if isinstance(shape, MapOf) and settings.get("scale") != OWN:
        options = kind.options({**question, "settings": settings})
        yield from _scale(
            options,
            settings.get("words", {}),
            at=(*at, "settings"),
            parts=(*parts, "settings"),
            question=code,
        )
    for position, entry in enumerate(settings.get("scales", ())):  # of a table with several
        if entry.get("scale") != OWN:
            yield from _scale(
                scale_of(entry, settings.get("offer", ())).options,
                entry.get("words", {}),
                at=(*at, "settings", "scales", position),
                parts=(*parts, "settings", "scales", entry["code"]),
                question=code,
            )


def _scale(
    options: Iterable[Option],
    words: Mapping[str, Text],
    *,
    at: tuple[str | int, ...],
    parts: tuple[str, ...],
    question: str,
) -> Iterator[TextPlace]:
    """Yield the words of each grade, and of what stands beside the scale."""
    for option in options:
        value = str(option.value)
        yield TextPlace(
            key=":".join((*parts, "words", value)),
            at=(*at, "words", value),
            question=question,
            kind="words",
            text=option.text,
            given=words.get(value, {}),
            spoken=SPOKEN,
        )


def _within(
    value: Mapping[str, Any], *, at: tuple[str | int, ...], parts: tuple[str, ...], question: str, listed: str
) -> Iterator[TextPlace]:
    """Yield the texts in an object that stands in the list `listed`."""
    for key in sorted(value, key=lambda key: (_ORDER.get(key, len(_ORDER)), key)):
        entry = value[key]
        if key in _TEXTLESS:
            continue
        if key == "words" and listed != "checks":  # of grades, each a text: see `_scale`
            continue
        if key in TEXT_KEYS and _is_text(entry):
            yield TextPlace(
                key=":".join((*parts, key)),
                at=(*at, key),
                question=question,
                kind=_kind(key, listed),
                text=entry,
                given=entry,
            )
        elif isinstance(entry, Mapping):
            yield from _within(entry, at=(*at, key), parts=(*parts, key), question=question, listed=key)
        elif isinstance(entry, list):
            yield from _listed(entry, at=(*at, key), parts=(*parts, key), question=question)


def _listed(
    entries: Sequence[Any], *, at: tuple[str | int, ...], parts: tuple[str, ...], question: str
) -> Iterator[TextPlace]:
    for position, (code, entry) in enumerate(zip(_codes(entries), entries, strict=True)):
        if not isinstance(entry, Mapping):
            continue
        here: tuple[str | int, ...] = (*at, position)
        if "type" in entry and "code" in entry:  # the questions of a repeat group
            yield from _of_question(entry, at=here, parts=(*parts, code))
        else:
            yield from _within(entry, at=here, parts=(*parts, code), question=question, listed=parts[-1])


def _codes(entries: Sequence[Any]) -> list[str]:
    """Name the entries of a list: by their codes, those without and those of a repeated code counted."""
    met: Counter[str] = Counter()
    names = []
    for position, entry in enumerate(entries):
        code = str(entry["code"]) if isinstance(entry, Mapping) and "code" in entry else str(position)
        met[code] += 1
        names.append(code if met[code] == 1 else f"{code}.{met[code]}")
    return names


def _is_text(entry: Any) -> bool:
    return isinstance(entry, Mapping) and all(isinstance(words, str) for words in entry.values())


def _kind(key: str, listed: str) -> str:
    if listed in KINDS and key in ("text", "name", "words"):
        return listed
    return key if key in KINDS else "other"
