"""Case 3: texts of any script and any length go through page, program, saving and mixing unchanged, or are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from surveys.questionnaires.codebook import codebook_of
from surveys.responses import commitments, form_tokens, mixing
from surveys.responses.models import InboxEntry, Response
from surveys.waves.models import Wave
from tests.surveys.responses.conftest import document, question, rating, two
from tests.surveys.responses.forms import filled, form_of, receipts_on
from tests.surveys.responses.test_saving import code_on, resume

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE, API = "/s/city-2026/", "/api/v1/waves/city-2026/responses/"
LONGEST = 10_000
SALT = bytes(32)

KEPT = {
    "ten thousand Chinese characters": "测" * LONGEST,
    "ten thousand beyond the first plane": "𠮷" * LONGEST,
    "faces of four bytes": "👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 🇨🇳",
    "marks upon marks": "Z" + "\u0351\u036b\u036a\u0302\u036b" * 200,
    "joiners that shape words": "می‌خواهم क्‍ष শ্রী",
    "from the right and from the left": "ئۇيغۇرچە abc مىسال 123",
    "Mongolian with its selectors": "ᠮᠣᠩᠭᠣᠯ\u180b\u180c",
    "Tibetan and Yi": "བོད་སྐད ꆈꌠꉙ",
    "ideographs with a variation selector": "葛\U000e0100",
    "lines": "one\ntwo\n\n\nthree",
    "what looks like markup, formulas and templates": "<b>&amp;</b> =1+1 {{7*7}} ${x} %s %(a)s \\n '\"--;",
    "what only looks like an answer": "5",
}


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    said = question("said", "long_text", "parks", two("说说", "Say"), settings={"max_length": LONGEST})
    return a_wave(document(rating("overall", headline=True), said))


def by_page(client: Client, text: str) -> Any:
    return client.post(PAGE, {**form_of(client.get(PAGE)).fields, "parks.said": text})


def by_program(client: Client, wave: Wave, text: str) -> Any:
    body = {"token": form_tokens.issue(wave.pk).written, "answers": {"parks": {"said": text}}}
    return client.post(API, body, content_type="application/json")


def committed(entry: InboxEntry, wave: Wave) -> bytes:
    """Return the commitment to what was stored, under salts that are the same for all."""
    record = commitments.record_of(
        codebook_of(wave.edition).part("parks"),
        survey=wave.slug,
        definition=wave.edition.content_hash,
        klass=entry.klass,
        language="",
        codes=bytes(entry.codes),
        extras=entry.extras,
        text_salts={"said": SALT.hex()},
    )
    return commitments.commitment_of(record, SALT)


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_text_is_stored_as_it_was_typed_by_page_by_program_and_after_it_was_put_aside(
    text: str, wave: Wave, rosa: Client, settings: Any
) -> None:
    settings.MIXING_MIN_BATCH = 1
    assert receipts_on(by_page(rosa, text.replace("\n", "\r\n")))  # as browsers send lines
    assert by_program(rosa, wave, text).status_code == 201
    saved = rosa.post(PAGE, {**form_of(rosa.get(PAGE)).fields, "parks.said": text, "go": "save"})
    back = resume(rosa, code_on(saved))
    assert form_of(back).fields["parks.said"] == [text]
    assert receipts_on(rosa.post(PAGE, filled(back)))
    assert [entry.extras for entry in InboxEntry.objects.all()] == [{"said": text}] * 3
    assert len({committed(entry, wave) for entry in InboxEntry.objects.all()}) == 1
    mixing.mix_due()
    assert [record.extras for record in Response.objects.all()] == [{"said": text}] * 3


@pytest.mark.parametrize(
    ("composed", "decomposed"),
    [
        ("café", "cafe\u0301"),
        ("각", "\u1100\u1161\u11a8"),
        ("ộ", "o\u0302\u0323"),
        ("Å", "\u212b"),
        ("ệ", "ệ"),
    ],
)
def test_one_text_in_two_spellings_of_unicode_has_one_commitment(
    composed: str, decomposed: str, wave: Wave, rosa: Client
) -> None:
    for text in (composed, decomposed):
        assert receipts_on(by_page(rosa, text))
        assert by_program(rosa, wave, text).status_code == 201
    entries = list(InboxEntry.objects.all())
    assert len(entries) == 4
    assert len({committed(entry, wave) for entry in entries}) == 1
    assert len({bytes(entry.commitment) for entry in entries}) == 4, "salted: nobody sees who said the same"


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n", "\u3000\u3000", "\u00a0\u2003\u2028", " \n" * 5000])
def test_spaces_alone_are_no_answer_and_never_a_record(blank: str, wave: Wave, rosa: Client) -> None:
    assert by_page(rosa, blank).status_code == 422
    assert by_program(rosa, wave, blank).status_code == 422
    page = form_of(rosa.get(PAGE)).fields
    assert receipts_on(rosa.post(PAGE, {**page, "parks.said": blank, "parks.overall": "2"}))
    assert [entry.extras for entry in InboxEntry.objects.all()] in ([None], [{}])


@pytest.mark.parametrize(
    "text",
    ["字" * (LONGEST + 1), "👍" * (LONGEST + 1), "a" * 200_000, "bell\a", "esc\x1b[2J", "nul\x00", "c1\x9b"],
    ids=["one too many", "one face too many", "far too many", "bell", "escape", "nul", "c1"],
)
def test_what_cannot_be_kept_is_refused_at_its_field_and_nothing_else_typed_is_lost(
    text: str, wave: Wave, rosa: Client
) -> None:
    page = form_of(rosa.get(PAGE)).fields
    again = rosa.post(PAGE, {**page, "parks.said": text, "parks.overall": "1"})
    assert again.status_code == 422
    assert 'id="parks.said-error"' in again.content.decode()
    assert form_of(again).fields["parks.overall"] == ["1"]
    assert len(form_of(again).fields["parks.said"][0]) >= len(text) - 2, (
        "what was typed is there to be shortened"
    )
    assert by_program(rosa, wave, text).status_code in (400, 422)
    assert not InboxEntry.objects.exists()


def test_half_a_character_and_broken_bytes_end_in_a_sentence_and_not_in_a_fault(
    wave: Wave, rosa: Client
) -> None:
    token = form_tokens.issue(wave.pk).written
    for body in (
        b"token=" + token.encode() + b"&parks.said=%ff%fe&parks.overall=3",
        b"\xff\xfe&&&=%",
        b"%00=%00",
    ):
        answer = rosa.generic("POST", PAGE, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (200, 400, 422)
    for raw in ('"\\ud83d"', '"\\udc4d\\ud83d"', '"\\u0000"'):
        said = f'{{"token": "{token}", "answers": {{"parks": {{"said": {raw}}}}}}}'
        assert rosa.post(API, said, content_type="application/json").status_code == 400
    stored = [entry.extras for entry in InboxEntry.objects.all()]
    assert stored in ([], [{"said": "\ufffd\ufffd"}])
