"""What a draft can and cannot measure, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.models import Department
from surveys.questionnaires import measuring
from surveys.questionnaires.api.reading import find


class LineSerializer(serializers.Serializer[Any]):
    """Something that can be measured or not."""

    code = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=["yes", "if", "no"])
    why = serializers.CharField()
    needs = serializers.CharField(help_text="how many answers it takes, in words")


class ItemShareSerializer(serializers.Serializer[Any]):
    """A rating and its weight; shares from 0 to 1."""

    code = serializers.CharField()
    text = serializers.CharField()
    within = serializers.FloatField(help_text="of its dimension")
    of_index = serializers.FloatField(help_text="of the index")


class DimensionShareSerializer(serializers.Serializer[Any]):
    """A dimension and its weight."""

    code = serializers.CharField()
    name = serializers.CharField()
    weight = serializers.FloatField()
    items = ItemShareSerializer(many=True)


class PartMeasuresSerializer(serializers.Serializer[Any]):
    """What can be said about a department, about each, or about the place as a whole."""

    about = serializers.CharField()
    name = serializers.CharField()
    headline = serializers.CharField(help_text="code of the question the score is made of, or empty")
    has_index = serializers.BooleanField()
    lines = LineSerializer(many=True)
    dimensions = DimensionShareSerializer(many=True)


class MarginSerializer(serializers.Serializer[Any]):
    """A question whose answers can weight a wave."""

    code = serializers.CharField()
    text = serializers.CharField()
    groups = serializers.IntegerField()


class MeasuresSerializer(serializers.Serializer[Any]):
    """All that a questionnaire can and cannot measure."""

    parts = PartMeasuresSerializer(many=True)
    wave = LineSerializer(many=True)
    margins = MarginSerializer(many=True)
    cautions = serializers.ListField(child=serializers.CharField())


@extend_schema(responses=MeasuresSerializer)
@api_view(["GET"])
def measures(request: Request, pk: int) -> Response:
    """Say what the draft can and cannot measure, compared with the latest edition."""
    found = find(request, pk)
    last = found.editions.first()
    known = Department.objects.filter(is_active=True, parent__isnull=False)
    said = measuring.measures_of(
        found.draft, names={one.code: one.name for one in known}, before=last.document if last else None
    )
    return Response(MeasuresSerializer(said).data)
