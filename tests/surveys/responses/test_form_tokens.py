"""A form token is ours, for one wave, in one spelling."""

import pytest
import time_machine
from django.test import override_settings

from surveys.responses import form_tokens
from surveys.responses.form_tokens import BadFormToken


def test_a_token_reads_back() -> None:
    token = form_tokens.read(form_tokens.issue(7).written, 7)
    assert len(token.secret) == 16
    assert 0 <= token.age < 5
    assert not token.has_expired


def test_no_two_tokens_are_alike() -> None:
    secrets = {form_tokens.read(form_tokens.issue(7).written, 7).secret for _number in range(100)}
    assert len(secrets) == 100


def test_it_expires_after_four_days() -> None:
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        written = form_tokens.issue(7).written
        clock.shift(4 * 24 * 3600)
        assert not form_tokens.read(written, 7).has_expired
        clock.shift(1)
        assert form_tokens.read(written, 7).has_expired


def test_a_clock_that_was_set_back_gives_no_negative_age() -> None:
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as clock:
        written = form_tokens.issue(7).written
        clock.shift(-3600)
        assert form_tokens.read(written, 7).age == 0


def test_a_token_of_another_wave_is_refused() -> None:
    with pytest.raises(BadFormToken):
        form_tokens.read(form_tokens.issue(7).written, 8)


def test_a_token_of_another_site_is_refused() -> None:
    with override_settings(SECRET_KEY="x" * 50):
        written = form_tokens.issue(7).written
    with pytest.raises(BadFormToken):
        form_tokens.read(written, 7)


def test_a_token_with_any_character_changed_is_refused() -> None:
    written = form_tokens.issue(7).written
    for place, sign in enumerate(written):
        for other in {"A", "B", "-", "=", "é"} - {sign}:
            with pytest.raises(BadFormToken):
                form_tokens.read(written[:place] + other + written[place + 1 :], 7)


@pytest.mark.parametrize("written", ["", "x", "A" * 48, "A" * 47 + "=", "A" * 5000, "\x00" * 48, "我" * 48])
def test_what_is_no_token_is_refused(written: str) -> None:
    with pytest.raises(BadFormToken):
        form_tokens.read(written, 7)
