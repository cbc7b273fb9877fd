"""A small questionnaire and waves in each state."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from surveys.people.models import Department, User
from surveys.questionnaires import drafting
from surveys.questionnaires.models import Edition
from surveys.waves import fielding
from surveys.waves.models import Wave
from tests.conftest import published


def a_document(**changes: Any) -> dict[str, Any]:
    """One headline rating of each department, one question about the city."""

    def question(code: str, about: str, headline: bool) -> dict[str, Any]:
        return {
            "code": code,
            "type": "satisfaction",
            "about": about,
            "text": {"zh-hans": "您满意吗？", "en": f"How satisfied are you ({code})?"},
            "help": {},
            "required": False,
            "headline": headline,
            "dimension": "",
            "weight": "1",
            "settings": {},
        }

    return {
        "format": 1,
        "languages": ["zh-hans", "en"],
        "title": {"zh-hans": "年度评价", "en": "Yearly survey"},
        "introduction": {"zh-hans": "两分钟。", "en": "Two minutes."},
        "dimensions": [],
        "questions": [question("overall", "each", True), question("life", "general", False)],
        **changes,
    }


@pytest.fixture
def edition(departments: dict[str, Department], ada: User, ivo: User) -> Edition:
    """The first edition of a small questionnaire."""
    questionnaire = drafting.create(code="yearly", document=a_document(), by=ada)
    return published(questionnaire, by=ada, approver=ivo)


@pytest.fixture
def now(db: None) -> datetime:
    """The database's time."""
    return fielding.database_now()


@pytest.fixture
def declared(edition: Edition, departments: dict[str, Department], now: datetime) -> dict[str, Any]:
    """What a wave of the coming week declares."""
    return {
        "edition": edition,
        "slug": "spring",
        "titles": {"zh-hans": "春季", "en": "Spring"},
        "departments": [departments["parks"], departments["roads"]],
        "opens_at": now + timedelta(hours=1),
        "closes_at": now + timedelta(days=7),
        "release_at": now + timedelta(days=8),
    }


@pytest.fixture
def a_wave(declared: dict[str, Any], ada: User) -> Callable[..., Wave]:
    """Plan a wave; keywords change what it declares."""

    def plan(**changes: Any) -> Wave:
        return fielding.plan(by=ada, **{**declared, **changes})

    return plan


@pytest.fixture
def open_wave(a_wave: Callable[..., Wave], ada: User) -> Wave:
    """A wave that residents are answering."""
    return fielding.open_wave(a_wave(), by=ada)
