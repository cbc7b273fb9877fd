"""The people room of the office: accounts, departments, places, service points, and one's own account.

Everybody with a role may look at the trees; only administrators change them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys.people import access, judging, organising, staffing
from surveys.people.forms import (
    DepartmentForm,
    NewDepartmentForm,
    NewPlaceForm,
    NewServicePointForm,
    NewUserForm,
    OwnPasswordForm,
    PasswordForm,
    PlaceForm,
    ServicePointForm,
    TokenForm,
    UserForm,
    show,
)
from surveys.people.models import ApiToken, Department, Place, ServicePoint, User
from surveys.people.roles import Deed, may
from surveys.people.trees import branches

PER_PAGE = 50


def rooms(request: HttpRequest) -> dict[str, Any]:
    """Tell templates which rooms of the office to leave out of the menu; asked only where there is a menu."""
    return {"hidden_rooms": SimpleLazyObject(lambda: access.rooms_hidden_from(request.user))}


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """List the accounts; who may not manage them is led to the departments."""
    if not may_manage(request):
        return redirect("people:departments")
    search = _search(request)
    found = access.users_visible_to(request.user).select_related("department").order_by("username")
    if search:
        found = found.filter(
            Q(username__icontains=search) | Q(first_name__icontains=search) | Q(email__icontains=search)
        )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return _show(request, "users", {"page": page, "search": search})


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    """Show the tree of departments."""
    _require_role(request)
    found = access.departments_visible_to(request.user).prefetch_related("heads")
    return _tree(request, "departments", found)


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Show the tree of places."""
    _require_role(request)
    return _tree(request, "places", access.places_visible_to(request.user))


@require_GET
def service_points(request: HttpRequest) -> HttpResponse:
    """List the service points."""
    _require_role(request)
    search = _search(request)
    found = access.service_points_visible_to(request.user).select_related("department", "place")
    if search:
        found = found.filter(
            Q(code__icontains=search)
            | Q(**{"names__zh-hans__icontains": search})
            | Q(names__en__icontains=search)
        )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return _show(request, "service_points", {"page": page, "search": search})


@require_http_methods(["GET", "POST"])
def add_user(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    form = NewUserForm(request.POST or None)

    def save(typed: Mapping[str, Any]) -> User:
        return staffing.add_user(**typed, by=_staff(request))

    return _edit(request, form, save, title=_("New account"), back="people:list")


@require_http_methods(["GET", "POST"])
def change_user(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an account."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    user = get_object_or_404(access.users_visible_to(request.user), pk=pk)
    form = UserForm.of(user, request.POST or None)

    def save(typed: Mapping[str, Any]) -> User:
        return staffing.change_user(user, **typed, by=_staff(request))

    extra = {"password_url": reverse("people:user-password", args=[pk])}
    return _edit(request, form, save, title=user.username, back="people:list", extra=extra)


@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a new password."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    user = get_object_or_404(access.users_visible_to(request.user), pk=pk)
    form = PasswordForm(request.POST or None)

    def save(typed: Mapping[str, Any]) -> User:
        return staffing.set_password(user, **typed, by=_staff(request))

    title = _("New password for %(username)s") % {"username": user.username}
    return _edit(request, form, save, title=title, back="people:list")


@require_http_methods(["GET", "POST"])
def add_department(request: HttpRequest) -> HttpResponse:
    """Add a department."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    form = NewDepartmentForm(request.POST or None, initial={"parent": request.GET.get("parent")})

    def save(typed: Mapping[str, Any]) -> Department:
        return organising.add_department(
            code=typed["code"],
            names=form.names(),
            parent=typed["parent"],
            position=typed["position"],
            by=_staff(request),
        )

    return _edit(request, form, save, title=_("New department"), back="people:departments")


@require_http_methods(["GET", "POST"])
def change_department(request: HttpRequest, code: str) -> HttpResponse:
    """Rename, move or deactivate a department."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    try:
        department = access.department_for(request.user, code)
    except Department.DoesNotExist as missing:
        raise Http404 from missing
    form = DepartmentForm.of(department, request.POST or None)

    def save(typed: Mapping[str, Any]) -> Department:
        return organising.change_department(
            department,
            names=form.names(department.names),
            parent=typed.get("parent"),
            position=typed["position"],
            is_active=typed.get("is_active", True),
            by=_staff(request),
        )

    extra = {"held": judging.held(department)}
    return _edit(request, form, save, title=department.name, back="people:departments", extra=extra)


@require_http_methods(["GET", "POST"])
def add_place(request: HttpRequest) -> HttpResponse:
    """Add a place."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    form = NewPlaceForm(request.POST or None, initial={"parent": request.GET.get("parent")})

    def save(typed: Mapping[str, Any]) -> Place:
        return organising.add_place(
            code=typed["code"],
            names=form.names(),
            level=typed["level"],
            parent=typed["parent"],
            population=typed["population"],
            position=typed["position"],
            by=_staff(request),
        )

    return _edit(request, form, save, title=_("New place"), back="people:places")


@require_http_methods(["GET", "POST"])
def change_place(request: HttpRequest, code: str) -> HttpResponse:
    """Rename, move, recount or deactivate a place."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    place = get_object_or_404(access.places_visible_to(request.user), code=code)
    form = PlaceForm.of(place, request.POST or None)

    def save(typed: Mapping[str, Any]) -> Place:
        return organising.change_place(
            place,
            names=form.names(place.names),
            parent=typed["parent"],
            population=typed["population"],
            position=typed["position"],
            is_active=typed["is_active"],
            by=_staff(request),
        )

    extra = {"held": judging.held(place)}
    return _edit(request, form, save, title=place.name, back="people:places", extra=extra)


@require_http_methods(["GET", "POST"])
def add_service_point(request: HttpRequest) -> HttpResponse:
    """Add a service point."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    form = NewServicePointForm(request.POST or None)

    def save(typed: Mapping[str, Any]) -> ServicePoint:
        return organising.add_service_point(
            code=typed["code"],
            names=form.names(),
            department=typed["department"],
            place=typed["place"],
            by=_staff(request),
        )

    return _edit(request, form, save, title=_("New service point"), back="people:service-points")


@require_http_methods(["GET", "POST"])
def change_service_point(request: HttpRequest, code: str) -> HttpResponse:
    """Rename, reassign or deactivate a service point."""
    access.require(request.user, Deed.MANAGE_PEOPLE)
    point = get_object_or_404(access.service_points_visible_to(request.user), code=code)
    form = ServicePointForm.of(point, request.POST or None)

    def save(typed: Mapping[str, Any]) -> ServicePoint:
        return organising.change_service_point(
            point,
            names=form.names(point.names),
            department=typed["department"],
            place=typed["place"],
            is_active=typed["is_active"],
            by=_staff(request),
        )

    return _edit(request, form, save, title=point.name, back="people:service-points")


@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account: role, password, tokens."""
    return _account(request)


@require_http_methods(["GET", "POST"])
def change_own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end, this one stays. GET shows the form."""
    if request.method == "GET":
        return _account(request)
    user = _staff(request)
    form = OwnPasswordForm(user, request.POST)
    if form.is_valid():
        try:
            staffing.set_password(user, password=form.cleaned_data["password"], by=user)
        except ValidationError as refused:
            show(form, refused)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed."))
            return redirect("people:account")
    return _account(request, password_form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def issue_token(request: HttpRequest) -> HttpResponse:
    """Make a token for oneself; this answer is the only one that shows it. GET shows the form."""
    if request.method == "GET":
        return _account(request)
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token = staffing.issue_token(_staff(request), name=form.cleaned_data["name"])
        except ValidationError as refused:
            show(form, refused)
        else:
            return _account(request, token=token)
    return _account(request, token_form=form)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(ApiToken, pk=pk, user=_staff(request))
    staffing.revoke_token(token, by=_staff(request))
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("people:account")


def may_manage(request: HttpRequest) -> bool:
    """Say whether the reader may change accounts and trees."""
    return isinstance(request.user, User) and may(request.user, Deed.MANAGE_PEOPLE)


def _staff(request: HttpRequest) -> User:
    """Return who is signed in; the middleware lets nobody else come here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _require_role(request: HttpRequest) -> None:
    if not access.has_role(request.user):
        raise PermissionDenied(_("Your account has no role yet. Please ask an administrator."))


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


def _tree(request: HttpRequest, room: str, nodes: QuerySet[Department] | QuerySet[Place]) -> HttpResponse:
    search = _search(request)
    return _show(request, room, {"tree": branches(nodes, search=search), "search": search})


def _show(request: HttpRequest, page: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(
        request,
        f"surveys/people/{page}.html",
        {"may_manage": may_manage(request), "active": page, **context},
    )


def _edit(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[Mapping[str, Any]], Any],
    *,
    title: str,
    back: str,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form, or act on what was typed: back to the list when it holds, else the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except ValidationError as refused:
            show(form, refused, getattr(form, "error_places", None))
        else:
            messages.success(request, _("Saved: %(title)s") % {"title": title})
            return redirect(back)
    context = {"form": form, "title": title, "back_url": reverse(back), **(extra or {})}
    status = 422 if form.is_bound else 200
    return render(request, "surveys/people/form.html", context, status=status)


def _account(request: HttpRequest, **context: Any) -> HttpResponse:
    user = _staff(request)
    bound = any(isinstance(value, forms.Form) for value in context.values())
    shown = {
        "tokens": user.api_tokens.all(),
        "token_form": TokenForm(),
        "password_form": OwnPasswordForm(user),
        **context,
    }
    return render(request, "surveys/people/account.html", shown, status=422 if bound else 200)
