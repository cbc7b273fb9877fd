"""A head sees the own department and what is below it; nobody sees by guessing."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from surveys.people import access, organising
from surveys.people.models import Department, Place, Role, User
from surveys.people.roles import MAY, Deed, may


@pytest.fixture
def playgrounds(departments: dict[str, Department]) -> Department:
    """A department below Parks."""
    return organising.add_department(
        code="playgrounds", names={"en": "Playgrounds"}, parent=departments["parks"], by=None
    )


def test_a_head_sees_the_own_department_and_those_below(
    dana: User, omar: User, playgrounds: Department
) -> None:
    assert {one.code for one in access.departments_visible_to(dana)} == {"parks", "playgrounds"}
    assert {one.code for one in access.departments_visible_to(omar)} == {"roads"}


def test_other_staff_see_all_departments(
    ada: User, ivo: User, auditor: User, admin_user: User, departments: dict[str, Department]
) -> None:
    for user in (ada, ivo, auditor, admin_user):
        assert access.departments_visible_to(user).count() == len(departments)


def test_the_department_of_another_head_is_like_one_that_does_not_exist(omar: User) -> None:
    assert access.department_for(omar, "roads").code == "roads"
    for code in ("parks", "city", "nowhere"):
        with pytest.raises(Department.DoesNotExist):
            access.department_for(omar, code)


def test_strangers_and_people_without_a_role_see_nothing(
    ada: User, departments: dict[str, Department]
) -> None:
    ada.role = ""
    nobody = AnonymousUser()
    inactive = User(username="gone", role=Role.ADMIN, is_active=False)
    for user in (nobody, ada, inactive):
        assert not access.departments_visible_to(user).exists()
        assert not access.places_visible_to(user).exists()
        assert not access.service_points_visible_to(user).exists()
        assert not access.users_visible_to(user).exists()


def test_service_points_follow_their_department(
    dana: User, omar: User, departments: dict[str, Department]
) -> None:
    place = Place.objects.create(code="north", names={"en": "North"}, level=Place.Level.COUNTY)
    organising.add_service_point(
        code="gate", names={"en": "Gate"}, department=departments["parks"], place=place, by=None
    )
    assert access.service_points_visible_to(dana).count() == 1
    assert access.service_points_visible_to(omar).count() == 0


def test_only_administrators_see_other_accounts(ada: User, admin_user: User) -> None:
    assert set(access.users_visible_to(ada)) == {ada}
    assert set(access.users_visible_to(admin_user)) == {ada, admin_user}


@pytest.mark.parametrize("deed", list(Deed))
@pytest.mark.parametrize("role", list(Role))
def test_a_deed_is_allowed_by_the_table_alone(role: Role, deed: Deed) -> None:
    user = User(username="somebody", role=role)
    if role in MAY[deed]:
        access.require(user, deed)
    else:
        with pytest.raises(PermissionDenied):
            access.require(user, deed)


def test_being_a_superuser_is_no_role(db: None) -> None:
    assert not any(may(User(username="root", is_superuser=True, is_staff=True), deed) for deed in Deed)
    made = User.objects.create_superuser("first", "first@example.org", "a-long-password-1")
    assert made.role == Role.ADMIN


def test_who_is_no_user_may_nothing() -> None:
    with pytest.raises(PermissionDenied):
        access.require(AnonymousUser(), Deed.DESIGN)
    with pytest.raises(PermissionDenied):
        access.require(SimpleNamespace(role="admin", is_active=True), Deed.DESIGN)  # type: ignore[arg-type]


def test_the_root_stands_for_the_place_as_a_whole(departments: dict[str, Department]) -> None:
    assert access.root_department() == departments["city"]


def test_without_departments_there_is_no_root(db: None) -> None:
    with pytest.raises(LookupError):
        access.root_department()


def test_the_menu_hides_what_would_be_refused(dana: User, ada: User, auditor: User) -> None:
    assert access.rooms_hidden_from(dana) == {"questionnaires", "waves", "audit"}
    assert access.rooms_hidden_from(ada) == {"audit"}
    assert not access.rooms_hidden_from(auditor)
