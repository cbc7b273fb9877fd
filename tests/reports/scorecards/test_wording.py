"""What sentences say of a scorecard, made from content with hand-set figures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from reports.scorecards.content import Benchmark, ScorecardContent, WaveContent
from reports.scorecards.models import Publication
from reports.scorecards.wording import expert, sentences
from reports.scorecards.wording.figures import bar

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(released: Publication) -> ScorecardContent:
    """The scorecard of Parks."""
    return ScorecardContent.of(released.scorecards.get(department__code="parks").content)


@pytest.fixture
def wave(released: Publication) -> WaveContent:
    """The wave it belongs to."""
    return WaveContent.of(released.content)


def _with(card: ScorecardContent, **figures: Any) -> ScorecardContent:
    return replace(card, figures=replace(card.figures, **figures))


def _against(wave: WaveContent, **benchmark: Any) -> WaveContent:
    given = {
        "target": "78.0",
        "source": "declared",
        "uses": "z_prime",
        "phi": "11.95",
        "tau2": "57.3",
        "compared": 12,
    }
    return replace(wave, benchmark=Benchmark(**{**given, **benchmark}))


def said(card: ScorecardContent, wave: WaveContent) -> str:
    with translation.override("en"):
        return sentences.explanation(card, wave)


@pytest.mark.parametrize(
    ("score", "end"),
    [
        ("86.7", "points; this score lies within that."),
        ("63.2", "points; this score lies within that."),
        (
            "62.9",
            "points. This score lies further out, but one such among 12 departments may well be chance.",
        ),
    ],
)
def test_among_ten_and_more_the_spread_of_departments_explains_as_expected(
    card: ScorecardContent, wave: WaveContent, score: str, end: str
) -> None:
    words = said(_with(card, band="as_expected", score=score), _against(wave))
    # 1.96 √57.3 = 14.84, with the target 78.0 and the τ² of the method's worked example (em-1 §11)
    assert words == f"Departments differ among themselves by about ±14.8 {end}"


@pytest.mark.parametrize("benchmark", [{"uses": "z", "compared": 6}, {"tau2": "0", "compared": 6}])
def test_among_fewer_and_where_they_do_not_differ_chance_explains_it(
    card: ScorecardContent, wave: WaveContent, benchmark: dict[str, Any]
) -> None:
    assert said(_with(card, band="as_expected"), _against(wave, **benchmark)) == (
        "The difference from the benchmark is within what chance alone explains among 6 departments."
    )


def test_who_stands_out_or_is_not_compared_gets_no_such_sentence(
    card: ScorecardContent, wave: WaveContent
) -> None:
    assert said(_with(card, band="worse"), _against(wave)) == ""
    assert said(_with(card, band=None), _against(wave)) == ""
    assert said(_with(card, band="as_expected"), replace(wave, benchmark=None)) == ""


@pytest.mark.parametrize(
    ("score", "without", "warned"),
    [
        ("70", "69", False),
        ("70", "71", False),
        ("70", "68.9999", True),
        ("70", "71.2", True),
        (None, "71.2", False),
        ("70", None, False),
    ],
)
def test_a_score_that_careless_answers_move_by_more_than_a_point_carries_a_warning(
    card: ScorecardContent, score: str | None, without: str | None, warned: bool
) -> None:
    card = replace(_with(card, score=score), score_unflagged=without)
    assert bool(sentences.warning(card)) == warned


def test_only_wide_shares_carry_their_figure_on_the_bar_and_all_five_have_one_beneath() -> None:
    shares = bar(("0.15", "0.17", "0.16", "0.36", "0.16"))
    assert [share.is_wide for share in shares] == [False, False, False, True, False]
    assert [share.text for share in shares] == ["15.0%", "17.0%", "16.0%", "36.0%", "16.0%"]


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize(
    "grades",
    [
        ("0.249", "0.249", "0.249", "0.249", "0.004"),
        ("0.25", "0.25", "0.25", "0.25", "0"),
        ("1", "0", "0", "0", "0"),
        ("0.002", "0.003", "0.99", "0.003", "0.002"),
    ],
)
def test_no_figure_on_the_bar_leaves_its_own_share(
    open_page: Callable[..., Any], tmp_path: Path, grades: tuple[str, ...], width: int
) -> None:
    bar_and_list = render_to_string(
        "_grade_bar.html", {"grades": bar(grades), "label": "Parks", "with_legend": True}
    )
    css = "".join(
        f'<link rel="stylesheet" href="{Path(settings.BASE_DIR) / "static/css" / name}.css">'
        for name in ("tokens", "resident", "figures", "public")
    )
    file = tmp_path / "bar.html"
    box = f'<main><div class="frame frame-wide"><div class="score">{bar_and_list}</div></div></main>'
    file.write_text(f'<!doctype html><meta name="viewport" content="width=device-width">{css}{box}')
    page = open_page(viewport={"width": width, "height": 600})
    page.goto(file.as_uri())
    inside = """() => [...document.querySelectorAll(".grade-bar text")].map(text => {
        const own = text.previousElementSibling.getBoundingClientRect(), words = text.getBoundingClientRect();
        return words.left - own.left >= 2 && own.right - words.right >= 2;
    })"""
    found = page.evaluate(inside)
    assert len(found) == sum(share.is_wide for share in bar(grades))
    assert all(found)
    assert page.locator(".grade-legend b").all_inner_texts() == [share.text for share in bar(grades)]


def summed_up(wave: WaveContent, *changes: dict[str, Any], **whole: Any) -> str:
    """Return the sentence of a wave about Parks and Roads with other figures."""
    rest: list[dict[str, Any]] = [{}] * (len(wave.departments) - len(changes))
    departments = tuple(
        replace(one, **change) for one, change in zip(wave.departments, [*changes, *rest], strict=True)
    )
    with translation.override("en"):
        return sentences.wave_finding(replace(wave, departments=departments, **whole))


def test_where_nobody_has_a_band_the_wave_says_that_none_could_be_compared(wave: WaveContent) -> None:
    words = summed_up(
        wave, {"band": None}, {"band": None}, parameters={**wave.parameters, "standard": {"margin": "age"}}
    )
    assert words == (
        "2 departments were rated by 100 people. No department could be compared. "
        "For 2 of 2 departments a group of the declared mix has too few ratings to compare."
    )


def test_who_is_only_indicative_is_counted_in_the_sentence_of_the_wave(wave: WaveContent) -> None:
    indicative = {"status": "indicative", "band": None}
    assert summed_up(wave, {}, indicative).endswith(
        "Better than expected: Parks. 1 of 2 departments are only indicative."
    )
    assert summed_up(wave, {"band": "as_expected"}, indicative).endswith(
        "The 1 that could be compared does not stand out from the benchmark by more than chance. "
        "1 of 2 departments are only indicative."
    )
    assert summed_up(wave, {"band": "as_expected"}, {"band": "as_expected"}).endswith(
        "None stands out from the benchmark by more than chance."
    )


def test_an_expert_reads_of_a_tiny_p_that_it_is_tiny_and_of_others_every_digit(
    card: ScorecardContent, wave: WaveContent
) -> None:
    with translation.override("en"):
        tiny = expert.digits(
            _with(card, p_holm="0.0000000299443480678", change_p_holm="0.00314159265359"), wave
        )
    found = {str(words): digits for words, digits in tiny}
    assert found["p of the comparison, Holm"] == "<.0001"
    assert found["p of the change, Holm"] == "0.00314159265359"


def test_a_wave_at_another_level_never_speaks_of_95_per_cent(
    card: ScorecardContent, wave: WaveContent
) -> None:
    strict = replace(wave, parameters={**wave.parameters, "level": "0.99"})
    moved = {"change_low": "-3", "change_high": "5", "change": "1.5"}
    with translation.override("en"):
        said = [
            sentences.finding(card, strict),
            sentences.certainty(card, strict),
            *(
                sentences.change(_with(card, **moved, change_direction=direction), strict)
                for direction in ("improved", "declined", "no_change_shown")
            ),
        ]
    assert all("99" in words and "95" not in words for words in said), said
