"""How word models are fitted: a logistic regression and a small network, on soft labels.

The labels are shares from 0 to 1, which scikit-learn's models do not take. The regression has all
features, hashed and dense, and is fitted by L-BFGS; the network has the dense ones and one hidden
layer, and is fitted by Adam with dropout. The mean of their log-odds is better than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize

__all__ = ["Dense", "Examples", "Fitted", "Network", "expit", "fit_examples", "logistic"]

Floats = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

_STEPS = 300
# Word models are rounded afterwards; more digits would be lost.
_ENOUGH = 1e-5
_FAR = 40.0
# The network: chosen by cross-validation on sentences and articles that were not trained on.
_BATCH = 512
_EPOCHS = 8
_LEAST_STEPS = 200
_RATE = 2e-3
_WARM = 200
_DROP = 0.3
_DROP_INPUT = 38  # of 256
_DECAY = 0.1


def expit(value: Floats) -> Floats:
    """Turn log-odds into probabilities."""
    result: Floats = 1.0 / (1.0 + np.exp(-np.clip(value, -500, 500)))
    return result


@dataclass(frozen=True)
class Dense:
    """Dense features of words, unwritten: which rows of two tables each word has.

    A word's features are the vectors of itself and its two neighbours, its sentence's mean, and its
    rarity. Written out they would be forty times as large as the tables that they come from.

    Attributes
    ----------
    types : ndarray of float32, shape (n_types, dimensions)
        Vectors of types.
    means : ndarray of float32, shape (n_sentences, dimensions)
        Mean vectors of sentences.
    rows : ndarray of int, shape (n, 4)
        For each word its own row, its left and its right neighbour's of `types`, and its
        sentence's of `means`.
    rarity : ndarray of float32, shape (n,)
        Of each word.
    """

    types: Single
    means: Single
    rows: npt.NDArray[np.intp]
    rarity: Single

    @property
    def columns(self) -> int:
        """Features of a word."""
        return 4 * int(self.types.shape[1]) + 1

    def take(self, keep: npt.NDArray[Any]) -> Dense:
        """Choose some of the words."""
        return Dense(self.types, self.means, self.rows[keep], self.rarity[keep])

    @classmethod
    def joined(cls, parts: Sequence[Dense]) -> Dense:
        """Put lots one after the other."""
        first = np.cumsum([0] + [len(p.types) for p in parts[:-1]])
        first_mean = np.cumsum([0] + [len(p.means) for p in parts[:-1]])
        shift = zip(parts, first, first_mean, strict=True)
        return cls(
            np.concatenate([p.types for p in parts]),
            np.concatenate([p.means for p in parts]),
            np.concatenate([p.rows + np.array([t, t, t, m]) for p, t, m in shift]),
            np.concatenate([p.rarity for p in parts]),
        )

    def write(self, at: npt.NDArray[np.intp] | slice = slice(None)) -> Single:
        """Write the features of some words out, shape (n, columns)."""
        rows = self.rows[at]
        parts = [*(self.types[rows[:, k]] for k in range(3)), self.means[rows[:, 3]]]
        return np.concatenate([*parts, self.rarity[at][:, None]], axis=1)

    def times(self, weights: Floats) -> Floats:
        """Multiply the features with weights of shape (columns,) or (columns, n)."""
        kind = weights.astype(np.float32)
        parts = np.split(kind[:-1], 4)
        result = self.means @ parts[3]
        total = result[self.rows[:, 3]]
        for k in range(3):
            total += (self.types @ parts[k])[self.rows[:, k]]
        last = self.rarity if kind.ndim == 1 else self.rarity[:, None]
        return np.asarray(total + last * kind[-1], np.float64)

    def turned_times(self, values: Floats) -> Floats:
        """Multiply the features, turned, with a value for each word: shape (columns,)."""
        parts = [
            np.bincount(self.rows[:, k], weights=values, minlength=len(self.types)) @ self.types
            for k in range(3)
        ]
        by_sentence = np.bincount(self.rows[:, 3], weights=values, minlength=len(self.means))
        return np.concatenate([*parts, by_sentence @ self.means, [values @ self.rarity]])

    def moments(self) -> tuple[Single, Single]:
        """Mean and standard deviation of each feature."""
        n = len(self.rarity)
        one = np.full(n, 1.0 / n)
        squared = Dense(self.types**2, self.means**2, self.rows, self.rarity**2)
        mean = self.turned_times(one)
        variance = np.maximum(squared.turned_times(one) - mean**2, 0)
        return mean.astype(np.float32), np.sqrt(variance).astype(np.float32)


@dataclass(frozen=True)
class Examples:
    """Words to learn from.

    Attributes
    ----------
    hashed : scipy.sparse.csr_matrix, shape (n, 2 ** bits)
        Ones where a hashed feature points.
    dense : Dense
        Vectors.
    target : ndarray of float64, shape (n,)
        The share of annotators who marked the word.
    weight : ndarray of float64, shape (n,)
        What the word counts.
    source : ndarray of int, shape (n,)
        0 for single sentences, 1 for whole articles: each kind has its own intercept.
    unit : ndarray of int, shape (n,)
        The sentence or article that the word stands in, numbered through both kinds.
    """

    hashed: sparse.csr_matrix
    dense: Dense
    target: Floats
    weight: Floats
    source: npt.NDArray[np.intp]
    unit: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.target)

    def take(self, keep: npt.NDArray[np.bool_]) -> Examples:
        """Choose some of the words."""
        return Examples(
            self.hashed[keep],
            self.dense.take(keep),
            self.target[keep],
            self.weight[keep],
            self.source[keep],
            self.unit[keep],
        )

    @classmethod
    def joined(cls, parts: Sequence[Examples]) -> Examples:
        """Put lots one after the other."""
        return cls(
            sparse.vstack([p.hashed for p in parts]).tocsr(),
            Dense.joined([p.dense for p in parts]),
            *(
                np.concatenate([getattr(p, name) for p in parts])
                for name in ("target", "weight", "source", "unit")
            ),
        )


@dataclass(frozen=True)
class Network:
    """One hidden layer of rectified units beside a linear part; see `Fitted`.

    Attributes
    ----------
    inner : ndarray of float64, shape (n_dense, hidden)
        From features to units.
    threshold, outer : ndarray of float64, shape (hidden,)
        Added to a unit's sum; what the unit adds to the score.
    """

    inner: Floats
    threshold: Floats
    outer: Floats

    def score(self, dense: Dense) -> Floats:
        """What the units add to the score of each word."""
        sums = dense.times(self.inner) + self.threshold
        result: Floats = np.maximum(sums, 0.0) @ self.outer
        return result


@dataclass(frozen=True)
class Fitted:
    """Weights of hashed and dense features, an intercept for each source, and a network."""

    hashed: Floats
    dense: Floats
    intercept: Floats
    network: Network | None = None

    def score(self, words: Examples) -> Floats:
        """Log-odds of words, by the intercept of whole articles where there is one."""
        result: Floats = words.hashed @ self.hashed + self.score_dense(words.dense)
        return result

    def score_dense(self, dense: Dense) -> Floats:
        """Log-odds of words without hashed features."""
        result: Floats = dense.times(self.dense) + self.intercept[-1]
        return result if self.network is None else result + self.network.score(dense)


def fit_examples(words: Examples, *, C: float, C_vectors: float, hidden: int, seed: int) -> Fitted:
    """Fit word scores: the mean of a regression and a network.

    Parameters
    ----------
    words : Examples
        What to learn from.
    C, C_vectors : float
        Inverse strengths of the regression's penalties on hashed and on dense weights.
    hidden : int
        Units of the network; 0 for the regression alone.
    seed : int
        Of the network's start, order and dropout.

    Returns
    -------
    Fitted
        The weights.
    """
    linear = _fit_linear(words, C=C, C_vectors=C_vectors)
    if not hidden:
        return linear
    beside, network = _fit_network(words, hidden=hidden, seed=seed)
    return Fitted(
        linear.hashed / 2,
        (linear.dense + beside.dense) / 2,
        (linear.intercept + beside.intercept) / 2,
        Network(network.inner, network.threshold, network.outer / 2),
    )


def _fit_linear(words: Examples, *, C: float, C_vectors: float) -> Fitted:
    """Minimise cross-entropy with a ridge penalty on each kind of weights."""
    used = np.unique(words.hashed.indices)
    hashed = words.hashed[:, used].astype(np.float32).tocsr()
    turned = hashed.T.tocsr()
    dense = words.dense
    n, k, sources = len(used), dense.columns, int(words.source.max()) + 1
    target, weight = words.target, words.weight

    def loss(x: Floats) -> tuple[float, Floats]:
        a, b, c = np.split(x, (n, n + k))
        z = hashed @ a.astype(np.float32) + dense.times(b) + c[words.source]
        z = np.clip(z, -_FAR, _FAR)
        error = weight * (expit(z) - target)
        value = np.sum(weight * (np.logaddexp(0.0, z) - target * z))
        value += (a @ a) / C / 2 + (b @ b) / C_vectors / 2
        gradient = np.concatenate(
            (
                turned @ error.astype(np.float32) + a / C,
                dense.turned_times(error) + b / C_vectors,
                np.bincount(words.source, weights=error, minlength=sources),
            )
        )
        return float(value), gradient

    start = np.zeros(n + k + sources)
    total = np.bincount(words.source, weights=weight, minlength=sources)
    mean = np.bincount(words.source, weights=weight * target, minlength=sources)
    mean = np.clip(mean / np.where(total > 0, total, 1), 1e-6, 1 - 1e-6)
    start[n + k :] = np.log(mean / (1 - mean))
    options: Any = {"maxiter": _STEPS, "ftol": _ENOUGH, "gtol": 1e-4}
    x: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    weights = np.zeros(words.hashed.shape[1])
    weights[used] = x[:n]
    return Fitted(weights, x[n : n + k], x[n + k :])


def _fit_network(words: Examples, *, hidden: int, seed: int) -> tuple[Fitted, Network]:
    """Fit dense features by a hidden layer and a linear part beside it (Kingma and Ba 2015)."""
    rng = np.random.default_rng(seed)
    n, k = len(words), words.dense.columns
    sources = int(words.source.max()) + 1
    centre, spread = words.dense.moments()
    spread += np.float32(1e-6)
    target, weight = words.target.astype(np.float32), words.weight.astype(np.float32)

    def normal(*shape: int, width: float) -> Single:
        return rng.normal(size=shape, scale=width).astype(np.float32)

    part = {
        "inner": normal(k, hidden, width=2 / np.sqrt(k)),
        "outer": normal(hidden, width=0.2),
        "beside": np.zeros(k, np.float32),
        "threshold": np.zeros(hidden, np.float32),
        "intercept": np.full(sources, -3.0, np.float32),
    }
    mean = {name: np.zeros_like(value) for name, value in part.items()}
    square = {name: np.zeros_like(value) for name, value in part.items()}
    each = -(-n // _BATCH)
    steps = max(_EPOCHS * each, _LEAST_STEPS)
    order = np.zeros(0, np.intp)
    for step in range(1, steps + 1):
        if not len(order):
            order = rng.permutation(n)
        at, order = order[:_BATCH], order[_BATCH:]
        x = (words.dense.write(at) - centre) / spread
        # A byte a feature: of all that a step does, drawing numbers would take longest.
        chance = np.frombuffer(rng.bytes(x.size), np.uint8).reshape(x.shape)
        x *= (chance >= _DROP_INPUT) * np.float32(256 / (256 - _DROP_INPUT))
        before = x @ part["inner"] + part["threshold"]
        kept = (rng.random(before.shape, np.float32) >= _DROP) / np.float32(1 - _DROP)
        units = np.maximum(before, 0) * kept
        source = words.source[at]
        z = units @ part["outer"] + x @ part["beside"] + part["intercept"][source]
        error = weight[at] * (1 / (1 + np.exp(-np.clip(z, -_FAR, _FAR))) - target[at]) / len(at)
        back = np.outer(error, part["outer"]) * kept * (before > 0)
        gradient = {
            "inner": x.T @ back,
            "outer": units.T @ error,
            "beside": x.T @ error,
            "threshold": back.sum(axis=0),
            "intercept": np.bincount(source, weights=error, minlength=sources),
        }
        rate = _RATE * min(1.0, step / min(_WARM, steps // 4)) * (1 - step / (steps + 1))
        for name, value in part.items():
            mean[name] += 0.1 * (gradient[name] - mean[name])
            square[name] += 0.01 * (gradient[name] ** 2 - square[name])
            root = np.sqrt(square[name] / (1 - 0.99**step)) + 1e-7
            decay = 0.0 if name == "intercept" else _DECAY
            value -= rate * (mean[name] / (1 - 0.9**step) / root + decay * value)
    inner = part["inner"].astype(float) / spread[:, None]
    beside = part["beside"].astype(float) / spread
    return (
        Fitted(np.zeros(0), beside, part["intercept"] - centre @ beside),
        Network(inner, part["threshold"] - centre @ inner, part["outer"].astype(float)),
    )


def logistic(
    matrix: Floats, target: Floats, *, penalty: float, weight: Floats | None = None
) -> tuple[Floats, float]:
    """Fit a small logistic regression on soft labels, with a ridge penalty.

    Parameters
    ----------
    matrix : ndarray of float64, shape (n, n_features)
        Features.
    target : ndarray of float64, shape (n,)
        From 0 to 1.
    penalty : float
        Strength of the penalty on weights, not on the intercept.
    weight : ndarray of float64, shape (n,), optional
        What each row counts; 1 by default.

    Returns
    -------
    weights : ndarray of float64, shape (n_features,)
        The weights.
    intercept : float
        The intercept.

    Examples
    --------
    >>> weights, intercept = logistic(np.zeros((4, 1)), np.array([0.0, 0.5, 0.5, 0.0]), penalty=1)
    >>> round(float(expit(np.array([intercept]))[0]), 3)
    0.25
    """
    n = matrix.shape[1]
    each = np.ones(len(target)) if weight is None else weight
    mean = float(np.clip(np.average(target, weights=each), 1e-6, 1 - 1e-6))

    def loss(x: Floats) -> tuple[float, Floats]:
        z = matrix @ x[:n] + x[n]
        error = each * (expit(z) - target)
        value = np.sum(each * (np.logaddexp(0.0, z) - target * z)) + penalty / 2 * (x[:n] @ x[:n])
        return float(value), np.append(matrix.T @ error + penalty * x[:n], error.sum())

    start = np.zeros(n + 1)
    start[n] = np.log(mean / (1 - mean))
    options: Any = {"maxiter": 500, "ftol": 1e-9, "gtol": 1e-5}
    x: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return x[:n], float(x[n])
