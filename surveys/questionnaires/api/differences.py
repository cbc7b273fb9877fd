"""Differences between editions for programs: every change, and whether answers may be held against each other."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.questionnaires import access, comparing
from surveys.questionnaires.api.reading import find
from surveys.questionnaires.changes import Change
from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.comparing import Compared, Differences
from surveys.questionnaires.documents import Document, in_languages_only


class ChangeSerializer(serializers.Serializer[Change]):
    """One thing that differs; "" where it was not there, or is no more."""

    key = serializers.CharField()
    label: Any = serializers.CharField(help_text="in the language asked for")
    language = serializers.CharField(help_text="of a text, else empty")
    before = serializers.CharField()
    after = serializers.CharField()


class ReasonSerializer(serializers.Serializer[Any]):
    """Why something is comparable in part or not at all."""

    code = serializers.CharField()
    words = serializers.CharField()


class ComparedSerializer(serializers.Serializer[Compared]):
    """A question or dimension of either edition."""

    code = serializers.CharField()
    state = serializers.ChoiceField(choices=[comparing.ADDED, comparing.REMOVED, comparing.KEPT])
    judgement = serializers.ChoiceField(
        choices=["", *Judgement], help_text="empty for what only one of the two has"
    )
    reasons = serializers.SerializerMethodField()
    changes = ChangeSerializer(many=True)

    @extend_schema_field(ReasonSerializer(many=True))
    def get_reasons(self, compared: Compared) -> list[dict[str, str]]:
        """Return the reasons, those of a break first."""
        words = zip(compared.reasons, compared.reason_words, strict=True)
        return [{"code": code, "words": str(reason)} for code, reason in words]


class DifferencesSerializer(serializers.Serializer[Differences]):
    """Everything in which two editions differ."""

    frame = ChangeSerializer(many=True)
    dimensions = ComparedSerializer(many=True)
    questions = ComparedSerializer(many=True)
    index = serializers.ChoiceField(
        choices=["", Judgement.SAME, Judgement.BREAK], help_text="empty where one of the two has none"
    )


@extend_schema(responses=DifferencesSerializer)
@api_view(["GET"])
def editions(request: Request, pk: int, number: int, other: int) -> Response:
    """Return what the later of two editions changed in the earlier one."""
    visible = access.editions_visible_to(request.user)
    before, after = (
        get_object_or_404(visible, questionnaire=pk, number=one) for one in sorted((number, other))
    )
    return _answer(before.document, after.document)


@extend_schema(responses=DifferencesSerializer)
@api_view(["GET"])
def draft(request: Request, pk: int) -> Response:
    """Return what the draft would change in the latest edition."""
    questionnaire = find(request, pk)
    latest = questionnaire.editions.first()
    if latest is None:
        raise Http404
    return _answer(latest.document, in_languages_only(questionnaire.draft, questionnaire.draft["languages"]))


def _answer(before: Document, after: Document) -> Response:
    return Response(DifferencesSerializer(comparing.differences(before, after)).data)
