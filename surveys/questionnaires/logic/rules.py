"""What keeps the logic of a draft from being published, in words for the designer.

Rules refer to earlier questions of the same part or about the place, so nothing can go in circles. Nothing depends on
how somebody rated (decision 14): a rule may ask whether there is a rating, never which. A page can be reached, and a
condition be true, as far as that can be found out by trying.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from surveys.languages import language_name
from surveys.questionnaires.documents import Document, Question
from surveys.questionnaires.logic.course import HIDDEN, SPLIT, is_shuffled
from surveys.questionnaires.logic.domains import outcomes, suffixes_of
from surveys.questionnaires.logic.evaluating import Values, evaluate, is_decimal, is_moment
from surveys.questionnaires.logic.expressions import Expression, code_of, kind_of, nodes, only, references
from surveys.questionnaires.logic.linking import linking_problems
from surveys.questionnaires.logic.page_rules import page_problems
from surveys.questionnaires.logic.piping import pipes_of
from surveys.questionnaires.logic.places import Layout, Place
from surveys.questionnaires.logic.reasons import reason_problems
from surveys.questionnaires.question_types import question_type

Found = tuple[str, str, str]  # the code of the question or "", a sentence, the page of the editor

QUESTIONS = "questions"
QUOTAS = "quotas"
MOST_SEARCHES = 100  # `matches` in one document

_ARITHMETIC = frozenset({"sum", "minus", "times", "divided", "rounded"})
_ORDER = frozenset({"less", "at_most", "more", "at_least"})


def problems(document: Document) -> Iterator[Found]:
    """Yield what is wrong with the logic of a well-shaped `document`: where, what, and on which page of the editor."""
    layout = Layout(document)
    for place in layout.places():
        area = QUOTAS if place.sort == "quota" else QUESTIONS
        for message in _messages_on(place, layout):
            yield place.where, message, area
    for place, message in reason_problems(layout):
        yield place.where, message, QUOTAS if place.sort == "quota" else QUESTIONS
    for question in layout.list:
        for message in _messages_about(question, layout):
            yield question["code"], message, QUESTIONS
    yield from ((code, message, QUESTIONS) for code, message in page_problems(layout))
    yield from ((code, message, QUESTIONS) for code, message in linking_problems(layout))
    yield from (("", message, QUOTAS) for message in _messages_on_quotas(document))
    searched = sum("matches" in node for place in layout.places() for node in nodes(place.expression))
    if searched > MOST_SEARCHES:
        yield (
            "",
            _("The rules search for %(count)d patterns; at most %(most)d are possible.")
            % {"count": searched, "most": MOST_SEARCHES},
            QUESTIONS,
        )


def _messages_on(place: Place, layout: Layout) -> Iterator[str]:
    found = references(place.expression)
    bad = False
    for reference in sorted(found.all):
        for message in _messages_on_reference(place, reference, layout):
            bad = True
            yield message
    yield from _forbidden(place, layout)
    if bad:
        return
    for reference in sorted(found.values):
        code, _point, suffix = reference.partition(".")
        suffixes = suffixes_of(layout.questions[code])
        if suffixes and suffix not in suffixes:
            bad = True
            yield _unknown_suffix(place.name, reference, suffixes)
    mixed = list(_mixed(place))
    yield from mixed
    if not bad and not mixed:
        yield from _vain(place, layout)


def _messages_on_reference(place: Place, reference: str, layout: Layout) -> Iterator[str]:
    named = {"rule": place.name, "code": reference}
    code = code_of(reference)
    question = layout.questions.get(code)
    if question is None:
        yield _("%(rule)s refers to “%(code)s”, but there is no such question.") % named
    elif not question_type(question["type"]).takes_answer:
        yield _("%(rule)s refers to “%(code)s”, which takes no answer.") % named
    elif code == place.where and place.sort != "check":
        yield _("%(rule)s refers to the question itself, which has not been answered by then.") % named
    elif layout.positions[code] >= place.until:
        yield (
            _(
                "%(rule)s refers to “%(code)s”, which comes later. Move one of the two, or refer to an earlier one."
            )
            % named
        )
    elif not layout.sees(place.about, code):
        yield (
            _("%(rule)s refers to “%(code)s”, which is asked about a department that is not meant here.")
            % named
        )
    elif place.where:
        yield from _order_matters(place.where, code, named, layout, ordered=place.sort in ("show", "choice"))


def _order_matters(
    where: str, code: str, named: dict[str, str], layout: Layout, *, ordered: bool
) -> Iterator[str]:
    """Yield that chance may put a question before the one it depends on."""
    here, there = layout.page_at[layout.positions[where]], layout.page_at[layout.positions[code]]
    if layout.questions[code]["type"] in (SPLIT, HIDDEN):
        return
    if here is not there and here.bundle == there.bundle:
        yield (
            _("%(rule)s refers to “%(code)s” on a page that changes places with this one at random.") % named
        )
    if ordered and where != here.code and layout.change_places(where, code):
        yield (
            _("%(rule)s refers to “%(code)s” on the same page, whose questions come in random order.") % named
        )


def _forbidden(place: Place, layout: Layout) -> Iterator[str]:
    """Yield what depends on how somebody rated (decision 14), or makes somebody give a reason."""
    if place.sort == "value":
        return
    used = references(place.expression)
    for reference in sorted(used.all):
        named = {"rule": place.name, "code": reference}
        if code_of(reference) in layout.derived:
            yield (
                _(
                    "%(rule)s uses “%(code)s”, which is worked out from ratings. Nothing may depend on how"
                    " somebody rated."
                )
                % named
            )
        elif reference in used.values and layout.is_rating(reference):
            yield (
                _(
                    "%(rule)s uses the rating “%(code)s”. Nothing may depend on how somebody rated; a rule may only ask"
                    " whether there is an answer."
                )
                % named
            )
    if place.sort == "check":
        for reference in sorted(used.answered | layout.behind(used.all)):
            if layout.is_free(reference):
                yield _("A check cannot demand an answer to “%(code)s”: nobody has to give a reason.") % {
                    "code": reference
                }


def _mixed(place: Place) -> Iterator[str]:
    """Yield that a number stands where a condition is needed, or the other way round."""
    named = {"rule": place.name}
    conditions, numbers = [], []
    if place.sort != "value":
        conditions.append(place.expression)
    for node in nodes(place.expression):
        operator, content = only(node)
        if operator in ("all", "any"):
            conditions += content
        elif operator == "not":
            conditions.append(content)
        elif operator == "if":
            conditions.append(content[0])
        elif operator in _ARITHMETIC:
            numbers += [part for part in content if isinstance(part, dict)]
        elif operator in _ORDER and any(_kind(part) == "condition" for part in content):
            yield _("%(rule)s compares what is no number.") % named
    if any(_kind(part) in ("number", "text") for part in conditions):
        yield _("%(rule)s has a number or a text where a condition is needed.") % named
    if any(_kind(part) in ("condition", "text") for part in numbers):
        yield _("%(rule)s calculates with what is no number.") % named


def _kind(expression: Expression) -> str:
    operator, content = only(expression)
    if operator == "value" and not isinstance(content, bool):
        if isinstance(content, int):
            return "number"
        return "any" if is_decimal(content) or is_moment(content) else "text"
    return kind_of(expression)


def _vain(place: Place, layout: Layout) -> Iterator[str]:
    """Yield that a condition can never be true, or that a check makes an answer a duty."""
    if place.sort == "value":
        return
    named = {"rule": place.name}
    possible = outcomes(place.expression, layout.questions, until=True)
    if possible is not None and True not in possible:
        yield _("%(rule)s can never be true, whatever is answered.") % named
    elif place.sort == "check" and evaluate(place.expression, Values({})) is False:
        yield _(
            "A check refuses whoever answers nothing. Require an answer instead, or let the check ask whether there"
            " is one."
        )


def _messages_about(question: Question, layout: Layout) -> Iterator[str]:
    kind = question_type(question["type"])
    if question["code"] in layout.rated:
        if is_shuffled(question):
            yield _("The grades of a scale never come in random order.")
        if any("show" in choice for choice in question["settings"].get("choices", ())):
            yield _("A scale always offers all its grades; no condition may leave one out.")
    if any("show" in choice for choice in _inner_choices(question)):
        yield _("A choice inside a group that repeats is always offered; it cannot have a condition.")
    if any(inner["settings"].get("shuffle") for inner in _inner_questions(question)):
        yield _("The choices inside a group that repeats keep their order.")
    for check in question.get("checks", ()):
        for language in layout.document["languages"]:
            if not check["words"].get(language):
                yield _("The words of a check are missing in %(language)s.") % {
                    "language": language_name(language)
                }
    if question.get("checks") and (not kind.takes_answer or kind.source == "server"):
        yield _("A check stands at a question that a person answers, not here.")
    for reference in sorted(set(pipes_of(question))):
        yield from _messages_on_pipe(question, reference, layout)


def _inner_questions(question: Question) -> list[dict[str, Any]]:
    """Return the questions inside a group that repeats, each with its settings."""
    return [{"settings": {}, **inner} for inner in question["settings"].get("questions", ())]


def _inner_choices(question: Question) -> list[dict[str, Any]]:
    return [choice for inner in _inner_questions(question) for choice in inner["settings"].get("choices", ())]


def _messages_on_pipe(question: Question, reference: str, layout: Layout) -> Iterator[str]:
    """Yield what is wrong with quoting `reference`; braces around other words are no quotation."""
    code, _point, suffix = reference.partition(".")
    quoted = layout.questions.get(code)
    if quoted is None or not question_type(quoted["type"]).takes_answer:
        return
    named = {"rule": _("The text"), "code": reference}
    suffixes = suffixes_of(quoted)
    if layout.positions[code] >= layout.positions[question["code"]]:
        yield _("The text quotes “{%(code)s}”, which has not been answered by then.") % named
    elif not layout.sees(question["about"], code):
        yield (
            _("The text quotes “{%(code)s}”, which is asked about a department that is not meant here.")
            % named
        )
    elif code in layout.derived or layout.is_rating(reference):
        yield _("The text quotes the rating “{%(code)s}”. Nobody is reminded of how they rated.") % named
    elif suffix and suffixes and suffix not in suffixes:
        yield _unknown_suffix(named["rule"], reference, suffixes)
    else:
        yield from _order_matters(question["code"], code, named, layout, ordered=True)


def _unknown_suffix(rule: str, reference: str, suffixes: frozenset[str]) -> str:
    code = code_of(reference)
    known = [f"{code}.{suffix}" if suffix else code for suffix in sorted(suffixes)]
    return _("%(rule)s refers to “%(code)s”; it can refer to: %(known)s.") % {
        "rule": rule,
        "code": reference,
        "known": ", ".join(known[:12]),
    }


def _messages_on_quotas(document: Document) -> Iterator[str]:
    quotas: list[dict[str, Any]] = document.get("quotas", [])
    for code, times in Counter(quota["code"] for quota in quotas).items():
        if times > 1:
            yield _("Two quotas have the code “%(code)s”; each needs its own.") % {"code": code}
    for quota in quotas:
        for language in document["languages"]:
            if not quota["name"].get(language):
                yield _("The quota “%(code)s” has no name in %(language)s.") % {
                    "code": quota["code"],
                    "language": language_name(language),
                }
