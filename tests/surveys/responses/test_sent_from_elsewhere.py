"""A form that another website sends in somebody's name is shown to that person and counts only when sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from surveys.responses import form_tokens
from surveys.responses.models import InboxEntry, SavedSheet
from surveys.waves import inviting
from surveys.waves.models import Channel, Invitation, Wave

from .forms import filled, form_of, receipts_on, send
from .permits import a_pass

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


@pytest.fixture
def victim() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("go", ["", "next", "stay", "save"])
def test_it_is_shown_filled_in_and_nothing_is_stored_or_turned(
    site: str, go: str, rosa: Client, victim: Client, a_wave: Waves
) -> None:
    a_wave()
    form = filled(rosa.get(PAGE), parks__overall="1", parks__why="not my words")
    shown = victim.post(PAGE, {**form, "go": go}, headers={"sec-fetch-site": site})
    assert shown.status_code == 422
    assert "This form was sent from another website" in shown.content.decode()
    fields = form_of(shown).fields
    assert (fields["parks.overall"], fields["parks.why"]) == (["1"], ["not my words"])
    assert fields["token"] != form["token"], (
        "the other site knows the old one, and could ask for its receipts"
    )
    assert not InboxEntry.objects.exists()
    assert not SavedSheet.objects.exists()
    own = victim.post(PAGE, filled(shown, parks__overall="5"), headers={"sec-fetch-site": "same-origin"})
    assert receipts_on(own)
    assert [entry.codes[0] for entry in InboxEntry.objects.all()] == [5]


@pytest.mark.parametrize("site", ["same-origin", "none", ""])
def test_a_form_of_our_own_and_an_old_browser_go_on_as_before(site: str, rosa: Client, a_wave: Waves) -> None:
    a_wave()
    headers = {"sec-fetch-site": site} if site else {}
    sent = rosa.post(PAGE, filled(rosa.get(PAGE), parks__overall="4"), headers=headers)
    assert receipts_on(sent)


def test_it_spends_no_code_and_shows_no_receipt(rosa: Client, victim: Client, a_wave: Waves) -> None:
    (code,) = inviting.make_codes(a_wave(is_public=False), stratum=0, count=1, by=None)
    form = filled(rosa.get(f"/i/{code}/", follow=True), parks__overall="1")
    foreign = {"sec-fetch-site": "cross-site"}
    for address in (PAGE, f"/i/{code}/"):
        assert victim.post(address, form, headers=foreign).status_code == 422
    assert Invitation.objects.get().state == Invitation.State.ISSUED
    assert receipts_on(rosa.post(PAGE, form))
    assert not receipts_on(victim.post(PAGE, form, headers=foreign)), "sent before, and still not shown"


@pytest.mark.parametrize("pressed", [{"lang": "zh-hans"}, {"to": "large"}, {"choose": "1", "go": "1"}, {}])
def test_neither_token_nor_pass_of_another_site_goes_on(
    pressed: dict[str, str], victim: Client, a_wave: Waves
) -> None:
    wave = a_wave(channels=(Channel.WEB, Channel.ASSISTED))
    known = form_tokens.issue(wave.pk).written
    given = {"token": known, "pass": a_pass(wave, Channel.ASSISTED), "parks.overall": "1", "language": "en"}
    shown = victim.post(PAGE, {**given, **pressed}, headers={"sec-fetch-site": "cross-site"})
    fields = form_of(shown).fields
    assert "pass" not in fields
    assert fields["token"] != [known]
    send(victim, shown, parks__overall="2")
    assert set(InboxEntry.objects.values_list("channel", flat=True)) <= {Channel.WEB}


def test_a_survey_that_is_not_open_says_so(victim: Client, a_wave: Waves) -> None:
    a_wave(opened=False)
    shown = victim.post(PAGE, {"parks.overall": "1"}, headers={"sec-fetch-site": "cross-site"})
    assert shown.status_code == 403
