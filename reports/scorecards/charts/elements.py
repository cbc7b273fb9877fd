"""Elements of a drawing, as text: every word and every attribute is escaped here and nowhere else.

Positions across are per cent of the picture's width and positions down are pixels, so a picture fits any screen while
its letters keep their size. Colours and letters come by classes from static/css/figures.css: styles may not stand
inline.
"""

from collections.abc import Iterable
from html import escape

Attribute = str | float
HALF_SHAPE = 7  # pixels


def element(name: str, content: str = "", /, **attributes: Attribute) -> str:
    """Write an element; `content` is already written. Names of attributes lose a trailing "_", and "_" reads "-"."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def words(text: str, *, class_: str, x: str, y: float, anchor: str = "start") -> str:
    """Write a line of words at a place; names in any script keep their own direction."""
    told: dict[str, Attribute] = {"class_": class_, "x": x, "y": y}
    if anchor != "start":
        told["text_anchor"] = anchor
    return element("text", escape(text), **told)


def line(class_: str, *, x1: str, y1: float, x2: str, y2: float) -> str:
    """Draw a straight line."""
    return element("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2)


def title(text: str) -> str:
    """Name what a pointer rests on."""
    return element("title", escape(text))


def diamond(class_: str, *, x: str, y: float) -> str:
    """Draw a diamond around a place: a shape that is told from a disc without its colour."""
    half = HALF_SHAPE
    path = element("path", class_=class_, d=f"M0 {-half} {half} 0 0 {half} {-half} 0Z")
    return element("svg", path, class_="picture-mark", x=x, y=y)


def disc(class_: str, *, x: str, y: float, radius: float = 5) -> str:
    """Draw a disc around a place."""
    return element("circle", class_=class_, cx=x, cy=y, r=radius)


def share(value: float, lowest: float, highest: float) -> float:
    """Return where a value lies between two others, in per cent, never outside."""
    if highest <= lowest:
        return 50.0
    return min(100.0, max(0.0, (value - lowest) / (highest - lowest) * 100))


def across(value: float, lowest: float = 0, highest: float = 100) -> str:
    """Write where a value lies across the picture."""
    return f"{_short(share(value, lowest, highest))}%"


def joined(parts: Iterable[str]) -> str:
    """Put elements together."""
    return "".join(parts)


def anchored(place: float) -> str:
    """Say which end of some words stands at a place, so that they stay within the picture."""
    return "start" if place < 20 else "end" if place > 80 else "middle"


def _value(value: Attribute) -> str:
    return escape(value) if isinstance(value, str) else _short(value)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
