"""An attacker from outside: reads what anybody can fetch, and works out what is not told.

It shares no code with the suppression: it fetches pages, files and programs' answers over HTTP, reads numbers out of
them, writes every count as an equation about unknown counts, and asks a linear program what each unknown must be.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any, NamedTuple

import numpy as np
from django.test import Client
from scipy.optimize import linprog

MOST_PAGES = 600
MISSING = {"dk", "na", "blank", "unrated"}
GRADES = {"1", "2", "3", "4", "5"}
SMALL = range(1, 10)


class Recovered(NamedTuple):
    """A small count that was never published: of which wave, department and group."""

    wave: str
    department: str
    what: str
    people: int


class Loot:
    """Everything that was fetched: texts by address."""

    def __init__(self, client: Client) -> None:
        """Walk from the list of results and from the index for programs along every address found."""
        self.texts: dict[str, str] = {}
        waiting = ["/results/", "/api/v1/results/"]
        while waiting and len(self.texts) < MOST_PAGES:
            path = waiting.pop()
            if path in self.texts:
                continue
            answer = client.get(path, headers={"accept-language": "en"}, follow=True)
            body = b"".join(answer) if answer.streaming else answer.content
            self.texts[path] = body.decode("utf-8", "replace") if answer.status_code == 200 else ""
            if path.startswith("/api/v1/results/") and answer.status_code == 200:
                waiting += self._told_to_programs(path)
            waiting += [
                unescape(link)
                for link in re.findall(r'href="(/results/[^"#]*)"', self.texts[path])
                if unescape(link) not in self.texts
            ]

    def _told_to_programs(self, path: str) -> Iterator[str]:
        found = json.loads(self.texts[path])
        rows = found.get("results", []) if isinstance(found, dict) else found
        for row in rows:
            if isinstance(row, dict) and "number" in row and isinstance(row.get("wave"), str):
                for number in range(1, row["number"] + 1):
                    yield f"/api/v1/results/{row['wave']}/?number={number}"
                    yield f"/results/{row['wave']}/?number={number}"
                    yield from (
                        f"/results/{row['wave']}/{name}?number={number}"
                        for name in ("dataset.csv", "design.csv", "moments.csv", "unflagged.csv", "residuals.csv",
                                     "correlations.csv", "method.json", "scorecard.json", "analysis.json")
                    )  # fmt: skip

    def publications(self) -> Iterator[tuple[str, int]]:
        """Yield the waves and numbers of publications whose dataset could be fetched."""
        for path, text in sorted(self.texts.items()):
            found = re.fullmatch(r"/results/([\w-]+)/dataset\.csv\?number=(\d+)", path)
            if found and text:
                yield found[1], int(found[2])

    def rows(self, wave: str, number: int, name: str) -> list[dict[str, str]]:
        """Read a file of a publication."""
        text = self.texts.get(f"/results/{wave}/{name}?number={number}", "")
        return list(csv.DictReader(io.StringIO(text)))

    def document(self, wave: str, number: int, name: str) -> Any:
        """Read a document of a publication, {} where there is none."""
        return json.loads(self.texts.get(f"/results/{wave}/{name}?number={number}") or "{}")

    def seen_on_pages(self, wave: str) -> dict[str, int]:
        """Read how many rated each department off the wave's page."""
        found = {}
        for row in re.findall(r"<tr\b.*?</tr>", self.texts.get(f"/results/{wave}/", ""), flags=re.DOTALL):
            link = re.search(rf'href="/results/{wave}/([\w-]+)/', row)
            whole = re.findall(r"<td[^>]*>\s*(\d+)\s*</td>", row)
            if link and whole:
                found[link[1]] = int(whole[0])
        return found


class System:
    """Unknown whole numbers, none below zero, and what is known of their sums."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.lines: list[tuple[frozenset[str], int]] = []

    def say(self, names: Iterable[str], total: int) -> None:
        """Add an equation."""
        line = frozenset(names)
        for name in sorted(line):
            self.names.setdefault(name, len(self.names))
        if line:
            self.lines.append((line, total))

    def small(self) -> Iterator[tuple[str, int]]:
        """Yield the unknowns, and the parts in which two equations differ, that must be a small number."""
        if not self.lines:
            return
        matrix = np.array([[name in line for name in self.names] for line, _total in self.lines], dtype=float)
        right = np.array([total for _line, total in self.lines], dtype=float)
        sets = {line for line, _total in self.lines}
        goals = {frozenset({name}) for name in self.names} | sets
        goals |= {one - other for one in sets for other in sets if other < one}
        for goal in sorted(goals, key=sorted):
            vector = np.array([name in goal for name in self.names], dtype=float)
            ends = []
            for sign in (1, -1):
                answer = linprog(sign * vector, A_eq=matrix, b_eq=right, bounds=(0, None))
                ends.append(vector @ answer.x if answer.success else np.inf)
            if ends[1] - ends[0] < 1e-6 and round(ends[0]) in SMALL:
                yield "+".join(sorted(goal)), round(ends[0])


def recovered(client: Client) -> set[Recovered]:
    """Fetch everything and work out what is small and was not to be known."""
    loot = Loot(client)
    found: set[Recovered] = set()
    for wave, number in loot.publications():
        document = loot.document(wave, number, "scorecard.json")
        found |= set(_departments(loot, wave, number, document))
        found |= set(_groups(loot, wave, number, document))
        found |= set(_pairs(loot, wave, number))
        found |= set(_flagged(loot, wave, number))
        found |= set(_participation(loot, wave, number, document))
        if number > 1:
            found |= set(_differences(loot, wave, number))
    return found


def units_of(stratum: str, cell: str) -> frozenset[str]:
    """Split the name of a group into the strata, or cells of a stratum, that it was joined of."""
    if not cell:
        return frozenset(stratum.split("+"))
    return frozenset(one if "/" in one else f"{stratum}/{one}" for one in cell.split("+"))


def _cards(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {card["figures"]["code"]: card for card in document.get("scorecards", ())}


def _departments(loot: Loot, wave: str, number: int, document: Mapping[str, Any]) -> Iterator[Recovered]:
    """People less all departments but one: whoever took part rated one of them."""
    system, people, told = System(), document["fieldwork"]["people"], {}
    for code, card in _cards(document).items():
        if not card["is_root"]:
            told[code] = card["records"]
    for code, n in loot.seen_on_pages(wave).items():
        if code in told and told[code] is None:
            told[code] = n
    known = sum(n or 0 for n in told.values())
    for code, n in told.items():
        if n is not None:
            system.say([code], n)
    if people is not None and known <= people:
        system.say(told, people)
    for code, n in system.small():
        if "+" not in code:
            yield Recovered(wave, code, "people", n)


def _groups(loot: Loot, wave: str, number: int, document: Mapping[str, Any]) -> Iterator[Recovered]:
    """Groups of residents within a department, from every table that counts the same answers."""
    rated: dict[tuple[str, str], dict[frozenset[str], int]] = defaultdict(lambda: defaultdict(int))
    missing: dict[tuple[str, str], int] = defaultdict(int)
    belongs: dict[tuple[str, frozenset[str]], str] = {}
    for row in loot.rows(wave, number, "dataset.csv"):
        key = row["department"], row["item"]
        if row["value"] in GRADES:
            rated[key][units_of(row["stratum"], row["cell"])] += int(row["n"])
        elif row["value"] in MISSING:
            missing[key] += int(row["n"])
    every: set[str] = set()
    for row in loot.rows(wave, number, "design.csv"):
        units = units_of(row["stratum"], row.get("cell") or "")
        every |= units
        belongs[row["department"], units] = row.get("categories") or ""
    cards = _cards(document)
    within = {one["code"]: one["parent"] for one in document.get("places") or ()}
    for (department, item), lines in rated.items():
        system, card = System(), cards[department]
        for units, n in lines.items():
            system.say(units, n)
        told = next(one for one in card["items"] if one["code"] == item)
        rows = frozenset().union(*lines)  # what breakdowns are unions of
        system.say(every | rows, card["records"] - missing[department, item])
        for row in loot.rows(wave, number, "moments.csv"):
            if (row["department"], row["item_a"], row["item_b"]) == (department, item, item):
                system.say(units_of(row["stratum"], row.get("cell") or ""), int(row["n"]))
        for by, group in _broken_down(card) if told["headline"] else ():
            system.say(_people_of(by, group["code"], department, rows, within, belongs), group["n"])
        for name, n in system.small():
            yield Recovered(wave, department, f"{item}@{name}", n)


def _broken_down(card: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for breakdown in card.get("breakdowns") or ():
        yield from ((breakdown["by"], group) for group in breakdown["groups"] if group["n"] is not None)


def _people_of(
    by: str,
    code: str,
    department: str,
    everybody: Iterable[str],
    within: Mapping[str, str | None],
    belongs: Mapping[tuple[str, frozenset[str]], str],
) -> set[str]:
    """Return the units that a group of a breakdown is made of."""
    if by != "place":
        return {
            unit
            for (whose, units), text in belongs.items()
            if whose == department and f"{by}={code}" in text.split()
            for unit in units
        }

    def lies_in(stratum: str | None) -> bool:
        while stratum is not None:
            if stratum == code:
                return True
            stratum = within.get(stratum)
        return False

    parts = set(code.split("+"))
    return {
        unit
        for unit in everybody
        if all(part in parts or lies_in(part) for part in unit.split("/")[0].split("+"))
    }


def _pairs(loot: Loot, wave: str, number: int) -> Iterator[Recovered]:
    """Who answered one question and not another: their number and what they said follow from cross-moments."""
    n: dict[tuple[str, str, str, str], dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    for row in loot.rows(wave, number, "moments.csv"):
        key = row["department"], row["stratum"], row.get("cell") or "", ""
        n[key][row["item_a"], row["item_b"]] = int(row["n"]), int(row["sum_a"])
    for (department, *_place), pairs in n.items():
        for a, b in pairs:
            for one, other in ((a, b), (b, a)) if a != b else ():
                left = pairs[one, one][0] - pairs[a, b][0]
                if left in range(1, 5):
                    yield Recovered(wave, department, f"{one}, not {other}", left)


def _flagged(loot: Loot, wave: str, number: int) -> Iterator[Recovered]:
    counts: dict[str, int] = defaultdict(int)
    for row in loot.rows(wave, number, "unflagged.csv"):
        counts[row["department"]] += int(row["n_with_flagged"]) - int(row["n"])
    for department, n in counts.items():
        if n in SMALL:
            yield Recovered(wave, department, "flagged", n)


def _participation(loot: Loot, wave: str, number: int, document: Mapping[str, Any]) -> Iterator[Recovered]:
    channels, people = System(), document["fieldwork"]["people"]
    for one in document["fieldwork"]["channels"]:
        if one["people"] is not None:
            channels.say([one["channel"]], one["people"])
    if people is not None:
        channels.say([one["channel"] for one in document["fieldwork"]["channels"]], people)
    for name, n in channels.small():
        if "+" not in name:
            yield Recovered(wave, "", f"channel {name}", n)
    asked = loot.document(wave, number, "analysis.json").get("participation") or {}
    away = System()
    for row in asked.get("strata") or ():
        if row["invited"] is not None:
            away.say([row["code"]], row["invited"] - row["took_part"])
    if asked.get("did_not") is not None and asked.get("strata"):
        away.say([row["code"] for row in asked["strata"]], asked["did_not"])
    for name, n in away.small():
        if name in {row["code"] for row in asked.get("strata") or ()}:
            yield Recovered(wave, "", f"stayed away {name}", n)


def _differences(loot: Loot, wave: str, number: int) -> Iterator[Recovered]:
    """A publication less the one before."""
    totals: list[dict[tuple[str, str], dict[str, int]]] = []
    for one in (number - 1, number):
        counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in loot.rows(wave, one, "dataset.csv"):
            if row["value"] in GRADES | MISSING:
                counts[row["department"], row["item"]][row["value"]] += int(row["n"])
        totals.append(counts)
    for key in totals[0].keys() & totals[1].keys():
        moved = [totals[0][key][value] - totals[1][key][value] for value in GRADES | MISSING]
        people = max(sum(n for n in moved if n > 0), -sum(n for n in moved if n < 0))
        if people in SMALL:
            yield Recovered(wave, key[0], f"{key[1]}, taken out", people)
