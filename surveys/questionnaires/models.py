"""Questionnaires, their editions, and what designers keep beside them: steps to undo, remarks, blocks to use again.

A questionnaire is worked on as a draft document; publishing freezes the draft as the next *edition*, numbered and
hashed. The database refuses to change or delete an edition (migration 0002). The document's form is described in
`documents.py`; its layout in bytes, used for storing answers, in `codebook.py`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Func, OuterRef, Subquery
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Now

from surveys.languages import in_language
from surveys.people.models import code_validator

# Pages and pieces of information take no answer.
_COUNT_OF_QUESTIONS = """jsonb_array_length(jsonb_path_query_array(
    %(expressions)s, '$[*] ? (@.type != "page_break" && @.type != "info")'
))"""


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    """Reads of questionnaires."""

    def listed(self) -> "QuestionnaireQuerySet":
        """Leave the drafts where they are; bring title, number of questions and the latest edition instead."""
        latest = Edition.objects.filter(questionnaire=OuterRef("pk")).order_by("-number")
        return self.defer("draft").annotate(
            draft_title=KeyTransform("title", "draft"),
            question_count=Func(
                KeyTransform("questions", "draft"),
                template=_COUNT_OF_QUESTIONS,
                output_field=models.IntegerField(),
            ),
            latest_number=Subquery(latest.values("number")[:1]),
            latest_at=Subquery(latest.values("published_at")[:1]),
        )


class Questionnaire(models.Model):
    """A questionnaire and the draft that designers are working on."""

    code = models.CharField(max_length=60, unique=True, validators=[code_validator])
    draft = models.JSONField()
    revision = models.PositiveIntegerField(
        default=1
    )  # counts the draft's changes: two editors notice each other
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    step = models.PositiveIntegerField(default=0, db_default=0)  # the `DraftStep` that the draft stands at
    updated_at = models.DateTimeField(auto_now=True)

    # Who asked for which revision to be published, and who agreed. A later change leaves both behind by itself.
    submitted_revision = models.PositiveIntegerField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_revision = models.PositiveIntegerField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The draft's title in the language of the page."""
        return in_language(self.draft.get("title", {})) or self.code

    @property
    def is_submitted(self) -> bool:
        """Whether the draft as it is now waits for a second person's approval."""
        return self.submitted_revision == self.revision and not self.is_approved

    @property
    def is_approved(self) -> bool:
        """Whether a second person has approved the draft as it is now."""
        return self.approved_revision == self.revision


class Edition(models.Model):
    """A published questionnaire: frozen, numbered, identified by the hash of its content."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)  # SHA-256 of the document's canonical JSON (RFC 8785)
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="edition_number"),
            models.UniqueConstraint(fields=["questionnaire", "content_hash"], name="edition_content"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    @property
    def title(self) -> str:
        """The frozen title in the language of the page."""
        return in_language(self.document["title"])

    @property
    def languages(self) -> list[str]:
        """The languages that every text of this edition is complete in, the first being the default."""
        return list(self.document["languages"])


class DraftStep(models.Model):
    """The draft after a change: what undoing and redoing go through. The oldest are forgotten."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    verb = models.CharField(max_length=60)  # what was done, as in the audit trail
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="draft_step_number"),
        ]

    def __str__(self) -> str:
        return f"step {self.number} of questionnaire {self.questionnaire_id}"


class Remark(models.Model):
    """What a colleague says about a draft or one of its questions, until somebody has seen to it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="remarks")
    question = models.CharField(max_length=50, blank=True)  # its code; empty: the questionnaire as a whole
    words = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"remark {self.pk} on questionnaire {self.questionnaire_id}"


class Block(models.Model):
    """One or several questions kept for use in other questionnaires; whoever uses it gets a copy."""

    names = models.JSONField()
    questions = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-id"]

    def __str__(self) -> str:
        return in_language(self.names) or f"block {self.pk}"
