"""The sentence that matters, what changed, how sure it is: made from frozen content in the language of the page."""

from collections.abc import Iterator, Sequence
from math import sqrt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluations.digits import rounded
from reports.scorecards.content import BREAKS_SINCE, Figures, ScorecardContent, WaveContent
from reports.scorecards.wording.figures import level, per_cent, points, signed
from reports.scorecards.wording.words import BAND_WORDS, BREAK_WORDS

MOST_NAMES = 4  # in a sentence
REACH = 1.96  # standard deviations on either side, within which 95 of 100 lie
MOST_MOVED = 1  # points that careless answers may move a score without a warning (em-1 §10)


def finding(content: ScorecardContent, wave: WaveContent) -> str:
    """Say the one sentence that matters about a department."""
    figures = content.figures
    rate = per_cent(figures.satisfaction, figures.satisfaction_low, figures.satisfaction_high)
    if figures.status == "suppressed":
        return _("Fewer than 10 people rated %(name)s, so nothing can be shown.") % {"name": content.name}
    if rate is None:
        return _("%(name)s was not given an overall rating in this wave.") % {"name": content.name}
    words = {
        "name": content.name,
        "rate": rate.point,
        "low": rate.low,
        "high": rate.high,
        "n": f"{figures.n or 0:,}",
        "level": level(wave),
    }
    if not content.judged:
        return (
            _("Of %(n)s people who rated %(name)s, %(rate)s%% are satisfied.")
            if wave.is_unknown
            else _("Of %(n)s people who chose to rate %(name)s, %(rate)s%% are satisfied.")
        ) % words
    if figures.status == "indicative":
        return (
            _(
                "Only an indication: %(rate)s%% are satisfied with %(name)s, but with %(n)s ratings it may be anything "
                "from %(low)s%% to %(high)s%%."
            )
            % words
        )
    return (
        _(
            "%(rate)s%% of residents are satisfied with %(name)s (%(level)s%% interval %(low)s%% to %(high)s%%)."
        )
        % words
    )


def wave_finding(wave: WaveContent) -> str:
    """Say the one sentence that matters about a wave."""
    people = wave.fieldwork.people
    shown = [one for one in wave.departments if not one.suppressed and one.status != "none"]
    asked = ngettext(
        "%(count)s department was rated", "%(count)s departments were rated", len(wave.departments)
    ) % {"count": len(wave.departments)}
    by = _("by %(people)s people") % {"people": f"{people:,}"} if people else _("by fewer than 10 people")
    start = _("%(asked)s %(by)s.") % {"asked": asked, "by": by}
    if not wave.judged:
        chosen = (
            _("How people were chosen is not known; nobody is ranked or labelled.")
            if wave.is_unknown
            else _("Who rates here chose to; nobody is ranked or labelled.")
        )
        return _joined(start, chosen)
    if not wave.publishable:
        return _joined(start, _("None has enough ratings to be judged.")) if shown else start
    for sentence in (*_outstanding(wave), *_left_out(wave)):
        start = _joined(start, sentence)
    return start


def _outstanding(wave: WaveContent) -> Iterator[str]:
    """Say who stands out among the departments that were compared, or that nobody does, or that none was compared."""
    compared = [one for one in wave.publishable if one.band]
    best = [one for one in compared if one.band in ("better", "much_better")]
    worst = [one for one in compared if one.band in ("worse", "much_worse")]
    if not compared:
        yield _("No department could be compared.")
    if best:
        yield _("Better than expected: %(names)s.") % {"names": _names(best)}
    if worst:
        yield _("Worse than expected: %(names)s.") % {"names": _names(worst)}
    if not compared or best or worst:
        return
    if len(compared) == len(wave.departments):
        yield _("None stands out from the benchmark by more than chance.")
    else:
        yield ngettext(
            "The %(count)s that could be compared does not stand out from the benchmark by more than chance.",
            "Of the %(count)s that could be compared none stands out from the benchmark by more than chance.",
            len(compared),
        ) % {"count": len(compared)}


def _left_out(wave: WaveContent) -> Iterator[str]:
    """Say how many departments have no band, and why."""
    for count, words in (
        (
            sum(not one.band for one in wave.publishable) if wave.parameters.get("standard") else 0,
            _(
                "For %(count)s of %(of)s departments a group of the declared mix has too few ratings to compare."
            ),
        ),
        (
            sum(one.status == "indicative" for one in wave.departments),
            _("%(count)s of %(of)s departments are only indicative."),
        ),
    ):
        if count:
            yield words % {"count": count, "of": len(wave.departments)}


def _joined(first: str, second: str) -> str:
    """Put two sentences side by side, as the language does."""
    return _("%(first)s %(second)s") % {"first": first, "second": second}


def _names(departments: Sequence[Figures]) -> str:
    """Name a few departments, in the order of the wave; of many only how many."""
    if len(departments) > MOST_NAMES:
        return _("%(count)s departments") % {"count": len(departments)}
    names = departments[0].name
    for one in departments[1:]:
        names = _("%(first)s, %(second)s") % {"first": names, "second": one.name}
    return names


def comparison(content: ScorecardContent, wave: WaveContent) -> str:
    """Say how a department stands against the benchmark."""
    figures, benchmark = content.figures, wave.benchmark
    if not content.judged or benchmark is None or figures.band is None:
        return ""
    source = (
        _("the declared target")
        if benchmark.source == "declared"
        else _("the mean of the departments compared")
    )
    return _("With %(score)s points it stands %(band)s; %(source)s is %(target)s.") % {
        "score": rounded(figures.score or "0"),
        "band": BAND_WORDS[figures.band],
        "source": source,
        "target": rounded(benchmark.target),
    }


def explanation(content: ScorecardContent, wave: WaveContent) -> str:
    """Say why a department stands as expected: by which spread its distance from the benchmark was judged (em-1 §4).

    From ten departments on, z' allows for their own differences, of standard deviation τ; 95 of 100 lie within 1.96 τ.
    """
    benchmark = wave.benchmark
    if content.figures.band != "as_expected" or benchmark is None:
        return ""
    reach = rounded(f"{REACH * sqrt(float(benchmark.tau2)):.12f}")
    away = abs(float(content.figures.score or "0") - float(benchmark.target))
    if benchmark.uses == "z_prime" and float(reach) > 0:
        words = (
            _("Departments differ among themselves by about ±%(reach)s points; this score lies within that.")
            if away <= float(reach)
            else _(
                "Departments differ among themselves by about ±%(reach)s points. This score lies further out, but one "
                "such among %(count)s departments may well be chance."
            )
        )
        return words % {"reach": reach, "count": benchmark.compared}
    return ngettext(
        "The difference from the benchmark is within what chance alone explains.",
        "The difference from the benchmark is within what chance alone explains among %(count)s departments.",
        benchmark.compared,
    ) % {"count": benchmark.compared}


def change(content: ScorecardContent, wave: WaveContent) -> str:
    """Say what changed since the wave before, or that no change is shown, or why nothing is compared."""
    figures = content.figures
    if not content.judged or content.is_root or figures.status in ("suppressed", "none"):
        return ""
    if figures.change is None:
        if wave.previous is None:
            return _("This wave declares no earlier one to be compared with.")
        return _not_compared(figures, wave)
    words = {
        "difference": signed(figures.change),
        "low": signed(figures.change_low or "0"),
        "high": signed(figures.change_high or "0"),
        "before": rounded(content.change_before or "0"),
        "smallest": rounded(str(wave.parameters["smallest_change"]), 0),
        "level": level(wave),
    }
    if figures.change_direction == "improved":
        return (
            _(
                "It improved by %(difference)s points since the wave before (from %(before)s; %(level)s%% interval "
                "%(low)s to %(high)s)."
            )
            % words
        )
    if figures.change_direction == "declined":
        return (
            _(
                "It declined by %(difference)s points since the wave before (from %(before)s; %(level)s%% interval "
                "%(low)s to %(high)s)."
            )
            % words
        )
    return (
        _(
            "No change is shown since the wave before: %(difference)s points (%(level)s%% interval %(low)s to "
            "%(high)s). A change is named only when it is sure and at least %(smallest)s points."
        )
        % words
    )


def _not_compared(figures: Figures, wave: WaveContent) -> str:
    """Say why nothing is compared; what was published before format 3 does not know whether other words were used."""
    if figures.change_reason is None:
        return (
            _("It cannot be compared with the wave before: too few ratings then or now.")
            if wave.format >= BREAKS_SINCE
            else _(
                "It cannot be compared with the wave before: too few ratings then or now, or other words were used."
            )
        )
    if figures.change_reason == "before_unpublished":
        return _(
            "Not compared with the wave before: its score was not published when these results were, and a change "
            "would have told it."
        )
    if wave.previous_edition is None or wave.previous_edition == wave.edition:
        return _("Not comparable with the wave before: the question was asked in other words then.")
    return _(
        "Not comparable with the wave before: the wording of the question changed between edition %(before)s and "
        "edition %(now)s."
    ) % {"before": wave.previous_edition, "now": wave.edition}


def index_break(content: ScorecardContent) -> str:
    """Say why the index cannot be held against that of the wave before, where it cannot."""
    if content.index_change_reason is None:
        return ""
    return _("The index cannot be compared with the wave before: %(reason)s.") % {
        "reason": BREAK_WORDS[content.index_change_reason]
    }


def certainty(content: ScorecardContent, wave: WaveContent) -> str:
    """Say how sure the score is, and what kind of sureness that is."""
    figures = content.figures
    score = points(figures.score, figures.score_low, figures.score_high)
    if score is None or not score.interval:
        return ""
    if not content.judged:
        return _(
            "The interval shows counting noise only, not who came to answer. It says nothing about residents at large."
        )
    if figures.status == "indicative":
        return _(
            "Too few people graded it to judge anybody by it: it has no band, no rank and no place in the index."
        )
    return _(
        "%(n)s residents graded it. If the survey were repeated, %(level)s of 100 such intervals would hold the true "
        "score."
    ) % {"n": f"{figures.n or 0:,}", "level": level(wave)}


def ranking(content: ScorecardContent) -> str:
    """Say the rank set in a sentence."""
    figures = content.figures
    if figures.rank_low is None or figures.rank_high is None or figures.rank_of == 1:
        return ""
    place = {"low": figures.rank_low, "high": figures.rank_high, "of": figures.rank_of}
    if figures.rank_low == figures.rank_high:
        return (
            _("Among %(of)s departments that can be compared it holds rank %(low)s, surely enough to say so.")
            % place
        )
    return (
        _(
            "Among %(of)s departments that can be compared it stands somewhere between rank %(low)s and %(high)s."
        )
        % place
    )


def screening(content: ScorecardContent) -> str:
    """Say what the answers that quality checks flagged did to the score."""
    figures = content.figures
    if content.score_unflagged is None or figures.score is None:
        return ""
    moved = float(figures.score) - float(content.score_unflagged)
    return _(
        "%(flagged)s answers look careless. They are counted; without them the score would be %(score)s (%(moved)s)."
    ) % {
        "flagged": content.flagged,
        "score": rounded(content.score_unflagged),
        "moved": signed(f"{-moved:.12f}"),
    }


def warning(content: ScorecardContent) -> str:
    """Warn where answers that look careless move the score by more than a point (em-1 §10)."""
    figures = content.figures
    if content.score_unflagged is None or figures.score is None:
        return ""
    if abs(float(figures.score) - float(content.score_unflagged)) <= MOST_MOVED:
        return ""
    return _(
        "Read this score with care: answers that look careless move it by more than %(most)s point, from %(without)s "
        "without them to %(score)s with them."
    ) % {
        "most": MOST_MOVED,
        "without": rounded(content.score_unflagged),
        "score": rounded(figures.score),
    }
