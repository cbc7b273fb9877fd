"""Scales that a designer lists as choices: both sides, every point in words, somewhere to say “don't know”.

The types of scales that Minping brings keep all this by themselves; these rules are for lists made by hand, where a
scale with three ways to praise and one to complain looks like any other list.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language
from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, Finding, Level, QuestionRule, Rule
from surveys.questionnaires.advising.manuscript import Asked, Manuscript
from surveys.questionnaires.advising.phrases import Pattern
from surveys.questionnaires.advising.valence import is_dont_know

FEWEST_STATEMENTS = 4  # fewer statements to agree with are no battery

_rating_asked = Pattern("满意|评分|打分|评价|几分|星级|\\b(?:rate|rating|satisf|score|stars?|scale)")
_agreeing = Pattern("同意|赞同|认同|agree")
_reversed = Pattern(
    "不|没|未|难|慢|差|\\b(?:not|never|n't|difficult|hard|slow|too (?:long|many|much)|poor|un\\w+)\\b"
)


def listed(
    text: str, *choices: str, language: str = "zh-hans", kind: str = "single_choice", **settings: Any
) -> Any:
    """Return a question with such choices, as an example."""
    return {
        "type": kind,
        "text": {language: text},
        "settings": {
            "choices": [{"code": code, "text": {language: words}} for code, words in enumerate(choices, 1)],
            **settings,
        },
    }


class UnbalancedScale(QuestionRule):
    """More ways to praise than to blame, or the other way round."""

    code = "unbalanced-scale"
    label = gettext_lazy("Scales with more room on one side")
    reason = gettext_lazy(
        "People spread over the points they are offered, so a scale with more good points gives a "
        "better score from the same "
        "opinions. A low rating must be as easy as a high one: give both sides the same number of points."
    )
    source = "Tourangeau, Rips & Rasinski 2000, ch. 8; Saris & Gallhofer 2014, ch. 5; GB/T 39735-2020"
    level: ClassVar[Level] = "refuse"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "非常满意", "满意", "基本满意", "不满意", "非常不满意", offer=["dk"]),
        listed("您满意吗？", "满意", "不满意", offer=["dk"]),
        listed("您去过哪里？", "公园", "图书馆", "医院"),
        listed("您了解多少？", "非常了解", "比较了解", "不太了解", "不了解"),
        listed("How good?", "Very good", "Good", "Fair", "Poor", "Very poor", "Don’t know", language="en"),
        listed("Was it fair?", "Very fair", "Fair", "Unfair", "Very unfair", "Not sure", language="en"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "非常满意", "满意", "基本满意", "不满意", offer=["dk"]),
        listed("您满意吗？", "非常满意", "比较满意", "满意", "不了解"),
        listed("您的评价是？", "优秀", "良好", "一般", offer=["dk"]),
        listed("您同意吗？", "同意", "不同意", "非常不同意", offer=["dk"]),
        listed("How good?", "Excellent", "Very good", "Good", "Fair", "Poor", "Don’t know", language="en"),
        listed(
            "Satisfied?", "Very satisfied", "Satisfied", "Dissatisfied", language="en", kind="multiple_choice"
        ),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a scale whose sides differ."""
        scale = asked.scale
        if scale is None or scale.good == scale.bad:
            return
        praise, blame = _words(asked, scale.tones, 1), _words(asked, scale.tones, -1)
        if not scale.bad:
            message = _(
                "Every point of this scale praises or stays in the middle (%(good)s): nobody could complain."
            ) % {"good": praise}
        else:
            message = _(
                "This scale has %(good)d points that praise (%(praise)s) and %(bad)d that complain "
                "(%(blame)s). Make it the same number."
            ) % {"good": scale.good, "bad": scale.bad, "praise": praise, "blame": blame or "–"}
        yield Finding(message, asked.code, _listed_words(asked, scale.language), scale.language)


class ScaleWithoutDontKnow(QuestionRule):
    """A scale by hand that forces an opinion."""

    code = "scale-without-dont-know"
    label = gettext_lazy("Scales without “don’t know”")
    reason = gettext_lazy(
        "Who has not met with a thing and finds no “don’t know” guesses, mostly kindly; not rated "
        "would be counted as satisfied."
    )
    source = "Schuman & Presser 1981, ch. 4; GB/T 39735-2020"
    level: ClassVar[Level] = "refuse"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "满意", "不满意", offer=["dk"]),
        listed("您满意吗？", "满意", "不满意", "说不清"),
        listed("How good?", "Good", "Bad", "Have not used it", language="en"),
        listed("您去过吗？", "去过", "没去过"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "非常满意", "满意", "不满意", "非常不满意"),
        listed("How good?", "Good", "Average", "Bad", language="en"),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a scale that offers no way out."""
        if asked.scale is None:
            return
        offered = asked.settings.get("offer", ())
        spoken = (words for choice in asked.choices for words in choice["text"].values())
        if "dk" not in offered and "na" not in offered and not any(map(is_dont_know, spoken)):
            yield Finding(
                _("Offer “don’t know” apart from the choices of this scale."),
                asked.code,
                _listed_words(asked, asked.scale.language),
                asked.scale.language,
            )


class RatingByHand(QuestionRule):
    """A rating in five grades, listed as choices."""

    code = "rating-by-hand"
    label = gettext_lazy("Ratings listed as choices")
    reason = gettext_lazy(
        "A scale listed by hand makes no score, is compared with nothing, and rules could treat who is "
        "dissatisfied otherwise than who is satisfied. The types of Minping have the same grades, count them, and let "
        "no rule ask how somebody rated."
    )
    source = "GB/T 39735-2020; 国办发〔2019〕51号"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您怎样来的？", "步行", "公交", "开车", "骑车", "其他"),
        listed("您满意吗？", "满意", "不满意", offer=["dk"]),
        {"type": "satisfaction", "text": {"zh-hans": "您满意吗？"}},
        listed("How often?", "Always", "Often", "Sometimes", "Rarely", "Never", language="en"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "非常满意", "满意", "基本满意", "不满意", "非常不满意", offer=["dk"]),
        listed("您的评价？", "很好", "好", "一般", "差", "很差", "不了解"),
        listed(
            "How satisfied are you?",
            "Very satisfied",
            "Satisfied",
            "Neither",
            "Dissatisfied",
            "Very dissatisfied",
            language="en",
            kind="dropdown",
        ),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield choices that are five grades from praise to blame, in either direction."""
        scale = asked.scale
        if scale is None or asked.kind.family == "grids" or not scale.is_in_order:
            return
        if (scale.good, scale.tones.count(0), scale.bad) == (2, 1, 2):
            yield Finding(
                _(
                    "These choices are five grades from praise to blame. Ask with a type of rating instead, such as "
                    "Satisfaction."
                ),
                asked.code,
                _listed_words(asked, scale.language),
                scale.language,
            )


class UnlabelledScale(QuestionRule):
    """Points that are only figures or stars."""

    code = "unlabelled-scale"
    label = gettext_lazy("Scales without words")
    reason = gettext_lazy(
        "What a 3 means differs between people; points in words are read alike, and measure better."
    )
    source = "Krosnick & Fabrigar 1997; Saris & Gallhofer 2014, ch. 5"
    level: ClassVar[Level] = "refuse"

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您家有几口人？", "1", "2", "3", "4"),
        listed("请为公园打分", "1 非常不满意", "2 不满意", "3 基本满意", "4 满意", "5 非常满意"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("请为公园打分", "1", "2", "3", "4", "5"),
        listed("How would you rate the park?", "★", "★★", "★★★", language="en"),
        listed("您对公园的满意度", "5分", "4分", "3分", "2分", "1分"),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield choices without words under a question that asks for a rating."""
        words = [in_language(choice["text"]) for choice in asked.choices]
        if len(words) < 3 or not all(words):
            return
        bare = all(not any(one.isalpha() for one in word.removesuffix("分")) for word in words)
        if bare and any(_rating_asked.is_in(text) for text in asked.question["text"].values()):
            yield Finding(
                _("The points of this scale are only %(points)s. Give each its words.")
                % {"points": " · ".join(words[:6])},
                asked.code,
            )


class ScaleOrder(QuestionRule):
    """Points that do not run from one end to the other."""

    code = "scale-order"
    label = gettext_lazy("Scales out of order")
    reason = gettext_lazy("People read a scale as a line and take the place of a point for its meaning.")
    source = "Tourangeau, Couper & Conrad 2004; Dillman, Smyth & Christian 2014, ch. 5"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "不满意", "基本满意", "满意", offer=["dk"]),
        listed("How good?", "Good", "Average", "Bad", "Don’t know", language="en"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        listed("您满意吗？", "满意", "不满意", "基本满意", offer=["dk"]),
        listed("How good?", "Average", "Good", "Bad", "Don’t know", language="en"),
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a scale whose tones go up and down."""
        if asked.scale and not asked.scale.is_in_order:
            yield Finding(
                _("The points do not run from one end to the other. Put them in order."),
                asked.code,
                _listed_words(asked, asked.scale.language),
                asked.scale.language,
            )


class AgreementBattery(Rule):
    """Statements to agree with, all in one direction."""

    code = "agreement"
    label = gettext_lazy("Many statements to agree with")
    reason = gettext_lazy(
        "About one in ten people agrees with whatever is said, older and less schooled people more often. Scales in "
        "the words of the thing itself (“how easy was it?”) measure better. Where a rule prescribes agreement (OMB "
        "Circular A-11 §280), keep its wording."
    )
    source = "Saris, Revilla, Krosnick & Shaeffer 2010; Krosnick & Presser 2010"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        {"questions": [listed(f"办事顺利 {n}", "同意", "不同意", offer=["dk"]) for n in range(3)]},
        {
            "questions": [
                *(listed(f"办事顺利 {n}", "同意", "不同意", offer=["dk"]) for n in range(3)),
                listed("排队时间太长，很难等", "同意", "不同意", offer=["dk"]),
            ]
        },
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        {"questions": [listed(f"办事顺利 {n}", "同意", "不同意", offer=["dk"]) for n in range(4)]},
        {
            "questions": [
                listed(f"It was easy {n}", "Agree", "Disagree", "Not sure", language="en") for n in range(5)
            ],
        },
    )

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield one finding when there are several statements and none is turned round."""
        statements = [asked for asked in draft.questions if _is_agreement(asked)]
        rows = sum(max(len(asked.settings.get("rows", ())), 1) for asked in statements)
        if rows >= FEWEST_STATEMENTS and not any(
            _reversed.is_in(words)
            for asked in statements
            for role, text in asked.texts
            if role in ("text", "row")
            for words in text.values()
        ):
            yield Finding(
                _("%(count)d statements ask for agreement, and all of them praise or blame the same way.")
                % {"count": rows},
                statements[0].code,
                in_language(statements[0].question["text"]),
            )


def _is_agreement(asked: Asked) -> bool:
    if not asked.is_judged:
        return False
    words = [text for option in asked.options for text in option.text.values()]
    return sum(_agreeing.is_in(one) for one in words) >= 2


def _words(asked: Asked, tones: tuple[int | None, ...], wanted: int) -> str:
    scale = asked.scale
    language = scale.language if scale else ""
    return "、".join(
        in_language(choice["text"], language)
        for choice, one in zip(asked.choices, tones, strict=True)
        if one == wanted
    )


def _listed_words(asked: Asked, language: str) -> str:
    return " · ".join(in_language(choice["text"], language) for choice in asked.choices[:8])
