"""Editions for programs: read, and compared."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.questionnaires import access
from surveys.questionnaires.api.reading import find
from surveys.questionnaires.models import Edition


class ListedEditionSerializer(serializers.ModelSerializer[Edition]):
    """An edition in a list."""

    class Meta:
        model = Edition
        fields = ["number", "content_hash", "published_at"]


class EditionSerializer(ListedEditionSerializer):
    """A frozen edition."""

    document = serializers.DictField(help_text="docs/reference/questionnaire.schema.json")

    class Meta(ListedEditionSerializer.Meta):
        fields = ["number", "content_hash", "published_at", "document"]


@extend_schema(responses=ListedEditionSerializer(many=True))
@api_view(["GET"])
def editions(request: Request, pk: int) -> Response:
    """List the editions of a questionnaire, the latest first."""
    found = find(request, pk).editions.defer("document")
    return Response(ListedEditionSerializer(found, many=True).data)


@extend_schema(responses=EditionSerializer)
@api_view(["GET"])
def edition(request: Request, pk: int, number: int) -> Response:
    """Return a frozen edition; `content_hash` is the SHA-256 of the document's canonical JSON (RFC 8785)."""
    visible = access.editions_visible_to(request.user)
    return Response(EditionSerializer(get_object_or_404(visible, questionnaire=pk, number=number)).data)
