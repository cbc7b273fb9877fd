"""The report of one department, chapter by chapter, from its frozen scorecard and that of the wave."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, listed, pictured, said, tabled
from reports.narratives.blocks import Block, Chapter, Table
from reports.narratives.limits import unsayable
from reports.narratives.places import group_table
from reports.scorecards import charts
from reports.scorecards.access import Past
from reports.scorecards.content import ItemFigures, ScorecardContent, WaveContent
from reports.scorecards.wording import expert, sentences, wholes
from reports.scorecards.wording.figures import (
    department_row,
    dimension_row,
    interval_head,
    item_row,
    per_cent,
    points,
)
from surveys.languages import in_language


def finding(card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell the one sentence that matters, then how sure it is and what it does not count."""
    headline = card.headline
    return chapter(
        "finding",
        _("The finding"),
        said(sentences.warning(card), kind="warning"),
        said(sentences.finding(card, wave), kind="lead"),
        said(sentences.certainty(card, wave), sentences.screening(card)),
        said(
            _(
                "%(n)s people graded it; %(dk)s said “don't know”, %(na)s “does not apply”, %(blank)s left it blank. "
                "None of these counts as satisfied."
            )
            % {"n": headline.n, "dk": headline.dk, "na": headline.na, "blank": headline.blank}
            if headline is not None and None not in (headline.n, headline.dk, headline.na, headline.blank)
            else ""
        ),
        listed(wholes.chosen(card)),
    )


def score(card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell the score, the rates and the five grades."""
    figures = card.figures
    if figures.score is None:
        return None
    headline = card.headline
    return chapter(
        "score",
        _("Score and certainty"),
        tabled(
            _("Headline figures"),
            (_("Figure"), _("Its value"), interval_head(wave)),
            [
                (words, f"{found.point}{found.unit}", found.interval or DASH)
                for words, found in (
                    (_("Satisfaction score"), points(figures.score, figures.score_low, figures.score_high)),
                    (
                        _("Satisfaction rate"),
                        per_cent(figures.satisfaction, figures.satisfaction_low, figures.satisfaction_high),
                    ),
                    (
                        _("Good rate"),
                        per_cent(figures.good_rate, figures.good_rate_low, figures.good_rate_high),
                    ),
                    (
                        _("score at the declared mix, which is compared"),
                        points(card.standardised, card.standardised_low, card.standardised_high),
                    ),
                )
                if found is not None
            ],
            numeric=(1, 2),
        ),
        pictured(charts.grades([headline]) if headline is not None else None),
        tabled(
            _("Figures for experts"),
            (_("Figure"), _("Its value")),
            [(str(words), digits) for words, digits in expert.digits(card, wave)] if card.judged else (),
            numeric=(1,),
        ),
    )


def standing(card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell how it stands against the benchmark, what changed, and between which ranks it stands."""
    own = card.figures.code
    compared = bool(card.figures.band)
    return chapter(
        "standing",
        _("Compared"),
        said(sentences.comparison(card, wave), sentences.explanation(card, wave)),
        said(
            _("Not compared: in a group of the declared mix too few people rated this department.")
            if not card.comparable
            else ""
        ),
        said(sentences.change(card, wave)),
        pictured(charts.funnel(wave, own=own) if compared else None),
        pictured(charts.rank_sets(wave, own=own) if card.figures.rank_low is not None else None)
        or said(sentences.ranking(card)),
    )


def dimensions(card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell the dimensions, and the index where there is one."""
    if not card.dimensions:
        return None
    index = points(card.figures.index, card.figures.index_low, card.figures.index_high)
    reach = points(card.index_lowest, card.index_lowest, card.index_highest)
    told = (
        _(
            "Index: %(words)s. With other weights near the declared ones it would lie between %(low)s and %(high)s."
        )
        % {"words": index.words, "low": reach.low, "high": reach.high}
        if index is not None and reach is not None
        else _("No index: it needs every dimension to be firm enough.")
        if card.judged
        else ""
    )
    rows = [(one, dimension_row(one)) for one in card.dimensions]
    return chapter(
        "dimensions",
        _("Dimensions and index"),
        said(told, sentences.index_break(card)),
        tabled(
            _("Score of each dimension"),
            (
                _("Dimension"),
                _("Weight"),
                _("Score"),
                interval_head(wave),
                _("State"),
                _("Since the wave before"),
            ),
            (
                (
                    row.name,
                    one.weight,
                    row.score.point if row.score else DASH,
                    (row.score.interval if row.score else "") or DASH,
                    str(row.status_words) if card.judged else DASH,
                    str(row.broken) or DASH,
                )
                for one, row in rows
            ),
            numeric=(1, 2, 3),
        ),
    )


def questions(card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell each question, and what was chosen where no grade was asked."""
    scored = [item for item in card.items if item.scored]
    shown = scored if len(scored) > 1 or card.figures.score is None else []
    return chapter(
        "questions",
        _("Question by question"),
        pictured(charts.questions(card)),
        pictured(charts.grades(shown)) if len(shown) > 1 else None,
        tabled(
            _("Every question"),
            (
                _("Question"),
                _("Score"),
                interval_head(wave),
                _("Satisfied"),
                _("State"),
                _("Ratings"),
            ),
            (_question(place, item, card) for place, item in enumerate(shown, start=1)),
            numeric=(1, 2, 3, 5),
        ),
        *(_choices(item) for item in card.items),
    )


def groups(card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell what groups of residents said."""
    return chapter("groups", _("By place and by group"), *_groups(card, wave))


CHAPTERS = (finding, score, standing, dimensions, questions, groups)


def history(past: Sequence[Past], card: ScorecardContent, wave: WaveContent) -> Chapter | None:
    """Tell the waves until now; nothing of a first one."""
    if len(past) < 2:
        return None
    rows = [(one, department_row(one.figures, judged=card.judged)) for one in past]
    return chapter(
        "history",
        _("Over the waves"),
        pictured(charts.trend(past, judged=card.judged)),
        tabled(
            _("Every wave"),
            (
                _("Wave"),
                _("Score"),
                interval_head(wave),
                _("Since the wave before"),
                _("Ratings"),
            ),
            (
                (
                    one.title,
                    row.score.point if row.score else DASH,
                    (row.score.interval if row.score else "") or DASH,
                    _("asked in other words") if one.starts else str(row.broken) or row.change or DASH,
                    _("< 10") if row.n is None else str(row.n),
                )
                for one, row in rows
            ),
            numeric=(1, 2, 4),
        ),
        said(
            _(
                "Where the question was asked in other words the line breaks: the scores on either side cannot be "
                "compared."
            )
            if any(one.starts for one in past)
            else _("All these waves asked the same question.")
        ),
    )


def cannot(wave: WaveContent) -> Chapter | None:
    """Tell what must not be read out of the numbers."""
    return chapter("limits", _("What the numbers can and cannot say"), *unsayable(wave))


def until(past: Sequence[Past], wave: str) -> list[Past]:
    """Leave out the waves after the one told of."""
    slugs = [one.wave for one in past]
    return list(past[: slugs.index(wave) + 1]) if wave in slugs else []


def _question(place: int, item: ItemFigures, card: ScorecardContent) -> tuple[str, ...]:
    row = item_row(item)
    state = str(row.broken) or (str(row.status_words) if card.judged or row.score is None else "")
    return (
        f"{charts.question_number(place)} {row.name}",
        row.score.point if row.score else DASH,
        (row.score.interval if row.score else "") or DASH,
        f"{row.satisfaction.point}%" if row.satisfaction else DASH,
        state or DASH,
        _("< 10") if row.n is None else str(row.n),
    )


def _choices(item: ItemFigures) -> Table | None:
    return tabled(
        item.words,
        (_("Answer"), _("Share"), _("Answers")),
        (
            (
                in_language(one["label"]) or str(one["value"]),
                f"{rounded(one['share'], times=100)}%",
                str(one["n"]),
            )
            for one in item.choices or ()
        ),
        numeric=(1, 2),
    )


def _groups(card: ScorecardContent, wave: WaveContent) -> Iterator[Block | None]:
    for one in card.breakdowns:
        yield pictured(charts.breakdown(one)) or group_table(one, wave)
