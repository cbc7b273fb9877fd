"""What is sealed and must not be seen, and every address at which it could be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from reports.analyses.models import Analysis
from reports.exports.models import Paper
from reports.scorecards.models import Publication, Scorecard

NO_FIGURES = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?|[\d.]+\s[KM]B")  # times, and sizes of files


@dataclass
class Hidden:
    """What must not be seen: figures with many digits, figures as people read them, and hashes."""

    publications: list[Publication]
    exact: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def told_in(self, text: str) -> list[str]:
        """Name what of it stands in a text."""
        text = NO_FIGURES.sub("", text)
        numbers = set(re.findall(r"(?<![\d.])\d+\.\d(?![\d.])", text))
        return sorted({one for one in self.exact if one in text} | (self.read & numbers))


def numbers_in(value: Any) -> Iterator[str]:
    """Yield every decimal figure of a document."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers_in(inner)
    elif isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value):
        yield value.lstrip("-")


def all_numbers(publications: Iterable[Publication]) -> set[str]:
    found: set[str] = set()
    for one in publications:
        found |= set(numbers_in(one.content))
        for card in one.scorecards.all():
            found |= set(numbers_in(card.content)) | set(numbers_in(card.dataset["unflagged"]))
        for analysis in Analysis.objects.filter(evaluation=one.evaluation_id):
            found |= set(numbers_in(analysis.content))
    return found


def hidden_things() -> Hidden:
    """Gather what distinguishes the sealed publications from all that is public."""
    sealed = list(Publication.objects.filter(state="sealed"))
    public = all_numbers(Publication.objects.filter(state="published"))
    secret = all_numbers(sealed) - public
    exact = {one[:10] for one in secret if len(one) >= 9}
    shown_in_public = {f"{float(one) * times:.1f}" for one in public for times in (1, 100)}
    read = {f"{float(one) * times:.1f}" for one in secret if len(one) >= 9 for times in (1, 100)}
    # Round figures stand on pages for other reasons.
    read = {one for one in read if 20 < float(one) < 100 and float(one) % 5} - shown_in_public
    hashes = {one.content_hash for one in sealed}
    for one in sealed:
        hashes |= set(one.scorecards.values_list("content_hash", flat=True))
        hashes |= {card.content["dataset_hash"] for card in one.scorecards.all()}
    hashes |= set(Paper.objects.filter(publication__in=sealed).values_list("sha256", flat=True))
    hashes |= set(
        Analysis.objects.filter(evaluation__in=[one.evaluation_id for one in sealed]).values_list(
            "content_hash", flat=True
        )
    )
    public_hashes = {
        card.content["dataset_hash"] for card in Scorecard.objects.filter(publication__state="published")
    }
    public_hashes |= set(
        Scorecard.objects.filter(publication__state="published").values_list("content_hash", flat=True)
    )
    return Hidden(sealed, exact | {one[:16] for one in hashes - public_hashes if one}, read)


def routes(resolver: URLResolver, before: str = "", module: str = "") -> Iterator[tuple[str, str]]:
    """Yield every address pattern, as text with <converter:name>, and the module of what answers it."""
    for entry in resolver.url_patterns:
        whole = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, whole)
        elif isinstance(entry, URLPattern):
            yield whole, getattr(entry.callback, "__module__", "")


def addresses(hidden: Hidden, *, known: bool = True) -> list[tuple[str, bool]]:
    """Fill every route with all that could be meant, and say whether it is of the upper storey.

    Where not `known`, by names and numbers of nothing.
    """
    numbers: set[int] = set()
    for one in hidden.publications:
        numbers |= {one.pk, one.wave_id, one.evaluation_id}
        numbers |= set(one.scorecards.filter(department__code="parks").values_list("pk", flat=True))
        numbers |= set(Analysis.objects.filter(evaluation=one.evaluation_id).values_list("pk", flat=True))
        numbers |= set(Paper.objects.filter(publication=one).values_list("pk", flat=True)[:1])
    found: list[tuple[str, bool]] = []
    for route, module in routes(get_resolver()):
        path = "/" + re.sub(r"\\Z|\^|\$", "", route)
        ours = module.startswith("reports.") or "/office/admin/reports/" in path
        wanted = re.findall(r"<(?:(\w+):)?(\w+)>", path)
        choices: list[list[str]] = []
        for converter, name in wanted:
            if not known:
                choices.append(["99999" if converter == "int" else "never"])
            elif converter == "int" or name in {"pk", "wave_id", "number", "object_id"}:
                choices.append(
                    [str(one) for one in sorted(numbers)] if ours else [str(hidden.publications[0].wave_id)]
                )
            elif name in {"wave", "slug"}:
                choices.append(
                    ["autumn", str(hidden.publications[0].wave_id), "spring"] if ours else ["autumn"]
                )
            else:
                choices.append(["parks"])
        for given in product(*choices):
            address = path
            for value in given:
                address = re.sub(r"<[^>]+>", value, address, count=1)
            if "<" in address or "(?P" in address:
                continue
            found.append((address, ours))
            if ours and ("/results/" in address or "/analyses/" in address):
                found.append((f"{address}?number={2 if 'spring' in address else 1}", ours))
    return list(dict.fromkeys(found))
