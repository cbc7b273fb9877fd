"""What the editor's forms have in common: fields in every language, and flaws of a document put to fields."""

import unicodedata
from collections.abc import Mapping, Sequence

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict

from surveys.languages import direction, language_name
from surveys.questionnaires.forms.rows import capitalised
from surveys.questionnaires.shapes import Flaw

Post = MultiValueDict[str, str]


def plain(typed: str) -> str:
    """Return what was typed without spaces around it, its digits and signs not of full width."""
    return unicodedata.normalize("NFKC", typed).strip()


class ByLanguage(forms.Form):
    """A form with some fields in every language of a questionnaire.

    Its fields check nothing, `required` is only said beside the label: a draft may be unfinished.
    """

    use_required_attribute = False

    def __init__(self, post: Post | None) -> None:
        super().__init__(post, auto_id="f-%s", label_suffix="")

    def full_clean(self) -> None:
        """Begin without errors; `show_flaws` brings those that the document's shape finds."""
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {}

    def add_texts(
        self,
        key: str,
        label: str,
        text: Mapping[str, str],
        languages: Sequence[str],
        *,
        rows: int = 0,
        required: bool = False,
    ) -> None:
        """Add a field for the text `key` in each language; `rows` makes it several lines high."""
        for language in languages:
            attributes = {"lang": language, "dir": direction(language)}
            widget = forms.Textarea({**attributes, "rows": rows}) if rows else forms.TextInput(attributes)
            self.fields[f"{key}.{language}"] = forms.CharField(
                label=f"{label} · {language_name(language)}",
                required=required,
                widget=widget,
                initial=text.get(language, ""),
            )

    def in_languages(self, key: str) -> list[forms.BoundField]:
        """Return the fields whose names begin with `key`: those of a text, in the order of the languages."""
        return [self[name] for name in self.fields if name.startswith(f"{key}.")]

    def typed(self, name: str) -> str:
        """Return what was typed into a field; nothing when it is not there."""
        return str(self.data.get(name, ""))

    def text(self, key: str, kept: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
        """Return the text `key` as typed, with what is `kept` in languages that are not on the page."""
        shown = {language: self.typed(f"{key}.{language}") for language in languages}
        return {language: words for language, words in {**kept, **shown}.items() if words.strip()}

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Put each flaw to the field it was typed in, or above the form."""
        for flaw in flaws:
            name = ".".join(map(str, flaw.path))
            message = capitalised(flaw.message)
            self.add_error(
                name if name in self.fields else None, message if name in self.fields else str(flaw)
            )
