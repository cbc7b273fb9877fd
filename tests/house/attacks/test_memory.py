"""Case 30: what strangers type is not remembered. No cache of the web process keeps a long text of theirs."""

from __future__ import annotations

import functools
import gc
import types
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import trans_real

from reports.scorecards import views as scorecards
from surveys.languages import wanted_language
from surveys.responses import pages
from tests.house.audience import AUDIENCE, Audience
from tests.house.test_audience import ROUTES, address

pytestmark = pytest.mark.django_db

MARK = "remember-me-"
LONG = MARK + "x" * 5000
FIELDS = (
    "language",
    "lang",
    "about",
    "code",
    "token",
    "q",
    "number",
    "receipt",
    "next",
    "username",
    "choose",
)
NOT_KEPT = types.ModuleType | types.FunctionType | type


def remembering() -> set[str]:
    """Return the names of the caches that hold a long text of ours."""
    caches: list[tuple[str, object]] = [
        (one.__wrapped__.__qualname__, one)
        for one in gc.get_objects()
        if type(one) is functools._lru_cache_wrapper  # an isinstance would wake lazy objects
    ]
    caches += [("pages.kept", pages.kept), ("scorecards.views", scorecards._kept)]
    caches.append(("translations", list(vars(trans_real)["_translations"])))
    return {name for name, cache in caches if any(MARK in text and len(text) > 1000 for text in held(cache))}


def held(cache: Any) -> Iterator[str]:
    """Yield the texts that a cache holds, however deep."""
    seen, waiting = {id(cache)}, [cache]
    while waiting:
        for one in gc.get_referents(waiting.pop()):
            if isinstance(one, str | bytes):
                yield one if isinstance(one, str) else one.decode(errors="ignore")
            elif id(one) not in seen and not issubclass(type(one), NOT_KEPT):
                seen.add(id(one))
                waiting.append(one)


def test_no_cache_remembers_what_strangers_send_in_addresses_forms_cookies_or_headers(
    arguments: dict[str, object],
) -> None:
    stranger = Client(raise_request_exception=False)
    typed = dict.fromkeys(FIELDS, LONG)
    for name in sorted(
        name for name, audience in AUDIENCE.items() if audience is Audience.ANYBODY and name in ROUTES
    ):
        path = address(name, arguments, arguments["wave_id"])
        stranger.cookies["django_language"] = LONG
        for method in ("get", "post"):
            answer = getattr(stranger, method)(path, typed, headers={"accept-language": f"{LONG},zh;q=0.5"})
            assert answer.status_code < 500, (name, method)
    gc.collect()
    assert remembering() == set()


def test_the_search_finds_a_cache_that_remembers() -> None:
    @functools.lru_cache(maxsize=2)
    def careless(typed: str, offered: tuple[str, ...]) -> str:
        return typed

    careless(LONG, ("en",))
    assert {name.rpartition(".")[2] for name in remembering()} == {"careless"}


def test_a_long_list_of_languages_is_read_as_far_as_it_is_remembered() -> None:
    assert wanted_language("", "xx," * 50 + "en," + "yy," * 100, ("zh-hans", "en")) == "en"
    assert wanted_language("", "xx," * 500 + "en", ("zh-hans", "en")) == "zh-hans"
