"""Whatever a person reads exists in Chinese and in English."""

from django.core.management import call_command


def test_every_sentence_has_its_chinese_and_the_catalogue_is_compiled() -> None:
    call_command("messages", check=True)
