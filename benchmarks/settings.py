"""The project's settings on a scratch database, for the web servers that benchmarks start."""

import os

from survey_project.settings import *
from survey_project.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
# Clients here answer in no time and from one address. Their forms are counted like all others.
STEP_UP_AFTER = STEP_UP_SECONDS = 0
