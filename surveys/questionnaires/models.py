"""Questionnaires and their editions.

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


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    """Reads of questionnaires."""

    def listed(self) -> "QuestionnaireQuerySet":
        """Leave the drafts where they are; bring title, number of questions and the latest edition instead."""
        latest = Edition.objects.filter(questionnaire=OuterRef("pk")).order_by("-number")
        return self.defer("draft").annotate(
            draft_title=KeyTransform("title", "draft"),
            question_count=Func(
                KeyTransform("questions", "draft"),
                function="jsonb_array_length",
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
    updated_at = models.DateTimeField(auto_now=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The draft's title in the language of the page."""
        return in_language(self.draft.get("title", {})) or self.code


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
