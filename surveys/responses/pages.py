"""The resident's pages as bytes: the answer sheet, the chooser before it and the receipt after it.

A blank page depends on what the wave asks, the language, the departments chosen and the channel, on nobody who reads
it. It is drawn once, kept in memory cut at the places of the form's token and code, and completed for each reader.
A page with answers or errors on it is drawn anew and never kept.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from surveys.languages import direction, in_language, language_name
from surveys.questionnaires import page_drawing
from surveys.questionnaires.logic.course import Page
from surveys.questionnaires.logic.whole import WHOLE, whole
from surveys.questionnaires.question_types import question_type
from surveys.responses import change_words, offline, saving
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import AnswerSheet
from surveys.responses.form_tokens import FormToken
from surveys.responses.occasions import LARGE, Occasion
from surveys.responses.receipts import read
from surveys.responses.turning import errors_on, marks, names_on
from surveys.waves.models import Channel

FORM_ID = "answers"
EMPTY_PAGE = Page("", {}, {}, ())
MOST_KEPT_BYTES = 32 * 2**20

# Stands in a drawn page where each reader gets something else; nobody can have typed it into a questionnaire.
_MARK = secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class GappedPage:
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
        self._pages: OrderedDict[Hashable, GappedPage] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, draw_page: Callable[[], str]) -> GappedPage:
        """Return the page kept under `key`, drawing it when there is none."""
        with self._lock:
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
                return page
        page = GappedPage(tuple(draw_page().encode().split(_MARK.encode())))
        with self._lock:
            if key not in self._pages:
                self._pages[key] = page
                self._bytes += page.size
            while self._bytes > self._most_bytes and len(self._pages) > 1:
                self._bytes -= self._pages.popitem(last=False)[1].size
        return page


kept = KeptPages(MOST_KEPT_BYTES)


def page_language(language: str) -> str:
    """Return the language for the site's own words on a page in `language`."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def blank_form(
    wave: AskedWave,
    *,
    language: str,
    about: tuple[str, ...],
    occasion: Occasion,
    token: FormToken,
    address: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return the empty answer sheet, its first page, about the departments `about` (all of the wave when empty).

    `address` is what the page's address says besides, for the questions that it answers. A page with anything random
    or from the address on it belongs to one form and is not kept.
    """

    def asked() -> AnswerSheet:
        sheet = AnswerSheet(wave, language, occasion, token.seed)
        sheet.ask(list(about))
        return sheet

    def draw_page() -> str:
        sheet = asked()
        return _draw_form(sheet, about=about, hidden=_gap("hidden"))

    if wave.course.is_personal:
        sheet = asked()
        sheet.arrive(address)
        return _draw_form(sheet, about=about, hidden=occasion.hidden(token.written)).encode()
    key = ("form", wave.fingerprint, language, about, occasion.view, occasion.ch, bool(occasion.replaces))
    page = kept.get(key, draw_page)
    return page.filled(hidden=occasion.hidden(token.written))


def whole_form(
    wave: AskedWave, *, language: str, about: tuple[str, ...], occasion: Occasion, token: FormToken
) -> bytes:
    """Return the empty answer sheet with everything that could be asked on it, for a device without a line.

    What it shows depends on nobody; whoever takes it drops what the rules would not have asked.
    """

    def draw_page() -> str:
        sheet = AnswerSheet(wave, language, occasion, token.seed)
        sheet.ask(list(about))
        with translation.override(page_language(language)):
            note = _("Only if it applies to you.")
        sheet.walk = whole(wave.course, [one.code for one in sheet.asked], note=note, language=language)
        return _draw_form(sheet, about=about, hidden=_gap("hidden"))

    page = kept.get(("whole", wave.fingerprint, language, about, occasion.view, occasion.ch), draw_page)
    return page.filled(hidden=occasion.hidden(token.written))


def filled_form(
    sheet: AnswerSheet,
    *,
    about: tuple[str, ...],
    token: str,
    notice: str = "",
    page: Page | None = None,
) -> bytes:
    """Return a page of the answer sheet with what was typed and what is wrong with it; `notice` stands above it.

    Without `page` it is the one with the first error, else the first.
    """
    if page is None:
        page = next((one for one in sheet.walk.pages if errors_on(sheet, one)), None)
    hidden = sheet.occasion.hidden(token)
    return _draw_form(sheet, about=about, hidden=hidden, notice=notice, page=page).encode()


def chooser(
    wave: AskedWave,
    *,
    language: str,
    occasion: Occasion,
    chosen: tuple[str, ...] = (),
    error: str = "",
    typed: Mapping[str, list[str]] = MappingProxyType({}),
) -> bytes:
    """Return the page on which a resident chooses the departments to rate; what was `typed` already is carried on."""

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
        context |= {
            "carried": [*occasion.fields, *((name, one) for name, all_ in typed.items() for one in all_)],
            "method": "post" if occasion.is_secret or typed else "get",
            "action": reverse("responses:survey", args=[wave.slug]),
        }
        context["view"] = occasion.view
        return _draw("choose", wave, language, context)

    return draw_page().encode()


def receipt(
    wave: AskedWave,
    *,
    language: str,
    receipts: tuple[str, ...],
    again: bool = False,
    view: str = "",
    onward: str = "",
    is_kiosk: bool = False,
    has_words: bool = True,
) -> bytes:
    """Return the page with the receipts: the same for every answer; `again` if the form had been sent before.

    `onward` is where a helper begins with the next person; without `has_words` no change word is shown, because a
    helper reads the screen.
    """

    def draw_page() -> str:
        gaps = [_gap(f"receipt{number}") for number in range(len(receipts))]
        words = [_gap(f"word{number}") for number in range(len(receipts))] if has_words else []
        pictures = [_gap(f"picture{number}") for number in range(len(receipts))] if is_kiosk else []
        context = {"receipts": gaps, "words": words, "again": again, "view": view, "onward": onward}
        context |= {"closes_at": wave.closes_at, "release_at": wave.release_at}
        context |= {"is_kiosk": is_kiosk, "pictures": pictures}
        return _draw("receipt", wave, language, context)

    key = (
        "receipt",
        wave.fingerprint,
        wave.release_at,
        language,
        len(receipts),
        again,
        view,
        onward,
        is_kiosk,
        has_words,
    )
    gaps = {
        f"receipt{number}": "".join(f"<span>{group}</span>" for group in receipt_groups(one))
        for number, one in enumerate(receipts)
    }
    for number, one in enumerate(receipts):
        first, last = change_words.word_of(read(one)).split("-")
        gaps[f"word{number}"] = f"<span>{first}</span>-<span>{last}</span>"
    if is_kiosk:
        gaps |= {f"picture{number}": offline.picture_of(one) for number, one in enumerate(receipts)}
    return kept.get(key, draw_page).filled(**gaps)


def receipt_groups(printed: str) -> list[str]:
    """Return the groups in which a receipt is shown: four of them, the check character with the last."""
    *groups, last, check = printed.split("-")
    return [*groups, f"{last}-{check}"]


def _draw_form(
    sheet: AnswerSheet,
    *,
    about: tuple[str, ...],
    hidden: str,
    notice: str = "",
    page: Page | None = None,
) -> str:
    wave, walk = sheet.wave, sheet.walk
    page = page or (walk.pages[0] if walk.pages else EMPTY_PAGE)
    number = walk.pages.index(page) if page in walk.pages else 0
    on_page = set(names_on(page))
    parts = page_drawing.sections(
        page,
        walk,
        language=sheet.language,
        seed=sheet.seed,
        names={one.code: in_language(one.names, sheet.language) or one.code for one in wave.departments},
        fields_of=sheet.fields_of,
        errors=sheet.errors,
    )
    named = {name: words for part in parts for name, words in part["wrong"].items()}
    context = {
        "action": reverse("responses:survey", args=[wave.slug]),
        "form_id": FORM_ID,
        "language_form": FORM_ID,
        "introduction": in_language(wave.document.get("introduction", {}), sheet.language)
        if not number
        else "",
        **page_drawing.heading(page, walk, sheet.language),
        "parts": parts,
        "problems": [
            {"anchor": name or FORM_ID, "text": words, "question": named.get(name, "")}
            for name, words in sheet.errors.items()
        ],
        "notice": notice,
        "all_optional": not any(q.get("required") for one in sheet.asked for q in one.part.questions),
        "about": about,
        "can_choose": wave.chooses and not (sheet.typed or sheet.occasion.permit or sheet.occasion.replaces),
        "is_change": bool(sheet.occasion.replaces),
        "is_helped": sheet.occasion.channel == Channel.ASSISTED,
        "hidden": hidden,
        "may_save": saving.may_save(sheet.occasion),
        "view": sheet.occasion.view,
        **offline.told(sheet, about, page),
        "carried": [
            {"name": name, "value": value}
            for name, values in sheet.typed.items()
            if ".".join(name.split(".")[:2]) not in on_page or _is_silent(sheet, name)
            for value in values
        ],
        "scripts": [
            *page_drawing.scripts_on(page),
            *(["js/answer.js"] if wave.course.is_live(page.code) else []),
            *(["js/aloud.js"] if sheet.occasion.view == LARGE else []),
        ],
        "is_last": True,
        "page_number": 0,
        "takes_files": any(
            question_type(one["type"]).takes_file for section in page.sections for one in section.questions
        ),
    }
    if not sheet.is_one_page and page.code != WHOLE:
        # The last page is only known for sure when what follows from its own answers has been seen.
        context |= {
            "at": page.code,
            "seen": " ".join(marks(page)),
            "page_number": number + 1,
            "page_count": len(walk.pages),
            "is_last": page is walk.pages[-1] if walk.pages else True,
            "is_live": wave.course.is_live(page.code),
        }
    return _draw("answer", wave, sheet.language, context)


def _is_silent(sheet: AnswerSheet, name: str) -> bool:
    """Say whether a field belongs to a question that is on the page but not drawn: it is carried on in silence."""
    part, code = name.split(".")[:2]
    department = sheet.wave.by_code.get(part)
    question = department.part.by_code.get(code) if department else None
    return question is not None and not question_type(question["type"]).is_drawn


def _draw(name: str, wave: AskedWave, language: str, context: Mapping[str, Any]) -> str:
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
                # On a page in a language that the site does not speak its own words say which one they are in.
                "own_words": format_html(' lang="{}"', site) if site != language else "",
                "switch_languages": [{"code": code, "name": language_name(code)} for code in wave.languages],
                **context,
            }
        )
