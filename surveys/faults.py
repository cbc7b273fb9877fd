"""Faults of the work on one wave, which must not stop the work on the others.

Common ground: every verb that goes through the waves that are due does each of them `apart`. Only faults of one
wave's own making are caught. Whatever else is raised ends the run, and the next beat makes it good: a database that
does not answer, or the alarm of a task's time limit.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DataError, IntegrityError

FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DataError,
    IntegrityError,
    LookupError,
    MemoryError,
    ObjectDoesNotExist,
    RuntimeError,
    TypeError,
    ValidationError,
    ValueError,
)


@contextmanager
def apart(log: logging.Logger, words: str, *subject: object) -> Iterator[None]:
    """Log with `words` about `subject`, as a logger takes them, what goes wrong with one wave; the others go on.

    It stands outside of transactions: what one wave began must be rolled back before the next one's turn.
    """
    try:
        yield
    except FAULTS:
        log.exception(words, *subject)
