"""Screening: the declared rules by which records are flagged, seen whole.

A wave declares the version of the rules with its method, which is frozen when it opens. A rule only ever flags:
nobody is refused, nothing is deleted, and results stand with and without what was flagged. No rule reads the
direction of a rating, and none is about an address alone: a form that came with an invitation code is exempt from
all that look at where or how fast forms come. What stands here is what `docs/reference/screening.md` and the page of
a wave say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.responses import nearby, paces, proofs
from surveys.responses.access import AskedWave
from surveys.responses.form_tokens import FormToken
from surveys.responses.models import Status
from surveys.responses.quality import Flag
from surveys.waves.models import Wave
from surveys.waves.telling import told

NEARBY_AFTER = 50  # forms from one part of the network, of one wave, on one day
TRAP_FIELD = "homepage"  # what it is called should tempt a program that fills in everything


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is noticed about a record: what, from what, and about whom."""

    code: str
    flag: Flag
    label: Promise
    sentence: Promise
    reads: Promise
    open_only: bool = True  # never about a form that came with an invitation code
    at_settling: bool = False  # else at intake


S1: tuple[Rule, ...] = (
    Rule(
        "fast",
        Flag.FAST,
        _("sent off faster than anybody reads"),
        _("The form was sent less than two seconds for each answered question after it was shown."),
        _("the time between showing and sending, and how many questions were answered"),
        open_only=False,
    ),
    Rule(
        "straight-line",
        Flag.STRAIGHT_LINE,
        _("the same answer to everything"),
        _("All rated items, at least six, have the same answer, whichever it is."),
        _("which answers are equal to each other"),
        open_only=False,
    ),
    Rule(
        "flat",
        Flag.FLAT,
        _("the same grade throughout"),
        _("At least six items were graded, all with the same grade, whichever it is."),
        _("which grades are equal to each other"),
        open_only=False,
    ),
    Rule(
        "nearby",
        Flag.NEARBY,
        _("many forms from one part of the network"),
        _(
            "More than 50 forms of this survey had come from the same part of the network on that day. "
            "Kiosks and interviewers are exempt."
        ),
        _(
            "how many forms came from the same part of the network, counted under a key that lives for two days"
        ),
    ),
    Rule(
        "unproven",
        Flag.UNPROVEN,
        _("further step left out"),
        _(
            "The form was asked for one more step, a short calculation by the device, and was sent without it."
        ),
        _("whether the calculation came with the form"),
    ),
    Rule(
        "trap",
        Flag.TRAP,
        _("hidden field filled in"),
        _("A field was filled in that people do not see and programs do."),
        _("whether the hidden field is empty"),
    ),
    Rule(
        "twin",
        Flag.TWIN,
        _("words nearly those of another"),
        _(
            "A text of at least 20 characters is nearly the same as another’s to the same question about the same "
            "department: of the groups of three characters in either, more than nine in ten are in both."
        ),
        _("the texts of open forms, when the survey has closed"),
        at_settling=True,
    ),
    Rule(
        "burst",
        Flag.BURST,
        _("sudden rush"),
        _(
            "Ten minutes brought more forms than chance explains, even if twice as many as usual were expected "
            "(99.9% bound of a Poisson count). Usual is the most of: the survey so far, the hour before, the same "
            "hour the day before. Kiosks and interviewers are exempt."
        ),
        _("how many forms came in the last ten minutes and before"),
    ),
)

VERSIONS: dict[str, tuple[Rule, ...]] = {"s1": S1}


class StepAsked(Exception):
    """The form is asked for one more step; `was_wrong` when it came with a proof that proves nothing."""

    def __init__(self, *, was_wrong: bool) -> None:
        self.was_wrong = was_wrong
        super().__init__("one more step")


@dataclass(frozen=True, slots=True)
class Sign:
    """How many records a rule flagged; None when too few to be told."""

    rule: Rule
    records: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Records, those of them that any rule flagged, and those that each did; None when too few to be told."""

    records: int | None
    flagged: int | None
    signs: Sequence[Sign]


FLAGGED = "count(*) FILTER (WHERE flags & %s <> 0)"


def rules_of(version: str) -> tuple[Rule, ...]:
    """Return the rules that a wave declares by the name of their version; none for a wave older than all of them."""
    return VERSIONS.get(version, ())


def screen(
    wave: AskedWave, token: FormToken, *, address: str, trap: str = "", work: str = "", vouched: bool = False
) -> int:
    """Count a form without a code that is about to be stored, and return its flags; raises `StepAsked`.

    `address` is the client's network address, which is used here and then forgotten; `trap` what stands in the
    hidden field; `work` the proof, or `proofs.SKIP`; `vouched` whether a pass says that it comes from a kiosk or an
    interviewer. What the form answers is not known here.
    """
    if not rules_of(wave.screening):
        return 0
    flags = Flag.TRAP if trap else Flag(0)
    if work == proofs.SKIP:
        flags |= Flag.UNPROVEN
    elif (
        not vouched
        and _looks_sent_by_machine(wave, token, address, trap)
        and not proofs.is_proof(token, work)
    ):
        raise StepAsked(was_wrong=bool(work))
    if not vouched:
        if nearby.add(wave.id, address) > NEARBY_AFTER:
            flags |= Flag.NEARBY
        if paces.is_burst(wave.id):
            flags |= Flag.BURST
    return int(flags)


def _looks_sent_by_machine(wave: AskedWave, token: FormToken, address: str, trap: str) -> bool:
    """Say whether a form is asked for one more step. Both limits are settings; 0 switches one off."""
    after = settings.STEP_UP_AFTER
    return (
        bool(trap)
        or token.age < settings.STEP_UP_SECONDS
        or bool(after and nearby.seen(wave.id, address) >= after)
    )


def counts(wave_id: int, version: str, *, klass: int | None = None) -> Counts:
    """Return how many records of a wave, or of one class of it, each rule flagged, as far as they are mixed in.

    One-way: the number of any kind is told from ten up only, in steps of ten until the wave has settled.
    """
    rules = rules_of(version)
    columns = ", ".join(["count(*)", "count(*) FILTER (WHERE flags <> 0)", *[FLAGGED] * len(rules)])
    exactly = Wave.objects.filter(pk=wave_id, status=Wave.Status.SETTLED).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM surveys_response "  # noqa: S608  nothing of it comes from outside
            "WHERE wave_id = %s AND status <> %s AND (%s::int IS NULL OR klass = %s)",
            [*(int(rule.flag) for rule in rules), wave_id, int(Status.REPLACED), klass, klass],
        )
        numbers = [told(number, exactly=exactly) for number in cursor.fetchone()]
    signs = [Sign(rule, number) for rule, number in zip(rules, numbers[2:], strict=True)]
    return Counts(records=numbers[0], flagged=numbers[1], signs=signs)
