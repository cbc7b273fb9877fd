"""Whatever stands in the files: the program ends soon, with 1 or 2, and says a sentence that names the file."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from reports.trust import verify
from tests.reports.trust.conftest import VERIFY, Download, Released, read, verified, with_new_sums

pytestmark = pytest.mark.django_db

TRIED = 480  # single characters
WITHIN = 5  # seconds for each
STRUCTURAL = b'{}[]",:.-+eE0123456789\n\r\0\\\xff \t='
Files = dict[str, bytes]


class TooSlow(BaseException):
    """The program did not end; no clause of it may catch this."""


@pytest.fixture
def files(released: Released, download: Download, no_papers: None) -> Files:
    released()
    return read(download("spring"))


@pytest.fixture
def within() -> Iterator[Callable[[], None]]:
    """Give what starts the clock anew."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)

    def start() -> None:
        signal.alarm(WITHIN)

    yield start
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def lines_of(files: Files) -> list[str]:
    found = verify.Findings()
    verify.verify(files, None, found)
    return [line for lines in found.lines.values() for line in lines]


def test_a_changed_character_anywhere_is_named_in_time(files: Files, within: Callable[[], None]) -> None:
    chance = random.Random(11)  # noqa: S311  test data
    names = sorted(files)
    for step in range(TRIED):
        name = names[step % len(names)]
        body = files[name]
        at = chance.randrange(len(body))
        new = chance.choice([sign for sign in STRUCTURAL if sign != body[at]])
        changed = {**files, name: body[:at] + bytes([new]) + body[at + 1 :]}
        if name == "SHA256SUMS" and sorted(verify_names(changed[name])) == sorted(verify_names(body)):
            continue  # another end of a line
        within()
        said = lines_of(changed if name == "SHA256SUMS" else with_new_sums(changed))
        about = f"{name}, {body[max(0, at - 30) : at + 10]!r} → {new!r}"
        assert said, about
        assert any(name in line for line in said), (about, said)


def verify_names(sums: bytes) -> list[str]:
    return sums.decode(errors="replace").splitlines()


def changed_document(name: str, change: Callable[[Any], None]) -> Callable[[Files], Files]:
    """Return what changes a document of the files and writes it as it must be written."""

    def made(files: Files) -> Files:
        document = json.loads(files[name])
        change(document)
        return {**files, name: canonical(document)}

    return made


def canonical(document: Any) -> bytes:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def replaced(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def made(files: Files) -> Files:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new, 1)}

    return made


def whole(name: str, body: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, name: body}


def parent_of_itself(tree: str) -> Callable[[Any], None]:
    def change(card: Any) -> None:
        for one in card[tree]:
            one["parent"] = card[tree][0]["code"]

    return change


LEVELS = [
    (
        replaced("scorecard.json", b'"level":"0.95"', b'"level":"%s"' % level),
        "scorecard.json: parameters/level",
    )
    for level in (b"1.95", b"7.95", b"inf", b"NaN", b"0", b"1", b"-0.5", b"1e-3")
]
HOSTILE = [
    *LEVELS,
    (whole("scorecard.json", b"[" * 100_000 + b"]" * 100_000), "scorecard.json: whole file"),
    (whole("method.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000), "method.json: whole file"),
    (whole("scorecard.json", b"[]"), "scorecard.json: whole file"),
    (whole("scorecard.json", b'{"format":4}'), "scorecard.json: structure"),
    (changed_document("method.json", lambda m: m.update(files=list(m["files"]))), "method.json: files"),
    (changed_document("method.json", lambda m: m.update(files=None)), "method.json: files"),
    (changed_document("method.json", lambda m: m.update(self=[])), "method.json: self"),
    (changed_document("method.json", lambda m: m["self"].update(sums=5)), "method.json: self/sums"),
    (
        changed_document("method.json", lambda m: m["sums"].update({"dataset.csv": [None, None]})),
        "method.json: sums/dataset.csv",
    ),
    (replaced("method.json", b"{", b'{"a":"\\ud800",'), "method.json: whole file"),
    (replaced("scorecard.json", b'"parks"', b'"\\ud800"'), "scorecard.json: whole file"),
    (replaced("datapackage.json", b"{", b"}"), "datapackage.json: character 1"),
    (replaced("datapackage.json", b'"', b"x"), "datapackage.json: character 2"),
    (replaced("dataset.csv", b"overall", b"\xff\xfe"), "dataset.csv: byte"),
    (replaced("dataset.csv", b"overall", b"o" * 200_000), "dataset.csv: row 2"),
    (replaced("dataset.csv", b"\n", b'\n"'), "dataset.csv: row"),
    (whole("dataset.csv", b""), "dataset.csv: row 1"),
    (changed_document("scorecard.json", parent_of_itself("tree")), "scorecard.json: tree"),
    (changed_document("scorecard.json", parent_of_itself("places")), "scorecard.json: places"),
    (
        changed_document("scorecard.json", lambda c: c["parameters"].update(minimum_base=10**30)),
        "minimum_base",
    ),
    (changed_document("scorecard.json", lambda c: c["parameters"].update(ranks="yes")), "parameters/ranks"),
    (changed_document("scorecard.json", lambda c: c["parameters"].update(lonely="x")), "parameters/lonely"),
    (
        changed_document("scorecard.json", lambda c: c["parameters"].update(standard=[1])),
        "parameters/standard",
    ),
]


def test_whatever_is_hostile_is_named_too(files: Files, within: Callable[[], None]) -> None:
    for place, (change, said) in enumerate(HOSTILE):
        within()
        lines = lines_of(with_new_sums(change(files)))
        assert any(said in line for line in lines), (place, said, lines[:5])


def test_as_a_program_it_ends_with_a_sentence(files: Files, tmp_path: Path) -> None:
    """Also where the screen knows no Chinese, and where a name would move the cursor or begin a line."""
    forged = [
        replaced("scorecard.json", b'"level":"0.95"', b'"level":"1.95"'),
        whole("scorecard.json", b"[" * 100_000),
        replaced("datapackage.json", b"{", b"}"),
        replaced("dataset.csv", b"overall", "园林\x1b[2J".encode()),
        changed_document("scorecard.json", lambda card: card.update(wave="x\nall 9 numbers agree")),
        whole("SHA256SUMS", b"\xff"),
        whole("SHA256SUMS", b""),
    ]
    for number, change in enumerate(forged):
        directory = tmp_path / f"forged{number}"
        directory.mkdir()
        made = change(files)
        for name, body in (made if number > 4 else with_new_sums(made)).items():
            (directory / name).write_bytes(body)
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(VERIFY), str(directory)],
            capture_output=True,
            timeout=WITHIN * 4,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        )
        text = (done.stdout + done.stderr).decode()
        assert done.returncode in (1, 2), number
        assert ".json: " in text or ".csv: " in text or "SHA256SUMS: " in text
        assert "Traceback" not in text
        assert "\x1b" not in text
        assert not any(line.startswith("all ") for line in text.splitlines())


# What a forger does who makes all fingerprints anew.


def refreshed(files: Files) -> Files:
    """Make the fingerprints in method.json and the description afresh, then SHA256SUMS."""
    package = json.loads(files["datapackage.json"])
    for one in package["resources"]:
        body = files[one["path"]]
        one |= {"bytes": len(body), "hash": f"sha256:{hashlib.sha256(body).hexdigest()}"}
    files = {**files, "datapackage.json": canonical(package)}
    method = json.loads(files["method.json"])
    if "files" in method:
        for name in method["files"]:
            method["files"][name] = hashlib.sha256(files[name]).hexdigest()
            method["sums"][name] = [str(one) for one in verify.character_sums(files[name])]
        body = canonical({key: value for key, value in method.items() if key != "self"})
        sums = [str(one) for one in verify.character_sums(body)]
        method["self"] = {"sha256": hashlib.sha256(body).hexdigest(), "sums": sums}
    return with_new_sums({**files, "method.json": canonical(method)})


@pytest.fixture
def with_labels(released: Released, download: Download) -> Files:
    released()
    return read(download("spring"))


def test_an_older_format_switches_nothing_off(with_labels: Files) -> None:
    def older(card: Any) -> None:
        card["format"] = 3
        for one in card["scorecards"]:
            one |= {"format": 3, "breakdowns": []}
        for one in card["roll_ups"]:
            one |= {"score": "99.9", "score_low": "99", "score_high": "100"}

    def without(method: Any) -> None:
        method["format"] = 3
        for key in ("files", "sums", "self"):
            del method[key]

    files = changed_document("method.json", without)(changed_document("scorecard.json", older)(with_labels))
    said = lines_of(refreshed({**files, "report.pdf": b"%PDF forged"}))
    assert any("format 3: report.pdf" in line for line in said)
    assert any("roll_ups/0" in line and "99.9" in line for line in said)
    assert any("breakdowns: written []" in line for line in said)


def test_names_and_questions_are_held_against_what_other_files_call_them(with_labels: Files) -> None:
    assert lines_of(refreshed(with_labels)) == []

    def exchanged(card: Any) -> None:
        first, second = (card["scorecards"][place]["figures"] for place in (0, 1))
        first["names"], second["names"] = second["names"], first["names"]
        by_code = {one["figures"]["code"]: one["figures"]["names"] for one in card["scorecards"]}
        for one in [*card["departments"], *card["tree"]]:
            one["names"] = by_code.get(one["code"], one["names"])

    said = lines_of(refreshed(changed_document("scorecard.json", exchanged)(with_labels)))
    assert any(line.startswith("dataset.sav: label of parks") for line in said)

    def reworded(card: Any) -> None:
        for item in (item for one in card["scorecards"] for item in one["items"]):
            item["text"] = {"en": "Another question"}

    said = lines_of(refreshed(changed_document("scorecard.json", reworded)(with_labels)))
    assert any(line.startswith("dataset.sav: label of overall") for line in said)

    said = lines_of(
        refreshed(changed_document("scorecard.json", lambda c: c.update(titles={"en": "x"}))(with_labels))
    )
    assert any(line.startswith("datapackage.json: title") for line in said)


def test_what_only_a_kept_fingerprint_vouches_for_is_said(with_labels: Files, tmp_path: Path) -> None:
    forged = refreshed({**with_labels, "report.pdf": with_labels["report.en.pdf"]})
    for name, body in forged.items():
        (tmp_path / name).write_bytes(body)
    code, said = verified(tmp_path)
    assert code == 0
    assert "vouches for: dataset.sav, report.en.pdf, report.en.xlsx, report.pdf, report.xlsx." in said
    assert hashlib.sha256(forged["SHA256SUMS"]).hexdigest() in said
