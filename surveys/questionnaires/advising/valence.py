"""Whether the words of a choice praise, blame or stand between, and whether a list of choices is a scale.

The grades of GB/T 39735-2020 count 基本满意 as the middle one, as everywhere in Minping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.languages import Text
from surveys.questionnaires.advising.phrases import words_of

Tone = Literal[1, 0, -1]

_ZH_DEGREES = (
    "非常",
    "十分",
    "特别",
    "极其",
    "极为",
    "完全",
    "强烈",
    "相当",
    "比较",
    "有些",
    "有点",
    "稍微",
    "总体",
    "大体",
    "很",
    "较",
    "最",
    "挺",
    "太",
    "极",
    "超",
)
_ZH_GOOD = words_of(
    "满意|好|优|优秀|良|良好|同意|赞同|赞成|支持|认同|认可|方便|便捷|容易|安全|公平|公正|干净|整洁|"
    "清楚|清晰|及时|快|热情|耐心|信任|有效|高效|愿意|可能|好评|卓越|优质|出色|完美|值得"
)
_ZH_BAD = words_of(
    "差|坏|糟糕|糟|劣|恶劣|失望|反对|困难|难|危险|脏|慢|模糊|冷漠|差评|差劲|不合格|不够|不行|不方便|"
    "麻烦|否定|较差"
)
_ZH_MIDDLE = words_of(
    "一般|一般般|中立|中等|中|普通|还行|还可以|尚可|基本|无所谓|合格|及格|过得去|说不上|基本满意|"
    "基本同意|既不|平均"
)
_EN_DEGREES = words_of(
    "very|extremely|quite|somewhat|fairly|mostly|completely|totally|strongly|slightly|rather|highly|"
    "really|fully|moderately|generally|so|too|tend|to|a|bit|little"
)
_EN_GOOD = words_of(
    "satisfied|good|excellent|great|agree|support|favor|favour|likely|easy|safe|fair|clear|helpful|"
    "happy|pleased|outstanding|wonderful|superb|effective|useful|positive|fast|clean|polite|friendly|"
    "reliable|recommend"
)
_EN_BAD = words_of(
    "dissatisfied|unsatisfied|bad|poor|disagree|oppose|unlikely|difficult|hard|unsafe|unfair|unclear|"
    "unhelpful|unhappy|displeased|terrible|awful|ineffective|useless|negative|slow|dirty|rude|"
    "unfriendly|unreliable|worst|worse"
)
_EN_MIDDLE = words_of(
    "neutral|average|neither|ok|okay|acceptable|so-so|medium|mixed|moderate|adequate|undecided|indifferent"
)
_DONT_KNOW = words_of(
    "不了解|不知道|不清楚|说不清|说不清楚|不适用|不好说|难以评价|没用过|没办过|未接触|没接触过|未办理|"
    "拒答|不确定|无法评价|无法判断|没有接触过|没有使用过|没有办理过"
)
_EN_DONT_KNOW = (
    "don't know",
    "do not know",
    "dont know",
    "not sure",
    "no opinion",
    "not applicable",
    "does not apply",
    "n/a",
    "can't say",
    "cannot say",
    "unsure",
    "prefer not",
    "have not used",
    "never used",
    "no experience",
    "refused",
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A list of choices that reads as a scale: the tone of each choice, None for those that stand apart."""

    tones: tuple[Tone | None, ...]
    language: str

    @property
    def good(self) -> int:
        """How many choices praise."""
        return self.tones.count(1)

    @property
    def bad(self) -> int:
        """How many choices blame."""
        return self.tones.count(-1)

    @property
    def is_in_order(self) -> bool:
        """Whether the tones only fall or only rise."""
        marked = [tone for tone in self.tones if tone is not None]
        return marked in (sorted(marked), sorted(marked, reverse=True))


def tone(words: str, language: str) -> Tone | None:
    """Return 1 for praise, -1 for blame, 0 for the middle, None for words that judge nothing."""
    return _chinese_tone(words) if language.startswith("zh") else _english_tone(words)


def is_dont_know(words: str) -> bool:
    """Say whether the words stand for “don't know” or “does not apply”."""
    plain = _plain(words)
    return plain in _DONT_KNOW or any(phrase in plain for phrase in _EN_DONT_KNOW)


def scale_of(texts: Sequence[Text], languages: Sequence[str]) -> Scale | None:
    """Return the scale that the choices make in the first language in which they read as one, else None.

    Two choices at least must judge, and most of those that do not stand apart; so “yes, no, sometimes” is none, and
    a list of reasons with one “good” among them is none either.
    """
    for language in languages:
        if not language.startswith(("zh", "en")):
            continue
        words = [text.get(language, "") for text in texts]
        tones = tuple(tone(one, language) for one in words)
        if any("unfair" in one.lower() for one in words):  # else “fair” is a middle, as between good and poor
            tones = tuple(1 if _plain(one) == "fair" else t for one, t in zip(words, tones, strict=True))
        apart = sum(is_dont_know(one) for one in words)
        judging = sum(one is not None for one in tones)
        if sum(1 for one in tones if one) >= 2 and judging * 3 >= (len(words) - apart) * 2:
            return Scale(tones, language)
    return None


def _plain(words: str) -> str:
    return " ".join(words.replace("’", "'").lower().strip(" 。.“”\"'（）()").split())


def _chinese_tone(words: str) -> Tone | None:
    plain = _plain(words).split("（")[0].split("(")[0].strip()
    if plain in _ZH_MIDDLE or plain.startswith(("基本", "既不", "一般")):
        return 0
    if plain in _DONT_KNOW:
        return None
    denied = False
    for _step in range(3):
        if plain in _ZH_GOOD:
            return -1 if denied else 1
        if plain in _ZH_BAD:
            return 1 if denied and plain not in ("不够", "不行") else -1
        if plain.startswith("不") and not denied:
            denied, plain = True, plain[1:]
            continue
        shorter = next((plain[len(one) :] for one in _ZH_DEGREES if plain.startswith(one)), plain)
        if shorter == plain:
            return None
        plain = shorter
    if plain in _ZH_GOOD:
        return -1 if denied else 1
    return -1 if plain in _ZH_BAD else None


def _english_tone(words: str) -> Tone | None:
    plain = _plain(words)
    if is_dont_know(plain) or len(plain) > 60:
        return None
    tokens = [token.strip(",;:") for token in plain.replace("/", " ").split()]
    if not tokens:
        return None
    if tokens[0] in _EN_MIDDLE or " ".join(tokens) in ("so so", "fair"):
        return 0
    denied = tokens[0] == "not"
    if denied:
        tokens = tokens[2:] if tokens[1:2] == ["at"] and tokens[2:3] == ["all"] else tokens[1:]
        tokens = tokens[1:] if tokens[:1] == ["all"] else tokens
    rest = [token for token in tokens if token not in _EN_DEGREES]
    if len(rest) != 1 or len(tokens) > 4:
        return None
    if rest[0] in _EN_GOOD:
        return -1 if denied else 1
    if rest[0] in _EN_BAD:
        return 0 if denied else -1
    return 0 if rest[0] in _EN_MIDDLE else None
