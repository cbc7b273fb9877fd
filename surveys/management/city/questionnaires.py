"""The questionnaires of the city: the yearly survey, a pulse of two questions, and a visit with pages and rules."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from surveys.languages import Text
from surveys.people.models import User
from surveys.questionnaires import drafting, publishing, reviewing
from surveys.questionnaires.documents import EACH, FORMAT, GENERAL
from surveys.questionnaires.models import Edition

# code, names and weight of each dimension (em-1 §7), and the words of its question
DIMENSIONS = (
    ("effectiveness", "成效", "Effectiveness", "0.25",
     "总的来说，您对这个部门的工作满意吗？", "All in all, how satisfied are you with the work of this department?"),
    ("ease", "便利", "Ease", "0.15",
     "办事是否方便：材料、次数、路程", "How easy it is to get something done: papers, visits, distance"),
    ("efficiency", "效率", "Efficiency", "0.15",
     "办事的速度", "How quickly things get done"),
    ("transparency", "公开", "Transparency", "0.15",
     "办事规定是否讲得清楚", "How clearly the rules are explained"),
    ("humanity", "温度", "Humanity", "0.15",
     "工作人员的态度", "How respectful the staff are"),
    ("trust", "信任", "Trust", "0.15",
     "办事是否公平", "How fair it is"),
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

YEARLY, PULSE, VISIT = "yearly-satisfaction", "pulse", "visit"

# Rules of the visit: who was not there is asked no more, who stood in line is asked how long.
STAYED_AWAY = {"differs": [{"answer": "went"}, {"value": 1}]}
WAITED = {"equals": [{"answer": "way"}, {"value": 1}]}
NOT_DONE = {"more": [{"answer": "done"}, {"value": 1}]}


@transaction.atomic
def build(*, designer: User | None, reviewer: User | None) -> dict[str, Edition]:
    """Create and publish the questionnaires, as two people do where there are two; return their editions by code."""
    editions = {}
    for code, document in ((VISIT, visit()), (YEARLY, yearly()), (PULSE, pulse())):
        made = drafting.create(code=code, document=document, by=designer)
        if designer and reviewer:
            reviewing.submit(made, revision=made.revision, by=designer)
            reviewing.approve(made, revision=made.revision, by=reviewer)
        editions[code] = publishing.publish(made, by=designer)
    return editions


def yearly() -> dict[str, Any]:
    """Return the document of the yearly survey."""
    return {
        "format": FORMAT,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "群众满意度评价", "en": "Residents’ satisfaction survey"},
        "introduction": {
            "zh-hans": "请按您过去十二个月的真实感受回答，约四五分钟。不需要登记姓名，每道题都可以不答。",
            "en": "Please answer by your own experience of the past twelve months; it takes four or five minutes. "
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
                settings={"choices": _matters()},
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
            "zh-hans": "两道题，约一分钟。不需要登记姓名。",
            "en": "Two questions, about a minute. No name is needed.",
        },
        "dimensions": [],
        "questions": [
            _question(
                "satisfaction",
                "recent",
                EACH,
                _text(
                    "您对这个部门过去一个月的工作满意吗？",
                    "How satisfied are you with the work of this department in the past month?",
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


def visit() -> dict[str, Any]:
    """Return the document of the survey on one visit: who has not been there is asked nothing more."""
    return {
        "format": FORMAT,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "办事体验评价", "en": "A visit to an office"},
        "introduction": {
            "zh-hans": "请回想您最后一次到政务大厅办事。约两分钟。不需要登记姓名，每道题都可以不答。",
            "en": "Please think of your last visit to an office. It takes about two minutes. No name is needed, and "
            "every question may be left out.",
        },
        "dimensions": [],
        "questions": [
            _page("start", {}, settings={"jumps": [{"when": STAYED_AWAY, "to": "end"}]}),
            _question(
                "single_choice",
                "went",
                GENERAL,
                _text(
                    "过去三个月您去过政务大厅办事吗？",
                    "Have you been to an office to get something done in the past three months?",
                ),
                settings={"choices": _choices((("去过", "Yes"), ("没有去过", "No"), ("记不清", "Not sure")))},
            ),
            _page("visit", _text("您的这次办事", "Your visit")),
            _question(
                "single_choice",
                "way",
                GENERAL,
                _text("您是怎样办理的？", "How did you mainly do it?"),
                settings={
                    "choices": [
                        *_choices((("在窗口", "At the counter"), ("在自助终端", "At a machine"))),
                        {"code": 3, "text": _text("其他方式", "In another way"), "other": True},
                    ]
                },
            ),
            _question(
                "number",
                "minutes",
                GENERAL,
                _text("叫到号之前您大约等了多久？", "About how long did you wait for your turn?"),
                show=WAITED,
                settings={"min": "0", "max": "600", "unit": _text("分钟", "minutes")},
            ),
            _question(
                "single_choice",
                "done",
                GENERAL,
                _text("这件事办成了吗？", "Did you get it done?"),
                settings={
                    "choices": _choices((("办成了", "Yes"), ("只办成一部分", "In part"), ("没有办成", "No")))
                },
            ),
            _question(
                "long_text",
                "open",
                GENERAL,
                _text("还有什么没有办成？", "What is still to be done?"),
                show=NOT_DONE,
                settings={"max_length": 500},
            ),
            _page("judged", _text("您的评价", "Your rating")),
            _question(
                "satisfaction",
                "overall",
                EACH,
                _text(
                    "总的来说，您对这个部门的服务满意吗？",
                    "All in all, how satisfied are you with the service?",
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


def _page(code: str, title: Text, **more: Any) -> dict[str, Any]:
    return _question("page_break", code, GENERAL, title, **more)


def _matters() -> list[dict[str, Any]]:
    """Return the matters with something else before “none”, whose code stays the last of the list."""
    *some, none = _choices(MATTERS)
    other = {"code": len(MATTERS) + 1, "text": _text("其他", "Something else"), "other": True}
    return [*some, other, {**none, "exclusive": True}]


def _question(kind: str, code: str, about: str, text: Text, **more: Any) -> dict[str, Any]:
    blank: Mapping[str, Any] = {"help": {}, "required": False, "headline": False, "dimension": ""}
    return {
        **blank, "code": code, "type": kind, "about": about, "text": text, "weight": "1", "settings": {}, **more
    }  # fmt: skip


def _text(chinese: str, english: str) -> dict[str, str]:
    return {"zh-hans": chinese, "en": english}


def _choices(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"code": code, "text": _text(*words)} for code, words in enumerate(pairs, 1)]
