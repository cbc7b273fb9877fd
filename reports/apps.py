"""The upper storey: evaluating what was collected and publishing it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Register the app; importing it must not import numpy, scipy or Plotly."""

    name = "reports"
    verbose_name = "Reports"
