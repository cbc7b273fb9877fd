"""Excluding ratings by API: list, propose, decide. It obeys the same verbs as the pages and shows as little."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as Refusal
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.roles import Deed
from surveys.questionnaires.api.reading import DocumentParser, KnownFields
from surveys.responses import excluding
from surveys.responses.models import Exclusion
from surveys.waves.api.finding import staff_for, wave_of

TAGS = ["waves"]
Words = inline_serializer("ExclusionRefusal", {"detail": serializers.CharField()})
WrongFields = OpenApiResponse(description="what was sent does not hold, by field; nothing was changed")


class ExclusionSerializer(serializers.ModelSerializer[Exclusion]):
    """A proposal to leave a rating out of the count, or to take it back in, and what came of it."""

    receipt = serializers.SerializerMethodField(
        help_text="as printed; the only handle of a rating; empty once it was erased"
    )
    proposed_by = serializers.CharField(source="proposed_by.username")
    proposed_for = serializers.CharField(help_text="organisation, at the time")
    decided_by = serializers.CharField(source="decided_by.username", default=None, allow_null=True)
    decided_for = serializers.CharField(
        source="decided_by.organisation", default=None, allow_null=True, help_text="organisation"
    )

    class Meta:
        model = Exclusion
        fields = [
            "id", "receipt", "restores", "rule", "reason", "state",
            "proposed_by", "proposed_for", "proposed_at", "decided_by", "decided_for", "decided_at",
        ]  # fmt: skip

    def get_receipt(self, one: Exclusion) -> str:
        """Return the receipt as people read it, empty once it was erased."""
        return excluding.receipt_of(one)


class ExclusionsSerializer(serializers.Serializer[Any]):
    """The exclusions of a wave."""

    excluded = serializers.IntegerField(help_text="ratings that are left out now")
    by_rule = serializers.DictField(
        child=serializers.IntegerField(), help_text="of rules that leave out at least ten"
    )
    exclusions = serializers.ListField(child=ExclusionSerializer(), help_text="the newest first")


class ProposalSerializer(KnownFields):
    """A proposal."""

    receipt = serializers.CharField(max_length=200)
    rule = serializers.ChoiceField(choices=list(excluding.RULES))
    reason = serializers.CharField(
        max_length=excluding.LONGEST_REASON, help_text="20 characters or more; no name of a resident"
    )
    restores = serializers.BooleanField(default=False, help_text="take an excluded rating back in")


class DecisionSerializer(KnownFields):
    """A decision on somebody else's proposal."""

    approve = serializers.BooleanField()


@extend_schema(
    methods=["GET"],
    tags=TAGS,
    operation_id="exclusions_list",
    description="List what was proposed and decided about ratings of the wave, never what they say.",
    responses={200: ExclusionsSerializer, 403: Words, 404: Words},
)
@extend_schema(
    methods=["POST"],
    tags=TAGS,
    operation_id="exclusions_propose",
    description=(
        "Propose to leave a rating out of the count, or to take it back in. It takes effect when a second person of"
        " another organisation has approved it."
    ),
    request=ProposalSerializer,
    responses={201: ExclusionSerializer, 400: WrongFields, 403: Words, 404: Words},
)
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def exclusions(request: Request, slug: str) -> Response:
    """List the exclusions of a wave, or propose one."""
    user = staff_for(request, Deed.SEE_FIELDWORK if request.method == "GET" else Deed.EXCLUDE)
    wave = wave_of(user, slug)
    if request.method == "POST":
        given = ProposalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            proposal = excluding.propose(wave, by=user, **given.validated_data)
        except Refusal as refused:
            raise _wrong(refused) from refused
        return Response(ExclusionSerializer(proposal).data, status=201)
    number, by_rule = excluding.excluded_numbers(wave)
    found = Exclusion.objects.filter(wave=wave).select_related("proposed_by", "decided_by")
    listed = ExclusionSerializer(found, many=True).data
    return Response({"excluded": number, "by_rule": by_rule, "exclusions": listed})


@extend_schema(
    tags=TAGS,
    operation_id="exclusions_decide",
    description="Approve or refuse a proposal that a person of another organisation has made.",
    request=DecisionSerializer,
    responses={200: ExclusionSerializer, 400: WrongFields, 403: Words, 404: Words},
)
@api_view(["POST"])
@parser_classes([DocumentParser])
def decide(request: Request, slug: str, pk: int) -> Response:
    """Decide on a proposal."""
    user = staff_for(request, Deed.EXCLUDE)
    proposal = get_object_or_404(Exclusion, wave=wave_of(user, slug), pk=pk)
    given = DecisionSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    try:
        decided = excluding.decide(proposal, approve=given.validated_data["approve"], by=user)
    except Refusal as refused:
        raise _wrong(refused) from refused
    return Response(ExclusionSerializer(decided).data)


def _wrong(refused: Refusal) -> ValidationError:
    return ValidationError(
        refused.message_dict if hasattr(refused, "error_dict") else {"detail": " ".join(refused.messages)}
    )
