"""What the pages for helpers begin with: a wave that residents may be helped with, as they meet it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from surveys.people.models import User
from surveys.responses import access
from surveys.responses.access import AskedWave
from surveys.waves.access import waves_to_help_with
from surveys.waves.models import Channel


def helper(request: HttpRequest) -> User:
    """Return who is signed in; the middleware lets nobody else come here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def wave_or_404(request: HttpRequest, pk: int, channel: Channel) -> AskedWave:
    """Return the wave with key `pk` if the reader may help with it by `channel`, or raise `Http404`."""
    found = waves_to_help_with(request.user, channel).filter(pk=pk).values_list("slug", flat=True).first()
    if found is None:
        raise Http404
    return access.asked_wave(found, fresh=True)
