"""From an empty desk to a whole questionnaire in two languages, by pasting; and the library's pages on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from surveys.people.models import Department, User
from surveys.questionnaires import banking, checking, documents, drafting
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packs import pack
from tests.browser import OpenPage
from tests.surveys.questionnaires import kcmo_words
from tests.surveys.questionnaires.conftest import a_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def come_in(open_page: OpenPage, live_server: Any, ada: User) -> Iterator[Any]:
    """Ada's browser, at an address of the office."""

    def open_at(address: str, **context: Any) -> Any:
        client = Client()
        client.force_login(ada)
        page = open_page(locale="en-US", **context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}/office/questionnaires/{address}")
        return page

    yield open_at
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


def test_a_large_questionnaire_is_pasted_from_the_empty_desk_in_three_clicks(
    come_in: Any, ada: User, departments: dict[str, Department]
) -> None:
    for position, (code, (zh, en), _headline, _items) in enumerate(kcmo_words.DEPARTMENTS):
        names = {"zh-hans": zh, "en": en}
        Department.objects.update_or_create(
            code=code, defaults={"names": names, "parent": departments["city"], "position": position}
        )
    empty = drafting.create(code="empty", document=documents.blank(title=a_text("Empty")), by=ada)
    page = come_in(f"{empty.pk}/")
    page.get_by_role("link", name="Paste a text").first.click()
    page.get_by_label("Text", exact=True).fill(kcmo_words.within_lines())
    page.get_by_role("button", name="Read the text").click()
    assert page.get_by_role("heading", name="80 questions understood").is_visible()
    page.get_by_role("button", name="Add 80 questions").click()
    page.wait_for_url("**/office/questionnaires/*/#q-*")
    kept = Questionnaire.objects.get()
    assert kept.revision == 2
    assert len(kept.draft["questions"]) == 99
    assert checking.problems(kept.draft) == []


def test_no_page_of_the_library_is_wider_than_a_phone(come_in: Any, ada: User, departments: Any) -> None:
    draft = drafting.create(code="health", document=pack("health").document, by=ada)
    banking.keep_block(draft, codes=["distance", "age"], names=a_text("Distance"), by=ada)
    page = come_in("packs/", viewport={"width": 320, "height": 700})
    for address in (
        "packs/",
        "packs/annual/",
        "bank/",
        f"{draft.pk}/keep/",
        f"{draft.pk}/insert/",
        "new/paste/",
        f"{draft.pk}/paste/",
    ):
        page.goto(page.url.split("questionnaires/")[0] + f"questionnaires/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    page.locator("textarea[name=text]").fill(kcmo_words.side_by_side())
    page.get_by_role("button", name="Read the text").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
