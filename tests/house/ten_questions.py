"""Ten questions as a city would ask them, in three languages, on one page or on several: for journeys and weights."""

from typing import Any

from surveys.questionnaires.question_types import question_type
from tests.surveys.questionnaires.every_type import a_text, choices, question, words_of

TEXTS = {
    "overall": a_text(
        "总的来说，您对公园和绿地的工作满意吗？",
        "All in all, how satisfied are you with the work on parks and lawns?",
        "ئومۇمەن، باغچە ۋە چىملىق خىزمىتىدىن رازىمۇ؟",
    ),
    "clean": a_text(
        "公园干净吗，您满意吗？", "How satisfied are you with cleanliness?", "پاكىزلىقتىن رازىمۇ؟"
    ),
    "safe": a_text("在公园里您觉得安全吗，满意吗？", "And with safety in the park?", "بىخەتەرلىكتىن رازىمۇ؟"),
    "near": a_text("公园离您家的远近，您满意吗？", "And with how near a park is?", "يىراقلىقىدىن رازىمۇ؟"),
    "staff": a_text("您对工作人员的态度满意吗？", "And with how staff treat you?", "خادىملاردىن رازىمۇ؟"),
    "answer": a_text(
        "反映问题以后，您对答复的速度满意吗？", "And with how fast they answer?", "جاۋاب سۈرئىتىدىن رازىمۇ؟"
    ),
}
PAGES = {
    "p1": a_text("总的印象", "All in all", "ئومۇمىي تەسىرات"),
    "p2": a_text("具体方面", "Point by point", "كونكرېت تەرەپلەر"),
    "p3": a_text("关于您的经历", "What you met with", "كەچۈرمىشىڭىز"),
}
FIRST = ("overall", "clean", "safe")
SECOND = ("near", "staff", "answer")


def a_break(code: str, text: dict[str, str]) -> dict[str, Any]:
    """The beginning of a page."""
    return question(question_type("page_break"), code=code, text=text, help={})


def rating(code: str) -> dict[str, Any]:
    """A question of five grades."""
    return question(
        question_type("satisfaction"),
        code=code,
        text=TEXTS[code],
        help={},
        headline=code == "overall",
        settings={"words": words_of("satisfaction")},
    )


def last_four() -> list[dict[str, Any]]:
    """A choice, several choices, a number and words."""
    asked = {
        "visits": ("frequency", a_text("您多久去一次公园？", "How often do you go to a park?", "قانچىلىك بارىسىز؟")),
        "liked": ("multiple_choice", a_text("您喜欢公园里的什么？", "What do you like?", "نېمىنى ياخشى كۆرىسىز؟")),
        "minutes": ("number", a_text("走到最近的公园要几分钟？", "How many minutes’ walk is it?", "قانچە مىنۇت؟")),
        "why": ("long_text", a_text("还有什么想说的？", "Anything else you want to say?", "يەنە سۆزىڭىز بارمۇ؟")),
    }  # fmt: skip
    own: dict[str, dict[str, Any]] = {
        "multiple_choice": {"settings": {"choices": choices(), "max": 3}},
        "number": {"settings": {"min": "0"}},
    }
    return [
        question(question_type(kind), code=code, text=text, help={}, about="each", **own.get(kind, {}))
        for code, (kind, text) in asked.items()
    ]


def ten_questions(*, pages: int) -> dict[str, Any]:
    """The ten on 1, 3 or 10 pages."""
    groups = [[rating(code) for code in FIRST], [rating(code) for code in SECOND], last_four()]
    asked = [one for group in groups for one in group]
    questions: list[dict[str, Any]]
    if pages == 1:
        questions = asked
    elif pages == len(PAGES):
        breaks = [a_break(code, text) for code, text in PAGES.items()]
        questions = [one for begin, group in zip(breaks, groups, strict=True) for one in (begin, *group)]
    else:
        begins = [a_break(f"page-{one['code']}", {}) for one in asked]
        questions = [one for pair in zip(begins, asked, strict=True) for one in pair]
    return {
        "format": 1,
        "languages": ["zh-hans", "en", "ug"],
        "title": a_text("公园和绿地评价", "Parks and lawns", "باغچە ۋە چىملىق باھالاش"),
        "introduction": a_text(
            "约两分钟。不记名，不需要说明理由。", "About two minutes. No name, no reasons.", "ئىككى مىنۇت."
        ),
        "questions": questions,
    }
