"""Between waves that asked otherwise nothing points up or down: on no page, in no chart, in no file, by no program."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from reports import releasing
from reports.evaluations import evaluating
from reports.evaluations.models import Measurement
from reports.scorecards import access, charts
from reports.scorecards.content import ScorecardContent
from reports.scorecards.models import Publication, Scorecard
from surveys.languages import asks_the_same
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db

MakeWave = Callable[..., Wave]
WORSE = {"overall": [[2, 6, 14, 8, 4, 4, 1, 1], [3, 9, 20, 14, 7, 5, 0, 2]]}
BATTERY = {"overall": PARKS["overall"], "speed": ROADS["overall"], "courtesy": PARKS["overall"]}
DIMENSIONS = {"speed": "speed", "courtesy": "courtesy"}
OVERALL = {"zh-hans": "总的来说您满意吗？", "en": "All in all, how satisfied are you?"}


def published(*, then: Mapping[str, Any], now: Mapping[str, Any], a_wave: MakeWave) -> Scorecard:
    """The scorecard of Parks in the second of two released waves, which asked `then` and `now`."""
    first = a_wave(slug="first", **{"tables": {"parks": WORSE, "roads": ROADS}, **then})
    second = a_wave(slug="second", previous=first, **{"tables": {"parks": PARKS, "roads": ROADS}, **now})
    evaluating.evaluate(second.pk)
    releasing.release_due()
    return Scorecard.objects.get(publication__wave=second, department__code="parks")


def reworded(a_wave: MakeWave) -> Scorecard:
    """Parks improved by much, but asked otherwise; Roads too."""
    return published(then={"text": "How content are you?"}, now={}, a_wave=a_wave)


def fetched(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_the_same_words_give_a_change_as_ever(a_wave: MakeWave) -> None:
    content = ScorecardContent.of(published(then={}, now={}, a_wave=a_wave).content)
    assert content.figures.change_direction == "improved"
    assert content.figures.change_reason is None
    assert content.change_n == 2


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (OVERALL, {**OVERALL, "ug": "قانداق؟"}),
        ({**OVERALL, "ug": "قانداق؟"}, OVERALL),
        (OVERALL, {"zh-hans": "总的来说,您满意吗 ?", "en": "All in all – how  satisfied are you"}),
    ],
)
def test_a_translation_or_a_comma_breaks_nothing(
    a_wave: MakeWave, then: dict[str, str], now: dict[str, str]
) -> None:
    card = published(then={"words": {"overall": then}}, now={"words": {"overall": now}}, a_wave=a_wave)
    assert ScorecardContent.of(card.content).figures.change_direction == "improved"
    assert not any(one.starts for one in access.history_of(card))


@pytest.mark.parametrize(
    "now",
    [
        {**OVERALL, "en": "All in all, how content are you?"},
        {**OVERALL, "zh-hans": "总的来说您不满意吗？"},
        {"ug": "قانداق؟"},
    ],
)
def test_other_words_in_one_language_or_no_language_in_common_are_a_break(
    a_wave: MakeWave, now: dict[str, str]
) -> None:
    card = published(then={"words": {"overall": OVERALL}}, now={"words": {"overall": now}}, a_wave=a_wave)
    figures = ScorecardContent.of(card.content).figures
    assert (figures.change, figures.change_direction) == (None, None)
    assert figures.change_reason == "wording_changed"


def test_holm_runs_over_the_departments_that_are_compared(a_wave: MakeWave) -> None:
    tables = {"parks": WORSE, "roads": {"other": ROADS["overall"]}}
    again = {"parks": PARKS, "roads": {"other": ROADS["overall"]}}
    card = published(
        then={"tables": tables},
        now={"tables": again, "words": {"other": {"en": "Quite another question?"}}},
        a_wave=a_wave,
    )
    content = ScorecardContent.of(card.content)
    assert content.change_n == 1
    assert content.figures.change_direction == "improved"
    (p,) = Measurement.objects.filter(indicator="change").values_list("estimate__p", flat=True)
    assert content.figures.change_p_holm == p
    roads = Scorecard.objects.get(publication=card.publication, department__code="roads")
    assert ScorecardContent.of(roads.content).figures.change_reason == "wording_changed"


def test_no_page_names_a_change_where_the_words_changed(
    a_wave: MakeWave, client: Client, ivo: User, logged_in: Callable[[User], Client]
) -> None:
    card = reworded(a_wave)
    office = logged_in(ivo)
    for reader, address in (
        (client, "/results/second/parks/"),
        (client, "/results/second/"),
        (office, f"/office/scorecards/{card.pk}/"),
        (office, "/office/scorecards/"),
    ):
        page = fetched(reader, f"{address}?lang=en")
        assert not [words for words in ("improved", "declined", "no change shown") if words in page]
        assert "chip-break" in page
    page = fetched(client, "/results/second/parks/?lang=en")
    sentence = "the wording of the question changed between edition 1 and edition 2."
    assert f'<p class="break">Not comparable with the wave before: {sentence}</p>' in page
    assert 'class="row-break"' in page


def test_no_file_and_no_program_is_told_a_change_and_all_are_told_why(
    a_wave: MakeWave, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    card = reworded(a_wave)
    document = json.loads(fetched(client, "/results/second/scorecard.json"))
    api = json.loads(fetched(client, "/api/v1/results/second/parks/"))
    whole = json.loads(fetched(client, "/api/v1/results/second/"))
    call_command("scorecard", str(card.publication.wave_id))
    printed = json.loads(capsys.readouterr().out)
    for figures in (
        document["departments"][0],
        api["figures"],
        whole["departments"][0],
        printed["departments"][0],
    ):
        assert {key for key, value in figures.items() if key.startswith("change") and value} == {
            "change_reason"
        }
        assert figures["change_reason"] == "wording_changed"
    assert (api["change_before"], api["change_n"]) == (None, None)
    rule = json.loads(fetched(client, "/results/second/method.json"))["change"]
    assert (rule["previous"], rule["editions"]) == ("first", [1, 2])
    assert "wording_changed" in rule["told"]
    for name in ("dataset.csv", "design.csv", "moments.csv", "correlations.csv", "unflagged.csv"):
        columns = next(csv.reader(io.StringIO(fetched(client, f"/results/second/{name}"))))
        assert not [column for column in columns if "change" in column or "before" in column]


def test_the_line_of_the_trend_stops_at_a_break_with_a_mark(a_wave: MakeWave) -> None:
    wave = None
    for slug, text in (("first", "A?"), ("second", "A?"), ("third", "B?"), ("fourth", "B?")):
        wave = a_wave({"parks": PARKS}, slug=slug, previous=wave, text=text)
    evaluating.evaluate_due()
    releasing.release_due()
    past = access.history_of(Scorecard.objects.get(publication__wave=wave))
    assert [(one.wave, one.series, one.starts) for one in past] == [
        ("first", 0, False),
        ("second", 0, False),
        ("third", 1, True),
        ("fourth", 1, False),
    ]
    with translation.override("en"):
        shape = charts.trend(past)
    assert shape is not None
    assert [[mark.label for mark in series] for series in shape.series] == [
        ["First survey", "Second survey"],
        ["Third survey", "Fourth survey"],
    ]
    chart = charts.plotly.figure(shape)
    assert [len(trace["x"]) for trace in chart["data"]] == [2, 2]
    assert [(line["x0"], line["x1"]) for line in chart["layout"]["shapes"]] == [(1.5, 1.5)]
    assert [note["text"] for note in chart["layout"]["annotations"]] == ["asked in other words"]
    drawing = charts.svg.drawn(shape)
    assert drawing.count('class="picture-run"') == 2, "one line in each series, none between them"
    assert drawing.count('class="picture-break"') == 1


def recomputed(client: Client, then: str, now: str, department: str) -> Decimal | None:
    """The change as an outsider finds it: by `method.json`, from the published files of both waves alone."""
    rule = json.loads(fetched(client, f"/results/{now}/method.json"))["change"]
    assert rule["previous"] == then
    cards = [
        json.loads(fetched(client, f"/results/{wave}/scorecard.json"))["scorecards"] for wave in (now, then)
    ]
    new, old = (next(card for card in each if card["figures"]["code"] == department) for each in cards)
    (whole, *words), (other, *others) = new["asked"].split(), old["asked"].split()
    mine, theirs = (dict(word.split(":") for word in each) for each in (words, others))
    shared = mine.keys() & theirs.keys()
    if whole != other or not shared or any(mine[language] != theirs[language] for language in shared):
        return None
    return Decimal(new["figures"]["score"]) - Decimal(old["figures"]["score"])


def test_whoever_recomputes_a_change_from_the_files_finds_it_or_finds_that_there_is_none(
    a_wave: MakeWave, client: Client
) -> None:
    published(then={}, now={}, a_wave=a_wave)
    third = a_wave(
        {"parks": PARKS, "roads": ROADS},
        slug="third",
        previous=Wave.objects.get(slug="second"),
        text="Other?",
    )
    evaluating.evaluate(third.pk)
    releasing.release_due()
    card = json.loads(fetched(client, "/results/second/parks/scorecard.json"))["departments"][0]
    found = recomputed(client, "first", "second", "parks")
    assert found is not None
    assert float(found) == pytest.approx(float(card["change"]), rel=1e-9)
    assert recomputed(client, "second", "third", "parks") is None
    assert (
        json.loads(fetched(client, "/results/third/parks/scorecard.json"))["departments"][0]["change"] is None
    )


def battery(a_wave: MakeWave, **now: Any) -> ScorecardContent:
    tables = {"parks": BATTERY}
    asked = {"tables": tables, "dimensions": DIMENSIONS, "merge_strata": False}
    return ScorecardContent.of(published(then=asked, now={**asked, **now}, a_wave=a_wave).content)


def test_a_changed_question_breaks_its_dimension_and_leaves_the_headline(a_wave: MakeWave) -> None:
    content = battery(a_wave, words={"speed": {"zh-hans": "快吗？", "en": "Fast?"}})
    assert content.figures.change is not None
    assert content.figures.change_reason is None
    assert {one.code: one.change_reason for one in content.dimensions} == {
        "speed": "wording_changed",
        "courtesy": None,
    }
    assert {item.code: item.change_reason for item in content.items} == {
        "overall": None,
        "speed": "wording_changed",
        "courtesy": None,
    }


def test_a_changed_headline_leaves_dimensions_and_their_questions(a_wave: MakeWave) -> None:
    content = battery(a_wave, words={"overall": {"zh-hans": "如何？", "en": "How?"}})
    assert (content.figures.change, content.figures.change_reason) == (None, "wording_changed")
    assert [one.change_reason for one in content.dimensions] == [None, None]


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        ({"dimensions": {"speed": "speed", "courtesy": "speed"}}, {"speed": "items_changed"}),
        ({"dimensions": {"speed": "speed", "courtesy": "other"}}, {"speed": None, "other": None}),
    ],
)
def test_a_dimension_of_other_questions_is_another_one(
    a_wave: MakeWave, now: dict[str, Any], reasons: dict[str, str | None]
) -> None:
    content = battery(a_wave, **now)
    assert {one.code: one.change_reason for one in content.dimensions} == reasons


def test_other_weights_of_the_same_questions_are_a_break_and_their_doubles_are_not(a_wave: MakeWave) -> None:
    both = {"speed": "both", "courtesy": "both"}
    asked = {"tables": {"parks": BATTERY}, "dimensions": both, "merge_strata": False}
    card = published(
        then=asked, now={**asked, "item_weights": {"speed": "2", "courtesy": "2"}}, a_wave=a_wave
    )
    third = a_wave(
        slug="third", previous=card.publication.wave, **asked, item_weights={"speed": "2", "courtesy": "1"}
    )
    evaluating.evaluate(third.pk)
    releasing.release_due()
    found = [
        ScorecardContent.of(one.content).dimensions[0].change_reason
        for one in Scorecard.objects.order_by("publication__wave_id")
        if one.department.code == "parks"
    ]
    assert found == [None, None, "weights_changed"]


def test_marks_stand_beside_the_question_and_the_dimension_on_the_page(
    a_wave: MakeWave, client: Client
) -> None:
    battery(a_wave, words={"speed": {"zh-hans": "快吗？", "en": "Fast?"}})
    page = fetched(client, "/results/second/parks/?lang=en")
    assert page.count("chip-break") == 2
    assert "The index cannot be compared with the wave before: asked in other words than before." in page
    assert 'class="row-break"' not in page


def test_a_self_selected_wave_has_no_change_to_refuse_but_its_trend_breaks(
    a_wave: MakeWave, client: Client
) -> None:
    from surveys.waves.models import Klass

    card = published(then={"klass": Klass.OPEN, "text": "A?"}, now={"klass": Klass.OPEN}, a_wave=a_wave)
    assert ScorecardContent.of(card.content).figures.change_reason is None
    assert [one.starts for one in access.history_of(card)] == [False, True]


def test_publications_of_an_earlier_format_are_held_against_by_the_hash_they_had(a_wave: MakeWave) -> None:
    card = published(then={}, now={}, a_wave=a_wave)
    old = {key: value for key, value in card.content.items() if key != "asked"}
    assert [one.series for one in access.history_of(card)] == [0, 0]
    past = access._asked_alike((None, old["wording"]), (card.content["asked"], card.content["wording"]))
    assert past
    assert not access._asked_alike((None, "other"), (card.content["asked"], card.content["wording"]))


def test_what_was_suppressed_tells_no_reason_either(a_wave: MakeWave, client: Client) -> None:
    few = {"overall": [[1, 1, 1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0]]}
    published(then={"text": "A?"}, now={"tables": {"parks": PARKS, "roads": few}}, a_wave=a_wave)
    whole = json.loads(fetched(client, "/api/v1/results/second/"))
    roads = next(one for one in whole["departments"] if one["code"] == "roads")
    assert {key for key, value in roads.items() if value is not None} == {"code", "names", "status"}
    assert Publication.objects.count() == 2


def test_every_published_fingerprint_is_held_against_itself(a_wave: MakeWave) -> None:
    card = published(then={}, now={}, a_wave=a_wave)
    content = ScorecardContent.of(card.content)
    assert content.asked
    assert asks_the_same(content.asked, content.asked)
    assert [item.wording for item in content.items] == [content.asked]
