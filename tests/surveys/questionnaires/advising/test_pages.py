"""The check page, the page of ways through, and what programs are told."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import Department, User
from surveys.questionnaires import checking, drafting
from surveys.questionnaires.advising.flow import flow_of
from surveys.questionnaires.models import Questionnaire
from tests.surveys.questionnaires.advising.drafts import a_branching_document, a_choice, a_page, is_choice
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text


def page_of(browser: Client, questionnaire: Questionnaire, name: str, query: str = "") -> str:
    answer = browser.get(reverse(f"questionnaires:{name}", args=[questionnaire.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def made(ada: User, departments: dict[str, Department]) -> Callable[..., Questionnaire]:
    """Make a questionnaire from a document."""
    return lambda document, code="made": drafting.create(code=code, document=document, by=ada)


def test_the_check_has_three_parts_and_advice_leads_to_its_place(
    at_desk: Client, made: Callable[..., Questionnaire]
) -> None:
    leading = a_question(
        headline=True, text={"zh-hans": "众所周知，您满意吗？", "en": "How satisfied are you?"}
    )
    found = page_of(at_desk, made(a_document(leading)), "check")
    assert all(f'id="{part}"' in found for part in ("must", "advice", "ways"))
    advice = found[found.index('id="advice"') : found.index('id="ways"')]
    assert "Leads towards an answer" in advice
    assert "?open=q1#q-q1" in advice
    assert '<q lang="zh-hans">众所周知，您满意吗？</q>' in advice
    assert "Schuman" in advice


def test_a_refusal_stands_among_what_must_be_put_right_with_its_reason(
    at_desk: Client, made: Callable[..., Questionnaire]
) -> None:
    steering = a_question(headline=True, help=a_text("Please choose very satisfied."))
    found = page_of(at_desk, made(a_document(steering)), "check")
    must = found[found.index('id="must"') : found.index('id="advice"')]
    assert "tells people which answer to give" in must
    assert "A rating is voluntary" in must
    assert "tells people which answer to give" not in found[found.index('id="advice"') :]


def test_a_long_list_of_advice_is_cut_and_shown_whole_when_asked(
    at_desk: Client, made: Callable[..., Questionnaire]
) -> None:
    many = [a_question(f"q{number}", text=a_text("Are you always satisfied?")) for number in range(40)]
    questionnaire = made(a_document(*many))
    cut = page_of(at_desk, questionnaire, "check")
    assert "Show 28 more" in cut
    assert 'id="rule-absolutes" open' not in cut
    whole = page_of(at_desk, questionnaire, "check", "?rule=absolutes")
    assert 'id="rule-absolutes" open' in whole
    assert whole.count("leaves only extremes") == 40
    assert page_of(at_desk, questionnaire, "check", "?rule=%3Cx%3E").count("<x>") == 0


def test_nothing_to_advise_is_said(at_desk: Client, made: Callable[..., Questionnaire]) -> None:
    plain = a_question(headline=True, text={"zh-hans": "您满意吗？", "en": "How satisfied are you?"})
    assert "Nothing to advise" in page_of(at_desk, made(a_document(plain)), "check")


def test_words_of_a_draft_are_never_markup(at_desk: Client, made: Callable[..., Questionnaire]) -> None:
    nasty = a_text("Always <script>alert(1)</script>")
    draft = a_branching_document()
    draft["questions"][0]["text"] = nasty
    draft["questions"][1]["text"] = nasty
    draft["title"] = nasty
    questionnaire = made(draft)
    for name in ("check", "branches"):
        found = page_of(at_desk, questionnaire, name)
        assert "<script>alert" not in found
        assert not re.search(r"<[^>]*\s(?:style|onclick)=", found)


def test_a_questionnaire_too_long_is_said_to_be(at_desk: Client, made: Callable[..., Questionnaire]) -> None:
    many = [a_question(f"q{number}", text=a_text("How satisfied are you with it?")) for number in range(60)]
    assert "Beyond 10 minutes many leave" in page_of(at_desk, made(a_document(*many)), "check")


def test_a_missing_translation_leads_to_the_translation(
    at_desk: Client, made: Callable[..., Questionnaire]
) -> None:
    found = page_of(at_desk, made(a_document(a_question(headline=True, text={"en": "Satisfied?"}))), "check")
    assert re.search(r'/translation/\?target=zh-hans">\d+ of \d+</a>', found)


def test_every_way_is_listed_with_the_answers_that_lead_there(
    at_desk: Client, made: Callable[..., Questionnaire]
) -> None:
    found = page_of(at_desk, made(a_branching_document()), "branches")
    ways = found[found.index('id="list"') :]
    assert ways.count('<th scope="row">') == 5
    assert "not among those asked" in ways
    assert "early" in ways
    assert "Counter" in ways
    assert "1 → 2 → 3 → 4 → 5" in ways


def test_the_picture_and_the_table_say_the_same(at_desk: Client, made: Callable[..., Questionnaire]) -> None:
    found = page_of(at_desk, made(a_branching_document()), "branches")
    picture, table = (
        found[found.index("c-picture") : found.index("c-flow-table")],
        found[found.index("c-flow-table") :],
    )
    titles = ("Do you live here", "What you used", "All in all", "At the counter", "About you")
    assert all(title in table for title in titles)
    assert picture.count('class="c-box c-box-page') == 5
    assert picture.count('class="c-arc ') == 3
    assert "c-box-perhaps" in picture
    assert "page 5" in table


def test_a_draft_without_questions_has_no_ways(at_desk: Client, made: Callable[..., Questionnaire]) -> None:
    empty = made({**a_document(), "questions": []})
    assert "No question yet" in page_of(at_desk, empty, "branches")
    page_of(at_desk, empty, "check")


def test_more_ways_than_fit_go_on_further_pages(at_desk: Client, made: Callable[..., Questionnaire]) -> None:
    questions: list[dict[str, Any]] = [a_question("overall", headline=True)]
    for number in range(5):
        questions += [
            a_choice(f"c{number}", "Yes", "No"),
            a_choice(f"d{number}", "One", "Two", show=is_choice(f"c{number}", 1)),
        ]
    questionnaire = made(a_document(*questions))
    first = page_of(at_desk, questionnaire, "branches")
    second = page_of(at_desk, questionnaire, "branches", "?page=2")
    assert "Page 1 of 2" in first
    assert '<th scope="row">21</th>' in second
    assert "Page 1 of 2" in page_of(at_desk, questionnaire, "branches", "?page=nonsense")


def test_arcs_keep_out_of_each_others_way() -> None:
    jumps = [(is_choice("q", 1), f"p{number}") for number in range(3, 9)]
    pages = [
        a_page(f"p{number}", f"Page {number}", *(jumps if number == 2 else [])) for number in range(1, 9)
    ]
    document = checking.received(a_document(pages[0], a_choice("q", "Yes", "No"), *pages[1:]))
    flow = flow_of(document)
    assert len(flow.arcs) == 6
    assert len({arc.path for arc in flow.arcs}) == 6
    assert flow.height == flow.stops[-1].bottom + 10
    assert len(flow.steps) == 8


def test_a_program_is_told_all_of_it(
    logged_in: Callable[[User], Client], ada: User, made: Callable[..., Any]
) -> None:
    draft = a_branching_document()
    draft["questions"][5]["text"] = a_text("Don’t you agree?")
    answer = logged_in(ada).post(
        reverse("api-check", args=[made(draft).pk]), "{}", content_type="application/json"
    )
    told = json.loads(answer.content)
    assert told["problems"] == []
    advice = next(one for one in told["advice"] if one["rule"] == "leading")
    assert (advice["where"], advice["level"]) == ("overall", "warn")
    assert "Schuman" in advice["reason"]
    assert [one["departments"] for one in told["minutes"]] == [1, 3, 5]
    assert told["minutes"][0]["minutes"]["shortest"] < told["minutes"][0]["minutes"]["longest"]
    assert {one["language"] for one in told["languages"]} == {"zh-hans", "en"}
    assert told["ways"] == {"walked": 5, "all_walked": True, "pages_missed": [], "questions_missed": []}


def test_both_pages_read_a_draft_with_few_queries(
    at_desk: Client, made: Callable[..., Questionnaire], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    questionnaire = made(a_branching_document())
    for name, most in (("check", 12), ("branches", 8)):
        with django_assert_max_num_queries(most):
            page_of(at_desk, questionnaire, name)
