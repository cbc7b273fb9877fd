"""The documents tell the truth: their links lead somewhere, their commands exist, their digits recompute."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if (ROOT / name).exists()
]
PAGES = [path for path in TRACKED if path.suffix == ".md" and "vendor" not in path.parts]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|src=\"([^\"]+)\"")
MAKE = re.compile(r"`make ([a-z]+)")
MANAGE = re.compile(r"manage\.py ([a-z_]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = [a or b for a, b in LINK.findall(page.read_text())]
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_in_documents_exist(page: Path) -> None:
    from django.core.management import get_commands

    text = page.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(MAKE.findall(text)) <= targets
    assert set(MANAGE.findall(text)) <= set(get_commands())


def test_nothing_names_one_machine() -> None:
    """Absolute paths of a developer's machine and package registries have no place in the project."""
    foreign = re.compile(r"/(?:work|root|home|Users)/[a-z]|pypi\.org|registry\.npmjs|deb\.debian\.org")
    ours = [
        path
        for path in TRACKED
        if path.suffix in {".py", ".md", ".toml", ".html", ".yml", ".yaml", ".txt", ".css"}
        and "vendor" not in path.parts
    ]
    found = [
        f"{path.relative_to(ROOT)}: {m.group()}" for path in ours for m in foreign.finditer(path.read_text())
    ]
    assert found == [] or all(entry.startswith("tests/house/test_documents.py") for entry in found)


def test_files_stay_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in TRACKED
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and path.parent.name != "registrar"  # handed over as one file, its letters included
        and path.parts[-2:]
        != ("trust", "verify.py")  # one file by its purpose: downloaded, read and run alone
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_the_page_about_privacy_names_every_rule_of_deletion() -> None:
    from surveys.responses.retention import RULES

    page = (ROOT / "docs/privacy.md").read_text()
    assert [rule.code for rule in RULES if f"`{rule.code}`" not in page] == []


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text().lower()
    named = set()
    for listing in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / listing).read_text().splitlines():
            if line.startswith("# Brought in"):
                break
            if match := re.match(r"([A-Za-z0-9][A-Za-z0-9_.-]*)", line):
                named.add(match.group(1).lower())
    unexplained = {name for name in named if not re.search(rf"\b{re.escape(name)}\b", reasons)}
    assert unexplained == set()
