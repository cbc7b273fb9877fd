"""Words are free: whether somebody wrote any, and what, decides nothing about who rates and who is counted.

Nobody has to give a reason, a name or a file. A rating that is asked only of those who wrote something, or wrote it
kindly, is no measure; and leaving somebody out for silence makes words a duty by another way. What such an answer
decides is followed from question to question: a fact that is asked only of those who wrote may not decide it either.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.questionnaires.logic.course import SCREEN_OUT
from surveys.questionnaires.logic.expressions import Expression, code_of, references
from surveys.questionnaires.logic.places import Layout, PagePlace, Place


def reason_problems(layout: Layout) -> Iterator[tuple[Place, str]]:
    """Yield every rule that lets free words decide about a rating, a screening or a quota, and what is wrong."""
    following = _following(layout)
    for place in layout.places():
        if not _decides(place, layout):
            continue
        for reference in _used(place.expression, following, layout):
            yield (
                place,
                _(
                    "%(rule)s depends on “%(code)s”, which somebody may leave unanswered without a reason. What was"
                    " written, and whether anything was, decides nothing about ratings, about who is asked, or about"
                    " quotas."
                )
                % {"rule": place.name, "code": reference},
            )


def _following(layout: Layout) -> frozenset[str]:
    """Return the codes of questions and values that are there, or are what they are, because of free words."""
    found: set[str] = set()
    passed: set[int] = set()  # positions that such a rule may lead past
    for page in layout.pages:
        begins = page.question
        is_open = begins is not None and "show" in begins and _used(begins["show"], found, layout)
        for position in page.entries:
            question = layout.list[position]
            rules = [
                rule
                for rule in (question.get("show"), question["settings"].get("value"))
                if isinstance(rule, dict)
            ]
            if is_open or position in passed or any(_used(rule, found, layout) for rule in rules):
                found.add(question["code"])
        if is_open or any(_used(jump["when"], found, layout) for jump in page.settings.get("jumps", ())):
            passed.update(layout.passed_by(page))
    return frozenset(found)


def _used(expression: Expression, following: set[str] | frozenset[str], layout: Layout) -> list[str]:
    used = references(expression).all
    return sorted(one for one in used if code_of(one) in following or layout.is_free(one))


def _decides(place: Place, layout: Layout) -> bool:
    """Say whether an expression decides that a rating is asked, that somebody is left out, or what a quota counts."""
    if place.sort == "quota":
        return True
    if place.sort == "jump":
        return _leads_past_ratings(layout.pages[layout.page_of[place.where]], layout)
    if place.sort != "show":
        return False
    if place.where not in layout.page_of:
        return place.where in layout.rated
    page = layout.pages[layout.page_of[place.where]]
    return any(layout.list[position]["code"] in layout.rated for position in page.entries) or (
        _leads_past_ratings(page, layout)
    )


def _leads_past_ratings(page: PagePlace, layout: Layout) -> bool:
    """Say whether a jump of the page leads past a rating or out; which jump is taken hangs on all before it."""
    return any(jump["to"] == SCREEN_OUT for jump in page.settings.get("jumps", ())) or any(
        layout.list[position]["code"] in layout.rated for position in layout.passed_by(page)
    )
