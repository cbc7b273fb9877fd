"""What a codebook says of the design of a past wave: its method, margins, clusters, dates, and which rows are of it.

Numbers may be written as JSON numbers or as decimal strings; they are kept as decimal strings, as everywhere.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.questionnaires.shapes import DECIMAL
from surveys.waves.declaring import wrong_method
from surveys.waves.margins import CategoryPlan, MarginPlan
from surveys.waves.models import Klass, default_method
from surveys.waves.past_files import CODEBOOK, Faults, Words

DECIMALS = ("level", "widest_interval", "target", "smallest_change", "trim")
EARLIEST = date(1900, 1, 1)

_iso_date = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class PastMargin:
    """A margin, and the column whose values are its categories."""

    column: str
    plan: MarginPlan


@dataclass(frozen=True, slots=True)
class PastClusters:
    """The column that holds each person's cluster, and how many clusters there are in a stratum, where known."""

    column: str
    population: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PastDesign:
    """How a past wave was drawn and is to be judged."""

    method: Mapping[str, Any]  # what differs from the default one
    margins: tuple[PastMargin, ...]
    clusters: PastClusters | None
    where: tuple[str, str] | None  # column and value of the rows that are of this wave; None: all are
    dates: tuple[date, date] | None  # first and last day of asking; None: the file does not say

    @property
    def plans(self) -> tuple[MarginPlan, ...]:
        """The margins as a wave declares them."""
        return tuple(one.plan for one in self.margins)


def with_method(codebook: Mapping[str, Any], chosen: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the codebook with these settings of the method in the place of its own."""
    own = codebook.get("method", {})
    return {**codebook, "method": {**own, **chosen}} if chosen and isinstance(own, dict) else codebook


def closed_on(codebook: Mapping[str, Any], day: str | None) -> Mapping[str, Any]:
    """Return the codebook with this last day of asking, where it gives no dates of its own."""
    return (
        {**codebook, "dates": {"opened": day, "closed": day}} if day and "dates" not in codebook else codebook
    )


def wrong_target(given: str) -> Sequence[Words]:
    """Return what does not hold in a benchmark that was given beside the codebook."""
    method = {**default_method(), "target": given}
    return wrong_method(method, klass=Klass.IMPORTED, margins=()).get("target", ())


def read_design(given: Mapping[str, Any], faults: Faults) -> PastDesign:
    """Return the design that a codebook gives."""
    margins = _margins(given.get("margins"), faults)
    plans = tuple(one.plan for one in margins)
    return PastDesign(
        method=_method(given.get("method", {}), plans, faults),
        margins=margins,
        clusters=_clusters(given.get("clusters"), faults),
        where=_where(given.get("where"), faults),
        dates=_dates(given.get("dates"), faults),
    )


def decimal_string(value: Any) -> Any:
    """Return a JSON number as the decimal string that it stands for, and anything else as it is."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _method(given: Any, plans: tuple[MarginPlan, ...], faults: Faults) -> dict[str, Any]:
    if not isinstance(given, dict):
        faults.add(CODEBOOK, _("“method” must map settings of the method to their values."), column="method")
        return {}
    method = dict(given)
    for name in method.keys() & set(DECIMALS):
        method[name] = decimal_string(method[name])
    standard = method.get("standard")
    if isinstance(standard, dict) and isinstance(standard.get("shares"), dict):
        shares = {code: decimal_string(share) for code, share in standard["shares"].items()}
        method["standard"] = {**standard, "shares": shares}
    for messages in wrong_method(
        {**default_method(), **method}, klass=Klass.IMPORTED, margins=plans
    ).values():
        for message in messages:
            faults.add(CODEBOOK, message, column="method")
    return method


def _margins(given: Any, faults: Faults) -> tuple[PastMargin, ...]:
    if given is None:
        return ()
    if not isinstance(given, dict):
        faults.add(
            CODEBOOK, _("“margins” must give, for each margin, “column” and “categories”."), column="margins"
        )
        return ()
    found = []
    for code, described in given.items():
        column = described.get("column") if isinstance(described, dict) else None
        categories = described.get("categories") if isinstance(described, dict) else None
        if not isinstance(column, str) or not column or not isinstance(categories, dict):
            faults.add(CODEBOOK, _("The margin needs its “column” and its “categories”."), column=code)
            continue
        plans = []
        for label, residents in categories.items():
            written = decimal_string(residents)
            if not label or any(DECIMAL.flaws(written)) or Decimal(written) <= 0:
                message = _("Each category needs a name and its residents, a number above 0.")
                faults.add(CODEBOOK, message, column=code, value=f"{label}: {residents}")
            else:
                plans.append(CategoryPlan(label, {"zh-hans": label, "en": label}, Decimal(written)))
        found.append(PastMargin(column, MarginPlan(code, _names(described, code), "", tuple(plans))))
    return tuple(found)


def _names(described: Mapping[str, Any], code: str) -> dict[str, str]:
    """Return the name of a margin, which is its code unless the codebook gives another."""
    given = described.get("name")
    names = given if isinstance(given, dict) else {"zh": given or code, "en": given or code}
    return {
        "zh-hans": str(names.get("zh") or names.get("zh-hans") or code),
        "en": str(names.get("en") or code),
    }


def _clusters(given: Any, faults: Faults) -> PastClusters | None:
    if given is None:
        return None
    column = given.get("column") if isinstance(given, dict) else None
    population = given.get("population", {}) if isinstance(given, dict) else None
    if not isinstance(column, str) or not column or not isinstance(population, dict):
        faults.add(
            CODEBOOK,
            _("“clusters” must give its “column”, and may give the “population” of clusters by stratum."),
            column="clusters",
        )
        return None
    for stratum, number in population.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            message = _("The number of clusters must be a positive whole number.")
            faults.add(CODEBOOK, message, column="clusters", value=f"{stratum}: {number}")
    return PastClusters(column, population)


def _where(given: Any, faults: Faults) -> tuple[str, str] | None:
    if given is None:
        return None
    column = given.get("column") if isinstance(given, dict) else None
    value = decimal_string(given.get("value")) if isinstance(given, dict) else None
    if not isinstance(column, str) or not column or not isinstance(value, str):
        faults.add(
            CODEBOOK, _("“where” must give a “column” and the “value” of this wave’s rows."), column="where"
        )
        return None
    return column, value


def _dates(given: Any, faults: Faults) -> tuple[date, date] | None:
    if given is None:
        return None
    days: list[date] = []
    for key in ("opened", "closed"):
        written = given.get(key) if isinstance(given, dict) else None
        day = None
        if isinstance(written, str) and _iso_date.fullmatch(written):
            with suppress(ValueError):
                day = date.fromisoformat(written)
        if day is None or day < EARLIEST:
            message = _("“dates” must give “opened” and “closed” as days that there are, such as 2021-07-01.")
            faults.add(CODEBOOK, message, column=f"dates: {key}", value=str(written or ""))
        elif day > timezone.localdate():
            faults.add(CODEBOOK, _("This day is still to come."), column=f"dates: {key}", value=written or "")
        else:
            days.append(day)
    if len(days) < 2:
        return None
    opened, closed = days
    if opened > closed:
        message = _("The wave closed before it opened: these dates are the wrong way round.")
        faults.add(CODEBOOK, message, column="dates", value=f"{opened} – {closed}")
        return None
    return opened, closed
