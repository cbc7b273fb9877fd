"""What each page shows, made ready for its template from frozen content: rows, sentences and charts together.

The table and the chart of a page come from the same objects; a template neither asks the database nor computes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from reports.evaluations.digits import rounded
from reports.scorecards import access, charts
from reports.scorecards.access import Pending
from reports.scorecards.content import Benchmark, Fieldwork, ScorecardContent, WaveContent, figures
from reports.scorecards.models import Publication, Scorecard
from reports.scorecards.wording import expert, sentences, wholes
from reports.scorecards.wording.figures import (
    department_row,
    dimension_row,
    item_row,
    level,
    moment,
    per_cent,
    points,
)
from reports.scorecards.wording.words import CHANNEL_WORDS, CLASS_WORDS, FILE_WORDS, UNMERGED_WORDS
from surveys.languages import in_language

LEAST_FIELDWORK = timedelta(seconds=1)  # a wave without dates of its own is a millisecond long


def results(waiting: list[Pending]) -> dict[str, Any]:
    """Make the list of released waves."""
    released: QuerySet[Publication] = access.published()
    waves = []
    for publication in released:
        content = WaveContent.of(publication.content)
        waves.append(
            {
                "content": content,
                "finding": sentences.wave_finding(content),
                "released_at": publication.published_at,
                "late": publication.published_at is not None
                and (publication.published_at - publication.wave.release_at).total_seconds() > 3600
                and publication.number == 1,
            }
        )
    return {
        "waves": waves,
        "late": [one for one in waiting if one.late],
        "sealed": [one for one in waiting if not one.late],
    }


def wave(publication: Publication) -> dict[str, Any]:
    """Make the page of a released wave."""
    content = WaveContent.of(publication.content)
    rows = [department_row(one, judged=content.judged) for one in content.departments]
    return {
        **_about(publication, content),
        "finding": sentences.wave_finding(content),
        "rows": rows,
        "general": department_row(content.general, judged=content.judged) if content.general else None,
        "target": _target(content.benchmark),
        "chart": charts.departments(content),
        "expert_heads": expert.HEADS,
        "expert_lines": expert.lines(content),
        "battery": wholes.battery(content),
        "order": wholes.order(content),
        "with_changes": any(row.change or row.broken for row in rows),
        "with_ranks": any(row.rank for row in rows),
    }


def department(scorecard: Scorecard) -> dict[str, Any]:
    """Make the page of a released scorecard."""
    publication = scorecard.publication
    wave_content = WaveContent.of(publication.content)
    content = ScorecardContent.of(scorecard.content)
    past = access.history_of(scorecard)
    items = [
        (charts.question_number(place), item_row(item))
        for place, item in enumerate((item for item in content.items if item.scored), start=1)
    ]
    return {
        **_about(publication, wave_content),
        "scorecard": scorecard,
        "content": content,
        "row": department_row(content.figures, judged=content.judged),
        "good_rate": per_cent(
            content.figures.good_rate, content.figures.good_rate_low, content.figures.good_rate_high
        ),
        "index": points(content.figures.index, content.figures.index_low, content.figures.index_high),
        "index_break": sentences.index_break(content),
        "index_reach": points(content.index_lowest, content.index_lowest, content.index_highest),
        "finding": sentences.finding(content, wave_content),
        "comparison": sentences.comparison(content, wave_content),
        "explanation": sentences.explanation(content, wave_content),
        "change": sentences.change(content, wave_content),
        "certainty": sentences.certainty(content, wave_content),
        "ranking": sentences.ranking(content),
        "screening": sentences.screening(content),
        "warning": sentences.warning(content),
        "items": items,
        "choices": [
            (item.words, [_choice(choice) for choice in item.choices])
            for item in content.items
            if item.choices
        ],
        "dimensions": [dimension_row(dimension) for dimension in content.dimensions],
        "expert": expert.digits(content, wave_content),
        "chosen": wholes.chosen(content),
        "has_break": any(one.starts for one in past),
        "past": [(one, department_row(one.figures, judged=content.judged)) for one in past],
        "target": None if content.is_root else _target(wave_content.benchmark),
        "questions_chart": charts.questions(content),
        "grades_chart": charts.grades(content.items),
        "trend_chart": charts.trend(past),
    }


def office_row(scorecard: Scorecard) -> dict[str, Any]:
    """Make one line of the office's list."""
    shown = figures(scorecard.content["figures"])
    return {"scorecard": scorecard, "row": department_row(shown, judged=scorecard.content["judged"])}


def review(publication: Publication) -> dict[str, Any]:
    """Make what a reviewer may see of a sealed publication: coverage, quality, disclosure; no figure of any score."""
    content = WaveContent.of(publication.content) if publication.content else None
    flagged = access.flagged_in(publication)
    return {
        "publication": publication,
        "content": content,
        "channels": _channels(content) if content else [],
        "klass": CLASS_WORDS[content.fieldwork.klass] if content else "",
        "departments": [
            {"name": one.name, "n": one.n, "suppressed": one.suppressed, "flagged": flagged.get(one.code)}
            for one in (content.departments if content else ())
        ],
    }


def _target(benchmark: Benchmark | None) -> str | None:
    return None if benchmark is None else rounded(benchmark.target)


def _choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    share = per_cent(choice["share"])
    return {"words": in_language(choice["label"]) or choice["value"], "share": share, "n": choice["n"]}


def _about(publication: Publication, content: WaveContent) -> dict[str, Any]:
    """What every page of a wave says about it."""
    return {
        "publication": publication,
        "wave": content,
        "level": level(content),
        "klass": CLASS_WORDS[content.fieldwork.klass],
        "weighting": wholes.weighting(content),
        "channels": _channels(content),
        "residents": f"{content.fieldwork.population:,}" if content.fieldwork.population else "",
        **_when(content.fieldwork),
        "numbers": access.numbers_of(publication.wave_id),
        "files": [
            (name, UNMERGED_WORDS.get(name, about) if content.parameters["merge_strata"] is False else about)
            for name, about in FILE_WORDS
            if content.has_file(name)
        ],
    }


def _when(fieldwork: Fieldwork) -> dict[str, Any]:
    """When a wave was asked; of an imported one whose codebook gave no dates only the moment of import is known."""
    opened_at, closed_at = moment(fieldwork.opened_at), moment(fieldwork.closed_at)
    undated = (
        fieldwork.klass == "imported"
        and opened_at is not None
        and closed_at is not None
        and closed_at - opened_at < LEAST_FIELDWORK
    )
    return {"opened_at": opened_at, "closed_at": closed_at, "is_undated": undated}


def _channels(content: WaveContent) -> list[dict[str, Any]]:
    return [
        {"name": CHANNEL_WORDS[channel.channel], "people": channel.people}
        for channel in content.fieldwork.channels
    ]
