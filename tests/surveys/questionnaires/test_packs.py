"""The ready questionnaires: each can be published as it is, and measures what it says."""

from decimal import Decimal

import pytest

from surveys.people.models import User
from surveys.questionnaires import checking, drafting
from surveys.questionnaires.advising import advise
from surveys.questionnaires.documents import EACH
from surveys.questionnaires.logic.branching import branches_of
from surveys.questionnaires.packs import PACKS, Pack, pack
from surveys.questionnaires.question_types import question_type

each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.code)
LIVELIHOOD = {
    "education": {"quality", "access", "cost", "fairness"},
    "employment": {"jobs", "services", "training", "rights"},
    "health": {"access", "cost"},
    "social-security": {"coverage", "portability", "claiming"},
    "housing": {"allocation", "waiting", "quality", "cost"},
}


@each_pack
def test_nothing_keeps_a_pack_from_being_published(pack: Pack) -> None:
    assert checking.problems(pack.document, departments={}) == []


@each_pack
def test_a_pack_is_worded_without_anything_to_advise_against(pack: Pack) -> None:
    assert [f"{advice.where}: {advice.message}" for advice in advise(pack.document)] == []


@each_pack
def test_a_pack_speaks_both_languages_everywhere(pack: Pack) -> None:
    def texts(part: object) -> list[dict[str, str]]:
        if isinstance(part, list):
            return [text for entry in part for text in texts(entry)]
        if not isinstance(part, dict):
            return []
        if part and set(part) <= {"zh-hans", "en"}:
            return [part]
        return [text for entry in part.values() for text in texts(entry)]

    for text in [*texts(dict(pack.document)), dict(pack.measures)]:
        assert set(text) == {"zh-hans", "en"}
        assert any("\u4e00" <= sign <= "\u9fff" or sign.isdigit() for sign in text["zh-hans"])
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text["en"])


@each_pack
def test_a_pack_has_one_headline_and_dimensions_that_add_up(pack: Pack) -> None:
    questions = pack.document["questions"]
    headlines = [question["about"] for question in questions if question["headline"]]
    assert headlines.count(EACH) == 1
    dimensions = pack.document["dimensions"]
    if dimensions:
        assert sum(Decimal(dimension["weight"]) for dimension in dimensions) == 1
        for question in questions:
            assert not (question["headline"] and question["dimension"]), "a headline is no part of the index"


@each_pack
def test_nobody_has_to_answer_anything_and_only_facts_decide_what_is_asked(pack: Pack) -> None:
    scored = {q["code"] for q in pack.document["questions"] if question_type(q["type"]).scored}
    for question in pack.document["questions"]:
        assert not question["required"]
        assert not any(f"'answer': '{code}'" in str(question.get("show", "")) for code in scored)


@each_pack
def test_every_question_of_a_pack_is_met_on_some_way_through(pack: Pack) -> None:
    found = branches_of(pack.document)
    assert (found.pages_missed, found.questions_missed) == ((), ())


@pytest.mark.parametrize("code", LIVELIHOOD)
def test_a_livelihood_pack_has_its_dimensions_its_branches_and_what_to_do_first(code: str) -> None:
    document = pack(code).document
    assert {dimension["code"] for dimension in document["dimensions"]} == LIVELIHOOD[code]
    for dimension in LIVELIHOOD[code]:
        always = [q for q in document["questions"] if q["dimension"] == dimension and "show" not in q]
        assert len(always) >= (1 if dimension == "waiting" else 2)
    assert sum("show" in question for question in document["questions"]) >= 3
    assert any(question["code"] == "first" for question in document["questions"])


def test_getting_care_and_paying_for_it_are_never_mixed() -> None:
    health = pack("health").document
    counted = {
        question["code"]: question["dimension"] for question in health["questions"] if question["dimension"]
    }
    assert {counted[code] for code in ("distance", "booking", "waiting", "doctors")} == {"access"}
    assert {counted[code] for code in ("treatment", "medicine", "insurance", "bill")} == {"cost"}


def test_the_annual_pack_asks_every_department_about_the_six_dimensions_of_the_method() -> None:
    annual = pack("annual").document
    weights = {dimension["code"]: dimension["weight"] for dimension in annual["dimensions"]}
    assert weights == {
        "effectiveness": "0.25",
        "ease": "0.15",
        "efficiency": "0.15",
        "transparency": "0.15",
        "humanity": "0.15",
        "trust": "0.15",
    }
    assert {q["about"] for q in annual["questions"] if q["dimension"]} == {EACH}


def test_an_unknown_pack_is_named_as_such() -> None:
    with pytest.raises(LookupError, match="There is no pack “sports”"):
        pack("sports")


@pytest.mark.django_db
@each_pack
def test_a_draft_begun_with_a_pack_is_the_pack(pack: Pack, ada: User) -> None:
    made = drafting.create(code=drafting.free_code(pack.code), document=pack.document, by=ada)
    assert made.draft == pack.document
