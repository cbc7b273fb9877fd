"""Registering: the codes of an outside registrar, taken over as hashes, whole or not at all.

`registrar/mkcodes.py` makes the codes far from here and writes `hashes.json`: sorted hashes by stratum and cluster,
spares declared apart, how many of each, and Merkle roots over them. All of it is recomputed before anything is
stored. The whole root is that of RFC 6962 over all hashes in order, issued and spare, so that a replaced code never
changes it: who kept it can tell at any time whether a code was added or lost. The audit keeps counts and roots.
A wave takes one file and, beside it, no code that anybody here could know.
"""

from __future__ import annotations

import hashlib
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys import audit, strict_json
from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.waves import inviting
from surveys.waves.inviting import InvitationError
from surveys.waves.models import Invitation, Klass, Wave

FORMAT = "minping/codes/v1"
MOST_BYTES = 40 * 2**20  # about 580,000 codes

VERB = inviting.REGISTRAR_VERB
_VERBS = (VERB, "register invitations")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Group:
    """The codes of one cluster of a stratum, or of a whole stratum where people are drawn singly."""

    psu: int
    issued: tuple[bytes, ...]
    spares: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StratumCodes:
    """The codes of one stratum, by its code; "" is everybody."""

    stratum: str
    groups: tuple[Group, ...]

    @property
    def issued(self) -> int:
        """How many people are invited."""
        return sum(len(one.issued) for one in self.groups)

    @property
    def spares(self) -> int:
        """How many codes wait for a lost one."""
        return sum(len(one.spares) for one in self.groups)

    @property
    def root(self) -> str:
        """The root over the hashes of this stratum, issued and spare."""
        return merkle_root(self.hashes).hex()

    @property
    def hashes(self) -> list[bytes]:
        """All hashes, in order."""
        return sorted(one for group in self.groups for one in (*group.issued, *group.spares))


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registrar handed in: how many, under which roots, before or after the opening."""

    at: datetime
    issued: int
    spares: int
    root: str
    is_late: bool
    strata: Mapping[str, Sequence[Any]]  # code: issued, spares, root


@dataclass(frozen=True, slots=True)
class Register:
    """The codes of a wave as the audit tells of them and as they stand in the database."""

    handed_in: list[Registration] = field(default_factory=list)
    late: int = 0  # people invited after a sample wave had opened
    others: int = 0  # people invited otherwise: by codes made here, or by hashes sent in
    withdrawn: int = 0  # such codes that were withdrawn before the registrar's came
    spares: int = 0  # still waiting; told with the root
    root: str = ""  # over all codes that the database holds, spares and withdrawn ones included

    @property
    def is_alone(self) -> bool:
        """Whether all codes are those of one registrar's file, as the audit tells of them."""
        return len(self.handed_in) == 1 and not self.others

    @property
    def is_sealed(self) -> bool | None:
        """Whether the codes are still those handed in, and no others; None where that cannot be told."""
        if self.handed_in and not self.is_alone:
            return False
        if not self.handed_in or self.withdrawn or not self.root:
            return None
        return self.root == self.handed_in[0].root


def merkle_root(hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree of RFC 6962 §2.1 whose leaves are these entries, in their order."""
    level = [hashlib.sha256(b"\0" + one).digest() for one in hashes]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        left_over = level[-1:] if len(level) % 2 else []
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs] + left_over
    return level[0] if level else hashlib.sha256(b"").digest()


def parsed(body: bytes) -> Any:
    """Return the JSON in a file of at most `MOST_BYTES`; raises `InvitationError` when it is none.

    Whoever chose the list of residents by mistake is told that it was not kept.
    """
    if len(body) > MOST_BYTES:
        raise InvitationError(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 2**20})
    try:
        return strict_json.read(body)
    except strict_json.BadJSON as error:
        words = _(
            "This is not hashes.json. Choose it in the folder that mkcodes made; the file that you sent was not kept."
        )
        raise InvitationError(words) from error


def read(document: Any, *, slug: str) -> list[StratumCodes]:
    """Return the codes in a `hashes.json` for the wave `slug`; raises `InvitationError` saying what does not hold.

    Checked are the shape, the wave, that every hash stands once and in order, the counts and the roots.
    """
    try:
        return _checked(document, slug)
    except (KeyError, TypeError, AttributeError) as error:
        raise InvitationError(
            _("This is not a file of mkcodes: take hashes.json as it was written, whole.")
        ) from error


@transaction.atomic
def register(wave: Wave, *, document: Any, by: User | None) -> list[StratumCodes]:
    """Register all codes in a registrar's `hashes.json`, spares included, and return them by stratum.

    All or nothing; raises `InvitationError`. After the opening they are taken too, and the audit says so for ever.
    Refused where other codes could be used: those of another file, or such as somebody here may know.
    """
    wave = inviting.taking_codes(wave)
    withdrawn = _refuse_beside_others(wave)
    strata = read(document, slug=wave.slug)
    numbers = dict(wave.strata.values_list("code", "number")) or {"": 0}
    rows = []
    for stratum in strata:
        if stratum.stratum not in numbers:
            raise InvitationError(
                _("The file has codes for the stratum “%(code)s”, which this wave does not have.")
                % {"code": stratum.stratum}
            )
        number = numbers[stratum.stratum]
        for group in stratum.groups:
            inviting.check_psu(wave, number, group.psu)
            rows += [(one, number, group.psu, Invitation.State.ISSUED) for one in group.issued]
            rows += [(one, number, group.psu, Invitation.State.SPARE) for one in group.spares]
    rows.sort()  # so that the table's order tells nothing about the order of making and sending
    inviting.store(
        Invitation(code_hash=one, wave=wave, klass=wave.klass, stratum=stratum, psu=psu, state=state)
        for one, stratum, psu, state in rows
    )
    audit.record(
        wave,
        verb=VERB,
        by=by,
        count=sum(one.issued for one in strata),
        spares=sum(one.spares for one in strata),
        root=merkle_root(row[0] for row in rows).hex(),
        strata={one.stratum: [one.issued, one.spares, one.root] for one in strata},
        status=wave.status,
        **({"withdrawn": withdrawn} if withdrawn else {}),
    )
    return strata


def register_of(wave: Wave, *, with_root: bool = False) -> Register:
    """Return what was registered for `wave`, by one query of the audit.

    `with_root` also counts the spares and reads every hash: less than a second for 100,000.
    """
    entries = AuditEntry.objects.filter(subject_kind="wave", subject_id=str(wave.pk), verb__in=_VERBS)
    told = list(entries.order_by("id").values_list("at", "verb", "facts"))
    is_late = {
        number: wave.klass == Klass.SAMPLE and facts.get("status") != Wave.Status.PLANNED
        for number, (_at, _verb, facts) in enumerate(told)
    }
    withdrawn = sum(facts.get("withdrawn", 0) for _at, _verb, facts in told)
    root, spares = "", 0
    if with_root:
        spares = wave.invitations.filter(state=Invitation.State.SPARE).count()
        hashes = wave.invitations.order_by("code_hash").values_list("code_hash", flat=True)
        root = merkle_root(bytes(one) for one in hashes.iterator(chunk_size=10_000)).hex()
    return Register(
        handed_in=[
            Registration(
                at,
                facts["count"],
                facts["spares"],
                facts["root"],
                is_late[number],
                facts["strata"],
            )
            for number, (at, verb, facts) in enumerate(told)
            if verb == VERB
        ],
        late=sum(facts["count"] for number, (_at, _verb, facts) in enumerate(told) if is_late[number]),
        others=sum(facts["count"] for _at, verb, facts in told if verb != VERB) - withdrawn,
        withdrawn=withdrawn,
        spares=spares,
        root=root,
    )


def _refuse_beside_others(wave: Wave) -> int:
    """Raise `InvitationError` where other codes open the wave or did; return how many were withdrawn in time."""
    if inviting.has_registrar(wave):
        raise InvitationError(
            _(
                "A registrar’s codes are registered already, and a wave takes one file: its root stands for every "
                "code. If that file was wrong, plan another wave and ask for codes of that wave."
            )
        )
    number = wave.invitations.exclude(state=Invitation.State.REVOKED).count()
    if number:
        words = ngettext(
            "%(number)d code of this wave was made here or sent in otherwise, so somebody here may know it. A "
            "registrar’s codes must be the only ones. Withdraw it first, or plan another wave for the registrar.",
            "%(number)d codes of this wave were made here or sent in otherwise, so somebody here may know them. A "
            "registrar’s codes must be the only ones. Withdraw them first, or plan another wave for the registrar.",
            number,
        )
        raise InvitationError(words % {"number": number})
    return wave.invitations.count()


def _checked(document: Mapping[str, Any], slug: str) -> list[StratumCodes]:
    if document["format"] != FORMAT:
        raise InvitationError(_("This is not a file of mkcodes: take hashes.json as it was written, whole."))
    if document["wave"] != slug:
        raise InvitationError(
            _(
                "These codes were made for the wave “%(other)s”; this one is “%(slug)s”, and they would not open it."
            )
            % {"other": document["wave"], "slug": slug}
        )
    strata = [_stratum(one) for one in document["strata"]]
    codes = [one.stratum for one in strata]
    everything = sorted(one for stratum in strata for one in stratum.hashes)
    if len(set(codes)) < len(codes) or len(set(everything)) < len(everything):
        raise InvitationError(_("A stratum or a hash stands in the file twice."))
    counted = (sum(one.issued for one in strata), sum(one.spares for one in strata))
    if counted != (document["issued"], document["spares"]) or not counted[0]:
        raise InvitationError(
            _("The file says %(said)s codes and %(said_spares)s spares, but holds %(issued)d and %(spares)d.")
            % {
                "said": document["issued"],
                "said_spares": document["spares"],
                "issued": counted[0],
                "spares": counted[1],
            }
        )
    if merkle_root(everything).hex() != document["root"]:
        raise InvitationError(_("The root does not fit the hashes: the file was changed after it was made."))
    return strata


def _stratum(written: Mapping[str, Any]) -> StratumCodes:
    groups = tuple(
        Group(operator.index(one["psu"]), _hashes(one["issued"]), _hashes(one["spares"]))
        for one in written["groups"]
    )
    read_as = StratumCodes(str(written["stratum"]), groups)
    if (read_as.issued, read_as.spares) != (written["issued"], written["spares"]):
        raise InvitationError(
            _("The counts of the stratum “%(code)s” do not fit its hashes.") % {"code": read_as.stratum}
        )
    if read_as.root != written["root"]:
        raise InvitationError(
            _("The root of the stratum “%(code)s” does not fit its hashes.") % {"code": read_as.stratum}
        )
    return read_as


def _hashes(written: Sequence[str]) -> tuple[bytes, ...]:
    if not all(isinstance(one, str) and _HEX.fullmatch(one) for one in written):
        raise InvitationError(_("Every hash must be 64 hexadecimal digits in lower case."))
    if list(written) != sorted(written):
        raise InvitationError(
            _("The hashes are not in order: their order could tell the order of the letters.")
        )
    return tuple(map(bytes.fromhex, written))
