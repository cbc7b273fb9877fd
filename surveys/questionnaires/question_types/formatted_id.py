"""A number or code that is made by a rule: of a case, an organisation, a person.

A designer's own pattern is searched for with RE2, in time linear in what was typed. Two numbers that everybody in
China knows are ready made, with their check digits: that of an organisation (GB 32100-2015) and that of a person
(GB 11643-1999). The latter tells who somebody is, when and where they were born; it needs a stated purpose.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import in_language, language_name
from surveys.questionnaires.logic.expressions import LONGEST_PATTERN, BadPattern, compiled
from surveys.questionnaires.question_types.base import (
    AnswerError,
    Fields,
    Question,
    QuestionType,
    Settings,
    each_of,
)
from surveys.questionnaires.shapes import OneOf, Record, Words, holds_unstorable, text_of

ORGANISATION = "organisation"
RESIDENT = "resident"
LONGEST = 60
EXAMPLES: Mapping[str, str] = {ORGANISATION: "91350100M000100Y43", RESIDENT: "11010519491231002X"}

_organisation = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}", re.ASCII)
_resident = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table 2
_ARCHIVE = {"pattern": "[A-Z]{2}-[0-9]{6}", "example": "TS-202603"}


class FormattedId(QuestionType):
    """A code that keeps a pattern."""

    name = "formatted_id"
    label = gettext_lazy("Number or code of a given form")
    purpose = gettext_lazy(
        "The number of a case, a credit code, an id: checked while it is typed, kept as text."
    )
    answer = "a string that keeps the pattern; letters of ready-made forms in upper case"
    template = "surveys/questionnaires/types/formatted_id.html"
    family = "texts"
    coded = False
    may_be_required = False
    warning: ClassVar[str | Promise] = gettext_lazy(
        "Such a number can lead to a person or an organisation. Ask for it only if you could not do without."
    )
    settings_shape = Record(
        optional={
            "preset": OneOf(("", ORGANISATION, RESIDENT)),
            "pattern": Words(LONGEST_PATTERN),
            "example": Words(LONGEST),
            "purpose": text_of(500),
        }
    )
    blank_settings: ClassVar[Settings] = {"preset": "", "pattern": "", "example": "", "purpose": {}}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "preset": gettext_lazy("Ready-made form"),
        "preset.": gettext_lazy("none: by the pattern"),
        "preset.organisation": gettext_lazy("Unified social credit code"),
        "preset.resident": gettext_lazy("Resident identity number"),
        "pattern": gettext_lazy("Pattern, such as [A-Z]{2}-[0-9]{6}"),
        "example": gettext_lazy("Example that is shown"),
        "purpose": gettext_lazy("What it is needed for, shown to residents"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        (_ARCHIVE, "TS-202603", "TS-202603"),
        (_ARCHIVE, "  TS-202603 ", "TS-202603"),
        (_ARCHIVE, " ", None),
        (_ARCHIVE, None, None),
        ({"pattern": "(a+)+b"}, "aaab", "aaab"),
        ({"preset": ORGANISATION}, "91350100M000100Y43", "91350100M000100Y43"),
        ({"preset": ORGANISATION}, "９1350100m000100y43", "91350100M000100Y43"),
        ({"preset": RESIDENT}, "11010519491231002x", "11010519491231002X"),
        ({"preset": RESIDENT}, "440524188001010014", "440524188001010014"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            _ARCHIVE, "TS-20260", "ts-202603", "TS-202603 x", "<TS-202603>", "TS-\x00202603", "TS-202603\nA"
        ),
        *each_of(_ARCHIVE, 5, 1.5, True, [], ["TS-202603"], {}, "T" * 100_000, "\ud800"),
        ({"pattern": "(a+)+b"}, "a" * 60),
        *each_of({"pattern": "(a|aa)*c"}, "a" * 60, "a" * 100_000),
        *each_of({"pattern": "(unclosed"}, "unclosed"),
        *each_of({"preset": ORGANISATION}, "91350100M000100Y44", "91350100I000100Y43", "91350100M000100Y4"),
        *each_of(
            {"preset": RESIDENT}, "110105194912310021", "11010519491331002X", "440524188001010013", "1" * 18
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the code in NFKC without spaces around it, or None."""
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise AnswerError(_("Write a text here."))
        preset = question["settings"].get("preset", "")
        code = unicodedata.normalize("NFKC", raw).strip() if len(raw) <= 4 * LONGEST else raw
        code = code.upper() if preset else code
        if not code:
            return None
        fits = len(code) <= LONGEST and not holds_unstorable(code) and "\n" not in code
        if not fits or not self._keeps(code, preset, question["settings"].get("pattern", "")):
            raise AnswerError(self._refusal(question["settings"]))
        return code

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return the example and the purpose."""
        settings = question["settings"]
        return {
            "example": "" if settings.get("preset") else settings.get("example", ""),
            "purpose": in_language(settings.get("purpose", {}), language),
        }

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with pattern and example, and an identity number asked for without a purpose."""
        preset, pattern = settings.get("preset", ""), settings.get("pattern", "")
        example, purpose = settings.get("example", ""), settings.get("purpose", {})
        if preset == RESIDENT and not any(purpose.get(language) for language in languages):
            yield _(
                "An identity number tells who answered, where and when they were born: this ends anonymity. "
                "If a law or a service needs it, say in “what it is needed for” which one; else leave the question out."
            )
        elif any(purpose.get(language) for language in languages):
            for language in languages:
                if not purpose.get(language):
                    yield _("What it is needed for is not said in %(language)s.") % {
                        "language": language_name(language)
                    }
        if preset and pattern:
            yield _("Choose a ready-made form or write a pattern, not both.")
        if preset:
            return
        if not pattern:
            yield _("Write a pattern, or choose a ready-made form.")
            return
        try:
            compiled(pattern)
        except BadPattern as bad:
            yield _("“%(pattern)s” is no pattern that can be searched for: %(reason)s.") % {
                "pattern": pattern,
                "reason": bad,
            }
            return
        if not example:
            yield _("Give an example, so that residents see what is meant.")
        elif not self._keeps(example, "", pattern):
            yield _("The example “%(example)s” does not keep the pattern itself.") % {"example": example}

    def _keeps(self, code: str, preset: str, pattern: str) -> bool:
        if preset == ORGANISATION:
            return is_organisation_code(code)
        if preset == RESIDENT:
            return is_resident_number(code)
        try:
            return compiled(pattern).keeps(code) is True
        except (BadPattern, UnicodeEncodeError):
            return False

    def _refusal(self, settings: Settings) -> str:
        if settings.get("preset") == ORGANISATION:
            return _(
                "This is no unified social credit code: that has 18 digits and letters, the last one a check."
            )
        if settings.get("preset") == RESIDENT:
            return _(
                "This is no identity number: it has 18 digits, the last of which is a check and may be X."
            )
        if settings.get("example"):
            return _("This has not the form that is asked for. Write it like “%(example)s”.") % {
                "example": settings["example"]
            }
        return _("This has not the form that is asked for.")


def is_organisation_code(code: str) -> bool:
    """Say whether `code` is a unified social credit code: its last sign checks the others (GB 32100-2015 §5.3)."""
    if not _organisation.fullmatch(code):
        return False
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _SIGNS.index(code[17]) == -total % 31


def is_resident_number(code: str) -> bool:
    """Say whether `code` is a resident's number: a real day of birth, and a check digit (GB 11643-1999 §4.3)."""
    if not _resident.fullmatch(code):
        return False
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(code[:17]))
    return code[17] == "10X98765432"[total % 11]
