"""The findings of a wave in a few sentences, the one that matters first, and what cannot be said."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.narratives.assembling import chapter, joined, listed, said
from reports.narratives.blocks import Chapter
from reports.narratives.changes import in_short
from reports.narratives.departments import standing
from reports.narratives.places import widest
from reports.narratives.sources import Source
from reports.scorecards.content import WaveContent
from reports.scorecards.wording import sentences


def findings(source: Source) -> Chapter | None:
    """Tell the findings; the first sentence is the one of the wave's page."""
    wave = source.wave
    return chapter(
        "findings",
        _("The findings"),
        said(
            _("These results were corrected. Reason: %(reason)s") % {"reason": wave.reason}
            if wave.number > 1
            else "",
            kind="warning",
        ),
        said(sentences.wave_finding(wave), kind="lead"),
        listed((_whole(source), in_short(source), standing(wave), widest(source), unsaid(wave))),
    )


def unsaid(wave: WaveContent) -> str:
    """Say what these results cannot say."""
    return joined(*_unsaid(wave))


def _whole(source: Source) -> str:
    """Say how satisfied people are with the place as a whole, where they were asked."""
    card = source.general
    if card is None or card.figures.status == "none":
        return ""
    return sentences.finding(card, source.wave)


def _unsaid(wave: WaveContent) -> Iterator[str]:
    hidden = [one for one in wave.departments if one.suppressed]
    if hidden:
        yield ngettext(
            "Of %(count)s department nothing is shown, because fewer than 10 people rated it.",
            "Of %(count)s departments nothing is shown, because fewer than 10 people rated each.",
            len(hidden),
        ) % {"count": len(hidden)}
    if wave.judged:
        yield _("What those who took no part would have said is not known.")
    elif wave.is_unknown:
        yield _(
            "What residents at large think cannot be told from this: how those who rated were chosen is not known."
        )
    else:
        yield _(
            "What residents at large think cannot be told from this: only those who chose to rate were heard."
        )
