"""Kept pages are bounded, completed for each reader, and drawn anew when what they show has changed."""

from collections.abc import Callable

import pytest

from surveys.languages import wanted_language
from surveys.people.models import Department
from surveys.responses import access, pages
from surveys.responses.form_tokens import FormToken
from surveys.responses.occasions import Occasion
from surveys.responses.pages import KeptPages
from surveys.waves.models import Channel, Wave

from .conftest import two


def drawn(size: int, **gaps: str) -> str:
    return "x" * size + "".join(pages._gap(name) + text for name, text in gaps.items())


def test_a_page_is_drawn_once_and_completed_for_each_reader() -> None:
    kept, times = KeptPages(1000), []

    def draw_page() -> str:
        times.append(1)
        return drawn(3, token="<", code=">")

    for number in range(3):
        page = kept.get("key", draw_page)
        assert page.filled(token=f"T{number}", code="C") == f"xxxT{number}<C>".encode()
    assert len(times) == 1


def test_memory_is_bounded_and_the_least_read_page_goes_first() -> None:
    kept, times = KeptPages(250), []

    def read(key: str) -> None:
        kept.get(key, lambda: times.append(key) or drawn(100))  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        read(key)
    assert times == ["a", "b", "c", "b"]
    assert kept._bytes <= 250


def test_a_page_larger_than_the_memory_is_still_served() -> None:
    assert KeptPages(10).get("key", lambda: drawn(100)).filled() == b"x" * 100


TOKEN = FormToken(secret=b"secret", issued=0, written="TOKEN")


@pytest.mark.django_db
class TestFreshness:
    def page(self, wave: Wave, about: tuple[str, ...] = ()) -> str:
        access.forget()
        asked = access.asked_wave(wave.slug)
        return pages.blank_form(
            asked, language="en", about=about, occasion=Occasion(Channel.WEB), token=TOKEN
        ).decode()

    def test_a_department_that_was_renamed_is_shown_by_its_new_name(
        self, a_wave: Callable[..., Wave]
    ) -> None:
        wave = a_wave()
        assert ">Parks<" in self.page(wave)
        Department.objects.filter(code="parks").update(names=two("绿地", "Green spaces"))
        assert ">Green spaces<" in self.page(wave)

    def test_every_choice_of_departments_is_a_page_of_its_own(self, a_wave: Callable[..., Wave]) -> None:
        wave = a_wave()
        parks, roads = self.page(wave, ("parks",)), self.page(wave, ("roads",))
        assert 'name="parks.overall"' in parks
        assert 'name="parks.overall"' not in roads
        assert parks.count("TOKEN") == 1

    def test_a_wave_is_remembered_for_two_seconds_and_while_the_database_is_away(
        self, a_wave: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from django.db import OperationalError

        wave = a_wave()
        first = access.asked_wave(wave.slug)
        assert access.asked_wave(wave.slug) is first
        monkeypatch.setattr(access, "FRESH_SECONDS", 0.0)
        assert access.asked_wave(wave.slug) is not first
        last = access.asked_wave(wave.slug)

        def away(_slug: str) -> None:
            raise OperationalError

        monkeypatch.setattr(access, "_look_up", away)
        assert access.asked_wave(wave.slug) is last
        with pytest.raises(OperationalError):
            access.asked_wave("never-seen")


@pytest.mark.parametrize(
    ("chosen", "accepted", "offered", "language"),
    [
        ("en", "zh-CN", ("zh-hans", "en"), "en"),
        ("xx", "en", ("zh-hans", "en"), "en"),
        ("", "zh-TW,zh;q=0.9", ("zh-hans", "zh-hant", "en"), "zh-hant"),
        ("", "zh-TW", ("zh-hans", "en"), "zh-hans"),
        ("", "ug", ("zh-hans", "ug"), "ug"),
        ("", "fr, en;q=0.5", ("zh-hans", "en"), "en"),
        ("", "*", ("zh-hans", "en"), "zh-hans"),
        ("", "not a header;;;q=", ("zh-hans", "en"), "zh-hans"),
        ("", "x" * 10_000, ("zh-hans", "en"), "zh-hans"),
    ],
)
def test_the_reader_gets_a_language_that_the_questionnaire_speaks(
    chosen: str, accepted: str, offered: tuple[str, ...], language: str
) -> None:
    assert wanted_language(chosen, accepted, offered) == language
