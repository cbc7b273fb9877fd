"""The page of `docs/reference` that lists the rules of wording, written from the registry."""

from surveys.questionnaires.advising import MOST_OF_ONE_RULE, REGISTRY
from surveys.questionnaires.advising.base import Example, Rule
from surveys.questionnaires.advising.minutes import BUDGET, USUAL_DEPARTMENTS

_HEAD = f"""# Rules of wording

<!-- Written by `manage.py reference` from the registry; change the rules, not this page. -->

Before a questionnaire is published, every text of it is read by the rules below. Those marked *refused* keep it from
being published; the others advise, and a person decides. A rule reads the languages it names and says nothing about
others; of one rule at most {MOST_OF_ONE_RULE} findings are listed. `POST /api/v1/questionnaires/{{id}}/check/` gives
the same list, the progress of each language, the ways through and the minutes asked of a person: usually up to
{BUDGET:.0f} for somebody who rates {USUAL_DEPARTMENTS} departments.

Rules look for words, so they find what they know and sometimes what is no fault. Of the 73 items of the Kansas City
resident survey, with which the rule about two questions in one was made, it finds 11 of the 12 that ask two things and
suspects no other. Of 44 items from other surveys, looked at afterwards, it found 14 of 16 and wrongly suspected 6 of
28; no other rule found anything in them.

| code | looks for | languages | |
| --- | --- | --- | --- |
"""
_TONGUES = {"zh": "Chinese", "en": "English"}


def wording_rules_page() -> str:
    """Return the page that describes every rule."""
    rows = "".join(
        f"| [`{rule.code}`](#{rule.code}) | {rule.label} | {_languages(rule)} | {_level(rule)} |\n"
        for rule in REGISTRY
    )
    return _HEAD + rows + "\n" + "\n".join(_section(rule) for rule in REGISTRY)


def _section(rule: Rule) -> str:
    lines = [
        f"## {rule.code}",
        "",
        f"**{rule.label}.** {rule.reason}",
        "",
        f"Source: {rule.source}.",
        "",
        "| found in | not found in |",
        "| --- | --- |",
    ]
    found, passed = list(map(_shown, rule.rejects)), list(map(_shown, rule.accepts))
    longest = max(len(found), len(passed))
    pairs = zip(found + [""] * (longest - len(found)), passed + [""] * (longest - len(passed)), strict=True)
    return "\n".join([*lines, *(f"| {bad} | {good} |" for bad, good in pairs), ""])


def _shown(example: Example) -> str:
    """Write an example into a table cell: the words, the choices after a colon, languages apart by a stroke."""
    if isinstance(example, tuple):
        return _cell(example[1])
    questions = example.get("questions", [example])
    first = questions[0]
    words = " / ".join(first["text"].values())
    choices = [" / ".join(choice["text"].values()) for choice in first.get("settings", {}).get("choices", ())]
    shown = f"{words}: {' · '.join(choices)}" if choices else words
    notes = [
        *([f"× {len(questions)}"] if len(questions) > 1 else []),
        *(["required"] if first.get("required") else []),
        *([first["type"].replace("_", " ")] if "type" in first and not choices else []),
    ]
    return _cell(shown + (f" ({', '.join(notes)})" if notes else ""))


def _languages(rule: Rule) -> str:
    return ", ".join(_TONGUES[tongue] for tongue in rule.languages) or "any"


def _level(rule: Rule) -> str:
    return "refused" if rule.level == "refuse" else "advice"


def _cell(words: str) -> str:
    shown = words if len(words) <= 120 else f"{words[:119]}…"
    return shown.replace("|", "\\|").replace("<", "&lt;").replace("_", "\\_").replace("[", "\\[")
