"""Who was asked and who took part: outcomes, response by stratum, R-indicator, and what the weights cost.

It says how evenly the chance to take part was spread, never what the others would have said. A stratum in which fewer
than the base took part, or did not, is hidden, and what would give it away (`docs/methodology.md` §13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.analyses.content import Participation, StratumFigures, Why
from reports.estimation.disclosure import Table, suppress, suppress_complementary
from reports.estimation.estimate import BoolArray, NotEstimable, Reason
from reports.estimation.representativity import Representativity, r_indicator
from reports.evaluations.digits import published
from reports.evaluations.grouping import united
from reports.evaluations.layers import layers_of
from reports.scorecards.content import CHANNELS

if TYPE_CHECKING:  # only evaluations opens the door itself
    from surveys.tallies import StratumDesign, WaveDesign

REASONS = {
    Reason.NO_VARIATION: Why.NO_VARIATION,
    Reason.SINGULAR: Why.SINGULAR,
    Reason.NO_CONVERGENCE: Why.NO_CONVERGENCE,
    Reason.NO_WEIGHT: Why.TOO_FEW_PEOPLE,
}


def participation_of(wave: WaveDesign, *, base: int) -> Participation:
    """Count the outcomes of a wave, by stratum where that may be shown; `base` is the wave's smallest base."""
    by_channel = {channel: n for (klass, channel), n in sorted(wave.people.items()) if klass == wave.klass}
    took_part = sum(by_channel.values())
    if took_part < base:
        return Participation(Why.TOO_FEW_PEOPLE)
    channels, strata = _channels(by_channel, base), wave.strata
    known = [stratum.invited for stratum in strata if stratum.invited is not None]
    asked = np.array(known, dtype=np.int64)
    came = np.array([stratum.people for stratum in strata], dtype=np.int64)
    if not wave.judged or len(known) < len(strata) or (asked < came).any():
        # Imported and open waves: nobody can say who was asked and did not come.
        alone = np.zeros(len(strata), dtype=bool)
        reason = Why.NOT_INVITED
        return Participation(reason, reason, took_part, channels, kish=_kish(wave, base, alone))
    total, stayed_away = int(asked.sum()), int((asked - came).sum())
    cells = suppress_complementary(np.column_stack([came, asked - came]), k=base)
    hidden = np.asarray(cells[:-1, :2].any(axis=1))
    kish = _kish(wave, base, hidden)
    if 0 < stayed_away < base:
        return Participation(Why.TOO_FEW_PEOPLE, Why.TOO_FEW_PEOPLE, took_part, channels, kish=kish)
    found, groups = _indicator(strata, hidden)
    r = found if isinstance(found, Representativity) else None
    return Participation(
        reason=None,
        r_reason=found if isinstance(found, str) else None,
        took_part=took_part,
        channels=channels,
        invited=total,
        did_not=stayed_away,
        rate=published(took_part / total),
        strata=tuple(
            _stratum(stratum, bool(is_hidden)) for stratum, is_hidden in zip(strata, hidden, strict=True)
        )
        if len(strata) > 1
        else (),
        r=published(r.r) if r else None,
        cv=published(r.cv) if r else None,
        groups=groups if r else None,
        kish=kish,
    )


def _stratum(stratum: StratumDesign, hidden: bool) -> StratumFigures:
    invited = stratum.invited or 0
    return StratumFigures(
        stratum.code,
        dict(stratum.names),
        invited,
        None if hidden else stratum.people,
        None if hidden or not invited else published(stratum.people / invited),
    )


def _indicator(strata: Sequence[StratumDesign], hidden: BoolArray) -> tuple[Representativity | str, int]:
    """Compare the chances to respond between strata; hidden ones count as one, or R would give them away.

    A person stands for the residents of the stratum where these are known, for R is about the people of the frame.
    """
    known = all(stratum.population is not None for stratum in strata)
    apart = [[stratum] for stratum, is_hidden in zip(strata, hidden, strict=True) if not is_hidden]
    together = [stratum for stratum, is_hidden in zip(strata, hidden, strict=True) if is_hidden]
    groups = [one for one in [*apart, together] if sum(stratum.invited or 0 for stratum in one)]
    if len(groups) < 2:
        return Why.ONE_STRATUM, len(groups)
    x, responded, weight = [], [], []
    for g, group in enumerate(groups):
        invited, came = (sum(n) for n in zip(*((s.invited or 0, s.people) for s in group), strict=True))
        each = sum(s.population or 0 for s in group) / invited if known else 1.0
        line = [1.0, *(float(g == column) for column in range(1, len(groups)))]
        x += [line, line]
        responded += [1.0, 0.0]
        weight += [each * came, each * (invited - came)]
    counted = np.array(weight) > 0
    found = r_indicator(np.array(x)[counted], np.array(responded)[counted], np.array(weight)[counted])
    return (REASONS[found.reason] if isinstance(found, NotEstimable) else found), len(groups)


def _channels(by_channel: Mapping[int, int], base: int) -> tuple[Mapping[str, Any], ...]:
    """Count people by channel; what is too small is hidden, and what would give it away beside the total."""
    found = {channel: n for channel, n in by_channel.items() if n}
    counts = list(found.values())
    table = Table(
        np.array([*counts, sum(counts)], dtype=np.float64), ((len(counts), tuple(range(len(counts)))),)
    )
    hidden = suppress(table, k=base)
    return tuple(
        {"channel": CHANNELS[channel], "people": None if hidden[place] else n}
        for place, (channel, n) in enumerate(found.items())
    )


def _kish(wave: WaveDesign, base: int, hidden: BoolArray) -> str | None:
    """Give 1 + cv² of the weights of the people; None in a wave without weights.

    Small strata are joined as everywhere, and `hidden` ones (H,) too: weights of their own would give them away.
    """
    if not wave.judged:
        return None
    layers = layers_of(wave)
    groups = layers.groups(layers.people, base=base)
    small = np.array([hidden[list(strata)].any() for strata in layers.strata])
    together = tuple(int(place) for place in np.flatnonzero(small[layers.stratum]))
    groups = united(groups, (together,)) if together else groups
    peopled = [group for group in groups if layers.people[list(group)].any()]
    n = np.array([layers.people[list(group)].sum() for group in peopled], dtype=np.float64)
    w = np.array([layers.weight_of(group) for group in peopled])
    return published(float(n.sum() * (n @ w**2) / (n @ w) ** 2))
