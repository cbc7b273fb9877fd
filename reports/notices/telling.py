"""What a notice says: one sentence and an address, never a figure.

Written when it is read or sent, in the language of the moment; a wave's title and dates are all that it holds.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.notices.models import Notice
from surveys.people.models import Role

Kind = Notice.Kind


def sentence(notice: Notice) -> str:
    """Return what is told, in the current language."""
    words = {"wave": notice.wave.title, "at": _moment(notice)}
    match notice.kind:
        case Kind.RELEASED if notice.number > 1:
            return (
                _("A correction of the results of “%(wave)s” is released. The earlier results stay readable.")
                % words
            )
        case Kind.RELEASED:
            return _("The results of “%(wave)s” are released.") % words
        case Kind.AWAITING_REVIEW:
            return _("The results of “%(wave)s” are sealed until %(at)s and await a review.") % words
        case Kind.HELD:
            return (
                _(
                    "The release of “%(wave)s” is held back:"
                    " something that must stay hidden could be worked out from it."
                )
                % words
            )
        case _kind:
            return _("The results of “%(wave)s” were due on %(at)s and are not published.") % words


def address(notice: Notice) -> str:
    """Return the path of the page that a notice is about."""
    if notice.kind == Kind.RELEASED and notice.user.role != Role.HEAD:
        return reverse("scorecards:wave", args=[notice.wave.slug])
    if notice.publication_id and notice.kind != Kind.RELEASED:
        return reverse("scorecards:review", args=[notice.publication_id])
    return reverse("scorecards:list")


def letter(notice: Notice, languages: list[str]) -> tuple[str, str]:
    """Return subject and text of the e-mail about a notice, in each of the languages one after another."""
    told, ends = [], []
    for language in languages:
        with translation.override(language):
            told.append(sentence(notice))
            ends.append(_("You can switch these e-mails off on the page of your notices."))
    links = settings.SITE_ADDRESS + address(notice)
    whole = "\n\n".join(told)
    # A title is anybody's words: no line of it may become a header.
    return " ".join(" / ".join(told).split()), f"{whole}\n\n{links}\n\n" + "\n".join(ends) + "\n"


def _moment(notice: Notice) -> str:
    return date_format(timezone.localtime(notice.wave.release_at), "DATETIME_FORMAT")
