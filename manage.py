#!/usr/bin/env python
"""Django's command line. It starts the embedded services first when the command needs them."""

import os
import sys

# These never ask the database.
WITHOUT_SERVICES = {
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "startproject",
    "version",
}

# These make or look at the tables themselves.
WITHOUT_TABLES = {
    "check",
    "dbshell",
    "flush",
    "makemigrations",
    "migrate",
    "showmigrations",
    "sqlmigrate",
    "test",
}


def needs_services(arguments: list[str]) -> bool:
    """Say whether a command line asks the database or Redis."""
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = {"-h", "--help"} & set(arguments)
    only_looks = command == "check" and "--database" not in arguments
    return not (command in WITHOUT_SERVICES or command.startswith("-") or asks_for_help or only_looks)


def main() -> None:
    """Run a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "survey_project.settings")
    from survey_project.environment import database_url
    from survey_project.gate import open_gate
    from survey_project.prepare import migrate_if_new

    if needs_services(sys.argv):
        open_gate()
        if database_url() is None and sys.argv[1] not in WITHOUT_TABLES:
            migrate_if_new()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
