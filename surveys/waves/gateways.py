"""Gateways: who carries messages to residents. Messages are handed over and forgotten; no contact is stored here.

The usual gateway drops a file that a carrier's program fetches: one JSON-lines file for each sending, under
`DATA_DIR/outbox`, for the platform's user alone, complete as soon as it has its name. The other one is the mail
server. `MESSAGE_GATEWAY` names the one in use; another is a class here and a line in `GATEWAYS`.
"""

import json
import os
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PHONE, EMAIL = "phone", "email"


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is to read."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """Which messages were handed over, by their places in the sequence, and what stopped the others."""

    taken: Sequence[int]
    problem: str = ""


class Gateway(Protocol):
    """A way to residents: which contacts it reaches and how many at a time, and the handing over itself."""

    @property
    def name(self) -> str:
        """What `MESSAGE_GATEWAY` calls it."""

    @property
    def label(self) -> str | Promise:
        """What the office calls it, in the middle of a sentence."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of contacts that it reaches."""

    @property
    def most(self) -> int:
        """How many messages it takes at a time."""

    def deliver(self, messages: Sequence[Message], *, sending: str) -> Delivered:
        """Hand the messages over; raises nothing. `sending` names this sending and no other."""


class Outbox:
    """A file for a carrier's program to fetch."""

    name = "file"
    label = gettext_lazy("a file for the carrier")
    kinds = frozenset({PHONE, EMAIL})
    most = 50_000

    def deliver(self, messages: Sequence[Message], *, sending: str) -> Delivered:
        """Write all messages, one JSON object a line with `to`, `subject` and `text`, or nothing."""
        folder = Path(settings.DATA_DIR) / "outbox"
        part = folder / f".{sending}.part"
        lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in messages)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            part.rename(folder / f"{sending}.jsonl")
        except OSError as problem:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return Delivered(
                (), _("The outbox cannot be written: %(reason)s.") % {"reason": problem.strerror}
            )
        return Delivered(range(len(messages)))


class Mail:
    """The mail server of `EMAIL_HOST`."""

    name = "email"
    label = gettext_lazy("the mail server")
    kinds = frozenset({EMAIL})
    most = 1_000  # while somebody waits for the page

    def deliver(self, messages: Sequence[Message], *, sending: str) -> Delivered:
        """Send one mail after another on one connection; an address that is refused does not stop the others.

        So is one that looks like an address and cannot be written as mail servers want it.
        """
        taken: list[int] = []
        refused = 0
        try:
            with get_connection() as connection:
                for place, one in enumerate(messages):
                    mail = EmailMessage(one.subject, one.text, to=[one.to], connection=connection)
                    try:
                        mail.send()
                    except (smtplib.SMTPRecipientsRefused, ValueError):
                        refused += 1
                    else:
                        taken.append(place)
        except (OSError, smtplib.SMTPException):
            return Delivered(taken, _("The mail server stopped taking messages."))
        return Delivered(taken, _("The mail server does not know these addresses.") if refused else "")


GATEWAYS: tuple[Gateway, ...] = (Outbox(), Mail())


def gateway() -> Gateway:
    """Return the gateway in use."""
    return next(one for one in GATEWAYS if one.name == settings.MESSAGE_GATEWAY)
