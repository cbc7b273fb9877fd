"""Pieces of the upper storey on pages of the lower one, which does not know it."""

from typing import Any

from django import template

from reports.evaluations.access import progress_of

register = template.Library()


@register.inclusion_tag("reports/evaluations/_progress.html")
def evaluation_progress(wave_id: int) -> dict[str, Any]:
    """Show how far the evaluation of a wave has got; the piece then keeps itself up to date."""
    return {"standing": progress_of(wave_id), "wave_id": wave_id}
