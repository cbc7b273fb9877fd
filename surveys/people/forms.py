"""Paper of the people room: forms for accounts, departments, places and service points.

Forms read what was typed; what it means is checked by the verbs, whose objections `show` brings back to the fields.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from surveys.languages import Text
from surveys.people.models import Department, Place, Role, ServicePoint, User, code_validator

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Model]
else:
    _ModelChoice = forms.ModelChoiceField

LANGUAGE_FIELDS = {"zh-hans": "name_zh", "en": "name_en"}


def show(form: forms.Form, refused: ValidationError, names: Mapping[str, str] | None = None) -> None:
    """Write a verb's objections beside the fields of `form`; `names` maps the verb's words to the form's."""
    by_field = refused.update_error_dict({})
    for field, errors in by_field.items():
        place = (names or {}).get(field, field)
        form.add_error(place if place in form.fields and place != NON_FIELD_ERRORS else None, errors)


class Named(forms.Form):
    """A form about something that has names in the languages of the site."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)

    error_places: Mapping[str, str] = {"names": "name_zh"}

    def names(self, before: Text | None = None) -> dict[str, str]:
        """Return the names as typed; languages that the form does not show stay as they were."""
        typed = {language: self.cleaned_data[field] for language, field in LANGUAGE_FIELDS.items()}
        return {**(before or {}), **typed}


def names_of(text: Text) -> dict[str, str]:
    """Return the form values of a text."""
    return {field: text.get(language, "") for language, field in LANGUAGE_FIELDS.items()}


class TreeChoice(_ModelChoice):
    """A choice among departments or places, each with its code."""

    def label_from_instance(self, obj: Any) -> str:
        """Show the name and the code."""
        return f"{obj.name} ({obj.code})"


def _code_field(help_text: Any) -> forms.CharField:
    return forms.CharField(label=_("Code"), max_length=50, validators=[code_validator], help_text=help_text)


class DepartmentForm(Named):
    """A department that is there: its code stays."""

    field_order = ["name_zh", "name_en", "parent", "position", "is_active"]

    parent = TreeChoice(label=_("Belongs to"), queryset=Department.objects.all(), required=False)
    position = forms.IntegerField(
        label=_("Position among its neighbours"), min_value=0, max_value=100_000, initial=0
    )
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        initial=True,
        help_text=_("Inactive departments keep their past results."),
    )

    @classmethod
    def of(cls, department: Department, typed: Any = None) -> "DepartmentForm":
        """Return the form filled in."""
        form = cls(
            typed,
            initial={
                **names_of(department.names),
                "parent": department.parent_id,
                "position": department.position,
                "is_active": department.is_active,
            },
        )
        if department.parent_id is None:
            del form.fields["parent"], form.fields["is_active"]
        return form


class NewDepartmentForm(Named):
    """A department to be added."""

    field_order = ["name_zh", "name_en", "code", "parent", "position"]

    code = _code_field(_("For addresses and files, such as “parks”. It never changes."))
    parent = TreeChoice(
        label=_("Belongs to"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=_("(nothing: this is the place as a whole)"),
    )
    position = forms.IntegerField(
        label=_("Position among its neighbours"), min_value=0, max_value=100_000, initial=0
    )


class PlaceForm(Named):
    """A place that is there: its code and level stay."""

    field_order = ["name_zh", "name_en", "parent", "population", "position", "is_active"]

    parent = TreeChoice(label=_("Lies in"), queryset=Place.objects.all(), required=False)
    population = forms.IntegerField(
        label=_("Resident population"), min_value=0, max_value=2_000_000_000, required=False
    )
    position = forms.IntegerField(
        label=_("Position among its neighbours"), min_value=0, max_value=100_000, initial=0
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    @classmethod
    def of(cls, place: Place, typed: Any = None) -> "PlaceForm":
        """Return the form filled in."""
        return cls(
            typed,
            initial={
                **names_of(place.names),
                "parent": place.parent_id,
                "population": place.population,
                "position": place.position,
                "is_active": place.is_active,
            },
        )


class NewPlaceForm(Named):
    """A place to be added."""

    field_order = ["name_zh", "name_en", "code", "level", "parent", "population", "position"]

    code = _code_field(_("The official code or a short name. It never changes."))
    level = forms.TypedChoiceField(label=_("Level"), choices=Place.Level.choices, coerce=int)
    parent = TreeChoice(label=_("Lies in"), queryset=Place.objects.all(), required=False)
    population = forms.IntegerField(
        label=_("Resident population"), min_value=0, max_value=2_000_000_000, required=False
    )
    position = forms.IntegerField(
        label=_("Position among its neighbours"), min_value=0, max_value=100_000, initial=0
    )


class ServicePointForm(Named):
    """A service point that is there: its code stays."""

    field_order = ["name_zh", "name_en", "department", "place", "is_active"]

    department = TreeChoice(label=_("Department"), queryset=Department.objects.all())
    place = TreeChoice(label=_("Place"), queryset=Place.objects.all())
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    @classmethod
    def of(cls, point: ServicePoint, typed: Any = None) -> "ServicePointForm":
        """Return the form filled in."""
        return cls(
            typed,
            initial={
                **names_of(point.names),
                "department": point.department_id,
                "place": point.place_id,
                "is_active": point.is_active,
            },
        )


class NewServicePointForm(ServicePointForm):
    """A service point to be added."""

    field_order = ["name_zh", "name_en", "code", "department", "place"]

    code = _code_field(_("It is printed on the sign with the QR code, and never changes."))
    is_active = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


class UserForm(forms.Form):
    """An account that is there: its username stays."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("Email"), required=False, max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    department = TreeChoice(
        label=_("Department"),
        queryset=Department.objects.filter(is_active=True),
        required=False,
        help_text=_("Only for a department head."),
    )
    organisation = forms.CharField(
        label=_("Works for"),
        max_length=120,
        required=False,
        help_text=_(
            "The body that employs this person. Where two people must agree, they come from two bodies."
        ),
    )
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        initial=True,
        help_text=_("Without this nobody can sign in with the account; its sessions and tokens end at once."),
    )

    error_places: Mapping[str, str] = {"first_name": "name"}

    @classmethod
    def of(cls, user: User, typed: Any = None) -> "UserForm":
        """Return the form filled in."""
        form = cls(
            typed,
            initial={
                "name": user.get_full_name(),
                "email": user.email,
                "role": user.role,
                "department": user.department_id,
                "organisation": user.organisation,
                "is_active": user.is_active,
            },
        )
        chosen: Any = form.fields["department"]
        chosen.queryset = Department.objects.filter(is_active=True) | Department.objects.filter(
            pk=user.department_id
        )
        return form


class NewUserForm(UserForm):
    """An account to be made."""

    field_order = ["username", "name", "email", "role", "department", "organisation", "password"]

    username = forms.CharField(
        label=_("Username"), max_length=150, help_text=_("Letters, digits and @ . + - _ are allowed.")
    )
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least ten characters. Hand it over in person; it can be changed under “Your account”."
        ),
    )
    is_active = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


class PasswordForm(forms.Form):
    """A new password for somebody's account."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters, and not a common password."),
    )


class OwnPasswordForm(PasswordForm):
    """A new password for one's own account, which asks for the old one."""

    field_order = ["old_password", "password"]

    old_password = forms.CharField(
        label=_("Password until now"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self) -> str:
        """Refuse a wrong old password: a forgotten open screen must not give the account away."""
        old: str = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your password until now."))
        return old


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(
        label=_("What is the token for?"),
        max_length=60,
        help_text=_("Such as “nightly export to the data portal”."),
    )
