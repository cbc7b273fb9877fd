"""Questions that come into a draft from elsewhere: a pasted text, a block, another questionnaire.

They get codes that are free, and what they say of each other follows. What they say of questions that did not come
along is taken out, and each time a notice tells so: a rule must never begin to mean another question that has the same
code here.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaires.documents import EACH, Document, Question
from surveys.questionnaires.logic.expressions import OF_A_REFERENCE, Expression, code_of, references
from surveys.questionnaires.logic.piping import BLANK
from surveys.questionnaires.question_types import question_type

_pipe = re.compile(r"\{([a-z0-9][a-z0-9_-]{0,49})((?:\.[a-z0-9][a-z0-9_.-]{0,68})?)\}")
_WAYS_OUT = frozenset({"end", "screen_out"})


@dataclass
class Fitted:
    """Questions that fit into a draft, and what had to be changed for it, in sentences."""

    questions: list[dict[str, Any]]
    notices: list[str] = field(default_factory=list)


def fitted(questions: Sequence[Question], draft: Document) -> Fitted:
    """Return well-shaped `questions` as they can stand in `draft`; each keeps its code where that is free."""
    taken = {question["code"] for question in draft["questions"]}
    apart = detached(questions, strangers=taken - {question["code"] for question in questions})
    codes = free_codes([question["code"] for question in questions], taken)
    result = Fitted([following(question, codes) for question in apart.questions], apart.notices)
    dimensions = {dimension["code"] for dimension in draft["dimensions"]}
    headed = {question["about"] for question in draft["questions"] if question["headline"]}
    for question in result.questions:
        if question["dimension"] and question["dimension"] not in dimensions:
            message = _(
                "%(code)s counted for the dimension “%(dimension)s”, which is not here; it counts for none now."
            )
            result.notices.append(message % {"code": question["code"], "dimension": question["dimension"]})
            question["dimension"] = ""
        if question["headline"] and (
            {question["about"], EACH} & headed or (question["about"] == EACH and headed)
        ):
            message = _("%(code)s is no headline here: there is one already.")
            result.notices.append(message % {"code": question["code"]})
            question["headline"] = False
    return result


def detached(questions: Sequence[Question], *, strangers: Collection[str] = ()) -> Fitted:
    """Return `questions` without what they say of any question that is not among them.

    In texts, `strangers` are the codes that mean such a question; other words in braces are no more than words.
    """
    inside = {question["code"] for question in questions}
    result = Fitted([])
    for question in questions:
        bare, lost = _detached(question, inside, strangers)
        if lost:
            message = _(
                "%(code)s referred to questions that did not come along (%(lost)s); this was taken out."
            )
            codes = ", ".join(sorted(lost))
            result.notices.append(message % {"code": question["code"], "lost": codes})
        result.questions.append(bare)
    return result


def free_codes(wanted: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """Return for each of the codes `wanted` one that is not `taken`: itself, or its stem with the next free number."""
    used = {*taken, *wanted}
    codes: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for code in wanted:
        codes[code] = code
        if code in taken:
            stem = code.rstrip("0123456789")[:40] or "q"
            number = numbers.get(stem, sum(other.startswith(stem) for other in taken)) + 1
            while f"{stem}{number}" in used:
                number += 1
            numbers[stem] = number
            codes[code] = f"{stem}{number}"
            used.add(codes[code])
    return codes


def following(part: Any, codes: Mapping[str, str]) -> Any:
    """Return a part of a document whose codes, rules, jumps and quoted answers follow questions to new `codes`."""
    if isinstance(part, str):
        return (
            _pipe.sub(lambda found: f"{{{codes.get(found[1], found[1])}{found[2]}}}", part)
            if "{" in part
            else part
        )
    if isinstance(part, list):
        return [following(entry, codes) for entry in part]
    if not isinstance(part, dict):
        return part
    result = {}
    for key, entry in part.items():
        if key in OF_A_REFERENCE and isinstance(entry, str) and len(part) == 1:
            result[key] = codes.get(code_of(entry), code_of(entry)) + entry[len(code_of(entry)) :]
        elif key == "to" or (key == "code" and isinstance(entry, str) and "type" in part):
            result[key] = codes.get(entry, entry)
        else:
            result[key] = following(entry, codes)
    return result


def _detached(
    question: Question, inside: set[str], strangers: Collection[str]
) -> tuple[dict[str, Any], set[str]]:
    """Return `question` without what refers outside, and the codes it referred to."""
    lost: set[str] = set()

    def stays(expression: Expression) -> bool:
        outside = {code_of(reference) for reference in references(expression).all} - inside
        lost.update(outside)
        return not outside

    bare = _quoting(dict(question), {code for code in strangers if code not in inside}, lost)
    if "show" in bare and not stays(bare["show"]):
        del bare["show"]
    if "checks" in bare:
        kept = [check for check in bare["checks"] if stays(check["rule"])]
        bare = (
            {**bare, "checks": kept} if kept else {key: part for key, part in bare.items() if key != "checks"}
        )
    bare["settings"] = settings = dict(bare["settings"])
    if "choices" in settings:
        settings["choices"] = [
            choice
            if "show" not in choice or stays(choice["show"])
            else {key: part for key, part in choice.items() if key != "show"}
            for choice in settings["choices"]
        ]
    if "jumps" in settings:
        lost.update({jump["to"] for jump in settings["jumps"]} - inside - _WAYS_OUT)
        settings["jumps"] = [
            jump for jump in settings["jumps"] if jump["to"] in inside | _WAYS_OUT and stays(jump["when"])
        ]
    if question["type"] == "calculated" and settings.get("value") and not stays(settings["value"]):
        settings.update(question_type("calculated").new_settings())
    return bare, lost


def _quoting(part: Any, strangers: Collection[str], lost: set[str]) -> Any:
    """Return a part of a question that quotes no answer to one of the `strangers`."""
    if isinstance(part, str):
        if "{" not in part or not strangers:
            return part

        def quoted(found: re.Match[str]) -> str:
            if found[1] not in strangers:
                return found[0]
            lost.add(found[1])
            return BLANK

        return _pipe.sub(quoted, part)
    if isinstance(part, list):
        return [_quoting(entry, strangers, lost) for entry in part]
    if isinstance(part, dict):
        return {key: _quoting(entry, strangers, lost) for key, entry in part.items()}
    return part
