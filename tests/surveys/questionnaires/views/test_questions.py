"""Adding, saving, moving, copying and removing questions with plain forms."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.question_types import REGISTRY
from tests.surveys.questionnaires.conftest import (
    a_document,
    a_question,
    a_text,
    form_values,
    from_htmx,
    ids_in,
)


def codes(questionnaire: Questionnaire) -> list[str]:
    questionnaire.refresh_from_db()
    return [question["code"] for question in questionnaire.draft["questions"]]


def kept(questionnaire: Questionnaire, code: str) -> dict[str, Any]:
    questionnaire.refresh_from_db()
    return dict(drafting.question_in(questionnaire.draft, code))


def address(questionnaire: Questionnaire, name: str = "edit", *more: str) -> str:
    return reverse(f"questionnaires:{name}", args=[questionnaire.pk, *more])


def opened(browser: Client, questionnaire: Questionnaire, code: str) -> dict[str, Any]:
    page = browser.get(address(questionnaire), {"open": code}).content.decode()
    return form_values(page, "question-form")


@pytest.mark.parametrize("kind", REGISTRY, ids=lambda kind: kind.name)
def test_a_question_of_each_type_is_added_worded_and_saved(at_desk: Client, ada: User, kind: Any) -> None:
    made = drafting.create(code="new", document={**a_document(), "questions": []}, by=ada)
    answer = at_desk.post(address(made, "add"), {"type": kind.name})
    assert answer["Location"] == address(made) + "?open=q1#q-q1"
    added = kept(made, "q1")
    values = opened(at_desk, made, "q1")
    typed = {**values, "text.zh-hans": "问题", "text.en": "Question"}
    answer = at_desk.post(address(made, "question", "q1"), typed)
    assert answer["Location"] == address(made) + "#q-q1"
    saved = kept(made, "q1")
    assert saved["text"] == {"zh-hans": "问题", "en": "Question"}
    # All settings went through the form and came back; only rows that nobody has worded are gone.
    worded = {key: value for key, value in added["settings"].items() if not isinstance(value, list) or value}
    lists = {key for key, value in worded.items() if isinstance(value, list) and isinstance(value[0], dict)}
    assert {key: value for key, value in saved["settings"].items() if key not in lists and key in worded} == {
        key: value for key, value in worded.items() if key not in lists
    }


@pytest.mark.parametrize("kind", REGISTRY, ids=lambda kind: kind.name)
def test_every_setting_that_a_type_can_have_comes_through_its_form_unchanged(
    at_desk: Client, ada: User, kind: Any
) -> None:
    for number, settings in enumerate({json.dumps(one[0]): one[0] for one in kind.accepts}.values()):
        question = a_question("q1", kind.name, about="each", settings=settings)
        made = drafting.create(code=f"new-{number}", document=a_document(question), by=ada)
        before = kept(made, "q1")
        answer = at_desk.post(address(made, "question", "q1"), opened(at_desk, made, "q1"))
        assert answer.status_code == 302, settings
        assert kept(made, "q1") == before


@pytest.mark.parametrize("code", ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"])
def test_saving_what_was_not_changed_changes_nothing(
    at_desk: Client, questionnaire: Questionnaire, code: str
) -> None:
    before = kept(questionnaire, code)
    at_desk.post(address(questionnaire, "question", code), opened(at_desk, questionnaire, code))
    assert kept(questionnaire, code) == before


def test_settings_are_read_from_their_fields(at_desk: Client, questionnaire: Questionnaire) -> None:
    values = opened(at_desk, questionnaire, "q5")
    typed = {
        "settings.min": "",
        "settings.max": "９９.5",
        "settings.decimals": "1",
        "settings.unit.en": "days",
    }
    at_desk.post(address(questionnaire, "question", "q5"), {**values, **typed})
    assert kept(questionnaire, "q5")["settings"] == {
        "offer": [], "min": None, "max": "99.5", "decimals": 1, "unit": {"zh-hans": "minutes（中）", "en": "days"},
    }  # fmt: skip
    values = opened(at_desk, questionnaire, "q3")
    at_desk.post(
        address(questionnaire, "question", "q3"), {**values, "settings.offer": ["dk", "na"], "required": "on"}
    )
    assert kept(questionnaire, "q3")["settings"]["offer"] == ["dk", "na"]
    assert kept(questionnaire, "q3")["required"] is True
    values = opened(at_desk, questionnaire, "q1")
    del values["headline"]
    at_desk.post(address(questionnaire, "question", "q1"), {**values, "dimension": "trust", "weight": "2.5"})
    question = kept(questionnaire, "q1")
    assert (question["headline"], question["dimension"], question["weight"]) == (False, "trust", "2.5")


def test_a_table_of_ratings_is_given_a_dimension_and_a_weight_but_no_headline(
    at_desk: Client, ada: User
) -> None:
    rows = [{"code": code, "text": a_text(code)} for code in ("r1", "r2")]
    settings = {"rows": rows, "scale": "satisfaction"}
    trust = {"code": "trust", "name": a_text("Trust"), "weight": "1"}
    table = a_question("q1", "matrix", settings=settings)
    made = drafting.create(code="new", document=a_document(table, dimensions=[trust]), by=ada)
    values = opened(at_desk, made, "q1")
    assert "headline" not in values
    at_desk.post(address(made, "question", "q1"), {**values, "dimension": "trust", "weight": "2"})
    assert (kept(made, "q1")["dimension"], kept(made, "q1")["weight"]) == ("trust", "2")

    # Whoever takes another scale keeps the fields, to empty what no longer may be there; then they are gone.
    values = {**opened(at_desk, made, "q1"), "settings.scale": "frequency"}
    at_desk.post(address(made, "question", "q1"), values)
    values = opened(at_desk, made, "q1")
    assert (values["dimension"], kept(made, "q1")["dimension"]) == ("trust", "trust")
    at_desk.post(address(made, "question", "q1"), {**values, "dimension": ""})
    assert kept(made, "q1")["dimension"] == ""
    assert "dimension" not in opened(at_desk, made, "q1")


WRONG: list[tuple[str, dict[str, str]]] = [
    ("q1", {"code": "Not a code"}),
    ("q1", {"code": ""}),
    ("q1", {"code": "q2"}),
    ("q1", {"text.en": "x" * 1001}),
    ("q1", {"weight": "a lot"}),
    ("q1", {"about": "No such place!"}),
    ("q5", {"settings.min": "few"}),
    ("q5", {"settings.decimals": "7"}),
    ("q6", {"settings.max_length": "0"}),
    ("q3", {"settings.choices.0.code": "0"}),
    ("q3", {"settings.choices.1.code": "201"}),
    ("q3", {"settings.choices.1.code": "b"}),
    ("q4", {"settings.max": "settings.choices:many"}),
]


@pytest.mark.parametrize(("code", "wrong"), WRONG, ids=lambda value: str(value)[:40])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    at_desk: Client, questionnaire: Questionnaire, code: str, wrong: dict[str, str]
) -> None:
    values = opened(at_desk, questionnaire, code)
    typed = {**values, "text.zh-hans": "打了很多字", "help.en": "and help", **wrong}
    answer = at_desk.post(address(questionnaire, "question", code), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Not saved yet" in page
    assert form_values(page, "question-form") == typed
    assert Questionnaire.objects.get().revision == 1


def test_rows_of_choices_are_added_moved_removed_and_pasted_without_saving(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    place = address(questionnaire, "question", "q3")

    def press(values: dict[str, Any], button: str, **more: str) -> dict[str, Any]:
        answer = at_desk.post(place, {**values, **more, "rows": button})
        assert answer.status_code == 200
        return form_values(answer.content.decode(), "question-form")

    values = {**opened(at_desk, questionnaire, "q3"), "text.en": "half-typed"}
    values = press(values, "settings.choices:add")
    assert values["settings.choices.2.code"] == "3"
    values = press({**values, "settings.choices.2.text.en": "Maybe"}, "settings.choices:up:2")
    assert [values[f"settings.choices.{n}.text.en"] for n in range(3)] == ["Yes", "Maybe", "No"]
    values = press(values, "settings.choices:remove:0")
    assert [values[f"settings.choices.{n}.code"] for n in range(2)] == ["3", "2"]
    pasted = "从不 | Never\n有时｜Sometimes\n\n总是\tAlways\n只有中文"
    values = press(values, "settings.choices:many", **{"settings.choices.many": pasted})
    assert [values[f"settings.choices.{n}.text.zh-hans"] for n in range(2, 6)] == [
        "从不",
        "有时",
        "总是",
        "只有中文",
    ]
    assert [values[f"settings.choices.{n}.text.en"] for n in range(2, 6)] == [
        "Never",
        "Sometimes",
        "Always",
        "",
    ]
    assert [values[f"settings.choices.{n}.code"] for n in range(2, 6)] == ["4", "5", "6", "7"]
    assert values["settings.choices.many"] == ""
    assert values["text.en"] == "half-typed"
    assert Questionnaire.objects.get().revision == 1
    at_desk.post(place, values)
    assert [choice["code"] for choice in kept(questionnaire, "q3")["settings"]["choices"]] == [
        3,
        2,
        4,
        5,
        6,
        7,
    ]


def test_pasted_choices_take_the_place_of_blank_rows(at_desk: Client, ada: User) -> None:
    made = drafting.create(code="new", document={**a_document(), "questions": []}, by=ada)
    at_desk.post(address(made, "add"), {"type": "multiple_choice"})
    values = {
        **opened(at_desk, made, "q1"),
        "settings.choices.many": "甲|A\n乙|B\n丙|C",
        "rows": "settings.choices:many",
    }
    page = at_desk.post(address(made, "question", "q1"), values).content.decode()
    values = form_values(page, "question-form")
    assert [values[f"settings.choices.{n}.code"] for n in range(3)] == ["1", "2", "3"]
    assert "settings.choices.3.code" not in values


def test_two_hundred_choices_fit_and_not_one_more(at_desk: Client, questionnaire: Questionnaire) -> None:
    place = address(questionnaire, "question", "q3")
    lines = "\n".join(f"选项{n}|Choice {n}" for n in range(250))
    values = {
        **opened(at_desk, questionnaire, "q3"),
        "settings.choices.many": lines,
        "rows": "settings.choices:many",
    }
    values = form_values(at_desk.post(place, values).content.decode(), "question-form")
    at_desk.post(place, values)
    saved = [choice["code"] for choice in kept(questionnaire, "q3")["settings"]["choices"]]
    assert saved == list(range(1, 201))


def test_a_blank_row_is_not_kept_and_a_missing_code_is_given(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    place = address(questionnaire, "question", "q3")
    values = opened(at_desk, questionnaire, "q3")
    more = {
        "settings.choices.2.code": "9",
        "settings.choices.2.text.en": " ",
        "settings.choices.3.code": "",
        "settings.choices.3.text.en": "Third",
    }
    at_desk.post(place, {**values, **more})
    choices = kept(questionnaire, "q3")["settings"]["choices"]
    assert [(choice["code"], choice["text"]["en"]) for choice in choices] == [
        (1, "Yes"),
        (2, "No"),
        (3, "Third"),
    ]


def test_words_in_a_language_that_is_not_declared_now_are_kept(at_desk: Client, ada: User) -> None:
    question = a_question("q1", "single_choice", about="general", text={**a_text("T"), "fr": "Texte"})
    question["settings"] = {
        "choices": [{"code": 1, "text": {"fr": "Oui"}}, {"code": 2, "text": a_text("No")}]
    }
    made = drafting.create(code="x", document=a_document(question), by=ada)
    values = {**opened(at_desk, made, "q1"), "text.en": "Changed"}
    at_desk.post(address(made, "question", "q1"), values)
    saved = kept(made, "q1")
    assert saved["text"] == {"zh-hans": "T（中）", "en": "Changed", "fr": "Texte"}
    assert saved["settings"]["choices"][0]["text"]["fr"] == "Oui"


def test_the_words_of_the_scale_are_asked_for_in_a_further_language(at_desk: Client, ada: User) -> None:
    made = drafting.create(code="x", document=a_document(languages=["zh-hans", "ug"]), by=ada)
    values = opened(at_desk, made, "q1")
    names = [f"settings.words.{key}.ug" for key in ("5", "4", "3", "2", "1", "dk", "na")]
    assert [name for name in values if name.startswith("settings.words.")] == names
    at_desk.post(address(made, "question", "q1"), {**values, **{name: f"w {name[15:]}" for name in names}})
    assert kept(made, "q1")["settings"]["words"]["dk"] == {"ug": "w dk.ug"}
    page = at_desk.get(address(made, "state")).content.decode()
    assert "The words of the scale are not complete" not in page


def test_save_and_add_another_opens_a_question_of_the_same_type_below(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    values = opened(at_desk, questionnaire, "q4")
    answer = at_desk.post(address(questionnaire, "question", "q4"), {**values, "next": "yes"})
    assert answer["Location"] == address(questionnaire) + "?open=q9#q-q9"
    assert codes(questionnaire)[3:5] == ["q4", "q9"]
    assert kept(questionnaire, "q9")["type"] == "multiple_choice"
    assert kept(questionnaire, "q9")["about"] == "parks"


def test_a_question_changed_by_somebody_else_is_shown_beside_what_was_typed(
    at_desk: Client, questionnaire: Questionnaire, ivo: User
) -> None:
    values = opened(at_desk, questionnaire, "q2")
    theirs = {**kept(questionnaire, "q2"), "text": a_text("Ivo was faster")}
    drafting.change_question(questionnaire, code="q2", question=theirs, seen=values["seen"], by=ivo)
    page = at_desk.post(
        address(questionnaire, "question", "q2"), {**values, "text.en": "Ada typed"}
    ).content.decode()
    assert "Somebody changed this" in page
    assert "Ivo was faster" in page
    again = form_values(page, "question-form")
    assert again["text.en"] == "Ada typed"
    assert kept(questionnaire, "q2")["text"]["en"] == "Ivo was faster"
    again_refused = at_desk.post(address(questionnaire, "question", "q2"), again).content.decode()
    keep_mine = re.search(r'name="seen" value="([0-9a-f]{16})" data-keep', again_refused)
    assert keep_mine
    at_desk.post(address(questionnaire, "question", "q2"), {**again, "seen": keep_mine[1]})
    assert kept(questionnaire, "q2")["text"]["en"] == "Ada typed"


def test_a_question_removed_by_somebody_else_can_be_put_back(
    at_desk: Client, questionnaire: Questionnaire, ivo: User
) -> None:
    values = {**opened(at_desk, questionnaire, "q3"), "text.en": "Ada typed"}
    drafting.remove_question(questionnaire, code="q3", by=ivo)
    page = at_desk.post(address(questionnaire, "question", "q3"), values).content.decode()
    assert "Somebody removed this question" in page
    again = form_values(page, "question-form")
    assert again["text.en"] == "Ada typed"
    assert again["settings.choices.0.text.en"] == "Yes"
    at_desk.post(address(questionnaire, "question", "q3"), again)
    assert codes(questionnaire)[-1] == "q3"


def test_questions_move_up_and_down(at_desk: Client, questionnaire: Questionnaire) -> None:
    answer = at_desk.post(address(questionnaire, "move", "q3"), {"to": "up"})
    assert answer["Location"] == address(questionnaire) + "#q-q3"
    assert codes(questionnaire)[:3] == ["q1", "q3", "q2"]
    at_desk.post(address(questionnaire, "move", "q1"), {"to": "down"})
    assert codes(questionnaire)[:3] == ["q3", "q1", "q2"]


def test_a_copy_is_opened(at_desk: Client, questionnaire: Questionnaire) -> None:
    answer = at_desk.post(address(questionnaire, "copy", "q3"))
    assert answer["Location"] == address(questionnaire) + "?open=q9#q-q9"
    assert codes(questionnaire)[2:4] == ["q3", "q9"]


def test_removing_asks_first(at_desk: Client, questionnaire: Questionnaire) -> None:
    page = at_desk.post(address(questionnaire, "remove", "q3")).content.decode()
    assert "q3" in codes(questionnaire)
    assert "Text of q3" in page
    at_desk.post(address(questionnaire, "remove", "q3"), form_values(page, "remove/"))
    assert "q3" not in codes(questionnaire)


def test_a_question_is_inserted_below_another(at_desk: Client, questionnaire: Questionnaire) -> None:
    page = at_desk.get(address(questionnaire), {"after": "q2"}).content.decode()
    assert form_values(page, "q-add")["after"] == "q2"
    at_desk.post(address(questionnaire, "add"), {"type": "number", "after": "q2"})
    assert codes(questionnaire)[:3] == ["q1", "q2", "q9"]


@pytest.mark.parametrize("name", ["move", "copy", "remove"])
def test_a_question_that_is_gone_is_said_to_be_gone(
    at_desk: Client, questionnaire: Questionnaire, name: str
) -> None:
    answer = at_desk.post(address(questionnaire, name, "q99"), {"to": "up"}, follow=True)
    assert "There is no question “q99”" in answer.content.decode()
    swapped = at_desk.post(address(questionnaire, name, "q99"), headers={"HX-Request": "true"})
    assert "There is no question “q99”" in swapped.content.decode()
    assert 'id="q-q8"' in swapped.content.decode()


@pytest.mark.parametrize("sent", [{}, {"type": "nonsense"}, {"type": ""}])
def test_an_unknown_type_is_not_found(
    at_desk: Client, questionnaire: Questionnaire, sent: dict[str, str]
) -> None:
    assert at_desk.post(address(questionnaire, "add"), sent).status_code == 404
    assert at_desk.post(address(questionnaire, "question", "q99"), sent).status_code == 404
    assert Questionnaire.objects.get().revision == 1


def test_the_address_of_a_question_leads_to_the_desk(at_desk: Client, questionnaire: Questionnaire) -> None:
    answer = at_desk.get(address(questionnaire, "question", "q3"))
    assert answer["Location"] == address(questionnaire) + "?open=q3#q-q3"


def test_htmx_gets_the_open_form_alone_for_a_row_button(
    at_desk: Client, questionnaire: Questionnaire
) -> None:
    values = {**opened(at_desk, questionnaire, "q3"), "rows": "settings.choices:add"}
    answer = at_desk.post(
        address(questionnaire, "question", "q3"), values, headers=from_htmx(questionnaire, "q3")
    )
    assert ids_in(answer) == ["q-q3", "undo"]
    assert form_values(answer.content.decode(), "question-form")["settings.choices.2.code"] == "3"
