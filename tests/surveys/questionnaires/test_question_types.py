"""Every registered question type goes through the same battery: answers, forms and storage."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from surveys.languages import in_language
from surveys.questionnaires import checking, documents
from surveys.questionnaires.codebook import BLANK, RESERVED, Codebook
from surveys.questionnaires.documents import EACH, Question
from surveys.questionnaires.question_types import REGISTRY, AnswerError, QuestionType, question_type
from surveys.questionnaires.question_types.base import FAMILIES, Settings
from surveys.questionnaires.shapes import LANGUAGE, ListOf, MapOf, OrNull, Record, Shape

SCORED = {"satisfaction", "satisfaction_matrix", "agreement", "csat", "ces", "stars", "faces"}
WORDED = {"zh-hans": "?", "en": "?"}


def a_question(kind: QuestionType, settings: Settings, **more: Any) -> Question:
    return documents.tidied_question(
        {
            "code": "q1",
            "type": kind.name,
            "about": EACH,
            "text": {"en": "?"},
            "settings": dict(settings),
            **more,
        }
    )


def named(value: object) -> str:
    return (
        value.name
        if isinstance(value, QuestionType)
        else repr(value)[:40].encode("ascii", "replace").decode()
    )


accepted = pytest.mark.parametrize(
    ("kind", "settings", "raw", "answer"),
    [(kind, *example) for kind in REGISTRY for example in kind.accepts],
    ids=named,
)
rejected = pytest.mark.parametrize(
    ("kind", "settings", "raw"),
    [(kind, *example) for kind in REGISTRY for example in kind.rejects],
    ids=named,
)
every_kind = pytest.mark.parametrize("kind", REGISTRY, ids=named)


def test_names_are_unique_and_looked_up() -> None:
    assert len({kind.name for kind in REGISTRY}) == len(REGISTRY)
    assert all(question_type(kind.name) is kind for kind in REGISTRY)


@pytest.mark.parametrize("name", ["", "rating", "Satisfaction", None, []])
def test_an_unknown_type_is_refused_with_the_known_ones_named(name: Any) -> None:
    with pytest.raises(LookupError, match="satisfaction, single_choice"):
        question_type(name)


@every_kind
def test_every_type_has_a_family_and_words_for_the_designer(kind: QuestionType) -> None:
    assert kind.family in FAMILIES
    assert str(kind.label)
    assert str(kind.purpose).endswith(".")
    assert kind.accepts
    assert kind.rejects


@accepted
def test_what_a_type_accepts_becomes_the_clean_answer(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    got = kind.clean(a_question(kind, settings), raw)
    assert got == answer
    assert type(got) is type(answer)


@accepted
def test_cleaning_a_clean_answer_changes_nothing(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    assert kind.clean(a_question(kind, settings), answer) == answer


@rejected
def test_what_a_type_rejects_is_refused_with_a_sentence(
    kind: QuestionType, settings: Settings, raw: Any
) -> None:
    with pytest.raises(AnswerError) as refusal:
        kind.clean(a_question(kind, settings), raw)
    assert str(refusal.value).endswith((".", "。"))


@accepted
def test_an_answer_survives_the_form(kind: QuestionType, settings: Settings, raw: Any, answer: Any) -> None:
    question = a_question(kind, settings)
    fields = kind.written(question, answer)
    assert kind.clean(question, kind.read(question, fields)) == answer
    assert {suffix for suffix, typed in fields.items() if typed} <= set(kind.suffixes(question))


@accepted
def test_an_answer_survives_packing(kind: QuestionType, settings: Settings, raw: Any, answer: Any) -> None:
    question = a_question(kind, settings)
    if not kind.takes_answer:
        return
    part = Codebook({"questions": [question]}).part("parks")
    codes, extras = part.pack({"q1": answer})
    assert len(codes) == len(kind.items(question))
    coded, rest = ({}, {}) if answer is None else kind.packed(question, answer)
    kept = {f"q1.{suffix}" if suffix else "q1": value for suffix, value in {**coded, **rest}.items()}
    assert part.unpack(codes, extras) == kept
    assert not set(coded) & set(rest)
    assert bool(kept) == (answer is not None)


@accepted
def test_an_answer_can_be_quoted_and_referred_to(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    if answer is None:
        return
    question = a_question(kind, settings)
    for language in ("zh-hans", "en", "ug"):
        assert isinstance(kind.words(question, answer, language), str)
    assert all(isinstance(suffix, str) for suffix in kind.values(question, answer))


@every_kind
def test_every_code_and_every_reserved_code_survives_packing(kind: QuestionType) -> None:
    for settings, *_ in kind.accepts:
        question = a_question(kind, settings)
        part = Codebook({"questions": [question]}).part("parks")
        for item, spec in zip(part.items, kind.items(question), strict=kind.takes_answer):
            assert item.code == (f"q1.{spec.suffix}" if spec.suffix else "q1")
            for code in [*item.codes, *RESERVED.values()]:
                row = bytearray([BLANK] * len(part.items))
                row[item.position] = code
                assert list(part.unpack(bytes(row), None)) == [item.code]


@every_kind
def test_codes_stay_clear_of_the_reserved_ones_and_have_words(kind: QuestionType) -> None:
    for settings, *_ in kind.accepts:
        question = a_question(kind, settings)
        for spec in kind.items(question):
            assert all(1 <= code <= 200 for code in spec.codes)
            assert list(spec.codes) == sorted(set(spec.codes))
            labels = kind.labels(question) if spec.labels is None else spec.labels
            assert set(spec.codes) <= set(labels)
            assert all(in_language(labels[code], "en") for code in spec.codes)
        assert len({spec.suffix for spec in kind.items(question)}) == len(kind.items(question))
        assert kind.coded >= bool(kind.items(question))


@accepted
def test_a_form_with_a_field_twice_is_never_guessed(
    kind: QuestionType, settings: Settings, raw: Any, answer: Any
) -> None:
    question = a_question(kind, settings)
    fields = {suffix: [*typed, *typed] for suffix, typed in kind.written(question, answer).items() if typed}
    if not fields:
        return
    with pytest.raises(AnswerError):
        kind.clean(question, kind.read(question, fields))


@every_kind
def test_an_empty_form_is_no_answer(kind: QuestionType) -> None:
    if kind.source != "person":
        return
    question = a_question(kind, kind.accepts[0][0])
    assert kind.clean(question, kind.read(question, {})) is None
    blank = {suffix: [""] for suffix in kind.suffixes(question)}
    if not isinstance(kind.from_form(question, [""]), list):  # a box that is not ticked sends nothing
        assert kind.clean(question, kind.read(question, blank)) is None


@every_kind
def test_a_form_with_nonsense_in_every_field_is_refused_or_read_but_never_breaks(kind: QuestionType) -> None:
    for settings, *_ in kind.accepts:
        question = a_question(kind, settings)
        for nonsense in ("<b>", "-1", "0", "²", "9" * 400, "\x00", "٣", "1", "dk"):
            fields = {suffix: [nonsense] for suffix in kind.suffixes(question)}
            with contextlib.suppress(AnswerError):
                answer = kind.clean(question, kind.read(question, fields))
                assert kind.clean(question, answer) == answer


@every_kind
def test_new_and_blank_settings_are_well_shaped(kind: QuestionType) -> None:
    assert list(kind.settings_shape.flaws(kind.new_settings())) == []
    assert list(kind.settings_shape.flaws(dict(kind.blank_settings))) == []
    assert not kind.settings_shape.required
    assert set(kind.settings_shape.optional) == set(kind.blank_settings)


@every_kind
def test_the_settings_of_the_examples_are_well_shaped(kind: QuestionType) -> None:
    for settings, *_ in [*kind.accepts, *kind.rejects]:
        assert list(kind.settings_shape.flaws(settings)) == []


def texts_in(shape: Shape, key: str = "") -> Iterator[str]:
    """Yield the keys under which a shape holds texts in several languages."""
    if isinstance(shape, MapOf) and shape.key == LANGUAGE:
        yield key
    elif isinstance(shape, Record):
        for inner_key, inner in {**shape.required, **shape.optional}.items():
            yield from texts_in(inner, inner_key)
    elif isinstance(shape, ListOf | OrNull | MapOf):
        yield from texts_in(shape.inner, key)


@every_kind
def test_texts_in_settings_stand_under_keys_that_publishing_knows(kind: QuestionType) -> None:
    assert set(texts_in(kind.settings_shape)) <= documents.TEXT_KEYS


@every_kind
def test_only_what_may_be_demanded_is_ever_required(kind: QuestionType) -> None:
    about = EACH if kind.needs_each else "general"
    settings = kind.new_settings()
    if kind.name == "repeat_group":  # one that asks for words alone may not be demanded either
        settings["questions"] = [{"code": "age", "type": "number", "text": WORDED}]
    question = a_question(kind, settings, required=True, about=about, text=WORDED)
    document = {"format": 1, "languages": ["en"], "title": {"en": "T"}, "questions": [question]}
    refused = any("required" in problem.message for problem in checking.problems(document))
    assert refused != kind.may_be_required


@every_kind
def test_scored_types_have_five_grades_and_two_ways_out_and_no_other_type_scores(kind: QuestionType) -> None:
    assert kind.scored == (kind.name in SCORED)
    if not kind.scored:
        return
    question = a_question(kind, {})
    assert [option.value for option in kind.options(question)] == [5, 4, 3, 2, 1, "dk", "na"]
    assert [option.aside for option in kind.options(question)] == [False] * 5 + [True] * 2
    assert [(spec.codes, spec.scored) for spec in kind.items(question)] == [((1, 2, 3, 4, 5), True)]
    assert "shuffle" not in kind.settings_shape.optional
