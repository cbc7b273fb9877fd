"""Wordings: all that the answer to a question depends on, reduced to a fingerprint that editions can be compared by.

A fingerprint is one word for what is the same in every language (type, whom it is about, who is asked, the codes that
may be answered and their order) and one for each language (the question's words, and those of its choices or scale):

    "1:0f3a… en:91bc… zh-hans:4e07…"

So a further language leaves the others' words as they were. Spaces, punctuation and its width do not count. Two
fingerprints are held against each other by `surveys.languages.asks_the_same`.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from surveys.questionnaires.codebook import Codebook
from surveys.questionnaires.documents import TEXT_KEYS, Document, Question
from surveys.questionnaires.logic.course import PAGE_BREAK, expressions_in
from surveys.questionnaires.logic.expressions import Expression, code_of, references
from surveys.questionnaires.logic.piping import pipes_of
from surveys.questionnaires.question_types import question_type

VERSION = 1  # raised when the same question gives another fingerprint: then all wordings have changed
LETTERS = 20  # hexadecimal, of each hash
RULES = frozenset({"show", "when", "value"})  # where expressions stand in settings, and plain values

# What separates words and says nothing itself, but for a mark between digits. “%”, “/” and “&” do say something, and
# “{” and “}” enclose an earlier answer.
_marks = re.compile(r"(?<=\d)([.,:‐-―-])(?=\d)|[\s.,;:!?…·、。'\"‘’“”«»„()\[\]〈〉《》「」『』【】_‐-―-]+")
_unspaced = r"[⺀-鿿가-힯豈-﫿\U00020000-\U0003ffff]"
_beside_script = re.compile(rf"(?<={_unspaced}) | (?={_unspaced})")


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as its answer depends on it; words are those that count, by language."""

    type: str
    about: str
    asked: str  # of whom: the question's own condition, canonical JSON
    reached: str  # by whom: the conditions of its page and of jumps past it, canonical JSON
    answers: str  # the codes that may be answered in their order, and what else the type was set to
    text: Mapping[str, str]
    answer_words: Mapping[str, str]  # of choices, scale, rows and units
    depends: Mapping[str, str]  # question that a condition or a text refers to → its fingerprint

    @property
    def fingerprint(self) -> str:
        """What the wording is recognised by."""
        parts = {code: _parted(fingerprint) for code, fingerprint in sorted(self.depends.items())}
        core = [self.type, self.about, self.asked, self.reached, self.answers]
        found = [f"{VERSION}:{_hash([*core, {code: whole for code, (whole, _words) in parts.items()}])}"]
        for language in sorted(self.text):
            quoted = {code: words.get(language, "") for code, (_whole, words) in parts.items()}
            words = [self.text[language], self.answer_words.get(language, ""), quoted]
            found.append(f"{language}:{_hash(words)}")
        return " ".join(found)


def wording_fingerprint(question: Question) -> str:
    """Return the fingerprint of a question that stands alone: without the page and the answers it depends on."""
    return wording_of(question).fingerprint


@lru_cache(maxsize=64)
def wordings_of(codebook: Codebook) -> Mapping[str, str]:
    """Return the fingerprints of an edition's questions by code, made once and kept as long as its codebook."""
    return {code: wording.fingerprint for code, wording in wordings(codebook.document).items()}


def wordings(document: Document) -> dict[str, Wording]:
    """Return the wording of every question by code, with what its page and earlier answers make of it."""
    found: dict[str, Wording] = {}
    fingerprints: dict[str, str] = {}
    for question, reached in _reached(document["questions"]):
        wording = wording_of(question, reached=reached, earlier=fingerprints)
        found[question["code"]] = wording
        fingerprints[question["code"]] = wording.fingerprint
    return found


def wording_of(
    question: Question, *, reached: Sequence[Expression] = (), earlier: Mapping[str, str] | None = None
) -> Wording:
    """Return the wording of a question that is reached under the conditions `reached`.

    `earlier` are the fingerprints of the questions before it by code: those it refers to become a part of its own.
    """
    kind = question_type(question["type"])
    settings = {**kind.blank_settings, **question.get("settings", {})}
    # Help and checks are left out: what a person is told beside a question is compared, but it is no other question.
    whole = {**question, "settings": settings, "help": {}, "checks": ()}
    texts = {language: words for language, words in question["text"].items() if words}
    # How the type presents its codes, whoever worded them: scales have words that no setting holds.
    options = [
        {"value": one.value, "aside": one.aside, "text": dict(one.text)} for one in kind.options(whole)
    ]
    spoken: dict[str, list[list[str]]] = {}
    answers = _plain({"options": options, "settings": settings}, spoken)
    if kind.source != "person":
        spoken = {}  # the words of what the server or the address answers are for the desk alone
    earlier = earlier or {}
    named = {*references(*expressions_in(whole), *reached).all, *pipes_of(whole)}
    return Wording(
        type=question["type"],
        about=question["about"],
        asked=_json(question.get("show")),
        reached=_json(list(reached)),
        answers=_json(answers),
        text={language: unpunctuated(words) for language, words in texts.items()},
        answer_words={language: _json(spoken.get(language, [])) for language in texts},
        depends={code: earlier[code] for code in sorted(set(map(code_of, named))) if code in earlier},
    )


@lru_cache(maxsize=8192)  # of hundreds of questions most have the same scale
def unpunctuated(words: str) -> str:
    """Return what of `words` counts: without punctuation, with one space between words and none in scripts without."""
    widths = unicodedata.normalize("NFKC", words)
    kept = _marks.sub(lambda mark: mark.group(1) or " ", widths).strip()
    return _beside_script.sub("", kept) or widths.strip()


def pages_of(questions: Sequence[Question]) -> dict[str, str]:
    """Return the page that each question stands on: the code of its page break, "" for a first page without one."""
    found: dict[str, str] = {}
    page = ""
    for question in questions:
        if question["type"] == PAGE_BREAK:
            page = question["code"]
        found[question["code"]] = page
    return found


def _reached(questions: Sequence[Question]) -> Iterator[tuple[Question, list[Expression]]]:
    """Yield every question with the conditions of its page: when it is shown, and what jumps past it."""
    breaks = [question for question in questions if question["type"] == PAGE_BREAK]
    order = {question["code"]: place for place, question in enumerate(breaks)}
    conditions: list[Expression] = []
    for question in questions:
        if question["type"] == PAGE_BREAK:
            here = order[question["code"]]
            past = [
                jump["when"]
                for one in breaks[:here]
                for jump in one.get("settings", {}).get("jumps", ())
                if order.get(jump["to"], len(breaks)) > here
            ]
            conditions = [one for one in (question.get("show"), *past) if one is not None]
            yield question, past
        else:
            yield question, conditions


def _plain(value: Any, spoken: dict[str, list[list[str]]], path: tuple[str, ...] = ("",)) -> Any:
    """Return `value` without blanks and without words; the words go to `spoken` by language, each with its place."""
    if path[-1] in RULES:
        return value
    if isinstance(value, dict):
        texts = value.values()
        if path[-1] in TEXT_KEYS and all(isinstance(words, str) for words in texts):
            for language, words in value.items():
                if words:
                    spoken.setdefault(language, []).append([".".join(path), unpunctuated(words)])
            return None
        # Under “words” stands a text for each grade: its key is the grade.
        inner = {
            name: _plain(entry, spoken, (*path, name, "text") if path[-1] == "words" else (*path, name))
            for name, entry in sorted(value.items())
        }
        return {name: entry for name, entry in inner.items() if not _is_blank(entry)}
    if isinstance(value, list):
        return [_plain(entry, spoken, (*path, str(place))) for place, entry in enumerate(value)]
    return value


def _is_blank(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _parted(fingerprint: str) -> tuple[str, dict[str, str]]:
    whole, *words = fingerprint.split(" ")
    return whole, dict(word.split(":", 1) for word in words)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _hash(value: Any) -> str:
    return hashlib.sha256(_json(value).encode("utf-8", "surrogatepass")).hexdigest()[:LETTERS]
