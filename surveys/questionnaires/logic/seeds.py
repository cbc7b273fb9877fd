"""Chance that can be told again: random orders and split samples, from the secret of one form.

Whatever is random about a form follows from its seed, so going back a page or loading it again changes nothing. Each
part has an *order number* of its own, 1 to 200, which is what its record keeps: from it and the edition anybody can
tell in which order the person met the questions and choices. The numbers of the parts of one form are independent
without the secret, so they do not link its records.
"""

import hashlib
import hmac
from dataclasses import dataclass

ORDERS = 200


@dataclass(frozen=True, slots=True)
class Seed:
    """The chance of one form: `secret` is known to nobody else and the same whenever the form is shown."""

    secret: bytes

    @classmethod
    def of(cls, number: int) -> "Seed":
        """Return the seed called `number`, for previews and tests."""
        return cls(f"seed {number}".encode())

    def number(self, part: str) -> int:
        """Return the order number of `part`, 1 to 200."""
        return self._drawn("order", part) % ORDERS + 1

    def order(self, part: str, name: str, count: int) -> tuple[int, ...]:
        """Return in which order the `count` things of the list called `name` are met in `part`."""
        return order(self.number(part), name, count)

    def arm(self, part: str, code: str, count: int) -> int:
        """Return which of `count` arms of the split sample `code` the form falls into in `part`, from 0."""
        return self._drawn("arm", part, code) % count

    def _drawn(self, *names: str) -> int:
        message = "\0".join(("minping", "v1", *names)).encode()
        return int.from_bytes(hmac.digest(self.secret, message, "sha256")[:8])


def order(number: int, name: str, count: int) -> tuple[int, ...]:
    """Return the order, of positions from 0, that the order number `number` gives the list called `name`.

    Positions are sorted by consecutive eights of bytes of SHAKE-256 (FIPS 202) over `minping/order/v1`, the number
    and the name, separated by zero bytes; so it is the same in any language and any version.
    """
    stream = hashlib.shake_256(f"minping/order/v1\0{number}\0{name}".encode()).digest(8 * count)
    return tuple(
        sorted(range(count), key=lambda position: (stream[8 * position : 8 * position + 8], position))
    )
