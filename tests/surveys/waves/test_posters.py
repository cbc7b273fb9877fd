"""A poster leads to its wave and says from which service point it was read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import Department, Place, ServicePoint, User
from surveys.waves import posters
from surveys.waves.models import Channel, Wave
from tests.surveys.responses import conftest as answering

a_wave, an_edition = answering.a_wave, answering.an_edition
nothing_remembered = answering.nothing_remembered

ADDRESS = "https://rate.example.org/s/city-2026/"
HOSTILE = "#pagebreak() *x* $y$ \\ ] 一号"


@pytest.fixture
def points(departments: dict[str, Department]) -> list[ServicePoint]:
    """Two of Parks, one of Roads, and one that is closed."""
    place = Place.objects.create(code="north", names={"zh-hans": "北区"}, level=Place.Level.COUNTY)

    def point(code: str, department: str, **more: object) -> ServicePoint:
        names = {"zh-hans": f"{code}号厅", "en": f"Hall {code}"}
        return ServicePoint.objects.create(
            code=code, department=departments[department], place=place, **{"names": names, **more}
        )

    return [
        point("a1", "parks"), point("a2", "parks", names={"zh-hans": HOSTILE}), point("b1", "roads"),
        point("old", "parks", is_active=False),
    ]  # fmt: skip


def pages_of(printed: bytes) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(printed)).pages)


def test_the_address_in_the_code_names_channel_and_point(points: list[ServicePoint]) -> None:
    assert posters.poster_of(ADDRESS, points[0]).address == f"{ADDRESS}?ch=qr&point=a1"
    assert posters.poster_of(ADDRESS, None).address == f"{ADDRESS}?ch=qr"


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("a5", (420, 595))])
def test_each_point_has_a_page_with_its_name_and_the_promises(
    a_wave: Callable[..., Wave], points: list[ServicePoint], paper: str, size: tuple[int, int]
) -> None:
    wave = a_wave()
    wall = [posters.poster_of(ADDRESS, one) for one in posters.points_of(wave)]
    printed = posters.print_posters(wave, wall, wave_address=ADDRESS, paper=paper)
    pages = pages_of(printed)
    assert len(pages) == 3  # the closed one is not there
    words = ["".join(page.extract_text().split()) for page in pages]
    for said in (
        "二〇二六年城市服务评价",
        "Cityservices2026",
        "rate.example.org/s/city-2026/",
        "不记名",
        "Noname",
    ):
        assert all(said in one for one in words)
    assert "a1号厅" in words[0]
    assert "Halla1" in words[0]
    assert "".join(HOSTILE.split()) in words[1]
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [size] * 3
    root: Any = pypdf.PdfReader(io.BytesIO(printed)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]


def test_the_office_hands_over_one_all_or_one_for_anywhere(
    a_wave: Callable[..., Wave], points: list[ServicePoint], ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave, browser = a_wave(), logged_in(ada)
    page = browser.get(reverse("waves:posters", args=[wave.pk])).content.decode()
    assert "a1号厅" in page
    assert "old号厅" not in page

    def poster(query: str, paper: str = "a4") -> int:
        answer = browser.get(reverse("waves:poster", args=[wave.pk, paper]) + query)
        return len(pages_of(answer.content)) if answer.status_code == 200 else 0

    assert (poster(""), poster("?point=a1"), poster("?point=*", "a5")) == (1, 1, 3)
    assert (poster("?point=old"), poster("?point=nowhere"), poster("", "a3")) == (0, 0, 0)


def test_a_wave_without_the_channel_has_no_posters(
    a_wave: Callable[..., Wave], ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave, browser = a_wave(channels=(Channel.WEB,)), logged_in(ada)
    assert browser.get(reverse("waves:poster", args=[wave.pk, "a4"])).status_code == 404
    assert (
        reverse("waves:posters", args=[wave.pk])
        not in browser.get(reverse("waves:detail", args=[wave.pk])).content.decode()
    )


def test_what_a_poster_leads_to_knows_its_point(
    a_wave: Callable[..., Wave], points: list[ServicePoint], client: Client
) -> None:
    wave = a_wave()
    query = posters.poster_of(ADDRESS, points[0]).address.partition("?")[2]
    shown = client.get(f"/s/{wave.slug}/?{query}").content.decode()
    assert 'name="point" value="a1"' in shown
    assert 'name="ch" value="qr"' in shown
