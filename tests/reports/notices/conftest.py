"""The same waves as scorecards are tested with."""

from tests.reports.scorecards.conftest import released, sealed

__all__ = ["released", "sealed"]
