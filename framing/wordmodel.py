"""How likely is it that a trained annotator would mark this word, here, as loaded?

Every word gets a score from its meaning (a word vector), its spelling, its two neighbours and the
mean meaning of its sentence; a calibration turns the score into a probability, and a sentence's
probability is made from those of its words. The score is linear, so all that a word adds, to its
own score or to others', is one row of numbers that was worked out when the model was trained. This
module uses and stores such models; `framing.classifier` trains them.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from numbers import Real
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from framing.catalog import is_bundled_name, model_folder
from framing.errors import ModelError
from framing.features import (
    SLOTS,
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
from framing.model_files import WRONG_FORMAT, read_arrays, write_arrays
from framing.tokens import Tokens

__all__ = [
    "SENTENCE_FEATURES",
    "ScoredWords",
    "WordModel",
    "WordTable",
    "check_unchanged",
    "load_word_model",
    "move_base_rate",
    "read_saved",
    "save_word_model",
    "sentence_features",
]

KIND = "words in context"
LAYOUT = 2
"""Version of the arrays of a word model."""

WRONG_KIND = "{path}: this is a model of kind {found!r}, not {valid!r}; load it where it belongs"
BAD_CARD = "{path}: {key!r} is missing or not valid ({why}); save or install the model again"
CHANGED = "{path}: weights or settings are not those that were saved; save or install it again"
BAD_ARRAYS = "{path}: weights.npz does not hold a valid model ({why}); save or install it again"
BAD_LENGTH = "{what} must have one item a token, {tokens}; it has {found}"
BAD_PRIOR = (
    "prior must be a number above 0 and below 1, the share of loaded sentences; found {value!r}"
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[Any]]
Shapes = dict[str, tuple[tuple[int, ...], type]]

SENTENCE_FEATURES = ("sum", "log_sum", "logit_greatest", "logit_second", "log_length")
"""What a sentence's probability is made from, in order."""

UNIT = 1.0 / 1024
"""What one unit of a weight is worth; whole units add up exactly, in any order."""

_SMALL = 1e-3
# A unit's sum is counted in this part of its scale. Three columns of 63 and two far values fit.
_PARTS = 4
_FAR = 8_000
_LARGEST = 3 * 127 * _PARTS + 2 * _FAR
_UNIT_ARRAYS = ("columns", "stem_columns", "unseen", "scale", "threshold", "outer")
_SHARED_ARRAYS = ("score_knots", "probability_knots", "sentence_weights")


def sentence_features(
    probabilities: Floats, *, unit: npt.NDArray[np.integer[Any]], units: int, mask: Bools
) -> Floats:
    """Sum up the probabilities of words by the sentence that they stand in.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n_tokens,)
        A probability a token.
    unit : ndarray of int, shape (n_tokens,)
        The sentence of each token, in ascending order.
    units : int
        The number of sentences.
    mask : ndarray of bool, shape (n_tokens,)
        The words that count.

    Returns
    -------
    ndarray of float64, shape (units, 5)
        `SENTENCE_FEATURES`; the sum and its log, the logits of the greatest and the second, the log
        of the number of words, each moved off zero; a row of NaN where no word counts.

    Examples
    --------
    >>> p = np.array([0.5, 0.0, 0.1])
    >>> unit, mask = np.array([0, 0, 0]), np.array([True, True, True])
    >>> sentence_features(p, unit=unit, units=2, mask=mask).round(2).tolist()
    [[0.6, -0.51, 0.0, -2.19, 1.39], [nan, nan, nan, nan, nan]]
    """
    at = np.flatnonzero(mask)
    p, of = probabilities[at], unit[at]
    length = np.bincount(of, minlength=units)
    # bincount adds in order, so that a sum does not depend on what stands around the sentence.
    total = np.bincount(of, weights=p, minlength=units)
    greatest, second = np.zeros(units), np.zeros(units)
    if len(at):
        begins = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
        greatest[of[begins]] = np.maximum.reduceat(p, begins)
        top = np.flatnonzero(p == greatest[of])
        _, first = np.unique(of[top], return_index=True)
        rest = p.copy()
        rest[top[first]] = 0.0
        second[of[begins]] = np.maximum.reduceat(rest, begins)

    def logit(value: Floats) -> Floats:
        result: Floats = np.log((value + _SMALL) / (1 - value + _SMALL))
        return result

    columns = (
        total,
        np.log(total + _SMALL),
        logit(greatest),
        logit(second),
        np.log(length + 1.0),
    )
    features = np.stack(columns, axis=1)
    features[length == 0] = np.nan
    return features


def move_base_rate(probability: Floats, *, trained: float, prior: float) -> Floats:
    """Move probabilities from the base rate of the training data to another.

    Parameters
    ----------
    probability : ndarray of float64
        As the model gives them.
    trained : float
        The share of loaded sentences in the training data.
    prior : float
        The share where the model is used, above 0 and below 1.

    Returns
    -------
    ndarray of float64
        From 0 to 1, in the same order.

    Raises
    ------
    ModelError
        If `prior` is not such a share.

    References
    ----------
    M. Saerens, P. Latinne and C. Decaestecker (2002). Adjusting the outputs of a classifier to new
    a priori probabilities. *Neural Computation* 14, 21-41.

    Examples
    --------
    >>> move_base_rate(np.array([0.5, 0.9]), trained=0.5, prior=0.1).round(2).tolist()
    [0.1, 0.5]
    """
    share: Any = prior
    if not isinstance(share, Real) or not 0 < float(share) < 1:
        raise ModelError(BAD_PRIOR.format(value=prior))
    yes = probability * (float(prior) / trained)
    no = (1 - probability) * ((1 - float(prior)) / (1 - trained))
    result: Floats = yes / (yes + no)
    return result


@dataclass(frozen=True, eq=False)
class ScoredWords(ABC):
    """What every model of words in context has: a calibration, and a sentence made of its words.

    Attributes
    ----------
    name : str
        What it is called in results.
    score_knots, probability_knots : ndarray of float64, shape (n_knots,)
        The calibration: a score's probability, straight lines between.
    sentence_weights : ndarray of float64, shape (6,)
        An intercept and the weights of `SENTENCE_FEATURES`.
    base_rate : float
        The share of loaded sentences in the training data.
    card : mapping
        What it was made from, its licence, its figures and limits; what JSON can hold.
    """

    name: str
    score_knots: Floats
    probability_knots: Floats
    sentence_weights: Floats
    base_rate: float
    card: Mapping[str, Any]

    kind: ClassVar[str]
    layout: ClassVar[int]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, sha256={self.sha256[:12]!r})"

    @abstractmethod
    def own_arrays(self) -> Arrays:
        """Give the arrays that scores are made from, and that this kind of model alone has."""

    def own_content(self) -> dict[str, Any]:
        """Give what else of this kind of model is saved beside its arrays; what JSON can hold."""
        return {}

    def arrays(self) -> Arrays:
        """Give all arrays of the model, as they are saved."""
        return {
            **self.own_arrays(),
            "score_knots": self.score_knots,
            "probability_knots": self.probability_knots,
            "sentence_weights": self.sentence_weights,
            "base_rate": np.asarray(self.base_rate, np.float64),
        }

    @cached_property
    def sha256(self) -> str:
        """Hash of all that decides a probability; the same model has the same hash everywhere."""
        content = self.own_content()
        about = [self.kind, self.layout, content] if content else [self.kind, self.layout]
        digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
        for name, array in sorted(self.arrays().items()):
            little = array.astype(array.dtype.newbyteorder("<"))
            digest.update(f"\x00{name}\x00{little.dtype.str}\x00{little.shape}\x00".encode())
            digest.update(little.tobytes())
        return digest.hexdigest()

    @abstractmethod
    def word_scores(self, tokens: Tokens) -> tuple[npt.NDArray[np.intp], Floats]:
        """Score every content word: the tokens, and a score for each, before calibration."""

    def word_probabilities(self, tokens: Tokens) -> Floats:
        """Estimate for every token how likely an annotator is to mark it as loaded.

        Parameters
        ----------
        tokens : Tokens
            The token table.

        Returns
        -------
        ndarray of float64, shape (n_tokens,)
            From 0 to 1; 0.0 for marks and for `framing.features.FUNCTION_WORDS`. A token's value
            depends on its sentence alone, not on what else is in the batch.

        Examples
        --------
        >>> from framing.tokens import tokenize
        >>> model = load_word_model("default")
        >>> tokens = tokenize(["The disgraceful bill passed on Monday."])
        >>> p = model.word_probabilities(tokens)
        >>> tokens.types[tokens.type[p.argmax()]]
        'disgraceful'
        """
        result = np.zeros(len(tokens))
        at, score = self.word_scores(tokens)
        result[at] = np.interp(score, self.score_knots, self.probability_knots)
        return result

    def sentence_probabilities(
        self, tokens: Tokens, word_probs: Floats, *, mask: Bools, prior: float | None = None
    ) -> Floats:
        """Estimate for every sentence how likely most annotators are to call it loaded.

        Parameters
        ----------
        tokens : Tokens
            The token table.
        word_probs : ndarray of float64, shape (n_tokens,)
            What `word_probabilities` returned.
        mask : ndarray of bool, shape (n_tokens,)
            The words that count, such as those in the outlet's own voice; what the others' values
            are makes no difference.
        prior : float, optional
            As for `unit_probabilities`.

        Returns
        -------
        ndarray of float64, shape (n_sentences,)
            From 0 to 1; NaN for a sentence without a word that counts.
        """
        n = len(tokens.sentence_start)
        return self.unit_probabilities(
            word_probs, unit=tokens.sentence, units=n, mask=mask, prior=prior
        )

    def unit_probabilities(
        self,
        word_probs: Floats,
        *,
        unit: npt.NDArray[np.integer[Any]],
        units: int,
        mask: Bools,
        prior: float | None = None,
    ) -> Floats:
        """Estimate the same for stretches of text that are not the table's own sentences.

        Parameters
        ----------
        word_probs : ndarray of float64, shape (n_tokens,)
            What `word_probabilities` returned.
        unit : ndarray of int, shape (n_tokens,)
            The stretch that each token stands in, in ascending order.
        units : int
            How many there are.
        mask : ndarray of bool, shape (n_tokens,)
            The words that count.
        prior : float, optional
            The share of loaded sentences where the model is used (see `move_base_rate`); by default
            that of the training data, `base_rate`.

        Returns
        -------
        ndarray of float64, shape (units,)
            Probabilities; NaN for a stretch without a word that counts.

        Raises
        ------
        ModelError
            If the arrays are not of one length, or `prior` is not a share.
        """
        for what, array in (("word_probs", word_probs), ("mask", mask)):
            if len(array) != len(unit):
                raise ModelError(BAD_LENGTH.format(what=what, tokens=len(unit), found=len(array)))
        features = sentence_features(
            np.asarray(word_probs, np.float64), unit=unit, units=units, mask=np.asarray(mask, bool)
        )
        score = np.full(units, self.sentence_weights[0])
        for column, weight in enumerate(self.sentence_weights[1:]):
            score += features[:, column] * weight
        result: Floats = 1.0 / (1.0 + np.exp(-score))
        if prior is None:
            return result
        return move_base_rate(result, trained=self.base_rate, prior=prior)


@dataclass(frozen=True, eq=False)
class Units:
    """What words add to the units of a small network, rounded to seven bits.

    Attributes
    ----------
    columns : ndarray of int8, shape (n_words, 4 * n_units)
        What a known word adds to each unit, slot by slot, in units of `scale`.
    stem_columns : ndarray of int8, shape (n_stems, 4 * n_units)
        The same for a word that was not met, by its stem.
    unseen : ndarray of float64, shape (n_units,)
        What such a word adds for being rare.
    scale, threshold, outer : ndarray of float64, shape (n_units,)
        What one step of a column is worth; what is added to a unit's sum; what a unit adds to the
        score, times its sum if that is positive.
    """

    columns: npt.NDArray[np.int8]
    stem_columns: npt.NDArray[np.int8]
    unseen: Floats
    scale: Floats
    threshold: Floats
    outer: Floats

    def score(self, found: _Found) -> Floats:
        """Compute what the units add to the score of each content word.

        All sums are of whole numbers, a part of `scale` each: they are exact, so that a value does
        not depend on the batch, and quick.
        """
        n = len(self.outer)
        table = np.zeros((len(SLOTS), len(found.row) + 2, n), np.int16)
        for row, columns in ((found.row, self.columns), (found.stem, self.stem_columns)):
            at = np.flatnonzero(row >= 0)
            table[:, at] = columns[row[at]].reshape(-1, len(SLOTS), n).transpose(1, 0, 2)
        total = table[0].take(found.here, axis=0)
        total += table[1].take(found.near.left, axis=0)
        total += table[2].take(found.near.right, axis=0)
        total *= np.int16(_PARTS)
        by_sentence = _PARTS * (found.mean(table[3]) + self.threshold / self.scale)
        total += _short(by_sentence).take(found.sentence, axis=0)
        new = np.append(found.row < 0, [False, False])[found.here]
        total[new] += _short(_PARTS * self.unseen / self.scale)
        np.maximum(total, 0, out=total)
        weights = self.outer * self.scale / _PARTS
        # As fine as 32 bits allow: no sum can pass 2 ** 31.
        fine = 2.0 ** np.floor(31 - np.log2(_LARGEST * max(np.abs(weights).sum(), 1e-9) + n))
        whole = np.rint(weights * fine).astype(np.int32)
        added: npt.NDArray[np.int32] = np.einsum("ij,j->i", total, whole, dtype=np.int32)
        result: Floats = added / fine
        return result


def _short(values: Floats) -> npt.NDArray[np.int16]:
    """Round to whole numbers; what is beyond decides alone whether a unit is on."""
    return np.clip(np.rint(values), -_FAR, _FAR).astype(np.int16)


@dataclass(frozen=True)
class _Found:
    """A batch, looked up: rows of its types, ids of its content words and of their neighbours.

    Attributes
    ----------
    at : ndarray of int, shape (n,)
        The content words among the tokens.
    ids : ndarray of int32, shape (n_tokens,)
        Ids of all tokens.
    row, stem : ndarray of int, shape (n_types,)
        The row of a known type and, for another, that of its stem; -1 where there is none.
    here, sentence : ndarray of int, shape (n,)
        Ids and sentences of the content words, sentences counted among those that have any.
    near : Neighbours
        Ids of their neighbours.
    """

    at: npt.NDArray[np.intp]
    ids: npt.NDArray[np.int32]
    row: npt.NDArray[np.intp]
    stem: npt.NDArray[np.intp]
    here: npt.NDArray[np.int32]
    sentence: npt.NDArray[np.intp]
    near: Neighbours

    def mean(self, table: npt.NDArray[np.integer[Any]]) -> Floats:
        """Average what content words add, over each sentence that has any."""
        from scipy.sparse import csr_matrix  # here: a model is loaded without it

        if not len(self.at):
            return np.zeros((0, *table.shape[1:]))
        first = np.flatnonzero(np.diff(self.sentence, prepend=-1))
        count = np.diff(first, append=len(self.at))
        ones = np.ones(len(self.at), np.int32)
        member = csr_matrix(
            (ones, self.here, np.append(first, len(self.at))), shape=(len(first), len(table))
        )
        added = member @ table.astype(np.int32)
        result: Floats = added / count.reshape(-1, *[1] * (table.ndim - 1))
        return result


@dataclass(frozen=True, eq=False)
class WordTable:
    """What words add to scores, in units of `UNIT`.

    Attributes
    ----------
    weights : ndarray of int16, shape (2 ** bits,)
        Of hashed features: pairs of words, capitals, and the spelling of words that were not met.
    words : ndarray of uint64, shape (n_words,)
        Hashes of known words, ascending.
    names : ndarray of bool, shape (n_words,)
        Whether a word is a name; all names count alike.
    columns : ndarray of int16, shape (n_words, 4)
        What a word adds in each of `framing.features.SLOTS`, its spelling included.
    stems : ndarray of uint64, shape (n_stems,)
        Codes of stems, ascending.
    stem_columns : ndarray of int16, shape (n_stems, 4)
        What a word that was not met adds by the company that words of its stem keep.
    unseen : int
        What it adds to its own score for being rare.
    bias : float
        Added to every score.
    units : Units, optional
        A small network beside the linear part.
    """

    weights: npt.NDArray[np.int16]
    words: npt.NDArray[np.uint64]
    names: Bools
    columns: npt.NDArray[np.int16]
    stems: npt.NDArray[np.uint64]
    stem_columns: npt.NDArray[np.int16]
    unseen: int
    bias: float
    units: Units | None = None

    @property
    def bits(self) -> int:
        """Logarithm to base 2 of the number of rows."""
        return len(self.weights).bit_length() - 1

    def _find(self, tokens: Tokens) -> _Found:
        """Look a batch up."""
        row = find(self.words, tokens.type_hash)
        known = row >= 0
        names = np.zeros(len(row), bool)
        names[known] = self.names[row[known]]
        new = np.flatnonzero(~known)
        codes = np.array(list(stem_codes([tokens.types[i] for i in new])), np.uint64)
        whole, last = (find(self.stems, code) for code in codes.reshape(-1, 2).T)
        stem = np.full(len(row), -1, np.intp)
        stem[new] = np.where(whole >= 0, whole, last)
        kin = stem >= 0 if len(self.words) else np.ones(len(row), bool)
        ids = token_ids(tokens, known=known, names=names, kin=kin)
        at = np.flatnonzero(content_words(tokens))
        there = tokens.sentence[at]
        sentence = np.cumsum(np.diff(there, prepend=there[:1]) != 0)
        return _Found(at, ids, row, stem, ids[at], sentence, Neighbours.of(tokens, ids, at))

    def _by_id(self, tokens: Tokens, found: _Found) -> npt.NDArray[np.int32]:
        """Add up what each id of a batch (types, any name, beyond the sentence) adds by slot."""
        n = len(tokens.types)
        table = np.zeros((n + 2, len(SLOTS)), np.int32)
        known, by_stem = found.row >= 0, found.stem >= 0
        table[:n][known] = self.columns[found.row[known]]
        table[:n][by_stem] = self.stem_columns[found.stem[by_stem]]
        new = np.flatnonzero(~known)
        spelling = self.weights[unary_rows([tokens.types[i] for i in new], bits=self.bits)]
        table[new, 0] += spelling.sum(axis=1, dtype=np.int32) + self.unseen
        table[n, 0] = self.weights[name_rows(bits=self.bits)].sum(dtype=np.int32)
        apart = np.append(new, [n, n + 1])
        near = neighbour_rows(identity(tokens)[apart], bits=self.bits)
        table[apart, 1:3] += self.weights[near]
        return table

    def scores(self, tokens: Tokens) -> tuple[npt.NDArray[np.intp], Floats]:
        """Score every content word of a batch."""
        found = self._find(tokens)
        table = self._by_id(tokens, found)
        here, near = found.here, found.near
        total = table[here, 0] + table[near.left, 1] + table[near.right, 2]
        total += self.weights[shape_rows(bits=self.bits)][shapes(tokens, found.ids)[found.at]]
        which = identity(tokens)
        pairs = pair_rows(which[near.left], which[here], which[near.right], bits=self.bits)
        total += self.weights[pairs].sum(axis=1, dtype=np.int32)
        score = (total + found.mean(table[:, 3])[found.sentence]) * UNIT + self.bias
        return found.at, score if self.units is None else score + self.units.score(found)


@dataclass(frozen=True, eq=False, repr=False)
class WordModel(ScoredWords):
    """A trained model of words in context; see `ScoredWords` for what it shares with others.

    Attributes
    ----------
    table : WordTable
        What words add to scores.
    """

    table: WordTable = field(kw_only=True)

    kind: ClassVar[str] = KIND
    layout: ClassVar[int] = LAYOUT

    def own_arrays(self) -> Arrays:
        """Give what words add to scores."""
        table, units = self.table, self.table.units
        network = {} if units is None else {f"unit_{n}": getattr(units, n) for n in _UNIT_ARRAYS}
        return {
            "weights": table.weights,
            "words": table.words,
            "names": table.names,
            "columns": table.columns,
            "stems": table.stems,
            "stem_columns": table.stem_columns,
            "unseen": np.asarray(table.unseen, np.int64),
            "bias": np.asarray(table.bias, np.float64),
            **network,
        }

    def word_scores(self, tokens: Tokens) -> tuple[npt.NDArray[np.intp], Floats]:
        """Score every content word: the tokens, and a score for each, before calibration."""
        return self.table.scores(tokens)


def save_word_model(model: ScoredWords, folder: str | Path) -> Path:
    """Save a model as ``weights.npz``, ``model.json`` and, for people, ``CARD.md``.

    Parameters
    ----------
    model : ScoredWords
        The model, of any kind.
    folder : path
        Made if it is not there.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    content = {
        "kind": model.kind,
        "name": model.name,
        "layout": model.layout,
        **model.own_content(),
        "sentence_features": list(SENTENCE_FEATURES),
        "content_sha256": model.sha256,
        "card": dict(model.card),
    }
    folder = write_arrays(folder, arrays=model.arrays(), card=content)
    (folder / "CARD.md").write_text(_card_text(model), "utf-8")
    return folder


def load_word_model(name_or_path: str | Path = "default") -> WordModel:
    """Load a bundled model by its name, or one's own from its folder.

    Nothing in the folder is executed.

    Parameters
    ----------
    name_or_path : str or path
        A bundled model's name; a `pathlib.Path`, or a string with a slash in it, is a folder.

    Returns
    -------
    WordModel
        The model.

    Raises
    ------
    ModelError
        If there is no such model, or a file of it is missing, damaged, changed since it was saved,
        or of another format or kind.

    Examples
    --------
    >>> load_word_model("default").name
    'default'
    """
    if is_bundled_name(name_or_path):
        return _bundled(str(name_or_path))
    return _read(Path(name_or_path))


@cache
def _bundled(name: str) -> WordModel:
    return _read(model_folder(name))


def _read(folder: Path) -> WordModel:
    arrays, shared, content = read_saved(folder, kind=KIND, layout=LAYOUT, shapes=_shapes)
    for name in ("words", "stems"):
        if not (arrays[name][1:] > arrays[name][:-1]).all():
            raise ModelError(BAD_ARRAYS.format(path=folder, why=f"{name} do not ascend"))
    units = {name: arrays[f"unit_{name}"] for name in _UNIT_ARRAYS if "unit_outer" in arrays}
    model = WordModel(
        **shared,
        table=WordTable(
            weights=arrays["weights"],
            words=arrays["words"],
            names=arrays["names"],
            columns=arrays["columns"],
            stems=arrays["stems"],
            stem_columns=arrays["stem_columns"],
            unseen=int(arrays["unseen"]),
            bias=float(arrays["bias"]),
            units=Units(**units) if units else None,
        ),
    )
    check_unchanged(model, content, folder)
    return model


def read_saved(
    folder: Path, *, kind: str, layout: int, shapes: Callable[[Arrays], Shapes]
) -> tuple[Arrays, dict[str, Any], dict[str, Any]]:
    """Read the folder of a model and refuse what is not one of this kind.

    Parameters
    ----------
    folder : path
        What `save_word_model` wrote.
    kind, layout
        Of `ScoredWords` that are expected.
    shapes : callable
        From the arrays to the shape and type that each which this kind alone has must be of; it
        raises a ValueError or KeyError where that cannot be told.

    Returns
    -------
    arrays : dict of str to ndarray
        All arrays, read-only.
    shared : dict
        The attributes that all models of words have.
    content : dict
        What ``model.json`` holds.

    Raises
    ------
    ModelError
        If a file is missing, damaged, changed, or of another format, kind or layout.
    """
    arrays, content = read_arrays(folder)
    path = folder / "model.json"
    if content.get("kind") != kind:
        raise ModelError(WRONG_KIND.format(path=path, found=content.get("kind"), valid=kind))

    def entry(key: str, kind: type) -> Any:
        value = content.get(key)
        if not isinstance(value, kind):
            raise ModelError(BAD_CARD.format(path=path, key=key, why=f"found {value!r:.80}"))
        return value

    if content.get("layout") != layout:
        message = WRONG_FORMAT.format(path=path, found=content.get("layout"), valid=layout)
        raise ModelError(message)
    if entry("sentence_features", list) != list(SENTENCE_FEATURES):
        why = f"this version makes {', '.join(SENTENCE_FEATURES)}"
        raise ModelError(BAD_CARD.format(path=path, key="sentence_features", why=why))
    try:
        _check(arrays, shapes)
    except (KeyError, ValueError) as error:
        raise ModelError(BAD_ARRAYS.format(path=folder, why=error)) from None
    for array in arrays.values():
        array.setflags(write=False)
    shared = {
        "name": entry("name", str),
        "card": entry("card", dict),
        "base_rate": float(arrays["base_rate"]),
        **{name: arrays[name] for name in _SHARED_ARRAYS},
    }
    return arrays, shared, content


def check_unchanged(model: ScoredWords, content: Mapping[str, Any], folder: Path) -> None:
    """Refuse a model whose weights or settings are not those whose hash was saved with them."""
    if model.sha256 != content.get("content_sha256"):
        raise ModelError(CHANGED.format(path=folder))


def _shapes(arrays: Arrays) -> Shapes:
    weights = arrays["weights"]
    if weights.ndim != 1 or len(weights) < 2 or len(weights) & (len(weights) - 1):
        raise ValueError(f"weights are of shape {weights.shape}, not a power of two long")
    words, stems = arrays["words"].shape, arrays["stems"].shape
    shapes: Shapes = {
        "weights": (weights.shape, np.int16),
        "words": (words[:1], np.uint64),
        "names": (words[:1], np.bool_),
        "columns": ((*words[:1], len(SLOTS)), np.int16),
        "stems": (stems[:1], np.uint64),
        "stem_columns": ((*stems[:1], len(SLOTS)), np.int16),
        "unseen": ((), np.int64),
        "bias": ((), np.float64),
    }
    if "unit_outer" in arrays:
        units = arrays["unit_outer"].shape
        wide = len(SLOTS) * arrays["unit_outer"].size
        shapes |= {
            "unit_columns": ((*words[:1], wide), np.int8),
            "unit_stem_columns": ((*stems[:1], wide), np.int8),
            "unit_unseen": (units[:1], np.float64),
            "unit_scale": (units[:1], np.float64),
            "unit_threshold": (units[:1], np.float64),
            "unit_outer": (units[:1], np.float64),
        }
    return shapes


def _check(arrays: Arrays, shapes: Callable[[Arrays], Shapes]) -> None:
    """Raise a ValueError or a KeyError where arrays are no model."""
    layout = {
        **shapes(arrays),
        "score_knots": (arrays["probability_knots"].shape, np.float64),
        "probability_knots": (arrays["score_knots"].shape, np.float64),
        "sentence_weights": ((1 + len(SENTENCE_FEATURES),), np.float64),
        "base_rate": ((), np.float64),
    }
    if set(arrays) != set(layout):
        raise ValueError(f"arrays {', '.join(sorted(arrays))} instead of {', '.join(layout)}")
    for name, (shape, kind) in layout.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != kind:
            found = f"{array.dtype} of shape {array.shape}"
            raise ValueError(f"{name} is {found}, not {np.dtype(kind)} of {shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} is not finite")
    if not 0 < arrays["base_rate"] < 1:
        raise ValueError("base_rate is not between 0 and 1")
    score, probability = arrays["score_knots"], arrays["probability_knots"]
    if score.ndim != 1 or len(score) < 2 or not (np.diff(score) > 0).all():
        raise ValueError("score_knots do not ascend")
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError("probability_knots leave the range from 0 to 1")


def _card_text(model: ScoredWords) -> str:
    lines = [f"# {model.card.get('title', model.name)}", ""]
    for key, value in model.card.items():
        if key == "title":
            continue
        lines += [f"## {key.replace('_', ' ').capitalize()}", ""]
        if isinstance(value, Mapping):
            lines += ["| | |", "|---|---|", *(f"| {k} | {v} |" for k, v in value.items())]
        elif isinstance(value, list | tuple):
            lines += [f"- {item}" for item in value]
        else:
            lines.append(str(value))
        lines.append("")
    lines.append(f"SHA-256 of weights and settings: `{model.sha256}`")
    return "\n".join(lines) + "\n"
