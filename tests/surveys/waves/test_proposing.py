"""What the plan of a wave proposes, and what waits on the first page of the office."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from surveys.people.models import Department, User
from surveys.questionnaires import drafting, reviewing
from surveys.questionnaires.models import Edition, Questionnaire
from surveys.waves.models import Wave
from surveys.waves.proposing import proposed
from tests.conftest import published
from tests.surveys.questionnaires.conftest import a_document, a_question

LogIn = Callable[[User], Client]


def a_draft(code: str, about: str, by: User) -> Questionnaire:
    """A draft with one rating of one department, or of each."""
    return drafting.create(code=code, document=a_document(a_question(about=about, headline=True)), by=by)


def test_a_plan_proposes_the_title_of_the_edition_and_whom_it_asks_about(
    departments: dict[str, Department], ada: User, ivo: User
) -> None:
    of_parks = published(a_draft("parks-only", "parks", ada), by=ada, approver=ivo)
    assert proposed(ada)["edition"] == of_parks.pk, "there is no other"
    published(a_draft("everybody", "each", ada), by=ada, approver=ivo)
    chosen = proposed(ada, edition=str(of_parks.pk))
    assert chosen["departments"] == [departments["parks"].pk]
    assert (chosen["title_zh"], chosen["title_en"]) == ("City services（中）", "City services")
    assert chosen["slug"] == f"parks-only-{chosen['opens_at'].year}"
    for nothing in ("", "9" * 40):
        assert "edition" not in proposed(ada, edition=nothing), "of two, somebody has to choose"


def test_a_plan_opens_nothing_by_itself_that_nobody_chose(
    departments: dict[str, Department], ada: User, ivo: User, logged_in: LogIn
) -> None:
    of_each = published(a_draft("everybody", "each", ada), by=ada, approver=ivo)
    everybody = [departments["parks"].pk, departments["roads"].pk]
    plain = proposed(ada)
    assert plain["departments"] == [], "it asks about each department: which, is to be ticked"
    assert proposed(ada, ticks_all=True)["departments"] == everybody
    assert plain["opens_at"] - timezone.now() > timedelta(days=6), "there is time to invite people"
    page = logged_in(ada).get("/office/waves/plan/")
    link = f"?edition={of_each.pk}&departments=all"
    assert link.replace("&", "&amp;") in page.text
    assert (
        logged_in(ada).get(f"/office/waves/plan/{link}").context["form"].initial["departments"] == everybody
    )


def test_a_proposed_address_is_free(edition: Edition, a_wave: Callable[..., Wave], ada: User) -> None:
    first = proposed(ada)["slug"]
    a_wave(slug=first)
    assert proposed(ada)["slug"] == f"{first}-2"
    a_wave(slug=f"{first}-2")
    assert proposed(ada)["slug"] == f"{first}-3"


def test_an_edition_leads_to_the_plan_of_a_wave_with_it(
    departments: dict[str, Department], ada: User, ivo: User, logged_in: LogIn
) -> None:
    edition = published(a_draft("parks-only", "parks", ada), by=ada, approver=ivo)
    address = f"/office/questionnaires/{edition.questionnaire_id}/editions/1/"
    link = f"/office/waves/plan/?edition={edition.pk}"
    assert link in logged_in(ada).get(address).content.decode()
    assert link not in logged_in(ivo).get(address).content.decode()  # who may plan no wave
    assert logged_in(ada).get(link).context["form"].initial["edition"] == edition.pk


def test_a_draft_that_waits_for_approval_waits_on_the_first_page_of_the_reviewer(
    ada: User, ivo: User, logged_in: LogIn
) -> None:
    draft = a_draft("parks-only", "each", ada)
    assert (
        "Nothing is waiting"
        in logged_in(ivo).get("/office/", headers={"accept-language": "en"}).content.decode()
    )
    reviewing.submit(draft, revision=draft.revision, by=ada)
    page = logged_in(ivo).get("/office/", headers={"accept-language": "en"}).content.decode()
    assert "Waiting for approval" in page
    assert f"/office/questionnaires/{draft.pk}/review/" in page
    assert "Waiting for approval" not in logged_in(ada).get("/office/").content.decode()
