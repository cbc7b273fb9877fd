"""Scores and shares: an identity, a hand-made golden, R's numbers for Kansas City, and every degenerate input."""

import csv
import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.estimation import estimators, weighting
from reports.estimation.estimate import Estimate, NotEstimable, Reason
from reports.estimation.sample import Design, ItemTally, Lonely, Stratum, sample_of_rows
from reports.estimation.tables import GradeTable

KANSAS = Path(__file__).resolve().parents[4] / "shared" / "data" / "kcmo"

counts = st.lists(st.lists(st.integers(0, 12), min_size=5, max_size=5), min_size=2, max_size=4)


def a_design(rows: list[list[int]], extra: int = 3) -> Design:
    """Make a design with a few silent respondents in each stratum, populations of different sizes."""
    return Design(tuple(Stratum(f"S{h}", sum(row) + extra, 1000.0 * (h + 1)) for h, row in enumerate(rows)))


def a_table(rows: list[list[int]], design: Design | None = None) -> GradeTable:
    design = design or a_design(rows)
    return GradeTable.of(ItemTally.of(rows, design), design)


def rows_of(table: list[list[int]], design: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Unfold counts to one row per respondent: stratum, grade (NaN: silent), weight, population."""
    stratum: list[int] = []
    grade: list[float] = []
    for h, row in enumerate(table):
        answers: list[float] = [g + 1 for g, n in enumerate(row) for _ in range(n)]
        answers += [math.nan] * (design.strata[h].respondents - len(answers))
        stratum += [h] * len(answers)
        grade += answers
    index = np.array(stratum)
    return index, np.array(grade), design.record_weights()[index, 0], design.population()[index]


def grade_shares(table: GradeTable, *, level: float = 0.95) -> list[Estimate | NotEstimable]:
    return [estimators.share(table, (grade,), level=level) for grade in range(1, 6)]


def everything(table: GradeTable) -> list[Estimate | NotEstimable]:
    return [
        estimators.score(table),
        estimators.satisfaction(table),
        estimators.good_rate(table),
        *grade_shares(table),
    ]


def numbers(answer: Estimate | NotEstimable) -> list[float]:
    if isinstance(answer, NotEstimable):
        return []
    return [answer.value, answer.se, answer.low, answer.high, answer.df or 0.0]


def alike(first: GradeTable, second: GradeTable) -> None:
    for one, other in zip(everything(first), everything(second), strict=True):
        assert type(one) is type(other)
        assert numbers(one) == pytest.approx(numbers(other), rel=1e-9, abs=1e-9)


def test_a_score_and_its_variance_equal_the_formula_worked_by_hand() -> None:
    # Stratum A: 4 of 8 people, answers 5 4 4 and one silent. Stratum B: 3 of 9, answers 2 5, one silent.
    design = Design((Stratum("A", 4, 8.0), Stratum("B", 3, 9.0)))
    answer = estimators.score(a_table([[0, 0, 0, 2, 1], [0, 1, 0, 0, 1]], design))
    theta = Fraction(2 * (100 + 75 + 75) + 3 * (25 + 100), 12)
    variance = Fraction(0)
    for n, size, weight, scores in ((4, 8, 2, (100, 75, 75)), (3, 9, 3, (25, 100))):
        u = [weight * (s - theta) / 12 for s in scores]
        spread = sum((x * x for x in u), Fraction(0)) - sum(u, Fraction(0)) ** 2 / n
        variance += (1 - Fraction(n, size)) * Fraction(n, n - 1) * spread
    assert isinstance(answer, Estimate)
    assert answer.value == pytest.approx(float(theta), rel=1e-14)
    assert answer.se == pytest.approx(math.sqrt(variance), rel=1e-13)
    assert (theta, variance) == (Fraction(875, 12), Fraction(81875, 432))
    assert (answer.n, answer.df) == (5, 3)


@pytest.mark.skipif(
    not KANSAS.exists(), reason="2026-11-22: the founding data lie beside the repository only"
)
def test_kansas_city_2021q3_equals_r_survey() -> None:
    expected = json.loads((KANSAS / "expected_2021q3.json").read_text())
    with (KANSAS / "wave_2021q3.csv").open(newline="") as handle:
        people = list(csv.DictReader(handle))
    districts = sorted(expected["population"])
    sizes = [sum(person["district"] == d for person in people) for d in districts]
    design = Design(
        tuple(Stratum(d, n, float(expected["population"][d])) for d, n in zip(districts, sizes, strict=True))
    )
    for wanted in expected["departments"].values():
        rows = [
            [sum(p["district"] == d and p[wanted["item"]] == g for p in people) for g in "12345"]
            for d in districts
        ]
        table = a_table(rows, design)
        score, rate, good = (
            estimators.score(table),
            estimators.satisfaction(table),
            estimators.good_rate(table),
        )
        shares = [share.value for share in reversed(grade_shares(table))]
        assert isinstance(score, Estimate)
        assert isinstance(rate, Estimate)
        got = [score.n, score.df, score.value, score.se, score.low, score.high]
        got += [rate.value, rate.low, rate.high, good.value, *shares]
        names = ["n", "df", "score", "score_se", "score_low", "score_high"]
        names += ["satisfaction", "satisfaction_low", "satisfaction_high", "good_rate"]
        assert got == pytest.approx([*(wanted[name] for name in names), *wanted["grades"]], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(counts)
def test_tallies_and_rows_give_the_same_numbers(rows: list[list[int]]) -> None:
    design = a_design(rows)
    stratum, grade, weight, population = rows_of(rows, design)
    sample = sample_of_rows(weight, strata=stratum, population=[population])
    table = a_table(rows, design)
    by_rows = estimators.mean(sample, 25 * (grade - 1))
    by_tally = estimators.score(table)
    assert type(by_rows) is type(by_tally)
    assert numbers(by_rows) == pytest.approx(numbers(by_tally), rel=1e-9)
    satisfied = np.where(np.isnan(grade), np.nan, grade >= 4)
    share_rows, share_tally = estimators.proportion(sample, satisfied), estimators.satisfaction(table)
    assert numbers(share_rows) == pytest.approx(numbers(share_tally), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(counts, st.floats(0.01, 100))
def test_scaling_all_weights_changes_nothing(rows: list[list[int]], scale: float) -> None:
    design = a_design(rows)
    tally = ItemTally.of(rows, design)
    scaled = replace(tally, w=tally.w * scale, w2=tally.w2 * scale**2)
    alike(GradeTable.of(tally, design), GradeTable.of(scaled, design))


@settings(max_examples=30, deadline=None)
@given(counts, st.data())
def test_splitting_a_group_of_one_weight_changes_nothing(rows: list[list[int]], data: st.DataObject) -> None:
    design = a_design(rows)
    part = [[data.draw(st.integers(0, n)) for n in row] for row in rows]
    rest = [[n - m for n, m in zip(row, some, strict=True)] for row, some in zip(rows, part, strict=True)]
    stratum = [*range(len(rows)), *range(len(rows))]
    split = ItemTally.of(part + rest, design, stratum=stratum)
    alike(GradeTable.of(split, design), a_table(rows, design))


@settings(max_examples=40, deadline=None)
@given(counts)
def test_turning_the_scale_round_mirrors_the_score(rows: list[list[int]]) -> None:
    table = a_table(rows)
    round_turned = a_table([row[::-1] for row in rows])
    kind, mirrored = estimators.score(table), estimators.score(round_turned)
    assert type(kind) is type(mirrored)
    if isinstance(kind, Estimate) and isinstance(mirrored, Estimate):
        assert mirrored.value == pytest.approx(100 - kind.value, abs=1e-9)
        assert mirrored.se == pytest.approx(kind.se, rel=1e-9)
    shares = [share.value for share in grade_shares(table)]
    turned = [share.value for share in grade_shares(round_turned)]
    assert turned == pytest.approx(shares[::-1]) if None not in shares else turned == shares[::-1]


@settings(max_examples=30, deadline=None)
@given(counts)
def test_an_empty_stratum_changes_nothing(rows: list[list[int]]) -> None:
    wider = a_design([*rows, [0] * 5])
    alike(a_table([*rows, [0] * 5], wider), a_table(rows, a_design(rows)))
    lonely = replace(wider, strata=(*wider.strata[:-1], Stratum("alone", 1, 50.0)))
    alike(a_table([*rows, [0] * 5], lonely), a_table(rows, a_design(rows)))


@settings(max_examples=60, deadline=None)
@given(counts, st.sampled_from([0.9, 0.95, 0.99]))
def test_intervals_of_shares_stay_between_0_and_1_and_nothing_is_nan(
    rows: list[list[int]], level: float
) -> None:
    table = a_table(rows)
    for share in grade_shares(table, level=level):
        if isinstance(share, Estimate):
            assert 0 <= share.low <= share.value <= share.high <= 1
    for answer in everything(table):
        assert all(math.isfinite(number) for number in numbers(answer))


def test_equal_weights_give_the_plain_mean() -> None:
    design = Design((Stratum("all", 20),))
    answer = estimators.score(a_table([[1, 2, 3, 4, 5]], design))
    assert answer.value == pytest.approx((0 + 50 + 150 + 300 + 500) / 15)


@pytest.mark.parametrize(
    ("rows", "design", "reason"),
    [
        ([[0] * 5], Design((Stratum("A", 9, 90.0),)), Reason.NO_ANSWERS),
        ([[0, 0, 0, 0, 1]], Design((Stratum("A", 1, 90.0),)), Reason.LONELY_PSU),
        ([[0, 0, 0, 0, 9]], Design((Stratum("A", 9, 90.0),)), Reason.NO_VARIATION),
        (
            [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]],
            Design((Stratum("A", 3, 90.0), Stratum("B", 3, 90.0))),
            Reason.NO_DEGREES_OF_FREEDOM,
        ),
    ],
)
def test_what_cannot_be_estimated_says_why(rows: list[list[int]], design: Design, reason: Reason) -> None:
    answer = estimators.score(a_table(rows, design))
    assert isinstance(answer, NotEstimable)
    assert answer.reason is reason


def test_zero_weights_are_not_estimable() -> None:
    design = Design((Stratum("A", 9, 90.0),))
    zero = ItemTally(np.array([0]), np.array([[1, 0, 0, 0, 4]]), np.zeros((1, 5)), np.zeros((1, 5)))
    table = GradeTable.of(zero, design)
    assert [a.reason for a in everything(table) if isinstance(a, NotEstimable)] == [Reason.NO_WEIGHT] * 8


def test_a_share_of_all_or_none_falls_back_to_clopper_pearson() -> None:
    table = a_table([[0, 0, 0, 4, 3], [0, 0, 0, 2, 2]])
    rate = estimators.satisfaction(table)
    assert isinstance(rate, Estimate)
    assert (rate.value, rate.se, rate.interval, rate.n_e) == (1.0, 0.0, "clopper-pearson", 11.0)
    assert rate.low == pytest.approx(0.025 ** (1 / 11))
    none = estimators.share(table, (1,))
    assert isinstance(none, Estimate)
    assert [none.low, none.high] == pytest.approx([0.0, 1 - 0.025 ** (1 / 11)])


def test_a_lonely_stratum_is_refused_or_treated_by_the_named_policy() -> None:
    design = Design((Stratum("A", 5, 50.0), Stratum("B", 1, 10.0)))
    rows = [[1, 0, 2, 0, 2], [0, 1, 0, 0, 0]]
    refused = estimators.score(a_table(rows, design))
    assert isinstance(refused, NotEstimable)
    assert refused.value is not None
    errors = []
    for policy in (Lonely.REMOVE, Lonely.CERTAINTY, Lonely.AVERAGE, Lonely.CENTER):
        answer = estimators.score(a_table(rows, replace(design, lonely=policy)))
        assert isinstance(answer, Estimate)
        errors.append(answer.se**2)
    removed, certain, average, _ = errors
    assert certain == removed
    assert average == pytest.approx(2 * removed)


def test_a_taken_whole_stratum_adds_no_variance() -> None:
    design = Design((Stratum("A", 15, 900.0), Stratum("B", 18, 18.0)))
    torn = estimators.score(a_table([[3, 2, 1, 4, 5], [9, 0, 0, 0, 9]], design))
    agreed = estimators.score(a_table([[3, 2, 1, 4, 5], [0, 0, 18, 0, 0]], design))
    assert isinstance(torn, Estimate)
    assert isinstance(agreed, Estimate)
    assert torn.se == pytest.approx(agreed.se)


def test_an_unknown_population_means_equal_weights_and_no_finite_population_correction() -> None:
    rows = [[3, 2, 1, 4, 5], [1, 0, 2, 3, 9]]
    unknown = Design((Stratum("A", 15), Stratum("B", 15)))
    huge = Design((Stratum("A", 15, 15e9), Stratum("B", 15, 15e9)))
    alike(a_table(rows, unknown), a_table(rows, huge))
    assert np.all(weighting.base_weights(unknown) == 1)
    declared = Design((Stratum("A", 15, 900.0), Stratum("B", 15, 30.0)), self_selected=True)
    alike(a_table(rows, declared), a_table(rows, unknown))


def test_the_published_dataset_gives_back_every_number() -> None:
    rows = [[3, 2, 1, 4, 5], [1, 0, 2, 3, 9]]
    design = a_design(rows)
    table = a_table(rows, design)
    alike(GradeTable.of_dataset(design, table.n, table.w, table.w2), table)
    sums = table.moments
    again = GradeTable.of_dataset(design, table.n, table.w, table.w2, first=sums.first, second=sums.second)
    alike(again, table)
