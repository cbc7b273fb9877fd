"""Adjusting p-values when many departments are looked at together (`docs/methodology.md` §4, §5)."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from reports.estimation.estimate import FloatArray


class Adjustment(StrEnum):
    """Holm decides labels; the others are for screening and for reference."""

    HOLM = "holm"
    HOCHBERG = "hochberg"
    BONFERRONI = "bonferroni"
    BENJAMINI_HOCHBERG = "bh"
    BENJAMINI_YEKUTIELI = "by"


def adjusted(p: FloatArray, method: Adjustment = Adjustment.HOLM) -> FloatArray:
    """Adjust p-values (k,), each in 0-1 (R `p.adjust`; Holm 1979; `docs/methodology.md` §4)."""
    k = p.shape[0]
    if k == 0:
        return p.copy()
    if method is Adjustment.BONFERRONI:
        return np.asarray(np.minimum(1.0, p * k))
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, k + 1)
    result = np.empty(k)
    if method is Adjustment.HOLM:
        result[order] = np.maximum.accumulate((k + 1 - ranks) * p[order])
        return np.asarray(np.minimum(1.0, result))
    factor = {
        Adjustment.HOCHBERG: k + 1.0 - ranks,
        Adjustment.BENJAMINI_HOCHBERG: k / ranks,
        Adjustment.BENJAMINI_YEKUTIELI: k / ranks * float(np.sum(1.0 / ranks)),
    }[method]
    result[order] = np.minimum.accumulate((factor * p[order])[::-1])[::-1]
    return np.asarray(np.minimum(1.0, result))
