"""One measured figure and the reference it is a ratio to, taken in the same run on the same machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """A target of the performance page, as measured."""

    code: str  # P1 … P13
    what: str
    value: float
    unit: str
    reference: float | None  # None where the target is absolute
    reference_name: str
    target: str  # in words, as the performance page says it
    met: bool

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of its reference."""
        return self.value / self.reference if self.reference else None
