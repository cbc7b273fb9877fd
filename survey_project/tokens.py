"""How programs sign in to the API: `Authorization: Token …`, looked up by the token's hash.

It stands here, apart from the rooms' APIs, because the settings name it while those are still being imported.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from surveys.people.models import ApiToken, User
from surveys.people.staffing import token_digest


class StaffToken(TokenAuthentication):
    """A member of staff by one of their tokens; the table gives no key away."""

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        """Return whose token this is."""
        token = ApiToken.objects.select_related("user").filter(digest=token_digest(key)).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(_("This token is not known or was revoked."))
        return token.user, token
