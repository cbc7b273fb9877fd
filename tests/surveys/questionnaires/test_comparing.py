"""Comparing editions: every difference is named, and a rule says where trends break."""

import time
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.languages import asks_the_same
from surveys.questionnaires import checking
from surveys.questionnaires.comparing import Compared, differences, moved
from surveys.questionnaires.spans import spans
from surveys.questionnaires.wordings import wordings

from .conftest import CHOICES, a_document, a_full_document, a_question, a_text

SHOW = {"equals": [{"answer": "q3"}, {"value": 1}]}


def changed(code: str = "q1", **keys: Any) -> dict[str, Any]:
    """The full document with some keys of one question changed."""
    document = deepcopy(a_full_document())
    question = next(one for one in document["questions"] if one["code"] == code)
    question.update(keys)
    return document


def one_of(after: dict[str, Any], code: str = "q1", before: dict[str, Any] | None = None) -> Compared:
    """What is said of one question when `after` is compared with the full document."""
    found = differences(before or a_full_document(), after)
    return next(one for one in found.questions if one.code == code)


def test_the_same_document_has_no_differences() -> None:
    found = differences(a_full_document(), a_full_document())
    assert found.is_empty
    assert [one.judgement for one in found.questions] == ["same"] * 8
    assert [one.judgement for one in found.dimensions] == ["same"] * 2


def test_questions_that_came_and_went_are_named_where_they_stand() -> None:
    after = a_full_document()
    gone = after["questions"].pop(1)
    after["questions"].insert(0, a_question("new"))
    found = differences(a_full_document(), after)
    assert [(one.code, one.state) for one in found.questions[:4]] == [
        ("new", "added"),
        ("q1", "kept"),
        (gone["code"], "removed"),
        ("q3", "kept"),
    ]
    assert [one.judgement for one in found.questions if one.state != "kept"] == ["", ""]
    assert (found.count("added"), found.count("removed")) == (1, 1)
    ease = next(one for one in found.dimensions if one.code == "ease")
    assert (ease.judgement, ease.reasons) == ("break", ("items",))


@pytest.mark.parametrize(
    ("code", "keys", "reasons"),
    [
        ("q1", {"text": a_text("Other words")}, ("text",)),
        ("q1", {"text": {**a_text("Text of q1"), "en": "Other"}}, ("text",)),
        ("q1", {"about": "parks"}, ("about",)),
        ("q1", {"type": "short_text"}, ("type", "answers")),
        ("q6", {"show": SHOW}, ("asked",)),
        ("q3", {"settings": {"choices": CHOICES[::-1], "offer": ["dk"]}}, ("answers",)),
        ("q3", {"settings": {"choices": CHOICES, "offer": []}}, ("answers",)),
        ("q3", {"settings": {"choices": [*CHOICES, {"code": 9, "text": a_text("?")}]}}, ("answers",)),
        ("q1", {"headline": False}, ("headline",)),
        ("q2", {"headline": True}, ("headline",)),
        ("q5", {"settings": {"min": "0", "max": "60", "unit": a_text("minutes")}}, ("answers",)),
    ],
)
def test_what_touches_the_answer_breaks_the_trend(
    code: str, keys: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    found = one_of(changed(code, **keys), code)
    assert (found.judgement, found.reasons) == ("break", reasons)
    assert found.changes
    assert all(found.reason_words)


@pytest.mark.parametrize(
    ("code", "keys", "reasons"),
    [
        ("q1", {"text": {"zh-hans": "Text of q1（中）", "en": "Text of q1."}}, ("punctuation",)),
        ("q1", {"text": {**a_text("Text of q1"), "ug": "قانداق؟"}}, ("translation",)),
        ("q1", {"help": a_text("Take your time.")}, ("help",)),
        ("q1", {"required": True}, ("required",)),
        ("q1", {"dimension": "ease"}, ("dimension",)),
        ("q5", {"checks": [{"rule": SHOW, "words": a_text("No.")}]}, ("checks",)),
    ],
)
def test_what_does_not_touch_the_answer_is_minor(
    code: str, keys: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    found = one_of(changed(code, **keys), code)
    assert (found.judgement, found.reasons) == ("minor", reasons)


def test_a_change_of_words_is_shown_word_by_word() -> None:
    found = one_of(changed(text={"zh-hans": "Text of q1（中）", "en": "Other text of q1"}))
    (change,) = found.changes
    assert (change.key, change.language, change.language_name) == ("text", "en", "English")
    assert [(span.fate, span.words) for span in change.spans] == [
        ("deleted", "Text"),
        ("inserted", "Other text"),
        ("same", " of q1"),
    ]


def test_choices_are_compared_by_their_codes() -> None:
    choices = [
        {"code": 2, "text": a_text("No")},
        {"code": 1, "text": a_text("Certainly")},
        {"code": 3, "text": a_text("Perhaps"), "exclusive": True},
    ]
    found = one_of(changed("q3", settings={"choices": choices, "offer": ["dk"]}), "q3")
    told = [(change.label, change.language, change.before, change.after) for change in found.changes]
    assert told == [
        ("Choice 1", "en", "Yes", "Certainly"),
        ("Choice 1", "zh-hans", "Yes（中）", "Certainly（中）"),
        ("Choice 3", "en", "", "Perhaps"),
        ("Choice 3", "zh-hans", "", "Perhaps（中）"),
        ("Choice 3 · exclusive", "", "", "yes"),
        ("Choice · Order", "", "1, 2", "2, 1"),
    ]


def test_rules_are_told_in_words() -> None:
    found = one_of(changed("q6", show=SHOW), "q6")
    (change,) = found.changes
    assert (change.key, change.before) == ("show", "")
    assert change.after.startswith("Asked only when question 3")
    assert "“Yes”" in change.after


def test_moving_past_other_ratings_is_a_warning_and_moving_among_others_is_not() -> None:
    after = a_full_document()
    after["questions"].insert(0, after["questions"].pop(7))
    found = {one.code: one for one in differences(a_full_document(), after).questions}
    assert (found["q8"].judgement, found["q8"].reasons) == ("minor", ("past_ratings",))
    assert {one.judgement for code, one in found.items() if code != "q8"} == {"same"}
    after = a_full_document()
    after["questions"].insert(3, after["questions"].pop(5))
    found = {one.code: one for one in differences(a_full_document(), after).questions}
    assert (found["q6"].judgement, found["q6"].reasons) == ("minor", ("place",))


def test_a_new_page_between_them_is_named_and_breaks_nothing() -> None:
    after = a_full_document()
    after["questions"].insert(2, a_question("p2", "page_break", about="general"))
    found = {one.code: one for one in differences(a_full_document(), after).questions}
    assert found["p2"].state == "added"
    assert found["q2"].judgement == "same"
    assert [(change.key, change.after) for change in found["q3"].changes] == [("page", "page 2 “Text of p2”")]
    assert {one.judgement for one in found.values()} == {"same", "minor", ""}


def test_a_page_that_others_reach_breaks_its_questions() -> None:
    def paged(**more: Any) -> dict[str, Any]:
        document = a_full_document()
        document["questions"].insert(3, a_question("p2", "page_break", about="general", **more))
        return document

    found = {one.code: one for one in differences(paged(), paged(show=SHOW)).questions}
    assert (found["q8"].judgement, found["q8"].reasons) == ("break", ("reached",))
    assert found["q3"].judgement == "same"


def test_a_dimension_breaks_with_its_questions_and_its_weights() -> None:
    broken = differences(a_full_document(), changed("q2", text=a_text("Other words")))
    assert {one.code: (one.judgement, one.reasons) for one in broken.dimensions} == {
        "ease": ("break", ("wording",)),
        "trust": ("same", ()),
    }
    two = changed("q1", dimension="ease", weight="0.5")
    other = deepcopy(two)
    other["questions"][0]["weight"] = "0.25"
    found = differences(two, other).dimensions[0]
    assert (found.judgement, found.reasons) == ("break", ("weights",))
    for question in other["questions"][:2]:
        question["weight"] = "2"
    assert differences(two, other).dimensions[0].judgement == "same"


def test_the_index_breaks_with_a_dimension_or_with_its_weights() -> None:
    before = a_full_document()
    assert differences(before, before).index == "same"
    assert differences(before, changed("q2", text=a_text("Other words"))).index == "break"
    assert differences(before, changed("q1", text=a_text("Other words"))).index == "same"
    weighted = deepcopy(before)
    weighted["dimensions"][0]["weight"], weighted["dimensions"][1]["weight"] = "0.5", "0.5"
    found = differences(before, weighted)
    assert (found.index, [one.judgement for one in found.dimensions]) == ("break", ["same", "same"])
    assert differences(before, {**before, "dimensions": []}).index == ""


def test_the_frame_is_compared_too() -> None:
    after = {**a_full_document(), "title": a_text("Town services"), "languages": ["en"]}
    after["quotas"] = [{"code": "young", "name": a_text("Young"), "when": SHOW, "most": 20}]
    found = differences(a_full_document(), after)
    assert [change.key for change in found.frame] == ["title", "title", "languages", "quotas"]
    assert found.frame[-1].after.startswith("Quota “Young”: at most 20 people")


def test_the_judgement_is_the_one_that_published_changes_follow() -> None:
    before = a_full_document()
    for code, keys in (
        ("q1", {"text": a_text("Other")}),
        ("q2", {"help": {}}),
        ("q3", {"settings": {"choices": CHOICES[::-1]}}),
        ("q5", {"settings": {"unit": a_text("minute")}}),
        ("q8", {"show": SHOW}),
    ):
        after = changed(code, **keys)
        then, now = wordings(_whole(before)), wordings(_whole(after))
        for one in differences(before, after).questions:
            alike = asks_the_same(then[one.code].fingerprint, now[one.code].fingerprint)
            assert alike == (one.judgement != "break"), (code, one)


def _whole(document: dict[str, Any]) -> Any:
    from surveys.questionnaires.documents import tidied

    return tidied(document)


def test_html_in_a_text_stays_text() -> None:
    found = one_of(changed(text={"zh-hans": "Text of q1（中）", "en": "<script>alert(1)</script>"}))
    assert "".join(span.words for span in found.changes[0].spans if span.fate != "deleted") == (
        "<script>alert(1)</script>"
    )


@given(st.text("ab 好，。", max_size=40), st.text("ab 好，。", max_size=40))
def test_spans_hold_both_texts(before: str, after: str) -> None:
    found = spans(before, after)
    assert "".join(span.words for span in found if span.fate != "inserted") == before
    assert "".join(span.words for span in found if span.fate != "deleted") == after
    assert all(first.fate != second.fate for first, second in pairwise(found))


def test_long_texts_are_not_held_against_each_other_word_by_word() -> None:
    before, after = "a b " * 2000, "b c " * 2000
    assert [span.fate for span in spans(before, after)] == ["deleted", "inserted", "same"]


@given(st.permutations(range(8)))
def test_what_moved_is_the_fewest_that_explain_the_order(order: list[int]) -> None:
    before, after = [str(one) for one in range(8)], [str(one) for one in order]
    shifted = moved(before, after)
    staying = [code for code in after if code not in shifted]
    assert staying == sorted(staying)
    longest = max(
        len(run)
        for mask in range(256)
        if (run := [code for place, code in enumerate(after) if mask >> place & 1]) == sorted(run)
    )
    assert len(staying) == longest


def test_three_hundred_questions_that_all_changed_are_compared_in_a_few_seconds() -> None:
    def large(words: str) -> dict[str, Any]:
        return a_document(
            *(a_question(f"q{n}", text=a_text(f"{words} number {n} " * 12)) for n in range(300))
        )

    start = time.process_time()
    found = differences(large("Old words"), large("Other words"))
    drawn = [change.spans for one in found.questions for change in one.changes]
    assert len(drawn) == 600
    assert time.process_time() - start < 5


def test_a_page_has_no_trend_to_break() -> None:
    def paged(title: str) -> dict[str, Any]:
        page = a_question("p1", "page_break", about="general", text=a_text(title))
        return checking.received(a_document(page, a_question("q1", headline=True)))

    found = differences(paged("Your home"), paged("Your household"))
    assert not [one for one in found.questions if one.judgement == "break"]
