"""One address of the site on everything that leads here from outside, whatever address staff are signed in at."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from surveys.people.models import User
from surveys.waves import site
from surveys.waves.models import Channel, Wave

pytestmark = pytest.mark.django_db
SITE = "https://rate.example.org"
NOT_REACHED = "which no other device reaches"


@pytest.mark.parametrize(
    ("declared", "seen", "printed"),
    [
        (SITE, "http://127.0.0.1:8000/", SITE),
        ("http://localhost:8000", "http://192.168.1.7:8000/", "http://192.168.1.7:8000"),
        ("http://localhost:8000", "http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_the_declared_address_is_printed_unless_it_is_this_computer(
    settings: Settings, declared: str, seen: str, printed: str
) -> None:
    settings.SITE_ADDRESS = declared
    assert site.site_address(seen) == printed


def test_posters_kiosks_codes_messages_and_widgets_bear_one_address_and_say_it(
    a_wave: Callable[..., Wave],
    ada: User,
    logged_in: Callable[[User], Client],
    settings: Settings,
) -> None:
    wave, browser = a_wave(channels=[Channel.WEB, Channel.QR, Channel.KIOSK, Channel.SMS]), logged_in(ada)
    browser.cookies["django_language"] = "en"

    def page(of: str, **typed: object) -> str:
        address = reverse(f"waves:{of}", args=[wave.pk])
        return (browser.post(address, typed) if typed else browser.get(address)).content.decode()

    message = {
        "kind": "invite",
        "language": "en",
        "contacts": "13800138000",
        "sending": "0" * 32,
        "go": "look",
    }
    for declared, begin in ((SITE, SITE), ("http://localhost:8000", "http://testserver")):
        settings.SITE_ADDRESS = declared
        assert f"{begin}/s/spring/?ch=qr" in page("posters")
        assert f"<code>{begin}/kiosk/" in page("kiosks", name=f"Desk of {begin[:6]}", service_point="")
        assert f",{begin}/i/" in page("codes", stratum="0", count="1")
        assert f"{begin}/i/" in page("send", **message)
        assert f"&lt;iframe src=&quot;{begin}/embed/spring/" in page("detail")
        for name in ("posters", "kiosks", "codes", "send", "detail"):
            said = page(name)
            assert f'<bdi class="hash">{begin}</bdi>' in said, name
            assert NOT_REACHED not in said, name
    settings.ALLOWED_HOSTS = ["localhost"]
    assert (
        NOT_REACHED
        in browser.get(reverse("waves:posters", args=[wave.pk]), headers={"host": "localhost"}).text
    )
