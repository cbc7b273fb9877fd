"""The machinery of the simulations works: samples tell the truth, errors are counted, and a broken rule is caught."""

import numpy as np
import pytest

from benchmarks import simulations
from benchmarks.simulated_city import ASKED, USUAL, TrueDepartment, judged, sampled, scores, shifted
from benchmarks.simulations import TRUTH, Found
from reports.estimation import comparison
from reports.estimation.comparison import RankSet
from reports.estimation.estimate import Answer, Estimate, FloatArray


def equal_waves(waves: int, *, departments: int = 20) -> list[dict[str, Answer]]:
    """Ask about equal departments rated by 200."""
    city = [TrueDepartment.of(200)] * departments
    counts = sampled(city, waves, np.random.default_rng(3))
    return [scores(judged(counts[:, wave])) for wave in range(waves)]


def noted(waves: list[dict[str, Answer]]) -> Found:
    found = Found()
    for shown in waves:
        simulations.note_equal(found, "equal", shown, TRUTH)
    return found


def test_estimates_of_many_samples_gather_around_the_truth() -> None:
    department = TrueDepartment.of(150)
    found = judged(department.sampled(400, np.random.default_rng(1)))
    values = [one.score for one in found if one is not None and isinstance(one.score, Estimate)]
    assert len(values) == 400
    spread = float(np.std([one.value for one in values]))
    assert np.mean([one.value for one in values]) == pytest.approx(department.score, abs=3 * spread / 20)
    assert np.mean([one.se for one in values]) == pytest.approx(spread, rel=0.12)


def test_a_sample_never_holds_more_people_than_were_asked() -> None:
    counts = TrueDepartment.of(float(ASKED.sum())).sampled(5, np.random.default_rng(1))
    assert (counts.sum(axis=2) == ASKED).all()  # everybody rates it, so everybody asked is counted


@pytest.mark.parametrize("points", [-10.0, -5.0, 5.0, 10.0])
def test_a_shifted_department_is_truly_that_much_better_or_worse(points: float) -> None:
    shares = shifted(USUAL, points)
    assert shares.sum(axis=1) == pytest.approx(np.ones(4))
    assert shares.min() >= 0
    assert TrueDepartment.of(400, shares).score == pytest.approx(TRUTH + points, abs=0.05)


def test_departments_below_the_base_are_not_judged() -> None:
    nobody = np.zeros((4, 5), dtype=np.int64)
    nine = nobody.copy()
    nine[0] = (1, 1, 2, 2, 3)
    assert judged(np.stack([nobody, nine])) == [None, None]


def test_the_same_chunk_gives_the_same_figures_and_another_chunk_others() -> None:
    once, again, other = (simulations.simulate(4, chunk, waves=6) for chunk in (0, 0, 1))
    assert once == again
    assert once.hits != other.hits


def test_a_rank_set_is_false_when_it_leaves_out_a_rank_that_equals_share() -> None:
    truth = {"a": 0.0, "b": 0.0, "c": -5.0}
    whole = {"a": RankSet(1, 1, 2), "b": RankSet(2, 1, 3), "c": RankSet(3, 3, 3)}
    assert simulations.false_sets(whole, truth) == set()
    assert simulations.false_sets({**whole, "b": RankSet(2, 2, 3)}, truth) == {"b"}
    assert simulations.false_sets({**whole, "c": RankSet(3, 1, 2)}, truth) == {"c"}
    assert simulations.false_sets(whole, dict.fromkeys("abc", 0.0)) == {"a", "c"}


def test_labels_without_adjustment_are_caught_and_adjusted_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waves = equal_waves(50)
    sound = noted(waves)
    assert simulations.error(sound, "S", "", "equal label").met
    assert simulations.error(sound, "S", "", "equal rank").met

    def unadjusted(p: FloatArray, method: object = None) -> FloatArray:
        return p

    monkeypatch.setattr(comparison, "adjusted", unadjusted)
    broken = noted(waves)
    for name in ("equal label", "equal mean", "equal rank", "equal any"):
        assert not simulations.error(broken, "S", "", name).met
        assert broken.rate(name) > 0.5


def test_intervals_that_are_too_short_or_too_long_miss_the_target() -> None:
    found = Found()
    for name, held in (("short", 930), ("right", 950), ("long", 975)):
        found.note(name, *[place < held for place in range(1000)])
    met = {name: simulations.coverage(found, "S", "", name).met for name in ("short", "right", "long")}
    assert met == {"short": False, "right": True, "long": False}


def test_every_scenario_feeds_its_lines() -> None:
    found = Found()
    for scenario in range(len(simulations.SCENARIOS)):
        found.add(simulations.simulate(scenario, 0, waves=2))
    lines = simulations.lines(found)
    assert {line.code for line in lines} == {f"S{number}" for number in range(1, 10)}
    assert all(0 <= line.value <= 100 for line in lines)
    assert len({line.what.split(" ±")[0] for line in lines}) == len(lines)
