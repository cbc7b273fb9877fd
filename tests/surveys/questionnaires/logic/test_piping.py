"""Quoting earlier answers, and questions as one person meets them."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.course import Course, Walk, offered
from surveys.questionnaires.logic.piping import piped, pipes_of
from surveys.questionnaires.logic.presenting import presented, shuffled
from surveys.questionnaires.logic.seeds import Seed
from surveys.questionnaires.question_types import question_type
from tests.surveys.questionnaires.conftest import a_question, a_text
from tests.surveys.questionnaires.logic.conftest import SEVERAL, choices, draft, equals, general, page

SEED = Seed.of(3)
DOCUMENT = draft(
    general("q1", "short_text"),
    general("q2"),
    general("q3", SEVERAL),
    a_question("q4", "number"),
    page("p5", text=a_text("About {q2}")),
    general("q5", text={"en": "Why {q2}, {q1}?", "zh-hans": "{q1}，为什么选{q2}？"}),
    a_question("q6", "short_text", text=a_text("{q4} times, {q2}")),
)


def walked(general_answers: dict[str, Any], **parks: Any) -> Walk:
    return Course(DOCUMENT).walk([GENERAL, "parks"], {GENERAL: general_answers, "parks": parks}, seed=SEED)


def quoting(
    words: str, *, part: str = GENERAL, language: str = "en", before: str = "q5", **answers: Any
) -> str:
    return piped(words, walked(answers, q4=12).scope(part), language, before=before)


def test_an_answer_is_quoted_in_the_words_and_the_language_of_the_page() -> None:
    assert quoting("You said {q2}.", q2=2) == "You said No."
    assert quoting("您选了{q2}。", language="zh-hans", q2=2) == "您选了No（中）。"
    assert quoting("{q3}", q3=[1, 3]) == "Yes, Perhaps"
    assert quoting("{q3}", language="zh-hans", q3=[1, 3]) == "Yes（中）、Perhaps（中）"
    assert quoting("Dear {q1}", q1="王小明") == "Dear 王小明"


def test_what_was_not_answered_is_an_ellipsis() -> None:
    assert quoting("You said {q2}.") == "You said …."


def test_braces_around_anything_else_stay_as_they_are() -> None:
    for words in (
        "{q9}",
        "{}",
        "{ q2 }",
        "{Q2}",
        "{q5}",
        "{q6}",
        "{p5}",
        "{q4}",
        "{{x}}",
        "{q2",
        "{q2.}",
        "{0}",
    ):
        assert quoting(words, q2=1) == words
    assert quoting("{{q2}}", q2=1) == "{Yes}"


def test_a_department_quotes_its_own_answers_and_those_about_the_place() -> None:
    assert quoting("{q4} and {q2}", part="parks", before="q6", q2=1) == "12 and Yes"


def test_quoted_words_are_never_read_for_braces_again() -> None:
    assert quoting("{q1}", q1="{q2} {q1}", q2=1) == "{q2} {q1}"
    assert quoting("{q1}", q1="<script>") == "<script>"  # the template escapes it


def test_a_long_answer_is_quoted_by_its_beginning() -> None:
    document = draft(general("q1", "long_text"), general("q2"))
    found = Course(document).walk([GENERAL], {GENERAL: {"q1": "字" * 2000}}, seed=SEED)
    assert piped("{q1}", found.scope(GENERAL), "en", before="q2") == "字" * 200 + "…"


@settings(deadline=None)
@given(st.text(), st.text(min_size=1, max_size=50))
def test_any_text_can_be_read_for_braces(words: str, said: str) -> None:
    found = quoting(words, q1=said)
    assert found == words or "{q" in words


def test_a_question_is_presented_with_its_quotations_in_the_language_asked() -> None:
    scope = walked({"q1": "Rosa", "q2": 1}).scope(GENERAL)
    question = DOCUMENT["questions"][5]
    assert presented(question, scope, seed=SEED, language="en")["text"] == {"en": "Why Yes, Rosa?"}
    assert presented(question, scope, seed=SEED, language="zh-hans")["text"] == {
        "zh-hans": "Rosa，为什么选Yes（中）？"
    }
    assert question["text"]["en"] == "Why {q2}, {q1}?"


def test_a_question_that_is_the_same_for_everybody_is_presented_as_it_is() -> None:
    scope = walked({}).scope(GENERAL)
    for question in DOCUMENT["questions"][:4]:
        assert presented(question, scope, seed=SEED, language="en") is question


def test_choices_that_are_not_on_offer_can_neither_be_seen_nor_given() -> None:
    listed = choices("Bus", "Car", "None")
    listed[1]["show"] = equals("q1", 1)
    document = draft(general("q1"), general("q2", settings={"choices": listed}))
    question = document["questions"][1]
    without, with_car = (
        Course(document).walk([GENERAL], {GENERAL: {"q1": said}}, seed=SEED).scope(GENERAL) for said in (2, 1)
    )
    assert [one["code"] for one in offered(question, without)["settings"]["choices"]] == [1, 3]
    assert [one["code"] for one in offered(question, with_car)["settings"]["choices"]] == [1, 2, 3]
    assert question_type("single_choice").codes(offered(question, without)) == (1, 3)
    assert presented(question, without, seed=SEED, language="en") == offered(question, without)


def test_other_none_and_fixed_choices_keep_their_places_and_the_rest_is_shuffled() -> None:
    listed = choices("A", "B", "C", "Fixed", "D", "Other", "None")
    for place, key in ((3, "fixed"), (5, "other"), (6, "exclusive")):
        listed[place][key] = True
    question = {**general("q1"), "settings": {"choices": listed, "shuffle": True}}
    orders = {
        tuple(choice["code"] for choice in shuffled(question, part=GENERAL, seed=Seed.of(number)))
        for number in range(200)
    }
    assert len(orders) == 24
    assert all((met[3], met[5], met[6]) == (4, 6, 7) for met in orders)


def test_what_is_left_of_shuffled_choices_keeps_the_order_that_all_of_them_have() -> None:
    listed = choices(*"ABCDEF")
    listed[0]["show"] = listed[3]["show"] = equals("q1", 1)
    document = draft(general("q1"), general("q2", settings={"choices": listed, "shuffle": True}))
    question = document["questions"][1]

    def seen(said: int) -> list[int]:
        scope = Course(document).walk([GENERAL], {GENERAL: {"q1": said}}, seed=SEED).scope(GENERAL)
        return [
            one["code"] for one in presented(question, scope, seed=SEED, language="en")["settings"]["choices"]
        ]

    assert seen(2) == [code for code in seen(1) if code not in (1, 4)]


def test_quotations_are_found_in_texts_help_and_choices() -> None:
    question = {
        **general("q1", text=a_text("{q2} {q3.r1}"), help=a_text("{q4}")),
        "settings": {"choices": choices("{q5}")},
    }
    assert set(pipes_of(question)) == {"q2", "q3.r1", "q4", "q5"}
