"""Invitations: one-time codes, known here only by their hashes.

A code is 130 random bits written as 26 characters of Crockford's base 32. It is returned once, to be printed, and
never stored. Its hash is that of trust page §3.2, with the wave's slug as the survey: SHA-256 of the tag, the slug
and the normalised code. An address `/i/<code>/` names no wave, so `find` tries the code with every slug: waves are
few, and one query answers for all. Intake spends a code in the very statement that stores the answers
(`responses.collecting`). A spare is nobody's: it is unknown to everything but `replace`, which puts it in the place of
a lost code.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from surveys import audit
from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.waves.models import Invitation, Klass, Stratum, Wave

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
REGISTRAR_VERB = "register codes of a registrar"  # in the audit
MOST_AT_ONCE = 200_000

_TAG = b"minping/code/v1\0"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class InvitationError(ValueError):
    """Invitations that cannot be made; the message says why."""


class CodeSpent(ValueError):
    """A code that has been used already, or was withdrawn."""


def plain(text: str) -> str:
    """Return the signs that somebody meant by `text`: in capitals, without blanks and hyphens, O, I and L as digits."""
    read = unicodedata.normalize("NFKC", text).upper().translate(_READ_AS)
    return "".join(
        sign for sign in read if not (sign.isspace() or unicodedata.category(sign) in ("Pd", "Cf"))
    )


def spelt(bits: int, letters: int) -> str:
    """Return a number of 5 × `letters` bits in Crockford's base 32, the highest bits first."""
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (letters - 1), -1, -5))


def normalised(code: str) -> str | None:
    """Return the 26 characters that `code` stands for, or None when it cannot be a code.

    People type lower case, full-width letters, blanks, hyphens, and O, I or L for 0 and 1: all are forgiven.
    """
    if len(code) > 4 * LENGTH:
        return None
    kept = plain(code)
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """Return the code in groups for reading and typing: five, five, five, five and six characters."""
    return "-".join((code[:5], code[5:10], code[10:15], code[15:20], code[20:]))


def code_hash(slug: str, code: str) -> bytes:
    """Return the hash by which the invitation `code` to the wave `slug` is known; `code` is normalised."""
    return hashlib.sha256(_TAG + slug.encode() + code.encode()).digest()


def find(code: str) -> Invitation | None:
    """Return the invitation that `code` opens or opened, with its wave; None when there is none, or only a spare.

    Two queries, whatever the code.
    """
    plain = normalised(code)
    if plain is None:
        return None
    slugs = Wave.objects.exclude(klass=Klass.IMPORTED).order_by().values_list("slug", flat=True)
    hashes = [code_hash(slug, plain) for slug in slugs]
    known = Invitation.objects.select_related("wave").exclude(state=Invitation.State.SPARE)
    return known.filter(code_hash__in=hashes).first()


@transaction.atomic
def register_hashes(
    wave: Wave, *, hashes: Iterable[bytes], stratum: int, psu: int = 0, by: User | None
) -> int:
    """Register invitations by the hashes of their codes and return how many.

    `stratum` is the number of one of the wave's strata, or 0 when it has none; `psu` that of one of the clusters
    drawn in it, or 0 when people are drawn singly. The audit keeps the number and whether the wave was open already.
    All or none are registered; none where a registrar makes the codes, for whoever sent them in may know them.
    """
    wave = taking_codes(wave)
    if has_registrar(wave):
        raise InvitationError(
            _(
                "A registrar makes the codes of this wave, so that nobody here knows them: no others are made, sent or "
                "taken here. Ask the registrar for a spare."
            )
        )
    _check_stratum(wave, stratum)
    check_psu(wave, stratum, psu)
    # Sorted, so that the table's order tells nothing about the order of making and sending.
    ordered = sorted(hashes)
    if not 1 <= len(ordered) <= MOST_AT_ONCE:
        raise InvitationError(
            _("Between 1 and %(most)d codes can be made at a time.") % {"most": MOST_AT_ONCE}
        )
    if any(len(one) != 32 for one in ordered):
        raise InvitationError(_("Every hash must be 32 bytes of SHA-256."))
    store(Invitation(code_hash=one, wave=wave, klass=wave.klass, stratum=stratum, psu=psu) for one in ordered)
    audit.record(
        wave,
        verb="register invitations",
        by=by,
        count=len(ordered),
        stratum=stratum,
        status=wave.status,
        **({"psu": psu} if psu else {}),
    )
    return len(ordered)


def make_codes(wave: Wave, *, stratum: int, psu: int = 0, count: int, by: User | None) -> list[str]:
    """Make `count` invitations and return their codes: the only time that anybody can read them here.

    Refused where a registrar makes the codes.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvitationError(
            _("Between 1 and %(most)d codes can be made at a time.") % {"most": MOST_AT_ONCE}
        )
    codes = [new_code() for _number in range(count)]
    hashes = [code_hash(wave.slug, code) for code in codes]
    register_hashes(wave, hashes=hashes, stratum=stratum, psu=psu, by=by)
    return codes


def has_registrar(wave: Wave) -> bool:
    """Say whether a registrar has handed in codes: then nobody here may know any of them."""
    entries = AuditEntry.objects.filter(subject_kind="wave", subject_id=str(wave.pk), verb=REGISTRAR_VERB)
    return entries.exists()


@transaction.atomic
def revoke(wave: Wave, *, code: str, by: User | None) -> Invitation:
    """Withdraw a lost code, so that a spare can be handed out; raises `CodeSpent` when it was used.

    Only until the wave is closed: who was invited is what its response rate is published over.
    """
    wave = _still_running(wave)
    invitation = _withdraw(wave, code)
    audit.record(wave, verb="revoke invitation", by=by, stratum=invitation.stratum)
    return invitation


@transaction.atomic
def replace(wave: Wave, *, lost: str, spare: str, by: User | None) -> Invitation:
    """Withdraw the code `lost` and let the declared `spare` of the same stratum and cluster open in its place.

    Returns the invitation of the spare. Raises `CodeSpent` when the lost code was used or withdrawn before, and
    `InvitationError` when there is no such code or no such spare, or when the wave is closed; nothing is changed then.
    """
    wave = _still_running(wave)
    invitation = _withdraw(wave, lost)
    plain = normalised(spare)
    kept = Invitation.objects.filter(
        code_hash=code_hash(wave.slug, plain) if plain else b"", wave=wave, state=Invitation.State.SPARE
    )
    found = kept.first()
    if found is None:
        raise InvitationError(_("This is not one of the spares that were declared for this wave."))
    if (found.stratum, found.psu) != (invitation.stratum, invitation.psu):
        raise InvitationError(
            _("This spare is of another stratum or cluster than the lost code. Take one of the same.")
        )
    if kept.update(state=Invitation.State.ISSUED) != 1:
        raise InvitationError(_("This spare was handed out just now. Take another one."))
    audit.record(wave, verb="replace invitation", by=by, stratum=found.stratum, status=wave.status)
    found.state = Invitation.State.ISSUED
    return found


def taking_codes(wave: Wave) -> Wave:
    """Return the wave, locked, if people can be drawn and invited to it; else raise `InvitationError`.

    Codes for service events come from `service_events` alone, which counts them in public at their service point.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.status not in (Wave.Status.PLANNED, Wave.Status.OPEN):
        raise InvitationError(_("This wave is closed: nobody can be invited to it any more."))
    if wave.klass == Klass.OPEN:
        raise InvitationError(_("This wave is for anybody to answer: it takes no invitation codes."))
    if wave.klass == Klass.SERVICE:
        raise InvitationError(
            _(
                "This wave is about service events: the system in which cases are closed draws a code for each of "
                "them at its service point, counted in public. None are made, sent or taken otherwise."
            )
        )
    return wave


def store(invitations: Iterable[Invitation]) -> None:
    """Store invitations, all or none; raises `InvitationError` when one of the codes is known already.

    By COPY, which takes a twentieth of the time of INSERT.
    """
    columns = ("code_hash", "wave_id", "klass", "stratum", "psu", "point", "state")
    statement = f"COPY {Invitation._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    try:
        with (
            transaction.atomic(),
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            copy.set_types(("bytea", "int8", "int2", "int2", "int2", "int4", "int2"))
            for one in invitations:
                copy.write_row([getattr(one, column) for column in columns])
    except IntegrityError as clash:
        raise InvitationError(_("One of these codes is registered already; none was added.")) from clash


def check_psu(wave: Wave, stratum: int, psu: int) -> None:
    """Raise `InvitationError` when the stratum has no cluster of this number."""
    drawn = Stratum.objects.filter(wave=wave, number=stratum).values_list("clusters", flat=True).first()
    if drawn is None and psu:
        raise InvitationError(_("People of this wave are drawn singly; give 0 for the cluster."))
    if drawn is not None and not 1 <= psu <= drawn:
        raise InvitationError(
            _("Give the number of the cluster, 1 to %(most)d, for these codes.") % {"most": drawn}
        )


def new_code() -> str:
    """Return 130 random bits as a code."""
    return spelt(secrets.randbits(5 * LENGTH), LENGTH)


def _still_running(wave: Wave) -> Wave:
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.status not in (Wave.Status.PLANNED, Wave.Status.OPEN):
        raise InvitationError(_("This wave is closed: its codes count as invited and stay as they are."))
    return wave


def _withdraw(wave: Wave, code: str) -> Invitation:
    """Withdraw an issued code, in one conditional update that a submission cannot overtake."""
    plain = normalised(code)
    if plain is None:
        raise InvitationError(_("This is not an invitation code: it has 26 letters and digits."))
    known = Invitation.objects.filter(code_hash=code_hash(wave.slug, plain), wave=wave)
    found = known.exclude(state=Invitation.State.SPARE).first()
    if found is None:
        raise InvitationError(_("There is no such invitation to this wave."))
    withdrawn = known.filter(state=Invitation.State.ISSUED).update(state=Invitation.State.REVOKED)
    if withdrawn != 1:
        raise CodeSpent(_("This invitation code has been used already or was withdrawn."))
    found.state = Invitation.State.REVOKED
    return found


def _check_stratum(wave: Wave, stratum: int) -> None:
    known = set(Stratum.objects.filter(wave=wave).values_list("number", flat=True))
    if stratum not in (known or {0}):
        raise InvitationError(
            _("Choose one of the wave's strata for these codes.")
            if known
            else _("This wave has no strata; give 0 for the stratum.")
        )
