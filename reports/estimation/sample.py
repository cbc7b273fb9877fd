"""The design and the observations, apart from any estimator.

Answers come in one form: *groups* of records that are alike in stratum, weighting cell, PSU and value, with
their count, sum of weights and sum of squared weights. A tally is such a table; a row is a group of one. So
tallies and rows go through the very same arithmetic (`Sample`), and no one needs a row to be judged fairly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from reports.estimation.estimate import BoolArray, FloatArray, IntArray

GRADES = 5


class Lonely(StrEnum):
    """What to do with a stratum of one PSU (`docs/methodology.md` §2; R's `survey.lonely.psu`)."""

    REFUSE = "refuse"
    CENTER = "center"
    AVERAGE = "average"
    REMOVE = "remove"
    CERTAINTY = "certainty"


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a wave: records in it (n_h, all answers to whatever item) and population (N_h or None).

    Where the design is clustered, `clusters` and `cluster_population` count PSUs and replace n_h and N_h in
    the variance. ValueError where a sample exceeds its population.
    """

    code: str
    respondents: int
    population: float | None = None
    clusters: int | None = None
    cluster_population: float | None = None

    def __post_init__(self) -> None:
        if self.respondents < 0:
            raise ValueError(f"Stratum {self.code}: respondents cannot be negative.")
        for sampled, population in (
            (self.respondents, self.population),
            (self.clusters, self.cluster_population),
        ):
            if sampled is not None and population is not None and not sampled <= population < np.inf:
                raise ValueError(
                    f"Stratum {self.code}: {sampled} sampled of a population of {population}. "
                    "Correct the declared population, or leave it out."
                )


@dataclass(frozen=True, slots=True)
class CellWeights:
    """Weights by stratum x weighting cell, as sums over *all* records of the wave, (H, G) each.

    `records` n, `weight` sum of w, `square` sum of w squared, `base` sum of weights before calibration;
    `margins` the declared margins as label arrays (G,) or (H, G); `raked` tells raking (unweighted residual
    means, as R does) from post-stratification. No margins: the weights are taken as they are.
    """

    records: IntArray
    weight: FloatArray
    square: FloatArray
    base: FloatArray
    margins: tuple[IntArray, ...] = ()
    raked: bool = False

    def each(self) -> FloatArray:
        """Give the weight of one record of each cell, (H, G); 0 where the cell is empty."""
        return np.divide(self.weight, self.records, out=np.zeros_like(self.weight), where=self.records > 0)


@dataclass(frozen=True, slots=True)
class Design:
    """How the people were asked: strata in declared order, weighting cells, and the lonely-PSU policy.

    `weights` is filled by `weighting.poststratify` or `weighting.rake`; without it records of stratum h weigh
    N_h/n_h, or 1 where the wave is self-selected or a population is unknown.
    """

    strata: tuple[Stratum, ...]
    cells: tuple[str, ...] = ("",)
    weights: CellWeights | None = None
    lonely: Lonely = Lonely.REFUSE
    self_selected: bool = False

    def __post_init__(self) -> None:
        if not self.strata:
            raise ValueError(
                "A design needs at least one stratum; an unstratified wave has one called 'all'."
            )

    @property
    def clustered(self) -> bool:
        """Tell whether records were drawn in clusters."""
        return any(stratum.clusters is not None for stratum in self.strata)

    def record_weights(self) -> FloatArray:
        """Give the weight of one record by stratum and cell, (H, G) (`docs/methodology.md` §2)."""
        if self.weights is not None:
            return self.weights.each()
        known = all(s.population is not None for s in self.strata)
        if self.self_selected or not known:
            return np.ones((len(self.strata), len(self.cells)))
        base = [(s.population or 0.0) / s.respondents if s.respondents else 0.0 for s in self.strata]
        return np.repeat(np.array(base)[:, None], len(self.cells), axis=1)

    def sampled(self) -> FloatArray:
        """Give n_h of the variance formula: PSUs where clustered, else records, (H,)."""
        return np.array(
            [float(s.respondents if s.clusters is None else s.clusters) for s in self.strata],
            dtype=np.float64,
        )

    def population(self) -> FloatArray:
        """Give N_h of the variance formula, infinite where unknown or self-selected (no fpc), (H,)."""
        sizes = [s.population if s.clusters is None else s.cluster_population for s in self.strata]
        unknown = [self.self_selected or size is None for size in sizes]
        return np.array([np.inf if u else float(size or 0.0) for u, size in zip(unknown, sizes, strict=True)])


@dataclass(frozen=True, slots=True)
class ItemTally:
    """Counts of one item's answers: a row per stratum (x cell x PSU), a column per grade 1..5.

    `n` (K, 5) records, `w` (K, 5) sums of their weights, `w2` (K, 5) sums of squared weights; `stratum`,
    `cell`, `psu` (K,) indices (cell and PSU may be None). It is `dataset.csv` as arrays.
    """

    stratum: IntArray
    n: IntArray
    w: FloatArray
    w2: FloatArray
    cell: IntArray | None = None
    psu: IntArray | None = None

    def __post_init__(self) -> None:
        shapes = {self.n.shape, self.w.shape, self.w2.shape}
        if len(shapes) != 1 or self.n.ndim != 2 or self.n.shape[0] != self.stratum.shape[0]:
            raise ValueError(f"A tally needs n, w and w2 of one shape (groups, grades), not {shapes}.")
        if np.any(self.n < 0) or np.any(self.w < 0) or np.any(self.w2 < 0):
            raise ValueError("A tally holds counts and weights; none can be negative.")

    @classmethod
    def of(
        cls,
        counts: ArrayLike,
        design: Design,
        *,
        stratum: ArrayLike | None = None,
        cell: ArrayLike | None = None,
        psu: ArrayLike | None = None,
    ) -> ItemTally:
        """Weigh plain counts by the design.

        `counts` is (H, 5), (H, G, 5), or (K, 5) with the indices `stratum`, `cell`, `psu` of its K rows.
        ValueError where an index lies outside the design.
        """
        n = np.asarray(counts, dtype=np.int64)
        if stratum is None:
            cells = n.shape[1] if n.ndim == 3 else 1
            index = np.arange(n.shape[0] * cells)
            stratum, n = index // cells, n.reshape(-1, n.shape[-1])
            cell = index % cells if cells > 1 else None
        h = np.asarray(stratum, dtype=np.int64)
        g = None if cell is None else np.asarray(cell, dtype=np.int64)
        outside = h.size and (h.min() < 0 or h.max() >= len(design.strata))
        if outside or (g is not None and g.size and (g.min() < 0 or g.max() >= len(design.cells))):
            raise ValueError("A tally names a stratum or weighting cell that its design does not have.")
        if g is None and len(design.cells) > 1:
            raise ValueError(
                "The design has weighting cells; the tally must say which cell each count is of."
            )
        weight = design.record_weights()[h, 0 if g is None else g][:, None]
        c = None if psu is None else np.asarray(psu, dtype=np.int64)
        return cls(stratum=h, n=n, w=n * weight, w2=n * weight**2, cell=g, psu=c)

    @property
    def answered(self) -> int:
        """Count the answered records."""
        return int(self.n.sum())


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of selection, per group (K,): stratum, cluster (None: each record), n_h and N_h."""

    stratum: IntArray
    cluster: IntArray | None
    sampled: FloatArray
    population: FloatArray


@dataclass(frozen=True, slots=True)
class Calibration:
    """Margins to which weights were calibrated, for the residuals of the variance.

    `cell` (K,) joint cell of each group, `margins` label arrays (C,) over the joint cells, `basis` (K,) the
    weight with which group values are averaged in a cell (counts for raking, base weights otherwise).
    """

    cell: IntArray
    margins: tuple[IntArray, ...]
    basis: FloatArray

    @property
    def sweeps(self) -> int:
        """Give the sweeps over the margins: one is exact for one margin, else ten (R's `svyrecvar`)."""
        return 1 if len(self.margins) == 1 else 10


@dataclass(frozen=True, slots=True)
class LinearCalibration:
    """Auxiliary variables `x` (K, q) of a linear calibration, with `base` weights (K,)."""

    x: FloatArray
    base: FloatArray


@dataclass(frozen=True, slots=True)
class Sample:
    """Groups of records with their design: what every estimator works on.

    `count`, `weight` (sum of w) and `square` (sum of w squared) are (K,); all records of a group share one
    value of any variable. `calibrations` are applied in order.
    """

    count: FloatArray
    weight: FloatArray
    square: FloatArray
    stages: tuple[Stage, ...]
    calibrations: tuple[Calibration | LinearCalibration, ...] = ()
    lonely: Lonely = Lonely.REFUSE

    @property
    def size(self) -> int:
        """Count the groups."""
        return int(self.count.shape[0])

    def only(self, keep: BoolArray) -> Sample:
        """Give the part of the sample in `keep`, (K,), still knowing the whole design's n_h and N_h."""
        stages = tuple(
            Stage(
                s.stratum[keep],
                None if s.cluster is None else s.cluster[keep],
                s.sampled[keep],
                s.population[keep],
            )
            for s in self.stages
        )
        calibrations = tuple(
            Calibration(c.cell[keep], c.margins, c.basis[keep])
            if isinstance(c, Calibration)
            else LinearCalibration(c.x[keep], c.base[keep])
            for c in self.calibrations
        )
        return Sample(
            self.count[keep], self.weight[keep], self.square[keep], stages, calibrations, self.lonely
        )


def codes(*columns: Sequence[object] | ArrayLike) -> IntArray:
    """Number the distinct combinations of the columns' values 0, 1, …; (K,)."""
    joint: IntArray | None = None
    for column in columns:
        _, index = np.unique(np.asarray(column), return_inverse=True)
        joint = index if joint is None else joint * (int(index.max(initial=0)) + 1) + index
    if joint is None:
        raise ValueError("codes() needs at least one column.")
    return np.asarray(np.unique(joint, return_inverse=True)[1], dtype=np.int64)


def sample_of_rows(
    weight: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: Sequence[ArrayLike] = (),
    population: Sequence[ArrayLike] = (),
    lonely: Lonely = Lonely.REFUSE,
) -> Sample:
    """Make a sample of single records, the degenerate tally.

    `weight` (K,); `strata` (K,) first-stage codes; `clusters` one code array per stage, outermost first,
    ids nested; `population` one array per stage: the number of units there were to draw from, or, where all
    are <= 1, the sampling fraction. Without `population` only the first stage counts (with replacement).
    Source: Lumley, R survey, `svydesign` and `as.fpc`; `docs/methodology.md` §2.
    """
    w = np.asarray(weight, dtype=np.float64)
    rows = w.shape[0]
    parent = np.zeros(rows, dtype=np.int64) if strata is None else codes(strata)
    ids: list[IntArray | None] = []
    inside = parent
    for column in clusters:
        inside = codes(inside, column)
        ids.append(None if int(inside.max(initial=-1)) + 1 == rows else inside)
    if not ids:
        ids = [None]
    depth = max(1, min(len(population), len(ids)))
    stages: list[Stage] = []
    for level, cluster in enumerate(ids[:depth]):
        units = np.arange(rows) if cluster is None else cluster
        _, first = np.unique(units, return_index=True)
        sampled = np.bincount(parent[first], minlength=int(parent.max(initial=-1)) + 1)[parent].astype(float)
        size = np.full(rows, np.inf)
        if level < len(population):
            given = np.asarray(population[level], dtype=np.float64)
            size = sampled / given if np.all(given <= 1) else given
            if np.any(size < sampled * (1 - 1e-9)):
                raise ValueError("The declared population is smaller than the sample in some stratum.")
        stages.append(Stage(parent, cluster, sampled, size))
        parent = np.asarray(units, dtype=np.int64)
    return Sample(np.ones(rows), w, w**2, tuple(stages), (), lonely)
