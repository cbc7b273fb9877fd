"""The page about expressions says what the evaluator does: an operator a row, and every example as it is written."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from surveys.questionnaires.logic.evaluating import Values, evaluate
from surveys.questionnaires.logic.expressions import DEEPEST, EXPRESSION, MOST_NODES, OPERATORS

PAGE = (Path(settings.BASE_DIR) / "docs/reference/questionnaire-logic.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \| `(\{.+\})` \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE)

# What the page says of its answers.
ANSWERED = Values(
    {
        "q1": 3,
        "q2": "dk",
        "q4": [1, 4],
        "q5": "Lake Road",
        "q6": "2026-03-01",
        "q7": "12.5",
    }
)


def test_every_operator_is_described_once() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(OPERATORS)


@pytest.mark.parametrize(("operator", "example", "said"), [(row[0], row[3], row[4]) for row in ROWS])
def test_every_example_gives_what_the_page_says(operator: str, example: str, said: str) -> None:
    expression = json.loads(example)
    assert list(expression) == [operator]
    assert list(EXPRESSION.flaws(expression)) == []
    found = evaluate(expression, ANSWERED)
    known = None if said == "unknown" else json.loads(said.strip("`"), parse_float=Decimal, parse_int=Decimal)
    assert (type(found), found) == (type(known), known)


def test_the_page_tells_the_limits() -> None:
    assert f"nests at most {DEEPEST} deep and is made of at most {MOST_NODES} objects" in " ".join(
        PAGE.split()
    )
