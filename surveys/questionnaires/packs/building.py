"""What the ready questionnaires are written in: short ways to say a page, a rating, a choice, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.languages import Text
from surveys.questionnaires import documents
from surveys.questionnaires.documents import EACH, GENERAL

Entry = dict[str, Any]
Pair = tuple[str, str]  # Chinese and English


@dataclass(frozen=True)
class Pack:
    """A ready questionnaire: its code, what it measures, and its document, which can be published as it is."""

    code: str
    measures: Text
    document: Mapping[str, Any]

    @property
    def title(self) -> Text:
        """The title of the questionnaire."""
        title: Text = self.document["title"]
        return title


def both(zh: str, en: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh-hans": zh, "en": en}


def pack(
    code: str,
    *,
    title: Pair,
    measures: Pair,
    introduction: Pair,
    dimensions: Sequence[Entry] = (),
    questions: Sequence[Entry],
) -> Pack:
    """Return a pack whose document has every key in place."""
    document = documents.tidied(
        {
            **documents.blank(title=both(*title)),
            "introduction": both(*introduction),
            "dimensions": list(dimensions),
            "questions": list(questions),
        }
    )
    return Pack(code, both(*measures), document)


def dimension(code: str, weight: str, zh: str, en: str) -> Entry:
    """Return a dimension of the index."""
    return {"code": code, "name": both(zh, en), "weight": weight}


def page(
    code: str, zh: str, en: str, *, introduction: Pair | None = None, show: Entry | None = None
) -> Entry:
    """Return the beginning of a page."""
    entry = {"code": code, "type": "page_break", "about": GENERAL, "text": both(zh, en)}
    return {**entry, **({"help": both(*introduction)} if introduction else {}), **_shown(show)}


def rating(
    code: str,
    zh: str,
    en: str,
    *,
    kind: str = "satisfaction",
    about: str = EACH,
    headline: bool = False,
    counts_for: str = "",
    show: Entry | None = None,
) -> Entry:
    """Return a scored question; “don't know” and “not applicable” always stand beside its grades."""
    return {
        "code": code,
        "type": kind,
        "about": about,
        "text": both(zh, en),
        "headline": headline,
        "dimension": counts_for,
        **_shown(show),
    }


def one_of(
    code: str,
    zh: str,
    en: str,
    *choices: Pair,
    about: str = GENERAL,
    offer: Sequence[str] = ("dk",),
    show: Entry | None = None,
) -> Entry:
    """Return a question with one answer."""
    settings = {"choices": _listed(choices), "offer": list(offer)}
    entry = {
        "code": code,
        "type": "single_choice",
        "about": about,
        "text": both(zh, en),
        "settings": settings,
    }
    return {**entry, **_shown(show)}


def several_of(
    code: str,
    zh: str,
    en: str,
    *choices: Pair,
    about: str = GENERAL,
    most: int | None = None,
    other: Pair | None = None,
    none_of_them: Pair | None = None,
    show: Entry | None = None,
) -> Entry:
    """Return a question with several answers; `other` has a field for words, `none_of_them` excludes all others."""
    listed = _listed(choices)
    if other:
        listed.append({"code": len(listed) + 1, "text": both(*other), "other": True})
    if none_of_them:
        listed.append({"code": len(listed) + 1, "text": both(*none_of_them), "exclusive": True})
    settings: Entry = {"choices": listed, **({"max": most} if most else {})}
    entry = {
        "code": code,
        "type": "multiple_choice",
        "about": about,
        "text": both(zh, en),
        "settings": settings,
    }
    return {**entry, **_shown(show)}


def first_of(*choices: Pair, zh: str, en: str) -> Entry:
    """Return the question what should be improved first: up to three of the choices, others, or nothing."""
    return several_of(
        "first",
        zh,
        en,
        *choices,
        most=3,
        other=("其他", "Something else"),
        none_of_them=("没有需要改进的", "Nothing"),
    )


def yes_or_no(code: str, zh: str, en: str, *, about: str = GENERAL, show: Entry | None = None) -> Entry:
    """Return a question of fact, with “not sure” as an answer of its own: 1 is yes, 2 is no."""
    return {"code": code, "type": "yes_no", "about": about, "text": both(zh, en), **_shown(show)}


def open_words(code: str, zh: str, en: str, *, about: str = EACH) -> Entry:
    """Return a question that is answered in the resident's own words, or not at all."""
    help_text = both(
        "可以不写。请不要写姓名、电话和证件号码。",
        "You may leave this empty. Please give no names, phone or document numbers.",
    )
    return {"code": code, "type": "long_text", "about": about, "text": both(zh, en), "help": help_text}


def is_yes(code: str) -> Entry:
    """Return the rule that `code` was answered with yes."""
    return {"equals": [{"answer": code}, {"value": 1}]}


def chose(code: str, *values: int) -> Entry:
    """Return the rule that the one answer to `code` is among `values`."""
    rules: list[Entry] = [{"equals": [{"answer": code}, {"value": value}]} for value in values]
    return rules[0] if len(rules) == 1 else {"any": rules}


def includes(code: str, *values: int) -> Entry:
    """Return the rule that the answers to `code` include one of `values`."""
    rules: list[Entry] = [{"includes": [{"answer": code}, {"value": value}]} for value in values]
    return rules[0] if len(rules) == 1 else {"any": rules}


def about_you() -> list[Entry]:
    """Return the last page: a few facts by which groups are compared; each may be left open."""
    return [
        page(
            "about_you",
            "关于您",
            "About you",
            introduction=(
                "用于比较不同人群，均可不答。",
                "To compare groups of residents. You may leave any of these open.",
            ),
        ),
        one_of(
            "age",
            "您的年龄段",
            "Your age group",
            ("18–29 岁", "18–29"),
            ("30–44 岁", "30–44"),
            ("45–59 岁", "45–59"),
            ("60 岁及以上", "60 or over"),
            offer=("na",),
        ),
        one_of(
            "gender",
            "您的性别",
            "Your gender",
            ("女", "Female"),
            ("男", "Male"),
            ("其他", "Other"),
            offer=("na",),
        ),
        one_of(
            "residence", "您居住在", "You live in", ("城镇", "A town or city"), ("农村", "The countryside")
        ),
        one_of(
            "registration",
            "您的户籍",
            "Your household registration",
            ("在本地", "Is here"),
            ("在外地", "Is elsewhere"),
        ),
    ]


def _listed(choices: Sequence[Pair]) -> list[Entry]:
    return [{"code": code, "text": both(*words)} for code, words in enumerate(choices, 1)]


def _shown(show: Entry | None) -> Entry:
    return {"show": show} if show else {}
