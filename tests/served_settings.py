"""Settings of a web server of its own on a test's database, for tests that go over HTTP (`tests/house/served.py`)."""

import os

from tests.settings import *
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["SERVED_DATABASE"]
