"""The pages of `docs/reference` that the upper storey writes; `manage.py reference` writes them."""

from collections.abc import Callable

from reports.indicators import INDICATORS


def indicators_page() -> str:
    """Write every indicator as one line of a table."""
    lines = [
        "# Indicators",
        "",
        "All that Minping measures. Sections are those of the [methodology](../methodology.md), functions lie in",
        "`reports/estimation`. Symbols: θ score, w weight, s score of a grade, p share, V variance, n_e = p(1 − p)/V.",
        "",
        "| code | English | 中文 | of | unit | formula | interval or test | function | section | shown |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in INDICATORS:
        cells = (
            f"`{one.code}`",
            one.names["en"],
            one.names["zh-hans"],
            one.of,
            one.unit,
            one.formula,
            one.interval,
            f"`{one.estimator}`" if one.estimator else "",
            f"§{one.section}",
            one.shown,
        )
        lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


PAGES: tuple[tuple[str, Callable[[], str]], ...] = (("indicators.md", indicators_page),)
