"""Care for the person who answers: who they are is not asked, and nothing is demanded of them."""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language
from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, Finding, QuestionRule, WordingRule
from surveys.questionnaires.advising.manuscript import Asked, Passage
from surveys.questionnaires.advising.phrases import Pattern, Span, covered, excerpt, sentences

_who = Pattern(
    "姓名|名字|身份证|手机号|手机号码|电话号码|联系电话|联系方式|家庭住址|详细地址|门牌号?|住址|"
    "微信号|QQ号|邮箱|电子邮件|"
    "出生日期|出生年月|工作单位|车牌号?|银行卡号?|银行账号|护照号?|社保卡号|学号|工号|"
    r"\b(?:your (?:full |first |last )?name|full name|surname|e-?mail(?: address)?|phone number|"
    r"telephone number|mobile number|home address|"
    r"street address|house number|date of birth|birth ?date|identity number|id number|id card "
    r"number|passport number|social security number|"
    r"licen[cs]e plate|bank account|employer's name|contact details)\b"
)
_left_out = Pattern(
    "不要|请勿|勿|不需要|无需|不必|不用|不得|不登记|不收集|不记名|匿名|"
    r"\b(?:do not|don't|never|leave out|without|no name|not needed|not required|please omit|anonymous)\b"
)


class PersonalData(QuestionRule):
    """Asks who somebody is."""

    code = "personal-data"
    label = gettext_lazy("Asks who somebody is")
    reason = gettext_lazy(
        "The rated must never learn who rated, and personal data may be asked only where nothing "
        "else will do. "
        "Who may be known rates kindly, or not at all."
    )
    source = "个人信息保护法 6, 28; GDPR art. 5 (1) c; Tourangeau & Yan 2007"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        {"type": "long_text", "text": {"zh-hans": "哪里可以做得更好？请不要写姓名和电话。"}},
        {"type": "satisfaction", "text": {"zh-hans": "您对办理身份证的窗口满意吗？"}},
        {"type": "number", "text": {"en": "How old are you?"}},
        {"type": "long_text", "text": {"en": "What could be better? Do not write your name."}},
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        {"type": "short_text", "text": {"zh-hans": "您的姓名"}},
        {"type": "short_text", "text": {"zh-hans": "请留下联系电话，方便我们回访"}},
        {"type": "number", "text": {"zh-hans": "您的手机号"}},
        {"type": "short_text", "text": {"en": "Your name and e-mail address"}},
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a question to be answered in one's own words or figures that asks for what names a person."""
        if asked.kind.scored or not asked.kind.takes_answer or asked.kind.source != "person":
            return
        if asked.options or asked.choices or asked.kind.warning:
            return
        for role, text in asked.texts:
            for language, words in text.items():
                for start, end in sentences(words) if role != "help" else ():
                    sentence = words[start:end]
                    for left, right in _who.spans(sentence) if not _left_out.is_in(sentence) else ():
                        yield Finding(
                            _(
                                "“%(words)s” tells who somebody is. Ask only if the purpose cannot "
                                "do without it."
                            )
                            % {"words": sentence[left:right]},
                            asked.code,
                            excerpt(sentence, left, right),
                            language,
                        )
                        return


class TellingTypes(QuestionRule):
    """Asks in a way whose very answer can tell who somebody is, whatever the words are."""

    code = "telling-answer"
    label = gettext_lazy("Answers that can tell who somebody is")
    reason = gettext_lazy(
        "The answer itself can lead to a person, so it may be asked only where the purpose cannot do "
        "without it."
    )
    source = "个人信息保护法 6, 28; GDPR art. 5 (1) c"

    accepts: ClassVar[tuple[Example, ...]] = (
        {"type": "short_text", "text": {"en": "What could be better?"}},
        {"type": "place", "text": {"en": "Which district do you live in?"}},
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        {"type": "email", "text": {"en": "Where may we answer?"}},
        {"type": "location", "text": {"zh-hans": "路灯坏在哪里？"}},
        {"type": "file", "text": {"en": "A photo of it"}},
        {"type": "signature", "text": {"zh-hans": "请在此签名"}},
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a question of a type that brings a warning, with that warning."""
        if asked.kind.warning:
            yield Finding(str(asked.kind.warning), asked.code, in_language(asked.question["text"]))


class Required(QuestionRule):
    """Questions that hold a person up."""

    code = "required"
    label = gettext_lazy("Questions that must be answered")
    reason = gettext_lazy(
        "Who is forced answers anything, or leaves. An unanswered question is honest and never "
        "counts as satisfied; "
        "require only what decides whether somebody belongs to those who are asked."
    )
    source = "Décieux et al. 2015; Dillman, Smyth & Christian 2014, ch. 9; GB/T 39735-2020"

    accepts: ClassVar[tuple[Example, ...]] = (
        {"type": "satisfaction", "text": {"en": "How satisfied are you?"}},
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        {"type": "satisfaction", "text": {"en": "How satisfied are you?"}, "required": True},
        {"type": "number", "text": {"zh-hans": "您的年龄"}, "required": True},
    )

    def about(self, asked: Asked) -> Iterator[Finding]:
        """Yield a required question."""
        if asked.question["required"] and asked.kind.takes_answer and asked.kind.name != "consent":
            yield Finding(
                _("Nobody can go on without answering this."), asked.code, in_language(asked.question["text"])
            )


class DemandedReason(WordingRule):
    """Demands a reason for an answer."""

    code = "demanded-reason"
    label = gettext_lazy("Demands a reason")
    message = gettext_lazy("%(words)s demands a reason.")
    reason = gettext_lazy(
        "A low rating must be as easy as a high one: the same steps, the same time. Offer it to "
        "everybody alike: "
        "“if you like, tell us why”."
    )
    source = "GB/T 39735-2020; 国办发〔2019〕51号"
    languages = (CHINESE, ENGLISH)
    roles = frozenset({"text", "help", "introduction", "choice"})

    _demand = Pattern(
        "(?:必须|务必|应当|一定要|须|需要?)[^，。！？；\n]{0,6}(?:说明|写明|填写|注明|阐述|"
        "给出)[^，。！？；\n]{0,6}(?:原因|理由|依据|证据)|"
        "(?:不满意|差评|低分)[^。！？\n]{0,10}(?:必须|务必|须|应当|请)[^，。！？；\n]{0,4}(?:说明|"
        "写明|填写|注明)[^，。！？；\n]{0,6}(?:原因|理由|姓名|电话|证据)|"
        r"\b(?:must|have to|required to|need to|are obliged to)\s+(?:\w+\s+){0,2}(?:explain|justify|"
        r"give (?:a |your )?reasons?|state (?:a |your |the )?reasons?|say why)|"
        r"\b(?:dissatisfied|low rating|bad rating)\b[^.?!\n]{0,40}\b(?:must|please)\s+(?:explain|"
        r"justify|give (?:a |your )?reasons?)"
    )
    _free = Pattern(
        "可以不|自愿|如果?愿意|欢迎|可选|选填|\\b(?:if you like|optional|you may|if you wish|if you want)\\b"
    )
    # A promise frees its own words only: “the dissatisfied must say why, the others need not” still demands.
    _promise = Pattern(
        "(?:不需要?|不必须?|无需|无须|不用|毋须|毋需|不一定要|不强制|没有必要)[^，。！？；\n]{0,6}(?:说明|写明|填写|"
        "注明|阐述|给出)|"
        r"\b(?:not|never|nobody|no one|(?:do|does|is|are|will|would)n't)\s+(?:(?:is|are|be|will|has|ever)\s+){0,2}"
        r"(?:have to|has to|need to|required to|obliged to)"
    )

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "如愿意，请说明原因。"),
        ("zh-hans", "哪里可以做得更好？"),
        ("en", "If you like, tell us why."),
        ("zh-hans", "评价不满意的，不需要说明理由。"),
        ("zh-hans", "您无需写明原因，选择不满意不必说明理由。"),
        ("en", "You do not have to give a reason; no reason is needed."),
        ("en", "Nobody is required to explain a low rating."),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "评价不满意的，必须说明理由。"),
        ("zh-hans", "选择不满意请说明原因"),
        ("en", "If you are dissatisfied, please give your reasons."),
        ("en", "You must explain a low rating."),
        ("zh-hans", "不满意的，需要说明理由。"),
        ("zh-hans", "不满意的必须说明理由，满意的不需要说明理由。"),
        ("en", "Who is not satisfied is required to explain, others do not have to."),
    )

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Yield a demand; what is left to the person is none, nor is the promise that nothing is demanded."""
        words = passage.words
        for start, end in sentences(words):
            if not self._free.is_in(words[start:end]):
                promised = list(self._promise.spans(words[start:end]))
                for left, right in self._demand.spans(covered(words[start:end])):
                    if not any(begin < right and left < stop for begin, stop in promised):
                        yield start + left, start + right
