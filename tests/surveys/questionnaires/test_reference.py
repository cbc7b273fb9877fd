"""The generated pages of the documentation say what the code does."""

import pytest
from django.core.management import CommandError, call_command

from surveys.management.commands import reference
from surveys.questionnaires.question_types import REGISTRY
from surveys.questionnaires.reference import question_types_page


def test_no_generated_page_is_stale() -> None:
    call_command("reference", check=True)


def test_every_type_and_every_setting_stands_on_the_page() -> None:
    page = question_types_page()
    for kind in REGISTRY:
        assert f"## `{kind.name}`" in page
        assert all(f"| `{key}` |" in page for key in kind.settings_shape.optional)


def test_a_stale_page_is_named_and_written_again(tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    page = tmp_path / "page.md"
    monkeypatch.setattr(reference, "written_pages", lambda: iter([(page, "new\n")]))
    with pytest.raises(CommandError, match=r"page\.md"):
        call_command("reference", check=True)
    assert not page.exists()
    call_command("reference")
    assert page.read_text() == "new\n"
    call_command("reference", check=True)
