"""To which categories of the declared margins the people of a group belong, as one text: `age=18-34 sex=f`.

The dataset and `design.csv` hold this text. A margin stands in it once where all whose category is known are of the
same, several times where they are not, and never where nobody's category is known. Blanks, `=` and `%` in a code
are written as in addresses.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

Belonging = tuple[str, str]  # codes of a margin and of one of its categories

RESERVED = re.compile(r"[\s=%]")


def written(belongings: Iterable[Belonging]) -> str:
    """Write to which categories people belong, each once and in order."""
    return " ".join("=".join(_plain(code) for code in pair) for pair in sorted(set(belongings)))


def read(text: str) -> frozenset[Belonging]:
    """Read what `written` wrote."""
    pairs = (pair.split("=") for pair in text.split(" ") if pair)
    return frozenset((unquote(margin), unquote(category)) for margin, category in pairs)


def _plain(code: str) -> str:
    return RESERVED.sub(lambda found: quote(found[0]), code)
