"""Files are known by their content, lose what a camera adds, wait under a random handle, and move with their record."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from surveys.questionnaires.question_types.file import File
from surveys.responses import collecting, mixing, uploads
from surveys.responses.collecting import WaveNotOpen
from surveys.responses.models import InboxEntry, PendingUpload, Response, Upload
from surveys.responses.uploads import FileRefused
from surveys.waves import fielding
from surveys.waves.models import Wave

from .conftest import document, question, rating, two
from .test_collecting import a_sheet, a_token

Waves = Callable[..., Wave]
KIND = File()


def a_file_question(**settings: Any) -> dict[str, Any]:
    words = two("请发照片", "Send a photo")
    return question("photo", "file", "each", words, settings={**KIND.blank_settings, **settings})


WITH_FILES = document(rating("overall", headline=True), a_file_question(kinds=["photo", "document"]))


def an_image(fmt: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(written, fmt, **more)
    return written.getvalue()


def sent(content: bytes, name: str = "a.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    return a_wave(WITH_FILES)


def received(wave: Wave, content: bytes, name: str = "a.jpg", **settings: Any) -> PendingUpload:
    handle = uploads.receive(wave.pk, a_file_question(**settings), sent(content, name))
    return PendingUpload.objects.get(pk=UUID(hex=handle))


def refused(wave: Wave, content: bytes, name: str = "a.jpg", **settings: Any) -> str:
    with pytest.raises(FileRefused) as refusal:
        uploads.receive(wave.pk, a_file_question(**settings), sent(content, name))
    assert PendingUpload.objects.count() == 0
    assert str(refusal.value).endswith(".")
    return str(refusal.value)


def with_place_and_device() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Secretphone", "Model X", "2026:03:01 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 5.0, 59.0), 3: "W", 4: (94.0, 34.0, 42.0)})
    exif[0x0112] = 6  # to be turned by a quarter
    return an_image(
        exif=exif, comment=b"secret remark", icc_profile=b"secret profile", xmp=b"<x>secret xmp</x>"
    )


@pytest.mark.django_db
class TestPhotos:
    def test_place_time_and_device_are_taken_out_of_a_photo(self, wave: Wave) -> None:
        photo = with_place_and_device()
        assert b"Secretphone" in photo
        with Image.open(BytesIO(photo)) as before:
            assert before.getexif().get_ifd(0x8825)[2]
        kept = received(wave, photo)
        content = bytes(kept.content)
        with Image.open(BytesIO(content)) as after:
            assert dict(after.getexif()) == {}
            assert after.getexif().get_ifd(0x8825) == {}
            assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert after.size == (48, 64), "it is turned before it forgets that it must be"
        assert not re.search(b"secret|Model X|2026:03", content, re.IGNORECASE)
        assert (kept.media_type, kept.size) == ("image/jpeg", len(content))

    @pytest.mark.parametrize(
        ("fmt", "mode"),
        [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"),
         ("PNG", "I;16"), ("PNG", "1"), ("WEBP", "RGB"), ("WEBP", "RGBA")],
    )  # fmt: skip
    def test_every_kind_of_photo_becomes_a_plain_jpeg(self, wave: Wave, fmt: str, mode: str) -> None:
        kept = received(wave, an_image(fmt, mode=mode))
        with Image.open(BytesIO(bytes(kept.content))) as after:
            assert (after.format, after.mode, after.size) == ("JPEG", "RGB", (64, 48))

    def test_what_is_transparent_becomes_white(self, wave: Wave) -> None:
        kept = received(wave, an_image("PNG", mode="RGBA"))
        with Image.open(BytesIO(bytes(kept.content))) as after:
            assert after.getpixel((3, 3)) == (255, 255, 255)

    def test_texts_in_a_png_and_further_frames_are_left_behind(self, wave: Wave) -> None:
        from PIL.PngImagePlugin import PngInfo

        notes = PngInfo()
        notes.add_text("Author", "Secret Name")
        png = an_image("PNG", pnginfo=notes)
        assert b"Secret Name" in png
        assert b"Secret" not in bytes(received(wave, png).content)
        frames = BytesIO()
        first, second = Image.new("RGB", (9, 9), "red"), Image.new("RGB", (9, 9), "blue")
        first.save(frames, "WEBP", save_all=True, append_images=[second], lossless=True)
        with Image.open(BytesIO(bytes(received(wave, frames.getvalue()).content))) as after:
            assert getattr(after, "n_frames", 1) == 1
            red, _green, blue = after.getpixel((4, 4))  # type: ignore[misc]
            assert red > 200
            assert blue < 100

    def test_a_name_that_tells_another_kind_is_not_believed(self, wave: Wave) -> None:
        assert received(wave, an_image("PNG"), name="report.pdf").media_type == "image/jpeg"
        assert received(wave, an_image("JPEG"), name="x.html").media_type == "image/jpeg"

    def test_a_large_photo_is_made_smaller(self, wave: Wave) -> None:
        kept = received(wave, an_image(size=(6000, 4000)))
        with Image.open(BytesIO(bytes(kept.content))) as after:
            assert after.size == (3000, 2000)

    @pytest.mark.parametrize(("fmt", "most"), [("PNG", 25), ("WEBP", 9), ("JPEG", 25)])
    def test_a_photo_of_thirty_million_points_is_refused_unopened(
        self, wave: Wave, fmt: str, most: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bomb = an_image(fmt, size=(6000, 5000))
        assert len(bomb) < 1_000_000
        monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was opened"))
        assert f"{most} million points" in refused(wave, bomb)

    @pytest.mark.parametrize(
        ("fmt", "mode", "size", "most"),
        [
            ("WEBP", "RGB", (3001, 3000), 9),
            ("PNG", "RGBA", (4001, 4000), 16),
            ("JPEG", "CMYK", (4001, 4000), 16),
        ],
    )
    def test_what_takes_more_memory_to_open_may_have_fewer_points(
        self,
        wave: Wave,
        fmt: str,
        mode: str,
        size: tuple[int, int],
        most: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        large = an_image(fmt, mode=mode, size=size)
        monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was opened"))
        assert f"{most} million points" in refused(wave, large)

    def test_a_bomb_that_only_says_how_large_it_is_is_refused(self, wave: Wave) -> None:
        header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
        chunk = b"IHDR" + header
        png = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
        refused(wave, png + b"\x00\x00\x00\x00IEND\xaeB`\x82")

    @pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
    def test_a_photo_cut_off_anywhere_is_refused(self, wave: Wave, fmt: str) -> None:
        points = random.Random(1).randbytes(64 * 48 * 3)  # noqa: S311
        written = BytesIO()
        Image.frombytes("RGB", (64, 48), points).save(written, fmt)
        whole = written.getvalue()
        for part in (0.1, 0.3, 0.5, 0.7, 0.9):
            assert "damaged" in refused(wave, whole[: int(len(whole) * part)])

    def test_bytes_changed_at_random_never_end_in_a_fault(self, wave: Wave) -> None:
        chance = random.Random(4)  # noqa: S311
        wholes = [with_place_and_device(), an_image("PNG", mode="P"), an_image("WEBP", mode="RGBA")]
        outcomes = set()
        for number in range(150):
            broken = bytearray(wholes[number % 3])
            for _ in range(chance.choice((1, 3, 20))):
                broken[chance.randrange(12, len(broken))] = chance.randrange(256)
            try:
                uploads.receive(wave.pk, a_file_question(), sent(bytes(broken)))
                outcomes.add("kept")
            except FileRefused:
                outcomes.add("refused")
        assert outcomes == {"kept", "refused"}


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        "content",
        [
            b"<!doctype html><script>alert(1)</script>",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><svg/>",
            b"GIF89a\x01\x00\x01\x00;",
            b"BM" + bytes(60),
            b"II*\x00" + bytes(60),
            b"MZ\x90\x00" + bytes(60),
            b"PK\x03\x04" + bytes(60),
            b"#!/bin/sh\nrm -rf /",
            b"\x00" * 1000,
        ],
    )
    def test_what_is_neither_photo_nor_pdf_is_refused(self, wave: Wave, content: bytes) -> None:
        for name in ("photo.jpg", "photo.png", "paper.pdf", "a.svg"):
            refused(wave, content, name, kinds=["photo", "document"])

    def test_a_page_behind_the_first_bytes_of_a_photo_is_refused_or_lost(self, wave: Wave) -> None:
        page = b"<html><script>alert(1)</script>"
        for first in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"):
            assert "damaged" in refused(wave, first + page)
        assert page not in bytes(received(wave, an_image() + page).content)
        hidden = an_image(comment=page)
        assert page in hidden
        assert page not in bytes(received(wave, hidden).content)

    def test_a_page_before_a_pdf_is_refused(self, wave: Wave) -> None:
        refused(wave, b"<html>%PDF-1.7\n%%EOF", kinds=["document"])
        refused(wave, b"%PDF-1.7 without an end", kinds=["document"])

    def test_only_the_kinds_that_are_asked_for_are_taken(self, wave: Wave) -> None:
        pdf = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
        assert "no photo" in refused(wave, pdf, kinds=["photo"])
        assert "no PDF" in refused(wave, an_image(), kinds=["document"])
        kept = received(wave, pdf, kinds=["document"])
        assert (kept.media_type, bytes(kept.content)) == ("application/pdf", pdf)

    def test_a_file_larger_than_asked_for_is_refused_and_not_read_to_its_end(self, wave: Wave) -> None:
        class Endless:
            size = 10  # a lie
            read_so_far = 0

            def read(self, size: int = -1) -> bytes:
                self.read_so_far += size
                return b"\xff" * size

        endless = Endless()
        with pytest.raises(FileRefused, match="too large; at most 48"):
            uploads.receive(wave.pk, a_file_question(max_bytes=50_000), endless)
        assert endless.read_so_far == 50_001
        assert "empty" in refused(wave, b"")

    def test_no_file_is_taken_by_a_wave_that_is_not_open(self, a_wave: Waves) -> None:
        planned = a_wave(WITH_FILES, opened=False)
        with pytest.raises(WaveNotOpen):
            uploads.receive(planned.pk, a_file_question(), sent(an_image()))
        assert PendingUpload.objects.count() == 0

    def test_nobody_can_fill_the_disk(self, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads, "MOST_PENDING", 1500)
        while sum(PendingUpload.objects.values_list("size", flat=True)) < 1000:
            received(wave, an_image())
        with pytest.raises(FileRefused, match="send it later"):
            received(wave, an_image())


@pytest.mark.django_db
class TestHandles:
    def test_a_handle_is_a_clean_answer_and_leads_to_its_facts(self, wave: Wave) -> None:
        handle = uploads.receive(wave.pk, a_file_question(), sent(an_image()))
        assert KIND.clean(a_file_question(), handle) == handle
        facts = uploads.facts(handle)
        assert facts is not None
        assert (facts.media_type, facts.is_pending) == ("image/jpeg", True)
        assert facts.size == PendingUpload.objects.get().size
        assert uploads.facts("0" * 32) is None

    def test_handles_are_of_full_randomness(self, wave: Wave) -> None:
        handles = [int(uploads.receive(wave.pk, a_file_question(), sent(an_image())), 16) for _ in range(40)]
        for bit in range(128):
            assert 0 < sum(handle >> bit & 1 for handle in handles) < 40

    def test_a_handle_of_another_wave_or_of_nothing_is_missing(self, wave: Wave, a_wave: Waves) -> None:
        other = a_wave(WITH_FILES, slug="other")
        handle = uploads.receive(wave.pk, a_file_question(), sent(an_image()))
        assert uploads.missing(wave.pk, [handle]) == set()
        assert uploads.missing(other.pk, [handle]) == {handle}
        assert uploads.missing(wave.pk, [handle, "0" * 32]) == {"0" * 32}
        assert uploads.missing(wave.pk, []) == set()


def answered(wave: Wave, content: bytes) -> str:
    """Let somebody answer about Parks with a photo; return its handle."""
    handle = uploads.receive(wave.pk, a_file_question(), sent(content))
    collecting.submit(a_sheet(wave, {"parks": {"overall": 4, "photo": handle}}), token=a_token(wave))
    return handle


@pytest.mark.django_db
class TestAdopting:
    def test_mixing_a_record_makes_its_file_a_new_row_of_the_batch(self, wave: Wave, settings: Any) -> None:
        settings.MIXING_MIN_BATCH = 3
        handles = {answered(wave, an_image(size=(20 + n, 20))) for n in range(3)}
        abandoned = uploads.receive(wave.pk, a_file_question(), sent(an_image()))
        contents = dict(PendingUpload.objects.values_list("handle", "content"))
        mixing.mix_due()
        assert {one.handle.hex for one in Upload.objects.all()} == handles
        assert all(bytes(one.content) == bytes(contents[one.handle]) for one in Upload.objects.all())
        assert [one.handle.hex for one in PendingUpload.objects.all()] == [abandoned]
        assert {one.extras["photo"] for one in Response.objects.all() if one.extras} == handles
        facts = uploads.facts(handles.pop())
        assert facts is not None
        assert not facts.is_pending

    def test_records_without_files_are_mixed_as_ever(self, wave: Wave, settings: Any) -> None:
        settings.MIXING_MIN_BATCH = 1
        collecting.submit(a_sheet(wave, {"parks": {"overall": 4}}), token=a_token(wave))
        assert mixing.mix_due() == 1
        assert Upload.objects.count() == 0

    def test_files_never_sent_are_purged_after_two_days(self, wave: Wave, settings: Any) -> None:
        settings.MIXING_MIN_BATCH, settings.MIXING_MAX_AGE_SECONDS = 100, 10**6
        waiting = answered(wave, an_image())
        uploads.receive(wave.pk, a_file_question(), sent(an_image()))
        PendingUpload.objects.update(day=timezone.localdate() - timedelta(days=3))
        fresh = uploads.receive(wave.pk, a_file_question(), sent(an_image()))
        assert uploads.purge(timezone.localdate()) == 1
        assert InboxEntry.objects.count() == 1
        assert {one.handle.hex for one in PendingUpload.objects.all()} == {waiting, fresh}

    def test_settling_writes_files_anew_and_forgets_what_was_never_sent(
        self, wave: Wave, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.MIXING_MIN_BATCH = 1
        monkeypatch.setattr(mixing, "MOST_FILES_REWRITTEN", 2)
        for number in range(5):
            answered(wave, an_image(size=(20 + number, 20)))
            mixing.mix_due()
        uploads.receive(wave.pk, a_file_question(), sent(an_image()))
        before = dict(Upload.objects.values_list("handle", "content"))
        places = _places()
        fielding.close_wave(wave, by=None)
        mixing.settle(wave.pk)
        after = dict(Upload.objects.values_list("handle", "content"))
        assert {key: bytes(value) for key, value in after.items()} == {
            key: bytes(value) for key, value in before.items()
        }
        assert not set(places) & set(_places())
        assert PendingUpload.objects.count() == 0


def _places() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM surveys_upload")
        return [place for (place,) in cursor.fetchall()]
