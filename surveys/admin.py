"""Tables to look at, for administrators and auditors. Everything is read-only: there is no way round a verb.

Answers, tallies and invitations are not here at all: nobody may read a score before its release, and nobody may
look for who answered.
"""

from django.contrib import admin
from django.contrib.auth import admin as unused  # noqa: F401  registers the groups that are taken out below
from django.contrib.auth.models import Group

from surveys.audit import AuditEntry
from surveys.people.looking import Lines, Table
from surveys.people.models import Department, Place, ServicePoint, User
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.waves.models import Coverage, Stratum, Wave

admin.site.unregister(Group)  # rights hang on roles: there are no groups


@admin.register(AuditEntry)
class AuditEntries(Table):
    """Who did what."""

    list_display = ("at", "actor", "verb", "subject_kind", "subject_id")
    list_filter = ("subject_kind", "verb")
    list_select_related = ("actor",)
    search_fields = ("subject_id",)
    date_hierarchy = "at"


@admin.register(User)
class Users(Table):
    """Accounts."""

    list_display = ("username", "first_name", "role", "department", "is_active", "last_login")
    list_filter = ("role", "is_active")
    list_select_related = ("department",)
    search_fields = ("username", "first_name")
    fields = (
        "username",
        "first_name",
        "email",
        "role",
        "department",
        "is_active",
        "date_joined",
        "last_login",
    )


@admin.register(Department)
class Departments(Table):
    """Departments."""

    list_display = ("code", "name", "parent", "is_active")
    list_select_related = ("parent",)
    search_fields = ("code",)


@admin.register(Place)
class Places(Table):
    """Places."""

    list_display = ("code", "name", "level", "parent", "population", "is_active")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code",)


@admin.register(ServicePoint)
class ServicePoints(Table):
    """Service points."""

    list_display = ("code", "name", "department", "place", "is_active")
    list_select_related = ("department", "place")
    search_fields = ("code",)


@admin.register(Questionnaire)
class Questionnaires(Table):
    """Questionnaires and their drafts."""

    list_display = ("code", "title", "revision", "updated_at")
    search_fields = ("code",)


@admin.register(Edition)
class Editions(Table):
    """Frozen editions."""

    list_display = ("questionnaire", "number", "content_hash", "published_at", "published_by")
    list_select_related = ("questionnaire", "published_by")


class CoverageLines(Lines):
    """The departments of a wave."""

    model = Coverage


class StratumLines(Lines):
    """The strata of a wave."""

    model = Stratum


@admin.register(Wave)
class Waves(Table):
    """Waves and what they declared."""

    list_display = ("slug", "title", "status", "klass", "opens_at", "closes_at", "release_at", "closed_at")
    list_filter = ("status", "klass")
    search_fields = ("slug",)
    inlines = (CoverageLines, StratumLines)
