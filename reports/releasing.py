"""The way to a release, in the order it is gone: sealed, analysed, tried by an attack on what is hidden, printed.

All of it happens before anybody can read, so a release shows the pages and every file at one moment. None of it can
keep a release from firing: what goes wrong with one wave stays with it, what takes long is gone on with at the next
beat, and what is not ready within a bound is released as it is.
"""

import time

from reports.analyses import analysing
from reports.disclosures import trying
from reports.exports import printing
from reports.notices import noticing
from reports.scorecards import comments, publishing

SECONDS = 60.0  # of printing at one beat


def release_due() -> int:
    """Make ready what is sealed, then what is evaluated, release what is due, tell people; count the steps.

    What is sealed comes first: its time is fixed, and sealing another wave may take long or fail. Whatever ends the
    making ready, what is ready is released. What people wrote is forgotten last, when its time is over.
    """
    until = time.monotonic() + SECONDS
    released = _release()
    try:
        steps = _made_ready(until) + publishing.seal_due() + _made_ready(until)
    finally:
        released += _release()
    return steps + released + noticing.notice_due() + comments.forget_due()


def _made_ready(until: float) -> int:
    return analysing.analyse_due() + trying.try_due() + printing.print_due(until=until, then=_release)


def _release() -> int:
    return publishing.release_due(except_for=printing.unfinished())
