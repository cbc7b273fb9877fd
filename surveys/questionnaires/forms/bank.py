"""The forms of the question bank: the names of a block, and what may stand in it."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _

from surveys.languages import Text
from surveys.questionnaires.forms.by_language import ByLanguage, Post


class BlockForm(ByLanguage):
    """The name of a block in each language."""

    def __init__(self, names: Text, languages: Sequence[str], post: Post | None = None) -> None:
        super().__init__(post)
        self.names, self.languages = names, languages
        self.add_texts("names", _("Name of the block"), names, languages, required=True)

    @property
    def name_fields(self) -> list[forms.BoundField]:
        """The name in each language."""
        return self.in_languages("names")

    def typed_names(self) -> dict[str, str]:
        """Return the names as typed."""
        return self.text("names", self.names, self.languages)
