"""The files beside a results page, from frozen content or as they were printed. What is not released has no files."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from reports.exports.base import Bundle, Export, Paper, Sheet
from reports.exports.registry import export_named
from reports.scorecards import access
from reports.scorecards.models import Publication, Scorecard

READ_IN_PLACE = ("application/json", "text/plain", "application/pdf")  # anything else is saved


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
    own = access.scorecards_of(publication).filter(pk=scorecard.pk)
    return _file(request, name, publication, own, about=scorecard.department.code)


def _file(
    request: HttpRequest,
    name: str,
    publication: Publication,
    scorecards: QuerySet[Scorecard],
    *,
    about: str = "",
) -> HttpResponseBase:
    try:
        export = export_named(name, publication.content["format"])
    except LookupError:
        raise Http404 from None
    # The publication is frozen, so its hash, the file's name and whom it is about stand for the bytes.
    etag = f'"{publication.content_hash[:32]}-{publication.number}-{about}-{name}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = _answer(export, publication, scorecards, about)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = _disposition(export)
    return response


def _answer(
    export: Export, publication: Publication, scorecards: QuerySet[Scorecard], about: str
) -> HttpResponseBase:
    """Answer what was printed; what was not is streamed from the content, but for papers, which are never made late."""

    def paper(name: str) -> bytes | None:
        found = publication.papers.filter(about=about, name=name).values_list("body", flat=True).first()
        return None if found is None else bytes(found)

    kept = paper(export.name) if export.is_kept else None
    if kept is not None:
        return HttpResponse(kept, content_type=export.media_type)
    if isinstance(export, Paper):
        raise Http404

    def sheets() -> Iterator[Sheet]:
        for scorecard in scorecards.iterator(chunk_size=20):
            yield Sheet(scorecard.department.code, scorecard.content, scorecard.dataset)

    bundle = Bundle(publication.content, sheets, about, paper)
    return StreamingHttpResponse(export.chunks(bundle), content_type=export.media_type)


def _disposition(export: Export) -> str:
    """Name the file for whoever saves it as method.json and SHA256SUMS call it, so that a saved set can be checked."""
    kind = "inline" if export.media_type.partition(";")[0] in READ_IN_PLACE else "attachment"
    return f'{kind}; filename="{export.name}"'
