"""How far a wave has got on its way to its release: which steps are done, and what is being done now; never a value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.analyses.models import Analysis
from reports.evaluations.access import progress_of
from reports.evaluations.models import Progress
from reports.scorecards.models import Publication

STATES: dict[str, Promise | str] = {
    "waiting": _("waiting for the last answers to be counted"),
    "evaluating": _("evaluating"),
    "stopped": _("needs attention"),
    "sealing": _("sealing"),
    "trying": _("being tried for disclosure"),
    "held": _("held back: something hidden could be worked out"),
    "printing": _("printing the files"),
    "ready": _("ready, sealed until the release"),
    "released": _("released"),
}
RESTING = frozenset({"released", "stopped"})  # nothing changes by itself any more


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: done, being done, or to come."""

    name: Promise | str
    state: str  # done, now, to-come


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a wave stands: a code of `STATES` and its words, departments evaluated of all, and each step."""

    state: str
    done: int
    parts: int
    problem: str
    release_at: datetime | None
    analysis: str  # a code of `Progress`; "" before it begins. It runs beside the other steps
    steps: tuple[Step, ...] = ()

    @property
    def label(self) -> Promise | str:
        """The state in words."""
        return STATES[self.state]

    @property
    def mark(self) -> str:
        """What changes whenever the standing does."""
        return f"{self.state}-{self.done}-{self.analysis}"

    @property
    def seconds(self) -> int:
        """After how many seconds to look again."""
        return 60 if self.state in {"ready", "held"} else 3

    @property
    def is_resting(self) -> bool:
        """Whether nothing more is to be expected."""
        return self.state in RESTING and self.analysis not in {Progress.DUE, Progress.RUNNING}


STEPS: tuple[Promise | str, ...] = (
    _("Departments evaluated"),
    _("Sealed"),
    _("Tried for disclosure"),
    _("Files printed"),
    _("Released"),
)
DONE_BEFORE = {"sealing": 1, "trying": 2, "held": 2, "printing": 3, "ready": 4, "released": len(STEPS)}


def standing_of(wave_id: int) -> Standing:
    """Return how far the latest evaluation of a wave has got on its way to the release. At most four queries."""
    evaluation = progress_of(wave_id)
    if evaluation is None:
        return Standing("waiting", 0, 0, "", None, "", tuple(_steps("waiting")))
    found = (
        Publication.objects.filter(wave_id=wave_id)
        .select_related("wave")
        .defer("content", "trial_findings")
        .order_by("-number")
        .first()
    )
    analysis = (
        Analysis.objects.filter(evaluation__wave_id=wave_id)
        .order_by("-evaluation__number")
        .values_list("progress", flat=True)
        .first()
    )
    if found is not None and found.state == Publication.State.PUBLISHED:
        state = "released"
    elif evaluation.progress == Progress.PARKED:
        state = "stopped"
    elif evaluation.progress != Progress.DONE:
        state = "evaluating"
    else:
        state = _sealed(found)
    return Standing(
        state=state,
        done=evaluation.done,
        parts=evaluation.parts,
        problem=evaluation.problem,
        release_at=found.wave.release_at if found else None,
        analysis=analysis or "",
        steps=tuple(_steps(state)),
    )


def _sealed(publication: Publication | None) -> str:
    """Return where what is evaluated stands before its release."""
    if publication is None or not publication.content_hash:
        return "sealing"
    if publication.trial == Publication.Trial.HELD:
        return "held"
    if publication.trial == Publication.Trial.DUE:
        return "trying"
    return "ready" if publication.papers.exists() else "printing"


def _steps(state: str) -> Iterator[Step]:
    reached = DONE_BEFORE.get(state, 0)
    for place, name in enumerate(STEPS):
        yield Step(name, "done" if place < reached else "now" if place == reached else "to-come")
