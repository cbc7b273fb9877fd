"""Assisting: a member of staff fills a form in with a resident, or types one in from paper.

What the form carries of this is a pass, sealed. Records and counts name the helper by a keyed hash, another one in
every wave, so that whoever reads them can tell helpers apart and nobody without the key can tell who they are.
"""

import hashlib
import hmac

from django.conf import settings

from surveys.people.models import User
from surveys.responses import passes
from surveys.responses.passes import Pass
from surveys.waves.models import Channel

NAME_LENGTH = 16


def helper_name(user: User, wave_id: int) -> str:
    """Return the 16 hexadecimal characters that stand for `user` in the wave."""
    told = f"minping/helper/v1\0{wave_id}\0{user.pk}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()[:NAME_LENGTH]


def permit(user: User, wave_id: int, *, channel: Channel, point: int = 0) -> str:
    """Return the pass of a form that `user` helps with; `point` is the id of a service point, 0 for none."""
    return passes.issue(wave_id, Pass(channel, point, helper_name(user, wave_id), user.pk))
