"""A commitment fixes a record: recomputed from what is stored, and different for any other record."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from surveys.questionnaires.codebook import Codebook, codebook_of
from surveys.responses import commitments
from surveys.responses.models import InboxEntry
from surveys.waves.models import Klass, Wave

from .conftest import MIXED
from .forms import send

SALT = bytes(range(32))

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_our_canonical_json_is_rfc_8785(value: Any) -> None:
    assert commitments._canonical(value).encode() == rfc8785.dumps(value)


def test_a_commitment_is_what_the_design_says() -> None:
    record = {"v": 1, "survey": "s", "answers": {"q1": 4, "q2": None}}
    content = hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).digest()
    expected = hashlib.sha256(b"minping/rating/v1\0" + SALT + content).digest()
    assert commitments.commitment_of(record, SALT) == expected


def record_of(**changes: Any) -> dict[str, Any]:
    part = Codebook(MIXED).part("parks")
    given: dict[str, Any] = {
        "survey": "city-2026",
        "definition": "a" * 64,
        "klass": Klass.OPEN,
        "language": "en",
        "codes": bytes([5, 254, 255]),
        "extras": {"ways": [1, 2], "why": "good"},
        "text_salts": {"why": SALT.hex()},
    }
    return commitments.record_of(part, **{**given, **changes})


def test_a_record_says_everything_but_its_texts() -> None:
    text = hashlib.sha256(b"minping/text/v1\0" + SALT + b"good").hexdigest()
    assert record_of() == {
        "v": 1,
        "survey": "city-2026",
        "def": "a" * 64,
        "class": "open",
        "lang": "en",
        "dept": "parks",
        "answers": {"overall": 5, "speed": "dk", "way": None, "ways": [1, 2]},
        "text": {"why": text},
    }


def test_a_deleted_text_leaves_its_commitment_and_the_record_still_opens() -> None:
    text = record_of()["text"]["why"]
    assert record_of(extras={"ways": [1, 2]}, text_salts={"why": text}) == record_of()


@pytest.mark.parametrize(
    "change",
    [
        {"codes": bytes([4, 254, 255])},
        {"klass": Klass.SAMPLE},
        {"language": "zh-hans"},
        {"survey": "other"},
        {"extras": {"ways": [1, 2], "why": "goods"}},
        {"text_salts": {"why": "00" * 32}},
    ],
)
def test_any_other_record_has_another_commitment(change: dict[str, Any]) -> None:
    assert commitments.commitment_of(record_of(**change), SALT) != commitments.commitment_of(
        record_of(), SALT
    )
    assert commitments.commitment_of(record_of(), bytes(32)) != commitments.commitment_of(record_of(), SALT)


@pytest.mark.django_db
def test_every_stored_record_opens_its_commitment(rosa: Client, a_wave: Callable[..., Wave]) -> None:
    wave = a_wave()
    answers = {
        "general__city": "1",
        "parks__overall": "dk",
        "parks__why": "Cafe\u0301 “<b>”",
        "roads__wait": "7.5",
    }
    assert send(rosa, rosa.get("/s/city-2026/"), **answers).status_code == 200
    codebook = codebook_of(wave.edition)
    entries = InboxEntry.objects.select_related("department")
    assert len(entries) == 3
    for entry in entries:
        is_root = entry.department.parent_id is None
        record = commitments.record_of(
            codebook.general if is_root else codebook.part(entry.department.code),
            survey=wave.slug,
            definition=wave.edition.content_hash,
            klass=entry.klass,
            language=entry.language,
            codes=bytes(entry.codes),
            extras=entry.extras,
            text_salts=entry.text_salts,
        )
        assert commitments.commitment_of(record, bytes(entry.salt)) == bytes(entry.commitment)
    assert len({bytes(entry.salt) for entry in entries}) == 3
