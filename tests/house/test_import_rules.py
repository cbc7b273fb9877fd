"""The tree keeps the rules of imports that import-linter cannot express."""

from survey_project.environment import BASE_DIR
from tests.house.import_rules import broken_rules


def test_no_import_breaks_a_rule_of_the_house() -> None:
    assert broken_rules(BASE_DIR) == []
