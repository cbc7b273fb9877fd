"""The check of a receipt by API, open to everybody like its page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.api import StrictJSONParser
from surveys.responses import checking, receipts

NO_STORE = {"Cache-Control": "no-store"}

Words = inline_serializer("CheckRefusal", {"detail": serializers.CharField()})


class ReceiptSerializer(serializers.Serializer[Any]):
    """A receipt, as printed or typed."""

    receipt = serializers.CharField()


class CheckedSerializer(serializers.Serializer[Any]):
    """Where the rating of a receipt stands."""

    receipt = serializers.CharField()
    state = serializers.ChoiceField(choices=["mixing", "counted", "replaced", "excluded"])
    wave = serializers.SlugField()
    release_at = serializers.DateTimeField()


@extend_schema(
    tags=["answering"], request=ReceiptSerializer, responses={200: CheckedSerializer, 400: Words, 404: Words}
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
@parser_classes([StrictJSONParser])
def check(request: Request) -> Response:
    """Say whether the rating of a receipt is in the count. It is posted, so that it stands in no log of addresses."""
    given = request.data.get("receipt") if isinstance(request.data, dict) else None
    try:
        known = receipts.read(given if isinstance(given, str) else "")
    except receipts.UnreadableReceipt as error:
        return _refusal(400, str(error))
    found = checking.find(known)
    if found is None:
        return _refusal(404, _("There is no rating with this receipt."))
    return Response(
        {
            "receipt": receipts.printed(known),
            "state": found.state,
            "wave": found.wave.slug,
            "release_at": found.wave.release_at,
        },
        headers=NO_STORE,
    )


def _refusal(status: int, words: str) -> Response:
    return Response({"detail": words}, status=status, headers=NO_STORE)


# The site asks for a login everywhere; this is for everybody.
login_not_required(check)
