"""The whole road of a rating, on the real platform, with a browser: from the letter with a code to the public result.

Rosa answers on a phone of 360 pixels without scripts; Ada plans, opens and closes; the worker counts, evaluates and
releases by itself; Ivo reviews; Dana and everybody else read. Nothing is called from the inside.
"""

import json
import re
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.browser import OpenPage
from tests.house.running_city import RunningCity, Visitor, eventually, running_city

PHONE = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False, "locale": "zh-CN"}
DESK = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"}
PEOPLE = 14


def log_in(page: Any, city: RunningCity, name: str) -> None:
    page.goto(f"{city.address}/office/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", city.logins[name])
    page.click("form:has([name=password]) button")
    page.wait_for_url(re.compile(r"/office/(?!login)"))


def plan_and_open(page: Any, city: RunningCity, codes: Path) -> tuple[int, list[str]]:
    """Plan a wave that ends within two minutes, make codes, open it; return its number and the codes."""
    now = timezone.localtime()
    end = (now + timedelta(seconds=110)).replace(second=0, microsecond=0)
    page.goto(f"{city.address}/office/waves/plan/")
    page.select_option("[name=edition]", index=1)
    page.fill("[name=title_zh]", "公园与道路快评")
    page.fill("[name=title_en]", "Parks and roads, quickly")
    page.fill("[name=slug]", "quick-parks")
    for number, box in enumerate(page.query_selector_all("[name=departments]")):
        box.set_checked(number < 3)
    page.fill("[name=opens_at]", now.strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=closes_at]", end.strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=release_at]", end.strftime("%Y-%m-%dT%H:%M"))
    page.click("button:has-text('Save the plan')")
    page.wait_for_url(re.compile(r"/office/waves/\d+/$"))
    wave = int(page.url.rstrip("/").rsplit("/", 1)[1])
    page.goto(f"{city.address}/office/waves/{wave}/codes/")
    page.fill("[name=count]", str(PEOPLE))
    with page.expect_download() as download:
        page.click("button:has-text('Make and download')")
    download.value.save_as(codes)
    page.goto(f"{city.address}/office/waves/{wave}/")
    if "Open the wave now" in page.content():
        page.goto(f"{city.address}/office/waves/{wave}/open/")
        page.click("button:has-text('Open the wave now')")
    made = re.findall(r"/i/([0-9A-Za-z-]{26,})/", codes.read_text())
    assert len(made) == PEOPLE
    return wave, made


def answer_as_rosa(page: Any, city: RunningCity, code: str) -> str:
    """Follow the letter's address, answer what is asked about three departments; return the first receipt."""
    page.goto(f"{city.address}/i/{code}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.query_selector_all("input:checked") == []  # nothing is chosen for her
    for question in page.query_selector_all("fieldset:has(.grades)"):
        question.query_selector("input[value='2']").check()
    page.click("main form button:has-text('提交')")
    receipts = [" ".join(found.inner_text().split()) for found in page.query_selector_all(".receipt-code")]
    assert receipts
    assert "不满意" not in page.inner_text("main")  # the receipt shows no answer
    return receipts[0]


def answer_by_api(city: RunningCity, code: str, grade: int) -> None:
    """Answer as a program would: ask for the form, send the answers."""
    form = json.loads(city.read("/api/v1/waves/quick-parks/form/")[1])
    answers = {
        part["code"]: {q["code"]: grade for q in part["questions"] if q["type"] == "satisfaction"}
        for part in form["parts"]
    }
    body = {"token": form["token"], "code": code, "language": "zh-hans", "answers": answers}
    request = urllib.request.Request(  # noqa: S310  our own address
        f"{city.address}/api/v1/waves/quick-parks/responses/",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  our own address
        assert json.loads(answer.read())["receipts"]


def test_a_rating_travels_from_a_letter_to_the_public_page(tmp_path: Path, open_page: OpenPage) -> None:
    with running_city(tmp_path / "var") as city:
        ada, rosa = open_page(accept_downloads=True, **DESK), open_page(**PHONE)
        log_in(ada, city, "ada")
        wave, codes = plan_and_open(ada, city, tmp_path / "codes.csv")
        eventually(lambda: city.read("/s/quick-parks/")[0] == 200, seconds=20, what="the opening")

        rosa.goto(f"{city.address}/")
        assert "公园与道路快评" in rosa.inner_text("main")
        receipt = answer_as_rosa(rosa, city, codes[0])
        for number, code in enumerate(codes[1:]):
            answer_by_api(city, code, 5 - number % 3)
        rosa.goto(f"{city.address}/i/{codes[0]}/")
        assert "fieldset" not in rosa.content()  # a spent code opens no form

        ada.goto(f"{city.address}/office/waves/{wave}/close/")
        ada.click("button:has-text('Close now')")
        assert city.read("/results/quick-parks/")[0] == 404  # sealed until the declared time

        def evaluated() -> bool:
            with city.database() as database:
                return bool(
                    database.execute(
                        "SELECT 1 FROM reports_publication WHERE wave_id = %s AND content_hash <> ''", [wave]
                    ).fetchone()
                )

        eventually(evaluated, seconds=60, what="the evaluation")
        eventually(
            lambda: city.read("/results/quick-parks/")[0] == 200, seconds=150, what="the release at its time"
        )

        everybody = open_page(**DESK)
        everybody.goto(f"{city.address}/results/quick-parks/")
        assert "Parks and roads, quickly" in everybody.inner_text("main")
        with city.database() as database:
            found = database.execute(
                "SELECT d.code FROM surveys_coverage c JOIN surveys_department d ON d.id = c.department_id "
                "WHERE c.wave_id = %s ORDER BY c.position LIMIT 1",
                [wave],
            ).fetchone()
        assert found
        everybody.goto(f"{city.address}/results/quick-parks/{found[0]}/")
        shown = json.loads(city.read(f"/results/quick-parks/{found[0]}/scorecard.json")[1])
        grades = [2] + [5 - number % 3 for number in range(PEOPLE - 1)]
        expected = sum(25 * (grade - 1) for grade in grades) / PEOPLE
        assert f"{expected:.1f}" in everybody.inner_text("main")
        assert f"{expected:.12g}" in json.dumps(shown)
        rosa.goto(f"{city.address}/check/")
        rosa.fill("main [name=code]", receipt)
        rosa.click("main form button")
        assert "公园与道路快评" in rosa.inner_text("main")

        dana = Visitor(city).log_in("dana")
        assert dana.get("/office/scorecards/")
