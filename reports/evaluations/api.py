"""How far evaluations have got, for programs of staff; never a value."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from reports.evaluations.access import evaluations_visible_to
from reports.evaluations.models import Evaluation
from surveys.people.api import Pages
from surveys.people.models import User
from surveys.people.roles import Deed, may


class MaySeeFieldwork(BasePermission):
    """Staff who watch fieldwork."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader's role may see how far a wave has got."""
        return isinstance(request.user, User) and may(request.user, Deed.SEE_FIELDWORK)


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """The standing of one evaluation."""

    parts_done = serializers.IntegerField(read_only=True)
    parts = serializers.IntegerField(source="parts_all", read_only=True)

    class Meta:
        model = Evaluation
        fields = (
            "id",
            "wave",
            "number",
            "progress",
            "parts_done",
            "parts",
            "error",
            "due_at",
            "done_at",
        )
        read_only_fields = fields


@extend_schema_view(get=extend_schema(operation_id="evaluations_list"))
class Evaluations(ListAPIView[Evaluation]):
    """List evaluations, newest first, with their progress."""

    permission_classes = (IsAuthenticated, MaySeeFieldwork)
    pagination_class = Pages
    serializer_class = EvaluationSerializer
    queryset = Evaluation.objects.none()

    def get_queryset(self):  # type: ignore[no-untyped-def]  # DRF's stub wants the untyped manager
        """Return what the reader may see."""
        return evaluations_visible_to(self.request.user).order_by("-id")
