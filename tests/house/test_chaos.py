"""A short storm with a known seed: what residents were told is stored, once, as they sent it, whatever is killed.

`make endure` runs it with 200 kills and at least 5,000 acknowledgements (`benchmarks/chaos.py`).
"""

import json
import os
import subprocess
import sys

from django.conf import settings

KILLS, SECONDS = 6, 36


def test_whatever_is_killed_everything_acknowledged_is_counted_once() -> None:
    surroundings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    words = f"--kills {KILLS} --seconds {SECONDS} --seed 2026 --fewest 60"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos", *words.split()],
        cwd=settings.BASE_DIR,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.startswith("seed 2026"), done.stderr[-3000:]
    assert done.stdout.count("\n") > 1, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["findings"] == []
    assert done.returncode == 0
    assert found["kills"] == KILLS
    assert found["acknowledged"] >= 60
    assert found["lost"] == found["twice"] == found["changed"] == found["never_acknowledged"] == 0
