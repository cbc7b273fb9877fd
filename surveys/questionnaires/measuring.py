"""What a questionnaire can and cannot measure, told from its document alone.

For whom a score is made and of which question, what the dimensions weigh, what is only counted or read, which answers
can weight a wave, what breaks with the last edition, and how many answers each of it needs. It restates
`docs/methodology.md` for the designer, before anybody is asked; the figures of the rules are those of its sections.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.languages import in_language
from surveys.questionnaires.codebook import Codebook, Item, Part
from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.comparing import differences
from surveys.questionnaires.documents import EACH, GENERAL, Document
from surveys.questionnaires.measures import DimensionShare, ItemShare, Line, Margin, Measures, PartMeasures
from surveys.questionnaires.question_types import question_type
from surveys.questionnaires.wordings import Wording, wordings

FEWEST_SHOWN, FEWEST_PUBLISHABLE, FEWEST_RECORDS = 10, 30, 100  # methodology §3, §11, §12
MOST_DRIVERS = 10  # §11
FIVE_POINTS, THREE_POINTS, FIVE_PER_CENT = (
    494,
    335,
    686,
)  # §16: a change of 5, ± 3 points at σ = 28; 85 % → 90 %


def measures_of(
    document: Document, *, names: Mapping[str, str] | None = None, before: Document | None = None
) -> Measures:
    """Say what `document` can measure; `names` are those of departments, `before` is the last edition's document."""
    codebook, worded = Codebook(document), wordings(document)
    asked = dict.fromkeys(
        question["about"]
        for question in document["questions"]
        if question_type(question["type"]).takes_answer
    )
    named = [about for about in asked if about not in (EACH, GENERAL)]
    abouts = [about for about in (EACH, *named, GENERAL) if about in asked]
    trend = _Trend(document, before)
    found = tuple(_part(about, codebook.part(about), document, names or {}, trend) for about in abouts)
    departments = [part for part in found if part.about != GENERAL]
    return Measures(
        parts=found,
        wave=tuple(_wave_lines(document, departments)),
        margins=tuple(_margins(codebook.general, worded)),
        cautions=tuple(_cautions(document, departments, worded)),
    )


class _Trend:
    """Which questions may be held against the last edition."""

    def __init__(self, document: Document, before: Document | None) -> None:
        found = differences(before, document) if before is not None else None
        self.has_before = before is not None
        self.judged = {one.code: one.judgement for one in found.questions} if found else {}
        self.dimensions = {one.code: one.judgement for one in found.dimensions} if found else {}
        self.reasons = (
            {one.code: " ".join(map(str, one.reason_words)) for one in found.questions} if found else {}
        )

    def line(self, headline: str) -> Line:
        name = _("Change since the last edition")
        needs = _("about %(many)d answers a department in either wave, to see a change of 5 points") % {
            "many": FIVE_POINTS
        }
        if not headline:
            return Line("change", name, "no", _("Without a score there is nothing to compare."))
        if not self.has_before:
            return Line(
                "change", name, "if", _("From the next edition on, when the question stays as it is."), needs
            )
        judgement = self.judged.get(headline, "")
        if judgement == Judgement.BREAK:
            return Line(
                "change", name, "no", _("The trend breaks here. %(why)s") % {"why": self.reasons[headline]}
            )
        if not judgement:
            return Line(
                "change",
                name,
                "no",
                _("The last edition did not ask the question “%(code)s”.") % {"code": headline},
            )
        return Line("change", name, "yes", _("The question is comparable with the last edition’s."), needs)


def _part(
    about: str,
    part: Part,
    document: Document,
    names: Mapping[str, str],
    trend: _Trend,
) -> PartMeasures:
    """Say what can be measured about `about`; for `EACH` the part is that of a department without own questions."""
    rated = part.headline if part.headline and part.headline.scored else None
    headline = rated.code if rated else ""
    dimensions = tuple(_dimensions(part.items, document))
    missing = [
        one for one in document["dimensions"] if one["code"] not in {found.code for found in dimensions}
    ]
    lines = [
        *_headline_lines(rated, about),
        *_dimension_lines(dimensions, missing, headline, about),
        *([_benchmark_line(), trend.line(headline)] if headline and about != GENERAL else []),
        *_other_lines(part),
    ]
    return PartMeasures(
        about=about,
        name=_name(about, names),
        headline=headline,
        lines=tuple(lines),
        dimensions=dimensions,
        has_index=bool(dimensions) and not missing and bool(headline) and about != GENERAL,
    )


def _headline_lines(headline: Item | None, about: str) -> Iterator[Line]:
    score, rates = _("Satisfaction score, 0 to 100"), _("Satisfaction rate, good rate and the five grades")
    if headline is None:
        why = _("No question is the headline here, so there is no score.")
        if about == GENERAL:
            why = _(
                "The place as a whole is no department: ratings of it are reported one by one, without a score."
            )
        yield Line("score", score, "no", why)
        return
    asked = {"code": headline.code, "text": in_language(headline.text)}
    needs = _(
        "from %(shown)d graded answers shown, from %(publishable)d to be judged; about %(many)d for ± 3 points"
    ) % {"shown": FEWEST_SHOWN, "publishable": FEWEST_PUBLISHABLE, "many": THREE_POINTS}
    yield Line(
        "score",
        score,
        "yes",
        _(
            "From “%(text)s” (%(code)s): the five grades count 100, 75, 50, 25 and 0; “don’t know” counts for nothing."
        )
        % asked,
        needs,
    )
    yield Line(
        "rates",
        rates,
        "yes",
        _("From the same answers: grades 5 and 4, grades 5, 4 and 3, and the share of each grade."),
        _("about %(many)d answers in either wave, to see 85 %% become 90 %%") % {"many": FIVE_PER_CENT},
    )


def _dimension_lines(
    dimensions: Sequence[DimensionShare], missing: Sequence[Mapping[str, Any]], headline: str, about: str
) -> Iterator[Line]:
    name, index = _("Scores of dimensions"), _("Composite index")
    if not (dimensions or missing):
        yield Line("index", index, "no", _("The questionnaire declares no dimensions."))
        return
    if about == GENERAL:
        return
    if not headline:
        yield Line(
            "dimensions",
            name,
            "no",
            _("A scorecard is about those who gave the headline rating; there is none."),
        )
        return
    if dimensions:
        listed = ", ".join(f"{one.name} ({len(one.items)})" for one in dimensions)
        why = _("The weighted mean of its ratings, among those who gave the headline rating: %(listed)s.")
        yield Line("dimensions", name, "yes", why % {"listed": listed}, _("as the score"))
    if missing:
        why = _("The index needs every dimension, and no rating here counts for: %(missing)s.")
        words = ", ".join(in_language(one["name"]) or one["code"] for one in missing)
        yield Line("index", index, "no", why % {"missing": words})
    else:
        why = _(
            "The dimensions with their declared weights. It is published when every dimension is, and when the"
            " dimensions measure one thing (ω of at least .7)."
        )
        yield Line("index", index, "yes", why, _("as the score, in every dimension"))


def _benchmark_line() -> Line:
    return Line(
        "benchmark",
        _("Better or worse than expected, and places"),
        "if",
        _(
            "Only in waves whose people were invited by known chance. Ratings that people chose to give are never"
            " ranked."
        ),
        _("%(many)d graded answers at least, in every department compared") % {"many": FEWEST_PUBLISHABLE},
    )


def _other_lines(part: Part) -> Iterator[Line]:
    """Yield what the questions that make no score are good for."""
    details = [item for item in part.items if item.scored and not item.headline and not item.dimension]
    counted = [item for item in part.items if not item.scored]
    coded = {item.question for item in part.items}
    kept = [question for question in part.questions if question["code"] not in coded]
    if details:
        yield Line(
            "details",
            _("Further ratings"),
            "yes",
            _(
                "Each on its own, with its grades; they count neither for the score nor for a dimension: %(codes)s."
            )
            % {"codes": _codes([item.code for item in details])},
            _("from %(shown)d graded answers each") % {"shown": FEWEST_SHOWN},
        )
    if counted:
        yield Line(
            "choices",
            _("Choices"),
            "yes",
            _("Counted: the share of each choice. They are part of no score: %(codes)s.")
            % {"codes": _codes([item.code for item in counted])},
            _("from %(shown)d answers each") % {"shown": FEWEST_SHOWN},
        )
    if kept:
        yield Line(
            "read",
            _("Texts, numbers, sets and the like"),
            "no",
            _(
                "Kept beside the codes and read by people, or by whoever analyses them; never scored: %(codes)s."
            )
            % {"codes": _codes([question["code"] for question in kept])},
        )


def _dimensions(items: Sequence[Item], document: Document) -> Iterator[DimensionShare]:
    """Yield the dimensions that `items` count for, with the shares of each (methodology §7)."""
    start = Fraction(0)
    for dimension in document["dimensions"]:
        own = [item for item in items if item.dimension == dimension["code"] and item.scored]
        total = sum((Fraction(item.weight) for item in own), Fraction(0))
        weight = Fraction(dimension["weight"])
        if total > 0:
            shares = tuple(
                ItemShare(
                    code=item.code,
                    text=in_language(item.text) or item.code,
                    within=Fraction(item.weight) / total,
                    of_index=weight * Fraction(item.weight) / total,
                )
                for item in own
            )
            name = in_language(dimension["name"]) or dimension["code"]
            yield DimensionShare(dimension["code"], name, weight, start, shares)
        start += weight


def _wave_lines(document: Document, departments: Sequence[PartMeasures]) -> Iterator[Line]:
    """Yield what can be said of a whole wave: drivers and reliability (methodology §11, §12)."""
    drivers, reliability = _("Key drivers of satisfaction"), _("Reliability of the ratings")
    scored = [part for part in departments if part.headline]
    everywhere = (
        set.intersection(*({one.code for one in part.dimensions} for part in scored)) if scored else set()
    )
    items = [{item.code for one in part.dimensions for item in one.items} for part in scored]
    common = set.intersection(*items) if items else set()
    needs = _("%(many)d people who answered all of it") % {"many": FEWEST_RECORDS}
    if len(document["dimensions"]) != len(everywhere) or not 2 <= len(everywhere) <= MOST_DRIVERS:
        why = _("It takes two to ten dimensions that every department is rated in; here there are %(many)d.")
        yield Line("drivers", drivers, "no", why % {"many": len(everywhere)})
    else:
        why = _("Which of the %(many)d dimensions overall satisfaction goes with: association, not cause.")
        yield Line("drivers", drivers, "yes", why % {"many": len(everywhere)}, needs)
    if len(common) < 2:
        why = _(
            "It takes two ratings that count for dimensions and that every department is asked; here there are"
            " %(many)d."
        )
        yield Line("reliability", reliability, "no", why % {"many": len(common)})
    else:
        why = (
            _("Cronbach’s α of %(many)d ratings.")
            if len(common) == 2
            else _("Cronbach’s α and McDonald’s ω of %(many)d ratings.")
        )
        yield Line("reliability", reliability, "yes", why % {"many": len(common)}, needs)


def _margins(general: Part, worded: Mapping[str, Wording]) -> Iterator[Margin]:
    """Yield the general questions with one choice that everybody is asked: a wave can declare margins on them."""
    for question in general.questions:
        if question["type"] == "single_choice" and not _is_conditional(worded.get(question["code"])):
            text = in_language(question["text"]) or question["code"]
            yield Margin(question["code"], text, len(question_type(question["type"]).codes(question)))


def _cautions(
    document: Document, departments: Sequence[PartMeasures], worded: Mapping[str, Wording]
) -> Iterator[str]:
    """Yield what readers of the results must bear in mind."""
    for code in dict.fromkeys(part.headline for part in departments if part.headline):
        if _is_conditional(worded.get(code.split(".")[0])):
            yield _(
                "The headline “%(code)s” is asked under a condition: the score is about those it was asked of, nobody"
                " else."
            ) % {"code": code}
    jumps = [
        jump["to"] for question in document["questions"] for jump in question["settings"].get("jumps", ())
    ]
    if "screen_out" in jumps:
        yield _(
            "Some people are screened out: results are about those who were let in, not about all residents."
        )
    if "end" in jumps:
        yield _("Some people end early: later questions are about those who came that far.")
    if quotas := len(document.get("quotas", ())):
        yield (
            ngettext(
                "%d quota turns people away once it is full: whoever answers early decides, so a sample by known chance"
                " should not use it.",
                "%d quotas turn people away once they are full: whoever answers early decides, so a sample by known"
                " chance should not use them.",
                quotas,
            )
            % quotas
        )
    if any(question["type"] == "split" for question in document["questions"]):
        yield _(
            "The people are split at random: each wording was put to a part of them and has a smaller base."
        )
    hidden = [question["code"] for question in document["questions"] if question["type"] == "hidden"]
    if hidden:
        yield _(
            "What comes with the address (%(codes)s) can be changed by whoever opens it; nothing is judged by it."
        ) % {"codes": _codes(hidden)}
    yield _(
        "Who answers without being invited chose to: such ratings are counted and shown, never ranked, never labelled."
    )
    yield _("What fewer than %(shown)d people said is shown to nobody, not to the department either.") % {
        "shown": FEWEST_SHOWN
    }


def _is_conditional(wording: Wording | None) -> bool:
    """Say whether a question is asked, or its page reached, under a condition."""
    return wording is not None and (
        json.loads(wording.asked) is not None or bool(json.loads(wording.reached))
    )


def _name(about: str, names: Mapping[str, str]) -> str:
    if about == GENERAL:
        return _("The place as a whole")
    return _("Each department") if about == EACH else names.get(about, about)


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "")
