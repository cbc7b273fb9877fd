"""`make bench`: run every benchmark, print the ratios and keep them in `benchmarks/latest.json`.

Each module measures its own reference in the same run, so that figures from different machines compare. Names on the
command line choose modules: `python -m benchmarks tallies`.
"""

import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import django

from benchmarks.ratios import Ratio

MODULES = (
    "tallies",
    "storage",
    "intake",
    "symmetry",
    "long_form",
    "desk",
    "reports",
    "papers",
    "memory",
    "simulations",
)
LATEST = Path(__file__).with_name("latest.json")


def main(names: list[str]) -> int:
    """Run the named modules, or all, and return 1 when a target was missed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "survey_project.settings")
    from survey_project.gate import open_gate

    django.setup()
    open_gate()
    measured: list[Ratio] = []
    for name in names or MODULES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        measured += importlib.import_module(f"benchmarks.{name}").measure()
    print_table(measured)
    if not names:
        LATEST.write_text(
            json.dumps(
                {
                    "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "python": platform.python_version(),
                    "cores": os.cpu_count(),
                    "ratios": [{**asdict(ratio), "ratio": ratio.ratio} for ratio in measured],
                },
                indent=2,
                ensure_ascii=False,
            )
            + "\n"
        )
    return 0 if all(ratio.met for ratio in measured) else 1


def print_table(measured: list[Ratio]) -> None:
    """Print one line per figure."""
    print(f"{'':4} {'what':58} {'measured':>16} {'reference':>16} {'ratio':>8}  target")
    for ratio in measured:
        reference = f"{ratio.reference:,.4g} {ratio.unit}" if ratio.reference else "–"
        multiple = f"{ratio.ratio:.2f}" if ratio.ratio else "–"
        mark = "met" if ratio.met else "MISSED"
        print(
            f"{ratio.code:4} {ratio.what:58} {ratio.value:>10,.4g} {ratio.unit:<5} {reference:>16} {multiple:>8}"
            f"  {ratio.target} ({mark})"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
