"""The same results by place and by group, the widest gaps, and the departments under one roof."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, joined, listed, named, pictured, said, tabled
from reports.narratives.blocks import Block, Chapter, Table
from reports.narratives.sources import Source
from reports.scorecards import charts
from reports.scorecards.breakdowns import PLACE, Breakdown, Gap, GroupFigures
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.wording import parts
from reports.scorecards.wording.expert import probability
from reports.scorecards.wording.figures import interval_head, per_cent, points, signed
from reports.scorecards.wording.words import SHORT_STATUS_WORDS

MOST_COLUMNS = 8  # groups side by side in one table
MOST_NAMES = 6  # departments under one roof, by name


def places(source: Source) -> Chapter | None:
    """Tell the results by place and by group of residents; nothing where no breakdown was published."""
    general = source.general.breakdowns if source.general is not None else ()
    blocks: list[Block | None] = [
        pictured(charts.breakdown(one)) or group_table(one, source.wave) for one in general
    ]
    for by in _kinds(source):
        blocks += _by_department(source, by)
    if not any(block is not None for block in blocks):
        return None
    return chapter(
        "places",
        _("Results by place and by group"),
        said(widest(source), kind="lead"),
        said(
            _(
                "A group is shown only where the published data tell its people apart; each grouping is shown by "
                "itself, never crossed with another. Groups differ in many ways at once: a gap says where to look, not "
                "why."
            )
        ),
        *blocks,
    )


def roofs(source: Source) -> Chapter | None:
    """Tell the means of departments that stand under one roof."""
    wave = source.wave
    nodes = {one.code: one.name for one in wave.tree}
    names = {one.code: one.name for one in wave.departments}
    return chapter(
        "roofs",
        _("Departments under one roof"),
        listed(
            _("%(name)s: %(words)s") % {"name": nodes.get(one.code, one.code), "words": words}
            for one in wave.roll_ups
            if (words := parts.roll_up(one))
        ),
        tabled(
            _("Mean score of the departments below"),
            (
                _("Department"),
                _("Mean score"),
                interval_head(wave),
                _("Departments counted"),
                _("Which departments"),
            ),
            (
                (
                    nodes.get(one.code, one.code),
                    found.point,
                    found.interval or DASH,
                    _("%(count)s of %(of)s") % {"count": len(one.departments), "of": one.below},
                    named(names.get(code, code) for code in one.departments)
                    if len(one.departments) <= MOST_NAMES
                    else DASH,
                )
                for one in wave.roll_ups
                if (found := points(one.score, one.score_low, one.score_high)) is not None
            ),
            numeric=(1, 2),
        ),
    )


def widest(source: Source) -> str:
    """Say the widest gaps, where groups were compared: of the place as a whole, or in how many departments."""
    general = source.general.breakdowns if source.general is not None else ()
    told = [
        _("By %(by)s: %(sentence)s") % {"by": one.name, "sentence": picture.sentence}
        for one in general
        if one.gap is not None and (picture := charts.breakdown(one)) is not None
    ]
    if told:
        return joined(*told)
    return joined(
        *(_counted(_name(source, by), gaps) for by in _kinds(source) if (gaps := _gaps(source, by)))
    )


def group_table(one: Breakdown, wave: WaveContent) -> Table | None:
    """List every group of a breakdown with its figures."""
    return tabled(
        _("By %(by)s") % {"by": one.name},
        (
            one.name,
            _("Score"),
            interval_head(wave),
            _("Satisfied"),
            _("State"),
            _("Ratings"),
        ),
        (_group_line(group, one) for group in one.groups),
        numeric=(1, 2, 3, 5),
    )


def _group_line(group: GroupFigures, one: Breakdown) -> tuple[str, ...]:
    score = points(group.score, group.score_low, group.score_high)
    rate = per_cent(group.satisfaction, group.satisfaction_low, group.satisfaction_high)
    above = next((found.name for found in one.groups if found.code == group.within), "")
    return (
        _("%(name)s (%(note)s)") % {"name": group.name, "note": above} if above else group.name,
        score.point if score else DASH,
        (score.interval if score else "") or DASH,
        f"{rate.point}%" if rate else DASH,
        str(SHORT_STATUS_WORDS[group.status]),
        _("< 10") if group.n is None else str(group.n),
    )


def _kinds(source: Source) -> list[str]:
    """List the groupings that residents are told apart by, place first."""
    found = dict.fromkeys(one.by for card in source.cards for one in card.breakdowns)
    return sorted(found, key=lambda by: by != PLACE)


def _name(source: Source, by: str) -> str:
    return next(one.name for card in source.cards for one in card.breakdowns if one.by == by)


def _gaps(source: Source, by: str) -> list[Gap]:
    """List the widest gaps of the departments, shown or not."""
    return [one.gap for card in source.departments for one in card.breakdowns if one.by == by and one.gap]


def _by_department(source: Source, by: str) -> Iterator[Block | None]:
    """Tell one grouping for all departments: the scores side by side where they fit, and the widest gap of each."""
    name, gaps = _name(source, by), _gaps(source, by)
    told = [(card, one) for card in source.departments for one in card.breakdowns if one.by == by]
    groups = {group.code: group.name for _card, one in told for group in one.groups}
    if len(groups) <= MOST_COLUMNS:
        yield tabled(
            _("Scores of the departments by %(by)s; in brackets what is only indicative") % {"by": name},
            (_("Department"), *groups.values()),
            (_scores(card, one, list(groups)) for card, one in told),
            numeric=tuple(range(1, len(groups) + 1)),
        )
    if gaps:
        yield said(_counted(name, gaps))
    yield tabled(
        _("Gaps by %(by)s that are more than chance") % {"by": name},
        (_("Department"), _("More content"), _("Less content"), _("Gap"), _("p, Holm")),
        (
            _gap_line(card, one, one.gap)
            for card in source.cards
            for one in card.breakdowns
            if one.by == by and one.gap is not None and one.gap.shown
        ),
        numeric=(3, 4),
    )


def _scores(card: ScorecardContent, one: Breakdown, codes: list[str]) -> tuple[str, ...]:
    found = {group.code: group for group in one.groups}
    return (card.name, *(_score(found[code]) if code in found else DASH for code in codes))


def _score(group: GroupFigures) -> str:
    if group.score is None:
        return str(SHORT_STATUS_WORDS[group.status])
    short = rounded(group.score)
    return short if group.status == "publishable" else f"({short})"


def _gap_line(card: ScorecardContent, one: Breakdown, gap: Gap) -> tuple[str, ...]:
    names = {group.code: group.name for group in one.groups}
    return (
        card.name,
        names.get(gap.upper, gap.upper),
        names.get(gap.lower, gap.lower),
        _span(gap),
        probability(gap.p_holm),
    )


def _span(gap: Gap) -> str:
    """Write a gap with its interval."""
    words = {"difference": _size(gap.difference)}
    if gap.low is None or gap.high is None:
        return _("%(difference)s points") % words
    low, high = sorted((gap.low, gap.high), key=float)
    if gap.difference.startswith("-"):
        low, high = _turned(high), _turned(low)
    return _("%(difference)s points (%(low)s to %(high)s)") % {
        **words,
        "low": signed(low),
        "high": signed(high),
    }


def _size(text: str) -> str:
    return rounded(text.removeprefix("-"))


def _turned(text: str) -> str:
    return text.removeprefix("-") if text.startswith("-") else f"-{text}"


def _counted(name: str, gaps: list[Gap]) -> str:
    """Say in how many departments a gap between groups is shown."""
    shown = sum(gap.shown for gap in gaps)
    if not shown:
        return _("By %(by)s no gap between groups is shown in any department.") % {"by": name}
    return _("By %(by)s a gap between groups is shown in %(count)s of %(of)s departments.") % {
        "by": name,
        "count": shown,
        "of": len(gaps),
    }
