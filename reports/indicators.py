"""Everything that is measured, in one table: what it is, how it is computed, of whom, and where it is shown.

An indicator that is not in the table is not measured; `docs/methodology.md` explains each section named here, and
`docs/reference/indicators.md` is made from this table.
"""

from dataclasses import dataclass
from enum import StrEnum

from surveys.languages import Text


class Unit(StrEnum):
    """How a figure is read."""

    POINTS = "points"  # 0 to 100
    SHARE = "share"  # 0 to 1, per cent on paper
    COUNT = "count"
    RATIO = "ratio"
    Z = "z"
    PLACE = "place"


class Of(StrEnum):
    """What a figure is about, and which waves have it."""

    DEPARTMENT = "department"
    JUDGED = "department of a judged wave"
    CHOSEN = "department of a self-selected wave"
    WAVE = "wave"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is measured."""

    code: str
    names: Text
    of: Of
    unit: Unit
    formula: str  # in the symbols of docs/methodology.md
    interval: str  # "" where there is none
    estimator: str  # the function in `reports.estimation` that computes it, "" for a plain count
    section: str  # of docs/methodology.md
    shown: str  # where

    def __post_init__(self) -> None:
        if set(self.names) != {"zh-hans", "en"}:
            raise ValueError(f"The indicator {self.code} needs its name in Chinese and in English.")


def _of(code: str, zh: str, en: str, *rest: object) -> Indicator:
    return Indicator(code, {"zh-hans": zh, "en": en}, *rest)  # type: ignore[arg-type]


INDICATORS: tuple[Indicator, ...] = (
    _of(
        "answers",
        "作答情况",
        "Who answered",
        Of.DEPARTMENT,
        Unit.COUNT,
        "records, graded, dk, na, blank",
        "",
        "",
        "1",
        "page, scorecard, files",
    ),
    _of(
        "grades",
        "五级评价占比",
        "Shares of the five grades",
        Of.DEPARTMENT,
        Unit.SHARE,
        "w_v / W",
        "",
        "tables.GradeTable",
        "1",
        "page, scorecard, files",
    ),
    _of(
        "score",
        "满意度得分",
        "Satisfaction score",
        Of.DEPARTMENT,
        Unit.POINTS,
        "θ = Σ s w / Σ w, s = 25 (grade − 1)",
        "t",
        "estimators.scores",
        "2",
        "page, scorecard, files",
    ),
    _of(
        "satisfaction",
        "满意率",
        "Satisfaction rate",
        Of.DEPARTMENT,
        Unit.SHARE,
        "grades 5 and 4",
        "Wilson, n_e, t; Clopper-Pearson at 0 and 1",
        "estimators.shares",
        "2",
        "page, scorecard, files",
    ),
    _of(
        "good_rate",
        "好评率（含基本满意）",
        "好评率 (acceptable or better)",
        Of.DEPARTMENT,
        Unit.SHARE,
        "grades 5, 4 and 3",
        "as satisfaction",
        "estimators.good_rate",
        "1",
        "page, scorecard, files",
    ),
    _of(
        "choices",
        "各选项占比",
        "Shares of the choices",
        Of.DEPARTMENT,
        Unit.SHARE,
        "w_v / W",
        "",
        "",
        "1",
        "scorecard, files",
    ),
    _of(
        "score_unflagged",
        "剔除存疑答卷后的得分",
        "Score without doubtful answers",
        Of.DEPARTMENT,
        Unit.POINTS,
        "score moved by the difference of means without flagged records",
        "",
        "",
        "10",
        "page, scorecard, files",
    ),
    _of(
        "standardised",
        "统一结构后的得分",
        "Score at the declared mix",
        Of.JUDGED,
        Unit.POINTS,
        "Σ P_g ȳ_g",
        "t",
        "estimators.standardised_mean",
        "2",
        "page, scorecard",
    ),
    _of(
        "dimension",
        "维度得分",
        "Dimension score",
        Of.DEPARTMENT,
        Unit.POINTS,
        "m_d, mean of its items",
        "t",
        "composite.dimension_means",
        "7",
        "page, scorecard, files",
    ),
    _of(
        "index",
        "综合指数",
        "Index",
        Of.DEPARTMENT,
        Unit.POINTS,
        "I = Σ a_d m_d, V = a'Σa",
        "t; range over weights ± .05",
        "composite.index",
        "7",
        "page, scorecard, files",
    ),
    _of(
        "expected",
        "与基准比较",
        "Against the benchmark",
        Of.JUDGED,
        Unit.Z,
        "z = (θ − θ₀)/se, z' = (θ − θ₀)/√(se² + τ²)",
        "Holm",
        "comparison.benchmark",
        "4",
        "page, scorecard, files",
    ),
    _of(
        "change",
        "与上一批次比较",
        "Change since the last wave",
        Of.JUDGED,
        Unit.POINTS,
        "Δ = θ − θ_before",
        "normal; Holm",
        "comparison.changes",
        "5",
        "page, scorecard, files",
    ),
    _of(
        "rank",
        "名次范围",
        "Rank set",
        Of.JUDGED,
        Unit.PLACE,
        "[1 + beaten by, k − beats]",
        "Holm over k (k − 1) pairs",
        "comparison.rank_sets",
        "6",
        "page, scorecard, files",
    ),
    _of(
        "breakdown",
        "分组结果",
        "By group of residents",
        Of.JUDGED,
        Unit.POINTS,
        "θ and satisfaction of a part of the sample, whole design; gap = |θ_a − θ_b| of the two furthest apart",
        "t, Wilson; gap: normal, Holm over all pairs",
        "parts.widest_gap",
        "14",
        "page, scorecard",
    ),
    _of(
        "roll_up",
        "下属部门平均得分",
        "Mean of the departments below",
        Of.WAVE,
        Unit.POINTS,
        "Σ θ_d / k over publishable departments below, se = √Σse² / k",
        "normal",
        "parts.plain_mean",
        "14",
        "page, files",
    ),
    _of(
        "self_selected",
        "自愿评价的含义",
        "What chosen ratings can say",
        Of.CHOSEN,
        Unit.SHARE,
        "r, [r p, r p + 1 − r], (f/(1 − f))/ρ²",
        "Wilson on counts",
        "rates.self_selected",
        "9",
        "page, scorecard",
    ),
    _of(
        "battery",
        "量表信度",
        "Reliability of the battery",
        Of.WAVE,
        Unit.RATIO,
        "α, ω of the dimensions within departments",
        "",
        "reliability.mcdonald",
        "7",
        "page, files",
    ),
    _of(
        "order_hangs_on_weights",
        "次序依赖权重的部门",
        "Order that hangs on weights",
        Of.WAVE,
        Unit.COUNT,
        "sign of Σ b_d (m_d − m'_d) for b within .05 of a",
        "",
        "composite.order_depends_on_weights",
        "7",
        "page, files",
    ),
    _of(
        "drivers",
        "影响因素",
        "Key drivers",
        Of.WAVE,
        Unit.SHARE,
        "LMG, Johnson shares of R²",
        "bootstrap percentiles, 500, seed given",
        "drivers.drivers",
        "11",
        "analysis page",
    ),
    _of(
        "reliability",
        "量表逐题信度",
        "Items of the battery",
        Of.WAVE,
        Unit.RATIO,
        "α, item-rest, ω on complete cases",
        "",
        "reliability.cronbach",
        "12",
        "analysis page",
    ),
    _of(
        "response",
        "回收情况",
        "Response",
        Of.WAVE,
        Unit.SHARE,
        "took part / invited",
        "",
        "",
        "13",
        "analysis page",
    ),
    _of(
        "kish",
        "加权的代价",
        "What weighting costs",
        Of.WAVE,
        Unit.RATIO,
        "n Σw² / (Σw)² = 1 + cv²(w)",
        "",
        "weighting.kish",
        "13",
        "analysis page",
    ),
    _of(
        "r_indicator",
        "代表性指标",
        "R-indicator",
        Of.WAVE,
        Unit.RATIO,
        "1 − 2 S(ρ̂)",
        "",
        "representativity.r_indicator",
        "13",
        "analysis page",
    ),
)

_BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def indicator(code: str) -> Indicator:
    """Return the indicator called `code`; raises `LookupError` naming the known ones."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise LookupError(f"There is no indicator {code!r}. Known: {', '.join(_BY_CODE)}.") from None
