"""Patterns of words: what a term is written as, and what one covers of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product

from framing.errors import LexiconError
from framing.tokens import tokenize

__all__ = ["Word", "barred_phrases", "covers", "parse_pattern"]

EMPTY_PATTERN = "a term must hold at least one word, found {pattern!r}"
SHORT_STEM = "{pattern!r}: a '*' needs at least 3 letters before it; write the endings out as a|b"
STAR_INSIDE = "{pattern!r}: a '*' may stand only at the end of a word"
EMPTY_ALTERNATIVE = "{pattern!r}: an alternative is empty; write 'bomb|bombs' without spare bars"
BARRED_PHRASES = (
    "{pattern!r}: a '|' joins single words, so {first!r} beside {second!r} is read as {found}; "
    "give each phrase its own row, or write the word that they share once, like 'air strike|raid'"
)
NOT_ONE_WORD = (
    "{pattern!r}: {word!r} is not one word of running text, so the term could never match; it is "
    "read as {found}; write those words with spaces and without marks"
)

# Words that any tokenizer would leave whole and unchanged: most of every lexicon.
_PLAIN_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")


@dataclass(frozen=True)
class Word:
    """One word of a pattern: literal words, and stems to which any ending may be added."""

    literals: tuple[str, ...]
    stems: tuple[str, ...]

    def could_match(self, other: Word) -> bool:
        """Tell whether some word is matched by both."""
        return (
            # "fool's" is matched by "fool" too
            any(
                a.removesuffix("'s") == b.removesuffix("'s")
                for a in self.literals
                for b in other.literals
            )
            or any(a.startswith(s) for a in self.literals for s in other.stems)
            or any(b.startswith(s) for b in other.literals for s in self.stems)
            or any(s.startswith(t) or t.startswith(s) for s in self.stems for t in other.stems)
        )


def parse_pattern(pattern: str) -> tuple[Word, ...]:
    """Read a pattern: words with ``|`` between alternatives and ``*`` for any ending.

    Parameters
    ----------
    pattern : str
        For example ``"death toll*"`` or ``"bomb|bombs|bombed"``.

    Returns
    -------
    tuple of Word
        One item a word, folded to lower case and straight apostrophes.

    Raises
    ------
    LexiconError
        If the pattern is empty, could never match, a ``*`` is misplaced, or a ``|`` stands
        between phrases.

    Examples
    --------
    >>> parse_pattern("death toll*")
    (Word(literals=('death',), stems=()), Word(literals=(), stems=('toll',)))
    """
    if not pattern.strip():
        raise LexiconError(EMPTY_PATTERN.format(pattern=pattern))
    barred = barred_phrases(pattern)
    if barred:
        first, second = barred
        found = ", ".join(repr(s) for s in islice(_written_out(pattern), 2))
        message = BARRED_PHRASES.format(pattern=pattern, first=first, second=second, found=found)
        raise LexiconError(message)
    words = []
    for part in pattern.split():
        literals, stems = [], []
        for choice in part.split("|"):
            bare = choice.removesuffix("*")
            if not choice:
                raise LexiconError(EMPTY_ALTERNATIVE.format(pattern=pattern))
            if "*" in bare:
                raise LexiconError(STAR_INSIDE.format(pattern=pattern))
            word = _one_word(bare, pattern)
            if choice != bare:
                if len(bare) < 3:
                    raise LexiconError(SHORT_STEM.format(pattern=pattern))
                stems.append(word)
            else:
                literals.append(word)
        words.append(Word(tuple(literals), tuple(stems)))
    return tuple(words)


def barred_phrases(pattern: str) -> tuple[str, str] | None:
    """Find two phrases that a pattern joins with a bar, though a bar joins single words.

    Whether ``a b|c d`` means two phrases cannot be told from its form; that it does is certain
    enough where they share their first or last word, or where one is the other written in one.

    Parameters
    ----------
    pattern : str
        The pattern as it was given.

    Returns
    -------
    tuple of str, or None
        The two phrases.

    Examples
    --------
    >>> barred_phrases("con man|con men")
    ('con man', 'con men')
    >>> barred_phrases("heat wave|heatwave")
    ('heat wave', 'heatwave')
    >>> barred_phrases("take|took aim at")
    """
    sides = [side.lower().split() for side in pattern.split("|")]
    for first, second in pairwise(sides):
        if len(first) > 1 < len(second) and (first[0] == second[0] or first[-1] == second[-1]):
            return " ".join(first), " ".join(second)
    solid = {side[0].replace("-", ""): side[0] for side in sides if len(side) == 1}
    for side in sides:
        for size in range(2, len(side) + 1):
            for phrase in (side[:size], side[-size:]):
                one = solid.get("".join(phrase).replace("-", ""))
                if one is not None:
                    return " ".join(phrase), one
    return None


def _written_out(pattern: str) -> Iterator[str]:
    return (" ".join(words) for words in product(*(p.split("|") for p in pattern.split())))


def _one_word(text: str, pattern: str) -> str:
    """Fold a word of a pattern as running text is folded; refuse what is not one word there."""
    if _PLAIN_WORD.fullmatch(text):
        return text
    tokens = tokenize([text])
    if len(tokens) != 1 or not tokens.word[0]:
        found = " + ".join(tokens.types[i] for i in tokens.type) or "no word at all"
        raise LexiconError(NOT_ONE_WORD.format(pattern=pattern, word=text, found=found))
    return tokens.types[0]


def covers(wide: Sequence[Word], narrow: Sequence[Word]) -> bool:
    """Tell whether all that `narrow` matches is matched by `wide`, word for word.

    Examples
    --------
    >>> covers(parse_pattern("air strike*"), parse_pattern("air strikes"))
    True
    """

    def held(literal: str, word: Word) -> bool:
        return literal in word.literals or any(literal.startswith(s) for s in word.stems)

    return len(wide) == len(narrow) and all(
        all(held(x, a) for x in b.literals)
        and all(any(s.startswith(t) for t in a.stems) for s in b.stems)
        for a, b in zip(wide, narrow, strict=True)
    )
