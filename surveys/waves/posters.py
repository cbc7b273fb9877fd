"""Posters: a sheet for the wall of a service point that leads to a wave's public page.

Its QR code says that it was read from a poster, and at which point: `/s/<slug>/?ch=qr&point=<code>`. Beside it stands
the address in plain words for whoever cannot scan, and what anybody wants to know before answering, in two languages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from urllib.parse import urlencode, urlsplit

from django.db.models import QuerySet
from django.utils import timezone

from surveys import typesetting
from surveys.languages import Text, in_language
from surveys.people.models import ServicePoint
from surveys.questionnaires.advising.minutes import Clock, whole_trip
from surveys.waves.models import Wave

PAPERS = {"a4": 210, "a5": 148}  # width in millimetres
MOST_AT_ONCE = 300

_SOURCE = """
#let all = json("posters.json")
#let u = all.width * 1mm / 210
#let accent = rgb("#35479a")
#let soft = luma(35%)
#set document(title: all.title.zh + " · " + all.title.en, date: none)
#set page(paper: all.paper, margin: (x: 18 * u, top: 72 * u, bottom: 12 * u))
#set par(leading: 0.55em, spacing: 0.65em)
#let english(size, fill: soft, body) = { // the font draws this sign as wide as a Chinese one
  show "’": "'"; text(lang: "en", region: "gb", size: size * u, fill: fill, body) }
#for (index, poster) in all.posters.enumerate() {
  if index > 0 { pagebreak() }
  place(top + left, dx: -18 * u, dy: -72 * u,
    block(width: 210 * u, height: 62 * u, fill: accent, inset: (x: 18 * u), align(horizon, stack(spacing: 5.5 * u,
      { text(size: 5.2 * u, fill: white)[请您评价]; h(2 * u); english(5.2, fill: white)[Please rate] },
      heading(level: 1, outlined: index == 0,
        text(size: all.large * u, fill: white, stroke: 0.014em + white, all.title.zh)),
      english(6.2, fill: white, all.title.en)))))
  set align(center)
  if poster.name.zh != "" {
    text(size: 8 * u, stroke: 0.014em, poster.name.zh); parbreak()
    if poster.name.en != poster.name.zh { english(5, poster.name.en) } }
  v(1fr)
  image(poster.qr, width: 106 * u, alt: poster.alt)
  v(1fr)
  text(size: 7.6 * u)[手机扫一扫，说说您的看法]; parbreak()
  english(5)[Scan it with your phone and say what you think]
  v(1fr)
  block(width: 100%, fill: rgb("#e8ebf8"), radius: 3 * u, inset: 4.5 * u, {
    text(size: 4.2 * u, fill: soft)[也可以在浏览器里输入]; h(2 * u); english(4.2)[or type in a browser]; parbreak()
    text(size: all.size * u, fill: accent, stroke: 0.012em + accent, all.address) })
  v(1fr)
  let dot = [ #sym.dot.c ]
  text(size: 5.2 * u)[不记名#(dot)不用注册#(dot)大约 #all.minutes 分钟#(dot)#all.released.zh 公布结果]; parbreak()
  english(4.2)[No name#(dot)no account#(dot)about #all.minutes min#(dot)results on #all.released.en]
}
"""


@dataclass(frozen=True, slots=True)
class Poster:
    """One sheet: the point whose name stands on it, or none, and the address in its QR code."""

    name: Text
    address: str


def points_of(wave: Wave) -> QuerySet[ServicePoint]:
    """Return the service points of the departments that the wave asks about, by department."""
    found = ServicePoint.objects.filter(department__coverage__wave=wave, is_active=True)
    return found.select_related("department", "place").order_by("department__position", "code")


def poster_of(wave_address: str, point: ServicePoint | None) -> Poster:
    """Return the poster of a service point, or one for anywhere; `wave_address` is that of `/s/<slug>/`."""
    said = {"ch": "qr", "point": point.code} if point else {"ch": "qr"}
    return Poster(point.names if point else {}, f"{wave_address}?{urlencode(said)}")


def print_posters(wave: Wave, posters: Sequence[Poster], *, wave_address: str, paper: str) -> bytes:
    """Return a PDF with a page for each poster, on `paper` (`PAPERS`); raises `typesetting.NotPrintable`."""
    document = wave.edition.document
    minutes = Clock(document).span([whole_trip(document)], departments=wave.departments_per_person).usual
    site = urlsplit(wave_address)
    plain = f"{site.netloc}{site.path}"
    drawings = {f"{number}.svg": typesetting.qr(one.address) for number, one in enumerate(posters)}
    shown = {
        "paper": paper,
        "width": PAPERS[paper],
        "title": _both(wave.titles),
        "address": plain,
        "size": min(8.4, 270 / len(plain)),  # so that it stays on one line
        "large": 12.5 if len(in_language(wave.titles, "zh-hans")) <= 26 else 9,
        "minutes": max(1, ceil(minutes)),
        "released": _dates(wave.release_at),
        "posters": [
            {"name": _both(one.name), "qr": f"{number}.svg", "alt": one.address}
            for number, one in enumerate(posters)
        ],
    }
    files = {**drawings, "posters.json": json.dumps(shown, ensure_ascii=False).encode()}
    return typesetting.pdf(typesetting.base() + _SOURCE, files=files)


def _both(text: Text) -> dict[str, str]:
    return {"zh": in_language(text, "zh-hans"), "en": in_language(text, "en")}


def _dates(at: datetime) -> dict[str, str]:
    day = timezone.localtime(at)
    return {"zh": f"{day.year} 年 {day.month} 月 {day.day} 日", "en": f"{day.day} {day:%B %Y}"}
