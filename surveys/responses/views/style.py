"""The style of residents' pages: its sheets as one file, compressed, because every request costs a slow line a second.

There is no build step: the sheets lie in `static/css/`, are joined when one of them is new, and kept.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

SHEETS = ("tokens", "resident", "answering", "large")
KEPT_SECONDS = 300  # by a browser without asking, as long as other files of ours


@dataclass(frozen=True, slots=True)
class Joined:
    """The sheets in their order: as they are, compressed, and the name of this state of them."""

    plain: bytes
    compressed: bytes
    tag: str


@login_not_required
@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Answer with the sheets of residents' pages as one."""
    paths = [Path(settings.BASE_DIR, "static", "css", f"{name}.css") for name in SHEETS]
    joined = _joined(tuple((path, path.stat().st_mtime_ns) for path in paths))
    headers = {
        "Cache-Control": f"public, max-age={KEPT_SECONDS}",
        "ETag": joined.tag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("If-None-Match") == joined.tag:
        return HttpResponse(status=304, headers=headers)
    squeezed = "gzip" in request.headers.get("Accept-Encoding", "")
    if squeezed:
        headers["Content-Encoding"] = "gzip"
    content = joined.compressed if squeezed else joined.plain
    return HttpResponse(content, content_type="text/css; charset=utf-8", headers=headers)


@lru_cache(maxsize=1)
def _joined(sheets: tuple[tuple[Path, int], ...]) -> Joined:
    plain = b"\n".join(path.read_bytes() for path, _changed in sheets)
    # Proxies that compress by themselves change a strong tag; a weak one is the same for both.
    tag = f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return Joined(plain, gzip.compress(plain, 9, mtime=0), tag)
