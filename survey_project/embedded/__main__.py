"""`python -m survey_project.embedded keep DIR [--for-tests]` runs the keeper; `stop` ends what is left.

Without DIR the data directory of the environment (DATA_DIR) is meant.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from survey_project import environment
from survey_project.embedded.keeper import keep
from survey_project.embedded.places import Place
from survey_project.embedded.stopping import stop_everything


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m survey_project.embedded", description=__doc__)
    parser.add_argument("action", choices=["keep", "stop"])
    parser.add_argument("data_dir", nargs="?", type=Path, default=environment.data_dir())
    parser.add_argument(
        "--for-tests", action="store_true", help="give up safety against power cuts for speed"
    )
    given = parser.parse_args()
    place = Place(given.data_dir.absolute(), durable=not given.for_tests)
    return keep(place) if given.action == "keep" else stop_everything(place)


if __name__ == "__main__":
    sys.exit(main())
