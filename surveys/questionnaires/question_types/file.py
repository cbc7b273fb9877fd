"""A photo or a document. The file itself is received and kept apart; the answer is the random handle it is found by.

Whether a handle leads to a file is not known here but in `surveys.responses.uploads`, which also takes the place,
the device and the time out of photos.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

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
from surveys.questionnaires.shapes import ListOf, OneOf, Record, Whole

LARGEST = 5 * 2**20  # bytes
PHOTO, DOCUMENT = "photo", "document"
KINDS = (PHOTO, DOCUMENT)

# What browsers offer to choose from; what a file is, its content says.
OFFERED_TYPES: Mapping[str, str] = {
    PHOTO: "image/jpeg,image/png,image/webp",
    DOCUMENT: "application/pdf",
}

_handle = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ONE = "0f" * 16


class File(QuestionType):
    """A file that residents send along."""

    name = "file"
    label = gettext_lazy("Photo or document")
    purpose = gettext_lazy("A photo (JPEG, PNG, WebP) or a PDF; place and time are taken out of photos.")
    answer = "the handle of a file received before, as a string of 32 hexadecimal digits"
    template = "surveys/questionnaires/types/file.html"
    family = "evidence"
    coded = False
    may_be_required = False
    takes_file = True
    warning: ClassVar[str | Promise] = gettext_lazy(
        "Photos and documents show people, names and number plates. Ask for them only if somebody will look at them."
    )
    settings_shape = Record(
        optional={"kinds": ListOf(OneOf(KINDS), most=2), "max_bytes": Whole(10_000, LARGEST)}
    )
    blank_settings: ClassVar[Settings] = {"kinds": [PHOTO], "max_bytes": LARGEST}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "kinds": gettext_lazy("What may be sent"),
        "kinds.photo": gettext_lazy("Photos (JPEG, PNG, WebP)"),
        "kinds.document": gettext_lazy("Documents (PDF)"),
        "max_bytes": gettext_lazy("Largest size, in bytes"),
    }

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (({}, _ONE, _ONE), ({}, None, None))
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of(
            {},
            "",
            "photo.jpg",
            _ONE.upper(),
            _ONE + "0",
            _ONE[1:],
            f" {_ONE}",
            f"{_ONE}\n",
            "../../etc/passwd",
        ),
        *each_of(
            {}, 5, 1.5, True, [], [_ONE], {}, "f" * 100_000, "<svg onload=alert(1)>", "０" * 32, "\x00" * 32
        ),
    )

    def clean(self, question: Question, raw: Any) -> Any:
        """Return the handle, or None."""
        if raw is None or (isinstance(raw, str) and _handle.fullmatch(raw)):
            return raw
        raise AnswerError(_("This is no file that was received here. Please choose it again."))

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Read the handle; a file field that was left alone comes along as an empty value beside it."""
        return super().from_form(question, [value for value in values if value])

    def read(self, question: Question, fields: Fields) -> Any:
        """Read the handle of a file that was received, unless it is to be taken away again."""
        return None if fields.get("remove") else self.from_form(question, fields.get("", ()))

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the handle and the tick that takes it away."""
        return ("", "remove")

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return a sign that something was sent; the handle is nobody's business."""
        return "✓"

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return what may be chosen, how large it may be, and the file received before."""
        settings = {**self.blank_settings, **question["settings"]}
        handle = next(filter(None, fields.get("", ())), "")
        return {
            "handle": handle if _handle.fullmatch(handle) and not fields.get("remove") else "",
            "offered": ",".join(OFFERED_TYPES[kind] for kind in settings["kinds"]),
            "takes_photos": PHOTO in settings["kinds"],
            "takes_documents": DOCUMENT in settings["kinds"],
            "most": settings["max_bytes"],
        }

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield that nothing may be sent."""
        if not settings.get("kinds", (PHOTO,)):
            yield _("Say what may be sent: photos, documents, or both.")
