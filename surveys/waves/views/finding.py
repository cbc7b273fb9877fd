"""What every page about a wave begins with: who is here, and the wave that they may see."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from surveys.people.models import User
from surveys.people.roles import Deed, may
from surveys.waves import access, site
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


def site_of(request: HttpRequest) -> str:
    """Return the address of this site as others are given it."""
    return site.site_address(request.build_absolute_uri("/"))


def site_noted(request: HttpRequest) -> dict[str, Any]:
    """Tell a template which address of this site is given to others, and whether it leads there."""
    found = site_of(request)
    return {"site": found, "is_reached": site.is_reached(found)}
