"""The page beside the results: sealed like them, the same numbers everywhere, words for what cannot be had."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.analyses import analysing
from reports.analyses.models import Analysis
from reports.evaluations import evaluating
from reports.evaluations.digits import rounded
from reports.evaluations.models import Evaluation, Progress
from reports.exports import printing
from reports.scorecards.content import content_hash
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.reports.analyses.conftest import a_city

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
Rated = Callable[..., Wave]

PAGE, FILE, API = "/results/spring/analysis/", "/results/spring/analysis.json", "/api/v1/analyses/spring/"


@pytest.fixture
def released(rated: Rated) -> Analysis:
    wave = rated(a_city(), invited=(300, 200))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    analysing.analyse_due()
    return Analysis.objects.get()


def test_nothing_is_told_before_the_release(
    rated: Rated, ada: User, ivo: User, dana: User, auditor: User, logged_in: LogIn
) -> None:
    wave = rated(a_city(), release_in=timedelta(days=3))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    analysing.analyse_due()
    assert Analysis.objects.get().content
    for browser in (Client(), *map(logged_in, (ada, ivo, dana, auditor))):
        for address in (PAGE, FILE, API, f"/results/{wave.pk}/analysis/", f"{API}?number=1"):
            assert browser.get(address).status_code == 404


def test_page_file_and_api_say_the_same_numbers(released: Analysis) -> None:
    browser = Client()
    page = browser.get(PAGE, headers={"accept-language": "en"})
    file, api = browser.get(FILE), browser.get(API)
    assert file.content == api.content
    content: dict[str, Any] = json.loads(file.content)
    assert content == released.content
    assert file["ETag"] == api["ETag"] == f'"{content_hash(content)}"'
    assert browser.get(FILE, headers={"if-none-match": file["ETag"]}).status_code == 304
    words = page.content.decode()
    for one in content["drivers"]["dimensions"]:
        low, point, high = (rounded(one[name], times=100) for name in ("lmg_low", "lmg", "lmg_high"))
        assert f"{point}%" in words
        assert f"{low}–{high}%" in words
        assert f"{rounded(one['johnson'], times=100)}%" in words
    assert rounded(content["reliability"]["alpha"], 2) in words
    assert f"{content['participation']['took_part']}" in words
    assert f"{rounded(content['participation']['rate'], times=100)}%" in words
    assert rounded(content["participation"]["r"], 2) in words
    assert released.content_hash in words


def test_the_page_says_that_it_is_association_and_no_score(released: Analysis) -> None:
    english = Client().get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "association, not cause, and it is not part of any score" in english
    assert 'aria-label="ease:' in english
    assert reverse("analyses:wave", args=["spring"]) in Client().get("/results/spring/").content.decode()


def test_a_district_that_hides_says_so_and_names_no_number(rated: Rated) -> None:
    wave = rated(a_city(), populations=(1000, 3000, 900), invited=(65, 200, 150), people=(60, 60, 45))
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    analysing.analyse_due()
    words = Client().get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert words.count("not shown</td>") == 4
    assert "very few did not, and others" in words
    assert ">200</td>" in words
    assert ">65</td>" not in words


def test_what_cannot_be_had_is_said_in_words(rated: Rated, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = rated(a_city(people=20))
    evaluating.evaluate(wave.pk)
    with monkeypatch.context() as slow:
        slow.setattr(analysing, "analyse_due", lambda: 0)
        slow.setattr(printing, "PATIENCE", timedelta(0))
        releasing.release_due()
    waiting = Client().get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "Still being computed" in waiting
    assert Client().get(FILE).status_code == 404
    failed = Analysis.objects.create(evaluation=Evaluation.objects.get(), progress=Progress.PARKED)
    assert "Could not be computed" in Client().get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert Client().get(FILE).status_code == 404
    failed.delete()
    analysing.analyse_due()
    words = Client().get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "too few people gave all the answers it needs" in words
    assert "nobody can say who was asked" in words
    assert "share-bar" not in words


def test_the_planning_page_gives_the_numbers_of_the_method(ada: User, logged_in: LogIn) -> None:
    browser = logged_in(ada)
    shares = browser.get("/office/scorecards/planning/", headers={"accept-language": "en"}).content.decode()
    assert "686 answers about each department are needed" in shares
    means = browser.get(
        "/office/scorecards/planning/?ask=score", headers={"accept-language": "en"}
    ).content.decode()
    assert "494 answers about each department are needed" in means
    sure = browser.get(
        "/office/scorecards/planning/",
        {
            "ask": "interval",
            "of": "rate",
            "half": "3",
            "rate": "50",
            "alpha": "0.05",
            "deff": "1",
            "response": "50",
        },
        headers={"accept-language": "en"},
    ).content.decode()
    assert "1,068 answers about each department are needed" in sure
    assert "invite 2,136 people" in sure


@pytest.mark.parametrize(
    ("compared", "sentence"),
    [
        ("", "494 answers about each department are needed"),
        ("1", "494 answers about each department are needed"),
        ("12", "864 answers about each department are needed"),
        ("1001", "less than or equal to 1000"),
        ("0", "greater than or equal to 1"),
        ("x", "Enter a whole number."),
    ],
)
def test_departments_that_are_compared_at_once_share_the_level(
    ada: User, logged_in: LogIn, compared: str, sentence: str
) -> None:
    asked = {"ask": "score", "delta": "5", "sd": "28", "alpha": "0.05", "deff": "1", "power": "0.8"}
    words = (
        logged_in(ada)
        .get(
            "/office/scorecards/planning/",
            {**asked, "compared": compared},
            headers={"accept-language": "en"},
        )
        .content.decode()
    )
    assert sentence in words
    assert ("each of 12 departments can be compared" in words) == (compared == "12")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"before": "85", "after": "85"}, "Both rates are the same"),
        ({"before": "85", "after": "abc"}, "Enter a number."),
        ({"before": "85", "after": "90", "deff": "0"}, "greater than or equal to 1"),
        ({"before": "nan", "after": "90"}, "Enter a number."),
        ({"before": "85", "after": ""}, "This field is required."),
        ({"before": "85", "after": "90", "power": "2"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_its_field_and_nothing_typed_is_lost(
    ada: User, logged_in: LogIn, given: dict[str, str], sentence: str
) -> None:
    asked = {"ask": "rate", "alpha": "0.05", "deff": "1", "power": "0.8", "response": "33"} | given
    answer = logged_in(ada).get("/office/scorecards/planning/", asked, headers={"accept-language": "en"})
    assert answer.status_code == 200
    words = answer.content.decode()
    assert sentence in words
    assert 'value="33"' in words
    assert "answers about each department are needed" not in words


def test_planning_is_for_those_who_plan(dana: User, ivo: User, admin_user: User, logged_in: LogIn) -> None:
    statuses = [
        logged_in(user).get("/office/scorecards/planning/").status_code for user in (dana, ivo, admin_user)
    ]
    assert statuses == [403, 403, 200]
    link = reverse("analyses:planning")
    assert link in logged_in(admin_user).get("/office/scorecards/").content.decode()
    assert link not in logged_in(ivo).get("/office/scorecards/").content.decode()
