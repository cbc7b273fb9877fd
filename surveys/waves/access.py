"""Who may see a wave: staff who watch fieldwork see all; residents see the public ones that are open.

Department heads meet a wave only as released scorecards, so no wave is visible to them here.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from surveys.people.models import User
from surveys.people.roles import Deed, may
from surveys.waves.models import Wave


def waves_visible_to(user: User | AnonymousUser) -> QuerySet[Wave]:
    """Return the waves whose fieldwork `user` may watch."""
    if isinstance(user, User) and may(user, Deed.SEE_FIELDWORK):
        return Wave.objects.all()
    return Wave.objects.none()


def wave_for(user: User | AnonymousUser, pk: int) -> Wave:
    """Return the wave with key `pk`; raises `Wave.DoesNotExist` when `user` may not see it."""
    return waves_visible_to(user).select_related("edition__questionnaire", "previous").get(pk=pk)


def public_waves() -> QuerySet[Wave]:
    """Return the waves that anybody may answer now, the one closing first in front."""
    return Wave.objects.filter(status=Wave.Status.OPEN, is_public=True).order_by("closes_at", "id")
