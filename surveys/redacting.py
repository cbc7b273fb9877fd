"""Masking personal data in what people wrote: patterns of numbers, addresses and names, replaced by a word for each.

Every pattern is matched in linear time (RE2) on a plain copy of the text, in which full-width digits, letters and
numerals are ordinary ones, so that another keyboard hides nothing. A pattern cannot know everybody's name: what this
can and cannot do is said in docs/privacy.md. When in doubt it masks; masking twice gives the same as masking once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from surveys.redaction_words import (
    ACCOUNTS,
    CARELESS_BEFORE,
    COMPOUNDS,
    DOMAINS,
    ENGLISH_TITLES,
    FEW_GIVEN,
    NO_GIVEN,
    NO_NAMES,
    NUMBERS,
    PINYIN,
    PROVINCES,
    PUBLIC_NUMBERS,
    RARER_SURNAMES,
    SELF,
    STREETS,
    SURNAMES,
    TITLES,
    TITLES_IN_FRONT,
)

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
_HAN = r"\p{Han}"
_SEP = r"[\s\-–—_.·•,，、/|*~()（）]{0,2}"
_NUM = r"[0-9〇零一二三四五六七八九十百]{1,6}[A-Za-z甲乙丙丁]?"
_ANY = f"(?:{'|'.join(COMPOUNDS)}|[{SURNAMES}{RARER_SURNAMES}])"
_COMMON = f"(?:{'|'.join(COMPOUNDS)}|[{SURNAMES}])"
_TITLE = f"(?:{'|'.join(sorted(TITLES, key=len, reverse=True))})"
_FRONT = f"(?:{'|'.join(sorted({*TITLES_IN_FRONT, *TITLES}, key=len, reverse=True))})"
Check = Callable[["re2._Match[str]", str], "tuple[int, int] | None"]  # the span to be masked, if any


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    search: Any
    check: Check
    numerals: bool = False  # whether Chinese numerals count as digits


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
    for pattern in _PATTERNS:
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


# Checks: what a pattern found is masked whole, in part, or not at all.


def _whole(match: Any, _seen: str) -> tuple[int, int]:
    return match.start(), match.end()


def _group(match: Any, _seen: str) -> tuple[int, int]:
    return match.start(1), match.end(1)


def _digits(words: str) -> str:
    return "".join(sign for sign in words if sign.isdigit())


def _number(match: Any, _seen: str) -> tuple[int, int] | None:
    """Pass over dates and spans of years."""
    found = match.group()
    parts = [_digits(part) for part in re2.split(r"[^0-9]+", found) if part]
    years = [part for part in parts if len(part) == 4 and part[:2] in {"19", "20"}]
    if len(parts) == 3 and years[:1] == parts[:1] and len(parts[1]) <= 2 and len(parts[2]) <= 2:
        return None
    if len(parts) == 2 and len(years) == 2:
        return None
    return match.start(), match.end()


def _bank_card(match: Any, _seen: str) -> tuple[int, int] | None:
    """Know a bank card by the check digit of Luhn (ISO/IEC 7812-1)."""
    digits = [int(one) for one in reversed(_digits(match.group()))]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[1::2]]
    return (match.start(), match.end()) if (sum(digits[::2]) + sum(doubled)) % 10 == 0 else None


def _code(match: Any, _seen: str) -> tuple[int, int] | None:
    """Know a code by groups in which letters and digits are mixed; words and years are none."""
    groups = [one for one in re2.split(r"[^0-9A-Za-z]+", match.group()) if one]
    mixed = sum(any(s.isdigit() for s in one) and any(s.isalpha() for s in one) for one in groups)
    enough = mixed >= 2 or (len(groups) == 1 and mixed == 1 and len(_digits(groups[0])) >= 2)
    tight = not any(sign.isspace() for sign in match.group()) and len(_digits(match.group())) >= 3
    return (match.start(), match.end()) if enough or (len(groups) > 1 and tight) else None


def _with_digits(match: Any, _seen: str) -> tuple[int, int] | None:
    found = match.group(1)
    return _group(match, "") if len(_digits(found)) >= 2 and found not in PUBLIC_NUMBERS else None


def _account(match: Any, _seen: str) -> tuple[int, int] | None:
    """Take a name on a network for one when it is announced as such, or looks like no ordinary word."""
    announced, name = match.group(1), match.group(2)
    odd = any(sign.isdigit() or sign in "_-" for sign in name)
    return (match.start(2), match.end(2)) if announced or odd else None


def _plate(match: Any, _seen: str) -> tuple[int, int] | None:
    return _whole(match, "") if len(_digits(match.group())) >= 2 else None


def _street(match: Any, seen: str) -> tuple[int, int] | None:
    """Pass over counters and lines: 街道3号窗口, 知道15号."""
    before, after = seen[max(0, match.start() - 1) : match.start()], seen[match.end() : match.end() + 1]
    return None if before in {"知", "通", "报"} or after in set("窗台线机厅文柜楼口") else _group(match, "")


def _surname(match: Any, seen: str) -> tuple[int, int] | None:
    """Pass over words that end in a character which is a surname elsewhere: 公安局长, 语文老师."""
    before = seen[max(0, match.start() - 1) : match.start()]
    return None if before and before in CARELESS_BEFORE.get(match.group(1), "") else _group(match, "")


def _full_name(match: Any, _seen: str) -> tuple[int, int] | None:
    return None if match.group(1)[:2] in NO_NAMES else _group(match, "")


def _given(match: Any, _seen: str) -> tuple[int, int] | None:
    """Take one given name where the second character rather begins the next word."""
    surname, given = match.group(1), match.group(2)
    if (surname + given)[:2] in NO_NAMES or given[0] in NO_GIVEN:
        return None
    length = 1 if given[1:] and given[1] in FEW_GIVEN else len(given)
    return match.start(1), match.start(2) + length


def _pinyin(match: Any, _seen: str) -> tuple[int, int] | None:
    return _whole(match, "") if match.group(1) in PINYIN else None


def _made(kind: str, pattern: str, check: Check = _whole, *, numerals: bool = False) -> _Pattern:
    return _Pattern(kind, re2.compile(pattern), check, numerals)


_PATTERNS: tuple[_Pattern, ...] = (
    _made("address", r"(?i)(?:https?|ftp)\s?:\s?//?[!-~]+|\bwww\.[!-~]+"),
    _made("address", rf"(?i)\b[a-z0-9][a-z0-9\-]*(?:\.[a-z0-9\-]+)*\.(?:{DOMAINS})\b(?:[/?:][!-~]*)?"),
    _made(
        "email",
        r"[A-Za-z0-9_.%+\-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9\-]+"
        r"(?:\s?(?:[.。]|\(dot\)|\[dot\])\s?[A-Za-z0-9\-]+)*",
    ),
    _made("email", r"(?i)\b[a-z0-9_.%+\-]{1,64} at [a-z0-9\-]+(?: dot [a-z]{2,})+"),
    _made("identity", rf"[0-9](?:{_SEP}[0-9]){{16}}{_SEP}[0-9Xx]", numerals=True),
    _made("identity", r"\b[0-9]{15}\b|\b[A-Za-z]{1,2}[0-9]{7,9}\b"),
    _made("phone", rf"1{_SEP}[3-9](?:{_SEP}[0-9]){{9}}", numerals=True),
    _made("phone", r"\+\s?[0-9]{1,3}(?:[\s\-().]{0,2}[0-9]){6,13}"),
    _made("phone", r"[(（]?\b0[0-9]{2,3}[\s\-)）]{0,2}[0-9]{3,4}[\s\-]?[0-9]{4}\b", numerals=True),
    _made(
        "phone",
        r"\([0-9]{3}\)[\s.\-]{0,2}[0-9]{3}[\s.\-][0-9]{4}\b|\b[0-9]{3}[\-.][0-9]{3}[\-.][0-9]{4}\b",
    ),
    _made("phone", r"\b[2-9][0-9]{2,3}[\s\-][0-9]{4}\b", _number),
    _made("card", r"[0-9](?:[ \-]?[0-9]){12,18}", _bank_card, numerals=True),
    _made("number", r"[0-9]{6,}", numerals=True),
    _made("number", r"[0-9]{2,5}(?:[\s\-.·_/|]{1,2}[0-9]{2,5}){2,}", _number),
    _made(
        "code",
        r"\b[0-9A-Za-z]{4,6}(?:\s?[\s\-–—_.]\s?[0-9A-Za-z]{4,6}){2,}(?:[\s\-–—_.][0-9A-Za-z])?",
        _code,
    ),
    _made("code", r"[0-9A-Za-z]{10,}", _code),
    _made("code", r"[A-Za-z]{1,6}[\-_]?[0-9]{5,}"),
    _made(
        "code",
        rf"(?i)(?:{NUMBERS})(?:\s?(?:号码|码|是|为|叫|no\b\.?|number|code|is|id|:|：|#)){{0,3}}"
        r"\s?([0-9A-Za-z][0-9A-Za-z\-]{1,40})",
        _with_digits,
        numerals=True,
    ),
    _made(
        "account",
        rf"(?i)(?:{ACCOUNTS})((?:\s?(?:号码|号|账号|是|为|叫|id\b|is\b|:|：|@))*)\s?([a-z0-9][a-z0-9_.\-]{{3,29}})",
        _account,
    ),
    _made("account", r"(?i)(?:^|[\s，。,：:(（])@([a-z0-9_\-]{3,30})", _group),
    _made("plate", rf"[{PROVINCES}][A-Za-z][\s·•.\-]{{0,2}}[A-Za-z0-9]{{4,5}}[A-Za-z0-9挂学警港澳]", _plate),
    _made("home", rf"{_NUM}\s?(?:号楼|栋|幢|座|号院)\s?(?:{_NUM}\s?单元\s?)?{_NUM}(?:室|房|户|楼|层|号)?"),
    _made("home", rf"{_NUM}\s?单元(?:\s?{_NUM}(?:室|房|户|号|楼|层)?)?"),
    _made("home", rf"(?:{_NUM}号\s?)?[0-9]{{3,5}}[A-Za-z]?室"),
    _made(
        "home",
        rf"(?:路|街|巷|弄|道|村|组|胡同|里)\s?({_NUM}(?:号|弄)(?:{_NUM}号)?(?:[\-之][0-9]+)?)",
        _street,
    ),
    _made(
        "home",
        r"(?i)\b(?:flat|apt\.?|apartment|unit|suite|house|room)\s?(?:no\.?\s?|number\s|#)?[0-9]{1,5}[a-z]?\b",
    ),
    _made("home", rf"\b[0-9]{{1,5}}[A-Za-z]?,?\s(?:[A-Z][a-z]+\s){{1,3}}(?:{STREETS})\b"),
    _made("name", rf"({_ANY})(?:副|老|大)?{_TITLE}", _surname),
    _made("name", rf"({_COMMON}{_HAN}{{1,2}})副?{_TITLE}", _full_name),
    _made("name", rf"{_FRONT}(?:叫|是|姓|:|：|\s)?({_COMMON})({_HAN}{{1,2}})", _given),
    _made("name", rf"(?:{SELF})[:：是为叫\s]{{0,3}}({_COMMON})({_HAN}{{1,2}})", _given),
    _made("name", rf"姓({_ANY})", _group),
    _made("name", rf"({_ANY}(?:某{{1,3}}|[×*○]{{1,3}}|[Xx]{{1,3}}\b))"),
    _made("name", rf"{_HAN}{{2,6}}[·•・]{_HAN}{{2,4}}"),
    _made("name", rf"([老小][{SURNAMES}])(?:[的说在来很就也和是没不给把，。、！!,;；\s]|$)", _full_name),
    _made(
        "name",
        r"(?i:\b(?:mr|mrs|ms|miss|mx|sir|madam)\b)\.?\s?([A-Za-z][A-Za-z'’\-]+(?:\s[A-Z][A-Za-z'’\-]+)?)",
        _group,
    ),
    _made("name", rf"\b(?:{ENGLISH_TITLES})\b\.?\s?([A-Z][a-z'’\-]+(?:\s[A-Z][a-z'’\-]+)?)", _group),
    _made(
        "name",
        r"(?i:\bname(?:'s| is|:)|\bnamed|\bcalled|\bI am|\bI'm|\bsigned,?)\s?"
        r"([A-Z][a-z'’\-]+(?:\s[A-Z][a-z'’\-]+)+)",
        _group,
    ),
    _made("name", r"(?i:\bname(?:'s| is|:)|\bnamed)\s?([A-Z][a-z'’\-]+)", _group),
    _made("name", r"\b([A-Z][a-z]+)\s[A-Z][a-z]{1,9}(?:-?[a-z]{2,6})?\b", _pinyin),
)
