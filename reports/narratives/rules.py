"""The exact rules of em-1 for whoever recomputes: what docs/methodology.md says, in the language of the page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _


def rules() -> Iterator[tuple[str, str]]:
    """Name each rule and state it."""
    yield (
        _("Weights"),
        _(
            "A person of district h stands for N/n residents: N live there, n took part in the wave. Where the wave "
            "declares margins, weights are raked to them and capped at so many medians as declared. If any N is "
            "unknown, every weight is 1."
        ),
    )
    yield (
        _("Score"),
        _("θ = Σwy / Σw over those who graded, y being 100, 75, 50, 25 or 0 (Hájek)."),
    )
    yield (
        _("Variance"),
        _(
            "V = Σ over districts of (1 − n/N) · n/(n − 1) · Σ(u − ū)², with u = w(y − θ)/Σw for those who graded and "
            "0 for the others who took part (Taylor). Raked weights take residuals, clusters are summed first."
        ),
    )
    yield (
        _("Degrees of freedom"),
        _(
            "Those who graded, less the districts in which anybody did; with clusters, clusters instead of people."
        ),
    )
    yield (
        _("Intervals"),
        _(
            "Score: θ ± t·se within 0 and 100. Rates: Wilson’s with n_e = p(1 − p)/V and t; where everybody or nobody "
            "is satisfied, Clopper and Pearson’s on n. Never Wald’s."
        ),
    )
    yield (
        _("What is shown"),
        _(
            "Suppressed below 10 ratings, with whatever would give it away. Indicative below 30 ratings or effective "
            "ratings, with a Korn-Graubard interval of the rate of 0.30 or wider, or below 8 degrees of freedom. Else "
            "publishable. Districts with fewer than 10 ratings are merged before anything is computed."
        ),
    )
    yield (
        _("Benchmark and labels"),
        _(
            "z = (θ − θ₀)/se; with ten or more departments z′ = (θ − θ₀)/√(se² + τ²), p from Student’s t. Holm over "
            "the departments compared: p < .05 better or worse than expected, p < .002 much so."
        ),
    )
    yield (
        _("Change"),
        _(
            "Δ with variance V now + V before, Holm over all departments: named when p < .05 and |Δ| reaches the "
            "declared smallest change. Compared only where the fingerprint of the wording is the same."
        ),
    )
    yield (
        _("Rank sets"),
        _(
            "From Holm’s test over all ordered pairs: [1 + those shown better, k − those shown worse], for all "
            "departments together (Mogstad, Romano, Shaikh and Wilhelm 2024)."
        ),
    )
    yield (
        _("Index"),
        _(
            "I = Σ a·m over dimensions with declared weights a, variance with the correlations of their means. Beside "
            "it its range over all weights within .05. No index where ω, or α, is below .7."
        ),
    )
    yield (
        _("Breakdowns"),
        _(
            "Groups are unions of the groups of the published dataset; what straddles two of them is not shown. Gaps: "
            "Holm over all pairs of groups, covariance taken as zero."
        ),
    )
    yield (
        _("Ratings that people chose to give"),
        _(
            "Shares of those who rated, and over everybody the bounds r·p and r·p + 1 − r, r being the share that "
            "rated. Worth of the ratings: (f/(1 − f))/.05² people drawn by chance (Meng 2018)."
        ),
    )
    yield (
        _("Digits"),
        _(
            "Published numbers carry 12 significant digits and follow from the published files; pages show one decimal "
            "made from those."
        ),
    )
