"""The form of one question, with the settings of its type."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from surveys.languages import in_language, language_name
from surveys.questionnaires.documents import EACH, GENERAL, Document, Question
from surveys.questionnaires.forms.by_language import ByLanguage, Post, plain
from surveys.questionnaires.forms.rows import ChoiceRows, capitalised
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.shapes import LANGUAGE, Flaw, ListOf, MapOf, OneOf, OrNull, Shape, Whole


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
        self.question = question
        self.languages: list[str] = document["languages"]
        self.kind = question_type(question["type"])
        self._add_words()
        self._add_place(document, departments)
        self._add_settings()
        self.choices: ChoiceRows | None = None
        if self.kind.has_choices:
            listed = question["settings"]["choices"]
            self.choices = (
                ChoiceRows.from_json(listed, self.languages)
                if post is None
                else ChoiceRows.from_post(post, self.languages)
            )

    def _add_words(self) -> None:
        question = self.question
        self.add_texts("text", _("Question"), question["text"], self.languages, rows=2, required=True)
        self.add_texts("help", _("Help"), question["help"], self.languages, rows=2)
        if not self.is_bound:
            self.fields[f"text.{self.languages[0]}"].widget.attrs["autofocus"] = True
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            initial=question["code"],
            help_text=_(
                "Names the question in data files. Keep it from edition to edition, so that results compare."
            ),
        )

    def _add_place(self, document: Document, departments: Sequence[tuple[str, str]]) -> None:
        question = self.question
        abouts = [
            (EACH, _("Each department that is rated")),
            (GENERAL, _("The place as a whole")),
            *departments,
        ]
        abouts += self._no_longer_offered("about", dict(abouts))
        self.fields["about"] = forms.ChoiceField(
            label=_("About"), choices=abouts, initial=question["about"], widget=forms.Select
        )
        if self.kind.scored:
            dimensions = [
                (one["code"], in_language(one["name"]) or one["code"]) for one in document["dimensions"]
            ]
            dimensions += self._no_longer_offered("dimension", dict(dimensions))
            self.fields["headline"] = forms.BooleanField(
                label=_("Headline rating: the department’s score is made of this question"),
                required=False,
                initial=question["headline"],
            )
            self.fields["dimension"] = forms.ChoiceField(
                label=_("Counts for the dimension"),
                choices=[("", _("none")), *dimensions],
                initial=question["dimension"],
            )
            self.fields["weight"] = forms.CharField(
                label=_("Weight within its dimension"),
                initial=question["weight"],
                widget=forms.TextInput({"inputmode": "decimal", "class": "input-short"}),
            )
        if self.kind.may_be_required:
            self.fields["required"] = forms.BooleanField(
                label=_("An answer is needed (“don’t know” counts as one)")
                if self.kind.scored
                else _("An answer is needed"),
                required=False,
                initial=question["required"],
            )

    def _no_longer_offered(self, key: str, offered: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return what is saved or typed under `key` although it is no longer offered, so that it is not lost."""
        values = dict.fromkeys([self.question[key], self.typed(key)])
        return [(value, value) for value in values if value and value not in offered]

    def _add_settings(self) -> None:
        settings = self.question["settings"]
        for key, shape in self.kind.settings_shape.optional.items():
            name, label = f"settings.{key}", str(self.kind.setting_labels.get(key, key))
            if key == "words":
                self._add_scale_words(settings[key])
            elif isinstance(shape, MapOf) and shape.key == LANGUAGE:
                self.add_texts(name, label, settings[key], self.languages)
            elif isinstance(shape, ListOf) and isinstance(shape.inner, OneOf):
                offered = [
                    (value, self.kind.setting_labels[f"{key}.{value}"]) for value in shape.inner.values
                ]
                self.fields[name] = forms.MultipleChoiceField(
                    label=label,
                    choices=offered,
                    required=False,
                    initial=settings[key],
                    widget=forms.CheckboxSelectMultiple,
                )
            elif key != "choices":
                self.fields[name] = forms.CharField(
                    label=label,
                    required=False,
                    initial="" if settings[key] is None else str(settings[key]),
                    widget=forms.TextInput(
                        {"inputmode": "decimal", "class": "input-short", "autocomplete": "off"}
                    ),
                )

    def _add_scale_words(self, words: Mapping[str, Mapping[str, str]]) -> None:
        for language in self.languages:
            if language in self.kind.spoken:
                continue
            for option in self.kind.options(self.question):
                key = f"settings.words.{option.value}"
                self.add_texts(key, in_language(option.text), words.get(str(option.value), {}), [language])

    @property
    def texts(self) -> list[forms.BoundField]:
        """The question in each language."""
        return self.in_languages("text")

    @property
    def helps(self) -> list[forms.BoundField]:
        """The help in each language."""
        return self.in_languages("help")

    @property
    def setting_fields(self) -> list[forms.BoundField]:
        """The settings of the type, choices apart."""
        return self.in_languages("settings")

    @property
    def has_more(self) -> bool:
        """Whether what is mostly left alone should be seen at once: a help, or an error among it."""
        return any(field.value() or field.errors for field in self.helps) or bool(self["code"].errors)

    @property
    def languages_named(self) -> list[dict[str, str]]:
        """The languages with their names."""
        return [{"language": code, "name": language_name(code)} for code in self.languages]

    def typed_question(self) -> dict[str, Any]:
        """Return the question as typed: of good shape or not, that is for the verb to say."""
        old = self.question
        typed = {
            **old,
            "code": self.typed("code"),
            "about": self.typed("about"),
            "text": self.text("text", old["text"], self.languages),
            "help": self.text("help", old["help"], self.languages),
            "required": "required" in self.fields and "required" in self.data,
            "settings": self._typed_settings(),
        }
        if self.kind.scored:
            typed["headline"] = "headline" in self.data
            typed["dimension"] = self.typed("dimension")
            typed["weight"] = plain(self.typed("weight")) or "1"
        return typed

    def _typed_settings(self) -> dict[str, Any]:
        old: Mapping[str, Any] = self.question["settings"]
        settings: dict[str, Any] = {}
        for key, shape in self.kind.settings_shape.optional.items():
            name = f"settings.{key}"
            if key == "words":
                settings[key] = self._typed_scale_words(old[key])
            elif key == "choices" and self.choices is not None:
                settings[key] = self.choices.entries()
            elif isinstance(shape, MapOf):
                settings[key] = self.text(name, old[key], self.languages)
            elif isinstance(shape, ListOf):
                settings[key] = list(self.data.getlist(name)) if isinstance(self.data, MultiValueDict) else []
            else:
                settings[key] = _read(shape, self.typed(name), self.kind.blank_settings[key])
        return settings

    def _typed_scale_words(self, old: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        words = {key: dict(text) for key, text in old.items()}
        for name in self.fields:
            if name.startswith("settings.words."):
                value, language = name.removeprefix("settings.words.").split(".", 1)
                words.setdefault(value, {})[language] = self.typed(name)
        return words

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Put each flaw to its field, and those of choices to their rows."""
        rest = []
        for flaw in flaws:
            match flaw.path:
                case ("settings", "choices", int(number), *_where) if self.choices is not None:
                    self.choices.rows[number].error = capitalised(flaw.message)
                    rest.append(
                        Flaw(
                            (),
                            _("Choice %(number)d: %(words)s") % {"number": number + 1, "words": flaw.message},
                        )
                    )
                case _:
                    rest.append(flaw)
        super().show_flaws(rest)


def _read(shape: Shape, typed: str, blank: Any) -> Any:
    """Return the JSON value of a setting typed into one field; what cannot be read stays as it is."""
    read = plain(typed)
    if not read:
        return None if isinstance(shape, OrNull) else blank
    inner = shape.inner if isinstance(shape, OrNull) else shape
    return int(read) if isinstance(inner, Whole) and read.isdecimal() and len(read) < 10 else read
