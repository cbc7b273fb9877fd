"""The form of the quotas: how many people of a kind are taken."""

from collections.abc import Sequence
from typing import Any

from django.utils.datastructures import MultiValueDict

from surveys.questionnaires.documents import GENERAL, SHAPE, Document
from surveys.questionnaires.forms.labels import label_of
from surveys.questionnaires.forms.listed import Listed, part_of
from surveys.questionnaires.forms.parts import BLANK, Setup, tree_of
from surveys.questionnaires.forms.rules import Rule
from surveys.questionnaires.forms.subjects import subjects_before
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.shapes import Flaw


class QuotaForm:
    """The quotas as rows; each counts people by a rule over what is asked about the place as a whole."""

    def __init__(self, document: Document, post: MultiValueDict[str, str] | None = None) -> None:
        setup = Setup(
            languages=document["languages"],
            label=lambda path: label_of(None, path),
            subjects=lambda _rule: [*subjects_before(document, len(document["questions"]), GENERAL)],
            say=RuleWords(document).condition,
        )
        part = part_of(
            SHAPE.optional["quotas"],
            "quotas",
            "quotas",
            setup,
            value=document.get("quotas", BLANK),
            typed=tree_of(post).get("quotas") if post is not None else None,
            is_typed=post is not None,
        )
        assert isinstance(part, Listed)  # noqa: S101 - a list of records makes rows
        self.part = part
        self.flaws: list[str] = []

    def act(self, button: str, pasted: str) -> None:
        """Do what a row button says."""
        name, _colon, deed = button.partition(":")
        if found := self.part.at(name):
            found.act(deed, pasted)

    def entries(self) -> list[dict[str, Any]]:
        """Return the quotas as typed."""
        return self.part.entry()

    def gaps(self) -> list[Flaw]:
        """Return what is still missing in rules that were begun."""
        rules = (part for row in self.part.rows for part in row.inner() if isinstance(part, Rule))
        return [gap for rule in rules for gap in rule.gaps()]

    def show_flaws(self, flaws: Sequence[Flaw]) -> None:
        """Put each flaw to its row and keep all of them in words."""
        for flaw in flaws:
            self.part.put(flaw)
            self.flaws.append(str(flaw))
