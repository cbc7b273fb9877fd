"""Write `docs/reference` from the registries, so that it says what the code does."""

from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import module_has_submodule
from django.utils.translation import override


def written_pages() -> Iterator[tuple[Path, str]]:
    """Yield every page of every app's `reference.PAGES`: where it lies, and what it should say."""
    folder = Path(settings.BASE_DIR, "docs", "reference")
    with override("en"):
        for config in apps.get_app_configs():
            if config.module and module_has_submodule(config.module, "reference"):
                for name, write in import_module(f"{config.name}.reference").PAGES:
                    yield folder / name, write()


class Command(BaseCommand):
    """Write the pages, or only say which are stale."""

    help = "Write docs/reference from the registries."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--check`."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what differs and name it."""
        stale = [
            (path, text)
            for path, text in written_pages()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        if options["check"] and stale:
            names = ", ".join(path.name for path, _text in stale)
            raise CommandError(f"Stale in docs/reference: {names}. Run `manage.py reference`.")
        for path, text in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {path.name}")
