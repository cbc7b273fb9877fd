"""What changed on the desk between two states of a draft, as pieces of HTML that htmx puts in their places.

An edit touches one or two of hundreds of cards; only those are sent. Deletions come first, so that a card that moves
is never met twice; what is inserted stands behind something that is already there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeVar

from django.utils.safestring import SafeString

from surveys.questionnaires.desk import Card, Page

One = TypeVar("One", Card, Page)
Draw = Callable[[Card], SafeString]
DrawPage = Callable[[Page], SafeString]

PAGE, CARD, ENTRY, LIST = "page_", "q-", "o_", "list_"  # what ids begin with


def swapped(html: SafeString) -> SafeString:
    """Return an element that takes the place of the one with its id."""
    return _with(html, 'hx-swap-oob="true"')


def patches(
    before: Sequence[Page],
    after: Sequence[Page],
    *,
    draw: Draw,
    draw_page: DrawPage,
    draw_entry: DrawPage,
    draw_summary: DrawPage,
    leave: str = "",
) -> list[SafeString]:
    """Return what turns the list and the outline of `before` into those of `after`.

    `draw` and `draw_page` give the HTML of a card and of a whole page, `draw_entry` that of a page in the outline and
    `draw_summary` that of its heading. The card with the code `leave` is open and stays as it is unless it has moved.
    """
    first: list[SafeString] = []
    then: list[SafeString] = []
    known = {page.code: page for page in before}
    kept = _compared(before, after, "desk-list", PAGE, draw_page, first, then)
    _compared(before, after, "outline-list", ENTRY, draw_entry, first, then)
    for page in kept:
        old = known[page.code]
        if old == page:
            continue
        if [_named(card) for card in (page.head, *page.cards)] != [
            _named(card) for card in (old.head, *old.cards)
        ]:
            then += [swapped(draw_entry(page)), swapped(draw_summary(page))]
        if page.head and old.head and page.head != old.head and page.code != leave:
            then.append(_changed(old.head, page.head, draw))
        cards = {card.code: card for card in old.cards}
        for card in _compared(old.cards, page.cards, f"{LIST}{page.code}", CARD, draw, first, then):
            if card != cards[card.code] and card.code != leave:
                then.append(_changed(cards[card.code], card, draw))
    return [*first, *then]


def _compared(
    before: Sequence[One],
    after: Sequence[One],
    place: str,
    prefix: str,
    draw: Callable[[One], SafeString],
    first: list[SafeString],
    then: list[SafeString],
) -> list[One]:
    """Write down what goes and what comes, and return what stays."""
    old, new = [one.code for one in before], [one.code for one in after]
    stays: list[One] = []
    for deed, start, end, to_start, to_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if deed == "equal":
            stays += after[to_start:to_end]
            continue
        first += [
            SafeString(f'<div id="{prefix}{code}" hx-swap-oob="delete"></div>') for code in old[start:end]
        ]
        for position in range(to_start, to_end):
            where = f"afterend:#{prefix}{new[position - 1]}" if position else f"afterbegin:#{place}"
            then.append(SafeString(f'<div hx-swap-oob="{where}">{draw(after[position])}</div>'))
    return stays


def _changed(old: Card, new: Card, draw: Draw) -> SafeString:
    """Return what turns a card into another: mostly it is the numbers of questions in its rules."""
    if replace(old, rules=()) == replace(new, rules=()):
        return swapped(new.drawn_rules)
    return swapped(draw(new))


def _named(card: Card | None) -> tuple[str, str, bool]:
    """Return what the outline shows of a card."""
    return (card.code, card.name, card.is_counted) if card else ("", "", False)


def _with(html: SafeString, attribute: str) -> SafeString:
    """Put an attribute into the first tag."""
    start = html.index("<")
    end = start + min(at for sign in (" ", ">") if (at := html[start:].find(sign)) > 0)
    return SafeString(f"{html[:end]} {attribute}{html[end:]}")


def joined(pieces: Iterable[SafeString]) -> SafeString:
    """Return pieces as one answer."""
    return SafeString("\n".join(str(piece) for piece in pieces))
