"""Pieces of upper storeys and rooms on pages of lower ones, which do not know them."""

from typing import Any

from django import template

from reports.evaluations.access import progress_of
from surveys.responses import screening

register = template.Library()


@register.inclusion_tag("reports/evaluations/_progress.html")
def evaluation_progress(wave_id: int) -> dict[str, Any]:
    """Show how far the evaluation of a wave has got; the piece then keeps itself up to date."""
    return {"standing": progress_of(wave_id), "wave_id": wave_id}


@register.inclusion_tag("surveys/responses/_screening_rules.html")
def screening_rules(version: str) -> dict[str, Any]:
    """Show the rules by which a wave that declared this version flags records."""
    return {"rules": screening.rules_of(version)}
