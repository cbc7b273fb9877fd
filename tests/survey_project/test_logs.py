"""Log lines are fit to be kept."""

import logging
import sys

import pytest

from survey_project.logs import QuietFormatter, masked


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("Not Found: /i/kq3-x7pw/", "Not Found: /i/…/"),
        ("Bad Request: /check/9f2c/?lang=en", "Bad Request: /check/…/?…"),
        ("GET /s/parks/?name=Rosa&phone=138", "GET /s/parks/?…"),
        ("redis://:sesame@queue:6379/0", "redis://…@queue:6379/0"),
        ("mail to rosa@example.org from 203.0.113.9", "mail to …@… from …"),
        ("nothing to hide in /results/3/parks/", "nothing to hide in /results/3/parks/"),
    ],
)
def test_a_line_loses_codes_queries_and_addresses(line: str, safe: str) -> None:
    assert masked(line) == safe


def test_an_exception_is_told_by_kind_and_place_not_by_what_it_says() -> None:
    def choose() -> None:
        try:
            int("my answer")
        except ValueError as error:
            raise KeyError("my other answer") from error

    try:
        choose()
    except KeyError:
        record = logging.LogRecord("surveys", logging.ERROR, __file__, 1, "Failed.", None, sys.exc_info())
    # A talkative formatter of somebody else came first.
    logging.Formatter().format(record)
    line = QuietFormatter().format(record)
    assert "answer" not in line
    assert "builtins.KeyError" in line
    assert "builtins.ValueError" in line
    assert f"{__file__}:" in line


def test_a_failed_task_is_told_by_name_without_its_arguments() -> None:
    record = logging.LogRecord(
        "celery.app.trace", logging.ERROR, __file__, 1, "Task %(name)s%(args)s: %(exc)s", None, None
    )
    told = {"name": "surveys.tasks.mix_due", "args": "('secret',)", "exc": "ValueError('secret')"}
    record.args = told
    record.__dict__["data"] = told
    line = QuietFormatter().format(record)
    assert "secret" not in line
    assert "surveys.tasks.mix_due" in line
