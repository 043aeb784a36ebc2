"""How good is a classifier on a project's own sentences: cross-validation by group, learning curve.

Sentences of one article, outlet or topic are alike: a model that has seen some of them looks better
on the others than it will on news. So whole groups are left out at a time.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import GroupKFold

from framing.classifier import Marked, WordClassifier, check_words
from framing.errors import FramingWarning, ModelError

__all__ = ["calibration_error", "cross_validate_by", "learning_curve", "sentence_quality"]

BAD_COUNT = "{what} must have one item a sentence: {sentences} sentences, {found} items"
FEW_GROUPS = "cross-validation by group needs at least 2 groups, found {found}"
BAD_FOLDS = "folds must be a whole number of at least 2, found {value!r}"
BAD_SHARES = "shares must be numbers above 0 and at most 1, found {value!r}"

Floats = npt.NDArray[np.float64]

_BINS = 10


def calibration_error(
    probability: npt.ArrayLike, truth: npt.ArrayLike, *, bins: int = _BINS
) -> float:
    """Compute the expected calibration error, over bins of equal width.

    Parameters
    ----------
    probability : array of float, shape (n,)
        From 0 to 1.
    truth : array of float, shape (n,)
        Labels or shares, from 0 to 1.
    bins : int
        How many bins.

    Returns
    -------
    float
        From 0 (as often loaded as said) to 1.

    Examples
    --------
    >>> calibration_error([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0])
    0.0
    """
    p, share = np.asarray(probability, float), np.asarray(truth, float)
    at = np.minimum((p * bins).astype(int), bins - 1)
    gap = np.bincount(at, weights=p - share, minlength=bins)
    return float(np.abs(gap).sum() / len(p))


def sentence_quality(probability: npt.ArrayLike, y: npt.ArrayLike) -> dict[str, float]:
    """Measure probabilities against labels.

    Parameters
    ----------
    probability : array of float, shape (n,)
        That each sentence is loaded.
    y : array of {0, 1}, shape (n,)
        Labels.

    Returns
    -------
    dict of str to float
        ``auc`` (NaN where there is one class only), ``macro_f1`` at one half, and ``ece``, the
        `calibration_error`.
    """
    p, truth = np.asarray(probability, float), np.asarray(y).astype(bool)
    both = bool(truth.any() and not truth.all())
    return {
        "auc": float(roc_auc_score(truth, p)) if both else float("nan"),
        "macro_f1": float(f1_score(truth, p > 0.5, average="macro")),
        "ece": calibration_error(p, truth),
    }


def cross_validate_by(
    groups: Sequence[Any],
    model: WordClassifier,
    sentences: Sequence[str],
    y: Sequence[int] | npt.NDArray[Any],
    *,
    words: Sequence[Marked] | None = None,
    folds: int | None = 5,
) -> pd.DataFrame:
    """Train and measure again and again, each time with whole groups left out.

    Parameters
    ----------
    groups : sequence
        Where each sentence comes from: an article, an outlet, a topic, an annotator.
    model : LoadedWordingClassifier or framing.encoder.EncoderClassifier
        Its settings are used; it is not changed.
    sentences, y, words
        As for `LoadedWordingClassifier.fit`.
    folds : int or None, default=5
        Groups are dealt into so many folds, or fewer; None leaves out each group in turn.

    Returns
    -------
    pandas.DataFrame
        One row a fold: ``groups`` left out (up to three by name), ``sentences``, ``loaded`` (their
        share), ``auc``, ``macro_f1``, ``ece``; a last row ``all`` of all predictions together,
        with the mean of the folds' AUC.

    Raises
    ------
    ModelError
        If an argument is not of this form or there are fewer than two groups.

    Warns
    -----
    FramingWarning
        If marked words do not stand in their sentences.

    Examples
    --------
    >>> from framing.classifier import LoadedWordingClassifier
    >>> sentences = [f"The {word} plan of town {i}." for i in range(6) for word in ("vile", "new")]
    >>> model = LoadedWordingClassifier(vectors=None, cv=2)
    >>> groups = [i // 4 for i in range(12)]
    >>> table = cross_validate_by(groups, model, sentences, [1, 0] * 6, folds=3)
    >>> table["groups"].tolist()
    ['0', '2', '1', 'all']
    >>> float(table["auc"].iloc[-1])
    1.0
    """
    texts, labels = list(sentences), np.asarray(y)
    codes = _codes(groups, len(texts))
    if folds is not None and (not isinstance(folds, int) or folds < 2):
        raise ModelError(BAD_FOLDS.format(value=folds))
    check_words(texts, labels, words)
    number = int(codes.max()) + 1
    if folds is None:
        dealt = GroupKFold(number).split(texts, groups=codes)
    else:
        dealt = GroupKFold(min(folds, number)).split(texts, groups=_shuffled(codes))
    p = np.full(len(texts), np.nan)
    rows = []
    for train, test in dealt:
        p[test] = _fitted(model, texts, labels, words, codes, train).predict_proba(
            [texts[i] for i in test]
        )[:, 1]
        left_out = list(dict.fromkeys(str(groups[i]) for i in test))
        name = ", ".join(left_out[:3]) + (" ..." if len(left_out) > 3 else "")
        rows.append(_row(name, p[test], labels[test]))
    table = pd.DataFrame(rows)
    whole = {**_row("all", p, labels), "auc": float(table["auc"].mean())}
    return pd.concat([table, pd.DataFrame([whole])], ignore_index=True)


def _row(name: str, p: Floats, y: npt.NDArray[Any]) -> dict[str, Any]:
    share = float(y.astype(bool).mean())
    return {"groups": name, "sentences": len(p), "loaded": share, **sentence_quality(p, y)}


def _codes(groups: Sequence[Any], sentences: int) -> npt.NDArray[np.intp]:
    if len(groups) != sentences:
        message = BAD_COUNT.format(what="groups", sentences=sentences, found=len(groups))
        raise ModelError(message)
    codes, names = pd.factorize(np.asarray(groups).astype(str))
    if len(names) < 2:
        raise ModelError(FEW_GROUPS.format(found=len(names)))
    return codes


def _shuffled(codes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Number groups anew at random: dealt in turn, alternating labels would part the classes."""
    order = np.random.default_rng(0).permutation(int(codes.max()) + 1)
    result: npt.NDArray[np.intp] = order[codes]
    return result


def _fitted(
    model: WordClassifier,
    texts: list[str],
    labels: npt.NDArray[Any],
    words: Sequence[Marked] | None,
    codes: npt.NDArray[np.intp],
    train: npt.NDArray[np.intp],
) -> WordClassifier:
    fresh: WordClassifier = clone(model)
    with warnings.catch_warnings():
        # `check_words` has warned once, with the numbers of the sentences as they were given.
        warnings.simplefilter("ignore", FramingWarning)
        return fresh.fit(
            [texts[i] for i in train],
            labels[train],
            words=None if words is None else [words[i] for i in train],
            groups=codes[train].tolist(),
        )


def learning_curve(
    groups: Sequence[Any],
    model: WordClassifier,
    sentences: Sequence[str],
    y: Sequence[int] | npt.NDArray[Any],
    *,
    words: Sequence[Marked] | None = None,
    shares: Sequence[float] = (0.25, 0.5, 1.0),
    folds: int = 5,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure on whole groups left out, with more and more of the other groups to learn from.

    Where the curve still rises, more labels would help; where it is flat, they would not.

    Parameters
    ----------
    groups, model, sentences, y, words
        As for `cross_validate_by`.
    shares : sequence of float
        Shares of the training groups to learn from, above 0 and at most 1.
    folds : int, default=5
        Folds of groups, at least 2.
    random_state : int, default=0
        Decides which groups come first.

    Returns
    -------
    pandas.DataFrame
        One row a share: ``share``, ``sentences`` (mean number trained on), ``auc`` (mean of
        folds), ``low`` and ``high`` (the worst and the best fold).

    Raises
    ------
    ModelError
        If an argument is not of this form, or a share leaves too little to learn from.

    Examples
    --------
    >>> from framing.classifier import LoadedWordingClassifier
    >>> sentences = [f"The {word} plan of town {i}." for i in range(8) for word in ("vile", "new")]
    >>> model = LoadedWordingClassifier(vectors=None, cv=2)
    >>> groups = [i // 4 for i in range(16)]
    >>> table = learning_curve(groups, model, sentences, [1, 0] * 8, folds=2, shares=(0.5, 1.0))
    >>> table[["sentences", "auc"]].values.tolist()
    [[4.0, 1.0], [8.0, 1.0]]
    """
    texts, labels = list(sentences), np.asarray(y)
    codes = _codes(groups, len(texts))
    if not isinstance(folds, int) or folds < 2:
        raise ModelError(BAD_FOLDS.format(value=folds))
    for share in shares:
        if not 0 < share <= 1:
            raise ModelError(BAD_SHARES.format(value=share))
    check_words(texts, labels, words)
    order = np.random.default_rng(random_state).permutation(int(codes.max()) + 1)
    rows = []
    for share in sorted(shares):
        auc, used = [], []
        splitter = GroupKFold(min(folds, len(order)))
        for train, test in splitter.split(texts, groups=_shuffled(codes)):
            allowed = order[np.isin(order, codes[train])]
            allowed = allowed[: max(round(share * len(allowed)), 1)]
            some = train[np.isin(codes[train], allowed)]
            fitted = _fitted(model, texts, labels, words, codes, some)
            found = fitted.predict_proba([texts[i] for i in test])[:, 1]
            auc.append(sentence_quality(found, labels[test])["auc"])
            used.append(len(some))
        rows.append(
            {
                "share": float(share),
                "sentences": float(np.mean(used)),
                "auc": float(np.nanmean(auc)),
                "low": float(np.nanmin(auc)),
                "high": float(np.nanmax(auc)),
            }
        )
    return pd.DataFrame(rows)
