"""The published program agrees with every published number, names what does not, and needs nothing of ours."""

import ast
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards.models import Publication
from surveys.waves.models import Klass, Wave
from tests.reports.evaluations.test_kansas_city import DATA, said
from tests.reports.made_waves import PARKS, ROADS, Door
from tests.reports.trust.conftest import VERIFY, Download, Released, verified
from tests.reports.trust.second import disagreements

pytestmark = pytest.mark.django_db

FROZEN = Path(__file__).parents[1] / "exports" / "format_2"


def test_all_numbers_of_a_wave_agree_papers_and_all(released: Released, download: Download) -> None:
    released()
    place = download("spring")
    assert (place / "report.pdf").exists()
    code, said_ = verified(place)
    assert (code, said_[:4]) == (0, "all ")
    assert disagreements(place) == []


def test_changes_are_computed_from_the_files_of_both_waves(
    released: Released, download: Download, no_papers: None
) -> None:
    first = released("winter")
    released("spring", times=3, previous=first)
    then, now = download("winter"), download("spring")
    assert verified(now)[0] == 0  # held against themselves
    assert verified(now, "--previous", str(then))[0] == 0
    assert disagreements(now, then) == []
    shutil.copy(now / "scorecard.json", then / "scorecard.json")
    assert verified(now, "--previous", str(then))[0] == 1


def test_a_wave_weighted_to_margins_agrees(raked: Released, download: Download, no_papers: None) -> None:
    raked()
    place = download("raked")
    assert "age=young" in (place / "design.csv").read_text()
    assert verified(place)[0] == 0
    assert disagreements(place) == []


def test_a_mix_that_scores_are_standardised_to_agrees(
    raked: Released, download: Download, no_papers: None
) -> None:
    raked(standard={"margin": "age", "shares": {"young": "0.4", "old": "0.6"}})
    place = download("raked")
    assert '"comparable":true' in (place / "scorecard.json").read_text()
    assert verified(place)[0] == 0


def test_ratings_that_people_chose_to_give_agree(
    a_wave: Callable[..., Wave], download: Download, no_papers: None
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN)
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    place = download("spring")
    assert verified(place)[0] == 0
    assert disagreements(place) == []


def test_a_wave_that_was_closed_after_its_release_was_due_agrees(
    a_wave: Callable[..., Wave], door: Door, download: Download, no_papers: None
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    late = wave.release_at + timedelta(seconds=16)  # as where a beat closes what is released at its closing
    door.designs[wave.pk] = replace(door.designs[wave.pk], closed_at=late)
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    place = download("spring")
    told = json.loads((place / "scorecard.json").read_text())["fieldwork"]
    assert told["closed_at"] > told["release_at"]
    assert verified(place)[0] == 0
    assert disagreements(place) == []


def test_the_files_of_one_department_agree_by_themselves(
    released: Released, download: Download, no_papers: None
) -> None:
    released()
    for department in ("parks", "water"):
        assert verified(download(f"spring/{department}"))[0] == 0, department


@pytest.mark.skipif(DATA is None, reason="2026-11-23: the survey's files are not beside this checkout")
def test_both_surveys_of_kansas_city_agree(download: Download, no_papers: None) -> None:
    assert DATA is not None
    given = ["--strata", "district", "--population", str(DATA / "population.json")]
    for file, name in (("wave_2021q3.csv", "2021 Q3"), ("wave_2022q1_half.csv", "2022 Q1")):
        made = said("import_wave", str(DATA / "codebook.json"), str(DATA / file), "--wave", name, *given)
        said("evaluate", str(made["wave"]))
    releasing.release_due()
    then, now = download("2021-q3"), download("2022-q1")
    assert verified(then) == (0, verified(then)[1])
    assert verified(now, "--previous", str(then))[0] == 0
    assert disagreements(then) == []
    assert disagreements(now, then) == []


def test_every_wave_of_a_synthetic_city_agrees(download: Download, no_papers: None) -> None:
    call_command("make_city", "--responses", "1500", "--waves", "2", stdout=StringIO())
    call_command("reconcile", stdout=StringIO())
    slugs = [one.wave.slug for one in Publication.objects.order_by("wave__closes_at")]
    assert len(slugs) == 2
    then, now = (download(slug) for slug in slugs)
    assert verified(then)[0] == 0
    assert verified(now, "--previous", str(then))[0] == 0
    assert disagreements(then) == []
    assert disagreements(now, then) == []


@pytest.mark.django_db(transaction=True)
def test_the_address_of_a_results_page_is_enough(
    released: Released, live_server: Any, no_papers: None
) -> None:
    released()
    assert verified(f"{live_server.url}/results/spring/")[0] == 0
    assert verified(f"{live_server.url}/results/spring?number=1")[0] == 0
    assert verified(f"{live_server.url}/results/winter/")[0] == 2


def test_a_missing_file_is_named(released: Released, download: Download, no_papers: None) -> None:
    released()
    place = download("spring")
    (place / "unflagged.csv").unlink()
    code, said_ = verified(place)
    assert code == 1
    assert "unflagged.csv" in said_
    assert verified(place / "nowhere")[0] == 2


def test_a_list_of_files_never_leads_out_of_the_directory(
    released: Released, download: Download, no_papers: None
) -> None:
    released()
    place = download("spring")
    (place.parent / "secret").write_text("x")
    with (place / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  ../secret\n")
    code, said_ = verified(place)
    assert code == 1
    assert "../secret is missing" in said_


@pytest.mark.parametrize("page", ["wave", "parks"])
def test_what_was_published_before_fingerprints_agrees_too(page: str) -> None:
    assert verified(FROZEN / page)[0] == 0


def test_what_was_published_first_is_refused_by_name() -> None:
    code, said_ = verified(FROZEN.with_name("format_1") / "wave")
    assert code == 1
    assert said_.startswith("scorecard.json: format: 1 is not one of")


def test_the_program_is_one_file_of_the_standard_library() -> None:
    tree = ast.parse(VERIFY.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"__future__"}


def test_the_program_is_offered_to_everybody_as_it_is(client: Client) -> None:
    answer = client.get("/trust/verify.py")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/x-python")
    assert answer.content == VERIFY.read_bytes()
    assert client.get("/trust/verify.py", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_what_computing_alone_cannot_see(client: Client, language: str) -> None:
    page = client.get(f"/trust/?lang={language}").content.decode()
    assert hashlib.sha256(VERIFY.read_bytes()).hexdigest() in page
    assert "SHA256SUMS" in page
    assert "/trust/verify.py" in page
