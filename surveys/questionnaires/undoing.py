"""Undoing and redoing: a draft remembers its last steps, and any of its designers can go back through them.

A step is the draft after a change; the first one kept is the draft before the oldest change that can be undone. A new
change forgets what had been undone. Steps belong to the draft, not to a person, so whoever undoes is told whose step
it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import audit
from surveys.people.models import User
from surveys.questionnaires.models import DraftStep, Questionnaire

MOST_STEPS = 100
LONGEST_VERB = 60
ONE_STRETCH = timedelta(minutes=2)  # of typing in one question: it is undone at once

# What was done, as the audit trail calls it, in the words of the button that undoes it.
WORDS: Mapping[str, str | Promise] = {
    "add question": gettext_lazy("add question"),
    "copy question": gettext_lazy("copy question"),
    "change question": gettext_lazy("change question"),
    "move question": gettext_lazy("move question"),
    "remove question": gettext_lazy("remove question"),
    "move page": gettext_lazy("move page"),
    "remove page": gettext_lazy("remove page"),
    "replace draft": gettext_lazy("replace the whole draft"),
    "change title and languages": gettext_lazy("change title and languages"),
    "change dimensions": gettext_lazy("change dimensions"),
    "change quotas": gettext_lazy("change quotas"),
    "change translation": gettext_lazy("change translation"),
    "add questions": gettext_lazy("add questions"),
    "add pasted questions": gettext_lazy("add pasted questions"),
    "add pack": gettext_lazy("add pack"),
    "insert block": gettext_lazy("insert block"),
}


class NothingToUndo(ValueError):
    """A draft that stands at the oldest step it remembers, or at the newest one when redoing."""

    def __init__(self, *, redo: bool = False) -> None:
        super().__init__(_("There is nothing to redo.") if redo else _("There is nothing to undo."))


@dataclass(frozen=True, slots=True)
class Step:
    """A change that can be undone or redone: what it was, in words, and whose."""

    words: str
    by: str
    by_id: int | None


@transaction.atomic
def undo(questionnaire: Questionnaire, *, by: User | None) -> Step:
    """Put the draft back to what it was before its last change, and return that change; raises `NothingToUndo`."""
    return _go(questionnaire, back=True, by=by)


@transaction.atomic
def redo(questionnaire: Questionnaire, *, by: User | None) -> Step:
    """Make the change that was undone last once more, and return it; raises `NothingToUndo`."""
    return _go(questionnaire, back=False, by=by)


def at_hand(questionnaire: Questionnaire) -> tuple[Step | None, Step | None]:
    """Return what could be undone and what redone now, each None when there is nothing."""
    here = questionnaire.step
    around = {
        step.number: step
        for step in questionnaire.steps.filter(number__in=(here - 1, here, here + 1))
        .defer("document")
        .select_related("by")
    }
    undoable = here if here - 1 in around and here in around else None
    return (
        _told(around[undoable]) if undoable is not None else None,
        _told(around[here + 1]) if here + 1 in around else None,
    )


def begin(questionnaire: Questionnaire) -> None:
    """Keep the draft as it is before its first change; for use inside the transaction that changes it."""
    if not questionnaire.steps.filter(number=questionnaire.step).exists():
        questionnaire.steps.create(number=questionnaire.step, document={}, verb="", by=None)
        _copy_into(questionnaire, questionnaire.step)


def remember(questionnaire: Questionnaire, *, verb: str, by: User | None, joined: bool = False) -> None:
    """Keep the draft just saved as a step; for use inside the transaction that changes it.

    With `joined` the change is made part of the step before it, when that was the same deed by the same person a
    moment ago: nobody wants to undo single letters.
    """
    verb = verb[:LONGEST_VERB]
    steps = questionnaire.steps
    steps.filter(number__gt=questionnaire.step).delete()
    if not (joined and _continues(steps.defer("document").get(number=questionnaire.step), verb, by)):
        questionnaire.step += 1
        steps.create(number=questionnaire.step, document={}, verb=verb, by=by)
        steps.filter(number__lt=questionnaire.step - MOST_STEPS).delete()
        Questionnaire.objects.filter(pk=questionnaire.pk).update(step=questionnaire.step)
    _copy_into(questionnaire, questionnaire.step)


def _copy_into(questionnaire: Questionnaire, number: int) -> None:
    """Copy the saved draft inside the database: a large document is not sent and written out again."""
    saved = Questionnaire.objects.filter(pk=questionnaire.pk).values("draft")[:1]
    questionnaire.steps.filter(number=number).update(document=saved, at=timezone.now())


def _continues(last: DraftStep, verb: str, by: User | None) -> bool:
    return (
        last.verb == verb and last.by_id == (by.pk if by else None) and timezone.now() - last.at < ONE_STRETCH
    )


def _go(questionnaire: Questionnaire, *, back: bool, by: User | None) -> Step:
    locked = Questionnaire.objects.select_for_update().defer("draft").get(pk=questionnaire.pk)
    here = locked.step
    found = {
        step.number: step
        for step in questionnaire.steps.filter(
            number__in=(here, here - 1 if back else here + 1)
        ).select_related("by")
    }
    there = here - 1 if back else here + 1
    if there not in found or here not in found:
        raise NothingToUndo(redo=not back)
    done = found[here if back else there]
    questionnaire.draft = found[there].document
    questionnaire.step = there
    questionnaire.revision = locked.revision + 1
    questionnaire.save(update_fields=["draft", "step", "revision", "updated_at"])
    audit.record(
        questionnaire,
        verb="undo" if back else "redo",
        by=by,
        revision=questionnaire.revision,
        undone=done.verb,
        whose=done.by.username if done.by else None,
    )
    return _told(done)


def _told(step: DraftStep) -> Step:
    """Return a step in words: a verb of the audit trail, with the code of what it was done to behind it."""
    verb, code = step.verb, ""
    if verb not in WORDS:
        stem, _space, rest = step.verb.rpartition(" ")
        if stem in WORDS:
            verb, code = stem, rest
    words = f"{WORDS.get(verb, verb)} {code}".strip()
    return Step(words, str(step.by) if step.by else "", step.by_id)
