"""A form that was put aside opens for whoever has its code, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from surveys.people.models import User
from surveys.responses import receipts, saving
from surveys.responses.models import SavedSheet
from surveys.waves import inviting
from surveys.waves.models import Wave

from .forms import FormReader, form_of
from .test_saving import PAGE, code_on, resume, save

pytestmark = pytest.mark.django_db

Waves = Callable[..., Wave]


class TestForItsAuthorAlone:
    def test_the_row_is_unreadable_without_the_code(self, rosa: Client, a_wave: Waves, ada: User) -> None:
        invited = inviting.make_codes(a_wave(), stratum=0, count=1, by=ada)[0]
        page = rosa.get(f"/i/{invited}/", follow=True)
        code = code_on(save(rosa, page, parks__overall="1", parks__why="my own words"))
        row = SavedSheet.objects.get()
        stored = bytes(row.sealed)
        for secret in (
            b"my own words",
            invited.encode(),
            code.encode(),
            form_of(page).fields["token"][0].encode(),
        ):
            assert secret not in stored
        assert bytes(row.key_hash) == saving.key_hash(receipts.read(code))
        assert code.replace("-", "").encode() not in bytes(row.key_hash)
        columns = {column.name for column in connection.introspection.get_table_description(
            connection.cursor(), "surveys_savedsheet")}  # fmt: skip
        assert columns == {"key_hash", "wave_id", "sealed", "day"}

    def test_with_another_secret_of_the_site_it_opens_no_more(
        self, rosa: Client, a_wave: Waves, settings: Any
    ) -> None:
        a_wave()
        code = code_on(save(rosa, rosa.get(PAGE), parks__overall="1"))
        settings.SECRET_KEY = "another secret of at least thirty-two characters"
        assert resume(rosa, code).status_code == 404

    @pytest.mark.parametrize("typed", ["", "abc", "7F3K-QM2P-X8RD-0T5V-A", "\x00", "<script>", "0" * 300])
    def test_what_is_no_code_is_refused_and_kept_in_the_field(self, rosa: Client, typed: str) -> None:
        page = resume(rosa, typed)
        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.content.decode()
        assert "<script>" not in page.content.decode()

    def test_a_code_that_nobody_has_is_not_found(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        save(rosa, rosa.get(PAGE), parks__overall="1")
        assert resume(rosa, receipts.printed(bytes(10))).status_code == 404

    def test_no_link_and_no_address_carries_the_code(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        put = save(rosa, rosa.get(PAGE), parks__overall="1")
        back = resume(rosa, code_on(put))
        for page in (put, back):
            html = page.content.decode()
            for attribute in ("href", "action", "src"):
                assert not any(
                    code_on(put) in part.split('"')[0] for part in html.split(f'{attribute}="')[1:]
                )
            assert page["Cache-Control"] == "no-store"
        assert not put.cookies

    def test_the_code_of_a_saved_form_never_comes_from_an_address(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        known = code_on(save(rosa, rosa.get(PAGE), parks__overall="1"))
        page = rosa.get(PAGE, {"saved": known})
        assert "saved" not in form_of(page).fields

    def test_another_site_can_give_nobody_a_form_that_it_reads_later(
        self, rosa: Client, a_wave: Waves
    ) -> None:
        a_wave()
        known = code_on(save(rosa, rosa.get(PAGE), parks__overall="1"))
        foreign = {"sec-fetch-site": "cross-site"}
        page = rosa.post("/resume/", {"code": known}, headers=foreign)
        assert "saved" not in FormReader(page.content.decode()).fields
        fields = {**form_of(resume(rosa, known)).fields, "go": "stay"}
        assert "saved" not in form_of(rosa.post(PAGE, fields, headers=foreign)).fields
        put = rosa.post(PAGE, {**fields, "go": "save"}, headers=foreign)
        assert put.status_code == 422, "shown once more, under a token that the other site does not know"
        assert form_of(put).fields["token"] != fields["token"]
        again = save(rosa, put, parks__overall="5")
        assert code_on(again) != known

    def test_a_code_that_a_form_made_up_is_not_used(self, rosa: Client, a_wave: Waves) -> None:
        a_wave()
        made_up = receipts.printed(b"0123456789")
        put = save(rosa, rosa.get(PAGE), saved=made_up, parks__overall="1")
        assert code_on(put) != made_up
