"""Faults of the work on one wave, which must not stop the work on the others.

Common ground: every verb that goes through the waves that are due does each of them `apart`. Only faults of one
wave's own making are caught. Whatever else is raised ends the run, and the next beat makes it good: a database that
does not answer, or the alarm of a task's time limit.
"""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    NameError,
    OSError,
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
    except FAULTS as error:
        tell(log, error, words, *subject)


def tell(log: logging.Logger, error: BaseException, words: str, *subject: object) -> None:
    """Log a fault with `words` about `subject`, and the places that it came by, the innermost first.

    Its own words are left out, here and wherever a fault is kept: they may hold counts that nobody has released.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))
    log.error(f"{words}: %s, %s", *subject, type(error).__name__, places)


def place_of(error: BaseException) -> str:
    """Say what kind of fault it is and where it happened."""
    *_outer, place = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"
