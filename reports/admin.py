"""What administrators may look at: how evaluations and releases stand. Nothing can be changed, no figure is shown."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from reports.analyses.models import Analysis
from reports.evaluations.models import Evaluation
from reports.scorecards.models import Publication
from surveys.people.models import User
from surveys.people.roles import Deed, may

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class Watched(ModelAdmin):
    """A table to look at, for those who may read the audit trail."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the reader may see that these tables exist."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say whether the reader may look."""
        return isinstance(request.user, User) and may(request.user, Deed.READ_AUDIT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: only the worker makes these."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: verbs change these."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nothing that was computed is deleted by hand."""
        return False


@admin.register(Evaluation)
class EvaluationAdmin(Watched):
    """How far each evaluation has got."""

    list_display = ("wave", "number", "progress", "done_at", "attempts")
    list_filter = ("progress",)
    fields = (
        "wave",
        "number",
        "progress",
        "attempts",
        "error",
        "due_at",
        "done_at",
        "code_hash",
    )
    list_select_related = ("wave",)


@admin.register(Analysis)
class AnalysisAdmin(Watched):
    """How far each analysis has got."""

    list_display = ("evaluation", "progress", "done_at", "attempts")
    list_filter = ("progress",)
    fields = ("evaluation", "progress", "attempts", "error", "done_at")
    list_select_related = ("evaluation",)


@admin.register(Publication)
class PublicationAdmin(Watched):
    """How each release stands."""

    list_display = ("wave", "number", "state", "reviewed_by", "published_at")
    list_filter = ("state",)
    fields = (
        "wave",
        "number",
        "state",
        "reviewed_by",
        "reviewed_at",
        "published_at",
        "reason",
    )
    list_select_related = ("wave", "reviewed_by")
