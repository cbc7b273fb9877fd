"""What the cases of attack share: the waves of residents, and one of everything that addresses speak of."""

from tests.house.test_audience import arguments
from tests.surveys.responses.conftest import a_wave, an_edition, nothing_remembered, rosa, strata

__all__ = ["a_wave", "an_edition", "arguments", "nothing_remembered", "rosa", "strata"]
