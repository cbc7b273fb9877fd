"""Hooks the Celery application up wherever Django runs, so that a nudge from any process finds the right broker."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """The project itself."""

    name = "survey_project"
    verbose_name = "Minping"

    def ready(self) -> None:
        from survey_project import celery  # noqa: F401 - importing it makes it the current Celery application
