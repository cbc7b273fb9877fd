"""What an expression is worth, given the answers so far.

Evaluation is total: whatever the answers are, it ends in bounded time and never raises. What is not known is None.
`all`, `any` and `not` follow Kleene's three-valued logic (Kleene 1952, §64: false and unknown is false, true or
unknown is true); every other operator on something unknown is unknown, except `answered`, which is always known.

Numbers are decimals of 30 significant digits, rounded half even to 12 places after the point; beyond 10^30 they are
unknown. A text written as a canonical decimal, the way answers with decimals are kept, counts as that number beside
a number. True and false are no numbers. Dates and times compare as texts of the same form (ISO 8601).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any, Protocol

from surveys.questionnaires.logic.expressions import DEEPEST, OF_A_REFERENCE, BadPattern, Expression, compiled

Value = bool | Decimal | str | tuple[Any, ...] | None

PLACES = 12
LONGEST_TEXT = 10_000  # characters of what `joined` makes

_CONTEXT = Context(prec=30, rounding=ROUND_HALF_EVEN, Emin=-60, Emax=60, traps=[])
_ROOMY = Context(prec=60, Emin=-100, Emax=100, traps=[])  # to cut digits off without meeting a limit
_LARGEST = Decimal(10) ** 30
_SMALLEST = Decimal(1).scaleb(-PLACES)
_MOST_BITS = 100  # 10^30 has 100

_canonical = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{0,11}[1-9])?", re.ASCII)
_moment = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)


class Scope(Protocol):
    """Where an expression finds answers; `surveys.questionnaires.logic.course` makes them."""

    def value(self, reference: str) -> Any:
        """Return the value behind `q3` or `q5.r1`; None when there is none."""

    def is_answered(self, reference: str) -> bool:
        """Say whether the question, or this part of it, was asked and answered."""


class Values:
    """A scope over values by reference; `answered` are references that have an answer but no value."""

    def __init__(self, values: Mapping[str, Any], answered: Collection[str] = ()) -> None:
        self.values = values
        self._answered = {*answered, *(key for key, value in values.items() if value is not None)}

    def value(self, reference: str) -> Any:
        """Return the value behind `reference`, None when there is none."""
        return self.values.get(reference)

    def is_answered(self, reference: str) -> bool:
        """Say whether there is one, or at least an answer."""
        return reference in self._answered


def evaluate(expression: Expression, scope: Scope) -> Value:
    """Return what `expression` is worth in `scope`: truth, a number, a text, a list of such, or None if unknown."""
    return _evaluate(expression, scope, DEEPEST)


def holds(expression: Expression | None, scope: Scope) -> bool:
    """Say whether a condition is true; what is unknown is not. No condition at all holds."""
    return expression is None or evaluate(expression, scope) is True


def is_broken(expression: Expression, scope: Scope) -> bool:
    """Say whether a condition is false; what is unknown is not."""
    return evaluate(expression, scope) is False


def as_answer(value: Value) -> Any:
    """Return a value as JSON: numbers as an integer or else a canonical decimal string."""
    if isinstance(value, Decimal):
        written = _written(value)
        return int(written) if "." not in written and abs(value) < 2**53 else written
    if isinstance(value, tuple):
        return [as_answer(one) for one in value]
    return value


def received(raw: Any) -> Value:
    """Return the value that a part of an answer (JSON) stands for; what is no bounded value is None."""
    if isinstance(raw, bool | str):
        return raw
    if isinstance(raw, int):
        return _bounded(Decimal(raw)) if raw.bit_length() <= _MOST_BITS else None
    if isinstance(raw, Decimal):
        return _bounded(raw)
    if isinstance(raw, list | tuple | set | frozenset):
        return tuple(
            received(one) for one in raw if not isinstance(one, list | tuple | set | frozenset | dict)
        )
    return None


def equal(left: Value, right: Value) -> bool:
    """Say whether two known values are the same: 1 and true are not, 12.5 and "12.5" are."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, tuple) or isinstance(right, tuple):
        if not isinstance(left, tuple) or not isinstance(right, tuple) or len(left) != len(right):
            return False
        return all(equal(one, other) for one, other in zip(left, right, strict=True))
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return (number := _number(left)) is not None and number == _number(right)
    return left == right


def _evaluate(expression: Any, scope: Scope, levels: int) -> Value:
    if not isinstance(expression, Mapping) or len(expression) != 1 or levels == 0:
        return None
    ((operator, content),) = expression.items()
    if operator == "value":
        return received(content)
    if operator in OF_A_REFERENCE:
        return _looked_up(operator, content, scope)
    if operator in ("not", "length"):
        content = [content]
    if not isinstance(content, list | tuple):
        return None
    if operator in ("matches", "rounded"):
        if len(content) != 2:
            return None
        first = _evaluate(content[0], scope, levels - 1)
        return _matches(first, content[1]) if operator == "matches" else _rounded(first, content[1])
    if operator == "if":
        return _chosen_branch(content, scope, levels)
    if operator in ("all", "any"):
        return _kleene(operator == "any", (_evaluate(part, scope, levels - 1) for part in content))
    compute = _OPERATIONS.get(operator)
    return None if compute is None else compute([_evaluate(part, scope, levels - 1) for part in content])


def _looked_up(operator: str, reference: Any, scope: Scope) -> Value:
    if not isinstance(reference, str):
        return None
    if operator == "answered":
        return scope.is_answered(reference)
    value = received(scope.value(reference))
    if operator == "answer":
        return value
    return Decimal(len(value)) if isinstance(value, tuple) else None


def _kleene(decisive: bool, values: Iterable[Value]) -> bool | None:
    """Return `decisive` if any value is it, else None if any is unknown (or no condition), else the opposite."""
    unknown = False
    for value in values:
        if value is decisive:
            return decisive
        unknown = unknown or not isinstance(value, bool)
    return None if unknown else not decisive


def _chosen_branch(content: Any, scope: Scope, levels: int) -> Value:
    if len(content) != 3:
        return None
    condition = _evaluate(content[0], scope, levels - 1)
    if not isinstance(condition, bool):
        return None
    return _evaluate(content[1] if condition else content[2], scope, levels - 1)


def _not(values: list[Value]) -> Value:
    return not values[0] if isinstance(values[0], bool) else None


def _equals(values: list[Value]) -> Value:
    left, right = values
    return None if left is None or right is None else equal(left, right)


def _differs(values: list[Value]) -> Value:
    same = _equals(values)
    return None if same is None else not same


def _includes(values: list[Value]) -> Value:
    held, sought = values
    if not isinstance(held, tuple) or sought is None:
        return None
    wanted = sought if isinstance(sought, tuple) else (sought,)
    return all(any(equal(one, other) for other in held) for one in wanted)


def _order(values: list[Value]) -> int | None:
    """Return -1, 0 or 1 as the first is less than, equal to or more than the second; None when they have no order."""
    left, right = values
    numbers = _number(left), _number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    if not isinstance(left, str) or not isinstance(right, str) or len(left) != len(right):
        return None
    if is_moment(left) and is_moment(right):
        return (left > right) - (left < right)
    return None


def _compares(accepted: tuple[int, ...]) -> Callable[[list[Value]], Value]:
    def compare(values: list[Value]) -> Value:
        order = _order(values)
        return None if order is None else order in accepted

    return compare


def _length(values: list[Value]) -> Value:
    return Decimal(len(values[0])) if isinstance(values[0], str) else None


def _joined(values: list[Value]) -> Value:
    pieces = []
    for value in values:
        if not isinstance(value, str | Decimal):
            return None
        pieces.append(value if isinstance(value, str) else _written(value))
    words = "".join(pieces)
    return words if len(words) <= LONGEST_TEXT else None


def _arithmetic(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[[list[Value]], Value]:
    def compute(values: list[Value]) -> Value:
        total: Decimal | None = None
        for value in values:
            number = _number(value)
            if number is None:
                return None
            total = number if total is None else _bounded(operation(total, number))
            if total is None:
                return None
        return total

    return compute


def _divided(values: list[Value]) -> Value:
    dividend, divisor = _number(values[0]), _number(values[1])
    if dividend is None or divisor is None or divisor == 0:
        return None
    return _bounded(_CONTEXT.divide(dividend, divisor))


def _rounded(value: Value, digits: Any) -> Value:
    number = _number(value)
    if number is None or isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= PLACES:
        return None
    return _bounded(number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_ROOMY))


def _matches(value: Value, pattern: Any) -> Value:
    if not isinstance(value, str) or not isinstance(pattern, str):
        return None
    try:
        return compiled(pattern).keeps(value)
    except (BadPattern, UnicodeEncodeError):
        return None


def is_decimal(words: str) -> bool:
    """Say whether a text is written as a canonical decimal, and so counts as a number beside a number."""
    return len(words) <= 50 and _canonical.fullmatch(words) is not None


def is_moment(words: str) -> bool:
    """Say whether a text is a date, a month or a time of day in ISO 8601, and so has an order."""
    return _moment.fullmatch(words) is not None


def _number(value: Value) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return _bounded(Decimal(value)) if isinstance(value, str) and is_decimal(value) else None


def _bounded(value: Decimal) -> Decimal | None:
    """Return `value` with at most 12 places, or None when it is no number or beyond 10^30."""
    if not value.is_finite() or value.copy_abs() > _LARGEST:  # `abs` would round
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        value = value.quantize(_SMALLEST, rounding=ROUND_HALF_EVEN, context=_ROOMY)
    return value


def _written(value: Decimal) -> str:
    """Write `value` without exponent, superfluous zeros or a negative zero."""
    written = f"{value:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


# Operators over the values of what stands under them, how many that must be, and what is done.
_TWO: Mapping[str, Callable[[list[Value]], Value]] = {
    "equals": _equals,
    "differs": _differs,
    "includes": _includes,
    "less": _compares((-1,)),
    "at_most": _compares((-1, 0)),
    "more": _compares((1,)),
    "at_least": _compares((0, 1)),
    "minus": _arithmetic(_CONTEXT.subtract),
    "divided": _divided,
}


def _of_two(operation: Callable[[list[Value]], Value]) -> Callable[[list[Value]], Value]:
    return lambda values: operation(values) if len(values) == 2 else None


_OPERATIONS: Mapping[str, Callable[[list[Value]], Value]] = {
    **{name: _of_two(operation) for name, operation in _TWO.items()},
    "not": _not,
    "length": _length,
    "joined": _joined,
    "sum": _arithmetic(_CONTEXT.add),
    "times": _arithmetic(_CONTEXT.multiply),
}
