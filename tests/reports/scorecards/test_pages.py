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

from reports import releasing
from reports.evaluations import evaluating
from reports.evaluations.digits import rounded
from reports.scorecards import keeping, pages, publishing, views
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Department, User
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
    assert "This wave declares no earlier one to be compared with" in words


def test_a_wave_page_shows_every_department_with_its_interval_and_leads_to_the_whole(
    client: Client, released: Publication
) -> None:
    words = english(client, reverse("scorecards:wave", args=["spring"]))
    assert "Better than expected: Parks. Worse than expected: Roads." in words
    page = client.get(reverse("scorecards:wave", args=["spring"])).text
    assert 'href="/s/spring/screening/"' in page
    assert 'href="/invited/spring/"' in page
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


def test_nothing_that_a_stranger_writes_into_an_address_stays_in_the_page_for_everybody(
    client: Client, released: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    junk = "buy at evil.example " + "A" * 500
    for path in ("/results/spring/", "/results/spring/parks/", "/results/spring/report/", "/method/"):
        for asked in (
            {"number": [junk, ""]},
            {"number": [junk, "1"]},
            {"number": ["1", "1"]},
            {"number": ["01"]},
            {"lang": [junk, "zh-hans"]},
            {junk: [""]},
        ):
            client.get(path, asked)
            client.cookies.clear()
        plain = client.get(path)
        fresh: keeping.Kept[tuple[bytes, str]] = keeping.Kept(
            most_bytes=2**20, size=lambda page: len(page[0])
        )
        monkeypatch.setattr(views, "_kept", fresh)
        assert b"evil.example" not in plain.content
        assert plain.content == client.get(path).content, path


def test_a_correction_shows_at_once_and_the_earlier_results_stay(
    client: Client, released: Publication, door: Door, ivo: User
) -> None:
    before = english(client, "/results/spring/parks/")
    pk = next(pk for pk, found in door.counted[released.wave_id].items() if found.counts[0, 0, 5] == 10)
    # Ten and more answers in each district: a smaller correction would tell what a few people said.
    line = [[10, 14, 6, 3, 13, 4, 1, 1], [12, 25, 9, 5, 14, 5, 0, 2]]
    door.counted[released.wave_id][pk] = a_slice(pk, 1, {"overall": line})
    evaluating.evaluate(released.wave_id)
    publishing.correct(released, reason="Some ratings were missing.", by=ivo)
    releasing.release_due()
    now = english(client, "/results/spring/parks/")
    assert "These results were corrected. Reason: Some ratings were missing." in now
    assert "69.5" not in now
    earlier = english(client, "/results/spring/parks/?number=1")
    assert "This is publication 1. It was superseded" in earlier
    assert "69.5 / 100" in earlier
    assert "69.5 / 100" in before


def test_a_search_finds_departments_and_waves_in_either_language_and_is_not_kept(
    client: Client, released: Publication
) -> None:
    everything = english(client, "/results/")
    assert "Newest · Released" in everything
    for words in ("park", "PARKS", "园林", "ｐａｒｋｓ", "parks"):  # wide letters are letters
        page = english(client, f"/results/?q={words}")
        assert f"Results for “{words}” Spring survey Parks 69.5 63.8–75.2" in page
        assert "Roads" not in page
    assert "Spring survey 2 departments were rated by 100 people." in english(client, "/results/?q=spring")
    assert "Nothing released has that name." in english(client, "/results/?q=" + "x" * 500)
    assert english(client, "/results/") == everything
    within = english(client, "/results/spring/?q=road")
    assert "Roads 39.0" in within or "Roads 4" in within
    assert "No department of this survey has “zoo” in its name." in english(client, "/results/spring/?q=zoo")


def test_what_is_looked_for_is_shown_as_words(client: Client, released: Publication) -> None:
    page = client.get("/results/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_public_pages_load_no_script_for_their_pictures(client: Client, released: Publication) -> None:
    for address in ("/results/", "/results/spring/", "/results/spring/parks/", "/results/spring/places/"):
        page = client.get(address).content.decode()
        assert "plotly" not in page
        assert "charts.js" not in page
        assert "style=" not in page


def test_places_are_a_tree_and_each_says_what_its_residents_said(
    client: Client, released: Publication
) -> None:
    tree = english(client, "/results/spring/places/")
    assert "north 2 departments" in tree
    assert "south 2 departments" in tree
    page = english(client, "/results/spring/places/south/")
    card = ScorecardContent.of(Scorecard.objects.get(department__code="parks").content)
    (by,) = (one for one in card.breakdowns if one.by == "place")
    south = next(one for one in by.groups if one.code == "south")
    assert south.score is not None
    assert f"Parks {rounded(south.score)}" in page
    assert "Residents of south gave between" in page
    department = english(client, "/results/spring/parks/")
    assert "By group of residents" in department
    assert f"south {rounded(south.score)}" in department


def test_places_that_nothing_is_told_of_do_not_exist(
    client: Client, released: Publication, a_wave: MakeWave
) -> None:
    for code in ("nowhere", "north+south", "a/b/c", "..", "%00"):
        assert client.get(f"/results/spring/places/{code}/").status_code == 404
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN, slug="anybody")
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    assert client.get("/results/anybody/").status_code == 200
    assert client.get("/results/anybody/places/").status_code == 404
    assert "/places/" not in client.get("/results/anybody/").content.decode()


def test_joined_strata_have_an_address_of_their_own(client: Client, a_wave: MakeWave) -> None:
    few = [[2, 1, 0, 0, 0, 0, 0, 0], [0, 1, 2, 1, 0, 0, 0, 0], *PARKS["overall"]]
    strata = (("old town", 500, 3), ("a/b", 600, 4), ("north", 1000, 40), ("south", 3000, 60))
    wave = a_wave({"parks": {"overall": few}, "roads": {"overall": few}}, strata=strata, slug="joined")
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    page = client.get("/results/joined/places/").content.decode()
    addresses = re.findall(r'href="(/results/joined/places/[^"]+)"', page)
    assert any("+" in one for one in addresses)
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_a_department_leads_up_and_a_roof_says_that_it_is_a_mean(
    client: Client, released: Publication
) -> None:
    content = WaveContent.of(released.content)
    assert [one.code for one in content.roll_ups] == ["city"]
    page = english(client, "/results/spring/")
    assert "The plain mean over the 2 departments below it with a firm score is" in page
    assert "It is no score of its own." in page
    parks = client.get("/results/spring/parks/").content.decode()
    assert 'href="/results/spring/city/"' in parks


def test_odd_numbers_of_publications_do_not_exist(client: Client, released: Publication) -> None:
    for number in ("0", "2", "-1", "1.0", "9" * 30, "x", "１"):
        assert client.get(f"/results/spring/?number={number}").status_code == 404


def test_a_self_selected_wave_says_what_it_cannot_say(client: Client, a_wave: MakeWave) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN, slug="anybody")
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    words = english(client, "/results/anybody/")
    assert "Who rated here chose to." in words
    assert "better than expected" not in words
    assert "Of 87 people who chose to rate Parks, 70.1% are satisfied." in english(
        client, "/results/anybody/parks/"
    )


def test_intervals_of_ratings_nobody_drew_are_of_no_level_and_a_search_shows_no_score_of_them(
    client: Client, a_wave: MakeWave
) -> None:
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN, slug="anybody").pk)
    releasing.release_due()
    for page in ("", "parks/", "report/"):
        words = english(client, f"/results/anybody/{page}")
        assert not re.search(r"\d+% interval", words), page
        assert "ounting noise only" in words, page
    found = english(client, "/results/?q=parks")
    assert "Parks not judged" in found
    assert not re.search(r"\d\d\.\d–\d\d\.\d", found)


def test_of_an_import_without_strata_nobody_says_that_people_chose_to_take_part(
    client: Client, a_wave: MakeWave
) -> None:
    strata = (("north", None, 40), ("south", None, 60))
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.IMPORTED, strata=strata, slug="past")
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    for page in ("", "parks/", "report/"):
        words = english(client, f"/results/past/{page}")
        assert "chose to" not in words, page
        assert "before the first answer" not in words.split("How it was computed")[-1], page
    assert "How people were chosen is not known" in english(client, "/results/past/")


def test_nothing_of_a_self_selected_wave_is_called_firm_enough_to_judge(
    a_wave: MakeWave, logged_in: LogIn, dana: User, admin_user: User
) -> None:
    wave = a_wave({"parks": PARKS, "roads": ROADS}, klass=Klass.OPEN, slug="anybody")
    evaluating.evaluate(wave.pk)
    releasing.release_due()
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
        assert "not judged" in words


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
    assert {one.name: one.about for one in shown["beside"].files}["dataset.csv"] == "all answers as counts"
    assert shown["is_undated"]
    content["fieldwork"]["opened_at"] = "2020-07-01T00:00:00+08:00"
    assert not pages.wave(released)["is_undated"]


def test_a_late_release_shows_itself(client: Client, a_wave: MakeWave) -> None:
    a_wave({"parks": PARKS}, slug="late")
    page = english(client, reverse("scorecards:results"))
    assert "Late survey late" in page
    assert "not published yet" in page


@pytest.mark.parametrize(
    "address",
    [
        "/results/spring/",
        "/results/spring/parks/",
        "/results/",
        "/results/spring/places/",
        "/results/spring/places/north/",
    ],
)
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
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    browser = logged_in(dana)
    card = Scorecard.objects.get(publication=released, department__code="parks")
    # Session, reader, standing, unread notices; how releases and departments stand, which a process asks once a second
    # outside a test. On the desk also the root and the waves to come, and what else stands on the desk as drawn.
    for address, number in (
        (reverse("scorecards:detail", args=[card.pk]), 6),
        (reverse("scorecards:list"), 10),
    ):
        browser.get(address)  # it is drawn once, and kept
        with django_assert_num_queries(number):
            assert browser.get(address).status_code == 200
        # What is kept outlives neither a department's name, nor the language, nor the reader's right to it.
        Department.objects.filter(code="parks").update(names={"zh-hans": "花木局", "en": "Flower beds"})
        assert "<h1>花木局" in browser.get(address).text
        assert "<h1>Flower beds" in browser.get(address, headers={"accept-language": "en"}).text
        Department.objects.filter(code="parks").update(names={"zh-hans": "园林局", "en": "Parks"})
    address = reverse("scorecards:detail", args=[card.pk])
    User.objects.filter(pk=dana.pk).update(department=Department.objects.get(code="roads"))
    assert browser.get(address).status_code == 404


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
