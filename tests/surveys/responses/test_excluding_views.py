"""Excluding by page and by program: two people of two organisations, who see neither answers nor department."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.responses import (
    change_words,
    collecting,
    excluding,
    receipts,
)
from surveys.responses.models import Exclusion
from surveys.waves.models import Wave

from .test_collecting import a_sheet, a_token
from .test_excluding import REASON, give, propose, state_of
from .test_mixing import no_one_waits_long

Waves = Callable[..., Wave]


@pytest.fixture(autouse=True)
def _mixes_at_once(settings: Any) -> None:
    no_one_waits_long(settings, people=1, seconds=0)


@pytest.fixture
def wave(a_wave: Waves) -> Wave:
    return a_wave()


@pytest.fixture
def ivo(ivo: User) -> User:
    """Reviews, for the statistics office."""
    ivo.organisation = "Statistics Office"
    ivo.save()
    return ivo


@pytest.fixture
def auditor(auditor: User) -> User:
    """Audits, for a university."""
    auditor.organisation = "University"
    auditor.save()
    return auditor


@pytest.mark.django_db
class TestTraces:
    def test_the_audit_has_the_rule_and_a_hash_and_no_receipt(
        self, wave: Wave, ivo: User, auditor: User
    ) -> None:
        receipt = give(wave)
        excluding.decide(propose(wave, receipt, ivo), approve=True, by=auditor)
        entries = list(AuditEntry.objects.filter(verb__contains="exclusion").order_by("id"))
        assert [(one.verb, one.actor) for one in entries] == [
            ("propose exclusion", ivo),
            ("approve exclusion", auditor),
        ]
        known = receipts.read(receipt)
        expected = hashlib.sha256(b"minping/receipt/v1\0" + known).hexdigest()
        for entry in entries:
            assert entry.facts["rule"] == "CANARY"
            assert entry.facts["receipt_hash"] == expected
            assert receipt not in str(entry.facts)
            assert known.hex() not in str(entry.facts)

    def test_a_rule_is_told_apart_from_ten_on(self, wave: Wave, ivo: User, auditor: User) -> None:
        for number in range(11):
            rule = "CANARY" if number < 10 else "MACHINE"
            excluding.decide(propose(wave, give(wave), ivo, rule=rule), approve=True, by=auditor)
        assert excluding.excluded_numbers(wave) == (11, {"CANARY": 10})

    def test_the_author_learns_what_was_decided(
        self, wave: Wave, ivo: User, auditor: User, rosa: Client
    ) -> None:
        receipt = give(wave)
        excluding.decide(propose(wave, receipt, ivo), approve=True, by=auditor)
        page = rosa.post("/check/", {"code": receipt}).content.decode()
        assert "Excluded from the count" in page
        assert str(excluding.RULES["CANARY"]) in page
        word = change_words.word_of(receipts.read(receipt))
        assert (
            "Change this rating" not in rosa.post("/check/", {"code": receipt, "word": word}).content.decode()
        )


@pytest.mark.django_db
class TestByPage:
    @pytest.fixture
    def browsers(
        self, logged_in: Callable[[User], Client], ivo: User, auditor: User
    ) -> tuple[Client, Client]:
        return logged_in(ivo), logged_in(auditor)

    def test_one_proposes_and_the_other_decides(self, wave: Wave, browsers: tuple[Client, Client]) -> None:
        first, second = browsers
        receipt, path = give(wave), f"/office/waves/{wave.pk}/exclusions/"
        given = {"receipt": receipt, "rule": "CANARY", "reason": REASON, "restores": "out"}
        assert first.post(path, given).status_code == 302
        page = first.get(path).content.decode()
        assert receipt in page
        assert 'value="approve"' not in page
        assert 'value="approve"' in second.get(path).content.decode()
        proposal = Exclusion.objects.get()
        decide = f"{path}{proposal.pk}/"
        first.post(decide, {"decision": "approve"})
        second.post(decide, {"decision": "perhaps"})
        assert Exclusion.objects.get().state == Exclusion.State.PROPOSED
        second.post(decide, {"decision": "approve"})
        assert state_of(receipt) == "excluded"

    def test_what_was_typed_stays_when_it_does_not_hold(
        self, wave: Wave, browsers: tuple[Client, Client]
    ) -> None:
        path = f"/office/waves/{wave.pk}/exclusions/"
        answered = browsers[0].post(path, {"receipt": "1234", "rule": "CANARY", "reason": "brief words"})
        page = answered.content.decode()
        assert answered.status_code == 422
        assert "1234" in page
        assert "brief words" in page
        assert not Exclusion.objects.exists()

    def test_no_page_tells_what_a_rating_says_or_whom_it_is_about(
        self, wave: Wave, browsers: tuple[Client, Client]
    ) -> None:
        pages = []
        for answers in ({"parks": {"overall": 1}}, {"roads": {"overall": 5}}):
            (receipt,) = collecting.submit(a_sheet(wave, answers), token=a_token(wave)).receipts
            path = f"/office/waves/{wave.pk}/exclusions/"
            given = {"receipt": receipt, "rule": "CANARY", "reason": REASON, "restores": "out"}
            assert browsers[0].post(path, given).status_code == 302
            listed = browsers[1].get(f"/api/v1/waves/{wave.slug}/exclusions/").json()
            pages.append({**listed["exclusions"][0], "receipt": "", "id": 0, "proposed_at": ""})
            Exclusion.objects.all().delete()
        assert pages[0] == pages[1]

    def test_a_designer_sees_the_list_and_proposes_nothing(
        self, wave: Wave, ada: User, logged_in: Callable[[User], Client]
    ) -> None:
        path = f"/office/waves/{wave.pk}/exclusions/"
        assert logged_in(ada).get(path).status_code == 200
        given = {"receipt": give(wave), "rule": "CANARY", "reason": REASON}
        assert logged_in(ada).post(path, given).status_code == 403

    def test_everybody_reads_why_there_is_no_form(
        self, wave: Wave, ada: User, admin_user: User, ivo: User, logged_in: Callable[[User], Client]
    ) -> None:
        path, english = f"/office/waves/{wave.pk}/exclusions/", {"accept-language": "en"}
        words = "Only reviewers and auditors propose and decide"
        page = logged_in(ada).get(path, headers=english).content.decode()
        assert words in page
        assert "Enter the organisations" not in page
        page = logged_in(admin_user).get(path, headers=english).content.decode()
        assert words in page
        assert '<a href="/office/people/">Enter the organisations' in page
        ivo.organisation = ""
        ivo.save()
        page = logged_in(ivo).get(path, headers=english).content.decode()
        assert "which organisation you work for" in page
        assert words not in page

    def test_a_head_meets_nothing_of_it(
        self, wave: Wave, dana: User, logged_in: Callable[[User], Client]
    ) -> None:
        path = f"/office/waves/{wave.pk}/exclusions/"
        assert logged_in(dana).get(path).status_code == 403
        assert logged_in(dana).post(path, {}).status_code == 403


@pytest.mark.django_db
class TestByProgram:
    def test_the_whole_way(
        self, wave: Wave, ivo: User, auditor: User, logged_in: Callable[[User], Client]
    ) -> None:
        receipt, path = give(wave), f"/api/v1/waves/{wave.slug}/exclusions/"
        first, second = logged_in(ivo), logged_in(auditor)
        json = "application/json"
        wrong = first.post(path, {"receipt": "x", "rule": "CANARY", "reason": REASON}, content_type=json)
        assert wrong.status_code == 400
        assert "receipt" in wrong.json()
        given = {"receipt": receipt, "rule": "CANARY", "reason": REASON}
        made = first.post(path, given, content_type=json)
        assert made.status_code == 201
        decide = f"{path}{made.json()['id']}/"
        assert first.post(decide, {"approve": True}, content_type=json).status_code == 400
        assert second.post(decide, {"approve": True}, content_type=json).status_code == 200
        listed = first.get(path).json()
        assert listed["excluded"] == 1
        assert listed["by_rule"] == {}
        assert listed["exclusions"][0]["decided_for"] == "University"
