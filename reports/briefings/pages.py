"""What a briefing shows, made ready for its templates: the four sentences first, then what stands behind them.

Everything is read from frozen content. What a reader's own role adds, waves to come and what is expected of them, is
made apart, so that a briefing and a desk are the same for everybody who may open them and can be kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reports.briefings import access, roofs, wording
from reports.briefings.access import Coming
from reports.briefings.charts import matters
from reports.briefings.forms import PredictionForm
from reports.briefings.mending import mend_first
from reports.briefings.models import Prediction
from reports.evaluations.digits import rounded
from reports.scorecards import charts
from reports.scorecards.access import history_of, numbers_of
from reports.scorecards.breakdowns import PLACE, Breakdown, GroupFigures
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Scorecard
from reports.scorecards.shapes import Shape
from reports.scorecards.wording import sentences, wholes
from reports.scorecards.wording.beside import beside
from reports.scorecards.wording.figures import (
    Range,
    department_row,
    dimension_row,
    item_row,
    level,
    per_cent,
    points,
    signed,
)
from reports.scorecards.wording.words import STATUS_WORDS
from surveys.people.models import Department, User

FIRST_COMMENTS = 8


@dataclass(frozen=True)
class Picture:
    """A shape as the server draws it and as Plotly does; `name` is unique on the page, `words` say what it shows."""

    name: str
    words: str
    drawn: SafeString
    figure: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """One group of residents as a line, with the places that lie within it."""

    name: str
    score: Range | None
    satisfaction: Range | None
    status: str
    status_words: Any
    n: int | None
    within: tuple["Group", ...] = ()

    @property
    def label(self) -> str:
        """What a reader who does not see the interval hears."""
        return f"{self.name}: {self.score.words}" if self.score else self.name


@dataclass(frozen=True)
class Briefing:
    """A released scorecard as the office shows it, drawn: the same for everybody who may open it."""

    department: str
    code: str
    wave: str
    slug: str
    first: SafeString
    rest: SafeString
    expected: tuple[str, str]  # what its head expected, as others read it and as the head does
    above: tuple[int, int, str] | None  # the scorecard, the department and the name of the one above

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return 1000 + 2 * (len(self.first) + len(self.rest))


def drawn(scorecard: Scorecard) -> Briefing:
    """Draw a released scorecard of the office in the language of the page."""
    context = briefing(scorecard)
    first, rest = (_rendered(name, context) for name in ("_first", "_rest"))
    above = access.scorecard_above(scorecard)
    prediction = access.prediction_of(scorecard)  # the database keeps it as it was at the release
    return Briefing(
        department=scorecard.department.name,
        code=scorecard.department.code,
        wave=str(scorecard.publication.wave),
        slug=scorecard.publication.wave.slug,
        first=first,
        rest=rest,
        expected=(
            expected(context["card"], prediction, is_own=False),
            expected(context["card"], prediction, is_own=True),
        ),
        above=(above.pk, above.department_id, above.department.name) if above else None,
    )


def _rendered(name: str, context: Mapping[str, Any]) -> SafeString:
    return mark_safe(render_to_string(f"reports/briefings/{name}.html", context))  # noqa: S308  our own template's


def briefing(scorecard: Scorecard) -> dict[str, Any]:
    """Make the body of a released scorecard in the office."""
    publication = scorecard.publication
    wave = WaveContent.of(publication.content)
    card = ScorecardContent.of(scorecard.content)
    analysis = access.analysis_beside(publication)
    row = department_row(card.figures, judged=card.judged)
    past = history_of(scorecard)
    code = card.figures.code
    return {
        "publication": publication,
        "scorecard": scorecard,
        "wave": wave,
        "card": card,
        "row": row,
        "level": level(wave),
        "target": None if card.is_root or wave.benchmark is None else rounded(wave.benchmark.target),
        "doing": wording.doing(card, wave),
        "sure": wording.sure(card, wave),
        "changed": wording.changed(card, wave),
        "mend": wording.mend(found := mend_first(card, analysis)),
        "mend_more": wording.instead(found, card, analysis),
        "change": signed(card.figures.change) if card.figures.change is not None else "",
        "before": rounded(card.change_before) if card.change_before is not None else "",
        "good_rate": per_cent(card.figures.good_rate),
        "warning": sentences.warning(card),
        "explanation": sentences.explanation(card, wave),
        "screening": sentences.screening(card),
        "chosen": wholes.chosen(card),
        "ranking": sentences.ranking(card),
        "comparison": sentences.comparison(card, wave),
        "dimensions": [(rounded(one.weight, 2), dimension_row(one)) for one in card.dimensions],
        "index": points(card.figures.index, card.figures.index_low, card.figures.index_high),
        "index_reach": points(card.index_lowest, card.index_lowest, card.index_highest),
        "index_break": sentences.index_break(card),
        "matters": _picture("matters", matters(card, analysis)),
        "has_analysis": analysis is not None,
        "breakdowns": [_breakdown(one) for one in card.breakdowns],
        "comments": _comments(scorecard, card),
        "comments_number": len(scorecard.comments),
        "funnel": _picture("funnel", charts.funnel(wave, own=code)) if card.judged else None,
        "ranks": _picture("ranks", charts.rank_sets(wave, own=code)) if card.figures.rank_low else None,
        "items": [
            (charts.question_number(place), item_row(item))
            for place, item in enumerate((item for item in card.items if item.scored), start=1)
        ],
        "grades": _picture("grades", charts.grades(card.items)),
        "trend": _picture("trend", charts.trend(past, judged=card.judged), with_table=False),
        "past": [(one, department_row(one.figures, judged=card.judged)) for one in past],
        "below": below(access.scorecards_below(scorecard)),
        "rolled_up": [wording.rolled_up(one, wave) for one in wave.roll_ups if one.code == code],
        "beside": beside(publication, wave, about=code),
        "numbers": numbers_of(publication.wave_id),
    }


def below(cards: Iterable[tuple[int, Scorecard]]) -> list[dict[str, Any]]:
    """Make the lines of the departments below, each with how deep it lies."""
    return [{"depth": min(depth, 4), **office_row(card)} for depth, card in cards]


@dataclass(frozen=True)
class Desk:
    """What is released of a head's own department and of those below it, drawn: the same for all its heads."""

    department: str
    shown: int | None  # the scorecard that the desk is about
    newer: tuple[int, str, str] | None  # a newer scorecard, its wave, and its score where it judges
    under: Mapping[str, str]  # where only departments below were rated
    count: int  # of scorecards wave by wave
    cards: SafeString  # those of one page

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return 1000 + 2 * (len(self.cards) + sum(map(len, self.under.values())))


def desk(user: User, page: str, *, per_page: int) -> Desk:
    """Draw what is released of the department that `user` heads; `page` of the list, as it was asked for."""
    scorecard, newer = access.own_scorecards(user)
    listed = Paginator(access.scorecards_listed(user, ""), per_page).get_page(page)
    rows = [office_row(one) for one in listed]
    under = [] if scorecard else access.scorecards_under(user)
    return Desk(
        department=user.department.name if user.department else "",
        shown=scorecard.pk if scorecard else None,
        newer=(newer.pk, str(newer.publication.wave), _score(newer)) if newer else None,
        under=_under_one_roof(under, user.department) if under and user.department else {},
        count=listed.paginator.count,
        cards=_rendered("_cards", {"rows": rows}) if rows else SafeString(),
    )


def _score(scorecard: Scorecard) -> str:
    """Return the score of a scorecard in short with its interval, nothing where it does not judge."""
    shown, judged = access.in_short(scorecard)
    score = points(shown.score, shown.score_low, shown.score_high)
    return score.words if judged and score else ""


def _under_one_roof(cards: Sequence[tuple[int, Scorecard]], department: Department) -> dict[str, str]:
    """Make what a head sees of whose area only departments below were rated: four sentences about them."""
    publication = cards[0][1].publication
    wave = WaveContent.of(publication.content)
    rated = [access.in_short(card)[0] for _depth, card in cards]
    mean = next((one for one in wave.roll_ups if one.code == department.code), None)
    context = {
        "doing": roofs.doing(mean, wave, rated),
        "sure": roofs.sure(mean, wave),
        "changed": roofs.changed(rated, wave),
        "mend": roofs.mend(rated, wave),
    }
    return {
        "first": _rendered("_first", context),
        "below": _rendered("_below", {"lines": below(cards)}),
        "wave": str(publication.wave),
    }


def office_row(scorecard: Scorecard) -> dict[str, Any]:
    """Make one line of a list of scorecards."""
    shown, judged = access.in_short(scorecard)
    return {"scorecard": scorecard, "row": department_row(shown, judged=judged)}


def coming(
    waves: Sequence[Coming],
    predictions: Mapping[int, Prediction],
    *,
    typed: Mapping[str, PredictionForm] | None = None,
) -> list[dict[str, Any]]:
    """Make the lines of waves to come, each with the form for what the reader expects; `typed` by slug, as refused."""
    return [
        {
            "wave": wave,
            "prediction": predictions.get(wave.pk),
            "expected": rounded(str(predictions[wave.pk].score)) if wave.pk in predictions else "",
            "form": (typed or {}).get(wave.slug) or form_for(wave, predictions.get(wave.pk)),
        }
        for wave in waves
    ]


def form_for(wave: Coming, prediction: Prediction | None, typed: Any = None) -> PredictionForm:
    """Make the form of one wave; its ids carry the wave, for a page may show several."""
    initial = {"score": prediction.score} if prediction else None
    return PredictionForm(typed, initial=initial, auto_id=f"expect-{wave.slug}-%s")


def expected(card: ScorecardContent, prediction: Prediction | None, *, is_own: bool) -> str:
    """Say how far what was expected lies from the score, to the head who expected it or to others."""
    return wording.gap(prediction, card, is_own=is_own) if prediction else ""


def _picture(name: str, shape: Shape | None, *, with_table: bool = True) -> Picture | None:
    if shape is None:
        return None
    words = _("%(first)s: %(second)s") % {"first": shape.caption, "second": shape.sentence}
    return Picture(name, words, charts.svg.drawn(shape, with_table=with_table), charts.plotly.figure(shape))


def _breakdown(one: Breakdown) -> dict[str, Any]:
    return {
        "name": one.name,
        "code": one.by,
        "picture": _picture(f"by-{one.by}", charts.breakdown(one)),
        "groups": _nested(one.groups, None)
        if one.by == PLACE
        else tuple(_group(group) for group in one.groups),
        "is_tree": any(group.within for group in one.groups),
        "too_few": [group.name for group in one.groups if group.score is None],
    }


def _nested(groups: Sequence[GroupFigures], within: str | None) -> tuple[Group, ...]:
    """Put places into the places that they lie in; one whose own place is not told stands at the top."""
    told = {group.code for group in groups}
    return tuple(
        _group(group, _nested(groups, group.code))
        for group in groups
        if (group.within if group.within in told else None) == within
    )


def _group(group: GroupFigures, within: tuple[Group, ...] = ()) -> Group:
    return Group(
        name=group.name,
        score=points(group.score, group.score_low, group.score_high),
        satisfaction=per_cent(group.satisfaction, group.satisfaction_low, group.satisfaction_high),
        status=group.status,
        status_words=STATUS_WORDS[group.status],
        n=group.n,
        within=within,
    )


def comments_shown(scorecard: Scorecard, card: ScorecardContent) -> list[Mapping[str, str]]:
    """Return the masked words beside a scorecard in the order drawn: none where its score is not firm enough to judge.

    The place as a whole has words of its own without having to be rated.
    """
    return list(scorecard.comments) if card.figures.status == "publishable" or card.is_root else []


def _comments(scorecard: Scorecard, card: ScorecardContent) -> list[tuple[str, list[str], list[str]]]:
    """Put the masked words under their questions, the first few and the others; a general question has no name here."""
    questions = {item.code: item.words for item in card.items}
    found: dict[str, list[str]] = {}
    for one in comments_shown(scorecard, card):
        found.setdefault(questions.get(one["item"], ""), []).append(one["text"])
    return [(question, texts[:FIRST_COMMENTS], texts[FIRST_COMMENTS:]) for question, texts in found.items()]
