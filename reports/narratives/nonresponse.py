"""Who took part and who did not, who rated what, how people were weighted, and what was left out or looks careless."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.analyses import wording
from reports.analyses.content import Participation
from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, joined, listed, said, tabled
from reports.narratives.blocks import Block, Chapter
from reports.narratives.sources import Source
from reports.scorecards.content import ScorecardContent
from reports.scorecards.wording import sentences, wholes
from reports.scorecards.wording.figures import per_cent, signed


def nonresponse(source: Source) -> Chapter | None:
    """Tell the way from the invited to the rated, and how little is known of those who said nothing."""
    return chapter(
        "response",
        _("Who took part, and who did not"),
        *_participation(source),
        *_ratings(source),
        *_chosen(source),
    )


def weighting(source: Source) -> Chapter | None:
    """Tell whom people stand for, what was left out of the count, and what careless answers move."""
    wave = source.wave
    found = source.analysis.participation if source.analysis is not None else None
    return chapter(
        "weighting",
        _("Weights, exclusions and quality"),
        said(
            _("Each person who took part stands for a number of residents of the same district.")
            if wave.judged
            else _("Every rating counts the same: nobody knows whom those who rated stand for."),
            wholes.weighting(wave),
            _kish(found),
        ),
        said(_excluded(source)),
        *_careless(source),
    )


def _participation(source: Source) -> Iterator[Block | None]:
    if source.analysis is None:
        yield said(_awaited(source))
        return
    found = source.analysis.participation
    if found.reason is not None:
        yield said(str(wording.WHY[found.reason]))
    else:
        yield said(wording.responded(found), kind="lead")
        yield tabled(
            _("From the invited to those who took part"),
            (_("Stage"), _("People")),
            _steps(found),
            numeric=(1,),
        )
        yield tabled(
            _("Response by district"),
            (_("District"), _("Invited"), _("Took part"), _("Response")),
            (
                (
                    one.name,
                    wording.count(one.invited) or _("not shown"),
                    wording.count(one.took_part) or _("not shown"),
                    f"{rate.point}%" if (rate := per_cent(one.rate)) else DASH,
                )
                for one in found.strata
            ),
            numeric=(1, 2, 3),
        )
        if any(one.took_part is None for one in found.strata):
            yield said(
                _(
                    "Not shown: districts in which very few took part or very few did not, and others from which these "
                    "could be worked out."
                )
            )
    yield said(_representative(found))


def _awaited(source: Source) -> str:
    if source.is_awaited:
        return _(
            "How many of those invited took part is part of the analysis, which was still being computed."
        )
    if source.wave.fieldwork.klass == "sample":
        return _("How many of those invited took part was not worked out for this publication.")
    return str(wording.WHY["not_invited"])


def _steps(found: Participation) -> list[tuple[str, str]]:
    return [
        (words, f"{people:,}")
        for words, people in (
            (_("Invited"), found.invited),
            (_("Took part"), found.took_part),
            (_("Did not use their code"), found.did_not),
        )
        if people is not None
    ]


def _representative(found: Participation) -> str:
    if found.r is None:
        if found.reason is None and found.r_reason is not None:
            return _("%(name)s: %(words)s") % {
                "name": _("R-indicator"),
                "words": wording.WHY[found.r_reason],
            }
        return ""
    return joined(
        _("The R-indicator is %(r)s.") % {"r": rounded(found.r, 2)},
        _(
            "The R-indicator is 1 when everybody was equally likely to respond, whatever the district, and falls as "
            "districts differ. It says nothing about what the others would have answered."
        ),
    )


def _ratings(source: Source) -> Iterator[Block | None]:
    """Tell how many of those who were asked about a department graded it."""
    yield tabled(
        _("From those asked about a department to those who graded it"),
        (
            _("Department"),
            _("Forms sent in"),
            _("Graded it"),
            _("Said “don’t know”"),
            _("Said “does not apply”"),
            _("Left it blank"),
        ),
        (_rated(card) for card in source.departments if card.figures.status != "none"),
        numeric=(1, 2, 3, 4, 5),
    )
    yield said(_("Not rated is not rated: it never counts as satisfied."))


def _rated(card: ScorecardContent) -> tuple[str, ...]:
    headline = card.headline
    few = _("< 10")
    if headline is None or headline.n is None:
        return (card.name, f"{card.records:,}" if card.records is not None else few, few, DASH, DASH, DASH)
    return (
        card.name,
        f"{card.records:,}" if card.records is not None else few,
        f"{headline.n:,}",
        *(DASH if one is None else f"{one:,}" for one in (headline.dk, headline.na, headline.blank)),
    )


def _chosen(source: Source) -> Iterator[Block | None]:
    """Tell, of ratings that people chose to give, how many could have rated and between which bounds 好评率 lies."""
    yield listed(
        (
            _("%(name)s: %(words)s") % {"name": card.name, "words": joined(*told)}
            for card in source.departments
            if (told := wholes.chosen(card))
        ),
        caption=_("Who rated each department, and who did not"),
    )


def _kish(found: Participation | None) -> str:
    if found is None or found.kish is None:
        return ""
    return joined(
        _("What the weights cost (Kish): %(kish)s.") % {"kish": rounded(found.kish, 2)},
        _(
            "What the weights cost: 1 where everybody stands for as many residents; 1.20 means that intervals are as "
            "wide as with a sixth fewer people."
        ),
    )


def _excluded(source: Source) -> str:
    excluded = source.wave.fieldwork.excluded
    if not excluded:
        return _("No rating was left out of the count.")
    return ngettext(
        "%(count)s rating was left out of the count, by a rule and by two people of two organisations.",
        "%(count)s ratings were left out of the count, by a rule and by two people of two organisations.",
        excluded,
    ) % {"count": f"{excluded:,}"}


def _careless(source: Source) -> Iterator[Block | None]:
    """Tell every score with and without the answers that look careless, with a warning where they move it."""
    flagged = [
        card for card in source.cards if card.score_unflagged is not None and card.figures.score is not None
    ]
    if not flagged:
        yield said(
            _(
                "Answers that look careless are flagged and stay in the count. In no department are there enough of "
                "them to show what the score would be without them."
            )
        )
        return
    yield said(
        _(
            "Answers that look careless (the same grade everywhere, or faster than anybody reads) are flagged and stay "
            "in the count, whether they are good or bad. The table shows each score with and without them."
        )
    )
    yield said(
        *(
            _("%(name)s: %(words)s") % {"name": card.name, "words": words}
            for card in flagged
            if (words := sentences.warning(card))
        ),
        kind="warning",
    )
    yield tabled(
        _("Scores with and without answers that look careless"),
        (_("Department"), _("Flagged"), _("Score"), _("Without them"), _("Difference")),
        (_with_and_without(card) for card in flagged),
        numeric=(1, 2, 3, 4),
    )


def _with_and_without(card: ScorecardContent) -> tuple[str, ...]:
    score, without = card.figures.score or "0", card.score_unflagged or "0"
    return (
        card.name,
        DASH if card.flagged is None else f"{card.flagged:,}",
        rounded(score),
        rounded(without),
        signed(f"{float(without) - float(score):.12f}"),
    )
