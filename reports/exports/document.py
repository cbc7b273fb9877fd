"""The two documents: the rules every number follows, and every published number. Canonical JSON (RFC 8785)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.exports.base import Bundle, Export, Fingerprint, Sheet
from reports.exports.checksums import fingerprints
from reports.scorecards.content import canonical

UNPUBLISHED = "; or before_unpublished where the score of the wave before was not published"
SCORES = {"5": "100", "4": "75", "3": "50", "2": "25", "1": "0"}


class Method(Export):
    """The method with its declared parameters, enough to compute the scorecard from the data files."""

    name = "method.json"
    media_type = "application/json"
    is_kept = True

    def __init__(self, others: Sequence[Export] = ()) -> None:
        """Name the fingerprints of the files `others`."""
        self.others = others

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the whole document."""
        content = bundle.content
        whole = {
            "format": content["format"],
            "wave": content["wave"],
            "number": content["number"],
            "method": content["method"],
            "parameters": content["parameters"],
            "judged": content["judged"],
            "klass": content["fieldwork"]["klass"],
            "scores": SCORES,
            "satisfied": ["5", "4"],
            "good": ["5", "4", "3"],
            "score": "theta = sum(s w) / sum(w) over the graded rows of an item",
            "degrees_of_freedom": "graded records less strata",
            "intervals": {
                "score": "t",
                "rates": "wilson on n_e = p(1 - p)/V with t; clopper-pearson on n where p is 0 or 1",
            },
            "benchmark": content["benchmark"],
            "dimensions": list(content["dimensions"]),
            "digits": 12,
            "input_hash": content["input_hash"],
            "code_hash": content["code_hash"],
            "edition_hash": content["edition_hash"],
            "departments": [_asked(sheet) for sheet in bundle.sheets()],
        }
        # What was published before exclusions were told is answered with the bytes of then.
        asked = content["fieldwork"]
        told = {key: asked[key] for key in ("excluded", "excluded_by") if key in asked}
        document = {**whole, **told, **self.rules(content), **self.files(bundle)}
        if "files" in document:
            document["self"] = _told(Fingerprint.of([canonical(document)]))
        yield canonical(document)

    def files(self, bundle: Bundle) -> dict[str, Any]:
        """Return the fingerprints of the files beside it, so that none is changed without this one."""
        found = list(fingerprints(self.others, bundle))
        return {
            "files": {export.name: one.sha256 for export, one in found},
            "sums": {export.name: _told(one)["sums"] for export, one in found},
        }

    def rules(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return how data files of this format are to be read: how people are weighted, and what follows from it."""
        return {
            "not_scored": ["dk", "na", "blank", "unrated", "suppressed"],
            "unrated": (
                "answers to items of a dimension by people who did not grade the headline: not counted"
            ),
            "weight": (
                "w of design.csv: N/n of the stratum, raked to the margins where there are any; "
                "1 where N is empty"
            ),
            "margins": content["margins"],
            "variance": (
                "sum over strata of (1 - n/N) n/(n - 1) (S2 - S1 S1/n), S1 = sum(w (s - theta))/W, "
                "S2 = sum(w2 (s - theta)^2)/W^2, W = sum(w); n and N of design.csv, psus and psu_population where "
                "given; 1 - n/N is 1 where N is empty"
            ),
            "variance_of_residuals": (
                "where residuals.csv has the item: S1 = c.first, S2 = c'second c with c = (s - theta)/W over the "
                "five grades, and degrees of freedom are units less strata with units"
            ),
            "index": (
                "I = sum of a m over items, a = weight of the dimension times the item's share in it, m = theta of the "
                "item; variance = sum over pairs of a a se se r, r of correlations.csv, 1 where a is b"
            ),
            "lonely_psu": content["parameters"]["lonely"],
            **self.comparability(content),
            "strata": (
                "joined in declared order until each has the minimum base, named with +"
                if content["parameters"]["merge_strata"]
                else "kept apart: each person's answers are public already"
            ),
        }

    def comparability(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return by which rule a change since the wave before is told, or refused."""
        return {
            "change": {
                "previous": content["previous"],
                "editions": [content["previous_edition"], content["edition"]],
                "value": "score less score of the scorecard.json of the wave before; se = sqrt(se^2 + se^2)",
                "told": (
                    "where the scorecards' asked agree: their first words, and of the others, which are "
                    "language:hash, all whose language both have, one at least; else change is null and "
                    "change_reason wording_changed" + UNPUBLISHED
                ),
                "parts": (
                    "items by their wording likewise; a dimension by all its items and their shares of it; the index "
                    "by all dimensions and their weights; else change_reason is wording_changed, items_changed or "
                    "weights_changed"
                ),
            }
        }


class Scorecard(Export):
    """Every published number, under the names that programs rely on."""

    name = "scorecard.json"
    media_type = "application/json"

    def chunks(self, bundle: Bundle) -> Iterator[bytes]:
        """Yield the wave's content first, then one scorecard at a time; keys stand in canonical order."""
        contents = ({**sheet.content, "code": sheet.code} for sheet in bundle.sheets())
        whole = {key: value for key, value in bundle.content.items() if key not in ("departments", "general")}
        figures: list[bytes] = []
        general = b"null"
        scorecards: list[bytes] = []
        for content in contents:
            if content["is_root"]:
                general = canonical(content["figures"])
            else:
                figures.append(canonical(content["figures"]))
            scorecards.append(canonical({key: value for key, value in content.items() if key != "code"}))
        members = {key: canonical(value) for key, value in whole.items()}
        members["departments"] = b"[" + b",".join(figures) + b"]"
        members["general"] = general
        members["scorecards"] = b"[" + b",".join(scorecards) + b"]"
        yield b"{"
        for place, key in enumerate(sorted(members)):
            yield (b"," if place else b"") + canonical(key) + b":" + members[key]
        yield b"}"


def _told(found: Fingerprint) -> dict[str, Any]:
    return {"sha256": found.sha256, "sums": [str(one) for one in found.sums]}


def _asked(sheet: Sheet) -> dict[str, Any]:
    return {
        "code": sheet.code,
        "items": [
            {key: item[key] for key in ("code", "scored", "headline", "dimension", "weight")}
            for item in sheet.dataset["items"]
        ],
    }
