"""Translating a draft: every text in two languages beside each other, how far it is, and what translators send back.

Texts of one kind that read the same in both languages are one *row* (the words of a scale stand under seventy
questions): whoever translates it translates all of them. A small edit names the fingerprints of both languages that
its author had before the eyes; where one has changed since, that text is left alone and named.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.languages import language_name
from surveys.people.models import User
from surveys.questionnaires import checking, drafting
from surveys.questionnaires.documents import LARGEST_DOCUMENT, QUESTION, SHAPE, Document, trimmed
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.shapes import Flaw, Shape
from surveys.questionnaires.translations.places import KINDS, TextPlace, texts_of
from surveys.questionnaires.translations.xliff import PIPED, Translation, Unit, UnreadableFile

SHAPES: Mapping[str, Shape] = {**SHAPE.required, **SHAPE.optional}


@dataclass(frozen=True, slots=True)
class Row:
    """A text in a source and a target language, wherever it stands."""

    key: str  # of the first place
    kind: str
    questions: tuple[str, ...]  # codes of those it belongs to
    source: str
    target: str
    places: int
    lost: tuple[
        str, ...
    ] = ()  # earlier answers that the source quotes and the target does not, or the other way round

    @property
    def seen(self) -> str:
        """The fingerprint of what stands here, for noticing that it has changed."""
        return seen_of(self.source, self.target)

    @property
    def anchor(self) -> str:
        """The id of its element on the page."""
        return f"t-{_short(self.key)}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a language is: places that have words, of those that have any."""

    language: str
    done: int
    all: int

    @property
    def per_cent(self) -> int:
        """Per cent done, rounded down: 100 is said only of what is complete."""
        return 100 * self.done // self.all if self.all else 100

    @property
    def missing(self) -> int:
        """How many places have no words yet."""
        return self.all - self.done


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wants a text to be, and the fingerprint of what they saw; "" does not look at it."""

    words: str
    seen: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of a translation, by key."""

    saved: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)  # changed by somebody else since it was opened
    refused: dict[str, str] = field(default_factory=dict)  # key → why
    unknown: list[str] = field(default_factory=list)  # keys of texts that are not, or no longer, in the draft
    lost: list[str] = field(default_factory=list)  # saved, but quotes other answers than its source


def rows_of(
    document: Document,
    *,
    source: str,
    target: str,
    apart: Container[str] = (),
    places: Sequence[TextPlace] | None = None,
) -> list[Row]:
    """Return the texts of `document` in two languages, in reading order, without those that have no words in either.

    Texts whose keys are in `apart` have a row of their own. `places` are those of `document`, when they are at hand.
    """
    groups: dict[tuple[tuple[str, str, str], str], list[TextPlace]] = {}
    for place in texts_of(document) if places is None else places:
        if target not in place.spoken and (place.text.get(source) or place.text.get(target)):
            own = place.key if place.key in apart else ""
            groups.setdefault((_group(place, source, target), own), []).append(place)
    codes = {question["code"] for question in document["questions"]}
    return [
        Row(
            key=places[0].key,
            kind=kind,
            questions=tuple(dict.fromkeys(place.question for place in places if place.question)),
            source=words,
            target=said,
            places=len(places),
            lost=lost_quotes(words, said, codes) if words and said else (),
        )
        for ((kind, words, said), _own), places in groups.items()
    ]


def progress_of(
    document: Document, languages: Sequence[str], *, places: Sequence[TextPlace] | None = None
) -> list[Progress]:
    """Return how far each of `languages` is, over all texts that have words in any of the document's languages."""
    done: Counter[str] = Counter()
    begun = 0
    for place in texts_of(document) if places is None else places:
        if not any(place.text.get(language) for language in document["languages"]):
            continue
        begun += 1
        done.update(
            language for language in languages if place.text.get(language) or language in place.spoken
        )
    return [Progress(language, done[language], begun) for language in languages]


def languages_of(document: Document, *, places: Sequence[TextPlace] | None = None) -> list[str]:
    """Return the languages of `document`: those declared, then those that some text has been written in besides."""
    written = {
        language
        for place in (texts_of(document) if places is None else places)
        for language, words in place.given.items()
        if words
    }
    return [*document["languages"], *sorted(written - set(document["languages"]))]


def lost_quotes(source: str, target: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Return what quotes an answer of one of the questions `codes` in one text and not, or less often, in the other."""
    known = frozenset(codes)

    def quotes(words: str) -> Counter[str]:
        return Counter(one for one in PIPED.findall(words) if one[1:-1].split(".")[0] in known)

    here, there = quotes(source), quotes(target)
    return tuple(dict.fromkeys([*(here - there).elements(), *(there - here).elements()]))


def seen_of(source: str, target: str) -> str:
    """Return the fingerprint of a text as somebody sees it in two languages."""
    return f"{_short(source)}.{_short(target)}"


def translate(
    questionnaire: Questionnaire,
    *,
    source: str,
    target: str,
    typed: Mapping[str, Typed],
    by: User | None,
    from_file: bool = False,
    while_typing: bool = False,
) -> Outcome:
    """Put the words `typed`, by key, into the language `target` of the draft, and say what became of each.

    What was not changed by its author is passed over; what cannot be kept is left alone, the rest is kept. The draft
    gets one further revision, and none when nothing was kept. Raises `checking.MalformedDocument` when the draft would
    become too large.
    """
    outcome = Outcome()
    try:
        with transaction.atomic():
            changing = drafting.draft_of(
                questionnaire,
                verb="change translation",
                by=by,
                joined=while_typing,
                language=target,
                from_file=from_file,
            )
            with changing as draft:
                _take(draft, typed, source, target, outcome)
                if not outcome.saved:
                    raise _NothingChanged
                _require_room(draft)
    except _NothingChanged:
        questionnaire.refresh_from_db()
    return outcome


def exported(document: Document, *, source: str, target: str) -> Iterator[Unit]:
    """Yield the rows of `document` as units of a file; the note says what a text is and where it stands."""
    for row in rows_of(document, source=source, target=target):
        where = ", ".join(row.questions[:5]) + (" …" if len(row.questions) > 5 else "")
        yield Unit(row.key, row.source, row.target, f"{KINDS[row.kind]} {where}".strip())


def take_file(
    questionnaire: Questionnaire, translation: Translation, *, replace: bool, by: User | None
) -> Outcome:
    """Put what a translator's file says into the draft; without `replace`, only where nothing stands yet.

    A text whose source has changed since the file was made is left alone and named. Raises `UnreadableFile` when the
    file is of languages that this questionnaire does not have.
    """
    source, target = translation.source, translation.target
    known = languages_of(questionnaire.draft)
    for language in (source, target):
        if language not in known:
            raise UnreadableFile(
                _(
                    "The file is about %(language)s, which is no language of this questionnaire; its languages are"
                    " %(known)s."
                )
                % {"language": language_name(language), "known": ", ".join(map(language_name, known))}
            )
    if source == target:
        raise UnreadableFile(_("The file translates a language into itself."))
    now = {place.key: place for place in texts_of(questionnaire.draft)}
    typed = {
        unit.key: Typed(unit.target, f"{_short(unit.source)}.")
        for unit in translation.units
        if trimmed(unit.target) and (replace or unit.key not in now or not now[unit.key].text.get(target))
    }
    return translate(questionnaire, source=source, target=target, typed=typed, by=by, from_file=True)


def _require_room(draft: Document) -> None:
    """Raise `MalformedDocument` when `draft`, whose texts have been judged one by one, has become too large."""
    written = json.dumps(draft, ensure_ascii=False, separators=(",", ":"))
    if len(written.encode()) > LARGEST_DOCUMENT:
        raise checking.MalformedDocument([Flaw((), _("The document is larger than two million bytes."))])


class _NothingChanged(Exception):
    """Nothing was kept, so that no revision is made."""


def _take(
    draft: dict[str, Any], typed: Mapping[str, Typed], source: str, target: str, outcome: Outcome
) -> None:
    """Write what can be kept of `typed` into `draft`."""
    places = list(texts_of(draft))
    by_key = {place.key: place for place in places}
    groups: dict[tuple[str, str, str], list[TextPlace]] = {}
    for one in places:
        groups.setdefault(_group(one, source, target), []).append(one)
    codes = {question["code"] for question in draft["questions"]}
    for key, wanted in typed.items():
        place = by_key.get(key)
        if place is None or target in place.spoken:
            outcome.unknown.append(key)
            continue
        words: str = trimmed(wanted.words)
        before, now = place.text.get(source, ""), place.text.get(target, "")
        if words == now or _untouched(words, wanted.seen, before):
            continue
        if not _matches(wanted.seen, before, now):
            outcome.stale.append(key)
            continue
        group = groups[_group(place, source, target)]
        same = [one for one in group if one.key == key or one.key not in typed]
        if refusal := _write(draft, same, target, words):
            outcome.refused[key] = refusal
            _write(draft, same, target, now)
            continue
        outcome.saved.append(key)
        if before and words and lost_quotes(before, words, codes):
            outcome.lost.append(key)


def _write(draft: dict[str, Any], places: Sequence[TextPlace], target: str, words: str) -> str:
    """Put `words` at each of `places`; return what is wrong with them there, if anything."""
    for place in places:
        holder: Any = draft
        for step in place.at[:-1]:
            holder = holder.setdefault(step, {}) if isinstance(holder, dict) else holder[step]
        text = dict(holder.get(place.at[-1], {}))
        text.pop(target, None)
        holder[place.at[-1]] = {**text, target: words} if words else text
    name, *rest = places[0].at
    if name == "questions":
        return next((flaw.message for flaw in QUESTION.flaws(draft["questions"][rest[0]])), "")
    return next((flaw.message for flaw in SHAPES[str(name)].flaws(draft[str(name)])), "")


def _group(place: TextPlace, source: str, target: str) -> tuple[str, str, str]:
    return place.kind, place.text.get(source, ""), place.text.get(target, "")


def _short(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _matches(seen: str, source: str, target: str) -> bool:
    """Say whether both halves of a fingerprint, where given, are of what stands there now."""
    of_source, _point, of_target = seen.partition(".")
    return of_source in ("", _short(source)) and of_target in ("", _short(target))


def _untouched(words: str, seen: str, source: str) -> bool:
    """Say whether its author left a text as it was, so that a change by somebody else stands."""
    of_source, _point, of_target = seen.partition(".")
    return bool(of_target) and of_target == _short(words) and of_source == _short(source)
