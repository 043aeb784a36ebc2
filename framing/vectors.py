"""Word vectors: what a word means by the company it keeps, as they are used, stored and trained.

A word is counted in three kinds of company: the words around it, the very words before and after
it, and the articles that it stands in. Each table of counts is turned into positive pointwise
mutual information with smoothed contexts and reduced by a truncated singular value decomposition
(Levy, Goldberg and Dagan 2015). The words around tell what it is about, the words beside it how it
is used, the articles in what kind of writing. All of it is arithmetic on arrays: 28 million words
take a minute or two on one core.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from framing.catalog import is_bundled_name, model_folder
from framing.corpus import CorpusSource, read_corpus
from framing.errors import ModelError
from framing.model_files import read_arrays, write_arrays
from framing.tokens import Tokens, tokenize

__all__ = ["WordVectors", "load_vectors", "save_vectors", "train_vectors"]

KIND = "word vectors"

WRONG_KIND = "{path}: this is a model of kind {found!r}, not {valid!r}; load it where it belongs"
BAD_ARRAYS = "{path}: weights.npz does not hold word vectors ({why}); save or install them again"
CHANGED = "{path}: vectors are not those that were saved; save or install them again"
BAD_SETTING = "{name} must be {valid}, found {value!r}"
TOO_SMALL = (
    "the corpus has {found} words that occur at least {least} times, too few for {dimensions} "
    "dimensions; give more text or fewer dimensions"
)
UNKNOWN_WORD = "{word!r} has no vector: it is none of the {words} words of {name!r}"

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

_BATCH = 512
_LEAST = 5
_PER = 1e6
_ITERATIONS = 4
# Seven bits and not eight: a fortieth of a vector is lost, and a sixth of the file is saved.
_STEPS = 63
# A word that stands with a capital inside sentences more often than not is a name.
_NAME = 0.5
_ARRAYS = ("words", "hashes", "codes", "scale", "frequency", "capitals")


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Vectors of words, rounded to seven bits.

    Attributes
    ----------
    name : str
        What they are called in results.
    words : tuple of str
        The words, most frequent first, as the types of `framing.tokens.Tokens` are written.
    hashes : ndarray of uint64, shape (n_words,)
        The hash of each, as in `Tokens.type_hash`.
    codes : ndarray of int8, shape (n_words, dimensions)
        The vectors, in units of `scale`; a whole vector has length 1.
    scale : ndarray of float32, shape (dimensions,)
        What one unit is worth.
    frequency : ndarray of float32, shape (n_words,)
        Occurrences per million words.
    capitals : ndarray of float32, shape (n_words,)
        Of its occurrences inside a sentence, the share that begins with a capital: 0 to 1.
    card : mapping
        What they were made from, and how; what JSON can hold.
    """

    name: str
    words: tuple[str, ...]
    hashes: npt.NDArray[np.uint64]
    codes: npt.NDArray[np.int8]
    scale: Floats
    frequency: Floats
    capitals: Floats
    card: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"WordVectors({self.name!r}, {len(self)} words, {self.dimensions} dimensions)"

    def __len__(self) -> int:
        return len(self.words)

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return int(self.codes.shape[1])

    @property
    def is_name(self) -> Bools:
        """Whether a word is mostly written with a capital, shape (n_words,)."""
        result: Bools = self.capitals > _NAME
        return result

    @cached_property
    def matrix(self) -> Floats:
        """The vectors as numbers, shape (n_words, dimensions)."""
        result: Floats = self.codes.astype(np.float32) * self.scale
        result.setflags(write=False)
        return result

    @cached_property
    def sha256(self) -> str:
        """Hash of words and vectors; the same vectors have the same hash everywhere."""
        digest = hashlib.sha256(KIND.encode())
        for name, array in self._arrays().items():
            little = array.astype(array.dtype.newbyteorder("<"))
            digest.update(f"\x00{name}\x00{little.dtype.str}\x00{little.shape}\x00".encode())
            digest.update(little.tobytes())
        return digest.hexdigest()

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        text = "\n".join(self.words).encode("utf-8", "surrogatepass")
        return {
            "words": np.frombuffer(text, np.uint8),
            "hashes": self.hashes,
            "codes": self.codes,
            "scale": self.scale,
            "frequency": self.frequency,
            "capitals": self.capitals,
        }

    @cached_property
    def _sorted(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.intp]]:
        order = np.argsort(self.hashes)
        return self.hashes[order], order

    def rows(self, tokens: Tokens) -> npt.NDArray[np.intp]:
        """Find the row of each type of a token table.

        Parameters
        ----------
        tokens : Tokens
            The token table.

        Returns
        -------
        ndarray of int, shape (n_types,)
            Rows of `codes`; -1 for a type without a vector.
        """
        known, order = self._sorted
        at = np.minimum(np.searchsorted(known, tokens.type_hash), len(known) - 1)
        return np.where(known[at] == tokens.type_hash, order[at], -1)

    def nearest(self, word: str, *, count: int = 10) -> list[tuple[str, float]]:
        """Find the words that stand in the most similar company.

        Parameters
        ----------
        word : str
            Any word that has a vector.
        count : int
            How many.

        Returns
        -------
        list of (str, float)
            Words with their cosine, the nearest first.

        Raises
        ------
        ModelError
            If the word has no vector.

        Examples
        --------
        >>> found = load_vectors().nearest("disgraceful", count=3)
        >>> "disgusting" in [word for word, cosine in found]
        True
        """
        tokens = tokenize([word])
        row = self.rows(tokens)[0] if len(tokens) == 1 else -1
        if row < 0:
            raise ModelError(UNKNOWN_WORD.format(word=word, words=len(self), name=self.name))
        cosine = self.matrix @ self.matrix[row]
        cosine[row] = -np.inf
        best = np.argsort(-cosine, kind="stable")[:count]
        return [(self.words[i], float(cosine[i])) for i in best]


# ------------------------------------------------------------------------------------ training


def train_vectors(
    corpus: CorpusSource,
    *,
    words: int = 40_000,
    dimensions: int = 224,
    window: int = 4,
    smoothing: float = 0.75,
    random_state: int = 0,
    name: str = "own",
) -> WordVectors:
    """Learn word vectors from unlabelled articles, such as those of one's own newspapers.

    Parameters
    ----------
    corpus : path, DataFrame or records
        What `read_corpus` reads; a million words is little, ten million is well.
    words : int, default=40000
        The most frequent words that get a vector, those found at least 5 times.
    dimensions : int, default=224
        Numbers in a vector, at least 4: half of them for the words around, a quarter for the words
        beside, a quarter for the articles.
    window : int, default=4
        Words to either side that count as around, marks of punctuation aside.
    smoothing : float, default=0.75
        Power of the contexts' frequencies, above 0 and at most 1: below 1, rare contexts weigh
        less.
    random_state : int, default=0
        Seed of the randomised decomposition.
    name : str, default="own"
        What the vectors are called in results.

    Returns
    -------
    WordVectors
        Of length 1 each, rounded to seven bits.

    Raises
    ------
    CorpusError
        If the corpus cannot be read.
    ModelError
        If a setting is not valid or the corpus has too few words.

    References
    ----------
    O. Levy, Y. Goldberg and I. Dagan (2015). Improving distributional similarity with lessons
    learned from word embeddings. *TACL* 3, 211-225.

    N. Halko, P.-G. Martinsson and J. Tropp (2011). Finding structure with randomness. *SIAM
    Review* 53, 217-288.

    Examples
    --------
    >>> texts = ["The storm hit the coast. The flood hit the town. A storm and a flood came."] * 9
    >>> articles = [{"id": i, "text": text} for i, text in enumerate(texts)]
    >>> train_vectors(articles, dimensions=4)
    WordVectors('own', 9 words, 4 dimensions)
    """
    _check_settings(words, dimensions, window, smoothing, random_state, name)
    texts = [t for t in read_corpus(corpus)["text"] if isinstance(t, str)]
    starts = range(0, len(texts), _BATCH)
    batches = [_Counts.of(texts[i : i + _BATCH]) for i in starts]
    hashes, total, inside, capital = _merge(batches)
    # Equally frequent words in the order of their hash: the same for any order of the articles.
    chosen = np.lexsort((hashes, -total))[:words]
    chosen = chosen[total[chosen] >= _LEAST]
    if len(chosen) <= dimensions:
        message = TOO_SMALL.format(found=len(chosen), least=_LEAST, dimensions=dimensions)
        raise ModelError(message)
    kept = hashes[chosen]
    codes, scale = _rounded(
        [
            _reduce(table, part, smoothing, random_state)
            for table, part in zip(
                _company(batches, kept, window), _shares_of(dimensions), strict=True
            )
        ]
    )
    return WordVectors(
        name=name,
        words=_spelled(batches, kept),
        hashes=kept,
        codes=codes,
        scale=scale,
        frequency=(total[chosen] / total.sum() * _PER).astype(np.float32),
        capitals=(capital[chosen] / np.maximum(inside[chosen], 1)).astype(np.float32),
        card={
            "title": f"Word vectors: {name}",
            "training_data": {"articles": len(texts), "words": int(total.sum())},
            "settings": {
                "words": len(chosen),
                "dimensions": int(dimensions),
                "window": int(window),
                "smoothing": float(smoothing),
                "random_state": int(random_state),
            },
        },
    )


def _check_settings(
    words: Any, dimensions: Any, window: Any, smoothing: Any, random_state: Any, name: Any
) -> None:
    whole = (
        ("words", words, 2, 10**6),
        ("dimensions", dimensions, 4, 1000),
        ("window", window, 1, 50),
        ("random_state", random_state, 0, 2**32 - 1),
    )
    for setting, value, low, high in whole:
        if not isinstance(value, Integral) or not low <= int(value) <= high:
            valid = f"a whole number from {low} to {high}"
            raise ModelError(BAD_SETTING.format(name=setting, valid=valid, value=value))
    if not isinstance(smoothing, Real) or not 0 < float(smoothing) <= 1:
        valid = "a number above 0 and at most 1"
        raise ModelError(BAD_SETTING.format(name="smoothing", valid=valid, value=smoothing))
    if not isinstance(name, str) or not name:
        raise ModelError(BAD_SETTING.format(name="name", valid="a str", value=name))


@dataclass(frozen=True)
class _Counts:
    """What a batch of texts has of each type, and its words in order."""

    types: tuple[str, ...]
    hashes: npt.NDArray[np.uint64]
    total: npt.NDArray[np.int64]
    inside: npt.NDArray[np.int64]
    capital: npt.NDArray[np.int64]
    word: Ints
    article: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Counts:
        tokens = tokenize(texts)
        n = len(tokens.types)
        # After a mark, a quotation or a title may begin: a capital there says nothing.
        inside = tokens.word.copy()
        inside[1:] &= tokens.word[:-1] & (tokens.sentence[1:] == tokens.sentence[:-1])
        inside[:1] = False
        word = tokens.type[tokens.word]
        return cls(
            types=tokens.types,
            hashes=tokens.type_hash,
            total=np.bincount(word, minlength=n),
            inside=np.bincount(tokens.type[inside], minlength=n),
            capital=np.bincount(tokens.type[inside & tokens.capital], minlength=n),
            word=word,
            article=tokens.article[tokens.word],
        )


def _merge(batches: Sequence[_Counts]) -> tuple[npt.NDArray[Any], ...]:
    """Add batches up: hashes of all types, their number, inside sentences, with a capital there."""
    if not batches:
        return np.zeros(0, np.uint64), *(np.zeros(0, np.int64) for _ in range(3))
    hashes, at = np.unique(np.concatenate([b.hashes for b in batches]), return_inverse=True)

    def add(part: str) -> npt.NDArray[np.int64]:
        values = np.concatenate([getattr(b, part) for b in batches])
        return np.bincount(at, weights=values, minlength=len(hashes)).astype(np.int64)

    return hashes, add("total"), add("inside"), add("capital")


def _spelled(batches: Sequence[_Counts], wanted: npt.NDArray[np.uint64]) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for batch in batches:
        for i in np.flatnonzero(np.isin(batch.hashes, wanted)):
            found.setdefault(int(batch.hashes[i]), batch.types[i])
    return tuple(found[int(h)] for h in wanted)


def _shares_of(dimensions: int) -> tuple[int, int, int]:
    """Divide dimensions: half for words around, a quarter each for words beside and articles."""
    quarter = max(dimensions // 4, 1)
    return dimensions - 2 * quarter, quarter, quarter


def _company(
    batches: Sequence[_Counts], kept: npt.NDArray[np.uint64], window: int
) -> Iterator[sparse.csr_matrix]:
    """Count kept words with words around, with words beside them, and in articles."""
    rows = [_rows_of(batch, kept) for batch in batches]
    pairs = [zip(batches, rows, strict=True) for _ in range(3)]
    around = _pairs(pairs[0], len(kept), range(1, window + 1))
    yield (around + around.T).tocsr()
    del around
    after = _pairs(pairs[1], len(kept), range(1, 2))
    yield sparse.hstack([after, after.T]).tocsr()
    yield _articles(pairs[2], len(kept))


def _rows_of(batch: _Counts, kept: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
    """Turn a batch's words into rows of the vectors; -1 for those without one."""
    if not len(batch.hashes):
        return np.zeros(0, np.intp)
    order = np.argsort(kept)
    known = kept[order]
    at = np.minimum(np.searchsorted(known, batch.hashes), len(kept) - 1)
    return np.where(known[at] == batch.hashes, order[at], -1)[batch.word]


def _pairs(
    parts: Iterable[tuple[_Counts, npt.NDArray[np.intp]]], n: int, distances: range
) -> sparse.csr_matrix:
    """Count how often a word (row) stands some words before another (column) in an article."""
    total = sparse.csr_matrix((n, n), dtype=np.float32)
    for batch, rows in parts:
        keys = []
        for distance in distances:
            left, right = rows[:-distance], rows[distance:]
            good = (left >= 0) & (right >= 0)
            good &= batch.article[:-distance] == batch.article[distance:]
            keys.append(left[good].astype(np.int64) * n + right[good])
        key, number = np.unique(np.concatenate(keys), return_counts=True)
        found = (number.astype(np.float32), (key // n, key % n))
        total = total + sparse.csr_matrix(found, shape=(n, n))
    return total


def _articles(parts: Iterable[tuple[_Counts, npt.NDArray[np.intp]]], n: int) -> sparse.csr_matrix:
    """Count words (rows) in articles (columns), many in one article for less than many articles."""
    blocks = []
    for batch, rows in parts:
        good = rows >= 0
        articles = int(batch.article.max(initial=-1)) + 1
        found = (np.ones(int(good.sum()), np.float32), (rows[good], batch.article[good]))
        blocks.append(sparse.csr_matrix(found, shape=(n, articles)))
    table = sparse.hstack(blocks).tocsr()
    table.data = np.log1p(table.data)
    return table


def _reduce(table: sparse.csr_matrix, dimensions: int, smoothing: float, seed: int) -> Floats:
    """PPMI with smoothed contexts, truncated SVD, length 1."""
    by_word = np.asarray(table.sum(axis=1), np.float64).ravel()
    by_context = np.asarray(table.sum(axis=0), np.float64).ravel() ** smoothing
    by_context /= by_context.sum()
    row = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    information = np.log(table.data / (by_word[row] * by_context[table.indices]))
    table.data = np.maximum(information, 0).astype(np.float32)
    table.eliminate_zeros()
    few = min(dimensions, min(table.shape) - 1)
    left, strength, _ = randomized_svd(table, few, n_iter=_ITERATIONS, random_state=seed)
    vectors = np.zeros((table.shape[0], dimensions), np.float32)
    vectors[:, :few] = left * np.sqrt(strength)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Floats = (vectors / np.where(length > 0, length, 1)).astype(np.float32)
    return result


def _rounded(views: Sequence[Floats]) -> tuple[npt.NDArray[np.int8], Floats]:
    """Put views side by side, at length 1 together, in seven bits."""
    vectors = np.concatenate(views, axis=1) / np.sqrt(len(views))
    scale = np.abs(vectors).max(axis=0) / _STEPS
    scale[scale == 0] = 1.0
    return np.rint(vectors / scale).astype(np.int8), scale.astype(np.float32)


# ------------------------------------------------------------------------------------- storage


def save_vectors(vectors: WordVectors, folder: str | Path) -> Path:
    """Save vectors as ``weights.npz`` and ``model.json``.

    Parameters
    ----------
    vectors : WordVectors
        The vectors.
    folder : path
        Made if it is not there; vectors in it are written over.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    content = {
        "kind": KIND,
        "name": vectors.name,
        "content_sha256": vectors.sha256,
        "card": dict(vectors.card),
    }
    return write_arrays(folder, arrays=vectors._arrays(), card=content)


def load_vectors(name_or_path: str | Path = "vectors") -> WordVectors:
    """Load bundled vectors by their name, or one's own from their folder.

    Nothing in the folder is executed.

    Parameters
    ----------
    name_or_path : str or path
        A bundled name; a `pathlib.Path`, or a string with a slash in it, is a folder.

    Returns
    -------
    WordVectors
        The vectors.

    Raises
    ------
    ModelError
        If there are no such vectors, or a file of theirs is missing, damaged, changed since it was
        saved, or of another format or kind.

    Examples
    --------
    >>> len(load_vectors())
    40000
    """
    if is_bundled_name(name_or_path):
        return _bundled(str(name_or_path))
    return _read(Path(name_or_path))


@cache
def _bundled(name: str) -> WordVectors:
    return _read(model_folder(name))


def _read(folder: Path) -> WordVectors:
    arrays, content = read_arrays(folder)
    path = folder / "model.json"
    if content.get("kind") != KIND:
        raise ModelError(WRONG_KIND.format(path=path, found=content.get("kind"), valid=KIND))
    try:
        vectors = _from_arrays(arrays, content)
    except ValueError as error:
        raise ModelError(BAD_ARRAYS.format(path=folder, why=error)) from None
    if vectors.sha256 != content.get("content_sha256"):
        raise ModelError(CHANGED.format(path=folder))
    return vectors


def _from_arrays(arrays: Mapping[str, npt.NDArray[Any]], content: Mapping[str, Any]) -> WordVectors:
    if set(arrays) != set(_ARRAYS):
        raise ValueError(f"arrays {', '.join(sorted(arrays))} instead of {', '.join(_ARRAYS)}")
    if arrays["words"].dtype != np.uint8 or arrays["words"].ndim != 1:
        raise ValueError("words are not text")
    text = arrays["words"].tobytes().decode("utf-8", "surrogatepass")
    words = tuple(text.split("\n"))
    n, k = len(words), arrays["scale"].size
    shapes: dict[str, tuple[tuple[int, ...], type]] = {
        "hashes": ((n,), np.uint64),
        "codes": ((n, k), np.int8),
        "scale": ((k,), np.float32),
        "frequency": ((n,), np.float32),
        "capitals": ((n,), np.float32),
    }
    for name, (shape, kind) in shapes.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != kind:
            raise ValueError(f"{name} is {array.dtype} of shape {array.shape}, not of {shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} is not finite")
        array.setflags(write=False)
    card = content.get("card")
    return WordVectors(
        name=str(content.get("name")),
        words=words,
        hashes=arrays["hashes"],
        codes=arrays["codes"],
        scale=arrays["scale"],
        frequency=arrays["frequency"],
        capitals=arrays["capitals"],
        card=card if isinstance(card, dict) else {},
    )
