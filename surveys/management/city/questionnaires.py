"""The two questionnaires of the city: the yearly survey, and a pulse of two questions."""

from collections.abc import Mapping
from typing import Any

from surveys.languages import Text
from surveys.questionnaires import drafting, publishing
from surveys.questionnaires.documents import EACH, FORMAT, GENERAL
from surveys.questionnaires.models import Edition

# code, names and weight of each dimension (em-1 §7), and the words of its question
DIMENSIONS = (
    ("effectiveness", "成效", "Effectiveness", "0.25",
     "总的来说，您对这个部门的工作满意吗？", "All in all, how satisfied are you with the work of this department?"),
    ("ease", "便利", "Ease", "0.15",
     "办事是否方便：材料、次数、路程", "How easy it is to get something done: papers, visits, distance"),
    ("efficiency", "效率", "Efficiency", "0.15",
     "办事和回应的速度", "How quickly it works and answers"),
    ("transparency", "公开", "Transparency", "0.15",
     "规定、进度和结果是否讲得清楚", "How clearly rules, progress and results are explained"),
    ("humanity", "温度", "Humanity", "0.15",
     "工作人员的态度和耐心", "How respectful and patient the staff are"),
    ("trust", "信任", "Trust", "0.15",
     "办事是否公平公正，让人放心", "How fair it is, so that one can rely on it"),
)  # fmt: skip

AGE_GROUPS = (
    ("18 至 29 岁", "18 to 29"),
    ("30 至 44 岁", "30 to 44"),
    ("45 至 59 岁", "45 to 59"),
    ("60 岁及以上", "60 and over"),
)

MATTERS = (
    ("户口、身份证、出入境", "Household register, identity card, travel papers"),
    ("看病、医保", "Health care and its insurance"),
    ("上学、托幼", "School and child care"),
    ("社保、就业、养老", "Social security, employment, pensions"),
    ("住房、物业、不动产", "Housing, property management, land register"),
    ("水、电、燃气", "Water, power, gas"),
    ("出行、停车、道路", "Travel, parking, roads"),
    ("开店、办企业、纳税", "Running a business, taxes"),
    ("投诉、求助", "Complaints and requests for help"),
    ("没有办过事", "None"),
)

YEARLY, PULSE = "yearly-satisfaction", "pulse"


def build() -> tuple[Edition, Edition]:
    """Create and publish both questionnaires; return the editions, the yearly one first."""
    return tuple(  # type: ignore[return-value]
        publishing.publish(drafting.create(code=code, document=document, by=None), by=None)
        for code, document in ((YEARLY, yearly()), (PULSE, pulse()))
    )


def yearly() -> dict[str, Any]:
    """Return the document of the yearly survey."""
    return {
        "format": FORMAT,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "群众满意度评价", "en": "Residents’ satisfaction survey"},
        "introduction": {
            "zh-hans": "请按您过去十二个月的真实感受回答，约两三分钟。不需要登记姓名，每道题都可以不答。",
            "en": "Please answer by your own experience of the past twelve months; it takes two or three minutes. "
            "No name is needed, and every question may be left out.",
        },
        "dimensions": [
            {"code": code, "name": {"zh-hans": chinese, "en": english}, "weight": weight}
            for code, chinese, english, weight, *_words in DIMENSIONS
        ],
        "questions": [
            *(
                _question(
                    "satisfaction",
                    code,
                    EACH,
                    _text(chinese, english),
                    dimension=code,
                    headline=code == "effectiveness",
                )
                for code, _zh, _en, _weight, chinese, english in DIMENSIONS
            ),
            _question(
                "long_text",
                "better",
                EACH,
                _text("哪里可以做得更好？", "What could be done better?"),
                help=_text(
                    "可以不写。请不要写姓名、电话和住址。",
                    "Optional. Please leave out names, numbers and addresses.",
                ),
                settings={"max_length": 500},
            ),
            _question(
                "satisfaction",
                "life",
                GENERAL,
                _text(
                    "您对在本市的生活总体上满意吗？",
                    "All in all, how satisfied are you with life in this city?",
                ),
                headline=True,
            ),
            _question(
                "satisfaction",
                "heard",
                GENERAL,
                _text("群众反映的问题得到解决的情况", "How problems that residents raise get solved"),
            ),
            _question(
                "single_choice",
                "age",
                GENERAL,
                _text("您的年龄", "Your age"),
                settings={"choices": _choices(AGE_GROUPS)},
            ),
            _question(
                "multiple_choice",
                "matters",
                GENERAL,
                _text(
                    "过去十二个月您办过哪些事？", "What have you had to deal with in the past twelve months?"
                ),
                help=_text("可以多选。", "Choose all that apply."),
                settings={"choices": _choices(MATTERS)},
            ),
            _question(
                "number",
                "visits",
                GENERAL,
                _text("大约去过几次办事窗口？", "About how many times have you been to a counter?"),
                settings={"min": "0", "max": "200", "unit": _text("次", "times")},
            ),
        ],
    }


def pulse() -> dict[str, Any]:
    """Return the document of the pulse."""
    return {
        "format": FORMAT,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "快评", "en": "Pulse"},
        "introduction": {
            "zh-hans": "两道题，半分钟。不需要登记姓名。",
            "en": "Two questions, half a minute. No name is needed.",
        },
        "dimensions": [],
        "questions": [
            _question(
                "satisfaction",
                "recent",
                EACH,
                _text(
                    "您对这个部门最近的工作满意吗？",
                    "How satisfied are you with this department’s recent work?",
                ),
                headline=True,
            ),
            _question(
                "long_text",
                "better",
                EACH,
                _text("哪里可以做得更好？", "What could be done better?"),
                settings={"max_length": 500},
            ),
        ],
    }


def _question(kind: str, code: str, about: str, text: Text, **more: Any) -> dict[str, Any]:
    blank: Mapping[str, Any] = {"help": {}, "required": False, "headline": False, "dimension": ""}
    return {
        **blank, "code": code, "type": kind, "about": about, "text": text, "weight": "1", "settings": {}, **more
    }  # fmt: skip


def _text(chinese: str, english: str) -> dict[str, str]:
    return {"zh-hans": chinese, "en": english}


def _choices(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"code": code, "text": _text(*words)} for code, words in enumerate(pairs, 1)]
