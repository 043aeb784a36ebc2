"""What a word's score is made from: ids of types, hashed to rows of a weight table, and vectors.

Everything that depends on a type alone is computed once a type. A name stands for all names: a
word that is written with a capital inside sentences counts as the same pseudo-type wherever it is
met, so that no party, country, outlet or person can carry a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from framing.tokens import Tokens

__all__ = [
    "FUNCTION_WORDS",
    "SLOTS",
    "UNARY",
    "Ids",
    "Neighbours",
    "content_words",
    "find",
    "identity",
    "name_rows",
    "neighbour_rows",
    "pair_rows",
    "shape_rows",
    "shapes",
    "stem_codes",
    "token_ids",
    "unary_rows",
]

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int32]

# Words that carry grammar and no judgement. They are never loaded by themselves, so annotators who
# mark a phrase are not taken to mean its "the" and "of"; as neighbours they count like all others.
FUNCTION_WORDS = frozenset(
    (
        "a an the this that these those some any each every either neither both all such same "
        "other another one ones no not nor none i me my mine myself you your yours yourself "
        "yourselves he him his himself she her hers herself it its itself we us our ours "
        "ourselves they them their theirs themselves who whom whose which what whoever whatever "
        "when where why how while and or but if then than as so yet because though although "
        "unless whether since until till at by for from in into of off on onto out over to up "
        "upon with within without about above across after against along among amid around "
        "before behind below beneath beside besides between beyond down during inside near "
        "outside per through throughout toward towards under via is am are was were be been "
        "being has have had having do does did doing done will would shall should can could may "
        "might must ought there here also too again just isn't aren't wasn't weren't hasn't "
        "haven't hadn't don't doesn't didn't won't wouldn't shan't shouldn't can't cannot "
        "couldn't mightn't mustn't i'm i've i'd i'll you're you've you'd you'll he's he'd he'll "
        "she's she'd she'll it's it'd it'll we're we've we'd we'll they're they've they'd "
        "they'll that's there's here's what's who's"
    ).split()
)
"""Words that a model gives no probability."""

SLOTS = ("word", "left", "right", "sentence")
"""Where a word adds to a score: its own, its right neighbour's (standing left of it), its left
neighbour's, and through the sentence's mean to all of its sentence."""

_LONG_WORD = 12
_SHORT_STEM = 3
# Longest first, so that one cut is enough.
_ENDINGS = "ingly ously fully edly ness ely ing ies ied ed ly es s e".split()
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# Pseudo-types: any name, and what lies beyond a sentence.
_NAME_HASH = np.uint64(0x5851F42D4C957F2D)
_BOUNDARY_HASH = np.uint64(0xD1342543DE82EF95)
_SHAPES = 16


def content_words(tokens: Tokens) -> Bools:
    """Tell which tokens are words that can be loaded at all.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    ndarray of bool, shape (n_tokens,)
        True for words that are not `FUNCTION_WORDS`.

    Examples
    --------
    >>> from framing.tokens import tokenize
    >>> content_words(tokenize(["The brutal raid, again."])).tolist()
    [False, True, True, False, False, False]
    """
    grammar = np.fromiter((t in FUNCTION_WORDS for t in tokens.types), bool, len(tokens.types))
    result: Bools = tokens.word & ~grammar[tokens.type]
    return result


def stem(word: str) -> str:
    """Cut one ending off, roughly: what falls together need not be a word.

    Examples
    --------
    >>> stem("slammed"), stem("slams")
    ('slam', 'slam')
    """
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT_STEM:
            word = word[: -len(ending)]
            # "slammed" and "slam"
            return word[:-1] if len(word) > _SHORT_STEM and word[-1] == word[-2] else word
    return word


def last_part(word: str) -> str:
    """Give what follows the last hyphen."""
    return word.rpartition("-")[2]


_PARTS: dict[str, Callable[[str], str]] = {
    "word": lambda t: t,
    "stem": stem,
    "last": lambda t: stem(last_part(t)),
    "prefix2": lambda t: t[:2],
    "prefix3": lambda t: t[:3],
    "prefix4": lambda t: t[:4],
    "prefix5": lambda t: t[:5],
    "prefix6": lambda t: t[:6],
    "suffix2": lambda t: t[-2:],
    "suffix3": lambda t: t[-3:],
    "suffix4": lambda t: t[-4:],
    "suffix5": lambda t: t[-5:],
    "length": lambda t: str(min(len(t), _LONG_WORD)),
}
UNARY = tuple(_PARTS)
"""What of a word's spelling is a feature."""


def _code(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


def _mix(kind: int, *parts: Hashes, bits: int) -> Rows:
    """Hash values to rows of a table (Weinberger et al. 2009); `kind` keeps features apart."""
    mixed = np.full(parts[0].shape, kind + 1, np.uint64) * _MULTIPLIER
    for part in parts:
        mixed = (mixed ^ part) * _MULTIPLIER
        mixed ^= mixed >> np.uint64(29)
    return ((mixed * _MULTIPLIER) >> np.uint64(64 - bits)).astype(np.uint32)


def unary_rows(types: Sequence[str], *, bits: int) -> Rows:
    """Give the rows of each word's spelling.

    Parameters
    ----------
    types : sequence of str
        Words, lower-cased.
    bits : int
        The table has ``2 ** bits`` rows.

    Returns
    -------
    ndarray of uint32, shape (n_types, len(UNARY))
        Rows.
    """
    rows = np.empty((len(types), len(UNARY)), np.uint32)
    for k, part in enumerate(_PARTS.values()):
        codes = np.fromiter((_code(part(t)) for t in types), np.uint64, len(types))
        rows[:, k] = _mix(k, codes, bits=bits)
    return rows


def name_rows(*, bits: int) -> Rows:
    """Give the rows of the pseudo-type that stands for names, shape (1, len(UNARY))."""
    hashes = np.array([_NAME_HASH])
    return np.stack([_mix(k, hashes, bits=bits) for k in range(len(UNARY))], axis=1)


def neighbour_rows(hashes: Hashes, *, bits: int) -> Rows:
    """Give the rows of words as neighbours.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n,)
        Of words, names and boundaries, as `identity` gives them.
    bits : int
        The table has ``2 ** bits`` rows.

    Returns
    -------
    ndarray of uint32, shape (n, 2)
        Standing left of the word that is scored; standing right of it.
    """
    return np.stack([_mix(20 + k, hashes, bits=bits) for k in range(2)], axis=1)


def pair_rows(left: Hashes, here: Hashes, right: Hashes, *, bits: int) -> Rows:
    """Give the rows of pairs of words: the one scored and a neighbour.

    Parameters
    ----------
    left, here, right : ndarray of uint64, shape (n,)
        Hashes of a word and its neighbours, as `identity` gives them.
    bits : int
        The table has ``2 ** bits`` rows.

    Returns
    -------
    ndarray of uint32, shape (n, 2)
        With the left neighbour; with the right one.
    """
    pairs = (_mix(22, left, here, bits=bits), _mix(23, here, right, bits=bits))
    return np.stack(pairs, axis=1)


def shape_rows(*, bits: int) -> Rows:
    """Give the row of each of the 16 values of `shapes`."""
    return _mix(24, np.arange(_SHAPES, dtype=np.uint64), bits=bits)


def identity(tokens: Tokens) -> Hashes:
    """Give the hash of each id: types, then any name, then what lies beyond a sentence."""
    return np.append(tokens.type_hash, [_NAME_HASH, _BOUNDARY_HASH])


def shapes(tokens: Tokens, ids: Ids) -> npt.NDArray[np.uint8]:
    """Describe each token's capitals and place by a number from 0 to 15.

    A name's capital is not looked at: that it is a name says as much.
    """
    digit = np.fromiter((t[0].isdigit() for t in tokens.types), bool, len(tokens.types))
    plain = ids < len(tokens.types)
    result = np.zeros(len(tokens), np.uint8)
    for flag in (
        tokens.capital & plain,
        tokens.shout & plain,
        digit[tokens.type],
        _begins(tokens),
    ):
        result = result * np.uint8(2) + flag
    return result


def _begins(tokens: Tokens) -> Bools:
    begins = np.ones(len(tokens), bool)
    begins[1:] = tokens.sentence[1:] != tokens.sentence[:-1]
    return begins


def token_ids(tokens: Tokens, *, known: Bools, names: Bools, kin: Bools) -> Ids:
    """Give each token the id of its type, or that of the pseudo-type of names.

    Parameters
    ----------
    tokens : Tokens
        The token table.
    known : ndarray of bool, shape (n_types,)
        Whether the vocabulary has the type.
    names : ndarray of bool, shape (n_types,)
        Whether a known type is a name. A type that is not known is taken for a name where it
        begins with a capital inside a sentence, or anywhere if it has no kin.
    kin : ndarray of bool, shape (n_types,)
        Whether the vocabulary has a word of the type's stem.

    Returns
    -------
    ndarray of int32, shape (n_tokens,)
        Types; ``n_types`` for a name.
    """
    free = _begins(tokens)
    # After a mark a quotation or a title may begin: a capital there says nothing.
    free[1:] |= ~tokens.word[:-1]
    name = np.where(
        known[tokens.type], names[tokens.type], tokens.capital & ~(free & kin[tokens.type])
    )
    return np.where(name & tokens.word, len(tokens.types), tokens.type).astype(np.int32)


@dataclass(frozen=True)
class Neighbours:
    """Ids to the left and to the right of some tokens; beyond the sentence ``n_types + 1``."""

    left: Ids
    right: Ids

    @classmethod
    def of(cls, tokens: Tokens, ids: Ids, at: npt.NDArray[np.intp]) -> Neighbours:
        """Look the neighbours of the tokens `at` up."""
        beyond = np.int32(len(tokens.types) + 1)

        def there(step: int) -> Ids:
            to = at + step
            inside = (to >= 0) & (to < len(tokens))
            to = np.where(inside, to, at)
            inside &= tokens.sentence[to] == tokens.sentence[at]
            return np.where(inside, ids[to], beyond)

        return cls(there(-1), there(1))


def stem_codes(types: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give for each word the codes of its stem and of its last part's, for words unseen."""
    for t in types:
        yield _code(stem(t)), _code(stem(last_part(t)))


def find(ascending: Hashes, wanted: Hashes) -> npt.NDArray[np.intp]:
    """Find values in an ascending array; -1 where one is not there."""
    if not len(ascending):
        return np.full(len(wanted), -1, np.intp)
    at = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.where(ascending[at] == wanted, at, -1)
