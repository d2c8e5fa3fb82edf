"""Which known name somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest_word(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the nearest of the known words, "" where none is as near as `cutoff`."""
    from difflib import get_close_matches

    return "".join(get_close_matches(word, list(known), n=1, cutoff=cutoff))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `units`?" for the nearest of the known words; "" where none is near."""
    found = nearest_word(word, known)
    return f"did you mean `{found}`?" * bool(found)


def with_hint(sentence: str, word: str, known: Iterable[str]) -> str:
    """Return a sentence about a word that is not known, with the nearest known word behind it."""
    return ": ".join(filter(None, (sentence, did_you_mean(word, known))))
