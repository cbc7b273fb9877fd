"""The question bank: blocks are copies, self-contained, and fit wherever they are put."""

from typing import Any

import pytest

from surveys.audit import AuditEntry
from surveys.people.models import Department, User
from surveys.questionnaires import banking, drafting, transplanting
from surveys.questionnaires.banking import EmptyBlock
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.models import Block, Questionnaire
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_question, a_text

NAMES = {"zh-hans": "公园", "en": "Parks visited"}


def branching() -> dict[str, Any]:
    """Who visited a park says how often, and what could be better."""
    return a_document(
        a_question("q1", headline=True),
        a_question("q2", "single_choice", about="general", settings={"choices": CHOICES}),
        a_question(
            "q3",
            "single_choice",
            about="general",
            show={"equals": [{"answer": "q2"}, {"value": 1}]},
            settings={"choices": CHOICES},
        ),
        a_question(
            "q4",
            "long_text",
            about="general",
            text={"zh-hans": "您说{q3}，为什么？", "en": "You said {q3}, and {q2}. Why? {x}"},
            show={"all": [{"equals": [{"answer": "q3"}, {"value": 1}]}, {"answered": "q2"}]},
        ),
    )


@pytest.fixture
def source(ada: User, departments: dict[str, Department]) -> Questionnaire:
    """A draft with a branch."""
    return drafting.create(code="source", document=branching(), by=ada)


def kept(source: Questionnaire, *codes: str, by: User | None = None) -> Block:
    block, _notices = banking.keep_block(source, codes=codes, names=NAMES, by=by)
    return block


def test_questions_of_a_draft_are_kept_in_its_order(source: Questionnaire, ada: User) -> None:
    block = kept(source, "q3", "q2", by=ada)
    assert [question["code"] for question in block.questions] == ["q2", "q3"]
    assert (block.names, block.created_by) == (NAMES, ada)
    entry = AuditEntry.objects.get(verb="keep block")
    assert (entry.actor, entry.subject_id, entry.facts) == (ada, str(block.pk), {"questions": 2})


def test_what_refers_outside_a_block_stays_out_with_a_notice(source: Questionnaire) -> None:
    block, notices = banking.keep_block(source, codes=["q3", "q4"], names=NAMES, by=None)
    third, fourth = block.questions
    assert "show" not in third
    assert "show" not in fourth
    assert fourth["text"] == {"zh-hans": "您说{q3}，为什么？", "en": "You said {q3}, and …. Why? {x}"}
    assert [notice.split(" ")[0] for notice in notices] == ["q3", "q4"]
    assert "q2" in notices[0]


def test_a_block_that_lacks_nothing_keeps_its_rules(source: Questionnaire) -> None:
    block, notices = banking.keep_block(source, codes=["q2", "q3", "q4"], names=NAMES, by=None)
    assert notices == []
    assert block.questions == source.draft["questions"][1:]


def test_an_inserted_block_gets_free_codes_and_its_rules_follow(source: Questionnaire, ada: User) -> None:
    block = kept(source, "q2", "q3", "q4")
    revision = source.revision
    added = banking.insert_block(source, block=block, after="q1", by=ada)
    assert [question["code"] for question in source.draft["questions"]] == [
        "q1",
        "q5",
        "q6",
        "q7",
        "q2",
        "q3",
        "q4",
    ]
    _fifth, sixth, seventh = added.questions
    assert sixth["show"] == {"equals": [{"answer": "q5"}, {"value": 1}]}
    assert seventh["show"] == {"all": [{"equals": [{"answer": "q6"}, {"value": 1}]}, {"answered": "q5"}]}
    assert seventh["text"]["en"] == "You said {q6}, and {q5}. Why? {x}"
    assert source.revision == revision + 1
    facts = AuditEntry.objects.get(verb="insert block").facts
    assert facts == {"revision": source.revision, "questions": 3, "block": block.pk}


def test_a_draft_keeps_its_copy_when_the_block_is_renamed_or_removed(
    source: Questionnaire, ada: User
) -> None:
    block = kept(source, "q2")
    banking.insert_block(source, block=block, by=ada)
    banking.rename_block(block, names={"en": " Visited "}, by=ada)
    assert Block.objects.get().names == {"en": "Visited"}
    banking.remove_block(block, by=ada)
    assert not Block.objects.exists()
    assert len(Questionnaire.objects.get().draft["questions"]) == 5
    verbs = list(
        AuditEntry.objects.filter(subject_kind="block").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["keep block", "rename block", "remove block"]


def test_a_second_headline_and_an_unknown_dimension_are_put_down_with_notices(
    ada: User, departments: Any
) -> None:
    target = drafting.create(code="target", document=a_document(), by=ada)
    block = banking.make_block(
        questions=[a_question("q1", headline=True), a_question("q9", dimension="ease")], names=NAMES, by=ada
    )
    added = banking.insert_block(target, block=block, by=ada)
    assert [(q["code"], q["headline"], q["dimension"]) for q in added.questions] == [
        ("q2", False, ""),
        ("q9", False, ""),
    ]
    assert len(added.notices) == 2


def test_jumps_and_pages_follow_and_those_that_lead_outside_are_dropped() -> None:
    page = {
        **a_question("p1", "page_break", about="general"),
        "help": {},
        "settings": {
            "jumps": [
                {"when": {"answered": "q1"}, "to": "p2"},
                {"when": {"answered": "q1"}, "to": "p9"},
                {"when": {"answered": "q8"}, "to": "end"},
            ]
        },
        "headline": False,
        "dimension": "",
    }
    second = {**page, "code": "p2", "settings": {"jumps": []}}
    asked = {
        **a_question("q1", "short_text", about="general"),
        "settings": {},
        "headline": False,
        "dimension": "",
    }
    draft = {**a_document(a_question("q1", headline=True)), "dimensions": []}
    draft["questions"] = [page, {**asked, "headline": False}]
    result = transplanting.fitted([page, asked, second], draft)
    assert [question["code"] for question in result.questions] == ["p3", "q2", "p2"]
    assert result.questions[0]["settings"]["jumps"] == [{"when": {"answered": "q2"}, "to": "p2"}]
    assert len(result.notices) == 1


def test_blocks_are_found_by_words_of_name_or_question_in_any_language(source: Questionnaire) -> None:
    block = kept(source, "q2")
    other = banking.make_block(
        questions=[a_question("q1", text={"zh-hans": "道路平整"})], names={"en": "Roads"}, by=None
    )
    assert set(banking.blocks_with("")) == {block, other}
    assert list(banking.blocks_with("公园")) == [block]
    assert list(banking.blocks_with("平整")) == [other]
    assert list(banking.blocks_with("parks VISITED")) == [block]
    assert list(banking.blocks_with("parks roads")) == []
    assert list(banking.blocks_with("100%")) == []


@pytest.mark.parametrize("names", [{}, {"en": "  "}, {"en": "x" * 201}, {"en": 1}, "Parks", {"EN!": "x"}])
def test_a_block_needs_a_name(source: Questionnaire, names: Any) -> None:
    with pytest.raises(MalformedDocument, match="names"):
        banking.keep_block(source, codes=["q2"], names=names, by=None)
    assert not Block.objects.exists()


def test_an_empty_block_and_one_that_is_too_large_are_refused(source: Questionnaire) -> None:
    with pytest.raises(EmptyBlock, match="at least one"):
        banking.keep_block(source, codes=[], names=NAMES, by=None)
    with pytest.raises(EmptyBlock, match="at most 100"):
        banking.make_block(questions=[a_question(f"q{n}") for n in range(101)], names=NAMES, by=None)
    with pytest.raises(drafting.UnknownQuestion):
        banking.keep_block(source, codes=["q2", "q77"], names=NAMES, by=None)


def test_a_malformed_question_is_kept_nowhere(source: Questionnaire) -> None:
    with pytest.raises(MalformedDocument):
        banking.make_block(questions=[a_question("q1", "sorcery")], names=NAMES, by=None)
    with pytest.raises(MalformedDocument):
        drafting.add_questions(source, questions=[a_question("q9"), a_question("q9")], by=None)
    assert Questionnaire.objects.get().revision == 1


def test_a_full_draft_takes_nothing_of_a_block(ada: User, departments: Any) -> None:
    full = drafting.create(
        code="full", document=a_document(*(a_question(f"q{n}") for n in range(500))), by=ada
    )
    block = banking.make_block(questions=[a_question("q1", text=a_text("One more"))], names=NAMES, by=ada)
    with pytest.raises(drafting.DraftFull):
        banking.insert_block(full, block=block, by=ada)
    assert Questionnaire.objects.get().revision == 1
