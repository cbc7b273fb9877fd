"""Index of the tables for Django's sake alone: rooms import each other's models, never this page."""

from reports.analyses.models import Analysis
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement
from reports.scorecards.models import Publication, Scorecard

__all__ = ["Analysis", "Evaluation", "EvaluationPart", "Measurement", "Publication", "Scorecard"]
