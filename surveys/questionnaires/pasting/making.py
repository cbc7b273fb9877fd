"""From the outline of a pasted text to questions of the document's format, with a note for whatever is not plain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.languages import Text, language_name
from surveys.questionnaires import documents
from surveys.questionnaires.documents import EACH, GENERAL, Question
from surveys.questionnaires.pasting import kinds
from surveys.questionnaires.pasting.kinds import Made
from surveys.questionnaires.pasting.lines import Note
from surveys.questionnaires.pasting.outline import Asked, Choice, Heading, Outline
from surveys.questionnaires.pasting.vocabulary import (
    EACH_WORDS,
    GENERAL_WORDS,
    OVERALL_WORDS,
    THANKS,
    squeezed,
)
from surveys.questionnaires.question_types import question_type


@dataclass
class Maker:
    """Goes through the entries of an outline; `kinds` and `abouts` are the designer's own choices, by line."""

    languages: Sequence[str]
    departments: Mapping[str, Text]
    kinds: Mapping[int, str] = field(default_factory=dict)
    abouts: Mapping[int, str] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    about: str = GENERAL
    section: int = 0
    section_kind: str = ""

    def note(self, line: int, words: str, *, is_doubtful: bool = True) -> None:
        """Say what was made of a line."""
        self.notes.append(Note(line, words, is_doubtful))

    def make(self, outline: Outline) -> None:
        """Make a question of everything that is one."""
        for position, entry in enumerate(outline.entries):
            if isinstance(entry, Heading):
                following = outline.entries[position + 1 :][:1]
                self._page(entry, is_followed=bool(following) and isinstance(following[0], Heading))
            else:
                self._asked(entry)
        self._headlines()
        self._languages()
        self._judged()

    def _page(self, heading: Heading, *, is_followed: bool) -> None:
        self.section += 1
        self.section_kind = heading.marks.kind
        self.about = self._about(heading)
        if not heading.text and is_followed:
            return  # a line drawn above a heading
        question = {
            "code": f"p{1 + sum(one.asked is None for one in self.made)}",
            "type": "page_break",
            "about": GENERAL,
            "text": heading.text,
            "help": heading.words,
        }
        self.made.append(Made(documents.tidied_question(question), heading.line, None, self.section))

    def _about(self, heading: Heading) -> str:
        """Return whom the questions below a heading are about."""
        if chosen := self.abouts.get(heading.line) or heading.marks.about:
            return chosen
        words = [squeezed(said) for said in heading.text.values()]
        names = {
            squeezed(name): code
            for code, text in self.departments.items()
            for name in (code, *text.values())
            if name
        }
        exact = {names[said] for said in words if said in names}
        if len(exact) == 1:
            return exact.pop()
        if any(each in said for said in words for each in EACH_WORDS):
            return EACH
        within = {
            code
            for code, text in self.departments.items()
            for name in text.values()
            for said in heading.text.values()
            if _stands_in(name, said)
        }
        title = next(iter(heading.text.values()), "")[:80]
        if len(within) == 1:
            code = within.pop()
            if code != GENERAL:
                name = next(iter(self.departments[code].values()), code)
                message = _(
                    "The heading “%(heading)s” names %(department)s, so the questions below are about it."
                )
                self.note(heading.line, message % {"heading": title, "department": name}, is_doubtful=False)
            return code
        if len(within) > 1:
            message = _(
                "The heading “%(heading)s” names several departments; the questions below are "
                "taken to be about the place as a whole."
            )
            self.note(heading.line, message % {"heading": title})
        elif title and not any(general in said for said in words for general in GENERAL_WORDS):
            message = _(
                "The heading “%(heading)s” names no department; the questions below are taken to "
                "be about the place as a whole."
            )
            self.note(heading.line, message % {"heading": title})
        return GENERAL

    def _asked(self, asked: Asked) -> None:
        self._loose(asked)
        about = self.abouts.get(asked.line) or asked.marks.about or self.about
        for made in kinds.questions_of(self, asked):
            chosen = self.abouts.get(made.line)
            made.question["about"] = chosen or made.question.get("about") or about
            made.section = self.section
            self.made.append(self._finished(made, asked))

    def _finished(self, made: Made, asked: Asked) -> Made:
        question = made.question
        kind = question_type(question["type"])
        number = 1 + sum(one.asked is not None for one in self.made)
        if asked.marks.required and not (kind.may_be_required and kind.takes_answer):
            self.note(asked.line, _("A text can never be required: nobody has to give a reason."))
        required = bool(asked.marks.required) and kind.may_be_required and kind.takes_answer
        if not question["text"]:
            self.note(asked.line, _("The question has no words; give it some in the editor."))
        made.question = documents.tidied_question(
            {
                "help": asked.help,
                **question,
                "code": f"q{number}",
                "required": required,
                "headline": asked.marks.headline and kind.scored,
            }
        )
        return made

    def _loose(self, asked: Asked) -> None:
        """Decide what lines without a mark are: choices when several short ones stand below a question without any."""
        thanks = [one for one in asked.loose if _thanks(one)]
        loose, asked.loose = [one for one in asked.loose if one not in thanks], []
        for one in thanks:
            words = _("The thanks are left out: everybody is thanked when the answers are in.")
            self.note(one.line, words, is_doubtful=False)
        if not loose:
            return
        short = all(
            len(words) <= 60 and not words.rstrip().endswith(("。", "；", ".", ";"))
            for one in loose
            for words in one.text.values()
        )
        lines = f"{loose[0].line}–{loose[-1].line}" if len(loose) > 1 else str(loose[0].line)
        if len(loose) > 1 and short and not asked.choices and not asked.columns:
            asked.choices = [Choice(one.line, one.text, "") for one in loose]
            self.note(
                loose[0].line,
                _("Lines %(lines)s have no mark; they are taken as choices of the question above.")
                % {"lines": lines},
            )
            return
        for one in loose:
            for language, words in one.text.items():
                asked.help[language] = (
                    f"{asked.help[language]}\n{words}" if asked.help.get(language) else words
                )
        message = ngettext(
            "Line %(lines)s has no mark; it is taken as help for the question above.",
            "Lines %(lines)s have no mark; they are taken as help for the question above.",
            len(loose),
        )
        self.note(loose[0].line, message % {"lines": lines})

    def _headlines(self) -> None:
        """Let one rating of each part be its headline: the one that is named, else one about all, else the first."""
        ratings = [one.question for one in self.made if kinds.is_rating(one.question)]
        parts = dict.fromkeys(question["about"] for question in ratings)
        for part in parts:
            mine = [question for question in ratings if question["about"] == part]
            about_all = next((question for question in mine if _is_about_all(question)), mine[0])
            named = next((question for question in mine if question["headline"]), about_all)
            has_own = (
                part in (GENERAL, EACH) or EACH not in parts
            )  # what each is asked is the headline of all
            for question in mine:
                question["headline"] = question is named and has_own

    def _judged(self) -> None:
        """Say that nobody is judged, when there are departments and every rating is about the place as a whole."""
        scored = [one.question for one in self.made if question_type(one.question["type"]).scored]
        if scored and set(self.departments) - {GENERAL} and all(one["about"] == GENERAL for one in scored):
            message = _(
                "No question is about a department, but a wave judges departments: choose below, at a page or "
                "a question, whom it is about."
            )
            self.note(0, message)

    def _languages(self) -> None:
        """Say which lines lack words in which language."""
        for language in self.languages:
            lacking = sorted({line for one in self.made for line in _lacking(one, language)})
            if lacking:
                listed = ", ".join(map(str, lacking[:12])) + (" …" if len(lacking) > 12 else "")
                message = ngettext(
                    "One line has no words in %(language)s: %(lines)s. It can be translated in the editor.",
                    "%(count)d lines have no words in %(language)s: %(lines)s. They can be translated in the editor.",
                    len(lacking),
                )
                self.note(
                    0, message % {"count": len(lacking), "language": language_name(language), "lines": listed}
                )


def _is_about_all(question: Question) -> bool:
    return any(word in said.casefold() for said in question["text"].values() for word in OVERALL_WORDS)


def _thanks(line: Choice) -> bool:
    return any(said.strip().casefold().startswith(THANKS) for said in line.text.values())


def _stands_in(name: str, title: str) -> bool:
    """Say whether `name` stands in `title`: Chinese anywhere, other words only whole."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in name):
        return len(name) > 1 and name in title
    name, title = (
        " ".join("".join(sign if sign.isalnum() else " " for sign in words.casefold()).split())
        for words in (name, title)
    )
    return bool(name) and f" {name} " in f" {title} "


def _lacking(made: Made, language: str) -> Iterator[int]:
    question, asked = made.question, made.asked
    if question["text"] and not question["text"].get(language):
        yield made.line
    for choice in (*asked.choices, *asked.rows) if asked else ():
        if (
            choice.text
            and not choice.text.get(language)
            and ("choices" in question["settings"] or "rows" in question["settings"])
        ):
            yield choice.line
