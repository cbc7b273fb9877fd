"""A pasted text as numbered lines, each of one or several cells, with each language in its place.

Languages are told apart by columns (`中文⇥English`, with or without a header line), within a line
(`中文 / English`) or, when lines take turns, by their script. Only what holds for most of the text is taken to hold
at all.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.languages import language_name
from surveys.questionnaires.pasting.marks import number_in
from surveys.questionnaires.pasting.vocabulary import COLUMNS, LANGUAGES, column_of, squeezed
from surveys.questionnaires.shapes import UNSTORABLE

Cell = Mapping[str, str]  # language to words; the language "" is not known yet

_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff]")
_LETTER = re.compile("[A-Za-zÀ-ʯͰ-ӿ\u0600-\u06ff]")
_WORD = re.compile(f"{_LETTER.pattern}|[0-9]")
_CHINESE_END = re.compile(f"{_HAN.pattern}|[）】)\\]？?。！：:]")
_BARE_MARK = re.compile(
    r"^[\s(（]*(?:[QqＱ]?\d{1,4}(?:\.\d{1,3})?|[A-Za-z]|[一二三四五六七八九十]{1,3})[\s.、．)）]*$"
)
_TAIL = re.compile(r"(?:\s?[【\[(（][^】\])）]{0,60}[】\])）]){1,3}\s*$")  # marks behind both languages
_BETWEEN = re.compile(r"[;；、|｜\n]|\s{2,}|\s(?=[A-Z][.、．)）])")
_COUNT = re.compile(r"^(?:[A-Za-z]|[0-9]{1,2})\s?[.、．)）:：]\s*|^[①-⑳□○]\s*")
_QUOTED_CELL = re.compile(r'(^|\t)"((?:[^"\n]|"")*\n(?:[^"]|"")*)"((?:\t[^\n"]*)?)$', re.MULTILINE)
_RULER = re.compile(r"^[\s|:：+-]*$")
_unstorable = re.compile(f"[{UNSTORABLE}]")


@dataclass(frozen=True, slots=True)
class Note:
    """What was made of a line: its number in the text pasted, 0 for the text as a whole, and a sentence about it."""

    line: int
    words: str
    is_doubtful: bool = True  # else it tells only what was done


@dataclass(frozen=True, slots=True)
class Line:
    """A line as pasted; without cells when it is blank."""

    number: int
    cells: tuple[Cell, ...]


@dataclass
class Reading:
    """How the languages of a text stand."""

    languages: Sequence[str]
    columns: Sequence[str] = ()  # what each column holds: a language, "mark", "type", "about" or ""
    within: bool = False  # “中文 / English”
    turns: bool = False  # lines in turn
    single: str = ""
    header: int = 0
    notes: list[Note] = field(default_factory=list)

    @property
    def han(self) -> str:
        """The language that is written in Chinese characters, if there is one."""
        return next((code for code in self.languages if code.startswith("zh")), "")

    @property
    def other(self) -> str:
        """The first language that is not."""
        return next((code for code in self.languages if not code.startswith("zh")), "")

    def by_script(self, words: str) -> str:
        """Return the language of `words` by their script."""
        return (self.han if _HAN.search(words) else self.other) or self.single

    def text(self, cell: Cell) -> dict[str, str]:
        """Return the words of `cell` by language."""
        if "" not in cell:
            return {language: words.strip() for language, words in cell.items() if words.strip()}
        words = cell[""].strip()
        if not words:
            return {}
        if self.within or self.columns:
            parts = halves(words)
            if parts:
                chinese, other = parts if _HAN.search(parts[0]) else parts[::-1]
                return {self.han: chinese, self.other: other}
            return {
                self.by_script(words) if _LETTER.search(words) or _HAN.search(words) else self.single: words
            }
        return {self.by_script(words) if self.turns else self.single: words}


def halves(words: str) -> tuple[str, str] | None:
    """Return both halves of “中文 / English”, only one of which holds Chinese; None when it is no such line."""
    last = first = None
    for found in _HAN.finditer(words):
        first = found.start() if first is None else first
        last = found.end()
    if first is None or last is None:
        return None
    for separator in (" / ", " ／ ", "／", "/"):
        is_spaced = len(separator) == 3  # “18 岁 / 18”, but not “服务 24/7”
        holds = _WORD if is_spaced else _LETTER
        after = words.find(separator, last)
        if after >= 0 and holds.search(words, after) and (is_spaced or _CHINESE_END.match(words[after - 1])):
            return words[:after].strip(), words[after + len(separator) :].strip()
        before = words.rfind(separator, 0, first)
        if before > 0 and holds.search(words[:before]):
            return words[:before].strip(), words[before + len(separator) :].strip()
    return None


def lines_of(text: str, reading: Reading) -> Iterator[Line]:
    """Yield the lines of `text` with their cells, as `reading` has found them to be."""
    asked = 0
    for number, raw in enumerate(_split(text), 1):
        cells = _cells(raw)
        if (
            number == reading.header
            or (len(cells) > 1 and _RULER.match(raw))
            or not any(map(str.strip, cells))
        ):
            yield Line(number, ())
        elif reading.columns and len(cells) > 1:
            cell, choices = _by_column(cells, reading.columns)
            if choices and "mark" not in reading.columns and not any(map(number_in, cell.values())):
                asked += 1  # a row with choices is a question, whether or not it has a number
                cell = {language: f"{asked}. {words}" for language, words in cell.items()}
            yield Line(number, (cell,))
            yield from (Line(number, ({"": f"□ {choice}"},)) for choice in choices)
        else:
            yield Line(number, tuple({"": cell} for cell in _with_its_number(cells)))


def reading_of(text: str, languages: Sequence[str], *, single: str = "") -> Reading:
    """Find out how the languages stand in `text`; `single` says that it is all in one."""
    reading = Reading(languages, single=single or languages[0])
    if single:
        return reading
    raws = [(number, raw) for number, raw in enumerate(_split(text), 1) if raw.strip()]
    if not raws:
        return reading
    number, raw = raws[0]
    if _names_languages(number, raw, reading):
        return reading
    if not (reading.han and reading.other):
        return reading
    pairs = [_pair(_cells(raw), reading) for _number, raw in raws]
    if 2 * sum(bool(pair) for pair in pairs) >= len(raws):
        reading.columns = next(pair for pair in pairs if pair)
    elif 2 * sum(bool(halves(_TAIL.sub("", raw))) for _number, raw in raws) >= len(raws):
        reading.within = True
    else:
        han = sum(bool(_HAN.search(raw)) for _number, raw in raws)
        reading.single = reading.han if 2 * han >= len(raws) else reading.other
        reading.turns = min(han, len(raws) - han) * 10 >= len(raws) * 3
    return reading


def _names_languages(number: int, raw: str, reading: Reading) -> bool:
    """Take a first line that names the languages."""
    cells = [cell for cell in _cells(raw) if cell.strip()]
    if len(cells) > 1:
        meant = [_language(cell) or column_of(cell) for cell in _cells(raw)]
        if not any(language in reading.languages for language in meant):
            return False
        for name, cell in zip(meant, _cells(raw), strict=True):
            if cell.strip() and (not name or name not in {*reading.languages, *COLUMNS.values()}):
                message = _("The column “%(column)s” is none that is known here; it is left out.") % {
                    "column": cell.strip()[:60]
                }
                reading.notes.append(Note(number, message))
        reading.columns = [name if name in {*reading.languages, *COLUMNS.values()} else "" for name in meant]
    else:
        meant = [_language(part) for part in raw.replace("／", "/").split("/")]
        if len(meant) < 2 or not all(meant):
            return False
        reading.within = True
    reading.header = number
    return True


def _language(words: str) -> str:
    known = LANGUAGES.get(squeezed(words), "")
    if known or len(words) > 40:
        return known
    code = words.strip().lower()
    return code if 1 < len(code) < 12 and code.isascii() and language_name(code) != code else ""


def _pair(cells: Sequence[str], reading: Reading) -> list[str] | None:
    """Return what two columns hold when one is Chinese and the other is not."""
    lead = 1 if len(cells) == 3 and (_BARE_MARK.match(cells[0]) or not cells[0].strip()) else 0
    words = cells[lead:]
    if len(words) != 2 or not all(map(str.strip, words)):
        return None
    scripts = [bool(_HAN.search(cell)) for cell in words]
    if sum(scripts) != 1 or not all(_LETTER.search(cell) or _HAN.search(cell) for cell in words):
        return None
    return [reading.han if han else reading.other for han in scripts]


def _with_its_number(cells: Sequence[str]) -> list[str]:
    """Return cells with a number or letter that has a cell of its own before the words it belongs to."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    first = next((at for at, cell in enumerate(kept) if cell.strip()), 0)
    words = kept[first + 1].strip() if first + 1 < len(kept) else ""
    if (
        words and _BARE_MARK.match(kept[first]) and not _BARE_MARK.match(words)
    ):  # not the head “A | B | C” of a table
        return [f"{_dotted(kept[first])} {words}", *kept[first + 2 :]]
    return kept


def _by_column(cells: Sequence[str], columns: Sequence[str]) -> tuple[Cell, list[str]]:
    """Return the words of a line by language, and its choices; what else stands there is written to each as a mark."""
    spare = len(cells) - len(columns)
    lead = cells[0].strip() if spare > 0 and "mark" not in columns else ""
    names = (
        ["mark", *columns]
        if spare > 0 and "mark" not in columns and (_BARE_MARK.match(cells[0]) or not lead)
        else columns
    )
    words: dict[str, list[str]] = {}
    for name, cell in zip(names, cells, strict=False):
        words.setdefault(name, []).append(cell.strip())
    choices = [part for words_ in words.pop("choices", []) for part in _listed(words_)]
    before = " ".join(words.pop("mark", []))
    before = f"{before}. " if before and before[-1].isalnum() else before
    after = "".join(f"【{part}】" for name in ("type", "about") for part in words.pop(name, []) if part)
    words.pop("", None)
    said = {language: f"{before}{' '.join(parts)}{after}" for language, parts in words.items() if any(parts)}
    return said, choices


def _listed(words: str) -> list[str]:
    """Return the choices that stand in one cell, without the letters and digits that count them."""
    parts = [part.strip() for part in _BETWEEN.split(words)]
    return [_COUNT.sub("", part) or part for part in parts if part]


def _cells(raw: str) -> list[str]:
    if "\t" in raw:
        cells = raw.split("\t")
        if len(cells) > 1 and _BARE_MARK.match(cells[0]) and any(map(str.strip, cells[1:])):
            return cells if len(cells) > 2 else [f"{_dotted(cells[0])} {cells[1]}"]
        return cells if any(map(str.strip, cells[1:])) or cells[0].strip() else [""]
    piped = raw.replace("｜", "|").strip()
    if "|" in piped:
        return [cell.strip() for cell in piped.removeprefix("|").removesuffix("|").split("|")]
    return [raw]


def _dotted(mark: str) -> str:
    mark = mark.strip()
    return f"{mark}." if mark[-1:].isalnum() else mark


def _split(text: str) -> list[str]:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
    if "\t" in text:
        text = _QUOTED_CELL.sub(_on_one_line, text)
    return [
        _unstorable.sub(" ", line.replace("\u00a0", " ").replace("\u200b", "")) for line in text.split("\n")
    ]


def _on_one_line(cell: re.Match[str]) -> str:
    """Return a cell of several lines, which spreadsheets put in quotes, as one; blank lines keep the numbering."""
    words = cell[2].replace('""', '"')
    return f"{cell[1]}{words.replace(chr(10), '  ')}{cell[3]}" + chr(10) * words.count("\n")
