"""Two people before an edition: one submits the draft, another one approves it, then it may be published.

What is asked and what is agreed to is one revision of the draft; a later change leaves both behind by itself. Nobody
approves what they submitted, or a draft that they had a hand in since the last edition: the audit trail knows them. Nor
does an account that one of them made or changed (`people.independence`).
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from surveys import audit
from surveys.audit import AuditEntry
from surveys.people import independence
from surveys.people.models import User
from surveys.questionnaires import publishing, remarking
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.models import Questionnaire, QuestionnaireQuerySet
from surveys.questionnaires.publishing import Unpublishable

# What is recorded about a questionnaire without changing its draft.
NOT_A_CHANGE = frozenset(
    {
        "submit draft",
        "withdraw draft",
        "approve draft",
        "send draft back",
        remarking.REMARK,
        remarking.SETTLE,
        remarking.REOPEN,
    }
)


class OutOfTurn(ValueError):
    """A step that does not follow from the state that the draft is in."""


class NotASecondPerson(ValueError):
    """Somebody who would approve their own work, or with an account that whoever did it looks after."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a draft stands on its way to an edition, and what one member of staff may not do about it."""

    is_submitted: bool
    is_approved: bool
    submitted_by: str
    approved_by: str
    is_own_work: bool  # of the person who looks
    objection: str  # why the person who looks cannot approve what waits, own work or not


def standing_of(questionnaire: Questionnaire, *, seen_by: User) -> Standing:
    """Return where the draft stands, as `seen_by` may act on it; six queries at most."""
    waiting = questionnaire.is_submitted or questionnaire.is_approved
    return Standing(
        is_submitted=questionnaire.is_submitted,
        is_approved=questionnaire.is_approved,
        submitted_by=str(questionnaire.submitted_by or "") if waiting else "",
        approved_by=str(questionnaire.approved_by or "") if questionnaire.is_approved else "",
        is_own_work=waiting and _is_work_of(questionnaire, seen_by),
        objection=objection_to(questionnaire, seen_by) if questionnaire.is_submitted else "",
    )


def objection_to(questionnaire: Questionnaire, user: User) -> str:
    """Return why `user` cannot approve the draft that was submitted, or nothing.

    They had a hand in it, their account is younger than the submission, or it and that of somebody who had a hand are
    no two independent ones.
    """
    if _is_work_of(questionnaire, user):
        return _own_work()
    hands = changed_by(questionnaire) | {questionnaire.submitted_by_id or 0}
    if words := independence.not_two(user, hands):
        return words
    submitted = audit.latest(questionnaire, "submit draft")
    if submitted is None:
        return ""
    return independence.too_new(user, since=submitted.at, event=_("this draft was submitted"))


def waiting(questionnaires: QuestionnaireQuerySet) -> QuestionnaireQuerySet:
    """Return those of `questionnaires` whose draft, as it is now, waits for an approval."""
    found = questionnaires.listed().filter(submitted_revision=F("revision"))
    return found.exclude(approved_revision=F("revision")).select_related("submitted_by")


def changed_by(questionnaire: Questionnaire) -> frozenset[int]:
    """Return the keys of the members of staff who made or changed the draft since an edition that two people made.

    The operator's editions count, too; one that came with an imported wave was looked at by nobody else.
    """
    entries = AuditEntry.objects.filter(
        subject_kind="questionnaire", subject_id=str(questionnaire.pk), actor__isnull=False
    ).exclude(verb__in=NOT_A_CHANGE)
    agreed = questionnaire.editions.filter(Q(approved_by__isnull=False) | Q(published_by=None))
    last = agreed.order_by("-number").values_list("pk", flat=True).first()
    frozen = AuditEntry.objects.filter(subject_kind="edition", subject_id=str(last), verb="publish edition")
    if last is not None and (published := frozen.values_list("pk", flat=True).first()) is not None:
        entries = entries.filter(pk__gt=published)
    return frozenset(entries.order_by().values_list("actor", flat=True).distinct())


def submit(questionnaire: Questionnaire, *, revision: int, by: User) -> Questionnaire:
    """Ask for the draft, as it is at `revision`, to be approved; an earlier approval is void.

    Raises `StaleDraft` when the draft has changed, `Unpublishable` with its problems, and `OutOfTurn` when it waits
    already or is an edition already.
    """
    with transaction.atomic():
        locked = _locked(questionnaire, revision)
        if locked.is_submitted or locked.is_approved:
            raise OutOfTurn(_("This draft has been submitted already."))
        if problems := publishing.problems_of(locked):
            raise Unpublishable(problems)
        if same := publishing.edition_like(locked):
            raise OutOfTurn(
                _("The draft has the same content as edition %(number)d, so there is nothing to approve.")
                % {"number": same.number}
            )
        return _set(questionnaire, locked, verb="submit draft", submitted=by, approved=None, by=by)


def withdraw(questionnaire: Questionnaire, *, revision: int, by: User) -> Questionnaire:
    """Take back that the draft be approved, an approval included; raises `StaleDraft` or `OutOfTurn`."""
    with transaction.atomic():
        locked = _waiting(questionnaire, revision)
        return _set(questionnaire, locked, verb="withdraw draft", submitted=None, approved=None, by=by)


def approve(questionnaire: Questionnaire, *, revision: int, by: User) -> Questionnaire:
    """Agree that the draft, as it is at `revision`, be published.

    Raises `StaleDraft`, `OutOfTurn` when nobody submitted it, `NotASecondPerson`, or `Unpublishable` when a problem
    has come up since, such as a department that was closed.
    """
    with transaction.atomic():
        locked = _waiting(questionnaire, revision)
        if locked.is_approved:
            raise OutOfTurn(_("This draft has been approved already."))
        if words := objection_to(locked, by):
            raise NotASecondPerson(words)
        if problems := publishing.problems_of(locked):
            raise Unpublishable(problems)
        submitter = locked.submitted_by
        return _set(questionnaire, locked, verb="approve draft", submitted=submitter, approved=by, by=by)


def send_back(questionnaire: Questionnaire, *, revision: int, words: str, by: User) -> Questionnaire:
    """Give the draft back with a remark that says what is to be done; an approval is void.

    Raises `StaleDraft`, `OutOfTurn`, `NotASecondPerson` (one's own work is withdrawn) or `remarking.BadRemark`.
    """
    with transaction.atomic():
        locked = _waiting(questionnaire, revision)
        if _is_work_of(locked, by):
            raise NotASecondPerson(_own_work())
        remarking.remark(locked, question="", words=words, by=by)
        return _set(questionnaire, locked, verb="send draft back", submitted=None, approved=None, by=by)


def _own_work() -> str:
    return _(
        "You submitted this draft or changed it since the last edition, so somebody else must approve it or send it"
        " back."
    )


def _is_work_of(questionnaire: Questionnaire, user: User) -> bool:
    return questionnaire.submitted_by_id == user.pk or user.pk in changed_by(questionnaire)


def _locked(questionnaire: Questionnaire, revision: int) -> Questionnaire:
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if locked.revision != revision:
        raise StaleDraft
    return locked


def _waiting(questionnaire: Questionnaire, revision: int) -> Questionnaire:
    """Return the questionnaire, locked, when its draft is submitted or approved."""
    locked = _locked(questionnaire, revision)
    if not (locked.is_submitted or locked.is_approved):
        raise OutOfTurn(_("This draft has not been submitted for approval, or was taken back meanwhile."))
    return locked


def _set(
    questionnaire: Questionnaire,
    locked: Questionnaire,
    *,
    verb: str,
    submitted: User | None,
    approved: User | None,
    by: User,
) -> Questionnaire:
    """Keep who asked for this revision and who agreed, and record it."""
    for one in (questionnaire, locked):
        one.submitted_by, one.submitted_revision = submitted, locked.revision if submitted else None
        one.approved_by, one.approved_revision = approved, locked.revision if approved else None
    locked.save(update_fields=["submitted_by", "submitted_revision", "approved_by", "approved_revision"])
    audit.record(locked, verb=verb, by=by, revision=locked.revision)
    return questionnaire
