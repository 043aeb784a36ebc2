"""Many terms against many texts, through the type table.

A compiled matcher knows, for each word, which pattern words it satisfies; that is looked up once a
type. Occurrences of patterns are then joined over arrays of tokens, and only places where terms
overlap, and terms that ask for case, cost Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product, repeat
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.lexicon import Lexicon, Term
from framing.patterns import Word, parse_pattern
from framing.tokens import Tokens

__all__ = ["NEAR_REACH", "Matcher", "Matches", "compile_terms", "find_terms"]

Ints = npt.NDArray[np.int64]

# A hyphenated spelling is tried for phrases with at most this many combinations of alternatives.
_SPELLINGS = 64
# Odd, so that codes of beginnings spread over all 64 bits.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# The fewest letters before a "*".
_STEM = 3
_POSSESSIVE = "'s"
_SIEVE = 1 << 18
_SIEVE_SHIFT = np.uint64(64 - 18)
_NEGATION_REACH = 3
# A required neighbour stands at most this many tokens away.
NEAR_REACH = 10
_TERM, _EXCEPTION, _NEIGHBOUR = range(3)
# What words do to a negation: be one, stand between for nothing, undo it, leave its clause open.
_NEGATION, _ARTICLE, _UNDOING, _QUOTE = range(1, 5)
_ROLES = {
    word: role
    for role, words in (
        (
            _NEGATION,
            "no not never neither nor none without cannot can't won't don't doesn't didn't isn't "
            "aren't wasn't weren't hasn't haven't hadn't wouldn't couldn't shouldn't shan't "
            "mustn't ain't nothing hardly nobody nowhere",
        ),
        (_ARTICLE, "a an the"),
        (
            _UNDOING,
            "only doubt wonder surprise surprisingly matter merely just simply least",
        ),
        (_QUOTE, "\" ' \u201c \u201d \u2018 \u2019 \u00ab \u00bb \u201e"),
    )
    for word in words.split()
}


@dataclass(frozen=True)
class _Pattern:
    """A pattern to look for: of a term, of its exceptions, or of required neighbours.

    `owner` is the position of the term, or of the set of neighbours.
    """

    owner: int
    slots: tuple[int, ...]
    kind: int


@dataclass(frozen=True)
class Matcher:
    """Terms of one or more lexicons, compiled.

    Attributes
    ----------
    lexicons : tuple of Lexicon
        Where the terms come from.
    terms : tuple of Term
        All terms, in the order of the lexicons; matches name them by their position here.
    lexicon_of : ndarray of int64, shape (n_terms,)
        The position of each term's lexicon.
    """

    lexicons: tuple[Lexicon, ...]
    terms: tuple[Term, ...]
    lexicon_of: Ints
    # Literal words and stems, as numbers of entries: entry i is satisfied by the pattern words
    # entry_slots[entry_start[i]:entry_start[i + 1]].
    literals: dict[str, int]
    stems: dict[str, int]
    entry_start: Ints
    entry_slots: Ints
    # For 3, 4, 5 letters ...: the codes of all beginnings of stems, sorted, and which of these are
    # whole stems.
    stem_codes: tuple[npt.NDArray[np.uint64], ...]
    stem_whole: tuple[npt.NDArray[np.bool_], ...]
    # Of each pattern: the term or set of neighbours that it belongs to, and what it is to it.
    owner: Ints
    kind: Ints
    # The set of neighbours that each term asks for, -1 where none.
    near_of: Ints
    case_sensitive: npt.NDArray[np.bool_]
    n_slots: int
    slot_table: Ints
    lengths: Ints


@dataclass(frozen=True)
class Matches:
    """Where terms were found, sorted by place and then by lexicon.

    Attributes
    ----------
    token, length, term : ndarray of int64, shape (n_matches,)
        First token, number of tokens, position of the term in ``matcher.terms``.
    negated : ndarray of bool, shape (n_matches,)
        Whether a negation stands at most three words before, articles not counted, in the same
        clause; *no doubt* and *not only* are none.
    """

    token: Ints
    length: Ints
    term: Ints
    negated: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.token)


def compile_terms(lexicons: Sequence[Lexicon]) -> Matcher:
    """Compile lexicons for `find_terms`.

    Parameters
    ----------
    lexicons : sequence of Lexicon
        The lexicons; each is matched by itself, so that one never hides another's terms.

    Returns
    -------
    Matcher
        To be used for any number of batches.
    """
    lexicons = tuple(lexicons)
    return _compile(_Key(tuple(x.hash for x in lexicons), lexicons))


@dataclass(frozen=True)
class _Key:
    """Lexicons as the key of a cache: equal where all that decides a match is equal."""

    hashes: tuple[str, ...]
    lexicons: tuple[Lexicon, ...] = field(compare=False)


# A few sets of lexicons are used over and over: one article a call costs no compiling.
@lru_cache(maxsize=8)
def _compile(key: _Key) -> Matcher:
    lexicons = key.lexicons
    slots: dict[Word, int] = {}
    patterns: list[_Pattern] = []
    terms: list[Term] = []
    lexicon_of: list[int] = []

    near: dict[tuple[str, ...], int] = {}

    def add(pattern: tuple[Word, ...], owner: int, kind: int) -> None:
        for words in _with_hyphens(pattern):
            ids = tuple(slots.setdefault(w, len(slots)) for w in words)
            patterns.append(_Pattern(owner, ids, kind))

    for number, lexicon in enumerate(lexicons):
        for term in lexicon.terms:
            index = len(terms)
            terms.append(term)
            lexicon_of.append(number)
            add(term.words, index, _TERM)
            for exception in term.exceptions:
                add(parse_pattern(exception), index, _EXCEPTION)
            # terms that ask for the same neighbours share the search for them
            if term.near and term.near not in near:
                near[term.near] = len(near)
                for neighbour in term.near:
                    add(parse_pattern(neighbour), near[term.near], _NEIGHBOUR)
    return Matcher(
        lexicons=lexicons,
        terms=tuple(terms),
        lexicon_of=np.array(lexicon_of, np.int64),
        owner=np.array([p.owner for p in patterns], np.int64),
        kind=np.array([p.kind for p in patterns], np.int64),
        near_of=np.array([near.get(t.near, -1) for t in terms], np.int64),
        case_sensitive=np.array([t.case_sensitive for t in terms], bool),
        **_slot_tables(slots, patterns),
    )


def _slot_tables(slots: dict[Word, int], patterns: Sequence[_Pattern]) -> dict[str, Any]:
    literals: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    for word, slot in slots.items():
        for literal in word.literals:
            literals.setdefault(literal, []).append(slot)
        for stem in word.stems:
            stems.setdefault(stem, []).append(slot)
    entries = [*literals.values(), *stems.values()]
    codes, whole = _beginnings(list(stems))
    longest = max((len(p.slots) for p in patterns), default=1)
    table = np.full((len(patterns), longest), -1, np.int64)
    for row, pattern in enumerate(patterns):
        table[row, : len(pattern.slots)] = pattern.slots
    return {
        "literals": {k: i for i, k in enumerate(literals)},
        "stems": {k: i for i, k in enumerate(stems, start=len(literals))},
        "entry_start": np.cumsum([0, *map(len, entries)]),
        "entry_slots": np.array([slot for entry in entries for slot in entry], np.int64),
        "stem_codes": codes,
        "stem_whole": whole,
        "n_slots": len(slots),
        "slot_table": table,
        "lengths": np.array([len(p.slots) for p in patterns], np.int64),
    }


def _beginnings(
    stems: Sequence[str],
) -> tuple[tuple[npt.NDArray[np.uint64], ...], tuple[npt.NDArray[np.bool_], ...]]:
    """Number the beginnings of stems by their length, and tell which of them are whole stems."""
    codes, whole = [], []
    letters, start, end = _letters(stems)
    alive = np.arange(len(stems))
    code = _three(letters, start)
    for depth in range(_STEM, max(map(len, stems), default=0) + 1):
        if depth > _STEM:
            long = end[alive] - start[alive] >= depth
            alive = alive[long]
            code = _longer(code[long], letters[start[alive] + depth - 1])
        distinct, place = np.unique(code, return_inverse=True)
        ends = np.zeros(len(distinct), bool)
        ends[place[end[alive] - start[alive] == depth]] = True
        codes.append(distinct)
        whole.append(ends)
    return tuple(codes), tuple(whole)


def _with_hyphens(words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """Add the spelling with hyphens ("proxy-war"), which is one token."""
    result = [words]
    if len(words) > 1:
        choices = [[(w, False) for w in x.literals] + [(s, True) for s in x.stems] for x in words]
        # Only the last word may be open-ended inside one token.
        closed = all(not x.stems for x in words[:-1])
        count = prod(len(c) for c in choices)
        if closed and count <= _SPELLINGS:
            literals: list[str] = []
            stems: list[str] = []
            for spelling in product(*choices):
                joined = "-".join(w for w, _ in spelling)
                (stems if spelling[-1][1] else literals).append(joined)
            result.append((Word(tuple(literals), tuple(stems)),))
    return result


def find_terms(tokens: Tokens, matcher: Matcher) -> Matches:
    """Find every term in a batch of texts.

    Matching is on whole tokens within a sentence, ignores case unless the term asks for it, and
    takes the longest match: inside one lexicon no word is counted twice (leftmost first, then
    longest, then the earlier term). A place that lies in a match of a term's exception is not
    counted for that term, nor is one without a neighbour that the term asks for: in the same
    sentence, outside of the place, at most `NEAR_REACH` tokens from it (marks are tokens).

    Parameters
    ----------
    tokens : Tokens
        The token table.
    matcher : Matcher
        The compiled terms.

    Returns
    -------
    Matches
        Sorted by token, then by lexicon.

    Examples
    --------
    >>> from framing.lexicon import Lexicon
    >>> from framing.tokens import tokenize
    >>> lexicon = Lexicon.from_terms(["war", "proxy war"])
    >>> matches = find_terms(tokenize(["A proxy-war is no war."]), compile_terms([lexicon]))
    >>> [lexicon.terms[t].pattern for t in matches.term]
    ['proxy war', 'war']
    """
    words = _words(tokens, matcher)
    found = _occurrences(tokens, matcher, words, matcher.kind != _NEIGHBOUR)
    kind = matcher.kind[found.row]
    terms, exceptions = found.where(kind == _TERM), found.where(kind == _EXCEPTION)
    terms = terms.where(~_excepted(terms, exceptions, len(tokens)))
    terms = terms.where(_accompanied(terms, tokens, matcher, words))
    terms = terms.where(_case_holds(tokens, matcher, terms.token, terms.length, terms.owner))
    token, length, term = terms.token, terms.length, terms.owner

    # In each lexicon: leftmost, then longest, then the earlier term.
    lexicon = matcher.lexicon_of[term] if len(term) else term
    widest = int(length.max(initial=0)) + 1
    place = (lexicon * len(tokens) + token) * widest + (widest - length)
    order = np.argsort(place * len(matcher.terms) + term)
    token, length, term, lexicon = token[order], length[order], term[order], lexicon[order]
    keep = _longest(token, length, lexicon)
    token, length, term, lexicon = token[keep], length[keep], term[keep], lexicon[keep]
    order = np.lexsort((lexicon, token))
    token, length, term = token[order], length[order], term[order]
    return Matches(token, length, term, _negated(tokens, token))


@dataclass(frozen=True)
class _Places:
    """Places of patterns: first token, number of tokens, pattern, and whose pattern it is."""

    token: Ints
    length: Ints
    row: Ints
    owner: Ints

    def where(self, keep: npt.NDArray[np.bool_]) -> _Places:
        return _Places(self.token[keep], self.length[keep], self.row[keep], self.owner[keep])


@dataclass(frozen=True)
class _Words:
    """Which pattern words the types of a batch satisfy.

    `satisfied` is slot * number of types + type, sorted; `kind` its types, `first` where each slot
    begins in it, `count` how many tokens satisfy each slot.
    """

    satisfied: Ints
    kind: Ints
    first: Ints
    count: npt.NDArray[np.float64]


def _words(tokens: Tokens, matcher: Matcher) -> _Words:
    n_types = max(len(tokens.types), 1)
    satisfied = _satisfied(tokens.types, matcher)
    slot, kind = np.divmod(satisfied, n_types)
    frequency = np.bincount(tokens.type, minlength=n_types)
    return _Words(
        satisfied=satisfied,
        kind=kind,
        first=np.searchsorted(slot, np.arange(matcher.n_slots + 1)),
        # the last stands for the words that shorter patterns do not have
        count=np.append(
            np.bincount(slot, weights=frequency[kind], minlength=matcher.n_slots), np.inf
        ),
    )


def _occurrences(
    tokens: Tokens,
    matcher: Matcher,
    words: _Words,
    wanted: npt.NDArray[np.bool_],
    around: npt.NDArray[np.bool_] | None = None,
) -> _Places:
    """Find all places of the wanted patterns; with `around`, those with a word in such a token."""
    n_types = max(len(tokens.types), 1)
    rows = np.flatnonzero(wanted)
    satisfied = words.satisfied
    if not len(satisfied) or not len(rows):
        empty = np.zeros(0, np.int64)
        return _Places(empty, empty, empty, empty)

    # Every pattern is looked for at the rarest of its words: "the", "of" and "in" begin many. The
    # rarest but one, or the same where there is no other, rules out most of those places.
    count = words.count[matcher.slot_table[rows]]
    possible = count.min(axis=1) > 0
    rows, count = rows[possible], count[possible]
    anchor = count.argmin(axis=1)
    here = np.arange(len(rows))
    count[here, anchor] = np.where(matcher.lengths[rows] > 1, np.inf, 0)
    beside = count.argmin(axis=1)

    # (type, pattern anchored in it), by type
    at_slot = matcher.slot_table[rows, anchor]
    size = words.first[at_slot + 1] - words.first[at_slot]
    held_kind = words.kind[_ranges(words.first[at_slot], size)]
    order = np.argsort(held_kind, kind="stable")
    held = np.repeat(here, size)[order]
    first = np.searchsorted(held_kind[order], np.arange(n_types + 1))

    begins = (first[1:] > first[:-1])[tokens.type]
    at = np.flatnonzero(begins if around is None else begins & around)
    kinds = tokens.type[at]
    size = first[kinds + 1] - first[kinds]
    chosen = held[_ranges(first[kinds], size)]
    token = np.repeat(at, size)

    # A small table that is never wrong about a word that fits; what passes is looked up exactly.
    sieve = np.zeros(_SIEVE, bool)
    sieve[satisfied & (_SIEVE - 1)] = True
    key = tokens.type.take(token + (beside - anchor)[chosen], mode="clip")
    key = key + (matcher.slot_table[rows, beside] * n_types)[chosen]
    fits = np.flatnonzero(sieve[key & (_SIEVE - 1)])
    chosen = chosen[fits]
    token, row = token[fits] - anchor[chosen], rows[chosen]
    length = matcher.lengths[row]
    inside = np.flatnonzero((token >= 0) & (token + length <= len(tokens)))
    token, row, length, chosen = token[inside], row[inside], length[inside], chosen[inside]
    fits = tokens.sentence[token] == tokens.sentence[token + length - 1]
    for position in range(matcher.slot_table.shape[1]):
        check = np.flatnonzero(fits & (length > position) & (anchor[chosen] != position))
        if len(check):
            key = matcher.slot_table[row[check], position] * n_types
            key += tokens.type[token[check] + position]
            found = np.minimum(np.searchsorted(satisfied, key), len(satisfied) - 1)
            fits[check] = satisfied[found] == key
    token, row, length = token[fits], row[fits], length[fits]
    return _Places(token, length, row, matcher.owner[row])


def _satisfied(types: Sequence[str], matcher: Matcher) -> Ints:
    """Find which pattern words each type satisfies: slot * number of types + type, sorted."""
    n_types = max(len(types), 1)
    entry = np.fromiter(map(matcher.literals.get, types, repeat(-1)), np.int64, len(types))
    kinds = np.flatnonzero(entry >= 0)
    found = [(kinds, entry[kinds])]
    letters, start, end = _letters(types)
    found.append(_beginning(types, letters, start, end, matcher))
    # "regime's" is found by "regime"
    owning = np.flatnonzero(end - start > len(_POSSESSIVE))
    for back, letter in enumerate(reversed(_POSSESSIVE), start=1):
        owning = owning[letters[end[owning] - back] == ord(letter)]
    names = (types[i][: -len(_POSSESSIVE)] for i in owning.tolist())
    entry = np.fromiter(map(matcher.literals.get, names, repeat(-1)), np.int64, len(owning))
    found.append((owning[entry >= 0], entry[entry >= 0]))

    kind, entry = (np.concatenate(x) for x in zip(*found, strict=True))
    begin = matcher.entry_start[entry]
    count = matcher.entry_start[entry + 1] - begin
    keys = matcher.entry_slots[_ranges(begin, count)] * n_types + np.repeat(kind, count)
    keys.sort()
    # a word may satisfy a pattern word in two ways
    fresh = np.ones(len(keys), bool)
    fresh[1:] = keys[1:] != keys[:-1]
    result: Ints = keys[fresh]
    return result


def _letters(types: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
    """Lay all types out as one array of code points, with the bounds of each."""
    text = "".join(types).encode("utf-32-le", "surrogatepass")
    length = np.fromiter(map(len, types), np.int64, len(types))
    end = np.cumsum(length)
    return np.frombuffer(text, "<u4"), end - length, end


def _beginning(
    types: Sequence[str],
    letters: npt.NDArray[np.uint32],
    start: Ints,
    end: Ints,
    matcher: Matcher,
) -> tuple[Ints, Ints]:
    """Find the types that begin with each stem, letter by letter: few are left after three."""
    kinds: list[int] = []
    entries: list[int] = []
    alive = np.flatnonzero(end - start >= _STEM) if matcher.stems else np.zeros(0, np.int64)
    code = _three(letters, start[alive])
    if matcher.stems:
        # nearly all are ruled out by a small table, without a search
        sieve = np.zeros(_SIEVE, bool)
        sieve[_mixed(matcher.stem_codes[0])] = True
        likely = np.flatnonzero(sieve[_mixed(code)])
        alive, code = alive[likely], code[likely]
    for depth, (codes, whole) in enumerate(
        zip(matcher.stem_codes, matcher.stem_whole, strict=True), start=_STEM
    ):
        if not len(alive):
            break
        if depth > _STEM:
            long = np.flatnonzero(end[alive] - start[alive] >= depth)
            alive, code = alive[long], code[long]
            code = _longer(code, letters[start[alive] + depth - 1])
        place = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
        kept = np.flatnonzero(codes[place] == code)
        alive, code, place = alive[kept], code[kept], place[kept]
        for i in alive[whole[place]].tolist():
            # codes of two beginnings could be equal; words are not
            stem = matcher.stems.get(types[i][:depth])
            if stem is not None:
                kinds.append(i)
                entries.append(stem)
    return np.array(kinds, np.int64), np.array(entries, np.int64)


def _three(letters: npt.NDArray[np.uint32], start: Ints) -> npt.NDArray[np.uint64]:
    """Give the codes of the beginnings that even the shortest stem has."""
    code = np.zeros(len(start), np.uint64)
    for depth in range(_STEM):
        code = _longer(code, letters[start + depth])
    return code


def _mixed(code: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Give a code's place in the small table; the last letters alone hardly move its top bits."""
    result: npt.NDArray[np.uint64] = (code * _FACTOR) >> _SIEVE_SHIFT
    return result


def _longer(code: npt.NDArray[np.uint64], letter: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """Add a letter to the codes of beginnings."""
    result: npt.NDArray[np.uint64] = code * _FACTOR + letter
    return result


def _ranges(start: Ints, count: Ints) -> Ints:
    """Concatenate ``arange(start[i], start[i] + count[i])`` over all i."""
    total = int(count.sum())
    offset = np.repeat(start - (np.cumsum(count) - count), count)
    result: Ints = offset + np.arange(total)
    return result


def _excepted(terms: _Places, exceptions: _Places, n_tokens: int) -> npt.NDArray[np.bool_]:
    """Tell which matches lie inside a match of an exception of the same term."""
    if not len(exceptions.token):
        return np.zeros(len(terms.token), bool)
    # By term and start; of the exceptions of a term that begin no later, the furthest end.
    scale = n_tokens + 1
    begin = exceptions.owner * scale + exceptions.token
    order = np.argsort(begin, kind="stable")
    reach = (exceptions.owner * scale + exceptions.token + exceptions.length)[order]
    furthest = np.append(-1, np.maximum.accumulate(reach))
    before = np.searchsorted(begin[order], terms.owner * scale + terms.token, side="right")
    result: npt.NDArray[np.bool_] = (
        furthest[before] >= terms.owner * scale + terms.token + terms.length
    )
    return result


def _accompanied(
    terms: _Places, tokens: Tokens, matcher: Matcher, words: _Words
) -> npt.NDArray[np.bool_]:
    """Tell which matches have one of the neighbours that their term asks for, or ask for none."""
    wanted = matcher.near_of[terms.owner]
    result = wanted < 0
    asking = np.flatnonzero(~result)
    if not len(asking):
        return result
    neighbours = _neighbours(terms.where(~result), tokens, matcher, words)
    if not len(neighbours.token):
        return result
    scale = len(tokens) + 1
    wanted, token, length = wanted[asking], terms.token[asking], terms.length[asking]
    # The nearest neighbour that ends before the match, and the nearest that begins after it: if
    # these stand in another sentence, or too far away, so do all others.
    ends = np.sort(neighbours.owner * scale + neighbours.token + neighbours.length)
    begins = np.sort(neighbours.owner * scale + neighbours.token)
    before = np.searchsorted(ends, wanted * scale + token, side="right") - 1
    after = np.searchsorted(begins, wanted * scale + token + length)
    last = ends[np.maximum(before, 0)] - wanted * scale - 1
    first = begins[np.minimum(after, len(begins) - 1)] - wanted * scale
    for other, there, distance in (
        (last, before >= 0, token - last),
        (first, after < len(begins), first - (token + length - 1)),
    ):
        # a place of another set of neighbours lies out of bounds or too far
        there = there & (other >= 0) & (other < len(tokens)) & (distance <= NEAR_REACH)
        same = tokens.sentence[np.clip(other, 0, len(tokens) - 1)] == tokens.sentence[token]
        result[asking] |= there & same
    return result


def _neighbours(asking: _Places, tokens: Tokens, matcher: Matcher, words: _Words) -> _Places:
    """Find neighbours where they could count: near a match that asks for them, and no others."""
    reach = NEAR_REACH + matcher.slot_table.shape[1]
    around = np.zeros(len(tokens), bool)
    longest = int(asking.length.max())
    for step in range(-reach, longest + reach):
        around[np.clip(asking.token + step, 0, len(tokens) - 1)] = True
    asked = np.zeros(int(matcher.near_of.max()) + 1, bool)
    asked[matcher.near_of[asking.owner]] = True
    wanted = matcher.kind == _NEIGHBOUR
    wanted[wanted] = asked[matcher.owner[wanted]]
    return _occurrences(tokens, matcher, words, wanted, around)


def _case_holds(
    tokens: Tokens, matcher: Matcher, token: Ints, length: Ints, term: Ints
) -> npt.NDArray[np.bool_]:
    result = np.ones(len(token), bool)
    for i in np.flatnonzero(matcher.case_sensitive[term]):
        wanted = matcher.terms[term[i]].pattern.split()
        last = token[i] + length[i] - 1
        text = tokens.texts[tokens.article[token[i]]]
        found = text[tokens.start[token[i]] : tokens.end[last]].replace("’", "'")
        words = found.split() if length[i] == len(wanted) else found.split("-")
        result[i] = len(words) == len(wanted) and all(
            _same_case(w, p) for w, p in zip(words, wanted, strict=True)
        )
    return result


def _same_case(word: str, pattern: str) -> bool:
    for choice in pattern.replace("’", "'").split("|"):
        stem = choice.removesuffix("*")
        if stem != choice and word.startswith(stem):
            return True
        if choice in (word, word.removesuffix("'s")):
            return True
    return False


def _longest(token: Ints, length: Ints, lexicon: Ints) -> npt.NDArray[np.bool_]:
    """Keep the first of every chain of overlaps; rows are sorted by lexicon, token, -length."""
    keep = np.ones(len(token), bool)
    if len(token) < 2:
        return keep
    end = token + length
    group_end = np.maximum.accumulate(end + lexicon * (int(end.max()) + 1))
    begin = token + lexicon * (int(end.max()) + 1)
    touched = np.flatnonzero(begin[1:] < group_end[:-1]) + 1
    # Only rows that overlap an earlier one need looking at, in order.
    last_end, last_lexicon, position = -1, -1, -1
    for i in touched.tolist():
        j = i - 1
        if j > position and keep[j]:
            last_end, last_lexicon = int(end[j]), int(lexicon[j])
        if lexicon[i] == last_lexicon and token[i] < last_end:
            keep[i] = False
        else:
            last_end, last_lexicon = int(end[i]), int(lexicon[i])
        position = i
    return keep


def _negated(tokens: Tokens, token: Ints) -> npt.NDArray[np.bool_]:
    """Tell before which places a negation stands; one in another clause is not of the place."""
    result = np.zeros(len(token), bool)
    if not len(token):
        return result
    role = np.fromiter(map(_ROLES.get, tokens.types, repeat(0)), np.int8, len(tokens.types))
    left = np.full(len(token), _NEGATION_REACH)
    same = np.ones(len(token), bool)
    after = np.zeros(len(token), np.int8)
    for back in range(1, 2 * _NEGATION_REACH + 1):
        before = np.maximum(token - back, 0)
        here = role[tokens.type[before]]
        # a mark ends the clause, but for the marks around a quoted word
        same &= (token >= back) & (tokens.sentence[before] == tokens.sentence[token])
        same &= tokens.word[before] | (here == _QUOTE)
        left -= here != _ARTICLE
        same &= left >= 0
        # "no doubt", "not only": what follows is said all the same
        result |= same & (here == _NEGATION) & (after != _UNDOING)
        after = here
    return result
