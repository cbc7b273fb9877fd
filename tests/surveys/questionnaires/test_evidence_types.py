"""Places, points, signatures and groups that repeat: several fields to one question."""

import re
import time

import pytest

from surveys.questionnaires import checking, drawing
from surveys.questionnaires.question_types import AnswerError, question_type

from .conftest import a_document, a_question, a_text
from .inputs import FAMILY, PLACES, Settings, answered, drawn, messages, tidied


class TestPlaces:
    def test_each_level_offers_only_what_lies_under_the_one_above(self) -> None:
        html = drawn("place")
        assert "Fujian" in html
        assert "Fuzhou" not in html
        assert 'name="go" value="stay"' in html
        html = drawn("place", {"1": ["35"]})
        assert "Fuzhou" in html
        assert "Nanchang" not in html
        html = drawn("place", {"1": ["35"], "2": ["3501"], "3": ["350102"]})
        assert html.count(" selected") == 3
        assert 'name="go"' not in html

    def test_another_province_empties_the_levels_below_it(self) -> None:
        fields = {"1": ["36"], "2": ["3501"], "3": ["350102"]}
        html = drawn("place", fields)
        assert html.count(" selected") == 1
        assert "Nanchang" in html
        with pytest.raises(AnswerError, match="do not belong together"):
            answered("place", fields)

    def test_a_gap_between_levels_is_refused(self) -> None:
        with pytest.raises(AnswerError):
            answered("place", {"1": [""], "2": ["3501"]})

    def test_more_levels_are_needed_only_where_there_are_more(self) -> None:
        settings = {**PLACES, "least": 3}
        with pytest.raises(AnswerError, match="level 3"):
            answered("place", {"1": ["35"], "2": ["3501"]}, settings)
        assert answered("place", {"1": ["36"], "2": ["3601"]}, settings) == ["36", "3601"]

    def test_rules_see_the_whole_way_and_each_level(self) -> None:
        kind, entry = question_type("place"), tidied("place")
        assert kind.values(entry, ["35", "3501"]) == {"": ["35", "3501"], "1": "35", "2": "3501"}
        assert kind.words(entry, ["35", "3501"], "en") == "Fujian, Fuzhou"

    @pytest.mark.parametrize(
        ("places", "words"),
        [
            ([("a", "b"), ("b", "a")], "under itself"),
            ([("a", "a"), ("b", "")], "under itself"),
            ([("a", ""), ("b", "a"), ("c", "b"), ("d", "c")], "deeper"),
            ([("a", ""), ("b", "nowhere")], "not listed"),
            ([("a", ""), ("a", "")], "Two places"),
            ([("a", "")], "at least two places"),
        ],
    )
    def test_places_that_make_no_tree_are_problems(self, places: list[tuple[str, str]], words: str) -> None:
        listed = [{"code": code, "parent": parent, "text": a_text(code)} for code, parent in places]
        assert words in messages("place", {**PLACES, "places": listed})

    def test_five_thousand_places_are_drawn_and_checked_quickly(self) -> None:
        places = [{"code": f"p{n}", "parent": "", "text": a_text(f"Province {n}")} for n in range(50)]
        places += [
            {"code": f"c{n}", "parent": f"p{n % 50}", "text": a_text(f"City {n}")} for n in range(4950)
        ]
        settings = {"levels": PLACES["levels"][:2], "places": places}
        assert messages("place", settings) == ""
        entry, kind = tidied("place", settings), question_type("place")
        began = time.perf_counter()
        for _ in range(10):
            kind.clean(entry, ["p7", "c7"])
            html = drawing.draw(entry, name="general.x", language="en", fields={"1": ["p7"], "2": ["c7"]})
        assert (time.perf_counter() - began) / 10 < 0.1
        assert html.count("<option") == 2 + 50 + 99


class TestPoints:
    def test_a_point_is_never_kept_finer_than_declared(self) -> None:
        for digits in range(4):
            answer = answered("location", {"at": ["39.09972651,-94.57856673"]}, {"digits": digits})
            assert all(len(part.partition(".")[2]) == digits for part in answer["at"])

    def test_words_alone_are_enough_and_the_button_waits_for_a_script(self) -> None:
        assert answered("location", {"words": ["by the lake"], "at": [""]}) == {"words": "by the lake"}
        html = drawn("location")
        assert re.search(r"<div data-location=\"2\"[^>]* hidden>", html)
        assert question_type("location").script == "js/answer-inputs.js"

    @pytest.mark.parametrize(
        "at", ["39.1", "39.1,-94.5,1", "north,south", "39.1;-94.5", "1e9,0", "NaN,0", ",", "99,0"]
    )
    def test_what_is_no_point_is_refused(self, at: str) -> None:
        with pytest.raises(AnswerError):
            answered("location", {"at": [at]})

    def test_rules_can_compare_degrees(self) -> None:
        values = question_type("location").values(tidied("location"), {"at": ["39.10", "-94.58"]})
        assert {suffix: str(value) for suffix, value in values.items()} == {"lat": "39.10", "lon": "-94.58"}


class TestSignatures:
    def test_whoever_signs_is_told_that_it_ends_anonymity(self) -> None:
        html = drawn("signature")
        assert "no longer anonymous" in html
        assert "The law asks for it" in html

    def test_name_and_strokes_are_texts_of_their_own(self) -> None:
        answer = answered("signature", {"name": ["张三"], "strokes": ["1,2,3,4;5,6"]})
        assert answer == {"name": "张三", "strokes": [[1, 2, 3, 4], [5, 6]]}
        packed = question_type("signature").packed(tidied("signature"), answer)
        assert packed == ({}, {"name": "张三", "strokes": "1,2,3,4;5,6"})

    @pytest.mark.parametrize(
        "strokes", ["1", "1,2,3", "1,2;", ";1,2", "1001,2", "1,401", "-1,2", "M1 2", "[[1,2]]"]
    )
    def test_strokes_of_another_form_are_refused(self, strokes: str) -> None:
        with pytest.raises(AnswerError):
            answered("signature", {"strokes": [strokes]})


class TestGroups:
    def test_one_more_is_offered_than_was_filled_in(self) -> None:
        assert drawn("repeat_group").count("<legend>Member") == 1
        html = drawn("repeat_group", {"1.age": ["41"], "1.name": ["Rosa"], "2.age": ["9"]})
        assert html.count("<legend>Member") == 3
        assert 'name="general.x.2.age"' in html
        assert 'value="Rosa"' in html
        assert 'name="go" value="stay"' in html

    def test_no_more_are_offered_than_there_may_be(self) -> None:
        html = drawn("repeat_group", {"1.age": ["41"], "2.age": ["9"]}, {**FAMILY, "max": 2})
        assert html.count("<legend>Member") == 2
        assert 'name="go"' not in html

    def test_a_gap_closes_up(self) -> None:
        fields = {"1.age": [""], "3.age": ["9"], "3.name": ["Li"]}
        assert answered("repeat_group", fields) == [{"age": 9, "name": "Li"}]
        html = drawn("repeat_group", fields)
        assert re.search(r'name="general\.x\.1\.age"[^>]* value="9"', html)
        assert html.count("<legend>Member") == 2

    def test_an_error_says_which_one_and_which_question(self) -> None:
        with pytest.raises(AnswerError, match=r"No\. 2, Age: .*at least 0"):
            answered("repeat_group", {"1.age": ["3"], "2.age": ["-1"]})

    def test_inner_questions_keep_their_own_fields(self) -> None:
        answer = answered("repeat_group", {"1.age.aside": ["dk"], "2.born": ["2001/2/3"], "2.works": ["1"]})
        assert answer == [{"age": "dk"}, {"born": "2001-02-03", "works": 1}]
        kind, entry = question_type("repeat_group"), tidied("repeat_group")
        assert kind.packed(entry, answer)[1] == {"1.age": "dk", "2.born": "2001-02-03", "2.works": 1}
        assert kind.values(entry, answer)[""] == [1, 2]
        assert kind.words(entry, answer, "en") == "Don’t know; 2001-02-03, Yes"

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"questions": []}, "at least one question"),
            ({"min": 3, "max": 2}, "larger than the largest"),
            ({"questions": [FAMILY["questions"][0]] * 2}, "more than one question"),
            ({"questions": [{"code": "a", "type": "number", "text": {}}]}, "no words"),
            (
                {"questions": [{"code": "a", "type": "short_text", "text": a_text("A"), "required": True}]},
                "never be",
            ),
            (
                {"questions": [{"code": "a", "type": "single_choice", "text": a_text("A")}]},
                "a: List at least two",
            ),
        ],
    )
    def test_what_is_wrong_inside_is_said(self, change: Settings, words: str) -> None:
        assert words in messages("repeat_group", {**FAMILY, **change})

    @pytest.mark.parametrize("kind", ["repeat_group", "file", "satisfaction", "page_break"])
    def test_only_simple_questions_repeat(self, kind: str) -> None:
        inner = {"code": "a", "type": kind, "text": a_text("A")}
        with pytest.raises(checking.MalformedDocument):
            checking.received(a_document(a_question("x", "repeat_group", settings={"questions": [inner]})))
