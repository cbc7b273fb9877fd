"""Whether answers to a question of one edition may be held against answers to it in another: decided by rule alone.

Nobody declares a change of words harmless. *Same*: nothing changed. *Minor*: what changed does not touch what is asked
(punctuation, a further translation, help, its place). *Break*: the answers say something else, and no trend crosses it.
The rule is the one that published changes follow (`wordings`); here it comes with its reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.languages import asks_the_same
from surveys.questionnaires.documents import Document, Question
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.wordings import Wording


class Judgement(StrEnum):
    """How far two wordings may be compared."""

    SAME = "same"
    MINOR = "minor"
    BREAK = "break"


JUDGEMENT_WORDS: Mapping[str, str | Promise] = {
    "same": _("comparable"),
    "minor": _("comparable, with small changes"),
    "break": _("not comparable: trends break here"),
}

BREAKS: Mapping[str, str | Promise] = {
    "type": _("It is another type of question."),
    "text": _("The words of the question changed."),
    "languages": _("The two versions have no language in common."),
    "answers": _("What can be answered changed: the choices or the scale, their words or their order."),
    "about": _("It is asked about other departments."),
    "asked": _("It is asked of other people: the rule by which it is shown changed."),
    "reached": _("It is asked of other people: the rules by which its page is reached changed."),
    "depends": _("A question that it depends on changed."),
    "headline": _("It was, or has become, the question that the score is made of."),
}
MINORS: Mapping[str, str | Promise] = {
    "punctuation": _("Only punctuation or spaces changed."),
    "translation": _("A translation was added or taken away; the words in the other languages stayed."),
    "help": _("The help beside it changed."),
    "required": _("Whether an answer is needed changed."),
    "checks": _("What an answer is checked against changed."),
    "dimension": _("It counts for another dimension, or with another weight."),
    "past_ratings": _(
        "Careful: it stands before or after other ratings than it did, which can colour answers."
    ),
    "place": _("Its place changed."),
}
DIMENSION_BREAKS: Mapping[str, str | Promise] = {
    "items": _("It is made of other questions."),
    "wording": _("A question that it is made of is no longer comparable."),
    "weights": _("Its questions count for other shares of it."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: its page, whether it moved among the others, and the ratings before it."""

    page: str
    moved: bool
    ratings: frozenset[str]


def judge(
    before: Question, after: Question, wordings: tuple[Wording, Wording], places: tuple[Place, Place]
) -> tuple[Judgement, tuple[str, ...]]:
    """Return how far a question of two editions is comparable, and the codes of the reasons."""
    then, now = wordings
    breaks = list(_breaks(then, now)) if not asks_the_same(then.fingerprint, now.fingerprint) else []
    if bool(before.get("headline")) != bool(after.get("headline")):
        breaks.append("headline")
    minors = list(_minors(before, after, wordings, places))
    if not question_type(after["type"]).takes_answer:  # a page has no trend; what it hides, its questions say
        reasons = dict.fromkeys((*breaks, *minors))
        return (Judgement.MINOR, tuple(reasons)) if reasons else (Judgement.SAME, ())
    if breaks:
        return Judgement.BREAK, (*breaks, *(one for one in minors if one != "punctuation"))
    return (Judgement.MINOR, tuple(minors)) if minors else (Judgement.SAME, ())


def judge_dimension(
    code: str, before: Document, after: Document, broken: frozenset[str]
) -> tuple[Judgement, tuple[str, ...]]:
    """Return how far a dimension that both documents have is comparable; `broken` are the questions that are not."""
    then, now = (
        {one["code"]: Fraction(one["weight"]) for one in document["questions"] if one["dimension"] == code}
        for document in (before, after)
    )
    if then.keys() != now.keys():
        return Judgement.BREAK, ("items",)
    if broken & now.keys():
        return Judgement.BREAK, ("wording",)
    if _shares(then) != _shares(now):
        return Judgement.BREAK, ("weights",)
    return Judgement.SAME, ()


def judge_index(before: Document, after: Document, *, unlike: bool) -> str:
    """Return how far the index is comparable, "" where one has none; `unlike`: a dimension came, went or broke."""
    then, now = (
        {one["code"]: Fraction(one["weight"]) for one in document["dimensions"]}
        for document in (before, after)
    )
    if not then or not now:
        return ""
    return Judgement.BREAK if unlike or _shares(then) != _shares(now) else Judgement.SAME


def _breaks(then: Wording, now: Wording) -> list[str]:
    shared = then.text.keys() & now.text.keys()
    found = [key for key in ("type", "about", "asked", "reached") if getattr(then, key) != getattr(now, key)]
    if any(then.text[one] != now.text[one] for one in shared):
        found.append("text")
    if then.answers != now.answers or any(then.answer_words[one] != now.answer_words[one] for one in shared):
        found.append("answers")
    if not shared and (then.text or now.text):
        found.append("languages")
    return found or ["depends"]


def _minors(
    before: Question, after: Question, wordings: tuple[Wording, Wording], places: tuple[Place, Place]
) -> Sequence[str]:
    then, now = wordings
    found = []
    if then.text.keys() != now.text.keys():
        found.append("translation")
    elif before["text"] != after["text"] or before["settings"] != after["settings"]:
        found.append("punctuation")
    found += [key for key in ("help", "required", "checks") if before.get(key) != after.get(key)]
    if any(before.get(key) != after.get(key) for key in ("dimension", "weight")):
        found.append("dimension")
    was, is_now = places
    if was.page != is_now.page or is_now.moved:
        found.append("past_ratings" if was.ratings != is_now.ratings else "place")
    return found


def _shares(weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    whole = sum(weights.values()) or Fraction(1)
    return {code: weight / whole for code, weight in weights.items()}
