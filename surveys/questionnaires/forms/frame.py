"""The forms of what stands around the questions: a new questionnaire, its title, introduction and languages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from surveys.languages import language_name
from surveys.questionnaires.documents import Document
from surveys.questionnaires.forms.by_language import ByLanguage, Post, plain
from surveys.questionnaires.shapes import Flaw

# Offered as further languages; any other can be given by its code.
FURTHER_LANGUAGES = ("zh-hant", "ug", "kk-arab", "bo", "mn", "ii", "za", "ko", "ru", "vi")


class FrameForm(ByLanguage):
    """Title, introduction and languages of a questionnaire."""

    def __init__(self, document: Document, post: Post | None = None) -> None:
        super().__init__(post)
        self.document = document
        self.languages: list[str] = document["languages"]
        self.add_texts("title", _("Title"), document["title"], self.languages, required=True)
        self.add_texts("introduction", _("Introduction"), document["introduction"], self.languages, rows=4)
        offered = dict.fromkeys([*self.languages, "zh-hans", "en", *FURTHER_LANGUAGES])
        self.fields["languages"] = forms.MultipleChoiceField(
            label=_("Languages"),
            choices=[(code, language_name(code)) for code in offered],
            initial=self.languages,
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "Every text must be complete in each of them before the questionnaire can be published."
            ),
        )
        self.fields["further"] = forms.CharField(
            label=_("Another language"),
            required=False,
            help_text=_("By its code, such as “fr” or “ar”."),
            widget=forms.TextInput({"class": "input-short", "autocapitalize": "none", "autocomplete": "off"}),
        )

    @property
    def titles(self) -> list[forms.BoundField]:
        """The title in each language."""
        return self.in_languages("title")

    @property
    def introductions(self) -> list[forms.BoundField]:
        """The introduction in each language."""
        return self.in_languages("introduction")

    def typed_frame(self) -> dict[str, Any]:
        """Return what was typed, as keywords of `drafting.change_frame`."""
        chosen = list(self.data.getlist("languages")) if isinstance(self.data, MultiValueDict) else []
        further = plain(self.typed("further")).lower()
        return {
            "languages": list(dict.fromkeys([*chosen, *([further] if further else [])])),
            "title": self.text("title", self.document["title"], self.languages),
            "introduction": self.text("introduction", self.document["introduction"], self.languages),
        }

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Put what is wrong with the list of languages to the list."""
        super().show_flaws(
            [
                Flaw(flaw.path[:1] if flaw.path[:1] == ("languages",) else flaw.path, flaw.message)
                for flaw in flaws
            ]
        )


class CreateForm(ByLanguage):
    """A new questionnaire: empty, or a copy of another."""

    def __init__(
        self, sources: Sequence[tuple[str, str]], post: Post | None = None, *, source: str = ""
    ) -> None:
        super().__init__(post)
        self.add_texts("title", _("Title"), {}, ["zh-hans", "en"])
        for field in self.fields.values():
            field.help_text = _("Fill in the languages that people are asked in; more can be added later.")
        self.fields["copy_of"] = forms.ChoiceField(
            label=_("Begin with"),
            choices=[("", _("an empty questionnaire")), *sources],
            initial=source,
            help_text=_(
                "A copy takes over questions, dimensions and languages; the two do not touch each other afterwards."
            ),
        )
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            required=False,
            help_text=_("Stands in addresses and files. When left empty it is made from the English title."),
            widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off"}),
        )

    @property
    def titles(self) -> list[forms.BoundField]:
        """The title in each language."""
        return self.in_languages("title")

    def typed_title(self) -> dict[str, str]:
        """Return the title as typed, in those languages that have one."""
        typed = {language: self.typed(f"title.{language}").strip() for language in ("zh-hans", "en")}
        return {language: words for language, words in typed.items() if words}
