"""A questionnaire in several pages, with rules, over plain HTTP without script, and through the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from surveys.responses import mixing
from surveys.responses.models import InboxEntry, QuotaCount
from surveys.waves.models import Wave

from .conftest import CHOICES, document, question, rating, two
from .forms import Answer, filled, form_of, receipts_on

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


def is_(code: str, value: Any) -> dict[str, Any]:
    return {"equals": [{"answer": code}, {"value": value}]}


def choice(code: str, about: str = "general", **more: Any) -> dict[str, Any]:
    return question(
        code,
        "single_choice",
        about,
        two(f"{code}？", f"{code}?"),
        **{"settings": {"choices": CHOICES, "offer": []}, **more},
    )


def page(code: str, jumps: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    settings = {"jumps": list(jumps), "shuffle": False, "group": ""}
    return question(
        code, "page_break", "general", two(f"{code} 页", f"Page {code}"), settings=settings, **more
    )


PAGED = document(
    page("p1", (({"when": is_("way", 2), "to": "p3"}),)),
    choice("way"),
    question("detail", "short_text", "general", two("哪个号码？", "Which number?"), show=is_("way", 1)),
    page("p2"),
    rating("overall", headline=True),
    question("why", "long_text", "each", two("想说什么？", "Anything else?")),
    page("p3"),
    question(
        "said", "short_text", "general", two("您选了“{way}”，还有吗？", "You chose {way}. Anything else?")
    ),
)


def turn(client: Client, response: Answer, go: str = "next", **answers: Any) -> Answer:
    """Fill in a page and press one of its buttons."""
    return client.post(form_of(response).action, {**filled(response, **answers), "go": go})


def shown(response: Answer) -> set[str]:
    """The questions that a page draws."""
    return set(form_of(response).offered) | {
        name for name in form_of(response).fields if f'id="{name}' in response.content.decode()
    }


class TestPages:
    def test_pages_follow_each_other_and_the_last_one_sends(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(PAGED)
        first = rosa.get(PAGE)
        assert shown(first) == {"general.way"}
        again = turn(rosa, first, general__way="1")
        assert shown(again) == {"general.way", "general.detail"}, (
            "a question that the answer leads to comes first"
        )
        assert "further questions" in again.content.decode()
        second = turn(rosa, again, general__detail="12345")
        assert shown(second) == {"parks.overall", "roads.overall", "parks.why", "roads.why"}
        third = turn(rosa, second, parks__overall="2")
        assert "You chose Phone. Anything else?" in third.content.decode()
        thanks = turn(rosa, third, "send", general__said="no")
        assert len(receipts_on(thanks)) == 2
        stored = {entry.department.code: entry for entry in InboxEntry.objects.select_related("department")}
        assert stored["city"].extras == {"detail": "12345", "said": "no"}
        assert bytes(stored["city"].codes) == bytes([1])
        assert bytes(stored["parks"].codes) == bytes([2])

    def test_going_back_and_changing_the_language_keep_every_value(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(PAGED)
        second = turn(rosa, turn(rosa, rosa.get(PAGE), general__way="1"), general__detail="abc")
        chinese = turn(rosa, second, "back", parks__overall="3", parks__why="<b>水</b>")
        assert form_of(chinese).fields["general.way"] == ["1"]
        chinese = rosa.post(PAGE, {**filled(chinese), "lang": "zh-hans"})
        assert "页" in chinese.content.decode()
        assert shown(chinese) == {"general.way", "general.detail"}
        second = turn(rosa, chinese)
        assert form_of(second).fields["parks.overall"] == ["3"]
        assert form_of(second).fields["parks.why"] == ["<b>水</b>"]
        assert "<b>水</b>" not in second.content.decode()

    def test_an_answer_that_is_hidden_again_is_neither_sent_nor_stored_but_not_lost(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave(PAGED)
        second = turn(rosa, turn(rosa, rosa.get(PAGE), general__way="1"), general__detail="abc")
        first = turn(rosa, second, "back", parks__overall="5")
        third = turn(rosa, first, general__way="2")
        assert "You chose Counter" in third.content.decode()
        assert form_of(third).fields["general.detail"] == ["abc"]
        turn(rosa, third, "send", general__said="x")
        (entry,) = InboxEntry.objects.all()
        assert entry.extras == {"said": "x"}, "the jump over the page of ratings leaves them out"
        assert bytes(entry.codes) == bytes([2])

    def test_what_is_wrong_on_a_page_is_said_before_the_next_one(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(
            document(page("p1"), choice("way", required=True), page("p2"), rating("overall", headline=True))
        )
        wrong = turn(rosa, rosa.get(PAGE))
        assert wrong.status_code == 422
        assert 'id="general.way-error"' in wrong.content.decode()

    def test_a_question_not_asked_is_told_from_one_left_open(self, rosa: Client, a_wave: Waves) -> None:
        hidden = rating("extra", show=is_("way", 1))
        a_wave(document(choice("way"), rating("overall", headline=True), hidden))
        turn(rosa, rosa.get(PAGE), "send", general__way="2", parks__overall="4", roads__overall="4")
        codes = {bytes(entry.codes) for entry in InboxEntry.objects.exclude(department__parent=None)}
        assert codes == {bytes([4, 0])}

    def test_a_check_that_fails_says_its_words(self, rosa: Client, a_wave: Waves) -> None:
        number: dict[str, Any] = {"min": "0", "max": None, "decimals": 0, "unit": {}}
        words = two("上学的人不能多于全家人。", "No more can go to school than live here.")
        a_wave(
            document(
                question(
                    "home", "number", "general", two("几口人？", "How many live here?"), settings=number
                ),
                question(
                    "school",
                    "number",
                    "general",
                    two("几人上学？", "How many go to school?"),
                    settings=number,
                    checks=[
                        {"rule": {"at_most": [{"answer": "school"}, {"answer": "home"}]}, "words": words}
                    ],
                ),
                rating("overall", headline=True),
            )
        )
        wrong = turn(rosa, rosa.get(PAGE), "send", general__home="2", general__school="3")
        assert wrong.status_code == 422
        assert "No more can go to school than live here." in wrong.content.decode()
        assert receipts_on(turn(rosa, wrong, "send", general__school="2"))


class TestEnds:
    def test_who_is_screened_out_is_thanked_and_nothing_is_stored(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(
            document(
                page("p1", ({"when": is_("way", 2), "to": "screen_out"},)),
                choice("way"),
                page("p2"),
                rating("overall", headline=True),
            )
        )
        out = turn(rosa, rosa.get(PAGE), general__way="2")
        assert out.status_code == 200
        assert "not meant for you" in out.content.decode()
        assert not InboxEntry.objects.exists()

    def test_a_quota_lets_in_no_more_than_it_says(self, rosa: Client, a_wave: Waves) -> None:
        quota = {"code": "phone", "name": two("电话", "Phone"), "when": is_("way", 1), "most": 10}
        wave = a_wave(document(choice("way"), rating("overall", headline=True), quotas=[quota]))
        QuotaCount.objects.create(wave=wave, code="phone", taken=8)
        statuses = [
            turn(rosa, rosa.get(PAGE), "send", general__way="1", parks__overall="5").status_code
            for _try in range(4)
        ]
        assert statuses == [200, 200, 409, 409]
        assert QuotaCount.objects.get(wave=wave).taken == 10
        assert InboxEntry.objects.count() == 4
        assert receipts_on(turn(rosa, rosa.get(PAGE), "send", general__way="2", parks__overall="5"))

    @pytest.mark.django_db(transaction=True)
    def test_after_mixing_the_counter_tells_nothing_of_who_was_counted_last(
        self, rosa: Client, a_wave: Waves, settings: Any
    ) -> None:
        settings.MIXING_MIN_BATCH = 1
        quota = {"code": "phone", "name": two("电话", "Phone"), "when": is_("way", 1), "most": 10}
        a_wave(document(choice("way"), rating("overall", headline=True), quotas=[quota]))
        for _person in range(3):
            turn(rosa, rosa.get(PAGE), "send", general__way="1", parks__overall="5")
        with connection.cursor() as cursor:
            transactions = "SELECT DISTINCT xmin::text FROM surveys_submission"
            cursor.execute(transactions)
            spent = {found for (found,) in cursor.fetchall()}
            mixing.mix_due()
            cursor.execute("SELECT xmin::text FROM surveys_quotacount")
            assert not spent & {found for (found,) in cursor.fetchall()}
            for _try in range(
                20
            ):  # while a cleaner of the database's own looks on, what is dead must stay readable
                mixing._erase_traces(mixing.QUOTAS)
                cursor.execute("CHECKPOINT")
                cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('surveys_quotacount'))")
                file = bytes(cursor.fetchone()[0])
                left = [one for one in spent if int(one).to_bytes(4, "little") in file]
                if not left:
                    break
                time.sleep(0.25)
        assert file
        assert not left, "nor does its file"

    def test_a_form_that_was_taken_gets_its_receipt_again_though_the_quota_is_full(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        quota = {"code": "phone", "name": two("电话", "Phone"), "when": is_("way", 1), "most": 10}
        wave = a_wave(document(choice("way"), rating("overall", headline=True), quotas=[quota]))
        QuotaCount.objects.create(wave=wave, code="phone", taken=9)
        form = filled(rosa.get(PAGE), general__way="1", parks__overall="5")
        first, second = (rosa.post(PAGE, {**form, "go": "send"}) for _try in range(2))
        assert receipts_on(first) == receipts_on(second) != []


class TestChance:
    DOC = document(
        question(
            "arm",
            "split",
            "general",
            {},
            settings={"arms": [{"code": 1, "name": two("甲", "A")}, {"code": 2, "name": two("乙", "B")}]},
        ),
        rating("overall", headline=True),
        question("asked_a", "short_text", "general", two("甲？", "A?"), show=is_("arm", 1)),
        question("asked_b", "short_text", "general", two("乙？", "B?"), show=is_("arm", 2)),
        question(
            "way",
            "single_choice",
            "general",
            two("？", "?"),
            settings={
                "choices": [{"code": n, "text": two(str(n), str(n))} for n in range(1, 9)],
                "offer": [],
                "shuffle": True,
            },
        ),
    )

    def test_the_arm_and_the_order_stay_with_the_form_and_are_stored(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave(self.DOC)
        arms, orders = set(), set()
        for _form in range(12):
            form = rosa.get(PAGE)
            wording = shown(form) & {"general.asked_a", "general.asked_b"}
            assert len(wording) == 1
            order = form_of(form).offered["general.way"]
            again = turn(rosa, form, "stay", general__way="3")
            assert form_of(again).offered["general.way"] == order
            assert shown(again) & {"general.asked_a", "general.asked_b"} == wording
            turn(rosa, again, "send")
            arms |= wording
            orders.add(tuple(order))
        assert len(arms) == 2
        assert len(orders) > 5
        for entry in InboxEntry.objects.all():
            assert entry.codes[0] in (1, 2)
            assert entry.extras
            assert 1 <= entry.extras["_order"] <= 200

    def test_a_sent_arm_does_not_count(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(self.DOC)
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
        body = {"token": token, "answers": {"general": {"arm": 2, "way": 1}}}
        answer = rosa.post("/api/v1/waves/city-2026/responses/", body, content_type="application/json")
        assert answer.status_code == 201
        assert answer.json()["not_asked"] == ["general.arm"]


class TestAddress:
    def test_a_parameter_of_the_address_is_carried_and_stored(self, rosa: Client, a_wave: Waves) -> None:
        settings = {"parameter": "from", "choices": CHOICES}
        a_wave(
            document(
                question("source", "hidden", "general", {}, settings=settings),
                page("p"),
                choice("way"),
                page("q"),
                rating("overall", headline=True),
            )
        )
        first = rosa.get(PAGE, {"from": "2"})
        last = turn(rosa, first, general__way="1")
        turn(rosa, last, "send", parks__overall="1")
        city = InboxEntry.objects.get(department__parent=None)
        assert bytes(city.codes) == bytes([2, 1])

    def test_what_is_not_listed_is_ignored(self, rosa: Client, a_wave: Waves) -> None:
        settings = {"parameter": "from", "choices": CHOICES}
        a_wave(
            document(
                question("source", "hidden", "general", {}, settings=settings),
                rating("overall", headline=True),
            )
        )
        form = rosa.get(PAGE, {"from": "rosa@example.org"})
        assert form.status_code == 200
        assert "rosa@" not in form.content.decode()


class TestApi:
    def test_the_course_is_told_step_by_step(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(PAGED)
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]

        def asked(**answers: Any) -> list[list[str]]:
            body = {"token": token, "answers": {"general": answers, "parks": {}}, "language": "en"}
            found = rosa.post("/api/v1/waves/city-2026/course/", body, content_type="application/json").json()
            return [
                [
                    f"{section['part']}.{one['code']}"
                    for section in page["sections"]
                    for one in section["questions"]
                ]
                for page in found["pages"]
            ]

        assert asked() == [["general.way"], ["parks.overall", "parks.why"], ["general.said"]]
        assert asked(way=1)[0] == ["general.way", "general.detail"]
        assert asked(way=2) == [["general.way"], ["general.said"]]

    def test_leaving_out_the_place_leaves_out_none_of_its_duties(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(document(choice("way", required=True), page("p2"), rating("overall", headline=True)))
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
        body = {"token": token, "answers": {"parks": {"overall": 5}}}
        answer = rosa.post("/api/v1/waves/city-2026/responses/", body, content_type="application/json")
        assert answer.status_code == 422
        assert answer.json()["errors"].keys() == {"general.way"}

    def test_an_unknown_name_is_named_before_anything_else(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(document(page("p1"), rating("overall", headline=True)))
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
        body = {"token": token, "answers": {"nope": {"x": 1}}}
        answer = rosa.post("/api/v1/waves/city-2026/responses/", body, content_type="application/json")
        assert answer.status_code == 422
        assert "nope" in str(answer.json())
        begun = rosa.post(
            "/api/v1/waves/city-2026/course/",
            {"token": token, "answers": {}},
            content_type="application/json",
        )
        assert begun.json()["problems"] == {}

    def test_a_hidden_answer_is_left_out_and_named(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(PAGED)
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
        answers = {"general": {"way": 2, "detail": "hidden", "said": "x"}, "parks": {"overall": 5}}
        answer = rosa.post(
            "/api/v1/waves/city-2026/responses/",
            {"token": token, "answers": answers},
            content_type="application/json",
        )
        assert answer.status_code == 201
        assert answer.json()["not_asked"] == ["general.detail", "parks.overall"]
        (entry,) = InboxEntry.objects.all()
        assert entry.extras == {"said": "x"}
