"""Masking personal data in what people wrote: patterns of numbers, addresses and names, replaced by a word for each.

Every pattern is matched in linear time (RE2) on a plain copy of the text, in which full-width digits, letters and
numerals are ordinary ones, so that another keyboard hides nothing. A pattern cannot know everybody's name: what this
can and cannot do is said in docs/privacy.md. When in doubt it masks; masking twice gives the same as masking once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from surveys.redaction_patterns import PATTERNS

LONGEST = 2000  # characters of a masked text
PASSES = 6  # masking again finds what stood too close to another thing; two passes are usual
GAP = "\ufffc"  # stands for what is masked already: no pattern knows it
FEWEST_WORDS = 2  # of Chinese, or four letters each, for everything masked

# What each thing is called, in Chinese and in Latin texts.
MARKS: Mapping[str, tuple[str, str]] = {
    "email": ("〔邮箱〕", "[e-mail]"),
    "address": ("〔网址〕", "[web address]"),
    "identity": ("〔证件号〕", "[identity number]"),
    "phone": ("〔电话〕", "[phone]"),
    "card": ("〔卡号〕", "[card number]"),
    "account": ("〔账号〕", "[account]"),
    "plate": ("〔车牌〕", "[plate]"),
    "home": ("〔门牌〕", "[house number]"),
    "name": ("〔姓名〕", "[name]"),
    "code": ("〔编号〕", "[code]"),
    "number": ("〔号码〕", "[number]"),
}
_ORDER = {kind: place for place, kind in enumerate(MARKS)}
_MARK: Any = re2.compile("|".join(re2.escape(mark) for pair in MARKS.values() for mark in pair))

_NUMERALS = str.maketrans("〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖", "000111222" + "33445566778899")
# A number ends before 一直 and 三个: what follows it begins with a numeral and is none.
_NO_NUMERAL: Any = re2.compile(
    r"[0-9]([一二三四五六七八九])[直次个天样下点定些般年月周起家旦共切边名位人小分块元]"
)


def masked(text: str) -> str:
    """Return `text` with what looks like personal data replaced, or "" where hardly anything else is left.

    Control and formatting characters are gone, and at most `LONGEST` characters are left.
    """
    words = _plain(text)
    for _pass in range(PASSES):
        found = _once(words)
        if found == words:
            break
        words = found
    return _shortened(words) if _says_something(words) else ""


def _plain(text: str) -> str:
    """Return `text` without control, formatting and private characters; blanks of any kind are one blank."""
    lines = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        signs = (" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", line))
        kept = "".join(
            sign for sign in signs if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
        )
        lines.append(" ".join(kept.split()))
    return "\n".join(line for line in lines if line)


def _once(words: str) -> str:
    """Mask everything that one look at `words` finds; what overlaps is masked as one."""
    plain, places = _folded(words)
    counted = _counted(plain)
    spans: list[tuple[int, int, str]] = []
    for pattern in PATTERNS:
        seen = counted if pattern.numerals else plain
        for match in pattern.search.finditer(seen):
            span = pattern.check(match, seen)
            if span and span[0] < span[1]:
                spans.append((places[span[0]], places[span[1] - 1] + 1, pattern.kind))
    if not spans:
        return words
    kept, kinds, last = [], [], 0
    for start, end, kind in _united(spans):
        kept.append(words[last:start])
        kinds.append(kind)
        last = end
    language = 0 if _is_chinese("".join([*kept, words[last:]])) else 1
    parts = (part + MARKS[kind][language] for part, kind in zip(kept, kinds, strict=True))
    return "".join(parts) + words[last:]


def _folded(words: str) -> tuple[str, list[int]]:
    """Return `words` in compatibility form with every digit as 0–9, and the place in `words` of each character."""
    plain: list[str] = []
    places: list[int] = []
    marks = {place for match in _MARK.finditer(words) for place in range(*match.span())}
    for place, sign in enumerate(words):
        if place in marks:
            folded = GAP
        elif sign.isdecimal():
            folded = str(unicodedata.decimal(sign))
        else:
            folded = sign if sign.isascii() else unicodedata.normalize("NFKC", sign)
        plain += folded
        places += [place] * len(folded)
    return "".join(plain), places


def _counted(plain: str) -> str:
    """Return `plain` with Chinese numerals as digits, but for those that begin the next word."""
    signs = list(plain)
    for match in _NO_NUMERAL.finditer(plain):
        signs[match.start(1)] = GAP
    return "".join(signs).translate(_NUMERALS)


def _united(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield disjoint spans in order; where some overlap, their union is called by the most telling kind."""
    spans.sort()
    start, end, kind = spans[0]
    for first, last, other in spans[1:]:
        if first < end:
            end, kind = max(end, last), min(kind, other, key=_ORDER.__getitem__)
        else:
            yield start, end, kind
            start, end, kind = first, last, other
    yield start, end, kind


def _is_chinese(words: str) -> bool:
    """Say whether a text is told in Chinese characters rather than letters."""
    own: str = _MARK.sub("", words)
    han = sum("\u3400" <= sign <= "\u9fff" for sign in own)
    return han > 0 and han * 4 >= sum(sign.isalpha() for sign in own)


def _says_something(words: str) -> bool:
    """Say whether enough words are left beside the masks."""
    marks = len(_MARK.findall(words))
    own = _MARK.sub("", words)
    han = sum("\u3400" <= sign <= "\u9fff" for sign in own)
    others = sum(sign.isalpha() for sign in own) - han
    return bool(han + others / 4 >= FEWEST_WORDS * marks if marks else words)


def _shortened(words: str) -> str:
    """Cut a text that is too long, never inside a mask."""
    if len(words) <= LONGEST:
        return words
    end = LONGEST - 1
    for match in _MARK.finditer(words):
        if match.start() < end < match.end():
            end = match.start()
    return words[:end] + "…"
