"""Two people are two: no account made for the occasion, and none that the other looks after."""

from collections.abc import Callable

import pytest

from surveys.people import independence, staffing
from surveys.people.models import Role, User
from surveys.questionnaires import drafting, publishing, reviewing
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.reviewing import NotASecondPerson
from surveys.responses import excluding
from surveys.waves.models import Wave
from tests.surveys.responses.conftest import document, rating

pytestmark = pytest.mark.django_db
SMALL = document(rating("overall", headline=True))


def made(username: str, organisation: str, by: User | None) -> User:
    return staffing.add_user(
        username=username,
        name=username,
        email=f"{username}@example.org",
        role=Role.REVIEWER,
        department=None,
        password="long-enough-word-9",
        by=by,
        organisation=organisation,
    )


def test_one_administrator_publishes_no_questionnaire_with_an_account_of_theirs(
    admin_user: User, departments: object, ivo: User
) -> None:
    drafted = drafting.create(code="mine", document=SMALL, by=admin_user)
    puppet = made("puppet", "", admin_user)
    reviewing.submit(drafted, revision=drafted.revision, by=admin_user)
    drafted = Questionnaire.objects.get()
    assert "puppet" in reviewing.standing_of(drafted, seen_by=puppet).objection
    with pytest.raises(NotASecondPerson, match="createsuperuser"):
        reviewing.approve(drafted, revision=drafted.revision, by=puppet)
    assert reviewing.standing_of(drafted, seen_by=ivo).objection == ""
    reviewing.approve(drafted, revision=drafted.revision, by=ivo)
    assert publishing.publish(drafted, by=admin_user).approved_by == ivo


def test_an_account_that_is_younger_than_what_it_decides_about_does_not_count(
    admin_user: User, ada: User, departments: object
) -> None:
    drafted = drafting.create(code="mine", document=SMALL, by=ada)
    reviewing.submit(drafted, revision=drafted.revision, by=ada)
    late = made("late", "", admin_user)
    with pytest.raises(NotASecondPerson, match="late"):
        reviewing.approve(drafted, revision=drafted.revision, by=late)


def test_the_demonstration_s_accounts_which_nobody_made_publish_together(departments: object) -> None:
    ada, ivo = made("ada", "市评价办公室", None), made("ivo", "市评价办公室", None)
    User.objects.filter(pk=ivo.pk).update(date_joined="2020-01-01T00:00:00Z")  # before, as in that city
    drafted = drafting.create(code="mine", document=SMALL, by=ada)
    reviewing.submit(drafted, revision=drafted.revision, by=ada)
    drafted.refresh_from_db()
    reviewing.approve(drafted, revision=drafted.revision, by=User.objects.get(pk=ivo.pk))
    assert publishing.publish(drafted, by=ada).number == 1


def test_accounts_made_after_the_opening_exclude_nothing(
    a_wave: Callable[..., Wave], admin_user: User
) -> None:
    early = made("early", "Statistics office", admin_user)
    User.objects.filter(pk=early.pk).update(date_joined="2020-01-01T00:00:00Z")
    wave = a_wave()
    assert excluding.stance(User.objects.get(pk=early.pk), wave) == ""
    assert "late" in excluding.stance(made("late", "Audit house", admin_user), wave)


def test_who_made_changed_or_let_in_the_other_is_no_second_person(
    ivo: User, auditor: User, admin_user: User
) -> None:
    assert independence.not_two(ivo, [auditor.pk, ivo.pk]) == ""
    staffing.set_password(ivo, password="own-new-password-7", by=ivo)
    assert independence.not_two(auditor, [ivo.pk]) == ""
    staffing.set_password(ivo, password="new-long-password-7", by=admin_user)
    assert independence.not_two(auditor, [ivo.pk]) == ""
    for one, other in ((ivo, admin_user), (admin_user, ivo)):
        words = independence.not_two(one, [auditor.pk, other.pk])
        assert "Admin" in words
        assert "Ivo" in words
