"""Printed forms: every type, in its order, with a serial on every copy, and words that are never a program."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from surveys import typesetting
from surveys.audit import AuditEntry
from surveys.languages import in_language
from surveys.people.models import User
from surveys.questionnaires.question_types import REGISTRY
from surveys.responses import access
from surveys.responses.access import AskedWave
from surveys.responses.models import PaperEntry
from surveys.responses.paper import serials, sheets
from surveys.responses.paper.blocks import DRAWN_BY, elements_of
from surveys.responses.paper.layout import Asked, laid_out
from surveys.responses.paper.sheets import Copy
from surveys.waves import inviting
from surveys.waves.models import Channel, Klass, Wave
from tests.surveys.questionnaires import every_type
from tests.surveys.responses.conftest import CHOICES, MIXED, document, question, rating, two

LoggedIn = Callable[[User], Client]
AWave = Callable[..., Wave]
WITH_PAPER = (Channel.WEB, Channel.PAPER)

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF without its blanks."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", "", " ".join(page.extract_text() for page in pages))


def asked(wave: Wave) -> AskedWave:
    """The wave as it is printed."""
    return access.asked_wave(wave.slug, fresh=True)


def all_asked(wave: AskedWave, seed_serial: str, language: str = "en") -> list[Asked]:
    """Every question of a copy."""
    with translation.override(language):
        pages = laid_out(wave, about=(), language=language, seed=serials.seed_of(seed_serial, wave.slug))
    return [one for page in pages for block in page.blocks for one in block.asked]


def test_every_type_that_people_answer_has_its_place_on_paper() -> None:
    answered = {
        kind.name
        for kind in REGISTRY
        if kind.is_drawn and kind.takes_answer and kind.source == "person" and not kind.is_joint
    }
    assert set(DRAWN_BY) == answered


@pytest.mark.parametrize("kind", every_type.DRAWN, ids=lambda kind: kind.name)
def test_a_type_on_paper_says_all_its_options_in_their_order_and_ticks_none(kind: Any) -> None:
    if not kind.takes_answer:
        return
    whole = every_type.whole_question(kind)
    elements = elements_of(Asked(whole, 1, (), ()), "en")
    assert elements
    assert json.dumps(elements)
    written = json.dumps(elements, ensure_ascii=False)
    words = [in_language(option.text, "en") or str(option.value) for option in kind.options(whole)]
    if kind.name not in {"ranking", "place", "several_blanks"}:
        places = [written.find(f'"{one}"') for one in words]
        assert min(places, default=0) >= 0, (kind.name, words)
        assert places == sorted(places), (kind.name, words)
    assert "checked" not in written
    assert "chosen" not in written


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_with_every_type_is_a_tagged_document_of_a4_pages(language: str, a_wave: AWave) -> None:
    content = {**every_type.whole(), "languages": ["zh-hans", "en"]}
    wave = asked(a_wave(content, channels=WITH_PAPER))
    pdf = sheets.printed(wave, sheets.blank_copies(wave, 1), language=language, about=())
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata
    assert reader.metadata.title == in_language(wave.titles, language)
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    said = text_of(pdf)
    for one in content["questions"]:
        if one["type"] in DRAWN_BY:
            assert re.sub(r"\s+", "", in_language(one["text"], language)) in said, one["code"]


def test_every_copy_has_a_serial_of_its_own_as_text_and_picture_and_on_the_stub(a_wave: AWave) -> None:
    wave = asked(a_wave(channels=WITH_PAPER))
    copies = sheets.blank_copies(wave, 3)
    assert len({one.serial for one in copies}) == 3
    assert all(serials.is_ours(one.serial, wave.id) for one in copies)
    pdf = sheets.printed(wave, copies, language="en", about=())
    said = text_of(pdf)
    for one in copies:
        assert said.count(inviting.grouped(one.serial)) == 2
    assert said.count("Stubforyoutotearoffandkeep") == 3
    pages = PdfReader(io.BytesIO(pdf)).pages
    starts = [number for number, page in enumerate(pages) if "Serial of this form" in page.extract_text()]
    assert all(number % 2 == 0 for number in starts)  # each copy begins on the front of a sheet


def test_grades_stand_best_first_with_their_codes_and_dont_know_beside_them(a_wave: AWave) -> None:
    wave = asked(a_wave(channels=WITH_PAPER))
    serial = serials.new_serial(wave.id)
    overall = next(one for one in all_asked(wave, serial) if one.question["code"] == "overall")
    (ticks,) = elements_of(overall, "en")
    assert [one["code"] for one in ticks["options"]] == ["5", "4", "3", "2", "1"]
    assert [one["code"] for one in ticks["asides"]] == ["dk", "na"]
    assert ticks["columns"] == 5


def test_skips_are_said_in_plain_words_at_the_questions(a_wave: AWave) -> None:
    asks = {"equals": [{"answer": "way"}, {"value": 2}]}
    content = document(
        rating("overall", headline=True),
        question("way", "single_choice", "general", two("怎样？", "How?"), settings={"choices": CHOICES}),
        question("why", "short_text", "general", two("为什么？", "Why?"), show=asks),
        question("p2", "page_break", "general", two("第二部分", "Second part"), show=asks),
        question("more", "long_text", "general", two("还有吗？", "Anything else about {why}?")),
    )
    wave = asked(a_wave(content, channels=WITH_PAPER))
    said = text_of(sheets.printed(wave, sheets.blank_copies(wave, 1), language="en", about=()))
    assert 'Askedonlywhenquestion2"How?"is"Counter".' in said
    assert 'Thispageisshownonlywhenquestion2"How?"is"Counter".' in said
    assert "Anythingelseabout(youranswertoquestion3)?" in said
    chinese = text_of(sheets.printed(wave, sheets.blank_copies(wave, 1), language="zh-hans", about=()))
    assert "第二部分" in chinese
    assert "窗口" in chinese


def test_chance_on_paper_is_the_chance_that_the_serial_gives_the_screen(a_wave: AWave) -> None:
    many = [{"code": code, "text": two(f"第{code}", f"No. {code}")} for code in range(1, 9)]
    shuffled = question(
        "pick", "single_choice", "general", two("选", "Pick"), settings={"choices": many, "shuffle": True}
    )
    wave = asked(a_wave(document(rating("overall", headline=True), shuffled), channels=WITH_PAPER))
    orders = set()
    for _number in range(6):
        serial = serials.new_serial(wave.id)
        pick = next(one for one in all_asked(wave, serial) if one.question["code"] == "pick")
        met = [one["code"] for one in pick.question["settings"]["choices"]]
        assert [one["code"] for one in elements_of(pick, "en")[0]["options"]] == list(map(str, met))
        orders.add(tuple(met))
        again = next(one for one in all_asked(wave, serial) if one.question["code"] == "pick")
        assert [one["code"] for one in again.question["settings"]["choices"]] == met
    assert len(orders) > 1


def test_departments_in_one_table_stand_in_one_table_on_paper(a_wave: AWave) -> None:
    joint = question("all", "satisfaction_matrix", "each", two("各部门", "Each department"), headline=True)
    wave = asked(a_wave(document(joint), channels=WITH_PAPER))
    (one,) = all_asked(wave, serials.new_serial(wave.id))
    (grid,) = elements_of(one, "en")
    assert grid["rows"] == ["Parks", "Roads"]
    assert len(grid["columns"]) == 7


def test_words_on_paper_are_never_instructions(a_wave: AWave) -> None:
    evil = two('#panic("x") $x$ *b* \\', '#sys.inputs.form [#pagebreak()] "; $ _')
    wave = asked(a_wave(document({**rating("overall", headline=True), "text": evil}), channels=WITH_PAPER))
    said = text_of(sheets.printed(wave, sheets.blank_copies(wave, 1), language="zh-hans", about=()))
    assert '#panic("x")$x$*b*\\' in said


def test_the_office_prints_blank_copies_and_keeps_nothing(
    a_wave: AWave, ada: User, logged_in: LoggedIn
) -> None:
    wave = a_wave(channels=WITH_PAPER)
    before = AuditEntry.objects.count()
    answer = logged_in(ada).post(
        f"/office/waves/{wave.pk}/paper/", {"copies": "2", "codes": "", "language": "en"}
    )
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert len(PdfReader(io.BytesIO(answer.content)).pages) >= 2
    assert not PaperEntry.objects.exists()
    assert AuditEntry.objects.count() == before


def test_copies_for_invited_people_carry_their_codes(a_wave: AWave, ada: User, logged_in: LoggedIn) -> None:
    wave = a_wave(channels=WITH_PAPER, is_public=False, klass=Klass.SAMPLE)
    codes = inviting.make_codes(wave, stratum=0, count=2, by=None)
    client = logged_in(ada)
    typed = "\n".join(inviting.grouped(code).lower() for code in codes)
    answer = client.post(f"/office/waves/{wave.pk}/paper/", {"codes": typed, "language": "zh-hans"})
    assert answer.status_code == 200
    assert all(inviting.grouped(code) in text_of(answer.content) for code in codes)
    assert "receiptisposted" not in text_of(answer.content)
    for wrong in ("", "12", typed + "\n" + inviting.new_code(), f"{codes[0]}\n{codes[0]}"):
        refused = client.post(f"/office/waves/{wave.pk}/paper/", {"codes": wrong, "language": "zh-hans"})
        assert refused.status_code == 422


def test_the_stub_of_an_invited_person_promises_no_receipt(a_wave: AWave) -> None:
    wave = asked(a_wave(channels=WITH_PAPER))
    with translation.override("en"):
        blank, invited = (
            text_of(
                sheets.printed(wave, [Copy(inviting.new_code(), is_invitation=kind)], language="en", about=())
            )
            for kind in (False, True)
        )
    assert "itsreceiptisposted" in blank
    assert "itsreceiptisposted" not in invited
    assert "Thisisyourinvitationcode,too" in invited


def test_a_script_without_a_font_is_refused_with_a_sentence(
    a_wave: AWave, ada: User, logged_in: LoggedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = a_wave(channels=WITH_PAPER)

    def refuse(*_given: Any, **_more: Any) -> bytes:
        raise typesetting.NotPrintable("No font of this machine can print “བོད”.")

    monkeypatch.setattr(typesetting, "pdf", refuse)
    answer = logged_in(ada).post(
        f"/office/waves/{wave.pk}/paper/", {"copies": "1", "codes": "", "language": "en"}
    )
    assert answer.status_code == 422
    assert "No font of this machine" in answer.content.decode()


def test_where_people_choose_departments_the_copy_is_about_those_chosen(
    a_wave: AWave, ada: User, logged_in: LoggedIn
) -> None:
    wave = a_wave(MIXED, channels=WITH_PAPER, departments_per_person=1)
    form = {"copies": "1", "codes": "", "language": "en"}
    client = logged_in(ada)
    answer = client.post(f"/office/waves/{wave.pk}/paper/", {**form, "about": ["roads"]})
    said = text_of(answer.content)
    assert "Roads" in said
    assert "Howlongdidyouwait?" in said
    assert "Wherehaveyoubeen?" not in said
