"""Marks in a pasted text: numbers and letters at the beginning of lines, and what stands in brackets.

Every pattern is anchored or bounded, so that reading a line takes time in proportion to its length.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.questionnaires.pasting.vocabulary import (
    FLAGS,
    NO,
    SEVERAL,
    TYPES,
    YES,
    number_of,
    scale_of,
    squeezed,
)

_D = "0-9０-９"
# What a question may begin with, the most particular style first.
NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "named",
        re.compile(rf"^[QＱ]([{_D}]{{1,4}}(?:\.[{_D}]{{1,3}})?)\s*[.、．:：)）]?\s*(?=\S|$)", re.IGNORECASE),
    ),
    ("named", re.compile(rf"^(?:question|问题|题目?)\s*([{_D}]{{1,4}})\s*[.、．:：)）]?\s*", re.IGNORECASE)),
    ("named", re.compile(rf"^第\s*([{_D}一二三四五六七八九十百]{{1,4}})\s*[题问]\s*[.、．:：)）]?\s*")),
    ("dotted", re.compile(rf"^([{_D}]{{1,4}}(?:[.][{_D}]{{1,3}}){{0,2}})\s*[.、．:：](?![{_D}])\s*")),
    ("dotted", re.compile(rf"^([{_D}]{{1,3}}\.[{_D}]{{1,3}})\s+")),
    ("closed", re.compile(rf"^([{_D}]{{1,4}})\s*[)）]\s*")),
    ("bracketed", re.compile(rf"^[(（]\s*([{_D}]{{1,3}})\s*[)）]\s*")),
    ("chinese", re.compile(r"^([一二三四五六七八九十百]{1,4})\s*[、．.:：]\s*")),
    ("chinese", re.compile(r"^[(（]\s*([一二三四五六七八九十]{1,4})\s*[)）]\s*")),
)
STYLES = ("named", "dotted", "closed", "bracketed", "chinese")

_HEADING = re.compile(
    rf"^(?:#{{1,6}}\s+|第\s*[{_D}一二三四五六七八九十百]{{1,4}}\s*(?:部分|章|节|页|编)\s*[.、．:：—-]*\s*"
    r"|(?:part|section|page)\s+[0-9a-z]{1,4}\b\s*[.、．:：—-]*\s*)",
    re.IGNORECASE,
)
_RULER = re.compile(r"^\s*[-=_*—－~]{3,}\s*$")

_ANSWER_LINE = re.compile(r"^[_＿]{3,}$")
_LETTER = re.compile(r"^(?:([A-Za-zＡ-Ｚ])\s*[.、．)）:：]|[(（]([A-Za-z])[)）])\s*")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BOXES = "□☐■☑☒▢❏❑◻"
ROUNDS = "○●◯◎⚪〇"
_COUNTED = re.compile(rf"(?<=[\s;；,，])[(（]?([{_D}]{{1,2}})\s?[)）、．.](?![{_D}])\s*")  # within a line
_EMPTY = re.compile(r"^(?:\[\s{0,3}\]|[(（]\s{0,3}[)）])\s*")
_BULLET = re.compile(r"^[-–—•·‧∙*▪▫◆◇➢]\s*")
_OPENING = {"[": "]", "【": "】", "(": ")", "（": "）", "〔": "〕", "「": "」"}
_AFTER = ("", *"[【（(〔/／?？。.:：;；_")
_PARTS = re.compile(r"[,，;；、/／|]")

_MOST = (
    re.compile(
        r"(?:最多|至多|限|不超过|上限)(?:可?选|选择|可)?\s*([0-9０-９一二两三四五六七八九十]{1,3})\s*(?:项|个|种|条)"
    ),
    re.compile(r"([0-9０-９一二两三四五六七八九十]{1,3})\s*(?:项|个)\s*(?:以内|以下)"),
    re.compile(
        r"(?:up to|at most|no more than|max(?:imum)?(?: of)?)\s+([0-9]{1,3}|[a-z]{3,5})\b", re.IGNORECASE
    ),
)
_FEWEST = (
    re.compile(
        r"(?:至少|最少|不少于)(?:选|选择)?\s*([0-9０-９一二两三四五六七八九十]{1,3})\s*(?:项|个|种|条)"
    ),
    re.compile(r"(?:at least|min(?:imum)?(?: of)?)\s+([0-9]{1,3}|[a-z]{3,5})\b", re.IGNORECASE),
)
_EXACTLY = (
    re.compile(r"^(?:请?选择?|任选)\s*([0-9０-９一二两三四五六七八九十]{1,3})\s*(?:项|个|种|条)$"),
    re.compile(r"^(?:choose|select|pick)\s+(?:exactly\s+)?([0-9]{1,3}|[a-z]{3,5})$", re.IGNORECASE),
)
_SPAN = re.compile(
    rf"^(\D{{0,12}}?)\s*([{_D}]{{1,6}})\s*(?:[-–—~～至到]|to)\s*([{_D}]{{1,6}})\s*(分|points?)?$",
    re.IGNORECASE,
)

_END_OF_SPAN = re.compile(  # “1 分最低”, “10 = very satisfied”
    rf"^([{_D}]{{1,2}})\s*分?\s*(?:(最[低高差好]\S{{0,20}})|(?:表示|代表|为|是|=|＝|means?\s|is\s)\s*(\S.{{0,58}}))$"
)


@dataclass
class Marks:
    """What the brackets of a question or a heading say."""

    kind: str = ""
    required: bool | None = None
    headline: bool = False
    most: int = 0
    fewest: int = 0
    span: tuple[int, int] | None = None
    ends: dict[int, str] = field(default_factory=dict)  # what its numbers mean
    about: str = ""
    choices: list[dict[str, str]] = field(default_factory=list)  # “(yes / no)”

    def add(self, other: "Marks") -> None:
        """Take over what `other` says."""
        self.kind = other.kind or self.kind
        self.required = other.required if other.required is not None else self.required
        self.headline |= other.headline
        self.most, self.fewest = other.most or self.most, other.fewest or self.fewest
        self.span, self.about = other.span or self.span, other.about or self.about
        self.ends |= other.ends
        for position, choice in enumerate(other.choices):
            if position < len(self.choices):
                self.choices[position].update(choice)
            else:
                self.choices.append(choice)


@dataclass(frozen=True, slots=True)
class Number:
    """The mark at the beginning of a line, and what is left of the line."""

    style: str
    number: str
    rest: str


def number_in(words: str) -> Number | None:
    """Return the number that `words` begin with."""
    for style, pattern in NUMBERS:
        if found := pattern.match(words):
            digits = found[1]
            plain = str(number_of(digits)) if "." not in digits else digits
            return Number(style, plain, words[found.end() :])
    return None


def heading_in(words: str) -> str | None:
    """Return the words of a heading that is marked as one, without its mark; None when it is none."""
    words = words.strip()
    if _RULER.match(words):
        return ""
    if found := _HEADING.match(words):
        return words[found.end() :].strip() or words.strip("# ")
    if words[:1] in "【[" and words[1:] and words.endswith(_OPENING[words[0]]) and words.count(words[0]) == 1:
        inner = words[1:-1].strip()
        return None if marks_of(inner, {}) else inner
    return None


def is_ruler(words: str) -> bool:
    """Say whether a line is drawn to part pages."""
    return bool(_RULER.match(words))


def is_answer_line(words: str) -> bool:
    """Say whether a line is drawn to write an answer on."""
    return bool(_ANSWER_LINE.match(words))


def counted_in(words: str) -> list[tuple[str, str]]:
    """Return the choices of a line that begins with a number: “1）态度  2）效率”; an empty list without one."""
    found = number_in(words)
    if found is None:
        return []
    listed, start, number = [], len(words) - len(found.rest), found.number
    for place in _COUNTED.finditer(words, start):
        following = number_of(place[1])
        if number.isdecimal() and following == int(number) + 1:
            listed.append((f"{number})", words[start : place.start()].strip(" \t　;；,，")))
            start, number = place.end(), str(following)
    return [*listed, (f"{number})", words[start:].strip(" \t　;；,，"))]


def options_in(words: str) -> list[tuple[str, str]]:
    """Return the choices of a line that begins with the mark of one: mark and words of each; else an empty list."""
    words = words.strip()
    if found := _LETTER.match(words):
        return _lettered(words, (found[1] or found[2]), found.end())
    first = words[:1]
    if first and first in CIRCLED:
        return _signed(words, CIRCLED)
    if first and first in BOXES:
        return _signed(words, BOXES)
    if first and first in ROUNDS:
        return _signed(words, ROUNDS)
    if found := _EMPTY.match(words):
        pieces = re.split(r"\[\s{0,3}\]|[(（]\s{0,3}[)）]", words)
        return [("[]", piece.strip()) for piece in pieces if piece.strip()]
    if found := _BULLET.match(words):
        return [("-", words[found.end() :].strip())]
    return []


def options_within(words: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a question without the choices that stand behind it in the same line, and those choices."""
    starts = [words.find(sign) for sign in (*CIRCLED[:1], *BOXES, *ROUNDS)]
    starts += [found.start() + 1 for found in re.finditer(r"[\s:：?？。)）】\]]A\s?[.、．)）]", words)]
    starts += [found.start() for found in _COUNTED.finditer(words) if number_of(found[1]) == 1]
    for start in sorted(start for start in starts if start > 0):
        listed = options_in(words[start:]) or counted_in(words[start:])
        if len(listed) > 1:
            return words[:start].strip(), listed
    return words, []


def _lettered(words: str, letter: str, start: int) -> list[tuple[str, str]]:
    listed = []
    while True:
        following = chr(ord(letter) + 1)
        end, resume = len(words), len(words)
        at = words.find(following, start)
        while at >= 0:
            found = re.match(r"\s?[.、．)）]\s*", words[at + 1 : at + 8])
            if found and not (words[at - 1].isascii() and words[at - 1].isalnum()):
                end, resume = at, at + 1 + found.end()
                break
            at = words.find(following, at + 1)
        listed.append((letter.upper(), words[start:end].strip(" \t　;；,，")))
        if end == len(words):
            return listed
        letter, start = following, resume


def _signed(words: str, signs: str) -> list[tuple[str, str]]:
    listed: list[tuple[str, str]] = []
    start = 0
    for at, sign in enumerate([*words, signs[0]]):
        if sign in signs and at:
            listed.append((words[start], words[start + 1 : at].strip(" \t　.、;；,，")))
            start = at
    return listed


def brackets(words: str) -> Iterator[tuple[int, int, str]]:
    """Yield where brackets begin and end in `words`, and what stands in them; inner ones are part of the outer."""
    start, closing = -1, ""
    for at, sign in enumerate(words):
        if start < 0 and sign in _OPENING:
            start, closing = at, _OPENING[sign]
        elif start >= 0 and (sign == closing or (closing in ")）" and sign in ")）")):
            yield start, at + 1, words[start + 1 : at]
            start = -1


def without_marks(words: str, departments: Mapping[str, str]) -> tuple[str, Marks]:
    """Return `words` without the brackets that are understood, and what these say."""
    marks, kept, last = Marks(), [], 0
    for start, end, inner in brackets(words):
        is_square = words[start] in "[【"
        if not is_square and words[end:].lstrip()[:1] not in _AFTER:
            continue  # round brackets within a sentence are part of it
        found = marks_of(inner, departments if is_square else {})
        if found is not None:
            marks.add(found)
            kept.append(words[last:start])
            last = end
    rest = "".join([*kept, words[last:]]).strip()
    if not marks.kind and any(phrase in squeezed(rest) for phrase in SEVERAL):
        marks.kind = "multiple_choice"
    return rest, marks


def marks_of(inner: str, departments: Mapping[str, str]) -> Marks | None:
    """Return what the words in brackets say; None when they are no mark.

    `departments` has the squeezed names and codes of departments with their codes.
    """
    if not inner.strip() or len(inner) > 200:
        return None
    parts = [part.strip() for part in _PARTS.split(inner) if part.strip()]
    if scale := scale_of(parts):
        return Marks(kind=scale)
    folded = [squeezed(part) for part in parts]
    if len(folded) in (2, 3) and folded[0] in YES and folded[1] in NO:
        return Marks(kind="yes_no")
    if whole := _one(inner.strip(), departments):
        return whole
    marks = Marks()
    for part in parts:
        one = _one(part, departments)
        if one is None:
            return None
        marks.add(one)
    return marks


def _one(part: str, departments: Mapping[str, str]) -> Marks | None:
    word = squeezed(part)
    if word in TYPES:
        return Marks(kind=TYPES[word])
    if word in FLAGS:
        flag = FLAGS[word]
        return Marks(headline=True) if flag == "headline" else Marks(required=flag == "required")
    if word in departments:
        return Marks(about=departments[word])
    if found := _END_OF_SPAN.match(part):
        return Marks(ends={number_of(found[1]): found[2] or found[3]})
    return _limits(part)


def _limits(part: str) -> Marks | None:
    facts: dict[str, Any] = {}
    for name, patterns in (("most", _MOST), ("fewest", _FEWEST), ("exactly", _EXACTLY)):
        for pattern in patterns:
            found = pattern.search(part)
            if found and (number := number_of(found[1])):
                facts.setdefault(name, number)
    if exactly := facts.pop("exactly", 0):
        facts |= {"most": exactly, "fewest": exactly}
    if facts:
        several = facts.get("most", 2) > 1
        return Marks(kind="multiple_choice" if several else "", **facts)
    if found := _SPAN.match(part):
        kind, low, high = TYPES.get(squeezed(found[1]), ""), number_of(found[2]), number_of(found[3])
        if low < high and (kind or found[4] or (low <= 1 and high <= 10 and not found[1].strip())):
            return Marks(kind=kind, span=(low, high))
    return None
