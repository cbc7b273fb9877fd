"""Published results for programs: the very content of the pages, with its hash as entity tag.

Open to everybody; what is not released does not exist. Reviewers record a review here as they do on the page.
"""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports.scorecards import access, publishing
from reports.scorecards.content import canonical
from reports.scorecards.models import Publication
from surveys.people.models import User
from surveys.people.roles import Deed, may

NUMBER = OpenApiParameter("number", int, description="An earlier publication; without it the current one.")


class ReleaseSerializer(serializers.Serializer[Publication]):
    """A released wave in the list."""

    wave = serializers.CharField(source="wave.slug")
    titles = serializers.JSONField(source="wave.titles")
    number = serializers.IntegerField()
    released_at = serializers.DateTimeField(source="published_at")
    content_hash = serializers.CharField()


class StandingSerializer(serializers.Serializer[Publication]):
    """How the release of a wave stands; no figure."""

    id = serializers.IntegerField()
    wave = serializers.CharField(source="wave.slug")
    number = serializers.IntegerField()
    state = serializers.CharField()
    release_at = serializers.DateTimeField(source="wave.release_at")
    published_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField()


class MayReview(BasePermission):
    """Reviewers."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader's role may review."""
        return isinstance(request.user, User) and may(request.user, Deed.REVIEW)


class Results(APIView):
    """The released waves."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(operation_id="results_list", responses=ReleaseSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the current publication of every released wave, newest first."""
        return Response([ReleaseSerializer(one).data for one in access.published().defer("content")])


class WaveResults(APIView):
    """One released wave."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(operation_id="results_wave", parameters=[NUMBER], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, wave: str) -> HttpResponseBase:
        """Return the content of a wave's publication: fieldwork, method, and every department's figures."""
        publication = _released(
            access.published_wave, wave, number=access.asked_number(request.query_params.get("number", ""))
        )
        return _content(request, publication.content, publication.content_hash)


class DepartmentResults(APIView):
    """One released scorecard."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(operation_id="results_department", parameters=[NUMBER], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, wave: str, department: str) -> HttpResponseBase:
        """Return the content of a department's scorecard."""
        scorecard = _released(
            access.published_scorecard,
            wave,
            department,
            number=access.asked_number(request.query_params.get("number", "")),
        )
        return _content(request, scorecard.content, scorecard.content_hash)


class Review(APIView):
    """The review of a sealed publication."""

    permission_classes = (IsAuthenticated, MayReview)

    @extend_schema(operation_id="publications_review", request=None, responses=StandingSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Record that the reviewer looked at coverage, quality and disclosure."""
        publication = get_object_or_404(access.publications_visible_to(request.user), pk=pk)
        try:
            reviewed = publishing.review(publication, by=_reviewer(request))
        except ValidationError as error:
            raise serializers.ValidationError({"detail": error.messages}) from None
        return Response(StandingSerializer(reviewed).data)


def _reviewer(request: Request) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _released(find: Any, *names: str, number: int | None) -> Any:
    try:
        return find(*names, number)
    except ObjectDoesNotExist:
        raise Http404 from None


def _content(request: Request, content: Any, digest: str) -> HttpResponseBase:
    """Answer frozen content by its canonical bytes, so that the entity tag is their hash."""
    etag = f'"{digest}"'
    response = HttpResponse(
        canonical(content),
        content_type="application/json",
        headers={"ETag": etag, "Cache-Control": "no-cache"},
    )
    return get_conditional_response(request._request, etag=etag, response=response) or response
