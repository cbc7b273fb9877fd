"""The same question in every language: the same figures, about the same length, and nothing left to be filled in."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text, language_name
from surveys.questionnaires.advising.base import Example, Finding, Rule, quoted
from surveys.questionnaires.advising.manuscript import Manuscript
from surveys.questionnaires.advising.phrases import LONGEST_EXCERPT, Pattern
from surveys.questionnaires.advising.reading import seconds

MUCH_LONGER = 2.5  # times as long to read
LONG_ENOUGH = 6.0  # seconds: of shorter texts the ratio says nothing

_figure = Pattern(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?\s*(?:万|亿|千|k\b|million\b|thousand\b)?")
_SIZES = {"万": 10_000, "亿": 10**8, "千": 1000, "k": 1000, "million": 10**6, "thousand": 1000}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "0": ("zero", "零", "none", "no "),
    "1": ("one", "一", "once", "first", "january", "jan", "single", "a "),
    "2": ("two", "二", "两", "twice", "second", "february", "feb", "half", "半"),
    "3": ("three", "三", "third", "march", "mar"),
    "4": ("four", "四", "fourth", "april", "apr"),
    "5": ("five", "五", "fifth", "may"),
    "6": ("six", "六", "june", "jun"),
    "7": ("seven", "七", "july", "jul", "week", "周"),
    "8": ("eight", "八", "august", "aug"),
    "9": ("nine", "九", "september", "sep"),
    "10": ("ten", "十", "october", "oct", "decade"),
    "11": ("eleven", "十一", "november", "nov"),
    "12": ("twelve", "十二", "december", "dec", "year", "年", "dozen"),
    "13": ("thirteen", "十三"),
    "14": ("fourteen", "十四"),
    "15": ("fifteen", "十五", "quarter"),
    "16": ("sixteen", "十六"),
    "18": ("eighteen", "十八"),
    "20": ("twenty", "二十"),
    "24": ("twenty-four", "二十四", "day", "天"),
    "30": ("thirty", "三十", "half", "半", "month"),
    "40": ("forty", "四十"),
    "50": ("fifty", "五十", "half", "半"),
    "60": ("sixty", "六十", "hour", "小时"),
    "65": ("sixty-five", "六十五"),
    "90": ("ninety", "九十"),
    "100": ("hundred", "一百", "百"),
    "1000": ("thousand", "一千", "千"),
    "10000": ("ten thousand", "一万", "万"),
}


def figures(words: str) -> dict[str, str]:
    """Return the figures in `words`: their value, and how they are written."""
    found = {}
    for start, end in _figure.spans(plain := unicodedata.normalize("NFKC", words)):
        written = plain[start:end].strip()
        digits = written.rstrip("万亿千kKmilonthusad ").replace(",", "")
        size = _SIZES.get(written[len(written.rstrip("万亿千kKmilonthusad")) :].lower().strip(), 1)
        whole, point, rest = digits.partition(".")
        if len(digits) > 30:
            continue
        value = whole.lstrip("0") or "0"
        if size > 1 and not point:
            value = str(int(value) * size)
        elif size > 1:
            value = str(int(float(digits) * size))
        elif point:
            value += f".{rest.rstrip('0')}" if rest.rstrip("0") else ""
        found[value] = written
    return found


def _in_words(value: str, words: str) -> bool:
    plain = f" {words.lower()} "
    return any(one in plain for one in _WORDS.get(value, ()))


class Differences(Rule):
    """What one language says and another does not."""

    code = "languages-differ"
    label = gettext_lazy("Languages that say different things")
    reason = gettext_lazy(
        "Answers in two languages are counted together, so both must ask the same: "
        "the same period, the same bounds, the same conditions."
    )
    source = "Harkness, Villar & Edwards 2010; Cross-Cultural Survey Guidelines, Translation"

    accepts: ClassVar[tuple[Example, ...]] = (
        {
            "text": {
                "zh-hans": "过去12个月您去过几次？",
                "en": "How often did you go in the past twelve months?",
            }
        },
        {"text": {"zh-hans": "收入在2万元以上吗？", "en": "Is your income above 20,000 yuan?"}},
        {"text": {"zh-hans": "您对公园满意吗？", "en": "How satisfied are you with the parks?"}},
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        {"text": {"zh-hans": "过去12个月您去过几次？", "en": "How often did you go in the past 6 months?"}},
        {"text": {"zh-hans": "How satisfied are you with parks?", "en": "How satisfied are you with parks?"}},
        {
            "text": {
                "zh-hans": "您满意吗？",
                "en": "Thinking of every visit during the past year, the waiting, the forms, the people at the "
                "counter and the "
                "result, how satisfied are you all in all?",
            }
        },
    )

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield, for each text, the first thing in which two of its languages differ."""
        document = draft.document
        frame: list[tuple[str, str, Text]] = [
            ("", "frame", document["title"]),
            ("", "frame", document["introduction"]),
            *(("", "dimensions", dimension["name"]) for dimension in document["dimensions"]),
        ]
        asked = [(asked.code, "questions", text) for asked in draft.questions for _role, text in asked.texts]
        for where, area, text in (*frame, *asked):
            spoken = {language: text[language] for language in draft.languages if text.get(language)}
            first, *others = spoken or {"": ""}
            for other in others:
                message = _difference(spoken, first, other)
                if message:
                    yield Finding(message, where, spoken[other][:LONGEST_EXCERPT], other, area)
                    break


def _difference(spoken: Mapping[str, str], one: str, other: str) -> str:
    names = {"one": language_name(one), "other": language_name(other)}
    here, there = spoken[one], spoken[other]
    if here == there and one.partition("-")[0] != other.partition("-")[0]:
        worth_translating = len(here.split()) >= 3 or sum(map(_is_chinese, here)) >= 2
        return _("The same words stand in %(one)s and in %(other)s.") % names if worth_translating else ""
    for language, words in ((one, here), (other, there)):
        if language.startswith("zh") and len(words) >= 12 and not any(map(_is_chinese, words)):
            return _("The text in %(language)s has no Chinese character.") % {
                "language": language_name(language)
            }
    figures_here, figures_there = figures(here), figures(there)
    for mine, theirs, words, language in (
        (figures_here, figures_there, there, names["other"]),
        (figures_there, figures_here, here, names["one"]),
    ):
        lost = [
            written for value, written in mine.items() if value not in theirs and not _in_words(value, words)
        ]
        if lost:
            return _("%(figures)s is missing in %(language)s.") % {
                "figures": quoted(lost),
                "language": language,
            }
    long, short = (
        max(seconds(here, one), seconds(there, other)),
        min(seconds(here, one), seconds(there, other)),
    )
    if long > LONG_ENOUGH and long > MUCH_LONGER * short:
        longer = names["one"] if seconds(here, one) == long else names["other"]
        return _("The text in %(language)s takes %(times).1f times as long to read as the other.") % {
            "language": longer,
            "times": long / short if short else long,
        }
    return ""


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


class Placeholders(Rule):
    """What was to be filled in later."""

    code = "placeholder"
    label = gettext_lazy("Left to be filled in")
    reason = gettext_lazy("Residents would read it as it stands, and an edition never changes.")
    source = "Dillman, Smyth & Christian 2014, ch. 7"

    _pattern = Pattern(
        r"\b(?:todo|tbd|tba|fixme|lorem ipsum|insert (?:name|text|here)|to be (?:filled in|added|confirmed)|"
        r"untitled|new question|question text|option [0-9]+|choice [0-9]+|your text here|x{3,})\b|_{3,}|\.{4,}|"
        r"[\[<【](?:[^\]>】]{0,20}(?:name|department|date|place|service|city|year|xx|部门|名称|日期|年份|单位|地点))?"
        r"[\]>】]|\{\{|\}\}|待定|待补充|待填|待完善|待确认|未命名|请输入(?:题目|标题|内容|选项|文字)|此处填写|某某|××|"
        r"XX(?:局|部门|市|区|县)|选项[0-9一二三四]+|题目[0-9一二三四]*$|新问题"
    )
    _braces = Pattern(r"\{([a-z0-9][a-z0-9_.-]*)\}")

    accepts: ClassVar[tuple[Example, ...]] = (
        {"text": {"zh-hans": "您对公园满意吗？"}},
        {"text": {"en": "How satisfied are you with the parks…"}},
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        {"text": {"zh-hans": "您对XX局满意吗？"}},
        {"text": {"zh-hans": "您对____满意吗？"}},
        {"text": {"en": "How satisfied are you with [department]?"}},
        {"text": {"en": "TODO"}},
        {"text": {"en": "You said {nothing_asked}. Why?"}},
    )

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield each passage in which something was left, or braces that stand for no earlier answer."""
        codes: dict[str, int] = {asked.code: asked.position for asked in draft.questions}
        for passage in draft.passages:
            here = codes.get(passage.where, 0)
            for start, end in self._pattern.spans(passage.words):
                yield self._found(passage, passage.words[start:end])
                break
            else:
                for (name,) in self._braces.groups(passage.words):
                    if codes.get(name.split(".")[0], here) >= here:
                        yield self._found(passage, f"{{{name}}}")
                        break

    def _found(self, passage: Any, words: str) -> Finding:
        return Finding(
            _("“%(words)s” looks as if it was to be filled in.") % {"words": words},
            passage.where,
            passage.words[:LONGEST_EXCERPT],
            passage.language,
            passage.area,
        )
