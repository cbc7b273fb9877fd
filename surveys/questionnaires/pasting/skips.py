"""Sentences about who is asked what: “If Q2 is No, skip to Q5”, “如选‘否’，跳至第5题”, “第2题选‘是’者回答”.

A sentence becomes a rule only when both its ends are clear: one choice of one earlier question that is no rating, and a
later question. Everything else stays a note; a rating may never decide what is asked (decision 14).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.questionnaires.pasting.vocabulary import number_of, squeezed

END = "end"

_N = r"([0-9]{1,4}(?:\.[0-9]{1,3})?|[一二三四五六七八九十]{1,4})"
_TARGETS = (
    re.compile(
        rf"(?:skip|go|jump|proceed|continue|turn|move) {{0,3}}(?:directly |straight |on |ahead )?to "
        rf"{{0,3}}(?:question |no\.? ?|number |#|q)? {{0,3}}{_N}"
    ),
    re.compile(
        rf"(?:跳转|跳到|跳至|跳答|跳|转到|转至|转|直接回答|直接到|请回答|请答|->|→|⇒|=>) {{0,3}}(?:至|"
        rf"到|第|问题|题|q|question)? {{0,3}}(?:第|q)? {{0,3}}{_N}"
    ),
)  # fmt: skip
_ENDS = re.compile(
    r"(?:skip|go|jump|proceed) to (?:the )?end|end (?:of )?(?:the |this )?(?:survey|questionnaire|"
    r"interview)|(?:跳至|跳到|转至|到)? {0,2}(?:结束|问卷结束)(?:问卷|答题|调查|作答|访问)?|→ "
    r"{0,2}end\b"
)
_SOURCES = re.compile(rf"(?:question |第 {{0,2}}|问题 {{0,2}}|题 {{0,2}}|\bq ?){_N}")
_ONLY = re.compile(
    r"only if|ask if|answer if|if .{1,80} only|者(?:请)?(?:回答|作答|填写|答)|的(?:请)?(?:回答|"
    r"作答|填写|受访者)|才(?:回答|作答|填写)|仅"
)
_BEGINS = re.compile(
    r"^[\[【(（〔*※注:： ]{0,4}(?:if |answer only|only if|only |ask if|skip |go to|如果|如|若|"
    r"假如|凡|选|第.{1,6}题.{0,4}(?:选|回答|答)|仅|本题|跳|→|->)"
)
_QUOTED = re.compile(r"[“\"‘'「『]([^”\"’'」』]{1,80})[”\"’'」』]")
_SAID = re.compile(
    r"(?:\bis\b|\bare\b|=|\banswered\b|\banswers?\b|\bchose\b|\bselected\b|选择了?|选了?|回答|答|"
    r"为|是|\bif(?= (?:yes|no)\b)|(?:如果|如|若)(?=[是否])) {0,2}([^,，;；。)）\]】]{1,60}?) {0,2}"
    r"(?:,|，|;|；|then\b|please\b|skip\b|go to|jump|者|的|时|请|则|跳|转|直接|→|->|结束|才|$|\)|）|\]|】|。)"
)


@dataclass(frozen=True, slots=True)
class Skip:
    """Who is asked what: `source` and `target` as numbered in the text, "" for the question it stands at."""

    line: int
    words: str  # of the choice
    source: str = ""
    target: str = ""  # a number, `END`, or "" when the question it stands at is asked of those alone
    by_choice: bool = False  # written behind the choice itself


def speaks_of_skipping(words: str) -> bool:
    """Say whether a line is a sentence about who is asked what."""
    plain = _plain(words)
    return bool(_BEGINS.match(plain)) and bool(
        any(pattern.search(plain) for pattern in _TARGETS) or _ENDS.search(plain) or _ONLY.search(plain)
    )


def skip_in(words: str, line: int) -> Skip | None:
    """Return what a sentence says; None when it does not say it clearly."""
    plain = _plain(words)
    target, cut = _target(plain)
    head = plain[:cut] if target else plain
    if not target and not _ONLY.search(plain):
        return None
    source = ""
    if found := _SOURCES.search(head):
        source = _number(found[1])
        head = head[: found.start()] + " " + head[found.end() :]
    quoted = _QUOTED.search(head)
    said = quoted or _SAID.search(head)
    if said is None or (not target and not source):
        return None
    return Skip(line, said[1].strip(), source, target)


def skip_behind(words: str, line: int) -> tuple[str, Skip] | None:
    """Return a choice's words without the skip that is written behind them, and that skip; None without one."""
    for start in (words.rfind(sign) for sign in ("(", "（", "[", "【", "→", "->", "——", "⇒")):
        if start <= 0:
            continue
        target, _cut = _target(_plain(words[start:]))
        chosen = words[:start].strip(" -—,，")
        if target and chosen:
            return chosen, Skip(line, chosen, "", target, by_choice=True)
    return None


def _target(plain: str) -> tuple[str, int]:
    found = [match for pattern in _TARGETS if (match := pattern.search(plain))]
    if found:
        first = min(found, key=lambda match: match.start())
        return _number(first[1]), first.start()
    if ended := _ENDS.search(plain):
        return END, ended.start()
    return "", 0


def _number(digits: str) -> str:
    return digits if "." in digits else str(number_of(digits))


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words[:2000]).casefold().split())


def chosen_code(
    words: str, texts: Sequence[Mapping[str, str]], codes: Sequence[int], letters: Sequence[str]
) -> int | None:
    """Return the code of the choice that `words` mean; None when none or several do."""
    mine = squeezed(words.removeprefix("option ").removeprefix("选项"))
    exact = [
        code
        for code, text in zip(codes, texts, strict=True)
        if mine in {squeezed(said) for said in text.values()}
    ]
    if not exact:
        exact = [
            code for code, letter in zip(codes, letters, strict=True) if letter and mine == squeezed(letter)
        ]
    return exact[0] if len(exact) == 1 else None


def shown_unless(question: str, code: int, *, is_set: bool) -> dict[str, object]:
    """Return the rule “unless `question` was answered with `code`”; who did not answer it is asked."""
    both = [{"answer": question}, {"value": code}]
    other = {"not": {"includes": both}} if is_set else {"differs": both}
    return {"any": [{"not": {"answered": question}}, other]}


def shown_if(question: str, code: int, *, is_set: bool) -> dict[str, object]:
    """Return the rule “only when `question` was answered with `code`”; `is_set` when it takes several answers."""
    return {"includes" if is_set else "equals": [{"answer": question}, {"value": code}]}
