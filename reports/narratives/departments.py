"""The results department by department: how each stands, and how exactly that is known."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, joined, listed, named, pictured, said, tabled
from reports.narratives.blocks import Block, Chapter
from reports.narratives.sources import Source
from reports.scorecards import charts
from reports.scorecards.content import DimensionFigures, Figures, ScorecardContent, WaveContent
from reports.scorecards.wording import sentences, wholes
from reports.scorecards.wording.figures import Row, department_row, interval_head, level, points, rank_short
from reports.scorecards.wording.words import SHORT_STATUS_WORDS

MOST_SENTENCES = 12  # departments told one by one in words; of more the table tells


def departments(source: Source) -> Chapter | None:
    """Tell how each department stands, with the picture, the table and the funnel."""
    wave = source.wave
    ranked = any(one.rank_low is not None for one in wave.departments)
    return chapter(
        "departments",
        _("Results by department"),
        said(_benchmark(wave)),
        listed(sentences.finding(card, wave) for card in source.departments)
        if len(source.departments) <= MOST_SENTENCES
        else None,
        pictured(charts.departments(wave)),
        tabled(
            _("Every department, in the order of the survey"),
            (
                _("Department"),
                _("Score"),
                interval_head(wave),
                _("Satisfied"),
                _("Good rate"),
                _("Against the benchmark") if wave.judged else _("State"),
                _("Rank"),
                _("Ratings"),
            ),
            (_line(one, wave) for one in wave.departments),
            numeric=(1, 2, 3, 4, 7),
        ),
        said(
            _(
                "Ranks are given as ranges because no survey can tell them exactly: where ranges overlap, the order "
                "is not known."
            )
            if ranked
            else ""
        ),
        pictured(charts.funnel(wave)),
        said(_read_the_funnel(wave)) if charts.funnel(wave) is not None else None,
        *_dimensions(source),
    )


def standing(wave: WaveContent) -> str:
    """Name the departments whose rank set leaves out the middle; nobody is named by a bare rank."""
    ranked = [one for one in wave.departments if one.rank_low is not None and one.rank_of]
    of = max((one.rank_of or 0 for one in ranked), default=0)
    if of < 2:
        return ""
    middle = (of + 1) / 2
    upper = [one for one in ranked if (one.rank_high or of) < middle]
    lower = [one for one in ranked if (one.rank_low or 1) > middle]
    words = {"of": of, "level": level(wave), "upper": _placed(upper), "lower": _placed(lower)}
    if not upper and not lower:
        return (
            _(
                "Of the %(of)s departments that can be compared, none stands in the upper or the lower half for sure: "
                "their order is not known."
            )
            % words
        )
    return joined(
        _("In the upper half of the %(of)s departments that can be compared, sure at %(level)s%%: %(upper)s.")
        % words
        if upper
        else "",
        _("In the lower half of the %(of)s departments that can be compared, sure at %(level)s%%: %(lower)s.")
        % words
        if lower
        else "",
    )


def _placed(found: list[Figures]) -> str:
    return named(_("%(name)s (%(note)s)") % {"name": one.name, "note": rank_short(one)} for one in found)


def _benchmark(wave: WaveContent) -> str:
    """Say what departments were compared with, and that it was fixed before."""
    found = wave.benchmark
    if found is None or not wave.judged:
        return ""
    words = {"target": rounded(found.target)}
    if found.source == "declared":
        return (
            _(
                "The benchmark is %(target)s points, a target set with the import. A department is called better "
                "or worse than expected only when chance alone would hardly make such a difference for any "
                "department at all."
            )
            if wave.fieldwork.klass == "imported"
            else _(
                "The benchmark is %(target)s points, a target that was declared before the first answer. A "
                "department is called better or worse than expected only when chance alone would hardly make "
                "such a difference for any department at all."
            )
        ) % words
    return (
        _(
            "The benchmark is %(target)s points, the mean of the departments that are compared. A department is called "
            "better or worse than expected only when chance alone would hardly make such a difference for any "
            "department at all."
        )
        % words
    )


def _line(figures: Figures, wave: WaveContent) -> tuple[str, ...]:
    row = department_row(figures, judged=wave.judged)
    good = rounded(figures.good_rate, times=100) if figures.good_rate is not None else None
    return (
        row.name,
        row.score.point if row.score else DASH,
        (row.score.interval if row.score else "") or DASH,
        f"{row.satisfaction.point}%" if row.satisfaction else DASH,
        f"{good}%" if good else DASH,
        str(_state(row, wave)),
        row.rank or DASH,
        _("< 10") if row.n is None and row.status == "suppressed" else str(row.n or DASH),
    )


def _state(row: Row, wave: WaveContent) -> str:
    if row.band:
        return str(row.band)
    if row.status == "publishable":
        return _("not compared") if wave.judged else DASH
    return str(SHORT_STATUS_WORDS[row.status])


def _read_the_funnel(wave: WaveContent) -> str:
    found = wave.benchmark
    if found is None:
        return ""
    return _(
        "How to read it: a department that few people rated can lie far from the benchmark by chance, so the lines "
        "open towards the less exact side. They are drawn as a help; the words in the table come from the stricter "
        "rule."
    )


def _dimensions(source: Source) -> Iterator[Block | None]:
    """Tell index and dimensions of all departments in one table."""
    wave = source.wave
    if not wave.dimensions:
        return
    codes = [str(one["code"]) for one in wave.dimensions]
    heads = {one.code: one.name for card in source.departments for one in card.dimensions}
    table = tabled(
        _("Scores of the dimensions, and the index where there is one; in brackets what is only indicative"),
        (_("Department"), _("Index"), *(heads.get(code, code) for code in codes)),
        (_dimension_line(card, codes) for card in source.departments if card.dimensions),
        numeric=tuple(range(1, len(codes) + 2)),
    )
    if table is None:
        return
    yield said(wholes.battery(wave), wholes.order(wave))
    yield table


def _dimension_line(card: ScorecardContent, codes: list[str]) -> tuple[str, ...]:
    index = points(card.figures.index, card.figures.index_low, card.figures.index_high)
    scores = {one.code: one for one in card.dimensions}
    return (
        card.name,
        _("%(name)s (%(note)s)") % {"name": index.point, "note": index.interval} if index else DASH,
        *(_dimension(scores[code]) if code in scores else DASH for code in codes),
    )


def _dimension(one: DimensionFigures) -> str:
    if one.score is None:
        return DASH
    short = rounded(one.score)
    return f"({short})" if one.status == "indicative" else short
