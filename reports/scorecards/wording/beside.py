"""What is offered beside a results page: every file with what it is, its size, and which could not be made."""

import json
from dataclasses import dataclass

from django.db.models.functions import Length
from django.utils.translation import get_language

from reports.scorecards.content import WaveContent
from reports.scorecards.models import Publication
from reports.scorecards.wording.words import FILE_WORDS, UNMERGED_WORDS, Words

PAPERS = {  # made once before the release, or never; with their language
    "report.pdf": "zh-hans",
    "report.en.pdf": "en",
    "report.xlsx": "zh-hans",
    "report.en.xlsx": "en",
    "dataset.sav": "",
}
DESCRIPTION = "datapackage.json"  # says how large the tables are


@dataclass(frozen=True, slots=True)
class Offered:
    """One file beside a page; `size` is in bytes, None where nobody has measured it."""

    name: str
    about: Words
    language: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The files of one page, and the names of those that could not be made."""

    files: tuple[Offered, ...]
    missing: tuple[str, ...]

    @property
    def wanted(self) -> list[Offered]:
        """The files that people ask for: report and workbook in their language, and the data."""
        return [one for one in self.files if self._is_wanted(one)]

    @property
    def others(self) -> list[Offered]:
        """The files that experts and programs ask for, which are folded away."""
        return [one for one in self.files if not self._is_wanted(one)]

    @staticmethod
    def _is_wanted(one: Offered) -> bool:
        return one.name == "dataset.csv" or (one.language != "" and one.language == get_language())


def files_of(content: WaveContent) -> list[tuple[str, Words]]:
    """List the files beside a wave, each with what it is."""
    return [
        (name, UNMERGED_WORDS.get(name, about) if content.parameters["merge_strata"] is False else about)
        for name, about in FILE_WORDS
        if content.has_file(name)
    ]


def beside(publication: Publication, content: WaveContent, *, about: str = "") -> Beside:
    """Return what is offered about a department, or about the wave; two queries."""
    papers = publication.papers.filter(about=about)
    sizes = dict(papers.annotate(size=Length("body")).values_list("name", "size"))
    described = papers.filter(name=DESCRIPTION).values_list("body", flat=True).first()
    if described is not None:
        tables = json.loads(bytes(described))["resources"]
        sizes = {one["path"]: one["bytes"] for one in tables} | sizes
    listed = files_of(content)
    missing = tuple(name for name, _words in listed if name in PAPERS and name not in sizes)
    return Beside(
        tuple(
            Offered(name, words, PAPERS.get(name, ""), sizes.get(name))
            for name, words in listed
            if name not in missing
        ),
        missing,
    )
