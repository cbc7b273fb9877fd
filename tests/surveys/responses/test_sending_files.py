"""Files that go along with answers, over the page and by program."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from surveys.responses import uploads
from surveys.responses.models import InboxEntry, PendingUpload
from surveys.responses.views import files
from surveys.waves.models import Wave

from .conftest import document, question, rating, two
from .forms import form_of
from .test_turning import PAGE, page, turn

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]


class TestFiles:
    DOC = document(
        rating("overall", headline=True),
        question("photo", "file", "parks", two("照片？", "A photo?")),
        page("p2"),
        question("why", "long_text", "general", two("？", "Why?")),
    )

    def test_a_photo_goes_along_from_page_to_page_and_is_stored_under_its_handle(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        wave = a_wave(self.DOC)
        second = turn(rosa, rosa.get(PAGE), parks__overall="2", parks__photo=a_photo())
        (handle,) = form_of(second).fields["parks.photo"]
        turn(rosa, second, "send", general__why="see the photo")
        assert InboxEntry.objects.get(department__code="parks").extras == {"photo": handle}
        assert uploads.facts(handle)
        again = rosa.get(PAGE)
        refused = turn(rosa, again, parks__overall="2", parks__photo="0" * 32)
        assert refused.status_code == 422
        assert "not here any more" in refused.content.decode()
        assert PendingUpload.objects.filter(wave=wave).count() == 1

    def test_a_photo_stays_when_the_page_comes_again_and_its_field_is_left_alone(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave(self.DOC)
        again = turn(rosa, rosa.get(PAGE), "stay", parks__overall="2", parks__photo=a_photo())
        handle = form_of(again).fields["parks.photo"][0]
        second = turn(rosa, again, parks__photo=[handle, ""])  # as browsers send it: the handle, then no file
        assert second.status_code == 200
        turn(rosa, second, "send", general__why="see the photo")
        assert InboxEntry.objects.get(department__code="parks").extras == {"photo": handle}

    def test_what_is_no_photo_is_refused_and_the_rest_stays(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(self.DOC)
        page_ = SimpleUploadedFile("cat.jpg", b"<html><script>alert(1)</script>", "image/jpeg")
        again = turn(rosa, rosa.get(PAGE), parks__overall="2", parks__photo=page_)
        assert again.status_code == 422
        assert form_of(again).fields["parks.overall"] == ["2"]
        assert not PendingUpload.objects.exists()

    def test_one_form_sends_few_files_and_none_after_it_was_taken(
        self, rosa: Client, a_wave: Waves, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "MOST_OF_A_FORM", 3)
        wave = a_wave(self.DOC)
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]

        def send() -> int:
            body = {"token": token, "question": "parks.photo", "file": a_photo()}
            return rosa.post("/api/v1/waves/city-2026/files/", body).status_code

        assert [send() for _time in range(5)] == [201, 201, 201, 400, 400]
        assert PendingUpload.objects.filter(wave=wave).count() == 3
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
        body = {"token": token, "answers": {"parks": {"overall": 1}}}
        rosa.post("/api/v1/waves/city-2026/responses/", body, content_type="application/json")
        assert send() == 400

    def test_a_program_sends_the_file_first(self, rosa: Client, a_wave: Waves) -> None:
        a_wave(self.DOC)
        token = rosa.get("/api/v1/waves/city-2026/form/").json()["token"]
        sent = rosa.post(
            "/api/v1/waves/city-2026/files/", {"token": token, "question": "parks.photo", "file": a_photo()}
        )
        assert sent.status_code == 201, sent.content
        answers = {"parks": {"overall": 1, "photo": sent.json()["handle"]}}
        body = {"token": token, "answers": answers}
        taken = rosa.post("/api/v1/waves/city-2026/responses/", body, content_type="application/json")
        assert taken.status_code == 201
        wrong = rosa.post(
            "/api/v1/waves/city-2026/files/", {"token": token, "question": "parks.overall", "file": a_photo()}
        )
        assert wrong.status_code == 400


def a_photo() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    return SimpleUploadedFile("photo.jpg", content.getvalue(), "image/jpeg")
