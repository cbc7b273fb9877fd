"""The way to a release, in the order it is gone: what is due is released, then what is evaluated is made ready.

Made ready is: sealed, tried by an attack on everything that is hidden, printed. All of it happens before anybody can
read, so a release shows the pages and every file at one moment.
"""

from reports.disclosures import trying
from reports.exports import printing
from reports.notices import noticing
from reports.scorecards import comments, publishing


def release_due() -> int:
    """Make ready and release what is sealed, then what is evaluated, and tell people; count the steps.

    What is sealed comes first: its time is fixed, and sealing another wave may take long or fail. What people wrote is
    forgotten last, when its time is over.
    """
    return (
        _release_sealed()
        + publishing.seal_due()
        + _release_sealed()
        + noticing.notice_due()
        + comments.forget_due()
    )


def _release_sealed() -> int:
    return trying.try_due() + printing.print_due() + publishing.release_due()
