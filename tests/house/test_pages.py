"""What holds for every page: nothing inline, nothing foreign, nothing vendored that was changed."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

from surveys.responses.views.style import SHEETS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path
    for app in ("survey_project", "surveys", "reports")
    for path in (ROOT / app).rglob("templates/**/*.html")
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=\"")
FOREIGN = re.compile(r"(?:src|href|action)=\"(?:https?:)?//")
CSS_BUDGET = 7 * 1024  # what is left of 14 KB for the answer page's own words


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_code_and_call_no_other_host(template: Path) -> None:
    text = template.read_text()
    assert INLINE.findall(text) == []
    assert FOREIGN.findall(text) == []


def test_vendored_files_are_as_they_were_fetched() -> None:
    vendor = ROOT / "static/vendor"
    sums = [line.split() for line in (vendor / "SHA256SUMS").read_text().splitlines()]
    assert sums
    assert {name: hashlib.sha256((vendor / name).read_bytes()).hexdigest() for _, name in sums} == {
        name: digest for digest, name in sums
    }


def test_the_answer_page_styles_fit_their_budget() -> None:
    css = b"\n".join((ROOT / f"static/css/{name}.css").read_bytes() for name in SHEETS)
    assert len(gzip.compress(css, 9)) <= CSS_BUDGET
