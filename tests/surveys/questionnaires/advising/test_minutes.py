"""Reading times, answering times, and the minutes of the ways through."""

import pytest

from surveys.questionnaires import checking
from surveys.questionnaires.advising import reading
from surveys.questionnaires.advising.minutes import BUDGET, Clock, Trip, whole_trip
from surveys.questionnaires.advising.report import branches_kept, trips_of
from tests.surveys.questionnaires.advising.drafts import a_branching_document
from tests.surveys.questionnaires.conftest import a_document, a_question


def a_clock(*questions: dict, **more: object) -> tuple[Clock, Trip]:  # type: ignore[type-arg]
    document = checking.received(a_document(*questions, title={"en": "T"}, languages=["en"], **more))
    return Clock(document), whole_trip(document)


def test_reading_goes_at_the_measured_speeds() -> None:
    assert reading.seconds("满" * 255, "zh-hans") == pytest.approx(60)
    assert reading.seconds("word " * 228, "en") == pytest.approx(60)
    assert reading.seconds("söz " * 184, "ug") == pytest.approx(60)
    assert reading.seconds("", "en") == 0


def test_chinese_characters_are_counted_and_a_latin_word_counts_for_two() -> None:
    assert reading.characters("您对 WeChat 满意吗？") == 2 + 2 + 3
    assert reading.words_in("Well – how are you?") == 4


@pytest.mark.parametrize(
    ("word", "count"), [("satisfied", 3), ("the", 1), ("table", 2), ("made", 1), ("b", 1), ("university", 5)]
)  # fmt: skip
def test_syllables_are_groups_of_vowels(word: str, count: int) -> None:
    assert reading.syllables(word) == count


def test_the_grade_is_that_of_the_formula() -> None:
    """Ten words of one syllable a sentence: 0.39 · 10 + 11.8 · 1 − 15.59 = 0.11."""
    assert reading.grade(["The cat sat on the mat and ate a rat. "] * 3) == pytest.approx(0.11)
    assert reading.grade(["Too short."]) is None


def test_the_share_of_long_sentences() -> None:
    assert reading.share_of_long(["短。短。短。" + "长" * 51 + "。"], longest=50) == 0.25
    assert reading.share_of_long([], longest=50) is None


def test_an_ordinary_question_takes_what_pew_counts_for_one() -> None:
    fifteen = "How satisfied are you with the way the city keeps its parks these twelve months?"
    one, trip = a_clock(a_question("q1", about="general", text={"en": fifteen}))
    none, nothing = a_clock(a_question("q1", "info", about="general", text={}))
    seconds = (one.span([trip]).usual - none.span([nothing]).usual) * 60
    assert seconds == pytest.approx(10.6, abs=3)


def test_a_scale_that_was_met_before_is_not_read_again() -> None:
    text = {"en": "Satisfied?"}
    one, first = a_clock(a_question("q1", about="general", text=text))
    two, both = a_clock(
        a_question("q1", about="general", text=text), a_question("q2", about="general", text=text)
    )
    none, nothing = a_clock(a_question("q1", "info", about="general", text={}))
    begin = none.span([nothing]).usual
    assert two.span([both]).usual - one.span([first]).usual < one.span([first]).usual - begin


def test_every_department_takes_as_long_again_and_named_ones_come_first() -> None:
    clock, trip = a_clock(
        a_question("q1", text={"en": "Satisfied?"}),
        a_question("q2", about="parks", text={"en": "And the parks?"}),
    )
    times = [clock.span([trip], departments=count).usual for count in range(4)]
    assert times[1] - times[0] > times[2] - times[1] == pytest.approx(times[3] - times[2])


def test_optional_texts_are_written_on_the_longest_way_only() -> None:
    clock, trip = a_clock(
        a_question("q1", "long_text", about="general", text={"en": "What could be better?"})
    )
    span = clock.span([trip])
    assert span.usual - span.shortest == pytest.approx(40 / 60 / 3)
    assert span.longest - span.shortest == pytest.approx(40 / 60)


def test_the_slowest_language_counts() -> None:
    document = checking.received(
        a_document(a_question("q1", about="general", text={"en": "Well?", "zh-hans": "您" * 200}))
    )
    clock, trips = Clock(document), [whole_trip(document)]
    assert clock.span(trips) == clock.by_language(trips)["zh-hans"]
    assert clock.by_language(trips)["en"].usual < clock.by_language(trips)["zh-hans"].usual


def test_the_shortest_and_longest_way_are_those_of_the_branches() -> None:
    document = checking.received(a_branching_document())
    branches = branches_kept(document)
    assert {branch.ending for branch in branches.branches} == {"complete", "early", "screened_out"}
    trips = trips_of(document, branches)
    assert len(trips) == sum(branch.ending != "screened_out" for branch in branches.branches)
    span = Clock(document).span(trips)
    assert 0 < span.shortest < span.usual <= span.longest < BUDGET


def test_the_same_draft_is_walked_once() -> None:
    document = checking.received(a_branching_document())
    assert branches_kept(document) is branches_kept(document)


def test_departments_of_unlike_length_make_ways_of_unlike_length() -> None:
    short = [a_question("s1", about="parks", headline=True)]
    long = [a_question(f"l{number}", about="roads") for number in range(20)]
    clock, trip = a_clock(*short, *long)
    span = clock.span([trip], departments=1)
    assert span.shortest < span.longest / 4
    both = clock.span([trip], departments=2)
    assert both.shortest == pytest.approx(both.longest)
