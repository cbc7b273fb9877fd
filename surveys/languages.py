"""Texts in several languages.

A *text* is a mapping from language code to words, `{"zh-hans": "公安", "en": "Police"}`. A missing translation
is answered in another language rather than with nothing: a resident never meets a blank.
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

Text = Mapping[str, str]

# What speakers call their language, where Django does not know it.
OWN_NAMES = {
    "bo": "བོད་སྐད།",
    "ii": "ꆈꌠꉙ",
    "kk-arab": "قازاقشا",
    "mn": "Монгол",
    "mn-mong": "ᠮᠣᠩᠭᠣᠯ",
    "za": "Vahcuengh",
}

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ug", "ur", "kk-arab"})

# Browsers name Chinese by country, questionnaires by script.
_SCRIPTS = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
}

LONGEST_CHOICE = 35  # characters of a language tag (RFC 5646 §4.4.1)
LONGEST_ACCEPTED = 200  # characters of what a browser accepts


def in_language(text: Text, language: str | None = None) -> str:
    """Return the words of `text` in `language`, else in the page's, else in the default, else in any language.

    Without `language` the language of the current request is meant. An empty text gives an empty string.
    """
    for code in (language or get_language() or "", settings.LANGUAGE_CODE):
        if text.get(code):
            return text[code]
    return next((words for words in text.values() if words), "")


def direction(language: str) -> str:
    """Return `rtl` for scripts that run from right to left, else `ltr`."""
    return "rtl" if language.lower() in RIGHT_TO_LEFT else "ltr"


def language_name(language: str) -> str:
    """Return what speakers of `language` call it, else its code."""
    try:
        return OWN_NAMES.get(language) or str(get_language_info(language)["name_local"])
    except KeyError:
        return language


def unseen(text: Text) -> str:
    """Return the codes of the signs in `text` that nobody can read: control and unassigned characters; "" without any.

    Ideographs of a newer standard than this machine knows are no such signs: names of places and people hold them.
    """
    found = dict.fromkeys(sign for words in text.values() for sign in words if _is_unseen(sign))
    return ", ".join(f"U+{ord(sign):04X}" for sign in found)


def readable(words: str) -> str:
    """Return `words` without the signs that nobody can read."""
    return "".join(sign for sign in words if not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    place, kind = ord(sign), unicodedata.category(sign)
    ideograph = 0x20000 <= place < 0x40000 and place & 0xFFFF < 0xFFFE
    return kind in {"Cc", "Cs"} or (kind == "Cn" and not ideograph)


def asks_the_same(first: str, second: str) -> bool:
    """Say whether two fingerprints of wordings (`questionnaires.wordings`) are of a question asked the same way.

    What is the same in every language must agree, and the words in every language that both have; without a language
    in common nothing can be said, so the answer is no.
    """
    (whole, *words), (other, *others) = first.split(" "), second.split(" ")
    if whole != other:
        return False
    spoken = {word.partition(":")[0]: word for word in words}
    shared = [(spoken[language], word) for word in others if (language := word.partition(":")[0]) in spoken]
    return all(one == another for one, another in shared) and (bool(shared) or not (words or others))


def wanted_language(chosen: str, accepted: str, offered: tuple[str, ...]) -> str:
    """Return the language of `offered` that was chosen, else the first that the browser accepts, else the first.

    Both come from strangers, so they are cut before they are remembered.
    """
    if len(accepted) > LONGEST_ACCEPTED:
        accepted = accepted[:LONGEST_ACCEPTED].rpartition(",")[0]
    return _wanted(chosen[:LONGEST_CHOICE], accepted, offered)


@lru_cache(maxsize=1000)
def _wanted(chosen: str, accepted: str, offered: tuple[str, ...]) -> str:
    if chosen in offered:
        return chosen
    for wanted, _weight in parse_accept_lang_header(accepted):
        base = wanted.split("-")[0]
        for candidate in (wanted, _SCRIPTS.get(wanted), base):
            if candidate in offered:
                return str(candidate)
        for language in offered:
            if language.split("-")[0] == base:
                return language
    return offered[0]
