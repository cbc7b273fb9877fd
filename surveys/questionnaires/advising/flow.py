"""The pages of a draft as a picture: boxes from top to bottom, and an arc for every jump.

Only numbers are worked out here; the template draws them as SVG and a table beside it says the same in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from surveys.languages import in_language
from surveys.questionnaires.documents import Document, Question
from surveys.questionnaires.logic.course import END, SCREEN_OUT
from surveys.questionnaires.logic.places import Layout
from surveys.questionnaires.logic.wording import RuleWords
from surveys.questionnaires.question_types import question_type

BOX_WIDTH, BOX_HEIGHT, GAP = 250, 46, 26
LEFT, TOP, LANE = 10, 10, 18
MOST_LANES = 8
LONGEST_TITLE = 13  # Chinese characters; Latin ones are narrower


@dataclass(frozen=True, slots=True)
class Stop:
    """A page, or an end of the questionnaire: its words, and where its box stands."""

    code: str
    kind: str  # page, end, screen_out
    number: int  # of the page, 0 for an end
    title: str
    short: str
    questions: int
    is_conditional: bool
    rules: tuple[str, ...]  # when it is shown and where it leads, in words
    y: int

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + BOX_HEIGHT // 2

    @property
    def bottom(self) -> int:
        """The height of its lower edge."""
        return self.y + BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Arc:
    """A jump from one box to another, as the path of an SVG."""

    path: str
    head: str
    kind: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture."""

    stops: tuple[Stop, ...]
    arcs: tuple[Arc, ...]
    width: int
    height: int

    @property
    def pages(self) -> int:
        """How many pages there are; behind the last one the questionnaire ends."""
        return sum(stop.kind == "page" for stop in self.stops)

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """The straight lines from each box to the next: where they begin and where they end."""
        pages = [stop for stop in self.stops if stop.kind != SCREEN_OUT]
        return tuple((one.bottom, other.y) for one, other in pairwise(pages))


def flow_of(document: Document) -> Flow:
    """Lay out the pages of a well-shaped `document` in the language of the page."""
    layout = Layout(document)
    words = RuleWords(document)
    stops = []
    for number, page in enumerate(layout.pages, start=1):
        title = in_language(page.question["text"]) if page.question else ""
        asked = [layout.list[position] for position in page.entries]
        stops.append(
            Stop(
                code=page.code,
                kind="page",
                number=number,
                title=title,
                short=_shortened(title),
                questions=sum(question_type(question["type"]).takes_answer for question in asked),
                is_conditional=page.question is not None and "show" in page.question,
                rules=tuple(_rules(page.question, words)) if page.question else (),
                y=TOP + (number - 1) * (BOX_HEIGHT + GAP),
            )
        )
    jumps = [
        (number, jump["to"])
        for number, page in enumerate(layout.pages)
        for jump in page.settings.get("jumps", ())
    ]
    ends = [END, *([SCREEN_OUT] if any(to == SCREEN_OUT for _number, to in jumps) else [])]
    stops += [
        Stop(end, end, 0, "", "", 0, False, (), TOP + (len(layout.pages) + place) * (BOX_HEIGHT + GAP))
        for place, end in enumerate(ends)
    ]
    at = {stop.code: place for place, stop in enumerate(stops)}
    arcs = tuple(_arcs([(one, at[to], to) for one, to in jumps if to in at], stops))
    lanes = min(len(arcs), MOST_LANES)
    return Flow(tuple(stops), arcs, LEFT + BOX_WIDTH + (lanes + 1) * LANE + LEFT, stops[-1].bottom + TOP)


def _rules(question: Question, words: RuleWords) -> Iterator[str]:
    if "show" in question:
        yield words.show(question)
    yield from (words.jump(jump) for jump in question["settings"].get("jumps", ()))


def _arcs(jumps: list[tuple[int, int, str]], stops: list[Stop]) -> Iterator[Arc]:
    """Draw the jumps beside the boxes; short ones nearest, so that few of them cross."""
    taken: list[list[tuple[int, int]]] = []
    edge = LEFT + BOX_WIDTH
    for start, end, to in sorted(set(jumps), key=lambda jump: (abs(jump[1] - jump[0]), jump[0])):
        low, high = min(start, end), max(start, end)
        lane = next(
            (
                place
                for place, spans in enumerate(taken)
                if all(high <= one or low >= other for one, other in spans)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        x = edge + (min(lane, MOST_LANES - 1) + 1) * LANE
        y, target = stops[start].middle + 6, stops[end].middle - 6
        turn = 8 if target > y else -8
        yield Arc(
            f"M{edge} {y}H{x - 8}Q{x} {y} {x} {y + turn}V{target - turn}Q{x} {target} {x - 8} {target}H{edge + 7}",
            f"M{edge + 1} {target}l7 -4v8z",
            to if to in (END, SCREEN_OUT) else "page",
        )


def _shortened(title: str) -> str:
    room, kept = LONGEST_TITLE * 5, ""
    for character in title:
        room -= 5 if character >= "\u2e80" else 3  # as wide as the two are in bold type
        if room < 0:
            return kept.rstrip() + "…"
        kept += character
    return title
