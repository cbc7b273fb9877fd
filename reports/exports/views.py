"""The files beside a results page, streamed from frozen content. What is not released has no files."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from reports.exports.base import Bundle, Sheet
from reports.exports.registry import export_named
from reports.scorecards import access
from reports.scorecards.models import Publication, Scorecard


@login_not_required
@require_safe
def wave_file(request: HttpRequest, wave: str, name: str) -> HttpResponseBase:
    """Answer a file about a whole released wave."""
    try:
        publication = access.published_wave(wave, access.asked_number(request.GET.get("number", "")))
    except Publication.DoesNotExist:
        raise Http404 from None
    return _file(request, name, publication, access.scorecards_of(publication))


@login_not_required
@require_safe
def department_file(request: HttpRequest, wave: str, department: str, name: str) -> HttpResponseBase:
    """Answer a file about one department of a released wave."""
    try:
        scorecard = access.published_scorecard(
            wave, department, access.asked_number(request.GET.get("number", ""))
        )
    except Scorecard.DoesNotExist:
        raise Http404 from None
    publication = scorecard.publication
    return _file(request, name, publication, access.scorecards_of(publication).filter(pk=scorecard.pk))


def _file(
    request: HttpRequest, name: str, publication: Publication, scorecards: QuerySet[Scorecard]
) -> HttpResponseBase:
    try:
        export = export_named(name, publication.content["format"])
    except LookupError:
        raise Http404 from None
    about = scorecards.values_list("pk", flat=True)
    # The publication is frozen, so its hash, the file's name and whom it is about stand for the bytes.
    etag = f'"{publication.content_hash[:32]}-{publication.number}-{len(about)}-{about[0] if about else 0}-{name}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged

    def sheets() -> Iterator[Sheet]:
        for scorecard in scorecards.iterator(chunk_size=20):
            yield Sheet(scorecard.department.code, scorecard.content, scorecard.dataset)

    bundle = Bundle(publication.content, sheets)
    response = StreamingHttpResponse(
        export.chunks(bundle),
        content_type=export.media_type,
        headers={"ETag": etag, "Cache-Control": "no-cache"},
    )
    if export.media_type.startswith("text/csv"):
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
