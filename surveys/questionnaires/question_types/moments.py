"""A day, or a time of day.

Kept as ISO 8601 ("2026-03-01", "09:05"), which expressions can compare. Typed by hand, several forms are read, but only
such as can be read in one way: 3/1/2026 is two different days, depending on who reads it, and is refused.
"""

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Question,
    QuestionType,
    Settings,
    each_of,
)
from surveys.questionnaires.shapes import Matching, Record

TODAY = "today"
EARLIEST_YEAR = 1800
LONGEST_TYPED = 40

_iso_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_typed_day = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})| ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]"
    r"|([0-9]{2})([0-9]{2}))",
    re.ASCII,
)
_iso_time = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_typed_time = re.compile(r"([0-9]{1,2}) ?[:点时] ?([0-9]{2})(?: ?分|:00)?", re.ASCII)


class _Moment(QuestionType):
    """What a date and a time have in common: bounds, and a field that browsers help to fill in."""

    family = "numbers"
    coded = False
    blank_settings: ClassVar[Settings] = {"min": "", "max": ""}

    @abstractmethod
    def _read(self, typed: str) -> str | None:
        """Return the ISO form of what was typed, or None when it cannot be read in exactly one way."""

    @abstractmethod
    def _is_real(self, written: str) -> bool:
        """Say whether a text is the ISO form of a moment that exists."""

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read what browsers send, and what people type where browsers do not help."""
        value = super().from_form(question, values)
        if not isinstance(value, str) or len(value) > LONGEST_TYPED:
            return value
        plain = "".join(map(_digit, unicodedata.normalize("NFKC", value))).strip()
        return (self._read(plain) or value) if plain else None

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the fixed bounds, and whether the browser's own field can show what was typed."""
        settings = question["settings"]
        typed = next(iter(fields.get("", ())), "")
        # A drawing is kept for days, so that “today” is no bound that it can state.
        bounds = {
            f"bound_{end}": settings.get(end, "") if self._is_real(settings.get(end, "")) else ""
            for end in ("min", "max")
        }
        return {"is_native": not typed or self._is_real(typed), **bounds}


class Date(_Moment):
    """A day."""

    name = "date"
    label = gettext_lazy("Date")
    purpose = gettext_lazy("A day, if you like not before or not after a given one or today.")
    answer = "a day as a string, “YYYY-MM-DD”"
    template = "surveys/questionnaires/types/date.html"
    settings_shape = Record(
        optional={
            "min": Matching("^(today|[0-9]{4}-[0-9]{2}-[0-9]{2})?$", "2026-01-31", 10),
            "max": Matching("^(today|[0-9]{4}-[0-9]{2}-[0-9]{2})?$", "today", 10),
        }
    )
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Earliest day (YYYY-MM-DD or “today”)"),
        "max": gettext_lazy("Latest day (YYYY-MM-DD or “today”)"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, "2026-03-01", "2026-03-01"),
        ({}, "2024-02-29", "2024-02-29"),
        ({}, None, None),
        ({"min": "2026-01-01", "max": "2026-12-31"}, "2026-12-31", "2026-12-31"),
        ({"max": "today"}, "2020-01-01", "2020-01-01"),
        ({"min": "today"}, "9999-12-31", "9999-12-31"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {}, "2026-3-1", "2026/03/01", "2026-02-29", "2026-13-01", "0000-01-01", "1799-12-31", "today", ""
        ),
        *each_of(
            {},
            20260301,
            1.5,
            True,
            [],
            ["2026-03-01"],
            {},
            "２０２６-03-01",
            "2026-03-01T10:00",
            "1" * 100_000,
        ),
        *each_of({}, "<b>2026-03-01</b>", "2026-03-01\x00", "2026-03-01\n"),
        ({"min": "2026-01-01"}, "2025-12-31"),
        ({"max": "2026-01-01"}, "2026-01-02"),
        ({"max": "today"}, "9999-12-31"),
        ({"min": "today"}, "2020-01-01"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the day in ISO form, or None."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not self._is_real(raw):
            raise AnswerError(_("Write a day that exists as year, month and day, such as 2026-03-01."))
        least, latest = (_bound(question["settings"].get(end, "")) for end in ("min", "max"))
        if least and raw < least:
            raise AnswerError(_("The day must not be before %(day)s.") % {"day": least})
        if latest and raw > latest:
            raise AnswerError(_("The day must not be after %(day)s.") % {"day": latest})
        return raw

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield bounds that are no days, and such as no day keeps."""
        bounds = [settings.get("min", ""), settings.get("max", "")]
        for bound in bounds:
            if bound not in ("", TODAY) and not self._is_real(bound):
                yield _("There is no day “%(day)s”.") % {"day": bound}
        if all(map(self._is_real, bounds)) and bounds[0] > bounds[1]:
            yield _("The earliest day is after the latest.")

    def _read(self, typed: str) -> str | None:
        found = _typed_day.fullmatch(typed)
        if found is None:
            return None
        year, _sign, *parts = found.groups()
        month, day = (part for part in parts if part is not None)
        written = f"{year}-{month:0>2}-{day:0>2}"
        return written if self._is_real(written) else None

    def _is_real(self, written: str) -> bool:
        if not _iso_day.fullmatch(written):
            return False
        try:
            return date.fromisoformat(written).year >= EARLIEST_YEAR
        except ValueError:
            return False


class Time(_Moment):
    """A time of day."""

    name = "time"
    label = gettext_lazy("Time of day")
    purpose = gettext_lazy("Hour and minute, for instance of a visit.")
    answer = "hour and minute as a string, “HH:MM”, from 00:00 to 23:59"
    template = "surveys/questionnaires/types/time.html"
    settings_shape = Record(
        optional={
            "min": Matching("^(([01][0-9]|2[0-3]):[0-5][0-9])?$", "08:30", 5),
            "max": Matching("^(([01][0-9]|2[0-3]):[0-5][0-9])?$", "17:30", 5),
        }
    )
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "min": gettext_lazy("Earliest time (HH:MM)"),
        "max": gettext_lazy("Latest time (HH:MM)"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({}, "09:05", "09:05"),
        ({}, "00:00", "00:00"),
        ({}, "23:59", "23:59"),
        ({}, None, None),
        ({"min": "08:30", "max": "17:30"}, "17:30", "17:30"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {}, "9:05", "24:00", "09:60", "0905", "09:05:00", "9 am", "", "09:05 ", "09：05", "9" * 100_000
        ),
        *each_of({}, 905, 9.05, True, [], ["09:05"], {}, "09:05\x00"),
        ({"min": "08:30"}, "08:29"),
        ({"max": "17:30"}, "17:31"),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the time as HH:MM, or None."""
        if raw is None:
            return None
        if not isinstance(raw, str) or not self._is_real(raw):
            raise AnswerError(_("Write hour and minute, from 00:00 to 23:59, such as 14:30."))
        least, latest = (question["settings"].get(end, "") for end in ("min", "max"))
        if least and raw < least:
            raise AnswerError(_("The time must not be before %(time)s.") % {"time": least})
        if latest and raw > latest:
            raise AnswerError(_("The time must not be after %(time)s.") % {"time": latest})
        return raw

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield bounds that no time keeps."""
        least, latest = settings.get("min", ""), settings.get("max", "")
        if least and latest and least > latest:
            yield _("The earliest time is after the latest.")

    def _read(self, typed: str) -> str | None:
        found = _typed_time.fullmatch(typed)
        written = f"{found[1]:0>2}:{found[2]}" if found else ""
        return written if self._is_real(written) else None

    def _is_real(self, written: str) -> bool:
        return _iso_time.fullmatch(written) is not None


def _bound(bound: str) -> str:
    """Return a bound as a day; today is that of the place, and only the day is ever looked at."""
    return timezone.localdate().isoformat() if bound == TODAY else bound


def _digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
