"""Chance that can be told again, and that links nothing."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.logic.seeds import ORDERS, Seed, order

secrets = st.binary(min_size=1, max_size=40)


@settings(deadline=None)
@given(secrets, st.text(max_size=20), st.text(max_size=20), st.integers(0, 200))
def test_the_same_seed_gives_the_same_order_of_the_same_things(
    secret: bytes, part: str, name: str, count: int
) -> None:
    met = Seed(secret).order(part, name, count)
    assert met == Seed(secret).order(part, name, count)
    assert sorted(met) == list(range(count))


@settings(deadline=None)
@given(secrets, st.sampled_from(["general", "parks", "roads"]))
def test_the_order_number_alone_tells_the_order(secret: bytes, part: str) -> None:
    seed = Seed(secret)
    assert 1 <= seed.number(part) <= ORDERS
    assert seed.order(part, "q1", 9) == order(seed.number(part), "q1", 9)


def test_the_order_of_a_number_never_changes_between_versions() -> None:
    """The numbers are those of `openssl dgst -shake256 -xoflen 48` (OpenSSL 3), sorted by hand."""
    assert order(1, "q1", 6) == (4, 5, 1, 3, 2, 0)
    assert order(200, "q1", 6) == (4, 3, 1, 2, 0, 5)
    assert order(1, "q2", 6) == (2, 3, 1, 0, 5, 4)


def test_numbers_of_two_parts_of_a_form_are_independent() -> None:
    """Chi-square over a coarse table; of 24 degrees of freedom 99 % lie below 42.98."""
    forms = 20_000
    pairs = Counter(
        ((seed.number("parks") - 1) // 40, (seed.number("roads") - 1) // 40)
        for seed in map(Seed.of, range(forms))
    )
    expected = forms / 25
    assert len(pairs) == 25
    assert sum((count - expected) ** 2 / expected for count in pairs.values()) < 42.98


def test_every_number_and_every_arm_is_as_likely_as_the_others() -> None:
    forms = 20_000
    seeds = [Seed.of(number) for number in range(forms)]
    numbers = Counter(seed.number("general") for seed in seeds)
    assert len(numbers) == ORDERS
    assert sum((count - 100) ** 2 / 100 for count in numbers.values()) < 249.4  # 199 df, 99 %
    arms = Counter(seed.arm("general", "ab", 2) for seed in seeds)
    assert abs(arms[0] - arms[1]) < 2.58 * forms**0.5
    crossed = Counter((seed.arm("general", "ab", 2), seed.arm("general", "cd", 2)) for seed in seeds)
    assert max(crossed.values()) - min(crossed.values()) < 500


def test_orders_put_every_thing_in_every_place_about_as_often() -> None:
    places = Counter(
        (thing, place) for number in range(1, 201) for place, thing in enumerate(order(number, "q", 4))
    )
    assert len(places) == 16
    assert sum((count - 50) ** 2 / 50 for count in places.values()) < 21.67  # 9 df, 99 %


def test_names_do_not_run_into_each_other() -> None:
    seed = Seed.of(1)
    assert seed.number("a") != seed.number("ab") or seed.number("a") != seed.number("abc")
    drawn = [seed._drawn(*names) for names in (("a", "b"), ("ab",), ("a", "b", ""), ("", "a", "b"))]
    assert all(one != other for one, other in pairwise(drawn))
