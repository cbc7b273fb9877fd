"""Published numbers: decimal strings with twelve significant digits, and the roundings that paper shows.

Whatever is hashed or compared later is one of these strings, never a float: the same on every machine and in every
language. This page knows no array, so that pages and files may use it.
"""

from decimal import ROUND_HALF_EVEN, Decimal

DIGITS = 12


def published(number: float) -> str:
    """Write `number` with twelve significant digits and no exponent; raises `ValueError` when it is not finite."""
    text = f"{number:.{DIGITS}g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    if text in ("nan", "inf", "-inf"):
        raise ValueError("Only finite numbers are published.")
    return "0" if text == "-0" else text


def published_or_none(number: float | None) -> str | None:
    """Write `number`, or leave out what there is not."""
    return None if number is None else published(number)


def number(text: str | None) -> float | None:
    """Read a published number; whoever computes on reads these digits, not the float behind them."""
    return None if text is None else float(text)


def rounded(text: str, places: int = 1, *, times: int = 1) -> str:
    """Write a published number on paper: times `times`, half to even, with `places` decimals; never "-0.0"."""
    value = (Decimal(text) * times).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return format(abs(value) if value == 0 else value, "f")
