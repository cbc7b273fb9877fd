"""The door for counts: the one form in which answers leave `surveys`.

A *slice* is what was answered about one department in one wave by one class of people: counts per group and code,
and cross-moments of the items that a dimension is made of. It holds no row. A *design* is what was declared before
the first answer, with the number of people who took part. Both are frozen and carry no database object.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet
from numpy.typing import NDArray

from surveys import audit
from surveys.languages import Text
from surveys.people.access import root_department
from surveys.people.formerly import with_all_above
from surveys.people.models import Department, Place
from surveys.questionnaires.codebook import Part, codebook_of
from surveys.questionnaires.wordings import wordings_of
from surveys.responses import counting, excluding
from surveys.responses.models import Participation, Tally
from surveys.waves import margins
from surveys.waves.margins import Cell, MarginPlan
from surveys.waves.models import Coverage, Invitation, Klass, Stratum, Wave, default_method

# Beside the reserved codes of records: the answer of somebody who did not grade the headline to an item of a dimension.
UNRATED = counting.UNRATED
CHUNK = 100  # slices read at once


@dataclass(frozen=True, slots=True)
class StratumDesign:
    """A stratum: residents living in it, when known, and people who took part."""

    number: int  # 0 is everybody of a wave without strata
    code: str
    names: Text
    population: int | None
    people: int
    invited: int | None = None  # codes of the evaluated class, not withdrawn; None where there are none
    clusters: int | None = None  # PSUs drawn there; None: people were drawn singly
    cluster_population: int | None = None  # PSUs there are, when known
    place: str | None = None  # code of the place that it is the residents of


@dataclass(frozen=True, slots=True)
class NodeDesign:
    """A department or place in its tree, with the code of its parent; None at the top."""

    code: str
    names: Text
    parent: str | None


@dataclass(frozen=True, slots=True)
class CategoryDesign:
    """A category of a margin and the residents that belong to it."""

    code: str
    names: Text
    population: Decimal


@dataclass(frozen=True, slots=True)
class MarginDesign:
    """A declared margin: known populations by age, sex and the like."""

    code: str
    names: Text
    categories: tuple[CategoryDesign, ...]


@dataclass(frozen=True, slots=True)
class ItemDesign:
    """A coded question of one department's part."""

    code: str
    text: Text
    codes: tuple[int, ...]
    labels: Mapping[int, Text]
    scored: bool
    headline: bool
    dimension: str  # "" when it counts for none
    weight: Decimal
    wording: str  # the fingerprint of how it was asked, for `languages.asks_the_same`


@dataclass(frozen=True, slots=True)
class DepartmentDesign:
    """A department that the wave asks about; the root one stands for the place as a whole."""

    id: int
    code: str
    names: Text
    is_root: bool
    items: tuple[ItemDesign, ...]

    def items_of(self, dimension: str) -> dict[str, ItemDesign]:
        """Return the items that count for a dimension, by code: their wordings and weights are the dimension's."""
        return {item.code: item for item in self.items if item.dimension == dimension}


@dataclass(frozen=True, slots=True)
class DimensionDesign:
    """A dimension of the composite index with its declared weight."""

    code: str
    names: Text
    weight: Decimal


@dataclass(frozen=True, slots=True)
class WaveDesign:
    """What was declared of a wave, and how many people took part in it."""

    id: int
    slug: str
    titles: Text
    edition_hash: str
    questionnaire: str
    edition_number: int
    klass: int  # the class that is evaluated: the one judged if there is any, see `design`
    judged: bool  # sample, or imported with strata and population (decisions: classes)
    opened_at: datetime
    closed_at: datetime
    release_at: datetime
    previous_id: int | None
    method: Mapping[str, Any]
    strata: tuple[StratumDesign, ...]
    departments: tuple[DepartmentDesign, ...]
    dimensions: tuple[DimensionDesign, ...]
    people: Mapping[tuple[int, int], int]  # (class, channel) → people
    margins: tuple[MarginDesign, ...] = ()
    cells: tuple[Cell, ...] = ((),)  # by number of a weighting cell: its category's place in each margin
    cell_people: Mapping[tuple[int, int], int] = field(default_factory=dict)  # (stratum, cell) → people
    eligible: int | None = None  # how many could have rated
    excluded: int = 0  # ratings of any class that two people left out of the count
    excluded_by: Mapping[str, int] = field(default_factory=dict)  # of these, by rule, from ten on
    tree: tuple[NodeDesign, ...] = ()  # the departments asked about and all above them, parents first
    places: tuple[NodeDesign, ...] = ()  # the places that strata are and all above them, parents first


@dataclass(frozen=True, slots=True)
class Slice:
    """Counts of one department in one wave and class.

    Items of dimensions count among those who graded the headline; of others they hold `UNRATED`.
    """

    department_id: int
    klass: int
    groups: NDArray[np.uint16]  # [group, 5]: stratum, weighting cell, channel, status, psu (0: not clustered)
    counts: NDArray[np.int64]  # [group, item, 256]: records with that byte, items in the order of the part
    moments: NDArray[np.int64]  # [group, pair, 4]: n, Σa, Σb, Σab over scored items a ≤ b, both graded


def settled_waves() -> Iterator[int]:
    """Yield the ids of the waves whose tallies are final, oldest first."""
    settled = Wave.objects.filter(status=Wave.Status.SETTLED).order_by("settled_at", "pk")
    yield from settled.values_list("pk", flat=True)


def design(wave_id: int) -> WaveDesign:
    """Return what wave `wave_id` declared; raises `LookupError` when there is no such wave.

    The class evaluated is the one that the wave declares. When nobody of that class took part but others did, as in a
    public wave without invitations, it is the class of most people, and that one is not judged. An imported wave
    is judged when it has strata and knows the population of each. A dozen queries at most, whatever the trees.
    """
    wave = Wave.objects.select_related("edition__questionnaire").filter(pk=wave_id).first()
    if wave is None:
        raise LookupError(f"There is no wave {wave_id}.")
    people: Counter[tuple[int, int]] = Counter()
    by_cell: dict[int, Counter[tuple[int, int]]] = {klass: Counter() for klass in Klass.values}
    for klass, stratum, cell, channel, number in Participation.objects.filter(wave=wave).values_list(
        "klass", "stratum", "cell", "channel", "people"
    ):
        people[klass, channel] += number
        by_cell[klass][stratum, cell] += number
    declared = list(Stratum.objects.filter(wave=wave))
    places = {one.place_id for one in declared if one.place_id is not None}
    # What residents judged keeps the names that it had then, however late it is computed.
    since = audit.latest(wave, "open", "record past wave")
    above = with_all_above(Place, places, since=since) if places else []
    klass = _evaluated(wave, people)
    invited = _invited(wave, klass)
    strata = tuple(_strata(declared, by_cell[klass], invited, {one.pk: one.code for one in above}))
    document = wave.edition.document
    plans = margins.declared(wave.margins)
    departments = list(_departments(wave))
    tree = with_all_above(Department, [one.id for one in departments], since=since)
    called = {one.pk: one.names for one in tree}
    excluded, excluded_by = excluding.excluded_numbers(wave)
    return WaveDesign(
        id=wave.pk,
        slug=wave.slug,
        titles=wave.titles,
        edition_hash=wave.edition.content_hash,
        questionnaire=wave.edition.questionnaire.code,
        edition_number=wave.edition.number,
        klass=klass,
        judged=klass == Klass.SAMPLE
        or (
            klass == Klass.IMPORTED and bool(declared) and all(one.population is not None for one in declared)
        ),
        opened_at=wave.opens_at,
        closed_at=wave.closed_at or wave.closes_at,
        release_at=wave.release_at,
        previous_id=wave.previous_id,
        method={**default_method(), **wave.method},  # what was not known yet when it was declared is as usual
        strata=strata,
        departments=tuple(replace(one, names=called[one.id]) for one in departments),
        dimensions=tuple(
            DimensionDesign(code=one["code"], names=one["name"], weight=Decimal(one["weight"]))
            for one in document.get("dimensions", ())
        ),
        people=dict(people),
        margins=tuple(_margins(plans)),
        cells=margins.cells(plans),
        cell_people=dict(by_cell[klass]),
        eligible=_eligible(wave, klass, strata, invited, sum(not one.is_root for one in departments)),
        excluded=excluded,
        excluded_by=excluded_by,
        tree=_nodes(tree),
        places=_nodes(above),
    )


def slices(wave_id: int, *, klass: int, department_id: int | None = None) -> Iterator[Slice]:
    """Yield the slices of a wave and class, in order of department id."""
    wave = Wave.objects.select_related("edition").get(pk=wave_id)
    found = Tally.objects.filter(wave=wave, klass=klass)
    if department_id is not None:
        found = found.filter(department_id=department_id)
    layouts = counting.Layouts(wave)
    for tally in _in_chunks(found):
        layout = layouts.of(tally.department_id)
        stored = counting.read_slice(
            layout, tally.records, bytes(tally.groups), bytes(tally.counts), bytes(tally.moments)
        )
        counts = np.zeros((len(stored.groups), layout.items, 256), np.int64)
        counts[:, *layout.columns] = stored.counts
        if len(layout.dimensional):
            records = counts[:, layout.headline].sum(axis=1, keepdims=True)
            counts[:, layout.dimensional, UNRATED] = records - counts[:, layout.dimensional].sum(axis=2)
        yield Slice(tally.department_id, tally.klass, stored.groups, counts, stored.moments)


def _in_chunks(tallies: QuerySet[Tally]) -> Iterator[Tally]:
    """Yield tallies in order of department id, without a cursor in the database between two of them.

    Whoever stops half-way leaves nothing open: a cursor that the garbage collector closes amidst another query of the
    same connection waits for itself for ever.
    """
    last = 0
    while chunk := list(tallies.filter(department_id__gt=last).order_by("department_id")[:CHUNK]):
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].department_id


def _evaluated(wave: Wave, people: Mapping[tuple[int, int], int]) -> int:
    """Return the class that the wave is evaluated by."""
    took_part: Counter[int] = Counter()
    for (klass, _channel), number in people.items():
        took_part[klass] += number
    if took_part[wave.klass] or not took_part:
        return wave.klass
    return min(took_part, key=lambda klass: (-took_part[klass], klass))


def _invited(wave: Wave, klass: int) -> dict[int, int]:
    """Return how many codes were issued for a class and not withdrawn, by stratum; {} where there were none."""
    not_invited = (Invitation.State.REVOKED, Invitation.State.SPARE)
    issued = Invitation.objects.filter(wave=wave, klass=klass).exclude(state__in=not_invited)
    return dict(issued.order_by().values_list("stratum").annotate(number=Count("pk")))


def _strata(
    declared: Iterable[Stratum],
    by_cell: Mapping[tuple[int, int], int],
    invited: Mapping[int, int],
    places: Mapping[int, str],
) -> Iterator[StratumDesign]:
    """Yield the strata; number 0 holds whoever belongs to none, and everybody where none are declared."""
    people: Counter[int] = Counter()
    for (stratum, _cell), number in by_cell.items():
        people[stratum] += number
    declared = list(declared)
    if not declared or people[0]:
        yield StratumDesign(0, "", {}, None, people[0], invited.get(0))
    for one in declared:
        yield StratumDesign(
            number=one.number,
            code=one.code,
            names=one.names,
            population=one.population,
            people=people[one.number],
            invited=invited.get(one.number),
            clusters=one.clusters,
            cluster_population=one.cluster_population,
            place=None if one.place_id is None else places[one.place_id],
        )


def _nodes(nodes: Sequence[Department] | Sequence[Place]) -> tuple[NodeDesign, ...]:
    codes = {one.pk: one.code for one in nodes}
    return tuple(NodeDesign(one.code, one.names, codes.get(one.parent_id)) for one in nodes)


def _margins(plans: Iterable[MarginPlan]) -> Iterator[MarginDesign]:
    for plan in plans:
        categories = (CategoryDesign(one.code, one.names, one.population) for one in plan.categories)
        yield MarginDesign(plan.code, plan.names, tuple(categories))


def _eligible(
    wave: Wave, klass: int, strata: Sequence[StratumDesign], invited: Mapping[int, int], departments: int
) -> int | None:
    """Return how many could have rated each department: of service events the codes, else the residents.

    None where it is not known, or where a person is asked about a part of the departments only.
    """
    if departments > wave.departments_per_person:
        return None
    if klass == Klass.SERVICE:
        return sum(invited.values()) or None
    populations = [one.population for one in strata]
    known = [one for one in populations if one is not None]
    return sum(known) if len(known) == len(populations) else None


def _departments(wave: Wave) -> Iterator[DepartmentDesign]:
    """Yield whom the wave asks about: the root first if there are general questions, then the wave's order."""
    codebook = codebook_of(wave.edition)
    wordings = wordings_of(codebook)
    if codebook.general.questions:
        root = root_department()
        yield DepartmentDesign(
            root.pk, root.code, root.names, True, tuple(_items(codebook.general, wordings))
        )
    covered = Coverage.objects.filter(wave=wave, department__parent__isnull=False).select_related(
        "department"
    )
    for one in covered.order_by("position", "id"):
        part = codebook.part(one.department.code)
        if part.questions:
            department = one.department
            yield DepartmentDesign(
                department.pk, department.code, department.names, False, tuple(_items(part, wordings))
            )


def _items(part: Part, wordings: Mapping[str, str]) -> Iterator[ItemDesign]:
    for item in part.items:
        yield ItemDesign(
            code=item.code,
            text=item.text,
            codes=item.codes,
            labels=dict(item.labels),
            scored=item.scored,
            headline=item.headline,
            dimension=item.dimension,
            weight=Decimal(item.weight),
            wording=wordings[item.question],
        )
