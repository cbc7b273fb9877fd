"""Whoever changes one digit in any file is found and the place is named, also with SHA256SUMS made afresh."""

import json
import random
import re

import pytest

from reports.trust import verify
from tests.reports.trust.conftest import Download, Released, read, with_new_sums

pytestmark = pytest.mark.django_db

TRIED = 30  # positions of each file for which the whole program runs
ALL = 1200  # digits up to which all of a file's are changed, one after the other; of larger files so many:
SAMPLE = 300
# What makes a file unreadable is named by what is wrong with it.
UNREADABLE = re.compile(r"stands twice in one object")


def digits_of(body: bytes) -> list[int]:
    return [found.start() for found in re.finditer(rb"[0-9]", body)]


def changed(body: bytes, at: int, chance: random.Random) -> bytes:
    other = chance.choice([digit for digit in b"0123456789" if digit != body[at]])
    return body[:at] + bytes([other]) + body[at + 1 :]


def differences(files: dict[str, bytes]) -> list[str]:
    found = verify.Findings()
    verify.verify(files, None, found)
    return [line for lines in found.lines.values() for line in lines]


@pytest.mark.parametrize("wave", ["spring", "raked"])
def test_a_changed_digit_is_named(
    released: Released, raked: Released, download: Download, no_papers: None, wave: str
) -> None:
    (released if wave == "spring" else raked)(wave)
    files = read(download(wave))
    assert differences(files) == []
    chance = random.Random(7)  # noqa: S311  test data
    for name in sorted(files.keys() - {"SHA256SUMS"}):
        places = digits_of(files[name])
        for at in chance.sample(places, min(TRIED, len(places))):
            body = changed(files[name], at, chance)
            said = differences(with_new_sums({**files, name: body}))
            about = f"{name}, {files[name][max(0, at - 30) : at + 10]!r}"
            named = [line for line in said if line.startswith(f"{name}: ")]
            assert named, about
            assert [one for one in named if "whole file" not in one or UNREADABLE.search(one)], (about, said)


@pytest.mark.parametrize("wave", ["spring", "raked"])
def test_every_digit_is_tied_and_found_to_the_character(
    released: Released, raked: Released, download: Download, no_papers: None, wave: str
) -> None:
    """What follows from no other figure (a date, a title, a count of "don't know" of nobody) is tied by two sums."""
    (released if wave == "spring" else raked)(wave)
    files = read(download(wave))
    method = json.loads(files["method.json"])
    beside = files.keys() - {"SHA256SUMS", "method.json"}
    assert method["files"].keys() == method["sums"].keys() == beside
    chance = random.Random(11)  # noqa: S311  test data
    for name in sorted(beside):
        places = digits_of(files[name])
        for at in places if len(places) <= ALL else chance.sample(places, SAMPLE):
            body, found = changed(files[name], at, chance), verify.Findings()
            verify.check_bytes(
                found, name, body, method["files"][name], method["sums"][name], ("files", "sums")
            )
            (line,) = found.lines[name]
            assert f"written {chr(body[at])!r}" in line
            assert f"is of {chr(files[name][at])!r}" in line
            assert line.split(": ")[1] == verify.place_of(name, body, at)


def test_a_changed_digit_of_sha256sums_itself_is_named(
    released: Released, download: Download, no_papers: None
) -> None:
    released()
    files = read(download("spring"))
    chance = random.Random(3)  # noqa: S311  test data
    for at in chance.sample(digits_of(files["SHA256SUMS"]), 20):
        sums = changed(files["SHA256SUMS"], at, chance)
        assert differences({**files, "SHA256SUMS": sums})


def test_a_figure_that_cannot_be_computed_with_is_still_named(
    released: Released, download: Download, no_papers: None
) -> None:
    released()
    files = read(download("spring"))
    body = files["method.json"].replace(b'"weight":"1"', b'"weight":"0"', 1)
    said = differences(with_new_sums({**files, "method.json": body}))
    assert [
        line for line in said if line.startswith("method.json: departments/0/items/0/weight: written '0'")
    ]


def test_places_are_named_as_people_look_for_them() -> None:
    table = b'department,item,n\nparks,"a, b",12\nroads,c,34\n'
    assert verify.place_of("dataset.csv", table, table.index(b"12")) == "row 2 (parks), column n"
    assert verify.place_of("dataset.csv", table, table.index(b"34") + 1) == "row 3 (roads), column n"
    document = b'{"a":[{"b":"x"},{"b":"12"}],"c":{"d":5}}'
    assert verify.place_of("scorecard.json", document, document.index(b"12")) == "a/1/b"
    assert verify.place_of("scorecard.json", document, document.index(b"5")) == "c/d"
