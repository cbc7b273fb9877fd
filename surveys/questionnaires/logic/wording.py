"""Every rule of a questionnaire in plain words, in the language of the page: the one place that says what a rule does.

The designer's cards, the check page, the API and the comparison of editions all show these sentences. Questions are
named by number and the beginning of their text, choices by their words.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys.languages import Text, in_language
from surveys.questionnaires.documents import Document, Question
from surveys.questionnaires.logic.course import (
    CALCULATED,
    COMPUTED,
    END,
    HIDDEN,
    INFO,
    PAGE_BREAK,
    SCREEN_OUT,
    SPLIT,
)
from surveys.questionnaires.logic.evaluating import is_decimal, is_moment
from surveys.questionnaires.logic.expressions import Expression, only
from surveys.questionnaires.question_types import question_type

LONGEST_NAME = 40
ALWAYS = {"value": True}

_SIGNS = {"sum": " + ", "minus": " − ", "times": " × ", "divided": " ÷ "}


class RuleWords:
    """Says the rules of one document in words."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.questions: dict[str, Question] = {
            question["code"]: question for question in document["questions"]
        }
        self.numbers = dict(_numbered(document))
        self.page_numbers = _numbered_pages(document)

    def of_question(self, question: Question) -> list[str]:
        """Return a sentence for every rule that stands at `question`, which need not be saved yet."""
        settings: Mapping[str, Any] = question["settings"]
        return [
            *([self.show(question)] if "show" in question else []),
            *(self.choice(choice) for choice in settings.get("choices", ()) if "show" in choice),
            *self._chance(question),
            *([self.calculated(settings["value"])] if _is_calculated(question) else []),
            *(self.check(check) for check in question.get("checks", ())),
            *(self.jump(jump) for jump in settings.get("jumps", ())),
        ]

    def show(self, question: Question) -> str:
        """Say when `question`, or the page that it begins, is shown."""
        named = {"condition": self.condition(question["show"])}
        if question["type"] == PAGE_BREAK:
            return _("This page is shown only when %(condition)s.") % named
        if question["type"] in COMPUTED:
            return _("Worked out only when %(condition)s.") % named
        if question["type"] == INFO:
            return _("Shown only when %(condition)s.") % named
        return _("Asked only when %(condition)s.") % named

    def choice(self, choice: Mapping[str, Any]) -> str:
        """Say when a choice is offered."""
        return _("The choice “%(choice)s” is offered only when %(condition)s.") % {
            "choice": in_language(choice["text"]) or choice["code"],
            "condition": self.condition(choice["show"]),
        }

    def check(self, check: Mapping[str, Any]) -> str:
        """Say what an answer has to agree with, and what a person reads whose answer does not."""
        return _("Refused unless %(condition)s, with the words “%(words)s”.") % {
            "condition": self.condition(check["rule"]),
            "words": in_language(check["words"]),
        }

    def jump(self, jump: Mapping[str, Any]) -> str:
        """Say where a page leads, and when."""
        named = {"condition": self.condition(jump["when"])}
        if jump["when"] == ALWAYS:
            return self._always(jump["to"])
        if jump["to"] == END:
            return _("When %(condition)s, the questionnaire ends after this page.") % named
        if jump["to"] == SCREEN_OUT:
            return (
                _(
                    "When %(condition)s, the person is not among those asked, is thanked and asked nothing further."
                )
                % named
            )
        return _("When %(condition)s, %(page)s comes next.") % {**named, "page": self.page(jump["to"])}

    def _always(self, to: str) -> str:
        if to == END:
            return _("The questionnaire ends after this page.")
        if to == SCREEN_OUT:
            return _("After this page the person is thanked and asked nothing further.")
        return _("After this page comes %(page)s.") % {"page": self.page(to)}

    def quota(self, quota: Mapping[str, Any]) -> str:
        """Say which forms a quota counts, and how many it takes."""
        return _("Quota “%(name)s”: at most %(most)d people; counted are those for whom %(condition)s.") % {
            "name": in_language(quota["name"]) or quota["code"],
            "most": quota["most"],
            "condition": self.condition(quota["when"]),
        }

    def calculated(self, value: Expression) -> str:
        """Say how a value is worked out."""
        return _("Worked out as: %(value)s.") % {"value": self.condition(value)}

    def question(self, reference: str) -> str:
        """Name the question, and the row of it, that `reference` means."""
        code, _point, suffix = reference.partition(".")
        question = self.questions.get(code)
        if question is None:
            return _("the missing question “%(code)s”") % {"code": reference}
        named = {"number": self.numbers.get(code, 0), "text": _short(in_language(question["text"])) or code}
        name = (
            _("question %(number)d “%(text)s”") % named
            if code in self.numbers
            else _("the value “%(text)s”") % named
        )
        if suffix:
            name = _("%(question)s, row “%(row)s”") % {"question": name, "row": _row(question, suffix)}
        return name

    def page(self, code: str) -> str:
        """Name the page that the page break `code` begins."""
        if code not in self.page_numbers:
            return _("the missing page “%(code)s”") % {"code": code}
        named = {"number": self.page_numbers[code], "title": ""}
        if code:
            named["title"] = _short(in_language(self.questions[code]["text"]))
        return (_("page %(number)d “%(title)s”") if named["title"] else _("page %(number)d")) % named

    def condition(self, expression: Expression) -> str:
        """Return a well-shaped expression in words, as a part of a sentence."""
        operator, content = only(expression)
        if operator == "value":
            return _plain(content)
        if operator == "answer":
            return self.question(content)
        if operator == "answered":
            return _("%(question)s is answered") % {"question": self.question(content)}
        if operator == "chosen":
            return _("the number of choices made in %(question)s") % {"question": self.question(content)}
        if operator == "not":
            return self._denied(content)
        if operator in ("all", "any"):
            return self._joined(operator, content)
        if operator in _SIGNS:
            return _SIGNS[operator].join(map(self._enclosed, content))
        return self._of_two(operator, content)

    def _of_two(self, operator: str, content: Any) -> str:
        if operator == "length":
            return _("the number of characters in %(text)s") % {"text": self._enclosed(content)}
        if operator == "if":
            condition, then, otherwise = map(self._enclosed, content)
            return _("%(then)s if %(condition)s, otherwise %(otherwise)s") % {
                "condition": condition,
                "then": then,
                "otherwise": otherwise,
            }
        if operator == "joined":
            return _("%(texts)s put together") % {"texts": _listed(map(self._enclosed, content))}
        if operator == "matches":
            return _("%(text)s has the form “%(pattern)s”") % {
                "text": self._enclosed(content[0]),
                "pattern": content[1],
            }
        if operator == "rounded":
            named = {"number": self._enclosed(content[0]), "digits": content[1]}
            if not content[1]:
                return _("%(number)s rounded to a whole number") % named
            return _("%(number)s rounded to %(digits)d digits after the point") % named
        left, right = content
        named = {"left": self._term(left, right), "right": self._term(right, left)}
        return _comparison(operator, is_moment=any(map(_is_moment, content))) % named

    def _denied(self, content: Expression) -> str:
        operator, inner = only(content)
        if operator == "answered":
            return _("%(question)s is not answered") % {"question": self.question(inner)}
        opposites = {"equals": "differs", "differs": "equals", "includes": "lacks"}
        if operator in opposites:
            left, right = inner
            named = {"left": self._term(left, right), "right": self._term(right, left)}
            return _comparison(opposites[operator]) % named
        if operator == "not":
            return self.condition(inner)
        return _("it is not so that %(condition)s") % {"condition": self._enclosed(content)}

    def _joined(self, operator: str, conditions: Sequence[Expression]) -> str:
        if len(conditions) == 1:
            return self.condition(conditions[0])
        if operator == "any" and (answer := _same_answer(conditions)):
            values = [self._term(only(one)[1][1], answer) for one in conditions]
            return _("%(left)s is one of %(values)s") % {
                "left": self._term(answer, answer),
                "values": _listed(values),
            }
        both = _("%(first)s and %(second)s") if operator == "all" else _("%(first)s or %(second)s")
        return reduce(
            lambda first, second: both % {"first": first, "second": second}, map(self._enclosed, conditions)
        )

    def _enclosed(self, expression: Expression) -> str:
        """Return an expression in words, in parentheses where it is made of several."""
        words = self.condition(expression)
        operator, content = only(expression)
        simple = operator not in ("all", "any", "if", "joined", *_SIGNS) or (
            operator in ("all", "any")
            and (len(content) == 1 or (operator == "any" and _same_answer(content)))
        )
        return words if simple else _("(%(rule)s)") % {"rule": words}

    def _term(self, expression: Expression, beside: Expression) -> str:
        """Return one side of a comparison in words: a code by the words of the choice that stands `beside` it."""
        operator, content = only(expression)
        beside_operator, reference = only(beside)
        if operator != "value" or beside_operator != "answer":
            return self._enclosed(expression)
        code, _point, suffix = reference.partition(".")
        words = _words_of(self.questions[code], suffix).get(content) if code in self.questions else None
        return f"“{in_language(words) or content}”" if words else _plain(content)

    def _chance(self, question: Question) -> Iterator[str]:
        settings = question["settings"]
        if settings.get("shuffle"):
            yield (
                _("The questions of this page come in random order.")
                if question["type"] == PAGE_BREAK
                else _("The choices come in random order.")
            )
        if settings.get("group"):
            yield _("This page changes places at random with its neighbours of the group “%(group)s”.") % {
                "group": settings["group"]
            }
        if question["type"] == SPLIT and settings.get("arms"):
            yield _("Each form falls at random to one of %(arms)s.") % {
                "arms": _listed(f"“{in_language(arm['name']) or arm['code']}”" for arm in settings["arms"])
            }


def _numbered(document: Document) -> Iterator[tuple[str, int]]:
    """Yield code and number of the questions that people see, counted through from 1."""
    unseen = (PAGE_BREAK, INFO, HIDDEN, *COMPUTED)
    seen = (question["code"] for question in document["questions"] if question["type"] not in unseen)
    yield from ((code, number) for number, code in enumerate(seen, start=1))


def _numbered_pages(document: Document) -> dict[str, int]:
    questions = document["questions"]
    codes = [question["code"] for question in questions if question["type"] == PAGE_BREAK]
    if not questions or questions[0]["type"] != PAGE_BREAK:
        codes.insert(0, "")
    return {code: number for number, code in enumerate(codes, start=1)}


def _is_calculated(question: Question) -> bool:
    return question["type"] == CALCULATED and bool(question["settings"].get("value"))


def _comparison(operator: str, *, is_moment: bool = False) -> str:
    if is_moment:
        moments = {
            "less": _("%(left)s is before %(right)s"),
            "at_most": _("%(left)s is not after %(right)s"),
            "more": _("%(left)s is after %(right)s"),
            "at_least": _("%(left)s is not before %(right)s"),
        }
        if operator in moments:
            return moments[operator]
    return {
        "equals": _("%(left)s is %(right)s"),
        "differs": _("%(left)s is not %(right)s"),
        "less": _("%(left)s is less than %(right)s"),
        "at_most": _("%(left)s is at most %(right)s"),
        "more": _("%(left)s is more than %(right)s"),
        "at_least": _("%(left)s is at least %(right)s"),
        "includes": _("%(left)s includes %(right)s"),
        "lacks": _("%(left)s does not include %(right)s"),
    }[operator]


def _same_answer(conditions: Sequence[Expression]) -> Expression | None:
    """Return the answer that every condition compares with a value, if it is one and the same."""
    left: Expression | None = None
    for condition in conditions:
        operator, content = only(condition)
        if operator != "equals" or "answer" not in content[0] or "value" not in content[1]:
            return None
        if left not in (None, content[0]):
            return None
        left = content[0]
    return left


def _words_of(question: Question, suffix: str) -> dict[Any, Text]:
    """Return the words of the values that a question, or a row of it, may have."""
    kind = question_type(question["type"])
    words: dict[Any, Text] = {option.value: option.text for option in kind.options(question)}
    for spec in kind.items(question):
        if spec.suffix == suffix and spec.labels is not None:
            words |= spec.labels
    return words


def _row(question: Question, suffix: str) -> str:
    for spec in question_type(question["type"]).items(question):
        if spec.suffix == suffix and spec.text:
            return _short(in_language(spec.text))
    return suffix


def _is_moment(expression: Expression) -> bool:
    operator, content = only(expression)
    return operator == "value" and isinstance(content, str) and is_moment(content)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("true") if value else _("false")
    return str(value) if isinstance(value, int) or is_decimal(value) or is_moment(value) else f"“{value}”"


def _listed(words: Any) -> str:
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(words)


def _short(words: str) -> str:
    line = " ".join(words.split())
    if len(line) <= LONGEST_NAME:
        return line
    cut, _space, rest = line[:LONGEST_NAME].rpartition(" ")
    return f"{cut if len(rest) < LONGEST_NAME // 3 else line[: LONGEST_NAME - 1]}…"
