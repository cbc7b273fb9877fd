"""The pages about waves in the office: plan, open, watch, close; codes; import."""

from surveys.waves.views.codes import codes, register, replace, revoke
from surveys.waves.views.kiosks import kiosk_off, kiosks
from surveys.waves.views.posters import poster, posters
from surveys.waves.views.sending import send
from surveys.waves.views.waves import (
    change,
    close_now,
    detail,
    import_past,
    office,
    open_now,
    plan,
    progress,
    waves,
)
from surveys.waves.views.withdrawing import withdraw

__all__ = [
    "change",
    "close_now",
    "codes",
    "detail",
    "import_past",
    "kiosk_off",
    "kiosks",
    "office",
    "open_now",
    "plan",
    "poster",
    "posters",
    "progress",
    "register",
    "replace",
    "revoke",
    "send",
    "waves",
    "withdraw",
]
