"""Putting words into a language of a draft: all places at once, nobody's words overwritten unseen."""

from typing import Any

import pytest

from surveys.audit import AuditEntry
from surveys.people.models import User
from surveys.questionnaires import checking, documents, drafting, translating
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.translating import Typed
from surveys.questionnaires.translations.xliff import Translation, Unit, UnreadableFile
from tests.surveys.questionnaires import every_type
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text


@pytest.fixture
def draft(ada: User) -> Questionnaire:
    """Two ratings and a text that quotes the first; Uyghur is declared and hardly begun."""
    document = a_document(
        a_question("q0", "short_text", about="general"),
        a_question("q1", headline=True),
        a_question("q2"),
        a_question("q3", "long_text", text=a_text("You said {q0}, not {once}. Why?")),
        languages=["zh-hans", "en", "ug"],
        title={**a_text("City services"), "ug": "شەھەر"},
    )
    return drafting.create(code="city", document=document, by=ada)


def put(draft: Questionnaire, by: User | None = None, **typed: Any) -> translating.Outcome:
    """Translate from English into Uyghur; `q1_text` stands for the key `questions:q1:text`."""
    given = {
        f"questions:{name.replace('_', ':')}" if name != "title" else name: one
        if isinstance(one, Typed)
        else Typed(one)
        for name, one in typed.items()
    }
    return translating.translate(draft, source="en", target="ug", typed=given, by=by)


def row(draft: Questionnaire, key: str) -> translating.Row:
    found = translating.rows_of(Questionnaire.objects.get(pk=draft.pk).draft, source="en", target="ug")
    return next(one for one in found if one.key == key)


def test_texts_that_read_the_same_are_one_row_and_translated_together(
    draft: Questionnaire, ada: User
) -> None:
    very = row(draft, "questions:q1:settings:words:5")
    assert (very.source, very.places, very.questions) == ("Very satisfied", 2, ("q1", "q2"))
    outcome = translating.translate(
        draft, source="en", target="ug", typed={very.key: Typed("ئىنتايىن رازى", very.seen)}, by=ada
    )
    assert outcome.saved == [very.key]
    stored = Questionnaire.objects.get()
    assert stored.revision == 2
    assert [one["settings"]["words"] for one in stored.draft["questions"][1:3]] == [
        {"5": {"ug": "ئىنتايىن رازى"}}
    ] * 2
    entry = AuditEntry.objects.get(verb="change translation")
    assert (entry.actor, entry.facts["language"]) == (ada, "ug")


def test_what_a_type_speaks_by_itself_is_not_asked_for(draft: Questionnaire) -> None:
    keys = [one.key for one in translating.rows_of(draft.draft, source="en", target="zh-hans")]
    assert keys == ["title", *(f"questions:q{number}:text" for number in range(4))]
    assert put(draft, nothing_settings_words_5="x").unknown == ["questions:nothing:settings:words:5"]
    outcome = translating.translate(
        draft, source="ug", target="en", typed={"questions:q1:settings:words:5": Typed("Super")}, by=None
    )
    assert (outcome.unknown, outcome.saved) == (["questions:q1:settings:words:5"], [])


def test_progress_counts_places_of_which_a_scale_brings_some_and_says_a_hundred_only_of_what_is_complete(
    draft: Questionnaire,
) -> None:
    found = {one.language: one for one in translating.progress_of(draft.draft, ["zh-hans", "en", "ug", "fr"])}
    assert {name: (one.done, one.all, one.per_cent) for name, one in found.items()} == {
        "zh-hans": (19, 19, 100), "en": (19, 19, 100), "ug": (5, 19, 26), "fr": (0, 19, 0),
    }  # fmt: skip
    almost = translating.Progress("ug", 999, 1000)
    assert (almost.per_cent, almost.missing) == (99, 1)


def test_a_finished_translation_is_what_publishing_asks_for(draft: Questionnaire) -> None:
    assert checking.problems(draft.draft)
    typed = {
        one.key: Typed(f"ئۇ {one.source}", one.seen)
        for one in translating.rows_of(draft.draft, source="en", target="ug")
    }
    outcome = translating.translate(draft, source="en", target="ug", typed=typed, by=None)
    assert len(outcome.saved) == len(typed)
    stored = Questionnaire.objects.get().draft
    assert translating.progress_of(stored, ["ug"])[0].missing == 0
    assert checking.problems(stored) == []


def test_whatever_publishing_asks_for_in_a_further_language_can_be_translated_here(ada: User) -> None:
    whole = every_type.document()
    bare = documents.in_languages_only(whole, ["zh-hans", "en"])
    made = drafting.create(code="every", document={**bare, "languages": whole["languages"]}, by=ada)
    assert checking.problems(made.draft)
    rows = translating.rows_of(made.draft, source="en", target="ug")
    missing = {one.key: Typed(f"ئۇ{place}", one.seen) for place, one in enumerate(rows) if not one.target}
    outcome = translating.translate(made, source="en", target="ug", typed=missing, by=ada)
    assert len(outcome.saved) == len(missing)
    assert checking.problems(Questionnaire.objects.get(pk=made.pk).draft) == []


@pytest.mark.parametrize("language", ["en", "ug"])
def test_a_text_that_somebody_changed_meanwhile_is_left_alone_and_named(
    draft: Questionnaire, language: str
) -> None:
    opened = {key: row(draft, f"questions:{key}:text") for key in ("q1", "q2")}
    other = {"en": "zh-hans", "ug": "en"}[language]
    translating.translate(
        draft, source=other, target=language, typed={"questions:q1:text": Typed("Meanwhile")}, by=None
    )
    outcome = put(draft, q1_text=Typed("مېنىڭ", opened["q1"].seen), q2_text=Typed("ئىككى", opened["q2"].seen))
    assert (outcome.stale, outcome.saved) == (["questions:q1:text"], ["questions:q2:text"])
    assert row(draft, "questions:q1:text").target == ("Meanwhile" if language == "ug" else "")
    now = row(draft, "questions:q1:text")
    assert put(draft, q1_text=Typed("مېنىڭ", now.seen)).saved == ["questions:q1:text"]  # knowingly


def test_a_text_that_its_author_did_not_touch_never_undoes_another_s_change(draft: Questionnaire) -> None:
    opened = row(draft, "title")
    put(draft, title="يېڭى ماۋزۇ")
    outcome = put(draft, title=Typed(opened.target, opened.seen))
    assert (outcome.stale, outcome.saved) == ([], [])
    assert row(draft, "title").target == "يېڭى ماۋزۇ"


def test_nothing_kept_makes_no_revision(draft: Questionnaire) -> None:
    assert put(draft, title=" شەھەر ").saved == []
    assert put(draft, gone_text="x").unknown == ["questions:gone:text"]
    refused = put(draft, title="x" * 201)
    assert "at most 200" in refused.refused["title"]
    assert put(draft, q1_text="a\x00b").refused.keys() == {"questions:q1:text"}
    draft.refresh_from_db()
    assert (draft.revision, draft.draft["title"]["ug"]) == (1, "شەھەر")
    assert not AuditEntry.objects.filter(verb="change translation").exists()


def test_what_cannot_be_kept_does_not_keep_the_rest_from_being_kept(draft: Questionnaire) -> None:
    outcome = put(draft, title="x" * 201, q1_text="بىر")
    assert (list(outcome.refused), outcome.saved) == (["title"], ["questions:q1:text"])
    assert row(draft, "title").target == "شەھەر"


def test_a_translation_can_be_taken_away(draft: Questionnaire) -> None:
    assert put(draft, title="").saved == ["title"]
    assert "ug" not in Questionnaire.objects.get().draft["title"]


def test_an_earlier_answer_quoted_in_one_language_only_is_told(draft: Questionnaire) -> None:
    assert put(draft, q3_text="سىز {q0} دېدىڭىز").lost == []
    assert put(draft, q3_text="{q0} {q0}").lost == ["questions:q3:text"]
    assert put(draft, q3_text="سىز دېدىڭىز").lost == ["questions:q3:text"]
    assert row(draft, "questions:q3:text").lost == ("{q0}",)  # {once} is no question


def test_a_file_fills_what_is_missing_and_replaces_only_when_asked(draft: Questionnaire, ada: User) -> None:
    units = (
        Unit("title", "City services", "باشقا"),
        Unit("questions:q1:text", "Text of q1", "بىر"),
        Unit("questions:q2:text", "What it used to say", "ئىككى"),
        Unit("questions:q3:text", "You said {q0}, not {once}. Why?", "  "),
        Unit("questions:q9:text", "Gone", "توققۇز"),
    )
    file = Translation("en", "ug", units)
    outcome = translating.take_file(draft, file, replace=False, by=ada)
    assert outcome.saved == ["questions:q1:text"]
    assert (outcome.stale, outcome.unknown) == (["questions:q2:text"], ["questions:q9:text"])
    assert row(draft, "title").target == "شەھەر"
    assert translating.take_file(draft, file, replace=True, by=ada).saved == ["title"]
    assert AuditEntry.objects.filter(verb="change translation", facts__from_file=True).count() == 2


def test_what_is_exported_comes_back_as_it_went(draft: Questionnaire) -> None:
    units = tuple(translating.exported(draft.draft, source="en", target="ug"))
    assert units[0] == Unit("title", "City services", "شەھەر", "Title")
    outcome = translating.take_file(draft, Translation("en", "ug", units), replace=True, by=None)
    assert (outcome.saved, outcome.stale, outcome.unknown) == ([], [], [])
    draft.refresh_from_db()
    assert draft.revision == 1


@pytest.mark.parametrize(("source", "target"), [("en", "fr"), ("fr", "en"), ("en", "en")])
def test_a_file_of_other_languages_is_refused(draft: Questionnaire, source: str, target: str) -> None:
    with pytest.raises(UnreadableFile):
        translating.take_file(draft, Translation(source, target, ()), replace=True, by=None)


def test_two_keys_that_read_the_same_can_be_told_apart(draft: Questionnaire) -> None:
    put(draft, q1_settings_words_5="بىر", q2_settings_words_5="ئىككى")
    words = [
        one["settings"]["words"]["5"]["ug"] for one in Questionnaire.objects.get().draft["questions"][1:3]
    ]
    assert words == ["بىر", "ئىككى"]
