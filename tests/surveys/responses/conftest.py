"""Waves to be answered: a small questionnaire in two languages, fielded over Parks and Roads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys.people.models import Department, User
from surveys.questionnaires import publishing
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.responses import access
from surveys.waves import fielding
from surveys.waves.fielding import StratumPlan
from surveys.waves.models import Channel, Wave

Json = dict[str, Any]


def two(zh: str, en: str) -> dict[str, str]:
    """A text in the two languages of the tests."""
    return {"zh-hans": zh, "en": en}


def question(code: str, kind: str, about: str, text: dict[str, str], **more: Any) -> Json:
    """A question with every key in its place."""
    blank: Json = {
        "help": {},
        "required": False,
        "headline": False,
        "dimension": "",
        "weight": "1",
        "settings": {},
    }
    return {"code": code, "type": kind, "about": about, "text": text, **blank, **more}


def rating(code: str, about: str = "each", **more: Any) -> Json:
    """A satisfaction question."""
    words = two(f"您对{code}满意吗？", f"How satisfied are you with {code}?")
    return question(code, "satisfaction", about, words, **more)


def document(*questions: Json, **more: Any) -> Json:
    """A questionnaire document of these questions."""
    return {
        "format": 1,
        "languages": ["zh-hans", "en"],
        "title": two("城市服务评价", "City services"),
        "introduction": two("约两分钟。", "About two minutes."),
        "dimensions": [],
        "questions": list(questions),
        **more,
    }


CHOICES = [{"code": 1, "text": two("电话", "Phone")}, {"code": 2, "text": two("窗口", "Counter")}]

MIXED = document(
    rating("city", "general", headline=True),
    rating("overall", headline=True),
    rating("speed"),
    question(
        "way",
        "single_choice",
        "each",
        two("您怎样联系的？", "How did you get in touch?"),
        settings={"choices": CHOICES, "offer": []},
    ),
    question(
        "ways",
        "multiple_choice",
        "parks",
        two("您去过哪里？", "Where have you been?"),
        settings={"choices": CHOICES, "min": None, "max": 2},
    ),
    question(
        "wait",
        "number",
        "roads",
        two("您等了多久？", "How long did you wait?"),
        settings={"min": "0", "max": "600", "decimals": 1, "unit": two("分钟", "minutes")},
    ),
    question(
        "why", "long_text", "each", two("还想说什么？", "Anything else?"), settings={"max_length": 2000}
    ),
)

RATINGS_ONLY = document(*(rating(f"r{number}", headline=number == 1) for number in range(1, 9)))


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Each test has its own waves, so none may be remembered from the one before."""
    access.forget()
    yield
    access.forget()


@pytest.fixture
def an_edition(ada: User) -> Callable[..., Edition]:
    """Publishes a document; the same one twice is the same edition."""

    def publish(content: Json = MIXED, code: str = "services") -> Edition:
        questionnaire, _new = Questionnaire.objects.update_or_create(code=code, defaults={"draft": content})
        return publishing.publish(questionnaire, by=None)

    return publish


@pytest.fixture
def a_wave(
    an_edition: Callable[..., Edition], departments: dict[str, Department], ada: User
) -> Callable[..., Wave]:
    """Plans a wave over Parks and Roads and opens it, unless told otherwise."""

    def field(
        content: Json = MIXED, *, opened: bool = True, slug: str = "city-2026", **declared: Any
    ) -> Wave:
        now = timezone.now()
        plan = {
            "edition": an_edition(content),
            "titles": two("二〇二六年城市服务评价", "City services 2026"),
            "departments": [departments["parks"], departments["roads"]],
            "opens_at": now - timedelta(hours=1),
            "closes_at": now + timedelta(days=7),
            "release_at": now + timedelta(days=14),
            "channels": (Channel.WEB, Channel.QR),
            "strata": (),
        }
        wave = fielding.plan(slug=slug, by=ada, **{**plan, **declared})
        return fielding.open_wave(wave, by=ada) if opened else wave

    return field


@pytest.fixture
def strata() -> tuple[StratumPlan, ...]:
    """Two strata of known size."""
    return (
        StratumPlan("north", two("北区", "North"), 60_000),
        StratumPlan("south", two("南区", "South"), 40_000),
    )


@pytest.fixture
def rosa() -> Client:
    """A resident's browser: no account, no session, English."""
    return Client(headers={"accept-language": "en"})
