"""Seal, review and release: what was evaluated is frozen first and shown at a time fixed before the first answer.

The release fires by itself, reviewed or not. A published content never changes: a correction is a publication with
the next number, a reason and a reviewer; the earlier one stays readable.
"""

import logging
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from reports.evaluations.models import Evaluation, Progress
from reports.scorecards import access, before
from reports.scorecards.content import content_hash
from reports.scorecards.models import Publication, Scorecard
from surveys import audit
from surveys.faults import apart
from surveys.people.access import require
from surveys.people.models import User
from surveys.people.roles import Deed

log = logging.getLogger(__name__)

SEALED, PUBLISHED = Publication.State.SEALED, Publication.State.PUBLISHED
Trial = Publication.Trial


class NotReviewable(ValidationError):
    """What is published cannot be reviewed any more, and a review is recorded once."""


class NothingToCorrect(ValidationError):
    """A correction needs a released publication, a newer finished evaluation and a reason."""


def seal(evaluation: Evaluation) -> Publication:
    """Compose the content of a finished evaluation and freeze it until its release; the same twice is the same.

    A newer evaluation replaces what is still sealed, and the review begins anew. What is released already is only
    superseded by a correction that a reviewer has asked for.
    """
    # Only the worker composes: the web process reviews and releases without numpy.
    from reports.scorecards import comments, composing

    with transaction.atomic():
        # The evaluation's row is the lock: two workers seal one after the other.
        evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        publication = Publication.objects.filter(wave_id=evaluation.wave_id, state=SEALED).first()
        if publication is None:
            number = access.latest_number(evaluation.wave_id) + 1
            publication = Publication(wave_id=evaluation.wave_id, number=number)
        elif publication.evaluation_id == evaluation.pk and publication.content_hash:
            return publication
        if publication.evaluation_id != evaluation.pk:
            publication.reviewed_by = publication.reviewed_at = None
        # What was tried or printed was of other figures.
        publication.trial, publication.trial_findings, publication.tried_at = Trial.DUE, [], None
        composed = composing.compose(evaluation, number=publication.number, reason=publication.reason)
        publication.evaluation = evaluation
        publication.content = composed.wave.document()
        publication.content_hash = content_hash(publication.content)
        publication.save()
        said = comments.draw(publication, composed.wave, composed.scorecards)
        Scorecard.objects.filter(publication=publication).delete()
        publication.papers.all().delete()
        Scorecard.objects.bulk_create(
            (
                Scorecard(
                    publication=publication,
                    department_id=department_id,
                    content=(document := scorecard.document()),
                    content_hash=content_hash(document),
                    dataset=composed.datasets[department_id],
                    comments=list(said[department_id].shown),
                    comments_of=said[department_id].of,
                )
                for department_id, scorecard in composed.scorecards.items()
            ),
            batch_size=50,
        )
        # No hash of what is sealed: figures can be guessed, and a hash would say which guess is right.
        audit.record(publication, verb="seal", by=None, evaluation=evaluation.pk, number=publication.number)
    return publication


def review(publication: Publication, *, by: User) -> Publication:
    """Record that `by` has looked at coverage, quality and disclosure; the release does not wait for it."""
    require(by, Deed.REVIEW)
    with transaction.atomic():
        changed = (
            Publication.objects.filter(
                pk=publication.pk, state=SEALED, reviewed_by=None, content_hash=publication.content_hash
            )
            .exclude(content_hash="")
            .update(reviewed_by=by, reviewed_at=Now())
        )
        if changed != 1:
            raise NotReviewable(
                _("Wave “%(wave)s” was reviewed or released already, or evaluated anew. Reload the page.")
                % {"wave": publication.wave}
            )
        audit.record(publication, verb="review", by=by, number=publication.number)
    publication.refresh_from_db()
    return publication


def publish(publication: Publication, *, by: User | None) -> bool:
    """Release a sealed and tried publication whose time has come; answers whether this call did it.

    One that tells a change against a score that nobody can read is tried again instead. `by=None` is the clock.
    """
    with transaction.atomic():
        due = Publication.objects.filter(
            pk=publication.pk, state=SEALED, trial=Trial.PASSED, wave__release_at__lte=Now()
        )
        due = due.exclude(content_hash="")
        locked = due.select_for_update(of=("self",)).select_related("wave").defer("content").first()
        if locked is not None and before.tells_unread(locked):
            due.update(trial=Trial.DUE)
            return False
        if due.update(state=PUBLISHED, published_at=Now()) != 1:
            return False
        audit.record(publication, verb="release", by=by, content_hash=publication.content_hash)
    access.look_again()
    publication.refresh_from_db()
    return True


def correct(publication: Publication, *, reason: str, by: User) -> Publication:
    """Ask for a correction that supersedes a released publication by the newest evaluation of its wave.

    The reason is published with it. The worker composes and releases it; until then the released one is current.
    """
    require(by, Deed.REVIEW)
    if not reason.strip():
        raise NothingToCorrect(_("Say why the correction is made: the reason is published with it."))
    with transaction.atomic():
        released = Publication.objects.select_for_update().filter(pk=publication.pk, state=PUBLISHED).first()
        newest = newer_evaluation(publication)
        sealed = Publication.objects.filter(wave_id=publication.wave_id, state=SEALED).first()
        # A correction that was held back by its trial gives way to one by a still newer evaluation.
        gives_way = sealed is not None and sealed.trial == Trial.HELD and sealed.evaluation != newest
        if released is None or newest is None or (sealed is not None and not gives_way):
            raise NothingToCorrect(_("There is no newer finished evaluation that could be published."))
        asked = sealed or Publication(
            wave_id=publication.wave_id, number=access.latest_number(publication.wave_id) + 1
        )
        asked.evaluation, asked.reason = newest, reason.strip()
        asked.content, asked.content_hash = {}, ""  # sealed by the worker
        asked.trial, asked.trial_findings, asked.tried_at = Trial.DUE, [], None
        asked.reviewed_by, asked.reviewed_at = by, Now()
        asked.save()
        audit.record(asked, verb="correct", by=by, supersedes=publication.number, reason=asked.reason)
    return asked


def newer_evaluation(publication: Publication) -> Evaluation | None:
    """Return the newest evaluation of a publication's wave, if it is finished and newer than the published one."""
    newest = Evaluation.objects.filter(wave_id=publication.wave_id).order_by("-number").first()
    if newest is None or newest.progress != Progress.DONE or newest.pk == publication.evaluation_id:
        return None
    return newest


def seal_due() -> int:
    """Seal finished evaluations of waves that are not released yet, and corrections asked for; count them."""
    newer = Evaluation.objects.filter(wave=OuterRef("wave"), number__gt=OuterRef("number"))
    sealed = Publication.objects.filter(evaluation=OuterRef("pk")).exclude(content_hash="")
    asked = Publication.objects.filter(evaluation=OuterRef("pk"), content_hash="")
    released = Publication.objects.filter(wave=OuterRef("wave"), state=PUBLISHED)
    first = ~Exists(newer) & ~Exists(released)
    due = Evaluation.objects.filter(~Exists(sealed), progress=Progress.DONE).filter(first | Exists(asked))
    steps = 0
    for evaluation in due.order_by("id"):
        with apart(log, "wave %s: its results could not be sealed", evaluation.wave_id):
            seal(evaluation)
            steps += 1
    return steps


def release_due(*, except_for: Collection[int] = ()) -> int:
    """Release what is sealed, tried and due, but for those whose ids are `except_for`; count it."""
    due = Publication.objects.filter(state=SEALED, trial=Trial.PASSED, wave__release_at__lte=Now())
    steps = 0
    for publication in due.exclude(content_hash="").exclude(pk__in=except_for).order_by("id"):
        with apart(log, "wave %s: its results could not be released", publication.wave_id):
            steps += publish(publication, by=None)
    return steps
