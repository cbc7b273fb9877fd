"""Comments beside a scorecard: masked, shuffled, never of a few people, and no two publications differ by a few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from reports import releasing
from reports.evaluations import evaluating
from reports.exports.registry import REGISTRY
from reports.scorecards import comments, publishing
from reports.scorecards.models import Publication, Scorecard, Takedown
from surveys.audit import AuditEntry
from surveys.people.models import Department, User
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.responses.models import Response, Status
from surveys.waves.models import Channel, Klass, Wave
from tests.reports import made_waves
from tests.reports.made_waves import PARKS, Door, a_slice

pytestmark = pytest.mark.django_db

WHY = {
    "code": "why",
    "type": "long_text",
    "about": "each",
    "text": {"zh-hans": "为什么？", "en": "Why?"},
    "settings": {"max_length": 2000},
}
MANY = {"overall": [[20, 28, 12, 6, 2], [24, 50, 18, 10, 4]]}  # publishable


def say(wave: Wave, department: Department, texts: list[str]) -> None:
    Response.objects.bulk_create(
        Response(
            wave=wave,
            department=department,
            day=timezone.localdate(),
            klass=Klass.SAMPLE,
            channel=Channel.WEB,
            language="zh-hans",
            codes=b"\x05",
            salt=b"",
            commitment=number.to_bytes(16),
            extras={"why": text},
        )
        for number, text in enumerate(texts, department.pk * 1000)
    )


def asking_why(text: str) -> Edition:
    return Edition.objects.create(
        questionnaire=Questionnaire.objects.create(code="services", draft={}),
        number=1,
        document={"title": {"en": text}, "languages": ["zh-hans", "en"], "questions": [WHY]},
        content_hash="9" * 64,
    )


def a_year_goes_by(wave_id: int) -> None:
    """Move the time of the release, which nobody can: what was declared never changes."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE surveys_wave DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE surveys_wave SET opens_at = opens_at - interval '366 days', closes_at = closes_at - interval"
            " '366 days', closed_at = closed_at - interval '366 days', release_at = release_at - interval '366 days'"
            " WHERE id = %s",
            [wave_id],
        )
        cursor.execute("ALTER TABLE surveys_wave ENABLE TRIGGER USER")


@pytest.fixture
def told(
    door: Door, departments: dict[str, Department], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Wave]:
    """Make a wave in which 30 people wrote about Parks and 9 about Roads."""

    def make(parks: int = 30, *, table: Any = MANY, **more: Any) -> Wave:
        monkeypatch.setattr(made_waves, "_edition", asking_why)
        wave = made_waves.a_wave(door, {"parks": table, "roads": MANY}, **more)
        say(wave, departments["parks"], [f"remark {place}, phone 138{place:08d}" for place in range(parks)])
        say(wave, departments["roads"], [f"road {place}" for place in range(9)])
        return wave

    return make


def release(wave: Wave) -> Publication:
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    return Publication.objects.get(wave=wave)


def correct(publication: Publication, door: Door, by: User) -> Publication:
    """Publish a correction of newly counted answers."""
    parks = Department.objects.get(code="parks").pk
    first = 20 + 15 * Publication.objects.count()  # fewer would be held back: a difference is a small group
    table = {"overall": [[first, first + 8, 12, 6, 2], [first + 4, first + 30, 18, 10, 4]]}
    door.counted[publication.wave_id][parks] = a_slice(parks, Klass.SAMPLE, table)
    evaluating.evaluate(publication.wave_id)
    publishing.correct(publication, reason="Ratings were voided.", by=by)
    releasing.release_due()
    return Publication.objects.filter(wave=publication.wave_id).order_by("-number")[0]


def shown(publication: Publication, code: str = "parks") -> list[str]:
    card = Scorecard.objects.get(publication=publication, department__code=code)
    return [one["text"] for one in card.comments]


def void(wave_id: int, *places: int, status: Status = Status.VOID) -> None:
    for place in places:
        changed = Response.objects.filter(wave_id=wave_id, extras__why__startswith=f"remark {place},")
        assert changed.update(status=status) == 1


EVERYBODY = {f"remark {place}, phone [phone]" for place in range(30)}


def test_comments_are_frozen_masked_and_shuffled_and_never_of_fewer_than_ten(
    told: Callable[..., Wave],
) -> None:
    publication = release(told())
    card = Scorecard.objects.get(publication=publication, department__code="parks")
    assert {one["text"] for one in card.comments} == EVERYBODY
    assert (card.comments_of, {one["item"] for one in card.comments}) == (30, {"why"})
    assert [one["text"] for one in card.comments] != sorted(EVERYBODY)
    assert shown(publication, "roads") == []
    assert all(set(one) == {"item", "text"} for one in card.comments)
    assert "remark" not in str(publication.content) + str(card.content)


def test_a_department_that_is_only_indicative_has_none(told: Callable[..., Wave]) -> None:
    publication = release(told(table={"overall": [[2, 3, 2, 1, 0], [2, 2, 2, 1, 0]]}))
    card = Scorecard.objects.get(publication=publication, department__code="parks")
    assert card.content["figures"]["status"] != "publishable"
    assert card.comments == []


def test_more_than_the_most_are_drawn_by_lot_and_counted(
    told: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST", 7)
    publication = release(told())
    card = Scorecard.objects.get(publication=publication, department__code="parks")
    assert (len(card.comments), card.comments_of) == (7, 30)


def test_a_correction_after_one_exclusion_shows_the_very_same(
    told: Callable[..., Wave], door: Door, ivo: User
) -> None:
    first = release(told())
    void(first.wave_id, 3)
    second = correct(first, door, ivo)
    assert second.number == 2
    assert shown(second) == shown(first), "one that is missing would be the excluded one"
    void(first.wave_id, *range(4, 12))
    third = correct(second, door, ivo)
    assert shown(third) == shown(first), "nine are still too few"
    void(first.wave_id, 12)
    fourth = correct(third, door, ivo)
    gone = {f"remark {place}, phone [phone]" for place in range(3, 13)}
    assert shown(fourth) == [text for text in shown(first) if text not in gone], "in the same order"
    assert Scorecard.objects.get(publication=fourth, department__code="parks").comments_of == 20


def test_a_correction_never_shows_more(told: Callable[..., Wave], door: Door, ivo: User) -> None:
    wave = told()
    void(wave.pk, 5)
    first = release(wave)
    assert len(shown(first)) == 29
    void(wave.pk, 5, status=Status.KEPT)
    second = correct(first, door, ivo)
    assert shown(second) == shown(first)


def test_what_was_hidden_for_a_while_comes_back_as_it_was_and_not_less_one(
    told: Callable[..., Wave], door: Door, ivo: User
) -> None:
    wave = told(parks=12)
    first = release(wave)
    void(wave.pk, 0, 1, 2)
    second = correct(first, door, ivo)
    assert (len(shown(first)), shown(second)) == (12, [])
    void(wave.pk, 1, 2, status=Status.KEPT)
    third = correct(second, door, ivo)
    assert shown(third) == shown(first)


def test_the_same_words_of_two_people_are_counted_twice(
    told: Callable[..., Wave], departments: dict[str, Department], door: Door, ivo: User
) -> None:
    wave = told(parks=0)
    say(wave, departments["parks"], ["same words"] * 15)
    first = release(wave)
    assert shown(first) == ["same words"] * 15
    copies = list(Response.objects.filter(wave=wave, department=departments["parks"])[:4])
    Response.objects.filter(pk__in=[one.pk for one in copies]).update(status=Status.VOID)
    second = correct(first, door, ivo)
    assert shown(second) == ["same words"] * 15


def test_what_gave_a_person_away_is_deleted_and_not_shown_again(
    told: Callable[..., Wave], door: Door, ivo: User, admin_user: User
) -> None:
    first = release(told())
    Takedown.objects.create(
        publication=first,
        rule=Takedown.Rule.PERSONAL_DATA,
        reason="A remark names a neighbour.",
        proposed_by=ivo,
        agreed_by=admin_user,
        agreed_at=timezone.now(),
    )
    assert comments.forget_due() == 1
    assert comments.forget_due() == 0
    assert shown(first) == []
    assert shown(correct(first, door, ivo)) == []


def test_a_year_after_the_release_what_people_wrote_is_deleted_and_noted(told: Callable[..., Wave]) -> None:
    publication = release(told())
    assert comments.forget_due() == 0
    a_year_goes_by(publication.wave_id)
    content = Scorecard.objects.get(publication=publication, department__code="parks").content
    assert comments.forget_due() == 1
    card = Scorecard.objects.get(publication=publication, department__code="parks")
    assert (card.comments, card.comments_of, card.content) == ([], 0, content)
    assert AuditEntry.objects.filter(verb="delete comments").count() == 1


@pytest.mark.parametrize(
    "change", [{"comments": [], "comments_of": 0}, {"comments": [], "content": {}}, {"comments_of": 5}]
)
def test_the_database_lets_nobody_change_them_before(
    told: Callable[..., Wave], change: dict[str, object]
) -> None:
    publication = release(told())
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Scorecard.objects.filter(publication=publication).update(**change)
    if "content" in change:
        a_year_goes_by(publication.wave_id)
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Scorecard.objects.filter(publication=publication).update(**change)


def test_a_wave_whose_texts_are_gone_is_sealed_without_comments(told: Callable[..., Wave]) -> None:
    wave = told()
    Response.objects.filter(wave=wave).update(extras=None)
    assert shown(release(wave)) == []


def test_everybody_who_wrote_is_spoken_of_where_the_table_is_the_worked_example(
    told: Callable[..., Wave],
) -> None:
    publication = release(told(parks=30, table=PARKS))
    card = Scorecard.objects.get(publication=publication, department__code="parks")
    assert bool(card.comments) == (card.content["figures"]["status"] == "publishable")


def test_no_public_page_and_no_file_holds_a_comment(told: Callable[..., Wave], client: Client) -> None:
    wave = told()
    assert shown(release(wave))
    addresses = [
        "/",
        "/results/",
        f"/results/{wave.slug}/",
        f"/results/{wave.slug}/parks/",
        "/api/v1/results/",
        f"/api/v1/results/{wave.slug}/",
        f"/api/v1/results/{wave.slug}/parks/",
        *(f"/results/{wave.slug}/{one.name}" for one in REGISTRY),
        *(f"/results/{wave.slug}/parks/{one.name}" for one in REGISTRY),
    ]
    answers = [client.get(address) for address in addresses]
    assert sum(answer.status_code == 200 for answer in answers) > 10
    for answer in answers:
        body = answer.getvalue()
        assert b"phone [phone]" not in body
        assert b"remark 1" not in body
