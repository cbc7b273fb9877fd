"""What a questionnaire can and cannot measure, told from its document alone."""

from fractions import Fraction
from typing import Any

from surveys.questionnaires import documents, measuring
from surveys.questionnaires.measures import Measures, PartMeasures
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_full_document, a_question, a_text

DIMENSIONS = [
    {"code": "ease", "name": a_text("Ease"), "weight": "0.4"},
    {"code": "trust", "name": a_text("Trust"), "weight": "0.6"},
]


def measures(*questions: dict[str, Any], before: dict[str, Any] | None = None, **more: Any) -> Measures:
    document = documents.tidied(a_document(*questions, **more))
    return measuring.measures_of(document, names={"parks": "Parks"}, before=before)


def states(part: PartMeasures) -> dict[str, str]:
    return {line.code: line.state for line in part.lines}


def part(found: Measures, about: str) -> PartMeasures:
    return next(one for one in found.parts if one.about == about)


def test_every_part_is_told_apart() -> None:
    found = measuring.measures_of(documents.tidied(a_full_document()), names={"parks": "Parks"})
    assert [(one.about, one.name, one.headline, one.has_index) for one in found.parts] == [
        ("each", "Each department", "q1", True),
        ("parks", "Parks", "q1", True),
        ("general", "The place as a whole", "", False),
    ]
    assert states(found.parts[0]) == {
        "score": "yes", "rates": "yes", "dimensions": "yes", "index": "yes", "benchmark": "if",
        "change": "if", "read": "no",
    }  # fmt: skip
    assert states(found.parts[2]) == {"score": "no", "choices": "yes", "read": "no"}


def test_weights_of_the_index_are_shares_that_add_up_to_one() -> None:
    found = measures(
        a_question("q1", headline=True),
        a_question("q2", dimension="ease", weight="2"),
        a_question("q3", dimension="ease"),
        a_question("q4", dimension="trust"),
        dimensions=DIMENSIONS,
    ).parts[0]
    items = {item.code: item for one in found.dimensions for item in one.items}
    assert {code: (item.within, item.of_index) for code, item in items.items()} == {
        "q2": (Fraction(2, 3), Fraction(4, 15)),
        "q3": (Fraction(1, 3), Fraction(2, 15)),
        "q4": (Fraction(1), Fraction(3, 5)),
    }
    assert sum(item.of_index for item in items.values()) == 1
    assert [one.start for one in found.dimensions] == [0, Fraction(2, 5)]


def test_without_a_headline_there_is_no_score_no_dimension_and_no_trend() -> None:
    found = measures(a_question("q2", dimension="ease"), dimensions=DIMENSIONS[:1]).parts[0]
    assert states(found) == {"score": "no", "dimensions": "no"}
    assert not found.has_index


def test_an_index_needs_every_dimension_in_every_part() -> None:
    found = measures(
        a_question("q1", headline=True),
        a_question("q2", dimension="ease"),
        a_question("q3", dimension="trust", about="parks"),
        dimensions=DIMENSIONS,
    )
    each, parks = part(found, "each"), part(found, "parks")
    assert (states(each)["index"], states(parks)["index"]) == ("no", "yes")
    assert "Trust" in next(line.why for line in each.lines if line.code == "index")
    wave = {line.code: line.state for line in found.wave}
    assert wave == {"drivers": "no", "reliability": "no"}


def test_drivers_and_reliability_take_two_dimensions_in_every_department() -> None:
    rated = [a_question(f"q{n}", dimension=code) for n, code in ((2, "ease"), (3, "trust"))]
    found = measures(a_question("q1", headline=True), *rated, dimensions=DIMENSIONS)
    assert {line.code: line.state for line in found.wave} == {"drivers": "yes", "reliability": "yes"}
    assert all("100" in line.needs for line in found.wave)


def test_the_rows_of_a_table_are_ratings_of_their_own() -> None:
    rows = [{"code": code, "text": a_text(code)} for code in ("r1", "r2")]
    found = measures(
        a_question("q1", headline=True),
        a_question("m", "matrix", dimension="ease", settings={"rows": rows}),
        dimensions=[{**DIMENSIONS[0], "weight": "1"}],
    ).parts[0]
    assert [(item.code, item.within) for item in found.dimensions[0].items] == [
        ("m.r1", Fraction(1, 2)), ("m.r2", Fraction(1, 2)),
    ]  # fmt: skip


def test_only_what_everybody_is_asked_can_weight_a_wave() -> None:
    settings = {"choices": CHOICES}
    shown = {"show": {"equals": [{"answer": "age"}, {"value": 1}]}}
    found = measures(
        a_question("age", "single_choice", about="general", settings=settings),
        a_question("sex", "single_choice", about="general", settings=settings, **shown),
        a_question("way", "single_choice", settings=settings),
        a_question("set", "multiple_choice", about="general", settings=settings),
        a_question("q1", headline=True),
    )
    assert [(one.code, one.groups) for one in found.margins] == [("age", 2)]


def test_trends_are_held_against_the_last_edition() -> None:
    before = documents.tidied(a_document(a_question("q1", headline=True)))
    said = {}
    for name, question in {
        "same": a_question("q1", headline=True),
        "reworded": a_question("q1", headline=True, text=a_text("Other words")),
        "new": a_question("q9", headline=True),
    }.items():
        lines = measures(question, before=before).parts[0].lines
        said[name] = next((line.state, line.why) for line in lines if line.code == "change")
    assert {name: state for name, (state, _why) in said.items()} == {
        "same": "yes", "reworded": "no", "new": "no",
    }  # fmt: skip
    assert "words of the question changed" in said["reworded"][1]
    assert "q9" in said["new"][1]


def test_what_turns_people_away_or_splits_them_is_told() -> None:
    rule = {"equals": [{"answer": "age"}, {"value": 1}]}
    jumps = {"jumps": [{"when": rule, "to": "screen_out"}, {"when": rule, "to": "end"}]}
    found = measures(
        a_question("p1", "page_break", about="general", settings=jumps),
        a_question("age", "single_choice", about="general", settings={"choices": CHOICES}),
        a_question("p2", "page_break", about="general"),
        a_question("q1", headline=True),
        quotas=[{"code": "young", "name": a_text("Young"), "when": rule, "most": 10}],
    )
    told = " ".join(found.cautions)
    for words in ("screened out", "end early", "quota", "under a condition", "never ranked", "fewer than 10"):
        assert words in told, words
    plain = measures(a_question("q1", headline=True)).cautions
    assert len(plain) == 2


def test_an_unfinished_draft_has_measures_too() -> None:
    assert measures(a_question("i", "info", about="general")).parts == ()
    blank = documents.tidied({**a_document(), "questions": []})
    assert measuring.measures_of(blank).parts == ()
    half = measures(a_question("q1", "single_choice", text={}, dimension="gone", headline=True)).parts[0]
    assert (half.headline, states(half)) == ("", {"score": "no", "index": "no", "choices": "yes"})
