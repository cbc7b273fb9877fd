"""The pages about waves in the office: plan, open, watch, close; codes; import."""

from surveys.waves.views.waves import (
    change,
    close_now,
    codes,
    detail,
    import_past,
    office,
    open_now,
    plan,
    progress,
    revoke,
    waves,
)

__all__ = [
    "change",
    "close_now",
    "codes",
    "detail",
    "import_past",
    "office",
    "open_now",
    "plan",
    "progress",
    "revoke",
    "waves",
]
