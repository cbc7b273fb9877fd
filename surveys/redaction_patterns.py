"""The patterns of `redacting`: what personal data looks like, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import re2

from surveys.redaction_words import (
    ACCOUNTS,
    CARELESS_BEFORE,
    CHATS,
    COMPOUNDS,
    DIGIT_WORDS,
    DOMAINS,
    ENGLISH_KIN,
    ENGLISH_TITLES,
    ESTATES,
    FEW_GIVEN,
    KIN,
    NO_GIVEN,
    NO_NAMES,
    NO_SECOND,
    NOT_NAMED,
    NUMBERS,
    OF_KIN,
    PARTICLES,
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

_HAN = r"\p{Han}"
_SEP = r"[\s\-–—_.·•,，、/|*~()（）]{0,2}"
_NUM = r"[0-9〇零一二三四五六七八九十百]{1,6}[A-Za-z甲乙丙丁]?"
_ANY = f"(?:{'|'.join(COMPOUNDS)}|[{SURNAMES}{RARER_SURNAMES}])"
_COMMON = f"(?:{'|'.join(COMPOUNDS)}|[{SURNAMES}])"
_TITLE = f"(?:{'|'.join(sorted(TITLES, key=len, reverse=True))})"
_FRONT = f"(?:{'|'.join(sorted({*TITLES_IN_FRONT, *TITLES}, key=len, reverse=True))})"
_DATE = r"(?:[0-9]{4}|[0-9]{2})[年.\-/][0-9]{1,2}(?:[月.\-/](?:[0-9]{1,2}[日号]?)?)?"
_ENGLISH_DATE = r"[0-9]{1,4}[\-/.\s][0-9A-Za-z]{1,9}[\-/.,\s]{1,2}[0-9]{1,4}"
Check = Callable[["re2._Match[str]", str], "tuple[int, int] | None"]  # the span to be masked, if any


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is searched for, what it is called, and which part of a find is masked."""

    kind: str
    search: Any
    check: Check
    numerals: bool = False  # whether Chinese numerals count as digits


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


def _called(match: Any, seen: str) -> tuple[int, int] | None:
    """Take surname and given name before 同学 or 的妈妈, where both signs can be of a name."""
    name = match.group(1)
    if name[:2] in NO_NAMES or any(sign in NO_GIVEN for sign in name[1:]):
        return None
    before = seen[max(0, match.start() - 1) : match.start()]
    return None if before and before in CARELESS_BEFORE.get(name[0], "") else _group(match, "")


def _short_title(match: Any, seen: str) -> tuple[int, int] | None:
    return None if match.group(1) + match.group(2)[:1] in NO_NAMES else _surname(match, seen)


def _flat(match: Any, _seen: str) -> tuple[int, int] | None:
    """Pass over dates: 1-5-2023."""
    return None if match.group(1)[:2] in {"19", "20"} and len(match.group(1)) == 4 else _whole(match, "")


def _introduced(match: Any, _seen: str) -> tuple[int, int] | None:
    """Take what follows “my name is” in small letters, as far as it can be a name."""
    first, second = match.group(1), match.group(2)
    if first.lower() in NOT_NAMED:
        return None
    return match.start(1), match.end(1 if not second or second.strip().lower() in NO_SECOND else 2)


def _capital_pinyin(match: Any, _seen: str) -> tuple[int, int] | None:
    return _whole(match, "") if match.group(1).title() in PINYIN else None


def _made(kind: str, pattern: str, check: Check = _whole, *, numerals: bool = False) -> Pattern:
    return Pattern(kind, re2.compile(pattern), check, numerals)


PATTERNS: tuple[Pattern, ...] = (
    _made("address", r"(?i)(?:https?|ftp)\s?:\s?//?[!-~]+|\bwww\.[!-~]+"),
    _made("address", rf"(?i)\b[a-z0-9][a-z0-9\-]*(?:\.[a-z0-9\-]+)*\.(?:{DOMAINS})\b(?:[/?:][!-~]*)?"),
    _made(
        "email",
        r"[A-Za-z0-9_.%+\-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9\-]+"
        r"(?:\s?(?:[.。]|\(dot\)|\[dot\])\s?[A-Za-z0-9\-]+)*",
    ),
    _made(
        "email", r"(?i)\b[a-z0-9_.%+\-]{1,64}(?: dot [a-z0-9]{1,30}){0,3} at [a-z0-9\-]+(?: dot [a-z]{2,})+"
    ),
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
        r"(?i:\b(?:mr|mrs|ms|miss|mx|sir|madam)\b)\.?\s?"
        rf"((?:(?:{PARTICLES})\s){{0,3}}[A-Za-z][A-Za-z'’\-]+(?:\s[A-Z][A-Za-z'’\-]+)?)",
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
    # What is announced by a word.
    _made("account", rf"(?i)(?:{CHATS})\s?([a-z][a-z0-9_.\-]{{3,29}})", _group),
    _made("account", r"(?i)\bins\s?[:：]\s?([a-z0-9_.]{4,30})", _group),
    _made("number", r"(?:尾号|尾数|后[四4六6八8]位)(?:数字?|是|为|:|：)?\s?([0-9]{3,8})", _group),
    _made("number", rf"(?:出生于|出生日期|出生年月|生日|生于)(?:是|为|:|：)?\s?({_DATE})", _group),
    _made("number", rf"({_DATE})\s?(?:出生|生人)", _group),
    _made(
        "number", rf"(?i)\b(?:dob|date of birth|born(?:\son)?)(?:\sis)?[:\s]{{1,2}}({_ENGLISH_DATE})", _group
    ),
    _made("phone", r"\b0[0-9]{3,4}\s[0-9]{6}\b|\b0[0-9]{4}\s[0-9]{3}\s[0-9]{3}\b"),
    _made("phone", rf"(?i)\b(?:{DIGIT_WORDS})(?:[\s\-](?:{DIGIT_WORDS})){{5,}}\b"),
    _made("address", r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"),
    _made("identity", r"(?i)\bpassport[a-z.:\s]{1,12}\s([a-z]{1,2}\s?[0-9]{3}\s?[0-9]{4})\b", _group),
    _made("plate", r"(?i:\bplate)(?:\sno\.?|\sis|:)?\s([A-Z0-9]{1,4}[\- ]?[A-Z0-9]{2,4})\b", _with_digits),
    _made(
        "code",
        r"(?i)\b(?:officer|employee|staff|clerk|id)\s?(?:no\b\.?|number\b|id\b|#)\s?:?\s?([0-9]{2,8})\b",
        _group,
    ),
    _made(
        "code",
        rf"[(（][12][0-9]{{3}}[)）][{PROVINCES}][0-9]{{2,4}}[民刑行执][初终监恢申]?字?第?[0-9]{{1,7}}号",
    ),
    # Where somebody lives.
    _made("home", r"\b[0-9]{1,3}\.[0-9]{3,}[,，\s]{1,2}[0-9]{1,3}\.[0-9]{3,}\b"),
    _made("home", r"(?:[北南]纬|[东西]经)\s?[0-9]{1,3}(?:\.[0-9]+)?[°度]?"),
    _made("home", r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s[0-9][A-Z]{2}\b"),
    _made("home", r"(?i)\bp\.?\s?o\.?\sbox\s([0-9]+)", _group),
    _made(
        "home", r"(?:门牌|房号)(?:号码|号)?(?:是|为|:|：)?\s?([0-9]{1,5}[A-Za-z]?(?:-[0-9]{1,5})*号?)", _group
    ),
    _made("home", rf"\b[A-Za-z]\s?(?:座|栋|幢|号楼)\s?{_NUM}(?:室|房|户|楼|层|号)?"),
    _made("home", r"\b[0-9]{1,3}#[0-9]{1,2}-[0-9]{3,4}\b"),
    _made("home", r"\b[0-9]{1,2}-[0-9]{1,2}-([0-9]{3,4})\b", _flat),
    _made("home", rf"(?:{ESTATES})\s?({_NUM}(?:号楼|栋|幢|座))", _group),
    # Who somebody is to whom.
    _made("name", rf"(?:{KIN})(?:名叫|叫|是|:|：)({_COMMON})({_HAN}{{1,2}})", _given),
    _made("name", rf"(?:{KIN})({_COMMON})({_HAN}{{2}})(?:[，。、！!,;；:：\s的在去来被说住是]|$)", _given),
    _made("name", rf"({_COMMON}{_HAN}{{2}})(?:{OF_KIN})", _called),
    _made(
        "name",
        rf"({_COMMON})(局|处|科|所|队|(?i:sir))(?:[的说在来很就也和是没不给把，。、！!,;；\s]|$)",
        _short_title,
    ),
    _made(
        "name",
        rf"老([{SURNAMES}])头",
        lambda found, _: None if found.group(1) in "石龙马江黄" else _group(found, ""),
    ),
    _made("name", rf"([{SURNAMES}]老[大二三四五六七八九幺])", _full_name),
    _made("name", r"(?:我叫|名叫|本人叫?)\s?([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)", _group),
    _made("name", rf"(?:我叫|名叫|本人)(阿{_HAN})", _group),
    _made("name", r"(?i:\bmy name(?:'s| is)|\bname:)\s([A-Za-z'’\-]+)(\s[A-Za-z'’\-]+)?", _introduced),
    _made(
        "name",
        rf"(?i:\bthis is|\bask for|\bmy (?:{ENGLISH_KIN}))\s([A-Z][a-z'’\-]+\s[A-Z][a-z'’\-]+)",
        _group,
    ),
    _made("name", r"(?i:\bsigned,?)\s?((?:[A-Z]\.\s?){1,3}[A-Z][a-z'’\-]+)", _group),
    _made("name", r"\b([A-Z]{2,8})\s[A-Z]{2,10}\b", _capital_pinyin),
    _made("name", r"\b([A-Z][a-z]+)\s[A-Z]\.", _pinyin),
)
