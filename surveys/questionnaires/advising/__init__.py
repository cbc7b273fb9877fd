"""Advice before publishing: the rules of wording and layout, seen whole.

To add a rule, write its class and add one line here. `refusals` are what no edition may say; everything else is advice
that a person weighs: a rule that never errs would find nothing.
"""

from collections.abc import Collection, Iterator

from surveys.questionnaires.advising.base import Advice, Finding, Rule
from surveys.questionnaires.advising.care import DemandedReason, PersonalData, Required, TellingTypes
from surveys.questionnaires.advising.doubling import DoubleBarrelled
from surveys.questionnaires.advising.legibility import Jargon, LongSentences
from surveys.questionnaires.advising.lists import LastThings, MissingOther, Ranges, YesOrNo
from surveys.questionnaires.advising.manuscript import Manuscript
from surveys.questionnaires.advising.scales import (
    AgreementBattery,
    RatingByHand,
    ScaleOrder,
    ScaleWithoutDontKnow,
    UnbalancedScale,
    UnlabelledScale,
)
from surveys.questionnaires.advising.sense import Absolutes, Hypothetical, Negation, Vague
from surveys.questionnaires.advising.steering import Instructing, Leading
from surveys.questionnaires.advising.translations import Differences, Placeholders
from surveys.questionnaires.documents import Document

REGISTRY: tuple[Rule, ...] = (
    Instructing(),
    UnbalancedScale(),
    ScaleWithoutDontKnow(),
    UnlabelledScale(),
    RatingByHand(),
    Leading(),
    DoubleBarrelled(),
    DemandedReason(),
    PersonalData(),
    TellingTypes(),
    Required(),
    Negation(),
    Absolutes(),
    Vague(),
    Hypothetical(),
    Jargon(),
    LongSentences(),
    ScaleOrder(),
    AgreementBattery(),
    YesOrNo(),
    Ranges(),
    MissingOther(),
    LastThings(),
    Differences(),
    Placeholders(),
)

MOST_OF_ONE_RULE = 200  # more of one kind would bury the others


def advise(document: Document, *, names: Collection[str] = ()) -> list[Advice]:
    """Return what could be said better in a well-shaped `document`, rule by rule, each in the order of the document.

    `names` are words that stand for one thing, such as the names of departments. At most 200 of each rule.
    """
    draft = Manuscript(document, names=names)
    return [advice for rule in REGISTRY for advice in _bounded(rule.advices(draft))]


def refusals(document: Document) -> Iterator[Advice]:
    """Yield what keeps a well-shaped `document` from being published; its `area` is a page of the editor."""
    draft = Manuscript(document)
    for rule in REGISTRY:
        if rule.level == "refuse":
            yield from _bounded(rule.advices(draft))


def _bounded(advices: Iterator[Advice]) -> Iterator[Advice]:
    for _count, advice in zip(range(MOST_OF_ONE_RULE), advices, strict=False):
        yield advice


__all__ = ["REGISTRY", "Advice", "Finding", "Rule", "advise", "refusals"]
