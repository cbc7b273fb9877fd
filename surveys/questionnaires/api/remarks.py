"""Remarks on drafts for programs: read, made, settled, opened again."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.questionnaires import access, remarking
from surveys.questionnaires.api.reading import DocumentParser, KnownFields, find, read
from surveys.questionnaires.models import Remark
from surveys.questionnaires.remarking import LONGEST, BadRemark


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """What a colleague said."""

    by = serializers.CharField(source="by.username", read_only=True)
    settled_by = serializers.SerializerMethodField()

    class Meta:
        model = Remark
        fields = ["id", "question", "words", "by", "at", "settled_by", "settled_at"]

    def get_settled_by(self, remark: Remark) -> str | None:
        """Return who settled it, if anybody."""
        return remark.settled_by.username if remark.settled_by else None


class NewRemarkSerializer(KnownFields):
    """A remark on a question, or on the questionnaire as a whole."""

    question = serializers.CharField(required=False, allow_blank=True, max_length=50, default="")
    words = serializers.CharField(max_length=LONGEST, trim_whitespace=False)


@extend_schema(
    methods=["GET"],
    description="List the remarks on the draft, open ones first.",
    responses=RemarkSerializer(many=True),
)
@extend_schema(
    methods=["POST"],
    description="Say something about the draft or one of its questions.",
    request=NewRemarkSerializer,
    responses={201: RemarkSerializer},
)
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def remarks(request: Request, pk: int) -> Response:
    """List the remarks on the draft, or add one."""
    if request.method == "GET":
        return Response(RemarkSerializer(remarking.remarks_on(find(request, pk)), many=True).data)
    user = access.remarker(request.user)
    given: dict[str, Any] = read(NewRemarkSerializer, request)
    try:
        made = remarking.remark(find(request, pk), **given, by=user)
    except BadRemark as refusal:
        raise serializers.ValidationError({"words": [str(refusal)]}) from refusal
    return Response(RemarkSerializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema(request=None, responses=RemarkSerializer)
@api_view(["POST"])
@parser_classes([DocumentParser])
def settle(request: Request, pk: int, remark: int) -> Response:
    """Mark a remark as seen to."""
    user = access.remarker(request.user)
    found = get_object_or_404(access.remarks_visible_to(user), questionnaire=pk, pk=remark)
    return Response(RemarkSerializer(remarking.settle(found, by=user)).data)


@extend_schema(request=None, responses=RemarkSerializer)
@api_view(["POST"])
@parser_classes([DocumentParser])
def reopen(request: Request, pk: int, remark: int) -> Response:
    """Open a settled remark again."""
    user = access.remarker(request.user)
    found = get_object_or_404(access.remarks_visible_to(user), questionnaire=pk, pk=remark)
    return Response(RemarkSerializer(remarking.reopen(found, by=user)).data)
