"""Words that are hard to read: abbreviations, official words, long sentences."""

from collections.abc import Iterator
from typing import ClassVar

from django.utils.translation import gettext_lazy, ngettext_lazy

from surveys.questionnaires.advising.base import CHINESE, ENGLISH, Example, Finding, Rule
from surveys.questionnaires.advising.manuscript import Manuscript, Passage
from surveys.questionnaires.advising.phrases import Pattern, Phrases, excerpt, sentences, words_of
from surveys.questionnaires.advising.reading import characters, words_in

LONGEST_SENTENCE = {CHINESE: 50, ENGLISH: 25}  # Chinese characters, English words


class Jargon(Rule):
    """Abbreviations and official words that nobody explained."""

    code = "jargon"
    label = gettext_lazy("Abbreviations and official words")
    message = gettext_lazy("“%(words)s” is not explained.")
    reason = gettext_lazy(
        "People seldom say that they do not know a word; they guess, and each guesses something else. "
        "Say it in everyday words, or explain it in the help."
    )
    source = "Tourangeau, Rips & Rasinski 2000, ch. 2; Fowler 1995"
    languages = (CHINESE, ENGLISH)

    _zh = Phrases(
        words_of(
            "一网通办|一窗通办|一网统管|放管服|最多跑一次|一件事一次办|证照分离|多证合一|告知承诺制|"
            "营商环境|双随机|四风|三公经费|五位一体|四个全面|两不愁三保障|网格化|吹哨报到|接诉即办|"
            "河长制|综治|信访维稳|供给侧|新基建|雪亮工程|平安建设|扫黑除恶|基层治理|共建共治共享|"
            "党建引领|四议两公开|三资|异地结算|两病|一老一小|普惠|互联网+|数字政府"
        )
    )
    _en = Phrases(
        words_of(
            "utilize|utilizing|utilise|facilitate|facilitates|pursuant|stakeholder|stakeholders|"
            "aforementioned|heretofore|notwithstanding|remediation|intermodal|synergy|leverage|"
            "adjudication|wayfinding|multimodal|throughput|right-of-way|ameliorate|deliverables"
        ),
        whole_words=True,
    )
    _acronym = Pattern(r"\b(?-i:[A-Z][A-Z&]{1,7})\b")
    _known = words_of(
        "OK|ID|TV|PDF|SMS|QR|PC|USA|US|UK|EU|UN|AM|PM|COVID|PIN|GPS|DVD|CD|DIY|FAQ|APP|URL|KM|KG|WIFI|"
        "IT|AI|NO|YES|A4"
    )

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您对网上办事满意吗？"),
        ("zh-hans", "您用过“一网通办”（在一个网站办各部门的事）吗？"),
        ("en", "How satisfied are you with the ambulance service (EMS)?"),
        ("en", "Do you have an ID card?"),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您对放管服改革满意吗？"),
        ("en", "How satisfied are you with the EMS?"),
        ("en", "Ease of utilizing the hotline"),
    )

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield each word once in each language, where it is met first and explained nowhere."""
        beside: dict[tuple[str, str], list[str]] = {}
        for passage in draft.passages:
            if passage.role in ("help", "introduction"):
                beside.setdefault((passage.where, passage.language), []).append(passage.words)
        met: set[tuple[str, str]] = set()
        for passage in draft.passages:
            if passage.tongue not in self.languages or passage.role not in ("text", "row", "choice"):
                continue
            explanations = [
                *beside.get((passage.where, passage.language), ()),
                *beside.get(("", passage.language), ()),
            ]
            for start, end in self._unexplained(passage, draft.names):
                word = passage.words[start:end]
                if (word, passage.language) in met or any(word in words for words in explanations):
                    continue
                met.add((word, passage.language))
                yield Finding(
                    str(self.message) % {"words": word},
                    passage.where,
                    excerpt(passage.words, start, end),
                    passage.language,
                    passage.area,
                )

    def _unexplained(self, passage: Passage, names: frozenset[str]) -> Iterator[tuple[int, int]]:
        words = passage.words
        listed = self._zh if passage.tongue == CHINESE else self._en
        shouted = words.isupper()  # a whole line in capitals is no abbreviation
        for pattern in (listed,) if shouted else (listed, self._acronym):
            for start, end in pattern.spans(words):
                found, before, after = (
                    words[start:end],
                    words[:start].rstrip('“"「 '),
                    words[end:].lstrip('”"」 '),
                )
                if found in self._known or found in names:
                    continue
                if after[:1] in ("（", "(") or (before[-1:] in ("（", "(") and after[:1] in ("）", ")")):
                    continue
                yield start, end


class LongSentences(Rule):
    """Sentences that must be read twice."""

    code = "long-sentence"
    label = gettext_lazy("Long sentences")
    reason = gettext_lazy(
        "Beyond some 25 words of English people read a sentence twice; 50 Chinese characters are "
        "about as long. "
        "Cut it in two."
    )
    source = "GOV.UK content design; Dillman, Smyth & Christian 2014, ch. 4"
    languages = (CHINESE, ENGLISH)

    accepts: ClassVar[tuple[Example, ...]] = (
        ("zh-hans", "您对公园满意吗？请按过去十二个月的印象回答。"),
        ("en", "How satisfied are you with the parks? Think of the past twelve months."),
    )
    rejects: ClassVar[tuple[Example, ...]] = (
        (
            "zh-hans",
            "总的来说在过去十二个月里您到本市政务服务大厅办理不动产登记以及户籍迁移等各类事项时对工作人员接待您的整个过程和最后的结果感到满意吗？",
        ),
        (
            "en",
            "Thinking about all the visits that you or somebody in your household made to any "
            "counter of the city during the past "
            "twelve months, how satisfied were you with the time it took?",
        ),
    )

    def findings(self, draft: Manuscript) -> Iterator[Finding]:
        """Yield the longest sentence of each passage that has one too long."""
        for passage in draft.passages:
            if passage.tongue not in self.languages or passage.role not in (
                "text",
                "row",
                "help",
                "introduction",
            ):
                continue
            count = characters if passage.tongue == CHINESE else words_in
            lengths = [
                (count(passage.words[start:end]), start, end) for start, end in sentences(passage.words)
            ]
            length, start, end = max(lengths, default=(0, 0, 0))
            if length > LONGEST_SENTENCE[passage.tongue]:
                words = (_characters_long if passage.tongue == CHINESE else _words_long) % {"length": length}
                yield Finding(
                    str(words),
                    passage.where,
                    excerpt(passage.words, start, min(start + 60, end)),
                    passage.language,
                    passage.area,
                )


_characters_long = ngettext_lazy(
    "A sentence of %(length)d character.",
    "A sentence of %(length)d characters.",
    "length",
)
_words_long = ngettext_lazy(
    "A sentence of %(length)d word.",
    "A sentence of %(length)d words.",
    "length",
)
