"""Gather every translatable sentence, merge it into the Chinese catalogue and compile that.

Works without the gettext programs: templates are read by Django's own parser, Python by `ast`, catalogues by Babel.
`--check` changes nothing and fails when a sentence has no Chinese, when the Chinese has other places for figures and
names than the English, when the catalogue holds a sentence that nobody says any more, or when the compiled file is
stale.
"""

import ast
import io
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import Template
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

CATALOGUE = Path(settings.BASE_DIR) / "survey_project/locale/zh_Hans/LC_MESSAGES/django.po"
SOURCES = ("survey_project", "surveys", "reports")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL_CALLS = {"ngettext", "ngettext_lazy"}
# Where a sentence takes a figure or a name; in such a sentence a per cent sign is written "%%".
PLACE = re.compile(r"%\(\w+\)(?:\.\d+)?[a-z]|%[sd]\b")
LITERAL_IN_TAG = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")

Message = str | tuple[str, str]


class Command(BaseCommand):
    """Merge and compile the catalogue, or check it."""

    help = "Gather translatable sentences into the Chinese catalogue and compile it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when something is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po, write_po

        with CATALOGUE.open("rb") as file:
            catalogue = read_po(file, locale="zh_Hans")
        said = dict(gather())
        missing = [m for m in said if not _is_translated(catalogue, m)]
        dead: list[Any] = [m.id for m in catalogue if m.id and m.id not in said]
        compiled = io.BytesIO()
        if options["check"]:
            write_mo(compiled, catalogue)
            problems = [f"no Chinese for {m!r} ({said[m]})" for m in missing]
            problems += [f"nobody says {m!r} any more" for m in dead]
            problems += [problem for m in catalogue if (problem := misplaced(m))]
            if compiled.getvalue() != CATALOGUE.with_suffix(".mo").read_bytes():
                problems.append("the compiled catalogue is stale")
            if problems:
                listing = "\n  ".join(problems)
                raise CommandError(f"Run `manage.py messages` and fill in what is missing:\n  {listing}")
            return
        for message in missing:
            catalogue.add(message)
        for gone in dead:
            catalogue.delete(gone)
        with CATALOGUE.open("wb") as file:
            write_po(file, catalogue, width=110, no_location=True, sort_output=True)
        write_mo(compiled, catalogue)
        CATALOGUE.with_suffix(".mo").write_bytes(compiled.getvalue())
        self.stdout.write(f"{len(said)} sentences, {len(missing)} without Chinese, {len(dead)} removed")
        for message in missing:
            self.stdout.write(f"  {message!r}  ({said[message]})")


def misplaced(message: Any) -> str:
    """Say how the places for figures and names differ between a sentence and its Chinese, or nothing.

    Of a plural the Chinese, which has one form for all numbers, must have the places of the English plural.
    """
    english = message.id[-1] if isinstance(message.id, tuple) else message.id
    wanted = set(PLACE.findall(english))
    for chinese in message.string if isinstance(message.string, tuple) else (message.string,):
        found = set(PLACE.findall(chinese))
        if wanted and "%" in PLACE.sub("", chinese).replace("%%", ""):
            found.add("%")
        if message.id and chinese and found != wanted:
            differ = ", ".join(sorted(found ^ wanted))
            return f"the Chinese of {message.id!r} differs in {differ}"
    return ""


def gather() -> Iterator[tuple[Message, str]]:
    """Yield every translatable message with the file that says it."""
    root = Path(settings.BASE_DIR)
    for source in SOURCES:
        for path in sorted((root / source).rglob("*")):
            where = str(path.relative_to(root))
            if path.suffix == ".py":
                yield from ((message, where) for message in _in_python(path.read_text()))
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                yield from ((message, where) for message in _in_template(path.read_text()))


def _in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in CALLS and texts:
            yield texts[0]
        elif name in PLURAL_CALLS and len(texts) >= 2:
            yield texts[0], texts[1]


def _in_template(source: str) -> Iterator[Message]:
    for node in _nodes(Template(source).nodelist):
        if isinstance(node, TranslateNode):
            literal = node.filter_expression.var
            text = literal if isinstance(literal, str) else literal.literal
            if isinstance(text, str):
                yield text.replace("%", "%%")  # as Django looks it up
        elif isinstance(node, BlockTranslateNode):
            singular = _words(node, node.singular)
            yield (singular, _words(node, node.plural)) if node.plural else singular
    for match in LITERAL_IN_TAG.finditer(source):
        yield match.group(1) or match.group(2)


def _words(node: Any, tokens: Any) -> str:
    from django.utils.translation import trim_whitespace

    words, _variables = node.render_token_list(tokens)
    return trim_whitespace(words) if node.trimmed else words


def _nodes(nodelist: NodeList) -> Iterator[Node]:
    for node in nodelist:
        yield from node.get_nodes_by_type(Node)


def _is_translated(catalogue: Any, message: Message) -> bool:
    entry = catalogue.get(message[0] if isinstance(message, tuple) else message)
    if entry is None or "fuzzy" in entry.flags:
        return False
    return all(entry.string) if isinstance(entry.string, tuple) else bool(entry.string)
