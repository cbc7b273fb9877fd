"""Passes that hold: of a device that is on, and of somebody who works here."""

from __future__ import annotations

import os

from surveys.people.models import Role, User
from surveys.responses import assisting, passes
from surveys.responses.passes import Pass
from surveys.waves.models import Channel, Kiosk, Wave


def a_pass(wave: Wave, channel: Channel, *, point: int = 0, by: User | None = None) -> str:
    """Return a pass of a new device, or of `by` or somebody new who helps with the wave."""
    if channel == Channel.KIOSK:
        kiosk = Kiosk.objects.create(wave=wave, name=os.urandom(4).hex(), digest=os.urandom(32))
        return passes.issue(wave.pk, Pass(channel, point, holder=kiosk.pk))
    helper = by or User.objects.create_user(f"helper-{os.urandom(4).hex()}", role=Role.INTERVIEWER)
    return assisting.permit(helper, wave.pk, channel=channel, point=point)
