"""Two questions in one: “friendly and quick”, “态度和效率”.

A conjunction in a question that asks for a judgement is suspected, unless what it joins is one thing: the name of a
department, a standing pair (fire and rescue, 公平和公正), the two ends of a scale, a list of examples.
"""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext_lazy

from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, Finding, WordingRule, joined
from surveys.questionnaires.advising.manuscript import Manuscript, Passage
from surveys.questionnaires.advising.phrases import Pattern, Phrases, Span, covered, excerpt, words_of

# Chinese: words in which the character joins nothing, standing pairs, and the two ends of a scale.
_zh_one_thing = Pattern(
    "并非|并不|并没|并未|合并|一并|并列|和谐|和平|共和|和睦|温和|和气|和蔼|和解|缓和|总和|参与|与否|与会|给与|与时俱进|及时|及格|涉及|"
    "普及|危及|波及|顾及|提及|遍及|以上及|"
    "公平(?:和|与|、)公正|公平、公正、公开|公开(?:和|与|、)透明|安全(?:和|与)稳定|干净(?:和|与|"
    "、)整洁|清楚(?:和|与|、)明白|"
    "(?:周末|双休日|工作日|白天|平时)(?:和|与|或|、)(?:节假日|周末|晚上|夜间)|"
    "(?:您|你|本人|自己|我)(?:和|与|或|及|以及)(?:您|你|我)?(?:的)?(?:家人|家庭|孩子|子女|亲友|"
    "邻居|同住人|家里人)|"
    "(?:家人|亲友|父母|老人|亲戚)(?:和|与|或|、)(?:家人|亲友|朋友|孩子|邻居)|"
    "满意(?:或|还是|和|与|、|/)不满意|同意(?:或|还是|和|与|/)不同意|(?:有|是|会|能)(?:或|/)(?:没有|"
    "否|不会|不能|不是)|好(?:或|和|与)坏|"
    "人力资源(?:和|与)社会保障|教育(?:和|与)体育|卫生(?:和|与)健康|规划(?:和|与)自然资源|住房(?:和|"
    "与)城乡建设|文化(?:和|与)旅游|"
    "农业(?:和|与)农村|工业(?:和|与)信息化|发展(?:和|与)改革|城市管理(?:和|"
    "与)(?:综合)?(?:行政)?执法|园林(?:和|与)绿化|消防(?:和|与)(?:急救|救援)|"
    "党委(?:和|与|、)政府|市委(?:和|与|、)市政府|老年人(?:和|与|、)残疾人|办事群众(?:和|与|、)企业|"
    "(?:回应|处理)(?:和|与|及)(?:答复|办理)"
)
_zh_joint = Pattern("以及|并且|而且|或者|并|和|与|及|或|、|／|/|又")
_zh_beside = Pattern(
    "相比|相较|比较|一样|沟通|交流|联系|接触|打交道|有关|之间|无关|相处|合作|关系|距离|相同|不同|"
    "不一致|一致|等(?:各|方|公|情|问|事|服|设|活|多|领|部|$|[，。？！、])|"
    "等(?:工作|内容|项目)"
)
_ZH_STOP = "，,。！？!?；;\n"
_ZH_ORGAN = ("局", "委", "厅", "署", "部", "办", "委员会", "中心", "所", "院")

# English: words beside “and” that are one thing with it. Either order.
_PAIRS = frozenset(
    frozenset(pair.split("+"))
    for pair in words_of(
        "fair+impartial|fair+just|open+transparent|safe+secure|clean+tidy|neat+tidy|trash+debris|"
        "mowing+cutting|parks+recreation|fire+rescue|fire+ambulance|health+safety|men+women|women+men|"
        "terms+conditions|rules+regulations|question+issue|planning+development|research+development|"
        "bed+breakfast|law+order|hopes+fears|friends+family|family+friends|pros+cons|"
        "satisfied+dissatisfied|agree+disagree|good+bad|better+worse|yes+no|easy+difficult|safe+unsafe|"
        "likely+unlikely|true+false|clear+understandable|clear+easy|plain+simple|peace+quiet|"
        "taxes+fees|dollars+fees|drinking+water|oil+gas|day+night|weekdays+weekends|young+old|"
        "rich+poor|he+she|his+her|him+her|each+every|one+only|more+less|first+foremost|you+family|"
        "household+you|you+household|i+family|wear+tear|ups+downs|search+rescue|name+address|"
        "problem+concern|question+concern|complaint+concern|question+problem|water+sewer|arts+culture|"
        "bits+pieces|up+down|back+forth|health+human|weights+measures|births+deaths|lost+found|"
        "cause+effect|courteous+polite|polite+respectful|polite+courteous|prompt+timely|timely+prompt"
    )
)
_en_joint = Pattern(r"\s(?:and/or|and|or|as well as|&)\s|\w/\w")
_en_aside = Pattern(
    r"\([^()]*\)|\b(?:including|such as|for example|e\.?\s?g\.?|like|namely)\b[^.?!;:]*|"
    r"\bbetween\b[^.?!;,]*|\band/or\b|\ball and all\b|"
    r"\b(?:satisfied|dissatisfied|agree|disagree)\s+or\s+(?:dis)?\w+|\bwhether or not\b|\bor not\b|"
    r"\bmore or less\b|\bone or (?:more|two)\b|"
    r"\b(?:\d+|one|two|three|four|five)\s+(?:and|or)\s+(?:\d+|two|three|four|five|more|over|older|"
    r"under|less)\b|\bhours? and a half\b|"
    r"\b(?:you|your|yourself|me|I)\s+(?:and|or)\s+(?:your|my|a|an|any|some|others?)\b(?:\s\w+){0,2}|"
    r"\band (?:so on|more)\b|\bover and over\b"
)
_en_names = Pattern(r"(?-i:\b[A-Z][a-z]+(?:[ ,]+[A-Z][a-z]+)*,? (?:and|&) [A-Z][a-z]+)")
_EN_SKIPPED = words_of("the|a|an|your|our|their|its|of|to|how|with|in|for|local|city|city's|any|other")
_EN_IMPERATIVES = words_of("tell|rate|choose|select|say|indicate|please|answer|mark|then|give|think|let")


class DoubleBarrelled(WordingRule):
    """Asks two things and takes one answer."""

    code = "double-barrelled"
    label = gettext_lazy("Two questions in one")
    message = gettext_lazy("%(words)s may be two things.")
    reason = gettext_lazy(
        "Who likes one and not the other cannot answer, and the department cannot tell which to "
        "mend. Ask twice, or "
        "leave one out. A name or a standing pair is one thing: pass over this advice then."
    )
    source = "Dillman, Smyth & Christian 2014, ch. 4; Saris & Gallhofer 2014, ch. 4"
    languages = (CHINESE, ENGLISH)
    judged_only = True

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您对公园满意还是不满意？"),
        ("zh-hans", "您对规划和自然资源局的工作满意吗？"),
        ("zh-hans", "与去年相比，您对公交更满意吗？"),
        ("zh-hans", "您和家人对社区满意吗？"),
        ("zh-hans", "您对水、电、气等公共服务满意吗？"),
        ("zh-hans", "办事是否公平公正，让人放心"),
        ("zh-hans", "您对工作人员的参与程度满意吗？"),
        ("en", "How satisfied or dissatisfied are you with the parks?"),
        ("en", "How satisfied are you with the Department of Parks and Recreation?"),
        ("en", "How fair and impartial was the court?"),
        ("en", "the relationship between my neighborhood and the police"),
        ("en", "How satisfied are you and your family with the clinic?"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您对工作人员的态度和办事效率满意吗？"),
        ("zh-hans", "您对教育局和卫生局的工作满意吗？"),
        ("zh-hans", "您对道路、公交的状况满意吗？"),
        ("zh-hans", "窗口人员既热情又专业，您满意吗？"),
        ("en", "How satisfied are you with the courtesy and speed of our staff?"),
        ("en", "How satisfied are you with buses and trains?"),
        ("en", "How satisfied are you with parking/cycling?"),
    )

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield the findings; the names that the draft was given are one thing each."""
        named = Phrases(tuple(draft.names)) if draft.names else None
        for passage in draft.passages:
            if passage.is_judged and passage.role in self.roles and passage.tongue in self.languages:
                words = covered(passage.words, named) if named else passage.words
                joints = list(_chinese(words) if passage.tongue == CHINESE else _english(words))
                if joints:
                    yield Finding(
                        str(self.message) % {"words": joined(passage, joints[:1])},
                        passage.where,
                        excerpt(passage.words, *joints[0]),
                        passage.language,
                        passage.area,
                    )

    def spans(self, passage: Passage) -> Iterator[Span]:
        """Yield what is joined, without regard to the names of departments."""
        yield from (_chinese if passage.tongue == CHINESE else _english)(passage.words)


_zh_brackets = Pattern(
    "（[^（）]*）|\\([^()]*\\)|(?:比如|例如|诸如|包括|譬如|[，,]如)[^。！？；]*|[：:][^。！？；]*$|“[^”]*”"
)


def _chinese(words: str) -> Iterator[Span]:
    open_words = covered(words, _zh_brackets, _zh_one_thing)
    for start, end in _zh_joint.spans(open_words):
        left = _clause_start(open_words, start)
        right = next((at for at in range(end, len(words)) if open_words[at] in _ZH_STOP), len(words))
        before, after = open_words[left:start], open_words[end:right]
        if (
            not before
            or not after
            or (open_words[start] == "又" and "既" not in before and "又" not in before)
        ):
            continue  # with, not and: 与去年相比
        if _zh_beside.is_in(after[1:16]):
            continue
        name = next((at for at, one in enumerate(after[:10]) if one in "局委厅署"), -1)
        if name >= 0 and not before.endswith(_ZH_ORGAN):
            continue  # 规划和自然资源局
        yield max(left, start - 5), min(right, end + 5)


def _clause_start(words: str, place: int) -> int:
    at = place
    while at > 0 and words[at - 1] not in _ZH_STOP:
        at -= 1
    return at


def _english(words: str) -> Iterator[Span]:
    open_words = covered(words, _en_aside, _en_names)
    for start, end in _en_joint.spans(open_words):
        before = [token for token in open_words[:start].split() if token]
        after = [token.strip(",.?!;:\"”“'") for token in open_words[end:].split()]
        if "/" in open_words[start:end] and " " not in open_words[start:end]:
            before = open_words[: start + 1].split()
            after = [token.strip(",.?!;:\"”“'") for token in open_words[end - 1 :].split()]
        after = [token for token in after if token.lower() not in _EN_SKIPPED]
        if not before or not after or "□" in before[-1] or "□" in after[0]:
            continue
        left, right = before[-1].strip("\"”“'(").lower(), after[0].lower()
        if (
            left.endswith((",", ".", "?", "!", ":"))
            or right in _EN_IMPERATIVES
            or frozenset((left, right)) in _PAIRS
            or (left.isdigit() and right.isdigit())
        ):
            continue
        first = words.rfind(before[-1], 0, end)
        last = words.find(after[0], end - 1)
        yield max(first, 0), (last + len(after[0]) if last >= 0 else end)
