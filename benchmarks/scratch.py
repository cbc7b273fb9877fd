"""A database of its own for a benchmark, beside the real one and dropped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def scratch_database() -> Iterator[str]:
    """Migrate an empty database, use it in this process until the block ends, and yield its name."""
    from django.db import connection

    real = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = real
        with connection.cursor() as cursor:
            # A server that was just stopped may not have let go of it yet.
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
