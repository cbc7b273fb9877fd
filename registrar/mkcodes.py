#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["segno==1.6.6", "typst==0.15.2", "pylopdf-fonts-zh-cn==0.1.1"]
# ///
r"""Make the invitation codes of a Minping wave, far from the platform.

  make     codes, letters and labels from a list of invitees, or from counts by stratum
  verify   whether codes.csv and hashes.json belong together and nothing was changed
  lost     find who lost a code, and hand out a spare of the same stratum and cluster

Runs on one machine without any network. Codes and hashes need Python 3.11 alone; PDFs need the three packages named
above (`uv run mkcodes.py …` brings them, or `pip install segno typst pylopdf-fonts-zh-cn`).

The list of invitees is a CSV file (UTF-8, or GB18030 as Excel saves it) whose first row names the columns:
  stratum    code of the stratum as the wave declares it; leave the column out when the wave has no strata
  psu        number of the cluster (village, building) drawn in the stratum, where people are drawn in clusters
  language   zh or en, the language of the letter; left out: --language
  name       used for the salutation
Every other column is a line of the address, in the order of the file. All of this stays in the folder you name.

  python mkcodes.py make people.csv --wave city-2026 --site https://rate.example.org \
      --organisation "某市统计局 | Bureau of Statistics" --contact "电话 0592-12345 | telephone 0592-12345" \
      --closes 2026-12-31 --out city-2026-codes
  python mkcodes.py make --counts north=1200,south=800 … the same, without people: labels to cut, no letters
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

VERSION = "1"
FORMAT = "minping/codes/v1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH = 26  # signs of 5 bits: 130
MOST = 500_000
LETTERS_A_FILE = 1000
LANGUAGES = ("zh", "en")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
OWN_COLUMNS = frozenset({"row", "stratum", "psu", "language", "code", "address_of_the_survey"})

Bits = Callable[[int], int]
Words = dict[str, str]  # by language


class Refused(ValueError):
    """What was given does not hold; the sentence says where, and nothing was written."""


@dataclass(frozen=True)
class Invitee:
    """Somebody to be invited: the row of the list, or a number where there is no list."""

    row: int
    stratum: str = ""
    psu: int = 0
    language: str = "zh"
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """What all letters have in common."""

    wave: str
    site: str
    organisation: Words
    title: Words
    closes: date
    body: Words
    # A telephone number, or where to go; empty where no letters are printed.
    contact: Words = field(default_factory=lambda: dict.fromkeys(LANGUAGES, ""))


def new_code(randbits: Bits = secrets.randbits) -> str:
    """Return 130 random bits as a code."""
    bits = randbits(5 * LENGTH)
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def normalised(code: str) -> str:
    """Return the 26 signs that `code` stands for, however it is typed; raises `Refused`."""
    plain = unicodedata.normalize("NFKC", code).upper().translate(_READ_AS)
    kept = "".join(one for one in plain if not (one.isspace() or unicodedata.category(one) in ("Pd", "Cf")))
    if len(kept) != LENGTH or not set(kept) <= set(ALPHABET):
        raise Refused(f"“{code[:60]}” is not a code: it has {LENGTH} letters and digits.")
    return kept


def grouped(code: str) -> str:
    """Return the code in groups for reading and typing."""
    return "-".join((code[:5], code[5:10], code[10:15], code[15:20], code[20:]))


def code_hash(wave: str, code: str) -> bytes:
    """Return what the platform knows of a code."""
    return hashlib.sha256(b"minping/code/v1\0" + wave.encode() + code.encode()).digest()


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of RFC 6962 §2.1 over the hashes in their order."""
    count = len(hashes)
    if count < 2:
        return hashlib.sha256(b"\0" + hashes[0] if count else b"").digest()
    split = 1 << ((count - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + merkle_root(hashes[:split]) + merkle_root(hashes[split:])).digest()


def read_table(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the columns of a CSV file and its rows with their numbers, the headings being row 1."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise Refused(f"{path} cannot be read: {problem.strerror}.") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused(f"{path.name} is neither UTF-8 nor GB18030. Save it as “CSV UTF-8”.")
    reader = csv.reader(io.StringIO(text, newline=""))
    columns = [cell.strip() for cell in next(reader, [])]
    if not any(columns) or len(set(columns)) < len(columns) or "" in columns:
        raise Refused(f"{path.name}, row 1: every column needs a name of its own.")
    rows = []
    for number, cells in enumerate(reader, 2):
        if any(cell.strip() for cell in cells):
            if len(cells) > len(columns):
                raise Refused(
                    f"{path.name}, row {number}: {len(cells)} cells, but only {len(columns)} columns."
                )
            padded = [*cells, *[""] * (len(columns) - len(cells))]
            rows.append((number, dict(zip(columns, (cell.strip() for cell in padded), strict=True))))
    return columns, rows


def read_invitees(path: Path, language: str) -> list[Invitee]:
    """Return the people of a list; raises `Refused` naming row and column."""
    columns, rows = read_table(path)
    if not set(columns) - {"stratum", "psu", "language"}:
        raise Refused(f"{path.name}, row 1: there is no column with a name or an address.")
    people: list[Invitee] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        here = f"{path.name}, row {number}"
        before = seen.setdefault(tuple(cells.values()), number)
        if before != number:
            raise Refused(f"{here}: the same as row {before}. Each person or address is invited once.")
        if "stratum" in columns and not cells["stratum"]:
            raise Refused(f"{here}, column stratum: it is empty.")
        stratum, psu = cells.pop("stratum", ""), cells.pop("psu", "") or "0"
        spoken = cells.pop("language", "") or language
        if not (psu.isascii() and psu.isdigit() and int(psu) <= 32_767):
            raise Refused(f"{here}, column psu: “{psu}” is not a number from 1 to 32767.")
        if spoken not in LANGUAGES:
            raise Refused(f"{here}, column language: “{spoken}” is neither zh nor en.")
        if not any(cells.values()):
            raise Refused(f"{here}: there is no name and no address.")
        people.append(Invitee(number, stratum, int(psu), spoken, cells))
    return people


def count_invitees(counts: str, language: str) -> list[Invitee]:
    """Return nameless invitees from `north=1200,south=800`, or from `1200` without strata."""
    people: list[Invitee] = []
    for part in counts.split(","):
        stratum, _sign, number = part.strip().rpartition("=")
        if not (number.isascii() and number.isdigit()) or len(number) > 6:
            raise Refused(f"--counts: “{part.strip()}” should read stratum=number, such as north=1200.")
        first = len(people) + 1
        people += [Invitee(row, stratum.strip(), 0, language) for row in range(first, first + int(number))]
    return people


def hashes_document(
    wave: str, made: Iterable[tuple[str, int, str]], kept: Iterable[tuple[str, int, str]]
) -> Any:
    """Return what the platform gets: no person, no code. `made` and `kept` are stratum, psu and code of each."""
    groups: dict[str, dict[int, tuple[list[bytes], list[bytes]]]] = {}
    for is_spare, codes in enumerate((made, kept)):
        for stratum, psu, code in codes:
            of = groups.setdefault(stratum, {}).setdefault(psu, ([], []))
            of[is_spare].append(code_hash(wave, code))
    strata = []
    for stratum, clusters in sorted(groups.items()):
        every = sorted(one for issued, spares in clusters.values() for one in (*issued, *spares))
        written = [
            {
                "psu": psu,
                "issued": [h.hex() for h in sorted(issued)],
                "spares": [h.hex() for h in sorted(spares)],
            }
            for psu, (issued, spares) in sorted(clusters.items())
        ]
        strata.append(
            {
                "stratum": stratum,
                "issued": sum(len(issued) for issued, _spares in clusters.values()),
                "spares": sum(len(spares) for _issued, spares in clusters.values()),
                "root": merkle_root(every).hex(),
                "groups": written,
            }
        )
    everything = sorted(h for of in groups.values() for pair in of.values() for side in pair for h in side)
    return {
        "format": FORMAT,
        "made_by": f"mkcodes {VERSION}",
        "wave": wave,
        "issued": sum(one["issued"] for one in strata),
        "spares": sum(one["spares"] for one in strata),
        "root": merkle_root(everything).hex(),
        "strata": strata,
    }


def make(
    people: Sequence[Invitee],
    letter: Letter,
    out: Path,
    *,
    spares: float = 2,
    with_pdf: bool = True,
    randbits: Bits = secrets.randbits,
) -> Any:
    """Write everything into the new folder `out` and return the document for the platform; all or nothing."""
    if not 1 <= len(people) <= MOST:
        raise Refused(f"There are {len(people)} invitees; between 1 and {MOST} can be invited at a time.")
    if out.exists():
        raise Refused(f"{out} exists already. Name a new folder, so that no codes are overwritten.")
    if not out.parent.is_dir():
        raise Refused(f"{out.parent} is not a folder.")
    sizes: dict[tuple[str, int], int] = {}
    for one in people:
        sizes[one.stratum, one.psu] = sizes.get((one.stratum, one.psu), 0) + 1
    codes = [new_code(randbits) for _one in people]
    kept = [
        (stratum, psu, new_code(randbits))
        for (stratum, psu), size in sorted(sizes.items())
        for _number in range(max(1, -int(-size * spares // 100)))
    ]
    made = [(one.stratum, one.psu, code) for one, code in zip(people, codes, strict=True)]
    document = hashes_document(letter.wave, made, kept)
    part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))  # for its owner alone
    try:
        names = list(dict.fromkeys(name for one in people for name in one.lines))
        head = ["row", "stratum", "psu", "language", "code", "address_of_the_survey", *names]
        rows = (
            [one.row, one.stratum, one.psu or "", one.language, grouped(code), link(letter, code),
             *(one.lines.get(name, "") for name in names)]
            for one, code in zip(people, codes, strict=True)
        )  # fmt: skip
        write_table(part / "codes.csv", head, rows)
        spare_rows = ([stratum, psu or "", grouped(code), ""] for stratum, psu, code in kept)
        write_table(part / "replacements.csv", ["stratum", "psu", "code", "handed_out_to_row"], spare_rows)
        write(part / "hashes.json", json.dumps(document, indent=1, ensure_ascii=False).encode())
        write(part / "README.txt", readme(letter, document).encode())
        if with_pdf:
            print_all(part, people, codes, letter)
        part.rename(out)
    except BaseException:
        shutil.rmtree(part)
        raise
    return document


def write(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file that spreadsheets read as UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([inert(cell) for cell in row] for row in [head, *rows])
    write(path, text.getvalue().encode("utf-8-sig"))


def inert(cell: object) -> object:
    """Return the cell so that no spreadsheet takes a name for a formula; a telephone number stays as it is."""
    is_formula = isinstance(cell, str) and re.match(r"[+-](?![\d ]*\Z)|[=@\t\r\n|%＝＋－＠]", cell)
    return f"'{cell}" if is_formula else cell


def link(letter: Letter, code: str) -> str:
    """Return the address that opens the survey for one person."""
    return f"{letter.site}/i/{code}/"


def drawn(address: str) -> str:
    """Return the QR code of an address as an SVG drawing."""
    import segno

    drawing = io.BytesIO()
    segno.make_qr(address, error="m").save(drawing, kind="svg", border=4, xmldecl=False)
    return drawing.getvalue().decode()


def print_all(folder: Path, people: Sequence[Invitee], codes: Sequence[str], letter: Letter) -> None:
    """Print the letters, and a sheet of labels for whoever writes letters of their own."""
    try:
        import pylopdf_fonts_zh_cn  # noqa: F401 - asked for before anything is drawn
        import segno  # noqa: F401
        import typst  # noqa: F401
    except ImportError as missing:
        raise Refused(
            f"PDFs need the package {missing.name}: run `uv run mkcodes.py …`, or "
            "`pip install segno typst pylopdf-fonts-zh-cn`, or ask for codes alone with --no-pdf."
        ) from None
    cards = [
        {
            "row": one.row,
            "language": one.language,
            "name": one.lines.get("name", ""),
            "lines": [line for line in one.lines.values() if line],
            "code": grouped(code).split("-"),
            "qr": drawn(link(letter, code)),
        }
        for one, code in zip(people, codes, strict=True)
    ]
    kinds = {"letters": LETTERS, "labels": LABELS} if any(one.lines for one in people) else {"labels": LABELS}
    for name, source in kinds.items():
        batches = [cards[at : at + LETTERS_A_FILE] for at in range(0, len(cards), LETTERS_A_FILE)]
        for number, batch in enumerate(batches, 1):
            file = f"{name}.pdf" if len(batches) == 1 else f"{name}-{number:03}.pdf"
            write(folder / file, pdf(source, batch, letter))


def pdf(source: str, cards: Sequence[Mapping[str, Any]], letter: Letter) -> bytes:
    """Return the PDF of these cards. Words are data to typst: no sign in a name is an instruction."""
    import pylopdf_fonts_zh_cn
    import typst

    common = {
        "wave": letter.wave,
        "site": letter.site,
        "organisation": letter.organisation,
        "contact": letter.contact,
        "title": letter.title,
        "body": {language: text.split("\n\n") for language, text in letter.body.items()},
        "words": WORDS,
        "cards": cards,
    }
    files = {
        "main.typ": (BASE + source).encode(),
        "data.json": json.dumps(common, ensure_ascii=False).encode(),
    }
    ours = pylopdf_fonts_zh_cn.sans_path().parent
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[ours])
    compiler: Any = typst.Compiler
    try:
        made = compiler(files, font_paths=fonts, ignore_system_fonts=True)
        return bytes(made.compile(format="pdf", pdf_standards=["ua-1"]))
    except typst.TypstError as problem:
        if "could not be displayed" in problem.message:
            raise Refused(
                f"No font of this machine can print {problem.message.split('`')[1]}. Install one."
            ) from None
        if "too long" in problem.message:
            raise Refused("A letter does not fit on its page: shorten the text or the address.") from None
        raise


def fill(text: str, letter: Letter, language: str) -> str:
    """Put what all letters have in common into a text; braces that are not known stay."""
    known = {
        "{organisation}": letter.organisation[language],
        "{title}": letter.title[language],
        "{closes}": written(letter.closes, language),
        "{contact}": letter.contact[language],
    }
    for mark, words in known.items():
        text = text.replace(mark, words)
    return text


def written(day: date, language: str) -> str:
    """Return a date in words."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if language == "zh" else f"{day.day} {day:%B %Y}"


def readme(letter: Letter, document: Mapping[str, Any]) -> str:
    """Return what the registrar has to do, with a certificate to sign."""
    return README.format(
        **{
            "wave": letter.wave,
            "root": document["root"],
            "issued": document["issued"],
            "spares": document["spares"],
            "contact": " · ".join(dict.fromkeys(filter(None, letter.contact.values()))) or "—",
        },
        version=VERSION,
    )


def verify(hashes: Path, codes: Path) -> str:
    """Return a sentence that says that the two files belong together; raises `Refused` naming what does not fit."""
    document = read_document(hashes)
    _columns, rows = read_table(codes)
    spare_file = codes.with_name("replacements.csv")
    _columns, spare_rows = read_table(spare_file) if spare_file.exists() else ([], [])
    found: list[list[tuple[str, int, str]]] = []
    for path, lines in ((codes, rows), (spare_file, spare_rows)):
        found.append([])
        for number, cells in lines:
            try:
                code = normalised(cells["code"])
                found[-1].append((cells.get("stratum", ""), int(cells.get("psu") or 0), code))
            except (Refused, ValueError, KeyError):
                raise Refused(
                    f"{path.name}, row {number}: there is no code, or its psu is no number."
                ) from None
    fresh = hashes_document(document["wave"], *found)
    for name in ("issued", "spares", "root", "strata"):
        if fresh[name] != document[name]:
            raise Refused(
                f"{hashes.name} and {codes.name} do not belong together: “{name}” differs"
                + (f" ({document[name]} against {fresh[name]})." if name != "strata" else ".")
            )
    return f"They belong together: {fresh['issued']} codes, {fresh['spares']} spares, root {fresh['root']}."


def read_document(path: Path) -> Any:
    """Return a `hashes.json`."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as problem:
        raise Refused(f"{path} cannot be read: {problem.strerror}.") from None
    except ValueError:
        raise Refused(f"{path.name} is no JSON.") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Refused(f"{path.name} was not written by mkcodes.")
    return document


def replace_lost(folder: Path, words: str) -> str:
    """Return who lost a code and which spare takes its place, and note in `replacements.csv` that it is handed out."""
    columns, rows = read_table(folder / "codes.csv")
    head, spares = read_table(folder / "replacements.csv")
    try:
        wanted = normalised(words)
    except Refused:
        wanted = ""
    if not {*columns} >= OWN_COLUMNS or not {*head} >= {"stratum", "psu", "code", "handed_out_to_row"}:
        raise Refused(f"{folder} does not hold codes.csv and replacements.csv as make wrote them.")
    personal = [name for name in columns if name not in OWN_COLUMNS]
    met = [
        (number, cells)
        for number, cells in rows
        if (wanted and normalised(cells["code"]) == wanted)
        or (not wanted and (words == cells["row"] or any(words in cells[name] for name in personal)))
    ]
    if len(met) != 1:
        raise Refused(
            f"{len(met)} rows of codes.csv match “{words}”. Give the code, the number in its column “row”, "
            "or more of the name or address."
        )
    cells = met[0][1]
    place = (cells["stratum"], cells["psu"])
    mine = [spare for _number, spare in spares if (spare["stratum"], spare["psu"]) == place]
    given = next((spare for spare in mine if spare["handed_out_to_row"] == cells["row"]), None)
    spare = given or next((one for one in mine if not one["handed_out_to_row"]), None)
    if spare is None:
        raise Refused(f"No spare is left for stratum “{place[0]}”, cluster “{place[1]}”.")
    spare["handed_out_to_row"] = cells["row"]
    part = folder / ".replacements.csv"
    write_table(part, head, [[one[name] for name in head] for _number, one in spares])
    part.replace(folder / "replacements.csv")
    site = cells["address_of_the_survey"].partition("/i/")[0]
    return (
        f"Row {cells['row']}: {' · '.join(cells[name] for name in personal if cells[name])}\n"
        f"  lost code    {cells['code']}\n"
        f"  spare        {spare['code']}{'  (handed out before)' if given else ''}\n"
        f"  for the new letter: {site}/i/{normalised(spare['code'])}/\n"
        "Now have both replaced on the platform (page “Invitation codes” of the wave): until then the lost code works "
        "and the spare does not. A code that was used already cannot be replaced, and nobody can tell by whom it was."
    )


def both(given: str, name: str) -> Words:
    """Return words by language from `中文 | English`, or the same words in both."""
    chinese, _sign, english = (part.strip() for part in given.partition("|"))
    if not chinese:
        raise Refused(f"--{name} is empty.")
    return {"zh": chinese, "en": english or chinese}


def letter_of(given: argparse.Namespace) -> Letter:
    """Return what the options say about all letters; raises `Refused` naming the option."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", given.wave):
        raise Refused(
            f"--wave “{given.wave}” is no address name of a wave: it is what follows /s/ in its address."
        )
    site = urlsplit(given.site)
    if site.scheme not in ("https", "http") or not site.hostname or site.path not in ("", "/") or site.query:
        raise Refused(f"--site “{given.site}” is no address of a site. Write https://rate.example.org")
    try:
        closes = date.fromisoformat(given.closes)
    except ValueError:
        raise Refused(f"--closes “{given.closes}” is no date. Write 2026-12-31") from None
    body = dict(BODY)
    for language in LANGUAGES:
        if path := getattr(given, f"text_{language}"):
            try:
                body[language] = path.read_text(encoding="utf-8-sig").strip().replace("\r\n", "\n")
            except (OSError, UnicodeDecodeError):
                raise Refused(f"--text-{language}: {path} cannot be read as UTF-8.") from None
    letter = Letter(
        given.wave,
        f"{site.scheme}://{site.netloc}",
        both(given.organisation, "organisation"),
        both(given.title, "title"),
        closes,
        body,
        both(given.contact, "contact") if given.contact.strip() else dict.fromkeys(LANGUAGES, ""),
    )
    return Letter(**{**vars(letter), "body": {one: fill(text, letter, one) for one, text in body.items()}})


def options() -> argparse.ArgumentParser:
    """Return what can be said on the command line."""
    what = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser("mkcodes.py", description=__doc__, **what)  # type: ignore[arg-type]
    parser.add_argument("--version", action="version", version=f"mkcodes {VERSION}")
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="make | verify | lost")
    one = deeds.add_parser(
        "make", help="make codes, letters, labels, spares, and hashes.json for the platform"
    )
    one.add_argument("people", nargs="?", type=Path, help="CSV file of invitees (see mkcodes.py --help)")
    one.add_argument(
        "--counts", help="instead of a list: north=1200,south=800, or 1200 where there are no strata"
    )
    one.add_argument(
        "--wave", required=True, help="address name of the wave: what follows /s/ in its address"
    )
    one.add_argument(
        "--site", required=True, help="address of the platform, such as https://rate.example.org"
    )
    one.add_argument(
        "--organisation", required=True, help="who sends the letters; “中文 | English” for both languages"
    )
    one.add_argument(
        "--contact",
        default="",
        help="printed in every letter, for those whose code is lost or does not work: a telephone number or an address; "
        "“中文 | English” for both languages; needed wherever letters are printed",
    )
    one.add_argument("--closes", required=True, help="last day to answer, such as 2026-12-31")
    one.add_argument("--out", required=True, type=Path, help="folder to be made; it must not exist yet")
    one.add_argument("--title", default=TITLE, help=f"of the survey; default “{TITLE}”")
    one.add_argument("--text-zh", type=Path, help="own text of the Chinese letter: UTF-8, paragraphs apart by an empty "
                     "line; {organisation}, {title}, {contact} and {closes} are filled in")  # fmt: skip
    one.add_argument("--text-en", type=Path, help="own text of the English letter")
    one.add_argument(
        "--language", choices=LANGUAGES, default="zh", help="where the list names none; default zh"
    )
    one.add_argument(
        "--spares", type=float, default=2.0, help="per cent, at least one a stratum and cluster; default 2"
    )
    one.add_argument("--no-pdf", action="store_true", help="codes and hashes only; needs no package")
    one = deeds.add_parser("verify", help="say whether hashes.json and codes.csv belong together")
    one.add_argument("hashes", type=Path, help="hashes.json")
    one.add_argument("codes", type=Path, help="codes.csv; replacements.csv is looked for beside it")
    one = deeds.add_parser("lost", help="find a spare for a lost code and note that it is handed out")
    one.add_argument("folder", type=Path, help="the folder that make wrote")
    one.add_argument(
        "words", help="the lost code, the number in column “row”, or part of the name or address"
    )
    return parser


def main(words: Sequence[str] | None = None) -> None:
    """Do what the command line says; a bad input ends with one sentence and code 1."""
    given = options().parse_args(words)
    try:
        print(ANSWERS[given.deed](given))
    except Refused as refused:
        stop(f"{refused} Nothing was written.")
    except OSError as problem:
        stop(f"{problem.filename}: {problem.strerror}. Nothing was written.")


def stop(sentence: str) -> NoReturn:
    """End with a sentence."""
    sys.exit(f"mkcodes: {sentence}")


def answer_make(given: argparse.Namespace) -> str:
    """Make everything, and say what is to be done with it."""
    if (given.people is None) == (given.counts is None):
        raise Refused("Give either a CSV file of invitees or --counts.")
    if not 0 <= given.spares <= 100:
        raise Refused("--spares is a share in per cent, 0 to 100.")
    letter = letter_of(given)
    if given.people and not given.no_pdf and not given.contact.strip():
        raise Refused(
            "--contact is missing: every letter says where to turn when a code is lost or does not work. "
            "Give a telephone number or an address, such as --contact “电话 0592-12345 | telephone 0592-12345”."
        )
    people = (
        read_invitees(given.people, given.language)
        if given.people
        else count_invitees(given.counts, given.language)
    )
    document = make(people, letter, given.out, spares=given.spares, with_pdf=not given.no_pdf)
    return (
        f"{document['issued']} codes and {document['spares']} spares are in {given.out}. Root: {document['root']}\n"
        "Hand the platform hashes.json and nothing else. README.txt says what to destroy, and when."
    )


ANSWERS: dict[str, Callable[[argparse.Namespace], str]] = {
    "make": answer_make,
    "verify": lambda given: verify(given.hashes, given.codes),
    "lost": lambda given: replace_lost(given.folder, given.words),
}

# What is printed

TITLE = "请您评价本地公共服务 | Please rate your public services"
BODY = {
    "zh": """我们按统计方法抽取了一部分居民，请大家评价本地的公共服务，您是其中一位。满意还是不满意，您的看法都同样重要，也都会如实计入结果。

请用手机扫描右边的二维码，或者在浏览器里打开下面的网址，输入邀请码。只需几分钟，不用注册，不用实名。请在 {closes}以前完成。

邀请码只能用一次，请不要转给别人。如果邀请码打不开，或者您没有用过却显示已被使用，请联系{organisation}：{contact}。""",
    "en": """We chose residents by a statistical method and ask them to rate public services here; you are one of them. Whether you are satisfied or not, your view counts the same and goes into the results as you give it.

Scan the code on the right with your phone, or open the address below in a browser and type your invitation code. It takes a few minutes, without an account and without your name. Please answer by {closes}.

The code works once; please do not pass it on. If it does not open the survey, or somebody else has used it, this is where to ask: {organisation}, {contact}.""",
}
WORDS = {
    "zh": {
        "dear": "，您好！",
        "anybody": "尊敬的居民，您好！",
        "open": "网址",
        "code": "您的邀请码",
        "private": "您的隐私",
        "help": "咨询",
        "colon": "：",
        "privacy": "您的回答是匿名的。邀请码由{organisation}制作，评价平台只收到它的数字指纹，不知道您的姓名和地址；{organisation}看不到任何回答。姓名与邀请码的对照表在寄信后 30 天内销毁。没有人知道谁参加了、谁没有参加，所以提醒信会寄给每一个人：如果您已经参加，请不必理会。",
    },
    "en": {
        "dear": ",",
        "anybody": "Dear resident,",
        "open": "Address",
        "code": "Your invitation code",
        "private": "Your privacy",
        "help": "Questions",
        "colon": ": ",
        "privacy": "Your answers are anonymous. {organisation} made your code; the survey platform was given only its fingerprint and knows neither your name nor your address, and {organisation} sees no answers. The list of names and codes is destroyed within 30 days of mailing. Nobody knows who has answered and who has not, so reminders go to everybody: please ignore them if you have.",
    },
}
BASE = """
#let all = json("data.json")
#let accent = rgb("#35479a")
#set text(font: "Noto Sans SC", size: 10.5pt, fill: rgb("#1c2230"))
#let strong-line(body, ..more) = text(stroke: 0.008em + accent, fill: accent, ..more, body)
#let tongue(card, body) = { set text(lang: card.language, region: if card.language == "zh" { "cn" } else { "gb" }); body }
#let code-groups(card, size) = text(size: size, tracking: 0.06em, number-width: "tabular", card.code.join("\\u{2009}-\\u{2009}"))
#set document(title: all.title.values().join(" · "), author: all.organisation.zh, date: none)
"""
LETTERS = """
#set page(paper: "a4", margin: (left: 25mm, right: 22mm, top: 18mm, bottom: 16mm), background: {
  for at in (105mm, 210mm) { place(top + left, dy: at, dx: 4mm, line(length: 4mm, stroke: 0.3pt + luma(60%))) } })
#set par(leading: 0.78em, spacing: 1.15em, justify: true)
#for (index, card) in all.cards.enumerate() {
  if index > 0 { pagebreak() }
  context assert(here().page() == index + 1, message: "too long")
  let say = all.words.at(card.language)
  let sender = all.organisation.at(card.language)
  tongue(card, {
    block(height: 27mm, strong-line(sender, size: 12pt))
    block(height: 45mm, width: 85mm, { set par(leading: 0.6em, justify: false)
      text(size: 7pt, fill: luma(35%), sender); v(1mm)
      for line in card.lines [#line \\ ] })
    heading(level: 1, outlined: index == 0, text(size: 17pt, stroke: 0.012em + accent, fill: accent, all.title.at(card.language)))
    v(3mm)
    par(if card.name == "" { say.anybody } else { card.name + say.dear })
    grid(columns: (1fr, 44mm), column-gutter: 7mm,
      for paragraph in all.body.at(card.language) { par(paragraph) },
      image(bytes(card.qr), format: "svg", width: 44mm, alt: say.code + " " + card.code.join("-")))
    v(2mm)
    block(width: 100%, inset: 5mm, radius: 2mm, fill: rgb("#e8ebf8"), { set par(spacing: 0.8em)
      text(size: 8.5pt, fill: luma(30%), say.open); linebreak()
      text(size: 13pt, all.site + "/i/"); parbreak()
      text(size: 8.5pt, fill: luma(30%), say.code); linebreak()
      code-groups(card, 15pt) })
    v(1fr)
    line(length: 100%, stroke: 0.4pt + luma(70%))
    set text(size: 8.5pt); set par(leading: 0.65em)
    par({ strong-line(say.private); h(0.6em); say.privacy.replace("{organisation}", sender) })
    par({ strong-line(say.help); h(0.6em); sender + say.colon + all.contact.at(card.language) })
  })
}
#context assert(here().page() == all.cards.len(), message: "too long")
"""
LABELS = """
#set page(paper: "a4", margin: (x: 9.75mm, y: 10.2mm))
#set par(leading: 0.5em, spacing: 0.6em)
#let cell(card) = tongue(card, box(width: 63.5mm, height: 46.1mm, inset: 3mm, stroke: (paint: luma(75%), thickness: 0.3pt, dash: "dashed"),
  grid(columns: (26mm, 1fr), column-gutter: 2.5mm, align: horizon, rows: 1fr,
    image(bytes(card.qr), format: "svg", width: 26mm, alt: card.code.join("-")),
    { set text(size: 6.5pt); text(fill: luma(35%), all.words.at(card.language).code); parbreak()
      text(size: 9pt, tracking: 0.05em, for (n, group) in card.code.enumerate() { group; if n < 4 { "-" }; if n < 4 { linebreak() } })
      parbreak(); text(size: 5.5pt, all.site + "/i/"); parbreak(); text(fill: luma(35%), "№ " + str(card.row)) })))
#for page-cards in all.cards.chunks(18) { grid(columns: 3, ..page-cards.map(cell)) }
"""
README = """MKCODES {version}: wave {wave}, {issued} codes, {spares} spares
Root (SHA-256, RFC 6962): {root}
咨询 Contact in the letters: {contact}

给登记方
1. 只把 hashes.json 交给评价平台，并在开放之前交。其余文件都不要交给平台，也不要交给被评价的部门。
2. letters.pdf 用窗口信封邮寄；labels.pdf 供自己写信的单位裁开使用。提醒信寄给每一个人。
3. 有人丢了邀请码：运行 mkcodes.py lost，再请平台用备用码替换丢失的码。
4. 最迟在寄信后 30 天，销毁 codes.csv、replacements.csv、letters*.pdf、labels*.pdf、居民名单，以及所有副本和备份。
   hashes.json 和本页可以保留。然后在下面签字，交给委托方存档。

For the registrar
1. Hand the platform hashes.json and nothing else, before the wave opens. No other file goes to the platform, and none
   to a department that is rated.
2. Mail letters.pdf in window envelopes; labels.pdf is to be cut by those who write letters of their own. Reminders go
   to everybody.
3. Somebody lost a code: run mkcodes.py lost, then have the lost code replaced by the spare on the platform.
4. Within 30 days of mailing destroy codes.csv, replacements.csv, letters*.pdf, labels*.pdf, the list of residents, and
   all copies and backups. hashes.json and this page may be kept. Then sign below and hand this page to your principal.

销毁证明  CERTIFICATE OF DESTRUCTION
批次 {wave}，根 {root}
本单位已销毁上述文件的全部副本。We have destroyed every copy of the files named above.

邮寄日期 Mailed on ____________________    销毁日期 Destroyed on ____________________

单位 Organisation ____________________________________________________________

姓名、签字 Name, signature ____________________________________________________
"""

if __name__ == "__main__":
    main()
