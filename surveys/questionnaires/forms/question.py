"""The form of one question or page break: its words, the settings of its type, and its rules."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from surveys.languages import in_language, language_name
from surveys.questionnaires.documents import EACH, GENERAL, QUESTION, Document, Question
from surveys.questionnaires.forms.by_language import ByLanguage, Post, plain
from surveys.questionnaires.forms.labels import label_of
from surveys.questionnaires.forms.listed import Listed, part_of
from surveys.questionnaires.forms.parts import BLANK, Grades, Part, Setup, Ticks, is_blank, tree_of
from surveys.questionnaires.forms.rules import Rule
from surveys.questionnaires.forms.subjects import Subject, jump_targets, subjects_before
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.shapes import Flaw

PAGE_BREAK = "page_break"
TABLES = ("matrix", "multi_matrix")
RULES = ("show", "checks")


class QuestionForm(ByLanguage):
    """One question, with the settings of its type."""

    def __init__(
        self,
        question: Question,
        document: Document,
        departments: Sequence[tuple[str, str]],
        post: Post | None = None,
    ) -> None:
        super().__init__(post)
        self.question, self.document = question, document
        self.languages: list[str] = document["languages"]
        self.kind = question_type(question["type"])
        self.is_page = question["type"] == PAGE_BREAK
        # What counts already keeps its fields when its scale counts no more: else nobody could empty them.
        self.counts = self.kind.has_ratings(question) or bool(question["dimension"])
        self.may_head = self.kind.scored or bool(question["headline"])
        self.pasted = ""
        self._add_words()
        self._add_place(departments)
        self._add_parts(post)

    def _add_words(self) -> None:
        question = self.question
        text, help_label = _("Question"), _("Help")
        if self.is_page:
            text, help_label = _("Title of the page"), _("Introduction to the page")
        elif not self.kind.takes_answer:
            text = _("Words")
        elif not self.kind.is_drawn or self.kind.source != "person":
            text = _("Name, for you and your colleagues")
        self.add_texts("text", text, question["text"], self.languages, rows=2, required=self.kind.needs_text)
        self.add_texts("help", help_label, question["help"], self.languages, rows=2)
        if not self.is_bound:
            self.fields[f"text.{self.languages[0]}"].widget.attrs["autofocus"] = True
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            initial=question["code"],
            widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "data-not-yet": ""}),
            help_text=_(
                "Names the question in data files. Keep it from edition to edition, so that results compare."
            ),
        )

    def _add_place(self, departments: Sequence[tuple[str, str]]) -> None:
        question = self.question
        if not self.is_page:
            abouts = [
                (EACH, _("Each department that is rated")),
                (GENERAL, _("The place as a whole")),
                *departments,
            ]
            abouts += self._no_longer_offered("about", dict(abouts))
            self.fields["about"] = forms.ChoiceField(
                label=_("About"), choices=abouts, initial=question["about"], widget=forms.Select
            )
        self._add_counting()
        if self.kind.may_be_required and self.kind.takes_answer:
            needed = _("An answer is needed")
            if self.kind.scored:
                needed = _("An answer is needed (“don’t know” counts as one)")
            elif self.kind.name in TABLES:
                needed = _("Every row needs an answer (“don’t know” counts as one)")
            self.fields["required"] = forms.BooleanField(
                label=needed, required=False, initial=question["required"]
            )

    def _add_counting(self) -> None:
        question = self.question
        if self.may_head:
            self.fields["headline"] = forms.BooleanField(
                label=_("Headline rating: the department’s score is made of this question"),
                required=False,
                initial=question["headline"],
            )
        if not self.counts:
            return
        dimensions = [
            (one["code"], in_language(one["name"]) or one["code"]) for one in self.document["dimensions"]
        ]
        dimensions += self._no_longer_offered("dimension", dict(dimensions))
        self.fields["dimension"] = forms.ChoiceField(
            label=_("Counts for the dimension"),
            choices=[("", _("none")), *dimensions],
            initial=question["dimension"],
        )
        self.fields["weight"] = forms.CharField(
            label=_("Weight of each row within its dimension")
            if self.kind.name in TABLES
            else _("Weight within its dimension"),
            initial=question["weight"],
            widget=forms.TextInput({"inputmode": "decimal", "class": "input-short"}),
        )

    def _no_longer_offered(self, key: str, offered: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return what is saved or typed under `key` although it is no longer offered, so that it is not lost."""
        values = dict.fromkeys([self.question[key], self.typed(key)])
        return [(value, value) for value in values if value and value not in offered]

    def _add_parts(self, post: Post | None) -> None:
        """Make a control for every setting of the type and for the rules, whatever their shape."""
        tree = tree_of(post) if post is not None else {}
        typed_settings = tree.get("settings")
        shapes = {**self.kind.settings_shape.required, **self.kind.settings_shape.optional}
        self.settings: dict[str, Part] = {
            key: part_of(
                shape,
                f"settings.{key}",
                key,
                self._setup,
                value=self.question["settings"].get(key, BLANK),
                typed=typed_settings.get(key) if isinstance(typed_settings, dict) else None,
                is_typed=post is not None,
            )
            for key, shape in shapes.items()
        }
        optional = QUESTION.variants[self.kind.name].optional
        self.rules: dict[str, Part] = {
            key: part_of(
                optional[key],
                key,
                key,
                self._setup,
                value=self.question.get(key, BLANK),
                typed=tree.get(key),
                is_typed=post is not None,
            )
            for key in RULES
            if key == "show" or self.kind.takes_answer
        }

    @cached_property
    def _setup(self) -> Setup:
        words = RuleWords(self.document)
        return Setup(
            languages=self.languages,
            label=self._label,
            subjects=self._subjects,
            options={"jumps.to": [("", "–"), *jump_targets(self.document, self.question["code"])]},
            grades=[
                (str(option.value), in_language(option.text)) for option in self.kind.options(self.question)
            ],
            spoken=self.kind.spoken,
            say=words.condition,
        )

    def _label(self, path: str) -> str:
        if path == "show" and self.is_page:
            return _("This page is shown only when")
        return label_of(self.kind, path)

    def _subjects(self, rule: str) -> list[Subject]:
        """Return what the rule called so may refer to.

        A check sees the answer that it judges; a jump, which is judged when its page is left, the answers on the page.
        """
        about = self.typed("about") or self.question["about"]
        codes = [question["code"] for question in self.document["questions"]]
        position = codes.index(self.question["code"]) if self.question["code"] in codes else len(codes)
        if rule.startswith("checks."):
            position += 1
        elif rule.startswith("settings.jumps."):
            rest = self.document["questions"][position + 1 :]
            breaks = (number for number, question in enumerate(rest, 1) if question["type"] == PAGE_BREAK)
            position += next(breaks, len(rest) + 1)
        return [*subjects_before(self.document, position, about)]

    @property
    def texts(self) -> list[forms.BoundField]:
        """The question in each language."""
        return self.in_languages("text")

    @property
    def helps(self) -> list[forms.BoundField]:
        """The help in each language."""
        return self.in_languages("help")

    @property
    def languages_named(self) -> list[dict[str, str]]:
        """The languages with their names."""
        return [{"language": code, "name": language_name(code)} for code in self.languages]

    @property
    def parts(self) -> Iterator[Part]:
        """All controls made from shapes."""
        yield from self.settings.values()
        yield from self.rules.values()

    @property
    def lists(self) -> list[Part]:
        """The settings that take whole lines: choices, rows and the like."""
        return [part for part in self.settings.values() if part.is_wide and _is_seen(part)]

    @property
    def small(self) -> list[Part]:
        """The settings of one field."""
        return [part for part in self.settings.values() if not part.is_wide]

    @property
    def unseen(self) -> list[Part]:
        """Settings that are only kept along."""
        return [part for part in self.settings.values() if not _is_seen(part)]

    @property
    def has_rules(self) -> bool:
        """Whether a rule should be seen at once."""
        return any(
            not is_blank(part.entry()) or any(part.faulty) or _is_worked_on(part)
            for part in self.rules.values()
        )

    @property
    def has_more(self) -> bool:
        """Whether what is mostly left alone should be seen at once: a help, or an error among it."""
        return any(field.value() or field.errors for field in self.helps) or bool(self["code"].errors)

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Where something is wrong with a control made from a shape: its id, what it is called, what is wrong."""
        return [
            (part.id, self._called(part), message)
            for top in self.parts
            for part in top.faulty
            for message in part.errors
        ]

    def _called(self, part: Part) -> str:
        numbers = [int(step) + 1 for step in part.name.split(".") if step.isdecimal()]
        top = next(one for one in self.parts if one.at(part.name))
        return " ".join(map(str, [top.label, *numbers[:1]])) if top is not part else part.label

    def called(self, path: tuple[str, ...]) -> str:
        """Return what the form calls the part of a question at `path`."""
        name = ".".join(path)
        if name in self.fields:
            return str(self.fields[name].label)
        top = next((part for part in self.parts if part.at(name)), None)
        return " · ".join([str(top.label), *path[len(top.name.split(".")) :]]) if top else name

    def act(self, button: str, pasted: str) -> None:
        """Do what a row button says: the name of a list or rule, then what to do with it."""
        name, _colon, deed = button.partition(":")
        for top in self.parts:
            if found := top.at(name):
                found.act(deed, pasted)

    def typed_question(self) -> dict[str, Any]:
        """Return the question as typed: of good shape or not, that is for the verb to say."""
        old = self.question
        typed = {
            **{key: part for key, part in old.items() if key not in RULES},
            "code": self.typed("code"),
            "about": self.typed("about") if "about" in self.fields else old["about"],
            "text": self.text("text", old["text"], self.languages),
            "help": self.text("help", old["help"], self.languages),
            "required": "required" in self.fields and "required" in self.data,
            "settings": self._typed_settings(),
        }
        if self.may_head:
            typed["headline"] = "headline" in self.data
        # A page that was drawn before the scale of a table was a scored one has no such fields.
        if self.counts and "dimension" in self.data:
            typed["dimension"] = self.typed("dimension")
            typed["weight"] = plain(self.typed("weight")) or "1"
        for key, part in self.rules.items():
            entry = part.entry()
            if not is_blank(entry):
                typed[key] = entry
        return typed

    def _typed_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {}
        for key, part in self.settings.items():
            entry, old = part.entry(), self.question["settings"].get(key)
            if isinstance(part, Ticks) and isinstance(old, list) and sorted(entry) == sorted(old):
                settings[key] = old  # their order says nothing, but a change of it would be a change
            elif not is_blank(entry):
                settings[key] = entry
            elif key in self.kind.blank_settings:
                blank = self.kind.blank_settings[key]
                settings[key] = blank if entry is BLANK else entry
        return settings

    def gaps(self) -> list[Flaw]:
        """Return what is still missing in rules that were begun."""
        return [
            gap
            for top in self.parts
            for part in _all_in(top)
            if isinstance(part, Rule)
            for gap in part.gaps()
        ]

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Put each flaw to the control or the field it belongs to, or above the form."""
        rest = [flaw for flaw in flaws if not any(part.put(flaw) for part in self.parts)]
        super().show_flaws(rest)

    @property
    def is_wrong(self) -> bool:
        """Whether something that was typed cannot be kept."""
        return bool(self.errors) or any(any(part.faulty) for part in self.parts)

    @property
    def complaints(self) -> list[str]:
        """What is wrong, each in one line."""
        fields = [
            f"{self.fields[name].label}: {message}" if name in self.fields else str(message)
            for name, messages in self.errors.items()
            for message in messages
        ]
        return [*fields, *(f"{capfirst(called)}: {message}" for _id, called, message in self.faults)]


def _is_seen(part: Part) -> bool:
    return part.is_seen if isinstance(part, Grades) else True


def _is_worked_on(part: Part) -> bool:
    return (isinstance(part, Rule) and part.is_open and not part.is_empty) or (
        isinstance(part, Listed) and bool(part.rows)
    )


def _all_in(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.inner():
        yield from _all_in(inner)
