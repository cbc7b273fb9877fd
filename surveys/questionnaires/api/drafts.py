"""Drafts for programs: read, made, replaced, checked and published.

A draft is replaced as a whole, with the revision it was made from; another revision answers 409 and changes nothing.
Documents are judged by `checking` alone, so program and page are refused the same things in the same words.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.api import Pages
from surveys.questionnaires import access, drafting, publishing
from surveys.questionnaires.api.checks import CheckSerializer, ProblemSerializer, checked
from surveys.questionnaires.api.editions import EditionSerializer
from surveys.questionnaires.api.reading import (
    ConflictSerializer,
    DocumentParser,
    FlawsSerializer,
    KnownFields,
    find,
    flawed,
    read,
    stale,
)
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.desk import listed_title
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.publishing import NotApproved, Unpublishable


class ListedSerializer(serializers.ModelSerializer[Questionnaire]):
    """A questionnaire in a list."""

    title = serializers.SerializerMethodField()
    questions = serializers.IntegerField(source="question_count", read_only=True)
    latest_edition = serializers.IntegerField(source="latest_number", read_only=True, allow_null=True)

    class Meta:
        model = Questionnaire
        fields = ["id", "code", "title", "questions", "revision", "latest_edition", "updated_at"]

    def get_title(self, questionnaire: Any) -> str:
        """Return the draft's title in the language asked for."""
        return listed_title(questionnaire)


class QuestionnaireSerializer(serializers.ModelSerializer[Questionnaire]):
    """A questionnaire with its draft."""

    draft = serializers.DictField(help_text="docs/reference/questionnaire.schema.json")

    class Meta:
        model = Questionnaire
        fields = ["id", "code", "revision", "updated_at", "draft"]


class NewSerializer(KnownFields):
    """What makes a questionnaire: its code and a document, or another questionnaire to copy."""

    code = serializers.CharField(max_length=60)
    document = serializers.JSONField(required=False, help_text="docs/reference/questionnaire.schema.json")
    copy_of = serializers.IntegerField(
        required=False, min_value=1, max_value=2**53, help_text="id of a questionnaire"
    )


class DraftSerializer(KnownFields):
    """A whole draft, and the revision it was made from."""

    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    document = serializers.JSONField(help_text="docs/reference/questionnaire.schema.json")


class PublishSerializer(KnownFields):
    """The revision that is meant to be published, so that nobody publishes what they have not seen."""

    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class ProblemsSerializer(serializers.Serializer[Any]):
    """All that keeps a draft from being published."""

    problems = ProblemSerializer(many=True)


@extend_schema(methods=["GET"], description="List the questionnaires.", responses=ListedSerializer(many=True))
@extend_schema(
    methods=["POST"],
    description="Make a questionnaire from a document, or as a copy of another.",
    request=NewSerializer,
    responses={201: QuestionnaireSerializer, 400: OpenApiResponse(FlawsSerializer)},
)
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def questionnaires(request: Request) -> Response:
    """List the questionnaires, or make one from a document or as a copy."""
    if request.method == "GET":
        access.require_reader(request.user)
        pages = Pages()
        page = pages.paginate_queryset(access.questionnaires_visible_to(request.user).listed(), request)
        return pages.get_paginated_response(ListedSerializer(page, many=True).data)
    user = access.designer(request.user)
    given = read(NewSerializer, request)
    if ("document" in given) == ("copy_of" in given):
        raise serializers.ValidationError({"document": [_("Give either a document or copy_of.")]})
    if "copy_of" in given:
        document = get_object_or_404(access.questionnaires_visible_to(user), pk=given["copy_of"]).draft
    else:
        document = given["document"]
    try:
        made = drafting.create(code=given["code"], document=document, by=user)
    except MalformedDocument as malformed:
        raise flawed(malformed) from malformed
    except ValidationError as refusal:
        raise serializers.ValidationError(refusal.message_dict) from refusal
    return Response(QuestionnaireSerializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema(responses=QuestionnaireSerializer)
@api_view(["GET"])
def questionnaire(request: Request, pk: int) -> Response:
    """Return a questionnaire with its draft and the draft's revision."""
    return Response(QuestionnaireSerializer(find(request, pk)).data)


@extend_schema(
    request=DraftSerializer,
    responses={
        200: QuestionnaireSerializer,
        400: OpenApiResponse(FlawsSerializer),
        409: OpenApiResponse(ConflictSerializer),
    },
)
@api_view(["PUT"])
@parser_classes([DocumentParser])
def draft(request: Request, pk: int) -> Response:
    """Replace the draft; answers 409 when it is no longer at the given revision."""
    user = access.designer(request.user)
    found = find(request, pk)
    given = read(DraftSerializer, request)
    try:
        drafting.save_draft(found, document=given["document"], revision=given["revision"], by=user)
    except MalformedDocument as malformed:
        raise flawed(malformed) from malformed
    except StaleDraft:
        return stale(found)
    return Response(QuestionnaireSerializer(found).data)


@extend_schema(request=None, responses=CheckSerializer)
@api_view(["POST"])
@parser_classes([DocumentParser])
def check(request: Request, pk: int) -> Response:
    """List what must be put right before the draft can be published, advice, languages and minutes."""
    return Response(CheckSerializer(checked(find(request, pk))).data)


@extend_schema(
    request=PublishSerializer,
    responses={
        200: EditionSerializer,
        201: EditionSerializer,
        409: OpenApiResponse(
            ConflictSerializer, description="The draft is at another revision, or nobody approved it."
        ),
        422: OpenApiResponse(ProblemsSerializer),
    },
)
@api_view(["POST"])
@parser_classes([DocumentParser])
def publish(request: Request, pk: int) -> Response:
    """Freeze the draft as an edition: 201 for a new one, 200 when one with the same content exists."""
    user = access.publisher(request.user)
    found = find(request, pk)
    if read(PublishSerializer, request)["revision"] != found.revision:
        return stale(found)
    before = set(found.editions.values_list("pk", flat=True))
    try:
        edition = publishing.publish(found, by=user)
    except Unpublishable as refusal:
        return Response(ProblemsSerializer({"problems": refusal.problems}).data, status=422)
    except NotApproved as refusal:
        return Response({"detail": str(refusal)}, status=status.HTTP_409_CONFLICT)
    return Response(EditionSerializer(edition).data, status=200 if edition.pk in before else 201)
