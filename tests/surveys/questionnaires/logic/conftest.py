"""Small questionnaires with rules, and random ones."""

from collections.abc import Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from surveys.questionnaires import documents
from surveys.questionnaires.documents import EACH, GENERAL, Document
from surveys.questionnaires.logic.samples import an_answer
from surveys.questionnaires.question_types import question_type
from tests.surveys.questionnaires.conftest import a_document, a_question, a_text

Rule = dict[str, Any]

SINGLE = "single_choice"
SEVERAL = "multiple_choice"


def choices(*words: str, **more: Any) -> list[dict[str, Any]]:
    return [{"code": code, "text": a_text(word), **more} for code, word in enumerate(words, start=1)]


def general(code: str, kind: str = SINGLE, **more: Any) -> dict[str, Any]:
    """A question about the place; of choices unless said otherwise."""
    if kind in (SINGLE, SEVERAL, "hidden") and "settings" not in more:
        more["settings"] = {"choices": choices("Yes", "No", "Perhaps")}
    return a_question(code, kind, about="general", **more)


def page(code: str, **more: Any) -> dict[str, Any]:
    settings = {key: more.pop(key) for key in ("jumps", "shuffle", "group") if key in more}
    return general(code, "page_break", settings=settings, **more)


def split(code: str = "ab") -> dict[str, Any]:
    arms = [{"code": code, "name": a_text(name)} for code, name in enumerate(("old", "new"), start=1)]
    return general(code, "split", settings={"arms": arms})


def draft(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return documents.tidied(a_document(*questions, **more))


def answer(code: str) -> Rule:
    return {"answer": code}


def value(worth: Any) -> Rule:
    return {"value": worth}


def equals(code: str, worth: Any) -> Rule:
    return {"equals": [answer(code), value(worth)]}


def jump(to: str, when: Rule | None = None) -> dict[str, Any]:
    return {"when": value(True) if when is None else when, "to": to}


references = st.sampled_from(["q1", "q2", "q3.r1", "q9"])
worths = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 1, 5, 10**29, 10**31, "dk", "na", "0.25", "-12.5", "1.50", "2026-01-31", "x" * 300]),
    st.text(max_size=20),
    st.lists(st.integers(1, 9), max_size=4),
)
values_given = st.dictionaries(references, worths)
literals = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.sampled_from(["0.25", "-1", "dk", "text", "10:30", "2026-02-01"]),
)


def grown(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    """Expressions of one level more."""
    some = st.lists(inner, min_size=1, max_size=3)
    two = st.tuples(inner, inner).map(list)
    return st.one_of(
        st.builds(
            lambda name, parts: {name: parts}, st.sampled_from(["all", "any", "sum", "times", "joined"]), some
        ),
        st.builds(
            lambda name, parts: {name: parts},
            st.sampled_from(
                ["equals", "differs", "less", "at_most", "more", "at_least", "includes", "minus", "divided"]
            ),
            two,
        ),
        st.builds(lambda name, part: {name: part}, st.sampled_from(["not", "length"]), inner),
        st.builds(lambda parts: {"if": parts}, st.tuples(inner, inner, inner).map(list)),
        st.builds(lambda part, digits: {"rounded": [part, digits]}, inner, st.integers(0, 6)),
        st.builds(
            lambda part, pattern: {"matches": [part, pattern]},
            inner,
            st.sampled_from(["(a+)+$", "[0-9]*", "."]),
        ),
    )


leaves = st.one_of(
    st.builds(lambda code: {"answer": code}, references),
    st.builds(lambda code: {"answered": code}, references),
    st.builds(lambda code: {"chosen": code}, references),
    st.builds(lambda worth: {"value": worth}, literals),
)
rules = st.recursive(leaves, grown, max_leaves=12)


def random_condition(rng: Random, codes: list[str], depth: int = 2) -> Rule:
    """A condition about some of the questions `codes`."""
    if not codes:
        return value(rng.random() < 0.8)
    if depth and rng.random() < 0.4:
        sort = rng.choice(["all", "any", "not"])
        if sort == "not":
            return {"not": random_condition(rng, codes, depth - 1)}
        return {sort: [random_condition(rng, codes, depth - 1) for _part in range(rng.randint(1, 3))]}
    code = rng.choice(codes)
    if rng.random() < 0.3:
        return {"answered": code}
    return equals(code, rng.randint(1, 4))


def random_draft(rng: Random) -> dict[str, Any]:
    """A questionnaire with random questions, pages and rules, which obeys every rule about rules."""
    questions: list[dict[str, Any]] = []
    earlier: list[str] = []  # single choices about the place
    pages = rng.randint(1, 5)
    for number in range(pages):
        if number or rng.random() < 0.5:
            leads = [f"p{later}" for later in range(number + 1, pages)] + ["end"]
            jumps = [
                jump(rng.choice(leads), random_condition(rng, earlier)) for _jump in range(rng.randint(0, 2))
            ]
            more = {"show": random_condition(rng, earlier)} if earlier and rng.random() < 0.3 else {}
            questions.append(page(f"p{number}", jumps=jumps, shuffle=rng.random() < 0.2, **more))
        shuffled = bool(questions and questions[-1]["settings"].get("shuffle"))
        here: list[str] = []
        for place in range(rng.randint(1, 4)):
            code = f"q{number}-{place}"
            more = {"show": random_condition(rng, earlier)} if rng.random() < 0.5 else {}
            about = rng.choice(["general", "general", "each", "parks"])
            kind = rng.choice([SINGLE, SEVERAL, "number", "short_text", "info", "calculated", "split"])
            if kind == "split":
                question = {**split(code), "about": about}
            elif kind == "calculated":
                question = a_question(
                    code, kind, about=about, settings={"value": random_condition(rng, earlier)}
                )
            elif kind in (SINGLE, SEVERAL):
                listed = choices("a", "b", "c", "d")
                if earlier and rng.random() < 0.4:
                    listed[0]["show"] = random_condition(rng, earlier)
                question = a_question(code, kind, about=about, settings={"choices": listed, "shuffle": True})
            else:
                question = a_question(code, kind, about=about)
            questions.append({**question, **more})
            if kind == SINGLE and about == "general":
                (here if shuffled else earlier).append(code)
        earlier += here
    return draft(
        *questions,
        quotas=[{"code": "x", "name": a_text("X"), "when": random_condition(rng, earlier), "most": 10}],
    )


def random_answers(document: Document, parts: Sequence[str], rng: Random) -> dict[str, dict[str, Any]]:
    """Return random clean answers to every question that a person could be asked about `parts`, shown or not."""
    return {
        part: {
            question["code"]: an_answer(question, rng)
            for question in document["questions"]
            if question_type(question["type"]).takes_answer
            and question_type(question["type"]).source != "server"
            and (question["about"] == part or (question["about"] == EACH and part != GENERAL))
        }
        for part in parts
    }
