"""The lower storey: designing questionnaires, fielding waves, collecting responses."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Register the app; importing it must stay cheap, residents are served from it."""

    name = "surveys"
    verbose_name = "Surveys"
