"""Index of the tables for Django's sake alone: rooms import each other's models, never this page."""

from reports.analyses.models import Analysis
from reports.briefings.models import Prediction
from reports.evaluations.models import Evaluation, EvaluationPart, Measurement
from reports.exports.models import Paper
from reports.notices.models import MailChoice, Notice
from reports.scorecards.models import Publication, Scorecard, Takedown

__all__ = [
    "Analysis",
    "Evaluation",
    "EvaluationPart",
    "MailChoice",
    "Measurement",
    "Notice",
    "Paper",
    "Prediction",
    "Publication",
    "Scorecard",
    "Takedown",
]
