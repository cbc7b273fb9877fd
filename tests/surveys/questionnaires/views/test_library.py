"""The gallery of ready questionnaires and the question bank, as a person uses them without any script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from surveys.people.models import Department, User
from surveys.questionnaires import banking, drafting
from surveys.questionnaires.models import Block, Questionnaire
from surveys.questionnaires.packs import PACKS
from tests.surveys.questionnaires.conftest import CHOICES, a_document, a_question, form_values


@pytest.fixture
def draft(ada: User, departments: dict[str, Department]) -> Questionnaire:
    """A questionnaire with a rating and a choice."""
    choice = a_question("q2", "single_choice", about="general", settings={"choices": CHOICES})
    return drafting.create(code="city", document=a_document(a_question(headline=True), choice), by=ada)


@pytest.fixture
def block(draft: Questionnaire, ada: User) -> Block:
    """A block with the choice."""
    kept, _notices = banking.keep_block(
        draft, codes=["q2"], names={"en": "A <b>choice</b>", "zh-hans": "选择"}, by=ada
    )
    return kept


def test_the_gallery_says_what_each_pack_measures_and_how_long_it_takes(
    at_desk: Client, departments: Any
) -> None:
    page = at_desk.get(reverse("questionnaires:packs")).content.decode()
    for pack in PACKS:
        assert reverse("questionnaires:pack", args=[pack.code]) in page
        assert reverse("questionnaires:pack-begin", args=[pack.code]) in page
    assert "Getting care and paying for it" in page
    assert "about" in page
    assert page.count("asked only of some") == 8


def test_a_pack_shows_all_its_questions(at_desk: Client, departments: Any) -> None:
    page = at_desk.get(reverse("questionnaires:pack", args=["health"])).content.decode()
    assert "How satisfied are you with the price of medicines?" in page
    assert "您对药品价格满意吗？" in page
    assert at_desk.get(reverse("questionnaires:pack", args=["sports"])).status_code == 404


def test_beginning_with_a_pack_makes_a_copy_of_it(at_desk: Client, departments: Any) -> None:
    for _ in range(2):
        answer = at_desk.post(reverse("questionnaires:pack-begin", args=["housing"]))
    made = Questionnaire.objects.get(code="housing-2")
    assert answer["Location"] == reverse("questionnaires:edit", args=[made.pk])
    assert made.draft["title"]["zh-hans"] == "住房保障工作群众满意度调查"
    assert at_desk.post(reverse("questionnaires:pack-begin", args=["sports"])).status_code == 404


def test_a_pack_goes_into_a_draft_that_is_there(
    at_desk: Client, draft: Questionnaire, departments: Any
) -> None:
    gallery = at_desk.get(reverse("questionnaires:packs"), {"into": draft.pk}).content.decode()
    values = form_values(gallery, "packs/health/begin")
    assert values["into"] == str(draft.pk)
    answer = at_desk.post(reverse("questionnaires:pack-begin", args=["health"]), values)
    assert answer["Location"] == reverse("questionnaires:edit", args=[draft.pk])
    kept = Questionnaire.objects.get()
    assert kept.revision == 2
    assert kept.draft["title"] == draft.draft["title"]
    assert [dimension["code"] for dimension in kept.draft["dimensions"]] == ["access", "cost"]
    assert [q["code"] for q in kept.draft["questions"] if q["headline"]] == ["q1"]
    assert "there is one already" in at_desk.get(answer["Location"]).content.decode()
    assert at_desk.get(reverse("questionnaires:packs"), {"into": "x"}).status_code == 404


def test_who_only_reads_sees_packs_and_blocks_and_changes_nothing(
    logged_in: Callable[[User], Client], auditor: User, block: Block, draft: Questionnaire
) -> None:
    browser = logged_in(auditor)
    assert "pack-begin" not in browser.get(reverse("questionnaires:packs")).content.decode()
    page = browser.get(reverse("questionnaires:bank-block", args=[block.pk])).content.decode()
    assert "bank-remove" not in page
    assert reverse("questionnaires:bank-remove", args=[block.pk]) not in page
    for name, key in (
        ("bank-block", block.pk),
        ("bank-remove", block.pk),
        ("bank-keep", draft.pk),
        ("bank-insert", draft.pk),
    ):
        assert browser.post(reverse(f"questionnaires:{name}", args=[key]), {"sure": "yes"}).status_code == 403
    assert Block.objects.count() == 1


def test_an_empty_bank_says_how_to_fill_it(at_desk: Client, draft: Questionnaire) -> None:
    assert "No block yet" in at_desk.get(reverse("questionnaires:bank")).content.decode()
    page = at_desk.get(reverse("questionnaires:bank-insert", args=[draft.pk])).content.decode()
    assert reverse("questionnaires:bank-keep", args=[draft.pk]) in page


def test_questions_are_ticked_and_kept_as_a_block(at_desk: Client, draft: Questionnaire) -> None:
    address = reverse("questionnaires:bank-keep", args=[draft.pk])
    values = form_values(at_desk.get(f"{address}?question=q2").content.decode(), "card")
    assert values["question"] == ["q2"]
    answer = at_desk.post(address, {**values, "names.en": "Choice"})
    kept = Block.objects.get()
    assert answer["Location"] == reverse("questionnaires:bank-block", args=[kept.pk])
    assert [question["code"] for question in kept.questions] == ["q2"]


def test_a_block_without_a_name_or_questions_keeps_what_was_ticked(
    at_desk: Client, draft: Questionnaire
) -> None:
    address = reverse("questionnaires:bank-keep", args=[draft.pk])
    page = at_desk.post(address, {"question": ["q2"], "names.en": " "}).content.decode()
    assert "Give the block a name" in page
    assert form_values(page, "card")["question"] == ["q2"]
    page = at_desk.post(address, {"names.en": "Choice"}).content.decode()
    assert "Choose at least one question" in page
    assert form_values(page, "card")["names.en"] == "Choice"
    assert not Block.objects.exists()


def test_blocks_are_searched_and_their_names_are_only_words(at_desk: Client, block: Block) -> None:
    address = reverse("questionnaires:bank")
    assert "A &lt;b&gt;choice&lt;/b&gt;" in at_desk.get(address, {"q": "choice"}).content.decode()
    assert "No block has the words" in at_desk.get(address, {"q": "elsewhere"}).content.decode()


def test_a_block_is_renamed_and_removed_once_that_is_confirmed(at_desk: Client, block: Block) -> None:
    address = reverse("questionnaires:bank-block", args=[block.pk])
    at_desk.post(address, {"names.en": "Other", "names.zh-hans": ""})
    assert Block.objects.get().names == {"en": "Other"}
    assert "Give the block a name" in at_desk.post(address, {"names.en": ""}).content.decode()
    away = reverse("questionnaires:bank-remove", args=[block.pk])
    assert "Keep it" in at_desk.post(away).content.decode()
    assert Block.objects.exists()
    at_desk.post(away, {"sure": "yes"})
    assert not Block.objects.exists()


def test_a_block_is_inserted_behind_the_question_chosen(
    at_desk: Client, draft: Questionnaire, block: Block
) -> None:
    address = reverse("questionnaires:bank-insert", args=[draft.pk])
    values = form_values(at_desk.get(f"{address}?after=q1").content.decode(), "q-insert-block")
    assert values["after"] == "q1"
    at_desk.post(address, {**values, "block": str(block.pk)})
    codes = [question["code"] for question in Questionnaire.objects.get().draft["questions"]]
    assert codes == ["q1", "q3", "q2"]
    page = at_desk.post(address, {"after": "gone", "block": str(block.pk)}).content.decode()
    assert "gone" in page
    assert at_desk.post(address, {"block": "99999"}).status_code == 404
    assert at_desk.post(address, {"block": "x"}).status_code == 404


def test_the_bank_asks_the_database_the_same_however_many_blocks_there_are(
    at_desk: Client, block: Block, ada: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        banking.make_block(questions=block.questions, names={"en": f"Block {number}"}, by=ada)
    with django_assert_max_num_queries(6):
        at_desk.get(reverse("questionnaires:bank"))
