"""Service events: a code for each closed case, the number of closed cases, and what share got a code."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, authentication_classes, parser_classes, permission_classes
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.roles import Deed
from surveys.questionnaires.api.reading import DocumentParser, KnownFields
from surveys.waves import service_events
from surveys.waves.api.finding import staff_for, wave_of
from surveys.waves.models import Klass, Wave
from surveys.waves.site import site_address

NO_STORE = {"Cache-Control": "no-store"}


class EventsSerializer(KnownFields):
    """Cases that were just closed at a service point."""

    service_point = serializers.SlugField(max_length=50)
    count = serializers.IntegerField(
        min_value=1, max_value=service_events.MOST_AT_ONCE, default=1, help_text="how many cases were closed"
    )


class DrawnSerializer(serializers.Serializer[Any]):
    """A code for each case, to be printed on its slip or sent; they are shown only now."""

    codes = serializers.ListField(child=serializers.CharField())
    addresses = serializers.ListField(child=serializers.URLField(), help_text="in the order of the codes")


class ClosedSerializer(KnownFields):
    """How many cases a service point closed on a day."""

    service_point = serializers.SlugField(max_length=50)
    day = serializers.DateField()
    closed = serializers.IntegerField(min_value=0, max_value=service_events.MOST_CLOSED)


class CompletenessSerializer(serializers.Serializer[Any]):
    """What share of a service point's closed cases got a code."""

    service_point = serializers.CharField()
    issued = serializers.IntegerField(help_text="codes drawn on the days that were reported")
    closed = serializers.IntegerField(allow_null=True, help_text="null: never reported")
    share = serializers.FloatField(
        allow_null=True, help_text="closed cases that got a code on their day ÷ closed cases, 0 to 1"
    )
    is_low = serializers.BooleanField(help_text="below 98 %, or not to be told")
    surplus = serializers.IntegerField(help_text="codes beyond the closed cases of their day")
    is_over = serializers.BooleanField(help_text="a surplus of more than 2 % of the closed cases")
    unreported_days = serializers.IntegerField(help_text="days with codes and without a report")
    unreported_codes = serializers.IntegerField(help_text="codes drawn on those days")
    is_overdue = serializers.BooleanField(help_text="such a day is older than yesterday")
    has_left = serializers.BooleanField(help_text="switched off or moved away since; its figures stay")


@extend_schema(operation_id="events_issue", request=EventsSerializer, responses={201: DrawnSerializer})
@api_view(["POST"])
@parser_classes([DocumentParser])
def issue(request: Request, slug: str) -> Response:
    """Draw a code for each case on the day it is closed. Every case must get one, and one only: both are public."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    sent = EventsSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    try:
        codes = service_events.issue(
            found, point=sent.validated_data["service_point"], count=sent.validated_data["count"], by=user
        )
    except service_events.EventRefused as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    site = site_address(request.build_absolute_uri("/"))
    addresses = [site + reverse("responses:invitation", args=[code]) for code in codes]
    return Response(
        {"codes": codes, "addresses": addresses}, status=status.HTTP_201_CREATED, headers=NO_STORE
    )


@extend_schema(
    operation_id="events_report_closed", request=ClosedSerializer, responses={200: ClosedSerializer}
)
@api_view(["PUT"])
@parser_classes([DocumentParser])
def closed(request: Request, slug: str) -> Response:
    """Report how many cases a service point closed on a day; a later report of the same day takes its place."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    sent = ClosedSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    day: date = sent.validated_data["day"]
    try:
        service_events.report_closed(
            found,
            point=sent.validated_data["service_point"],
            day=day,
            closed=sent.validated_data["closed"],
            by=user,
        )
    except service_events.EventRefused as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    return Response(ClosedSerializer(sent.validated_data).data)


@extend_schema(operation_id="events_completeness", responses={200: CompletenessSerializer(many=True)})
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def completeness(request: Request, slug: str) -> Response:
    """Tell, for everybody, what share of the closed cases got a code, by service point."""
    wave = get_object_or_404(
        Wave.objects.filter(klass=Klass.SERVICE).exclude(status=Wave.Status.PLANNED), slug=slug
    )
    lines = [
        {
            "service_point": line.point.code,
            "issued": line.issued,
            "closed": line.closed,
            "share": line.share,
            "is_low": line.is_low,
            "surplus": line.surplus,
            "is_over": line.is_over,
            "unreported_days": line.unreported,
            "unreported_codes": line.unreported_codes,
            "is_overdue": line.is_overdue,
            "has_left": line.has_left,
        }
        for line in service_events.completeness(wave)
    ]
    return Response(CompletenessSerializer(lines, many=True).data)


login_not_required(completeness)
