"""What the questionnaire API has in common: bodies, the questionnaire meant, and refusals in one form."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.api import StrictJSONParser
from surveys.questionnaires import access
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.models import Questionnaire


class DocumentParser(StrictJSONParser):
    """Parse a body as large as a questionnaire may be."""

    largest = 4 * 2**20


class KnownFields(serializers.Serializer[Any]):
    """A serializer that refuses keys it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        """Read `data`, which must be an object with known keys."""
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            raise serializers.ValidationError({key: [_("This key is not known here.")] for key in unknown})
        return super().to_internal_value(data)


class FlawsSerializer(serializers.Serializer[Any]):
    """What is wrong with the shape of a document, by place."""

    document = serializers.ListField(child=serializers.CharField())


class ConflictSerializer(serializers.Serializer[Any]):
    """Why nothing was changed."""

    detail = serializers.CharField()


def find(request: Request, pk: int) -> Questionnaire:
    """Return the questionnaire `pk`, if the reader may see it."""
    return get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)


def read(serializer: type[serializers.Serializer[Any]], request: Request) -> Any:
    """Return the body as `serializer` reads it."""
    reader = serializer(data=request.data)
    reader.is_valid(raise_exception=True)
    return reader.validated_data


def flawed(malformed: MalformedDocument) -> serializers.ValidationError:
    """Return the refusal of a document that has not the shape of one."""
    return serializers.ValidationError({"document": [str(flaw) for flaw in malformed.flaws[:50]]})


def stale(questionnaire: Questionnaire) -> Response:
    """Answer that the draft has changed meanwhile."""
    detail = _("The draft is now at revision %(revision)d; read it again and repeat the change.") % {
        "revision": questionnaire.revision
    }
    return Response({"detail": detail}, status=status.HTTP_409_CONFLICT)
