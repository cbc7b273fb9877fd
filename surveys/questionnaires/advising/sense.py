"""Words that people understand differently: absolutes, vague amounts, suppositions and denials."""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext_lazy

from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, WordingRule
from surveys.questionnaires.advising.manuscript import Passage
from surveys.questionnaires.advising.phrases import Pattern, Phrases, Span, covered, words_of


class Listed(WordingRule):
    """A rule that is a list of words for each language, and a list of exceptions."""

    languages = (CHINESE, ENGLISH)
    words: ClassVar[dict[str, Pattern]]
    exceptions: ClassVar[dict[str, Pattern]] = {}

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Yield the listed words that no exception covers."""
        words = passage.words
        if passage.tongue in self.exceptions:
            words = covered(words, self.exceptions[passage.tongue])
        yield from self.words[passage.tongue].spans(words)


class Absolutes(Listed):
    """Always, never, everybody."""

    code = "absolutes"
    label = gettext_lazy("All-or-nothing words")
    message = gettext_lazy("%(words)s leaves only extremes.")
    reason = gettext_lazy(
        "Few can say “always” or “never” of anything, so they deny what is mostly true. "
        "Ask how often, or how much."
    )
    source = "Dillman, Smyth & Christian 2014, ch. 4; Converse & Presser 1986"
    words: ClassVar[dict[str, Pattern]] = {
        CHINESE: Phrases(
            words_of(
                "总是|从不|从来不|从来没有|从未|一律|所有人|每个人都|人人都|任何时候|任何情况下|每次都|"
                "始终|永远|绝对|无一例外|毫无|一概|百分之百|从来都"
            )
        ),
        ENGLISH: Phrases(
            words_of(
                "always|never|every time|everybody|everyone|nobody|no one|absolutely|without exception|"
                "in all cases|at all times|completely|entirely|each and every"
            ),
            whole_words=True,
        ),
    }
    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您到窗口办事时，工作人员多久能接待您？"),
        ("en", "All in all, how satisfied are you with the bus service?"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "工作人员总是耐心吗？"),
        ("zh-hans", "窗口从不推诿，您同意吗？"),
        ("en", "Are buses always on time?"),
        ("en", "The counter never turned me away."),
    )


class Vague(Listed):
    """Often, recently, a lot."""

    code = "vague"
    label = gettext_lazy("Vague amounts and times")
    message = gettext_lazy("%(words)s means something else to everybody.")
    reason = gettext_lazy(
        "What “often” or “recently” means varies between people and with the subject, and so does "
        "the answer. "
        "“In the past twelve months” or “three times or more” is the same for all."
    )
    source = "Bradburn & Miles 1979; Tourangeau, Rips & Rasinski 2000, ch. 2"
    words: ClassVar[dict[str, Pattern]] = {
        CHINESE: Phrases(
            words_of(
                "经常|时常|常常|有时|偶尔|最近|近期|近来|一段时间|不久前|很多次|多次|若干|大量|少量|"
                "适当|一定程度上|前些年|附近"
            )
        ),
        ENGLISH: Phrases(
            words_of(
                "often|regularly|frequently|sometimes|occasionally|recently|recent|lately|usually|a "
                "lot|soon|several|nearby|from time to time|in a timely manner|reasonable time"
            ),
            whole_words=True,
        ),
    }
    exceptions: ClassVar[dict[str, Pattern]] = {
        CHINESE: Pattern(
            "多久|最近(?:一次|一年|[一二两三四五六七八九十\\d]+个?(?:天|日|周|月|季度|年|次))|近期(?:一次)"
        ),
        ENGLISH: Pattern(
            r"\bhow often\b|\bmost recent\b|\bmost recently\b|\b(?:as|how) soon\b|\brecent (?:visit|"
            r"experience|interaction)\b"
        ),
    }
    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "过去十二个月，您去过几次办事窗口？"),
        ("zh-hans", "您最近一次办事用了多长时间？"),
        ("en", "How often did you take the bus in the past month?"),
        ("en", "Think of your most recent visit."),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您经常去公园吗？"),
        ("zh-hans", "您对这个部门最近的工作满意吗？"),
        ("en", "Do you often use the library?"),
        ("en", "How satisfied are you with this department’s recent work?"),
    )


class Hypothetical(Listed):
    """What would you do if."""

    code = "hypothetical"
    label = gettext_lazy("Asks about what might be")
    message = gettext_lazy("%(words)s asks people to imagine.")
    reason = gettext_lazy(
        "People foretell their own conduct badly and answer such questions kindly. "
        "Ask what they have met with, or what they want now."
    )
    source = "Converse & Presser 1986; Tourangeau, Rips & Rasinski 2000, ch. 6"
    words: ClassVar[dict[str, Pattern]] = {
        CHINESE: Pattern(
            "假如|假设|倘若|设想|想象一下|要是|假使|(?:如果|若|如)[^。！？；\n]{0,30}您?(?:会不会|"
            "是否会|会|愿意|是否愿意|愿不愿意)"
        ),
        ENGLISH: Phrases(
            words_of(
                "imagine|suppose|supposing|hypothetically|what if|if you were|if you had to|if there "
                "were|would you be willing|would you still|would you pay|would you use|would you "
                "support|if the city were"
            ),
            whole_words=True,
        ),
    }
    exceptions: ClassVar[dict[str, Pattern]] = {CHINESE: Pattern("[主重首必需只]要是")}
    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "如果您办过社保，请评价窗口。"),
        ("zh-hans", "您去办事窗口，主要是为了什么？"),
        ("en", "How likely would you be to recommend this library?"),
        ("en", "If you used the bus in the past month, how satisfied were you?"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "假如公园延长开放，您会更满意吗？"),
        ("zh-hans", "要是公园延长开放，您会去吗？"),
        ("zh-hans", "如果公交提价，您是否愿意继续乘坐？"),
        ("en", "Would you use the park more if it were open at night?"),
        ("en", "Imagine the office moved online. How satisfied would you be?"),
    )


class Negation(WordingRule):
    """Statements with “not” to agree with, and double negatives."""

    code = "negation"
    label = gettext_lazy("Negatives")
    message = gettext_lazy("%(words)s makes people say no to a no.")
    reason = gettext_lazy(
        "To disagree with “does not” is hard work, and some answer the opposite of what they mean. "
        "Turn the sentence round."
    )
    source = "Saris & Gallhofer 2014, ch. 4; Dillman, Smyth & Christian 2014, ch. 4"
    languages = (CHINESE, ENGLISH)

    _zh_double = Pattern(
        "不得不|不能不|不会不|不可不|并非不|并非没有|无不|没有不|不是不|不是没有|莫不|"
        "非[^，。！？不]{1,8}不可|没有人不|不(?:同意|认为|赞成)[^，。！？]{0,20}(?:不|没有|未)"
    )
    _zh_single = Pattern(
        "不(?:应该?|能够?|会|够|必|需要?|可以?|存在|是|再|按|给|回应|理睬|方便|清楚|公开|及时)|"
        "没有|没能|未能|未曾|无法|未及时|并未|并没"
    )
    _zh_aside = Pattern(
        "(?:是不是|会不会|能不能|够不够|可不可以?|应不应该?|该不该|需不需要|要不要|好不好|方不方便|"
        "方便不方便|清楚不清楚|及时不及时)|"
        "有没有|不得不|不能不|不会不|不是不|没有不|没有人不|有或没有|满意(?:还是|或)不满意|"
        "同意(?:还是|或)不同意|"
        "(?:还是|或|和|与)(?:不|没有?)\\S{0,4}"
    )
    _en_double = Pattern(
        r"\b(?:not|never|no|nobody|cannot|\w+n't|without)\s+(?:\w+\s+){0,4}?(?:not|never|un(?:able|"
        r"fair|helpful|clear|satisfied|important|reasonable|likely|safe|necessary|friendly)|"
        r"dis(?:agree|satisfied|like|approve|respectful)|in(?:adequate|accurate|efficient|effective|"
        r"appropriate|convenient|complete)|without|fail(?:s|ed)? to|lack(?:s|ing)?)\b"
    )
    _en_single = Pattern(
        r"\b(?:not|never|no longer|unable to|fail(?:s|ed)? to|cannot|hardly|(?:do|does|did|is|are|"
        r"was|were|has|have|had|should|would|could|ca|wo)n't)\b"
    )
    _en_aside = Pattern(
        r"\bwhether or not\b|\bor not\b|\bdon't know\b|\bnot (?:applicable|sure)\b|\bif not\b|\bnot "
        r"only\b|\b(?:don't|wouldn't) you\b"
    )

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "窗口有没有一次讲清要带的材料？"),
        ("zh-hans", "您对不动产登记满意吗？"),
        ("en", "How satisfied or dissatisfied are you with the bus?"),
        ("en", "Staff explained the steps, whether or not you asked."),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "窗口不应该收取材料费，您同意吗？"),
        ("zh-hans", "您是不是不得不多次往返？"),
        ("zh-hans", "工作人员没有讲清楚材料"),
        ("en", "Staff did not explain the steps."),
        ("en", "It is not unreasonable to wait for an hour."),
    )

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Yield double negatives anywhere, and single ones in what is to be judged."""
        chinese = passage.tongue == CHINESE
        double, single, aside = (
            (self._zh_double, self._zh_single, self._zh_aside)
            if chinese
            else (self._en_double, self._en_single, self._en_aside)
        )
        found = list(double.spans(passage.words))
        yield from found
        if not found and passage.is_judged:
            yield from single.spans(covered(passage.words, aside))
