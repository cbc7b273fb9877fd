"""Pieces of upper storeys and rooms on pages of lower ones, which do not know them."""

from typing import Any

from django import template

from reports.notices.access import unread_by
from reports.notices.standings import standing_of
from surveys.responses import screening

register = template.Library()


@register.inclusion_tag("reports/notices/_progress.html")
def evaluation_progress(wave_id: int, brief: bool = False) -> dict[str, Any]:
    """Show how far a wave has got on its way to the release; the piece then keeps itself up to date."""
    return {"standing": standing_of(wave_id), "wave_id": wave_id, "brief": brief}


@register.simple_tag(takes_context=True)
def unread_notices(context: template.Context) -> int:
    """Count the notices that the reader of the page has not read. One query."""
    request = context.get("request")
    return unread_by(request.user) if request else 0


@register.inclusion_tag("surveys/responses/_screening_rules.html")
def screening_rules(version: str) -> dict[str, Any]:
    """Show the rules by which a wave that declared this version flags records."""
    return {"rules": screening.rules_of(version)}
