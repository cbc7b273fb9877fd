"""Departments, places and service points for programs.

Reading only: the trees are changed in the office. A query parameter that is no declared filter is refused, so that
a misspelt filter never returns everything.
"""

from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from surveys import strict_json
from surveys.people import access
from surveys.people.models import Department, Place, ServicePoint

PAGING = frozenset({"limit", "offset", "lang", "format"})


class StrictJSONParser(BaseParser):
    """Parse a body of bounded size as strict JSON; for the API of every room above, too."""

    media_type = "application/json"
    largest = 256 * 2**10

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value in the body."""
        body = stream.read(self.largest + 1)
        if len(body) > self.largest:
            raise ParseError(_("The body is larger than %(most)d bytes.") % {"most": self.largest})
        try:
            return strict_json.read(body)
        except strict_json.BadJSON as error:
            raise ParseError(str(error)) from error


class HasRole(BasePermission):
    """Members of staff with a role."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the reader has a role."""
        return access.has_role(request.user)


class Pages(LimitOffsetPagination):
    """Pages of a bounded size."""

    default_limit = 50
    max_limit = 200


class Filtered:
    """A list narrowed by declared filters, and by nothing else."""

    filters: ClassVar[Mapping[str, str]] = {}  # query parameter → lookup
    whole_numbers: ClassVar[frozenset[str]] = frozenset()
    flags: ClassVar[frozenset[str]] = frozenset()

    def narrowed(self, rows: QuerySet[Any], request: Request) -> QuerySet[Any]:
        """Return the rows that the query parameters ask for; raises for a parameter or value that is none."""
        for name in request.query_params:
            value = request.query_params.get(name, "")
            if name in PAGING:
                continue
            if name not in self.filters:
                known = ", ".join(sorted(self.filters)) or "—"
                raise ValidationError(
                    {name: [_("There is no such filter; known: %(known)s.") % {"known": known}]}
                )
            rows = rows.filter(**{self.filters[name]: self._value(name, value)})
        return rows

    def _value(self, name: str, value: str) -> Any:
        if name in self.flags:
            if value not in ("true", "false"):
                raise ValidationError({name: [_("Write true or false.")]})
            return value == "true"
        if name in self.whole_numbers:
            if not (value.isascii() and value.isdigit() and len(value) < 10):
                raise ValidationError({name: [_("Write a whole number.")]})
            return int(value)
        if "\0" in value:
            raise ValidationError({name: [_("This value cannot be searched for.")]})
        return value


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department."""

    parent: Any = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Department
        fields = ["code", "names", "parent", "position", "is_active"]
        read_only_fields = fields


class PlaceSerializer(serializers.ModelSerializer[Place]):
    """A place."""

    parent: Any = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Place
        fields = ["code", "names", "parent", "level", "population", "position", "is_active"]
        read_only_fields = fields


class ServicePointSerializer(serializers.ModelSerializer[ServicePoint]):
    """A service point."""

    department: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    place: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = ServicePoint
        fields = ["code", "names", "department", "place", "is_active"]
        read_only_fields = fields


class Departments(Filtered, ListAPIView[Department]):
    """List the departments that the reader may see."""

    permission_classes = [HasRole]
    pagination_class = Pages
    serializer_class = DepartmentSerializer
    filters = {"parent": "parent__code", "is_active": "is_active"}
    flags = frozenset({"is_active"})

    def get_queryset(self) -> QuerySet[Department]:
        """Return the departments asked for."""
        return self.narrowed(
            access.departments_visible_to(self.request.user).select_related("parent"), self.request
        )

    @extend_schema(parameters=[OpenApiParameter("parent", str), OpenApiParameter("is_active", bool)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the departments that the reader may see, by page."""
        return super().get(request, *args, **kwargs)


class OneDepartment(RetrieveAPIView[Department]):
    """Return one department."""

    permission_classes = [HasRole]
    serializer_class = DepartmentSerializer
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Department]:
        """Return the departments that the reader may see."""
        return access.departments_visible_to(self.request.user).select_related("parent")


class Places(Filtered, ListAPIView[Place]):
    """List the places."""

    permission_classes = [HasRole]
    pagination_class = Pages
    serializer_class = PlaceSerializer
    filters = {"parent": "parent__code", "level": "level", "is_active": "is_active"}
    whole_numbers = frozenset({"level"})
    flags = frozenset({"is_active"})

    def get_queryset(self) -> QuerySet[Place]:
        """Return the places asked for."""
        return self.narrowed(
            access.places_visible_to(self.request.user).select_related("parent"), self.request
        )

    @extend_schema(
        parameters=[
            OpenApiParameter("parent", str),
            OpenApiParameter("level", OpenApiTypes.INT),
            OpenApiParameter("is_active", bool),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the places, by page."""
        return super().get(request, *args, **kwargs)


class ServicePoints(Filtered, ListAPIView[ServicePoint]):
    """List the service points that the reader may see."""

    permission_classes = [HasRole]
    pagination_class = Pages
    serializer_class = ServicePointSerializer
    filters = {"department": "department__code", "place": "place__code", "is_active": "is_active"}
    flags = frozenset({"is_active"})

    def get_queryset(self) -> QuerySet[ServicePoint]:
        """Return the service points asked for."""
        rows = access.service_points_visible_to(self.request.user).select_related("department", "place")
        return self.narrowed(rows, self.request)

    @extend_schema(
        parameters=[
            OpenApiParameter("department", str),
            OpenApiParameter("place", str),
            OpenApiParameter("is_active", bool),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List the service points that the reader may see, by page."""
        return super().get(request, *args, **kwargs)
