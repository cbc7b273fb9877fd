"""The page of `docs/reference` that lists the screening rules, written from the registry."""

from surveys.responses import screening
from surveys.responses.screening import Rule
from surveys.waves import telling

_HEAD = """# Screening rules

<!-- Written by `manage.py reference` from the registry; change the rules, not this page. -->

A wave declares a version of these rules with its method; from the moment it opens the declaration is frozen. A rule
only ever flags. Nobody is refused and nothing is deleted; results stand with and without what was flagged. No rule
reads the direction of a rating: replacing every grade x by 6 − x leaves every flag as it was. A form that came with an
invitation code is exempt from every rule about where or how fast forms come.

Flags are fixed when a form comes in, those about words when the wave has closed and its records are settled. In
`flags` each rule has a bit of its own. How many records a rule flagged is told from {fewest} on.
"""


def screening_page() -> str:
    """Return the page that describes every rule of every version."""
    return _HEAD.format(fewest=telling.FEWEST_TOLD) + "".join(
        f"\n## {version}\n\n| rule | flags a record when | reads | about | fixed | bit |\n"
        "| --- | --- | --- | --- | --- | --- |\n" + "".join(map(_row, rules))
        for version, rules in screening.VERSIONS.items()
    )


def _row(rule: Rule) -> str:
    about = "open forms" if rule.open_only else "all forms"
    fixed = "when the wave settles" if rule.at_settling else "at intake"
    return f"| `{rule.code}` | {rule.sentence} | {rule.reads} | {about} | {fixed} | {int(rule.flag)} |\n"
