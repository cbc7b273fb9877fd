"""The declared rules: what they notice, that none looks at the direction of a rating, and what they leave alone."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires.codebook import BLANK, DONT_KNOW, NOT_APPLICABLE, NOT_ASKED, Codebook
from surveys.responses import access, form_tokens, mixing, nearby, paces, quality, screening, twins
from surveys.responses.models import InboxEntry, Response, Tally
from surveys.responses.paces import DAY, HOUR, Pace
from surveys.responses.quality import Flag
from surveys.waves import fielding, inviting
from surveys.waves.models import Klass, Wave

from .conftest import RATINGS_ONLY, document, rating
from .forms import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The sentences of the rules, as the reference page has them."""
    with translation.override("en"):
        yield


EIGHT = Codebook(document(*(rating(f"r{number}") for number in range(8)))).part("parks")
ANSWERS = [1, 2, 3, 4, 5, BLANK, DONT_KNOW, NOT_APPLICABLE, NOT_ASKED]
TEXT = "窗口排队时间太长，工作人员态度很好，希望增加自助设备，周末也能办理，谢谢。"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Each test begins with a process that has counted nothing."""
    nearby.forget()
    paces.forget()


def reflected(codes: bytes) -> bytes:
    return bytes(6 - code if 1 <= code <= 5 else code for code in codes)


def post_open(client: Client, *, grade: int = 4, address: str = "192.0.2.1", **more: Any) -> None:
    """Answer the open form of the wave from an address."""
    page = client.get("/s/city-2026/")
    fields = {"parks__overall": str(grade), **more}
    answer = send(Client(headers={"accept-language": "en"}, REMOTE_ADDR=address), page, **fields)
    assert b"receipt-code" in answer.content, answer.content


# The registry


def test_every_flag_has_one_rule_and_every_bit_is_its_own() -> None:
    rules = screening.rules_of("s1")
    assert [rule.flag for rule in rules] == list(Flag)
    assert sum(int(rule.flag) for rule in rules) == 255
    assert len({rule.code for rule in rules}) == len(rules)
    assert f"More than {screening.NEARBY_AFTER} forms" in str(rules[3].sentence)


def test_the_reference_page_says_what_the_registry_says(settings: Any) -> None:
    page = (settings.BASE_DIR / "docs/reference/screening.md").read_text(encoding="utf-8")
    for rule in screening.rules_of("s1"):
        assert f"`{rule.code}`" in page
        assert str(rule.sentence) in page
    call_command("reference", "--check")


def test_a_wave_declares_rules_that_exist(a_wave: Callable[..., Wave]) -> None:
    assert a_wave(slug="usual").method["screening"] == "s1"
    with pytest.raises(ValidationError, match="screening rules"):
        a_wave(slug="other", method={"screening": "mine"})


# Direction


@given(st.lists(st.sampled_from(ANSWERS), min_size=8, max_size=8).map(bytes), st.booleans())
def test_turning_every_rating_round_leaves_every_flag_of_a_record(codes: bytes, fast: bool) -> None:
    assert quality.flags_of(EIGHT, codes, fast=fast) == quality.flags_of(EIGHT, reflected(codes), fast=fast)


def test_no_other_rule_is_ever_given_an_answer() -> None:
    def words(verb: Callable[..., Any]) -> set[str]:
        return set(verb.__code__.co_varnames[: verb.__code__.co_argcount + verb.__code__.co_kwonlyargcount])

    assert words(screening.screen) == {"wave", "token", "address", "trap", "work", "vouched"}
    assert words(nearby.add) == {"wave_id", "address"}
    assert words(paces.is_burst) == {"wave_id"}
    assert "codes" not in twins.TEXTS
    assert "codes" not in twins.MARK


def test_two_floods_that_differ_only_in_direction_have_the_same_flags(a_wave: Callable[..., Wave]) -> None:
    a_wave(RATINGS_ONLY)
    found = []
    for grade in (1, 5):
        nearby.forget()
        paces.forget()
        for number in range(screening.NEARBY_AFTER + 3):
            page = Client(headers={"accept-language": "en"}).get("/s/city-2026/")
            answers = {f"parks__r{item}": str(grade) for item in range(1, 9)}
            if number % 7 == 0:
                answers |= {"homepage": "http://example.org", "work": "skip"}
            send(Client(REMOTE_ADDR=f"198.51.{100 + grade}.{number}"), page, **answers)
        mine = [(bytes(one.codes)[0], one.flags) for one in InboxEntry.objects.all()]
        found.append(sorted(flags for code, flags in mine if code == grade))
    assert found[0] == found[1]
    assert any(flags & Flag.NEARBY for flags in found[0])
    assert any(flags & Flag.TRAP for flags in found[0])


# The trap


def test_a_filled_trap_flags_an_open_form_and_no_coded_one(
    a_wave: Callable[..., Wave], ada: User, rosa: Client
) -> None:
    wave = a_wave()
    post_open(rosa, homepage="http://example.org", work="skip")
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
    answer = send(
        rosa, rosa.get("/s/city-2026/"), parks__overall="4", code=code, homepage="http://example.org"
    )
    assert b"receipt-code" in answer.content
    flags = dict(InboxEntry.objects.values_list("klass", "flags"))
    assert flags[Klass.OPEN] & Flag.TRAP
    assert not flags[Klass.SAMPLE] & Flag.TRAP


# Twins


def test_nearly_the_same_words_are_twins_and_other_words_are_not() -> None:
    long = TEXT * 3
    texts = {
        "one": TEXT,
        "spaced": f"  {TEXT.replace('，', ' ')}",
        "long": long + "公园里的路灯坏了很久没人修理，晚上散步不安全。" * 4,
        "changed": long + "公园里的路灯坏了很久没人修理，晚上散步不安全！" * 4 + "补",
        "other": "公交车班次太少，早高峰经常挤不上去，请增加车辆和座位。",
        "short": "很好很好",
        "short too": "很好很好",
    }
    assert twins.twins_in(texts) == {"one", "spaced", "long", "changed"}


@given(
    st.lists(st.text("甲乙丙丁戊己庚辛壬癸", min_size=18, max_size=60), min_size=2, max_size=12),
    st.integers(0, 10),
)
def test_twins_are_those_that_comparing_every_pair_finds(drawn: list[str], at: int) -> None:
    texts = dict(enumerate([*drawn, drawn[0][:at] + "子" + drawn[0][at:]]))
    plain = {key: twins.plain(text) for key, text in texts.items()}
    found = {
        key
        for key, words in plain.items()
        for other, others in plain.items()
        if key != other
        and min(len(words), len(others)) >= twins.FEWEST_CHARACTERS
        and twins.are_near(twins.shingles(words), twins.shingles(others))
    }
    assert twins.twins_in(texts) == found


def test_twins_are_flagged_when_the_wave_settles_in_the_open_class_alone(
    a_wave: Callable[..., Wave], ada: User, rosa: Client, settings: Any
) -> None:
    wave = a_wave()
    codes = inviting.make_codes(wave, stratum=0, count=2, by=ada)
    for grade, text in (
        (1, TEXT),
        (5, TEXT + "!"),
        (3, "和别人完全不同的一段话，说的是另一件事情，请大家放心。"),
    ):
        post_open(rosa, grade=grade, parks__why=text)
    for code in codes:
        send(rosa, rosa.get("/s/city-2026/"), parks__overall="2", parks__why=TEXT, code=code)
    mixing.mix_due()
    fielding.close_wave(wave, by=ada)
    assert mixing.settle(wave.pk)
    flagged = {
        (one.klass, bytes(one.codes)[0]): bool(one.flags & Flag.TWIN)
        for one in Response.objects.filter(department__code="parks")
    }
    assert flagged == {
        (Klass.OPEN, 1): True,
        (Klass.OPEN, 5): True,
        (Klass.OPEN, 3): False,
        (Klass.SAMPLE, 2): False,
    }
    assert not mixing.settle(wave.pk), "once is enough"
    assert AuditEntry.objects.get(verb="settle").facts["tallies_agreed"]


# Bursts


def test_the_bound_is_that_of_a_poisson_count_within_one() -> None:
    for mean in (1, 3, 10, 30, 100, 1000, 5000):
        assert math.isclose(paces.poisson_bound(mean), poisson.ppf(0.999, mean), abs_tol=1.5)


def test_a_rush_is_a_burst_and_the_first_hour_never_is() -> None:
    pace = Pace(0, 0)
    assert not any(pace.arrives(0) for _one in range(500)), "there is nothing to compare with yet"
    for window in range(1, HOUR):
        assert not any(pace.arrives(window) for _one in range(5))
    calm = Pace(0, 0)
    for window in range(DAY):
        assert not any(calm.arrives(window) for _one in range(3))
    rush = [calm.arrives(DAY) for _one in range(100)]
    assert not rush[0]
    assert sum(rush) > 80


def test_an_ordinary_day_with_its_hours_is_hardly_flagged() -> None:
    hours = np.array(
        [1, 0.5, 0.3, 0.3, 0.5, 1, 3, 7, 13, 18, 20, 18, 13, 15, 19, 20, 19, 17, 14, 13, 12, 10, 6, 3]
    )
    rates = np.repeat(np.tile(hours / hours.mean(), 3), HOUR) * 2000 / DAY
    counts = np.random.default_rng(7).poisson(rates)
    pace = Pace(0, 0)
    flagged = sum(pace.arrives(window) for window, forms in enumerate(counts) for _one in range(forms))
    assert flagged < counts.sum() / 500


# What the flags change


def test_a_burst_of_open_ratings_leaves_the_coded_figures_byte_identical(
    a_wave: Callable[..., Wave], ada: User, rosa: Client
) -> None:
    wave = a_wave()
    codes = inviting.make_codes(wave, stratum=0, count=12, by=ada)
    for number, code in enumerate(codes):
        send(rosa, rosa.get("/s/city-2026/"), parks__overall=str(1 + number % 5), code=code)
    mixing.mix_due()
    mixing._mix(wave)
    before = coded(wave)
    assert before
    for _number in range(screening.NEARBY_AFTER + 20):
        post_open(rosa, grade=5)
    mixing._mix(wave)
    assert coded(wave) == before
    told = screening.counts(wave.pk, "s1", klass=Klass.OPEN)
    signs = {sign.rule.code: sign.records for sign in told.signs}
    assert told.records == screening.NEARBY_AFTER + 20
    assert signs["nearby"] == 20
    post_open(rosa, grade=5)
    mixing._mix(wave)
    told = screening.counts(wave.pk, "s1", klass=Klass.OPEN)
    assert told.records == screening.NEARBY_AFTER + 20, "in steps of ten until the wave has settled"
    assert signs["trap"] is None, "too few to be told"


def test_the_rules_are_public_at_once_and_how_many_they_flagged_after_the_release(
    a_wave: Callable[..., Wave], ada: User, rosa: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave()
    for number in range(screening.NEARBY_AFTER + 12):
        post_open(rosa, grade=1 + number % 5)
    page = rosa.get("/s/city-2026/screening/").content.decode()
    for rule in screening.rules_of("s1"):
        assert str(rule.sentence) in html.unescape(page)
    assert "of them flagged" not in page
    fielding.close_wave(wave, by=ada)
    mixing.settle(wave.pk)
    access.forget()
    assert "of them flagged" not in rosa.get("/s/city-2026/screening/").content.decode(), "sealed"
    monkeypatch.setattr(timezone, "now", lambda: wave.release_at)
    access.forget()
    page = rosa.get("/s/city-2026/screening/").content.decode()
    assert "<dt>Ratings counted</dt><dd>62</dd>" in page
    assert "<dt>Many forms from one part of the network</dt><dd>12</dd>" in page
    assert "<dt>Hidden field filled in</dt><dd>fewer than 10</dd>" in page


def coded(wave: Wave) -> list[Any]:
    """The stored tallies of the coded class, as bytes."""
    return [
        (one.department_id, one.records, bytes(one.groups), bytes(one.counts), bytes(one.moments))
        for one in Tally.objects.filter(wave=wave, klass=Klass.SAMPLE).order_by("department_id")
    ]


def test_a_wave_that_declared_no_rules_is_not_screened(
    a_wave: Callable[..., Wave], rosa: Client, settings: Any
) -> None:
    wave = a_wave()
    undeclared = replace(access.asked_wave(wave.slug), screening="")
    settings.STEP_UP_SECONDS = 3
    assert screening.screen(undeclared, form_tokens.issue(wave.pk), address="192.0.2.1", trap="x") == 0
    assert screening.counts(wave.pk, "").signs == []
