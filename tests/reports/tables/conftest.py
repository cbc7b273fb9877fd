"""Tables that score are followed from the page that people fill in, so their waves are those of the lower storey."""

from tests.surveys.responses.conftest import a_wave, an_edition, nothing_remembered, rosa

__all__ = ["a_wave", "an_edition", "nothing_remembered", "rosa"]
