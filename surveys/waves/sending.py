"""Sending: invitations by text message or e-mail, and reminders to everybody.

The codes of such invitations are made here, put into the messages and handed to the gateway; contacts and codes are
forgotten with the request, and only what was handed over is registered, as a hash. The audit keeps counts. A reminder
goes to the whole list again and holds no code: nobody here knows who has answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import audit
from surveys.audit import AuditEntry
from surveys.languages import in_language
from surveys.people.models import User
from surveys.waves import gateways, inviting
from surveys.waves.gateways import EMAIL, PHONE, Delivered, Gateway, Message
from surveys.waves.inviting import InvitationError
from surveys.waves.lines import cells_of
from surveys.waves.models import Stratum, Wave

LINK = "{link}"
MOST_CHARACTERS = 1_000
CHANNELS: Mapping[str, str] = {PHONE: "sms", EMAIL: "email"}
SAMPLE_CODE = "X" * inviting.LENGTH

TEXTS: Mapping[str, Mapping[str, str]] = {
    "invite": {
        "zh-hans": "您被抽中参加“{title}”，不记名。请在{closes}前打开：{link} 链接只能用一次，请勿转发。",
        "en": 'You were chosen for "{title}", no name asked. Please open by {closes}: {link} The link works once; '
        "please do not pass it on.",
    },
    "remind": {
        "zh-hans": "提醒：“{title}”于{closes}截止，请用之前短信或邮件里的链接参加。已经参加的，请不必理会："
        "我们不知道谁参加过。",
        "en": 'Reminder: "{title}" ends on {closes}. Please use the link of our first message. If you have '
        "answered, ignore this: we do not know who has.",
    },
}

_PHONE = re.compile(r"\+?[0-9]{7,15}")
_PLAIN = re.compile(r"[\s()（）-]+")


class BadContacts(ValueError):
    """A list with lines that cannot be sent to; `faults` are their numbers, each with a sentence."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__(_("Nothing was sent."))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to be written to."""

    line: int
    to: str
    kind: str
    stratum: int = 0
    psu: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a sending."""

    handed_over: int
    left: Sequence[Contact]  # who was not written to, and can be tried again
    problem: str


def usual_text(wave: Wave, *, kind: str, language: str) -> str:
    """Return the text proposed for an invitation (`invite`) or a reminder (`remind`)."""
    day = timezone.localtime(wave.closes_at)
    closes = f"{day.month}月{day.day}日" if language == "zh-hans" else f"{day.day} {day:%B}"
    text = TEXTS[kind][language].replace("{title}", in_language(wave.titles, language))
    return text.replace("{closes}", closes)


def read_contacts(text: str, wave: Wave, gateway: Gateway | None = None) -> list[Contact]:
    """Return the contacts of a list: number or address, then stratum and cluster where the wave has them.

    Raises `BadContacts` naming every line that is wrong.
    """
    gateway = gateway or gateways.gateway()
    strata = {one.code: one for one in wave.strata.all()}
    contacts: list[Contact] = []
    faults: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for number, cells in cells_of(text, ","):
        try:
            one = _contact(number, cells, strata)
            if one.kind not in gateway.kinds:
                raise InvitationError(
                    _("%(gateway)s does not reach telephone numbers.") % {"gateway": gateway.label}
                )
            if (before := seen.setdefault(one.to, number)) != number:
                raise InvitationError(_("The same contact as in line %(line)d.") % {"line": before})
        except InvitationError as fault:
            faults.append((number, str(fault)))
        else:
            contacts.append(one)
    if faults:
        raise BadContacts(faults)
    if not 1 <= len(contacts) <= gateway.most:
        message = _("The list has %(number)d contacts; %(gateway)s takes between 1 and %(most)d at a time.")
        counts = {"number": len(contacts), "gateway": gateway.label, "most": gateway.most}
        raise BadContacts([(0, message % counts)])
    return contacts


def check_text(text: str, *, kind: str) -> None:
    """Raise `InvitationError` unless the text can be sent: an invitation holds its link once."""
    if kind == "invite" and text.count(LINK) != 1:
        raise InvitationError(_("The text must hold {link} once: there the link of each person is put."))
    if len(text) > MOST_CHARACTERS:
        raise InvitationError(_("The text is longer than %(most)d characters.") % {"most": MOST_CHARACTERS})


def written(contact: Contact, text: str, *, site: str, code: str, subject: str = "") -> Message:
    """Return the message to one contact; `site` is the address of the site, without a slash at its end."""
    link = f"{site}/i/{code}/?ch={CHANNELS[contact.kind]}" if code else f"{site}/i/"
    return Message(contact.to, " ".join(subject.split()), text.replace(LINK, link))


def parts(text: str) -> int:
    """Return how many text messages carriers count for `text`."""
    alone, chained = (160, 153) if text.isascii() else (70, 67)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= alone else ceil(units / chained)


@transaction.atomic
def invite(
    wave: Wave,
    *,
    contacts: Sequence[Contact],
    text: str,
    subject: str,
    site: str,
    sending: str,
    by: User | None,
    gateway: Gateway | None = None,
) -> Sent:
    """Make a code for each contact, hand the messages to the gateway and register those that it took.

    `sending` is a name for this sending alone; the same one again is refused with `InvitationError`, so that nobody
    gets two codes from a button pressed twice.
    """
    gateway = gateway or gateways.gateway()
    wave = inviting.taking_codes(wave)
    _refuse_again(wave, sending)
    check_text(text, kind="invite")
    codes = [inviting.new_code() for _contact in contacts]
    messages = [
        written(one, text, site=site, code=code, subject=subject)
        for one, code in zip(contacts, codes, strict=True)
    ]
    everybody = range(len(contacts))
    try:
        with (
            transaction.atomic()
        ):  # registered before they are sent: a code that arrives is a code that works
            _register(wave, contacts, codes, everybody, by)
            delivered = gateway.deliver(messages, sending=_named(wave, sending))
            if len(delivered.taken) < len(contacts):
                raise _Short(delivered)
    except _Short as short:
        delivered = short.delivered
        _register(wave, contacts, codes, delivered.taken, by)
    return _recorded(wave, "send invitations", contacts, delivered, gateway, sending, by)


@transaction.atomic
def remind(
    wave: Wave,
    *,
    contacts: Sequence[Contact],
    text: str,
    subject: str,
    site: str,
    sending: str,
    by: User | None,
    gateway: Gateway | None = None,
) -> Sent:
    """Hand a reminder without a code to the gateway, for everybody on the list."""
    gateway = gateway or gateways.gateway()
    wave = inviting.taking_codes(wave)
    _refuse_again(wave, sending)
    check_text(text, kind="remind")
    messages = [written(one, text, site=site, code="", subject=subject) for one in contacts]
    delivered = gateway.deliver(messages, sending=_named(wave, sending))
    return _recorded(wave, "send reminders", contacts, delivered, gateway, sending, by)


class _Short(Exception):
    """The gateway took fewer messages than it was given."""

    def __init__(self, delivered: Delivered) -> None:
        super().__init__()
        self.delivered = delivered


def _register(
    wave: Wave, contacts: Sequence[Contact], codes: Sequence[str], taken: Sequence[int], by: User | None
) -> None:
    """Register the codes of the contacts at these places, by stratum and cluster."""
    groups: dict[tuple[int, int], list[bytes]] = {}
    for place in taken:
        one = contacts[place]
        groups.setdefault((one.stratum, one.psu), []).append(inviting.code_hash(wave.slug, codes[place]))
    for (stratum, psu), hashes in sorted(groups.items()):
        inviting.register_hashes(wave, hashes=hashes, stratum=stratum, psu=psu, by=by)


def _recorded(
    wave: Wave,
    verb: str,
    contacts: Sequence[Contact],
    delivered: Delivered,
    gateway: Gateway,
    sending: str,
    by: User | None,
) -> Sent:
    """Record counts alone, and say who was left out."""
    went = set(delivered.taken)
    kinds = [contacts[place].kind for place in went]
    audit.record(
        wave,
        verb=verb,
        by=by,
        sending=sending,
        gateway=gateway.name,
        listed=len(contacts),
        **{CHANNELS[kind]: kinds.count(kind) for kind in sorted(set(kinds))},
        status=wave.status,
    )
    left = [one for place, one in enumerate(contacts) if place not in went]
    return Sent(len(went), left, delivered.problem)


def _named(wave: Wave, sending: str) -> str:
    return f"{wave.slug}-{sending}"


def _refuse_again(wave: Wave, sending: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{16,64}", sending):
        raise InvitationError(_("This form is not complete; open the page again."))
    past = AuditEntry.objects.filter(subject_kind="wave", subject_id=str(wave.pk), facts__sending=sending)
    if past.exists():
        raise InvitationError(_("This was sent already; nothing was sent twice."))


def _contact(number: int, cells: Sequence[str], strata: Mapping[str, Stratum]) -> Contact:
    most = 1 + bool(strata) + any(one.clusters for one in strata.values())
    if not cells[0] or len(cells) > most:
        form = [_("a number or address"), _("a stratum"), _("a cluster")][:most]
        raise InvitationError(_("The line should hold %(form)s.") % {"form": ", ".join(form)})
    to, stratum, psu = (*cells, "", "")[:3]
    kind = EMAIL if "@" in to else PHONE
    if kind == PHONE:
        to = _PLAIN.sub("", to)
        if not _PHONE.fullmatch(to):
            raise InvitationError(
                _("“%(typed)s” is no telephone number and no e-mail address.") % {"typed": cells[0][:80]}
            )
    else:
        try:
            validate_email(to)
        except ValidationError as error:
            raise InvitationError(_("“%(typed)s” is no e-mail address.") % {"typed": to[:80]}) from error
    if strata and stratum not in strata:
        raise InvitationError(_("“%(typed)s” is no stratum of this wave.") % {"typed": stratum[:80]})
    if not strata:
        return Contact(number, to, kind)
    drawn = strata[stratum].clusters
    if (drawn and not (psu.isascii() and psu.isdigit() and 1 <= int(psu) <= drawn)) or (psu and not drawn):
        raise InvitationError(_("“%(typed)s” is no cluster of this stratum.") % {"typed": psu[:80]})
    return Contact(number, to, kind, strata[stratum].number, int(psu or 0))
