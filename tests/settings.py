"""Settings of the test suite: the project's own, on embedded services that are kept apart from those of `make run`.

They live in `DATA_DIR/test` and give up safety against power cuts for speed. With DATABASE_URL the suite runs on that
server instead, whose user must be allowed to create databases.
"""

from survey_project import environment
from survey_project.embedded import Place
from survey_project.settings import *
from survey_project.settings import DATA_DIR, DATABASES, EMBEDDED, STORAGES

TEST_PLACE = Place(DATA_DIR / "test", durable=False)

if EMBEDDED:
    DATABASES["default"]["HOST"] = str(TEST_PLACE.sockets)
if environment.redis_url() is None:
    REDIS_URL = TEST_PLACE.redis_url

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests send their forms at once and from one address. Those of the further step switch it on.
STEP_UP_AFTER = STEP_UP_SECONDS = 0
