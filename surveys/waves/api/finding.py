"""What the API of waves begins with and ends with: who asks, for which wave, and a step that its state refuses."""

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.access import require
from surveys.people.models import User
from surveys.people.roles import Deed
from surveys.waves import access
from surveys.waves.models import Wave


def staff_for(request: Request, deed: Deed) -> User:
    """Return the member of staff who asks, if that one may do `deed`."""
    require(request.user, deed)
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def wave_of(user: User, slug: str) -> Wave:
    """Return the wave at `slug`, if there is one that `user` may see."""
    return get_object_or_404(access.waves_visible_to(user), slug=slug)


def conflict(refused: Exception) -> Response:
    """Answer that the wave's state does not allow the step."""
    return Response({"detail": str(refused)}, status=status.HTTP_409_CONFLICT)
