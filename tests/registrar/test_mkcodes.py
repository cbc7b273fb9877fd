"""The registrar's script: what it writes belongs together, is the platform's scheme, and tells the platform nobody."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
import segno

from registrar import mkcodes
from registrar.mkcodes import Invitee, Letter
from surveys.waves import inviting, registering

SCRIPT = Path(mkcodes.__file__)
BOTH = {"zh": "统计局", "en": "Statistics"}
LETTER = Letter(
    "city-2026",
    "https://rate.example.org",
    BOTH,
    {"zh": "请您评价", "en": "Please rate"},
    date(2026, 12, 31),
    {"zh": "正文。\n\n第二段。", "en": "Text."},
)
PEOPLE = "stratum,psu,language,name,address1\nnorth,,zh,张伟,中山路 1 号\nnorth,,en,Rosa,1 Street\nsouth,,zh,李娜,\n"
OPTIONS = ["--wave", "city-2026", "--site", "https://rate.example.org", "--closes", "2026-12-31"]
OPTIONS += ["--organisation", "某市统计局 | Bureau of Statistics"]
CONTACT = ["--contact", "电话 0592-12345 | telephone 0592-54321"]


def a_list(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


def made(folder: Path, text: str = PEOPLE, *more: str) -> Path:
    out = folder / "out"
    mkcodes.main(["make", str(a_list(folder, text)), *OPTIONS, *CONTACT, "--out", str(out), *more])
    return out


def counted_up() -> mkcodes.Bits:
    """Chance that can be told again."""
    numbers = itertools.count(1)
    return lambda bits: int.from_bytes(hashlib.sha512(str(next(numbers)).encode()).digest()) >> (512 - bits)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def words_of(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def test_codes_and_hashes_are_those_of_the_platform() -> None:
    for _time in range(50):
        code = mkcodes.new_code()
        assert inviting.normalised(code) == code
        assert mkcodes.code_hash("city-2026", code) == inviting.code_hash("city-2026", code)
        assert mkcodes.grouped(code) == inviting.grouped(code)
        assert mkcodes.normalised(inviting.grouped(code).lower().replace("0", "o")) == code
    assert (mkcodes.LENGTH, mkcodes.ALPHABET) == (inviting.LENGTH, inviting.ALPHABET)


def test_the_root_is_that_of_rfc_6962_however_it_is_computed() -> None:
    # The empty tree and the first seven leaves of the Certificate Transparency test vectors.
    vectors = [b"", b"\0", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", bytes(range(0x50, 0x58))]
    known = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    }
    for size, root in known.items():
        assert mkcodes.merkle_root(vectors[:size]).hex() == root
    for size in range(70):
        leaves = [hashlib.sha256(bytes([size, one])).digest() for one in range(size)]
        assert mkcodes.merkle_root(leaves) == registering.merkle_root(leaves)


def test_the_platform_is_told_no_person_and_no_code(tmp_path: Path) -> None:
    out = made(tmp_path)
    told = (out / "hashes.json").read_text()
    document = json.loads(told)
    for row in table(out / "codes.csv"):
        assert row["code"] not in told
        assert row["code"].replace("-", "") not in told
        assert row["name"] not in told
    assert (document["issued"], document["spares"]) == (3, 2)
    assert document["strata"][0]["stratum"] == "north"
    for stratum in document["strata"]:
        for group in stratum["groups"]:
            assert group["issued"] == sorted(
                group["issued"]
            )  # their order tells nothing of the letters' order
    assert registering.read(document, slug="city-2026")[1].issued == 1


def test_everything_is_for_its_owner_alone(tmp_path: Path) -> None:
    out = made(tmp_path)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in out.iterdir()} == {0o600}
    assert {one.name for one in out.iterdir()} == {
        "hashes.json", "codes.csv", "replacements.csv", "letters.pdf", "labels.pdf", "README.txt",
    }  # fmt: skip
    assert json.loads((out / "hashes.json").read_text())["root"] in (out / "README.txt").read_text()


def test_each_person_gets_one_page_with_their_own_code_and_nobody_elses(tmp_path: Path) -> None:
    out = made(tmp_path)
    rows, pages = table(out / "codes.csv"), words_of(out / "letters.pdf")
    assert len(pages) == len(rows) == 3
    for row, words in zip(rows, pages, strict=True):
        plain = "".join(words.split())
        assert row["name"] in words
        assert [one["code"] for one in rows if one["code"].replace("-", "") in plain.replace("-", "")] == [
            row["code"]
        ]
        assert "https://rate.example.org/i/" in plain
    assert "匿名" in pages[0]
    assert "anonymous" in pages[1]
    root: Any = pypdf.PdfReader(out / "letters.pdf").root_object
    assert root["/MarkInfo"]["/Marked"]  # tagged for screen readers
    assert len(words_of(out / "labels.pdf")) == 1


def test_every_letter_says_whom_to_ask_and_none_is_printed_without(tmp_path: Path) -> None:
    out = made(tmp_path)
    chinese, english, _more = words_of(out / "letters.pdf")
    assert "0592-12345" in chinese
    assert "0592-54321" in english
    assert "0592-12345 · telephone 0592-54321" in (out / "README.txt").read_text()
    given = ["make", str(tmp_path / "people.csv"), *OPTIONS, "--out", str(tmp_path / "other")]
    with pytest.raises(SystemExit, match="--contact is missing"):
        mkcodes.main(given)
    assert not (tmp_path / "other").exists()
    mkcodes.main([*given, "--no-pdf"])


def test_the_qr_code_is_that_of_the_link() -> None:
    address = mkcodes.link(LETTER, "0" * 26)
    assert address == "https://rate.example.org/i/00000000000000000000000000/"
    drawing = io.BytesIO()
    segno.make_qr(address, error="m").save(drawing, kind="svg", border=4, xmldecl=False)
    assert mkcodes.drawn(address) == drawing.getvalue().decode()


def test_no_sign_in_a_name_is_an_instruction(tmp_path: Path) -> None:
    hostile = '#pagebreak() *b* $x$ \\ ] [ " `x` @a <b> // c'
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["name", "address1"], [hostile, hostile], ["张伟", "#panic()"]])
    pages = words_of(made(tmp_path, text.getvalue()) / "letters.pdf")
    assert len(pages) == 2
    assert "#pagebreak() *b* $x$ \\ ] [" in pages[0]
    assert "#panic()" in pages[1]


def test_a_list_saved_by_excel_in_china_is_read(tmp_path: Path) -> None:
    people = mkcodes.read_invitees(a_list(tmp_path, PEOPLE, "gb18030"), "zh")
    assert people[0] == Invitee(2, "north", 0, "zh", {"name": "张伟", "address1": "中山路 1 号"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stratum,name\nnorth,A\n,B\n", "people.csv, row 3, column stratum: it is empty."),
        ("stratum,psu,name\nnorth,x,A\n", "people.csv, row 2, column psu: “x” is not a number"),
        ("language,name\nfr,A\n", "people.csv, row 2, column language: “fr” is neither zh nor en."),
        ("name,address1\nA,b\n\nA,b\n", "people.csv, row 4: the same as row 2."),
        ("name,address1\n,\nA,b,c\n", "people.csv, row 3: 3 cells, but only 2 columns."),
        ("name,address1\nA,b\n,\n , x\n,\n", None),
        ("stratum,psu\nnorth,1\n", "people.csv, row 1: there is no column with a name or an address."),
        ("name,name\nA,B\n", "people.csv, row 1: every column needs a name of its own."),
        ("", "people.csv, row 1: every column needs a name of its own."),
        ("name\n", "There are 0 invitees"),
    ],
)
def test_a_bad_list_is_told_by_row_and_column_and_writes_nothing(
    tmp_path: Path, text: str, said: str | None
) -> None:
    if said is None:
        assert len(mkcodes.read_invitees(a_list(tmp_path, text), "zh")) == 2
        return
    with pytest.raises(SystemExit) as stopped:
        made(tmp_path, text)
    assert said in str(stopped.value)
    assert "Nothing was written." in str(stopped.value)
    assert [one.name for one in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--wave", "City 2026", "--wave"),
        ("--site", "rate.example.org", "--site"),
        ("--site", "https://rate.example.org/s/x/", "--site"),
        ("--closes", "31.12.2026", "--closes"),
        ("--organisation", " | X", "--organisation"),
        ("--spares", "101", "--spares"),
        ("--text-zh", "nowhere.txt", "--text-zh"),
    ],
)
def test_a_bad_option_is_named(tmp_path: Path, option: str, value: str, said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        made(tmp_path, PEOPLE, option, value)
    assert not (tmp_path / "out").exists()


def test_a_letter_too_long_for_its_page_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    text = tmp_path / "long.txt"
    text.write_text("很长的一段话。" * 600)
    with pytest.raises(SystemExit, match="does not fit"):
        made(tmp_path, PEOPLE, "--text-zh", str(text))
    assert not list(tmp_path.glob("*out*"))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    before = (made(tmp_path) / "codes.csv").read_bytes()
    with pytest.raises(SystemExit, match="exists already"):
        made(tmp_path)
    assert (tmp_path / "out" / "codes.csv").read_bytes() == before


def test_chance_is_an_argument_so_that_tests_can_repeat_it(tmp_path: Path) -> None:
    people = [Invitee(number, "north", number % 3 + 1) for number in range(1, 200)]
    documents = [
        mkcodes.make(people, LETTER, tmp_path / name, with_pdf=False, randbits=counted_up())
        for name in ("one", "two")
    ]
    assert documents[0] == documents[1]
    assert documents[0]["spares"] == 6  # 2 % of 66 or 67, rounded up, in each of three clusters
    other = mkcodes.make(people, LETTER, tmp_path / "three", with_pdf=False)
    assert other["root"] != documents[0]["root"]


def test_counts_alone_make_labels_and_no_letters(tmp_path: Path) -> None:
    out = tmp_path / "out"
    mkcodes.main(["make", "--counts", "north=20,south=3", *OPTIONS, "--out", str(out)])
    assert not (out / "letters.pdf").exists()
    assert len(words_of(out / "labels.pdf")) == 2  # 18 on a sheet
    assert len(table(out / "codes.csv")) == 23


def test_verify_says_whether_two_files_belong_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = made(tmp_path, PEOPLE, "--no-pdf")
    words = ["verify", str(out / "hashes.json"), str(out / "codes.csv")]
    mkcodes.main(words)
    assert "They belong together: 3 codes, 2 spares" in capsys.readouterr().out
    rows = (out / "codes.csv").read_text("utf-8-sig").splitlines()
    (out / "codes.csv").write_text("\n".join(rows[:-1]), "utf-8")
    with pytest.raises(SystemExit, match="do not belong together"):
        mkcodes.main(words)
    (out / "codes.csv").write_text("\n".join([*rows, "9,south,,zh,XXXX,,,"]), "utf-8")
    with pytest.raises(SystemExit, match="row 5: there is no code"):
        mkcodes.main(words)


def test_a_lost_code_gets_a_spare_of_its_own_stratum_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = made(tmp_path, PEOPLE, "--no-pdf")
    capsys.readouterr()
    spares = {row["stratum"]: row["code"] for row in table(out / "replacements.csv")}
    mkcodes.main(["lost", str(out), "李娜"])
    first = capsys.readouterr().out
    assert spares["south"] in first
    assert spares["north"] not in first
    mkcodes.main(["lost", str(out), "李娜"])
    assert "handed out before" in capsys.readouterr().out
    code = table(out / "codes.csv")[0]["code"].lower()
    mkcodes.main(["lost", str(out), code])
    assert spares["north"] in capsys.readouterr().out
    with pytest.raises(SystemExit, match="No spare is left"):
        mkcodes.main(["lost", str(out), "Rosa"])
    with pytest.raises(SystemExit, match="0 rows"):
        mkcodes.main(["lost", str(out), "nobody"])
    assert stat.S_IMODE((out / "replacements.csv").stat().st_mode) == 0o600
    mkcodes.main(["verify", str(out / "hashes.json"), str(out / "codes.csv")])


def test_codes_and_hashes_need_the_standard_library_alone(tmp_path: Path) -> None:
    """Run as a registrar would, isolated from the project and from every installed package."""
    a_list(tmp_path, PEOPLE)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(SCRIPT), *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    done = run("make", "people.csv", *OPTIONS, "--out", "out", "--no-pdf")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "hashes.json").read_text())["issued"] == 3
    without = run("make", "people.csv", *OPTIONS, *CONTACT, "--out", "other")
    assert without.returncode == 1
    assert "PDFs need the package" in without.stderr
    assert not list(tmp_path.glob("*other*"))
    told = run("--help")
    assert "make     codes, letters and labels" in told.stdout


def test_the_header_names_the_versions_that_the_project_pins() -> None:
    text = SCRIPT.read_text()
    pinned = (SCRIPT.parent.parent / "requirements.txt").read_text().splitlines()
    for package in ("segno", "typst", "pylopdf-fonts-zh-cn"):
        (line,) = (one for one in pinned if one.startswith(f"{package}=="))
        assert f'"{line}"' in text
    imported: list[Any] = [one for one in text.splitlines() if one.startswith(("import ", "from "))]
    assert not any("django" in one or "surveys" in one for one in imported)
