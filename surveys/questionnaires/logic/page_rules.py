"""What is wrong with the pages of a draft: jumps that lead back or nowhere, pages that nobody can reach."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaires.documents import GENERAL
from surveys.questionnaires.logic.course import END, PAGE_BREAK, SCREEN_OUT
from surveys.questionnaires.logic.domains import outcomes
from surveys.questionnaires.logic.expressions import Expression
from surveys.questionnaires.logic.places import Layout, PagePlace


def page_problems(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield the code of a page break and a sentence, for everything that is wrong with its page."""
    for number, page in enumerate(layout.pages):
        for message in _messages_on(page, number, layout):
            yield page.code, message
    for code in _unreached(layout):
        yield code, _("Nobody can reach this page: an earlier one always leads past it.")
    yield from _scattered(layout)


def _messages_on(page: PagePlace, number: int, layout: Layout) -> Iterator[str]:
    if page.question is None:
        return
    if page.code in (END, SCREEN_OUT):
        yield _("“%(code)s” means the end of the questionnaire; give the page another code.") % {
            "code": page.code
        }
    if page.question["about"] != GENERAL:
        yield _(
            "A page is about the place as a whole; the questions on it say which department they are about."
        )
    jumps = page.settings.get("jumps", ())
    if not page.entries and not jumps:
        yield _("There is nothing on this page.")
    if jumps and layout.bundle_sizes[page.bundle] > 1:
        yield _("A page that changes places with others cannot jump; let the page after the group do it.")
    for jump in jumps:
        yield from _messages_on_jump(jump, number, layout)


def _messages_on_jump(jump: Mapping[str, Any], number: int, layout: Layout) -> Iterator[str]:
    to, named = jump["to"], {"code": jump["to"]}
    if to == SCREEN_OUT:
        if any(
            question["code"] in layout.rated for question in layout.list[: layout.pages[number].entries.stop]
        ):
            yield _(
                "Who does not belong to those asked must turn out before the first rating: ratings that were given are"
                " never thrown away. Move this page up, or end the questionnaire here instead."
            )
        return
    if to == END:
        return
    target = layout.page_of.get(to)
    if target is None or layout.questions.get(to, {}).get("type") != PAGE_BREAK:
        yield _("A jump leads to “%(code)s”, but no page has this code.") % named
    elif target <= number:
        yield _("A jump leads back to the page “%(code)s”; jumps only go forward.") % named
    elif target > 0 and layout.pages[target - 1].bundle == layout.pages[target].bundle:
        yield _("A jump leads into a group of pages that change places; let it lead to the first of them.")


def _unreached(layout: Layout) -> Iterator[str]:
    """Yield the pages that no page leads to, by the conditions that are always true or never."""
    reached = {0}
    for number, page in enumerate(layout.pages):
        if number not in reached:
            yield page.code
            continue
        shown = _possible(page.question.get("show") if page.question else None, layout)
        goes_on = True
        if True in shown:
            for jump in page.settings.get("jumps", ()):
                possible = _possible(jump["when"], layout)
                if True in possible and jump["to"] in layout.page_of:
                    reached.add(layout.page_of[jump["to"]])
                if possible == {True}:
                    goes_on = shown != {True}
                    break
        if goes_on:
            reached.add(number + 1)


def _possible(expression: Expression | None, layout: Layout) -> frozenset[bool | None]:
    if expression is None:
        return frozenset({True})
    known = outcomes(expression, layout.questions)
    return frozenset({True, False, None}) if known is None else known


def _scattered(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield pages that have the name of a group but stand apart from it."""
    bundles = {page.bundle: page for page in reversed(layout.pages) if page.settings.get("group")}
    groups = Counter(page.settings["group"] for page in bundles.values())
    for page in sorted(bundles.values(), key=lambda page: page.bundle):
        group = page.settings["group"]
        if groups[group] > 1:
            yield (
                page.code,
                _("Pages of the group “%(group)s” stand apart; only neighbours change places.")
                % {"group": group},
            )
