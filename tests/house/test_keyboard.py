"""Everything by Tab, Enter, Space and arrows: the designer's whole road, and the answers that others drag or click.

The focus is always on something that is seen, and never thrown back to the top of the page.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from PIL import Image

from surveys.people.models import Department, User
from surveys.questionnaires import documents, drafting
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.questionnaires.question_types import question_type
from surveys.responses import access
from surveys.responses.models import InboxEntry
from tests.browser import OpenPage
from tests.house.open_survey import open_survey
from tests.surveys.questionnaires import every_type

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STEPS = 150
FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const label = at.closest("label"), beside = label && label.querySelector("span");
  const is = (one, what) => getComputedStyle(one)[what] !== "none";
  const drawn = one => one && (is(one, "outlineStyle") || is(one, "boxShadow"));
  return { lost: at === document.body || at === document.documentElement,
           seen: at.tagName === "IFRAME" || ((drawn(at) || drawn(beside) || drawn(label)) && box.width > 0),
           html: at.outerHTML.slice(0, 120) };
}"""


class Keyboard:
    """Hands that have no mouse."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def there(self) -> None:
        """The focus is on something, and one sees where."""
        at = self.page.evaluate(FOCUSED)
        assert not at["lost"], "the focus is lost"
        assert at["seen"], f"nobody sees that the focus is on {at['html']}"

    def go(self, selector: str, key: str = "Tab") -> None:
        """Press Tab until the focus is there."""
        for _step in range(MOST_STEPS):
            self.page.keyboard.press(key)
            self.there_or_at_the_edge()
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        pytest.fail(f"{selector} is not reached by {key}")

    def there_or_at_the_edge(self) -> None:
        """Like `there`; past the last field the focus leaves the page for the browser itself."""
        if not self.page.evaluate(FOCUSED)["lost"]:
            self.there()

    def press(self, selector: str, key: str = "Enter", *, back: bool = False) -> None:
        """Go somewhere and press a key there."""
        self.go(selector, "Shift+Tab" if back else "Tab")
        self.page.keyboard.press(key)

    def wait(self, selector: str, **how: Any) -> None:
        """Wait for what a key has brought about; the focus must have survived it."""
        self.page.wait_for_selector(selector, **how)
        self.page.wait_for_timeout(150)  # what is put in its place settles
        self.there()


@pytest.fixture
def keyboard(open_page: OpenPage) -> Iterator[Keyboard]:
    page = open_page(locale="en-US", viewport={"width": 1280, "height": 900})
    page.on("dialog", lambda dialog: dialog.accept())
    access.forget()
    yield Keyboard(page)
    access.forget()
    connections.close_all()  # those of the browser's event loop; nobody else can reach them


def come_in(page: Any, server: Any, user: User, address: str) -> None:
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{server.url}/office/questionnaires/{address}")


def codes() -> list[str]:
    return [question["code"] for question in Questionnaire.objects.get().draft["questions"]]


def test_a_questionnaire_is_made_and_published_without_a_mouse(
    keyboard: Keyboard, live_server: Any, ada: User, ivo: User, departments: object
) -> None:
    title = {"zh-hans": "空", "en": "Empty"}
    draft = drafting.create(code="empty", document=documents.blank(title=title), by=ada)
    come_in(keyboard.page, live_server, ada, f"{draft.pk}/")
    add_and_write(keyboard)
    make_a_rule(keyboard)
    edit_and_move(keyboard)
    duplicate_remove_and_undo(keyboard)
    divide_into_pages(keyboard)
    keyboard.press("a.btn-primary[href$='/check/']", back=True)
    keyboard.page.wait_for_url("**/check/")
    assert not keyboard.page.locator("#must .q-problems").count(), keyboard.page.inner_text("#must")
    with keyboard.page.expect_navigation():
        keyboard.press("button[formaction$='/submit/']")
    come_in(keyboard.page, live_server, ivo, f"{draft.pk}/review/")
    with keyboard.page.expect_navigation():
        keyboard.press("button[formaction$='/approve/']")
    come_in(keyboard.page, live_server, ada, f"{draft.pk}/review/")
    keyboard.press("button[formaction$='/publish/']")
    keyboard.page.wait_for_url("**/editions/1/")
    assert Edition.objects.get().document["questions"][3]["show"] == {"answered": "q1"}


def write(keyboard: Keyboard, zh: str, en: str) -> None:
    """Fill in the two fields of the words."""
    keyboard.go("[name='text.zh-hans']")
    keyboard.page.keyboard.type(zh)
    keyboard.go("[name='text.en']")
    keyboard.page.keyboard.type(en)


def add_below(keyboard: Keyboard, above: str, kind: str) -> None:
    """Add a question by the menu of the one above."""
    keyboard.press(f"#q-{above} .q-menu summary")
    keyboard.press(f"#q-{above} .q-menu a:first-child")
    keyboard.wait("#insert")
    keyboard.press(f"#insert button.q-kind[value={kind}]")


def add_and_write(keyboard: Keyboard) -> None:
    keyboard.press("button.q-kind[value=satisfaction]")
    keyboard.wait("#q-q1.q-open")
    keyboard.page.keyboard.type("满意吗")  # the first field waits for words
    keyboard.go("[name='text.en']")
    keyboard.page.keyboard.type("Satisfied?")
    keyboard.press("button[name=next]")
    keyboard.wait("#q-q2.q-open")
    keyboard.press(".q-open [data-drop]")
    keyboard.wait("#q-q2:not(.q-open)")
    add_below(keyboard, "q2", "yes_no")
    keyboard.wait("#q-q3.q-open")
    keyboard.page.keyboard.type("去过吗")
    keyboard.go("[name='text.en']")
    keyboard.page.keyboard.type("Been there?")


def make_a_rule(keyboard: Keyboard) -> None:
    keyboard.press(".q-open details.q-more:first-of-type > summary")
    keyboard.press(".q-open [name=rows][value='show:add']")
    keyboard.wait("[name='show.0.of']")
    keyboard.go("[name='show.0.of']")
    keyboard.page.keyboard.press("ArrowDown")
    keyboard.wait("[name='show.0.is']")
    keyboard.press(".q-open .form-actions .btn-primary")
    keyboard.wait("#q-q3:not(.q-open)")


def edit_and_move(keyboard: Keyboard) -> None:
    keyboard.press("#edit-q2", back=True)
    keyboard.wait("#q-q2.q-open")
    write(keyboard, "快吗", "Quick?")
    keyboard.press(".q-open .form-actions .btn-primary")
    keyboard.wait("#q-q2:not(.q-open)")
    assert codes() == ["q1", "q2", "q3"]
    keyboard.press("#grip-q2", "Space", back=True)
    keyboard.page.keyboard.press("ArrowUp")
    keyboard.wait(".q-card:first-child#q-q2")
    keyboard.page.keyboard.press("Space")
    assert codes() == ["q2", "q1", "q3"]


def duplicate_remove_and_undo(keyboard: Keyboard) -> None:
    keyboard.press("#q-q2 .q-menu summary")
    keyboard.press("#q-q2 button[formaction$='copy/']")
    keyboard.wait("#q-q4.q-open")
    assert codes() == ["q2", "q4", "q1", "q3"]
    keyboard.press("#q-q4 [data-drop]")
    keyboard.wait("#q-q4:not(.q-open)")
    keyboard.press("#q-q4 .q-menu summary")
    keyboard.press("#q-q4 button[formaction$='remove/']")
    keyboard.wait("#q-q4", state="detached")
    keyboard.press("#undo-button", back=True)
    keyboard.wait("#q-q4")
    keyboard.press("#redo-button")
    keyboard.wait("#q-q4", state="detached")
    assert codes() == ["q2", "q1", "q3"]


def divide_into_pages(keyboard: Keyboard) -> None:
    add_below(keyboard, "q1", "page_break")
    keyboard.wait("details.q-page .q-open [name='text.en']")
    keyboard.press(".q-open .form-actions .btn-primary")
    keyboard.wait(".q-open", state="detached")
    assert [code for code in codes() if code in ("q1", "q2", "q3")] == ["q2", "q1", "q3"]
    keyboard.press("details.q-page:has(#q-q3) > summary", back=True)
    assert not keyboard.page.locator("#q-q3").is_visible()
    keyboard.page.keyboard.press("Enter")
    assert keyboard.page.locator("#q-q3").is_visible()


@pytest.fixture
def by_hand(departments: dict[str, Department], ada: User) -> str:
    """The address of a survey of what others drag, click or draw, in two pages, answered about Parks."""
    names = ("ranking", "constant_sum", "slider", "place", "file", "repeat_group", "satisfaction", "stars")
    asked = [every_type.question(question_type(name), headline=name == "satisfaction") for name in names]
    pages = [{**every_type.question(question_type("page_break")), "code": f"page{at}"} for at in (1, 2)]
    draft = {**every_type.document(), "questions": [pages[0], *asked[:6], pages[1], *asked[6:]]}
    return open_survey(draft, departments=departments, by=ada)


def a_photo() -> Any:
    """What a browser would read from a disk."""
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_what_others_drag_is_answered_without_a_mouse(
    keyboard: Keyboard, live_server: Any, by_hand: str
) -> None:
    page, keys = keyboard.page, keyboard.page.keyboard
    page.goto(f"{live_server.url}{by_hand}&lang=en")
    for row in (1, 2, 3):
        keyboard.go(f"[name='general.ranking.{row}']")
        for _step in range(4 - row):
            keys.press("ArrowDown")
    for row, share in ((1, "60"), (2, "40"), (3, "0")):
        keyboard.go(f"[name='general.constant_sum.{row}']")
        keys.type(share)
    keyboard.go("input[type=range]")
    keys.press("ArrowRight")
    assert page.input_value("[name='general.slider']") == "51"
    keyboard.go("[name='general.place.1']")
    keys.press("ArrowDown")
    keyboard.press("#general\\.place button[value=stay]")
    page.wait_for_selector("[name='general.place.2']")
    keyboard.go("[name='general.place.2']")
    keys.press("ArrowDown")
    page.wait_for_load_state("networkidle")
    keyboard.go("[type=file]")
    page.set_input_files("[type=file]", a_photo())  # the window in which one chooses is the browser's own
    with page.expect_navigation():
        keyboard.press("#general\\.repeat_group button[value=stay]")
    handle = page.get_attribute("[type=hidden][name='general.file']", "value")
    assert len(handle) == 32, "the photo was received"
    keyboard.press("#answers button[value=next]")
    page.wait_for_selector("[name='parks.satisfaction']")
    keyboard.press("#answers button[value=back]")
    page.wait_for_selector("[name='general.slider']")
    assert page.input_value("[name='general.slider']") == "51", "what was said is still there"
    keyboard.press("#answers button[value=next]")
    page.wait_for_selector("[name='parks.satisfaction']")
    keyboard.press("[name='parks.satisfaction']", "Space")
    keys.press("ArrowDown")
    keyboard.press("[name='parks.stars']", "Space")
    keyboard.press("#answers button[value=send]")
    page.wait_for_selector(".receipt-code")
    assert InboxEntry.objects.count() == 2, "one about the place as a whole, one about Parks"
    assert handle in [(entry.extras or {}).get("file") for entry in InboxEntry.objects.all()]
