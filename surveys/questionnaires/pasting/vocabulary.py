"""The words by which a pasted text says what it means: types, scales, languages, “don't know”, limits.

Words are compared *squeezed*: full-width forms made plain, lower case, without spaces and signs.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from surveys.questionnaires.question_types.scales import AGREEMENT, FREQUENCY, SATISFACTION

_SIGNS = str.maketrans("", "", " \t\u3000\u00a0-–—_·.,。，、;；:：!！?？'’‘\"“”()（）[]【】<>《》*#/")


def squeezed(words: str) -> str:
    """Return `words` as they are compared."""
    return unicodedata.normalize("NFKC", words).casefold().translate(_SIGNS)


def _table(entries: Mapping[str, str]) -> dict[str, str]:
    """Return squeezed word to meaning, from meaning to words separated by “|”."""
    return {squeezed(word): meaning for meaning, words in entries.items() for word in words.split("|")}


TYPES: Mapping[str, str] = _table(
    {
        "single_choice": "单选|单选题|单项选择|单项选择题|single|single choice|choose one|select one|one choice|radio",
        "multiple_choice": "多选|多选题|可多选|多项选择|多项选择题|不定项|multiple|multiple choice|multi|checkbox"
        "|all that apply|check all that apply|select all that apply|choose all that apply|several choices",
        "dropdown": "下拉|下拉题|下拉选择|dropdown|drop-down|select",
        "ranking": "排序|排序题|请排序|ranking|rank",
        "matrix": "矩阵|矩阵题|矩阵单选|矩阵单选题|matrix|grid|table",
        "scale": "量表|量表题|scale|rating scale",
        "satisfaction": "满意度|五级满意度|满意度量表|满意度题|satisfaction|satisfaction scale|how satisfied",
        "satisfaction_matrix": "矩阵满意度|满意度矩阵|矩阵量表|矩阵量表题|satisfaction matrix|matrix scale",
        "agreement": "同意度|认同度|同意程度|agreement|agreement scale",
        "frequency": "频率|频度|频次|frequency|how often",
        "stars": "星级|打星|星|stars|star rating",
        "faces": "表情|笑脸|faces|smileys",
        "nps": "nps|净推荐值|推荐度|net promoter score",
        "csat": "csat",
        "ces": "ces|费力度|customer effort score",
        "yes_no": "是非|是非题|是否|是否题|判断|判断题|yes no|yesno|y/n",
        "number": "数字|数字题|数值|数值题|number|numeric",
        "date": "日期|日期题|date",
        "time": "时间|时刻|time",
        "short_text": "填空|填空题|单行|单行文本|单行填空|short text|text|fill in|fill in the blank",
        "long_text": "开放题|开放|问答|问答题|简答|简答题|主观题|多行|多行文本|多行填空|open|open ended|open question"
        "|long text|comment|comments|essay",
        "email": "邮箱|电子邮箱|电子邮件|email|e-mail",
        "phone": "电话|手机|手机号|电话号码|phone|telephone",
        "info": "说明|说明文字|段落|info|information|note|text block",
    }
)
FLAGS: Mapping[str, str] = _table(
    {
        "required": "必答|必填|必答题|必填题|required|mandatory|must answer",
        "optional": "选答|选填|选答题|选填题|可不填|可不答|非必答|非必填|optional|not required",
        "headline": "总评|总体评价|总体满意度|总题|headline|overall|overall rating",
    }
)
SEVERAL = (
    "可多选",
    "可以多选",
    "多选题",
    "选出所有",
    "selectallthatapply",
    "checkallthatapply",
    "chooseallthatapply",
    "allthatapply",
)

# Five-grade scales: grade to the words that mean it.
SCALES: Mapping[str, Mapping[int, str]] = {
    "satisfaction": {
        5: "非常满意|很满意|十分满意|very satisfied|extremely satisfied|highly satisfied",
        4: "满意|比较满意|较满意|satisfied|somewhat satisfied|fairly satisfied",
        3: "基本满意|一般|中立|尚可|acceptable|neutral|neither satisfied nor dissatisfied|neither",
        2: "不满意|不太满意|较不满意|比较不满意|dissatisfied|somewhat dissatisfied|unsatisfied",
        1: "非常不满意|很不满意|十分不满意|very dissatisfied|extremely dissatisfied|very unsatisfied",
    },
    "agreement": {
        5: "非常同意|完全同意|十分同意|strongly agree|completely agree",
        4: "同意|比较同意|基本同意|agree|somewhat agree",
        3: "一般|中立|不确定|说不清|既不同意也不反对|neutral|neither agree nor disagree|neither",
        2: "不同意|不太同意|比较不同意|disagree|somewhat disagree",
        1: "非常不同意|完全不同意|十分不同意|strongly disagree|completely disagree",
    },
    "frequency": {
        5: "总是|一直|每次|always",
        4: "经常|常常|often|usually|frequently",
        3: "有时|有时候|偶尔|sometimes|occasionally",
        2: "很少|rarely|seldom|hardly ever",
        1: "从不|从来没有|从未|never",
    },
}
_GRADES: Mapping[str, Mapping[str, int]] = {
    name: {squeezed(word): grade for grade, words in grades.items() for word in words.split("|")}
    for name, grades in SCALES.items()
}
_OWN: Mapping[str, frozenset[str]] = {
    name: frozenset(squeezed(word) for text in grades.values() for word in text.values())
    for name, grades in (("satisfaction", SATISFACTION), ("agreement", AGREEMENT), ("frequency", FREQUENCY))
}

ASIDES: Mapping[str, str] = _table(
    {
        "dk": "不了解|不清楚|不知道|说不清|不确定|不好说|don't know|do not know|dont know|not sure|"
        "unsure|no opinion|dk",
        "na": "不适用|没有用过|未使用过|没用过|未接触过|没接触过|没有接触过|没办过|没有办过|未办理过|"
        "not applicable|n/a|na|does not apply|never used it",
    }
)
YES: frozenset[str] = frozenset(map(squeezed, ("是", "有", "会", "yes", "true")))
NO: frozenset[str] = frozenset(map(squeezed, ("否", "不是", "没有", "无", "不会", "no", "false")))
OTHER = ("其他", "其它", "other")
SAY_WHAT = (
    "请说明",
    "请注明",
    "请填写",
    "请写明",
    "please specify",
    "please say",
    "specify",
    "please describe",
    "__",
)
NONE_OF_THEM = ("以上都不", "以上都没", "以上均", "都没有", "none of the above", "none of these")

OVERALL_WORDS = (
    "总的来说",
    "总的来看",
    "总体来说",
    "总体来看",
    "总体上",
    "总体而言",
    "总体满意",
    "总体评价",
    "整体满意",
    "综合来看",
    "overall",
    "all in all",
    "all things considered",
)
THANKS = (
    "感谢",
    "谢谢",
    "再次感谢",
    "再次谢谢",
    "非常感谢",
    "衷心感谢",
    "问卷结束",
    "问卷到此结束",
    "调查到此结束",
    "thank you",
    "thanks",
    "end of survey",
    "end of the survey",
    "end of questionnaire",
)

EACH_WORDS = tuple(
    map(
        squeezed,
        (
            "各部门",
            "每个部门",
            "所有部门",
            "逐个部门",
            "each department",
            "every department",
            "all departments",
        ),
    )
)
GENERAL_WORDS = tuple(
    map(
        squeezed,
        (
            "全市",
            "本市",
            "城市总体",
            "整体",
            "基本信息",
            "个人信息",
            "背景信息",
            "关于您",
            "the city",
            "about you",
            "demographics",
            "the place as a whole",
            "background",
        ),
    )
)

UNITS: Mapping[str, Mapping[str, str]] = {
    word: {"zh-hans": zh, "en": en}
    for zh, en in (("岁", "years"), ("年", "years"), ("分钟", "minutes"), ("小时", "hours"), ("天", "days"), ("次",
        "times"
    ),
                   ("人", "people"), ("元", "yuan"), ("公里", "km"))
    for word in (zh, en)
}  # fmt: skip

_CHINESE_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ENGLISH_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}

LANGUAGES: Mapping[str, str] = _table(
    {
        "zh-hans": "中文|汉语|简体中文|中文简体|简体|题目|问题|chinese|simplified chinese|zh|zh-hans|zh-cn",
        "zh-hant": "繁体中文|繁體中文|traditional chinese|zh-hant|zh-tw",
        "en": "英文|英语|english|en",
    }
)
COLUMNS: Mapping[str, str] = _table(
    {
        "mark": "序号|编号|题号|no|no.|number|#|id",
        "type": "题型|类型|type|question type",
        "about": "部门|关于|department|about",
        "choices": "选项|选项内容|备选项|答案|备选答案|choices|choice|options|option|answers|answer",
    }
)
ITEM_WORDS = frozenset(
    map(squeezed, ("项目", "内容", "题目", "评价项目", "事项", "item", "items", "statement", "service"))
)


def column_of(heading: str) -> str:
    """Return what a column with this heading holds besides words: “选项 3” holds choices; "" when that is not known."""
    return COLUMNS.get(squeezed(heading), "") or COLUMNS.get(
        squeezed(heading).rstrip("0123456789abcdefgh"), ""
    )


def number_of(digits: str) -> int:
    """Return the number that digits, Chinese or English number words stand for; 0 when they stand for none."""
    plain = unicodedata.normalize("NFKC", digits).strip().casefold()
    if plain.isascii() and plain.isdigit() and len(plain) <= 6:
        return int(plain)
    if plain in _ENGLISH_NUMBERS:
        return _ENGLISH_NUMBERS[plain]
    tens, _ten, ones = plain.partition("十")
    if _ten:
        return _CHINESE_DIGITS.get(tens, 1) * 10 + _CHINESE_DIGITS.get(ones, 0)
    return _CHINESE_DIGITS.get(plain, 0)


def grades_of(scale: str, words: Sequence[str]) -> list[int]:
    """Return the grade of each of `words` on `scale`; 0 for a word that is none of its grades."""
    return [_GRADES[scale].get(squeezed(word), 0) for word in words]


def scale_of(words: Sequence[str]) -> str:
    """Return the five-grade scale that `words` spell out, besides “don't know” and “not applicable”; "" for none."""
    for scale in SCALES:
        grades = [
            grade
            for grade, word in zip(grades_of(scale, words), words, strict=True)
            if grade or squeezed(word) not in ASIDES
        ]
        if sorted(grades) == [1, 2, 3, 4, 5]:
            return scale
    return ""


def own_words(scale: str, word: str) -> bool:
    """Say whether the platform uses just this word for a grade of `scale`."""
    return squeezed(word) in _OWN[scale]
