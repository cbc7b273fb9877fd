"""Everybody concerned is told once, whichever worker comes first; e-mail follows and stops nothing."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from reports import releasing
from reports.evaluations import evaluating
from reports.notices import noticing
from reports.notices.models import MailChoice, Notice
from reports.notices.telling import letter
from reports.scorecards import publishing
from reports.scorecards.models import Publication, Takedown
from surveys.audit import AuditEntry
from surveys.people.models import Department, Role, User
from surveys.waves.models import Wave
from tests.conftest import _member as member
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db
Kind = Notice.Kind


@pytest.fixture
def everybody(
    ada: User,
    ivo: User,
    dana: User,
    omar: User,
    auditor: User,
    admin_user: User,
    departments: dict[str, Department],
) -> dict[str, User]:
    """The cast, the head of the city, an interviewer, and a head of a department that is not rated."""
    other = Department.objects.create(
        code="water", names={"en": "Water"}, parent=departments["city"], position=9
    )
    return {
        "ada": ada,
        "ivo": ivo,
        "dana": dana,
        "omar": omar,
        "auditor": auditor,
        "admin": admin_user,
        "mayor": member("mayor", Role.HEAD, departments["city"]),
        "water": member("water", Role.HEAD, other),
        "helper": member("helper", Role.INTERVIEWER),
    }


@pytest.fixture
def parks_wave(everybody: dict[str, User], a_wave: Callable[..., Wave]) -> Callable[..., Wave]:
    """A wave about Parks alone that is evaluated."""

    def make(**more: Any) -> Wave:
        wave = a_wave({"parks": PARKS}, **more)
        evaluating.evaluate(wave.pk)
        return wave

    return make


def told(kind: Notice.Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_a_release_is_told_to_readers_and_to_the_heads_concerned_and_above(
    parks_wave: Callable[..., Wave],
) -> None:
    parks_wave()
    releasing.release_due()
    assert told(Kind.RELEASED) == {"ada", "ivo", "auditor", "admin", "dana", "mayor"}
    assert Notice.objects.exclude(kind=Kind.RELEASED).count() == 0


def test_what_is_sealed_is_told_to_reviewers_alone_and_once(parks_wave: Callable[..., Wave]) -> None:
    parks_wave(release_in=timedelta(days=3))
    releasing.release_due()
    assert {(one.kind, one.user.username, one.number) for one in Notice.objects.all()} == {
        ("awaiting_review", "ivo", 1)
    }
    assert noticing.notice_due() == 0
    assert Notice.objects.count() == 1


def test_what_was_reviewed_awaits_none(parks_wave: Callable[..., Wave], everybody: dict[str, User]) -> None:
    parks_wave(release_in=timedelta(days=3))
    publishing.seal_due()
    publishing.review(Publication.objects.get(), by=everybody["ivo"])
    releasing.release_due()
    assert Notice.objects.count() == 0


def test_what_is_held_back_is_told_to_who_can_mend_it(parks_wave: Callable[..., Wave]) -> None:
    parks_wave(release_in=timedelta(days=3))
    publishing.seal_due()
    Publication.objects.update(trial=Publication.Trial.HELD)
    noticing.notice_due()
    assert told(Kind.HELD) == {"ivo", "admin", "auditor"}


def test_a_release_that_does_not_come_is_overdue_also_when_nothing_is_sealed(
    everybody: dict[str, User], a_wave: Callable[..., Wave]
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    noticing.notice_due()
    assert told(Kind.OVERDUE) == {"ivo", "admin"}
    assert Notice.objects.filter(number=0, publication=None).count() == 2
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    assert Notice.objects.filter(kind=Kind.OVERDUE).count() == 2, "told once"


def test_a_release_that_is_a_little_late_is_not_overdue(
    everybody: dict[str, User], a_wave: Callable[..., Wave]
) -> None:
    a_wave({"parks": PARKS}, release_in=-noticing.PATIENCE / 2)
    assert noticing.notice_due() == 0


def test_old_results_and_what_was_taken_down_are_no_news(
    parks_wave: Callable[..., Wave], everybody: dict[str, User]
) -> None:
    wave = parks_wave()
    publishing.seal_due()
    Publication.objects.update(
        state="published", published_at=timezone.now() - timedelta(days=noticing.NEWS_DAYS + 1)
    )
    assert noticing.notice_due() == 0
    second = Publication.objects.create(
        wave=wave,
        number=2,
        evaluation=Publication.objects.get().evaluation,
        content={},
        content_hash="a",
        state="published",
        published_at=timezone.now(),
    )
    Takedown.objects.create(
        publication=second,
        rule=Takedown.Rule.DISCLOSURE,
        reason="It tells a cell.",
        proposed_by=everybody["ivo"],
        agreed_by=everybody["admin"],
        agreed_at=timezone.now(),
    )
    assert noticing.notice_due() == 0


def test_two_workers_write_each_notice_once(
    parks_wave: Callable[..., Wave], everybody: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    parks_wave()
    releasing.release_due()
    publication = Publication.objects.get()
    before = Notice.objects.count()
    news = noticing._News(Kind.RELEASED, publication.wave_id, publication)
    # The other worker has looked before this one wrote, and takes everybody for untold.
    monkeypatch.setattr(noticing, "_concerned", lambda _news: _Untold())
    noticing._tell(news)
    assert Notice.objects.count() == before


class _Untold:
    """A list of people that was read before the notices were written."""

    def exclude(self, **_: object) -> Iterator[User]:
        return iter(User.objects.filter(is_active=True, role__in=["reviewer", "auditor"]))


class TestMail:
    def test_each_gets_one_sentence_and_a_link_in_both_languages(
        self, parks_wave: Callable[..., Wave], settings: Any
    ) -> None:
        settings.SITE_ADDRESS = "https://rate.example.org"
        parks_wave()
        releasing.release_due()
        assert len(mail.outbox) == 6
        letter = next(one for one in mail.outbox if one.to == ["ivo@example.org"])
        assert "“Spring survey”" in letter.body
        assert "spring 评价" in letter.body
        assert "https://rate.example.org/results/spring/" in letter.body
        assert "\n" not in letter.subject
        assert Notice.objects.filter(mailed_at=None).count() == 0
        assert noticing.notice_due() == 0
        assert len(mail.outbox) == 6

    def test_it_holds_no_figure(self, parks_wave: Callable[..., Wave]) -> None:
        parks_wave()
        releasing.release_due()
        content = Publication.objects.get().content
        figures = content["departments"][0]
        for sent in mail.outbox:
            for name in ("score", "satisfaction", "n", "rank_low"):
                if figures[name] and len(str(figures[name])) > 2:
                    assert str(figures[name])[:4] not in sent.body

    def test_whoever_chose_gets_it_in_the_own_language_or_not_at_all(
        self, parks_wave: Callable[..., Wave], everybody: dict[str, User]
    ) -> None:
        noticing.choose_mail(everybody["ivo"], wanted=True, language="en")
        noticing.choose_mail(everybody["dana"], wanted=False, language="")
        User.objects.filter(username="admin").update(email="")
        parks_wave()
        releasing.release_due()
        assert {one.to[0] for one in mail.outbox} == {
            f"{name}@example.org" for name in ("ada", "ivo", "auditor", "mayor")
        }
        letter = next(one for one in mail.outbox if one.to == ["ivo@example.org"])
        assert "评价" not in letter.body
        assert Notice.objects.filter(mailed_at=None, mail_due_at=None).count() == 2, (
            "in the office all are told"
        )
        with pytest.raises(ValueError, match="xx"):
            noticing.choose_mail(everybody["ivo"], wanted=True, language="xx")

    def test_whoever_switches_them_off_gets_none_that_waits(
        self, parks_wave: Callable[..., Wave], everybody: dict[str, User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(EmailBackend, "open", refuse_to_open)
        parks_wave()
        releasing.release_due()
        noticing.choose_mail(everybody["ivo"], wanted=False, language="")
        assert Notice.objects.get(user=everybody["ivo"]).mail_due_at is None

    def test_a_server_that_does_not_answer_stops_no_release_and_is_tried_again(
        self, parks_wave: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(EmailBackend, "open", refuse_to_open)
            parks_wave()
            releasing.release_due()
            assert Publication.objects.get().state == "published"
            assert Notice.objects.filter(mail_tries=1, mailed_at=None).count() == 6
            assert noticing.notice_due() == 0, "later, not at once"
        Notice.objects.update(mail_due_at=timezone.now())
        assert noticing.notice_due() == 6
        assert len(mail.outbox) == 6

    def test_one_address_that_is_refused_does_not_stop_the_others_and_is_given_up(
        self, parks_wave: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(EmailBackend, "send_messages", refuse_ivo(EmailBackend.send_messages))
        parks_wave()
        releasing.release_due()
        assert len(mail.outbox) == 5
        for _ in range(noticing.TRIES + 2):
            Notice.objects.exclude(mail_due_at=None).update(mail_due_at=timezone.now())
            noticing.notice_due()
        notice = Notice.objects.get(user__username="ivo")
        assert (notice.mail_tries, notice.mail_due_at, notice.mailed_at) == (noticing.TRIES, None, None)

    def test_two_workers_send_it_once(self, parks_wave: Callable[..., Wave]) -> None:
        parks_wave()
        releasing.release_due()
        Notice.objects.update(mail_due_at=timezone.now(), mailed_at=None, mail_tries=0)
        mine = Notice.objects.select_related("user", "wave").first()
        assert mine
        assert noticing._claim(mine)
        assert not noticing._claim(mine)

    def test_only_so_many_at_a_time(
        self, parks_wave: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(noticing, "MOST_MAILS", 2)
        parks_wave()
        releasing.release_due()
        assert len(mail.outbox) == 2
        noticing.notice_due()
        assert len(mail.outbox) == 4

    def test_a_title_cannot_write_headers(self, released: Publication, ivo: User) -> None:
        noticing.notice_due()
        notice = Notice.objects.get(user=ivo)
        notice.wave.titles = {"en": "Spring\r\nBcc: all@example.org"}
        assert "\n" not in letter(notice, ["zh-hans", "en"])[0]

    def test_what_cannot_be_written_is_tried_later_and_stops_nobody(
        self, everybody: dict[str, User], a_wave: Callable[..., Wave]
    ) -> None:
        wave = a_wave({"parks": PARKS}, slug="no/address")
        evaluating.evaluate(wave.pk)
        assert releasing.release_due()
        assert {one.to[0] for one in mail.outbox} == {"dana@example.org", "mayor@example.org"}, (
            "theirs is another page"
        )


def refuse_to_open(_backend: EmailBackend) -> None:
    raise ConnectionRefusedError


def refuse_ivo(send: Any) -> Any:
    def send_messages(backend: EmailBackend, messages: list[Any]) -> Any:
        if any("ivo@example.org" in one.to for one in messages):
            raise smtplib.SMTPRecipientsRefused({})
        return send(backend, messages)

    return send_messages


def test_what_goes_wrong_with_one_wave_stops_nobody(
    parks_wave: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_news: object) -> int:
        raise LookupError("a fault")

    parks_wave()
    monkeypatch.setattr(noticing, "_tell", broken)
    assert releasing.release_due()
    assert Publication.objects.get().state == "published"


def test_reading_is_of_the_own_ones_alone(released: Publication, ivo: User, ada: User) -> None:
    noticing.notice_due()
    mine = Notice.objects.get(user=ivo)
    assert noticing.read(ivo, pk=mine.pk).read_at
    first = Notice.objects.get(pk=mine.pk).read_at
    assert noticing.read(ivo, pk=mine.pk).read_at == first
    with pytest.raises(noticing.NoticeNotYours):
        noticing.read(ada, pk=mine.pk)
    assert noticing.read_all(ada) == 1
    assert noticing.read_all(ada) == 0
    assert MailChoice.objects.count() == 0


def test_what_was_read_long_ago_is_deleted_with_a_dated_record(
    released: Publication, ivo: User, ada: User
) -> None:
    noticing.notice_due()
    for user, days in ((ivo, noticing.KEPT_DAYS + 1), (ada, noticing.KEPT_DAYS - 1)):
        Notice.objects.filter(user=user).update(read_at=timezone.now() - timedelta(days=days))
    correction = Publication.objects.create(
        wave=released.wave, evaluation=released.evaluation, number=2, content={}
    )
    noticing.notice_due()
    assert told(Kind.RELEASED) >= {"ivo", "ada"}, (
        "while something of the wave is sealed nothing is told twice"
    )
    correction.delete()
    before = told(Kind.RELEASED)
    noticing.notice_due()
    assert before - told(Kind.RELEASED) == {"ivo"}
    kept = AuditEntry.objects.get(verb="delete notices")
    assert (kept.actor, kept.subject_id, kept.facts) == (None, str(released.wave_id), {"notices": 1})
