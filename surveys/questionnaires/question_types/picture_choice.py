"""One of several pictures, each with its words: the words are what counts, for whoever cannot see the picture too."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.question_types.base import Settings, each_of
from surveys.questionnaires.question_types.single_choice import SingleChoice

_TWO = [
    {"code": 1, "text": {"en": "A bench"}, "picture": "/static/icons/bench.svg"},
    {"code": 2, "text": {"en": "A tree"}, "picture": "/static/icons/tree.svg"},
]


class PictureChoice(SingleChoice):
    """Exactly one of the pictures."""

    name = "picture_choice"
    label = gettext_lazy("One picture")
    purpose = gettext_lazy("One of several pictures of this site; each has words, which is what is counted.")
    template = "surveys/questionnaires/types/picture_choice.html"

    accepts: ClassVar[Sequence[tuple[Settings, Any, Any]]] = (
        ({"choices": _TWO}, 2, 2),
        ({"choices": _TWO}, None, None),
        ({"choices": _TWO, "offer": ["dk"]}, "dk", "dk"),
    )
    rejects: ClassVar[Sequence[tuple[Settings, Any]]] = (
        *each_of({"choices": _TWO}, 0, 3, "1", "", "/static/icons/tree.svg", True, [1], {}),
    )

    def settings_problems(self, settings: Settings, languages: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with the choices, and those without a picture."""
        yield from super().settings_problems(settings, languages)
        for choice in settings.get("choices", ()):
            if not choice.get("picture"):
                yield _("The choice with code %(code)d has no picture.") % {"code": choice["code"]}
