"""Index of the tables for Django's sake alone: rooms import each other's models, never this page."""

from surveys.audit import AuditEntry
from surveys.people.models import ApiToken, Department, Place, ServicePoint, User
from surveys.questionnaires.models import Block, DraftStep, Edition, Questionnaire, Remark
from surveys.responses.models import (
    DayKey,
    Exclusion,
    InboxEntry,
    NearbyCount,
    PaperEntry,
    Participation,
    PendingUpload,
    QuotaCount,
    Replacement,
    Response,
    SavedSheet,
    Submission,
    Tally,
    Turnout,
    Upload,
)
from surveys.waves.models import Coverage, Invitation, Kiosk, PastAnswers, ServiceDay, Stratum, Wave

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Block",
    "Coverage",
    "DayKey",
    "Department",
    "DraftStep",
    "Edition",
    "Exclusion",
    "InboxEntry",
    "Invitation",
    "Kiosk",
    "NearbyCount",
    "PaperEntry",
    "Participation",
    "PastAnswers",
    "PendingUpload",
    "Place",
    "Questionnaire",
    "QuotaCount",
    "Remark",
    "Replacement",
    "Response",
    "SavedSheet",
    "ServiceDay",
    "ServicePoint",
    "Stratum",
    "Submission",
    "Tally",
    "Turnout",
    "Upload",
    "User",
    "Wave",
]
