"""The desk of a department head, and the list of other staff."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reports import releasing
from reports.analyses import analysing
from reports.briefings import access, pages
from reports.evaluations import evaluating
from reports.exports import printing
from reports.scorecards.access import look_again
from reports.scorecards.breakdowns import PLACE, Breakdown, GroupFigures
from reports.scorecards.models import Publication, Scorecard
from surveys.people.models import Department, Role, User
from surveys.waves.models import Klass, Wave
from tests.reports.analyses.conftest import a_city
from tests.reports.made_waves import PARKS, ROADS

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
TINY = {"overall": [[1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0]]}


def page(client: Client, address: str) -> Any:
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer


def words(client: Client, address: str) -> str:
    """Return the words of a page."""
    text = re.sub(r"<script.*?</script>|<svg.*?</svg>", "", page(client, address).text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def four(client: Client, address: str) -> dict[str, str]:
    """Return what the four cards say, by their ids."""
    found = re.findall(
        r'<section class="brief-card" aria-labelledby="(\w+)">.*?<p class="brief-words[^"]*">(.*?)</p>',
        page(client, address).text,
        re.S,
    )
    return {name: unescape(said) for name, said in found}


def test_the_way_from_the_login_leads_a_head_to_the_own_desk(
    released: Publication, dana: User, ivo: User, client: Client
) -> None:
    for user, title in ((dana, "<title>Parks · Spring survey"), (ivo, "What is waiting for you")):
        client.logout()
        sent = {"username": user.username, "password": f"{user.username}-password"}
        answer = client.post(reverse("login"), sent, follow=True, headers={"accept-language": "en"})
        assert title in answer.text


def test_a_desk_begins_with_four_questions_answered_in_one_sentence_each(
    released: Publication, dana: User, logged_in: LogIn
) -> None:
    said = four(logged_in(dana), reverse("scorecards:list"))
    assert list(said) == ["doing", "sure", "changed", "mend"]
    assert said["doing"] == (
        "Residents give 69.5 of 100 points, and 70.0% of them are satisfied: much better than expected, held against "
        "the benchmark of 55.0."
    )
    assert said["sure"] == "With 95% confidence the score lies between 63.8 and 75.2: 87 residents graded it."
    assert said["changed"] == "This wave declares no earlier one to be compared with."
    assert said["mend"].startswith("Nothing is named: ")
    for sentence in said.values():
        assert sentence.endswith(".")
        assert not re.search(r"[.!?] [A-Z]", sentence)


def test_papers_that_could_not_be_made_are_named_and_not_offered(
    released: Publication, dana: User, logged_in: LogIn
) -> None:
    answer = page(logged_in(dana), reverse("scorecards:list"))
    offered = re.findall(r'<li><a href="/results/spring/parks/([\w.-]+)"', answer.text)
    assert offered[0] == "dataset.csv"
    assert "SHA256SUMS" in offered
    missing = "report.pdf, report.en.pdf, report.xlsx, report.en.xlsx, dataset.sav"
    assert f"Could not be made when these results were released: {missing}." in answer.text
    assert not set(offered) & set(missing.split(", "))


def test_with_an_analysis_the_desk_names_what_to_mend_or_says_that_nothing_stands_out(
    analysed: Publication, dana: User, logged_in: LogIn
) -> None:
    browser = logged_in(dana)
    said = four(browser, reverse("scorecards:list"))["mend"]
    assert re.match(r"(Perhaps )?\w+(, \w+)*: |Nothing stands out: ", said)
    text = unescape(page(browser, reverse("scorecards:list")).text)
    assert 'id="matters-chart"' in text  # for Plotly
    assert text.count(f">{said}<") >= 2  # the card, and the server's own picture


@pytest.mark.parametrize(
    ("tables", "kwargs", "begins"),
    [
        (
            {"parks": TINY, "roads": ROADS},
            {},
            {"doing": "Fewer than 10", "sure": "Not at all", "changed": "Nothing can be compared"},
        ),
        (
            {"parks": {"overall": [[3, 4, 2, 1, 0, 0, 0, 0], [2, 3, 1, 1, 1, 0, 0, 0]]}, "roads": ROADS},
            {},
            {"doing": "Only an indication", "sure": "Not sure enough"},
        ),
        (
            {"parks": PARKS, "roads": ROADS},
            {"klass": Klass.OPEN},
            {
                "doing": "Of 87 people who chose",
                "sure": "For residents at large it is not sure",
                "changed": "No change",
            },
        ),
    ],
)
def test_what_is_not_firm_is_not_told_as_if_it_were(
    a_wave: Callable[..., Wave],
    dana: User,
    logged_in: LogIn,
    tables: dict[str, Any],
    kwargs: dict[str, Any],
    begins: dict[str, str],
) -> None:
    evaluating.evaluate(a_wave(tables, **kwargs).pk)
    releasing.release_due()
    said = four(logged_in(dana), reverse("scorecards:list"))
    for name, start in begins.items():
        assert said[name].startswith(start), said
    assert said["mend"].startswith("Nothing is named")


def test_no_change_shown_is_an_answer(a_wave: Callable[..., Wave], dana: User, logged_in: LogIn) -> None:
    before = a_wave({"parks": PARKS, "roads": ROADS}, slug="before")
    evaluating.evaluate(before.pk)
    releasing.release_due()
    better = {"overall": [[12, 14, 5, 3, 0, 4, 1, 1], [13, 25, 9, 4, 2, 5, 0, 2]]}
    evaluating.evaluate(a_wave({"parks": better, "roads": ROADS}, slug="after", previous=before).pk)
    releasing.release_due()
    said = four(logged_in(dana), reverse("scorecards:list"))["changed"]
    assert said.startswith("No change is shown since the wave before: +")


def test_nothing_of_a_sealed_wave_is_on_the_desk_but_when_it_is_released(
    sealed: Publication, dana: User, logged_in: LogIn
) -> None:
    text = words(logged_in(dana), reverse("scorecards:list"))
    assert "No scorecard is released yet" in text
    assert "Autumn survey" in text
    assert "Sealed until" in text
    for figure in ("69.5", "69.4", "70.0", "63.8", "75.2"):
        assert figure not in text
    card = Scorecard.objects.get(publication=sealed, department=dana.department)
    browser = logged_in(dana)
    for name in ("scorecards:detail", "scorecard"):
        assert browser.get(reverse(name, args=[card.pk])).status_code == 404


def test_the_scorecard_of_another_department_does_not_exist(
    released: Publication, omar: User, logged_in: LogIn
) -> None:
    card = Scorecard.objects.get(publication=released, department__code="parks")
    browser = logged_in(omar)
    for name in ("scorecards:detail", "scorecard"):
        assert browser.get(reverse(name, args=[card.pk])).status_code == 404
    assert "Parks" not in re.sub(r"Beside the other.*", "", words(browser, reverse("scorecards:list")))


def test_a_head_of_departments_below_sees_their_mean_and_opens_them(
    released: Publication, departments: dict[str, Department], dana: User, logged_in: LogIn
) -> None:
    mayor = User.objects.create_user(
        "mayor", "m@example.org", "x", role=Role.HEAD, department=departments["city"]
    )
    browser = logged_in(mayor)
    text = page(browser, reverse("scorecards:list")).text
    cards = {card.department.code: card for card in released.scorecards.select_related("department")}
    for code in ("parks", "roads"):
        address = reverse("scorecards:detail", args=[cards[code].pk])
        assert f'href="{address}"' in text
        below = page(browser, address).text
        assert reverse("scorecards:detail", args=[cards["city"].pk]) in below  # the way up again
    assert (
        reverse("scorecards:detail", args=[cards["city"].pk])
        not in page(logged_in(dana), reverse("scorecards:detail", args=[cards["parks"].pk])).text
    )


def test_a_head_whose_own_department_was_not_rated_sees_those_below(
    a_wave: Callable[..., Wave], departments: dict[str, Department], logged_in: LogIn
) -> None:
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}).pk)
    releasing.release_due()
    green = Department.objects.create(code="green", names={"en": "Green"}, parent=departments["city"])
    Department.objects.filter(code="parks").update(parent=green)
    head = User.objects.create_user("gina", "g@example.org", "x", role=Role.HEAD, department=green)
    text = words(logged_in(head), reverse("scorecards:list"))
    assert "Your own department was not rated; those below it were." in text
    assert "Parks" in text
    assert "Roads" not in text
    said = four(logged_in(head), reverse("scorecards:list"))
    assert said == {
        "doing": "Of 1 department below, 1 is firm enough to judge: too few for a mean.",
        "sure": "There is no mean to be sure of; the list below tells how sure each score is.",
        "changed": "None of the departments below can be compared with the wave before.",
        "mend": "Parks has the lowest score, 69.5 points, but is not shown to be worse than expected.",
    }


def test_a_head_of_departments_below_reads_their_mean_of_the_wave_that_judged_most_of_them(
    a_wave: Callable[..., Wave], departments: dict[str, Department], logged_in: LogIn
) -> None:
    above = {"parks": "green", "roads": "green"}
    for slug, tables in (("all", {"parks": PARKS, "roads": ROADS}), ("few", {"parks": TINY, "roads": TINY})):
        evaluating.evaluate(a_wave(tables, slug=slug, above=above).pk)
        releasing.release_due()
    green = Department.objects.get(code="green")
    head = User.objects.create_user("gina", "g@example.org", "x", role=Role.HEAD, department=green)
    text = words(logged_in(head), reverse("scorecards:list"))
    said = four(logged_in(head), reverse("scorecards:list"))
    assert "those below it were. All survey" in text
    assert re.match(r"The departments below have [\d.]+ points on average: .* 2 of 2 ", said["doing"])
    assert re.match(r"With 95% confidence that mean lies between [\d.]+ and [\d.]+\.", said["sure"])
    assert said["mend"].startswith("Roads first: with ")


def test_a_newer_wave_that_judges_nothing_does_not_take_the_desk(
    released: Publication, a_wave: Callable[..., Wave], dana: User, logged_in: LogIn
) -> None:
    pulse = a_wave({"parks": PARKS, "roads": ROADS}, slug="pulse", klass=Klass.OPEN)
    evaluating.evaluate(pulse.pk)
    releasing.release_due()
    browser = logged_in(dana)
    assert four(browser, reverse("scorecards:list"))["doing"].startswith("Residents give 69.5 of 100 points")
    card = Scorecard.objects.get(publication__wave=pulse, department=dana.department)
    line = f'does not judge it: <a href="{reverse("scorecards:detail", args=[card.pk])}">Pulse survey</a>'
    assert line in page(browser, reverse("scorecards:list")).text


def test_a_newer_pulse_does_not_take_the_desk_from_a_whole_survey(
    a_wave: Callable[..., Wave], dana: User, logged_in: LogIn
) -> None:
    asked = {"overall": PARKS["overall"], "speed": ROADS["overall"], "care": PARKS["overall"]}
    whole = a_wave(
        {"parks": asked, "roads": asked}, slug="whole", dimensions={"speed": "pace", "care": "heart"}
    )
    evaluating.evaluate(whole.pk)
    evaluating.evaluate(a_wave({"parks": ROADS, "roads": PARKS}, slug="pulse").pk)
    releasing.release_due()
    browser, address = logged_in(dana), reverse("scorecards:list")
    assert four(browser, address)["doing"].startswith("Residents give 69.5 of 100 points")
    assert re.search(
        r"about this department does not ask about several dimensions: Pulse survey · Score [\d.]+ ",
        words(browser, address),
    )
    Wave.objects.filter(pk=whole.pk).update(closed_at=timezone.now() - timedelta(days=500))
    shown, newer = access.own_scorecards(dana)
    assert shown is not None
    assert (shown.publication.wave.slug, newer) == ("pulse", None), "but not for years"


def test_where_importance_cannot_be_told_the_lowest_question_is_named_without_it(
    a_wave: Callable[..., Wave], dana: User, logged_in: LogIn
) -> None:
    evaluating.evaluate(
        a_wave({"parks": {**PARKS, "speed": ROADS["overall"], "care": PARKS["overall"]}, "roads": ROADS}).pk
    )
    releasing.release_due()
    text = words(logged_in(dana), reverse("scorecards:list"))
    assert "Rated lowest, which does not mean most important: “" in text
    assert "Not computed: it takes at least two dimensions that every department was rated in." in text


def test_places_are_opened_into_the_places_within_them() -> None:
    def group(code: str, within: str | None, score: str | None = "70") -> GroupFigures:
        status = "publishable" if score else "suppressed"
        return GroupFigures(code, {"en": code}, status, 40, score, within=within)

    made = pages._breakdown(
        Breakdown(
            PLACE,
            {"en": "place"},
            (group("east", None), group("one", "east"), group("two", "east", None), group("west", "gone")),
        )
    )
    assert [(one.name, [inner.name for inner in one.within]) for one in made["groups"]] == [
        ("east", ["one", "two"]),
        ("west", []),
    ]
    assert made["too_few"] == ["two"]


def test_other_staff_search_the_releases_and_scorecards(
    released: Publication, sealed: Publication, ivo: User, logged_in: LogIn
) -> None:
    browser, address = logged_in(ivo), reverse("scorecards:list")
    everything = words(browser, address)
    for name in ("Parks", "Roads", "Spring survey", "Autumn survey"):
        assert name in everything
    found = words(browser, f"{address}?q=roads")
    assert "Roads" in found
    assert "Parks" not in found
    assert "Autumn survey" in words(browser, f"{address}?q=autumn")
    assert "Spring survey" not in words(browser, f"{address}?q=autumn")
    assert "No released scorecard has such a name" in words(browser, f"{address}?q=%25%27%00")
    assert page(browser, f"{address}?page=99&releases=x").status_code == 200


def test_a_kept_body_is_made_anew_when_the_analysis_is_done(
    rated: Callable[..., Wave], dana: User, logged_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluating.evaluate(rated(a_city(), invited=(300, 200)).pk)
    with monkeypatch.context() as late:
        late.setattr(analysing, "analyse_due", lambda: 0)
        late.setattr(printing, "PATIENCE", timedelta(0))
        releasing.release_due()
    address = reverse("scorecards:list")
    assert "is not computed for this wave yet" in four(logged_in(dana), address)["mend"]
    analysing.analyse_due()
    assert "not computed" not in four(logged_in(dana), address)["mend"]


def test_comments_stand_under_their_question_in_the_order_drawn(
    a_wave: Callable[..., Wave], dana: User, logged_in: LogIn
) -> None:
    evaluating.evaluate(a_wave({"parks": PARKS, "roads": ROADS}, release_in=timedelta(days=1)).pk)
    releasing.release_due()
    said = [
        {"item": "overall", "text": text}
        for text in ("<b>Benches</b>, please", "More trees", "Call [number]")
    ]
    Scorecard.objects.filter(department__in=Department.objects.exclude(code="city")).update(
        comments=said, comments_of=40
    )
    Publication.objects.update(state="published", published_at=timezone.now())
    look_again()
    text = page(logged_in(dana), reverse("scorecards:list")).text
    places = [
        text.index(shown) for shown in ("&lt;b&gt;Benches&lt;/b&gt;, please", "More trees", "Call [number]")
    ]
    assert places == sorted(places)
    assert "3 of 40 comments, in an order drawn by lot." in text
