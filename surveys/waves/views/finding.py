"""What every page about a wave begins with: who is here, and the wave that they may see."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from surveys.people.models import User
from surveys.people.roles import Deed, may
from surveys.waves import access
from surveys.waves.models import Wave


def wave_or_404(request: HttpRequest, pk: int) -> Wave:
    """Return the wave that the reader may see, or raise `Http404`."""
    try:
        return access.wave_for(request.user, pk)
    except Wave.DoesNotExist as missing:
        raise Http404 from missing


def staff(request: HttpRequest) -> User:
    """Return who is signed in; the middleware lets nobody else come here."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def may_do(request: HttpRequest, deed: Deed) -> bool:
    """Say whether the reader's role allows `deed`."""
    return isinstance(request.user, User) and may(request.user, deed)


def address(name: str, *args: Any) -> str | None:
    """Return the address of a page of another room, or None where there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None
