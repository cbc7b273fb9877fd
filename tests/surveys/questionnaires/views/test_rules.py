"""Rules in the question form: rows of question, comparison and value, without any script."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_question, a_text, form_values

ONE = {"equals": [{"answer": "one"}, {"value": 1}]}
SEVERAL = {"includes": [{"answer": "several"}, {"value": 2}]}
AGE = {"at_least": [{"answer": "age"}, {"value": 18}]}

READABLE: list[dict[str, Any]] = [
    ONE,
    {"differs": [{"answer": "one"}, {"value": "dk"}]},
    {"not": SEVERAL},
    {"at_most": [{"chosen": "several"}, {"value": 1}]},
    {"less": [{"answer": "age"}, {"value": "12.5"}]},
    {"matches": [{"answer": "words"}, "[A-Z]+"]},
    {"answered": "rating"},
    {"not": {"answered": "words"}},
    {"all": [ONE, AGE]},
    {"any": [ONE, SEVERAL, {"all": [AGE, {"answered": "words"}]}]},
]
DEEP: list[dict[str, Any]] = [
    {"not": {"any": [ONE, AGE]}},
    {"all": [ONE, {"any": [AGE, {"all": [SEVERAL, ONE]}]}]},
    {"equals": [{"sum": [{"answer": "age"}, {"value": 1}]}, {"value": 3}]},
    {"if": [ONE, SEVERAL, AGE]},
]


def a_draft(**more: Any) -> dict[str, Any]:
    general = {"about": "general"}
    return a_document(
        a_question("rating", headline=True),
        a_question("one", "single_choice", settings={"choices": CHOICES, "offer": ["dk"]}, **general),
        a_question("several", "multiple_choice", settings={"choices": CHOICES}, **general),
        a_question("age", "number", settings={"decimals": 1}, **general),
        a_question("words", "short_text", **general),
        a_question("last", "short_text", about="each", **more),
        a_question("p2", "page_break", **general),
        a_question("after", "short_text", **general),
        a_question("p3", "page_break", **general),
        a_question("end", "short_text", **general),
    )


@pytest.fixture
def draft(ada: User) -> Questionnaire:
    """A questionnaire with something of each kind to ask about."""
    return drafting.create(code="rules", document=a_draft(), by=ada)


def kept(questionnaire: Questionnaire, code: str) -> dict[str, Any]:
    questionnaire.refresh_from_db()
    return dict(drafting.question_in(questionnaire.draft, code))


class Form:
    """A question's form in a browser without scripts."""

    def __init__(self, browser: Client, questionnaire: Questionnaire, code: str) -> None:
        self.browser = browser
        self.place = reverse("questionnaires:question", args=[questionnaire.pk, code])
        desk = reverse("questionnaires:edit", args=[questionnaire.pk])
        self.read(browser.get(desk, {"open": code}))

    def read(self, answer: Any) -> Any:
        self.page = answer.content.decode()
        self.values = form_values(self.page, "question-form")
        return answer

    def press(self, button: str, **typed: str) -> None:
        self.read(self.browser.post(self.place, {**self.values, **typed, "rows": button}))

    def save(self, **typed: str) -> Any:
        return self.read(self.browser.post(self.place, {**self.values, **typed}))


def test_a_rule_is_built_with_plain_buttons_and_the_values_are_those_of_the_question(
    at_desk: Client, draft: Questionnaire
) -> None:
    form = Form(at_desk, draft, "last")
    form.press("show:add")
    form.press("show:choose", **{"show.0.of": "one"})
    assert '<option value="1">Yes</option>' in form.page
    assert '<option value="dk">Don’t know</option>' in form.page
    form.press("show:add", **{"show.0.is": "equals", "show.0.value": "1"})
    form.press("show:choose", **{"show.1.of": "age"})
    form.values |= {"show.1.is": "at_least", "show.1.value": "18"}
    form.press("show:choose")
    assert "“Yes”" in form.page  # the rule in words
    assert form.save().status_code == 302
    assert kept(draft, "last")["show"] == {"all": [ONE, AGE]}


@pytest.mark.parametrize("rule", [*READABLE, *DEEP], ids=lambda rule: json.dumps(rule)[:60])
def test_a_rule_comes_through_its_form_unchanged(at_desk: Client, ada: User, rule: dict[str, Any]) -> None:
    checks = [{"rule": rule, "words": a_text("Please look again.")}]
    made = drafting.create(code="x", document=a_draft(show=rule, checks=checks), by=ada)
    before = kept(made, "last")
    form = Form(at_desk, made, "last")
    assert form.save().status_code == 302
    assert kept(made, "last") == before
    assert ("show.raw" in form_values(form.page or "", "x")) is False
    assert ("show.0.of" in Form(at_desk, made, "last").values) is (rule in READABLE)


def test_groups_are_added_and_rows_removed(at_desk: Client, draft: Questionnaire) -> None:
    form = Form(at_desk, draft, "last")
    form.press("show:add")
    form.press("show:group", **{"show.0.of": "age", "show.0.is": "at_least", "show.0.value": "18"})
    form.press("show:add:1", **{"show.1.0.of": "one"})
    form.values |= {"show.1.0.is": "equals", "show.1.0.value": "1"}
    form.press("show:choose", **{"show.1.1.of": "several"})
    form.values |= {"show.1.1.is": "includes", "show.1.1.value": "2"}
    form.save()
    assert kept(draft, "last")["show"] == {"all": [AGE, {"any": [ONE, SEVERAL]}]}
    form = Form(at_desk, draft, "last")
    form.press("show:remove:1.1")
    form.press("show:remove:0")
    form.save()
    assert kept(draft, "last")["show"] == ONE
    form = Form(at_desk, draft, "last")
    form.press("show:clear")
    form.save()
    assert "show" not in kept(draft, "last")


def test_only_earlier_answers_are_offered_and_of_a_rating_only_whether_it_is_given(
    at_desk: Client, draft: Questionnaire
) -> None:
    form = Form(at_desk, draft, "last")
    form.press("show:add")
    start = form.page.index('name="show.0.of"')
    offered = form.page[start : form.page.index("</select>", start)]
    assert all(f'value="{code}"' in offered for code in ("rating", "one", "several", "age", "words"))
    assert 'value="after"' not in offered
    assert 'value="last"' not in offered
    form.press("show:choose", **{"show.0.of": "rating"})
    assert "is answered" in form.page
    assert "is at least" not in form.page
    general = Form(at_desk, draft, "words")
    general.press("show:add")
    assert 'value="rating"' not in general.page  # what is asked of each department is not seen from outside


def test_a_row_that_is_not_complete_is_said_and_kept(at_desk: Client, draft: Questionnaire) -> None:
    form = Form(at_desk, draft, "last")
    form.press("show:add")
    form.press("show:choose", **{"show.0.of": "age"})
    answer = form.save(**{"text.en": "Typed"})
    assert answer.status_code == 200
    assert "Condition 1 is not complete" in form.page
    assert (form.values["show.0.of"], form.values["text.en"]) == ("age", "Typed")
    assert "show" not in kept(draft, "last")


@pytest.mark.parametrize("written", ["not json", '{"nonsense": 1}', '{"all": []}', "[" * 2000])
def test_bad_json_is_refused_in_words_and_kept_in_the_field(
    at_desk: Client, draft: Questionnaire, written: str
) -> None:
    form = Form(at_desk, draft, "last")
    answer = form.save(**{"show.raw": "yes", "show.json": written})
    assert answer.status_code == 200
    assert "Not saved yet" in form.page
    assert form.values["show.json"] == written
    assert "show" not in kept(draft, "last")


def test_a_page_leads_to_later_pages_the_end_or_out(at_desk: Client, draft: Questionnaire) -> None:
    form = Form(at_desk, draft, "p2")
    form.press("settings.jumps:add")
    start = form.page.index('name="settings.jumps.0.to"')
    offered = form.page[start : form.page.index("</select>", start)]
    assert all(f'value="{code}"' in offered for code in ("p3", "end", "screen_out"))
    assert 'value="p2"' not in offered
    form.press("settings.jumps.0.when:add")
    form.press("settings.jumps.0.when:choose", **{"settings.jumps.0.when.0.of": "after"})
    form.values |= {"settings.jumps.0.when.0.is": "answered", "settings.jumps.0.to": "end"}
    assert form.save().status_code == 302
    assert kept(draft, "p2")["settings"]["jumps"] == [{"when": {"answered": "after"}, "to": "end"}]


def test_a_choice_is_offered_only_when_a_rule_holds(at_desk: Client, draft: Questionnaire) -> None:
    form = Form(at_desk, draft, "several")
    form.press("settings.choices.1.show:add")
    form.press("settings.choices.1.show:choose", **{"settings.choices.1.show.0.of": "one"})
    form.values |= {"settings.choices.1.show.0.is": "equals", "settings.choices.1.show.0.value": "1"}
    form.save()
    assert kept(draft, "several")["settings"]["choices"][1]["show"] == ONE


def test_a_calculated_value_is_made_of_answers_and_numbers(
    at_desk: Client, draft: Questionnaire, ada: User
) -> None:
    added = drafting.add_question(draft, kind="calculated", after="words", by=ada)
    form = Form(at_desk, draft, added["code"])
    form.press("settings.value:add")
    form.press("settings.value:add", **{"settings.value.0.of": "age"})
    form.values |= {"settings.value.mode": "minus", "settings.value.1.value": "18"}
    form.values.pop("settings.value.0.value", None)
    assert form.save().status_code == 302, form.page
    value = {"minus": [{"answer": "age"}, {"value": 18}]}
    assert kept(draft, added["code"])["settings"]["value"] == value
    form = Form(at_desk, draft, added["code"])
    assert form.values["settings.value.mode"] == "minus"
    form.save()
    assert kept(draft, added["code"])["settings"]["value"] == value


def test_quotas_are_rows_with_a_rule_each(at_desk: Client, draft: Questionnaire) -> None:
    place = reverse("questionnaires:quotas", args=[draft.pk])

    def press(values: dict[str, Any], **more: str) -> dict[str, Any]:
        return form_values(at_desk.post(place, {**values, **more}).content.decode(), 'id="quotas"')

    values = form_values(at_desk.get(place).content.decode(), 'id="quotas"')
    values = press(values, rows="quotas:add")
    assert values["quotas.0.code"] == "q1"
    values = press({**values, "quotas.0.name.en": "Adults", "quotas.0.most": "200"}, rows="quotas.0.when:add")
    values = press({**values, "quotas.0.when.0.of": "age"}, rows="quotas.0.when:choose")
    values |= {"quotas.0.when.0.is": "at_least", "quotas.0.when.0.value": "18"}
    refused = at_desk.post(place, {**values, "quotas.0.most": "none"})
    assert "Not saved yet" in refused.content.decode()
    assert form_values(refused.content.decode(), 'id="quotas"')["quotas.0.most"] == "none"
    assert at_desk.post(place, values).status_code == 302
    draft.refresh_from_db()
    assert draft.draft["quotas"] == [{"code": "q1", "name": {"en": "Adults"}, "most": 200, "when": AGE}]
    page = at_desk.get(reverse("questionnaires:edit", args=[draft.pk])).content.decode()
    assert "Quota “Adults”: at most 200 people" in page
