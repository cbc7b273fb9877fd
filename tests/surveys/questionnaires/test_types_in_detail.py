"""What single types promise beyond the common battery: scales, choices, tables, orders and shares."""

from collections.abc import Mapping
from typing import Any

import pytest

from surveys.questionnaires.codebook import Codebook
from surveys.questionnaires.question_types import AnswerError, question_type
from surveys.questionnaires.question_types.choices import CHOICES
from surveys.questionnaires.question_types.grids import ROWS
from tests.surveys.questionnaires.test_question_types import a_question

LANGUAGES = ["zh-hans", "en"]
BOTH = {"zh-hans": "词", "en": "words"}


def choice(code: int, **more: Any) -> dict[str, Any]:
    """A choice in both languages."""
    return {"code": code, "text": {"zh-hans": f"第{code}项", "en": f"choice {code}"}, **more}


def row(code: str) -> dict[str, Any]:
    """A row in both languages."""
    return {"code": code, "text": {"zh-hans": f"{code} 行", "en": f"row {code}"}}


def problems(name: str, settings: Mapping[str, Any], languages: list[str] | None = None) -> str:
    """What keeps settings from being published, in one string."""
    return " ".join(question_type(name).settings_problems(settings, languages or LANGUAGES))


def read(name: str, settings: Mapping[str, Any], **fields: Any) -> Any:
    """The clean answer that a form stands for; the question's own field is called `own`."""
    kind = question_type(name)
    question = a_question(kind, settings)
    posted = {"" if suffix == "own" else suffix.lstrip("_"): typed for suffix, typed in fields.items()}
    return kind.clean(question, kind.read(question, {key: [value] for key, value in posted.items()}))


@pytest.mark.parametrize("name", ["satisfaction", "agreement", "csat", "ces", "stars", "faces"])
def test_the_words_of_a_scale_are_complete_in_every_declared_language(name: str) -> None:
    kind = question_type(name)
    added = {key: {"ug": f"u{key}"} for key in ["1", "2", "3", "4", "5", "dk", "na"]}
    assert problems(name, {}) == ""
    assert "“ئۇيغۇرچە”" in problems(name, {}, ["ug"])
    assert problems(name, {"words": added}, ["ug", "en"]) == ""
    question = a_question(kind, {"words": {**added, "5": {"ug": "u5", "en": "Terrible"}}})
    uighur = [option.text["ug"] for option in kind.options(question)]
    assert uighur == ["u5", "u4", "u3", "u2", "u1", "udk", "una"]
    assert kind.labels(question)[5]["en"] == kind.labels(a_question(kind, {}))[5]["en"] != "Terrible"


def test_dont_know_is_offered_in_the_languages_of_minorities_too() -> None:
    settings = {"choices": [choice(1), choice(2)], "offer": ["dk"]}
    aside = question_type("single_choice").options(a_question(question_type("single_choice"), settings))[-1]
    assert {"ug", "bo", "mn", "kk", "zh-hant"} <= set(aside.text)


@pytest.mark.parametrize(
    ("typed", "decimals", "answer"),
    [
        ("１２", 0, 12),
        ("١٢", 0, 12),
        (" 12 ", 0, 12),
        ("12.0", 0, 12),
        ("－3", 0, -3),
        ("3。5", 1, "3.5"),
        ("007", 0, 7),
    ],
)
def test_digits_of_any_script_are_read_from_a_form(typed: str, decimals: int, answer: Any) -> None:
    assert read("number", {"decimals": decimals}, own=typed) == answer


@pytest.mark.parametrize("typed", ["twelve", "1,5", "1 2", "1e3", "--1", "+1", "5岁", "1.5"])
def test_what_is_no_number_in_a_form_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        read("number", {"decimals": 0}, own=typed)


def test_words_beside_other_count_only_for_other() -> None:
    single = {"choices": [choice(1), choice(9, other=True)]}
    assert read("single_choice", single, own="9", other="a fountain") == {"choice": 9, "other": "a fountain"}
    assert read("single_choice", single, other="a fountain") == {"choice": 9, "other": "a fountain"}
    assert read("single_choice", single, own="1", other="left over") == 1
    assert read("single_choice", single, own="9", other="  ") == 9
    assert read("single_choice", {"choices": [choice(1), choice(2)]}, own="1", other="forged") == 1
    several = {"choices": [choice(1), choice(9, other=True)]}
    assert read("multiple_choice", several, own="1", other="x") == {"choices": [1, 9], "other": "x"}


def test_words_beside_other_are_stored_apart_and_quoted() -> None:
    kind = question_type("single_choice")
    question = a_question(kind, {"choices": [choice(1), choice(9, other=True)]})
    answer = {"choice": 9, "other": "a fountain"}
    codes, extras = Codebook({"questions": [question]}).part("parks").pack({"q1": answer})
    assert (codes, extras) == (b"\x09", {"q1.other": "a fountain"})
    assert kind.words(question, answer, "en") == "a fountain"
    assert kind.words(question, 9, "en") == "choice 9"


def test_a_choice_that_excludes_the_others_stands_alone_and_needs_no_least_number() -> None:
    settings = {"choices": [choice(1), choice(2), choice(9, exclusive=True)], "min": 2}
    kind = question_type("multiple_choice")
    assert kind.clean(a_question(kind, settings), [9]) == [9]
    with pytest.raises(AnswerError, match="no other applies"):
        kind.clean(a_question(kind, settings), [1, 9])
    assert "stands alone" in problems("single_choice", settings)
    assert "one’s own" in problems(
        "multiple_choice", {"choices": [choice(1, other=True), choice(2, other=True)]}
    )


@pytest.mark.parametrize(
    "address",
    ["https://example.org/x.png", "//example.org/x.png", "/a/../b.png", "javascript:alert(1)", "x.png",
     "/x.png?y=1", "/x y.png", '/x".png', "/.hidden", "data:image/png;base64,AA"],
)  # fmt: skip
def test_a_picture_comes_from_this_site_only(address: str) -> None:
    assert list(CHOICES.flaws([choice(1, picture=address)]))
    assert not list(CHOICES.flaws([choice(1, picture="/static/icons/picture.svg")]))
    assert "no picture" in problems("picture_choice", {"choices": [choice(1), choice(2)]})


def test_a_list_too_long_for_a_byte_is_kept_beside_the_codes() -> None:
    kind = question_type("dropdown")
    long = {"choices": [choice(code) for code in range(1, 2001)]}
    assert list(kind.settings_shape.flaws(long)) == []
    assert list(kind.settings_shape.flaws({"choices": [choice(code) for code in range(1, 2002)]}))
    assert kind.items(a_question(kind, long)) == ()
    assert kind.packed(a_question(kind, long), 7) == ({}, {"": 7})
    short = a_question(kind, {"choices": [choice(code) for code in range(1, 201)]})
    assert kind.packed(short, 200) == ({"": 200}, {})
    assert read("dropdown", long, own="2000") == 2000


def test_nps_is_stored_as_the_number_after_and_labelled_with_the_number() -> None:
    kind = question_type("nps")
    question = a_question(kind, {})
    part = Codebook({"questions": [question]}).part("parks")
    assert [part.pack({"q1": answer})[0][0] for answer in (0, 10, None)] == [1, 11, 255]
    assert part.items[0].labels[11]["en"] == "10"
    assert (kind.words(question, 10, "en"), kind.values(question, 0)) == ("10", {"": 0})
    assert problems("nps", {}) == ""
    assert "“ئۇيغۇرچە”" in problems("nps", {}, ["ug"])
    assert "lowest" in problems("rating_points", {"high": BOTH})


def test_the_rows_of_a_table_are_items_and_score_where_the_scale_does() -> None:
    kind = question_type("matrix")
    settings = {"rows": [row("r1"), row("r2")], "scale": "agreement"}
    question = a_question(kind, settings, dimension="ease", headline=True, text=BOTH)
    items = Codebook({"questions": [question]}).part("parks").items
    assert [item.code for item in items] == ["q1.r1", "q1.r2"]
    assert [(item.scored, item.dimension, item.headline) for item in items] == [(True, "ease", False)] * 2
    assert items[1].text["en"] == "words · row r2"
    assert items[0].labels[5]["en"] == "Strongly agree"
    often = a_question(kind, {**settings, "scale": "frequency"})
    assert not any(spec.scored for spec in kind.items(often))
    assert read("matrix", settings, _r1="5", _r2="dk") == {"r1": 5, "r2": "dk"}
    assert kind.words(question, {"r1": 5}, "zh-hans") == "r1 行：非常同意"


def test_rows_that_cannot_be_published_are_named() -> None:
    assert "at least one row" in problems("matrix", {})
    assert "Two rows" in problems("matrix", {"rows": [row("r1"), row("r1")]})
    assert "“ئۇيغۇرچە”" in problems("matrix", {"rows": [row("r1")]}, ["ug"])
    assert "two choices" in problems("matrix", {"rows": [row("r1")], "scale": "own"})
    assert problems("matrix", {"rows": [row("r1")]}) == ""
    for code in ("R1", "r.1", "", "ten-letter", "é"):
        assert list(ROWS.flaws([row(code)]))


def test_a_table_with_several_scales_has_an_item_for_each_row_on_each() -> None:
    kind = question_type("multi_matrix")
    scales = [{"code": "sat", "text": BOTH, "scale": "satisfaction"},
              {"code": "use", "text": BOTH, "scale": "own", "choices": [choice(1), choice(2)]}]  # fmt: skip
    question = a_question(kind, {"rows": [row("r1"), row("r2")], "scales": scales}, text=BOTH)
    items = Codebook({"questions": [question]}).part("parks").items
    assert [item.code for item in items] == ["q1.r1.sat", "q1.r1.use", "q1.r2.sat", "q1.r2.use"]
    assert [item.scored for item in items] == [True, False, True, False]
    assert items[0].text["en"] == "words · row r1 · words"
    assert kind.words(question, {"r2.use": 2}, "en") == "row r2 · words: choice 2"
    assert "at least one scale" in problems("multi_matrix", {"rows": [row("r1")]})
    assert "Two scales" in problems("multi_matrix", {"rows": [row("r1")], "scales": [scales[0]] * 2})


@pytest.mark.parametrize(
    ("places", "sentence"),
    [({"_1": "1", "_2": "1"}, "Place 1 is given to 2"), ({"_1": "1", "_2": "3"}, "Place 2 is not given"),
     ({"_1": "1"}, "every choice a place"), ({"_1": "first"}, "Place 1 is not given")],
)  # fmt: skip
def test_places_that_make_no_order_are_refused_with_what_is_wrong(places: Any, sentence: str) -> None:
    settings = {"choices": [choice(1), choice(2), choice(3)]}
    with pytest.raises(AnswerError, match=sentence):
        read("ranking", settings, **places)
    assert read("ranking", settings, _1="3", _2="1", _3="2") == [2, 3, 1]
    assert read("ranking", {**settings, "places": 1}, _1="", _2="1") == [2]


def test_an_order_nobody_can_give_is_not_published() -> None:
    assert "more than 20" in problems("ranking", {"choices": [choice(code) for code in range(1, 22)]})
    assert "more places" in problems("ranking", {"choices": [choice(1), choice(2)], "places": 3})


def test_shares_must_add_up_and_the_message_says_what_is_left() -> None:
    settings = {"choices": [choice(1), choice(2)], "total": 100}
    assert read("constant_sum", settings, _1="６0", _2="٤٠") == {"1": 60, "2": 40}
    assert read("constant_sum", settings, _1="100", _2=" ") == {"1": 100, "2": 0}
    with pytest.raises(AnswerError, match="30 are left"):
        read("constant_sum", settings, _1="70")
    with pytest.raises(AnswerError, match="30 too many"):
        read("constant_sum", settings, _1="70", _2="60")
    assert "unit" in problems("constant_sum", {**settings, "unit": {"en": "yuan"}})


def test_a_slider_that_nobody_can_use_is_not_published() -> None:
    ends = {"low": BOTH, "high": BOTH}
    assert problems("slider", ends) == ""
    assert "highest" in problems("slider", {"low": BOTH})
    assert "above 0" in problems("slider", {**ends, "step": "0"})
    assert "cannot be reached" in problems("slider", {**ends, "step": "3"})
    assert "larger" in problems("slider", {**ends, "min": "200"})
    assert "the same" in problems("slider", {**ends, "min": "100"})
