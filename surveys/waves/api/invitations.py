"""Invitations: made here or registered, counted, withdrawn.

A refused step answers 409 when the wave's state does not allow it and 400 when what was sent does not hold; nothing
is changed then. No answer and no score leaves here.
"""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.roles import Deed
from surveys.questionnaires.api.reading import DocumentParser, KnownFields
from surveys.waves import fieldwork, inviting
from surveys.waves.api.finding import conflict, staff_for, wave_of
from surveys.waves.declaring import LARGEST_PSU
from surveys.waves.forms import MOST_CODES
from surveys.waves.models import Channel, Invitation, Klass, Wave

CHANNELS = [channel.name.lower() for channel in Channel if channel != Channel.IMPORT]

CLASSES = [klass.name.lower() for klass in Klass if klass != Klass.IMPORTED]
NO_STORE = {"Cache-Control": "no-store"}


class InvitedStratumSerializer(serializers.Serializer[Any]):
    """The invitations of one stratum, 0 standing for a wave without strata."""

    stratum = serializers.IntegerField()
    invited = serializers.IntegerField(help_text="codes that were not withdrawn, used or not")
    revoked = serializers.IntegerField()
    spares = serializers.IntegerField(
        help_text="declared for lost codes and still waiting; they open nothing"
    )
    people = serializers.IntegerField(
        allow_null=True,
        help_text="who took part and is counted so far: null below 10, in steps of ten until the wave has settled",
    )


class InvitationsSerializer(serializers.Serializer[Any]):
    """The invitations of a wave; codes that were used are told for the wave as a whole only."""

    invited = serializers.IntegerField()
    spent = serializers.IntegerField(
        allow_null=True, help_text="null below 10, in steps of ten until the wave has settled"
    )
    revoked = serializers.IntegerField()
    spares = serializers.IntegerField(
        help_text="declared for lost codes and still waiting; they open nothing"
    )
    strata = InvitedStratumSerializer(many=True)


class NewInvitationsSerializer(KnownFields):
    """Either how many codes to make, or the hashes of codes that were made elsewhere."""

    stratum = serializers.IntegerField(min_value=0, max_value=32_767, default=0)
    psu = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_PSU,
        default=0,
        help_text="number of the cluster, 0 where none are drawn",
    )
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
    user = staff_for(request, Deed.SEE_FIELDWORK if request.method == "GET" else Deed.FIELD)
    found = wave_of(user, slug)
    if request.method == "GET":
        return Response(InvitationsSerializer(_counted(found)).data)
    sent = NewInvitationsSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    place = {name: sent.validated_data[name] for name in ("stratum", "psu")}
    codes: list[str] = []
    try:
        if "count" in sent.validated_data:
            codes = inviting.make_codes(found, count=sent.validated_data["count"], by=user, **place)
            registered = len(codes)
        else:
            hashes = [bytes.fromhex(one) for one in sent.validated_data["hashes"]]
            registered = inviting.register_hashes(found, hashes=hashes, by=user, **place)
    except inviting.InvitationError as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    made = {"registered": registered, "codes": codes}
    return Response(made, status=status.HTTP_201_CREATED, headers=NO_STORE)


@extend_schema(operation_id="invitations_revoke", request=CodeSerializer, responses={204: None})
@api_view(["POST"])
@parser_classes([DocumentParser])
def revoke(request: Request, slug: str) -> Response:
    """Withdraw a lost code."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    sent = CodeSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    try:
        inviting.revoke(found, code=sent.validated_data["code"], by=user)
    except inviting.CodeSpent as refused:
        return conflict(refused)
    except inviting.InvitationError as refused:
        raise ValidationError({"code": [str(refused)]}) from refused
    return Response(status=status.HTTP_204_NO_CONTENT)


def _counted(found: Wave) -> dict[str, Any]:
    """Count the invitations; a number of issued codes by stratum would tell, live, where one was just used."""
    invited, revoked, spares, spent = Counter[int](), Counter[int](), Counter[int](), 0
    apart = {Invitation.State.REVOKED: revoked, Invitation.State.SPARE: spares}
    for stratum, state, number in fieldwork.invitations_by_state(found):
        apart.get(Invitation.State(state), invited)[stratum] += number
        spent += number if state == Invitation.State.SPENT else 0
    return {
        "invited": invited.total(),
        "spent": fieldwork.used(found, spent),
        "revoked": revoked.total(),
        "spares": spares.total(),
        "strata": [
            {
                "stratum": stratum,
                "invited": invited[stratum],
                "revoked": revoked[stratum],
                "spares": spares[stratum],
                "people": people,
            }
            for stratum, people in fieldwork.people_by_stratum(found).items()
        ],
    }
