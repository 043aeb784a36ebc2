"""Texts -> the columnar token table that voice, matching and the classifier all read.

A batch of texts becomes parallel arrays once; everything downstream is arithmetic on them. Each
distinct folded word is a *type* with an integer id, so whatever depends on a word alone is computed
once a type and looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from typing import Any
from unicodedata import category

import numpy as np
import numpy.typing as npt

from framing.sentences import sentence_starts

__all__ = ["BARE_STRING", "Tokens", "tokenize"]

BARE_STRING = "texts must be a list of str, not a single str; wrap it: [text]"

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]

# Classes of characters. The order matters: the letters and digits are one range.
_SPACE, _LOWER, _UPPER, _DIGIT, _OTHER, _NEWLINE = range(6)
_TABLE = 0x10000
_NEWLINES = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_APOSTROPHES = "'\u2019\u02bc\uff07"
_HYPHENS = "-\u2010\u2011"
# Joined to the word they stand in: soft hyphen, zero-width joiner and non-joiner, word joiner.
_INVISIBLE = "\u00ad\u200c\u200d\u2060"
# Longer words are hashed by blake2b: a plain polynomial hash has known collisions from 2**11 on.
_LONG = 256
# The hash's base, odd so that it has an inverse modulo 2**64, and how many powers are kept.
_BASE, _BLOCK = 0x100000001B3, 1024


def _class(char: str) -> int:
    kind = category(char)
    if char in _NEWLINES:
        return _NEWLINE
    if char.isspace() or char == "\x00":
        return _SPACE
    if kind in ("Lu", "Lt"):
        return _UPPER
    if kind[0] in "LM" or char in _INVISIBLE:
        return _LOWER
    if kind[0] == "N":
        return _DIGIT
    return _OTHER


def _fold(char: str) -> int:
    if char in _APOSTROPHES:
        return ord("'")
    if char in _HYPHENS:
        return ord("-")
    lower = char.lower()
    return ord(lower) if len(lower) == 1 else ord(char)


def _splitmix(values: Hashes) -> Hashes:
    """Scramble integers: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = values + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@dataclass(frozen=True)
class _CharacterTables:
    classes: npt.NDArray[np.uint8]
    folded: npt.NDArray[np.uint32]
    mixed: Hashes
    powers: Hashes
    inverse: Hashes


@cache
def _tables() -> _CharacterTables:
    chars = [chr(code) for code in range(_TABLE)]
    classes = np.fromiter((_class(c) for c in chars), np.uint8, _TABLE)
    folded = np.fromiter((_fold(c) for c in chars), np.uint32, _TABLE)
    return _CharacterTables(
        classes=classes,
        folded=folded,
        mixed=_splitmix(np.arange(_TABLE, dtype=np.uint64)),
        powers=_powers(_BASE, _BLOCK),
        inverse=_powers(pow(_BASE, -1, 2**64), _BLOCK),
    )


def _powers(base: int, count: int) -> Hashes:
    """The first powers of a number modulo 2**64, from the zeroth."""
    result = np.full(count, base, np.uint64)
    result[:1] = 1
    return np.multiply.accumulate(result)


@dataclass(frozen=True)
class Tokens:
    """The columnar token table of a batch of texts.

    Attributes
    ----------
    texts : tuple of str
        The untouched texts; every offset counts their characters.
    article, start, end, type, sentence : ndarray of int32, shape (n_tokens,)
        The text that a token stands in, its offsets there, the id of its type, and the number of
        its sentence in the batch.
    word, capital, shout : ndarray of bool, shape (n_tokens,)
        Whether the token is a word or a number (and not a mark), begins with a capital, has at
        least two letters and all of them capitals.
    newlines : ndarray of uint8, shape (n_tokens,)
        Line breaks between the token before and this one; 2 at a new paragraph and at the start of
        a text.
    types : tuple of str, length n_types
        The distinct tokens, lower-cased, with straight apostrophes and plain hyphens.
    type_hash : ndarray of uint64, shape (n_types,)
        A hash of each type that is the same in every batch, process and machine.
    sentence_article, sentence_start, sentence_end : ndarray of int32, shape (n_sentences,)
        The text of each sentence and its offsets there.
    first_token : ndarray of int32, shape (n_texts + 1,)
        Tokens of text *i* are those from ``first_token[i]`` to ``first_token[i + 1]``.
    first_sentence : ndarray of int32, shape (n_texts + 1,)
        The same for sentences.
    """

    texts: tuple[str, ...]
    article: Ints
    start: Ints
    end: Ints
    type: Ints
    sentence: Ints
    word: Bools
    capital: Bools
    shout: Bools
    newlines: npt.NDArray[np.uint8]
    types: tuple[str, ...]
    type_hash: Hashes
    sentence_article: Ints
    sentence_start: Ints
    sentence_end: Ints
    first_token: Ints
    first_sentence: Ints

    def __len__(self) -> int:
        return len(self.type)

    def __repr__(self) -> str:
        return (
            f"Tokens({len(self.texts)} texts, {len(self)} tokens, {len(self.types)} types, "
            f"{len(self.sentence_start)} sentences)"
        )

    @cached_property
    def type_id(self) -> dict[str, int]:
        """The id of each type, by its string."""
        return {name: i for i, name in enumerate(self.types)}

    @cached_property
    def type_is_word(self) -> Bools:
        """Whether a type is a word or a number, shape (n_types,)."""
        result = np.zeros(len(self.types), bool)
        result[self.type[self.word]] = True
        return result

    @cached_property
    def sentence_first_token(self) -> Ints:
        """Tokens of sentence *i* run from item *i* to item *i + 1*, shape (n_sentences + 1,)."""
        return np.searchsorted(
            self.sentence, np.arange(len(self.sentence_start) + 1, dtype=np.int32)
        ).astype(np.int32)

    def words_in(self, article: int) -> int:
        """Count the words of one text."""
        first, last = self.first_token[article], self.first_token[article + 1]
        return int(np.count_nonzero(self.word[first:last]))


def tokenize(texts: Sequence[str]) -> Tokens:
    """Split texts into the columnar token table.

    A token is a word with its inner apostrophes, hyphens and dots (*O'Neill's*, *US-led*, *U.S.*,
    *1,200.5*), or one mark of punctuation (a run of the same mark is one token, quotation marks
    excepted). Time is linear in the text and no Python is executed per token.

    Parameters
    ----------
    texts : sequence of str
        Any strings, lone surrogates and NULs included.

    Returns
    -------
    Tokens
        The token table of the batch.

    Raises
    ------
    TypeError
        If `texts` is a bare string or an item is no string.

    Examples
    --------
    >>> tokens = tokenize(["The U.S.-led force left. Nobody’s sure why."])
    >>> tokens.types
    ('the', 'u.s.-led', 'force', 'left', '.', "nobody's", 'sure', 'why')
    >>> tokens.sentence.tolist()
    [0, 0, 0, 0, 0, 1, 1, 1, 1]
    """
    if isinstance(texts, str):
        raise TypeError(BARE_STRING)
    texts = tuple(texts)
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"texts must hold str only, found {type(text).__name__}: {text!r:.60}")
    # A paragraph break stands between two texts, so no token or sentence can cross.
    joined = "\n\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes, folded = _classify(codes)
    first, last = _boundaries(codes, classes)
    text_start = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(t) + 2 for t in texts], out=text_start[1:])
    first_token = np.searchsorted(first, text_start).astype(np.int32)
    article = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(first_token))

    hashes = _hash(folded, first, last)
    ids, representative = _intern(hashes)
    types = _strings(folded, first[representative], last[representative])
    capital = classes[first] == _UPPER if len(first) else np.zeros(0, bool)
    word = (classes[first] >= _LOWER) & (classes[first] <= _DIGIT)
    shout = _all_capitals(classes, first, last)
    newlines = _newlines_before(codes, classes, first, last)
    newlines[first_token[:-1][np.diff(first_token) > 0]] = 2

    offset = text_start[article]
    start = (first - offset).astype(np.int32)
    end = (last - offset).astype(np.int32)
    begins = sentence_starts(
        article=article,
        start=start,
        end=end,
        type=ids,
        types=types,
        initial=folded[first[representative]],
        word=word,
        capital=capital,
        lower=classes[first] == _LOWER if len(first) else np.zeros(0, bool),
        newlines=newlines,
    )
    sentence = (np.cumsum(begins) - 1).astype(np.int32)
    head = np.flatnonzero(begins)
    tail = np.append(head[1:], len(first))[: len(head)] - 1
    return Tokens(
        texts=texts,
        article=article,
        start=start,
        end=end,
        type=ids,
        sentence=sentence,
        word=word,
        capital=capital,
        shout=shout,
        newlines=newlines,
        types=types,
        type_hash=hashes[representative],
        sentence_article=article[head],
        sentence_start=start[head],
        sentence_end=end[tail],
        first_token=first_token,
        first_sentence=np.searchsorted(
            article[head], np.arange(len(texts) + 1, dtype=np.int32)
        ).astype(np.int32),
    )


def _classify(
    codes: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    tables = _tables()
    # Clipped: what lies beyond the tables is looked up below.
    classes = np.take(tables.classes, codes, mode="clip")
    folded = np.take(tables.folded, codes, mode="clip")
    rare = np.flatnonzero(codes >= _TABLE)
    if len(rare):
        distinct, inverse = np.unique(codes[rare], return_inverse=True)
        chars = [chr(code) for code in distinct]
        classes[rare] = np.array([_class(c) for c in chars], np.uint8)[inverse]
        folded[rare] = np.array([_fold(c) for c in chars], np.uint32)[inverse]
    return classes, folded


def _boundaries(
    codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Offsets of every token in the joined text: starts and ends."""
    if not len(codes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    word = (classes >= _LOWER) & (classes <= _DIGIT)
    inner = np.flatnonzero((classes == _OTHER) & (codes != 0x22))
    inner = inner[(inner > 0) & (inner < len(codes) - 1)]
    inner = inner[word[inner - 1] & word[inner + 1]]
    code, before, after = codes[inner], classes[inner - 1], classes[inner + 1]
    digits = (before == _DIGIT) & (after == _DIGIT)
    letters = (before != _DIGIT) & (after != _DIGIT)
    dot = code == ord(".")
    joins = (
        np.isin(code, [ord(c) for c in _HYPHENS])
        | (np.isin(code, [ord(c) for c in _APOSTROPHES]) & ~digits)
        # "left.The" is two sentences without a space, "U.S" and "example.org" are one word
        | (dot & (digits | (letters & ~((before == _LOWER) & (after == _UPPER)))))
        | (np.isin(code, [ord(","), ord(":")]) & digits)
        | ((code == ord("&")) & (before == _UPPER) & (after == _UPPER))
    )
    word[inner[joins]] = True
    # The last dot of an abbreviation that has dots inside belongs to it: "U.S.", "a.m."
    dots = inner[joins & dot]
    dots = dots[dots + 2 < len(codes)]
    final = dots[(codes[dots + 2] == ord(".")) & (classes[dots + 1] != _DIGIT)] + 2
    word[final] = True
    # ... and what hangs on it by a hyphen does too: "U.S.-led"
    final = final[final + 2 < len(codes)]
    hung = final[np.isin(codes[final + 1], [ord(c) for c in _HYPHENS]) & word[final + 2]]
    word[hung + 1] = True

    mark = ~word & (classes == _OTHER)
    same = np.zeros(len(codes), bool)
    same[1:] = (codes[1:] == codes[:-1]) & (codes[1:] != 0x22)
    begins = np.empty(len(codes), bool)
    begins[0] = word[0] or mark[0]
    begins[1:] = (word[1:] & ~word[:-1]) | (mark[1:] & ~(mark[:-1] & same[1:]))
    ends = np.empty(len(codes), bool)
    ends[-1] = word[-1] or mark[-1]
    ends[:-1] = (word[:-1] & ~word[1:]) | (mark[:-1] & ~(mark[1:] & same[1:]))
    return np.flatnonzero(begins), np.flatnonzero(ends) + 1


def _hash(
    folded: npt.NDArray[np.uint32],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> Hashes:
    """A polynomial hash modulo 2**64 of each token's folded characters, without Python a token.

    The whole text is summed up once; a token's hash is the difference of two sums, taken back to
    where the text begins by the inverse of the base.
    """
    if not len(first):
        return np.zeros(0, np.uint64)
    tables = _tables()
    length = last - first
    blocks = -(-len(folded) // _BLOCK)
    sums = np.zeros(blocks * _BLOCK + 1, np.uint64)
    # Written and summed up in place: a batch's text is long.
    mixed = sums[1:]
    np.take(tables.mixed, folded, mode="clip", out=mixed[: len(folded)])
    rare = np.flatnonzero(folded >= _TABLE)
    mixed[rare] = _splitmix(folded[rare].astype(np.uint64))
    block = mixed.reshape(blocks, _BLOCK)
    block *= tables.powers
    block *= _powers(pow(_BASE, _BLOCK, 2**64), blocks)[:, None]
    np.cumsum(mixed, out=mixed)
    back = _powers(pow(_BASE, -_BLOCK, 2**64), blocks)
    place = np.take(tables.inverse, first % _BLOCK) * np.take(back, first // _BLOCK)
    hashes = _splitmix((sums[last] - sums[first]) * place + length.astype(np.uint64))
    for i in np.flatnonzero(length > _LONG):
        digest = blake2b(folded[first[i] : last[i]].tobytes(), digest_size=8).digest()
        hashes[i] = int.from_bytes(digest, "little")
    return hashes


def _intern(hashes: Hashes) -> tuple[Ints, npt.NDArray[np.int64]]:
    """Ids in order of first appearance, and the first token of each."""
    from pandas import factorize

    ids: npt.NDArray[Any]
    ids, uniques = factorize(hashes)
    first = np.zeros(len(uniques), np.int64)
    first[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)
    return ids.astype(np.int32), first


def _strings(
    folded: npt.NDArray[np.uint32],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> tuple[str, ...]:
    """The strings of some tokens, decoded at once: one by one, that took a third of all time."""
    if not len(first):
        return ()
    # A place more than each token is long, for a NUL behind it, which no token holds.
    length = last - first + 1
    begin = np.cumsum(length) - length
    place = np.arange(int(length.sum()), dtype=np.int64) + np.repeat(first - begin, length)
    # The last token may end with the text.
    codes = np.take(folded, place, mode="clip")
    codes[begin + length - 1] = 0
    return tuple(codes[:-1].tobytes().decode("utf-32-le", "surrogatepass").split("\x00"))


def _all_capitals(
    classes: npt.NDArray[np.uint8],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> Bools:
    upper = np.zeros(len(classes) + 1, np.int32)
    lower = np.zeros(len(classes) + 1, np.int32)
    np.cumsum(classes == _UPPER, out=upper[1:])
    np.cumsum(classes == _LOWER, out=lower[1:])
    result: Bools = (upper[last] - upper[first] >= 2) & (lower[last] == lower[first])
    return result


def _newlines_before(
    codes: npt.NDArray[np.uint32],
    classes: npt.NDArray[np.uint8],
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    newline = classes == _NEWLINE
    # "\r\n" is one line break
    newline[1:] &= ~((codes[1:] == ord("\n")) & (codes[:-1] == ord("\r")))
    count = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(newline, out=count[1:])
    result = np.empty(len(first), np.uint8)
    if len(first):
        result[0] = 2
        result[1:] = np.minimum(count[first[1:]] - count[last[:-1]], 2)
    return result
