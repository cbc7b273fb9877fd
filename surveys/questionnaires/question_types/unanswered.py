"""What stands among the questions and takes no answer: the beginnings of pages, and blocks of information."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.logic.expressions import EXPRESSION
from surveys.questionnaires.question_types.base import AnswerError, Question, QuestionType, Settings, each_of
from surveys.questionnaires.shapes import ListOf, Matching, Record, YesNo

_IN_VAIN: tuple[Any, ...] = (
    0,
    1,
    "",
    "1",
    "on",
    True,
    False,
    [],
    ["1", "1"],
    {},
    "x" * 100_000,
    "<b>",
    "\x00",
)


class Unanswered(QuestionType):
    """Something that nobody answers: all it takes is nothing."""

    family = "flow"
    coded = False
    takes_answer = False
    may_be_required = False
    answer = "none"

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (({}, None, None),)
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (*each_of({}, *_IN_VAIN),)

    def clean(self, question: Question, raw: Any) -> Any:
        """Return None for None; refuse all else."""
        if raw is None:
            return None
        raise AnswerError(_("Nothing is asked here, so nothing can be answered."))


class PageBreak(Unanswered):
    """The beginning of a page: its title and introduction, when it is shown, and where to go from it."""

    name = "page_break"
    label = gettext_lazy("New page")
    purpose = gettext_lazy(
        "Begins a page, with a title if you like; decides where residents go on, in which order, or whether they end."
    )
    template = "surveys/questionnaires/types/page_break.html"
    is_drawn = False
    needs_text = False
    settings_shape = Record(
        optional={
            "jumps": ListOf(
                Record({"when": EXPRESSION, "to": Matching("^[a-z0-9][a-z0-9_-]*$", "page2", 50)}), most=20
            ),
            "shuffle": YesNo(),
            "group": Matching("^([a-z0-9][a-z0-9_-]*)?$", "g1", 50),
        }
    )
    blank_settings: ClassVar[Settings] = {"jumps": [], "shuffle": False, "group": ""}
    setting_labels: ClassVar[Mapping[str, str | Promise]] = {
        "jumps": gettext_lazy("Where to go from this page"),
        "shuffle": gettext_lazy("Questions in random order"),
        "group": gettext_lazy("Group of neighbouring pages that are shown in random order"),
    }

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield a jump that can never be taken because the one before it says the same."""
        met: list[Any] = []
        for jump in settings.get("jumps", ()):
            if jump["when"] in met:
                yield _("Two jumps have the same condition; only the first would ever be taken.")
                return
            met.append(jump["when"])


class Info(Unanswered):
    """A text between the questions."""

    name = "info"
    label = gettext_lazy("Information")
    purpose = gettext_lazy(
        "Words between the questions: what comes next, what a word means, whom to turn to."
    )
    template = "surveys/questionnaires/types/info.html"
