"""Index of the tables for Django's sake alone: rooms import each other's models, never this page."""

from surveys.audit import AuditEntry
from surveys.people.models import ApiToken, Department, Place, ServicePoint, User
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.responses.models import InboxEntry, Participation, Response, Submission, Tally
from surveys.waves.models import Coverage, Invitation, PastAnswers, Stratum, Wave

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Coverage",
    "Department",
    "Edition",
    "InboxEntry",
    "Invitation",
    "Participation",
    "PastAnswers",
    "Place",
    "Questionnaire",
    "Response",
    "ServicePoint",
    "Stratum",
    "Submission",
    "Tally",
    "User",
    "Wave",
]
