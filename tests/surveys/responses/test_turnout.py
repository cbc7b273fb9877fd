"""Turnout counts forms and people by one thing at a time, beside no submission and never a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from surveys.people.models import Department, Place, ServicePoint, User
from surveys.responses import collecting, mixing, occasions, passes, turnout, watching
from surveys.responses.models import Turnout
from surveys.responses.passes import Pass
from surveys.waves import inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Invitation, Wave

from .test_collecting import a_sheet, a_token
from .test_mixing import no_one_waits_long

pytestmark = pytest.mark.django_db
Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


@pytest.fixture(autouse=True)
def nothing_begun() -> Iterator[None]:
    """No form begun by another test."""
    turnout._begun.clear()
    yield
    turnout._begun.clear()


def lines(wave: Wave) -> dict[tuple[int, str], tuple[int, int, int]]:
    found = Turnout.objects.filter(wave=wave)
    return {(one.kind, one.key): (one.started, one.finished, one.flagged) for one in found}


def answered(wave: Wave, people: int, answers: dict[str, Any], **more: Any) -> None:
    for _number in range(people):
        collecting.submit(a_sheet(wave, answers, **more), token=a_token(wave))


def test_forms_begun_are_written_down_together_and_later(a_wave: Waves, rosa: Client) -> None:
    wave = a_wave()
    for _number in range(3):
        rosa.get(PAGE, {"ch": "qr"})
    rosa.get(PAGE, {"lang": "zh-hans"})
    assert lines(wave) == {}, "nothing is written while somebody reads a page"
    turnout.write_down()
    assert lines(wave) == {
        (1, str(int(Channel.QR))): (3, 0, 0),
        (1, str(int(Channel.WEB))): (1, 0, 0),
        (2, "en"): (3, 0, 0),
        (2, "zh-hans"): (1, 0, 0),
    }


def test_what_cannot_be_written_now_is_kept(a_wave: Waves, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = a_wave()
    turnout.begin(wave.pk, channel=Channel.WEB, language="en")

    def away(*_args: object) -> None:
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr(turnout, "_add", away)
        turnout.write_down()
    assert lines(wave) == {}
    turnout.write_down()
    assert lines(wave)[2, "en"] == (1, 0, 0)


def test_people_are_counted_once_and_questions_by_being_answered(a_wave: Waves, settings: Any) -> None:
    no_one_waits_long(settings, people=1)
    wave = a_wave()
    answered(wave, 2, {"parks": {"overall": 5}, "roads": {"overall": 1}, "general": {"city": "dk"}})
    answered(wave, 1, {"parks": {"overall": 1, "speed": 2}})
    mixing.mix_due()
    found = lines(wave)
    assert found[1, str(int(Channel.WEB))] == (0, 3, 3), "sent at once, so all are flagged as fast"
    assert found[6, "overall"] == (5, 5, 0)
    assert found[6, "speed"] == (5, 1, 0), (
        "asked in each record, answered in one; what was answered is not told"
    )
    assert found[6, "city"] == (2, 2, 0), "don't know is an answer"


def test_who_helped_is_counted_and_then_forgotten(a_wave: Waves, settings: Any) -> None:
    no_one_waits_long(settings, people=1)
    wave = a_wave(channels=(Channel.WEB, Channel.ASSISTED))
    permit = passes.issue(wave.pk, Pass(Channel.ASSISTED, helper="0123456789abcdef"))
    sheet = a_sheet(wave, {"parks": {"overall": 5}})
    sheet.occasion = occasions.of(sheet.wave, {}, permit=permit)
    collecting.submit(sheet, token=a_token(wave))
    mixing.mix_due()
    assert lines(wave)[5, "0123456789abcdef"] == (0, 1, 1)


def test_the_page_of_the_fieldwork_tells_ten_people_and_not_nine(
    a_wave: Waves, strata: tuple[StratumPlan, ...], settings: Any
) -> None:
    no_one_waits_long(settings, people=1)
    wave = a_wave()
    turnout._add({(wave.pk, 2, "en"): (40, 31, 3), (wave.pk, 2, "zh-hans"): (12, 9, 0)})
    watched = watching.watch(wave)
    assert [(one.label, one.started, one.finished) for one in watched.languages] == [
        ("English", 40, None),
        ("简体中文", 10, None),
    ], "the one line that is left would give the hidden one away"
    turnout._add({(wave.pk, 2, "zh-hans"): (0, 1, 0)})
    watched = watching.watch(wave)
    assert {one.finished for one in watched.languages} == {30, 10}


def test_who_is_missing_is_named_by_stratum(
    a_wave: Waves, strata: tuple[StratumPlan, ...], logged_in: Callable[[User], Client], ada: User
) -> None:
    wave = a_wave(strata=strata)
    wave.participation.create(klass=wave.klass, stratum=1, cell=0, channel=Channel.WEB, people=90)
    wave.participation.create(klass=wave.klass, stratum=2, cell=0, channel=Channel.WEB, people=15)
    (south,) = watching.watch(wave).missing
    assert (south.residents, south.people) == (0.4, 10)
    page = logged_in(ada).get(f"/office/waves/{wave.pk}/fieldwork/", headers={"accept-language": "en"})
    assert "40% of the residents, but 10% of those who took part" in page.content.decode()


def test_a_poster_is_counted_by_its_service_point(
    a_wave: Waves, departments: dict[str, Department], rosa: Client, settings: Any
) -> None:
    no_one_waits_long(settings, people=1)
    place = Place.objects.create(code="city", names={"en": "City"}, level=Place.Level.CITY)
    point = ServicePoint.objects.create(
        code="hall", names={"en": "Hall"}, department=departments["parks"], place=place
    )
    wave = a_wave()
    rosa.get(PAGE, {"ch": "qr", "point": "hall"})
    rosa.get(PAGE, {"ch": "qr", "point": "nowhere"})
    turnout.write_down()
    assert lines(wave)[3, str(point.pk)] == (1, 0, 0)
    assert [line.label for line in watching.watch(wave).points] == ["Hall"]


def shown(client: Client, wave: Wave) -> list[str]:
    """Every page of the office that counts people of `wave`, and what a program is told."""
    of_wave = f"/office/waves/{wave.pk}/"
    pages = [f"{of_wave}fieldwork/", of_wave, f"{of_wave}codes/", "/office/waves/", "/office/"]
    english = {"accept-language": "en"}
    read = [client.get(page, headers=english).content.decode().partition("<main")[2] for page in pages]
    programs = [
        client.get(f"/api/v1/waves/{wave.slug}/{end}").content.decode() for end in ("", "invitations/")
    ]
    return [" ".join(re.sub(r'csrfmiddlewaretoken" value="\w+', "", one).split()) for one in read] + programs


def test_two_looks_at_the_page_tell_nothing_of_the_one_person_mixed_in_between(
    a_wave: Waves, strata: tuple[StratumPlan, ...], ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave, office = a_wave(strata=strata), logged_in(ada)
    everybody = {(1, "1"): 24, (1, "2"): 24, (2, "en"): 24, (2, "zh-hans"): 24, (5, "0123456789abcdef"): 24}
    asked = {(6, "overall"): 48, (6, "speed"): 36}
    turnout._add({(wave.pk, *key): (number, number, 2) for key, number in {**everybody, **asked}.items()})
    for stratum in (1, 2):
        wave.participation.create(klass=wave.klass, stratum=stratum, cell=0, channel=Channel.WEB, people=24)
    inviting.make_codes(wave, stratum=1, count=20, by=ada)
    before = shown(office, wave)
    assert '"people":40' in before[5], "of 48"
    one_more = dict.fromkeys([(1, "2"), (2, "en"), (5, "0123456789abcdef"), (6, "overall")], (1, 1, 1))
    turnout._add(
        {(wave.pk, *key): numbers for key, numbers in one_more.items()} | {(wave.pk, 6, "speed"): (1, 0, 0)}
    )
    wave.participation.filter(stratum=2).update(people=25)
    used = wave.invitations.values("pk")[:1]
    wave.invitations.filter(pk__in=used).update(state=Invitation.State.SPENT)
    assert shown(office, wave) == before


def test_flagged_forms_are_told_from_ten_on_and_the_warning_about_an_interviewer_stays(a_wave: Waves) -> None:
    wave = a_wave()
    turnout._add(
        {
            (wave.pk, 5, "aaaaaaaaaaaa"): (0, 34, 2),
            (wave.pk, 5, "bbbbbbbbbbbb"): (0, 30, 9),
            (wave.pk, 5, "cccccccccccc"): (0, 47, 25),
        }
    )
    found = {one.label: one for one in watching.watch(wave).helpers}
    few, many, told = found["aaaaaa"], found["bbbbbb"], found["cccccc"]
    assert (few.finished, few.flagged_share, few.is_doubtful) == (30, None, False)
    assert (many.finished, many.flagged_share, many.is_doubtful) == (30, None, True)
    assert (told.finished, told.flagged_share, told.is_doubtful) == (40, 0.5, True)
    Wave.objects.filter(pk=wave.pk).update(status=Wave.Status.SETTLED)
    wave.refresh_from_db()
    found = {one.label: one for one in watching.watch(wave).helpers}
    assert found["aaaaaa"].flagged_share is None, "34 finished and 5.9% would be two"
    assert (found["cccccc"].finished, found["cccccc"].flagged_share) == (47, 25 / 47)


def test_questions_left_open_show_how_many_left_them_open(
    a_wave: Waves, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave()
    turnout._add({(wave.pk, 6, "overall"): (200, 199, 0), (wave.pk, 6, "speed"): (200, 150, 0)})
    overall, speed = watching.watch(wave).questions
    assert (overall.number, overall.share) == (None, None)
    assert (speed.number, speed.share) == (50, 0.25)
    assert "50 · 25%" in shown(logged_in(ada), wave)[0]


def test_forms_that_were_finished_without_being_counted_as_begun_are_not_said_to_be_few(
    a_wave: Waves, ada: User, logged_in: Callable[[User], Client]
) -> None:
    wave = a_wave()
    turnout._add({(wave.pk, 1, "1"): (0, 350, 0), (wave.pk, 2, "en"): (4, 350, 0)})
    wave.participation.create(klass=wave.klass, stratum=0, cell=0, channel=Channel.WEB, people=350)
    page = shown(logged_in(ada), wave)[0]
    assert page.count("not counted") == 3
    assert not [one for one in watching.watch(wave).channels if one.share is not None]
