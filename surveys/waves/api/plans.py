"""Waves: listed, planned, opened, closed.

A refused step answers 409 when the wave's state does not allow it and 400 when what was sent does not hold; nothing
is changed then. No answer and no score leaves here.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refusal
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from surveys import tasks
from surveys.people.access import departments_visible_to
from surveys.people.api import Filtered, HasRole, Pages
from surveys.people.models import User
from surveys.people.roles import Deed
from surveys.questionnaires.access import editions_visible_to
from surveys.questionnaires.api.reading import DocumentParser, KnownFields
from surveys.questionnaires.shapes import text_of
from surveys.waves import access, fielding, fieldwork, withdrawing
from surveys.waves.api.finding import conflict, staff_for, wave_of
from surveys.waves.declaring import LARGEST_PSU
from surveys.waves.fielding import CategoryPlan, MarginPlan, StratumPlan, WaveStateError
from surveys.waves.models import Channel, Klass, Wave
from surveys.waves.withdrawing import LONGEST_REASON

CHANNELS = [channel.name.lower() for channel in Channel if channel != Channel.IMPORT]

CLASSES = [klass.name.lower() for klass in Klass if klass != Klass.IMPORTED]


class TextField(serializers.JSONField):
    """Words in several languages."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the text, refusing what is none."""
        wrong = [str(flaw) for flaw in text_of(200).flaws(data)]
        if wrong:
            raise ValidationError(wrong)
        return dict(data)


class StratumSerializer(KnownFields):
    """A stratum with its residents."""

    code = serializers.CharField(max_length=50)
    names = TextField()
    population = serializers.IntegerField(min_value=1, max_value=2_000_000_000, allow_null=True, default=None)
    clusters = serializers.IntegerField(
        min_value=1, max_value=LARGEST_PSU, allow_null=True, default=None, help_text="drawn in the stratum"
    )
    cluster_population = serializers.IntegerField(
        min_value=1,
        max_value=2_000_000_000,
        allow_null=True,
        default=None,
        help_text="there are in the stratum",
    )


class CategorySerializer(KnownFields):
    """A category of a margin with its residents."""

    code = serializers.CharField(max_length=50)
    names = TextField()
    choices = serializers.ListField(child=serializers.IntegerField(), max_length=200)
    population = serializers.DecimalField(max_digits=16, decimal_places=6, min_value=0)


class MarginSerializer(KnownFields):
    """A margin, and the general question of one choice that tells the category of a person."""

    code = serializers.CharField(max_length=50)
    names = TextField()
    question = serializers.CharField(max_length=50)
    categories = serializers.ListField(child=CategorySerializer(), max_length=200)


class PlanSerializer(KnownFields):
    """What a wave declares."""

    questionnaire = serializers.CharField(max_length=60, help_text="code")
    edition = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="number")
    slug = serializers.CharField(max_length=60)
    titles = TextField()
    departments = serializers.ListField(child=serializers.CharField(max_length=50), max_length=1000)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    release_at = serializers.DateTimeField()
    strata = serializers.ListField(child=StratumSerializer(), max_length=1000, default=list)
    margins = serializers.ListField(child=MarginSerializer(), max_length=20, default=list)
    klass = serializers.ChoiceField(choices=CLASSES, default="sample")
    is_public = serializers.BooleanField(default=True)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=CHANNELS), max_length=10, default=lambda: ["web", "qr"]
    )
    departments_per_person = serializers.IntegerField(min_value=1, max_value=20, default=3)
    previous = serializers.CharField(max_length=60, allow_null=True, default=None, help_text="slug of a wave")
    method = serializers.DictField(default=dict, help_text="what differs from em-1's defaults")


class WithdrawalSerializer(KnownFields):
    """Why a plan is withdrawn."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class WaveSerializer(serializers.ModelSerializer[Wave]):
    """A wave in a list."""

    klass = serializers.SerializerMethodField()
    people = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="who took part and is counted so far: null below 10, in steps of ten until the wave has settled",
    )

    class Meta:
        model = Wave
        fields = [
            "id", "slug", "titles", "status", "klass", "is_public", "opens_at", "closes_at", "release_at",
            "closed_at", "settled_at", "people",
        ]  # fmt: skip
        read_only_fields = fields

    def get_klass(self, wave: Wave) -> str:
        """Return the class in words."""
        return Klass(wave.klass).name.lower()


class WholeWaveSerializer(WaveSerializer):
    """A wave with all that it declares."""

    questionnaire = serializers.CharField(source="edition.questionnaire.code")
    edition = serializers.IntegerField(source="edition.number")
    edition_hash = serializers.CharField(source="edition.content_hash")
    previous: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    channels = serializers.SerializerMethodField()
    departments = serializers.SerializerMethodField()
    strata = serializers.SerializerMethodField()

    class Meta(WaveSerializer.Meta):
        fields = [
            *WaveSerializer.Meta.fields, "questionnaire", "edition", "edition_hash", "previous", "channels",
            "departments_per_person", "method", "departments", "strata", "margins",
        ]  # fmt: skip
        read_only_fields = fields

    def get_channels(self, wave: Wave) -> list[str]:
        """Return the channels in words."""
        return [Channel(channel).name.lower() for channel in wave.channels]

    def get_departments(self, wave: Wave) -> list[str]:
        """Return the codes of the judged departments."""
        return list(wave.coverage.values_list("department__code", flat=True))

    def get_strata(self, wave: Wave) -> list[dict[str, Any]]:
        """Return the strata."""
        kept = wave.strata.values("number", "code", "names", "population", "clusters", "cluster_population")
        return [dict(one) for one in kept]


class Waves(Filtered, ListAPIView[Wave]):
    """List waves and plan new ones."""

    permission_classes = [HasRole]
    pagination_class = Pages
    serializer_class = WaveSerializer
    parser_classes = [DocumentParser]
    filters: ClassVar[Mapping[str, str]] = {
        "status": "status",
        "questionnaire": "edition__questionnaire__code",
        "is_public": "is_public",
    }
    flags = frozenset({"is_public"})

    def get_queryset(self) -> QuerySet[Wave]:
        """Return the waves asked for."""
        staff_for(self.request, Deed.SEE_FIELDWORK)
        return self.narrowed(fieldwork.with_people(access.waves_visible_to(self.request.user)), self.request)

    @extend_schema(
        operation_id="waves_list",
        parameters=[
            OpenApiParameter("status", str, enum=Wave.Status.values),
            OpenApiParameter("questionnaire", str),
            OpenApiParameter("is_public", bool),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the waves."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="waves_plan", request=PlanSerializer, responses={201: WholeWaveSerializer})
    def post(self, request: Request) -> Response:
        """Plan a wave."""
        user = staff_for(request, Deed.FIELD)
        sent = PlanSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        declared = _declared(user, sent.validated_data)
        try:
            wave = fielding.plan(by=user, **declared)
        except Refusal as refused:
            raise ValidationError(_worded(refused)) from refused
        return Response(_whole(user, wave.slug), status=status.HTTP_201_CREATED)


@extend_schema(operation_id="waves_retrieve", responses={200: WholeWaveSerializer})
@api_view(["GET"])
def wave(request: Request, slug: str) -> Response:
    """Return one wave with all that it declares."""
    user = staff_for(request, Deed.SEE_FIELDWORK)
    return Response(_whole(user, slug))


@extend_schema(operation_id="waves_withdraw", request=WithdrawalSerializer, responses={204: None})
@api_view(["POST"])
def withdraw(request: Request, slug: str) -> Response:
    """Withdraw the plan of a wave to which nobody has been invited; what it declared stays in the audit trail."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    sent = WithdrawalSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    try:
        withdrawing.withdraw(found, reason=sent.validated_data["reason"], by=user)
    except WaveStateError as refused:
        return conflict(refused)
    return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(operation_id="waves_open", request=None, responses={200: WholeWaveSerializer})
@api_view(["POST"])
def open_now(request: Request, slug: str) -> Response:
    """Open a planned wave now; what it declared is frozen from then on."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    try:
        fielding.open_wave(found, by=user)
    except WaveStateError as refused:
        return conflict(refused)
    return Response(_whole(user, slug))


@extend_schema(operation_id="waves_close", request=None, responses={200: WholeWaveSerializer})
@api_view(["POST"])
def close_now(request: Request, slug: str) -> Response:
    """Close an open wave now; the release time stays."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    try:
        fielding.close_wave(found, by=user)
    except WaveStateError as refused:
        return conflict(refused)
    tasks.mix_due.delay_on_commit()  # type: ignore[attr-defined]  # of DjangoTask
    return Response(_whole(user, slug))


def _whole(user: User, slug: str) -> Mapping[str, Any]:
    waves = fieldwork.with_people(access.waves_visible_to(user)).select_related(
        "edition__questionnaire", "previous"
    )
    return WholeWaveSerializer(get_object_or_404(waves, slug=slug)).data


def _declared(user: User, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Find what the plan names; what is not there is refused under the name of its field."""
    declared = dict(sent)
    errors: dict[str, list[str]] = {}
    declared["edition"] = (
        editions_visible_to(user)
        .filter(questionnaire__code=declared.pop("questionnaire"), number=sent["edition"])
        .first()
    )
    if declared["edition"] is None:
        errors["edition"] = [_("There is no such edition of this questionnaire.")]
    codes = declared["departments"]
    departments = {one.code: one for one in departments_visible_to(user).filter(code__in=codes)}
    unknown = [code for code in codes if code not in departments]
    if unknown:
        errors["departments"] = [_("There is no department “%(code)s”.") % {"code": code} for code in unknown]
    if sent["previous"] is not None:
        declared["previous"] = access.waves_visible_to(user).filter(slug=sent["previous"]).first()
        if declared["previous"] is None:
            errors["previous"] = [_("There is no wave “%(given)s”.") % {"given": sent["previous"]}]
    if errors:
        raise ValidationError(errors)
    declared["departments"] = [departments[code] for code in codes]
    declared["klass"] = Klass[declared["klass"].upper()]
    declared["channels"] = [Channel[channel.upper()] for channel in declared["channels"]]
    declared["strata"] = [StratumPlan(**one) for one in declared["strata"]]
    declared["margins"] = [
        MarginPlan(
            **{
                **one,
                "categories": tuple(
                    CategoryPlan(**{**category, "choices": tuple(category["choices"])})
                    for category in one["categories"]
                ),
            }
        )
        for one in declared["margins"]
    ]
    return declared


def _worded(refused: Refusal) -> dict[str, list[str]]:
    return {
        ("detail" if field == "__all__" else field): [
            str(words) for error in errors for words in error.messages
        ]
        for field, errors in refused.update_error_dict({}).items()
    }
