"""Drafts with pages, jumps and ways through."""

from typing import Any

from tests.surveys.questionnaires.conftest import a_document, a_question, a_text


def a_page(code: str, title: str, *jumps: tuple[dict[str, Any], str], **more: Any) -> dict[str, Any]:
    """A page that is left by the jumps, each a condition and where it leads."""
    settings = {"jumps": [{"when": when, "to": to} for when, to in jumps]} if jumps else {}
    return a_question(code, "page_break", about="general", text=a_text(title), settings=settings, **more)


def a_choice(code: str, *words: str, **more: Any) -> dict[str, Any]:
    """A question about the place with such choices, and “don't know”."""
    choices = [{"code": number, "text": a_text(one)} for number, one in enumerate(words, 1)]
    return a_question(
        code, "single_choice", about="general", settings={"choices": choices, "offer": ["dk"]}, **more
    )


def is_choice(code: str, value: int) -> dict[str, Any]:
    """The condition that a choice was made."""
    return {"equals": [{"answer": code}, {"value": value}]}


def a_branching_document() -> dict[str, Any]:
    """Five pages: one may screen out, one jumps and ends early, one is shown only to some."""
    return a_document(
        a_page("p1", "Do you live here", (is_choice("lives", 2), "screen_out")),
        a_choice("lives", "Yes", "No"),
        a_page("p2", "What you used", (is_choice("used", 2), "p5"), (is_choice("used", 3), "end")),
        a_choice("used", "Something", "Nothing yet", "I would rather stop"),
        a_page("p3", "All in all"),
        a_question("overall", headline=True),
        a_choice("where", "Online", "Counter"),
        a_page("p4", "At the counter", show=is_choice("where", 2)),
        a_question("wait"),
        a_page("p5", "About you"),
        a_choice("tenure", "Own", "Rent"),
    )
