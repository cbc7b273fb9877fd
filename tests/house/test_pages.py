"""What holds for every page: nothing inline, nothing foreign, nothing vendored that was changed."""

import ast
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


VIEWS = sorted(path for app in ("surveys", "reports") for path in (ROOT / app).rglob("views/*.py")) + sorted(
    path for app in ("surveys", "reports") for path in (ROOT / app).rglob("views.py")
)
FRAGMENTS = {"_beside"}  # what they draw is put into a page by a script, and has no link to another language


def draws(functions: dict[str, ast.FunctionDef], name: str, asked: frozenset[str] = frozenset()) -> bool:
    """Say whether a function of a module renders a page, itself or by others of the module."""
    calls = [one.func for one in ast.walk(functions[name]) if isinstance(one, ast.Call)]
    called = {one.id for one in calls if isinstance(one, ast.Name)} - asked - FRAGMENTS
    return "render" in called or any(
        draws(functions, one, asked | {name}) for one in called & functions.keys()
    )


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_whoever_draws_a_page_can_be_asked_for_it_in_another_language(path: Path) -> None:
    """The link to another language is a GET of the same address: one that only takes a form would answer nothing."""
    tree = ast.parse(path.read_text())
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    only_post = {
        one.name
        for one in functions.values()
        if any(isinstance(by, ast.Name) and by.id == "require_POST" for by in one.decorator_list)
    }
    assert [name for name in sorted(only_post) if draws(functions, name)] == []
