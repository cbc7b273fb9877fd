"""Who may see a wave: staff who watch fieldwork see all; residents see the public ones that are open.

Department heads meet a wave only as released scorecards, so no wave is visible to them here.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from surveys.people.models import User
from surveys.people.roles import Deed, may
from surveys.waves.models import Channel, Wave


def waves_visible_to(user: User | AnonymousUser) -> QuerySet[Wave]:
    """Return the waves whose fieldwork `user` may watch."""
    if isinstance(user, User) and may(user, Deed.SEE_FIELDWORK):
        return Wave.objects.all()
    return Wave.objects.none()


def wave_for(user: User | AnonymousUser, pk: int) -> Wave:
    """Return the wave with key `pk`; raises `Wave.DoesNotExist` when `user` may not see it."""
    return waves_visible_to(user).select_related("edition__questionnaire", "previous").get(pk=pk)


def waves_to_help_with(user: User | AnonymousUser, channel: Channel) -> QuerySet[Wave]:
    """Return the waves that `user` may help residents to answer by `channel`: those open and still to open."""
    deed = {Channel.ASSISTED: Deed.ASSIST, Channel.PAPER: Deed.ENTER_PAPER}[channel]
    if not (isinstance(user, User) and may(user, deed)):
        return Wave.objects.none()
    waiting = (Wave.Status.PLANNED, Wave.Status.OPEN)
    return Wave.objects.filter(status__in=waiting, channels__contains=[channel]).order_by("closes_at", "id")
