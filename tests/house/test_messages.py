"""Whatever a person reads exists in Chinese and in English, with the same figures and names in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.core.management import CommandError, call_command

from survey_project.management.commands import messages

Plural = tuple[str, str]


def test_every_sentence_has_its_chinese_and_the_catalogue_is_compiled() -> None:
    call_command("messages", check=True)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("%(count)s of %(all)s", "%(all)s 个中的 %(count)s 个"),
        ("%(rate)s%% of residents", "%(rate)s%% 的居民"),
        ("100%%", "100%%"),
        ("nothing", "无"),
        (("%(count)s department", "%(count)s departments"), ("%(count)s 个部门",)),
        (("one department", "%(count)s departments"), ("%(count)s 个部门",)),
        ("not yet translated %(name)s", ""),
    ],
)
def test_the_same_places_in_another_order_are_fine(
    english: str | Plural, chinese: str | tuple[str, ...]
) -> None:
    assert messages.misplaced(Message(english, chinese)) == ""


@pytest.mark.parametrize(
    ("english", "chinese", "named"),
    [
        ("%(count)s of %(all)s", "%(count)s 个", "%(all)s"),
        ("by %(people)s people", "%(person)s 人", "%(people)s, %(person)s"),
        ("%(rate)s%% of residents", "%(rate)s% 的居民", "%"),
        ("%(day)d days", "%(day)s 天", "%(day)d, %(day)s"),
        ("%s days", "天", "%s"),
        (("%(count)s department", "%(count)s departments"), ("个部门",), "%(count)s"),
        (("%(count)s department", "%(count)s departments"), ("%(count)s 个", "%(n)s 个"), "%(count)s, %(n)s"),
    ],
)
def test_a_place_that_is_missing_or_misspelt_is_named(
    english: str | Plural, chinese: str | tuple[str, ...], named: str
) -> None:
    assert messages.misplaced(Message(english, chinese)).endswith(f"differs in {named}")


def test_the_check_fails_on_a_planted_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = _planted(tmp_path, "%(asked)s %(by)s.", "%(asked)s %(buy)s。")
    monkeypatch.setattr(messages, "CATALOGUE", planted)
    with pytest.raises(CommandError, match=r"differs in %\(buy\)s, %\(by\)s"):
        call_command("messages", check=True)


def _planted(folder: Path, english: str, chinese: str) -> Path:
    """Write the catalogue with one sentence's Chinese changed, compiled and all."""
    with messages.CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    found = catalogue.get(english)
    assert found is not None
    found.string = chinese
    path = folder / "django.po"
    write: tuple[tuple[Callable[..., None], Path], ...] = (
        (write_po, path),
        (write_mo, path.with_suffix(".mo")),
    )
    for writer, place in write:
        with place.open("wb") as out:
            writer(out, catalogue)
    return path
