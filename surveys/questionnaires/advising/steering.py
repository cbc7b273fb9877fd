"""Words that push towards an answer: instructions to rate well, leading and loaded questions."""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext_lazy

from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, Level, WordingRule
from surveys.questionnaires.advising.manuscript import Passage
from surveys.questionnaires.advising.phrases import Pattern, Phrases, Span, sentences, words_of

# What an instruction asks for. “满意” is none when it goes on to 满意度, 满意吗, 满意的部门 and the like.
_ZH_PRAISE = (
    "非常满意|很满意|十分满意|特别满意|最满意|满意|满分|最高分|最高等级|最高档|五星|5星|五颗星|"
    "5颗星|五分|5分|十分|10分|一百分|100分|"
    "好评|优秀|完全同意|非常同意"
)
_ZH_BLAME = (
    "非常不满意|不太满意|不满意|差评|低分|一般|还行|中评|中等|说不清|不清楚|不了解|不知道|不适用|"
    "基本满意|负面|三星及以下"
)
_ZH_VERB = "选择|勾选|点选|选|点击|点|回答|作答|答|填写|填|打|给予|给出|给|评价为|评价|评为|评定为|评|按|说"
_ZH_ASK = (
    "请|务必|一定要|一定|必须|应当|应该|统一|要求|希望|恳请|敬请|烦请|麻烦|建议|记得|只能|一律|都要|全部"
)
_ZH_GAP = (
    r"[“”\"'‘’「」『』《》：:\s]*(?:我们|我局|本局|本单位|一个|个|出|了|全部|都|一律|为|予以|选项|"
    r"这一项|这项|到)?[“”\"'‘’「」『』\s]*"
)

_zh_praising = Pattern(
    rf"(?:(?:{_ZH_ASK})[^，,。！？!?；;\n]{{0,24}}|(?:^|"
    rf"[，,。！？!?；;：:\n（(]\s*))(?:{_ZH_VERB}){_ZH_GAP}(?:{_ZH_PRAISE})"
)
_zh_forbidding = Pattern(
    rf"(?:不要|不能|不得|不可|不许|不准|请勿|切勿|勿|避免|禁止|严禁|杜绝|别|不应|"
    rf"不宜)[^，,。！？!?；;\n]{{0,12}}?(?:{_ZH_VERB}){_ZH_GAP}(?:{_ZH_BLAME})"
)
_zh_model_answer = Phrases(
    words_of("标准答案|统一口径|参考答案|统一回答|规范答复|好评返现|好评有礼|满意有礼")
)
_zh_reported = Phrases(
    words_of(
        "是否有|有没有|有无|有人|有谁|被要求|要求您|要求你|引导您|引导你|暗示您|暗示你|曾经有|收到过|"
        "听说|如果|如选择|若选择|如您|凡选择|谁"
    )
)
_zh_target_goes_on = Pattern(
    r"^[”\"'’」』]?\s*(?:度|程度|与否|吗|么|情况|还是|或|/|到|至|～|~|-|—|表示|代表|制|是|为|=|"
    r"的(?:[^评答回结选]|$)|不满意)"
)
_ZH_JOINT = r"[”\"'’」』\s]*(?:[，,、/或到至和与及～~—-]|还是|以及)+[“\"'‘「『\s]*"
_zh_both_sides = Pattern(rf"^(?:{_ZH_JOINT}(?:{_ZH_PRAISE}))*{_ZH_JOINT}(?:{_ZH_BLAME})(?:[^请的]|$)")
_zh_praise_words = Phrases(words_of(_ZH_PRAISE))
_zh_points = Pattern("^(?:[五十]分|[0-9]+分)[一-龥]")  # 十分真实, 5分制

_EN_PRAISE = (
    "very satisfied|extremely satisfied|completely satisfied|satisfied|5 stars?|five stars?|"
    "five-star|5-star|highest (?:score|rating|mark|grade)|"
    "top (?:score|rating|marks?|box)|full marks|excellent|very good|10 out of 10|5 out of 5|100 ?%|"
    "100 percent|a (?:10|ten|5|five)|"
    "strongly agree|(?:positive|good|favou?rable|great) (?:rating|review|score|answer|feedback|"
    "marks?)s?|all (?:10s|5s|tens|fives)|10s|fives"
)
_EN_BLAME = (
    "very dissatisfied|dissatisfied|neutral|acceptable|don't know|not sure|no opinion|"
    "(?:low|bad|negative|poor|lowest) (?:score|rating|review|answer|mark)s?"
)
_EN_VERB = (
    "choose|select|pick|tick|check|mark|answer(?: with)?|give|rate|click|score|enter|say|award|leave|"
    "respond(?: with)?|put"
)
_EN_GAP = (
    r"(?:\W+(?:the|a|an|us|our|this|that|it|them|as|for|each|every|option|answer|box|only|all|staff|"
    r"team|service|department|with|everything|on|question|of)\b){0,5}\W+"
)
_en_praising = Pattern(
    rf"(?:\b(?:please|kindly|must|should|always|be sure to|make sure (?:to|you)|we ask you to|we "
    rf"hope (?:that )?you(?: will|'ll)?|remember to|"
    rf"you are (?:asked|expected|required) to|everyone (?:must|should)|just|simply)\s+(?:\w+\s+)?|"
    rf"(?:^|[.!?:;\n(]\s*))(?:{_EN_VERB}){_EN_GAP}(?:{_EN_PRAISE})\b"
)
_en_forbidding = Pattern(
    rf"\b(?:do not|don't|never|avoid|must not|should not|refrain from)\s+(?:\w+\s+)?(?:{_EN_VERB}|"
    rf"choosing|selecting|answering|giving|saying|marking){_EN_GAP}(?:{_EN_BLAME})\b"
)
_en_model_answer = Phrases(
    words_of("model answer|model answers|suggested answer|standard answer|correct answer is"),
    whole_words=True,
)
_EN_JOINT = r"[\"”'\s]*(?:,|/|-|–|\bor\b|\bto\b|\band\b|\bthrough\b)+[\"“'\s]*(?:or\b)?[\"“'\s]*"
_en_both_sides = Pattern(rf"^(?:{_EN_JOINT}(?:{_EN_PRAISE}))*{_EN_JOINT}(?:{_EN_BLAME})\b")
_en_reported = Phrases(
    words_of(
        "did anyone|has anyone|were you|asked you to|told you to|told to|asked to|if you|who asked|"
        "somebody|someone|tell you to|ask you to"
    ),
    whole_words=True,
)
_en_asks = Phrases(words_of("we ask you to|we hope|you are asked to"), whole_words=True)


# Without a verb right before an answer there is no instruction; most texts are done with at this glance.
_zh_suspicious = Pattern(rf"(?:{_ZH_VERB}){_ZH_GAP}(?:{_ZH_PRAISE}|{_ZH_BLAME})|答案|口径|答复|返现|有礼")
_en_suspicious = Pattern(rf"\b(?:{_EN_VERB}|\w+ing){_EN_GAP}(?:{_EN_PRAISE}|{_EN_BLAME})\b|\banswer")


class Instructing(WordingRule):
    """Tells people how to answer; the one kind of wording that no reason excuses."""

    code = "instructing"
    label = gettext_lazy("Tells people how to answer")
    message = gettext_lazy(
        "%(words)s tells people which answer to give. Ask what they think, and leave the answer to them."
    )
    reason = gettext_lazy(
        "A rating is voluntary, and to force or prompt one is forbidden; a district that handed "
        "out “standard answers” "
        "and forbade “so-so” and “hard to say” measured its own instruction."
    )
    source = "国办发〔2019〕51号; GB/T 39735-2020; 南京江北新区 2020"
    level: ClassVar[Level] = "refuse"
    languages = (CHINESE, ENGLISH)
    roles = frozenset({"text", "row", "help", "title", "introduction", "other", "name"})

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "请选择您的满意程度。"),
        ("zh-hans", "请在“非常满意”到“非常不满意”之间选择一项。"),
        ("zh-hans", "请选择最满意的三个部门。"),
        ("zh-hans", "如选择“不满意”，欢迎说明原因。"),
        ("zh-hans", "是否有人要求您选择“非常满意”？"),
        ("zh-hans", "请给予评价：您对公园的工作满意吗？"),
        ("zh-hans", "请打分：5分表示非常满意，1分表示非常不满意。"),
        ("zh-hans", "请评价您对窗口服务的满意度"),
        ("zh-hans", "请选择非常满意、满意、基本满意、不满意或非常不满意中的一项。"),
        ("zh-hans", "请按5分制打分，并填写十分真实的感受。"),
        ("zh-hans", "有没有工作人员请您给好评？"),
        ("en", "Please choose how satisfied you are."),
        ("en", "Did anyone tell you to choose “very satisfied”?"),
        ("en", "Please choose the services you are satisfied with."),
        ("en", "Please select satisfied or dissatisfied."),
        ("en", "If you choose “dissatisfied”, you may say why."),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "请选择非常满意"),
        ("zh-hans", "接到电话请回答“非常满意”，不要回答“还行”“说不清”。"),
        ("zh-hans", "请勿选择“一般”或“说不清”。"),
        ("zh-hans", "请对我们的工作给予满意评价！"),
        ("zh-hans", "请您给个五星好评。"),
        ("zh-hans", "务必选“满意”。"),
        ("zh-hans", "选非常满意"),
        ("zh-hans", "请按标准答案作答。"),
        ("zh-hans", "希望您给我们打满分"),
        ("zh-hans", "请选择非常满意：您满意吗？"),
        ("zh-hans", "满意请给好评，不满意请联系我们"),
        ("zh-hans", "我们一般请您选择“非常满意”"),
        ("en", "Please choose “very satisfied”."),
        ("en", "Do not answer “don’t know”."),
        ("en", "Please give us five stars!"),
        ("en", "We hope you will rate us excellent."),
        ("en", "Select strongly agree for all."),
    )

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Yield every instruction; a report of one, and a list of both ends of the scale, is none."""
        chinese = passage.tongue == CHINESE
        if not (_zh_suspicious if chinese else _en_suspicious).is_in(passage.words):
            return
        find = self._chinese if chinese else self._english
        for start, end in sentences(passage.words):
            for left, right in find(passage.words[start:end]):
                yield start + left, start + right

    def _chinese(self, sentence: str) -> Iterator[Span]:
        yield from _zh_model_answer.spans(sentence)
        if _zh_reported.is_in(sentence):
            return
        yield from _zh_forbidding.spans(sentence)
        for start, end in _zh_praising.spans(sentence):
            found = sentence[start:end]
            target = start + max(left for left, _right in _zh_praise_words.spans(found))
            after = sentence[end:]
            if not (
                _zh_target_goes_on.is_in(after)
                or _zh_both_sides.is_in(after)
                or _zh_points.is_in(sentence[target:])
            ):
                yield start + len(found) - len(found.lstrip("，,。！？!?；;：:\n（( ")), end

    def _english(self, sentence: str) -> Iterator[Span]:
        yield from _en_model_answer.spans(sentence)
        if _en_reported.is_in(sentence) and not _en_asks.is_in(sentence):
            return
        yield from _en_forbidding.spans(sentence)
        for start, end in _en_praising.spans(sentence):
            found = sentence[start:end]
            if not _en_both_sides.is_in(sentence[end:]):
                yield start + len(found) - len(found.lstrip(".!?:;\n( ")), end


class Leading(WordingRule):
    """Suggests an answer by its words."""

    code = "leading"
    label = gettext_lazy("Leads towards an answer")
    message = gettext_lazy("%(words)s suggests an answer.")
    reason = gettext_lazy(
        "Words that praise, appeal to what everybody thinks or ask for agreement move answers their way. "
        "Name both sides (“satisfied or dissatisfied”), and leave praise out."
    )
    source = "Schuman & Presser 1981; Dillman, Smyth & Christian 2014, ch. 4"
    languages = (CHINESE, ENGLISH)
    roles = frozenset({"text", "row", "help", "introduction", "title"})

    _zh = Pattern(
        "难道|众所周知|大家都(?:认为|知道|说|觉得)|人人都(?:认为|知道|说)|谁都知道|毋庸置疑|"
        "不可否认|毫无疑问|不言而喻|想必您|您想必|相信您(?:会|一定|也)|"
        "您也(?:认为|觉得|同意)|您不(?:认为|觉得)|你不(?:认为|觉得)|不是吗|对吧|"
        "是否(?:同意|认同|赞同|认可|赞成)|(?:正确|坚强|英明)领导下|亲切关怀下|"
        "(?:取得|做出|作出)(?:了|的)?(?:显著|巨大|辉煌|突出|重大|可喜|长足|优异|骄人)的?(?:成效|"
        "成绩|成就|进步|进展|贡献)|"
        "有口皆碑|深受(?:好评|欢迎|爱戴)|广受(?:好评|赞誉)|赢得了?(?:广泛)?(?:好评|赞誉)|"
        "(?:大幅度?|显著|明显|极大地?|不断)(?:改善|提升|提高|增强|优化)了|"
        "(?:优质|优秀|一流|卓越|贴心|暖心|高效|便捷|周到|热情周到|全心全意)的?(?:服务|工作|团队|队伍|环境)|"
        "不作为|乱收费|官僚|形象工程|推诿扯皮|糟糕的|恶劣的"
    )
    _zh_balanced = Pattern("(?:同意|认同|赞同|赞成|认可)(?:还是|或|与)不|是否同意以下|是否同意下列|多大程度")
    _en = Pattern(
        r"\b(?:don't you|wouldn't you|isn't it|aren't (?:you|they|we)|surely|obviously|of course|undoubtedly|"
        r"as (?:everyone|everybody|we all) knows?|everyone (?:agrees|knows)|most people (?:agree|"
        r"think|believe)|it is well known|"
        r"do you (?:also )?agree|would you agree|you (?:will|would|must) (?:surely |certainly )?agree|"
        r"(?:excellent|outstanding|wonderful|world-class|first-class|dedicated|hard-working|"
        r"hardworking|great|superb|impressive|award-winning|top-quality|"
        r"high-quality|tireless|much-improved|efficient|friendly)\s+(?:\w+\s+)?(?:service|services|"
        r"work|staff|team|department|job|efforts?|employees|programme|program|results?)|"
        r"significant(?:ly)? (?:improvement|improved|progress)|wasteful|bureaucrats?|so-called|red "
        r"tape|(?:terrible|awful|shameful|appalling)\s+\w+)\b"
    )
    _en_balanced = Pattern(
        r"agree or disagree|extent do you agree|strongly (?:agree|do you)|how much do you agree|agree,? or"
    )

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您对公园的工作满意还是不满意？"),
        ("zh-hans", "您是否同意以下说法：办事要跑的次数不多"),
        ("zh-hans", "您在多大程度上同意：工作人员说明了办理进度"),
        ("zh-hans", "办事和以前相比有没有变化？"),
        ("en", "How satisfied or dissatisfied are you with the parks?"),
        ("en", "Do you agree or disagree that the forms were easy to read?"),
        ("en", "overall quality of services provided by the city"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "难道您不认为我市变化很大吗？"),
        ("zh-hans", "众所周知，办事大厅改造后更方便，您满意吗？"),
        ("zh-hans", "您是否同意我局服务优秀？"),
        ("zh-hans", "在市委市政府的正确领导下，我市教育取得了显著成效，您满意吗？"),
        ("zh-hans", "您对我们优质的服务满意吗？"),
        ("en", "Don’t you agree that the parks are clean?"),
        ("en", "How satisfied are you with the excellent service of our staff?"),
        ("en", "As everyone knows, buses run late. How satisfied are you?"),
        ("en", "Do you agree that our dedicated team solved your problem?"),
    )

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Yield what leads; agreement asked with both sides named leads nowhere."""
        chinese = passage.tongue == CHINESE
        balanced = (self._zh_balanced if chinese else self._en_balanced).is_in(passage.words)
        for start, end in (self._zh if chinese else self._en).spans(passage.words):
            found = passage.words[start:end].lower()
            if not (balanced and ("agree" in found or found.startswith("是否"))):
                yield start, end
