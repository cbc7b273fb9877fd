"""What a resident chooses before and while answering: the departments and the language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from surveys.people.models import Department
from surveys.responses.models import InboxEntry
from surveys.waves.models import Wave

from .conftest import RATINGS_ONLY, document, rating, two
from .forms import FormReader, form_of, receipts_on, send

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]
PAGE = "/s/city-2026/"


@pytest.fixture
def many(a_wave: Waves, departments: dict[str, Department]) -> Wave:
    """A wave over five departments of which a person rates two."""
    more = [
        Department.objects.create(code=code, names=two(f"{code}局", code.title()), parent=departments["city"])
        for code in ("police", "water", "health")
    ]
    covered = [departments["parks"], departments["roads"], *more]
    return a_wave(departments=covered, departments_per_person=2)


class TestChoosing:
    def test_many_departments_begin_with_a_choice(self, rosa: Client, many: Wave) -> None:
        page = rosa.get(PAGE)
        chooser = FormReader(page.content.decode(), "choose")
        assert chooser.offered["about"] == ["parks", "roads", "police", "water", "health"]
        sheet = rosa.get(PAGE, {"choose": "1", "go": "1", "about": ["water", "parks"]})
        form = form_of(sheet)
        assert form.fields["about"] == ["parks", "water"]
        assert "roads.overall" not in form.offered
        thanks = send(rosa, sheet, general__city="3", water__overall="1")
        assert len(receipts_on(thanks)) == 2

    def test_a_poster_of_a_department_leads_straight_to_it(self, rosa: Client, many: Wave) -> None:
        form = form_of(rosa.get(f"{PAGE}?about=water&ch=qr"))
        assert form.fields["about"] == ["water"]
        assert {name for name in form.offered if name.endswith(".overall")} == {"water.overall"}

    def test_too_many_are_refused_and_stay_ticked(self, rosa: Client, many: Wave) -> None:
        page = rosa.get(PAGE, {"choose": "1", "go": "1", "about": ["water", "parks", "roads"]})
        assert page.status_code == 422
        assert "Choose at most 2 departments." in page.content.decode()
        assert FormReader(page.content.decode(), "choose").fields["about"] == ["parks", "roads", "water"]

    def test_choosing_others_keeps_what_was_typed_about_those_that_stay(
        self, rosa: Client, many: Wave
    ) -> None:
        sheet = rosa.get(PAGE, {"choose": "1", "go": "1", "about": ["water", "parks"]})
        chooser = send(rosa, sheet, general__city="3", water__overall="1", parks__overall="5", choose="1")
        form = FormReader(chooser.content.decode(), "choose")
        token = form.fields["token"]
        again = rosa.post(form.action, {**form.fields, "about": ["roads", "water"], "go": "1"})
        assert again.status_code == 200, again.content.decode()
        form = form_of(again)
        assert form.fields["about"] == ["roads", "water"]
        assert form.fields["general.city"] == ["3"]
        assert form.fields["water.overall"] == ["1"]
        assert "parks.overall" not in form.fields
        assert form.fields["token"] == token, "it is the same form"
        assert len(receipts_on(send(rosa, again, roads__overall="2"))) == 3

    def test_none_is_enough_where_there_are_general_questions(self, rosa: Client, many: Wave) -> None:
        form = form_of(rosa.get(PAGE, {"choose": "1", "go": "1"}))
        assert list(form.offered) == ["general.city"]

    def test_none_is_refused_where_there_are_no_other_questions(
        self, rosa: Client, a_wave: Waves, departments: dict[str, Department]
    ) -> None:
        a_wave(RATINGS_ONLY, departments_per_person=1)
        page = rosa.get(PAGE, {"choose": "1", "go": "1"})
        assert page.status_code == 422
        assert "Choose at least one department." in page.content.decode()

    @pytest.mark.parametrize("about", ["nobody", "city", "general", "<script>"])
    def test_a_department_that_is_not_asked_about_is_not_found(
        self, rosa: Client, many: Wave, about: str
    ) -> None:
        page = rosa.get(PAGE, {"about": about})
        assert page.status_code == 404
        assert "<script>" not in page.content.decode()

    def test_who_was_not_chosen_cannot_be_slipped_in(self, rosa: Client, many: Wave) -> None:
        page = rosa.get(f"{PAGE}?about=water")
        again = send(rosa, page, water__overall="5", parks__overall="1")
        assert again.status_code == 422
        assert not InboxEntry.objects.exists()

    def test_few_departments_stand_on_one_form(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        assert {"parks.overall", "roads.overall"} <= form_of(rosa.get(PAGE)).offered.keys()


class TestLanguages:
    def test_the_browser_chooses_and_the_address_overrules(self, a_wave: Waves) -> None:
        a_wave()
        client = Client()
        for accepted, query, language in (
            ("en-GB,en;q=0.9", "", "en"),
            ("zh-CN,zh;q=0.9", "", "zh-hans"),
            ("zh-TW", "", "zh-hans"),
            ("fr", "", "zh-hans"),
            ("", "", "zh-hans"),
            ("zh-CN", "?lang=en", "en"),
            ("en", "?lang=zh-hans", "zh-hans"),
            ("en", "?lang=nonsense", "en"),
        ):
            html = client.get(PAGE + query, headers={"accept-language": accepted}).content.decode()
            assert f'<html lang="{language}" dir="ltr">' in html

    def test_changing_the_language_in_mid_survey_keeps_every_answer(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        page = rosa.get(PAGE)
        chinese = send(
            rosa, page, parks__overall="1", parks__why="as typed", roads__wait="nonsense", lang="zh-hans"
        )
        assert chinese.status_code == 200
        html = chinese.content.decode()
        assert '<html lang="zh-hans"' in html
        assert "非常不满意" in html
        assert "question-wrong" not in html  # nothing is judged before it is sent
        form = form_of(chinese)
        assert form.fields["parks.overall"] == ["1"]
        assert form.fields["parks.why"] == ["as typed"]
        assert form.fields["roads.wait"] == ["nonsense"]
        assert form.fields["token"] == form_of(page).fields["token"]
        assert not InboxEntry.objects.exists()
        assert send(rosa, chinese, roads__wait="7").status_code == 200
        assert {entry.language for entry in InboxEntry.objects.all()} == {"zh-hans"}

    def test_stored_codes_do_not_depend_on_the_language(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        for language in ("en", "zh-hans"):
            send(rosa, rosa.get(f"{PAGE}?lang={language}"), parks__overall="2", parks__way="1")
        assert {bytes(entry.codes) for entry in InboxEntry.objects.all()} == {bytes([2, 255, 1])}

    def test_the_choice_of_departments_survives_a_change_of_language(self, rosa: Client, many: Wave) -> None:
        chinese = send(rosa, rosa.get(f"{PAGE}?about=water"), water__overall="4", lang="zh-hans")
        form = form_of(chinese)
        assert (form.fields["about"], form.fields["water.overall"]) == (["water"], ["4"])
        page = rosa.get(PAGE, {"choose": "1", "about": ["water"], "lang": "zh-hans"})
        assert FormReader(page.content.decode(), "choose").fields["about"] == ["water"]
        assert '<html lang="zh-hans"' in page.content.decode()

    def test_a_right_to_left_language_turns_the_page(
        self, rosa: Client, a_wave: Waves, an_edition: Any
    ) -> None:
        words = {"5": {"ug": "5"}, "4": {"ug": "4"}, "3": {"ug": "3"}, "2": {"ug": "2"}, "1": {"ug": "1"}}
        words |= {"dk": {"ug": "dk"}, "na": {"ug": "na"}}
        uyghur = document(rating("overall", headline=True, settings={"words": words}))
        uyghur["languages"].append("ug")
        for text in (uyghur["title"], uyghur["introduction"], uyghur["questions"][0]["text"]):
            text["ug"] = "شەھەر مۇلازىمىتى"
        a_wave(uyghur)
        html = rosa.get(f"{PAGE}?lang=ug").content.decode()
        assert '<html lang="ug" dir="rtl">' in html
        assert form_of(rosa.get(f"{PAGE}?lang=ug")).offered["parks.overall"] == [
            "5",
            "4",
            "3",
            "2",
            "1",
            "dk",
            "na",
        ]
        thanks = send(rosa, rosa.get(f"{PAGE}?lang=ug"), parks__overall="5")
        assert 'dir="rtl"' in thanks.content.decode()

    def test_the_enter_key_sends_and_does_not_change_the_language(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        html = rosa.get(PAGE).content.decode()
        first_button = re.search(r"<button[^>]*form=\"answers\"[^>]*>", html)
        assert first_button
        assert 'name="lang"' not in first_button.group()
