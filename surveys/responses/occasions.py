"""The occasion of a form: what its pages carry on besides the answers, and what is believed of that.

By which channel, at which service point, with which invitation, in which view. An address or a form may say what it
likes; what could be claimed by anybody is taken as said, the rest needs a pass: believed of what was posted, never of
an address, and before anything is stored only if the device is still on and the helper still works here.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString

from surveys.responses import passes
from surveys.responses.access import AskedWave
from surveys.responses.passes import BadPass
from surveys.waves.models import CLAIMABLE, Channel


@dataclass(frozen=True, slots=True)
class Occasion:
    """How a form comes to be answered."""

    channel: Channel
    point: str = ""  # code of the service point whose poster was read
    point_id: int = 0
    helper: str = ""  # hash of who fills it in with the resident
    permit: str = ""  # the pass as written
    holder: int = 0  # whose pass it is, see `passes`
    is_helped: bool = False  # a helper reads the screen, whether or not the pass still holds
    code: str = ""  # of the invitation
    view: str = ""  # how the form is shown, see `VIEWS`
    replaces: str = ""  # receipt of the rating in whose place this one is to count
    change: str = ""  # the word that proves whose receipt it is
    saved: str = ""  # the code under which the form was put aside, see `saving`

    @property
    def ch(self) -> str:
        """The channel as addresses and forms name it."""
        return self.channel.name.lower()

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """What a form of this occasion carries on, by name."""
        yield "ch", self.ch
        for name, value in (
            ("code", self.code),
            ("point", self.point),
            ("pass", self.permit),
            ("view", self.view),
            ("replaces", self.replaces),
            ("change", self.change),
            ("saved", self.saved),
        ):
            if value:
                yield name, value

    @property
    def is_vouched_for(self) -> bool:
        """Whether a pass says that it comes from a kiosk or a helper."""
        return self.channel not in CLAIMABLE

    @property
    def is_secret(self) -> bool:
        """Whether it carries something that must not stand in an address."""
        return bool(self.code or self.replaces or self.change or self.saved)

    def hidden(self, token: str) -> SafeString:
        """Return the hidden fields of a form with this token."""
        # Escaped by the standard library: Django's own way, made for lazy texts too, took a quarter of a page's time.
        return SafeString(
            "\n".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                for name, value in (("token", token), *self.fields)
            )
        )


LARGE = "large"  # large type, one question at a time
STANDARD = ""
VIEWS = frozenset({STANDARD, LARGE})
NAMES = frozenset({"ch", "code", "point", "pass", "view", "replaces", "change", "saved"})


def of(
    wave: AskedWave, said: Mapping[str, str], *, code: str = "", saved: str = "", permit: str = ""
) -> Occasion:
    """Return the occasion that an address or a form tells of; what cannot be believed is left out.

    `saved` and `permit`, a pass, are given by what was posted only: a link must not make somebody save under a code
    that another knows, or answer as if a helper sat beside.
    """
    # `to` is the button that changes the view: what it says comes before what the form was shown in.
    view = said.get("to") or said.get("view", "")
    carried: dict[str, Any] = {
        "code": code or said.get("code", ""),
        "view": view if view in VIEWS else STANDARD,
        "replaces": said.get("replaces", ""),
        "change": said.get("change", ""),
        "saved": saved,
    }
    if permit:
        try:
            stated = passes.read(permit, wave.id)
        except BadPass:
            pass
        else:
            if stated.channel in wave.channels:
                return Occasion(
                    stated.channel,
                    point_id=stated.point,
                    helper=stated.helper,
                    permit=permit,
                    holder=stated.holder,
                    is_helped=stated.channel in passes.DEEDS,
                    **carried,
                )
    channel = wave.channel_named(said.get("ch", ""))
    if channel not in CLAIMABLE:
        channel = Channel.WEB
    point = said.get("point", "")
    known = point in wave.points
    return Occasion(channel, point if known else "", wave.points[point] if known else 0, **carried)


def confirmed(wave: AskedWave, occasion: Occasion) -> Occasion:
    """Return `occasion` as it is to be stored: without what its pass says if that holds no longer.

    One query where there is a pass, else none.
    """
    if not occasion.permit or passes.holds(wave.id, channel=occasion.channel, holder=occasion.holder):
        return occasion
    return replace(occasion, channel=Channel.WEB, point_id=0, helper="", permit="", holder=0)
