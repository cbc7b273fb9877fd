"""The report as PDF, in one language a file."""

from reports.exports.base import Bundle, Paper
from reports.exports.printed import setting


class PrintedReport(Paper):
    """The report of a wave or department, tagged for screen readers."""

    media_type = "application/pdf"

    def __init__(self, name: str, language: str) -> None:
        """Stand for the file `name` in `language`."""
        self.name, self.language = name, language

    def made(self, bundle: Bundle) -> bytes:
        """Return the file."""
        content = bundle.content
        return setting.pdf(
            bundle.report(self.language),
            about=f"{content['wave']} · {content['fieldwork']['release_at'][:10]} · № {content['number']}",
            content_hash=bundle.content_hash,
        )
