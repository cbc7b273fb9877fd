"""Who may see and do what with people, departments and places.

A head sees the own department and what stands below it; other staff see all. Rights to deeds hang on roles
(`roles.MAY`); a forbidden deed raises `PermissionDenied`, an invisible object does not exist.
"""

from typing import TypeAlias, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.people.models import Department, Place, Role, ServicePoint, User
from surveys.people.roles import Deed, may

Visitor: TypeAlias = User | AnonymousUser


def require(user: Visitor, deed: Deed) -> None:
    """Raise `PermissionDenied` unless `user` may do `deed`."""
    if not (isinstance(user, User) and may(user, deed)):
        raise PermissionDenied(_("Your role does not allow this."))


def has_role(user: Visitor) -> TypeGuard[User]:
    """Say whether `user` is a member of staff with a role at all."""
    return isinstance(user, User) and user.is_active and bool(user.role)


def departments_visible_to(user: Visitor) -> QuerySet[Department]:
    """Return the departments that `user` may open in the office."""
    found: QuerySet[Department] = Department.objects.all()
    if not has_role(user):
        return found.none()
    return found.filter(pk__in=below(user.department_id)) if user.role == Role.HEAD else found


def sees(user: Visitor, department_id: int) -> bool:
    """Say whether `user` may open a department in the office; only the head of another one costs a query."""
    if not has_role(user):
        return False
    if user.role != Role.HEAD or department_id == user.department_id:
        return True
    return department_id in below(user.department_id)


def department_for(user: Visitor, code: str) -> Department:
    """Return the department with `code`; raises `Department.DoesNotExist` when `user` may not see it."""
    return departments_visible_to(user).get(code=code)


def places_visible_to(user: Visitor) -> QuerySet[Place]:
    """Return the places that `user` may open: they are public, so all staff see all."""
    found: QuerySet[Place] = Place.objects.all()
    return found if has_role(user) else found.none()


def service_points_visible_to(user: Visitor) -> QuerySet[ServicePoint]:
    """Return the service points that `user` may open."""
    return ServicePoint.objects.filter(department__in=departments_visible_to(user))


def users_visible_to(user: Visitor) -> QuerySet[User]:
    """Return the members of staff that `user` may open: administrators see all, others themselves."""
    if not has_role(user):
        return User.objects.none()
    if user.role == Role.ADMIN:
        return User.objects.all()
    return User.objects.filter(pk=user.pk)


def root_department() -> Department:
    """Return the department that stands for the place as a whole; raises `LookupError` when there is none."""
    root: Department | None = Department.objects.filter(parent__isnull=True).first()
    if root is None:
        raise LookupError("There is no root department yet.")
    return root


def below(department_id: int | None) -> list[int]:
    """List the ids of a department and of all departments below it."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Department.objects.order_by().values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found = [department_id] if department_id is not None else []
    for pk in found:  # grows while we walk down
        found.extend(children.get(pk, []))
    return found


def rooms_hidden_from(user: Visitor) -> frozenset[str]:
    """Return the rooms of the office that have nothing for `user`, so that no menu leads to a refusal."""
    if not has_role(user):
        return frozenset({"questionnaires", "waves", "scorecards", "people", "audit"})
    if user.role == Role.INTERVIEWER:
        return frozenset({"questionnaires", "waves", "scorecards", "people", "api", "audit"})
    if user.role == Role.HEAD:
        return frozenset({"questionnaires", "waves", "audit"})
    return frozenset() if may(user, Deed.READ_AUDIT) else frozenset({"audit"})
