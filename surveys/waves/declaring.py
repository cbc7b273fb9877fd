"""What a wave must declare before its first answer, and the checks it has to pass.

A fixed method may be made stricter by a wave, never looser: nobody is judged on fewer answers than `em-1` says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.languages import Text, unseen
from surveys.people.models import Department
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.models import Edition
from surveys.questionnaires.question_types.single_choice import SingleChoice
from surveys.questionnaires.shapes import DECIMAL
from surveys.waves.margins import MOST_CELLS, MarginPlan, number_of_cells
from surveys.waves.models import Channel, Klass, Stratum, Wave, default_method

MOST_STRATA = 1000
MOST_DEPARTMENTS_PER_PERSON = 20
LARGEST_POPULATION = 2_000_000_000
LONGEST_CODE = 50
LARGEST_PSU = 32_767
LARGEST_DISAGREEMENT = Decimal("0.005")  # between populations of the same residents, as a share
LONELY = ("refuse", "center")

Words = str | Promise
Errors = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class StratumPlan:
    """A stratum to be declared: its code, its names, and the residents living in it when known.

    Where clusters are drawn first (villages, buildings), `clusters` says how many, `cluster_population` of how many.
    """

    code: str
    names: Text
    population: int | None = None
    clusters: int | None = None
    cluster_population: int | None = None


def stratum_plan(stratum: Stratum) -> StratumPlan:
    """Return a stratum as it was declared."""
    return StratumPlan(
        stratum.code, stratum.names, stratum.population, stratum.clusters, stratum.cluster_population
    )


def cleaned_titles(titles: Text) -> dict[str, str]:
    """Return the titles that say something, without blanks around them."""
    return {language: words.strip() for language, words in titles.items() if words.strip()}


def check_declaration(
    wave: Wave,
    *,
    departments: Sequence[Department],
    strata: Sequence[StratumPlan],
    margins: Sequence[MarginPlan] = (),
) -> None:
    """Raise `ValidationError` with everything that does not hold in a wave that is about to be written."""
    errors: Errors = {}
    if not wave.titles:
        errors["titles"] = [_("Give a title in at least one language.")]
    elif signs := unseen(wave.titles):
        errors["titles"] = [
            _("The title holds signs that nobody can read (%(signs)s). Leave them out.") % {"signs": signs}
        ]
    errors |= _wrong_departments(wave.edition, departments)
    errors |= _wrong_strata(strata, wave.klass)
    errors |= _wrong_margins(wave, margins, strata)
    errors |= _wrong_previous(wave, strata)
    errors |= wrong_method(wave.method, klass=wave.klass, margins=margins)
    if not wave.channels or any(channel not in Channel.values for channel in wave.channels):
        errors["channels"] = [_("Choose at least one of the channels on offer.")]
    if wave.klass == Klass.OPEN and not wave.is_public:
        errors["is_public"] = [_("A wave that anybody may answer must be public.")]
    if not 1 <= wave.departments_per_person <= MOST_DEPARTMENTS_PER_PERSON:
        errors["departments_per_person"] = [
            _("Each person can be asked about 1 to %(most)d departments.")
            % {"most": MOST_DEPARTMENTS_PER_PERSON}
        ]
    try:
        wave.full_clean(exclude=errors.keys() & {field.name for field in wave._meta.concrete_fields})
    except ValidationError as more:
        for field, messages in more.update_error_dict({}).items():
            errors.setdefault(field, []).extend(messages)
    if errors:
        raise ValidationError(errors)


def wrong_method(method: Mapping[str, Any], *, klass: int, margins: Sequence[MarginPlan]) -> Errors:
    """Return what does not hold in a whole `method`, by field of the plan."""
    default = default_method()
    errors: Errors = {}

    def add(words: Words, field: str = "method") -> None:
        errors.setdefault(field, []).append(words)

    for name in sorted(method.keys() - default.keys()):
        add(_("The method has no setting “%(name)s”.") % {"name": name})
    if method["version"] != default["version"]:
        add(_("The method must be em-1."))
    if method["screening"] != default["screening"]:
        add(_("The screening rules must be s1."))
    if method["level"] not in ("0.95", "0.99"):
        add(_("The confidence level must be 0.95 or 0.99."))
    for name, words in (
        ("minimum_base", _("Results are shown from %(least)d answers on; the limit can only be raised.")),
        ("judged_base", _("Departments are judged from %(least)d answers on; the limit can only be raised.")),
        ("fewest_df", _("Judging needs %(least)d degrees of freedom; the limit can only be raised.")),
    ):
        value, least = method[name], int(str(default[name]))
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            add(words % {"least": least})
    if not _between(method["widest_interval"], "0.01", str(default["widest_interval"])):
        add(_("The widest interval that is judged lies between 0.01 and 0.30."))
    if not _between(method["smallest_change"], "0", "100"):
        add(_("The smallest change that matters lies between 0 and 100 points."), "smallest_change")
    if method["target"] is not None and not _between(method["target"], "0", "100"):
        add(_("The benchmark lies between 0 and 100 points; leave it empty for the mean."), "target")
    if not isinstance(method["merge_strata"], bool) or not isinstance(method["ranks"], bool):
        add(_("Merging strata and ranks are either on or off."))
    if method["merge_strata"] is False and klass != Klass.IMPORTED:
        add(
            _(
                "Small strata can be kept apart only where each person’s answers are public already, as in an "
                "imported past wave."
            )
        )
    for field, weighting in _wrong_weighting(method, margins):
        add(weighting, field)
    return errors


def _wrong_weighting(method: Mapping[str, Any], margins: Sequence[MarginPlan]) -> Iterator[tuple[str, Words]]:
    """Yield what does not hold of caps, lonely clusters and the standard mix, with its field of the plan."""
    if method["trim"] is not None and not _between(method["trim"], "1", "1000"):
        yield "trim", _("Weights are capped at 1 to 1000 medians; leave it empty for no cap.")
    if method["lonely"] not in LONELY:
        yield "method", _("A stratum with a single cluster is either refused (refuse) or centered (center).")
    if method["standard"] is not None:
        yield from (("standard", words) for words in _wrong_standard(method["standard"], margins))


def _wrong_standard(standard: Any, margins: Sequence[MarginPlan]) -> Iterator[Words]:
    """Yield what is wrong with the mix at which departments are compared."""
    if not isinstance(standard, Mapping) or set(standard) != {"margin", "shares"}:
        yield _("The standard mix must give a “margin” and the “shares” of its categories.")
        return
    margin = next((one for one in margins if one.code == standard["margin"]), None)
    shares = standard["shares"]
    if margin is None:
        yield _("The standard mix must be one of a declared margin.")
    elif not isinstance(shares, Mapping) or set(shares) != {one.code for one in margin.categories}:
        yield _("The standard mix must give a share to each category of “%(margin)s”: %(codes)s.") % {
            "margin": margin.code,
            "codes": ", ".join(one.code for one in margin.categories),
        }
    elif not all(_between(share, "0", "1") for share in shares.values()):
        yield _("The shares of the standard mix are decimals between 0 and 1.")
    elif (total := sum(map(Decimal, shares.values()))) != 1:
        yield _("The shares of the standard mix add up to %(total)s; they must add up to 1.") % {
            "total": total
        }


def _wrong_departments(edition: Edition, departments: Sequence[Department]) -> Errors:
    if not departments:
        return {"departments": [_("Choose at least one department.")]}
    codebook = codebook_of(edition)
    wrong: list[Words] = []
    for department in departments:
        if department.parent_id is None:
            wrong.append(
                _("“%(name)s” stands for the place as a whole and comes by itself.")
                % {"name": department.name}
            )
        elif not department.is_active:
            wrong.append(_("“%(name)s” is no longer active.") % {"name": department.name})
        elif not codebook.part(department.code).questions:
            wrong.append(_("This edition asks nothing about “%(name)s”.") % {"name": department.name})
    return {"departments": wrong} if wrong else {}


def _wrong_strata(strata: Sequence[StratumPlan], klass: int) -> Errors:
    codes = [one.code for one in strata]
    twice = [code for code, times in Counter(codes).items() if times > 1]
    unlikely = [
        one.code
        for one in strata
        if one.population is not None and not 1 <= one.population <= LARGEST_POPULATION
    ]
    missing = [one.code for one in strata if one.population is None]
    wrong: list[Words] = []
    if len(strata) > MOST_STRATA:
        wrong.append(_("A wave has at most %(most)d strata.") % {"most": MOST_STRATA})
    if twice:
        wrong.append(_("These strata are listed twice: %(codes)s.") % {"codes": ", ".join(twice)})
    if any(not 1 <= len(code) <= LONGEST_CODE for code in codes):
        wrong.append(_("Every stratum needs a code of at most %(most)d characters.") % {"most": LONGEST_CODE})
    if unlikely:
        wrong.append(
            _("The population of these strata must be a positive whole number: %(codes)s.")
            % {"codes": ", ".join(unlikely)}
        )
    if missing and (klass == Klass.SAMPLE or len(missing) < len(strata)):
        wrong.append(
            _("The population is missing for these strata: %(codes)s.") % {"codes": ", ".join(missing)}
        )
    wrong += _wrong_clusters(strata)
    return {"strata": wrong} if wrong else {}


def _wrong_clusters(strata: Sequence[StratumPlan]) -> Iterator[Words]:
    if not any(one.clusters is not None or one.cluster_population is not None for one in strata):
        return
    silent = [one.code for one in strata if one.clusters is None]
    unlikely = [
        one.code
        for one in strata
        if one.clusters is not None
        and not 1 <= one.clusters <= min(LARGEST_PSU, one.cluster_population or LARGEST_PSU)
    ]
    if silent:
        yield _("Say for every stratum how many clusters are drawn, or for none; missing: %(codes)s.") % {
            "codes": ", ".join(silent)
        }
    if unlikely:
        message = _("Clusters drawn must be 1 to %(most)d and no more than there are; not so for: %(codes)s.")
        yield message % {"most": LARGEST_PSU, "codes": ", ".join(unlikely)}


def _wrong_margins(wave: Wave, margins: Sequence[MarginPlan], strata: Sequence[StratumPlan]) -> Errors:
    questions = {one["code"]: one for one in codebook_of(wave.edition).general.questions}
    wrong: list[Words] = []
    for code, times in Counter(one.code for one in margins).items():
        if times > 1:
            wrong.append(_("The margin “%(code)s” is declared twice.") % {"code": code})
    for margin in margins:
        wrong += _wrong_categories(margin)
        if wave.klass != Klass.IMPORTED:
            wrong += _wrong_question(margin, questions.get(margin.question))
    if (cells := number_of_cells(margins)) > MOST_CELLS:
        message = _("These margins make %(cells)d weighting cells; at most %(most)d can be told apart.")
        wrong.append(message % {"cells": cells, "most": MOST_CELLS})
    if not wrong:
        wrong += _disagreeing(margins, strata)
    return {"margins": wrong} if wrong else {}


def _wrong_categories(margin: MarginPlan) -> Iterator[Words]:
    named = {"margin": margin.code[:LONGEST_CODE]}
    if not 1 <= len(margin.code) <= LONGEST_CODE:
        yield _("Every margin needs a code of at most %(most)d characters.") % {"most": LONGEST_CODE}
    if len(margin.categories) < 2:
        yield _("The margin “%(margin)s” needs two categories at least.") % named
    for code, times in Counter(one.code for one in margin.categories).items():
        if times > 1:
            yield _("The margin “%(margin)s” has the category “%(code)s” twice.") % {**named, "code": code}
        if not 1 <= len(code) <= LONGEST_CODE:
            message = _("Every category of “%(margin)s” needs a code of at most %(most)d characters.")
            yield message % {**named, "most": LONGEST_CODE}
    if not all(0 < one.population <= LARGEST_POPULATION for one in margin.categories):
        yield _("Every category of “%(margin)s” needs its residents, more than 0.") % named


def _wrong_question(margin: MarginPlan, question: Mapping[str, Any] | None) -> Iterator[Words]:
    """Yield why the answers to a general question do not tell everybody's category."""
    named = {"margin": margin.code, "question": margin.question}
    if question is None or question["type"] != SingleChoice.name:
        yield (
            _(
                "The margin “%(margin)s” needs a question about the place as a whole with one choice; “%(question)s” "
                "is none."
            )
            % named
        )
        return
    offered = set(SingleChoice().codes(question))
    taken = Counter(choice for one in margin.categories for choice in one.choices)
    for choice in sorted(taken.keys() - offered):
        yield _("“%(question)s” has no choice %(choice)s.") % {**named, "choice": choice}
    for choice in sorted(offered):
        if taken[choice] != 1:
            yield _(
                "Choice %(choice)d of “%(question)s” must belong to exactly one category of the margin."
            ) % {**named, "choice": choice}


def _disagreeing(margins: Sequence[MarginPlan], strata: Sequence[StratumPlan]) -> Iterator[Words]:
    """Yield which two populations of the same residents differ by more than rounding explains."""
    totals = [(str(_("the margin “%(margin)s”") % {"margin": one.code}), one.population) for one in margins]
    populations = [one.population for one in strata]
    known = [Decimal(one) for one in populations if one is not None]
    if known and len(known) == len(populations):
        totals.insert(0, (str(_("the strata")), sum(known, Decimal(0))))
    for name, total in totals[1:]:
        first, most = totals[0]
        if abs(total - most) > most * LARGEST_DISAGREEMENT:
            yield _(
                "The residents of %(one)s are %(less)s in all, those of %(other)s %(more)s: they must agree."
            ) % {
                "one": first,
                "less": format(most, "f"),
                "other": name,
                "more": format(total, "f"),
            }


def _wrong_previous(wave: Wave, strata: Sequence[StratumPlan]) -> Errors:
    before = wave.previous
    if before is None:
        return {}
    if before.edition.questionnaire_id != wave.edition.questionnaire_id:
        return {"previous": [_("The wave before must ask the same questionnaire.")]}
    # What is only planned can still be moved: its release, after this check, to a later day.
    if before.status == Wave.Status.PLANNED or before.pk == wave.pk or before.opens_at >= wave.opens_at:
        return {"previous": [_("The wave before must have opened earlier.")]}
    wrong: list[Words] = []
    if (before.closed_at or before.closes_at) > wave.opens_at:
        wrong.append(
            _(
                "The wave before must be over when this one opens. Let this one open later, or compare another."
            )
        )
    if before.release_at > wave.release_at:
        wrong.append(
            _(
                "The results of the wave before are released later than this wave’s, whose changes would give "
                "them away. Release this wave no earlier, or compare another."
            )
        )
    if is_judged(wave.klass, strata) and not is_judged(before.klass, before.strata.all()):
        wrong.append(
            _(
                "This wave is judged, the wave before is not: choose a sample, or an imported wave whose strata all "
                "have a population."
            )
        )
    return {"previous": wrong} if wrong else {}


def is_judged(klass: int, strata: Iterable[StratumPlan | Stratum]) -> bool:
    """Say whether departments are judged by a wave: a sample is, an import when each stratum's population is known."""
    populations = [one.population for one in strata]
    return klass == Klass.SAMPLE or (
        klass == Klass.IMPORTED and bool(populations) and None not in populations
    )


def _between(value: Any, low: str, high: str) -> bool:
    """Say whether `value` is a plain decimal string within bounds; hashed JSON holds no floats."""
    if any(DECIMAL.flaws(value)):
        return False
    return Decimal(low) <= Decimal(value) <= Decimal(high)
