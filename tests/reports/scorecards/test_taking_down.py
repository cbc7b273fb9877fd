"""Taking a publication down: two people of two organisations, and a tombstone wherever it stood."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reports import releasing
from reports.evaluations import evaluating
from reports.scorecards import publishing, taking_down
from reports.scorecards.models import Publication, Scorecard, Takedown
from surveys.audit import AuditEntry, record
from surveys.people import staffing
from surveys.people.models import Department, User
from tests.reports.made_waves import Door, a_slice

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
REASON = "A remark in it names a resident of the northern district."


@pytest.fixture
def two(ivo: User, auditor: User) -> tuple[User, User]:
    """A reviewer and an auditor who work for two organisations, neither of them rated."""
    ivo.organisation, auditor.organisation = "Statistics office", "Audit house"
    ivo.save()
    auditor.save()
    User.objects.update(date_joined="2020-01-01T00:00:00Z")
    ivo.refresh_from_db()
    auditor.refresh_from_db()
    return ivo, auditor


@pytest.fixture
def taken(
    released: Publication, two: tuple[User, User], django_capture_on_commit_callbacks: object
) -> Takedown:
    """A publication that both have taken down."""
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        proposed = taking_down.propose(released, rule="personal_data", reason=REASON, by=two[0])
        return taking_down.agree(proposed, by=two[1])


def addresses(publication: Publication) -> list[str]:
    """Every public address that shows something of a publication, and what the office shows."""
    wave = publication.wave.slug
    card = Scorecard.objects.get(publication=publication, department__code="parks")
    return [
        f"/results/{wave}/",
        f"/results/{wave}/parks/",
        f"/results/{wave}/dataset.csv",
        f"/results/{wave}/parks/scorecard.json",
        f"/results/{wave}/SHA256SUMS",
        f"/results/{wave}/analysis/",
        f"/results/{wave}/analysis.json",
        f"/results/{wave}/?number=1",
        f"/api/v1/results/{wave}/",
        f"/api/v1/results/{wave}/parks/",
        f"/api/v1/analyses/{wave}/",
        reverse("scorecards:detail", args=[card.pk]),
    ]


def test_every_address_of_what_is_taken_down_answers_with_the_tombstone(
    taken: Takedown, logged_in: LogIn, dana: User
) -> None:
    client = logged_in(dana)
    for address in addresses(taken.publication):
        answer = client.get(address, headers={"accept-language": "en"})
        assert answer.status_code == 410, address
        assert REASON in answer.content.decode(), address
        assert "Statistics office" in answer.content.decode(), address
        assert "Audit house" in answer.content.decode(), address
        assert "69.5" not in answer.content.decode(), address
    assert AuditEntry.objects.filter(verb="take down").count() == 1


def test_lists_of_results_leave_it_out_and_tombstones_are_listed(taken: Takedown, client: Client) -> None:
    assert client.get("/api/v1/results/").json()["results"] == []
    listed = client.get("/results/").content.decode()
    assert "/results/spring/?number=1" in listed
    assert 'href="/results/spring/"' not in listed
    assert client.get("/api/v1/figures/").json()["results"] == []
    (stone,) = client.get("/api/v1/takedowns/").json()["results"]
    assert (stone["wave"], stone["rule"], stone["reason"]) == ("spring", "personal_data", REASON)


def test_a_page_that_was_kept_in_memory_is_gone_too(
    released: Publication, two: tuple[User, User], client: Client
) -> None:
    assert client.get("/results/spring/parks/").status_code == 200
    taking_down.agree(taking_down.propose(released, rule="disclosure", reason=REASON, by=two[0]), by=two[1])
    assert client.get("/results/spring/parks/").status_code == 410


def test_an_entity_tag_of_before_brings_nothing_back(
    released: Publication, two: tuple[User, User], client: Client
) -> None:
    tags = {address: client.get(address).headers.get("ETag", "") for address in addresses(released)[:9]}
    taking_down.agree(taking_down.propose(released, rule="disclosure", reason=REASON, by=two[0]), by=two[1])
    for address, tag in tags.items():
        assert client.get(address, headers={"if-none-match": tag}).status_code == 410, address


def test_a_correction_beside_it_stays_readable(
    released: Publication, door: Door, two: tuple[User, User], client: Client
) -> None:
    pk = min(door.counted[released.wave_id])
    many_more = [[20, 34, 6, 13, 11, 4, 1, 1], [22, 45, 19, 15, 12, 5, 0, 2]]
    door.counted[released.wave_id][pk] = a_slice(pk, 1, {"overall": many_more})
    evaluating.evaluate(released.wave_id)
    publishing.correct(released, reason="Counted anew.", by=two[0])
    releasing.release_due()
    taking_down.agree(
        taking_down.propose(released, rule="personal_data", reason=REASON, by=two[0]), by=two[1]
    )
    assert client.get("/results/spring/").status_code == 200
    assert client.get("/results/spring/?number=1").status_code == 410
    assert client.get("/results/spring/dataset.csv?number=1").status_code == 410


@pytest.mark.parametrize(
    ("first", "second"),
    [("", "Audit house"), ("Audit house", "The audit house"), ("Statistics", "Parks"), ("Parks", "Audit")],
)
def test_two_organisations_are_needed_and_none_that_is_rated(
    released: Publication, two: tuple[User, User], first: str, second: str
) -> None:
    User.objects.filter(pk=two[0].pk).update(organisation=first)
    User.objects.filter(pk=two[1].pk).update(organisation=second)
    one, other = User.objects.get(pk=two[0].pk), User.objects.get(pk=two[1].pk)
    with pytest.raises(taking_down.NotTakenDown):
        taking_down.agree(taking_down.propose(released, rule="court_order", reason=REASON, by=one), by=other)
    assert not Takedown.objects.filter(agreed_at__isnull=False).exists()


@pytest.mark.parametrize(
    "spelling",
    [
        "园林局",
        "園林局",
        "市园林绿化局",
        "园 林 局",
        "Parks",
        "P4rks",
        "P\u0430rks",
        "Par\u049bs",
        "Pärks",
        "Pa\u0301rks",
        "Pa\xadrks",
        "Public Works",
        "城市建设局",
        "城市建設局",
        "The whole town",
    ],
)
def test_whoever_is_rated_or_above_takes_nothing_down_under_another_spelling(
    released: Publication, two: tuple[User, User], spelling: str
) -> None:
    root = Department.objects.filter(parent=None)
    root.update(names={"zh-hans": "全城", "en": "The whole town"})
    names = {"zh-hans": "城市建设局", "en": "Public Works"}
    works = Department.objects.create(code="works", names=names, parent=root.get(), position=9)
    names = {"zh-hans": "园林局", "en": "Parks"}
    Department.objects.filter(code="parks").update(names=names, parent=works)
    two[0].organisation = spelling
    assert taking_down.stance(two[0], released)
    two[0].organisation = "The whole town’s statistics office"
    assert not taking_down.stance(two[0], released)


def test_an_organisation_that_was_changed_for_the_occasion_does_not_count(
    released: Publication, two: tuple[User, User], admin_user: User
) -> None:
    proposed = taking_down.propose(released, rule="court_order", reason=REASON, by=two[0])
    assert proposed.proposed_for == "Statistics office"
    User.objects.filter(pk=two[0].pk).update(organisation="University")
    two[1].organisation = "Statistics office"
    two[1].save()
    with pytest.raises(taking_down.NotTakenDown, match="不同单位"):
        taking_down.agree(proposed, by=two[1])
    staffing.change_user(
        two[1],
        name="Auditor",
        email=two[1].email,
        role=two[1].role,
        department=None,
        organisation="Audit house",
        is_active=True,
        by=admin_user,
    )
    with pytest.raises(taking_down.NotTakenDown) as refused:
        taking_down.agree(proposed, by=two[1])
    assert "%(name)s" not in str(refused.value)
    assert not Takedown.objects.filter(agreed_at__isnull=False).exists()


def test_an_account_that_is_younger_than_the_results_or_made_by_the_other_does_not_count(
    released: Publication, two: tuple[User, User]
) -> None:
    proposed = taking_down.propose(released, rule="court_order", reason=REASON, by=two[0])
    User.objects.filter(pk=two[1].pk).update(date_joined=timezone.now())
    with pytest.raises(taking_down.NotTakenDown):
        taking_down.agree(proposed, by=User.objects.get(pk=two[1].pk))
    User.objects.filter(pk=two[1].pk).update(date_joined=released.published_at)
    record(two[1], verb="set password", by=two[0])
    with pytest.raises(taking_down.NotTakenDown):
        taking_down.agree(proposed, by=User.objects.get(pk=two[1].pk))


def test_nobody_agrees_with_himself_nor_without_the_deed(
    released: Publication, two: tuple[User, User], admin_user: User, dana: User
) -> None:
    proposed = taking_down.propose(released, rule="court_order", reason=REASON, by=two[0])
    with pytest.raises(taking_down.NotTakenDown, match="第二人"):
        taking_down.agree(proposed, by=two[0])
    for stranger in (admin_user, dana):
        with pytest.raises(PermissionDenied):
            taking_down.agree(proposed, by=stranger)
    taking_down.refuse(proposed, by=two[1])
    assert not Takedown.objects.exists()


@pytest.mark.parametrize(("rule", "reason"), [("bad_score", REASON), ("personal_data", "too short")])
def test_a_rule_and_a_reason_are_needed(
    released: Publication, two: tuple[User, User], rule: str, reason: str
) -> None:
    with pytest.raises(taking_down.NotTakenDown):
        taking_down.propose(released, rule=rule, reason=reason, by=two[0])


def test_what_is_sealed_cannot_be_taken_down(sealed: Publication, two: tuple[User, User]) -> None:
    with pytest.raises(taking_down.NotTakenDown, match="已发布的内容"):
        taking_down.propose(sealed, rule="personal_data", reason=REASON, by=two[0])


def test_the_database_refuses_to_take_a_takedown_back(taken: Takedown) -> None:
    for change in (
        lambda: Takedown.objects.update(reason="Another reason, twenty letters."),
        lambda: Takedown.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()


def test_both_steps_are_taken_on_the_review_page_and_what_was_typed_is_kept(
    released: Publication, two: tuple[User, User], logged_in: LogIn
) -> None:
    act = reverse("scorecards:take-down", args=[released.pk])
    page = logged_in(two[0]).post(act, {"do": "propose", "rule": "disclosure", "reason": "short <b>"})
    assert page.status_code == 400
    assert "short &lt;b&gt;" in page.content.decode()
    logged_in(two[0]).post(act, {"do": "propose", "rule": "disclosure", "reason": REASON})
    review = logged_in(two[1]).get(reverse("scorecards:review", args=[released.pk])).content.decode()
    assert REASON in review
    logged_in(two[1]).post(act, {"do": "agree"})
    assert Takedown.objects.get().agreed_by == two[1]


def test_both_steps_are_taken_by_the_api(
    released: Publication, two: tuple[User, User], logged_in: LogIn
) -> None:
    one, other = logged_in(two[0]), logged_in(two[1])
    address = f"/api/v1/publications/{released.pk}/takedown/"
    wrong = one.post(address, {"rule": "disclosure", "reason": "short"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json())) == (400, ["reason"])
    made = one.post(address, {"rule": "disclosure", "reason": REASON}, content_type="application/json")
    assert made.status_code == 201
    decide = f"/api/v1/takedowns/{made.json()['id']}/decide/"
    assert one.post(decide, {"agree": True}, content_type="application/json").status_code == 400
    assert other.post(decide, {"agree": True}, content_type="application/json").status_code == 200
    assert one.get("/api/v1/results/spring/").status_code == 410
