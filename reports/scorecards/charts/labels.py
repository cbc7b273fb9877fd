"""Names where there is little room: measured in narrow letters, a Han character counting two."""

from collections.abc import Sequence
from unicodedata import east_asian_width

NO_BEGINNING = tuple("，。、；：？！）》」』”’…·")  # signs that no line of Chinese begins with


def width(words: str) -> int:
    """Return how wide words are, in narrow letters."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def shortened(words: str, longest: int) -> str:
    """Return words that are at most `longest` wide, ending in an ellipsis where something was left out."""
    if width(words) <= longest:
        return words
    kept, room = "", longest - 1
    for letter in words:
        room -= width(letter)
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def told_apart(names: Sequence[str], longest: int) -> list[str]:
    """Leave out what names share at their beginning where shortening would make two of them look alike."""
    short = [shortened(name, longest) for name in names]
    if len(set(short)) == len(short):
        return list(names)
    alike = enumerate(zip(*names, strict=False))
    differ = next((place for place, letters in alike if len(set(letters)) > 1), 0)
    shared = max(names[0].rfind(sign, 0, differ) for sign in " （") + 1
    closing = "）" if names[0][:shared].endswith("（") else ""
    return [name[shared:].removesuffix(closing) for name in names]


def wrapped(words: str, longest: int, *, lines: int = 2) -> list[str]:
    """Break words into at most `lines` lines of at most `longest`, between words where there are any."""
    found: list[str] = []
    rest = words.strip()
    while rest and len(found) < lines - 1 and width(rest) > longest:
        cut, room = 0, longest
        for place, letter in enumerate(rest):
            room -= width(letter)
            if room < 0:
                break
            cut = place + 1
        while cut > 1 and rest[cut : cut + 1] in NO_BEGINNING:
            cut -= 1
        if (space := rest.rfind(" ", 0, cut + 1)) > cut // 2:
            cut = space
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, shortened(rest, longest)] if rest else found
