"""Tell people what concerns them, once: in the office, and by e-mail to whoever wants it.

A notice is written for one person, kind, wave and publication at most once, whichever worker comes first; the database
says so. E-mail follows: each is claimed before it is sent, tried a few times ever later, and given up then. Nothing
here stops a release: it comes after it, in bounded time, and what goes wrong is logged.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.urls import NoReverseMatch
from django.utils import timezone

from reports.notices.models import MailChoice, Notice
from reports.notices.telling import letter
from reports.scorecards import access
from reports.scorecards.models import Publication
from surveys import audit
from surveys.faults import FAULTS, apart
from surveys.people.models import Department, Role, User
from surveys.people.roles import MAY, Deed

log = logging.getLogger(__name__)

NEWS_DAYS = 14  # what was released longer ago is no news
PATIENCE = timedelta(minutes=10)  # after the time of a release, and after the counting: then it is overdue
MOST_MAILS = 50  # at a time
MOST_SECONDS = 15.0  # for sending, so that the next release is not kept waiting
TRIES = 5
KEPT_DAYS = 400  # after it was read: a year's waves can be looked back on
LATER = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=12),
    timedelta(days=1),
)

Kind, State, Trial = Notice.Kind, Publication.State, Publication.Trial
_waves: type[models.Model] = Notice._meta.get_field("wave").remote_field.model


@dataclass(frozen=True, slots=True)
class _News:
    """Something to be told."""

    kind: Notice.Kind
    wave_id: int
    publication: Publication | None = None


class NoticeNotYours(LookupError):
    """There is no such notice for this person."""


def notice_due() -> int:
    """Write and send the notices that are due; return how many steps were taken. Raises nothing.

    Those that were read long ago are deleted.
    """
    steps = 0
    for news in _due():
        with apart(log, "wave %s: people could not be told", news.wave_id):
            steps += _tell(news)
    with apart(log, "notices could not be sent by e-mail"):
        steps += _send_due()
    with apart(log, "old notices could not be deleted"):
        _forget_due()
    return steps


def read(user: User, *, pk: int) -> Notice:
    """Mark one notice of `user` as read; raises `NoticeNotYours`. Twice is once."""
    Notice.objects.filter(user=user, pk=pk, read_at=None).update(read_at=Now())
    notice = Notice.objects.filter(user=user, pk=pk).select_related("wave", "user").first()
    if notice is None:
        raise NoticeNotYours
    return notice


def read_all(user: User) -> int:
    """Mark all notices of `user` as read and return how many were not."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=Now())


def choose_mail(user: User, *, wanted: bool, language: str) -> MailChoice:
    """Keep whether and in which language `user` gets notices by e-mail; "" is all languages, others are refused."""
    if language not in {"", *dict(settings.LANGUAGES)}:
        raise ValueError(language)
    choice, _made = MailChoice.objects.update_or_create(
        user=user, defaults={"wanted": wanted, "language": language}
    )
    if not wanted:
        Notice.objects.filter(user=user).exclude(mail_due_at=None).update(mail_due_at=None)
    return choice


def _due() -> Iterator[_News]:
    """Yield what somebody may have to be told: few rows, for what is old or settled is left out."""
    told = Notice.objects.filter(publication=OuterRef("pk"))
    found = Publication.objects.defer("content").order_by("pk")
    released = found.filter(state=State.PUBLISHED, published_at__gte=Now() - timedelta(days=NEWS_DAYS))
    released = released.exclude(takedown__agreed_at__isnull=False)
    for publication in released.filter(~Exists(told.filter(kind=Kind.RELEASED))):
        yield _News(Kind.RELEASED, publication.wave_id, publication)
    sealed = found.filter(state=State.SEALED).exclude(content_hash="")
    for publication in sealed.filter(~Exists(told.filter(kind=Kind.AWAITING_REVIEW)), reviewed_by=None):
        yield _News(Kind.AWAITING_REVIEW, publication.wave_id, publication)
    for publication in sealed.filter(~Exists(told.filter(kind=Kind.HELD)), trial=Trial.HELD):
        yield _News(Kind.HELD, publication.wave_id, publication)
    late = [one.pk for one in access.pending() if one.late]
    since = Now() - PATIENCE
    overdue = _waves._default_manager.filter(
        ~Exists(Notice.objects.filter(kind=Kind.OVERDUE, wave=OuterRef("pk"))),
        Q(closed_at=None) | Q(closed_at__lte=since),
        Q(settled_at=None) | Q(settled_at__lte=since),
        pk__in=late,
        release_at__lte=since,
    )
    for wave_id in overdue.order_by("pk").values_list("pk", flat=True):
        stands = found.filter(wave_id=wave_id, state=State.SEALED).exclude(content_hash="").first()
        yield _News(Kind.OVERDUE, wave_id, stands)


@transaction.atomic
def _tell(news: _News) -> int:
    """Write a notice for everybody concerned who has none yet; two workers at once write each only once."""
    number = news.publication.number if news.publication and news.kind != Kind.OVERDUE else 0
    told = Notice.objects.filter(kind=news.kind, wave_id=news.wave_id, number=number)
    people = list(_concerned(news).exclude(pk__in=told.values("user")))
    unwanted = set(MailChoice.objects.filter(user__in=people, wanted=False).values_list("user_id", flat=True))
    now = timezone.now()
    Notice.objects.bulk_create(
        (
            Notice(
                user=user,
                kind=news.kind,
                wave_id=news.wave_id,
                publication=news.publication,
                number=number,
                mail_due_at=now if user.email and user.pk not in unwanted else None,
            )
            for user in people
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
    return len(people)


def _concerned(news: _News) -> QuerySet[User]:
    """Return whom something concerns."""
    roles = {
        Kind.RELEASED: MAY[Deed.READ_SCORECARDS] - {Role.HEAD},
        Kind.AWAITING_REVIEW: MAY[Deed.REVIEW],
        Kind.OVERDUE: MAY[Deed.REVIEW] | {Role.ADMIN},
        Kind.HELD: MAY[Deed.REVIEW] | {Role.ADMIN, Role.AUDITOR},
    }[news.kind]
    concerned = Q(role__in=roles)
    if news.kind == Kind.RELEASED and news.publication:
        rated = news.publication.scorecards.values_list("department_id", flat=True)
        concerned |= Q(role=Role.HEAD, department__in=_and_above(rated))
    return User.objects.filter(concerned, is_active=True).order_by("pk")


def _and_above(departments: Iterable[int]) -> set[int]:
    """Return these departments and all that stand above them."""
    above = dict(Department.objects.order_by().values_list("pk", "parent_id"))
    found: set[int] = set()
    for one in departments:
        pk: int | None = one
        while pk is not None and pk not in found:
            found.add(pk)
            pk = above.get(pk)
    return found


def _send_due() -> int:
    """Send the e-mails that are due over one connection; return how many were taken."""
    due = Notice.objects.filter(mail_due_at__lte=Now()).order_by("mail_due_at", "pk")
    waiting = list(due.select_related("user__mail_choice", "wave")[:MOST_MAILS])
    if not waiting:
        return 0
    began = time.monotonic()
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as problem:
        for notice in waiting:
            _claim(notice)
        log.warning("the mail server cannot be reached: %s", type(problem).__name__)
        return 0
    try:
        return sum(
            _send(notice, connection)
            for notice in waiting
            if time.monotonic() - began < MOST_SECONDS and _claim(notice)
        )
    finally:
        _quietly(connection.close)


def _claim(notice: Notice) -> bool:
    """Put the next try off before this one; whoever changes the row sends, and a worker that dies sends later."""
    last = notice.mail_tries + 1 >= TRIES
    later = None if last else timezone.now() + LATER[notice.mail_tries]
    return bool(
        Notice.objects.filter(pk=notice.pk, mail_due_at=notice.mail_due_at).update(
            mail_due_at=later, mail_tries=F("mail_tries") + 1
        )
    )


def _send(notice: Notice, connection: BaseEmailBackend) -> bool:
    """Send one e-mail, if its reader still wants and may have it; say whether it was taken."""
    user = notice.user
    choice: MailChoice | None = getattr(user, "mail_choice", None)
    if not user.is_active or not user.email or (choice and not choice.wanted):
        Notice.objects.filter(pk=notice.pk).update(mail_due_at=None)
        return False
    languages = (
        [choice.language] if choice and choice.language else [code for code, _name in settings.LANGUAGES]
    )
    try:
        subject, text = letter(notice, languages)
        EmailMessage(subject, text, to=[user.email], connection=connection).send()
    except (*FAULTS, OSError, smtplib.SMTPException, NoReverseMatch) as problem:
        log.warning("notice %s could not be sent: %s", notice.pk, type(problem).__name__)
        return False
    Notice.objects.filter(pk=notice.pk).update(mailed_at=Now(), mail_due_at=None)
    return True


@transaction.atomic
def _forget_due() -> None:
    """Delete the notices that were read long ago, and note of which wave and how many.

    Those of a wave of which something is still to be released stay: without them it would be told again.
    """
    of_its_wave = Publication.objects.filter(wave=OuterRef("wave"))
    old = Notice.objects.filter(
        Exists(of_its_wave.filter(state=State.PUBLISHED)),
        ~Exists(of_its_wave.filter(state=State.SEALED)),
        read_at__lt=Now() - timedelta(days=KEPT_DAYS),
    )
    for wave in _waves._default_manager.filter(pk__in=old.values("wave")).order_by("pk"):
        gone, _by_table = old.filter(wave=wave.pk).delete()
        if gone:  # another worker may have been first
            audit.record(wave, verb="delete notices", by=None, notices=gone)


def _quietly(close: Callable[[], object]) -> None:
    try:
        close()
    except (OSError, smtplib.SMTPException) as problem:
        log.info("the mail server did not say goodbye: %s", type(problem).__name__)
