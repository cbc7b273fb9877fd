"""One code, one rating; one form, one rating: however many send it in the same moment, by whatever way.

Short here; `make endure` sends 500 codes 30 times and 1,000 forms up to 20 times (ENDURE=1). The server is the real
one over HTTP, and the inbox is mixed meanwhile.
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from surveys.people.models import Department, User
from surveys.responses import mixing, receipts
from surveys.waves import inviting
from surveys.waves.models import Invitation, Wave
from tests.house.residents import Answer, Form, Line, form_on, press
from tests.house.served import AT_FULL_LENGTH, a_mixer, an_open_wave, at_once, grades, rows, served

CODES, AT_A_CODE = (500, 30) if AT_FULL_LENGTH else (25, 12)
FORMS, AT_A_FORM = (1000, 20) if AT_FULL_LENGTH else (50, 8)
ITEMS = 4

RECORDS = """
SELECT substr(r.commitment, 1, 10), r.codes, r.klass
FROM (SELECT commitment, codes, klass FROM surveys_response
      UNION ALL SELECT commitment, codes, klass FROM surveys_inboxentry) AS r
"""


@dataclass(frozen=True)
class Told:
    """What one contestant was told in one round, and what they had sent."""

    status: int
    receipts: tuple[str, ...]
    grade: int


@pytest.fixture
def wave(transactional_db: None, departments: dict[str, Department], ada: User, settings: Any) -> Wave:
    settings.MIXING_MIN_BATCH = 1
    return an_open_wave(grades(items=ITEMS), departments=departments, by=ada)


def fill(form: Form, grade: int) -> Form:
    """Give every question the same grade, so that each record tells whose it is."""
    form.answers = {name: str(grade) for name in form.choices}
    return form


def by_page(line: Line, address: str, grade: int) -> Any:
    """Load a form and return how to send it."""
    form = fill(form_on(line.get(address)), grade)
    return lambda: press(line, form)


def by_typing_the_code(line: Line, wave: Wave, code: str, grade: int) -> Any:
    """Load anybody's form, put the code into it as people type it."""
    form = fill(form_on(line.get(f"/s/{wave.slug}/")), grade)
    typed = inviting.grouped(code).lower().replace("0", "o")
    return lambda: line.post(form.action, [("code", typed), *form.fields])


def by_program(line: Line, wave: Wave, code: str | None, grade: int) -> Any:
    """Ask the API for a form and return how to send it."""
    asked = json.loads(line.get(f"/api/v1/waves/{wave.slug}/form/").text)
    answers = {part["code"]: {q["code"]: grade for q in part["questions"]} for part in asked["parts"]}
    body = {"token": asked["token"], "language": "en", "answers": answers}
    if code:
        body["code"] = code
    return lambda: line.send_json(f"/api/v1/waves/{wave.slug}/responses/", body)


def stored() -> dict[str, tuple[bytes, int]]:
    """Return answers and class of every record by its receipt, each of which there is once."""
    found = [(receipts.printed(bytes(r)), (bytes(c), k)) for r, c, k in rows(RECORDS)]
    assert len(dict(found)) == len(found), "a receipt stands twice"
    return dict(found)


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_sent_by_many_at_once_counts_once(wave: Wave, ada: User, tmp_path: Path) -> None:
    codes = inviting.make_codes(wave, stratum=0, count=CODES, by=ada)
    ready = threading.Barrier(AT_A_CODE)

    def contest(place: int, port: int) -> list[Told]:
        told = []
        for turn, code in enumerate(codes):
            line, grade = Line(port), (place + turn) % 5 + 1
            ways = {
                0: lambda: by_page(line, f"/i/{code}/", grade),  # noqa: B023  called in this very turn
                1: lambda: by_typing_the_code(line, wave, code, grade),  # noqa: B023
                2: lambda: by_program(line, wave, code, grade),  # noqa: B023
            }
            try:
                send = ways[(place + turn) % 3]()
                ready.wait(timeout=60)
                answer: Answer = send()
            except BaseException:
                ready.abort()
                raise
            told.append(Told(answer.status, answer.receipts, grade))
            line.close()
        return told

    with served(tmp_path / "web.log") as port, a_mixer():
        contests = at_once(AT_A_CODE, lambda place: contest(place, port))
    mixing.mix_due()
    records = stored()
    acknowledged: list[str] = []
    for turn, round_of_one in enumerate(zip(*contests, strict=True)):
        winners = [one for one in round_of_one if one.receipts]
        assert len(winners) == 1, f"{len(winners)} were told that code {turn} counts for them"
        assert {one.status for one in round_of_one} - {200, 201} <= {410}, round_of_one
        for receipt in winners[0].receipts:
            assert records[receipt] == (bytes([winners[0].grade]) * ITEMS, wave.klass)
        acknowledged += winners[0].receipts
    assert sorted(acknowledged) == sorted(records)
    assert len(acknowledged) == 2 * CODES  # Parks and Roads
    assert Invitation.objects.filter(wave=wave, state=Invitation.State.SPENT).count() == CODES
    assert rows("SELECT sum(people) FROM surveys_participation") == [(CODES,)]


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_many_times_at_once_counts_once_and_always_gets_the_same_receipts(
    wave: Wave, ada: User, tmp_path: Path
) -> None:
    chance = random.Random(7)  # noqa: S311  test data
    codes = inviting.make_codes(wave, stratum=0, count=FORMS // 2, by=ada)
    sizes = [chance.randint(2, AT_A_FORM) for _form in range(FORMS)]
    ready = threading.Barrier(AT_A_FORM)
    forms: list[Form] = []

    def hammer(place: int, port: int) -> list[Answer | None]:
        line, told = Line(port), []
        for turn, form in enumerate(forms):
            ready.wait(timeout=60)
            told.append(press(line, form) if place < sizes[turn] else None)
        line.close()
        return told

    with served(tmp_path / "web.log") as port, a_mixer():
        for turn in range(FORMS):  # every other one is anybody's
            line = Line(port)
            address = f"/i/{codes[turn // 2]}/" if turn % 2 else f"/s/{wave.slug}/"
            forms.append(fill(form_on(line.get(address)), turn % 5 + 1))
            line.close()
        pressed = at_once(AT_A_FORM, lambda place: hammer(place, port))
    mixing.mix_due()
    records = stored()
    acknowledged = []
    for turn, answers in enumerate(zip(*pressed, strict=True)):
        told = [one for one in answers if one is not None]
        assert len(told) == sizes[turn]
        assert {one.status for one in told} == {200}
        assert len({one.receipts for one in told}) == 1, f"form {turn} was given different receipts"
        assert len(told[0].receipts) == 2
        assert {records[receipt][0] for receipt in told[0].receipts} == {bytes([turn % 5 + 1]) * ITEMS}
        acknowledged += told[0].receipts
    assert sorted(acknowledged) == sorted(records)
    assert rows("SELECT sum(people) FROM surveys_participation") == [(FORMS,)]
