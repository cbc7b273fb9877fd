"""A registrar's codes for programs: taken over whole, and a lost one replaced by a spare."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.api import StrictJSONParser
from surveys.people.roles import Deed
from surveys.questionnaires.api.reading import DocumentParser, KnownFields
from surveys.waves import inviting, registering
from surveys.waves.api.finding import conflict, staff_for, wave_of
from surveys.waves.models import Wave

Hashes = serializers.ListField(
    child=serializers.RegexField(r"\A[0-9a-f]{64}\Z"), help_text="SHA-256 in hexadecimal, in ascending order"
)


class RegisterParser(StrictJSONParser):
    """Parse a body as large as a registrar's file may be."""

    largest = registering.MOST_BYTES


class CodeGroupSerializer(serializers.Serializer[Any]):
    """The codes of one cluster, or of a whole stratum where people are drawn singly."""

    psu = serializers.IntegerField(help_text="number of the cluster, 0 where none are drawn")
    issued = Hashes
    spares = serializers.ListField(child=serializers.CharField(), help_text="declared for lost codes")


class RegisteredStratumSerializer(serializers.Serializer[Any]):
    """How many codes a stratum has, and the root over their hashes."""

    stratum = serializers.CharField(help_text="code of the stratum, empty where the wave has none")
    issued = serializers.IntegerField(help_text="codes sent to people")
    spares = serializers.IntegerField(help_text="codes kept for lost ones")
    root: Any = serializers.CharField(help_text="Merkle root of RFC 6962 over the stratum's hashes in order")


class HandedInStratumSerializer(RegisteredStratumSerializer):
    """A stratum in the registrar's file."""

    groups = CodeGroupSerializer(many=True)


class HandedInSerializer(serializers.Serializer[Any]):
    """The file hashes.json of registrar/mkcodes.py."""

    format = serializers.CharField(help_text=registering.FORMAT)
    made_by = serializers.CharField(help_text="tool and version")
    wave = serializers.SlugField(help_text="slug that the codes were made for")
    issued = serializers.IntegerField(help_text="codes sent to people, over all strata")
    spares = serializers.IntegerField(help_text="codes kept for lost ones, over all strata")
    root: Any = serializers.CharField(
        help_text="Merkle root of RFC 6962 over all hashes in order, spares included"
    )
    strata = HandedInStratumSerializer(many=True)


class RegisteredSerializer(serializers.Serializer[Any]):
    """What was registered, recomputed here."""

    registered = serializers.IntegerField(help_text="codes sent to people")
    spares = serializers.IntegerField(help_text="codes kept for lost ones")
    root: Any = serializers.CharField(help_text="over all hashes of this file, as the audit trail keeps it")
    is_late = serializers.BooleanField(help_text="registered when the wave had opened already")
    strata = RegisteredStratumSerializer(many=True)


class LostSerializer(KnownFields):
    """A lost code and the spare that takes its place."""

    lost = serializers.CharField(max_length=4 * inviting.LENGTH)
    spare = serializers.CharField(max_length=4 * inviting.LENGTH)


@extend_schema(
    operation_id="invitations_register", request=HandedInSerializer, responses={201: RegisteredSerializer}
)
@api_view(["POST"])
@parser_classes([RegisterParser])
def register(request: Request, slug: str) -> Response:
    """Register all codes of a registrar's hashes.json, spares included, or none; counts and roots are recomputed."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    try:
        strata = registering.register(found, document=request.data, by=user)
    except inviting.InvitationError as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    taken = {
        "registered": sum(one.issued for one in strata),
        "spares": sum(one.spares for one in strata),
        "root": registering.merkle_root(sorted(one for stratum in strata for one in stratum.hashes)).hex(),
        "is_late": found.status != Wave.Status.PLANNED,
        "strata": strata,
    }
    return Response(RegisteredSerializer(taken).data, status=status.HTTP_201_CREATED)


@extend_schema(operation_id="invitations_replace", request=LostSerializer, responses={204: None})
@api_view(["POST"])
@parser_classes([DocumentParser])
def replace(request: Request, slug: str) -> Response:
    """Withdraw a lost code and let a declared spare of the same stratum and cluster open in its place."""
    user = staff_for(request, Deed.FIELD)
    found = wave_of(user, slug)
    sent = LostSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    try:
        inviting.replace(found, by=user, **sent.validated_data)
    except inviting.CodeSpent as refused:
        return conflict(refused)
    except inviting.InvitationError as refused:
        raise ValidationError({"detail": str(refused)}) from refused
    return Response(status=status.HTTP_204_NO_CONTENT)
