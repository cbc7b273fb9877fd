"""One more step: asked of an open form that looks sent by a machine, with everything kept that was typed.

A browser with a script takes the step by itself; without one a button sends the form all the same. The page is the
same whatever was answered.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from surveys.languages import in_language
from surveys.responses import collecting, proofs, replacing, screening
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.form_tokens import FormToken
from surveys.responses.screening import StepAsked
from surveys.responses.views import frames

STATUS = 428  # precondition required (RFC 6585 §3)

WORK = (
    "where one more step was asked for (428): seven digits such that SHA-256 of the token and them, as 55 ASCII "
    f"characters, begins with {proofs.BITS} zero bits; or `{proofs.SKIP}`, and the answers are stored and flagged"
)
Step = inline_serializer(
    "Step",
    {
        "detail": serializers.CharField(),
        "bits": serializers.IntegerField(help_text="zero bits that the hash must begin with"),
        "skip": serializers.CharField(help_text="what to send as `work` instead"),
    },
)


def screened(
    request: HttpRequest,
    sheet: AnswerSheet,
    token: FormToken,
    *,
    code: str | None,
    work: str = "",
    trap: str = "",
) -> int:
    """Return the flags of a form that is about to be stored: none with a code; raises `StepAsked`.

    One that changes a rating is treated as the rating was: the code counts that came with that. A form that will be
    refused, or was taken before, is asked for nothing.
    """
    wave = sheet.wave
    if sheet.errors or not (wave.is_open and wave.is_public):
        return 0
    if not replacing.changes_open(sheet) if sheet.occasion.replaces else code:
        return 0
    try:
        return screening.screen(
            wave,
            token,
            address=request.META.get("REMOTE_ADDR", ""),
            trap=trap,
            work=work,
            vouched=sheet.occasion.is_vouched_for,
        )
    except StepAsked:
        if collecting.is_remembered(token.hash):
            return 0
        raise


def one_more(
    request: HttpRequest,
    sheet: AnswerSheet,
    token: FormToken,
    post: MultiValueDict[str, str],
    asked: StepAsked,
) -> HttpResponse:
    """Show the step, with the form as it was sent in hidden fields."""
    context = {
        "title": in_language(sheet.wave.titles, sheet.language),
        "action": reverse("responses:survey", args=[sheet.wave.slug]),
        "token": token.written,
        "bits": proofs.BITS,
        "skip": proofs.SKIP,
        "was_wrong": asked.was_wrong,
        "carried": [(name, value) for name, values in post.lists() if name != "work" for value in values],
    }
    return frames.public(request, "step", context, status=STATUS)


def told(asked: StepAsked) -> dict[str, Any]:
    """Return what a program is told of the step."""
    detail = (
        _("This proof does not solve the task of this token. Nothing was stored.")
        if asked.was_wrong
        else _(
            "One more step: send the same again with “work”, seven digits such that SHA-256 of the token and them "
            "begins with %(bits)d zero bits, or with “work”: “%(skip)s”. Nothing was stored yet."
        )
        % {"bits": proofs.BITS, "skip": proofs.SKIP}
    )
    return {"detail": detail, "bits": proofs.BITS, "skip": proofs.SKIP}
