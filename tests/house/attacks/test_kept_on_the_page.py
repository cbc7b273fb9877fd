"""Cases 9 and 25: a form that comes back – too old, bent, in another language, in large type – comes back whole.

One form with a value in every field of every type and everything that a form carries besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from surveys.languages import direction
from surveys.people.models import Department, Place, ServicePoint
from surveys.questionnaires.logic.samples import an_answer
from surveys.questionnaires.question_types import question_type
from surveys.responses import form_tokens
from surveys.responses.models import InboxEntry, Submission
from surveys.waves import inviting
from surveys.waves.models import Channel, Invitation, Klass, Wave
from tests.surveys.questionnaires import every_type
from tests.surveys.responses.forms import Answer, form_of, receipts_on

pytestmark = pytest.mark.django_db

PAGE = "/s/city-2026/"
Fields = dict[str, list[str]]
NOT_ANSWERS = {"go", "lang", "to", "homepage", "token", "saved", "at", "seen"}
CARRIED = {"token", "language", "ch", "point", "code", "about", "at", "seen"}
TEXTS = {
    "short_text": "Ünïcode 民评",
    "long_text": "one\ntwo <b>&amp;</b>\n\nthree",
    "email": "rosa@example.org",
}


@pytest.fixture
def wave(a_wave: Callable[..., Wave], departments: dict[str, Department]) -> Wave:
    """Every type on one page, invited people, a poster at a service point."""
    place = Place.objects.create(code="east", names={"en": "East"}, level=Place.Level.values[0])
    ServicePoint.objects.create(
        code="hall-1", names={"en": "Hall"}, department=departments["parks"], place=place
    )
    content = every_type.whole()
    content["questions"] = [one for one in content["questions"] if one["type"] != "page_break"]
    return a_wave(content, is_public=False, channels=(Channel.WEB, Channel.QR))


@pytest.fixture
def filled_in(wave: Wave, rosa: Client) -> Fields:
    """The form as a browser would send it, with an answer in every field that can be filled."""
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=None)
    page = rosa.get(f"/i/{code}/?ch=qr&point=hall-1&about=parks", follow=True)
    form = form_of(page)
    given: Fields = {name: values for name, values in form.fields.items() if name in CARRIED}
    rng = Random(5)  # noqa: S311  test data, not a secret
    for one in wave.edition.document["questions"]:
        kind = question_type(one["type"])
        if not kind.takes_answer or kind.takes_file or kind.source != "person":
            continue
        part = "general" if one["about"] == "general" else "parks"
        answer = next(filter(None, (an_answer(one, rng) for _try in range(200))), None)
        if kind.name in TEXTS:
            answer = TEXTS[kind.name]
        for suffix, values in kind.written(one, answer).items() if answer else ():
            if any(values):
                given[f"{part}.{one['code']}.{suffix}" if suffix else f"{part}.{one['code']}"] = list(values)
    assert {name: given[name] for name in ("ch", "point", "code", "about")} == {
        "ch": ["qr"], "point": ["hall-1"], "code": [code], "about": ["parks"],
    }  # fmt: skip
    assert len({name.split(".")[1] for name in given if "." in name}) > 30
    return given


def kept(page: Answer) -> Fields:
    """Everything that the form of a page carries on."""
    return {name: values for name, values in form_of(page).fields.items() if name not in NOT_ANSWERS}


def differences(page: Answer, before: Fields) -> list[object]:
    """Return what is missing on a page, or there otherwise than it was typed."""
    now = kept(page)
    typed = {name: values for name, values in before.items() if name not in NOT_ANSWERS}
    lost = [
        (name, values, now.get(name))
        for name, values in typed.items()
        if sorted(now.get(name, [])) != sorted(values)
    ]
    return [*lost, *(name for name, values in now.items() if name not in typed and any(values))]


def bad_tokens(wave: Wave, good: str, settings: Any) -> Iterator[tuple[str, str]]:
    """Yield every way in which a token can be no good."""
    with time_machine.travel(timezone.now() - timedelta(days=5)):
        old = form_tokens.issue(wave.pk).written
    yield "five days old", old
    yield "bent at the end", good[:-2] + ("AA" if good[-2:] != "AA" else "BB")
    yield "bent at the beginning", ("A" if good[0] != "A" else "B") + good[1:]
    yield "cut off", good[:40]
    yield "of another wave", form_tokens.issue(wave.pk + 1).written
    yield "none", ""
    yield "in another script", "ا" * 48
    secret = settings.SECRET_KEY
    settings.SECRET_KEY = "that of another site, which is long enough to be taken"
    theirs = form_tokens.issue(wave.pk).written
    settings.SECRET_KEY = secret
    yield "of another site", theirs


def test_a_form_whose_token_is_no_good_comes_back_with_every_value_and_can_be_sent(
    wave: Wave, filled_in: Fields, rosa: Client, settings: Any
) -> None:
    for what, token in bad_tokens(wave, filled_in["token"][0], settings):
        again = rosa.post(PAGE, {**filled_in, "token": token})
        assert again.status_code == 422, what
        wrong = [one for one in differences(again, filled_in) if one]
        assert wrong == [], what
        assert form_of(again).fields["token"] != [token], what
        assert not InboxEntry.objects.exists(), what
        assert Invitation.objects.get().state == Invitation.State.ISSUED
    assert receipts_on(rosa.post(PAGE, form_of(again).fields)), "what came back is taken"
    stored = InboxEntry.objects.first()
    assert stored is not None
    assert (stored.channel, stored.klass, stored.point > 0) == (Channel.QR, Klass.SAMPLE, True)


def test_a_form_of_yesterday_is_taken_as_it_is(wave: Wave, filled_in: Fields, rosa: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        taken = rosa.post(PAGE, filled_in)
    assert receipts_on(taken)


@pytest.mark.parametrize("more", [{}, {"to": "large"}, {"view": "large"}], ids=["page", "to large", "large"])
def test_every_language_and_view_keeps_every_value_and_there_and_back_is_as_before(
    more: dict[str, str], wave: Wave, filled_in: Fields, rosa: Client
) -> None:
    fields = filled_in
    if more:
        fields = {**kept(rosa.post(PAGE, {**filled_in, **more})), "token": filled_in["token"]}
    for language in ("zh-hans", "ug", "en"):
        page = rosa.post(PAGE, {**fields, "lang": language})
        assert page.status_code == 200
        html = page.content.decode()
        assert f'lang="{language}"' in html[:300]
        assert f'dir="{direction(language)}"' in html[:300]
        now = kept(page)
        assert now.pop("language") == [language]
        before = {
            name: values for name, values in filled_in.items() if name not in NOT_ANSWERS | {"language"}
        }
        assert {name: sorted(now.get(name, [])) for name in before} == {
            name: sorted(values) for name, values in before.items()
        }
        assert page.headers["Content-Language"] == language
        fields = {**kept(page), "token": filled_in["token"]}
    assert not InboxEntry.objects.exists()


def test_what_is_stored_does_not_depend_on_the_language_it_was_answered_in(
    wave: Wave, filled_in: Fields, rosa: Client
) -> None:
    stored = []
    for language in ("zh-hans", "ug", "en"):
        InboxEntry.objects.all().delete()
        Submission.objects.all().delete()
        Invitation.objects.update(state=Invitation.State.ISSUED)
        assert receipts_on(rosa.post(PAGE, {**filled_in, "language": language}))
        entries = InboxEntry.objects.order_by("department_id")
        assert {entry.language for entry in entries} == {language}
        stored.append([(bytes(entry.codes), entry.extras) for entry in entries])
    assert stored[0] == stored[1] == stored[2]
