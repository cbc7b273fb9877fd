"""What a draft or an edition can and cannot measure."""

from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from surveys.questionnaires import access, measuring
from surveys.questionnaires.measures import DimensionShare, PartMeasures
from surveys.questionnaires.views.desks import department_choices


@require_GET
def measures(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Say what the draft, or an edition, can measure, compared with the edition before it."""
    access.require_reader(request.user)
    questionnaire = get_object_or_404(access.questionnaires_visible_to(request.user), pk=pk)
    edition = None
    earlier = questionnaire.editions.all()
    if number is not None:
        edition = get_object_or_404(earlier, number=number)
        earlier = earlier.filter(number__lt=number)
    last = earlier.first()
    found = measuring.measures_of(
        edition.document if edition else questionnaire.draft,
        names=dict(department_choices()),
        before=last.document if last else None,
    )
    context = {
        "questionnaire": questionnaire,
        "edition": edition,
        "last": last,
        "measures": found,
        "parts": [_shown(part, number) for number, part in enumerate(found.parts)],
    }
    return render(request, "surveys/questionnaires/measures.html", context)


def _shown(part: PartMeasures, number: int) -> dict[str, Any]:
    """Return a part with its picture: bars whose sizes are per cent of the width."""
    return {
        "part": part,
        "anchor": f"part-{number}",
        "bars": [_bar(dimension, place) for place, dimension in enumerate(part.dimensions)],
    }


def _bar(dimension: DimensionShare, place: int) -> dict[str, Any]:
    return {
        "name": dimension.name,
        "start": _size(dimension.start),
        "width": _size(dimension.weight),
        "share": _per_cent(dimension.weight),
        "tone": place % 6 + 1,
        "items": [
            {
                "code": item.code,
                "text": item.text,
                "within": _per_cent(item.within),
                "of_index": _per_cent(item.of_index),
                "width": _size(item.of_index),
            }
            for item in dimension.items
        ],
    }


def _size(share: Fraction) -> str:
    """Return a share as an SVG length, per cent of the width, whatever the language of the page."""
    return f"{float(100 * share):.4f}"


def _per_cent(share: Fraction) -> str:
    """Return a share in per cent with one decimal, as far as there is one."""
    return f"{float(100 * share):.1f}".removesuffix(".0")
