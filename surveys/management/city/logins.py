"""Accounts to look around with, for the embedded demonstration alone.

They share one password, made when the city is and written to a file that only its owner can read.
"""

import os
import secrets
from pathlib import Path

from surveys.people import staffing
from surveys.people.models import Department, Role

WORDS = (
    "amber", "bamboo", "bridge", "cedar", "cloud", "crane", "garden", "harbour", "jasmine", "lantern", "lotus",
    "maple", "meadow", "mountain", "orchid", "pavilion", "pine", "plum", "river", "silver", "spring", "summer",
    "sunrise", "swallow", "valley", "willow", "winter", "harvest", "island", "kettle", "magpie", "teapot",
)  # fmt: skip

# username, name, role, department of heads, the body that the person works for
CAST = (
    ("ada", "Ada 设计师", Role.DESIGNER, "", "市评价办公室"),
    ("ivo", "Ivo 审核人", Role.REVIEWER, "", "市评价办公室"),
    ("admin", "Admin 管理员", Role.ADMIN, "", "市评价办公室"),
    ("auditor", "Auditor 审计员", Role.AUDITOR, "", "市审计局"),
    ("lin", "Lin 访问员", Role.INTERVIEWER, "", "第三方调查机构"),
    ("dana", "Dana 卫健委负责人", Role.HEAD, "health", "市卫健委"),
    ("omar", "Omar 城管局负责人", Role.HEAD, "urban-management", "市城管局"),
)


def create(departments: dict[str, Department]) -> list[tuple[str, str, str]]:
    """Create the accounts and return username, role and password of each."""
    password = "-".join((*(secrets.choice(WORDS) for _word in range(3)), str(secrets.randbelow(900) + 100)))
    for username, name, role, department, organisation in CAST:
        staffing.add_user(
            username=username,
            name=name,
            email=f"{username}@example.org",
            role=role,
            department=departments.get(department),
            organisation=organisation,
            password=password,
            by=None,
        )
    return [(username, role.value, password) for username, _name, role, *_rest in CAST]


def write(logins: list[tuple[str, str, str]], path: Path) -> None:
    """Write the logins into a file that nobody else can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".new")
    making.unlink(missing_ok=True)
    with os.fdopen(
        os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.writelines(f"{name:<8} {role:<11} {password}\n" for name, role, password in logins)
    making.replace(path)
