"""The words for grades, states, bands, channels, classes and files."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words = str | Promise

GRADE_WORDS: dict[int, Words] = {
    5: gettext_lazy("very satisfied"),
    4: gettext_lazy("satisfied"),
    3: gettext_lazy("acceptable"),
    2: gettext_lazy("dissatisfied"),
    1: gettext_lazy("very dissatisfied"),
}
STATUS_WORDS: dict[str, Words] = {
    "publishable": gettext_lazy("firm enough to judge"),
    "indicative": gettext_lazy("indicative only"),
    "suppressed": gettext_lazy("too few to show"),
    "none": gettext_lazy("no overall rating asked"),
    "chosen": gettext_lazy("not judged"),
}
SHORT_STATUS_WORDS: dict[str, Words] = {  # in a column of their own
    **STATUS_WORDS,
    "publishable": gettext_lazy("firm"),
    "suppressed": gettext_lazy("too few"),
    "none": gettext_lazy("not asked"),
}
BAND_WORDS: dict[str, Words] = {
    "much_better": gettext_lazy("much better than expected"),
    "better": gettext_lazy("better than expected"),
    "as_expected": gettext_lazy("as expected"),
    "worse": gettext_lazy("worse than expected"),
    "much_worse": gettext_lazy("much worse than expected"),
}
BAND_CLASSES = {
    "much_better": "band-much-better",
    "better": "band-better",
    "as_expected": "band-expected",
    "worse": "band-worse",
    "much_worse": "band-much-worse",
}
BREAK_WORDS: dict[str, Words] = {  # why a number cannot be held against that of the wave before
    "wording_changed": gettext_lazy("asked in other words than before"),
    "items_changed": gettext_lazy("made of other questions than before"),
    "weights_changed": gettext_lazy("weighted otherwise than before"),
    "before_unpublished": gettext_lazy("no published score of the wave before"),
}
NO_CHANGE_WORDS: dict[str, Words] = {  # the same of a score, where its change would stand
    "wording_changed": gettext_lazy("asked in other words"),
    "before_unpublished": gettext_lazy("no published score before"),
}
CHANNEL_WORDS: dict[str, Words] = {
    "web": gettext_lazy("web"),
    "qr": gettext_lazy("QR code"),
    "kiosk": gettext_lazy("kiosk"),
    "assisted": gettext_lazy("with help"),
    "paper": gettext_lazy("paper"),
    "sms": gettext_lazy("text message"),
    "import": gettext_lazy("imported"),
}
CLASS_WORDS: dict[str, Words] = {
    "sample": gettext_lazy("invited sample"),
    "service": gettext_lazy("users of a service"),
    "open": gettext_lazy("open to anybody"),
    "imported": gettext_lazy("past survey, imported"),
}
UNMERGED_WORDS: dict[str, Words] = {  # where no group was merged
    "dataset.csv": gettext_lazy("all answers as counts"),
}
FILE_WORDS: tuple[tuple[str, Words], ...] = (
    ("report.pdf", gettext_lazy("the report to read and print, in Chinese")),
    ("report.en.pdf", gettext_lazy("the report to read and print, in English")),
    ("report.xlsx", gettext_lazy("all figures as a workbook with charts, in Chinese")),
    ("report.en.xlsx", gettext_lazy("all figures as a workbook with charts, in English")),
    ("dataset.csv", gettext_lazy("all answers as counts, small groups merged")),
    ("design.csv", gettext_lazy("districts: residents, people who took part, weight")),
    ("moments.csv", gettext_lazy("how answers to the index questions go together")),
    ("correlations.csv", gettext_lazy("what the uncertainty of the index takes beside the questions’ own")),
    (
        "residuals.csv",
        gettext_lazy("what raked weights and clusters add to the uncertainty, where there are any"),
    ),
    ("unflagged.csv", gettext_lazy("the counts without answers that look careless")),
    ("dataset.sav", gettext_lazy("the counts with labels for SPSS, PSPP, R and Stata")),
    ("datapackage.json", gettext_lazy("what each column of the tables is, for programs")),
    ("method.json", gettext_lazy("the rules and parameters every number follows")),
    ("scorecard.json", gettext_lazy("every published number with 12 digits")),
    ("SHA256SUMS", gettext_lazy("fingerprints of these files")),
)
