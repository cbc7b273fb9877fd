"""Reports of waves and departments: every kind, in both languages, from frozen content alone."""

import json
import re
from dataclasses import replace

import pytest
from django.utils import translation

from reports.narratives import telling
from reports.narratives.blocks import Bullets, Chapter, Paragraph, Report, Table
from reports.narratives.sources import Source
from reports.scorecards.content import ScorecardContent, WaveContent
from reports.scorecards.models import Publication, Scorecard
from tests.reports.narratives.conftest import KINDS, MakePublication, figures_in, text_of, words_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
BLANKS = ("  ", "%(", "%%", " .", " ,", "()", "（）")
NEVER = ("failed", "best department", "worst department", "不合格", "倒数", "排名第", "最差")
OF_THE_SAMPLED_ALONE = ("than expected", "预期", "±", "of residents are satisfied", "upper half", "前半")
# What may stand in Latin letters in a Chinese report: names of files, programs and people, and the waves' own words.
LATIN = re.compile(r"[a-zA-Z]{4,}")
KNOWN = {
    *("SUMS", "SPSS", "PSPP", "Stata", "LibreOffice", "Excel"),
    "Cronbach",
    "McDonald",
    "Holm",
    "Kish",
    "Korn",
    "Graubard",
    "Lindeman",
    "Merenda",
    "Gold",
    "Johnson",
    "verify",
    *("spring", "parks", "roads", "library", "water", "before", "town", "north", "south", "services", "city"),
    *("overall", "ease", "trust", "live", "satisfied", "content"),
}


def reports_of(publication: Publication, language: str) -> list[Report]:
    """Tell a wave and each of its departments."""
    cards = publication.scorecards.select_related("publication__wave", "department").order_by("pk")
    return [
        telling.wave_report(publication, language=language),
        *(telling.department_report(card, language=language) for card in cards),
    ]


def card_of(publication: Publication, code: str) -> Scorecard:
    return publication.scorecards.select_related("publication__wave").get(department__code=code)


def chapter_of(report: Report, code: str) -> Chapter:
    return next(one for one in report.chapters if one.code == code)


def words_in(report: Report, code: str) -> str:
    return text_of(replace(report, chapters=(chapter_of(report, code),)))


def check_whole(report: Report) -> None:
    """Hold a report against what every one of them keeps."""
    for words in words_of(report):
        assert words
        assert words == words.strip()
        assert not re.search(r"\bNone\b(?! (?:of|stands|has)\b)", words), words
        assert not [blank for blank in BLANKS if blank in words], words
        assert not [never for never in NEVER if never in words], words
        assert not re.search(r"\b1 (departments|people|ratings|residents|districts)\b", words), words
    for chapter in report.chapters:
        assert chapter.blocks
        for block in chapter.blocks:
            if isinstance(block, Table):
                assert block.rows
                assert all(len(row) == len(block.heads) for row in block.rows), block.caption
                assert all(n < len(block.heads) for n in block.numeric)
    codes = [chapter.code for chapter in report.chapters]
    assert len(codes) == len(set(codes))


def untranslated(report: Report) -> set[str]:
    """Return the words in Latin letters that a Chinese report should not have; files have a dot."""
    text = re.sub(
        r"[0-9a-f]{64}|[\w.-]+\.(?:csv|json|pdf|xlsx|sav|py)\b|How \w+ are you\?|Which of these",
        "",
        text_of(report),
    )
    return set(LATIN.findall(text)) - KNOWN


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_wave_is_told_whole_in_both_languages(sealed: MakePublication, kind: str) -> None:
    publication = sealed(kind)
    cards = list(publication.scorecards.values_list("content", flat=True))
    numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", json.dumps([publication.content, *cards]))]
    # Half to even may round a tie otherwise than floats do; a mean of scores stays within the scale on paper.
    published = {
        f"{scaled + step:.1f}"
        for n in numbers
        for scaled in (abs(n), abs(n) * 100)
        for step in (-0.001, 0.001)
    }
    for language in LANGUAGES:
        for report in reports_of(publication, language):
            assert report.language == language
            check_whole(report)
            # The two that are a difference of two published figures are told by rounding those.
            told = [one for one in report.chapters if one.code not in ("weighting", "standing")]
            missing = (
                figures_in(text_of(replace(report, chapters=tuple(told)))) - published - {"0.0", "100.0"}
            )
            assert not missing, (report.title, missing)
            if not publication.content["judged"]:
                assert not [word for word in OF_THE_SAMPLED_ALONE if word in text_of(report)]
            if language == "zh-hans":
                assert untranslated(report) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suppressed_department_is_told_without_any_figure(sealed: MakePublication, language: str) -> None:
    publication = sealed("hidden")
    report = telling.department_report(card_of(publication, "roads"), language=language)
    assert figures_in(text_of(report)) == set()
    assert [chapter.code for chapter in report.chapters] == ["finding", "limits"]
    wave = telling.wave_report(publication, language=language)
    for chapter in wave.chapters:
        for block in chapter.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    if row[0] in ("Roads", "roads局"):
                        assert figures_in(" ".join(row)) == set(), block.caption


def test_ratings_that_people_chose_to_give_have_no_chapter_of_comparisons(sealed: MakePublication) -> None:
    report = telling.wave_report(sealed("chosen"), language="en")
    assert {"changes", "places", "roofs"}.isdisjoint(chapter.code for chapter in report.chapters)
    assert "They say nothing of residents at large." in words_in(report, "limits")
    assert "nobody is ranked or labelled" in words_in(report, "findings")


def test_the_first_sentence_is_that_of_the_page_and_the_rest_is_what_changed_and_who_stands_out(
    sealed: MakePublication,
) -> None:
    findings = telling.wave_report(sealed("second"), language="en").chapters[0]
    first, *rest = findings.blocks
    assert isinstance(first, Paragraph)
    assert first.kind == "lead"
    assert first.words.startswith("3 departments were rated by 100 people. Better than expected: Parks.")
    (lines,) = (block.lines for block in rest if isinstance(block, Bullets))
    said = " ".join(lines)
    assert "Improved since the wave before: Parks (+" in said
    assert "In the upper half of the 2 departments that can be compared, sure at 95%: Parks (1 of 2)." in said
    assert lines[-1] == "What those who took no part would have said is not known."


def test_what_improved_is_named_and_what_did_not_is_counted(sealed: MakePublication) -> None:
    said = words_in(telling.wave_report(sealed("second"), language="en"), "changes")
    assert "Improved since the wave before: Parks (+" in said
    assert "For 1 other department no change is shown." in said
    assert "1 department has too few ratings, then or now, to be compared." in said
    assert "no change shown (0.0)" in said
    assert "Holm-adjusted p below 0.05" in said


def test_a_first_wave_says_that_there_is_nothing_to_compare_with(sealed: MakePublication) -> None:
    changes = chapter_of(telling.wave_report(sealed("first"), language="en"), "changes")
    assert changes.blocks == (Paragraph("This wave declares no earlier one to be compared with.", "lead"),)


def test_a_break_is_told_as_one(sealed: MakePublication) -> None:
    publication = sealed("other words")
    said = words_in(telling.wave_report(publication, language="en"), "changes")
    assert "2 departments were asked about in other words then and cannot be compared." in said
    card = telling.department_report(card_of(publication, "parks"), language="en")
    assert "Not comparable with the wave before" in words_in(card, "standing")


def test_careless_answers_are_told_with_and_without_them(sealed: MakePublication) -> None:
    weighting = chapter_of(telling.wave_report(sealed("careless"), language="en"), "weighting")
    (table,) = (block for block in weighting.blocks if isinstance(block, Table))
    assert table.heads == ("Department", "Flagged", "Score", "Without them", "Difference")
    assert table.rows[0][:2] == ("Parks", "15")


def test_the_table_of_departments_has_the_digits_of_the_page(sealed: MakePublication) -> None:
    chapter = chapter_of(telling.wave_report(sealed("first"), language="en"), "departments")
    table = next(block for block in chapter.blocks if isinstance(block, Table))
    assert table.rows[0] == (
        "Parks",
        "69.5",
        "63.8–75.2",
        "70.0%",
        "87.1%",
        "much better than expected",
        "1 of 2",
        "87",
    )


def test_contents_of_earlier_formats_are_told_too(sealed: MakePublication) -> None:
    publication = sealed("second")
    for number in (1, 2, 3):
        source = _as_of(publication, number)
        for language in LANGUAGES:
            report = telling.tell(source, language=language)
            check_whole(report)
            assert "places" not in [one.code for one in report.chapters]
            assert "69.5" in text_of(report)


def _as_of(publication: Publication, number: int) -> Source:
    """Read a publication without what its content could not say in an earlier format."""
    later = {"tree", "places", "roll_ups"}
    if number < 2:
        later |= {"margins", "margins_refused", "margins_capped", "battery", "order_hangs_on_weights"}
    content = {key: value for key, value in publication.content.items() if key not in later}
    cards = publication.scorecards.order_by("pk").values_list("content", flat=True)
    return Source(
        wave=WaveContent.of({**content, "format": number}),
        cards=tuple(
            ScorecardContent.of({**{key: one[key] for key in one if key != "breakdowns"}, "format": number})
            for one in cards
        ),
        analysis=None,
    )


def test_the_language_around_is_left_as_it_was(sealed: MakePublication) -> None:
    publication = sealed("one")
    with translation.override("en"):
        report = telling.wave_report(publication, language="zh-hans")
        assert translation.get_language() == "en"
    assert report.title == "spring 评价"
