"""The resident survey of Kansas City, from the files to the digits that R gives."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

HERE = Path(__file__).resolve().parents[3]
DATA = next(
    (place for place in (HERE / "tests/data/kcmo", HERE.parent / "shared/data/kcmo") if place.is_dir()), None
)
FIGURES = (
    "score",
    "score_se",
    "score_low",
    "score_high",
    "satisfaction",
    "satisfaction_low",
    "satisfaction_high",
    "good_rate",
)


def said(*command: str) -> dict:  # type: ignore[type-arg]
    out = StringIO()
    call_command(*command, stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])  # type: ignore[no-any-return]


@pytest.mark.django_db
@pytest.mark.skipif(DATA is None, reason="2026-11-22: the survey's files are not beside this checkout")
def test_a_past_survey_comes_out_as_r_computes_it() -> None:
    assert DATA is not None
    expected = json.loads((DATA / "expected_2021q3.json").read_text())["departments"]
    imported = said(
        "import_wave",
        str(DATA / "codebook.json"),
        str(DATA / "wave_2021q3.csv"),
        "--wave",
        "2021 Q3",
        "--strata",
        "district",
        "--population",
        str(DATA / "population.json"),
    )
    assert (imported["responses"], imported["departments"]) == (1033, 16)
    wave = str(imported["wave"])
    assert said("evaluate", wave)["status"] == "done"
    found = {one["code"]: one for one in said("scorecard", wave)["departments"]}
    assert found.keys() == expected.keys()
    for code, digits in expected.items():
        assert found[code]["n"] == digits["n"]
        for figure in FIGURES:
            assert found[code][figure] == pytest.approx(digits[figure], rel=1e-6), (code, figure)
        assert found[code]["grades"] == pytest.approx(digits["grades"], rel=1e-6)
        assert found[code]["score_df"] == digits["df"]
    assert {one["status"] for one in found.values()} == {"publishable"}
    assert all(one["rank_low"] <= one["rank_high"] for one in found.values())
    second = said(
        "import_wave",
        str(DATA / "codebook.json"),
        str(DATA / "wave_2022q1_half.csv"),
        "--wave",
        "2022 Q1",
        "--strata",
        "district",
        "--population",
        str(DATA / "population.json"),
    )
    assert said("evaluate", str(second["wave"]))["status"] == "done"
    later = {one["code"]: one for one in said("scorecard", str(second["wave"]))["departments"]}
    for code, one in later.items():
        assert one["change"] == pytest.approx(one["score"] - found[code]["score"], rel=1e-9)
        assert one["change_low"] < one["change"] < one["change_high"]
        assert one["change_direction"] in ("improved", "declined", "no_change_shown")


@pytest.mark.django_db
@pytest.mark.skipif(DATA is None, reason="2026-11-22: the survey's files are not beside this checkout")
def test_without_strata_the_same_survey_judges_nobody() -> None:
    assert DATA is not None
    imported = said(
        "import_wave", str(DATA / "codebook.json"), str(DATA / "wave_2021q3.csv"), "--wave", "2021 Q3"
    )
    wave = str(imported["wave"])
    assert said("evaluate", wave)["status"] == "done"
    for one in said("scorecard", wave)["departments"]:
        assert (one["band"], one["z"], one["rank_low"], one["change"]) == (None, None, None, None)
        assert one["score"] is not None
