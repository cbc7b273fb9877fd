"""What administrators may look at: how evaluations and releases stand. Nothing can be changed, no figure is shown."""

from django.contrib import admin

from reports.analyses.models import Analysis
from reports.evaluations.models import Evaluation
from reports.scorecards.models import Publication
from surveys.people.looking import Table


@admin.register(Evaluation)
class EvaluationAdmin(Table):
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
class AnalysisAdmin(Table):
    """How far each analysis has got."""

    list_display = ("evaluation", "progress", "done_at", "attempts")
    list_filter = ("progress",)
    fields = ("evaluation", "progress", "attempts", "error", "done_at")
    list_select_related = ("evaluation",)


@admin.register(Publication)
class PublicationAdmin(Table):
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
