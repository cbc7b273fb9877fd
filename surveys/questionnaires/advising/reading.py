"""How long a text takes to read, and how hard it is.

Speeds are those at which adults read the same texts aloud in 17 languages, about as carefully as one reads a question:
Chinese 255 characters, English 228 words a minute, 184 words in the mean of all (Trauzettel-Klosinski & Dietz 2012,
IReST). Silent readers of English manage 238 (Brysbaert 2019). A language of which nothing is known counts as the mean.
"""

from collections.abc import Iterable

from surveys.questionnaires.advising.phrases import sentences

CHARACTERS_A_MINUTE = 255
WORDS_A_MINUTE = {"en": 228}
WORDS_A_MINUTE_ELSEWHERE = 184
_VOWELS = frozenset("aeiouy")


def characters(words: str) -> int:
    """Count the Chinese characters, and each run of Latin letters or digits as two, a word's length in Chinese."""
    count, inside = 0, False
    for character in words:
        if (
            "\u3400" <= character <= "\u9fff"
            or "\uf900" <= character <= "\ufaff"
            or character >= "\U00020000"
        ):
            count, inside = count + 1, False
        elif character.isalnum():
            count, inside = count + (0 if inside else 2), True
        else:
            inside = False
    return count


def words_in(words: str) -> int:
    """Count what stands between spaces and holds a letter or a digit."""
    return sum(1 for token in words.split() if any(character.isalnum() for character in token))


def seconds(words: str, language: str) -> float:
    """Return the seconds that reading `words` takes."""
    if language.startswith("zh"):
        return characters(words) * 60 / CHARACTERS_A_MINUTE
    speed = WORDS_A_MINUTE.get(language.partition("-")[0], WORDS_A_MINUTE_ELSEWHERE)
    return words_in(words) * 60 / speed


def syllables(word: str) -> int:
    """Estimate the syllables of an English word: its groups of vowels, without a silent e at the end; at least 1."""
    plain = "".join(character for character in word.lower() if character.isalpha())
    groups, before = 0, False
    for character in plain:
        vowel = character in _VOWELS
        groups += vowel and not before
        before = vowel
    if plain.endswith("e") and not plain.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def grade(texts: Iterable[str]) -> float | None:
    """Return the school grade of English `texts`: 0.39 words a sentence + 11.8 syllables a word − 15.59, at least 0.

    None under 30 words. Source: Kincaid, Fishburne, Rogers & Chissom 1975, p. 14.
    """
    tokens = lines = sounds = 0
    for text in texts:
        for start, end in sentences(text):
            heard = [token for token in text[start:end].split() if any(map(str.isalpha, token))]
            lines += bool(heard)
            tokens += len(heard)
            sounds += sum(map(syllables, heard))
    if tokens < 30:
        return None
    return max(0.39 * tokens / lines + 11.8 * sounds / tokens - 15.59, 0.0)


def share_of_long(texts: Iterable[str], *, longest: int) -> float | None:
    """Return the share, 0 to 1, of Chinese sentences of more than `longest` characters; None without a sentence."""
    lengths = [characters(text[start:end]) for text in texts for start, end in sentences(text)]
    lengths = [length for length in lengths if length]
    return sum(length > longest for length in lengths) / len(lengths) if lengths else None
