"""Sentences about a wave as a whole: its dimensions together, its weights, and what chosen ratings can say."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluations.digits import rounded
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.wording.figures import per_cent
from surveys.languages import in_language

DASH = "–"
MOST_PAIRS = 12  # pairs of departments named one by one


def battery(content: WaveContent) -> str:
    """Say whether the dimensions measure one thing well enough to be summed up in an index."""
    found = content.battery
    if found is None or (found.alpha is None and found.omega is None):
        return ""
    figures = {
        "alpha": DASH if found.alpha is None else rounded(found.alpha, 2),
        "omega": DASH if found.omega is None else rounded(found.omega, 2),
        "n": f"{found.n:,}",
    }
    if found.holds:
        return (
            _(
                "The dimensions hang together well enough for an index: ω = %(omega)s, α = %(alpha)s (n = %(n)s)."
            )
            % figures
        )
    return (
        _(
            "There is no index: the dimensions do not measure one thing well enough "
            "(ω = %(omega)s, α = %(alpha)s, n = %(n)s; needed: 0.70)."
        )
        % figures
    )


def order(content: WaveContent) -> str:
    """Say for which departments the order of the index hangs on the weights of the dimensions."""
    pairs = content.order_hangs_on_weights
    if not pairs:
        return ""
    if len(pairs) > MOST_PAIRS:
        return ngettext(
            "With weights a little different the index would order %(count)s pair of departments "
            "the other way round.",
            "With weights a little different the index would order %(count)s pairs of departments "
            "the other way round.",
            len(pairs),
        ) % {"count": len(pairs)}
    names = {one.code: one.name for one in content.departments}
    listed = _("; ").join(
        _("%(one)s and %(other)s") % {"one": names.get(a, a), "other": names.get(b, b)} for a, b in pairs
    )
    return _(
        "With weights a little different the index would order these the other way round: %(pairs)s."
    ) % {"pairs": listed}


def weighting(content: WaveContent) -> str:
    """Say to which margins the people were weighted, or why not."""
    if not content.margins:
        return ""
    names = _(", ").join(in_language(margin["names"]) or margin["code"] for margin in content.margins)
    if content.margins_refused:
        return _(
            "The declared shares (%(names)s) could not be met by those who took part; people are weighted by "
            "district alone."
        ) % {"names": names}
    if content.margins_capped:
        return _(
            "People are weighted towards the residents in: %(names)s. Very large weights were capped, so the shares "
            "are not met exactly."
        ) % {"names": names}
    return _(
        "People are weighted so that they agree with the residents in: %(names)s. "
        "What is not known of a person is not guessed."
    ) % {"names": names}


def chosen(content: ScorecardContent) -> list[str]:
    """Say what ratings that people chose to give can say of everybody who could have rated."""
    found = content.self_selected
    if found is None:
        return []
    rated = per_cent(found.rated)
    lowest, highest, good = (per_cent(one) for one in (found.good_lowest, found.good_highest, found.good))
    if not (rated and lowest and highest and good):
        return []
    said = [
        _("Of %(eligible)s who could have rated, %(rated)s%% did.")
        % {"eligible": f"{found.eligible:,}", "rated": rated.point},
        _(
            "Among those who rated, the good rate is %(good)s%%. Over everybody it lies between %(low)s%% "
            "(if nobody else were content) and %(high)s%% (if everybody else were)."
        )
        % {"good": good.point, "low": lowest.point, "high": highest.point},
    ]
    if found.worth is not None:
        said.append(
            _(
                "If those who rate differ from the others only a little (a correlation of 0.05), these ratings are "
                "worth those of about %(worth)s people chosen by chance."
            )
            % {"worth": rounded(found.worth, 0)}
        )
    return said
