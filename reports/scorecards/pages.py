"""What each page shows, made ready for its template from frozen content: rows, sentences and pictures together.

The table and the picture of a page come from the same objects; a template neither asks the database nor computes.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from unicodedata import normalize

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from reports.evaluations.digits import rounded
from reports.scorecards import access, charts
from reports.scorecards.access import Pending
from reports.scorecards.breakdowns import PLACE, Breakdown, GroupFigures, RollUp
from reports.scorecards.content import Benchmark, Fieldwork, ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from reports.scorecards.shapes import Shape
from reports.scorecards.wording import expert, parts, sentences, trials, wholes
from reports.scorecards.wording.beside import beside
from reports.scorecards.wording.figures import (
    Row,
    department_row,
    dimension_row,
    item_row,
    level,
    moment,
    per_cent,
    points,
)
from reports.scorecards.wording.words import CHANNEL_WORDS, CLASS_WORDS
from surveys.languages import in_language

MANY = 20  # departments, from which on a page has a search of its own
LEAST_FIELDWORK = timedelta(seconds=1)  # a wave without dates of its own is a millisecond long


def results(waiting: list[Pending], words: str = "") -> dict[str, Any]:
    """Make the list of released waves, or what `words` find among their names and those of their departments."""
    released: QuerySet[Publication] = access.published()
    waves = []
    for publication in released:
        content = WaveContent.of(publication.content)
        waves.append(
            {
                "content": content,
                "finding": sentences.wave_finding(content),
                "basis": parts.basis(content),
                "released_at": publication.published_at,
                "late": publication.published_at is not None
                and (publication.published_at - publication.wave.release_at).total_seconds() > 3600
                and publication.number == 1,
                "is_found": _finds(words, *content.titles.values(), content.wave),
                "departments": _found(words, content) if words else [],
            }
        )
    return {
        "words": words,
        "waves": waves,
        "hits": [one for one in waves if one["is_found"] or one["departments"]] if words else [],
        "late": [one for one in waiting if one.late],
        "sealed": [one for one in waiting if not one.late],
        "taken_down": list(access.takedowns()),
    }


def _found(words: str, content: WaveContent) -> list[Row]:
    """Return the departments of a wave whose name in any language, or whose code, holds the words."""
    rated = [*content.departments, *([content.general] if content.general else [])]
    return [
        department_row(one, judged=content.judged)
        for one in rated
        if _finds(words, *one.names.values(), one.code)
    ]


def _finds(words: str, *names: str) -> bool:
    """Say whether any of the names holds all of the words, whatever their width and case."""
    wanted = normalize("NFKC", words).casefold().split()
    return any(all(word in normalize("NFKC", name).casefold() for word in wanted) for name in names)


def wave(publication: Publication, words: str = "") -> dict[str, Any]:
    """Make the page of a released wave; `words` look for a department among many."""
    content = WaveContent.of(publication.content)
    about = _about(publication, content)
    rows = [department_row(one, judged=content.judged) for one in content.departments]
    leading_to = _leading(content, about["asked"])
    return {
        **about,
        "words": words,
        "hits": _found(words, content) if words else [],
        "is_long": len(rows) > MANY,
        "finding": sentences.wave_finding(content),
        "basis": parts.basis(content),
        "rows": rows,
        "general": department_row(content.general, judged=content.judged) if content.general else None,
        "target": _target(content.benchmark),
        "picture": _drawn(charts.departments(content, leading_to=leading_to)),
        "not_drawn": sum(one.score is None for one in content.departments),
        "by_place": access.tells_of_places(publication),
        "roofs": [_roof(content, one, leading_to) for one in content.roll_ups],
        "expert_heads": expert.HEADS,
        "expert_lines": expert.lines(content),
        "battery": wholes.battery(content),
        "order": wholes.order(content),
        "with_changes": any(row.change or row.broken for row in rows),
        "with_ranks": any(row.rank for row in rows),
    }


def places(publication: Publication) -> dict[str, Any]:
    """Make the tree of the places that a wave tells of; raises `Publication.DoesNotExist` where it tells of none."""
    content = WaveContent.of(publication.content)
    told = _told_by_place(publication)
    tree = parts.tree_of_places(content, told)
    if not tree:
        raise Publication.DoesNotExist
    return {**_about(publication, content), "tree": tree, "basis": parts.basis(content)}


def place(publication: Publication, code: str) -> dict[str, Any]:
    """Make the page of one place: what its residents said of each department.

    Raises `Publication.DoesNotExist` where nothing is told of the place.
    """
    content = WaveContent.of(publication.content)
    told = _told_by_place(publication)
    about = _about(publication, content)
    said = parts.told_of(code, content, told)
    shape = charts.places(
        said[0][1].name if said else code, said, leading_to=_leading(content, about["asked"])
    )
    whole = next((one for one in _whole_of(content, told) if one.code == code), None)
    if shape is None and (whole is None or whole.score is None):
        raise Publication.DoesNotExist
    name = said[0][1].name if said else whole.name if whole else code
    known = {one.code: one for one in _whole_of(content, told)}
    return {
        **about,
        "name": name,
        "line": parts.line_above(code, told),
        "below": parts.below(code, content, told),
        "whole": parts.group(whole) if whole else None,
        "whole_name": content.general.name if content.general and known else "",
        "picture": _drawn(shape),
        "rows": [(department_row(one, judged=content.judged), parts.group(group)) for one, group in said],
        "kept_apart": len(content.departments) - len(said),
    }


def _told_by_place(publication: Publication) -> dict[str, Breakdown]:
    found = access.breakdowns_in(publication)
    return {code: by for code, several in found.items() if (by := parts.by_place(several))}


def _whole_of(content: WaveContent, told: Mapping[str, Breakdown]) -> tuple[GroupFigures, ...]:
    """What residents said of the place as a whole, where the wave asked that."""
    by = told.get(content.general.code) if content.general else None
    return by.groups if by else ()


def _roof(content: WaveContent, found: RollUp, leading_to: Callable[[str], str]) -> dict[str, Any]:
    """Make one department with several rated ones below it: their mean, and the way to each."""
    names = {node.code: node.name for node in content.tree}
    below = _below(content, found.code)
    return {
        "code": found.code,
        "name": names.get(found.code, found.code),
        "sentence": parts.roll_up(found),
        "below": [
            (department_row(one, judged=content.judged), leading_to(one.code))
            for one in content.departments
            if one.code in below
        ],
    }


def _below(content: WaveContent, code: str) -> set[str]:
    """Return the codes of everything below a department, at whatever depth; parents stand first in the tree."""
    found: set[str] = set()
    for node in content.tree:
        if node.parent == code or node.parent in found:
            found.add(node.code)
    return found


def _above(content: WaveContent, code: str) -> list[dict[str, Any]]:
    """List the departments above one, the highest first, each with whether it was rated and has a roof."""
    nodes = {node.code: node for node in content.tree}
    rated = {one.code for one in content.departments}
    rated |= {content.general.code} if content.general else set()
    roofs = {one.code for one in content.roll_ups}
    line: list[dict[str, Any]] = []
    above = nodes[code].parent if code in nodes else None
    while above is not None and above in nodes:
        node = nodes[above]
        line.insert(0, {"node": node, "is_rated": above in rated, "has_roof": above in roofs})
        above = node.parent
    return line


def department(scorecard: Scorecard) -> dict[str, Any]:
    """Make the page of a released scorecard."""
    publication = scorecard.publication
    wave_content = WaveContent.of(publication.content)
    content = ScorecardContent.of(scorecard.content)
    past = access.history_of(scorecard)
    about = _about(publication, wave_content, department=content.figures.code)
    items = [
        (charts.question_number(place), item_row(item))
        for place, item in enumerate((item for item in content.items if item.scored), start=1)
    ]
    return {
        **about,
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
        "above": _above(wave_content, content.figures.code),
        "roof": next(
            (
                _roof(wave_content, one, _leading(wave_content, about["asked"]))
                for one in wave_content.roll_ups
                if one.code == content.figures.code
            ),
            None,
        ),
        "breakdowns": [_broken_down(one) for one in content.breakdowns],
        "questions_picture": _drawn(charts.questions(content)),
        "grades_picture": _drawn(charts.grades(content.items) if len(items) > 1 else None),
        "trend_picture": _drawn(charts.trend(past, judged=content.judged)),
    }


def review(publication: Publication) -> dict[str, Any]:
    """Make what a reviewer may see of a sealed publication: coverage, quality, disclosure; no figure of any score."""
    content = WaveContent.of(publication.content) if publication.content else None
    flagged = access.flagged_in(publication)
    names = {one.code: one.name for one in (content.departments if content else ())}
    return {
        "publication": publication,
        "trial_found": trials.found_in(publication, names),
        "trial_withheld": trials.withheld_in(publication, names),
        "content": content,
        "channels": _channels(content) if content else [],
        "people": f"{content.fieldwork.people:,}" if content and content.fieldwork.people else "",
        "klass": CLASS_WORDS[content.fieldwork.klass] if content else "",
        "departments": [
            {"name": one.name, "n": one.n, "suppressed": one.suppressed, "flagged": flagged.get(one.code)}
            for one in (content.departments if content else ())
        ],
    }


def _broken_down(found: Breakdown) -> dict[str, Any]:
    """Make one breakdown: its picture, which says the gap, and the lines of its table."""
    return {
        "by": found.by,
        "is_by_place": found.by == PLACE,
        "name": found.name,
        "picture": _drawn(charts.breakdown(found)),
        "groups": [parts.group(one) for one in found.groups],
    }


def _drawn(shape: Shape | None, *, with_sentence: bool = True) -> SafeString | None:
    """Draw a picture without its table where there is something to draw: the page has a fuller one beside it."""
    if shape is None:
        return None
    return charts.svg.drawn(shape, with_table=False, with_sentence=with_sentence)


def _leading(content: WaveContent, asked: str) -> Callable[[str], str]:
    """Return how the page of a department is reached; `asked` is the end of its address."""
    return lambda code: reverse("scorecards:department", args=[content.wave, code]) + asked


def _target(benchmark: Benchmark | None) -> str | None:
    return None if benchmark is None else rounded(benchmark.target)


def _choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    share = per_cent(choice["share"])
    return {"words": in_language(choice["label"]) or choice["value"], "share": share, "n": choice["n"]}


def _about(publication: Publication, content: WaveContent, *, department: str = "") -> dict[str, Any]:
    """What every page of a wave says about it, with the files beside it or beside a department's.

    `asked` ends the addresses of a superseded publication's other pages, and is empty for the current one.
    """
    numbers = access.numbers_of(publication.wave_id)
    earlier = content.number if content.number != max(numbers, default=content.number) else None
    return {
        "asked": f"?number={earlier}" if earlier else "",
        "earlier": earlier,
        "limits": parts.limits(content),
        "publication": publication,
        "wave": content,
        "level": level(content),
        "klass": CLASS_WORDS[content.fieldwork.klass],
        "weighting": wholes.weighting(content),
        "channels": _channels(content),
        "people": f"{content.fieldwork.people:,}" if content.fieldwork.people is not None else "",
        "residents": f"{content.fieldwork.population:,}" if content.fieldwork.population else "",
        **when(content.fieldwork),
        "numbers": numbers,
        "beside": beside(publication, content, about=department),
    }


def when(fieldwork: Fieldwork) -> dict[str, Any]:
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
        {
            "name": CHANNEL_WORDS[channel.channel],
            "people": None if channel.people is None else f"{channel.people:,}",
        }
        for channel in content.fieldwork.channels
    ]
