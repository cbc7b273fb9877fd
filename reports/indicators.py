"""Everything that is measured, in one table: what it is called, its unit, what computes it, where it is shown.

An indicator that is not in the table is not measured; `docs/methodology.md` explains each section named here.
"""

from dataclasses import dataclass
from enum import StrEnum

from surveys.languages import Text


class Unit(StrEnum):
    """How a figure is read."""

    POINTS = "points"  # 0 to 100
    SHARE = "share"  # 0 to 1, per cent on paper
    COUNT = "count"
    Z = "z"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is measured of a department."""

    code: str
    names: Text
    unit: Unit
    estimator: str  # the function in `reports.estimation` that computes it, "" for a plain count
    section: str  # of docs/methodology.md
    shown: tuple[str, ...]  # page, scorecard, files
    judged_only: bool = False  # measured only where a wave may judge


EVERYWHERE = ("page", "scorecard", "files")

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "score",
        {"zh-hans": "满意度得分", "en": "Satisfaction score"},
        Unit.POINTS,
        "estimators.score",
        "2",
        EVERYWHERE,
    ),
    Indicator(
        "satisfaction",
        {"zh-hans": "满意率", "en": "Satisfaction rate"},
        Unit.SHARE,
        "estimators.satisfaction",
        "2",
        EVERYWHERE,
    ),
    Indicator(
        "good_rate",
        {"zh-hans": "好评率(含基本满意)", "en": "好评率 (acceptable or better)"},
        Unit.SHARE,
        "estimators.good_rate",
        "1",
        EVERYWHERE,
    ),
    Indicator(
        "grades",
        {"zh-hans": "五级评价占比", "en": "Shares of the five grades"},
        Unit.SHARE,
        "tables.GradeTable",
        "1",
        EVERYWHERE,
    ),
    Indicator(
        "choices",
        {"zh-hans": "各选项占比", "en": "Shares of the choices"},
        Unit.SHARE,
        "",
        "1",
        ("scorecard", "files"),
    ),
    Indicator("answers", {"zh-hans": "作答情况", "en": "Who answered"}, Unit.COUNT, "", "1", EVERYWHERE),
    Indicator(
        "score_unflagged",
        {"zh-hans": "剔除存疑答卷后的得分", "en": "Score without doubtful answers"},
        Unit.POINTS,
        "",
        "2",
        EVERYWHERE,
    ),
    Indicator(
        "dimension",
        {"zh-hans": "维度得分", "en": "Dimension score"},
        Unit.POINTS,
        "composite.dimension_means",
        "7",
        EVERYWHERE,
    ),
    Indicator(
        "index", {"zh-hans": "综合指数", "en": "Index"}, Unit.POINTS, "composite.index", "7", EVERYWHERE
    ),
    Indicator(
        "expected",
        {"zh-hans": "与基准比较", "en": "Against the benchmark"},
        Unit.Z,
        "comparison.benchmark",
        "4",
        EVERYWHERE,
        judged_only=True,
    ),
    Indicator(
        "change",
        {"zh-hans": "与上一轮比较", "en": "Change since the last wave"},
        Unit.POINTS,
        "comparison.changes",
        "5",
        EVERYWHERE,
        judged_only=True,
    ),
    Indicator(
        "rank",
        {"zh-hans": "名次区间", "en": "Rank set"},
        Unit.PLACE,
        "comparison.rank_sets",
        "6",
        EVERYWHERE,
        judged_only=True,
    ),
)

_BY_CODE = {indicator.code: indicator for indicator in INDICATORS}


def indicator(code: str) -> Indicator:
    """Return the indicator called `code`; raises `LookupError` naming the known ones."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise LookupError(f"There is no indicator {code!r}. Known: {', '.join(_BY_CODE)}.") from None
