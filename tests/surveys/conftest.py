"""The doors of the lower storey are tested with the waves of the room they lead into."""

from tests.surveys.responses.conftest import a_wave, an_edition, nothing_remembered, strata

__all__ = ["a_wave", "an_edition", "nothing_remembered", "strata"]
