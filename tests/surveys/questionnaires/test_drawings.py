"""Every registered question type is drawn with nothing chosen, escaped, and with what was typed."""

import re
from typing import Any

import pytest
from django.template.loader import get_template

from surveys.questionnaires import checking, drawing
from surveys.questionnaires.question_types import REGISTRY, QuestionType, question_type
from surveys.questionnaires.question_types.base import Settings
from tests.surveys.questionnaires import every_type
from tests.surveys.questionnaires.test_question_types import a_question, accepted, named

every_drawn_kind = pytest.mark.parametrize("kind", every_type.DRAWN, ids=named)
CHOSEN = re.compile(r" (?:checked|selected)\b")


@every_drawn_kind
@pytest.mark.parametrize("language", every_type.LANGUAGES)
def test_a_drawing_chooses_nothing_beforehand_in_any_language(kind: QuestionType, language: str) -> None:
    question = every_type.whole_question(kind)
    html = drawing.draw(question, name="parks.q1", language=language, number=3)
    assert not CHOSEN.search(html)
    assert 'id="parks.q1"' in html
    assert html == drawing.draw(question, name="parks.q1", language=language, number=3)
    assert question["text"][language] in html


@every_drawn_kind
def test_a_drawing_escapes_what_it_is_given(kind: QuestionType) -> None:
    nasty = "<script>alert(1)</script>"
    question = a_question(kind, kind.accepts[0][0], text={"en": nasty}, help={"en": nasty})
    html = drawing.draw(question, name="parks.q1", language="en", number=3)
    assert nasty not in html
    assert "&lt;script&gt;" in html


@every_drawn_kind
def test_every_field_of_a_drawing_is_one_that_the_type_reads(kind: QuestionType) -> None:
    question = every_type.whole_question(kind)
    html = drawing.draw(question, name="parks.q1", language="en")
    posted = {
        name.removeprefix("parks.q1").removeprefix(".") for name in re.findall(r' name="([^"]*)"', html)
    }
    known = set(kind.suffixes(question))
    assert {name for name in posted if not _is_button(html, name)} <= known
    assert bool(posted) == kind.takes_answer


def _is_button(html: str, suffix: str) -> bool:
    return f'<button name="parks.q1.{suffix}"' in html or bool(
        re.search(rf'<button[^>]* name="[^"]*{re.escape(suffix)}"', html)
    )


@accepted
def test_the_drawing_shows_what_was_typed_again(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    if kind not in every_type.DRAWN or not kind.takes_answer:
        return
    question = a_question(kind, settings)
    fields = kind.written(question, answer)
    html = drawing.draw(question, name="general.q1", language="en", fields=fields, error="No.")
    assert 'id="general.q1-error"' in html
    assert "general.q1-error" in "".join(re.findall(r'aria-describedby="([^"]*)"', html))
    blank = drawing.draw(question, name="general.q1", language="en", error="No.")
    assert (html == blank) == (answer is None) or kind.takes_file


def test_what_a_resident_typed_wrongly_is_shown_again_as_it_was() -> None:
    question = a_question(question_type("number"), {})
    html = drawing.draw(question, name="general.q1", language="en", fields={"": ['about "12"']}, error="No.")
    assert "about &quot;12&quot;" in html


def test_every_type_has_a_template() -> None:
    assert all(get_template(kind.template) for kind in REGISTRY)


def test_the_document_with_every_type_can_be_published() -> None:
    assert checking.problems(every_type.document()) == []


@pytest.mark.parametrize("name", ["satisfaction", "csat", "agreement", "ces", "stars", "faces"])
def test_grades_are_drawn_best_first_with_the_two_others_apart(name: str) -> None:
    kind = question_type(name)
    question = a_question(kind, {})
    html = drawing.draw(question, name="parks.q1", language="zh-hans")
    values = re.findall(r'type="radio" name="parks.q1" value="([^"]*)"', html)
    assert values == ["5", "4", "3", "2", "1", "dk", "na"]
    assert html.index('value="1"') < html.index("grades-aside") < html.index('value="dk"')
    assert all(option.text["zh-hans"] in html for option in kind.options(question))


def test_pictures_repeat_the_words_and_are_not_read_aloud() -> None:
    for name in ("stars", "faces", "thumbs"):
        html = drawing.draw(a_question(question_type(name), {}), name="parks.q1", language="en")
        assert html.count('aria-hidden="true"') == (2 if name == "thumbs" else 5)
    picture = every_type.whole_question(question_type("picture_choice"))
    html = drawing.draw(picture, name="parks.q1", language="en")
    assert html.count('alt=""') == html.count("<img ") == 3


def test_a_table_of_departments_marks_each_row_for_itself() -> None:
    rows = [
        {"name": "parks.q1", "text": "Parks", "fields": {"": ["4"]}, "error": ""},
        {"name": "roads.q1", "text": "<Roads>", "fields": {}, "error": "Please choose."},
    ]
    question = a_question(question_type("satisfaction_matrix"), {})
    html = drawing.draw(question, name="each.q1", language="en", rows=rows)
    assert html.count("checked") == 1
    assert html.index('name="parks.q1" value="4" checked') < html.index('name="roads.q1"')
    assert "&lt;Roads&gt;" in html
    assert 'id="roads.q1" aria-describedby="roads.q1-error"' in html
    assert len(re.findall('type="radio"', html)) == 14
    alone = drawing.draw(question, name="parks.q1", language="en")
    assert len(re.findall('type="radio" name="parks.q1"', alone)) == 7


@pytest.mark.parametrize("name", ["matrix", "multi_matrix"])
def test_every_row_of_a_table_is_a_group_with_a_name_of_its_own(name: str) -> None:
    question = every_type.whole_question(question_type(name))
    html = drawing.draw(question, name="general.q1", language="en")
    assert html.count("<fieldset") == html.count("<legend>") == html.count("</fieldset>")
    for row in question["settings"]["rows"]:
        assert f"<legend>{row['text']['en']}</legend>" in html


def test_a_slider_has_no_value_and_no_name_of_its_own() -> None:
    html = drawing.draw(a_question(question_type("slider"), {}), name="general.q1", language="en")
    slider = next(tag for tag in re.findall("<input[^>]*>", html) if 'type="range"' in tag)
    assert " hidden" in slider
    assert " name=" not in slider
    assert " value=" not in slider


def test_what_is_left_to_share_out_is_said_without_a_script() -> None:
    choices = [{"code": code, "text": {"en": f"c{code}"}} for code in (1, 2)]
    question = a_question(question_type("constant_sum"), {"choices": choices})
    for typed, rest in (({"1": ["30"]}, "70"), ({"1": ["60"], "2": ["60"]}, "-20"), ({"1": ["many"]}, "")):
        html = drawing.draw(question, name="general.q1", language="en", fields=typed)
        assert f"<output>{rest}</output>" in html


@pytest.mark.parametrize(("name", "numbers"), [("nps", range(11)), ("rating_points", range(1, 11))])
def test_points_rise_and_say_their_ends(name: str, numbers: range) -> None:
    question = a_question(question_type(name), {"low": {"en": "bad"}, "high": {"en": "fine"}})
    html = drawing.draw(question, name="general.q1", language="en")
    assert re.findall(r'value="(\d+)"', html) == [str(number) for number in numbers]
    assert html.count("bad") == html.count("fine") == 2
    assert html.count('dir="ltr"') == 2
