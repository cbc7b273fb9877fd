"""Pages of results: what a resident, a head and a reviewer see."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports.evaluations import evaluating
from reports.scorecards import pages, publishing
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import User
from surveys.waves.models import Klass, Wave
from tests.reports.made_waves import PARKS, ROADS, Door, a_slice

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]
LogIn = Callable[[User], Client]


def english(client: Client, address: str) -> str:
    """Return the words of a page."""
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    text = re.sub(r"<script.*?</script>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_list_names_the_wave_and_says_the_one_sentence(client: Client, released: Publication) -> None:
    words = english(client, reverse("scorecards:results"))
    assert "Spring survey" in words
    assert "2 departments were rated by 100 people." in words


def test_a_department_page_says_rate_interval_band_and_place(client: Client, released: Publication) -> None:
    words = english(client, reverse("scorecards:department", args=["spring", "parks"]))
    assert "70.0% of residents are satisfied with Parks (95% interval 59.1% to 79.0%)." in words
    assert "69.5 / 100" in words
    assert "63.8–75.2" in words
    assert "much better than expected" in words
    assert "87 people graded it; 9 said “don't know”" in words
    assert "This is the first wave of its kind" in words


def test_a_wave_page_shows_every_department_with_its_interval_and_leads_to_the_whole(
    client: Client, released: Publication
) -> None:
    words = english(client, reverse("scorecards:wave", args=["spring"]))
    assert "Better than expected: Parks. Worse than expected: Roads." in words
    assert "Parks 69.5" in words
    assert "1 of 2" in words
    assert "The city as a whole: what residents said of it" in words
    whole = english(client, reverse("scorecards:department", args=["spring", "city"]))
    assert "The city was not given an overall rating in this wave." in whole
    assert "benchmark" not in whole


def test_a_wave_is_found_by_its_number_too(client: Client, released: Publication) -> None:
    assert client.get(f"/results/{released.wave_id}/").content == client.get("/results/spring/").content


def test_a_page_is_kept_and_known_by_its_tag(client: Client, released: Publication) -> None:
    first = client.get("/results/spring/parks/")
    assert client.get("/results/spring/parks/").content == first.content
    again = client.get("/results/spring/parks/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/results/spring/parks/", headers={"accept-language": "en"})["ETag"] != first["ETag"]


def test_a_correction_shows_at_once_and_the_earlier_results_stay(
    client: Client, released: Publication, door: Door, ivo: User
) -> None:
    before = english(client, "/results/spring/parks/")
    pk = next(pk for pk, found in door.counted[released.wave_id].items() if found.counts[0, 0, 5] == 10)
    line = [[10, 14, 6, 3, 9, 0, 0, 0], [12, 25, 9, 5, 9, 0, 0, 0]]
    door.counted[released.wave_id][pk] = a_slice(pk, 1, {"overall": line})
    evaluating.evaluate(released.wave_id)
    publishing.correct(released, reason="Some ratings were missing.", by=ivo)
    publishing.release_due()
    now = english(client, "/results/spring/parks/")
    assert "These results were corrected. Reason: Some ratings were missing." in now
    assert "69.5" not in now
    earlier = english(client, "/results/spring/parks/?number=1")
    assert "This is publication 1. It was superseded" in earlier
    assert "69.5 / 100" in earlier
    assert "69.5 / 100" in before


def test_odd_numbers_of_publications_do_not_exist(client: Client, released: Publication) -> None:
    for number in ("0", "2", "-1", "1.0", "9" * 30, "x", "１"):
        assert client.get(f"/results/spring/?number={number}").status_code == 404


def test_a_self_selected_wave_says_what_it_cannot_say(client: Client, a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN, slug="anybody")
    evaluating.evaluate(wave.pk)
    publishing.release_due()
    words = english(client, "/results/anybody/")
    assert "Who rated here chose to." in words
    assert "better than expected" not in words
    assert "Of 87 people who chose to rate Parks, 70.1% are satisfied." in english(
        client, "/results/anybody/parks/"
    )


def test_nothing_of_a_self_selected_wave_is_called_firm_enough_to_judge(
    a_wave: MakeWave, logged_in: LogIn, dana: User, admin_user: User
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN, slug="anybody")
    evaluating.evaluate(wave.pk)
    publishing.release_due()
    card = Scorecard.objects.get(publication__wave=wave, department__code="parks")
    everywhere = [
        english(Client(), "/results/anybody/"),
        english(Client(), "/results/anybody/parks/"),
        english(logged_in(admin_user), reverse("scorecards:list")),
        english(logged_in(admin_user), reverse("scorecards:detail", args=[card.pk])),
    ]
    for words in everywhere:
        assert "firm enough to judge" not in words
        assert "indicative only" not in words
    for words in everywhere[1:]:
        assert "not judged: people chose to rate" in words


def test_a_wave_without_merging_offers_no_merged_groups_and_an_undated_import_says_when_it_was_imported(
    client: Client, released: Publication
) -> None:
    words = english(client, "/results/spring/")
    assert "all answers as counts, small groups merged" in words
    assert "Asked " in words
    content: dict[str, Any] = released.content
    content["parameters"]["merge_strata"] = False
    content["fieldwork"] |= {"klass": "imported", "opened_at": content["fieldwork"]["closed_at"]}
    shown = pages.wave(released)
    assert dict(shown["files"])["dataset.csv"] == "all answers as counts"
    assert shown["is_undated"]
    content["fieldwork"]["opened_at"] = "2020-07-01T00:00:00+08:00"
    assert not pages.wave(released)["is_undated"]


def test_a_late_release_shows_itself(client: Client, a_wave: MakeWave) -> None:
    a_wave({"parks": PARKS}, slug="late")
    page = english(client, reverse("scorecards:results"))
    assert "Late survey late" in page
    assert "not published yet" in page


@pytest.mark.parametrize("address", ["/results/spring/", "/results/spring/parks/", "/results/"])
def test_a_public_page_asks_the_database_a_fixed_number_of_times(
    client: Client, released: Publication, address: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(6):
        client.get(address)
    with django_assert_max_num_queries(2):
        client.get(address)


def test_office_pages_ask_the_database_a_fixed_number_of_times(
    released: Publication,
    logged_in: Callable[[User], Client],
    dana: User,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    browser = logged_in(dana)
    card = Scorecard.objects.get(publication=released, department__code="parks")
    with django_assert_max_num_queries(10):
        assert browser.get(reverse("scorecards:detail", args=[card.pk])).status_code == 200
    with django_assert_max_num_queries(10):
        assert browser.get(reverse("scorecards:list")).status_code == 200


def test_pages_need_no_array_library(tmp_path: Path) -> None:
    """A process that serves pages never loads numpy, scipy or Plotly."""
    program = (
        "import sys, django; django.setup(); import survey_project.urls; "
        "print([name for name in ('numpy', 'scipy', 'plotly') if name in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "survey_project.settings"}
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
