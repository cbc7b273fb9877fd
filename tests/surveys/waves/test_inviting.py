"""A code is random, forgiving to type, known only by its hash, and spent once."""

import hashlib
from collections.abc import Callable

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from surveys import audit
from surveys.people.models import User
from surveys.waves import fielding, inviting
from surveys.waves.fielding import StratumPlan
from surveys.waves.inviting import CodeSpent, InvitationError
from surveys.waves.models import Invitation, Klass, Wave

STRATA = [StratumPlan("north", {"en": "North"}, 1000), StratumPlan("south", {"en": "South"}, 500)]


def test_a_code_has_26_signs_of_the_alphabet() -> None:
    for code in {inviting.new_code() for _time in range(200)}:
        assert len(code) == 26
        assert set(code) <= set(inviting.ALPHABET)
        assert inviting.normalised(inviting.grouped(code).lower()) == code


@given(st.text())
def test_any_text_is_a_code_or_none(typed: str) -> None:
    code = inviting.normalised(typed)
    assert code is None or inviting.normalised(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "01jqk-wxyz2-34567-89abc-defghj",
        "０１ＪＱＫ　ＷＸＹＺ２　３４５６７　８９ＡＢＣ　ＤＥＦＧＨＪ",
        "OIJQKWXYZ23456789ABCDEFGHJ",
        "oljqk–wxyz2—34567\u200b89abc\u00a0defghj ",
    ],
)
def test_codes_are_read_however_people_type_them(typed: str) -> None:
    assert inviting.normalised(typed) == "01JQKWXYZ23456789ABCDEFGHJ"


@pytest.mark.parametrize(
    "typed", ["", "short", "U" * 26, "0" * 25, "0" * 27, "0" * 25 + "*", "0" * 100_000, "\0" * 26]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert inviting.normalised(typed) is None


def test_the_hash_is_that_of_the_trust_page() -> None:
    code = "0" * 26
    assert (
        inviting.code_hash("spring", code)
        == hashlib.sha256(b"minping/code/v1\0spring" + code.encode()).digest()
    )


def test_codes_are_returned_once_and_stored_as_hashes_only(a_wave: Callable[..., Wave], ada: User) -> None:
    wave = a_wave(strata=STRATA)
    codes = inviting.make_codes(wave, stratum=2, count=40, by=ada)

    assert len(set(codes)) == 40
    stored = {bytes(one.code_hash) for one in Invitation.objects.all()}
    assert stored == {inviting.code_hash("spring", code) for code in codes}
    assert set(Invitation.objects.values_list("klass", "stratum", "state")) == {(Klass.SAMPLE, 2, 1)}
    facts = audit.AuditEntry.objects.get(verb="register invitations").facts
    assert facts == {"count": 40, "stratum": 2, "status": "planned"}


def test_a_code_is_found_without_naming_its_wave(a_wave: Callable[..., Wave], ada: User) -> None:
    wave, other = a_wave(), a_wave(slug="other")
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
    inviting.make_codes(other, stratum=0, count=1, by=ada)

    found = inviting.find(inviting.grouped(code).lower())
    assert found is not None
    assert found.wave == wave
    assert inviting.find(inviting.new_code()) is None
    assert inviting.find("nonsense") is None


def test_finding_takes_two_queries_however_many_waves(
    a_wave: Callable[..., Wave], ada: User, django_assert_num_queries: Callable[..., object]
) -> None:
    for number in range(5):
        wave = a_wave(slug=f"wave-{number}")
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        found = inviting.find(code)
        assert found is not None
        assert found.wave.slug == "wave-4"


@pytest.mark.parametrize("stratum", [0, 3, -1])
def test_codes_need_a_stratum_of_the_wave(a_wave: Callable[..., Wave], ada: User, stratum: int) -> None:
    with pytest.raises(InvitationError):
        inviting.make_codes(a_wave(strata=STRATA), stratum=stratum, count=1, by=ada)


@pytest.mark.parametrize("count", [0, -1, inviting.MOST_AT_ONCE + 1])
def test_the_number_of_codes_is_bounded(a_wave: Callable[..., Wave], ada: User, count: int) -> None:
    with pytest.raises(InvitationError):
        inviting.make_codes(a_wave(), stratum=0, count=count, by=ada)


def test_hashes_are_registered_all_or_none(a_wave: Callable[..., Wave], ada: User) -> None:
    wave = a_wave()
    one, two = b"1" * 32, b"2" * 32
    assert inviting.register_hashes(wave, hashes=[one], stratum=0, by=ada) == 1
    with pytest.raises(InvitationError):
        inviting.register_hashes(wave, hashes=[two, one], stratum=0, by=ada)
    with pytest.raises(InvitationError):
        inviting.register_hashes(wave, hashes=[b"short"], stratum=0, by=ada)
    assert [bytes(found.code_hash) for found in Invitation.objects.all()] == [one]


def test_a_closed_wave_invites_nobody(open_wave: Wave, ada: User) -> None:
    inviting.make_codes(open_wave, stratum=0, count=1, by=ada)
    closed = fielding.close_wave(open_wave, by=ada)
    with pytest.raises(InvitationError):
        inviting.make_codes(closed, stratum=0, count=1, by=ada)


def test_an_open_wave_takes_no_codes(a_wave: Callable[..., Wave], ada: User) -> None:
    with pytest.raises(InvitationError):
        inviting.make_codes(a_wave(klass=Klass.OPEN), stratum=0, count=1, by=ada)


def test_a_lost_code_is_withdrawn(a_wave: Callable[..., Wave], ada: User) -> None:
    wave = a_wave()
    (code,) = inviting.make_codes(wave, stratum=0, count=1, by=ada)

    assert inviting.revoke(wave, code=code.lower(), by=ada).state == Invitation.State.REVOKED
    with pytest.raises(CodeSpent):
        inviting.revoke(wave, code=code, by=ada)
    with pytest.raises(InvitationError):
        inviting.revoke(wave, code=inviting.new_code(), by=ada)


def test_nobody_is_taken_off_the_invited_once_the_wave_is_closed(open_wave: Wave, ada: User) -> None:
    """The response rate is published: leaving out those who did not answer would improve it afterwards."""
    lost, other = inviting.make_codes(open_wave, stratum=0, count=2, by=ada)
    inviting.revoke(open_wave, code=lost, by=ada)
    stale = Wave.objects.get(pk=open_wave.pk)
    closed = fielding.close_wave(open_wave, by=ada)
    for status in (Wave.Status.CLOSED, Wave.Status.SETTLED):
        Wave.objects.filter(pk=closed.pk).update(status=status)
        for wave in (stale, Wave.objects.get(pk=closed.pk)):
            with override("en"), pytest.raises(InvitationError, match="closed"):
                inviting.revoke(wave, code=other, by=ada)
    assert sorted(Invitation.objects.values_list("state", flat=True)) == [
        Invitation.State.ISSUED,
        Invitation.State.REVOKED,
    ]
