"""Freezing a draft as an edition.

An edition is identified by the SHA-256 of its canonical JSON (RFC 8785), so whoever holds the file can check that
it is the one people answered. The same content is one edition, however often it is published. What a member of staff
publishes has been approved by a second person (`reviewing`), to the very revision.
"""

import hashlib
from typing import Any

import rfc8785
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from surveys import audit
from surveys.people.models import Department, User
from surveys.questionnaires import checking, documents
from surveys.questionnaires.checking import Problem
from surveys.questionnaires.documents import Document
from surveys.questionnaires.models import Edition, Questionnaire


class Unpublishable(ValueError):
    """A draft with problems; `problems` lists them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        listed = " ".join(str(problem) for problem in problems[:20])
        super().__init__(_("The questionnaire cannot be published yet.") + " " + listed)


class NotApproved(ValueError):
    """A draft that no second person has approved as it is now."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A second person must approve the draft as it is now before it can be published. Submit it for"
                " approval."
            )
        )


def canonical(document: Document) -> bytes:
    """Return the bytes that stand for `document`: canonical JSON, the ones that are hashed and downloaded."""
    return rfc8785.dumps(dict(document))


def content_hash(document: Document) -> str:
    """Return the SHA-256 of the canonical bytes of `document`, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def problems_of(questionnaire: Questionnaire) -> list[Problem]:
    """List what must be put right before the draft can be published, the departments that exist included."""
    known = Department.objects.filter(is_active=True, parent__isnull=False)
    return checking.problems(questionnaire.draft, departments={one.code: one.name for one in known})


def edition_like(questionnaire: Questionnaire) -> Edition | None:
    """Return the edition that has the same content as the draft, if there is one."""
    fingerprint = content_hash(_frozen(questionnaire.draft))
    return questionnaire.editions.defer("document").filter(content_hash=fingerprint).first()


def _frozen(draft: Document) -> dict[str, Any]:
    """Return what an edition keeps of `draft`."""
    document: dict[str, Any] = documents.in_languages_only(draft, draft["languages"])
    return document


@transaction.atomic
def publish(questionnaire: Questionnaire, *, by: User | None, needs_approval: bool = True) -> Edition:
    """Freeze the draft as the next edition; the same content gives the edition that exists.

    Locks the questionnaire. Raises `Unpublishable` with the list of problems, and `NotApproved` unless a second person
    has approved this revision. No approval is needed by the operator on the machine (`by=None`), nor for the
    questionnaire of a past wave, which people have answered already (`needs_approval=False`).
    """
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    problems = problems_of(questionnaire)
    if problems:
        raise Unpublishable(problems)
    document = _frozen(questionnaire.draft)
    fingerprint = content_hash(document)
    existing = questionnaire.editions.filter(content_hash=fingerprint).first()
    if existing:
        return existing
    if needs_approval and by is not None and not questionnaire.is_approved:
        raise NotApproved
    last = questionnaire.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition.objects.create(
        questionnaire=questionnaire,
        number=last + 1,
        document=document,
        content_hash=fingerprint,
        published_by=by,
        approved_by=questionnaire.approved_by if questionnaire.is_approved else None,
    )
    audit.record(
        edition,
        verb="publish edition",
        by=by,
        questionnaire=questionnaire.code,
        number=edition.number,
        hash=fingerprint,
        **({"approved_by": edition.approved_by.username} if edition.approved_by else {}),
    )
    return edition
