"""Published results for programs: the very content of the pages, with its hash as entity tag.

Open to everybody; what is not released does not exist. Reviewers record a review here as they do on the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports.scorecards import access, publishing, taking_down
from reports.scorecards.content import canonical
from reports.scorecards.models import Publication, Scorecard, Takedown
from surveys.people.api import Filtered, Pages
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


class TakedownDecisionSerializer(serializers.Serializer[Takedown]):
    """What a second person decides."""

    agree = serializers.BooleanField(help_text="Whether the publication is taken down.")


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


class FiguresSerializer(serializers.Serializer[Scorecard]):
    """The headline figures of one department in one released wave; numbers are decimal strings."""

    wave = serializers.CharField(source="publication.wave.slug")
    number = serializers.IntegerField(source="publication.number")
    released_at = serializers.DateTimeField(source="publication.published_at")
    judged = serializers.BooleanField(source="content.judged")
    figures = serializers.DictField(source="content.figures")
    content_hash = serializers.CharField()


class TakedownSerializer(serializers.Serializer[Takedown]):
    """A publication that was taken down, or is proposed to be."""

    id = serializers.IntegerField(read_only=True)
    wave = serializers.CharField(source="publication.wave.slug", read_only=True)
    number = serializers.IntegerField(source="publication.number", read_only=True)
    rule = serializers.ChoiceField(choices=Takedown.Rule.choices)
    reason = serializers.CharField(help_text="20 to 2,000 characters; published on the tombstone.")
    taken_down_at = serializers.DateTimeField(source="agreed_at", read_only=True)
    organisations = serializers.SerializerMethodField(help_text="Whom the two people worked for.")

    def get_organisations(self, takedown: Takedown) -> list[str]:
        """List whom the two people worked for who decided it."""
        return takedown.organisations


class Unchanging:
    """A list of what is released: its entity tag changes with every release and with nothing else."""

    def answered(self, request: Request, found: Response) -> HttpResponseBase:
        """Return the list, or 304 to whoever has it already."""
        place = repr((access.state_of_releases(), request.get_full_path(), request.accepted_media_type))
        return tagged(request._request, found, sha256(place.encode()).hexdigest()[:32])


class Results(Unchanging, Filtered, ListAPIView[Publication]):
    """The released waves."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    pagination_class = Pages
    serializer_class = ReleaseSerializer
    filters = {
        "wave": "wave__slug",
        "questionnaire": "content__questionnaire",
        "judged": "content__judged",
        "department": "scorecards__department__code",
    }
    flags = frozenset({"judged"})

    def get_queryset(self) -> QuerySet[Publication]:
        """Return the waves asked for."""
        return self.narrowed(access.published().defer("content"), self.request)

    @extend_schema(
        operation_id="results_list",
        parameters=[
            OpenApiParameter("wave", str, description="The wave's short name."),
            OpenApiParameter("questionnaire", str, description="The questionnaire's code."),
            OpenApiParameter("judged", bool, description="Whether the wave may judge departments."),
            OpenApiParameter("department", str, description="The code of a department that was rated."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the current publication of every released wave, newest first, by page."""
        return self.answered(request, super().get(request, *args, **kwargs))


class AllFigures(Unchanging, Filtered, ListAPIView[Scorecard]):
    """The headline figures over waves and departments."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    pagination_class = Pages
    serializer_class = FiguresSerializer
    filters = {
        "wave": "publication__wave__slug",
        "department": "department__code",
        "status": "content__figures__status",
        "judged": "content__judged",
    }
    flags = frozenset({"judged"})

    def get_queryset(self) -> QuerySet[Scorecard]:
        """Return the scorecards asked for."""
        return self.narrowed(access.current_scorecards(), self.request)

    @extend_schema(
        operation_id="figures_list",
        tags=["results"],
        parameters=[
            OpenApiParameter("wave", str, description="The wave's short name."),
            OpenApiParameter("department", str, description="The department's code."),
            OpenApiParameter("status", str, description="publishable, indicative, suppressed or none."),
            OpenApiParameter("judged", bool, description="Whether the wave may judge departments."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the headline figures of every department in every released wave, newest first, by page."""
        return self.answered(request, super().get(request, *args, **kwargs))


class Takedowns(Unchanging, ListAPIView[Takedown]):
    """What was taken down."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    pagination_class = Pages
    serializer_class = TakedownSerializer

    def get_queryset(self) -> QuerySet[Takedown]:
        """Return the tombstones."""
        return access.takedowns()

    @extend_schema(operation_id="takedowns_list", tags=["publications"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the publications that were taken down, the last first, each with its rule and reason, by page."""
        return self.answered(request, super().get(request, *args, **kwargs))


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
        return frozen(request._request, publication.content, publication.content_hash)


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
        return frozen(request._request, scorecard.content, scorecard.content_hash)


class Review(APIView):
    """The review of a sealed publication."""

    permission_classes = (IsAuthenticated, MayReview)

    @extend_schema(operation_id="publications_review", request=None, responses=StandingSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Record that the reviewer looked at coverage, quality and disclosure."""
        publication = get_object_or_404(access.publications_visible_to(request.user), pk=pk)
        with _refusing():
            reviewed = publishing.review(publication, by=_reviewer(request))
        return Response(StandingSerializer(reviewed).data)


class MayTakeDown(BasePermission):
    """Reviewers and auditors."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader's role may take part in taking something down."""
        return isinstance(request.user, User) and may(request.user, Deed.TAKE_DOWN)


class ProposeTakedown(APIView):
    """A proposal to take a released publication down."""

    permission_classes = (IsAuthenticated, MayTakeDown)

    @extend_schema(
        operation_id="publications_takedown",
        request=TakedownSerializer,
        responses={201: TakedownSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Propose to take a released publication down; a second person of another organisation decides."""
        publication = get_object_or_404(access.publications_visible_to(request.user), pk=pk)
        asked = TakedownSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with _refusing():
            made = taking_down.propose(publication, **asked.validated_data, by=_reviewer(request))
        return Response(TakedownSerializer(made).data, status=201)


class DecideTakedown(APIView):
    """The decision about somebody else's proposal."""

    permission_classes = (IsAuthenticated, MayTakeDown)

    @extend_schema(
        operation_id="takedowns_decide",
        tags=["publications"],
        request=TakedownDecisionSerializer,
        responses={200: TakedownSerializer, 204: None},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Agree that a publication is taken down, or leave it as it is."""
        takedown = get_object_or_404(Takedown.objects.select_related("publication__wave"), pk=pk)
        asked = TakedownDecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with _refusing():
            if not asked.validated_data["agree"]:
                taking_down.refuse(takedown, by=_reviewer(request))
                return Response(status=204)
            return Response(TakedownSerializer(taking_down.agree(takedown, by=_reviewer(request))).data)


@contextmanager
def _refusing() -> Iterator[None]:
    """Answer 400 with what does not hold."""
    try:
        yield
    except ValidationError as error:
        told = error.message_dict if hasattr(error, "error_dict") else {"detail": error.messages}
        raise serializers.ValidationError(told) from None


def _reviewer(request: Request) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _released(find: Any, *names: str, number: int | None) -> Any:
    try:
        return find(*names, number)
    except ObjectDoesNotExist:
        raise Http404 from None


def tagged(
    request: HttpRequest, answer: HttpResponse, tag: str, *, kept: str = "no-cache"
) -> HttpResponseBase:
    """Answer with `tag` as entity tag, or 304 to whoever has it already; `kept` says who may keep it."""
    etag = f'"{tag}"'
    answer.headers["ETag"], answer.headers["Cache-Control"] = etag, kept
    return get_conditional_response(request, etag=etag, response=answer) or answer


def frozen(request: HttpRequest, content: Any, digest: str) -> HttpResponseBase:
    """Answer frozen content by its canonical bytes, so that the entity tag is their hash."""
    return tagged(request, HttpResponse(canonical(content), content_type="application/json"), digest)
