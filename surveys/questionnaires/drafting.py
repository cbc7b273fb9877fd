"""Working on a draft: whole documents from programs, small edits from the editor.

Every change raises the draft's revision. Two people who work on the same thing notice each other: a small edit names
the fingerprint of what its author had before the eyes, a whole document the revision it was made from; when that has
changed meanwhile, `StaleDraft` is raised and nothing is overwritten.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import rfc8785
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from surveys import audit
from surveys.languages import Text
from surveys.people.models import User
from surveys.questionnaires import checking, documents
from surveys.questionnaires.documents import EACH, Document, Question
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.question_types import question_type


class StaleDraft(ValueError):
    """What was to be changed has been changed by somebody else since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed this after you opened it. What you typed is still here; look at both and save again."
            )
        )


class UnknownQuestion(LookupError):
    """A question that is not, or no longer, in the draft."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(_("There is no question “%(code)s” in this draft any more.") % {"code": code})


class CodeTaken(ValueError):
    """A code that another question has."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            _("Another question has the code “%(code)s”; choose a different one.") % {"code": code}
        )


class DraftFull(ValueError):
    """A draft that cannot take one more question."""

    def __init__(self) -> None:
        super().__init__(
            _("A questionnaire holds at most %(most)d questions.") % {"most": documents.MOST_QUESTIONS}
        )


def fingerprint(part: Any) -> str:
    """Return a short name for the state of a part of a draft, for noticing that it has changed."""
    return hashlib.sha256(rfc8785.dumps(part)).hexdigest()[:16]


def frame_of(document: Document) -> dict[str, Any]:
    """Return what stands around the questions: languages, title and introduction."""
    return {key: document[key] for key in ("languages", "title", "introduction")}


def free_code(wanted: str) -> str:
    """Return a code that no questionnaire has, made from the words `wanted`."""
    stem = slugify(wanted)[:50].strip("-_") or "questionnaire"
    taken = frozenset(Questionnaire.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code


@transaction.atomic
def create(*, code: str, document: Document, by: User | None) -> Questionnaire:
    """Make a questionnaire with `document` as its draft.

    Raises `ValidationError` about `code`, or `checking.MalformedDocument`.
    """
    questionnaire = Questionnaire(code=code, draft=checking.received(document), created_by=by)
    questionnaire.full_clean(exclude=["draft", "created_by"])
    try:
        with transaction.atomic():
            questionnaire.save()
    except IntegrityError as taken_meanwhile:
        raise ValidationError({"code": [_("Another questionnaire has this code.")]}) from taken_meanwhile
    audit.record(questionnaire, verb="create questionnaire", by=by, code=code)
    return questionnaire


@transaction.atomic
def save_draft(
    questionnaire: Questionnaire, *, document: Any, revision: int, by: User | None
) -> Questionnaire:
    """Replace the whole draft, which must still be at `revision`.

    Raises `StaleDraft` or `checking.MalformedDocument`.
    """
    document = checking.received(document)
    with _draft_of(questionnaire, verb="replace draft", by=by) as draft:
        if questionnaire.revision != revision:
            raise StaleDraft
        draft.clear()
        draft.update(document)
    return questionnaire


def question_in(document: Document, code: str) -> Question:
    """Return the question `code` of `document`; raises `UnknownQuestion`."""
    question: Question = document["questions"][_position(document, code)]
    return question


def add_question(
    questionnaire: Questionnaire, *, kind: str, after: str = "", by: User | None
) -> dict[str, Any]:
    """Add a question of type `kind` behind the question `after`, else at the end, and return it.

    It is about the same as the question before it. The first rating of a part becomes its headline.
    """
    chosen = question_type(kind)
    with _draft_of(questionnaire, verb="add question", by=by, type=kind) as draft:
        questions = draft["questions"]
        position = _position(draft, after) + 1 if after else len(questions)
        about = questions[position - 1]["about"] if position else EACH
        question = documents.tidied_question(
            {
                "code": _free_code(draft),
                "type": chosen.name,
                "about": about,
                "text": {},
                "headline": chosen.scored
                and not any(q["headline"] and q["about"] == about for q in questions),
                "settings": chosen.new_settings(),
            }
        )
        _insert(draft, position, question)
    return question


def copy_question(questionnaire: Questionnaire, *, code: str, by: User | None) -> dict[str, Any]:
    """Put a copy of the question `code` behind it, under a new code and never as a headline, and return it."""
    with _draft_of(questionnaire, verb="copy question", by=by, question=code) as draft:
        position = _position(draft, code)
        question = {**draft["questions"][position], "code": _free_code(draft), "headline": False}
        _insert(draft, position + 1, question)
    return question


def change_question(
    questionnaire: Questionnaire, *, code: str, question: Any, seen: str, by: User | None
) -> dict[str, Any]:
    """Replace the question `code`, of which the author saw the state `seen`, and return what is kept.

    Raises `StaleDraft`, `UnknownQuestion`, `CodeTaken` or `checking.MalformedDocument`.
    """
    new = checking.received_question(question)
    with _draft_of(questionnaire, verb="change question", by=by, question=code) as draft:
        position = _position(draft, code)
        if fingerprint(draft["questions"][position]) != seen:
            raise StaleDraft
        if any(other["code"] == new["code"] for other in draft["questions"] if other["code"] != code):
            raise CodeTaken(new["code"])
        draft["questions"][position] = new
    return new


def put_back_question(questionnaire: Questionnaire, *, question: Any, by: User | None) -> dict[str, Any]:
    """Add a question that somebody else removed while it was being worked on, at the end, and return what is kept.

    Raises `CodeTaken` or `checking.MalformedDocument`.
    """
    new = checking.received_question(question)
    with _draft_of(questionnaire, verb="add question", by=by, type=new["type"]) as draft:
        if any(other["code"] == new["code"] for other in draft["questions"]):
            raise CodeTaken(new["code"])
        _insert(draft, len(draft["questions"]), new)
    return new


def move_question(questionnaire: Questionnaire, *, code: str, steps: int, by: User | None) -> Questionnaire:
    """Move the question `code` by `steps`, backwards when negative; it stops at either end."""
    with _draft_of(questionnaire, verb="move question", by=by, question=code, steps=steps) as draft:
        position = _position(draft, code)
        question = draft["questions"].pop(position)
        draft["questions"].insert(max(0, position + steps), question)
    return questionnaire


def remove_question(questionnaire: Questionnaire, *, code: str, by: User | None) -> Questionnaire:
    """Take the question `code` out of the draft; published editions keep it."""
    with _draft_of(questionnaire, verb="remove question", by=by, question=code) as draft:
        draft["questions"].pop(_position(draft, code))
    return questionnaire


def change_frame(
    questionnaire: Questionnaire,
    *,
    languages: Sequence[str],
    title: Text,
    introduction: Text,
    seen: str,
    by: User | None,
) -> Questionnaire:
    """Replace languages, title and introduction; what was typed in a language that is dropped stays in the draft."""
    with _draft_of(questionnaire, verb="change title and languages", by=by) as draft:
        if fingerprint(frame_of(draft)) != seen:
            raise StaleDraft
        _replace(
            draft, {"languages": list(languages), "title": dict(title), "introduction": dict(introduction)}
        )
    return questionnaire


def change_dimensions(
    questionnaire: Questionnaire, *, dimensions: Sequence[Mapping[str, Any]], seen: str, by: User | None
) -> Questionnaire:
    """Replace the dimensions of the index with their weights."""
    with _draft_of(questionnaire, verb="change dimensions", by=by) as draft:
        if fingerprint(draft["dimensions"]) != seen:
            raise StaleDraft
        _replace(draft, {"dimensions": [dict(dimension) for dimension in dimensions]})
    return questionnaire


@contextmanager
def _draft_of(
    questionnaire: Questionnaire, *, verb: str, by: User | None, **facts: Any
) -> Iterator[dict[str, Any]]:
    """Hold the draft locked while it is changed, then keep it under the next revision."""
    with transaction.atomic():
        locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        questionnaire.draft, questionnaire.revision = locked.draft, locked.revision
        yield questionnaire.draft
        questionnaire.revision += 1
        questionnaire.save(update_fields=["draft", "revision", "updated_at"])
        audit.record(questionnaire, verb=verb, by=by, revision=questionnaire.revision, **facts)


def _replace(draft: dict[str, Any], parts: Mapping[str, Any]) -> None:
    """Put `parts` into `draft` when the result is still well-formed."""
    draft.update(checking.received({**draft, **parts}))


def _insert(draft: dict[str, Any], position: int, question: dict[str, Any]) -> None:
    if len(draft["questions"]) >= documents.MOST_QUESTIONS:
        raise DraftFull
    draft["questions"].insert(position, question)


def _position(document: Document, code: str) -> int:
    for position, question in enumerate(document["questions"]):
        if question["code"] == code:
            return position
    raise UnknownQuestion(code)


def _free_code(document: Document) -> str:
    taken = {question["code"] for question in document["questions"]}
    number = len(taken) + 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"
