"""Which forms of the office take a file, and how large; from anybody else, and anywhere else, a file is broken off.

Django writes whatever files a form brings to the disk, signed in or not, before any view is asked. Residents' pages
have rules of their own (`surveys.responses.views.files`).
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from surveys.questionnaires.translations.xliff import LARGEST_FILE
from surveys.waves import code_forms, past_files, registering

# By route, in bytes a file.
TAKEN = {
    "waves:import": past_files.MOST_BYTES,
    "waves:register": registering.MOST_BYTES,
    "waves:send": code_forms.MOST_LIST_BYTES,
    "questionnaires:translation-import": LARGEST_FILE,
}


class FilesOfTheOffice(TemporaryFileUploadHandler):
    """Take a file where one is asked for, as far as anybody would: one byte more says that it is too large."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, or break off before anything is written."""
        self.room = largest(self.request) + 1
        if self.room == 1:
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what fits."""
        super().receive_data_chunk(raw_data[: self.room], start)
        self.room -= min(len(raw_data), self.room)

    def file_complete(self, file_size: int) -> Any:
        """Hand out what was kept."""
        return super().file_complete(self.file.tell())


def largest(request: HttpRequest | None) -> int:
    """Return how large a file this request may bring, in bytes; 0 for none."""
    user, found = getattr(request, "user", None), getattr(request, "resolver_match", None)
    if user is None or found is None or not user.is_authenticated:
        return 0
    return TAKEN.get(found.view_name, 0)
