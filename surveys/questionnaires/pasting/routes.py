"""Skips become rules: `show` at every question, or whole page, that lies between a question and where it leads."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.pasting.kinds import Made
from surveys.questionnaires.pasting.lines import Note
from surveys.questionnaires.pasting.skips import END, Skip, chosen_code, shown_if, shown_unless
from surveys.questionnaires.question_types import question_type

# Types whose answer is one choice, or a set of them.
_DECIDING = frozenset({"single_choice", "dropdown", "yes_no", "frequency", "multiple_choice"})


class _Unclear(ValueError):
    """Why a skip becomes no rule."""


def routed(made: Sequence[Made]) -> list[Note]:
    """Put the skips of all questions in place as rules, and return what could not be."""
    notes = []
    for at, one in enumerate(made):
        first = one.asked is not None and (at == 0 or made[at - 1].asked is not one.asked)
        for skip in one.asked.skips if first and one.asked else ():
            try:
                _put(made, at, skip)
            except _Unclear as reason:
                notes.append(Note(skip.line, str(reason)))
    return notes


def _put(made: Sequence[Made], at: int, skip: Skip) -> None:
    source = _found(made, at, skip.source, before=True) if skip.source else at
    code = _code(made[source], skip)
    question = made[source].question
    is_set = question["type"] == "multiple_choice"
    if not skip.target:
        if source == at:
            raise _Unclear(_("Which earlier question decides whether this one is asked is not said."))
        _show(made, [at], source, lambda: shown_if(question["code"], code, is_set=is_set))
        return
    end = len(made) if skip.target == END else _found(made, source, skip.target, before=False)
    between = range(source + 1, end)
    pages = {page for page in between if made[page].asked is None and _page_end(made, page) <= end}
    inside = {of for page in pages for of in range(page + 1, _page_end(made, page))}
    skipped = [
        position
        for position in between
        if position in pages or (made[position].asked is not None and position not in inside)
    ]
    _show(made, skipped, source, lambda: shown_unless(question["code"], code, is_set=is_set))


def _found(made: Sequence[Made], at: int, number: str, *, before: bool) -> int:
    """Return where the question with `number` stands; numbers may begin anew in every section."""
    matching = [position for position, one in enumerate(made) if one.asked and one.asked.number == number]
    right = [position for position in matching if (position <= at if before else position > at)]
    if len(matching) > 1:
        right = [position for position in right if made[position].section == made[at].section]
    if len(right) == 1:
        return right[0]
    if before:
        raise _Unclear(
            _("There is not one earlier question with the number %(number)s; set the rule in the editor.")
            % {"number": number}
        )
    raise _Unclear(
        _("There is not one later question with the number %(number)s; set the rule in the editor.")
        % {"number": number}
    )


def _code(source: Made, skip: Skip) -> int:
    question, asked = source.question, source.asked
    kind = question_type(question["type"])
    if kind.scored:
        raise _Unclear(_("A rating cannot decide what is asked; the sentence about skipping is left out."))
    options = [
        option
        for option in (kind.options(question) if question["type"] in _DECIDING else ())
        if isinstance(option.value, int)
    ]
    letters = [choice.mark for choice in asked.choices][: len(options)] if asked else []
    letters += [""] * (len(options) - len(letters))
    words = skip.words
    code = chosen_code(
        words, [option.text for option in options], [int(option.value) for option in options], letters
    )
    if code is None:
        message = _("“%(words)s” is not one choice of the question that decides; set the rule in the editor.")
        raise _Unclear(message % {"words": words[:80]})
    return code


def _page_end(made: Sequence[Made], page: int) -> int:
    return next((later for later in range(page + 1, len(made)) if made[later].asked is None), len(made))


def _show(
    made: Sequence[Made], positions: Sequence[int], source: int, rule: Callable[[], dict[str, Any]]
) -> None:
    """Ask the questions only when the rule holds too, if all of them can see the question that decides."""
    deciding = made[source].question
    if any(deciding["about"] not in (GENERAL, made[position].question["about"]) for position in positions):
        raise _Unclear(
            _(
                "A question about one department cannot decide what is asked about another; "
                "set the rule in the editor."
            )
        )
    for position in positions:
        question = made[position].question
        if not question.get("show"):
            question["show"] = rule()
        elif "all" in question["show"]:
            question["show"]["all"].append(rule())
        else:
            question["show"] = {"all": [question["show"], rule()]}
