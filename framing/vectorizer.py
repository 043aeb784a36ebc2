"""Lexicons as a scikit-learn transformer: texts -> a sparse matrix of rates."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from framing.errors import FramingError, FramingWarning
from framing.lexicon import Lexicon, resolve_lexicons
from framing.match import compile_terms, find_terms
from framing.tokens import tokenize
from framing.voice import VOICES, assign_voices

__all__ = ["LexiconVectorizer"]

BARE_STRING = "texts must be a list of str, not a single str; wrap it: [text]"
NOT_TEXT = "texts must hold str only, found {kind} at place {place}: {value!r:.60}"
BAD_VOICES = "voices must be a list of {valid}, each at most once, found {value!r}"
NO_WORDS = "{count} of {total} texts hold no words; their rows are empty"

_BATCH = 256
_PER = 1000.0


class LexiconVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn texts into rates of lexicons' categories, each voice a column of its own.

    A value is the weight of a category's hits in one voice, per 1,000 words of the whole text, so
    that the columns of a category add up to its rate in any voice, and nothing is divided by the
    words of a voice that a text has none of (as the rates of `score` are, which are missing there).

    Parameters
    ----------
    lexicons : list of str, path or Lexicon, optional
        Which lexicons; all bundled ones by default.
    voices : list of str
        Which voices: of ``own``, ``direct``, ``indirect``, ``scare``, ``mention``.
    sparse_output : bool
        Whether the matrix is sparse; False for ``set_output(transform="pandas")`` and for steps
        that take dense arrays only.

    Attributes
    ----------
    lexicons_ : tuple of Lexicon
        The lexicons as they are used.
    n_features_out_ : int
        The number of columns.

    Examples
    --------
    >>> lexicon = Lexicon.from_terms({"war": ["raid"], "peace": ["truce"]})
    >>> vectorizer = LexiconVectorizer([lexicon], voices=["own", "direct"])
    >>> matrix = vectorizer.fit_transform(['The raid ended. "No truce yet", she said.'])
    >>> list(vectorizer.get_feature_names_out())
    ['own/war/own', 'own/war/direct', 'own/peace/own', 'own/peace/direct']
    >>> matrix.toarray().round(1).tolist()
    [[125.0, 0.0, 0.0, 125.0]]
    """

    def __init__(
        self,
        lexicons: Sequence[str | Path | Lexicon] | None = None,
        *,
        voices: Sequence[str] = VOICES,
        sparse_output: bool = True,
    ) -> None:
        self.lexicons = lexicons
        self.voices = voices
        self.sparse_output = sparse_output

    def __sklearn_tags__(self) -> Any:
        """Say what goes in: texts, and that nothing is learned from them."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.requires_fit = True
        tags.target_tags.required = False
        return tags

    def fit(self, texts: Iterable[str], y: Any = None) -> LexiconVectorizer:
        """Load the lexicons; nothing is learned from the texts.

        Parameters
        ----------
        texts : iterable of str
            Not looked at beyond their type.
        y : ignored

        Returns
        -------
        LexiconVectorizer
            Itself.

        Raises
        ------
        LexiconError
            If a lexicon cannot be loaded.
        FramingError
            If a voice is not known.
        """
        _check_texts(texts)
        if (
            isinstance(self.voices, str)
            or not set(self.voices) <= set(VOICES)
            or len(set(self.voices)) != len(self.voices)
            or not len(self.voices)
        ):
            raise FramingError(BAD_VOICES.format(valid=", ".join(VOICES), value=self.voices))
        self.lexicons_ = resolve_lexicons(self.lexicons)
        self.n_features_out_ = len(self._columns())
        return self

    def _columns(self) -> list[str]:
        return [
            f"{lexicon.name}/{category.name}/{voice}"
            for lexicon in self.lexicons_
            for category in lexicon.categories
            for voice in self.voices
        ]

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix | npt.NDArray[np.float64]:
        """Measure texts.

        Parameters
        ----------
        texts : iterable of str
            Any strings.

        Returns
        -------
        scipy.sparse.csr_matrix or ndarray of float64, shape (n_texts, n_features)
            Weighted hits per 1,000 words of each text; dense if `sparse_output` is False.

        Raises
        ------
        TypeError
            If `texts` is a single string or an item is not a string.

        Warns
        -----
        FramingWarning
            If texts hold no words, so that there is no rate: their rows are empty.
        """
        check_is_fitted(self, "lexicons_")
        rows = _check_texts(texts)
        parts = [self._batch(rows[i : i + _BATCH]) for i in range(0, len(rows), _BATCH)]
        blank = sum(count for _, count in parts)
        if blank:
            message = NO_WORDS.format(count=blank, total=len(rows))
            warnings.warn(message, FramingWarning, stacklevel=2)
        if parts:
            matrix = sparse.vstack([matrix for matrix, _ in parts], format="csr")
        else:
            matrix = sparse.csr_matrix((0, self.n_features_out_))
        return matrix if self.sparse_output else matrix.toarray()

    def _batch(self, texts: Sequence[str]) -> tuple[sparse.csr_matrix, int]:
        # compiled lexicons are kept by `compile_terms`, not by the estimator, which is cloned
        matcher = compile_terms(self.lexicons_)
        tokens = tokenize(texts)
        voices = assign_voices(tokens)
        matches = find_terms(tokens, matcher)
        category = {
            (number, c.name): place
            for place, (number, c) in enumerate(
                (number, c) for number, x in enumerate(self.lexicons_) for c in x.categories
            )
        }
        place_of = np.array(
            [
                category[int(number), t.category]
                for number, t in zip(matcher.lexicon_of, matcher.terms, strict=True)
            ],
            np.int64,
        )
        weight_of = np.array([t.weight for t in matcher.terms], float)
        column_of = np.full(len(VOICES), -1, np.int64)
        column_of[[VOICES.index(v) for v in self.voices]] = np.arange(len(self.voices))
        column = column_of[voices.code[matches.token]]
        kept = column >= 0
        row = tokens.article[matches.token][kept].astype(np.int64)
        words = np.bincount(tokens.article[tokens.word], minlength=len(texts))
        column = place_of[matches.term][kept] * len(self.voices) + column[kept]
        value = weight_of[matches.term][kept] / words[row] * _PER
        matrix = sparse.csr_matrix(
            (value, (row, column)), shape=(len(texts), self.n_features_out_), dtype=np.float64
        )
        return matrix, int(np.count_nonzero(words == 0))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Name the columns: ``lexicon/category/voice``.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str
            In the order of the columns.
        """
        check_is_fitted(self, "lexicons_")
        return np.array(self._columns(), dtype=object)


def _check_texts(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError(BARE_STRING)
    rows = list(texts)
    for place, text in enumerate(rows):
        if not isinstance(text, str):
            raise TypeError(NOT_TEXT.format(kind=type(text).__name__, place=place, value=text))
    return rows
