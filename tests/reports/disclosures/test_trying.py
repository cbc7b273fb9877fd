"""The trial before a release: what it holds back, what it hides by itself, and when it tries again."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports import releasing
from reports.analyses import analysing
from reports.analyses.models import Analysis
from reports.disclosures import attacking, differences, trying
from reports.disclosures.findings import (
    BEFORE,
    CHANNELS,
    CLUSTERS,
    CORRECTION,
    FLAGGED,
    WHOLE,
    Finding,
)
from reports.disclosures.tables import Tables
from reports.evaluations import evaluating
from reports.evaluations.digits import rounded
from reports.scorecards import publishing
from reports.scorecards.models import Publication
from surveys.people.models import User
from surveys.waves.models import Wave
from tests.reports import made_waves
from tests.reports.made_waves import PARKS, ROADS, Door

pytestmark = pytest.mark.django_db
MakeWave = Callable[..., Wave]
LogIn = Callable[[User], Client]
BETTER = {"overall": [[24, 10, 3, 1, 0, 1, 0, 1], [38, 14, 3, 1, 0, 2, 1, 1]]}


@pytest.fixture
def sealed(a_wave: MakeWave) -> Publication:
    """A wave that waits for its release, not tried yet."""
    wave = a_wave({"parks": PARKS, "roads": ROADS}, release_in=timedelta(days=30))
    return publishing.seal(evaluating.evaluate(wave.pk))


def changed(publication: Publication, **parts: Any) -> list[Finding]:
    """Attack a publication in which something was altered."""
    whole = trying._released(publication)
    return attacking.findings(
        attacking.Released(
            wave={**whole.wave, **parts.get("wave", {})},
            scorecards={code: {**card, **parts.get("card", {})} for code, card in whole.scorecards.items()},
            datasets={code: {**one, **parts.get("dataset", {})} for code, one in whole.datasets.items()},
        ),
        [],
        {},
    )


def test_a_sound_publication_passes_and_the_audit_knows(sealed: Publication) -> None:
    assert trying.try_due() == 1
    assert trying.try_due() == 0
    sealed.refresh_from_db()
    assert (sealed.trial, sealed.trial_findings) == ("passed", [])
    assert sealed.tried_at is not None


def test_a_trial_that_goes_wrong_stops_this_release_alone_and_says_where(
    a_wave: MakeWave, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (a_wave({"parks": PARKS, "roads": ROADS}, slug=slug) for slug in ("bad", "good"))
    for wave in (bad, good):
        evaluating.evaluate(wave.pk)
    find = trying.find

    def breaks(publication: Publication) -> list[Finding]:
        if publication.wave_id == bad.pk:
            raise ValueError("39 people gave grade 1")
        return find(publication)

    monkeypatch.setattr(trying, "find", breaks)
    releasing.release_due()
    broken, released = Publication.objects.get(wave=bad), Publication.objects.get(wave=good)
    assert (broken.state, broken.trial) == ("sealed", "due")
    assert broken.trial_findings[0]["what"] == "fault"
    assert "39" not in str(broken.trial_findings).replace(
        broken.trial_findings[0]["where"].split(":")[-1], ""
    )
    assert released.state == "published"
    monkeypatch.setattr(trying, "find", find)
    releasing.release_due()
    broken.refresh_from_db()
    assert (broken.state, broken.trial_findings) == ("published", [])


def test_what_was_sealed_anew_meanwhile_is_not_passed_by_an_old_trial(
    sealed: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sealed_meanwhile(publication: Publication) -> list[Finding]:
        Publication.objects.filter(pk=publication.pk).update(content_hash="0" * 64)
        return []

    monkeypatch.setattr(trying, "find", sealed_meanwhile)
    assert trying.try_due() == 0
    sealed.refresh_from_db()
    assert sealed.trial == "due"


def test_an_analysis_that_comes_later_is_tried_too(sealed: Publication) -> None:
    trying.try_due()
    assert trying.try_due() == 0
    analysing.analyse_due()
    assert Analysis.objects.get().done_at is not None
    assert trying.try_due() == 1
    assert trying.try_due() == 0


def test_a_change_against_a_score_that_nobody_reads_is_found(door: Door) -> None:
    before = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS}, slug="winter")
    now = made_waves.a_wave(door, {"parks": BETTER, "roads": ROADS}, slug="spring", previous=before)
    for wave in (before, now):
        evaluating.evaluate(wave.pk)
    publishing.seal_due()
    assert {one.what for one in trying.find(Publication.objects.get(wave=now))} == {BEFORE}
    Publication.objects.filter(wave=before).update(trial="passed")
    assert trying.find(Publication.objects.get(wave=now)) == []


def test_the_log_of_a_trial_that_goes_wrong_has_places_and_no_words(
    sealed: Publication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_publication: Publication) -> list[Finding]:
        raise ValueError("39 people gave grade 1")

    monkeypatch.setattr(trying, "find", breaks)
    monkeypatch.setattr(analysing, "analyse", breaks)
    trying.try_due()
    analysing.analyse_due()
    assert caplog.text.count("ValueError, test_trying.py:") == 2
    assert "people gave grade" not in caplog.text


def test_a_held_correction_gives_way_to_one_by_a_newer_evaluation(
    door: Door, ivo: User, logged_in: LogIn
) -> None:
    wave = made_waves.a_wave(door, {"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    releasing.release_due()
    first = Publication.objects.get()
    pk = next(one.id for one in door.designs[wave.pk].departments if one.code == "parks")

    def excluding(south: int) -> None:
        lines = [list(line) for line in PARKS["overall"]]
        lines[1][1] -= south
        door.counted[wave.pk][pk] = made_waves.a_slice(pk, 1, {"overall": lines})
        evaluating.evaluate(wave.pk)

    excluding(3)
    publishing.correct(first, reason="Three were excluded.", by=ivo)
    releasing.release_due()
    held = Publication.objects.get(number=2)
    assert (held.state, held.trial) == ("sealed", "held")
    page = (
        logged_in(ivo)
        .get(reverse("scorecards:review", args=[held.pk]), headers={"accept-language": "en"})
        .content.decode()
    )
    assert "The difference to an earlier publication" in page
    assert "The earlier publication stays as it is" in page
    with pytest.raises(publishing.NothingToCorrect):
        publishing.correct(first, reason="The same again.", by=ivo)
    excluding(12)
    publishing.correct(first, reason="Twelve were excluded.", by=ivo)
    releasing.release_due()
    second = Publication.objects.get(number=2)
    assert (second.state, second.content["reason"]) == ("published", "Twelve were excluded.")


def test_the_review_page_says_how_the_trial_came_out(
    sealed: Publication, ivo: User, logged_in: LogIn
) -> None:
    address = reverse("scorecards:review", args=[sealed.pk])
    assert "Not tried yet" in logged_in(ivo).get(address, headers={"accept-language": "en"}).content.decode()
    trying.try_due()
    page = logged_in(ivo).get(address, headers={"accept-language": "en"}).content.decode()
    assert "nothing hidden can be worked out" in page


def test_a_mean_that_a_hidden_department_is_part_of_is_found(sealed: Publication) -> None:
    benchmark = sealed.content["benchmark"] | {"target": "51.25"}
    assert changed(sealed) == []
    assert Finding("", WHOLE) in changed(sealed, wave={"benchmark": benchmark})


def test_a_channel_that_follows_from_the_total_is_found(sealed: Publication) -> None:
    channels = [{"channel": "web", "people": 93}, {"channel": "paper", "people": None}]
    fieldwork = sealed.content["fieldwork"] | {"channels": channels, "people": 100}
    assert Finding("", CHANNELS, "paper") in changed(sealed, wave={"fieldwork": fieldwork})


def test_a_small_cluster_and_a_small_flagged_group_are_found(sealed: Publication) -> None:
    card = sealed.scorecards.get(department__code="parks")
    strata = [[*row[:3], 4, 40] for row in card.dataset["strata"]]
    found = changed(sealed, dataset={"strata": strata, "residuals": [[0, 0, [4], 4, "40", [], []]]})
    assert {one.what for one in found} >= {CLUSTERS}
    assert [one.what for one in changed(sealed, dataset={"flagged": 3})] == [FLAGGED, FLAGGED]


def test_weights_tell_the_flagged_of_a_group_though_there_are_enough_of_them_in_all(a_wave: MakeWave) -> None:
    """Nine flagged in the north and four in the south: thirteen together, but two weights and two sums."""
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    publication = publishing.seal(evaluating.evaluate(wave.pk))
    dataset = publication.scorecards.get(department__code="parks").dataset
    flagged = {0: [4, 2, 2, 1, 0], 1: [0, 0, 2, 1, 1]}
    rows = []
    for place, grade in enumerate(dataset["items"][0]["codes"]):
        counts = [
            (group, line[place], float(dataset["groups"][group][2])) for _item, group, line in dataset["rows"]
        ]
        few = [flagged[i][4 - place] for i in range(2)]
        n, w = sum(one[1] for one in counts), sum(one[1] * one[2] for one in counts)
        left = w - sum(one[2] * gone for one, gone in zip(counts, few, strict=True))
        rows.append(["overall", str(grade), n - sum(few), f"{left:.10f}", n, f"{w:.10f}"])
    table = Tables({**dataset, "unflagged": rows, "flagged": 13})
    assert [one.what for one in attacking._flagged("parks", table, 10)] == [FLAGGED]


def test_a_correction_is_held_against_the_finest_unions_of_both(sealed: Publication) -> None:
    dataset = sealed.scorecards.get(department__code="parks").dataset

    def with_rows(*lines: list[int]) -> dict[str, Any]:
        rows = [[item, group, line] for (item, group, _old), line in zip(dataset["rows"], lines, strict=True)]
        return {**dataset, "rows": rows}

    north, south = (row[2] for row in dataset["rows"])
    for moved, found in ((3, True), (12, False)):
        now = with_rows(north, [south[0], south[1], south[2], south[3] - moved, south[4]])
        told = list(
            differences.between({"parks": dataset}, {"parks": Tables(now)}, base=10, cells=frozenset())
        )
        assert [one.what for one in told] == ([CORRECTION] if found else [])


def numbers_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers_of(inner)
    elif isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        yield value


def test_no_page_shows_a_decimal_that_is_not_of_the_content(a_wave: MakeWave, client: Client) -> None:
    """Charts, tables and sentences are made of the content that was tried: a page tells nothing beyond it."""
    wave = a_wave({"parks": PARKS, "roads": ROADS})
    evaluating.evaluate(wave.pk)
    analysing.analyse_due()
    releasing.release_due()
    publication = Publication.objects.get()
    documents = [publication.content, Analysis.objects.get().content]
    documents += [card.content for card in publication.scorecards.all()]
    known = {number.lstrip("-") for one in documents for number in numbers_of(one)}
    allowed = set(known)
    for number in known:
        if len(number) < 24:
            for places in (1, 2, 3):
                allowed |= {rounded(number, places), rounded(str(float(number) * 100), places)}
    for path in ("/results/", "/results/spring/", "/results/spring/parks/", "/results/spring/roads/"):
        page = client.get(path, headers={"accept-language": "en"}).content.decode()
        text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>|[\d.]+\s[KM]B", " ", page, flags=re.DOTALL)
        told = set(re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", text))
        assert told <= allowed, (path, told - allowed)
