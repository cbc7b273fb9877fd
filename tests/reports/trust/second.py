"""A second reading of docs/methodology.md: the same files, other hands, no line shared with the platform or verify.py.

Where the platform and verify.py add up sums by grade, this lays every person out in a row and works on rows with
numpy and scipy. `disagreements` lists what of scorecard.json does not follow.
"""

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from tests.reports.trust.rows import Column, Figure, Files, People, where


def holm(p: Column) -> Column:
    """Adjust by Holm: the largest of (k − j) p over all that are no larger."""
    k = len(p)
    steps = np.sort(p) * np.arange(k, 0, -1)
    return np.array([min(1.0, steps[: np.searchsorted(np.sort(p), one, side="right")].max()) for one in p])


def disagreements(place: Path, previous: Path | None = None) -> list[str]:
    """List what of the scorecards in `place` does not follow from the tables beside them by the method."""
    files = Files(place)
    found = [*_rules(files)]
    scores: dict[str, dict[str, Figure]] = {}
    statuses: dict[str, dict[str, str]] = {}
    for card in files.card["scorecards"]:
        code = card["figures"]["code"]
        people = People(files, code)
        scores[code], statuses[code] = {}, {}
        for item in card["items"]:
            if item["scored"]:
                found += _item(people, card, item, scores[code], statuses[code])
        found += _dimensions(files, people, card, scores[code], statuses[code])
    found += _compared(files, scores, statuses)
    if previous is not None:
        found += _changes(files, Files(previous))
    return found


def _rules(files: Files) -> Iterator[str]:
    """Check what the method forbids, whatever the numbers."""
    rated = where(files.tables["dataset"], files.tables["dataset"]["w"] != "")
    people: Counter[tuple[str, ...]] = Counter()
    for line in zip(*(rated[name] for name in ("department", "item", "stratum", "cell", "n")), strict=True):
        people[line[:2]] += int(line[4])
        if files.rule["merge_strata"]:
            people[line[:4]] += int(line[4])
    yield from (f"{'/'.join(key)}: {n} answers are told" for key, n in people.items() if n < files.base)
    design = files.tables["design"]
    known = where(design, design["N"] != "")
    if files.card["judged"] and not (files.card["margins"] and not files.card["margins_refused"]):
        off = (
            np.abs(known["w"].astype(float) * known["n"].astype(float) / known["N"].astype(float) - 1) > 1e-9
        )
        yield from (f"{one}: its weight is not N/n" for one in known["stratum"][off])
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for stratum, cell, *sizes in zip(
        *(design[name] for name in ("stratum", "cell", "N", "n", "w")), strict=True
    ):
        if told.setdefault((stratum, cell), tuple(sizes)) != tuple(sizes):
            yield f"{stratum}/{cell}: the same people weigh differently beside two departments"


def _differs(at: str, told: Any, follows: float | None) -> Iterator[str]:
    if told is None or follows is None:
        if told is not None or follows is not None:
            yield f"{at}: {told}, {follows} follows"
    elif not math.isclose(float(told), follows, rel_tol=1e-8, abs_tol=1e-9):
        yield f"{at}: {told}, {follows} follows"


def _item(
    people: People, card: Any, item: Any, scores: dict[str, Figure], statuses: dict[str, str]
) -> Iterator[str]:
    code, at = item["code"], f"{card['figures']['code']}/{item['code']}"
    rows = people.of(code)
    score, rate = people.score(code), people.rate(code, "45")
    status = people.status(score, rate)
    scores[code], statuses[code] = score, status
    if status != item["status"]:
        yield f"{at}: {item['status']}, {status} follows"
        return
    if status == "suppressed":
        return
    pairs = [("score", score.mean), ("score_low", score.low), ("score_high", score.high)]
    pairs += [("satisfaction", rate.mean), ("satisfaction_low", rate.low), ("satisfaction_high", rate.high)]
    pairs += [("n", float(len(rows["value"])))]
    for name, value in pairs:
        yield from _differs(f"{at}/{name}", item[name], value)
    for grade, told in zip("54321", item["grades"], strict=True):
        share = rows["each"][rows["value"] == grade].sum() / rows["each"].sum()
        yield from _differs(f"{at}/grade {grade}", told, float(share))
    if item["headline"]:
        good, figures = people.rate(code, "345"), card["figures"]
        pairs = [("score_se", score.se), ("score_df", score.df), ("satisfaction_n_e", rate.n_e)]
        pairs += [("satisfaction_kg_width", rate.width), ("good_rate", good.mean)]
        pairs += [("good_rate_low", good.low), ("good_rate_high", good.high)]
        for name, value in pairs:
            yield from _differs(f"{at}/{name}", figures[name], value)
        if figures["status"] != status:
            yield f"{at}: the headline is {figures['status']}, {status} follows"
        yield from _groups(people, card, code)


def _groups(people: People, card: Any, item: str) -> Iterator[str]:
    """Check the pooled strata of the breakdown by place."""
    rows = people.of(item)
    for breakdown in card["breakdowns"]:
        for group in breakdown["groups"] if breakdown["by"] == "place" else ():
            part = where(rows, rows["stratum"] == group["code"])
            if len(part["value"]):
                score = people.score(item, part)
                for name, value in (("score", score.mean), ("score_se", score.se), ("n", float(score.n))):
                    yield from _differs(
                        f"{card['figures']['code']}/{group['code']}/{name}", group[name], value
                    )


def _dimensions(
    files: Files, people: People, card: Any, scores: dict[str, Figure], statuses: dict[str, str]
) -> Iterator[str]:
    code = card["figures"]["code"]
    asked = next(one["items"] for one in files.method["departments"] if one["code"] == code)
    table = files.about("correlations", code)
    lines = zip(table["item_a"], table["item_b"], table["correlation"], strict=True)
    among = {frozenset((a, b)): float(r) for a, b, r in lines}
    share: dict[str, float] = {}
    for dimension in files.card["dimensions"]:
        items = [item for item in asked if item["dimension"] == dimension["code"]]
        whole = sum(float(item["weight"]) for item in items)
        own = {item["code"]: float(item["weight"]) / whole for item in items}
        share |= {item: float(dimension["weight"]) * part for item, part in own.items()}
        told = next((one for one in card["dimensions"] if one["code"] == dimension["code"]), None)
        if told is not None and told["score"] is not None:
            mean, low, high = _combined(files, own, scores, among)
            for name, value in (("score", mean), ("score_low", low), ("score_high", high)):
                yield from _differs(f"{code}/{dimension['code']}/{name}", told[name], value)
    if card["figures"]["index"] is not None:
        if {statuses[item] for item in share} != {"publishable"}:
            yield f"{code}: an index of dimensions that may not be judged by"
        mean, low, high = _combined(files, share, scores, among)
        for name, value in (("index", mean), ("index_low", low), ("index_high", high)):
            yield from _differs(f"{code}/{name}", card["figures"][name], value)


def _combined(
    files: Files, share: dict[str, float], scores: dict[str, Figure], among: dict[frozenset[str], float]
) -> tuple[float | None, float | None, float | None]:
    """Give the weighted mean of items with its interval, from correlations."""
    items = list(share)
    if len(items) == 1:
        one = scores[items[0]]
        return one.mean, one.low, one.high
    if any(scores[item].se is None for item in items):
        return None, None, None
    a = np.array([share[item] for item in items])
    a = a / a.sum()
    se = np.array([scores[item].se for item in items], dtype=float)
    r = np.array([[1.0 if x == y else among[frozenset((x, y))] for y in items] for x in items])
    mean = float(a @ np.array([scores[item].mean for item in items], dtype=float))
    reach = float(np.sqrt((a * se) @ r @ (a * se)))
    reach *= float(stats.t.ppf((1 + files.level) / 2, min(scores[item].df or 0.0 for item in items)))
    return mean, mean - reach, mean + reach


def _compared(
    files: Files, scores: dict[str, dict[str, Figure]], statuses: dict[str, dict[str, str]]
) -> Iterator[str]:
    """Check benchmark, z, bands and rank sets of waves that compare plain scores."""
    card = files.card
    headline = {
        one["code"]: next((item["code"] for item in one["items"] if item["headline"]), None)
        for one in files.method["departments"]
    }
    figures = {one["code"]: one for one in card["departments"]}
    firm = [code for code in figures if statuses[code].get(headline[code] or "") == "publishable"]
    for code, one in figures.items():
        if code not in firm or not card["judged"]:
            for name in ("z", "band", "rank_low", "change"):
                if one[name] is not None:
                    yield f"{code}/{name}: told of a department that may not be judged"
    if not card["judged"] or not firm or files.rule["standard"]:
        return
    value = np.array([scores[code][headline[code] or ""].mean for code in firm], dtype=float)
    se = np.array([scores[code][headline[code] or ""].se for code in firm], dtype=float)
    df = np.array([scores[code][headline[code] or ""].df for code in firm], dtype=float)
    declared = files.rule["target"]
    target = value.mean() if declared is None else float(declared)
    yield from _differs("benchmark/target", card["benchmark"]["target"], float(target))
    phi, tau2 = _spread(value - target, se)
    yield from _differs("benchmark/phi", card["benchmark"]["phi"], phi)
    yield from _differs("benchmark/tau2", card["benchmark"]["tau2"], tau2)
    z, many = (value - target) / se, len(firm) >= 10
    if many:
        at_target = se * np.sqrt(target * (100 - target) / (value * (100 - value)))
        _phi, tau2_there = _spread(value - target, at_target)
        p = 2 * stats.t.sf(np.abs(value - target) / np.sqrt(at_target**2 + tau2_there), df)
    else:
        p = 2 * stats.norm.sf(np.abs(z))
    adjusted = holm(p)
    low, high = _rank_sets(files, value, se, df)
    for i, code in enumerate(firm):
        one = figures[code]
        yield from _differs(f"{code}/z", one["z"], float(z[i]))
        yield from _differs(
            f"{code}/z_prime", one["z_prime"], float((value[i] - target) / np.hypot(se[i], math.sqrt(tau2)))
        )
        yield from _differs(f"{code}/p_holm", one["p_holm"], float(adjusted[i]))
        strength = "" if adjusted[i] >= 0.002 else "much_"
        band = "as_expected" if adjusted[i] >= 0.05 else strength + ("better" if z[i] > 0 else "worse")
        if one["band"] != band:
            yield f"{code}/band: {one['band']}, {band} follows"
        if files.rule["ranks"] and [one["rank_low"], one["rank_high"]] != [low[i], high[i]]:
            yield f"{code}/rank: {one['rank_low']} to {one['rank_high']}, {low[i]} to {high[i]} follows"


def _spread(distance: Column, se: Column) -> tuple[float, float]:
    z = distance / se
    held = np.clip(z, *np.percentile(z, [10, 90]))
    k, phi, precision = len(z), float((held**2).mean()), se**-2.0
    room = float(precision.sum() - (precision**2).sum() / precision.sum())
    return phi, max(0.0, (k * phi - (k - 1)) / room) if room > 0 else 0.0


def _rank_sets(files: Files, value: Column, se: Column, df: Column) -> tuple[list[int], list[int]]:
    k = len(value)
    if k >= 10:
        place, error = np.log(value / (100 - value)), se * 100 / (value * (100 - value))
        both = error[:, None] ** 2 + error[None, :] ** 2
        freedom = both**2 / (error[:, None] ** 4 / df[:, None] + error[None, :] ** 4 / df[None, :])
        p, spent = (
            stats.t.sf((place[:, None] - place[None, :]) / np.sqrt(both), freedom),
            (1 - files.level) / 2,
        )
    else:
        p = stats.norm.sf((value[:, None] - value[None, :]) / np.hypot(se[:, None], se[None, :]))
        spent = 1 - files.level
    pairs = ~np.eye(k, dtype=bool)
    beats = np.zeros((k, k), dtype=bool)
    if k > 1:
        beats[pairs] = holm(p[pairs]) <= spent
    return (1 + beats.sum(axis=0)).tolist(), (k - beats.sum(axis=1)).tolist()


def _changes(files: Files, before: Files) -> Iterator[str]:
    """Check the changes of plain scores since the wave before."""
    then = {one["code"]: one for one in before.card["departments"]}
    pairs = {
        one["code"]: (one, then[one["code"]])
        for one in files.card["departments"]
        if one["code"] in then
        and one["status"] == then[one["code"]]["status"] == "publishable"
        and one["change"]
    }
    reach = float(stats.norm.ppf((1 + files.level) / 2))
    p = []
    for code, (now, old) in pairs.items():
        change = float(now["score"]) - float(old["score"])
        se = math.hypot(float(now["score_se"]), float(old["score_se"]))
        yield from _differs(f"{code}/change", now["change"], change)
        yield from _differs(f"{code}/change_low", now["change_low"], change - reach * se)
        p.append(2 * stats.norm.sf(abs(change) / se) if len(pairs) < 10 else _welch(now, old))
    for (code, (now, _old)), adjusted in zip(pairs.items(), holm(np.array(p)) if p else (), strict=True):
        yield from _differs(f"{code}/change_p_holm", now["change_p_holm"], float(adjusted))
        moved = adjusted < 0.05 and abs(float(now["change"])) >= float(files.rule["smallest_change"])
        direction = ("improved" if float(now["change"]) > 0 else "declined") if moved else "no_change_shown"
        if now["change_direction"] != direction:
            yield f"{code}/change: {now['change_direction']}, {direction} follows"


def _welch(now: Any, old: Any) -> float:
    places, errors, freedoms = [], [], []
    for one in (now, old):
        score = float(one["score"])
        places.append(math.log(score / (100 - score)))
        errors.append((float(one["score_se"]) * 100 / (score * (100 - score))) ** 2)
        freedoms.append(float(one["score_df"]))
    df = sum(errors) ** 2 / sum(e**2 / f for e, f in zip(errors, freedoms, strict=True))
    return float(2 * stats.t.sf(abs(places[0] - places[1]) / math.sqrt(sum(errors)), df))
