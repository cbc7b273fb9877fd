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
from surveys.questionnaires import checking, documents, transplanting, undoing
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question
from surveys.questionnaires.logic.expressions import OF_A_REFERENCE, code_of
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.question_types import question_type

PAGE_BREAK = "page_break"


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
    with draft_of(questionnaire, verb="replace draft", by=by) as draft:
        if questionnaire.revision != revision:
            raise StaleDraft
        draft.clear()
        draft.update(document)
    return questionnaire


def question_in(document: Document, code: str) -> Question:
    """Return the question `code` of `document`; raises `UnknownQuestion`."""
    question: Question = document["questions"][position_of(document, code)]
    return question


def add_question(
    questionnaire: Questionnaire, *, kind: str, after: str = "", by: User | None
) -> dict[str, Any]:
    """Add a question of type `kind` behind the question `after`, else at the end, and return it.

    It is about the same as the question before it; a page is about the place as a whole. The first rating of a part
    becomes its headline.
    """
    chosen = question_type(kind)
    with draft_of(questionnaire, verb="add question", by=by, type=kind) as draft:
        questions = draft["questions"]
        position = position_of(draft, after) + 1 if after else len(questions)
        before = [one for one in questions[:position] if one["type"] != PAGE_BREAK]
        about = GENERAL if kind == PAGE_BREAK else before[-1]["about"] if before else EACH
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


def add_questions(
    questionnaire: Questionnaire,
    *,
    questions: Sequence[Any],
    after: str = "",
    verb: str = "add questions",
    by: User | None,
    **facts: Any,
) -> transplanting.Fitted:
    """Add well-formed `questions` in one step behind the question `after`, else at the end; return them as they fit.

    Raises `UnknownQuestion`, `DraftFull` or `checking.MalformedDocument`.
    """
    received = checking.received({**documents.blank(title={}), "questions": list(questions)})["questions"]
    with draft_of(questionnaire, verb=verb, by=by, questions=len(received), **facts) as draft:
        position = position_of(draft, after) + 1 if after else len(draft["questions"])
        if len(draft["questions"]) + len(received) > documents.MOST_QUESTIONS:
            raise DraftFull
        added = transplanting.fitted(received, draft)
        draft["questions"][position:position] = added.questions
        _replace(draft, {})
    return added


def copy_question(questionnaire: Questionnaire, *, code: str, by: User | None) -> dict[str, Any]:
    """Put a copy of the question `code` behind it, under a new code and never as a headline, and return it."""
    with draft_of(questionnaire, verb="copy question", by=by, question=code) as draft:
        position = position_of(draft, code)
        question = {**draft["questions"][position], "code": _free_code(draft), "headline": False}
        _insert(draft, position + 1, question)
    return question


def change_question(
    questionnaire: Questionnaire,
    *,
    code: str,
    question: Any,
    seen: str,
    by: User | None,
    while_typing: bool = False,
) -> dict[str, Any]:
    """Replace the question `code`, of which the author saw the state `seen`, and return what is kept.

    When it gets a new code, rules, jumps and quoted answers follow. What is saved `while_typing` is undone together
    with what was typed just before. Raises `StaleDraft`, `UnknownQuestion`, `CodeTaken` or
    `checking.MalformedDocument`.
    """
    new = checking.received_question(question)
    with draft_of(questionnaire, verb="change question", by=by, joined=while_typing, question=code) as draft:
        position = position_of(draft, code)
        if fingerprint(draft["questions"][position]) != seen:
            raise StaleDraft
        if any(other["code"] == new["code"] for other in draft["questions"] if other["code"] != code):
            raise CodeTaken(new["code"])
        draft["questions"][position] = new
        if new["code"] != code:
            _replace(draft, {key: _following(part, code, new["code"]) for key, part in draft.items()})
            new = draft["questions"][position]
    return new


def put_back_question(questionnaire: Questionnaire, *, question: Any, by: User | None) -> dict[str, Any]:
    """Add a question that somebody else removed while it was being worked on, at the end, and return what is kept.

    Raises `CodeTaken` or `checking.MalformedDocument`.
    """
    new = checking.received_question(question)
    with draft_of(questionnaire, verb="add question", by=by, type=new["type"]) as draft:
        if any(other["code"] == new["code"] for other in draft["questions"]):
            raise CodeTaken(new["code"])
        _insert(draft, len(draft["questions"]), new)
    return new


def move_question(questionnaire: Questionnaire, *, code: str, steps: int, by: User | None) -> Questionnaire:
    """Move the question `code` by `steps`, backwards when negative; it stops at either end."""
    with draft_of(questionnaire, verb="move question", by=by, question=code, steps=steps) as draft:
        position = position_of(draft, code)
        question = draft["questions"].pop(position)
        draft["questions"].insert(max(0, position + steps), question)
    return questionnaire


def remove_question(questionnaire: Questionnaire, *, code: str, by: User | None) -> Questionnaire:
    """Take the question `code` out of the draft; published editions keep it."""
    with draft_of(questionnaire, verb="remove question", by=by, question=code) as draft:
        draft["questions"].pop(position_of(draft, code))
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
    with draft_of(questionnaire, verb="change title and languages", by=by) as draft:
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
    with draft_of(questionnaire, verb="change dimensions", by=by) as draft:
        if fingerprint(draft["dimensions"]) != seen:
            raise StaleDraft
        _replace(draft, {"dimensions": [dict(dimension) for dimension in dimensions]})
    return questionnaire


def change_quotas(
    questionnaire: Questionnaire, *, quotas: Sequence[Mapping[str, Any]], seen: str, by: User | None
) -> Questionnaire:
    """Replace the quotas: how many answers of a kind are taken."""
    with draft_of(questionnaire, verb="change quotas", by=by) as draft:
        if fingerprint(draft.get("quotas", [])) != seen:
            raise StaleDraft
        rest = {key: part for key, part in draft.items() if key != "quotas"}
        whole = checking.received({**rest, **({"quotas": list(quotas)} if quotas else {})})
        draft.clear()
        draft.update(whole)
    return questionnaire


@contextmanager
def draft_of(
    questionnaire: Questionnaire, *, verb: str, by: User | None, joined: bool = False, **facts: Any
) -> Iterator[dict[str, Any]]:
    """Hold the draft locked while it is changed, then keep it under the next revision and as a step to undo."""
    with transaction.atomic():
        locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        questionnaire.draft, questionnaire.revision = locked.draft, locked.revision
        questionnaire.step = locked.step
        undoing.begin(questionnaire)
        yield questionnaire.draft
        questionnaire.revision += 1
        questionnaire.save(update_fields=["draft", "revision", "updated_at"])
        code = facts.get("question") or facts.get("page") or ""
        undoing.remember(questionnaire, verb=f"{verb} {code}".strip(), by=by, joined=joined)
        audit.record(questionnaire, verb=verb, by=by, revision=questionnaire.revision, **facts)


def _replace(draft: dict[str, Any], parts: Mapping[str, Any]) -> None:
    """Put `parts` into `draft` when the result is still well-formed."""
    draft.update(checking.received({**draft, **parts}))


def _insert(draft: dict[str, Any], position: int, question: dict[str, Any]) -> None:
    if len(draft["questions"]) >= documents.MOST_QUESTIONS:
        raise DraftFull
    draft["questions"].insert(position, question)


def position_of(document: Document, code: str) -> int:
    """Return where the question `code` stands; raises `UnknownQuestion`."""
    for position, question in enumerate(document["questions"]):
        if question["code"] == code:
            return position
    raise UnknownQuestion(code)


def _following(part: Any, old: str, new: str) -> Any:
    """Return a part of a document in which rules, jumps and quoted answers follow a question to its new code."""
    if isinstance(part, str):
        return part.replace(f"{{{old}}}", f"{{{new}}}").replace(f"{{{old}.", f"{{{new}.")
    if isinstance(part, list):
        return [_following(one, old, new) for one in part]
    if not isinstance(part, dict):
        return part
    if len(part) == 1:
        ((key, content),) = part.items()
        if key in OF_A_REFERENCE and isinstance(content, str):
            return {key: new + content[len(old) :]} if code_of(content) == old else part
    return {
        key: new if key == "to" and entry == old else _following(entry, old, new)
        for key, entry in part.items()
    }


def _free_code(document: Document) -> str:
    taken = {question["code"] for question in document["questions"]}
    number = len(taken) + 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"
