"""Which answers make a difference: for every question that rules refer to, a few answers that stand for all.

Of choices only those that rules name count, and one of the others. Of numbers only their place among the numbers that
rules compare them with counts, so one number below, at and above each of them stands for all. Whether a condition can
ever be true is then found by trying; where answers cannot be stood for (texts, sums of answers), it is left open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, islice, product
from typing import Any

from surveys.questionnaires.documents import Question
from surveys.questionnaires.logic.evaluating import Values, equal, evaluate, is_decimal, received
from surveys.questionnaires.logic.expressions import (
    Expression,
    code_of,
    kind_of,
    nodes,
    only,
    parts,
    references,
)
from surveys.questionnaires.logic.samples import cleaned, neighbours, samples
from surveys.questionnaires.question_types import question_type

MOST_TRIED = 2000  # combinations of answers for one condition
MOST_ANSWERS = 64  # that stand for all answers to one question
MOST_MENTIONED = 5  # choices of a set of which every subset is tried

_SAME = frozenset({"equals", "differs"})
_ORDER = frozenset({"less", "at_most", "more", "at_least"})


@dataclass(frozen=True, slots=True)
class Domain:
    """Clean answers to one question, None for no answer among them; `is_whole` when they stand for all answers."""

    answers: tuple[Any, ...]
    is_whole: bool


@dataclass(slots=True)
class _Use:
    """How rules use the answer to one question; `is_direct` when they only compare it with the `literals`."""

    literals: list[Any] = field(default_factory=list)
    operators: set[str] = field(default_factory=set)
    is_direct: bool = True

    def names(self, value: Any) -> bool:
        return any(equal(received(value), received(literal)) for literal in self.literals)


def domain_of(question: Question, expressions: Sequence[Expression]) -> Domain:
    """Return answers to `question` that stand for all others, as far as `expressions` can tell them apart."""
    kind = question_type(question["type"])
    mentioned = references(*expressions)
    values_of, all_of = (
        [reference for reference in found if code_of(reference) == question["code"]]
        for found in (mentioned.values, mentioned.all)
    )
    suffixes = sorted({reference.partition(".")[2] for reference in all_of})
    if not values_of and not any(suffixes):
        given = next(samples(question), None)
        return Domain((None,) if given is None else (None, given), is_whole=given is not None)
    if rows := {spec.suffix: spec.codes for spec in kind.items(question) if spec.suffix}:
        return _of_rows(question, rows, suffixes)
    use = _use_of(question["code"], expressions)
    if kind.source != "server" or kind.coded:
        found = _of_choices(question, use) or _of_numbers(question, use)
        if found is not None:
            return Domain(found.answers, is_whole=found.is_whole and suffixes == [""])
    named = cleaned(question, [near for literal in use.literals for near in neighbours(literal)])
    others = cleaned(question, [*named, *islice(samples(question), 6)])
    return Domain((None, *others[:MOST_ANSWERS]), is_whole=False)


def outcomes(
    expression: Expression, questions: Mapping[str, Question], *, until: bool | None = None
) -> frozenset[bool | None] | None:
    """Return what the condition `expression` can be, some of True, False and None; `until` ends the search early.

    None instead of a set when it cannot be told. Each question is taken by itself, as if it were always reached.
    """
    domains: list[list[tuple[str, Any]]] = []
    count = 1
    for code in sorted({code_of(reference) for reference in references(expression).all}):
        domain = domain_of(questions[code], [expression]) if code in questions else None
        if domain is None or not domain.is_whole or count * len(domain.answers) > MOST_TRIED:
            return None
        domains.append([(code, answer) for answer in domain.answers])
        count *= len(domain.answers)
    found: set[bool | None] = set()
    for chosen in product(*domains):
        value = evaluate(expression, scope_of(dict(chosen), questions))
        found.add(value if isinstance(value, bool) else None)
        if len(found) == 3 or (until is not None and until in found):
            break
    return frozenset(found)


def suffixes_of(question: Question) -> frozenset[str] | None:
    """Return the suffixes under which rules find values of `question`; None when that cannot be told yet."""
    kind = question_type(question["type"])
    rows = {spec.suffix for spec in kind.items(question)}
    fields = {suffix for suffix in kind.suffixes(question) if suffix}
    if "" in rows or kind.source == "server":
        return frozenset({"", *rows, *fields})
    made = list(islice(samples(question), 40))
    if not made:
        return None
    return frozenset(rows | fields | {key for sample in made for key in kind.values(question, sample)})


def scope_of(answers: Mapping[str, Any], questions: Mapping[str, Question]) -> Values:
    """Return a scope in which the questions are answered by `answers`, whatever part they are about."""
    given = {code: answer for code, answer in answers.items() if answer is not None}
    values = {
        f"{code}.{suffix}" if suffix else code: value
        for code, answer in given.items()
        for suffix, value in question_type(questions[code]["type"]).values(questions[code], answer).items()
    }
    return Values(values, answered=given)


def comparisons_of(expressions: Sequence[Expression], code: str) -> list[Expression] | None:
    """Return the largest conditions about the question `code` alone; None when it is also used in other ways."""
    found: list[Expression] = []

    def gather(expression: Expression) -> bool:
        refers = {code_of(reference) for reference in references(expression).all}
        if code not in refers:
            return True
        if refers == {code} and kind_of(expression) == "condition":
            found.append(expression)
            return True
        return bool(parts(expression)) and all(map(gather, parts(expression)))

    return found if all(map(gather, expressions)) else None


def _use_of(code: str, expressions: Sequence[Expression]) -> _Use:
    use = _Use()
    for expression in expressions:
        if _is_answer(expression, code):
            use.is_direct = False
        for node in nodes(expression):
            operator, content = only(node)
            if operator == "chosen" and code_of(content) == code:
                use.operators.add(operator)
            if not any(_is_answer(part, code) for part in parts(node)):
                continue
            use.operators.add(operator)
            literals = [part["value"] for part in parts(node) if "value" in part]
            use.literals += literals
            is_comparison = operator in _SAME | _ORDER | {"includes"}
            use.is_direct = use.is_direct and is_comparison and len(literals) == 1
    return use


def _of_rows(question: Question, specs: Mapping[str, Sequence[int]], suffixes: Sequence[str]) -> Domain:
    """Answer the rows that rules mention in every combination, as long as that is not too many."""
    rows = [suffix for suffix in suffixes if suffix in specs]
    unmentioned = [suffix for suffix in specs if suffix not in rows][:1]
    choices: list[list[Any]] = [[None, *specs[row], "dk", "na"] for row in rows]
    choices += [[None, specs[row][0]] for row in unmentioned if specs[row]]
    combined = [
        {row: code for row, code in zip([*rows, *unmentioned], codes, strict=False) if code is not None}
        for codes in islice(product(*choices), MOST_ANSWERS + 1)
    ]
    answers = cleaned(question, [one for one in combined if one])
    whole = len(combined) <= MOST_ANSWERS and all(suffix in specs for suffix in suffixes if suffix)
    return Domain((None, *answers[:MOST_ANSWERS]), is_whole=whole and bool(answers))


def _of_choices(question: Question, use: _Use) -> Domain | None:
    """Return choices, or sets of them where several may be chosen; None when there is nothing to choose from."""
    kind = question_type(question["type"])
    values = [option.value for option in kind.options(question)] or list(kind.codes(question))
    if not values:
        return None
    named = [value for value in values if use.names(value)]
    others = [value for value in values if not use.names(value)]
    if cleaned(question, values[:1]):
        if use.is_direct and use.operators <= _SAME:
            return Domain((None, *cleaned(question, [*named, *others[:1]])), is_whole=True)
        return Domain((None, *cleaned(question, values[:MOST_ANSWERS])), is_whole=len(values) <= MOST_ANSWERS)
    sets = _sets_of(question, named, others, counted="chosen" in use.operators)
    if not sets:
        return None
    whole = use.is_direct and use.operators <= {"includes", *_SAME} and len(named) <= MOST_MENTIONED
    return Domain((None, *sets[:MOST_ANSWERS]), is_whole=whole)


def _sets_of(question: Question, named: Sequence[Any], others: Sequence[Any], *, counted: bool) -> list[Any]:
    """Return a set of choices for every subset of the `named`, filled up with `others` where a set needs more."""
    answers: list[Any] = []
    for count in range(min(len(named), MOST_MENTIONED) + 1):
        for chosen in combinations(named[:MOST_MENTIONED], count):
            for filled in range(min(len(others), MOST_ANSWERS) + 1):
                if found := cleaned(question, [[*chosen, *others[:filled]]]):
                    answers += found
                    break
    if counted:
        values = [*named, *others]
        answers += cleaned(
            question, [values[:count] for count in range(1, min(len(values), MOST_ANSWERS) + 1)]
        )
    return list({repr(answer): answer for answer in answers}.values())


def _of_numbers(question: Question, use: _Use) -> Domain | None:
    """Return numbers at, below and above those that rules compare with; None when `question` takes no numbers."""
    settings = question["settings"]
    bounds = [settings[key] for key in ("min", "max") if settings.get(key) is not None]
    numbers = {Decimal(str(one)) for one in (*bounds, *use.literals) if _is_number(one)}
    step = Decimal(1).scaleb(-(settings.get("decimals") or 0))
    near = sorted({number + shift for number in numbers or {Decimal(0)} for shift in (-step, 0, step)})
    raws = [
        int(number) if number == number.to_integral_value() else f"{number.normalize():f}" for number in near
    ]
    if not cleaned(question, [raw for raw in raws if isinstance(raw, int)]):
        return None
    answers = cleaned(question, raws)
    whole = use.is_direct and use.operators <= _SAME | _ORDER and len(answers) <= MOST_ANSWERS
    return Domain((None, *answers[:MOST_ANSWERS]), is_whole=whole)


def _is_answer(expression: Expression, code: str) -> bool:
    operator, content = only(expression)
    return operator == "answer" and code_of(content) == code


def _is_number(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and is_decimal(value)
    )
