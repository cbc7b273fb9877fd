"""Passes: how a form knows that it stands on a kiosk, or is filled in with an interviewer.

Anybody may say of a form that its address came from a poster or a message. That it stands on a device of ours or
that a member of staff helped is only believed with a pass: what they are, signed for one wave.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from surveys.responses import form_tokens
from surveys.waves.models import Channel

LIFETIME_SECONDS = form_tokens.LIFETIME_SECONDS  # as long as a form

_SALT = "minping.pass"


class BadPass(ValueError):
    """A pass that is not ours, not for this wave, or too old."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What is believed of a form: its channel, the id of its service point (0: none), and who helped (a hash)."""

    channel: Channel
    point: int = 0
    helper: str = ""


def issue(wave_id: int, stated: Pass) -> str:
    """Return `stated` as a form of the wave carries it."""
    return signing.dumps([wave_id, int(stated.channel), stated.point, stated.helper], salt=_SALT)


def read(written: str, wave_id: int) -> Pass:
    """Return the pass that `written` is, or raise `BadPass`."""
    try:
        wave, channel, point, helper = signing.loads(written, salt=_SALT, max_age=LIFETIME_SECONDS)
    except signing.BadSignature as error:
        raise BadPass("not signed by us, or too old") from error
    if wave != wave_id:
        raise BadPass("issued for another wave")
    return Pass(Channel(channel), point, helper)
