"""Who works here and whom residents rate: users, departments, places, service points.

Departments and places are two trees that cross: a department acts somewhere, a place has many departments.
The one department without a parent is the *root*: what residents say of the city as a whole is kept under it.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from surveys.languages import in_language

code_validator = RegexValidator(
    r"\A[a-z0-9][a-z0-9_-]*\Z", _("Use lower-case letters, digits, hyphens and underscores.")
)


class Role(models.TextChoices):
    """What a member of staff came to do; what each may do stands in `roles.MAY`."""

    ADMIN = "admin", _("administrator")
    DESIGNER = "designer", _("designer")
    REVIEWER = "reviewer", _("reviewer")
    AUDITOR = "auditor", _("auditor")
    HEAD = "head", _("department head")
    INTERVIEWER = "interviewer", _("interviewer")


class Department(TreeNode):
    """A public department that residents rate."""

    code = models.CharField(
        max_length=50,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": _("This code is taken already; choose another.")},
    )
    names = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(parent__isnull=True),
                nulls_distinct=False,
                name="one_root_department",
                violation_error_message=_("There is a root department already; choose a parent."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


class Place(TreeNode):
    """An administrative place, from province down to village, with its resident population."""

    class Level(models.IntegerChoices):
        """The five levels of administrative division."""

        PROVINCE = 1, _("province")
        CITY = 2, _("city")
        COUNTY = 3, _("county")
        TOWNSHIP = 4, _("township")
        VILLAGE = 5, _("village")

    code = models.CharField(
        max_length=50,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": _("This code is taken already; choose another.")},
    )
    names = models.JSONField(default=dict)
    level = models.PositiveSmallIntegerField(choices=Level)
    population = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


class ServicePoint(models.Model):
    """A counter, hall or station where a department serves residents of a place."""

    code = models.CharField(
        max_length=50,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": _("This code is taken already; choose another.")},
    )
    names = models.JSONField(default=dict)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="service_points")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="service_points")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.names) or self.code


class StaffManager(UserManager["User"]):
    """Makes accounts; the first one, made with `createsuperuser`, is an administrator's."""

    use_in_migrations = False  # migrations import no code of the rooms

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> "User":
        """Create an administrator: being a superuser alone gives no right, a role does."""
        return super().create_superuser(username, email, password, **{"role": Role.ADMIN, **extra})


class User(AbstractUser):
    """A member of staff. Residents have no account."""

    role = models.CharField(max_length=20, choices=Role, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="heads"
    )
    # The body this person works for: where two people must agree, they come from two of them.
    organisation = models.CharField(max_length=120, blank=True)

    objects: ClassVar[StaffManager] = StaffManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="head") | Q(department__isnull=False),
                name="a_head_has_a_department",
                violation_error_message=_("A department head needs a department."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class ApiToken(models.Model):
    """A key with which a program speaks for a member of staff; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name
