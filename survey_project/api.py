"""The front door of the API: an index of its endpoints, and refusals in JSON wherever an address begins with /api/.

Refusals that never reach a view of the API (no such address, a malformed request, a fault) have the format of those
that do: an object with `detail`.
"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import cleandoc
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

import reports.urls
import surveys.urls

ENDPOINTS = [*surveys.urls.api_urlpatterns, *reports.urls.api_urlpatterns]
View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD", "OPTIONS")
METHODS = ("get", "post", "put", "patch", "delete")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")

EndpointSerializer = inline_serializer(
    "Endpoint",
    {
        "url": serializers.CharField(help_text="absolute; names in braces stand for values"),
        "methods": serializers.ListField(child=serializers.CharField()),
        "about": serializers.CharField(),
    },
)
IndexSerializer = inline_serializer(
    "Index",
    {
        "schema": serializers.URLField(help_text="OpenAPI 3"),
        "docs": serializers.URLField(),
        "endpoints": serializers.ListField(child=EndpointSerializer),
    },
)


@extend_schema(operation_id="index", tags=["index"], responses=IndexSerializer)
@api_view(["GET"])
@permission_classes([AllowAny])
def index(request: Request) -> Response:
    """List the endpoints that the reader may try, each with its methods and a sentence.

    Without a token these are the ones open to everybody; members of staff send theirs as “Authorization: Token …”.
    """
    root = request.build_absolute_uri(reverse("api-index"))
    return Response(
        {
            "schema": request.build_absolute_uri(reverse("api-schema")),
            "docs": request.build_absolute_uri(reverse("api-docs")),
            "endpoints": [
                {
                    "url": root + ARGUMENT.sub(r"{\1}", str(pattern.pattern)),
                    "methods": [method.upper() for method in METHODS if hasattr(view, method)],
                    "about": _about(view),
                }
                for pattern in ENDPOINTS
                if _may_try(view := _view_of(pattern), request)
            ],
        }
    )


login_not_required(index)


def refusal(status: int, words: str, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """Return a refusal as the API words all of them."""
    return JsonResponse({"detail": words}, status=status, headers=headers)


def read_only(view: View) -> View:
    """Let nothing but reading through to a view that words its own refusals in other formats than JSON."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READING:
            return view(request, *args, **kwargs)
        return refusal(405, _("This address can only be read."), headers={"Allow": ", ".join(READING)})

    return answer


def is_for_programs(request: HttpRequest) -> bool:
    """Say whether an address is the API's, so that its answers are read by programs."""
    return request.path_info.startswith("/api/")


def _view_of(pattern: Any) -> Any:
    """Return the class behind an endpoint; the function views of the API have one as well."""
    return pattern.callback.cls


def _may_try(view: Any, request: Request) -> bool:
    """Say whether the view's own permissions let the reader in; what it asks of a deed is found out there."""
    return all(permission().has_permission(request, view) for permission in view.permission_classes)


def _about(view: Any) -> str:
    """Return the first sentence that the view, or the only thing it does, says of itself."""
    own = [words for method in METHODS if (words := getattr(getattr(view, method, None), "__doc__", None))]
    words = own[0] if len(own) == 1 else view.__doc__ or ""
    return " ".join(cleandoc(words).split("\n\n")[0].split())
