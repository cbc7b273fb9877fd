"""The narrow door for comments: masked texts of one slice, by themselves, in no order, and never of a few people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from surveys import comments
from surveys.people.models import Department, User
from surveys.responses import collecting, mixing
from surveys.responses.models import Response, Status
from surveys.waves import fielding
from surveys.waves.models import Klass, Wave

from .responses.conftest import document, question, rating, two
from .responses.test_collecting import a_sheet, a_token

pytestmark = pytest.mark.django_db

ASKED = document(
    rating("overall", headline=True),
    question("why", "long_text", "each", two("为什么？", "Why?"), settings={"max_length": 2000}),
    question("more", "long_text", "each", two("还有呢？", "What else?"), settings={"max_length": 2000}),
    question("who", "short_text", "each", two("谁？", "Who?"), settings={"max_length": 200}),
)


def settle(wave: Wave, by: User) -> None:
    fielding.close_wave(wave, by=by)
    mixing.settle(wave.pk)


def say(wave: Wave, number: int, **texts: str) -> None:
    answers: dict[str, dict[str, Any]] = {"parks": {"overall": number % 5 + 1, **texts}}
    collecting.submit(a_sheet(wave, answers), token=a_token(wave), code=None)


@pytest.fixture
def told(a_wave: Callable[..., Wave], ada: User) -> Wave:
    """Twelve people say why, nine of them something more as well, all of them who."""
    wave = a_wave(ASKED)
    for number in range(12):
        texts = {"why": f"remark {number}, call 138{number:08d}", "who": f"secret {number}"}
        say(wave, number, **texts, **({"more": f"more {number}"} if number < 9 else {}))
    settle(wave, ada)
    return wave


def asked(wave: Wave, department: Department, **wanted: Any) -> comments.Comments:
    return comments.drawn(wave.pk, klass=Klass.OPEN, department_id=department.pk, **wanted)


def test_comments_are_the_masked_long_texts_of_one_slice(
    told: Wave, departments: dict[str, Department]
) -> None:
    found = asked(told, departments["parks"])
    texts = list(found.texts)
    assert found.number == len(texts) == 12
    assert {one.item for one in texts} == {"why"}
    assert {one.text for one in texts} == {f"remark {number}, call [phone]" for number in range(12)}


def test_a_question_that_few_answered_gives_none(told: Wave, departments: dict[str, Department]) -> None:
    assert all(one.item != "more" for one in asked(told, departments["parks"]).texts)
    assert asked(told, departments["parks"], fewest=13).number == 0
    assert asked(told, departments["parks"], fewest=1).number == 12, "ten is the least, whatever is asked for"
    assert asked(told, departments["roads"]).number == 0


def test_short_texts_never_come_through(told: Wave, departments: dict[str, Department]) -> None:
    assert not any("secret" in one.text for one in asked(told, departments["parks"]).texts)


def test_void_and_replaced_records_are_silent(told: Wave, departments: dict[str, Department]) -> None:
    first, second = list(Response.objects.filter(wave=told)[:2])
    Response.objects.filter(pk=first.pk).update(status=Status.VOID)
    Response.objects.filter(pk=second.pk).update(status=Status.REPLACED)
    gone = {masked_number(one) for one in (first, second)}
    texts = [one.text for one in asked(told, departments["parks"]).texts]
    assert len(texts) == 10
    assert not gone & {text.split(",")[0] for text in texts}


def masked_number(record: Response) -> str:
    assert record.extras
    return str(record.extras["why"]).split(",", maxsplit=1)[0]


def test_they_come_in_another_order_each_time_and_not_in_that_of_the_rows(
    told: Wave, departments: dict[str, Department]
) -> None:
    orders = {tuple(one.text for one in asked(told, departments["parks"]).texts) for _ in range(4)}
    assert len(orders) > 1
    sorts = re.findall(r"ORDER BY .*", comments.TEXTS)
    assert sorts == ["ORDER BY gen_random_uuid() LIMIT %s"], "every text has its own place, not every record"


def test_a_few_are_drawn_by_lot_out_of_all(told: Wave, departments: dict[str, Department]) -> None:
    drawn: Counter[str] = Counter()
    for _ in range(12):
        found = asked(told, departments["parks"], most=4)
        texts = [one.text for one in found.texts]
        assert (found.number, len(texts)) == (12, 4)
        drawn.update(texts)
    assert len(drawn) > 6


def test_a_comment_holds_nothing_that_names_or_joins() -> None:
    assert [one.name for one in fields(comments.Comment)] == ["item", "text"]


def test_a_wave_that_is_still_being_mixed_gives_none(
    a_wave: Callable[..., Wave], departments: dict[str, Department]
) -> None:
    wave = a_wave(ASKED)
    with pytest.raises(LookupError, match="not settled"):
        asked(wave, departments["parks"])


def test_comments_about_the_place_as_a_whole_lie_under_the_root(
    a_wave: Callable[..., Wave], departments: dict[str, Department], ada: User
) -> None:
    wave = a_wave(
        document(
            rating("city", "general"),
            rating("overall", headline=True),
            question("wish", "long_text", "general", two("愿望？", "A wish?"), settings={"max_length": 2000}),
        )
    )
    for number in range(10):
        answers = {"general": {"city": 4, "wish": f"wish {number}"}, "parks": {"overall": 5}}
        collecting.submit(a_sheet(wave, answers), token=a_token(wave), code=None)
    settle(wave, ada)
    assert {one.text for one in asked(wave, departments["city"]).texts} == {f"wish {n}" for n in range(10)}
