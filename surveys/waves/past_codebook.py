"""The codebook of a past wave, and the questionnaire that it makes.

There are two forms. In the *wide* one each row is a person and each item a satisfaction question about the department
it names; items of no listed department are about the place as a whole, and the headline rating of a department is the
item that `departments` maps to it. In the *long* one each row is a person who rated the department that the column
`rated` names; every item is asked of every department, and `headline` says which one is the rating. Codebooks come with
English wording as a rule, so the edition declares those languages in which every item has words; a reader of
another language is shown these rather than nothing.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.languages import Text
from surveys.questionnaires.documents import EACH, FORMAT, GENERAL, MOST_QUESTIONS, WEIGHT
from surveys.waves.past_design import PastDesign, decimal_string, read_design
from surveys.waves.past_files import CODEBOOK, Faults

GRADES = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
ASIDES = {"dk": "dk", "na": "na", "": None}
LANGUAGES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}
LONGEST_TEXT = 500
LONGEST_TITLE = 200
LONGEST_SOURCE = 2000

_code = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


@dataclass(frozen=True, slots=True)
class PastDepartment:
    """A department that a past wave judged."""

    code: str
    names: Text
    headline: str


@dataclass(frozen=True, slots=True)
class PastItem:
    """A question of a past wave."""

    text: Text
    about: str
    dimension: str
    weight: str


@dataclass(frozen=True, slots=True)
class PastRated:
    """The column that names whom each row rated, and the department that each of its values stands for."""

    column: str
    departments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PastCodebook:
    """A checked codebook."""

    departments: tuple[PastDepartment, ...]
    parts: Mapping[str, tuple[str, ...]]  # department code or GENERAL → items
    answers: Mapping[str, Any]  # what may stand in a cell → the answer it is
    groups: Mapping[str, tuple[str, ...]]  # demographic column → its labels
    document: Mapping[str, Any]
    questionnaire: str  # the same for waves that ask about the same departments in the same words
    design: PastDesign
    rated: PastRated | None  # None in the wide form


def read_codebook(given: Mapping[str, Any]) -> PastCodebook:
    """Return the codebook in order; raises `ImportRefused` naming every fault."""
    faults = Faults()
    answers = _scale(given.get("scale"), faults)
    column = given.get("rated")
    if column is None:
        items = _items(given.get("items"), faults, about=None)
        departments, rated = _departments(given.get("departments"), items, faults), None
    else:
        items = _items(given.get("items"), faults, about=EACH)
        departments, rated = _rated(column, given, items, faults)
    dimensions = _dimensions(given.get("dimensions"), items, faults)
    groups = _groups(given.get("demographics", {}), faults)
    design = read_design(given, faults)
    faults.refuse()
    codes = [one.code for one in departments]
    if rated:
        parts = {code: tuple(items) for code in codes}
    else:
        items = {
            item: one if one.about in codes else replace(one, about=GENERAL) for item, one in items.items()
        }
        parts = {
            about: asked
            for about in [*codes, GENERAL]
            if (asked := tuple(item for item, one in items.items() if one.about == about))
        }
    return PastCodebook(
        departments=departments,
        parts=parts,
        answers=answers,
        groups=groups,
        document=_document(given, items, dimensions, {one.headline for one in departments}),
        questionnaire="imported-" + _identity(departments, items),
        design=design,
        rated=rated,
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


def _items(items: Any, faults: Faults, *, about: str | None) -> dict[str, PastItem]:
    """Read the items: each `about` whom the form says, or, where it says nothing, about the department it names."""
    found: dict[str, PastItem] = {}
    if not isinstance(items, dict) or not 1 <= len(items) <= MOST_QUESTIONS:
        faults.add(
            CODEBOOK, _("“items” must list 1 to %(most)d items.") % {"most": MOST_QUESTIONS}, column="items"
        )
        return found
    for item, given in items.items():
        if not _code.fullmatch(item):
            faults.add(CODEBOOK, _("An item’s name must look like “q3_01”."), column="items", value=item)
            continue
        described = given if isinstance(given, dict) else {}
        text = _text(described, "text")
        department = described.get("department") if about is None else about
        dimension = described.get("dimension", "")
        weight = decimal_string(described.get("weight", "1"))
        if about is not None and "department" in described:
            message = _("Every department is asked this item: leave its “department” out.")
            faults.add(CODEBOOK, message, column=item)
        elif not isinstance(department, str) or not department:
            faults.add(CODEBOOK, _("The item must name its “department”."), column=item)
        elif not text:
            message = _("The item needs a “text” of at most %(most)d characters.")
            faults.add(CODEBOOK, message % {"most": LONGEST_TEXT}, column=item)
        elif not isinstance(dimension, str) or any(WEIGHT.flaws(weight)):
            message = _("“dimension” is the code of a dimension, “weight” a number such as 0.5.")
            faults.add(CODEBOOK, message, column=item)
        else:
            found[item] = PastItem(text, department, dimension, weight)
    return found


def _dimensions(given: Any, items: Mapping[str, PastItem], faults: Faults) -> list[dict[str, Any]]:
    """Read the dimensions of the index; what their weights must add up to is checked with the questionnaire."""
    if given is None:
        given = []
    found: dict[str, dict[str, Any]] = {}
    for described in given if isinstance(given, list) else [None]:
        code = described.get("code") if isinstance(described, dict) else None
        names = _text(described, "name") if isinstance(described, dict) else {}
        weight = decimal_string(described.get("weight")) if isinstance(described, dict) else None
        if not isinstance(code, str) or not _code.fullmatch(code) or not names or any(WEIGHT.flaws(weight)):
            message = _("“dimensions” lists, for each, a “code”, a “name” and a “weight” such as 0.15.")
            faults.add(CODEBOOK, message, column="dimensions", value=str(code or ""))
        else:
            found[code] = {"code": code, "name": names, "weight": weight}
    for item, one in items.items():
        if one.dimension and one.dimension not in found:
            message = _("There is no dimension “%(dimension)s” in “dimensions”.")
            faults.add(CODEBOOK, message % {"dimension": one.dimension}, column=item)
    return list(found.values())


def _departments(
    departments: Any, items: Mapping[str, PastItem], faults: Faults
) -> tuple[PastDepartment, ...]:
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
        elif item not in items:
            faults.add(CODEBOOK, _("The headline item is not among “items”."), column=item, value=code)
        elif items[item].about != code:
            message = _("“items” says that this item is about “%(other)s”.")
            faults.add(CODEBOOK, message % {"other": items[item].about}, column=item, value=code)
        elif code in found:
            message = _("The department has a headline item already: %(item)s.")
            faults.add(CODEBOOK, message % {"item": found[code].headline}, column=item, value=code)
        else:
            found[code] = PastDepartment(code, names, item)
    return tuple(found.values())


def _rated(
    column: Any, given: Mapping[str, Any], items: Mapping[str, PastItem], faults: Faults
) -> tuple[tuple[PastDepartment, ...], PastRated | None]:
    """Read the departments of the long form: as the column writes them, and as their codes are kept, in lower case."""
    departments, headline = given.get("departments"), given.get("headline")
    if isinstance(departments, list):
        departments = {one.get("code", ""): one for one in departments if isinstance(one, dict)}
    if not isinstance(column, str) or not column or not isinstance(departments, dict) or not departments:
        message = _("“rated” names the column that says whom a row rated; “departments” lists them by code.")
        faults.add(CODEBOOK, message, column="rated")
        return (), None
    if headline not in items:
        message = _("“headline” must name the item that is the rating of a department.")
        faults.add(CODEBOOK, message, column="headline", value=str(headline or ""))
    found: dict[str, PastDepartment] = {}
    written: dict[str, str] = {}
    for value, described in departments.items():
        given_code = described.get("code", value) if isinstance(described, dict) else value
        code = given_code.lower() if isinstance(given_code, str) else ""
        names = _text(described, "name") if isinstance(described, dict) else {}
        if not _code.fullmatch(code) or code in (GENERAL, EACH):
            faults.add(CODEBOOK, _("The department needs a “code” such as “police”."), value=str(value))
        elif code in found:
            faults.add(CODEBOOK, _("The department is listed twice."), column="departments", value=value)
        elif not names:
            message = _("The department needs a name, “zh” or “en”.")
            faults.add(CODEBOOK, message, column="departments", value=value)
        else:
            found[code], written[value] = PastDepartment(code, names, str(headline)), code
    return tuple(found.values()), PastRated(column, written)


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
    """Return a text that is not too long."""
    spoken = _spoken(described, key)
    return {language: words for language, words in spoken.items() if len(words) <= LONGEST_TEXT}


def _spoken(described: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return words given as a string (English), as an object, or as one key for each language."""
    given = described.get(key)
    spoken = {"en": given} if isinstance(given, str) else given if isinstance(given, dict) else described
    return {
        LANGUAGES[language]: words.strip()
        for language, words in spoken.items()
        if language in LANGUAGES and isinstance(words, str) and words.strip()
    }


def _document(
    given: Mapping[str, Any],
    items: Mapping[str, PastItem],
    dimensions: list[dict[str, Any]],
    headlines: set[str],
) -> dict[str, Any]:
    languages = [one for one in ("zh-hans", "en") if all(one in item.text for item in items.values())] or [
        "en"
    ]
    source = _spoken(given, "source")
    title = _spoken(given, "title") or {
        language: words.split(";")[0].split("。")[0] for language, words in source.items()
    }

    def complete(text: Text) -> dict[str, str]:
        # Half translated codebooks: words of another language rather than none.
        anyhow = next(iter(text.values()), "")
        return {language: text.get(language, anyhow) for language in languages}

    return {
        "format": FORMAT,
        "languages": languages,
        "title": {
            language: words[:LONGEST_TITLE]
            for language, words in complete(title or {"en": "Imported survey"}).items()
        },
        "introduction": {language: words[:LONGEST_SOURCE] for language, words in complete(source).items()},
        "dimensions": [{**one, "name": complete(one["name"])} for one in dimensions],
        "questions": [
            {
                "code": item,
                "type": "satisfaction",
                "about": one.about,
                "text": complete(one.text),
                "help": {},
                "required": False,
                "headline": item in headlines,
                "dimension": one.dimension,
                "weight": one.weight,
                "settings": {},
            }
            for item, one in items.items()
        ],
    }


def _identity(departments: tuple[PastDepartment, ...], items: Mapping[str, PastItem]) -> str:
    headlines = sorted(
        (one.code, one.headline, sorted(items[one.headline].text.items())) for one in departments
    )
    return hashlib.sha256(json.dumps(headlines).encode()).hexdigest()[:12]
