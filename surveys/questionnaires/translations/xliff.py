"""XLIFF 2.1 (OASIS standard): the file that translators' tools read and write.

One file holds one questionnaire, a unit is one text with its two languages. What stands for an earlier answer, `{q3}`,
is written as a placeholder, which tools keep from being translated. A file from outside is read with a plain parser:
a document type, and so every entity, is refused, and so is depth beyond what units need.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext as _

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"  # of version 2.1, too
LARGEST_FILE = 5 * 2**20  # bytes
DEEPEST = 40  # elements inside each other

PIPED = re.compile(r"\{[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_.-]*)?\}")

_XML = "http://www.w3.org/XML/1998/namespace"
_unfit = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2


class UnreadableFile(ValueError):
    """A file that holds no translation that could be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A text in two languages as a file says it."""

    key: str
    source: str
    target: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """What a file holds."""

    source: str  # language
    target: str
    units: tuple[Unit, ...]


def written(units: Iterable[Unit], *, source: str, target: str, name: str) -> bytes:
    """Return the file of `units` from the language `source` to `target`; `name` says what was translated."""
    ElementTree.register_namespace("", NAMESPACE)
    root = _element(None, "xliff", version="2.1", srcLang=language_tag(source), trgLang=language_tag(target))
    file = _element(root, "file", id="f1", original=name)
    file.set(f"{{{_XML}}}space", "preserve")
    for unit in units:
        _write_unit(file, unit)
    body: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body


def read(body: bytes) -> Translation:
    """Return what the XLIFF 2 file `body` holds; raises `UnreadableFile`."""
    if len(body) > LARGEST_FILE:
        raise UnreadableFile(_("The file is larger than five million bytes."))
    root = _parsed(body)
    if root.tag != _tag("xliff") or not (root.get("version") or "").startswith("2."):
        raise UnreadableFile(_("The file is no XLIFF of version 2. Export one here and translate that."))
    source, target = root.get("srcLang") or "", root.get("trgLang") or ""
    if not source or not target:
        raise UnreadableFile(_("The file does not say from which language into which it translates."))
    units = tuple(_read_unit(unit) for unit in root.iter(_tag("unit")))
    return Translation(source.lower(), target.lower(), units)


def language_tag(language: str) -> str:
    """Return a language code as BCP 47 writes it: `zh-hans` is `zh-Hans`, `zh-cn` is `zh-CN`."""
    first, *rest = language.split("-")
    cased = (part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part for part in rest)
    return "-".join([first, *cased])


def _write_unit(file: ElementTree.Element, unit: Unit) -> None:
    found = _element(file, "unit", id=unit.key)
    if unit.note:
        _element(_element(found, "notes"), "note").text = _fit(unit.note)
    pieces = list(dict.fromkeys(PIPED.findall(unit.source) + PIPED.findall(unit.target)))
    if pieces:
        kept = _element(found, "originalData")
        for number, piece in enumerate(pieces, start=1):
            _element(kept, "data", id=f"d{number}").text = piece
    segment = _element(found, "segment", state="translated" if unit.target else "initial")
    _write_words(_element(segment, "source"), unit.source, pieces)
    if unit.target:
        _write_words(_element(segment, "target"), unit.target, pieces)


def _write_words(element: ElementTree.Element, words: str, pieces: Sequence[str]) -> None:
    """Write `words`, each piece that stands for an answer as a placeholder."""
    last: ElementTree.Element | None = None
    met: Counter[str] = Counter()
    for part in re.split(f"({PIPED.pattern})", words):
        if part in pieces:
            number = pieces.index(part) + 1
            met[part] += 1
            name = f"p{number}" if met[part] == 1 else f"p{number}.{met[part]}"
            last = _element(element, "ph", id=name, dataRef=f"d{number}", equiv=part, disp=part)
        elif last is None:
            element.text = (element.text or "") + _fit(part)
        else:
            last.tail = (last.tail or "") + _fit(part)


def _read_unit(unit: ElementTree.Element) -> Unit:
    data = {one.get("id"): "".join(one.itertext()) for one in unit.iter(_tag("data"))}
    sources, targets = [], []
    is_whole = True
    for part in unit:
        if part.tag not in (_tag("segment"), _tag("ignorable")):
            continue
        source, target = part.find(_tag("source")), part.find(_tag("target"))
        said = "".join(_words(source, data)) if source is not None else ""
        sources.append(said)
        if target is not None:
            targets.append("".join(_words(target, data)))
        elif part.tag == _tag("ignorable"):  # what stands between sentences needs no translation
            targets.append(said)
        else:
            is_whole = False
    return Unit(unit.get("id") or "", "".join(sources), "".join(targets) if is_whole else "")


def _words(element: ElementTree.Element, data: dict[str | None, str]) -> Iterator[str]:
    """Yield what an element says, its inline elements included."""
    yield element.text or ""
    for inner in element:
        if inner.tag == _tag("ph"):
            yield data.get(inner.get("dataRef")) or inner.get("equiv") or inner.get("disp") or ""
        elif inner.tag != _tag("cp"):  # a character that XML cannot hold, and no text may
            yield from _words(inner, data)
        yield inner.tail or ""


def _parsed(body: bytes) -> ElementTree.Element:
    """Return the root of an XML file that defines nothing and is not deep; raises `UnreadableFile`."""
    builder = ElementTree.TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableFile(_("The file is nested too deeply."))
        builder.start(_braced(tag), {_braced(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(tag))

    def refuse(*_given: Any) -> None:
        raise UnreadableFile(_("The file defines a document type or entities; that is not allowed here."))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(body, True)
    except expat.ExpatError as broken:
        raise UnreadableFile(_("The file is no whole XML: %(reason)s.") % {"reason": broken}) from broken
    except (UnicodeError, LookupError, ValueError) as broken:
        if isinstance(broken, UnreadableFile):
            raise
        raise UnreadableFile(_("The file is no whole XML: %(reason)s.") % {"reason": broken}) from broken
    root: ElementTree.Element = builder.close()
    return root


def _braced(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _element(parent: ElementTree.Element | None, name: str, **attributes: str) -> ElementTree.Element:
    if parent is None:
        return ElementTree.Element(_tag(name), attributes)
    return ElementTree.SubElement(parent, _tag(name), {key: _fit(value) for key, value in attributes.items()})


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _fit(words: str) -> str:
    """Return `words` without what no XML file may hold."""
    return _unfit.sub("", words)
