"""Every file beside a results page, in the order they are offered, by the format of what is published."""

from collections.abc import Sequence

from reports.exports import first_format, second_format, third_format
from reports.exports.base import Export
from reports.exports.checksums import Checksums
from reports.exports.datapackage import DataPackage
from reports.exports.delimited import Correlations, Dataset, Design, Moments, Residuals, Unflagged
from reports.exports.document import Method, Scorecard
from reports.exports.labelled import LabelledDataset
from reports.exports.printed.report import PrintedReport
from reports.exports.workbook import Workbook


def _with_checksums(*files: Export) -> Sequence[Export]:
    return (*files, Checksums(files))


def _fourth_format() -> Sequence[Export]:
    reports = (
        PrintedReport("report.pdf", "zh-hans"),
        PrintedReport("report.en.pdf", "en"),
        Workbook("report.xlsx", "zh-hans"),
        Workbook("report.en.xlsx", "en"),
    )
    tables = (Dataset(), Design(), Moments(), Correlations(), Residuals(), Unflagged())
    labelled, scorecard = LabelledDataset(), Scorecard()
    package = DataPackage(tables, (labelled, scorecard))
    files = (*reports, *tables, labelled, package)
    method = Method((*files, scorecard))
    listed = (*files, method, scorecard)
    return (*listed, Checksums(listed, is_kept=True))


BY_FORMAT = {
    1: _with_checksums(
        first_format.Dataset(),
        first_format.Design(),
        first_format.Moments(),
        Unflagged(),
        first_format.Method(),
        Scorecard(),
    ),
    2: _with_checksums(
        Dataset(),
        third_format.Design(),
        Moments(),
        Correlations(),
        Residuals(),
        Unflagged(),
        second_format.Method(),
        Scorecard(),
    ),
    3: _with_checksums(
        Dataset(),
        third_format.Design(),
        Moments(),
        Correlations(),
        Residuals(),
        Unflagged(),
        third_format.Method(),
        Scorecard(),
    ),
    4: _fourth_format(),
}
REGISTRY = BY_FORMAT[max(BY_FORMAT)]  # what is published now


def export_named(name: str, published_in: int = max(BY_FORMAT)) -> Export:
    """Return the file called `name` of what was published in a format; raises `LookupError` naming the known ones."""
    offered = BY_FORMAT[published_in]
    for export in offered:
        if export.name == name:
            return export
    raise LookupError(f"There is no file {name!r}. Known: {', '.join(one.name for one in offered)}.")
