"""Tokens -> the matrices that a word model is fitted on; fitted weights -> the table that scores.

The two belong together: what a word model learned from must be what it is used on, and a test holds
them to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.features import (
    SLOTS,
    UNARY,
    Neighbours,
    content_words,
    find,
    identity,
    name_rows,
    neighbour_rows,
    pair_rows,
    shape_rows,
    shapes,
    stem_codes,
    token_ids,
    unary_rows,
)
from framing.fitting import Dense, Fitted, Network
from framing.tokens import Tokens
from framing.vectors import WordVectors
from framing.wordmodel import UNIT, Units, WordTable

__all__ = ["Lookup", "design", "word_table"]

Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

_HASHED = len(UNARY) + 5
# Rarer than any word that has a vector, per million words.
_RAREST = 0.1
_LEAST_RARITY = -1.0
_TOP = 2**15 - 1
# Of the network's columns: more would be lost, and less is stored.
_STEPS = 63


@dataclass(frozen=True, eq=False)
class Lookup:
    """Word vectors, arranged to be looked up: names have none, unseen words that of their stem.

    Attributes
    ----------
    words : ndarray of uint64, shape (n_words,)
        Hashes, ascending.
    spelled : tuple of str
        The words in that order.
    names : ndarray of bool, shape (n_words,)
        Whether a word is a name.
    vectors : ndarray of float32, shape (n_words, dimensions)
        Zero for names.
    rarity : ndarray of float32, shape (n_words,)
        Logarithm of the frequency, to base 10; 0 for names.
    stems : ndarray of uint64, shape (n_stems,)
        Codes of stems, ascending.
    stem_vectors : ndarray of float32, shape (n_stems, dimensions)
        The mean of the words that share a stem.
    """

    words: npt.NDArray[np.uint64]
    spelled: tuple[str, ...]
    names: npt.NDArray[np.bool_]
    vectors: Vectors
    rarity: Vectors
    stems: npt.NDArray[np.uint64]
    stem_vectors: Vectors

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, vectors: WordVectors | None) -> Lookup:
        """Arrange vectors; without any, no word is known."""
        if vectors is None:
            none = np.zeros(0, np.uint64)
            empty, flat = np.zeros((0, 0), np.float32), np.zeros(0, np.float32)
            return cls(none, (), np.zeros(0, bool), empty, flat, none, empty)
        order = np.argsort(vectors.hashes)
        names = vectors.is_name[order]
        spelled = tuple(vectors.words[i] for i in order)
        matrix = vectors.matrix[order] * np.float32(np.sqrt(3))
        matrix[names] = 0.0
        rarity = np.log10(vectors.frequency[order] + np.float32(_RAREST))
        rarity[names] = 0.0
        plain = np.flatnonzero(~names)
        code = np.fromiter((s for s, _ in stem_codes([spelled[i] for i in plain])), np.uint64)
        stems, at = np.unique(code, return_inverse=True)
        mean = sparse.csr_matrix(
            (np.ones(len(plain), np.float32), (at, plain)), shape=(len(stems), len(names))
        )
        of_stem = (mean @ matrix) / np.asarray(mean.sum(axis=1))
        return cls(vectors.hashes[order], spelled, names, matrix, rarity, stems, of_stem)

    @lru_cache(maxsize=4)  # noqa: B019 - a few large tables, kept with the vectors that they are of
    def spelling(self, bits: int) -> npt.NDArray[np.uint32]:
        """Give the hashed rows of all words' spelling."""
        return unary_rows(self.spelled, bits=bits)

    @property
    def dimensions(self) -> int:
        """Numbers in a vector; 0 without vectors."""
        return int(self.vectors.shape[1])

    def types(self, tokens: Tokens) -> _Types:
        """Look a batch's types up."""
        row = find(self.words, tokens.type_hash)
        known = row >= 0
        n = len(tokens.types)
        names = np.zeros(n, bool)
        names[known] = self.names[row[known]]
        vectors = np.zeros((n + 2, self.dimensions), np.float32)
        rarity = np.zeros(n + 2, np.float32)
        vectors[:n][known] = self.vectors[row[known]]
        rarity[:n][known] = self.rarity[row[known]]
        new = np.flatnonzero(~known)
        rarity[new] = _LEAST_RARITY
        codes = np.array(list(stem_codes([tokens.types[i] for i in new])), np.uint64)
        whole, last = (find(self.stems, c) for c in codes.reshape(-1, 2).T)
        at = np.where(whole >= 0, whole, last)
        vectors[new[at >= 0]] = self.stem_vectors[at[at >= 0]]
        kin = known.copy() if len(self.words) else np.ones(n, bool)
        kin[new[at >= 0]] = True
        return _Types(known, names, kin, vectors, rarity)


@dataclass(frozen=True)
class _Types:
    """A batch's types: known, names, akin to a known one or not; vectors and rarity by id."""

    known: npt.NDArray[np.bool_]
    names: npt.NDArray[np.bool_]
    kin: npt.NDArray[np.bool_]
    vectors: Vectors
    rarity: Vectors


def design(
    tokens: Tokens, at: npt.NDArray[np.intp], lookup: Lookup, *, bits: int
) -> tuple[sparse.csr_matrix, Dense]:
    """Arrange the features of some content words as matrices.

    Parameters
    ----------
    tokens : Tokens
        The token table.
    at : ndarray of int
        The tokens wanted.
    lookup : Lookup
        Word vectors.
    bits : int
        The hashed table has ``2 ** bits`` rows.

    Returns
    -------
    hashed : scipy.sparse.csr_matrix, shape (n, 2 ** bits)
        Spelling, neighbours, pairs and capitals; two that fall together add up.
    dense : Dense
        The vectors of the word, its neighbours and its sentence's mean; its rarity.
    """
    types = lookup.types(tokens)
    ids = token_ids(tokens, known=types.known, names=types.names, kin=types.kin)
    here, near = ids[at], Neighbours.of(tokens, ids, at)
    which = identity(tokens)
    spelling = np.concatenate([unary_rows(tokens.types, bits=bits), name_rows(bits=bits)])
    left, right = neighbour_rows(which, bits=bits).T
    columns = np.concatenate(
        [
            spelling[here],
            left[near.left][:, None],
            right[near.right][:, None],
            pair_rows(which[near.left], which[here], which[near.right], bits=bits),
            shape_rows(bits=bits)[shapes(tokens, ids)[at]][:, None],
        ],
        axis=1,
    )
    pointer = np.arange(0, columns.size + 1, _HASHED)
    hashed = sparse.csr_matrix(
        (np.ones(columns.size, np.float32), columns.ravel(), pointer),
        shape=(len(at), 1 << bits),
    )
    hashed.sum_duplicates()
    content = np.flatnonzero(content_words(tokens))
    member = sparse.csr_matrix(
        (np.ones(len(content), np.float32), (tokens.sentence[content], ids[content])),
        shape=(len(tokens.sentence_start), len(which)),
    )
    length = np.maximum(np.asarray(member.sum(axis=1)), 1)
    dense = Dense(
        types=types.vectors,
        means=((member @ types.vectors) / length).astype(np.float32),
        rows=np.stack([here, near.left, near.right, tokens.sentence[at]], axis=1).astype(np.intp),
        rarity=types.rarity[here],
    )
    return hashed, dense


def word_table(fitted: Fitted, lookup: Lookup) -> WordTable:
    """Work out once what every word adds to scores.

    Parameters
    ----------
    fitted : Fitted
        Weights of the features that `design` arranges.
    lookup : Lookup
        The word vectors that they were fitted with.

    Returns
    -------
    WordTable
        In whole units.
    """
    bits = len(fitted.hashed).bit_length() - 1
    weights = _whole(fitted.hashed)
    by_slot, rarity = _by_slot(fitted.dense[:, None], lookup)
    added = lookup.vectors @ by_slot
    added[:, 0] += lookup.rarity * rarity[0]
    columns = np.rint(added / UNIT)
    columns[:, 0] += weights[lookup.spelling(bits)].sum(axis=1, dtype=np.int64)
    columns[:, 1:3] += weights[neighbour_rows(lookup.words, bits=bits)]
    columns[lookup.names] = 0
    return WordTable(
        weights=weights,
        words=lookup.words,
        names=lookup.names,
        columns=np.clip(columns, -_TOP, _TOP).astype(np.int16),
        stems=lookup.stems,
        stem_columns=_whole(lookup.stem_vectors @ by_slot),
        unseen=round(_LEAST_RARITY * rarity[0] / UNIT),
        bias=float(fitted.intercept[-1]),
        units=None if fitted.network is None else _units(fitted.network, lookup),
    )


def _units(network: Network, lookup: Lookup) -> Units:
    """Work out what every word adds to the units of the network, in seven bits."""
    by_slot, rarity = _by_slot(network.inner, lookup)
    hidden = len(network.outer)
    added = lookup.vectors @ by_slot
    added[:, :hidden] += lookup.rarity[:, None] * rarity
    by_stem = lookup.stem_vectors @ by_slot
    top = np.abs(np.concatenate([added, by_stem])).max(axis=0, initial=1e-6)
    scale = top.reshape(len(SLOTS), hidden).max(axis=0) / _STEPS
    each = np.tile(scale, len(SLOTS))
    return Units(
        columns=np.rint(added / each).astype(np.int8),
        stem_columns=np.rint(by_stem / each).astype(np.int8),
        unseen=_LEAST_RARITY * rarity,
        scale=scale,
        threshold=network.threshold,
        outer=network.outer,
    )


def _by_slot(weights: Floats, lookup: Lookup) -> tuple[Floats, Floats]:
    """Turn weights of `design`'s columns into (dimensions, slots * outputs), and rarity's."""
    outputs = weights.shape[1]
    cube = weights[:-1].reshape(len(SLOTS), lookup.dimensions, outputs)
    flat = cube.transpose(1, 0, 2).reshape(lookup.dimensions, len(SLOTS) * outputs)
    return flat, weights[-1]


def _whole(values: Floats) -> npt.NDArray[np.int16]:
    return np.clip(np.rint(values / UNIT), -_TOP, _TOP).astype(np.int16)
