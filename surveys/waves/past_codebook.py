"""The codebook of a past wave, and the questionnaire that it makes.

An item is a satisfaction question about the department it names; items of no listed department are about the place
as a whole. The headline rating of a department is the item that `departments` maps to it. Codebooks come with
English wording as a rule, so the edition declares those languages in which every item has words; a reader of
another language is shown these rather than nothing.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.languages import Text
from surveys.questionnaires.documents import FORMAT, GENERAL, MOST_QUESTIONS
from surveys.waves.past_files import CODEBOOK, Faults

GRADES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
ASIDES = {"dk": "dk", "na": "na", "": None}
LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}
LONGEST_TEXT = 500

_code = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


@dataclass(frozen=True, slots=True)
class PastDepartment:
    """A department that a past wave judged."""

    code: str
    names: Text
    headline: str


@dataclass(frozen=True, slots=True)
class PastCodebook:
    """A checked codebook."""

    departments: tuple[PastDepartment, ...]
    parts: Mapping[str, tuple[str, ...]]  # department code or GENERAL → items
    answers: Mapping[str, Any]  # what may stand in a cell → the answer it is
    groups: Mapping[str, tuple[str, ...]]  # demographic column → its labels
    document: Mapping[str, Any]
    questionnaire: str  # the same for waves that ask about the same departments in the same words


def read_codebook(given: Mapping[str, Any]) -> PastCodebook:
    """Return the codebook in order; raises `ImportRefused` naming every fault."""
    faults = Faults()
    answers = _scale(given.get("scale"), faults)
    texts, abouts = _items(given.get("items"), faults)
    departments = _departments(given.get("departments"), abouts, faults)
    groups = _groups(given.get("demographics", {}), faults)
    faults.refuse()
    codes = [one.code for one in departments]
    listed = {item: about if about in codes else GENERAL for item, about in abouts.items()}
    parts = {
        about: tuple(item for item in listed if listed[item] == about)
        for about in [*codes, GENERAL]
        if about in listed.values()
    }
    document = _document(given, texts, listed, {one.headline for one in departments})
    return PastCodebook(
        departments=departments,
        parts=parts,
        answers=answers,
        groups=groups,
        document=document,
        questionnaire="imported-" + _identity(departments, texts),
    )


def _scale(scale: Any, faults: Faults) -> dict[str, Any]:
    known = GRADES | ASIDES
    if not isinstance(scale, dict):
        faults.add(CODEBOOK, _("“scale” must list the grades 1 to 5 with their words."), column="scale")
        return {}
    for value in scale.keys() - known.keys():
        faults.add(
            CODEBOOK,
            _("is no grade: 1 to 5, dk, na and an empty cell are known."),
            column="scale",
            value=value,
        )
    for value in GRADES.keys() - scale.keys():
        faults.add(CODEBOOK, _("The grade %(grade)s is missing.") % {"grade": value}, column="scale")
    return {value: answer for value, answer in known.items() if value in scale or value == ""}


def _items(items: Any, faults: Faults) -> tuple[dict[str, Text], dict[str, str]]:
    texts: dict[str, Text] = {}
    abouts: dict[str, str] = {}
    if not isinstance(items, dict) or not 1 <= len(items) <= MOST_QUESTIONS:
        faults.add(
            CODEBOOK, _("“items” must list 1 to %(most)d items.") % {"most": MOST_QUESTIONS}, column="items"
        )
        return texts, abouts
    for item, described in items.items():
        if not _code.fullmatch(item):
            faults.add(CODEBOOK, _("An item’s name must look like “q3_01”."), column="items", value=item)
            continue
        about = described.get("department") if isinstance(described, dict) else None
        text = _text(described, "text") if isinstance(described, dict) else {}
        if not isinstance(about, str) or not about:
            faults.add(CODEBOOK, _("The item must name its “department”."), column=item)
        elif not text:
            faults.add(
                CODEBOOK,
                _("The item needs a “text” of at most %(most)d characters.") % {"most": LONGEST_TEXT},
                column=item,
            )
        else:
            texts[item], abouts[item] = text, about
    return texts, abouts


def _departments(departments: Any, abouts: Mapping[str, str], faults: Faults) -> tuple[PastDepartment, ...]:
    if not isinstance(departments, dict) or not departments:
        faults.add(
            CODEBOOK,
            _("“departments” must name, for each department, its headline item."),
            column="departments",
        )
        return ()
    found: dict[str, PastDepartment] = {}
    for item, described in departments.items():
        code = described.get("code") if isinstance(described, dict) else None
        names = _text(described, "name") if isinstance(described, dict) else {}
        if not isinstance(code, str) or not _code.fullmatch(code) or code == GENERAL:
            faults.add(CODEBOOK, _("The department needs a “code” such as “police”."), column=item)
        elif not names:
            faults.add(CODEBOOK, _("The department needs a name, “zh” or “en”."), column=item, value=code)
        elif item not in abouts:
            faults.add(CODEBOOK, _("The headline item is not among “items”."), column=item, value=code)
        elif abouts[item] != code:
            message = _("“items” says that this item is about “%(other)s”.")
            faults.add(CODEBOOK, message % {"other": abouts[item]}, column=item, value=code)
        elif code in found:
            message = _("The department has a headline item already: %(item)s.")
            faults.add(CODEBOOK, message % {"item": found[code].headline}, column=item, value=code)
        else:
            found[code] = PastDepartment(code, names, item)
    return tuple(found.values())


def _groups(demographics: Any, faults: Faults) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    if not isinstance(demographics, dict):
        faults.add(
            CODEBOOK, _("“demographics” must map columns to their codes and labels."), column="demographics"
        )
        return groups
    for column, labels in demographics.items():
        if isinstance(labels, dict) and all(isinstance(label, str) and label for label in labels.values()):
            groups[column] = tuple(dict.fromkeys(labels.values()))
        else:
            faults.add(CODEBOOK, _("“demographics” must map codes to labels."), column=column)
    return groups


def _text(described: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return a text given as a string (English), as an object, or as one key for each language."""
    given = described.get(key)
    spoken = {"en": given} if isinstance(given, str) else given if isinstance(given, dict) else described
    return {
        LANGUAGES[language]: words.strip()
        for language, words in spoken.items()
        if language in LANGUAGES and isinstance(words, str) and 0 < len(words.strip()) <= LONGEST_TEXT
    }


def _document(
    given: Mapping[str, Any], texts: Mapping[str, Text], listed: Mapping[str, str], headlines: set[str]
) -> dict[str, Any]:
    languages = [one for one in ("zh-hans", "en") if all(one in text for text in texts.values())] or ["en"]
    source = given.get("source")
    introduction = source.strip()[:2000] if isinstance(source, str) else ""
    title = introduction.split(";")[0].split("。")[0][:200] or "Imported survey"

    def complete(text: Text) -> dict[str, str]:
        # Half translated codebooks: words of another language rather than none.
        anyhow = next(iter(text.values()))
        return {language: text.get(language, anyhow) for language in languages}

    return {
        "format": FORMAT,
        "languages": languages,
        "title": dict.fromkeys(languages, title),
        "introduction": dict.fromkeys(languages, introduction),
        "dimensions": [],
        "questions": [
            {
                "code": item,
                "type": "satisfaction",
                "about": about,
                "text": complete(texts[item]),
                "help": {},
                "required": False,
                "headline": item in headlines,
                "dimension": "",
                "weight": "1",
                "settings": {},
            }
            for item, about in listed.items()
        ],
    }


def _identity(departments: tuple[PastDepartment, ...], texts: Mapping[str, Text]) -> str:
    headlines = sorted((one.code, one.headline, sorted(texts[one.headline].items())) for one in departments)
    return hashlib.sha256(json.dumps(headlines).encode()).hexdigest()[:12]
