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


def needs_services(arguments: list[str]) -> bool:
    """Say whether a command line asks the database or Redis."""
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = {"-h", "--help"} & set(arguments)
    only_looks = command == "check" and "--database" not in arguments
    return not (command in WITHOUT_SERVICES or command.startswith("-") or asks_for_help or only_looks)


def main() -> None:
    """Run a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "survey_project.settings")
    from survey_project.gate import open_gate

    if needs_services(sys.argv):
        open_gate()

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
