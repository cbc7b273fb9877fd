"""The trial of an analysis: it is finished only when no small number follows from its counts of people.

It is taken whenever an analysis comes, also long after the release beside which it stands, so that nobody ever reads
one that was not tried. The counts are held against themselves as a publication's are (`reports.disclosures`).
"""

from collections.abc import Mapping

from reports.analyses.content import Participation
from reports.estimation.differencing import recovered


class TellsTooMuch(ValueError):
    """How many few people did something follows from an analysis; it names what, never the number."""


def refuse_what_tells(told: Participation, *, base: int) -> None:
    """Raise `TellsTooMuch` when a count of 1 to `base` - 1 people follows from who was asked and who took part."""
    came = {one.code: one.took_part for one in told.strata}
    stayed = {
        one.code: None if one.invited is None or one.took_part is None else one.invited - one.took_part
        for one in told.strata
    }
    by_channel = {one["channel"]: one["people"] for one in told.channels}
    for what, parts, total in (
        ("strata", came, told.took_part),
        ("strata, who did not", stayed, told.did_not),
        ("channels", by_channel, told.took_part),
    ):
        if parts and total is not None and _is_told(parts, total, base):
            raise TellsTooMuch(what)


def _is_told(parts: Mapping[str, int | None], total: int, base: int) -> bool:
    shown = {frozenset({code}): n for code, n in parts.items() if n is not None}
    return any(len(units) == 1 for units in recovered(shown | {frozenset(parts): total}, base=base))
