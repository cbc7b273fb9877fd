"""Lists of choices: ranges that meet without overlapping, “other” and “none”, their order, a way not to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, Finding, QuestionRule
from surveys.questionnaires.advising.manuscript import Asked
from surveys.questionnaires.advising.phrases import Pattern, words_of
from surveys.questionnaires.advising.scales import listed
from surveys.questionnaires.advising.valence import is_dont_know

FEWEST_OF_A_LIST = 4  # a shorter list is taken to be complete

_NUMBER = (
    r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*(k|万|千|百|亿|m)?\s*(?:元|岁|次|年|天|日|人|个月|月|小时|分钟|公里|"
    r"yuan|years?|times?|days?|hours?|minutes?|%)?"
)
_two_ends = Pattern(rf"^\D{{0,4}}{_NUMBER}\s*(?:-|–|—|－|~|～|至|到|to|and|_)\s*\D{{0,2}}{_NUMBER}")
_one_number = Pattern(rf"^\D{{0,14}}?{_NUMBER}")
_upwards = Pattern(
    r"及以上|或以上|以上|及更多|或更多|\+|plus|and (?:over|older|more|above|up)|or (?:over|older|"
    r"more|above)|at least|至少|不少于|不低于"
)
_upwards_without = Pattern(r"超过|大于|多于|高于|>|over\b|more than|above\b|older than")
_downwards = Pattern(
    r"及以下|或以下|以下|以内|at most|up to|or (?:less|fewer|younger|under|below)|and (?:under|"
    r"younger|below)|至多|不超过|不多于"
)
_downwards_without = Pattern(
    r"不满|不足|未满|少于|低于|小于|<|under\b|less than|below\b|fewer than|younger than"
)
_TIMES = {"": 1, "k": 1000, "m": 1_000_000, "百": 100, "千": 1000, "万": 10_000, "亿": 10**8}
_other = Pattern(r"其他|其它|另外|请注明|\bother\b|something else|please specify|\belse\b")
_none = Pattern(
    r"以上(?:都|均)?(?:不|没|无)|都(?:不|没)|没有|均无|无$|\bnone\b|\bneither\b|\bno\b|\bnothing\b|"
    r"\bdid not\b|\bnot any\b|\bnever\b"
)
_yes_no = words_of(
    "是|否|有|没有|会|不会|能|不能|去过|没去过|没有去过|知道|愿意|不愿意|yes|no|办过|没办过|没有办过|"
    "用过|没用过"
)


@dataclass(frozen=True, slots=True)
class Range:
    """What numbers a choice stands for; an open end is None. `step` is the size of its last digit."""

    low: Decimal | None
    high: Decimal | None
    step: Decimal
    takes_low: bool = True
    takes_high: bool = True


def read_range(words: str) -> Range | None:
    """Return the numbers that a choice stands for; None when it holds none.

    以上, 以下 and 以内 include the number itself, 不满 and 超过 do not (Civil Code of China, art. 1259).
    """
    for first in _two_ends.groups(words):
        low, high = _value(first[0], first[1] or first[3]), _value(first[2], first[3])
        return Range(low, high, max(_step(first[0], first[1] or first[3]), _step(first[2], first[3])))
    for only in _one_number.groups(words):
        value, step = _value(*only), _step(*only)
        if _downwards.is_in(words):
            return Range(None, value, step)
        if _downwards_without.is_in(words):
            return Range(None, value, step, takes_high=False)
        if _upwards.is_in(words):
            return Range(value, None, step)
        if _upwards_without.is_in(words):
            return Range(value, None, step, takes_low=False)
        return Range(value, value, step)
    return None


def _value(digits: str, unit: str) -> Decimal:
    return Decimal(digits.replace(",", "")[:30]) * _TIMES[unit.lower()]


def _step(digits: str, unit: str) -> Decimal:
    places = len(digits.partition(".")[2])
    return Decimal(_TIMES[unit.lower()]).scaleb(-min(places, 6))


class Ranges(QuestionRule):
    """Ranges that overlap, or leave numbers out."""

    code = "ranges"
    label = gettext_lazy("Ranges that overlap or leave a gap")
    reason = gettext_lazy("Who is 25 finds two answers in 18–25 and 25–30, and none in 18–24 and 26–30.")
    source = "Dillman, Smyth & Christian 2014, ch. 4; 民法典 1259"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("年龄", "不满18岁", "18–29岁", "30–44岁", "45岁及以上"),
        listed("年龄", "18 至 29 岁", "30 至 44 岁", "45 至 59 岁", "60 岁及以上"),
        listed("Income", "under 30k", "30k–59k", "60k–99k", "100k plus", language="en"),
        listed("Age", "Under 18", "18 to 29", "30 and over", language="en"),
        listed("几次？", "0", "1", "2", "3次以上"),
        listed("去哪里？", "1号窗口", "7号窗口", "12号窗口"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("年龄", "18–25岁", "25–30岁", "31岁及以上"),
        listed("年龄", "18岁以下", "18–30岁", "31岁及以上"),
        listed("收入", "3000元以下", "3000–5000元", "5000元以上"),
        listed("Age", "18-25", "27-30", "31 and over", language="en"),
        listed("Age", "18-30", "30+", language="en"),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield each pair of neighbouring ranges that overlap or leave a gap, in the first language that shows it."""
        for language in asked.languages:
            read = [
                (words, found)
                for choice in asked.choices
                if (words := choice["text"].get(language, "")) and (found := read_range(words)) is not None
            ]
            wide = [one for _words, one in read if one.low != one.high]
            if len(read) < 2 or not wide or len(read) * 2 < len(asked.choices):
                continue
            read.sort(
                key=lambda pair: (pair[1].low is not None, pair[1].low or 0, pair[1].takes_low is False)
            )
            faults = [
                fault
                for (words, one), (next_words, following) in pairwise(read)
                if (fault := _fault(words, one, next_words, following))
            ]
            for message in faults[:3]:
                yield Finding(message, asked.code, " · ".join(words for words, _one in read[:8]), language)
            if faults:
                return


def _fault(words: str, one: Range, next_words: str, following: Range) -> str:
    named = {"one": words, "other": next_words}
    if one.high is None or following.low is None:
        return _("“%(one)s” and “%(other)s” overlap.") % named
    inside = one.takes_high and following.takes_low
    if following.low < one.high or (following.low == one.high and inside):
        return _("“%(one)s” and “%(other)s” overlap.") % named
    step = max(one.step, following.step)
    if following.low - one.high > step or (
        following.low == one.high and not one.takes_high and not following.takes_low
    ):
        return _("Between “%(one)s” and “%(other)s” some numbers have no answer.") % named
    return ""


class MissingOther(QuestionRule):
    """A list without “other” or “none”."""

    code = "missing-other"
    label = gettext_lazy("Lists without “other” or “none”")
    reason = gettext_lazy("Who finds nothing that fits picks something that does not, or leaves.")
    source = "Dillman, Smyth & Christian 2014, ch. 4; Schuman & Presser 1981, ch. 3"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您办过哪些事？", "户口", "医保", "社保", "其他", "都没有办过", kind="multiple_choice"),
        listed("您怎样来的？", "步行", "公交", "开车", "其他"),
        listed("您满意吗？", "非常满意", "满意", "基本满意", "不满意", "非常不满意", offer=["dk"]),
        listed("年龄", "18 至 29 岁", "30 至 44 岁", "45 至 59 岁", "60 岁及以上"),
        listed("What was it?", "Papers", "Taxes", "Housing", "Something else", language="en"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("您办过哪些事？", "户口", "医保", "社保", "住房", kind="multiple_choice"),
        listed("您怎样来的？", "步行", "公交", "开车", "地铁"),
        listed(
            "Which did you use?",
            "Bus",
            "Tram",
            "Train",
            "Ferry",
            "Other",
            language="en",
            kind="multiple_choice",
        ),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a list of kinds, not a scale and not ranges, that leaves somebody without an answer."""
        choices = asked.choices
        if len(choices) < FEWEST_OF_A_LIST or asked.is_judged or asked.settings.get("offer"):
            return
        spoken = [words for choice in choices for words in choice["text"].values()]
        if sum(read_range(words) is not None for words in spoken) * 2 >= len(spoken):
            return
        many = asked.kind.name.startswith("multiple")
        has_none = any(choice.get("exclusive") for choice in choices) or any(map(_none.is_in, spoken))
        has_other = any(choice.get("other") for choice in choices) or any(map(_other.is_in, spoken))
        if not has_other and (many or not has_none):
            yield Finding(_("Add “other”, or make sure that the list is complete."), asked.code)
        if many and not has_none:
            yield Finding(_("Add “none of these” for those to whom nothing applies."), asked.code)


class LastThings(QuestionRule):
    """“Other” and “none” that do not stand last, and ranges out of order."""

    code = "choice-order"
    label = gettext_lazy("Order of the choices")
    reason = gettext_lazy(
        "People stop reading at the first answer that fits; “other” before the end takes those "
        "whom a later choice names."
    )
    source = "Krosnick & Alwin 1987; Dillman, Smyth & Christian 2014, ch. 4"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您怎样来的？", "步行", "公交", "其他", "说不清"),
        listed("How?", "On foot", "Bus", "Other", "None of these", language="en"),
        listed("年龄", "18 至 29 岁", "30 至 44 岁", "45 岁及以上"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("您怎样来的？", "其他", "步行", "公交"),
        listed("How?", "On foot", "Other", "Bus", language="en"),
        listed("年龄", "30 至 44 岁", "18 至 29 岁", "45 岁及以上"),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield what stands in the wrong place."""
        for language in asked.languages:
            words = [choice["text"].get(language, "") for choice in asked.choices]
            last_kind = max((at for at, one in enumerate(words) if one and not _stands_last(one)), default=-1)
            early = [one for one in words[:last_kind] if _other.is_in(one) and len(one) <= 30]
            if early:
                yield Finding(
                    _("“%(words)s” belongs at the end of the list.") % {"words": early[0]},
                    asked.code,
                    "",
                    language,
                )
                return
            lows = [
                one.low
                for one in map(read_range, words)
                if one and one.low is not None and one.low != one.high
            ]
            if len(lows) >= 3 and lows not in (sorted(lows), sorted(lows, reverse=True)):
                yield Finding(
                    _("The ranges go up and down. Put them in order."),
                    asked.code,
                    " · ".join(words[:8]),
                    language,
                )
                return


def _stands_last(words: str) -> bool:
    return _other.is_in(words) or _none.is_in(words) or is_dont_know(words)


class YesOrNo(QuestionRule):
    """Yes or no about something that one may not know."""

    code = "yes-no-without-dont-know"
    label = gettext_lazy("Yes or no, and nothing else")
    reason = gettext_lazy("Who does not remember or never met with it has to guess, and guesses yes.")
    source = "Schuman & Presser 1981, ch. 4"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("窗口一次讲清了吗？", "是", "否", "记不清"),
        listed("Was it explained?", "Yes", "No", language="en", offer=["dk"]),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("窗口一次讲清了吗？", "是", "否"),
        listed("Was it explained?", "Yes", "No", language="en"),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield two choices that are yes and no, without another."""
        if len(asked.choices) != 2 or asked.settings.get("offer"):
            return
        for language in asked.languages:
            words = [choice["text"].get(language, "").lower().strip("。. ") for choice in asked.choices]
            if all(one in _yes_no for one in words):
                yield Finding(
                    _("Offer “don’t know” or “not sure” too."), asked.code, " · ".join(words), language
                )
                return
