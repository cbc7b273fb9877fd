"""The pages of `docs/reference` that the lower storey writes, seen whole; `manage.py reference` writes them.

An app brings its pages in a module `reference` with a tuple `PAGES` of file names and functions that return the text.
"""

from collections.abc import Callable

from surveys.questionnaires.advising.reference import wording_rules_page
from surveys.questionnaires.reference import question_types_page, schema_page
from surveys.responses.reference import screening_page

PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("question-types.md", question_types_page),
    ("questionnaire.schema.json", schema_page),
    ("wording-rules.md", wording_rules_page),
    ("screening.md", screening_page),
)
