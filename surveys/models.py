"""Index of the tables for Django's sake alone: rooms import each other's models, never this page."""

from surveys.audit import AuditEntry
from surveys.people.models import ApiToken, Department, Place, ServicePoint, User
from surveys.questionnaires.models import Block, DraftStep, Edition, Questionnaire, Remark
from surveys.responses.models import (
    InboxEntry,
    Participation,
    PendingUpload,
    QuotaCount,
    Response,
    Submission,
    Tally,
    Upload,
)
from surveys.waves.models import Coverage, Invitation, PastAnswers, Stratum, Wave

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Block",
    "Coverage",
    "Department",
    "DraftStep",
    "Edition",
    "InboxEntry",
    "Invitation",
    "Participation",
    "PastAnswers",
    "PendingUpload",
    "Place",
    "Questionnaire",
    "QuotaCount",
    "Remark",
    "Response",
    "ServicePoint",
    "Stratum",
    "Submission",
    "Tally",
    "Upload",
    "User",
    "Wave",
]
