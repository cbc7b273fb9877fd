"""Files that residents send along: received, written anew, kept apart, and adopted when their answers are mixed.

What a file is, its content says, never its name, which is not kept. Photos are decoded and written anew from their
points alone, so that nothing of what a camera or a program put beside them goes on: place, time, device, remarks. A
PDF is kept as it is; who serves one must do so as an attachment, never to be shown on our own pages.

A file waits under a random handle, which only whoever sent it learns, and becomes an `Upload` in the transaction that
mixes the record naming it. Nothing else leads from one to the other.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from surveys.questionnaires.documents import Document
from surveys.questionnaires.question_types.file import DOCUMENT, LARGEST, PHOTO, File
from surveys.responses.collecting import WaveNotOpen
from surveys.responses.models import PendingUpload, Upload
from surveys.waves.models import Wave

# Points of a photo, so that opening it takes less than 200 MB: a WebP is decoded on a canvas of its own beside the
# frame, transparency and print colours take a fourth byte for each point wherever it is copied.
MOST_PIXELS = 25_000_000
MOST_PIXELS_OF_FOUR_BYTES = 16_000_000
MOST_PIXELS_OF_WEBP = 9_000_000
LONGEST_SIDE = 3000  # points; larger photos are made smaller
QUALITY = 85
MOST_PENDING = (
    500_000_000  # bytes that wait at one wave: mixing writes the table anew, and nobody fills the disk
)
KEPT_DAYS = 2

JPEG, PDF = "image/jpeg", "application/pdf"

# What decoders raise on bytes made to hurt them, besides what says that an image is too large.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    MemoryError,
    struct.error,
)

ADOPT = """
WITH taken AS (
    DELETE FROM surveys_pendingupload WHERE wave_id = %s AND handle = ANY(%s)
    RETURNING handle, wave_id, media_type, size, content
)
INSERT INTO surveys_upload (handle, wave_id, media_type, size, content)
SELECT * FROM taken ORDER BY gen_random_uuid()
ON CONFLICT (handle) DO NOTHING
"""
# Answers that were sent may wait in the inbox for longer than their file would.
PURGE = """
DELETE FROM surveys_pendingupload AS one
WHERE day < %s::date - %s AND NOT EXISTS (
    SELECT FROM surveys_inboxentry AS waiting
    WHERE waiting.wave_id = one.wave_id
      AND strpos(waiting.extras::text, replace(one.handle::text, '-', '')) > 0
)
"""
REWRITE = """
WITH taken AS (DELETE FROM surveys_upload WHERE wave_id = %s AND handle BETWEEN %s AND %s RETURNING *)
INSERT INTO surveys_upload SELECT * FROM taken ORDER BY gen_random_uuid()
"""


class FileRefused(ValueError):
    """A file that is not taken; nothing was stored. The message says why to the person who sent it."""


class Received(Protocol):
    """What is needed of a file in a form."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` of the next bytes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file without opening it: its size is in bytes."""

    media_type: str
    size: int
    is_pending: bool


def receive(wave_id: int, question: Mapping[str, Any], file: Received) -> str:
    """Keep a file sent for `question` and return its handle, 32 hexadecimal digits.

    Raises `FileRefused` when it is too large, of another kind than the question takes, broken or made to hurt, and
    `WaveNotOpen` when the wave takes no answers.
    """
    chosen = {**File.blank_settings, **question["settings"]}
    content = _read(file, min(chosen["max_bytes"], LARGEST))
    media_type, content = _examined(content, chosen["kinds"])
    wave = Wave.objects.only("status", "closes_at").get(pk=wave_id)
    if wave.status != Wave.Status.OPEN or wave.closes_at <= timezone.now():
        raise WaveNotOpen(Wave.Status.PLANNED if wave.status == Wave.Status.PLANNED else Wave.Status.CLOSED)
    waiting = PendingUpload.objects.filter(wave_id=wave_id).aggregate(bytes=Sum("size"))["bytes"] or 0
    if waiting + len(content) > MOST_PENDING:
        raise FileRefused(
            _("So many files are arriving just now that yours could not be kept. Please send it later.")
        )
    pending = PendingUpload.objects.create(
        handle=UUID(bytes=os.urandom(16)),
        wave_id=wave_id,
        media_type=media_type,
        size=len(content),
        content=content,
        day=timezone.localdate(),
    )
    return pending.handle.hex


def facts(handle: str) -> Facts | None:
    """Return what is known of the file with `handle`, or None when there is none. At most two queries."""
    for table in (PendingUpload, Upload):
        found = table.objects.filter(pk=UUID(hex=handle)).values_list("media_type", "size").first()
        if found:
            return Facts(*found, is_pending=table is PendingUpload)
    return None


def missing(wave_id: int, handles: Collection[str]) -> set[str]:
    """Return those of `handles` under which no file waits at the wave: purged, sent with other answers, or made up."""
    wanted = {UUID(hex=handle): handle for handle in handles}
    if not wanted:
        return set()
    waiting = PendingUpload.objects.filter(wave_id=wave_id, pk__in=wanted).values_list("pk", flat=True)
    return {handle for key, handle in wanted.items() if key not in set(waiting)}


def keys_in(document: Document) -> list[str]:
    """List the keys under which the extras of a document's records hold handles."""
    return [question["code"] for question in document["questions"] if question["type"] == File.name]


def adopt(wave_id: int, handles: Collection[str]) -> None:
    """Make files of records out of the pending ones with `handles`, shuffled; the transaction is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(ADOPT, [wave_id, [UUID(hex=handle) for handle in handles]])


def purge(today: date) -> int:
    """Forget the files whose answers were never sent, as a rule of `retention`; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(PURGE, [today, KEPT_DAYS])
        return int(cursor.rowcount)


def rewrite(wave_id: int, first: UUID, last: UUID) -> None:
    """Write the files with handles from `first` to `last` anew, shuffled; the transaction is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(REWRITE, [wave_id, first, last])


def _read(file: Received, most: int) -> bytes:
    """Return the content of a file of at most `most` bytes; whatever it says of its size, no more is read."""
    content = file.read(most + 1)
    if len(content) > most:
        raise FileRefused(
            _("The file is too large; at most %(size)s can be sent.") % {"size": filesizeformat(most)}
        )
    if not content:
        raise FileRefused(_("The file is empty. Please choose another."))
    return content


def _examined(content: bytes, kinds: Collection[str]) -> tuple[str, bytes]:
    """Return the media type and what is kept of `content`, if it is of one of `kinds`."""
    image = _image_format(content)
    if image and PHOTO in kinds:
        return JPEG, _written_anew(content, image)
    if DOCUMENT in kinds and content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]:
        return PDF, content
    if PHOTO in kinds and DOCUMENT in kinds:
        raise FileRefused(
            _("This is neither a photo (JPEG, PNG, WebP) nor a PDF. Please choose another file.")
        )
    if PHOTO in kinds:
        raise FileRefused(_("This is no photo in JPEG, PNG or WebP. Please choose another file."))
    raise FileRefused(_("This is no PDF. Please choose another file."))


def _image_format(content: bytes) -> str:
    """Return the format that the first bytes of an image tell, or ""."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def _written_anew(content: bytes, image_format: str) -> bytes:
    """Return an image as a JPEG made of nothing but its points, turned upright; of several frames the first."""
    try:
        with Image.open(BytesIO(content), formats=(image_format,)) as image:
            most = _most_pixels(image)
            if image.width * image.height <= most:
                return _points_of(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        most = MOST_PIXELS  # told by its first bytes alone
    except _BROKEN as error:
        raise FileRefused(_("The photo is damaged and cannot be opened. Please choose another.")) from error
    raise FileRefused(
        _("The photo has more than %(most)d million points. Please send a smaller one.")
        % {"most": most // 10**6}
    )


def _most_pixels(image: Image.Image) -> int:
    """Return how many points an image may have, by what its first bytes say of it."""
    if image.format == "WEBP":
        return MOST_PIXELS_OF_WEBP
    return MOST_PIXELS if len(image.getbands()) in (1, 3) else MOST_PIXELS_OF_FOUR_BYTES


def _points_of(image: Image.Image) -> bytes:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes a large JPEG at once as a smaller one
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # before anything that copies
    turned = ImageOps.exif_transpose(image)
    # A new image begins without what the old one carried beside its points; what is transparent becomes white.
    points = turned.convert("RGBA") if turned.has_transparency_data else turned.convert("RGB")
    plain = Image.new("RGB", points.size, "white")
    plain.paste(points, mask=points.getchannel("A") if points.mode == "RGBA" else None)
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
