"""The reader's own notices, and how far a wave has got on its way to the release, for programs; never a figure."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports.notices import access, noticing
from reports.notices.models import Notice
from reports.notices.standings import STATES, Standing, standing_of
from reports.notices.telling import address, sentence
from surveys.people.access import has_role
from surveys.people.api import Pages
from surveys.people.models import User
from surveys.people.roles import Deed, may


class HasRole(BasePermission):
    """Staff with a role."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader has a role at all."""
        return has_role(request.user)


class MaySeeFieldwork(BasePermission):
    """Staff who watch fieldwork."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader's role may see how far a wave has got."""
        return isinstance(request.user, User) and may(request.user, Deed.SEE_FIELDWORK)


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """One notice."""

    wave = serializers.CharField(source="wave.slug", read_only=True)
    sentence = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField(help_text="the path of the page that it is about")

    class Meta:
        model = Notice
        fields = ("id", "kind", "wave", "number", "sentence", "page", "at", "read_at")
        read_only_fields = fields

    def get_sentence(self, notice: Notice) -> str:
        """Return what is told, in the language of the request."""
        return sentence(notice)

    def get_page(self, notice: Notice) -> str:
        """Return the path of the page that it is about."""
        return address(notice)


class WaveProgressSerializer(serializers.Serializer[Standing]):
    """How far a wave has got."""

    state = serializers.ChoiceField(choices=list(STATES))
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute of that name
    done = serializers.IntegerField(help_text="departments evaluated")
    parts = serializers.IntegerField(help_text="departments to be evaluated")
    problem = serializers.CharField()
    analysis = serializers.CharField(
        help_text="how far the analysis has got, which runs beside the other steps"
    )
    release_at = serializers.DateTimeField()


@extend_schema_view(get=extend_schema(operation_id="notices_list"))
class Notices(ListAPIView[Notice]):
    """List the reader's own notices, newest first."""

    permission_classes = (IsAuthenticated, HasRole)
    pagination_class = Pages
    serializer_class = NoticeSerializer
    queryset = Notice.objects.none()

    def get_queryset(self):  # type: ignore[no-untyped-def]  # DRF's stub wants the untyped manager
        """Return the reader's own."""
        return access.notices_visible_to(self.request.user)


class NoticeRead(APIView):
    """Reading a notice."""

    permission_classes = (IsAuthenticated, HasRole)

    @extend_schema(operation_id="notices_read", request=None, responses=NoticeSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Mark one of the reader's own notices as read; twice is once."""
        if not has_role(request.user):
            raise PermissionDenied
        try:
            return Response(NoticeSerializer(noticing.read(request.user, pk=pk)).data)
        except noticing.NoticeNotYours:
            raise NotFound from None


class WaveProgress(APIView):
    """The way of one wave to its release."""

    permission_classes = (IsAuthenticated, MaySeeFieldwork)

    @extend_schema(operation_id="evaluations_progress", responses=WaveProgressSerializer)
    def get(self, request: Request, wave_id: int) -> Response:
        """Say how far a wave has got on its way to the release; a wave that has not begun waits."""
        return Response(WaveProgressSerializer(standing_of(wave_id)).data)
