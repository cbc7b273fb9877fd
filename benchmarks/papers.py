"""P11: the papers of a wave: its report as PDF, and everything that is printed before a release."""

from __future__ import annotations

import time

from benchmarks.ratios import Ratio
from benchmarks.reports import a_settled_wave
from benchmarks.scratch import scratch_database

MOST_SECONDS = 1.0  # of report.pdf with 20 departments
MOST_PRINTING = 30.0  # of all papers of 200 departments: the release waits for them, and is due on the minute


def measure() -> list[Ratio]:
    """Print the report of 20 departments, then all papers of 20 and of 200."""
    with scratch_database():
        found = _printing("bench-papers", departments=20)
        few = found.pop()
        *_report, many = _printing("bench-many-papers", departments=200)
        return [*found, few, many]


def _printing(slug: str, *, departments: int) -> list[Ratio]:
    from reports.evaluations import evaluating
    from reports.exports import printing
    from reports.exports.models import Paper
    from reports.exports.printed import setting
    from reports.narratives import telling
    from reports.scorecards import publishing
    from reports.scorecards.models import Publication

    wave = a_settled_wave(slug, departments=departments, items=10)
    publishing.seal(evaluating.evaluate(wave.pk))
    publication = Publication.objects.get(wave=wave)
    printing.print_papers(publication)  # what a long-lived worker has loaded already is loaded
    Paper.objects.all().delete()
    started = time.perf_counter()
    report = telling.wave_report(publication, language="zh-hans")
    body = setting.pdf(report, about=slug, content_hash=publication.content_hash)
    seconds = time.perf_counter() - started
    assert body.startswith(b"%PDF")
    started = time.perf_counter()
    papers = printing.print_papers(publication)
    whole = time.perf_counter() - started
    assert papers == (departments + 1) * 8, papers
    return [
        Ratio(
            "P11",
            f"report.pdf of a wave with {departments} departments",
            seconds,
            "s",
            None,
            "",
            "≤ 1 s",
            seconds <= MOST_SECONDS,
        ),
        Ratio(
            "P11",
            f"all papers of a wave with {departments} departments",
            whole,
            "s",
            None,
            "",
            "≤ 30 s",
            whole <= MOST_PRINTING,
        ),
    ]
