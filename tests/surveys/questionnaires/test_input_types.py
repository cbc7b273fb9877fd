"""Dates, contacts, codes, numbers and ticks: read strictly, shown again, drawn for everybody."""

import re
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from surveys.questionnaires.codebook import Codebook
from surveys.questionnaires.question_types import AnswerError, question_type
from surveys.questionnaires.question_types.formatted_id import (
    EXAMPLES,
    is_organisation_code,
    is_resident_number,
)

from .conftest import a_text
from .inputs import INPUTS, LISTED, SETTINGS, answered, drawn, messages, tidied


@pytest.mark.parametrize("kind", INPUTS)
def test_a_complete_question_can_be_published(kind: str) -> None:
    assert messages(kind, SETTINGS.get(kind, {})) == ""


@pytest.mark.parametrize("kind", INPUTS)
def test_every_field_has_a_name_for_those_who_do_not_see_it(kind: str) -> None:
    html = drawn(kind)
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        if 'type="hidden"' in field:
            continue
        within = re.search(rf"<label[^>]*>{re.escape(field)}", html)
        (own,) = re.findall(r' id="([^"]+)"', field) or [""]
        assert within or own in labelled, field


@pytest.mark.parametrize("kind", INPUTS)
def test_no_field_invites_the_browser_to_fill_in_who_somebody_is(kind: str) -> None:
    typed = re.findall(r'<input(?![^>]*type="(?:hidden|radio|checkbox|file|range)")[^>]*>', drawn(kind))
    assert all('autocomplete="off"' in field for field in typed)


@pytest.mark.parametrize("kind", INPUTS)
def test_an_error_is_described_beside_its_question(kind: str) -> None:
    html = drawn(kind, error="Not so.")
    assert 'id="general.x-error">Not so.<' in html
    assert re.search(r'aria-describedby="[^"]*general\.x-error', html)
    assert "question-wrong" in html


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("language", ["zh-hans", "en", "ug"])
def test_what_was_typed_is_never_read_as_markup(kind: str, language: str) -> None:
    nasty = '"><script>alert(1)</script>'
    fields = {suffix: [nasty] for suffix in question_type(kind).suffixes(tidied(kind))}
    assert "<script>" not in drawn(kind, fields, language=language)


@pytest.mark.parametrize("kind", INPUTS)
def test_long_nonsense_is_refused_at_once(kind: str) -> None:
    entry = tidied(kind)
    began = time.perf_counter()
    for suffix in question_type(kind).suffixes(entry)[:3]:
        for nonsense in ("9" * 100_000, "a" * 100_000, " " * 100_000 + "1", "1,-" * 33_000, "(" * 100_000):
            try:
                answer = question_type(kind).clean(
                    entry, question_type(kind).read(entry, {suffix: [nonsense]})
                )
            except AnswerError:
                continue
            assert answer in (None, [], 1, "1", {"": "1"}) or "1" in str(answer)
            assert len(str(answer)) < 300
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026/3/1", "2026-03-01"),
        ("2026.3.1", "2026-03-01"),
        (" 2026年3月1日 ", "2026-03-01"),
        ("2026 年 3 月 1 号", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("２０２６－０３－０１", "2026-03-01"),
        ("٢٠٢٦-٠٣-٠١", "2026-03-01"),
        ("", None),
        ("  ", None),
    ],
)
def test_days_are_read_in_the_forms_that_mean_one_day(typed: str, answer: Any) -> None:
    assert answered("date", {"": [typed]}) == answer


@pytest.mark.parametrize(
    "typed",
    [
        "3/1/2026",
        "01-03-2026",
        "1.3.26",
        "2026-3/1",
        "26-03-01",
        "2026-02-30",
        "March 1",
        "2026-03",
        "今天",
        "1799-01-01",
    ],
)
def test_a_day_that_could_be_two_or_none_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        answered("date", {"": [typed]})


def test_today_is_a_bound_that_moves_and_that_no_drawing_states() -> None:
    today = timezone.localdate()
    settings = {"min": "2026-01-01", "max": "today"}
    assert answered("date", {"": [today.isoformat()]}, settings) == today.isoformat()
    with pytest.raises(AnswerError, match="not be after"):
        answered("date", {"": [(today + timedelta(days=1)).isoformat()]}, settings)
    html = drawn("date", settings=settings)
    assert 'min="2026-01-01"' in html
    assert "max=" not in html
    assert "today" not in html


def test_a_day_that_the_browser_could_not_show_is_shown_as_typed() -> None:
    assert 'type="date" value="2026-03-01"' in drawn("date", {"": ["2026-03-01"]})
    assert 'type="text" value="3/1/2026"' in drawn("date", {"": ["3/1/2026"]})
    assert 'type="text" value="25:00"' in drawn("time", {"": ["25:00"]})


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("9:05", "09:05"),
        ("09：05", "09:05"),
        ("9点05分", "09:05"),
        ("14时30分", "14:30"),
        ("08:30:00", "08:30"),
    ],
)
def test_times_are_read_in_the_forms_that_mean_one_time(typed: str, answer: str) -> None:
    assert answered("time", {"": [typed]}) == answer


@pytest.mark.parametrize("typed", ["9", "9pm", "24:00", "9:5", "905", "half past nine", "9:05:30"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        answered("time", {"": [typed]})


def test_bounds_that_nobody_can_keep_are_problems() -> None:
    assert "earliest day is after" in messages("date", {"min": "2026-02-01", "max": "2026-01-01"})
    assert "no day “2026-02-30”" in messages("date", {"min": "2026-02-30"})
    assert "earliest time is after" in messages("time", {"min": "18:00", "max": "08:00"})


def test_the_check_digits_of_organisations_find_every_single_slip() -> None:
    # The first is the standard's own example, the others are published codes.
    for code in (EXAMPLES["organisation"], "91110000802100433B", "91440300708461136T"):
        assert is_organisation_code(code)
        slips = [code[:at] + ("1" if code[at] != "1" else "2") + code[at + 1 :] for at in range(18)]
        assert not any(map(is_organisation_code, slips))


def test_the_check_digits_of_residents_find_every_single_slip() -> None:
    for code in (EXAMPLES["resident"], "440524188001010014"):  # both from the standard
        assert is_resident_number(code)
        slips = [code[:at] + str((int(code[at]) + 1) % 10) + code[at + 1 :] for at in range(17)]
        assert not any(map(is_resident_number, slips))


def test_an_identity_number_needs_a_purpose_which_residents_then_read() -> None:
    assert "ends anonymity" in messages("formatted_id", {"preset": "resident"})
    settings = {"preset": "resident", "purpose": a_text("Regulation 7 asks for it")}
    assert messages("formatted_id", settings) == ""
    assert "Regulation 7 asks for it" in drawn("formatted_id", settings=settings)
    one_language = {"preset": "resident", "purpose": {"en": "Because"}}
    assert "not said in" in messages("formatted_id", one_language)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "Write a pattern"),
        ({"pattern": "(", "example": "x"}, "no pattern"),
        ({"pattern": "(?=a)a", "example": "a"}, "no pattern"),
        (r"(a)\1", "no pattern"),
        ({"pattern": "[0-9]+"}, "Give an example"),
        ({"pattern": "[0-9]+", "example": "x"}, "does not keep"),
        ({"pattern": "[0-9]+", "example": "1", "preset": "organisation"}, "not both"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said(settings: Any, words: str) -> None:
    chosen = {"pattern": settings, "example": "aa"} if isinstance(settings, str) else settings
    assert words in messages("formatted_id", chosen)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", "([a-z]+)*[0-9]", "(x+x+)+y"])
def test_a_pattern_made_to_hang_takes_no_time(pattern: str) -> None:
    began = time.perf_counter()
    with pytest.raises(AnswerError):
        answered("formatted_id", {"": ["a" * 59 + "!"]}, {"pattern": pattern})
    assert time.perf_counter() - began < 0.2


def test_contacts_and_signatures_are_never_required() -> None:
    for kind in ("email", "phone", "several_blanks", "location", "signature", "file", "formatted_id"):
        assert "never be required" in messages(kind, SETTINGS.get(kind, {}), required=True)
        assert question_type(kind).warning or kind == "several_blanks"


def test_blanks_are_stored_apart_and_named_in_errors() -> None:
    assert answered("several_blanks", {"road": [" Lake "], "no": [""]}) == {"road": "Lake"}
    part = Codebook({"questions": [tidied("several_blanks")]}).general
    assert part.unpack(*part.pack({"x": {"road": "Lake", "no": "7"}})) == {"x.road": "Lake", "x.no": "7"}
    with pytest.raises(AnswerError, match=r"No\.: .*6 characters"):
        answered("several_blanks", {"no": ["123456"]})
    with pytest.raises(AnswerError):
        answered("several_blanks", {"road": ["a", "b"]})


def test_a_consent_is_not_ticked_beforehand_and_nothing_else_agrees() -> None:
    assert "checked" not in drawn("consent")
    assert answered("consent", {"": ["1"]}) == 1
    assert answered("consent", {}) is None
    for typed in ("on", "true", "2", "01"):
        with pytest.raises(AnswerError):
            answered("consent", {"": [typed]})


def test_pickers_keep_codes_and_say_names() -> None:
    kind, entry = question_type("department_picker"), tidied("department_picker")
    assert kind.words(entry, "parks", "en") == "Parks"
    assert kind.packed(entry, "parks") == ({}, {"": "parks"})
    assert 'value="roads" selected' in drawn("department_picker", {"": ["roads"]})
    clash = {**LISTED, "choices": [*LISTED["choices"], {"value": "dk", "text": a_text("D. K.")}]}
    assert "is kept for" in messages("department_picker", clash)
    twice = {"choices": [LISTED["choices"][0]] * 2}
    assert "listed twice" in messages("service_picker", twice)


class TestNumbersWithAWayOut:
    def test_a_tick_beside_the_number_is_an_answer(self) -> None:
        assert answered("number", {"": [""], "aside": ["dk"]}) == "dk"
        assert answered("number", {"": ["12"]}) == 12
        html = drawn("number", {"aside": ["na"]})
        assert 'value="na" checked' in html
        assert "minutes" in html

    def test_number_and_tick_together_are_not_guessed_at(self) -> None:
        for fields in ({"": ["12"], "aside": ["dk"]}, {"": [""], "aside": ["dk", "na"]}):
            with pytest.raises(AnswerError, match="not both"):
                answered("number", fields)

    def test_without_an_offer_nothing_stands_beside_it(self) -> None:
        assert "checkbox" not in drawn("number", settings={})
        with pytest.raises(AnswerError):
            answered("number", {"aside": ["dk"]}, {})


def test_a_file_that_was_received_can_be_taken_away_again() -> None:
    handle = date(2026, 1, 1).strftime("%Y%m%d") * 4
    assert answered("file", {"": [handle]}) == handle
    assert answered("file", {"": [handle], "remove": ["1"]}) is None
    html = drawn("file", {"": [handle]})
    assert f'type="hidden" name="general.x" value="{handle}"' in html
    assert 'accept="image/jpeg,image/png,image/webp"' in html
    assert handle not in drawn("file", {"": [handle], "remove": ["1"]})
    assert "name its author" not in html
    assert "name its author" in drawn("file", settings={"kinds": ["document"]})
    assert "Say what may be sent" in messages("file", {"kinds": []})
