"""Which questions ask for a judgement, whatever their type: decision 14 holds for a rating made by hand, too.

A question judges when its type is a scale of judgement, when its choices read as grades of praise and blame, or when
its words ask for a judgement and its answers (yes or no, a number, bare figures) say nothing else. What somebody did,
has or is stays a fact: “have you used it”, the number of visits, an age.
"""

from collections.abc import Sequence
from typing import Any

from surveys.languages import Text
from surveys.questionnaires.advising.phrases import Pattern, covered
from surveys.questionnaires.advising.valence import scale_of, tone
from surveys.questionnaires.documents import Question
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.base import ItemSpec

# Of the scales, those that ask what happened: recommendations and thumbs judge without being scored.
NOT_JUDGING = frozenset({"frequency"})

# Types whose answers take their meaning from the words of the question alone.
_PLAIN_TYPES = frozenset({"yes_no", "number", "slider", *NOT_JUDGING})

_asked = Pattern(
    r"满意|评价|评分|打分|[打给]几分|[打给]多少分|几颗星|好不好|好吗|怎么样|如何\s*[？?]|如何\s*$|做得好|推荐|信任|"
    r"公平|公正|热情|耐心|负责|值得|"
    r"\b(?:dis|un)?satis(?:f\w+|factory)|\bhow would you rate|\bhow do you rate|\bplease rate|^rate\b|"
    r"\bon a scale (?:of|from)\b|\bhow (?:good|bad|poor|happy|pleased|helpful|easy|difficult|friendly|polite|fair|"
    r"respectful|useful)\b|\bhow (?:well|badly) (?:do|does|did|has|have|is|are|was|were) (?:the|this|that|our|your)\b|"
    r"\b(?:happy|unhappy|pleased|content) with\b|\bwhat (?:do|did) you think of\b|\brecommend|"
    r"\b(?:polite|rude|helpful|unhelpful|respectful|courteous|unfair|unfairly)\b|\btreated (?:you )?fairly\b"
)
_facts = Pattern(
    r"满意度(?:评价|调查|测评|问卷)|评价(?:活动|系统|器|表|过)|(?:参加|参与|填写|提交|做|填|写)过?[^，。？?]{0,10}(?:评价|评分)|"
    r"\bsatisfaction (?:survey|questionnaire)s?\b"
)
_willing = Pattern("愿意")
_yes_or_no = Pattern(
    r"^\s*(?:是|否|是的|不是|有|没有|会|不会|能|不能|对|不对|yes|no|true|false|对的|不对的)\s*[。.]?\s*$"
)


def judges(question: Question) -> bool:
    """Say whether an answer to the question judges, or holds a judgement, whether or not a score is made of it."""
    kind = question_type(question["type"])
    settings = question["settings"]
    if kind.scored or (kind.family == "scales" and kind.name not in NOT_JUDGING):
        return True
    if not kind.takes_answer or kind.source == "server":
        return False
    if any(judges(_whole(inner)) for inner in settings.get("questions", ())):
        return True
    rows = kind.items(question)
    if rows:
        return any(row_judges(question, row) for row in rows)
    if scale_of([text for text in (settings.get("low"), settings.get("high")) if text], _LANGUAGES):
        return True
    return _judges(question, [option.text for option in kind.options(question)], [question["text"]])


def row_judges(question: Question, row: ItemSpec) -> bool:
    """Say whether this coded item of the question is a judgement."""
    kind = question_type(question["type"])
    options = [option.text for option in kind.options(question) if not option.aside]
    choices = options if row.labels is None else list(row.labels.values())
    return row.scored or _judges(question, choices, [question["text"], row.text or {}])


def _judges(question: Question, choices: Sequence[Text], words: Sequence[Text]) -> bool:
    if question["type"] not in _PLAIN_TYPES:
        if _are_grades(choices):
            return True
        if not choices or not all(map(_says_nothing, choices)):
            return False
    return any(_asked.is_in(covered(line, _facts)) for text in words for line in text.values())


def _are_grades(choices: Sequence[Text]) -> bool:
    """Say whether choices run over more than one tone; complaints alone are reasons, and willingness is none."""
    scale = scale_of(choices, _LANGUAGES)
    if scale is None or len({one for one in scale.tones if one is not None}) < 2:
        return False
    toned = [
        words for text in choices if tone(words := text.get(scale.language, ""), scale.language) is not None
    ]
    return not all(map(_willing.is_in, toned))


def _says_nothing(choice: Text) -> bool:
    """Say whether a choice is a figure, a sign, or yes or no in every language."""
    return all(
        _yes_or_no.is_in(words) or not any(sign.isalpha() for sign in words.removesuffix("分"))
        for words in choice.values()
    )


def _whole(inner: dict[str, Any]) -> Question:
    """Return a question of a group that repeats with every setting in place."""
    settings = {**question_type(inner["type"]).blank_settings, **inner.get("settings", {})}
    return {"help": {}, **inner, "settings": settings}


_LANGUAGES = ("zh-hans", "en")  # those whose words of praise and blame are known
