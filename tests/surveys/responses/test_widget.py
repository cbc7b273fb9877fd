"""The widget on other websites: framed by anybody, holds nothing to answer, leads out of the frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys.people.models import User
from surveys.responses import access
from surveys.responses.models import InboxEntry
from surveys.waves import fielding
from surveys.waves.models import Channel, Wave

from .forms import send

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/embed/city-2026/"


def test_it_names_the_survey_the_minutes_and_the_end_and_leads_out_of_the_frame(
    rosa: Client, a_wave: Waves
) -> None:
    a_wave()
    html = rosa.get(PAGE).content.decode()
    assert "City services 2026" in html
    assert "minutes, no account, no name." in html
    assert "Open until" in html
    assert html.count("<a ") == 1
    assert 'href="/s/city-2026/?ch=widget" target="_blank" rel="noopener"' in html


def test_nothing_can_be_answered_or_run_in_it(rosa: Client, a_wave: Waves) -> None:
    a_wave()
    html = rosa.get(PAGE).content.decode()
    for word in ("<form", "<input", "<button", "<script", " style="):
        assert word not in html


def test_it_alone_may_be_framed(rosa: Client, a_wave: Waves) -> None:
    a_wave()
    page = rosa.get(PAGE)
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert "script-src 'none'" in page["Content-Security-Policy"]
    assert "form-action 'none'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    for path in ("/s/city-2026/", "/s/city-2026/?ch=widget", "/", "/check/", "/resume/", "/embed/none/"):
        other = rosa.get(path)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_it_is_the_same_for_everybody_and_kept_for_minutes(
    rosa: Client, a_wave: Waves, django_assert_num_queries: Any
) -> None:
    a_wave()
    page = rosa.get(PAGE)
    assert page["Cache-Control"] == "public, max-age=300"
    assert page["Vary"] == "Accept-Language"
    assert not page.cookies
    with django_assert_num_queries(0):
        assert rosa.get(PAGE).content == page.content


def test_who_comes_this_way_is_counted_as_coming_this_way(rosa: Client, a_wave: Waves) -> None:
    a_wave(channels=(Channel.WEB, Channel.WIDGET))
    send(rosa, rosa.get("/s/city-2026/?ch=widget"), parks__overall="3")
    assert InboxEntry.objects.get().channel == Channel.WIDGET


def test_it_speaks_the_visitors_language_or_the_one_of_the_site_around_it(a_wave: Waves) -> None:
    a_wave()
    chinese = Client(headers={"accept-language": "zh-CN"})
    assert "二〇二六年城市服务评价" in chinese.get(PAGE).content.decode()
    page = chinese.get(f"{PAGE}?lang=en").content.decode()
    assert "City services 2026" in page
    assert "?ch=widget&amp;lang=en" in page


def test_a_wave_that_the_public_cannot_answer_has_none(rosa: Client, a_wave: Waves) -> None:
    a_wave(is_public=False)
    assert rosa.get(PAGE).status_code == 404
    assert rosa.get("/embed/none/").status_code == 404
    assert rosa.post(PAGE).status_code == 405


def test_before_and_after_it_says_when(rosa: Client, a_wave: Waves, ada: User) -> None:
    wave = a_wave(opened=False, opens_at=timezone.now() + timedelta(days=1))  # it is opened early
    assert "It opens on" in rosa.get(PAGE).content.decode()
    fielding.open_wave(wave, by=ada)
    access.forget()
    assert "Give your rating" in rosa.get(PAGE).content.decode()
    fielding.close_wave(wave, by=ada)
    access.forget()
    closed = rosa.get(PAGE).content.decode()
    assert "Results come on" in closed
    assert "ch=widget" not in closed


def test_the_office_hands_out_what_to_paste(a_wave: Waves, logged_in: Any, ada: User) -> None:
    wave = a_wave(titles={"zh-hans": "评价<1>", "en": 'A "rating" <1>'})
    closed_circle = a_wave(slug="letters", is_public=False)
    browser = logged_in(ada)
    page = browser.get(f"/office/waves/{wave.pk}/?lang=en").content.decode()
    assert "On another website" in page
    assert "&lt;iframe src=&quot;http://testserver/embed/city-2026/&quot;" in page
    assert "A &amp;quot;rating&amp;quot; &amp;lt;1&amp;gt;" in page  # what is pasted is safe HTML itself
    assert "does not declare this channel" in page
    assert "<iframe" not in page
    page = browser.get(f"/office/waves/{closed_circle.pk}/?lang=en").content.decode()
    assert "On another website" not in page
