"""Imported waves are held against each other by the texts of their codebooks, from the files to the scorecards."""

import json
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.evaluations.models import Evaluation
from reports.scorecards import composing
from reports.scorecards.content import ScorecardContent
from surveys.waves.models import Wave

pytestmark = pytest.mark.django_db

CODEBOOK: dict[str, Any] = {
    "source": {"en": "A small town; invented.", "zh": "虚构的小镇。"},
    "scale": {"1": "very dissatisfied", "2": "", "3": "", "4": "", "5": "very satisfied", "": ""},
    "demographics": {"district": {"1": "East", "2": "West"}},
    "rated": "dept",
    "headline": "overall",
    "departments": {"parks": {"en": "Parks", "zh": "公园"}, "water": {"en": "Water", "zh": "供水"}},
    "dimensions": [
        {"code": "ease", "name": {"en": "Ease", "zh": "方便"}, "weight": "0.4"},
        {"code": "trust", "name": {"en": "Trust", "zh": "信任"}, "weight": "0.6"},
    ],
    "items": {
        "overall": {"text": {"en": "All in all?", "zh": "总的来说？"}},
        "ease": {"text": {"en": "Ease?", "zh": "方便吗？"}, "dimension": "ease"},
        "trust": {"text": {"en": "Trust?", "zh": "信任吗？"}, "dimension": "trust"},
    },
}


def rows(shift: int) -> str:
    """Sixty people in two districts who rated either department; `shift` moves grades."""
    lines = ["dept,district,overall,ease,trust"]
    for person in range(240):
        grades = [1 + (person * step + shift * (person % 3 > 0)) % 5 for step in (2, 3, 7)]
        department, district = ("parks", "water")[person % 2], ("East", "West")[person // 2 % 2]
        lines.append(",".join([department, district, *map(str, grades)]))
    return "\n".join(lines) + "\n"


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Wave]:
    """Import and evaluate a wave as the operator does."""

    def bring_in(name: str, codebook: dict[str, Any], shift: int = 0, previous: Wave | None = None) -> Wave:
        (tmp_path / "rows.csv").write_text(rows(shift))
        (tmp_path / "codebook.json").write_text(json.dumps(codebook))
        (tmp_path / "population.json").write_text('{"East": 4000, "West": 6000}')
        files = [str(tmp_path / file) for file in ("codebook.json", "rows.csv")]
        more = ["--wave", name, "--strata", "district", "--population", str(tmp_path / "population.json")]
        if previous:
            more += ["--previous", previous.slug]
        call_command("import_wave", *files, *more, stdout=StringIO(), stderr=StringIO())
        wave = Wave.objects.get(slug=name)
        call_command("evaluate", str(wave.pk), stdout=StringIO())
        return wave

    return bring_in


def scorecard(wave: Wave, code: str = "parks") -> ScorecardContent:
    composed = composing.compose(Evaluation.objects.filter(wave=wave).latest("number"), number=1)
    return next(one for one in composed.scorecards.values() if one.figures.code == code)


def changed(**texts: dict[str, str]) -> dict[str, Any]:
    codebook = deepcopy(CODEBOOK)
    for item, text in texts.items():
        codebook["items"][item]["text"] = text
    return codebook


def test_the_same_codebook_gives_changes(imported: Callable[..., Wave]) -> None:
    first = imported("first", CODEBOOK)
    second = imported("second", CODEBOOK, 1)
    assert second.previous == first
    card = scorecard(second)
    assert card.figures.change is not None
    assert (card.figures.change_reason, card.index_change_reason) == (None, None)
    assert [one.change_reason for one in card.dimensions] == [None, None]


def test_a_reworded_item_breaks_its_dimension_and_no_more(imported: Callable[..., Wave]) -> None:
    imported("first", CODEBOOK)
    second = imported("second", changed(ease={"en": "How easy?", "zh": "方便吗？"}), 1)
    assert second.previous is not None
    card = scorecard(second)
    assert card.figures.change is not None
    assert {one.code: one.change_reason for one in card.dimensions} == {
        "ease": "wording_changed",
        "trust": None,
    }


def test_a_reworded_headline_has_no_wave_before_and_cannot_be_given_one(
    imported: Callable[..., Wave],
) -> None:
    first = imported("first", CODEBOOK)
    reworded = changed(overall={"en": "Overall?", "zh": "总的来说？"})
    with pytest.raises(CommandError):
        imported("second", reworded, 1, previous=first)
    card = scorecard(imported("second", reworded, 1))
    assert (card.figures.change, card.figures.change_direction) == (None, None)


def test_a_codebook_translated_since_is_compared(imported: Callable[..., Wave]) -> None:
    imported("first", changed(ease={"en": "Ease?"}))
    second = imported("second", CODEBOOK, 1)
    assert second.edition.languages != Wave.objects.get(slug="first").edition.languages
    card = scorecard(second)
    assert card.figures.change is not None
    assert card.figures.change_reason is None
    assert [one.change_reason for one in card.dimensions] == [None, None]
