"""The address of this site as posters, letters, kiosks and messages bear it: one for all of them.

It is the declared one, whatever address whoever prints it is signed in at. Where nothing but this computer is
declared, as when the platform is tried on a laptop, the address that the browser used reaches at least as far.
"""

from urllib.parse import urlsplit

from django.conf import settings

THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})


def site_address(seen: str) -> str:
    """Return the address of the site, without a slash at its end; `seen` is one that a browser reached it by."""
    declared: str = settings.SITE_ADDRESS
    if is_reached(declared):
        return declared
    found = urlsplit(seen)
    return f"{found.scheme}://{found.netloc}"


def is_reached(address: str) -> bool:
    """Say whether other devices than this computer reach an address."""
    return urlsplit(address).hostname not in THIS_COMPUTER
