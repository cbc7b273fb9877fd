"""What colleagues say about a draft or one of its questions, until somebody has seen to it.

A remark is never changed nor deleted: it is settled, and may be opened again. Who said what is audited without the
words, which belong to the remark alone.
"""

from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from surveys import audit
from surveys.people.models import User
from surveys.questionnaires import documents
from surveys.questionnaires.models import Questionnaire, Remark
from surveys.questionnaires.shapes import Words

LONGEST = 2000  # characters of a remark
MOST_OPEN = 500  # of a questionnaire

# As in the audit trail.
REMARK, SETTLE, REOPEN = "remark on draft", "settle remark", "reopen remark"


class BadRemark(ValueError):
    """A remark that cannot be kept; the message says why."""


@transaction.atomic
def remark(questionnaire: Questionnaire, *, question: str, words: str, by: User) -> Remark:
    """Keep a remark on the question with the code `question`, or on the whole when it is "".

    Raises `BadRemark` when it says nothing, is too long, or the draft has no such question.
    """
    said = documents.trimmed(words)
    if not said:
        raise BadRemark(_("A remark needs words."))
    if flaws := list(Words(LONGEST).flaws(said)):
        raise BadRemark(_("The remark %(flaw)s") % {"flaw": flaws[0].message})
    if question and all(one["code"] != question for one in questionnaire.draft["questions"]):
        raise BadRemark(
            _("There is no question “%(code)s” in this draft any more.") % {"code": question[:50]}
        )
    if questionnaire.remarks.filter(settled_at=None).count() >= MOST_OPEN:
        raise BadRemark(
            _("There are %(most)d open remarks already; settle some first.") % {"most": MOST_OPEN}
        )
    kept = Remark.objects.create(questionnaire=questionnaire, question=question, words=said, by=by)
    _record(kept, REMARK, by)
    return kept


@transaction.atomic
def settle(remark: Remark, *, by: User) -> Remark:
    """Mark a remark as seen to; one that is settled stays as it is."""
    changed = Remark.objects.filter(pk=remark.pk, settled_at=None).update(settled_by=by, settled_at=Now())
    if changed:
        _record(remark, SETTLE, by)
    remark.refresh_from_db()
    return remark


@transaction.atomic
def reopen(remark: Remark, *, by: User) -> Remark:
    """Open a settled remark again; one that is open stays as it is."""
    changed = Remark.objects.filter(pk=remark.pk, settled_at__isnull=False).update(
        settled_by=None, settled_at=None
    )
    if changed:
        _record(remark, REOPEN, by)
    remark.refresh_from_db()
    return remark


def remarks_on(questionnaire: Questionnaire) -> QuerySet[Remark]:
    """Return the remarks on a draft, the open ones in front, with who made and who settled them."""
    found = questionnaire.remarks.select_related("by", "settled_by")
    return found.order_by(F("settled_at").desc(nulls_first=True), "at", "id")


def open_remarks(questionnaire: Questionnaire) -> Mapping[str, int]:
    """Return how many remarks are open, by code of the question; those on the whole under ""."""
    return dict(Counter(questionnaire.remarks.filter(settled_at=None).values_list("question", flat=True)))


def _record(remark: Remark, verb: str, by: User) -> None:
    audit.record(remark.questionnaire, verb=verb, by=by, remark=remark.pk, question=remark.question)
