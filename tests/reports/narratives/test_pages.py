"""The report of a wave and the method as pages."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from reports.analyses import analysing
from reports.analyses.models import Analysis
from reports.exports import printing
from reports.narratives import example, pages, telling
from reports.narratives.sources import source_of
from reports.scorecards import publishing
from reports.scorecards.content import ScorecardContent
from reports.scorecards.models import Publication
from surveys.people import organising
from surveys.people.models import Department
from tests.reports.made_waves import PARKS
from tests.reports.narratives.conftest import MakePublication, text_of

pytestmark = pytest.mark.django_db


def release(publication: Publication) -> Publication:
    """Publish what is sealed, as if it had been tried, the wave before it first."""
    Publication.objects.update(trial=Publication.Trial.PASSED)
    for one in Publication.objects.order_by("pk"):
        assert publishing.publish(one, by=None)
    publication.refresh_from_db()
    return publication


def english(client: Client, address: str) -> str:
    """Return the words of a page."""
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_report_has_its_chapters_contents_and_pictures(client: Client, sealed: MakePublication) -> None:
    publication = release(sealed("second"))
    page = client.get("/results/spring/report/", headers={"accept-language": "en"}).content.decode()
    told = [one.code for one in telling.wave_report(publication, language="en").chapters]
    codes = [*told[:-6], "limits", "fieldwork", "response", "weighting", "method", "files"]
    assert sorted(codes) == sorted(told)
    assert re.findall(r'<li><a href="#([\w-]+)">', page) == codes
    assert re.findall(r'<h2 id="([\w-]+)">', page) == ["contents", *codes]
    assert page.count("<h1>") == 1
    assert page.count('class="picture"') == 1
    assert not re.findall(r"<script(?![^>]*src=)", page)
    assert "style=" not in page


@pytest.mark.parametrize("kind", ["second", "chosen", "careless"])
def test_a_fold_says_what_is_in_it_and_hides_no_warning(sealed: MakePublication, kind: str) -> None:
    with translation.override("en"):
        chapters = pages.report(sealed(kind))["chapters"]
    blocks = [block for chapter in chapters for block in chapter["blocks"]]
    folded = [block for block in blocks if block.get("fold")]
    assert folded
    for block in folded:
        assert block["caption"]
        assert block["fold"].split()[0] == str(len(block.get("rows") or block["lines"]))
    assert not [block for block in blocks if block["kind"] == "paragraph" and "fold" in block]
    assert all(
        len(block["rows"]) < pages.LONG for block in blocks if block["kind"] == "table" and not block["fold"]
    )


def test_a_report_is_told_in_the_language_of_the_page(client: Client, sealed: MakePublication) -> None:
    release(sealed("first"))
    assert "Better than expected: Parks." in english(client, "/results/spring/report/")
    chinese = client.get("/results/spring/report/", headers={"accept-language": "zh-CN"})
    assert "好于预期：" in chinese.content.decode()


def test_what_is_sealed_has_no_report(client: Client, sealed: MakePublication) -> None:
    sealed("first")
    assert client.get("/results/spring/report/").status_code == 404
    assert client.get("/results/nowhere/report/").status_code == 404


def test_a_report_is_kept_until_its_analysis_is_done(client: Client, sealed: MakePublication) -> None:
    release(sealed("dimensions"))
    before = client.get("/results/spring/report/", headers={"accept-language": "en"})
    assert "was still being computed" in before.content.decode()
    again = client.get(
        "/results/spring/report/", headers={"accept-language": "en", "if-none-match": before["ETag"]}
    )
    assert again.status_code == 304
    analysing.analyse_due()
    after = client.get("/results/spring/report/", headers={"accept-language": "en"})
    assert "was still being computed" not in after.content.decode()
    assert after["ETag"] != before["ETag"]


def test_an_analysis_that_was_given_up_is_not_promised(sealed: MakePublication) -> None:
    publication = sealed("dimensions")
    Analysis.objects.create(evaluation=publication.evaluation, progress="parked")
    assert not source_of(publication).is_awaited
    report = telling.wave_report(publication, language="en")
    assert "was still being computed" not in text_of(report)
    assert "drivers" not in [one.code for one in report.chapters]


def test_papers_wait_for_the_analysis_but_not_past_their_time(
    sealed: MakePublication, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = sealed("one")
    Publication.objects.update(trial=Publication.Trial.PASSED, tried_at=timezone.now())
    printed: list[int] = []

    def note(one: Publication, *, until: float) -> int:
        printed.append(one.pk)
        return 1

    monkeypatch.setattr(printing, "print_papers", note)
    assert printing.print_due() == 0
    with monkeypatch.context() as later:
        later.setattr(printing, "PATIENCE", timedelta(0))
        assert printing.print_due() == 1
    assert printing.print_due() == 0
    analysing.analyse_due()
    assert printing.print_due() == 1
    assert printed == [publication.pk] * 2


def test_no_department_may_take_the_address_of_the_report(departments: dict[str, Department]) -> None:
    with pytest.raises(ValidationError):
        organising.add_department(code="report", names={"en": "Reports"}, parent=departments["city"], by=None)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_method_is_told_in_ten_paragraphs_with_an_example(client: Client, language: str) -> None:
    page = client.get("/method/", headers={"accept-language": language}).content.decode()
    (steps,) = re.findall(r'<ol class="steps">.*?</ol>', page, flags=re.S)
    assert steps.count("<li>") == 10
    assert page.count('class="picture"') == 2
    assert not re.search(r"\bNone\b(?! of)", page)
    assert not re.findall(r"<script(?![^>]*src=)", page)
    for digits in ("69.5", "63.8", "75.2", "70.0%", "243,125", "3,500"):
        assert digits in page


def test_the_worked_example_follows_from_its_answers(sealed: MakePublication) -> None:
    card = ScorecardContent.of(sealed("one").scorecards.get(department__code="parks").content)
    figures = card.figures
    assert [list(counts) for *_rest, counts in example.STRATA] == [line[:5] for line in PARKS["overall"]]
    assert (figures.score, figures.score_low, figures.score_high) == (
        example.SCORE,
        example.SCORE_LOW,
        example.SCORE_HIGH,
    )
    assert (figures.satisfaction, figures.satisfaction_low, figures.satisfaction_high) == (
        example.RATE,
        example.RATE_LOW,
        example.RATE_HIGH,
    )
    assert figures.grades == example.SHARES
    assert figures.n == example.GRADED
    points = sum(
        int(example.WEIGHTS[code]) * sum(25 * (4 - place) * n for place, n in enumerate(counts))
        for code, _residents, _took, counts in example.STRATA
    )
    assert f"{points:,}" == example.POINTS_IN_ALL
    with translation.override("en"):
        assert example.score().rows[0][1:3] == ("69.5", "63.8–75.2")
