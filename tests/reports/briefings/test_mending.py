"""What to mend first, on numbers made by hand (`docs/methodology.md` §15)."""

from decimal import Decimal

import pytest
from django.utils import translation

from reports.briefings.charts import matters
from reports.briefings.mending import MendFirst, Unnamed, mend_first
from reports.briefings.wording import mend
from reports.scorecards import charts
from tests.reports.briefings.conftest import a_card, an_analysis

# Four dimensions: the even share is .25; the mean of 60, 70, 80 and 70 is 70.
SHARES = (
    ("speed", "0.400", "0.300", "0.500"),
    ("ease", "0.250", "0.200", "0.300"),
    ("trust", "0.200", "0.150", "0.260"),
    ("clarity", "0.150", "0.100", "0.200"),
)
SCORES = (
    ("speed", "60", "55", "65"),
    ("ease", "70", "65", "75"),
    ("trust", "80", "75", "85"),
    ("clarity", "70", "65", "75"),
)


def english(found: MendFirst) -> str:
    with translation.override("en"):
        return mend(found)


def test_what_matters_more_than_an_even_share_and_is_rated_below_the_mean_is_named() -> None:
    found = mend_first(a_card(SCORES), an_analysis(SHARES))
    assert (found.even, Decimal(found.middle)) == ("0.25", Decimal(70))
    assert [one.code for one in found.named] == ["speed"]
    assert found.named[0].is_sure
    assert english(found) == (
        "Speed: clearly matters more to residents than an even share, and is clearly rated below the mean of this "
        "department's dimensions."
    )


@pytest.mark.parametrize(
    ("share", "score"),
    [
        (("speed", "0.400", "0.240", "0.500"), ("speed", "60", "55", "65")),
        (("speed", "0.400", "0.300", "0.500"), ("speed", "60", "50", "71")),
    ],
)
def test_an_interval_that_reaches_across_a_line_makes_it_a_perhaps(
    share: tuple[str, str, str, str], score: tuple[str, str, str, str]
) -> None:
    found = mend_first(a_card((score, *SCORES[1:])), an_analysis((share, *SHARES[1:])))
    assert [(one.code, one.is_sure) for one in found.named] == [("speed", False)]
    assert english(found).startswith("Perhaps Speed: ")


def test_in_a_wave_with_clusters_nothing_is_sure() -> None:
    found = mend_first(a_card(SCORES), an_analysis(SHARES, clustered=True))
    assert [(one.code, one.is_sure) for one in found.named] == [("speed", False)]


def test_what_is_sure_is_named_alone_and_what_matters_most_comes_first() -> None:
    shares = (
        ("speed", "0.300", "0.260", "0.350"),
        ("ease", "0.450", "0.200", "0.500"),
        *SHARES[2:],
    )
    scores = (SCORES[0], ("ease", "65", "55", "75"), *SCORES[2:])
    found = mend_first(a_card(scores), an_analysis(shares))
    assert [one.code for one in found.dimensions if one.is_named] == ["speed", "ease"]
    assert [one.code for one in found.named] == ["speed"]
    unsure = mend_first(a_card(scores), an_analysis(shares, clustered=True))
    assert [one.code for one in unsure.named] == ["ease", "speed"]


def test_what_lies_on_a_line_is_not_named() -> None:
    shares = (("speed", "0.250", "0.240", "0.260"), ("ease", "0.350", "0.300", "0.400"), *SHARES[2:])
    found = mend_first(a_card(SCORES), an_analysis(shares))
    assert found.unnamed == Unnamed.NONE_STANDS_OUT
    assert english(found).startswith("Nothing stands out: ")
    assert len(found.dimensions) == 4  # the picture is drawn all the same


def test_dimensions_that_no_driver_knows_and_those_not_firm_stay_out() -> None:
    card = a_card((*SCORES, ("effect", "10", "5", "15")))
    found = mend_first(card, an_analysis(SHARES))
    assert "effect" not in [one.code for one in found.dimensions]
    assert Decimal(found.middle) == 70
    few = mend_first(a_card(SCORES, status="indicative"), an_analysis(SHARES))
    assert few.unnamed == Unnamed.TOO_FEW_FIRM
    assert "too few dimensions" in english(few)


def test_where_nothing_can_be_had_one_sentence_says_so() -> None:
    assert mend_first(a_card(SCORES, judged=False), an_analysis(SHARES)).unnamed == Unnamed.NOT_JUDGED
    assert mend_first(a_card(SCORES), None).unnamed == Unnamed.NOT_ANALYSED
    assert mend_first(a_card(SCORES), an_analysis((), reason="too_few_people")).unnamed == Unnamed.NO_DRIVERS
    for why in Unnamed:
        words = english(MendFirst(why))
        assert words.endswith(".")
        assert words.count(". ") == 0


def test_the_picture_says_what_the_rule_found_and_is_drawn_both_ways() -> None:
    with translation.override("en"):
        shape = matters(a_card(SCORES), an_analysis(SHARES))
        assert shape is not None
        drawn, figure = charts.svg.drawn(shape), charts.plotly.figure(shape)
        assert shape.sentence == english(mend_first(a_card(SCORES), an_analysis(SHARES)))
    assert (shape.importance_middle, shape.score_middle) == ("25.0", "70.0")
    assert [mark.mend_first for mark in shape.marks] == [True, False, False, False]
    assert shape.rows[0] == ("Speed", "40.0%", "30.0–50.0%", "60.0", "55.0–65.0", "yes, clearly")
    assert "Speed" in drawn
    assert figure["data"][0]["x"] == [40, 25, 20, 15]
    assert matters(a_card(SCORES), None) is None
