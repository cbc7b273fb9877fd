"""Questionnaires, rules and answers drawn at random: for walking the same way by page and by program."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from surveys.questionnaires import checking
from surveys.questionnaires.logic.samples import an_answer
from surveys.questionnaires.question_types import REGISTRY, QuestionType, question_type

Json = dict[str, Any]

LANGUAGES = ["zh-hans", "en"]
ABOUTS = ("general", "general", "each", "parks")
DEPARTMENTS = {"parks": "Parks", "roads": "Roads"}


def both(value: Any) -> Any:
    """The value with every English text said in Chinese too."""
    if isinstance(value, list):
        return [both(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(one, str) for one in value.values()) and "en" in value:
        return {**value, "zh-hans": f"{value['en']}（中）"}
    return {key: both(one) for key, one in value.items()}


def a_document(rng: Random) -> Json:
    """A questionnaire that can be published, with pages, rules, jumps, quotas and chance."""
    askable = [
        kind for kind in REGISTRY if kind.takes_answer and kind.source == "person" and kind.name != "file"
    ]
    questions = [_question("rated", _kind("satisfaction"), "each", {}, headline=True)]
    for number in range(rng.randint(4, 12)):
        kind = rng.choice(askable)
        settings = dict(
            rng.choice([settings for settings, _raw, answer in kind.accepts if answer is not None])
        )
        if "choices" in settings and rng.random() < 0.3 and "shuffle" in kind.settings_shape.optional:
            settings["shuffle"] = True
        about = "each" if kind.needs_each else rng.choice(ABOUTS)
        questions.append(_question(f"q{number}", kind, about, both(settings)))
    if rng.random() < 0.5:
        arms = [{"code": code, "name": {"en": f"arm {code}"}} for code in (1, 2)]
        questions.insert(0, _question("arm", _kind("split"), "general", both({"arms": arms})))
    rng.shuffle(questions)
    pages = sorted(
        rng.sample(range(1, len(questions)), k=min(rng.randint(0, 4), len(questions) - 1)), reverse=True
    )
    for number, place in enumerate(pages):
        questions.insert(place, _page(f"page{len(pages) - number}"))
    document: Json = {
        "format": 1,
        "languages": LANGUAGES,
        "title": {"zh-hans": "随机", "en": "Random"},
        "questions": questions,
    }
    _add_rules(document, rng)
    return _publishable(document)


def _kind(name: str) -> QuestionType:
    return question_type(name)


def _question(code: str, kind: QuestionType, about: str, settings: Json, **more: Any) -> Json:
    text = {"zh-hans": f"{code}：请问？", "en": f"{code}: what?"} if kind.needs_text else {}
    return {"code": code, "type": kind.name, "about": about, "text": text, "settings": settings, **more}


def _page(code: str) -> Json:
    return {"code": code, "type": "page_break", "about": "general", "text": {}, "settings": {}}


def _add_rules(document: Json, rng: Random) -> None:
    questions: list[Json] = document["questions"]
    for place, question in enumerate(questions):
        earlier = [one for one in questions[:place] if _can_be_seen(one, question)]
        if earlier and rng.random() < 0.5:
            question["show"] = a_rule(rng, earlier, depth=2)
        if question["type"] == "page_break" and earlier:
            later = [one["code"] for one in questions[place + 1 :] if one["type"] == "page_break"]
            to = rng.choice([*later, "end"])
            question["settings"] = {"jumps": [{"when": a_rule(rng, earlier, depth=1), "to": to}]}
    general = [one for one in questions if one["about"] == "general" and _is_plain(one)]
    if general and rng.random() < 0.3:
        name = {"zh-hans": "配额", "en": "Quota"}
        document["quotas"] = [
            {"code": "many", "name": name, "when": a_rule(rng, general, depth=1), "most": 1000}
        ]


def _can_be_seen(one: Json, by: Json) -> bool:
    return _is_plain(one) and one["about"] in ("general", by["about"])


def _is_plain(one: Json) -> bool:
    kind = question_type(one["type"])
    return kind.takes_answer and not kind.scored and kind.name not in ("matrix", "calculated")


def a_rule(rng: Random, questions: list[Json], *, depth: int) -> Json:
    """A rule over `questions`, of operators that `holds` knows."""
    if depth and rng.random() < 0.4:
        inner = [a_rule(rng, questions, depth=depth - 1) for _each in range(2)]
        return rng.choice([{"all": inner}, {"any": inner}, {"not": inner[0]}])
    one = rng.choice(questions)
    tidy = {**one, "settings": {**question_type(one["type"]).blank_settings, **one["settings"]}}
    answer = an_answer(tidy, rng)
    if isinstance(answer, int) or (isinstance(answer, str) and len(answer) < 300):
        return {"equals": [{"answer": one["code"]}, {"value": answer}]}
    return {"answered": one["code"]}


def holds(rule: Mapping[str, Any], answers: Mapping[str, Any]) -> bool | None:
    """Judge a rule of `a_rule`, in a second way of its own: three-valued, over stored answers."""
    (operator, inner), *_ = rule.items()
    match operator:
        case "answered":
            return inner in answers
        case "equals":
            code, wanted = inner[0]["answer"], inner[1]["value"]
            given = answers.get(code)
            given = given.get("choice") if isinstance(given, dict) else given
            return None if given is None else given == wanted
        case "not":
            value = holds(inner, answers)
            return None if value is None else not value
    values = [holds(one, answers) for one in inner]
    decisive = operator == "any"
    return decisive if decisive in values else None if None in values else not decisive


def _publishable(document: Json) -> Json:
    """The document without what a random hand got wrong: rules first, then whole questions."""
    for attempt in range(6):
        problems = checking.problems(document, departments=DEPARTMENTS)
        if not problems:
            break
        wrong = {problem.where for problem in problems}
        if "" in wrong:
            document.pop("quotas", None)
        kept = []
        for question in document["questions"]:
            if question["code"] in wrong:
                if attempt > 2 and question["code"] != "rated":
                    continue
                settings = {} if question["type"] == "page_break" else question["settings"]
                kept.append(
                    {key: value for key, value in question.items() if key != "show"} | {"settings": settings}
                )
            else:
                kept.append(question)
        document["questions"] = kept
    assert not checking.problems(document, departments=DEPARTMENTS)
    return checking.received(document)
