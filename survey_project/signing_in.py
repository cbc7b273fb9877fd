"""Signing in with a password: whoever guesses waits longer each time, and nobody's guesses stop the residents.

Counted is the pair of account and part of the network, never an account alone: nobody can lock somebody else out.
Each process counts for itself and writes nothing down. A password takes long to check, so that a stolen table is hard
to read; therefore a process checks one at a time and leaves its other threads to whoever answers a survey.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from http import HTTPStatus
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.responses.nearby import prefix_of

FREE = 5  # guesses without a wait
FIRST_WAIT = 4  # seconds, doubled with each guess more
LONGEST_WAIT = 15 * 60
MOST_REMEMBERED = 10_000
TURN_SECONDS = 3.0  # how long a second one waits for its turn


class Guesses:
    """Who guessed how often, the latest remembered; safe for threads."""

    def __init__(self) -> None:
        self._made: OrderedDict[bytes, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, pair: bytes) -> int:
        """Count a guess and return 0, or return how many seconds are to be waited and count none."""
        now = time.time()
        with self._lock:
            count, latest = self._made.get(pair, (0, 0.0))
            due = min(FIRST_WAIT * 2 ** (count - FREE), LONGEST_WAIT) if count >= FREE else 0
            left = latest + due - now
            if due and left > 0:
                return int(left) + 1
            self._made[pair] = min(count + 1, 64), now
            self._made.move_to_end(pair)
            if len(self._made) > MOST_REMEMBERED:
                self._made.popitem(last=False)
            return 0

    def forget(self, pair: bytes) -> None:
        """Forget the guesses of whoever knew the password."""
        with self._lock:
            self._made.pop(pair, None)


guesses = Guesses()
checking = threading.BoundedSemaphore(1)
at_the_desk = threading.BoundedSemaphore(2)  # the one being checked and the next


def pair_of(username: str, address: str) -> bytes:
    """Return the key of an account and the part of the network that an address lies in."""
    return hashlib.blake2b(
        username.casefold().encode(), key=prefix_of(address) or b"", digest_size=16
    ).digest()


class SignInForm(AuthenticationForm):
    """Name and password, looked at in turn."""

    status = HTTPStatus.OK

    def clean(self) -> dict[str, Any]:
        """Check the password, unless it is to be waited first."""
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        pair = pair_of(self.cleaned_data.get("username", ""), address)
        if not at_the_desk.acquire(blocking=False):
            raise self._busy()
        try:
            if not checking.acquire(timeout=TURN_SECONDS):
                raise self._busy()
            try:
                if seconds := guesses.wait(pair):
                    raise self._too_soon(seconds)
                typed: dict[str, Any] = super().clean()
            finally:
                checking.release()
        finally:
            at_the_desk.release()
        guesses.forget(pair)
        return typed

    def _busy(self) -> ValidationError:
        self.status = HTTPStatus.SERVICE_UNAVAILABLE
        return ValidationError(
            _("Several people are signing in at this moment. Try again in a few seconds."), code="busy"
        )

    def _too_soon(self, seconds: int) -> ValidationError:
        self.status = HTTPStatus.TOO_MANY_REQUESTS
        said = ngettext(
            "Too many attempts for this account from your network. Wait %(seconds)d second, then try again.",
            "Too many attempts for this account from your network. Wait %(seconds)d seconds, then try again.",
            seconds,
        )
        return ValidationError(said % {"seconds": seconds}, code="too_soon")


class SignIn(LoginView):
    """The page to sign in on."""

    authentication_form = SignInForm

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show what was wrong, with the status that programs understand."""
        answer = super().form_invalid(form)
        answer.status_code = getattr(form, "status", HTTPStatus.OK)
        return answer
