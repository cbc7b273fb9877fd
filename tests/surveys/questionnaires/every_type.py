"""A document that asks one question of every type, in two languages of the site and one that runs from the right.

For eyes, for browsers and for axe: `document()` can be published as it is.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import override

from surveys.questionnaires import checking, documents
from surveys.questionnaires.question_types import REGISTRY, QuestionType

LANGUAGES = ("zh-hans", "en", "ug")
DRAWN = tuple(kind for kind in REGISTRY if kind.is_drawn and kind.source == "person")
Text = dict[str, str]


def a_text(*words: str) -> Text:
    """The same in every language, given in their order."""
    return dict(zip(LANGUAGES, words, strict=True))


ASIDES = {"dk": {"ug": "بىلمەيمەن"}, "na": {"ug": "ماس كەلمەيدۇ"}}
UIGHUR = {
    "satisfaction": ("ئىنتايىن رازى", "رازى", "ئاساسەن رازى", "رازى ئەمەس", "ئىنتايىن رازى ئەمەس"),
    "agreement": ("پۈتۈنلەي قوشۇلىمەن", "قوشۇلىمەن", "بىتەرەپ", "قوشۇلمايمەن", "پۈتۈنلەي قوشۇلمايمەن"),
    "frequency": ("ھەمىشە", "دائىم", "بەزىدە", "ئاز", "ھېچقاچان"),
    "ces": ("ئىنتايىن ئاسان", "ئاسان", "ئوتتۇراھال", "قىيىن", "ئىنتايىن قىيىن"),
    "stars": ("ناھايىتى ياخشى", "ياخشى", "ئوتتۇراھال", "ناچار", "ناھايىتى ناچار"),
}

PARKS = (
    (1, a_text("草坪", "Lawns", "چىملىق")),
    (2, a_text("长椅", "Benches", "ئورۇندۇق")),
    (3, a_text("树木和花坛", "Trees and flower beds", "دەرەخ ۋە گۈللەر")),
)
OTHER = {"code": 8, "text": a_text("其他", "Other", "باشقىلار"), "other": True}
NONE_OF_THESE = {"code": 9, "text": a_text("以上都没有", "None of these", "ھېچقايسىسى"), "exclusive": True}
LOW, HIGH = a_text("很差", "Very poor", "ناچار"), a_text("很好", "Very good", "ياخشى")


def choices(*more: Mapping[str, Any], **with_each: Any) -> list[dict[str, Any]]:
    """What there is in a park."""
    return [*({"code": code, "text": text, **with_each} for code, text in PARKS), *map(dict, more)]


def rows() -> list[dict[str, Any]]:
    """The same things as rows of a table."""
    return [{"code": f"r{code}", "text": text} for code, text in PARKS]


def words_of(scale: str) -> dict[str, Text]:
    """The Uighur words of a fixed scale, best first."""
    words = zip(range(5, 0, -1), UIGHUR[scale], strict=True)
    return {**{str(code): {"ug": said} for code, said in words}, **ASIDES}


def settings() -> dict[str, dict[str, Any]]:
    """Settings that show what a type can do, by the name of the type."""
    scales = [
        {"code": "use", "text": a_text("多久用一次", "How often used", "ئىشلىتىش"), "scale": "frequency",
         "words": words_of("frequency")},
        {"code": "sat", "text": a_text("满意吗", "How satisfied", "رازىلىق"), "scale": "satisfaction",
         "words": words_of("satisfaction")},
    ]  # fmt: skip
    long = [
        {"code": code, "text": a_text(f"第 {code} 社区", f"Neighbourhood {code}", f"مەھەللە {code}")}
        for code in range(1, 41)
    ]
    bureaus = [
        {"value": "parks", "text": a_text("公园绿地", "Parks", "باغچە")},
        {"value": "roads", "text": a_text("道路", "Roads", "يوللار")},
    ]
    return {
        **{name: {"words": words_of("satisfaction")} for name in ("satisfaction", "csat", "faces")},
        "satisfaction_matrix": {"words": words_of("satisfaction")},
        "agreement": {"words": words_of("agreement")},
        "ces": {"words": words_of("ces")},
        "stars": {"words": words_of("stars")},
        "frequency": {"words": words_of("frequency"), "offer": ["dk", "na"]},
        "thumbs": {"words": {"2": {"ug": "ياخشى"}, "1": {"ug": "ياخشى ئەمەس"}, **ASIDES}, "offer": ["dk"]},
        "yes_no": {
            "words": {"1": {"ug": "ھەئە"}, "2": {"ug": "ياق"}, "3": {"ug": "ئېنىق ئەمەس"}, **ASIDES},
            "offer": ["na"],
        },
        "nps": {"low": {"ug": "مۇمكىن ئەمەس"}, "high": {"ug": "مۇمكىن"}, "offer": ["dk"]},
        "rating_points": {"points": 7, "low": LOW, "high": HIGH, "offer": ["na"]},
        "single_choice": {"choices": choices(OTHER), "offer": ["dk", "na"], "shuffle": True},
        "multiple_choice": {"choices": choices(OTHER, NONE_OF_THESE), "max": 3},
        "dropdown": {"choices": long, "offer": ["dk"]},
        "picture_choice": {"choices": choices(picture="/static/icons/picture.svg")},
        "matrix": {"rows": rows(), "scale": "agreement", "words": words_of("agreement")},
        "multi_matrix": {"rows": rows(), "scales": scales, "offer": ["dk"]},
        "ranking": {"choices": choices()},
        "constant_sum": {"choices": choices(), "unit": a_text("元", "yuan", "يۈەن")},
        "slider": {"low": LOW, "high": HIGH, "unit": a_text("分", "points", "نومۇر")},
        "place": {
            "levels": [{"text": a_text("市", "City", "شەھەر")}, {"text": a_text("区", "District", "رايون")}],
            "places": [
                {"code": "3501", "parent": "", "text": a_text("福州", "Fuzhou", "فۇجۇ")},
                {"code": "350102", "parent": "3501", "text": a_text("鼓楼", "Gulou", "گۇلو")},
            ],
        },
        "department_picker": {"choices": bureaus},
        "service_picker": {"choices": bureaus},
        "formatted_id": {"preset": "organisation"},
        "split": {
            "arms": [{"code": 1, "name": a_text("甲", "A", "A")}, {"code": 2, "name": a_text("乙", "B", "B")}]
        },
        "calculated": {"value": {"sum": [{"value": 1}, {"value": 2}]}},
        "hidden": {"parameter": "from", "choices": choices()},
    }


def question(kind: QuestionType, **more: Any) -> dict[str, Any]:
    """A question of one type that lacks nothing."""
    with override("en"):
        label = str(kind.label)
    given = {**kind.new_settings(), **settings().get(kind.name, {})}
    return {
        "code": kind.name,
        "type": kind.name,
        "about": "each" if kind.needs_each or kind.scored else "general",
        "text": a_text(f"示例：{label}", f"Example: {label}", f"مىسال: {label}"),
        "help": a_text("按最近一年的印象回答。", "Think of the last twelve months.", "ئاخىرقى بىر يىل."),
        "settings": _worded(given),
        **more,
    }


def document() -> dict[str, Any]:
    """One question of every type, flow first and the headline last."""
    kinds = sorted(REGISTRY, key=lambda kind: kind.takes_answer)
    return {
        "format": 1,
        "languages": list(LANGUAGES),
        "title": a_text("全部题型", "Every type", "ھەممە تۈر"),
        "questions": [question(kind, headline=kind.name == "satisfaction") for kind in kinds],
    }


def whole_question(kind: QuestionType, **more: Any) -> Mapping[str, Any]:
    """The question as it is kept."""
    return documents.tidied_question(question(kind, **more))


def whole() -> dict[str, Any]:
    """The document as it is kept."""
    return checking.received(document())


def _worded(value: Any, number: int = 1) -> Any:
    """Fill the blank texts of settings that a type starts with."""
    if isinstance(value, list):
        return [_worded(entry, number) for number, entry in enumerate(value, start=1)]
    if not isinstance(value, dict):
        return value
    words = a_text(f"第 {number} 项", f"Entry {number}", f"تۈر {number}")
    return {
        key: words if key in ("text", "name") and entry == {} else _worded(entry)
        for key, entry in value.items()
    }
