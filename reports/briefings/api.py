"""Scorecards as the office has them, and predictions, for programs of staff; per role, as on the pages.

What a reader may not open does not exist. A prediction is read with its scorecard, before the release by the heads of
its department alone.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports.briefings import access, pages, predicting, wording
from reports.briefings.access import Coming
from reports.briefings.mending import mend_first
from reports.briefings.models import Prediction
from reports.evaluations.digits import rounded
from reports.scorecards.access import scorecard_for, scorecards_visible_to
from reports.scorecards.api import tagged
from reports.scorecards.content import ScorecardContent
from reports.scorecards.models import Scorecard
from surveys.people.api import Filtered, Pages
from surveys.people.models import User
from surveys.people.roles import Deed, may


class MayReadScorecards(BasePermission):
    """Staff who read released scorecards."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader's role may read scorecards in the office."""
        return isinstance(request.user, User) and may(request.user, Deed.READ_SCORECARDS)


class Released(APIException):
    """It is too late to predict."""

    status_code = 409


class ScorecardLineSerializer(serializers.Serializer[Scorecard]):
    """A released scorecard in the list; numbers are decimal strings."""

    id = serializers.IntegerField()
    wave = serializers.CharField(source="publication.wave.slug")
    number = serializers.IntegerField(source="publication.number")
    department = serializers.CharField(source="department.code")
    released_at = serializers.DateTimeField(source="publication.published_at")
    judged = serializers.BooleanField(source="content.judged")
    figures = serializers.DictField(source="content.figures")
    content_hash = serializers.CharField()


class WeighedSerializer(serializers.Serializer[Any]):
    """One dimension: its share of what all explain together (0 to 1), and its score (0 to 100)."""

    code = serializers.CharField()
    share = serializers.CharField()
    share_low = serializers.CharField()
    share_high = serializers.CharField()
    score = serializers.CharField()
    score_low = serializers.CharField(allow_null=True)
    score_high = serializers.CharField(allow_null=True)
    named = serializers.BooleanField(source="is_named", help_text="to be mended first")
    sure = serializers.BooleanField(source="is_sure", help_text="both intervals are clear of the lines")


class MendFirstSerializer(serializers.Serializer[Any]):
    """What to mend first, by the rule of the method."""

    reason = serializers.CharField(source="unnamed", allow_null=True, help_text="why nothing is named")
    even = serializers.CharField(help_text="the line that divides importance; empty where there is none")
    middle = serializers.CharField(help_text="the line that divides the scores; empty where there is none")
    dimensions = WeighedSerializer(many=True)


class CommentSerializer(serializers.Serializer[Any]):
    """What a resident wrote, masked."""

    item = serializers.CharField(help_text="code of the question")
    text = serializers.CharField()


class ExpectedSerializer(serializers.Serializer[Any]):
    """What the head expected, held against what residents gave."""

    score = serializers.CharField(help_text="0 to 100, one decimal")
    difference = serializers.CharField(
        allow_null=True, help_text="what residents gave minus what was expected, in points"
    )
    within = serializers.BooleanField(
        allow_null=True, help_text="whether what was expected lies within the interval"
    )


class ScorecardSerializer(ScorecardLineSerializer):
    """A released scorecard as a page of the office shows it."""

    content = serializers.SerializerMethodField()
    mend_first = serializers.SerializerMethodField()
    expected = serializers.SerializerMethodField()
    comments = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_content(self, scorecard: Scorecard) -> Mapping[str, Any]:
        """Return the frozen content."""
        content: Mapping[str, Any] = scorecard.content
        return content

    @extend_schema_field(MendFirstSerializer)
    def get_mend_first(self, scorecard: Scorecard) -> Any:
        """Return what the rule finds."""
        card = ScorecardContent.of(scorecard.content)
        found = mend_first(card, access.analysis_beside(scorecard.publication))
        return MendFirstSerializer(found).data

    @extend_schema_field(ExpectedSerializer(allow_null=True))
    def get_expected(self, scorecard: Scorecard) -> Any:
        """Return what the head expected, or nothing."""
        prediction = access.prediction_of(scorecard)
        if prediction is None:
            return None
        card = ScorecardContent.of(scorecard.content)
        has_score = card.figures.score is not None
        return {
            "score": rounded(str(prediction.score)),
            "difference": rounded(str(wording.difference(prediction, card))) if has_score else None,
            "within": wording.is_within(prediction, card) if has_score else None,
        }

    @extend_schema_field(CommentSerializer(many=True))
    def get_comments(self, scorecard: Scorecard) -> Any:
        """Return the masked words, in the order drawn."""
        return pages.comments_shown(scorecard, ScorecardContent.of(scorecard.content))


class PredictionSerializer(serializers.Serializer[Any]):
    """What the head of a department expects of a wave, and until when it may be changed."""

    wave = serializers.CharField(read_only=True)
    score = serializers.DecimalField(
        max_digits=6,
        decimal_places=3,
        coerce_to_string=True,
        allow_null=True,
        help_text="0 to 100 with at most one decimal; null until one is written down",
    )
    written_at = serializers.DateTimeField(read_only=True, allow_null=True)
    release_at = serializers.DateTimeField(read_only=True)
    released = serializers.BooleanField(read_only=True, help_text="then it can no longer be changed")


class Scorecards(Filtered, ListAPIView[Scorecard]):
    """The released scorecards that the reader may open."""

    permission_classes = (IsAuthenticated, MayReadScorecards)
    pagination_class = Pages
    serializer_class = ScorecardLineSerializer
    filters = {"wave": "publication__wave__slug", "department": "department__code"}

    def get_queryset(self) -> QuerySet[Scorecard]:
        """Return the scorecards asked for."""
        return self.narrowed(scorecards_visible_to(self.request.user).defer("comments"), self.request)

    @extend_schema(
        operation_id="scorecards_list",
        parameters=[
            OpenApiParameter("wave", str, description="The wave's short name."),
            OpenApiParameter("department", str, description="The department's code."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the released scorecards that the reader may open in the office, newest first, by page."""
        return _tagged(request, super().get(request, *args, **kwargs))


class OneScorecard(APIView):
    """One released scorecard."""

    permission_classes = (IsAuthenticated, MayReadScorecards)

    @extend_schema(operation_id="scorecards_one", responses=ScorecardSerializer)
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Return a scorecard with its content, what to mend first, what its head expected, and masked comments."""
        try:
            scorecard = scorecard_for(request.user, pk)
        except Scorecard.DoesNotExist:
            raise Http404 from None
        return _tagged(request, Response(ScorecardSerializer(scorecard).data))


class OnePrediction(APIView):
    """What the head of a department expects of a wave about it."""

    permission_classes = (IsAuthenticated, MayReadScorecards)

    @extend_schema(operation_id="predictions_read", responses=PredictionSerializer)
    def get(self, request: Request, wave: str) -> HttpResponseBase:
        """Return what the heads of the reader's own department expect of a wave; nobody else has one to read."""
        found = _wave(request, wave)
        prediction = access.own_predictions(request.user, [found]).get(found.pk)
        return _tagged(request, Response(_told(found, prediction)))

    @extend_schema(
        operation_id="predictions_write",
        request=PredictionSerializer,
        responses={200: PredictionSerializer, 409: OpenApiResponse(description="The results are released.")},
    )
    def put(self, request: Request, wave: str) -> Response:
        """Write down the score expected of the own department; it may be changed until the release."""
        found = _wave(request, wave)
        sent = PredictionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        score = sent.validated_data["score"]
        if score is None or not isinstance(request.user, User):
            raise serializers.ValidationError({"score": [str(predicting.WRITE_A_SCORE)]})
        try:
            prediction = predicting.predict(found, score=score, by=request.user)
        except ValidationError as refused:
            if getattr(refused, "code", "") == "released":
                raise Released(" ".join(refused.messages)) from None
            raise serializers.ValidationError(refused.message_dict) from None
        return Response(_told(found, prediction))


def _wave(request: Request, slug: str) -> Coming:
    if not isinstance(request.user, User):
        raise PermissionDenied
    try:
        return access.wave_of(request.user, slug)
    except ObjectDoesNotExist:
        raise Http404 from None


def _told(wave: Coming, prediction: Prediction | None) -> dict[str, Any]:
    return {
        "wave": wave.slug,
        "score": rounded(str(prediction.score)) if prediction else None,
        "written_at": prediction.at if prediction else None,
        "release_at": wave.release_at,
        "released": wave.is_released,
    }


def _tagged(request: Request, answer: Response) -> HttpResponseBase:
    """Answer with the hash of what is said as entity tag, or 304 to whoever has it already; never kept by others."""
    said = repr((answer.data, request.accepted_media_type)).encode()
    return tagged(request._request, answer, sha256(said).hexdigest()[:32], kept="private, no-cache")
