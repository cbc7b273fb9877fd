"""The occasion of a form: what its pages carry on besides the answers, and what is believed of that.

By which channel, at which service point, with which invitation, in which view. An address or a form may say what it
likes; what could be claimed by anybody is taken as said, the rest needs a pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from surveys.responses import passes
from surveys.responses.access import AskedWave
from surveys.responses.passes import BadPass
from surveys.waves.models import Channel

# What anybody may say of how an address came to hand.
CLAIMABLE = frozenset({Channel.WEB, Channel.QR, Channel.SMS, Channel.EMAIL, Channel.WIDGET})


@dataclass(frozen=True, slots=True)
class Occasion:
    """How a form comes to be answered."""

    channel: Channel
    point: str = ""  # code of the service point whose poster was read
    point_id: int = 0
    helper: str = ""  # hash of who fills it in with the resident
    permit: str = ""  # the pass as written
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
    def is_secret(self) -> bool:
        """Whether it carries something that must not stand in an address."""
        return bool(self.code or self.replaces or self.change or self.saved)

    def hidden(self, token: str) -> SafeString:
        """Return the hidden fields of a form with this token."""
        return format_html_join(
            "\n", '<input type="hidden" name="{}" value="{}">', [("token", token), *self.fields]
        )


LARGE = "large"  # large type, one question at a time
STANDARD = ""
VIEWS = frozenset({STANDARD, LARGE})
NAMES = frozenset({"ch", "code", "point", "pass", "view", "replaces", "change", "saved"})


def of(wave: AskedWave, said: Mapping[str, str], *, code: str = "", saved: str = "") -> Occasion:
    """Return the occasion that an address or a form tells of; what cannot be believed is left out.

    `saved` is given by posted forms only: a link must not make somebody save under a code that another knows.
    """
    permit = said.get("pass", "")
    # `to` is the button that changes the view: what it says comes before what the form was shown in.
    view = said.get("to") or said.get("view", "")
    carried = {
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
            return Occasion(
                stated.channel, point_id=stated.point, helper=stated.helper, permit=permit, **carried
            )
    channel = wave.channel_named(said.get("ch", ""))
    if channel not in CLAIMABLE:
        channel = Channel.WEB
    point = said.get("point", "")
    known = point in wave.points
    return Occasion(channel, point if known else "", wave.points[point] if known else 0, **carried)
