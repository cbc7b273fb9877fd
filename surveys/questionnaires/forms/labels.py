"""What the editor calls the settings that many question types have; a type says the others, or says it better."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types import REGISTRY, QuestionType

COMMON: Mapping[str, str | Promise] = {
    "show": gettext_lazy("Asked only when"),
    "checks": gettext_lazy("Must agree with earlier answers"),
    "checks.rule": gettext_lazy("It must hold that"),
    "checks.words": gettext_lazy("What is said when it does not"),
    "jumps": gettext_lazy("Where the page leads"),
    "jumps.when": gettext_lazy("When"),
    "jumps.to": gettext_lazy("Go to"),
    "quotas": gettext_lazy("Quotas"),
    "quotas.most": gettext_lazy("At most, people"),
    "quotas.when": gettext_lazy("Counted are those for whom"),
    "choices": gettext_lazy("Choices"),
    "rows": gettext_lazy("Rows"),
    "code": gettext_lazy("Code"),
    "type": gettext_lazy("Kind"),
    "required": gettext_lazy("An answer is needed"),
    "settings": gettext_lazy("Settings"),
    "text": gettext_lazy("Words"),
    "name": gettext_lazy("Name"),
    "label": gettext_lazy("Words"),
    "words": gettext_lazy("Words"),
    "other": gettext_lazy("Asks for words (“other”)"),
    "exclusive": gettext_lazy("Excludes all others (“none of these”)"),
    "fixed": gettext_lazy("Keeps its place when the order is random"),
    "picture": gettext_lazy("Address of its picture"),
    "choices.show": gettext_lazy("Offered only when"),
    "shuffle": gettext_lazy("In random order"),
    "group": gettext_lazy("Changes places at random with neighbouring pages of the group"),
    "value": gettext_lazy("How it is calculated"),
    "min": gettext_lazy("At least"),
    "max": gettext_lazy("At most"),
    "offer": gettext_lazy("Offered apart from the choices"),
    "dk": gettext_lazy("Don’t know"),
    "na": gettext_lazy("Not applicable"),
    "low": gettext_lazy("Words at the low end"),
    "high": gettext_lazy("Words at the high end"),
    "unit": gettext_lazy("Unit"),
}


def label_of(kind: QuestionType | None, path: str) -> str:
    """Return what the editor calls the setting at `path`, such as `choices.code`, in the language of the page."""
    names = {**COMMON, **(kind.setting_labels if kind else {})}
    for key in (path, path.rpartition(".")[2]):
        if key in names:
            return str(names[key])
    last = path.rpartition(".")[2]
    if ".type." in f".{path}":
        return next((str(one.label) for one in REGISTRY if one.name == last), last)
    return last.replace("_", " ")
