"""Files come in where an office form takes them, from whoever is signed in, and as far as it takes them."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse

from survey_project import files_taken
from surveys.people.models import User

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that were begun on the disk."""
    begun: list[str] = []
    made = TemporaryUploadedFile

    def begin(name: str, *args: Any) -> Any:
        begun.append(name)
        return made(name, *args)

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", begin)
    return begun


def test_no_file_of_a_stranger_or_to_a_page_that_asks_for_none_reaches_the_disk(
    ada: User, logged_in: Any, written: list[str]
) -> None:
    for path in (reverse("login"), reverse("set_language"), reverse("waves:import"), "/api/v1/"):
        stranger = Client(enforce_csrf_checks=True)
        assert stranger.post(path, {"f": SimpleUploadedFile("f", b"x" * 3_000_000)}).status_code < 500
    logged_in(ada).post(reverse("waves:plan"), {"f": SimpleUploadedFile("f", b"x")})
    assert written == []


def test_a_file_is_written_as_far_as_its_form_takes_it_and_the_form_says_so(
    admin_user: User, logged_in: Any, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(files_taken.TAKEN, "waves:import", 2 * 2**20)
    sent = {"name": "past", "codebook": SimpleUploadedFile("codebook.json", b" " * 3 * 2**20)}
    answer = logged_in(admin_user).post(reverse("waves:import"), sent, headers={"accept-language": "en"})
    assert written == ["codebook.json"]
    assert answer.wsgi_request.FILES["codebook"].size == 2 * 2**20 + 1
    assert "The file is larger than 2 MB." in answer.content.decode()


def test_every_office_form_that_sends_a_file_is_in_the_table() -> None:
    forms = {
        path.name
        for app in ("surveys", "reports", "survey_project")
        for path in (ROOT / app).rglob("templates/**/*.html")
        if re.search(r"<form[^>]*enctype=\"multipart/form-data\"", path.read_text())
    }
    pages = {"import.html", "codes.html", "send.html", "translation_import.html"}
    assert forms - {"answer.html"} == pages, "give its route to survey_project.files_taken.TAKEN"
    assert len(files_taken.TAKEN) == len(pages)
