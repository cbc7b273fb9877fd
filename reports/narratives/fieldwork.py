"""How a wave was asked: when, whom, with which questionnaire, by which channels."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.narratives.assembling import chapter, named, said, tabled
from reports.narratives.blocks import Chapter
from reports.narratives.sources import Source
from reports.scorecards import pages
from reports.scorecards.content import WaveContent
from reports.scorecards.wording.figures import moment
from reports.scorecards.wording.words import CHANNEL_WORDS, CLASS_WORDS


def fieldwork(source: Source) -> Chapter | None:
    """Tell the facts of the fieldwork."""
    wave = source.wave
    return chapter(
        "fieldwork",
        _("How it was asked"),
        said(_who(wave)),
        tabled(_("Facts of the survey"), (_("What"), _("How it was")), _facts(wave)),
    )


def day(text: str) -> str:
    """Write the day of a moment of the content in the language of the page."""
    found = moment(text)
    return date_format(timezone.localtime(found), "DATE_FORMAT") if found is not None else ""


def _who(wave: WaveContent) -> str:
    """Say how people came to be asked, which decides what may be said of the results."""
    if wave.fieldwork.klass == "sample":
        return _(
            "Residents were drawn by chance from a list and invited, each with a code for one use. So what they say "
            "can be carried over to all residents, with an uncertainty that is known."
        )
    if wave.judged:
        return _(
            "This is a past survey of people drawn by chance, imported with its districts and their numbers of "
            "residents. So what they said can be carried over to all residents, with an uncertainty that is known."
        )
    if wave.fieldwork.klass == "imported":
        return _(
            "This is a past survey, imported without the numbers of residents of its districts. What people said is "
            "counted and shown; it cannot be carried over to all residents."
        )
    return _(
        "Whoever wanted to could rate. What people said is counted and shown; it cannot be carried over to all "
        "residents."
    )


def _facts(wave: WaveContent) -> list[tuple[str, str]]:
    asked = wave.fieldwork
    channels = [
        f"{CHANNEL_WORDS[one.channel]} {one.people:,}"
        if one.people is not None
        else _("%(name)s (%(note)s)") % {"name": CHANNEL_WORDS[one.channel], "note": _("too few to show")}
        for one in asked.channels
    ]
    dates = (
        (_("Imported on"), day(asked.closed_at))
        if pages.when(asked)["is_undated"]
        else (_("Asked"), f"{day(asked.opened_at)} – {day(asked.closed_at)}")
    )
    return [
        dates,
        (_("Released on"), day(asked.release_at)),
        (_("Who was asked"), str(CLASS_WORDS[asked.klass])),
        (
            _("Questionnaire"),
            _("%(code)s, edition %(number)s") % {"code": wave.questionnaire, "number": wave.edition},
        ),
        (_("Departments rated"), f"{len(wave.departments):,}"),
        (
            _("People who took part"),
            f"{asked.people:,}" if asked.people is not None else _("fewer than 10"),
        ),
        *([(_("By channel"), named(channels))] if channels else []),
        *([(_("Districts"), f"{asked.strata:,}")] if asked.strata else []),
        *([(_("Residents they stand for"), f"{asked.population:,}")] if asked.population else []),
    ]
