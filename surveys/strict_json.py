"""JSON read strictly: what two programs could read differently, or the database cannot keep, is refused.

Refused are bytes that are no UTF-8, NaN and Infinity, an object with the same key twice, integers beyond 2^53,
numbers too large for a double, NUL, halves of surrogate pairs, and nesting deeper than twenty. The limit on nesting is
checked before anything is parsed. Common ground: every room reads what programs send with this.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from math import isfinite
from typing import Any, Never

from django.utils.translation import gettext as _

DEEPEST = 20
LARGEST_INTEGER = 2**53

# Possessive, so that a string that never ends is read once and not from each of its quotes again.
_strings = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_not_brackets = bytes(set(range(256)) - set(b"[]{}"))
_unstorable = re.compile("[\x00\ud800-\udfff]")


class BadJSON(ValueError):
    """A body that is no JSON we take; the message says why to the program's author."""


def read(body: bytes) -> Any:
    """Return the value that `body` holds, or raise `BadJSON`."""
    _refuse_depth(body)
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except UnicodeDecodeError as error:
        raise BadJSON(_("The JSON is not in UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise BadJSON(
            _("This is not JSON: line %(line)d, character %(column)d cannot be understood.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    _refuse_unstorable(value)
    return value


def _refuse_depth(body: bytes) -> None:
    depth = 0
    for sign in _strings.sub(b"", body).translate(None, _not_brackets):
        if sign in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise BadJSON(_("The JSON is nested deeper than %(depth)d levels.") % {"depth": DEEPEST})
        else:
            depth -= 1


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        doubled = next(name for name, times in Counter(name for name, _value in pairs).items() if times > 1)
        raise BadJSON(
            _("The key “%(key)s” is there twice in the same object.") % {"key": _shortened(doubled)}
        )
    return found


def _refuse_constant(name: str) -> Never:
    raise BadJSON(_("“%(name)s” is no number in JSON.") % {"name": name})


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise BadJSON(_("“%(number)s” is too large a number.") % {"number": _shortened(digits)})
    return int(digits)


def _decimal(digits: str) -> float:
    if not isfinite(number := float(digits)):
        raise BadJSON(_("“%(number)s” is too large a number.") % {"number": _shortened(digits)})
    return number


def _refuse_unstorable(value: Any) -> None:
    if isinstance(value, str) and _unstorable.search(value):
        raise BadJSON(_("The JSON holds a NUL character or half of a surrogate pair."))
    if isinstance(value, dict):
        for key, entry in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(entry)
    elif isinstance(value, list):
        for entry in value:
            _refuse_unstorable(entry)


def _shortened(words: str) -> str:
    return words if len(words) <= 60 else words[:59] + "…"
