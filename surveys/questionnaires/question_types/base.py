"""What every question type can do.

A type is one file here, one line in the tuple of `__init__.py` and one template; it needs no migration.
It brings its own `accepts` and `rejects` examples, which one battery of tests puts to every type.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from surveys.languages import Text
from surveys.questionnaires.shapes import Record

Question = Mapping[str, Any]
Settings = Mapping[str, Any]


class AnswerError(ValueError):
    """An answer that the question cannot take; the message says so to the person who gave it."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be chosen: its value in answers, its words, and whether it stands apart from the scale."""

    value: int | str
    text: Text
    aside: bool = False


class QuestionType(ABC):
    """How one kind of question is asked, checked and stored."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]  # what designers call it
    purpose: ClassVar[str | Promise]  # when to use it, in one sentence
    answer: ClassVar[str]  # what a clean answer is, in the reference
    template: ClassVar[str]  # draws the question on the answer page
    coded: ClassVar[bool]  # one byte in `codes`, else an entry in `extras`
    scored: ClassVar[bool] = False  # counts as a rating on the five-grade scale
    has_choices: ClassVar[bool] = False  # the designer lists the choices
    may_be_required: ClassVar[bool] = True  # texts may not: nobody has to give a reason

    settings_shape: ClassVar[Record] = (
        Record()
    )  # all keys optional: what is left out is taken from `blank_settings`
    blank_settings: ClassVar[Settings] = {}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {}  # what the editor calls each setting
    spoken: ClassVar[frozenset[str]] = (
        frozenset()
    )  # languages whose `words` need no translation by the designer

    # Examples: (settings, raw value, clean answer) for those accepted, (settings, raw value) for the others.
    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]]
    rejects: ClassVar[Sequence[tuple[Settings, Any]]]

    @abstractmethod
    def clean(self, question: Question, raw: Any) -> Any:
        """Return the answer that `raw` (JSON value, as the API takes it) stands for; None when nothing was given.

        Raises `AnswerError` when `raw` is no answer to this question. Never guesses: "5 ", 5.0 and true are no 5.
        """

    def from_form(self, question: Question, values: Sequence[str]) -> Any:
        """Return the JSON value that the posted form `values` stand for, to be given to `clean`.

        A form knows only strings, so codes and numbers are read here; what cannot be read is left as it is
        for `clean` to refuse. Two values for one field are passed on as a list.
        """
        if len(values) > 1:
            return list(values)
        return values[0] if values and values[0] != "" else None

    def to_form(self, answer: Any) -> list[str]:
        """Return the form values that `from_form` reads as `answer`."""
        return [] if answer is None else [str(answer)]

    def codes(self, question: Question) -> tuple[int, ...]:
        """Return the codes, 1 to 200, that an answer may have; coded types must say."""
        return ()

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return what can be chosen, in the order it is shown, with what stands apart last."""
        return ()

    def labels(self, question: Question) -> dict[int, Text]:
        """Return the words of each code."""
        return {
            option.value: option.text for option in self.options(question) if isinstance(option.value, int)
        }

    def new_settings(self) -> dict[str, Any]:
        """Return the settings of a question that was just added."""
        return dict(self.blank_settings)

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield, in words for the designer, what keeps well-shaped `settings` from being published."""
        yield from ()


def each_of(settings: Settings, *raws: Any) -> list[tuple[Settings, Any]]:
    """Return the examples that have the same `settings`."""
    return [(settings, raw) for raw in raws]


def refuse_choice() -> AnswerError:
    """Return the refusal of something that is not among the options."""
    return AnswerError(_("Choose one of the answers shown."))


def code_from_form(value: str) -> int | str:
    """Read a code from a form value; what is no plain number stays as it is, for `clean` to refuse."""
    return (
        int(value) if value.isascii() and value.isdigit() and len(value) <= 3 and value[0] != "0" else value
    )


def is_code(raw: Any) -> bool:
    """Say whether `raw` is a whole number; true and 5.0 are none."""
    return isinstance(raw, int) and not isinstance(raw, bool)
