"""Putting a ready questionnaire into a draft that is there already."""

from surveys.people.models import User
from surveys.questionnaires import checking, documents, transplanting
from surveys.questionnaires.drafting import DraftFull, draft_of
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packs.building import Pack


def add_pack(questionnaire: Questionnaire, *, pack: Pack, by: User | None) -> transplanting.Fitted:
    """Add the questions of `pack` at the end of a draft, in one step; return them as they fit.

    Its dimensions and introduction are taken over where the draft has none; the title stays. Raises `DraftFull` or
    `checking.MalformedDocument`.
    """
    with draft_of(questionnaire, verb="add pack", by=by, pack=pack.code) as draft:
        if len(draft["questions"]) + len(pack.document["questions"]) > documents.MOST_QUESTIONS:
            raise DraftFull
        for part in ("dimensions", "introduction"):
            draft[part] = draft[part] or pack.document[part]
        added = transplanting.fitted(pack.document["questions"], draft)
        draft["questions"].extend(added.questions)
        draft.update(checking.received(draft))
    return added
