"""Bringing in a past wave: one row a person, as a wave of class `imported` that is closed from the start.

Everything is checked before anything is written, and all is written in one transaction. The answers wait as
`PastAnswers` until the responses room makes records of them. A wave whose codebook gives no dates takes the moment of
its import; it is released then in any case.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from surveys.languages import Text, in_language
from surveys.people import organising
from surveys.people.access import root_department
from surveys.people.models import Department, User
from surveys.questionnaires import drafting, publishing
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.waves import fielding
from surveys.waves.declaring import StratumPlan, is_judged
from surveys.waves.models import Channel, Klass, PastAnswers, Wave
from surveys.waves.past_codebook import PastCodebook, read_codebook
from surveys.waves.past_files import (
    CODEBOOK,
    DATA,
    POPULATION,
    Fault,
    Faults,
    ImportRefused,
    Table,
    refused,
)
from surveys.waves.past_rows import Person, people_of

LONGEST_NAME = 100
FILES = {"strata": POPULATION} | dict.fromkeys(
    ("margins", "method"), CODEBOOK
)  # where a declared field comes from


class DepartmentsMet(ImportRefused):
    """Departments of the file whose codes stand for departments of other names here; `met` lists both names."""

    def __init__(self, met: Sequence[tuple[str, Text, Text]]) -> None:
        message = _("“%(code)s” is called “%(file)s” in the file and “%(here)s” here.")
        faults = [
            Fault(CODEBOOK, message % {"code": code, "file": in_language(file), "here": in_language(here)})
            for code, file, here in met
        ]
        super().__init__(faults, len(faults))
        self.met = met


def import_wave(
    *,
    codebook: Mapping[str, Any],
    rows: Table,
    name: str,
    strata_column: str | None = None,
    population: Mapping[str, Any] | None = None,
    previous: Wave | None = None,
    attach: bool = False,
    by: User | None,
) -> Wave:
    """Import a past wave and return it, closed; raises `ImportRefused` with every fault, and then nothing is changed.

    Columns that the codebook does not name are not stored. Without `previous` the wave is compared with the last
    imported wave of the same questionnaire that was over when it opened; one whose strata all have a population, if
    its own have. Departments that
    are known here by the same code are taken for the same when they have the same name in a language; else `attach`
    must say so, or `DepartmentsMet` is raised.
    """
    book = read_codebook(codebook)
    faults = Faults()
    people = people_of(book, rows, strata_column or "", faults)
    strata = _strata(book, people, strata_column or "", population, faults)
    title = _title(name, faults)
    faults.refuse()
    if not attach and (met := _met(book)):
        raise DepartmentsMet(met)
    with transaction.atomic():
        return _write(book, people, strata, title=title, previous=previous, by=by)


def _met(book: PastCodebook) -> list[tuple[str, Text, Text]]:
    """Return code and both names of the departments that are called otherwise here, in every language they share."""
    here = dict(
        Department.objects.filter(code__in=[one.code for one in book.departments]).values_list(
            "code", "names"
        )
    )
    return [
        (one.code, dict(sorted(one.names.items())), dict(sorted(here[one.code].items())))
        for one in book.departments
        if one.code in here
        and not any(here[one.code].get(language) == words for language, words in one.names.items())
    ]


def _strata(
    book: PastCodebook,
    people: list[Person],
    strata_column: str,
    population: Mapping[str, Any] | None,
    faults: Faults,
) -> list[StratumPlan]:
    """Return the strata in the codebook's order, else in that of the population file, else of the alphabet."""
    if not strata_column:
        if population is not None:
            faults.add(POPULATION, _("To use the population, say which column holds the strata."))
        return []
    taken_part = Counter(person.stratum for person in people)
    drawn = Counter(stratum for stratum, _psu in {(person.stratum, person.psu) for person in people})
    labels = book.groups.get(strata_column) or tuple(population or ()) or tuple(sorted(taken_part))
    for label in set(book.design.clusters.population if book.design.clusters else ()) - set(labels):
        faults.add(CODEBOOK, _("No row belongs to this stratum."), column="clusters", value=label)
    if population is None:
        return [_stratum(book, drawn, label, None) for label in labels]
    for label, residents in population.items():
        if label not in labels or (people and label not in taken_part and not book.groups.get(strata_column)):
            faults.add(POPULATION, _("No row belongs to this stratum."), column=label)
        elif isinstance(residents, bool) or not isinstance(residents, int) or residents < 1:
            faults.add(
                POPULATION,
                _("The population must be a positive whole number."),
                column=label,
                value=str(residents),
            )
        elif residents < taken_part.get(label, 0):
            message = _("%(people)d people took part, more than live in the stratum.")
            faults.add(
                POPULATION, message % {"people": taken_part[label]}, column=label, value=str(residents)
            )
    for label in dict.fromkeys((*labels, *taken_part)):
        if label not in population:
            faults.add(POPULATION, _("The population of this stratum is missing."), column=label)
    return [_stratum(book, drawn, label, population.get(label)) for label in labels]


def _stratum(book: PastCodebook, drawn: Counter[str], label: str, population: int | None) -> StratumPlan:
    names, clusters = {"zh-hans": label, "en": label}, book.design.clusters
    if clusters is None:
        return StratumPlan(label, names, population)
    return StratumPlan(label, names, population, drawn[label], clusters.population.get(label))


def _title(name: str, faults: Faults) -> str:
    title = name.strip()
    if not 1 <= len(title) <= LONGEST_NAME or not title.isprintable():
        faults.add(DATA, _("Give the wave a name of at most %(most)d characters.") % {"most": LONGEST_NAME})
    elif Wave.objects.filter(slug=slug_of(title)).exists():
        faults.add(
            DATA, _("There is a wave called “%(name)s” already; choose another name.") % {"name": title}
        )
    return title


def slug_of(title: str) -> str:
    """Return the address name of a wave called `title`; what has no Latin letters is named by its hash."""
    return slugify(title)[:60].strip("-_") or "imported-" + hashlib.sha256(title.encode()).hexdigest()[:8]


def _write(
    book: PastCodebook,
    people: list[Person],
    strata: list[StratumPlan],
    *,
    title: str,
    previous: Wave | None,
    by: User | None,
) -> Wave:
    departments = _departments(book, by)
    edition = _edition(book, by)
    now = fielding.database_now()
    opens_at, closes_at = _times(book, now)
    if previous is None:
        previous = _last_like_it(edition, strata, opens_at)
    elif book.design.dates:
        _refuse_overlap(previous, opens_at)
    try:
        wave = fielding.record_past(
            edition=edition,
            slug=slug_of(title),
            titles={"zh-hans": title, "en": title},
            departments=departments,
            opens_at=opens_at,
            closes_at=closes_at,
            release_at=now,
            strata=strata,
            margins=book.design.plans,
            method=dict(book.design.method),
            klass=Klass.IMPORTED,
            is_public=False,
            channels=(Channel.IMPORT,),
            previous=previous,
            by=by,
        )
    except ValidationError as wrong:
        faults = Faults()
        for place, messages in wrong.message_dict.items():
            for message in messages:
                faults.add(FILES.get(place, DATA), message)
        raise ImportRefused(faults.kept, faults.count) from wrong
    layout = codebook_of(edition)
    numbers = {one.code: number for number, one in enumerate(strata, 1)}
    PastAnswers.objects.create(
        wave=wave,
        people=[
            [
                numbers.get(person.stratum, 0),
                {part: layout.part(part).pack(answers)[0].hex() for part, answers in person.answers.items()},
                *([person.cell, person.psu] if person.cell or person.psu else []),
            ]
            for person in people
        ],
    )
    return wave


def _times(book: PastCodebook, now: datetime) -> tuple[datetime, datetime]:
    """Return when the wave opened and closed: whole days of the site's time zone, none of them to come."""
    if book.design.dates is None:
        return now - timedelta(milliseconds=1), now
    opened, closed = book.design.dates
    first, last = (
        timezone.make_aware(datetime.combine(day, hour))
        for day, hour in ((opened, time.min), (closed, time.max))
    )
    return first, min(last, now)


def _refuse_overlap(previous: Wave, opens_at: datetime) -> None:
    over = previous.closed_at or previous.closes_at
    if over > opens_at:
        message = _(
            "Asking for this wave began on %(opened)s, but the wave it is to be compared with, “%(wave)s”, was not "
            "over before %(over)s. Mend the dates, or compare with another wave."
        )
        days = {"opened": timezone.localdate(opens_at), "over": timezone.localdate(over)}
        raise refused(CODEBOOK, message % {"wave": previous.title, **days}, column="dates")


def _last_like_it(edition: Edition, strata: list[StratumPlan], opens_at: datetime) -> Wave | None:
    """Return the last imported wave of the questionnaire that was over by then; a judged wave follows a judged one."""
    past = Wave.objects.filter(
        klass=Klass.IMPORTED, edition__questionnaire=edition.questionnaire, closed_at__lte=opens_at
    )
    return next(
        (
            one
            for one in past.order_by("-opens_at", "-id").prefetch_related("strata")
            if is_judged(Klass.IMPORTED, one.strata.all()) or not is_judged(Klass.IMPORTED, strata)
        ),
        None,
    )


def _departments(book: PastCodebook, by: User | None) -> list[Department]:
    """Return the judged departments in the codebook's order, adding those that are not known yet."""
    try:
        root = root_department()
    except LookupError:
        root = organising.add_department(
            code="city", names={"zh-hans": "全市", "en": "The city"}, parent=None, by=by
        )
    known = {
        one.code: one for one in Department.objects.filter(code__in=[one.code for one in book.departments])
    }
    found = []
    for position, one in enumerate(book.departments, 1):
        department = known.get(one.code)
        if department is None:
            department = organising.add_department(
                code=one.code, names=one.names, parent=root, position=position, by=by
            )
        elif department.parent_id is None:
            message = _("“%(code)s” is the place as a whole here; give the department another code.")
            raise refused(CODEBOOK, message % {"code": one.code}, column=one.headline)
        found.append(department)
    return found


def _edition(book: PastCodebook, by: User | None) -> Edition:
    """Return the edition of the codebook's questionnaire; the same content is the same edition."""
    questionnaire = Questionnaire.objects.select_for_update().filter(code=book.questionnaire).first()
    try:
        if questionnaire is None:
            questionnaire = drafting.create(code=book.questionnaire, document=dict(book.document), by=by)
        else:
            drafting.save_draft(
                questionnaire, document=dict(book.document), revision=questionnaire.revision, by=by
            )
            questionnaire.refresh_from_db()
        return publishing.publish(questionnaire, by=by, needs_approval=False)
    except (MalformedDocument, ValidationError, ValueError) as wrong:
        raise refused(CODEBOOK, str(wrong)) from wrong
