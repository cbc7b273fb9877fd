"""Log lines are fit to be kept."""

import logging
import sys

import pytest

from survey_project.logs import OncePerOutage, QuietFormatter, masked


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


def _told(gate: OncePerOutage, *lines: str) -> list[str]:
    """Return what is written of some lines of Celery's."""
    records = [logging.makeLogRecord({"msg": line, "exc_info": sys.exc_info()}) for line in lines]
    return [QuietFormatter().format(record) for record in records if gate.filter(record)]


def test_an_outage_of_redis_is_told_once_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 2.0, 34.0, 200.0))
    monkeypatch.setattr("survey_project.logs.time.monotonic", lambda: next(clock))
    gate = OncePerOutage("redis://10.0.0.7:6379/0")
    first = _told(
        gate,
        "consumer: Cannot connect to %s: %s.\n%s\n",
        "beat: Connection error: %s. Trying again in %s seconds...",
        "consumer: Connection to broker lost. Trying to re-establish the connection...",
    )
    assert len(first) == 1
    assert "Redis at redis://10.0.0.7:6379/0 does not answer." in first[0]
    assert "correct REDIS_URL" in first[0]
    assert "\n" not in first[0]
    assert len(_told(gate, "A wake-up could not be sent.")) == 1, "after a calm it is another outage"


def test_lines_about_anything_else_go_by() -> None:
    gate = OncePerOutage("redis://queue:6379/0")
    line = "Scheduler: Sending due task"
    assert [words.endswith(line) for words in _told(gate, line, line)] == [True, True]
