"""The sheet takes what the questions take, says what is wrong field by field, and keeps what was typed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from surveys.people.models import Department
from surveys.questionnaires.logic.seeds import Seed
from surveys.responses import access
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import AnswerSheet
from surveys.waves.models import Channel, Wave

from .conftest import document, question, rating, two

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]

from_form = partial(AnswerSheet.from_form, seed=Seed.of(1))
from_json = partial(AnswerSheet.from_json, seed=Seed.of(1))


@pytest.fixture
def asked(a_wave: Waves) -> AskedWave:
    return access.asked_wave(a_wave().slug)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def posted(text: str) -> QueryDict:
    return QueryDict(text)


def test_a_form_and_json_give_the_same_answers(asked: AskedWave) -> None:
    form = from_form(
        asked,
        posted(
            "language=en&ch=qr&general.city=4&parks.overall=5&parks.speed=dk&parks.ways=2&parks.ways=1&roads.wait=7.50"
            "&roads.why=%20so%20so%20"
        ),
    )
    payload = {
        "language": "en",
        "channel": "qr",
        "answers": {
            "general": {"city": 4},
            "parks": {"overall": 5, "speed": "dk", "ways": [2, 1]},
            "roads": {"wait": "7.50", "why": " so so "},
        },
    }
    program = from_json(asked, payload)
    assert form.errors == program.errors == {}
    assert form.answers == program.answers
    assert (
        (form.language, form.occasion.channel)
        == (program.language, program.occasion.channel)
        == ("en", Channel.QR)
    )
    assert form.answers["parks"] == {"overall": 5, "speed": "dk", "way": None, "ways": [1, 2], "why": None}
    assert form.answers["roads"]["why"] == "so so"
    assert form.answers["roads"]["wait"] == "7.5"


@pytest.mark.parametrize(
    "raw", ["0", "6", "-1", "4.5", "5 ", " 5", "five", "true", "null", "05", "５", "255", "1e0", "[5]"]
)
def test_a_form_value_outside_the_scale_is_refused_at_its_field(asked: AskedWave, raw: str) -> None:
    post = QueryDict(mutable=True)
    post["parks.overall"], post["parks.speed"] = raw, "4"
    sheet = from_form(asked, post)
    assert sheet.errors == {"parks.overall": "Choose one of the answers shown."}
    assert sheet.typed == {"parks.overall": [raw], "parks.speed": ["4"]}


@pytest.mark.parametrize(
    "raw", [0, 6, -1, 4.5, 5.0, "5", "5 ", "five", True, False, [5], [], {"a": 1}, 255, "DK", ""]
)
def test_a_json_value_outside_the_scale_is_refused_at_its_field(asked: AskedWave, raw: Any) -> None:
    sheet = from_json(asked, {"answers": {"parks": {"overall": raw}}})
    assert list(sheet.errors) == ["parks.overall"]


def test_two_answers_to_a_question_with_one_are_refused(asked: AskedWave) -> None:
    sheet = from_form(asked, posted("parks.overall=5&parks.overall=1"))
    assert list(sheet.errors) == ["parks.overall"]
    sheet = from_form(asked, posted("parks.why=a&parks.why=b"))
    assert list(sheet.errors) == ["parks.why"]


@pytest.mark.parametrize("control", ["token", "code", "language", "ch"])
def test_a_hidden_field_sent_twice_is_refused(asked: AskedWave, control: str) -> None:
    sheet = from_form(asked, posted(f"parks.overall=5&{control}=a&{control}=b"))
    assert list(sheet.errors) == [""]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("parks.nope", "There is no question called “nope”."),
        ("parks.wait", "There is no question called “wait”."),  # asked of Roads
        ("police.overall", "This survey asks nothing called “police.overall”."),
        ("city.overall", "This survey asks nothing called “city.overall”."),
        ("general.overall", "There is no question called “overall”."),
        ("parks", "There is no question called “”."),
        ("csrfmiddlewaretoken", "This survey asks nothing called “csrfmiddlewaretoken”."),
        ("<script>", "This survey asks nothing called “<script>”."),
    ],
)
def test_a_field_that_was_never_asked_is_refused(asked: AskedWave, name: str, words: str) -> None:
    post = QueryDict(mutable=True)
    post["parks.overall"], post[name] = "4", "5"
    assert from_form(asked, post).errors == {name: words}


def test_json_with_a_part_or_question_that_was_never_asked_is_refused(asked: AskedWave) -> None:
    sheet = from_json(asked, {"answers": {"parks": {"overall": 5, "nope": 1}}})
    assert sheet.errors == {"parks.nope": "There is no question called “nope”."}
    sheet = from_json(asked, {"answers": {"police": {"overall": 5}}})
    assert sheet.errors == {"": "This survey does not ask about “police”."}
    sheet = from_json(asked, {"answers": {"parks": {"overall": 5}}, "stratum": 3})
    assert sheet.errors == {"stratum": "There is no such entry."}


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        5,
        "x",
        {},
        {"answers": None},
        {"answers": []},
        {"answers": {"parks": [5]}},
        {"answers": {"parks": None}},
    ],
)
def test_json_of_another_shape_is_refused(asked: AskedWave, payload: Any) -> None:
    assert from_json(asked, payload).errors


def test_an_unknown_language_or_channel_of_a_program_is_refused(asked: AskedWave) -> None:
    answers = {"parks": {"overall": 5}}
    assert list(from_json(asked, {"answers": answers, "language": "fr"}).errors) == ["language"]
    assert list(from_json(asked, {"answers": answers, "channel": "paper"}).errors) == ["channel"]
    assert list(from_json(asked, {"answers": answers, "channel": ""}).errors) == ["channel"]
    assert list(from_json(asked, {"answers": answers, "channel": 1}).errors) == ["channel"]


def test_a_channel_that_the_wave_does_not_have_is_the_usual_one(asked: AskedWave) -> None:
    assert from_form(asked, posted("parks.overall=5&ch=kiosk")).occasion.channel == Channel.WEB
    assert from_form(asked, posted("parks.overall=5&ch=")).occasion.channel == Channel.WEB


def test_a_blank_sheet_is_refused_kindly(asked: AskedWave) -> None:
    blank = "Nothing has been answered yet. Answer at least one question; all others may stay open."
    assert from_form(asked, posted("language=en&parks.why=%20%20")).errors == {"": blank}
    assert from_json(asked, {"answers": {"parks": {}}}).errors == {"": blank}
    assert from_json(asked, {"answers": {}}).errors == {"": blank}


def test_who_is_left_out_is_not_rated(asked: AskedWave) -> None:
    sheet = from_form(asked, posted("roads.overall=na&parks.why="))
    assert [one.code for one in sheet.rated] == ["roads"]
    assert sheet.count == 1


def test_a_required_question_must_be_answered_where_it_is_asked(a_wave: Waves) -> None:
    asked = access.asked_wave(
        a_wave(document(rating("overall", required=True, headline=True), rating("speed"))).slug
    )
    sheet = from_form(asked, posted("parks.speed=3&roads.overall=dk"))
    assert sheet.errors == {"parks.overall": "Please answer this question. “Don’t know” is an answer, too."}
    program = from_json(asked, {"answers": {"parks": {"speed": 3}}})
    assert list(program.errors) == ["parks.overall"]


def test_a_required_table_needs_an_answer_in_every_row(a_wave: Waves) -> None:
    rows = [{"code": code, "text": two(f"{code} 行", f"row {code}")} for code in ("r1", "r2", "r3")]
    scales = [{"code": code, "text": two("量表", "scale"), "scale": "satisfaction"} for code in ("s1", "s2")]
    words = two("表", "table")
    one = question("one", "matrix", "parks", words, required=True, settings={"rows": rows})
    several = question(
        "several",
        "multi_matrix",
        "roads",
        words,
        required=True,
        settings={"rows": rows[:2], "scales": scales},
    )
    asked = access.asked_wave(a_wave(document(rating("overall", headline=True), one, several)).slug)
    sheet = from_form(asked, posted("language=en&parks.one.r1=5&roads.several.r1.s1=5&roads.several.r1.s2=1"))
    assert sheet.errors == {
        "parks.one": "Please answer every row. Still open: row r2 · row r3",
        "roads.several": "Please answer every row. Still open: row r2",
    }
    assert (
        from_form(asked, posted("language=zh-hans&parks.one.r1=5&roads.overall=5"))
        .errors["parks.one"]
        .endswith("r2 行 · r3 行")
    )
    program = from_json(asked, {"answers": {"parks": {"one": {"r1": 5, "r2": "dk", "r3": "na"}}}})
    assert program.errors == {}
    assert from_json(asked, {"answers": {"parks": {"overall": 5}}}).errors == {
        "parks.one": "Please answer this question."
    }


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[0m", "x" * 2001])
def test_a_text_that_cannot_be_kept_is_refused_at_its_field(asked: AskedWave, text: str) -> None:
    post = QueryDict(mutable=True)
    post["parks.why"] = text
    sheet = from_form(asked, post)
    assert list(sheet.errors) == ["parks.why"]
    assert sheet.typed["parks.why"] == [text]


def test_texts_keep_every_script_and_are_the_same_in_nfc_and_nfd(asked: AskedWave) -> None:
    for text in ("👍🏽 👨‍👩‍👧", "ئۇيغۇرچە", "བོད་སྐད", "<b>bold</b>", "=1+1"):
        assert from_json(asked, {"answers": {"parks": {"why": text}}}).answers["parks"]["why"] == text
    nfc, nfd = (from_json(asked, {"answers": {"parks": {"why": t}}}) for t in ("caf\u00e9", "cafe\u0301"))
    assert nfc.answers == nfd.answers


class TestChoosing:
    """A wave over more departments than one person is asked about."""

    @pytest.fixture
    def five(self, a_wave: Waves, departments: dict[str, Department]) -> AskedWave:
        city = departments["city"]
        more = [
            Department.objects.create(code=code, names=two(code, code), parent=city, position=position)
            for position, code in enumerate(("police", "water", "health"), 3)
        ]
        covered = [departments["parks"], departments["roads"], *more]
        return access.asked_wave(a_wave(departments=covered, departments_per_person=2).slug)

    def test_only_the_chosen_are_asked_and_the_general_questions(self, five: AskedWave) -> None:
        sheet = from_form(five, posted("about=water&about=parks&parks.overall=5"))
        assert [one.code for one in sheet.asked] == ["general", "parks", "water"]
        assert sheet.errors == {}

    def test_who_was_not_chosen_cannot_be_rated(self, five: AskedWave) -> None:
        sheet = from_form(five, posted("about=water&parks.overall=5&water.overall=1"))
        assert sheet.errors == {
            "parks.overall": "“parks.overall” is about a department that is not on this form."
        }

    @pytest.mark.parametrize(
        ("about", "words"),
        [
            ("about=parks&about=roads&about=water", "Choose at most 2 departments."),
            ("about=parks&about=parks", "A department is on the form twice. Please send each once."),
            ("about=nobody", "This survey does not ask about “nobody”."),
            ("about=city", "This survey does not ask about “city”."),
            ("about=general", "This survey does not ask about “general”."),
        ],
    )
    def test_a_wrong_choice_is_refused(self, five: AskedWave, about: str, words: str) -> None:
        assert from_form(five, posted(f"{about}&parks.overall=5")).errors[""] == words

    def test_a_program_cannot_rate_more_either(self, five: AskedWave) -> None:
        answers = {code: {"overall": 5} for code in ("parks", "roads", "water")}
        assert from_json(five, {"answers": answers}).errors == {"": "Choose at most 2 departments."}
        del answers["water"]
        assert from_json(five, {"answers": answers}).errors == {}
