"""What every question type can do.

A type is one file here, one line in the tuple of `__init__.py` and one template; it needs no migration.
It brings its own `accepts` and `rejects` examples, which one battery of tests puts to every type.

A question has one form field, or several told apart by a *suffix*: the rows of a matrix, the words beside “other”. The
suffix "" is the question's own. The same suffixes name what is stored, and what rules and pipes may refer to.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.languages import Text, in_language
from surveys.questionnaires.shapes import Record

Question = Mapping[str, Any]
Settings = Mapping[str, Any]
Source = Literal["person", "address", "server"]

# The types to choose from, in groups.
FAMILIES: Mapping[str, str | Promise] = {
    "scales": gettext_lazy("Ratings and scales"),
    "choices": gettext_lazy("Choices"),
    "grids": gettext_lazy("Tables and orders"),
    "numbers": gettext_lazy("Numbers and dates"),
    "texts": gettext_lazy("Texts"),
    "evidence": gettext_lazy("Places, files and consent"),
    "flow": gettext_lazy("Pages, information and logic"),
}


class AnswerError(ValueError):
    """An answer that the question cannot take; the message says so to the person who gave it."""


Fields = Mapping[str, Sequence[str]]  # form values as posted, by suffix


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be chosen: its value in answers, its words, and whether it stands apart from the scale."""

    value: int | str
    text: Text
    aside: bool = False
    has_words: bool = False  # “other”: whoever chooses it may say what
    picture: str = ""  # the address of an image on this site
    fixed: bool = False  # keeps its place when the others are shuffled
    show: Mapping[str, Any] | None = None  # the expression that decides whether it is offered


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One byte of a coded answer."""

    suffix: str
    codes: tuple[int, ...]
    scored: bool = False
    text: Text | None = None  # of the row; None where the question's own text says it
    labels: Mapping[int, Text] | None = (
        None  # the words of its codes; None where they are those of the options
    )


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
    family: ClassVar[str] = "choices"  # where it stands among the types to choose from, see `FAMILIES`
    takes_answer: ClassVar[bool] = True  # an information block and a page break take none
    is_drawn: ClassVar[bool] = True  # residents see it
    source: ClassVar[Source] = "person"  # who answers: the person, the address of the page, or the server
    needs_text: ClassVar[bool] = True  # it cannot be published without words
    is_joint: ClassVar[bool] = False  # all departments of the form stand in one table
    needs_each: ClassVar[bool] = False  # it can only be asked about each department
    script: ClassVar[str] = (
        ""  # a static file that makes it easier to answer; without it, it can be answered too
    )
    takes_file: ClassVar[bool] = False  # its form sends files: `multipart/form-data`
    warning: ClassVar[str | Promise] = ""  # what a designer is told before publishing a question of this type

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

    def read(self, question: Question, fields: Fields) -> Any:
        """Return the JSON value that the posted `fields` of the question stand for, to be given to `clean`."""
        return self.from_form(question, fields.get("", ()))

    def written(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """Return the form fields that `read` reads as `answer`, by suffix."""
        return {"": self.to_form(answer)}

    def suffixes(self, question: Question) -> tuple[str, ...]:
        """Return the suffixes that a form field of the question may have."""
        return ("",)

    def items(self, question: Question) -> tuple[ItemSpec, ...]:
        """Return the coded items of the question, in the order of their bytes."""
        return (ItemSpec("", self.codes(question), self.scored),) if self.coded else ()

    def has_ratings(self, question: Question) -> bool:
        """Say whether an item of the question is a rating: only such a question counts for a dimension."""
        return any(spec.scored for spec in self.items(question))

    def missing(self, question: Question, answer: Any, language: str) -> list[str]:
        """Return the words of the rows that a clean answer, not None, leaves open; where it is needed, none may be."""
        return []

    def packed(self, question: Question, answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return what a clean answer, not None, is stored as: codes (or "dk", "na") and extras, each by suffix."""
        return ({"": answer}, {}) if self.coded else ({}, {"": answer})

    def values(self, question: Question, answer: Any) -> Mapping[str, Any]:
        """Return what rules read of a clean answer, not None, by suffix: a code, number, text, or list of codes."""
        return {"": answer}

    def words(self, question: Question, answer: Any, language: str) -> str:
        """Return a clean answer, not None, in words, as a later question quotes it."""
        chosen = answer if isinstance(answer, list) else [answer]
        texts = {option.value: in_language(option.text, language) for option in self.options(question)}
        return ("、" if language.startswith("zh") else ", ").join(
            texts.get(one) or str(one) for one in chosen
        )

    def drawn(self, question: Question, fields: Fields, language: str) -> dict[str, Any]:
        """Return what the template needs beyond what every template is given; `fields` are to be shown as typed."""
        return {}

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
