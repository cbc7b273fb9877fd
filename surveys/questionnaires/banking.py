"""The question bank: blocks of questions kept for use in other questionnaires.

A block is a copy and gives copies: neither the draft it was taken from nor those it was put into change with it. It
holds nothing that refers to questions outside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys import audit
from surveys.languages import Text
from surveys.people.models import User
from surveys.questionnaires import checking, documents, drafting, transplanting
from surveys.questionnaires.models import Block, Questionnaire
from surveys.questionnaires.shapes import Flaw, text_of

MOST_IN_A_BLOCK = 100
NAME = text_of(200)


class EmptyBlock(ValueError):
    """A block that would hold nothing, or too much; the message says which."""


def blocks_with(words: str) -> QuerySet[Block]:
    """Return the blocks in whose names or questions all of `words` stand, the one changed last in front."""
    found = Block.objects.annotate(
        _names=Cast("names", TextField()), _questions=Cast("questions", TextField())
    ).select_related("created_by")
    for word in words.split()[:10]:
        found = found.filter(Q(_names__icontains=word) | Q(_questions__icontains=word))
    return found


@transaction.atomic
def keep_block(
    questionnaire: Questionnaire, *, codes: Sequence[str], names: Text, by: User | None
) -> tuple[Block, list[str]]:
    """Keep the questions `codes` of a draft as a block, in the order of the draft; return it with notices.

    Raises `EmptyBlock`, `drafting.UnknownQuestion`, or `checking.MalformedDocument` about the names.
    """
    draft = questionnaire.draft
    chosen = frozenset(codes)
    for code in codes:
        drafting.question_in(draft, code)
    questions = [question for question in draft["questions"] if question["code"] in chosen]
    others = {question["code"] for question in draft["questions"]} - chosen
    apart = transplanting.detached(questions, strangers=others)
    return make_block(questions=apart.questions, names=names, by=by), apart.notices


@transaction.atomic
def make_block(*, questions: Sequence[Any], names: Any, by: User | None) -> Block:
    """Keep `questions` (any JSON, in the document's format) as a block.

    Raises `EmptyBlock`, or `checking.MalformedDocument` about a question or the names.
    """
    if not questions:
        raise EmptyBlock(_("Choose at least one question."))
    if len(questions) > MOST_IN_A_BLOCK:
        message = ngettext(
            "A block holds at most %(most)d question.",
            "A block holds at most %(most)d questions.",
            MOST_IN_A_BLOCK,
        )
        raise EmptyBlock(message % {"most": MOST_IN_A_BLOCK})
    received = checking.received({**documents.blank(title={}), "questions": list(questions)})["questions"]
    block = Block(names=_named(names), questions=transplanting.detached(received).questions, created_by=by)
    block.save()
    audit.record(block, verb="keep block", by=by, questions=len(received))
    return block


@transaction.atomic
def rename_block(block: Block, *, names: Any, by: User | None) -> Block:
    """Give a block other names; raises `checking.MalformedDocument`."""
    block.names = _named(names)
    block.save(update_fields=["names", "updated_at"])
    audit.record(block, verb="rename block", by=by)
    return block


@transaction.atomic
def remove_block(block: Block, *, by: User | None) -> None:
    """Take a block out of the bank; drafts that have copies of its questions keep them."""
    audit.record(block, verb="remove block", by=by, names=block.names)
    block.delete()


def insert_block(
    questionnaire: Questionnaire, *, block: Block, after: str = "", by: User | None
) -> transplanting.Fitted:
    """Put copies of a block's questions behind the question `after`, else at the end; return them with notices.

    Raises `drafting.UnknownQuestion` or `drafting.DraftFull`.
    """
    return drafting.add_questions(
        questionnaire, questions=block.questions, after=after, verb="insert block", by=by, block=block.pk
    )


def _named(names: Any) -> Mapping[str, str]:
    trimmed = documents.trimmed(names)
    flaws = [Flaw(("names", *flaw.path), flaw.message) for flaw in NAME.flaws(trimmed)]
    if not flaws and not any(trimmed.values()):
        flaws = [Flaw(("names",), _("Give the block a name."))]
    if flaws:
        raise checking.MalformedDocument(flaws)
    kept: Mapping[str, str] = {language: words for language, words in trimmed.items() if words}
    return kept
