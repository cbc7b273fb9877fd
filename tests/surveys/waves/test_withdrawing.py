"""A plan can be withdrawn before anybody is invited, and stays on record; nothing else goes."""

from collections.abc import Callable

import pytest
from django.test import Client

from surveys import audit
from surveys.people.models import User
from surveys.waves import devices, fielding, inviting, withdrawing
from surveys.waves.fielding import StratumPlan, WaveStateError
from surveys.waves.models import Channel, Kiosk, Stratum, Wave

Waves = Callable[..., Wave]
LogIn = Callable[[User], Client]
NORTH = StratumPlan("north", {"en": "North"}, 1000)


def test_a_withdrawn_plan_never_opens_and_stays_on_record(a_wave: Waves, ada: User) -> None:
    wave = a_wave(strata=[NORTH], channels=[Channel.WEB, Channel.KIOSK])
    device, _key = devices.add(wave, name="Hall", service_point=None, by=ada)
    with pytest.raises(WaveStateError, match=r"Switch them off|停用"):
        withdrawing.withdraw(wave, reason="wrong edition", by=ada)
    devices.switch_off(device, by=ada)
    withdrawing.withdraw(wave, reason="wrong edition", by=ada)

    assert not any(table.objects.exists() for table in (Wave, Stratum, Kiosk))
    assert fielding.open_and_close_due() == 0
    entry = audit.AuditEntry.objects.get(verb=withdrawing.VERB)
    assert (entry.actor, entry.subject_id, entry.facts["reason"]) == (ada, str(wave.pk), "wrong edition")
    assert entry.facts["departments"] == ["parks", "roads"]
    assert (entry.facts["strata"], entry.facts["kiosks"]) == ([["north", 1000, None, None]], ["Hall"])
    (told,) = withdrawing.withdrawn()
    assert (told.slug, told.reason) == ("spring", "wrong edition")
    assert a_wave().slug == "spring", "its address is free for the plan that was meant"


def test_what_somebody_may_hold_or_has_answered_is_not_withdrawn(a_wave: Waves, ada: User) -> None:
    invited = a_wave()
    (code,) = inviting.make_codes(invited, stratum=0, count=1, by=ada)
    inviting.revoke(invited, code=code, by=ada)
    opened = fielding.open_wave(a_wave(slug="summer"), by=ada)
    for wave in (invited, opened):
        with pytest.raises(WaveStateError):
            withdrawing.withdraw(wave, reason="a mistake", by=ada)
    assert Wave.objects.count() == 2
    assert not audit.AuditEntry.objects.filter(verb=withdrawing.VERB).exists()


def test_the_office_asks_why_and_lists_what_was_withdrawn(
    a_wave: Waves, ada: User, ivo: User, logged_in: LogIn
) -> None:
    wave = a_wave()
    browser, english = logged_in(ada), {"accept-language": "en"}
    assert f"/office/waves/{wave.pk}/withdraw/" in browser.get(f"/office/waves/{wave.pk}/").text
    assert browser.post(f"/office/waves/{wave.pk}/withdraw/", {"reason": " "}).status_code == 422
    assert logged_in(ivo).post(f"/office/waves/{wave.pk}/withdraw/", {"reason": "no"}).status_code == 403
    answer = browser.post(
        f"/office/waves/{wave.pk}/withdraw/",
        {"reason": "The strata were wrong"},
        headers=english,
        follow=True,
    )
    assert "The plan of “Spring” is withdrawn." in answer.text
    listed = logged_in(ivo).get("/office/waves/?status=withdrawn", headers=english).text
    assert "The strata were wrong" in listed
    assert "/s/spring/" in listed


def test_a_plan_with_codes_says_why_it_stays(a_wave: Waves, ada: User, logged_in: LogIn) -> None:
    wave = a_wave()
    inviting.make_codes(wave, stratum=0, count=1, by=ada)
    browser, english = logged_in(ada), {"accept-language": "en"}
    page = browser.get(f"/office/waves/{wave.pk}/withdraw/", headers=english).text
    assert "Invitation codes of this wave exist already" in page
    assert 'name="reason"' not in page
    refused = browser.post(
        f"/api/v1/waves/{wave.slug}/withdraw/", {"reason": "x"}, content_type="application/json"
    )
    assert refused.status_code == 409
    assert Wave.objects.exists()
