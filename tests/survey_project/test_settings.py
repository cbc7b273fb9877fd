"""The settings keep what they promise, and their page tells all of them."""

import os
import re
import subprocess
import sys

from survey_project.environment import BASE_DIR, without_password

READ = re.compile(r'environment\.(?:text|flag|number|listed|networks)\(\s*"([A-Z_]+)"')


def test_every_setting_is_told_in_operations() -> None:
    read = {
        name
        for path in (BASE_DIR / "survey_project").rglob("*.py")
        for name in READ.findall(path.read_text(encoding="utf-8"))
    }
    told = (BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(read) > 10
    assert {name for name in read if f"`{name}`" not in told} == set()


def test_a_password_is_never_shown() -> None:
    assert without_password("postgresql://rosa:ses%40me@[::1]:5432/city?password=x") == (
        "postgresql://rosa@[::1]:5432/city"
    )


def test_the_web_process_serves_residents_without_numpy_scipy_or_plotly() -> None:
    asked = "import survey_project.wsgi, django.urls, sys; django.urls.get_resolver().url_patterns; "
    asked += "print(sorted({'numpy', 'scipy', 'plotly', 'duckdb', 'typst'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "survey_project.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
