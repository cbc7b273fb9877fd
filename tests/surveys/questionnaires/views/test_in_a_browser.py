"""The desk with a script: what is swapped in place, and that nothing typed gets lost on the way."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from surveys.people.models import User
from surveys.questionnaires import documents, drafting
from surveys.questionnaires.models import Questionnaire
from tests.browser import OpenPage
from tests.surveys.questionnaires.conftest import a_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(open_page: OpenPage) -> Iterator[Any]:
    """A page that speaks English."""
    yield open_page(locale="en-US")
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


@pytest.fixture
def empty(ada: User) -> Questionnaire:
    """A questionnaire without questions."""
    return drafting.create(code="empty", document=documents.blank(title=a_text("Empty")), by=ada)


def come_in(page: Any, server: Any, ada: User, questionnaire: Questionnaire) -> list[str]:
    """Log Ada in and open the desk; return the list to which every later change of page is added."""
    client = Client()
    client.force_login(ada)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": server.url}])
    page.goto(f"{server.url}/office/questionnaires/{questionnaire.pk}/")
    moved: list[str] = []
    page.on("framenavigated", lambda frame: moved.append(frame.url))
    return moved


def order(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".q-card", "cards => cards.map(card => card.id)")
    return found


def test_a_questionnaire_is_built_without_leaving_the_desk(
    page: Any, live_server: Any, ada: User, empty: Questionnaire
) -> None:
    moved = come_in(page, live_server, ada, empty)
    page.click("button.q-kind[value=satisfaction]")
    page.wait_for_selector("#q-q1.q-open")
    page.keyboard.type("满意吗")  # the first field waits for words
    page.fill("[name='text.en']", "Satisfied?")
    page.click("text=Save and add another below")
    page.wait_for_selector("#q-q2.q-open")
    assert page.locator("#q-q1").inner_text().count("Satisfied?") == 1
    assert page.locator(".q-buttons:visible, .q-add:visible").count() == 0  # one thing at a time
    page.click("text=Cancel")
    page.wait_for_selector("#q-q2:not(.q-open)")
    page.click("#up-q2")
    page.wait_for_selector(".q-card:first-child#q-q2")
    assert page.evaluate("document.activeElement.id") == "up-q2"
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#q-q2 .q-menu summary")
    page.click("#q-q2 >> text=Remove")
    page.wait_for_selector("#q-q2", state="detached")
    assert "Nothing is missing" in page.inner_text("#draft-state")
    assert moved == []
    assert [question["text"]["en"] for question in Questionnaire.objects.get().draft["questions"]] == [
        "Satisfied?"
    ]


def test_choices_are_rows_and_what_is_half_typed_stays(
    page: Any, live_server: Any, ada: User, empty: Questionnaire
) -> None:
    moved = come_in(page, live_server, ada, empty)
    page.click("button.q-kind[value=single_choice]")
    page.wait_for_selector("#q-q1.q-open")
    page.fill("[name='text.en']", "Half typed")
    page.click("text=Add a choice")
    page.wait_for_selector("[name='choice.2.code']")
    assert page.input_value("[name='text.en']") == "Half typed"
    page.keyboard.type("丙")  # the new row waits for words
    assert page.input_value("[name='choice.2.text.zh-hans']") == "丙"
    page.fill("[name='choice.2.code']", "0")
    page.click(".q-open .btn-primary")
    page.wait_for_selector(".q-open .error-summary")
    assert page.input_value("[name='text.en']") == "Half typed"
    assert Questionnaire.objects.get().draft["questions"][0]["text"] == {}
    page.fill("[name='choice.0.code']", "3")  # the two blank rows are gone
    page.click(".q-open .btn-primary")
    page.wait_for_selector("#q-q1:not(.q-open)")
    assert Questionnaire.objects.get().draft["questions"][0]["text"] == {"en": "Half typed"}
    assert moved == []
