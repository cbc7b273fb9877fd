"""The method in words, with the parameters that the wave declared before its first answer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.evaluations.digits import rounded
from reports.narratives.assembling import DASH, chapter, listed, said, tabled
from reports.narratives.blocks import Chapter, Table
from reports.narratives.sources import Source
from reports.scorecards.content import WaveContent
from reports.scorecards.wording.figures import level
from reports.scorecards.wording.words import GRADE_WORDS

SCORES = {  # grade → score, whether it is satisfied, whether it is 好评
    5: ("100", True, True),
    4: ("75", True, True),
    3: ("50", False, True),
    2: ("25", False, False),
    1: ("0", False, False),
}


def method(source: Source) -> Chapter | None:
    """Tell how every number came about."""
    wave = source.wave
    return chapter(
        "method",
        _("How it was computed"),
        said(_in_short(wave)),
        scores(),
        listed(_rules(wave), caption=_("The rules, one by one")),
        tabled(
            _("Rules of this wave, set with its import")
            if wave.fieldwork.klass == "imported"
            else _("What was declared before the first answer"),
            (_("Rule"), _("Its value")),
            _declared(wave),
        ),
    )


def scores() -> Table | None:
    """Set the table from grade to number."""
    yes = _("yes")
    return tabled(
        _("From answer to number"),
        (_("Answer"), _("Score"), _("Counts as satisfied"), _("Counts as good")),
        (
            (str(GRADE_WORDS[grade]), score, yes if satisfied else DASH, yes if good else DASH)
            for grade, (score, satisfied, good) in SCORES.items()
        ),
        numeric=(1, 2, 3),
    )


def _in_short(wave: WaveContent) -> str:
    words = {"method": wave.method}
    if wave.judged:
        return (
            _(
                "Method %(method)s. Each person who took part stands for a number of residents of the same district. "
                "The score is the mean of 100, 75, 50, 25 and 0 points for the five grades; “don't know” and blank "
                "count for nothing. A department is judged only on at least 30 ratings and a narrow enough interval, "
                "and is called better or worse only when chance is unlikely to have made the difference for any "
                "department at all."
            )
            % words
        )
    return (
        _(
            "Method %(method)s. Every rating counts the same. The score is the mean of 100, 75, 50, 25 and 0 points "
            "for the five grades; “don't know” and blank count for nothing."
        )
        % words
    )


def _rules(wave: WaveContent) -> Iterator[str]:
    """State the rules that hold for this wave, one sentence or two each."""
    percent = {
        "level": level(wave),
        "base": wave.parameters["minimum_base"],
        "judged": wave.parameters["judged_base"],
    }
    yield _(
        "Satisfied are those who said “very satisfied” or “satisfied”. The good rate adds “acceptable” and stands "
        "under its own name, never alone."
    )
    yield (
        _(
            "Where fewer than %(base)s people answered, nothing is shown, not to the department either; nor is "
            "anything from which it could be worked out."
        )
        % percent
    )
    if not wave.judged:
        yield _(
            "The interval shows counting noise only, not who came to answer. It says nothing about residents at large."
        )
        return
    yield (
        _(
            "Every interval is a %(level)s%% interval: if the survey were repeated, %(level)s of 100 such intervals "
            "would hold the true figure. It comes from the design of the sample, with weights and districts."
        )
        % percent
    )
    yield (
        _(
            "A department with fewer than %(judged)s ratings or with too wide an interval is indicative only: it is "
            "shown, but it has no label, no rank and no index."
        )
        % percent
    )
    yield _(
        "A label is given by testing each department against the benchmark, with Holm’s correction for the number of "
        "departments; with ten departments or more the test allows for what departments differ by anyway."
    )
    if wave.parameters.get("ranks"):
        yield _(
            "Ranks are given as sets, from tests between all pairs of departments, which hold for all of them "
            "together; no department has one bare rank."
        )
    if not wave.parameters["merge_strata"]:
        yield _(
            "Each person’s answers in this past survey were public already, so small districts are kept apart."
        )


def _declared(wave: WaveContent) -> list[tuple[str, str]]:
    given = wave.parameters
    target, trim = given.get("target"), given.get("trim")
    firm = [
        (
            _("Benchmark"),
            rounded(str(target)) if target is not None else _("the mean of the departments compared"),
        ),
        (_("Ratings needed to be judged"), str(given["judged_base"])),
        (_("Widest interval of a rate that is judged"), rounded(str(given["widest_interval"]), 2)),
        (_("Fewest degrees of freedom"), str(given["fewest_df"])),
        (_("Smallest change that matters, in points"), str(given["smallest_change"])),
        (
            _("Largest weight"),
            _("%(count)s medians") % {"count": trim} if trim is not None else _("not capped"),
        ),
    ]
    return [
        (_("Method"), wave.method),
        (_("Level of the intervals"), f"{level(wave)}%"),
        (_("People needed for anything to be shown"), str(given["minimum_base"])),
        *(firm if wave.judged else []),
        *(
            [(_("Rules that flag careless answers"), str(given["screening"]))]
            if given.get("screening")
            else []
        ),
    ]
