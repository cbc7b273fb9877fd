"""Faults of the work on one wave, which must not stop the work on the others.

Only these are caught. Whatever else is raised stops the worker and is made good by the next beat: a database that
does not answer, or the alarm of the task's time limit.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist, ValidationError

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    ObjectDoesNotExist,
    RuntimeError,
    TypeError,
    ValidationError,
    ValueError,
)


@contextmanager
def apart(log: logging.Logger, wave_id: int) -> Iterator[None]:
    """Log what goes wrong with one wave and let the others go on."""
    try:
        yield
    except FAULTS:
        log.exception("the work on wave %s failed; the next beat tries again", wave_id)
