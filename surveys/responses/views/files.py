"""Files that come with a form: refused where nothing asks for one, bounded where something does."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from surveys.questionnaires.drawing import field_name
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.question_types.file import LARGEST
from surveys.responses import collecting, form_tokens, uploads
from surveys.responses.access import AskedWave
from surveys.responses.uploads import FileRefused
from surveys.waves import inviting
from surveys.waves.models import Invitation

MOST_FILES = 10  # in one sending
MOST_OF_A_FORM = 30  # sendings with files, so that one form does not fill what all share
MOST_FORMS = 10_000  # counted at a time

_sent: dict[bytes, int] = {}
_lock = threading.Lock()


class NoFiles(FileUploadHandler):
    """Refuse files where only words are asked for, before they fill a disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Break off at the first file."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take nothing; never called after `new_file` broke off."""

    def file_complete(self, file_size: int) -> None:
        """Make nothing of it."""


class FewFiles(FileUploadHandler):
    """Keep a few files in memory, each as far as anybody would take it: one byte more says that it is too large."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.count = 0
        self.content = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; break off when there are too many."""
        super().new_file(*args, **kwargs)
        self.count += 1
        if self.count > MOST_FILES:
            raise StopUpload(connection_reset=True)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what fits."""
        self.content.write(raw_data[: max(0, LARGEST + 1 - self.content.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand out what was kept."""
        size = self.content.tell()
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name or "", self.content_type, size, self.charset
        )


def may_send(wave: AskedWave, token: str, code: str) -> bool:
    """Say whether files of this form are received: with a token of ours, and an unspent code where one is needed."""
    try:
        form = form_tokens.read(token, wave.id)
    except form_tokens.BadFormToken:
        return False
    if not _has_room(form.hash) or collecting.is_remembered(form.hash):
        return False
    if wave.is_public and not code:
        return True
    found = inviting.find(code)
    return found is not None and found.wave_id == wave.id and found.state == Invitation.State.ISSUED


def _has_room(form: bytes) -> bool:
    """Count another sending of files by a form, and say whether it may. Each worker counts for itself."""
    with _lock:
        _sent[form] = _sent.pop(form, 0) + 1
        if len(_sent) > MOST_FORMS:
            del _sent[next(iter(_sent))]
        return _sent[form] <= MOST_OF_A_FORM


def posted(
    request: HttpRequest, wave: AskedWave, code: str = ""
) -> tuple[MultiValueDict[str, str], dict[str, str]]:
    """Return the posted form, with a handle in the place of each file, and what is wrong with files by field."""
    if not wave.takes_files:
        return request.POST, {}
    request.upload_handlers = [FewFiles(request)]
    post: MultiValueDict[str, str] = request.POST.copy()
    refused: dict[str, str] = {}
    if not request.FILES or not may_send(wave, post.get("token", ""), code or post.get("code", "")):
        return post, refused
    asked = {
        field_name(part, question): question
        for part, department in wave.by_code.items()
        for question in department.part.questions
        if question_type(question["type"]).takes_file
    }
    for name, file in request.FILES.items():
        if name in asked and isinstance(file, InMemoryUploadedFile):
            try:
                post.setlist(name, [uploads.receive(wave.id, asked[name], file)])
            except FileRefused as error:
                refused[name] = str(error)
    return post, refused
