"""Make the database ready for `make run`: migrate what is not migrated, and fill an empty one with the demo city.

Run as a process of its own, so that the supervisor stays as small as a bare interpreter. When nothing is to be done
it looks and leaves.
"""

from __future__ import annotations

import os
import sys

import django

from survey_project import environment
from survey_project.gate import say


def migrate_if_new() -> None:
    """Make the tables of a database that has none at all, so that any command may be the first."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if not connection.introspection.table_names():
        say("Making the tables of a new database …")
        call_command("migrate", interactive=False, verbosity=0)


def main() -> int:
    """Migrate, collect static files where they are served collected, and load the demo city into an empty database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "survey_project.settings")
    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command, get_commands
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=1, stdout=sys.stderr)
    if not settings.WHITENOISE_USE_FINDERS:
        call_command("collectstatic", interactive=False, verbosity=0)
    if "make_city" in get_commands() and not apps.get_model("surveys", "Department").objects.exists():
        if environment.flag("DEMO", default=settings.EMBEDDED):
            say("The database is empty: loading a small demonstration city …")
            call_command("make_city", stdout=sys.stderr)
            say("Evaluating the city's past waves …")
            call_command("reconcile", stdout=sys.stderr)
        else:
            say("The database is empty. `manage.py make_city` fills it with a demonstration city.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
