"""Released analyses for programs: the very content of the page, with its hash as entity tag."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from reports.analyses import access
from reports.scorecards.access import asked_number
from reports.scorecards.api import NUMBER, frozen


class WaveAnalysis(APIView):
    """What is reported beside the scores of one released wave."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(operation_id="analyses_wave", parameters=[NUMBER], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, wave: str) -> HttpResponseBase:
        """Return key drivers, reliability and representativity of a wave; none of it is part of a score."""
        return canonical_response(request._request, wave)


def canonical_response(request: HttpRequest, wave: str) -> HttpResponseBase:
    """Answer a released analysis by its canonical bytes, so that the entity tag is their hash."""
    try:
        found = access.released_analysis(wave, asked_number(request.GET.get("number", "")))
    except ObjectDoesNotExist:
        raise Http404 from None
    return frozen(request, found.content, found.content_hash)
