"""Waves for programs of staff: listed, planned, opened, closed; invitations made or registered, and counted.

A refused step answers 409 when the wave's state does not allow it and 400 when what was sent does not hold; nothing
is changed then. No answer and no score leaves here.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refusal
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from surveys import tasks
from surveys.people.access import departments_visible_to, require
from surveys.people.api import Filtered, HasRole, Pages
from surveys.people.models import User
from surveys.people.roles import Deed
from surveys.questionnaires.access import editions_visible_to
from surveys.questionnaires.api import DocumentParser, KnownFields
from surveys.questionnaires.shapes import text_of
from surveys.waves import access, fielding, fieldwork, inviting
from surveys.waves.fielding import StratumPlan, WaveStateError
from surveys.waves.forms import MOST_CODES
from surveys.waves.models import Channel, Invitation, Klass, Wave

CHANNELS = [channel.name.lower() for channel in Channel if channel != Channel.IMPORT]
CLASSES = [klass.name.lower() for klass in Klass if klass != Klass.IMPORTED]
NO_STORE = {"Cache-Control": "no-store"}


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
    klass = serializers.ChoiceField(choices=CLASSES, default="sample")
    is_public = serializers.BooleanField(default=True)
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=CHANNELS), max_length=10, default=lambda: ["web", "qr"]
    )
    departments_per_person = serializers.IntegerField(min_value=1, max_value=20, default=3)
    previous = serializers.CharField(max_length=60, allow_null=True, default=None, help_text="slug of a wave")
    method = serializers.DictField(default=dict, help_text="what differs from em-1's defaults")


class WaveSerializer(serializers.ModelSerializer[Wave]):
    """A wave in a list."""

    klass = serializers.SerializerMethodField()
    people = serializers.IntegerField(read_only=True, help_text="who took part and is counted so far")

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
            "departments_per_person", "method", "departments", "strata",
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
        return [dict(one) for one in wave.strata.values("number", "code", "names", "population")]


class InvitedStratumSerializer(serializers.Serializer[Any]):
    """The invitations of one stratum, 0 standing for a wave without strata."""

    stratum = serializers.IntegerField()
    invited = serializers.IntegerField(help_text="codes that were not withdrawn, used or not")
    revoked = serializers.IntegerField()
    people = serializers.IntegerField(
        allow_null=True, help_text="who took part and is counted so far; null for fewer than 10"
    )


class InvitationsSerializer(serializers.Serializer[Any]):
    """The invitations of a wave; codes that were used are told for the wave as a whole only."""

    invited = serializers.IntegerField()
    spent = serializers.IntegerField()
    revoked = serializers.IntegerField()
    strata = InvitedStratumSerializer(many=True)


class NewInvitationsSerializer(KnownFields):
    """Either how many codes to make, or the hashes of codes that were made elsewhere."""

    stratum = serializers.IntegerField(min_value=0, max_value=32_767, default=0)
    count = serializers.IntegerField(min_value=1, max_value=MOST_CODES, required=False)
    hashes = serializers.ListField(
        child=serializers.RegexField(r"\A[0-9a-f]{64}\Z"), min_length=1, max_length=50_000, required=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both at once, and neither."""
        if ("count" in attrs) == ("hashes" in attrs):
            raise ValidationError(_("Send either “count” or “hashes”."))
        return attrs


class MadeSerializer(serializers.Serializer[Any]):
    """Invitations that were made; codes only if they were made here, and only now."""

    registered = serializers.IntegerField()
    codes = serializers.ListField(child=serializers.CharField())


class CodeSerializer(KnownFields):
    """A code."""

    code = serializers.CharField(max_length=4 * inviting.LENGTH)


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
        _require(self.request, Deed.SEE_FIELDWORK)
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
        user = _require(request, Deed.FIELD)
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
    user = _require(request, Deed.SEE_FIELDWORK)
    return Response(_whole(user, slug))


@extend_schema(operation_id="waves_open", request=None, responses={200: WholeWaveSerializer})
@api_view(["POST"])
def open_now(request: Request, slug: str) -> Response:
    """Open a planned wave now; what it declared is frozen from then on."""
    user = _require(request, Deed.FIELD)
    found = _wave(user, slug)
    try:
        fielding.open_wave(found, by=user)
    except WaveStateError as refused:
        return _conflict(refused)
    return Response(_whole(user, slug))


@extend_schema(operation_id="waves_close", request=None, responses={200: WholeWaveSerializer})
@api_view(["POST"])
def close_now(request: Request, slug: str) -> Response:
    """Close an open wave now; the release time stays."""
    user = _require(request, Deed.FIELD)
    found = _wave(user, slug)
    try:
        fielding.close_wave(found, by=user)
    except WaveStateError as refused:
        return _conflict(refused)
    tasks.mix_due.delay_on_commit()  # type: ignore[attr-defined]  # of DjangoTask
    return Response(_whole(user, slug))


@extend_schema(methods=["GET"], operation_id="invitations_count", responses={200: InvitationsSerializer})
@extend_schema(
    methods=["POST"],
    operation_id="invitations_make",
    request=NewInvitationsSerializer,
    responses={201: MadeSerializer},
)
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def invitations(request: Request, slug: str) -> Response:
    """Count a wave's invitations; make codes, which are returned once, or register hashes of codes made elsewhere."""
    user = _require(request, Deed.SEE_FIELDWORK if request.method == "GET" else Deed.FIELD)
    found = _wave(user, slug)
    if request.method == "GET":
        return Response(InvitationsSerializer(_counted(found)).data)
    sent = NewInvitationsSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    stratum = sent.validated_data["stratum"]
    codes: list[str] = []
    try:
        if "count" in sent.validated_data:
            codes = inviting.make_codes(found, stratum=stratum, count=sent.validated_data["count"], by=user)
            registered = len(codes)
        else:
            hashes = [bytes.fromhex(one) for one in sent.validated_data["hashes"]]
            registered = inviting.register_hashes(found, hashes=hashes, stratum=stratum, by=user)
    except inviting.InvitationError as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    made = {"registered": registered, "codes": codes}
    return Response(made, status=status.HTTP_201_CREATED, headers=NO_STORE)


@extend_schema(operation_id="invitations_revoke", request=CodeSerializer, responses={204: None})
@api_view(["POST"])
@parser_classes([DocumentParser])
def revoke(request: Request, slug: str) -> Response:
    """Withdraw a lost code."""
    user = _require(request, Deed.FIELD)
    found = _wave(user, slug)
    sent = CodeSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    try:
        inviting.revoke(found, code=sent.validated_data["code"], by=user)
    except inviting.CodeSpent as refused:
        return _conflict(refused)
    except inviting.InvitationError as refused:
        raise ValidationError({"code": [str(refused)]}) from refused
    return Response(status=status.HTTP_204_NO_CONTENT)


def _require(request: Request, deed: Deed) -> User:
    require(request.user, deed)
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _wave(user: User, slug: str) -> Wave:
    return get_object_or_404(access.waves_visible_to(user), slug=slug)


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
    declared["strata"] = [
        StratumPlan(one["code"], one["names"], one["population"]) for one in declared["strata"]
    ]
    return declared


def _worded(refused: Refusal) -> dict[str, list[str]]:
    return {
        ("detail" if field == "__all__" else field): [
            str(words) for error in errors for words in error.messages
        ]
        for field, errors in refused.update_error_dict({}).items()
    }


def _counted(found: Wave) -> dict[str, Any]:
    """Count the invitations; a number of issued codes by stratum would tell, live, where one was just used."""
    invited, revoked, spent = Counter[int](), Counter[int](), 0
    for stratum, state, number in fieldwork.invitations_by_state(found):
        (revoked if state == Invitation.State.REVOKED else invited)[stratum] += number
        spent += number if state == Invitation.State.SPENT else 0
    return {
        "invited": invited.total(),
        "spent": spent,
        "revoked": revoked.total(),
        "strata": [
            {
                "stratum": stratum,
                "invited": invited[stratum],
                "revoked": revoked[stratum],
                "people": people,
            }
            for stratum, people in fieldwork.people_by_stratum(found).items()
        ],
    }


def _conflict(refused: Exception) -> Response:
    return Response({"detail": str(refused)}, status=status.HTTP_409_CONFLICT)
