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
    page.click("#close-q2")
    page.wait_for_selector("#q-q2:not(.q-open)")
    page.click("#up-q2")
    page.wait_for_selector(".q-card:first-child#q-q2")
    assert page.evaluate("document.activeElement.id") == "up-q2"
    page.click("#q-q2 .q-menu summary")
    page.click("#q-q2 >> text=Remove")
    page.wait_for_selector("#q-q2", state="detached")
    page.wait_for_selector("#draft-state >> text=Nothing is missing")
    assert same_address(moved)
    assert [question["text"]["en"] for question in Questionnaire.objects.get().draft["questions"]] == [
        "Satisfied?"
    ]
    page.keyboard.press("Control+z")
    page.wait_for_selector("#q-q2")
    assert "Undone: remove question q2." in page.inner_text("#announce")


def same_address(moved: list[str]) -> bool:
    """Whether only frames of previews have gone anywhere."""
    return all("/preview/" in address for address in moved)


def test_what_is_typed_is_saved_by_itself_and_never_lost(
    page: Any, live_server: Any, ada: User, empty: Questionnaire
) -> None:
    come_in(page, live_server, ada, empty)
    page.click("button.q-kind[value=short_text]")
    page.wait_for_selector("#q-q1.q-open")
    page.fill("[name='text.en']", "Typed and left")
    page.wait_for_selector("#save-status[data-saved=yes]")
    assert Questionnaire.objects.get().draft["questions"][0]["text"] == {"en": "Typed and left"}
    page.fill("[name='settings.max_length']", "0")
    page.wait_for_selector("#save-status[data-saved=no]")
    assert "Not saved:" in page.inner_text("#save-status")
    page.fill("[name='settings.max_length']", "80")
    page.wait_for_selector("#save-status[data-saved=yes]")
    page.context.set_offline(True)
    page.fill("[name='text.en']", "Typed without a connection")
    page.wait_for_selector("#save-status >> text=No connection")
    page.context.set_offline(False)
    page.wait_for_selector("#save-status[data-saved=yes]")
    assert page.input_value("[name='text.en']") == "Typed without a connection"
    assert Questionnaire.objects.get().draft["questions"][0]["text"] == {"en": "Typed without a connection"}


def test_cards_are_moved_from_the_keyboard(
    page: Any, live_server: Any, ada: User, empty: Questionnaire
) -> None:
    for _ in range(4):
        drafting.add_question(empty, kind="short_text", by=ada)
    come_in(page, live_server, ada, empty)
    page.focus("#grip-q1")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector("#announce >> text=place 2 of 4")
    assert page.evaluate("document.activeElement.id") == "grip-q1"
    page.keyboard.press(" ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#announce >> text=place 4 of 4")
    assert page.evaluate("document.activeElement.id") == "grip-q1"
    assert page.get_attribute("#grip-q1", "aria-pressed") == "true"
    page.keyboard.press("Escape")
    page.wait_for_selector("#announce >> text=place 2 of 4")
    assert order(page) == ["q-q2", "q-q1", "q-q3", "q-q4"]


def test_choices_are_rows_and_what_is_half_typed_stays(
    page: Any, live_server: Any, ada: User, empty: Questionnaire
) -> None:
    moved = come_in(page, live_server, ada, empty)
    page.click("button.q-kind[value=single_choice]")
    page.wait_for_selector("#q-q1.q-open")
    page.fill("[name='text.en']", "Half typed")
    page.click("text=Add to “Choices”")
    page.wait_for_selector("[name='settings.choices.2.code']")
    assert page.input_value("[name='text.en']") == "Half typed"
    page.keyboard.type("丙")  # the new row waits for words
    assert page.input_value("[name='settings.choices.2.text.zh-hans']") == "丙"
    page.fill("[name='settings.choices.2.code']", "0")
    page.click(".q-open .btn-primary")
    page.wait_for_selector(".q-open .error-summary")
    assert page.input_value("[name='text.en']") == "Half typed"
    page.fill("[name='settings.choices.0.code']", "3")  # the two blank rows are gone
    page.click(".q-open .btn-primary")
    page.wait_for_selector("#q-q1:not(.q-open)")
    question = Questionnaire.objects.get().draft["questions"][0]
    assert question["text"] == {"en": "Half typed"}
    assert question["settings"]["choices"] == [{"code": 3, "text": {"zh-hans": "丙"}}]
    assert same_address(moved)


def test_the_desk_works_on_a_narrow_screen(
    open_page: OpenPage, live_server: Any, ada: User, empty: Questionnaire
) -> None:
    narrow = open_page(locale="zh-CN", viewport={"width": 320, "height": 640})
    drafting.add_question(empty, kind="single_choice", by=ada)
    come_in(narrow, live_server, ada, empty)
    narrow.click("#edit-q1")
    narrow.wait_for_selector("#q-q1.q-open")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
    connections.close_all()
