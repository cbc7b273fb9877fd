"""The process that serves residents never loads the machinery of statistics."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

SCRIPT = """
import io, re, sys
from datetime import timedelta
from urllib.parse import urlencode

import django
from django.conf import settings

settings.DATABASES["default"]["NAME"] = sys.argv[1]
from survey_project.wsgi import application


def ask(method, path, body=b""):
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }
    status = []
    html = b"".join(application(environ, lambda line, headers: status.append(line))).decode()
    assert status[0].startswith("200"), (path, status, html[:300])
    return html


ask("GET", "/")
ask("GET", "/check/")
page = ask("GET", "/s/city-2026/")
token = re.search(r'name="token" value="([^"]+)"', page)[1]
thanks = ask("POST", "/s/city-2026/", urlencode({"token": token, "parks.overall": 5}).encode())
assert "receipt-code" in thanks
print(sorted({name.split(".")[0] for name in sys.modules} & {"numpy", "scipy", "plotly", "pandas"}))
"""


@pytest.mark.django_db(transaction=True)
def test_serving_a_survey_loads_neither_numpy_nor_scipy_nor_plotly(a_wave: object) -> None:
    assert callable(a_wave)
    a_wave()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, connection.settings_dict["NAME"]],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "[]"
