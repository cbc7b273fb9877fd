"""Dates are written one way on all pages of a language."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

FORMAT = re.compile(r"""\|(?:date|time):["']([^"']*)["']""")
SOURCES = [
    path
    for app in ("survey_project", "surveys", "reports")
    for path in (Path(settings.BASE_DIR) / app).rglob("templates/**/*.html")
]


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "13 Nov 2026", "13 Nov 2026, 16:05"),
        ("zh-hans", "2026年11月13日", "2026年11月13日 16:05"),
    ],
)
def test_a_date_has_one_form_in_each_language(language: str, day: str, moment: str) -> None:
    when = datetime(2026, 11, 13, 16, 5, tzinfo=UTC)
    with translation.override(language):
        assert date_format(when, "DATE_FORMAT") == day
        assert date_format(when, "DATETIME_FORMAT") == moment


def test_no_template_has_a_format_of_its_own() -> None:
    found = {name for path in SOURCES for name in FORMAT.findall(path.read_text())}
    assert found == {"DATE_FORMAT", "DATETIME_FORMAT"}
