"""What improved and what declined since the wave before, by the rule that was declared before the first answer."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, joined, named, said, tabled
from reports.narratives.blocks import Chapter
from reports.narratives.sources import Source
from reports.scorecards.content import BREAKS_SINCE, Figures, ScorecardContent, WaveContent
from reports.scorecards.wording.expert import probability
from reports.scorecards.wording.figures import change_short, level, signed
from reports.scorecards.wording.words import NO_CHANGE_WORDS


def changes(source: Source) -> Chapter | None:
    """Tell what changed, and by which rule; nothing of a wave that judges nobody."""
    wave = source.wave
    if not wave.judged or not source.departments:
        return None
    told = any(card.figures.change is not None for card in source.departments)
    return chapter(
        "changes",
        _("Improved and declined"),
        said(in_short(source), kind="lead"),
        said(rule(source)) if told else None,
        tabled(
            _("Score now and in the wave before"),
            (
                _("Department"),
                _("Score before"),
                _("Score now"),
                _("Difference"),
                _("%(level)s%% interval") % {"level": level(wave)},
                _("p, Holm"),
                _("Since the wave before"),
            ),
            (_line(card) for card in source.departments if _is_told(card.figures)),
            numeric=(1, 2, 3, 4, 5),
        )
        if told
        else None,
    )


def in_short(source: Source) -> str:
    """Say who improved, who declined, and for how many no change is shown or nothing can be compared."""
    wave = source.wave
    if not wave.judged or not source.departments:
        return ""
    if wave.previous is None:
        return _("This wave declares no earlier one to be compared with.")
    compared = [one for one in wave.departments if one.change is not None]
    better = [one for one in compared if one.change_direction == "improved"]
    worse = [one for one in compared if one.change_direction == "declined"]
    still = len(compared) - len(better) - len(worse)
    return joined(
        _("Improved since the wave before: %(names)s.") % {"names": _moved(better)} if better else "",
        _("Declined since the wave before: %(names)s.") % {"names": _moved(worse)} if worse else "",
        _unmoved(still, others=bool(better or worse)),
        _not_compared(wave),
    )


def rule(source: Source) -> str:
    """State when a change is called one."""
    return _(
        "A department is called improved or declined only when two things hold: chance is unlikely to have made the "
        "difference for any department at all (Holm-adjusted p below %(p)s), and the score moved by at least "
        "%(smallest)s points. Otherwise the honest answer is “no change shown”, which does not mean that nothing "
        "changed."
    ) % {
        "p": rounded(f"{1 - float(source.wave.parameters['level']):.12f}", 2),
        "smallest": rounded(str(source.wave.parameters["smallest_change"]), 0),
    }


def _moved(found: Sequence[Figures]) -> str:
    return named(
        _("%(name)s (%(note)s)") % {"name": one.name, "note": signed(one.change or "0")} for one in found
    )


def _unmoved(count: int, *, others: bool) -> str:
    if not count:
        return ""
    if others:
        return ngettext(
            "For %(count)s other department no change is shown.",
            "For the other %(count)s departments no change is shown.",
            count,
        ) % {"count": count}
    return ngettext(
        "For the %(count)s department that can be compared with the wave before, no change is shown.",
        "For none of the %(count)s departments that can be compared with the wave before is a change shown.",
        count,
    ) % {"count": count}


def _not_compared(wave: WaveContent) -> str:
    """Say how many cannot be compared, and why; before format 3 it was not kept which of two reasons it was."""
    unread = sum(one.change_reason == "before_unpublished" for one in wave.departments)
    broken = sum(one.change_reason is not None for one in wave.departments) - unread
    other = sum(one.change is None and one.change_reason is None for one in wave.departments)
    if wave.format < BREAKS_SINCE:
        return (
            ngettext(
                "%(count)s department cannot be compared: too few ratings then or now, or other words were used.",
                "%(count)s departments cannot be compared: too few ratings then or now, or other words were used.",
                other,
            )
            % {"count": other}
            if other
            else ""
        )
    return joined(
        ngettext(
            "%(count)s department was asked about in other words then and cannot be compared.",
            "%(count)s departments were asked about in other words then and cannot be compared.",
            broken,
        )
        % {"count": broken}
        if broken
        else "",
        ngettext(
            "%(count)s department had no published score of the wave before to be compared with.",
            "%(count)s departments had no published score of the wave before to be compared with.",
            unread,
        )
        % {"count": unread}
        if unread
        else "",
        ngettext(
            "%(count)s department has too few ratings, then or now, to be compared.",
            "%(count)s departments have too few ratings, then or now, to be compared.",
            other,
        )
        % {"count": other}
        if other
        else "",
    )


def _is_told(figures: Figures) -> bool:
    return figures.change is not None or figures.change_reason is not None


def _line(card: ScorecardContent) -> tuple[str, ...]:
    figures = card.figures
    if figures.change is None:
        now = rounded(figures.score) if figures.score is not None else DASH
        return (card.name, DASH, now, DASH, DASH, DASH, str(NO_CHANGE_WORDS[figures.change_reason or ""]))
    span = (
        DASH
        if figures.change_low is None or figures.change_high is None
        else _("%(low)s to %(high)s")
        % {"low": signed(figures.change_low), "high": signed(figures.change_high)}
    )
    return (
        card.name,
        rounded(card.change_before) if card.change_before is not None else DASH,
        rounded(card.standardised or figures.score or "0"),
        signed(figures.change),
        span,
        probability(figures.change_p_holm),
        change_short(figures),
    )
