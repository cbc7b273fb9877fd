"""The resident's pages as bytes: the answer sheet, the chooser before it and the receipt after it.

A blank page depends on what the wave asks, the language, the departments chosen and the channel, on nobody who reads
it. It is drawn once, kept in memory cut at the places of the form's token and code, and completed for each reader.
A page with answers or errors on it is drawn anew and never kept.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from surveys.languages import direction, in_language, language_name
from surveys.questionnaires.drawing import draw, field_name
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import AnswerSheet
from surveys.waves.models import Channel

FORM_ID = "answers"
MOST_KEPT_BYTES = 32 * 2**20

# Stands in a drawn page where each reader gets something else; nobody can have typed it into a questionnaire.
_MARK = secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Page:
    """A drawn page with gaps; odd pieces are the gaps' names."""

    pieces: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return sum(map(len, self.pieces))

    def filled(self, **gaps: str) -> bytes:
        """Return the page with its gaps filled; the words must be safe in HTML."""
        given = {name.encode(): words.encode() for name, words in gaps.items()}
        return b"".join(given[piece] if odd % 2 else piece for odd, piece in enumerate(self.pieces))


def _gap(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"


class KeptPages:
    """Pages drawn before, the least recently read forgotten first; safe for threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, draw_page: Callable[[], str]) -> Page:
        """Return the page kept under `key`, drawing it when there is none."""
        with self._lock:
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
                return page
        page = Page(tuple(draw_page().encode().split(_MARK.encode())))
        with self._lock:
            if key not in self._pages:
                self._pages[key] = page
                self._bytes += page.size
            while self._bytes > self._most_bytes and len(self._pages) > 1:
                self._bytes -= self._pages.popitem(last=False)[1].size
        return page


kept = KeptPages(MOST_KEPT_BYTES)


# Browsers name Chinese by country, questionnaires by script.
_SCRIPTS = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
}


@lru_cache(maxsize=1000)
def wanted_language(chosen: str, accepted: str, offered: tuple[str, ...]) -> str:
    """Return the language of `offered` that was chosen, else the first that the browser accepts, else the first."""
    if chosen in offered:
        return chosen
    for wanted, _weight in parse_accept_lang_header(accepted):
        base = wanted.split("-")[0]
        for candidate in (wanted, _SCRIPTS.get(wanted), base):
            if candidate in offered:
                return str(candidate)
        for language in offered:
            if language.split("-")[0] == base:
                return language
    return offered[0]


def page_language(language: str) -> str:
    """Return the language for the site's own words on a page in `language`."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def blank_form(
    wave: AskedWave, *, language: str, about: tuple[str, ...], channel: Channel, token: str, code: str = ""
) -> bytes:
    """Return the empty answer sheet about the departments `about` (all of the wave when empty)."""

    def draw_page() -> str:
        sheet = AnswerSheet(wave, language, channel)
        sheet.ask(list(about))
        return _draw_form(sheet, about=about, token=_gap("token"), code=_gap("code") if code else "")

    page = kept.get(("form", wave.fingerprint, language, about, channel, bool(code)), draw_page)
    return page.filled(token=token, code=code)


def filled_form(
    sheet: AnswerSheet, *, about: tuple[str, ...], token: str, code: str = "", notice: str = ""
) -> bytes:
    """Return the answer sheet with what was typed and what is wrong with it; `notice` stands above it."""
    return _draw_form(sheet, about=about, token=token, code=code, notice=notice).encode()


def chooser(
    wave: AskedWave, *, language: str, channel: Channel, chosen: tuple[str, ...] = (), error: str = ""
) -> bytes:
    """Return the page on which a resident chooses the departments to rate."""

    def draw_page() -> str:
        departments = [
            {
                "code": one.code,
                "name": in_language(one.names, language) or one.code,
                "chosen": one.code in chosen,
            }
            for one in wave.departments
        ]
        context = {
            "introduction": in_language(wave.document.get("introduction", {}), language),
            "departments": departments,
            "most": wave.departments_per_person,
            "may_skip": wave.general is not None,
            "error": error,
        }
        return _draw("choose", wave, language, channel, context)

    if chosen or error:
        return draw_page().encode()
    return kept.get(("chooser", wave.fingerprint, language, channel), draw_page).filled()


def receipt(wave: AskedWave, *, language: str, receipts: tuple[str, ...], again: bool = False) -> bytes:
    """Return the page with the receipts: the same for every answer; `again` if the form had been sent before."""

    def draw_page() -> str:
        gaps = [_gap(f"receipt{number}") for number in range(len(receipts))]
        context = {"receipts": gaps, "release_at": wave.release_at, "again": again}
        return _draw("receipt", wave, language, None, context)

    key = ("receipt", wave.fingerprint, wave.release_at, language, len(receipts), again)
    gaps = {
        f"receipt{number}": "".join(f"<span>{group}</span>" for group in receipt_groups(one))
        for number, one in enumerate(receipts)
    }
    return kept.get(key, draw_page).filled(**gaps)


def receipt_groups(printed: str) -> list[str]:
    """Return the groups in which a receipt is shown: four of them, the check character with the last."""
    *groups, last, check = printed.split("-")
    return [*groups, f"{last}-{check}"]


def _draw_form(sheet: AnswerSheet, *, about: tuple[str, ...], token: str, code: str, notice: str = "") -> str:
    context = {
        "action": reverse("responses:survey", args=[sheet.wave.slug]),
        "form_id": FORM_ID,
        "language_form": FORM_ID,
        "introduction": in_language(sheet.wave.document.get("introduction", {}), sheet.language),
        "parts": list(_parts(sheet)),
        "problems": [{"anchor": name or FORM_ID, "text": words} for name, words in sheet.errors.items()],
        "notice": notice,
        "all_optional": not any(q.get("required") for one in sheet.asked for q in one.part.questions),
        "about": about,
        "can_choose": sheet.wave.chooses and not sheet.typed,
        "token": token,
        "code": code,
    }
    return _draw("answer", sheet.wave, sheet.language, sheet.channel, context)


def _parts(sheet: AnswerSheet) -> Iterator[dict[str, Any]]:
    """Yield the form's parts with their questions drawn, numbered through."""
    number = 0
    for department in sheet.asked:
        questions = []
        for question in department.part.questions:
            number += 1
            name = field_name(department.code, question)
            questions.append(
                draw(
                    question,
                    name=name,
                    language=sheet.language,
                    number=number,
                    typed=sheet.typed.get(name, ()),
                    error=sheet.errors.get(name, ""),
                )
            )
        is_general = department is sheet.wave.general
        yield {
            "code": department.code,
            "name": "" if is_general else in_language(department.names, sheet.language) or department.code,
            "questions": questions,
        }


def _draw(
    name: str, wave: AskedWave, language: str, channel: Channel | None, context: Mapping[str, Any]
) -> str:
    """Return a page in `language`, which the site itself need not speak."""
    site = page_language(language)
    with translation.override(site):
        return get_template(f"surveys/responses/{name}.html").render(
            {
                "wave": wave,
                "title": in_language(wave.titles, language) or wave.slug,
                "language": language,
                "page_lang": language,
                "page_dir": direction(language),
                "channel": channel.name.lower() if channel else "",
                "switch_languages": [{"code": code, "name": language_name(code)} for code in wave.languages],
                **context,
            }
        )
