"""One wave's fault is logged and holds up no other; what is no wave's own making stops the run."""

import logging

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DataError, IntegrityError, InterfaceError, OperationalError

from surveys.faults import FAULTS, apart

log = logging.getLogger("surveys.waves")


@pytest.mark.parametrize("fault", [*FAULTS, KeyError, ZeroDivisionError, UnicodeError])
def test_the_others_go_on_and_the_log_says_which_wave(
    fault: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    done = []
    for wave in ("broken", "sound"):
        with apart(log, "wave %s could not be mixed", wave):
            if wave == "broken":
                raise fault("why")
            done.append(wave)
    assert done == ["sound"]
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"wave broken could not be mixed: {fault.__name__}, test_faults.py:")


@pytest.mark.parametrize(
    "fault", [OperationalError, InterfaceError, SoftTimeLimitExceeded, KeyboardInterrupt]
)
def test_a_database_that_does_not_answer_and_the_alarm_stop_the_run(fault: type[BaseException]) -> None:
    with pytest.raises(fault), apart(log, "wave %s could not be mixed", 1):
        raise fault


def test_a_row_that_the_database_refuses_is_one_waves_fault() -> None:
    assert issubclass(IntegrityError, FAULTS)
    assert issubclass(DataError, FAULTS)
    assert not issubclass(OperationalError, FAULTS)
