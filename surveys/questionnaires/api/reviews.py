"""The way from a draft to an edition for programs: submitted by one person, approved by another.

Each step names the revision that is meant: another answers 409 and changes nothing. Whoever had a hand in the draft
is answered 403 when they approve it or send it back.
"""

from collections.abc import Callable
from typing import Any, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.models import User
from surveys.questionnaires import access, reviewing
from surveys.questionnaires.api.drafts import ProblemsSerializer, PublishSerializer
from surveys.questionnaires.api.reading import ConflictSerializer, DocumentParser, find, read, stale
from surveys.questionnaires.drafting import StaleDraft
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.publishing import Unpublishable
from surveys.questionnaires.remarking import LONGEST, BadRemark
from surveys.questionnaires.reviewing import NotASecondPerson, OutOfTurn


class ReviewSerializer(serializers.Serializer[Any]):
    """Where a draft stands."""

    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["draft", "submitted", "approved"])
    submitted_by = serializers.CharField(allow_null=True)
    approved_by = serializers.CharField(allow_null=True)
    is_own_work = serializers.BooleanField(
        help_text="Whether you submitted it or changed it since the last edition: then you cannot approve it."
    )


class StepSerializer(PublishSerializer):
    """The revision that is meant, so that nobody agrees to what they have not seen."""


class SendBackSerializer(PublishSerializer):
    """The revision that is meant, and what is to be done."""

    words = serializers.CharField(max_length=LONGEST, trim_whitespace=False)


ANSWERS = {
    200: ReviewSerializer,
    403: OpenApiResponse(
        ConflictSerializer, description="Your role does not allow it, or it is your own work."
    ),
    409: OpenApiResponse(ConflictSerializer, description="Another revision, or out of turn."),
    422: OpenApiResponse(ProblemsSerializer),
}


@extend_schema(responses=ReviewSerializer)
@api_view(["GET"])
def review(request: Request, pk: int) -> Response:
    """Say where the draft stands on its way to an edition."""
    return Response(_state(request, find(request, pk)))


@extend_schema(request=StepSerializer, responses=ANSWERS)
@api_view(["POST"])
@parser_classes([DocumentParser])
def submit(request: Request, pk: int) -> Response:
    """Ask a second person to approve the draft."""
    user = access.designer(request.user)
    revision = read(StepSerializer, request)["revision"]
    return _step(request, pk, lambda found: reviewing.submit(found, revision=revision, by=user))


@extend_schema(request=StepSerializer, responses=ANSWERS)
@api_view(["POST"])
@parser_classes([DocumentParser])
def withdraw(request: Request, pk: int) -> Response:
    """Take the draft back; an approval is void."""
    user = access.designer(request.user)
    revision = read(StepSerializer, request)["revision"]
    return _step(request, pk, lambda found: reviewing.withdraw(found, revision=revision, by=user))


@extend_schema(request=StepSerializer, responses=ANSWERS)
@api_view(["POST"])
@parser_classes([DocumentParser])
def approve(request: Request, pk: int) -> Response:
    """Agree that the draft be published."""
    user = access.approver(request.user)
    revision = read(StepSerializer, request)["revision"]
    return _step(request, pk, lambda found: reviewing.approve(found, revision=revision, by=user))


@extend_schema(request=SendBackSerializer, responses=ANSWERS)
@api_view(["POST"])
@parser_classes([DocumentParser])
def send_back(request: Request, pk: int) -> Response:
    """Give the draft back with a remark that says what is to be done."""
    user = access.approver(request.user)
    given = read(SendBackSerializer, request)
    return _step(request, pk, lambda found: reviewing.send_back(found, **given, by=user))


def _step(request: Request, pk: int, act: Callable[[Questionnaire], Questionnaire]) -> Response:
    found = find(request, pk)
    try:
        act(found)
    except StaleDraft:
        found.refresh_from_db()
        return stale(found)
    except OutOfTurn as refusal:
        return Response({"detail": str(refusal)}, status=status.HTTP_409_CONFLICT)
    except NotASecondPerson as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Unpublishable as refusal:
        return Response(ProblemsSerializer({"problems": refusal.problems}).data, status=422)
    except BadRemark as refusal:
        raise serializers.ValidationError({"words": [str(refusal)]}) from refusal
    return Response(_state(request, found))


def _state(request: Request, questionnaire: Questionnaire) -> dict[str, Any]:
    standing = reviewing.standing_of(questionnaire, seen_by=cast(User, request.user))
    state = "approved" if standing.is_approved else "submitted" if standing.is_submitted else "draft"
    return {
        "revision": questionnaire.revision,
        "state": state,
        "submitted_by": standing.submitted_by or None,
        "approved_by": standing.approved_by or None,
        "is_own_work": standing.is_own_work,
    }
