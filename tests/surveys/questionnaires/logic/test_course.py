"""The course of a form: what comes, in which order, and what never counts."""

import json
from typing import Any

import pytest

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.course import Course, Walk, broken_checks
from surveys.questionnaires.logic.seeds import Seed
from tests.surveys.questionnaires.conftest import a_full_document, a_question, a_text
from tests.surveys.questionnaires.logic.conftest import (
    SEVERAL,
    answer,
    choices,
    draft,
    equals,
    general,
    jump,
    page,
    split,
    value,
)

SEED = Seed.of(7)
PARTS = [GENERAL, "parks", "roads"]


def walked(document: Any, parts: Any = (GENERAL,), seed: Seed = SEED, /, **answers: Any) -> Walk:
    """Walk with answers to questions about the place."""
    return Course(document).walk(parts, {GENERAL: answers}, seed=seed)


def met(found: Walk) -> list[str]:
    """The pages and their questions on one line each: `p1: q1 parks.q2`."""
    lines = []
    for one in found.pages:
        names = [
            question["code"] if section.part == GENERAL else f"{section.part}.{question['code']}"
            for section in one.sections
            for question in section.questions
        ]
        lines.append(" ".join([f"{one.code}:", *names]))
    return lines


def test_without_rules_everything_comes_on_one_page_in_the_order_of_the_document() -> None:
    document = draft(
        general("q1"), a_question("q2"), a_question("q3", about="roads"), general("q4"), a_question("q5")
    )
    found = walked(document, PARTS)
    assert met(found) == [": q1 parks.q2 roads.q2 roads.q3 q4 parks.q5 roads.q5"]
    assert [section.part for section in found.pages[0].sections] == [
        "general",
        "parks",
        "roads",
        "general",
        "parks",
        "roads",
    ]
    assert (found.outcome, found.quotas, found.computed) == ("complete", (), {})


def test_departments_come_in_the_order_of_the_wave_and_only_those_of_the_form() -> None:
    document = draft(a_question("q1"), a_question("q2", about="parks"))
    assert met(walked(document, ["roads", "parks"])) == [": roads.q1 parks.q1 parks.q2"]
    assert met(walked(document, ["roads"])) == [": roads.q1"]
    assert met(walked(document, [GENERAL])) == []


def test_a_question_is_asked_only_when_its_condition_is_true() -> None:
    document = draft(
        general("q1"), general("q2", show=equals("q1", 1)), general("q3", show={"not": {"answered": "q2"}})
    )
    assert met(walked(document)) == [": q1 q3"]
    assert met(walked(document, q1=2)) == [": q1 q3"]
    assert met(walked(document, q1=1)) == [": q1 q2 q3"]
    assert met(walked(document, q1=1, q2=1)) == [": q1 q2"]


def test_an_answer_to_a_question_that_is_not_shown_counts_for_nothing() -> None:
    document = draft(
        general("q1"),
        general("q2", show=equals("q1", 1)),
        general("q3", show=equals("q2", 1)),
        quotas=[{"code": "two", "name": a_text("Two"), "when": equals("q2", 1), "most": 10}],
    )
    assert met(walked(document, q1=1, q2=1)) == [": q1 q2 q3"]
    assert walked(document, q1=1, q2=1).quotas == ("two",)
    gone = walked(document, q1=2, q2=1, q3=1)
    assert met(gone) == [": q1"]
    assert gone.quotas == ()
    assert gone.shown == {(GENERAL, "q1")}


def test_a_department_sees_its_own_answers_and_those_about_the_place_but_no_other_departments() -> None:
    document = draft(
        general("q1"),
        a_question("q2", "single_choice", settings={"choices": choices("Yes", "No")}),
        a_question("q3", "short_text", show={"all": [equals("q1", 1), equals("q2", 1)]}),
    )
    found = Course(document).walk(
        PARTS, {GENERAL: {"q1": 1}, "parks": {"q2": 1}, "roads": {"q2": 2}}, seed=SEED
    )
    assert met(found) == [": q1 parks.q2 parks.q3 roads.q2"]


def test_what_is_about_the_place_sees_no_department() -> None:
    document = draft(a_question("q1", "number"), general("q2", show={"answered": "q1"}))
    found = Course(document).walk(PARTS, {"parks": {"q1": 3}}, seed=SEED)
    assert met(found) == [": parks.q1 roads.q1"]


def test_pages_come_one_after_the_other_and_empty_ones_are_left_out() -> None:
    document = draft(
        general("q1"),
        page("p2", show=equals("q1", 1)),
        general("q2"),
        page("p3"),
        general("q3", show=equals("q2", 1)),
        page("p4"),
        general("q4", "info"),
    )
    assert met(walked(document)) == [": q1", "p4: q4"]
    assert met(walked(document, q1=1)) == [": q1", "p2: q2", "p4: q4"]
    assert met(walked(document, q1=1, q2=1)) == [": q1", "p2: q2", "p3: q3", "p4: q4"]
    # The answer on the page that is gone does not bring back the one behind it.
    assert met(walked(document, q1=2, q2=1)) == [": q1", "p4: q4"]


def test_an_information_block_is_seen_but_takes_no_answer() -> None:
    found = walked(draft(general("q1", "info"), general("q2")))
    assert met(found) == [": q1 q2"]
    assert found.shown == {(GENERAL, "q2")}


def branched(*jumps: Any) -> dict[str, Any]:
    return draft(
        page("p1", jumps=list(jumps)), general("q1"), page("p2"), general("q2"), page("p3"), general("q3")
    )


def test_a_page_jumps_when_it_is_left_and_the_first_true_condition_wins() -> None:
    document = branched(jump("p3", equals("q1", 1)), jump("end", {"answered": "q1"}))
    assert met(walked(document)) == ["p1: q1", "p2: q2", "p3: q3"]
    assert met(walked(document, q1=1)) == ["p1: q1", "p3: q3"]
    ended = walked(document, q1=2)
    assert met(ended) == ["p1: q1"]
    assert (ended.outcome, ended.ended_early) == ("complete", True)


def test_who_is_screened_out_is_asked_nothing_more_and_counts_for_no_quota() -> None:
    document = {
        **branched(jump("screen_out", equals("q1", 2))),
        "quotas": [{"code": "all", "name": a_text("All"), "when": {"answered": "q1"}, "most": 10}],
    }
    out, through = walked(document, q1=2), walked(document, q1=1)
    assert (met(out), out.outcome, out.quotas) == (["p1: q1"], "screened_out", ())
    assert (len(met(through)), through.outcome, through.quotas) == (3, "complete", ("all",))


def test_a_page_that_is_not_shown_does_not_jump_and_one_without_questions_does() -> None:
    document = draft(
        general("q1"),
        page("p2", show=equals("q1", 1), jumps=[jump("end")]),
        general("q2"),
        page("p3", jumps=[jump("end", equals("q1", 2))]),
        page("p4"),
        general("q4"),
    )
    assert met(walked(document, q1=1)) == [": q1", "p2: q2"]
    assert met(walked(document, q1=2)) == [": q1"]
    assert met(walked(document, q1=3)) == [": q1", "p4: q4"]


@pytest.mark.parametrize("to", ["p1", "nowhere", "q1", ""])
def test_a_jump_back_or_to_nowhere_goes_on_with_the_next_page(to: str) -> None:
    assert len(walked(branched(jump(to)), q1=1).pages) == 3


def test_rules_that_point_to_themselves_or_in_circles_end_like_all_others() -> None:
    document = draft(
        general("q1", show={"answered": "q1"}),
        general("q2", show={"not": {"answered": "q3"}}),
        general("q3", show={"not": {"answered": "q2"}}),
        general("c1", "calculated", settings={"value": {"sum": [answer("c2"), value(1)]}}),
        general("c2", "calculated", settings={"value": {"sum": [answer("c1"), value(1)]}}),
        page("p1", jumps=[jump("p1")], show={"answered": "q9"}),
    )
    found = walked(document, q1=1, q2=1, q3=1)
    assert met(found) == [": q2"]
    assert found.computed == {}


def test_a_calculated_value_is_worked_out_by_the_server_and_serves_later_rules() -> None:
    document = draft(
        general("adults", "number"),
        general("children", "number"),
        general("all", "calculated", settings={"value": {"sum": [answer("adults"), answer("children")]}}),
        general("share", "calculated", settings={"value": {"divided": [answer("children"), answer("all")]}}),
        general("big", show={"more": [answer("all"), value(5)]}),
    )
    found = walked(document, adults=2, children=4, all=1)
    assert found.computed == {GENERAL: {"all": 6, "share": "0.666666666667"}}
    assert met(found) == [": adults children big"]
    assert (GENERAL, "all") not in found.shown
    assert walked(document, adults=2).computed == {}


def test_a_value_about_each_department_is_worked_out_for_each() -> None:
    document = draft(
        a_question("visits", "number"),
        a_question("often", "calculated", settings={"value": {"more": [answer("visits"), value(3)]}}),
        a_question("why", "short_text", show={"equals": [answer("often"), value(True)]}),
    )
    found = Course(document).walk(PARTS, {"parks": {"visits": 9}, "roads": {"visits": 1}}, seed=SEED)
    assert found.computed == {"parks": {"often": True}, "roads": {"often": False}}
    assert met(found) == [": parks.visits parks.why roads.visits"]


def test_a_split_sample_shows_each_form_one_of_its_wordings() -> None:
    document = draft(split(), general("old", show=equals("ab", 1)), general("new", show=equals("ab", 2)))
    arms = {number: walked(document, (GENERAL,), Seed.of(number)) for number in range(60)}
    assert {tuple(met(found)) for found in arms.values()} == {(": old",), (": new",)}
    for number, found in arms.items():
        arm = found.computed[GENERAL]["ab"]
        assert met(found) == [": old" if arm == 1 else ": new"]
        assert walked(document, (GENERAL,), Seed.of(number), ab=3 - arm).computed == found.computed


def test_an_answer_from_the_address_decides_like_any_other() -> None:
    hidden = general("came", "hidden", settings={"parameter": "from", "choices": choices("Letter", "Gate")})
    document = draft(hidden, page("p2"), general("q1", show=equals("came", 2)), general("q2"))
    assert met(walked(document, came=1)) == ["p2: q2"]
    assert met(walked(document, came=2)) == ["p2: q1 q2"]
    assert (GENERAL, "came") in walked(document).shown


def test_a_choice_that_is_not_on_offer_is_no_answer() -> None:
    offered = choices("Bus", "Car", "None")
    offered[1]["show"] = equals("q1", 1)
    document = draft(
        general("q1"), general("q2", settings={"choices": offered}), general("q3", show={"answered": "q2"})
    )
    assert met(walked(document, q1=1, q2=2)) == [": q1 q2 q3"]
    left_out = walked(document, q1=2, q2=2)
    assert met(left_out) == [": q1 q2"]
    assert left_out.misfits == {(GENERAL, "q2")}
    assert walked(document, q1=2, q2=1).misfits == frozenset()


def test_one_choice_not_on_offer_spoils_a_set_of_several() -> None:
    offered = choices("Bus", "Car")
    offered[1]["show"] = equals("q1", 1)
    document = draft(general("q1"), general("q2", SEVERAL, settings={"choices": offered}))
    assert walked(document, q1=2, q2=[1, 2]).misfits == {(GENERAL, "q2")}
    assert walked(document, q1=1, q2=[1, 2]).misfits == frozenset()


def test_a_question_with_nothing_left_to_choose_is_not_asked() -> None:
    document = draft(
        general("q1"), general("q2", settings={"choices": choices("A", "B", show=equals("q1", 1))})
    )
    assert met(walked(document)) == [": q1"]
    assert met(walked(document, q1=1)) == [": q1 q2"]


def test_a_broken_check_is_told_at_its_question_and_an_unknown_one_is_not() -> None:
    rule = {"at_most": [answer("children"), answer("people")]}
    document = draft(
        general("people", "number"),
        general("children", "number", checks=[{"rule": rule, "words": a_text("More than there are.")}]),
        a_question(
            "q3", "number", checks=[{"rule": {"less": [answer("q3"), value(5)]}, "words": a_text("Less.")}]
        ),
    )
    course = Course(document)

    def told(answers: Any) -> list[tuple[str, str]]:
        found = course.walk(PARTS, answers, seed=SEED)
        return [(part, code) for part, code, _words in broken_checks(course, found)]

    assert told({GENERAL: {"people": 2, "children": 3}}) == [(GENERAL, "children")]
    assert told({GENERAL: {"people": 3, "children": 3}}) == []
    assert told({GENERAL: {"children": 3}}) == []
    assert told({"parks": {"q3": 9}, "roads": {"q3": 1}}) == [("parks", "q3")]


def test_questions_of_a_shuffled_page_change_places_and_information_does_not() -> None:
    codes = ["q1", "q2", "q3", "q4"]
    document = draft(
        page("p1", shuffle=True),
        general("i1", "info"),
        *map(general, codes),
        general("i2", "info"),
        general("q5"),
        *(a_question(code) for code in ("q6", "q7", "q8")),
    )
    lines = {tuple(met(walked(document, PARTS, Seed.of(number)))[0].split()[1:]) for number in range(40)}
    assert len(lines) > 20
    for line in lines:
        assert line[0] == "i1"
        assert sorted(line[1:5]) == codes
        assert line[5:7] == ("i2", "q5")
        assert sorted(line[7:10]) == ["parks.q6", "parks.q7", "parks.q8"]
        assert sorted(line[10:]) == ["roads.q6", "roads.q7", "roads.q8"]
    assert any(
        [one.split(".")[1] for one in line[7:10]] != [one.split(".")[1] for one in line[10:]]
        for line in lines
    )


def test_pages_of_a_group_change_places_and_the_others_stay() -> None:
    document = draft(
        general("q0"),
        *(part for number in (1, 2, 3) for part in (page(f"p{number}", group="g"), general(f"q{number}"))),
        page("p4"),
        general("q4"),
    )
    orders = {
        tuple(one.code for one in walked(document, (GENERAL,), Seed.of(number)).pages) for number in range(60)
    }
    assert len(orders) == 6
    assert all((order[0], order[4]) == ("", "p4") for order in orders)


def test_a_jump_to_a_group_begins_it_whichever_page_comes_first() -> None:
    document = draft(
        page("p0", jumps=[jump("p2")]),
        general("q0"),
        page("p1"),
        general("q1"),
        page("p2", group="g"),
        general("q2"),
        page("p3", group="g"),
        general("q3"),
    )
    for number in range(20):
        assert sorted(one.code for one in walked(document, (GENERAL,), Seed.of(number)).pages) == [
            "p0",
            "p2",
            "p3",
        ]


PLAIN = a_full_document()


@pytest.mark.parametrize(
    "more",
    [
        page("p1"),
        general("x", show=value(True)),
        general("x", "number", checks=[{"rule": {"answered": "q3"}, "words": a_text("x")}]),
        general("x", "calculated", settings={"value": value(1)}),
        general("x", "hidden", settings={"parameter": "from", "choices": choices("a", "b")}),
        split("x"),
        general("x", settings={"choices": choices("a", "b"), "shuffle": True}),
        general("x", text={"en": "You said {q3}", "zh-hans": "您说"}),
        general("x", settings={"choices": choices("a", "b", show={"answered": "q3"})}),
    ],
    ids=lambda question: json.dumps(question)[:60],
)
def test_a_questionnaire_without_rules_pages_and_chance_is_static_and_no_other(more: Any) -> None:
    assert Course(draft(*PLAIN["questions"])).is_static
    assert not Course(draft(*PLAIN["questions"], more)).is_static
    quota = {"code": "x", "name": a_text("x"), "when": value(True), "most": 10}
    assert not Course(draft(*PLAIN["questions"], quotas=[quota])).is_static


def test_braces_that_name_no_question_leave_a_questionnaire_static() -> None:
    assert Course(draft(general("q1", text=a_text("Use {this} or {q7}?")))).is_static


def test_an_order_number_is_kept_only_where_something_is_left_to_chance() -> None:
    assert not Course(draft(general("q1"), page("p2", group="alone"), general("q2"))).has_chance
    assert not Course(draft(split(), general("q2"))).has_chance
    assert Course(draft(general("q1", settings={"choices": choices("a", "b"), "shuffle": True}))).has_chance
    assert Course(
        draft(page("p1", group="g"), general("q1"), page("p2", group="g"), general("q2"))
    ).has_chance
