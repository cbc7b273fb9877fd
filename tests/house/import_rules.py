"""What the house forbids and import-linter cannot say, read from the source (docs/architecture.md, rules 4 to 8).

`broken_rules` returns one sentence for every import that breaks a rule, so that it can be tried on a planted copy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STOREYS = ("surveys", "reports")

# Rule 4. A verb is named by a gerund; other nouns of a room (codebook, roles) may be used by everything above tables.
EDGES = frozenset({"views", "api"})
PAPER = frozenset({"forms", "answer_sheet", "charts", "pages", "wording"})
TIERS = {"models": 1, "access": 2} | dict.fromkeys(PAPER, 4) | dict.fromkeys(EDGES, 5)
TIER_NAMES = {1: "tables", 2: "access", 3: "verbs", 4: "paper", 5: "edges"}

# Rule 6. What else than numbers the rooms above may take from evaluations.
FREE_FROM_EVALUATIONS = {
    "reports.evaluations.access": None,
    "reports.evaluations.digits": None,
    "reports.evaluations.models": {"Evaluation", "Progress"},
}

# Rule 7. Arithmetic, and words to write it in.
ARITHMETIC = frozenset(
    "__future__ abc bisect collections copy dataclasses decimal enum fractions functools itertools math numbers "  # noqa: SIM905
    "operator re statistics types typing warnings numpy scipy".split()
)

# Rule 8.
HTTP = ("django.http", "django.shortcuts", "rest_framework", "drf_spectacular")


@dataclass(frozen=True)
class Import:
    """One name brought into one module."""

    path: Path
    line: int
    module: str
    name: str | None

    @property
    def full(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module

    def enters(self, package: str) -> bool:
        return any(f"{found}.".startswith(f"{package}.") for found in (self.module, self.full))


def broken_rules(root: Path) -> list[str]:
    """Return a sentence for every broken rule in the tree at `root`."""
    found = []
    for storey in STOREYS:
        for path in sorted((root / storey).rglob("*.py")):
            if "migrations" not in path.parts:
                place = path.relative_to(root)
                for brought in imports_of(root, path):
                    found += [
                        f"{place}:{brought.line}: {sentence}" for sentence in complaints(place, brought)
                    ]
    return found


def imports_of(root: Path, path: Path) -> Iterator[Import]:
    """Yield what a module imports anywhere in it, except for the type checker alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    package = path.relative_to(root).parent.parts
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (Import(path, node.lineno, module, alias.name) for alias in node.names)


def complaints(place: Path, brought: Import) -> Iterator[str]:
    """Yield the rules one import breaks."""
    storey, *_ = place.parts
    room = place.parts[1] if len(place.parts) > 2 else ""
    # A module of the room, or a package in its place: views.py, views/desk.py.
    module = place.parts[2].removesuffix(".py") if room else place.stem
    here = f"{storey}.{room}" if room else storey
    in_room = room not in {"", "management", "estimation"}

    if in_room and brought.enters(here):
        mine, theirs = tier(module), tier(brought.full.removeprefix(here).strip(".").split(".")[0])
        if mine and theirs and theirs > mine:
            yield f"rule 4: {TIER_NAMES[mine]} import {TIER_NAMES[theirs]} ({brought.full})"
        elif not mine and theirs > 3:  # above verbs
            yield f"rule 4: {module} imports {TIER_NAMES[theirs]} ({brought.full})"

    if storey == "reports":
        for door, opener in (
            ("tallies", "evaluations"),
            ("microdata", "evaluations"),
            ("comments", "scorecards"),
        ):
            if brought.enters(f"surveys.{door}") and room != opener:
                yield f"rule 5: only reports.{opener} opens surveys.{door}"
        if room in {"scorecards", "exports"} and module != "composing" and is_number(brought):
            yield f"rule 6: numbers leave evaluations only through scorecards/composing.py ({brought.full})"
        if room == "analyses" and module in {"access"} | PAPER | EDGES and is_number(brought):
            yield f"rule 6: an analysis is shown from its frozen content alone ({brought.full})"
        top = brought.module.split(".")[0]
        if room == "estimation" and top not in ARITHMETIC and not brought.enters("reports.estimation"):
            yield f"rule 7: estimation is pure arithmetic and does not import {brought.module}"

    if brought.module.startswith(HTTP) and not (module in EDGES if room else module == "admin"):
        yield f"rule 8: {brought.full} belongs into views.py or api.py of a room"
    if brought.enters("celery") and place.parts[1:] != ("tasks.py",):
        yield "rule 8: Celery belongs into tasks.py"


def tier(name: str) -> int:
    """Return the tier of a module of a room, 0 for a noun that has none."""
    return TIERS.get(name, 3 if name.endswith("ing") else 0)


def is_number(brought: Import) -> bool:
    """Say whether an import may bring numbers out of evaluations."""
    if not brought.enters("reports.evaluations"):
        return False
    for module, names in FREE_FROM_EVALUATIONS.items():
        if brought.enters(module) and (names is None or brought.name in names):
            return False
    return True
