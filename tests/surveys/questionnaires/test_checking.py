"""What keeps a draft from being published."""

from typing import Any

import pytest

from surveys.questionnaires.checking import problems
from surveys.questionnaires.question_types import question_type
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_full_document, a_question, a_text

EASE = {"code": "ease", "name": a_text("Ease"), "weight": "1"}


def said(document: Any, **more: Any) -> list[tuple[str, str]]:
    return [(problem.where, problem.message) for problem in problems(document, **more)]


def test_a_finished_document_has_no_problems() -> None:
    assert problems(a_full_document()) == []
    assert problems(a_document()) == []


ROWS = [{"code": code, "text": a_text(code)} for code in ("r1", "r2")]


def a_table(scale: str, **more: Any) -> dict[str, Any]:
    return a_question("q2", "matrix", settings={"rows": ROWS, "scale": scale}, **more)


@pytest.mark.parametrize("scale", ["satisfaction", "agreement"])
def test_the_rows_of_a_table_that_score_may_count_for_a_dimension(scale: str) -> None:
    table = a_table(scale, dimension="ease", weight="2")
    assert said(a_document(a_question(headline=True), table, dimensions=[EASE])) == []


def test_a_table_without_scored_rows_counts_for_nothing() -> None:
    table = a_table("frequency", dimension="ease")
    assert said(a_document(a_question(headline=True), table, dimensions=[EASE])) == [
        ("q2", "Only a rating that is scored can count for a dimension.")
    ]


def test_a_table_of_ratings_is_no_headline() -> None:
    assert ("q2", "A table has several ratings, and the headline must be one question of its own.") in said(
        a_document(a_table("satisfaction", headline=True))
    )


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("short_text", "A text can never be required"),
        ("email", "nobody has to tell who they are or send anything"),
        ("signature", "nobody has to tell who they are or send anything"),
        ("file", "nobody has to tell who they are or send anything"),
        ("formatted_id", "nobody has to tell who they are or send anything"),
        ("hidden", "Nothing is answered here"),
        ("info", "Nothing is answered here"),
    ],
)
def test_what_may_not_be_required_is_said_with_its_own_reason(kind: str, sentence: str) -> None:
    settings = question_type(kind).new_settings()
    asked = a_question("q2", kind, required=True, settings=settings)
    found = [words for where, words in said(a_document(a_question(headline=True), asked)) if where == "q2"]
    assert sum("required" in words for words in found) == 1
    assert any(sentence in words for words in found)


UNFINISHED: list[tuple[dict[str, Any], str, str]] = [
    (a_document(title={"en": "Only English"}), "", "The title is missing in 简体中文."),
    (
        a_document(introduction={"en": "Hello", "zh-hans": "  "}),
        "",
        "The introduction is missing in 简体中文.",
    ),
    (a_document(languages=["en", "en"]), "", "listed twice"),
    (a_document(languages=["zh-hans", "en", "fr"]), "", "The title is missing in français."),
    (a_document(languages=["zh-hans", "en", "ug"]), "q1", "The words of the scale are not complete"),
    (a_document(a_question(text={}, headline=True)), "q1", "The text is missing in English."),
    (a_document(a_question(help={"en": "x"}, headline=True)), "q1", "The help is missing in 简体中文."),
    (a_document(a_question(weight="0", headline=True)), "q1", "weight must be above 0"),
    (a_document(a_question(dimension="ease", headline=True)), "q1", "There is no dimension “ease”."),
    (
        a_document(a_question(headline=True), a_question("q2", "short_text", required=True)),
        "q2",
        "nobody has to give a reason",
    ),
    (
        a_document(
            a_question(headline=True), a_question("q2", "number", dimension="ease"), dimensions=[EASE]
        ),
        "q2",
        "Only a rating that is scored can count",
    ),
    (
        a_document(a_question(headline=True), a_question("q2", "long_text", headline=True)),
        "q2",
        "Only a rating that is scored can be the headline",
    ),
    (a_document(dimensions=[EASE]), "", "No question counts for the dimension “ease”."),
    (
        a_document(a_question(headline=True, dimension="ease"), dimensions=[EASE, EASE]),
        "",
        "Two dimensions have the code",
    ),
    (
        a_document(a_question(headline=True, dimension="ease"), dimensions=[{**EASE, "weight": "0.999999"}]),
        "",
        "add up to 0.999999",
    ),
    (
        a_document(a_question(headline=True, dimension="ease"), dimensions=[{**EASE, "weight": "0"}]),
        "",
        "must be above 0",
    ),
    (
        a_document(
            a_question(headline=True, dimension="ease"), dimensions=[{**EASE, "name": {"en": "Ease"}}]
        ),
        "",
        "has no name in 简体中文",
    ),
    (
        a_document(a_question("q1", "single_choice", about="general", settings={"choices": CHOICES[:1]})),
        "q1",
        "at least two choices",
    ),
    (
        a_document(
            a_question("q1", "single_choice", about="general", settings={"choices": [CHOICES[0], CHOICES[0]]})
        ),
        "q1",
        "have the code 1",
    ),
    (
        a_document(
            a_question(
                "q1",
                "multiple_choice",
                about="general",
                settings={"choices": [CHOICES[0], {"code": 3, "text": CHOICES[0]["text"]}]},
            )
        ),
        "q1",
        "same words",
    ),
    (
        a_document(
            a_question(
                "q1",
                "single_choice",
                about="general",
                settings={"choices": [CHOICES[0], {"code": 2, "text": {"en": "No"}}]},
            )
        ),
        "q1",
        "The choice with code 2 has no words",
    ),
    (
        a_document(
            a_question(
                "q1", "multiple_choice", about="general", settings={"choices": CHOICES, "min": 2, "max": 1}
            )
        ),
        "q1",
        "larger than the largest",
    ),
    (
        a_document(
            a_question("q1", "multiple_choice", about="general", settings={"choices": CHOICES, "min": 3})
        ),
        "q1",
        "More choices are demanded",
    ),
    (
        a_document(a_question("q1", "number", about="general", settings={"min": "2", "max": "1"})),
        "q1",
        "larger than the largest",
    ),
    (
        a_document(a_question("q1", "number", about="general", settings={"unit": {"en": "days"}})),
        "q1",
        "The unit has no words",
    ),
    ({**a_document(), "questions": []}, "", "There is no question yet."),
    (a_document(a_question("q1"), a_question("q1")), "", "used by more than one question"),
]


@pytest.mark.parametrize(("document", "where", "words"), UNFINISHED, ids=[words for *_, words in UNFINISHED])
def test_what_is_unfinished_is_named_with_its_place(document: dict[str, Any], where: str, words: str) -> None:
    assert any(place == where and words in message for place, message in said(document)), said(document)


def test_languages_are_complete_only_for_those_declared() -> None:
    assert problems(a_document(languages=["en"])) == []


def test_weights_of_dimensions_add_up_exactly() -> None:
    thirds = [{"code": f"d{n}", "name": a_text(f"D{n}"), "weight": "0.1"} for n in range(10)]
    questions = [a_question(f"q{n}", dimension=f"d{n}", headline=n == 0) for n in range(10)]
    assert problems(a_document(*questions, dimensions=thirds)) == []


def headlines(*pairs: tuple[str, bool]) -> list[str]:
    questions = [
        a_question(f"q{n}", about=about, headline=headline) for n, (about, headline) in enumerate(pairs)
    ]
    return [message for _, message in said(a_document(*questions))]


def test_each_part_has_exactly_one_headline_and_the_general_part_at_most_one() -> None:
    assert headlines(("each", True), ("each", False)) == []
    assert headlines(("general", False)) == []
    assert headlines(("general", True), ("each", True)) == []
    assert headlines(("parks", True), ("roads", True)) == []
    assert headlines(("parks", False), ("each", True)) == []
    assert headlines(("parks", True), ("each", False)) == []  # who else is covered is the wave's business
    assert "Each department has no headline" in headlines(("each", False))[0]
    assert "“roads” has no headline" in headlines(("parks", True), ("roads", False))[0]
    assert "more than one headline rating: q0, q1" in headlines(("each", True), ("each", True))[0]
    assert "more than one headline rating: q0, q1" in headlines(("parks", True), ("each", True))[0]
    assert "The place as a whole has more than one" in headlines(("general", True), ("general", True))[0]


def test_a_question_about_an_unknown_department_is_named() -> None:
    document = a_document(a_question(about="nowhere", headline=True))
    assert said(document) == []
    assert said(document, departments={"parks": "Parks"}) == [
        ("q1", "There is no department “nowhere” that can be asked about.")
    ]
    assert said(a_document(a_question(about="parks", headline=True)), departments={"parks": "Parks"}) == []


def test_a_problem_says_which_page_puts_it_right() -> None:
    assert {problem.area for problem in problems(a_document(title={}))} == {"frame"}
    assert {problem.area for problem in problems(a_document(dimensions=[EASE]))} == {"dimensions"}
    assert {problem.area for problem in problems(a_document(a_question(text={})))} == {"questions"}


def test_a_questionnaire_that_asks_about_no_department_cannot_be_fielded_and_says_so() -> None:
    city = a_document(a_question("q1", "yes_no", about="general"), a_question("q2", about="general"))
    ((where, message),) = said(city, departments={"parks": "Parks"})
    assert where == "q2"
    assert "a wave judges departments" in message
    assert said(city) == []  # where no departments are known, nobody can say it
    text = a_document(a_question("q1", "short_text", about="each"))
    assert not any("judges" in message for _where, message in said(text, departments={"parks": "Parks"}))
