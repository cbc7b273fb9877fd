"""The project's settings on a scratch database, for the web servers that benchmarks start."""

import os

from survey_project.settings import *
from survey_project.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
