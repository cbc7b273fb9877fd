"""What the numbers of a wave can and cannot say, and how anybody recomputes them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.narratives.assembling import chapter, listed, said, tabled
from reports.narratives.blocks import Block, Chapter
from reports.narratives.sources import Source
from reports.scorecards.content import WaveContent
from reports.scorecards.wording import parts
from reports.scorecards.wording.beside import files_of


def limits(source: Source) -> Chapter | None:
    """Tell what must not be read out of the numbers."""
    return chapter(
        "limits",
        _("What the numbers can and cannot say"),
        *unsayable(source.wave),
    )


def unsayable(wave: WaveContent) -> tuple[Block | None, ...]:
    """State what must not be read out of the numbers of a wave, beginning with the lines of its page."""
    more = judged() if wave.judged else chosen()
    return (listed((*parts.limits(wave), *general(), *more, *_over_time(wave))),)


def files(source: Source) -> Chapter | None:
    """List the files beside the results, and say how to recompute every number from them."""
    wave = source.wave
    return chapter(
        "files",
        _("Files, and how to recompute"),
        said(
            _(
                "Every number of this report follows from the files beside the results. Whoever downloads them can "
                "compute each one anew, with the program “verify.py” or with one of their own; it must agree to the "
                "last digit."
            )
        ),
        tabled(
            _("Files beside the results"),
            (_("File"), _("What it holds")),
            ((name, str(about)) for name, about in files_of(wave)),
        ),
        tabled(
            _("What these results were made of"),
            (_("What"), _("Its value")),
            [
                (_("Method"), wave.method),
                (_("Number of the publication"), str(wave.number)),
                (_("Counts that came in"), wave.input_hash),
                (_("Program that computed"), wave.code_hash),
                (_("Edition of the questionnaire"), wave.edition_hash),
            ],
        ),
    )


def general() -> Iterator[str]:
    """State the limits of all such surveys."""
    yield _(
        "A score is what people say about their own experience. It is neither a count of what a department did nor "
        "proof of why."
    )
    yield _(
        "“Don’t know” is an answer: it is never counted as satisfied and never as dissatisfied. What nobody rated has "
        "no score."
    )


def judged() -> Iterator[str]:
    """State the limits of surveys of people drawn by chance."""
    yield _(
        "“As expected” and “no change shown” mean that no difference could be shown with this many answers. They do "
        "not mean that there is none."
    )
    yield _(
        "Intervals tell what chance does in drawing people. They do not tell what those who took no part would have "
        "said, nor how a question was understood."
    )


def _over_time(wave: WaveContent) -> Iterator[str]:
    if wave.judged and wave.previous is not None:
        yield _(
            "Waves are compared only where the question was asked in the same words. What happened between them is not "
            "told by the difference."
        )


def chosen() -> Iterator[str]:
    """State the limits of ratings that people chose to give."""
    yield _(
        "People with strong views rate more often than others; more such ratings do not make the picture truer."
    )
    yield _(
        "Such ratings are good for finding out what to mend. They are not good for comparing departments."
    )
