"""Intervals, permutation tests, multiplicity and log-odds: arrays in, arrays out.

Everything is computed from two sums per group and story, ``count[..., group, story]`` (weighted
hits, or a sum of probabilities) and ``exposure[..., group, story]`` (words; 0 where the group has
nothing in that story). Stories are what was sampled, so every uncertainty comes from how much the
result changes from story to story, never from the number of words.

Two choices are made here because simulated worlds asked for them (``benchmarks/statistics.py``):

* A ratio compares the two groups **story by story** (Mantel-Haenszel weights) and not through
  their totals, so that a group which writes at length about the heated stories does not look
  heated itself. Where both groups divide their words over the stories alike, the two agree.
* The permutation test uses a **studentised** log ratio. Whole cells are exchangeable only if the
  groups write equally long articles; the plain log ratio is not valid, and has little power, where
  they do not. With a handful of hits no statistic is, and the p-value is then never smaller than
  counting noise alone would give.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from framing.errors import FramingError

__all__ = [
    "EXACT_LIMIT",
    "FEWEST_STORIES",
    "FEW_HITS",
    "Interval",
    "LogOdds",
    "MaxT",
    "PermutationTest",
    "Ratio",
    "benjamini_hochberg",
    "detectable_ratio",
    "is_testable",
    "log_odds_dirichlet",
    "max_t_test",
    "n_draws_for",
    "permutation_test",
    "rate_interval",
    "ratio_interval",
    "seed_for",
    "share_interval",
    "smallest_p",
    "stories_needed",
]

FloatArray = npt.NDArray[np.float64]
SmallArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Kind = Literal["rate", "share"]
Pairs = Sequence[tuple[int, int | None]]

EXACT_LIMIT = 2**14
"""All assignments are enumerated up to this many; beyond it they are drawn at random."""

FEWEST_STORIES = 3
"""Shared stories below which nothing is said of two groups."""

FEW_HITS = 10
"""With fewer hits than this in either group, a p-value is not below what counting noise allows.

Simulated with groups that write at 1, 3 and 8 times each other's length: with one to three hits the
permutation alone is wrong (up to 30 % false alarms at 0.05), from eight on it holds its level.
"""

BLOCKS = 256
"""With more stories than this, random assignments swap those of a pair in this many fixed blocks.

The swaps of blocks are a subgroup of the swaps of stories, so the test stays valid (Hemerik and
Goeman 2018), and the statistic, with its error over stories, is the same; with so many blocks its
distribution is too, at a fraction of the work.
"""

MIN_DRAWS = 1999
DRAWS_PER_THRESHOLD = 5
_CELLS_AT_ONCE = 2**21
# What a processor's own memory holds of several arrays in single precision.
_FAST_CELLS = 2**16
_LEAST_AT_ONCE = 256
# Rearranged sums that are equal on paper differ in the last digits; without this the observed
# arrangement might not count itself.
_TIE = 1e-9
# Single precision is trusted beyond this distance from the observed statistic, and what its
# rounding adds to that; nowhere, if that is more than a part of the statistic.
_CLOSE = 2e-4
_SINGLE = 4e-6
_CLOSE_ENOUGH = 0.1
# Beyond these degrees of freedom the p-values of a permutation are as good as continuous.
_MANY = 20
_HALVINGS = 60
_LEAST_EXPONENT = -1000.0
_COLUMNS = 64
_ENOUGH_REACHED = 100

ERROR_VALUES = "{name} must be finite and not negative, but holds {value!r}"
ERROR_UNEXPOSED = (
    "count is {value!r} in a cell whose exposure is 0; a cell with hits must have words, "
    "so set the exposure or drop the cell"
)
ERROR_SHARE = (
    "count {count!r} exceeds exposure {exposure!r}; a share needs count <= exposure in every "
    'cell, use kind="rate" or rate_interval for anything else'
)
ERROR_SHAPE = (
    "count has shape {count} and exposure {exposure}; exposure must have the shape of count, "
    "or of its last axes alone"
)
ERROR_PROBABILITY = "{name} must lie between 0 and 1, both excluded, but is {value!r}"
ERROR_KIND = 'kind must be "rate" or "share", but is {value!r}'
ERROR_PAIR = (
    "pair {pair!r} does not fit {groups} groups: use two different indices from 0 to {last}, "
    "or None in the second place for all other groups"
)
ERROR_DRAWS = "draws must be 1 or more, but is {value!r}"
ERROR_FAMILY = "family must be 1 or more, but is {value!r}"
ERROR_P_VALUE = "a p-value must lie between 0 and 1 or be NaN, but one is {value!r}"
ERROR_PRIOR = (
    "prior must be finite, not negative, of the shape of the counts, and not all 0: {problem}"
)
ERROR_PRIOR_TOTAL = "prior_total must be finite and above 0, but is {value!r}"


@dataclass(frozen=True, eq=False)
class Interval:
    """Estimates with their intervals; every field is an array of the same shape.

    Parameters
    ----------
    estimate : ndarray
        The rate per unit of exposure, or the share; NaN without exposure.
    low, high : ndarray
        Ends of the interval; NaN with fewer than two stories.
    standard_error : ndarray
        On the scale on which the interval was made (log for rates, logit for shares).
    stories : ndarray of int
        Stories with any exposure; the degrees of freedom are one fewer.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    stories: IntArray


@dataclass(frozen=True, eq=False)
class Ratio:
    """Ratios of two groups over the stories that both cover; arrays with one entry a pair last.

    Parameters
    ----------
    estimate_a, estimate_b : ndarray
        Both groups' rates (or shares) over the same mix of shared stories.
    ratio, low, high : ndarray
        ``estimate_a / estimate_b`` and its interval; the interval is NaN below two stories.
    standard_error : ndarray
        Of the log of the ratio.
    test_error : ndarray
        The same linearised, which is what `permutation_test` divides by. With few hits it is
        smaller than the jackknife's.
    noise : ndarray
        The least that the standard error can be: what counting alone makes.
    stories : ndarray of int
        Shared stories; the degrees of freedom are one fewer.
    """

    estimate_a: FloatArray
    estimate_b: FloatArray
    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    test_error: FloatArray
    noise: FloatArray
    stories: IntArray


@dataclass(frozen=True, eq=False)
class PermutationTest:
    """Results of permuting cells within stories; arrays with one entry a pair last.

    Parameters
    ----------
    p_value : ndarray
        Two-sided; NaN without a shared story.
    statistic : ndarray
        The studentised log ratio, signed: above 0 where the first group's rate is higher.
    smallest : ndarray
        The smallest p-value that this many stories and draws can give.
    stories : ndarray of int
        Shared stories.
    exact : ndarray of bool
        Whether all assignments were enumerated.
    """

    p_value: FloatArray
    statistic: FloatArray
    smallest: FloatArray
    stories: IntArray
    exact: BoolArray


@dataclass(frozen=True, eq=False)
class LogOdds:
    """Log-odds ratios with an informative Dirichlet prior, and their z-scores (for ordering)."""

    log_odds: FloatArray
    standard_error: FloatArray
    z: FloatArray


@dataclass(frozen=True, eq=False)
class MaxT:
    """Results of permuting all cells at once; arrays of shape (measures, groups).

    Parameters
    ----------
    statistic : ndarray
        Standard deviations from what dealing would give; NaN where nothing was tested.
    p_value : ndarray
        Two-sided, of each by itself.
    p_adjusted : ndarray
        How often the largest of all statistics was as extreme: the family-wise error rate over
        every measure and group.
    """

    statistic: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray


def rate_interval(
    count: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95
) -> Interval:
    """Rate per unit of exposure, with a delete-one-story jackknife interval on the log scale.

    The estimate is ``(count + 1/2) / words``. Its standard error is the jackknife's over stories,
    but at least ``1 / sqrt(count + 1/2)``, what counting noise alone would give; the quantile is
    Student's with ``stories - 1`` degrees of freedom.

    Parameters
    ----------
    count, exposure : array_like of shape (..., stories)
        Hits and words in each story. Stories without exposure are left out.
    level : float
        Coverage that the interval aims at.

    Returns
    -------
    Interval
        Arrays without the last axis. Below two stories the ends are NaN.

    Raises
    ------
    FramingError
        If a value is negative or not finite, or a cell has hits and no words.

    Notes
    -----
    The floor takes a count of 1 to be one hit. With weights below 1, or sums of probabilities,
    it is on the safe side; with weights above 1 it is too small and the jackknife must do.

    References
    ----------
    Miller, R. G. (1974). The jackknife: a review. Biometrika, 61(1), 1-15.

    Examples
    --------
    >>> result = rate_interval([4, 6, 5, 3], [1000, 1200, 900, 1100])
    >>> [round(float(1000 * x), 2) for x in (result.low, result.estimate, result.high)]
    [2.1, 4.4, 9.23]
    """
    c, w = _checked(count, exposure)
    _check_probability("level", level)
    hits, words = c.sum(-1), w.sum(-1)
    stories = np.broadcast_to((w > 0).sum(-1), hits.shape)
    centre = _log(hits + 0.5) - _log(words)
    error = np.maximum(_rate_error(c, w, hits, words), 1 / np.sqrt(hits + 0.5))
    half = _t_quantile((1 + level) / 2, stories - 1) * error
    return _interval(_exp, centre, half, error, stories)


def _rate_error(c: FloatArray, w: FloatArray, hits: FloatArray, words: FloatArray) -> FloatArray:
    """Jackknife standard error of the log rate, in the time of the cells that have hits."""
    used = w > 0
    n = used.sum(-1)
    enough = n > 1
    size = np.where(enough, n, 1)
    # Without a story the log rate changes by `gone`, which is 0 where it has no hit, less `left`.
    part = w / np.where(words > 0, words, 1.0)[..., None]
    left = np.log1p(-np.where(enough[..., None], part, 0.0))
    left = np.where(used, left - (left.sum(-1) / size)[..., None], 0.0)
    at = np.flatnonzero(c)
    filled = np.count_nonzero(c, -1).reshape(-1)
    row = np.repeat(np.arange(hits.size), filled)
    gone = np.log(1 - c.reshape(-1)[at] / np.repeat(hits.reshape(-1) + 0.5, filled))

    def added(values: FloatArray) -> FloatArray:
        summed = np.bincount(row, values, hits.size).reshape(hits.shape)
        return np.asarray(summed, np.float64)

    of_hits = added(gone**2) - added(gone) ** 2 / size
    # An exposure of all measures is repeated for each.
    groups = words.size
    repeats = filled.reshape(-1, groups).sum(1) if groups else filled
    start = np.arange(len(repeats)) * left.size
    both = added(gone * left.reshape(-1)[at - np.repeat(start, repeats)])
    squares = np.maximum(of_hits - 2 * both + (left**2).sum(-1), 0.0)
    return np.where(enough, np.sqrt((size - 1) / size * squares), np.nan)


def share_interval(
    count: npt.ArrayLike, exposure: npt.ArrayLike, *, level: float = 0.95
) -> Interval:
    """Share, with a delete-one-story jackknife interval on the logit scale.

    The estimate is ``(count + 1/2) / (words + 1)``. The standard error of its logit is the
    jackknife's over stories, but at least ``sqrt(1 / (count + 1/2) + 1 / (rest + 1/2))``, the
    binomial's.

    Parameters
    ----------
    count, exposure : array_like of shape (..., stories)
        In each story, how many out of how many. Stories without exposure are left out.
    level : float
        Coverage that the interval aims at.

    Returns
    -------
    Interval
        Arrays without the last axis. Below two stories the ends are NaN.

    Raises
    ------
    FramingError
        If a value is negative or not finite, or a count exceeds its exposure.

    Notes
    -----
    The half and the floor take a count of 1 to be one event. Quoted words come in quotations:
    divide count and exposure by a quotation's mean length. It leaves the share as it is, and
    matters where quotations are few or none.

    Examples
    --------
    >>> result = share_interval([250, 400, 300], [1000, 1000, 1000])
    >>> [round(float(x), 3) for x in (result.low, result.estimate, result.high)]
    [0.16, 0.317, 0.53]
    """
    c, w = _checked(count, exposure, kind="share")
    _check_probability("level", level)
    hits, words = c.sum(-1), w.sum(-1)
    stories = np.broadcast_to((w > 0).sum(-1), hits.shape)

    def scale(hits: FloatArray, words: FloatArray) -> FloatArray:
        # A count may exceed its words by rounding alone.
        return _log(hits + 0.5) - _log(np.maximum(words - hits, 0) + 0.5)

    centre = np.where(stories > 0, scale(hits, words), np.nan)
    without = scale(hits[..., None] - c, words[..., None] - w)
    error = _jackknife_error(without, w > 0)
    binomial = 1 / (hits + 0.5) + 1 / (np.maximum(words - hits, 0) + 0.5)
    error = np.maximum(error, np.sqrt(binomial))
    half = _t_quantile((1 + level) / 2, stories - 1) * error
    return _interval(_expit, centre, half, error, stories)


def ratio_interval(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    pairs: Pairs,
    level: float = 0.95,
    kind: Kind = "rate",
) -> Ratio:
    """Ratio of two groups' rates or shares on the stories that both cover.

    Story ``s`` weighs ``w_a w_b / (w_a + w_b)`` for both groups (Mantel-Haenszel), so both rates
    are over one mix of stories; each gets half a hit as in `rate_interval`. The standard error of
    the log ratio is the jackknife's, leaving out one shared story for both groups at a time, but
    at least ``sqrt(1 / (a + 1/2) + 1 / (b + 1/2))`` with ``a`` and ``b`` the hits that the two
    rates stand for; the quantile is Student's with ``stories - 1`` degrees of freedom.

    Parameters
    ----------
    count, exposure : array_like of shape (..., groups, stories)
        Hits and words; exposure may lack the leading axes of count.
    pairs : sequence of (int, int or None)
        Indices of the groups; None in the second place stands for all other groups together.
    level : float
        Coverage that the interval aims at.
    kind : {"rate", "share"}
        Shares too are compared by their ratio ("quotes 1.4 times the share"), which is what
        ``estimate_a / estimate_b`` says; an odds ratio would be read as that and overstate it.
        The floor is then the binomial's. Words that come in runs are best divided by a run's
        mean length, as in `share_interval`.

    Returns
    -------
    Ratio
        Arrays of shape (..., pairs).

    Raises
    ------
    FramingError
        If a value is not valid, or a pair does not fit the groups.

    References
    ----------
    Mantel, N., and Haenszel, W. (1959). Statistical aspects of the analysis of data from
    retrospective studies of disease. Journal of the National Cancer Institute, 22(4), 719-748.

    Greenland, S., and Robins, J. M. (1985). Estimation of a common effect parameter from sparse
    follow-up data. Biometrics, 41(1), 55-68.

    Examples
    --------
    >>> count = [[8, 10, 9, 12], [4, 6, 3, 5]]
    >>> words = [[1000, 1000, 1000, 1000], [1000, 1000, 1000, 1000]]
    >>> result = ratio_interval(count, words, pairs=[(0, 1)])
    >>> [round(float(x[0]), 2) for x in (result.low, result.ratio, result.high)]
    [0.87, 2.14, 5.23]
    """
    c, w = _checked(count, exposure, kind=kind, axes=2)
    _check_probability("level", level)
    _check_pairs(pairs, c.shape[-2])
    columns = [_ratio_of_pair(c, w, pair, kind) for pair in pairs]
    if not columns:
        empty = np.zeros((*c.shape[:-2], 0))
        none = empty.astype(np.int64)
        return Ratio(empty, empty, empty, empty, empty, empty, empty, empty, none)
    a, b, error, test_error, noise = (
        np.stack([getattr(column, name) for column in columns], -1)
        for name in ("log_a", "log_b", "error", "test_error", "floor")
    )
    stories = np.stack([column.stories for column in columns], -1)
    half = _t_quantile((1 + level) / 2, stories - 1) * error
    ratio = _interval(_exp, a - b, half, error, stories)
    return Ratio(
        _exp(a),
        _exp(b),
        ratio.estimate,
        ratio.low,
        ratio.high,
        ratio.standard_error,
        test_error,
        noise,
        ratio.stories,
    )


def permutation_test(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    pairs: Pairs,
    kind: Kind = "rate",
    draws: int = MIN_DRAWS,
    seed: int | np.random.SeedSequence = 0,
) -> PermutationTest:
    """Test each pair by permuting whole group-and-story cells within stories.

    For two groups, the two cells of every shared story change places or stay; against all others
    together, any cell of the story may take the group's place. Each of at most `EXACT_LIMIT`
    assignments is tried, otherwise `draws` random ones, where the observed assignment counts as
    one more draw. The statistic is the size of the log of the ratio in `ratio_interval` over its
    standard error (linearised, with the same floor). Where either group has fewer than `FEW_HITS`
    hits, a p-value is not below the two-sided normal one of the log ratio over that floor: with
    that few, no test that allows for stories can see more than one that knows of no other noise
    than counting. With more hits the permutation speaks for itself; sums of probabilities vary
    less than counts, and the floor would hide what they show.

    Parameters
    ----------
    count, exposure : array_like of shape (..., groups, stories)
        Hits and words; exposure may lack the leading axes of count (many measures at once).
    pairs : sequence of (int, int or None)
        Indices of the groups; None in the second place stands for all other groups.
    kind : {"rate", "share"}
        As in `ratio_interval`.
    draws : int
        Random assignments where there are too many to try all; see `n_draws_for`.
    seed : int or numpy.random.SeedSequence
        The same seed gives the same result. One set of random assignments serves all measures
        and pairs, so the result for one does not depend on which others are tested, nor on their
        order. It does depend on the order of stories, which callers should sort.

    Returns
    -------
    PermutationTest
        Arrays of shape (..., pairs).

    Raises
    ------
    FramingError
        If a value is not valid, or a pair does not fit the groups.

    References
    ----------
    Hemerik, J., and Goeman, J. (2018). Exact testing with random permutations. TEST, 27(4),
    811-825.

    Phipson, B., and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology, 9(1), 39.

    Chung, E., and Romano, J. P. (2013). Exact and asymptotically robust permutation tests.
    The Annals of Statistics, 41(2), 484-507.

    Examples
    --------
    >>> count = [[18, 20, 19, 22, 17, 21], [4, 6, 3, 5, 4, 7]]
    >>> result = permutation_test(count, [[1000] * 6, [1000] * 6], pairs=[(0, 1)])
    >>> float(result.p_value[0]), bool(result.exact[0])
    (0.03125, True)
    """
    c, w = _checked(count, exposure, kind=kind, axes=2)
    _check_pairs(pairs, c.shape[-2])
    if draws < 1:
        raise FramingError(ERROR_DRAWS.format(value=draws))
    lead, (groups, stories) = c.shape[:-2], c.shape[-2:]
    c = c.reshape(-1, groups, stories)
    w = w.reshape(-1, groups, stories)
    shape = (c.shape[0], len(pairs))
    p, statistic, smallest = (np.full(shape, np.nan) for _ in range(3))
    shared, exact = np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    streams = _streams(seed)
    swaps = [i for i, (_, b) in enumerate(pairs) if b is not None]
    parts: list[tuple[list[int], _Tested]] = []
    if swaps:
        a, b = (np.array([pairs[i][side] for i in swaps], np.intp) for side in (0, 1))
        parts.append((swaps, _swap_cells(c, w, a, b, kind, draws, streams[0])))
    for i, (group, other) in enumerate(pairs):
        if other is None:
            parts.append(([i], _choose_cells(c, w, group, kind, draws, streams[1])))
    for columns, tested in parts:
        p[:, columns], statistic[:, columns] = tested.p, tested.statistic
        smallest[:, columns], shared[:, columns] = tested.smallest, tested.stories
        exact[:, columns] = tested.exact
    full = (*lead, len(pairs))
    return PermutationTest(
        p.reshape(full),
        statistic.reshape(full),
        smallest.reshape(full),
        shared.reshape(full),
        exact.reshape(full),
    )


def max_t_test(
    count: npt.ArrayLike | Any,
    exposure: npt.ArrayLike,
    *,
    group: npt.ArrayLike,
    story: npt.ArrayLike,
    least_stories: int = 1,
    draws: int = MIN_DRAWS,
    seed: int | np.random.SeedSequence = 0,
) -> MaxT:
    """Test many measures of every group against all others, by the largest statistic of each draw.

    In every draw the cells of each story are dealt out anew among the groups that cover it, for
    all measures together, so that measures which go together are not paid for twice. The
    statistic adds up, over a group's shared stories, its hits less those that its part ``f`` of
    the story's words would have, over ``sqrt(f (1 - f))``: that has the same mean and variance
    for short and long cells, so they may change places. The sum is divided by the root of its
    variance over all deals or of its own sum of squares, whichever is larger. Made for words that
    a corpus was searched for: where one side has no hits, the studentised log ratio of
    `permutation_test` has little power, and where few stories have hits its tails are so heavy
    that the largest of many says nothing.

    Parameters
    ----------
    count : array_like or scipy.sparse.csr_array of shape (measures, cells)
        Hits in each cell, that is in what one group wrote on one story.
    exposure : array_like of shape (cells,)
        Words, above 0.
    group, story : array_like of int, shape (cells,)
        Of each cell; no two cells have both alike. The result depends on the order of stories,
        which callers should sort.
    least_stories : int
        A measure is tested for a group if it has hits, by whomever, in so many of the stories
        that the group shares. A group that shares too few for p < 0.05 (`is_testable`) is not
        tested at all.
    draws : int
        Random assignments; the observed one counts as one more.
    seed : int or numpy.random.SeedSequence
        The same seed gives the same result.

    Returns
    -------
    MaxT
        Statistics and p-values of shape (measures, groups).

    Raises
    ------
    FramingError
        If a value is not valid.

    References
    ----------
    Westfall, P. H., and Young, S. S. (1993). Resampling-based multiple testing. Wiley.

    Examples
    --------
    >>> group, story = [0] * 7 + [1] * 7, [*range(7), *range(7)]
    >>> count = [[9, 8, 9, 7, 9, 8, 9, 1, 0, 1, 1, 0, 1, 0], [2] * 14]
    >>> result = max_t_test(count, [100] * 14, group=group, story=story, draws=499)
    >>> bool(result.p_adjusted[0, 0] < 0.05), float(result.p_adjusted[1, 0])
    (True, nan)
    """
    from scipy.sparse import csr_array

    hits = csr_array(count, dtype=np.float64)
    words, owner, event = np.asarray(exposure, np.float64), np.asarray(group), np.asarray(story)
    if draws < 1:
        raise FramingError(ERROR_DRAWS.format(value=draws))
    if not hits.shape[1:] == words.shape == owner.shape == event.shape:
        raise FramingError(ERROR_SHAPE.format(count=hits.shape, exposure=words.shape))
    _check_values("count", hits.data)
    _check_values("exposure", words)
    if (words == 0).any():
        raise FramingError(ERROR_VALUES.format(name="exposure", value=0.0))
    return _deal_cells(
        hits,
        words,
        owner.astype(np.int64),
        event.astype(np.int64),
        least_stories,
        draws,
        _streams(seed)[0],
    )


def benjamini_hochberg(p: npt.ArrayLike) -> FloatArray:
    """Adjust p-values for the false discovery rate of one family.

    Parameters
    ----------
    p : array_like
        All p-values of the family, of any shape. NaN stays NaN and does not count as tested.

    Returns
    -------
    ndarray
        Adjusted p-values in the same places.

    Raises
    ------
    FramingError
        If a value is outside 0 to 1.

    References
    ----------
    Benjamini, Y., and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B, 57(1), 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, float("nan"), 0.5]).round(3).tolist()
    [0.03, 0.03, nan, 0.5]
    """
    values = np.asarray(p, np.float64)
    wrong = values[(values < 0) | (values > 1)]
    if wrong.size:
        raise FramingError(ERROR_P_VALUE.format(value=float(wrong[0])))
    known = ~np.isnan(values)
    tested = values[known]
    order = np.argsort(tested, kind="stable")
    scaled = tested[order] * tested.size / np.arange(1, tested.size + 1)
    adjusted = np.empty_like(tested)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    result = np.full_like(values, np.nan)
    result[known] = adjusted
    return result


def smallest_p(stories: npt.ArrayLike) -> FloatArray:
    """Return the smallest p-value that swapping cells in this many stories can give.

    There are ``2 ** stories`` assignments, and each has a mirror image that is as extreme.

    Parameters
    ----------
    stories : array_like of int
        Shared stories; 0 gives NaN.

    Returns
    -------
    ndarray
        ``2 / 2 ** stories``.

    Examples
    --------
    >>> smallest_p([1, 5, 6]).tolist()
    [1.0, 0.0625, 0.03125]
    """
    n = np.asarray(stories, np.float64)
    # Of thousands of stories the number is 0 in binary fractions; it is never that.
    return np.where(n >= 1, np.exp2(np.maximum(1 - n, _LEAST_EXPONENT)), np.nan)


def is_testable(
    stories: npt.ArrayLike, *, family: int = 1, alpha: float = 0.05
) -> npt.NDArray[np.bool_]:
    """Tell whether one pair with this many stories could survive Benjamini-Hochberg alone.

    Parameters
    ----------
    stories : array_like of int
        Shared stories.
    family : int
        Tests in the family.
    alpha : float
        False discovery rate.

    Returns
    -------
    ndarray of bool
        Whether ``smallest_p(stories) * family <= alpha``.

    Raises
    ------
    FramingError
        If family or alpha is out of range.

    Examples
    --------
    >>> is_testable([5, 6, 10, 11], family=28).tolist()
    [False, False, False, True]
    """
    _check_family(family)
    _check_probability("alpha", alpha)
    with np.errstate(invalid="ignore"):
        return np.asarray(smallest_p(stories) * family <= alpha, np.bool_)


def stories_needed(family: int = 1, *, alpha: float = 0.05) -> int:
    """Return how many shared stories one pair needs to survive alone in a family.

    Parameters
    ----------
    family : int
        Tests in the family.
    alpha : float
        False discovery rate.

    Returns
    -------
    int
        The smallest number for which `is_testable` holds.

    Raises
    ------
    FramingError
        If family or alpha is out of range.

    Examples
    --------
    >>> stories_needed(), stories_needed(28)
    (6, 11)
    """
    _check_family(family)
    _check_probability("alpha", alpha)
    stories = 1
    while not bool(is_testable(stories, family=family, alpha=alpha)):
        stories += 1
    return stories


def n_draws_for(family: int = 1, *, alpha: float = 0.05) -> int:
    """Return how many random assignments a family of tests needs.

    Enough that a pair which no random assignment matches survives alone, with room: its p-value
    is at most a fifth of ``alpha / family``, so that a few matches by chance do not lose it.

    Parameters
    ----------
    family : int
        Tests in the family.
    alpha : float
        False discovery rate.

    Returns
    -------
    int
        At least 1,999, and one below ``5 * family / alpha`` rounded up.

    Raises
    ------
    FramingError
        If family or alpha is out of range.

    Examples
    --------
    >>> n_draws_for(), n_draws_for(28)
    (1999, 2799)
    """
    _check_family(family)
    _check_probability("alpha", alpha)
    # 28 / 0.05 is 559.9999999999999 or 560.0000000000001 at the whim of binary fractions.
    needed = int(np.ceil(round(DRAWS_PER_THRESHOLD * family / alpha, 6)))
    return max(MIN_DRAWS, needed - 1)


def detectable_ratio(
    standard_error: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    noise: npt.ArrayLike = 0.0,
    ratio: npt.ArrayLike = 1.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> FloatArray:
    """Return the smallest ratio that a design would find with the given probability.

    Parameters
    ----------
    standard_error : array_like
        Of the log ratio, `Ratio.test_error`.
    df : array_like
        Degrees of freedom: shared stories minus 1.
    noise : array_like
        The part of that error which counting alone makes, `Ratio.noise`.
    ratio : array_like
        The ratio at which the error was found, `Ratio.ratio`.
    alpha : float
        Two-sided level of the test. For a pair that must survive alone in a family of ``m``, give
        ``alpha / m``.
    power : float
        How often a ratio of that size should be found.

    Returns
    -------
    ndarray
        A ratio above 1 (its inverse is as detectable); infinite where a permutation over
        ``df + 1`` stories cannot reach alpha, NaN where the error is NaN or df is below 1.

    Raises
    ------
    FramingError
        If alpha or power is out of range, or power is not above alpha.

    Notes
    -----
    The ratio ``r`` with ``log r = distance * error(r)``, where

    * the error is that of groups which differ by ``r``, and not that of those at hand: a group
      that says a thing more often gives more to count, so its square goes with ``1 + 1 / r``. The
      ratio at hand is first drawn to 1 by as much as chance explains it (James and Stein 1961);
    * the distance lies between the normal one, where counting noise is all the error, and the
      noncentrality of Student's t, where the error was estimated from stories. The latter is
      widened by ``1 + 9 / (4 stories)``: with uneven stories a permutation needs a little more
      than t has it, as simulations show (``python -m benchmarks.statistics --only power``);
    * alpha is the largest p-value below it that a permutation of few stories can give.

    References
    ----------
    Bloom, H. S. (1995). Minimum detectable effects: a simple way to report the statistical power
    of experimental designs. Evaluation Review, 19(5), 547-556.

    Examples
    --------
    >>> detectable_ratio([0.1, 0.2, 0.2], [39, 39, 3]).round(2).tolist()
    [1.33, 1.72, inf]
    """
    from scipy.special import nctdtrinc, ndtri

    _check_probability("alpha", alpha)
    _check_probability("power", power)
    if power <= alpha:
        raise FramingError(ERROR_PROBABILITY.format(name="power (above alpha)", value=power))
    arrays = (np.asarray(x, np.float64) for x in (standard_error, df, noise, ratio))
    error, freedom, counting, seen = np.broadcast_arrays(*arrays)
    shape = error.shape
    result = np.full(shape, np.nan)
    known = np.isfinite(error) & (freedom >= 1)
    error, freedom, counting, seen = (x[known] for x in (error, freedom, counting, seen))
    reachable = smallest_p(freedom + 1) <= alpha
    # P-values of few stories come in steps of the smallest; of very many it is no number any more.
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.maximum(np.floor(alpha / smallest_p(freedom + 1) + _TIE), 1)
        level = np.where(freedom < _MANY, steps * smallest_p(freedom + 1), alpha)
    level = np.minimum(level, alpha)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        estimated = np.clip(1 - (counting / error) ** 2, 0, 1)
        estimated = np.where(error > 0, estimated, 0.0)
        student = np.asarray(
            nctdtrinc(freedom, 1 - power, _t_quantile(1 - level / 2, freedom)), np.float64
        )
        normal = ndtri(1 - level / 2) + ndtri(power)
        distance = estimated * student + (1 - estimated) * normal
        distance *= 1 + 2.25 * estimated / (freedom + 1)
        size = np.abs(np.log(seen))
        size = np.where(size > error, size - error**2 / size, 0.0)
        size = np.where(np.isfinite(size), size, 0.0)
        # log r is the root of an increasing function: bisection finds it, whatever the error.
        low, high = np.zeros_like(error), np.maximum(distance * error * np.sqrt(2), 1e-12)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            needed = distance * error * np.sqrt((1 + np.exp(-middle)) / (1 + np.exp(-size)))
            low, high = (
                np.where(middle < needed, middle, low),
                np.where(middle < needed, high, middle),
            )
        result[known] = np.where(reachable, np.exp(high), np.inf)
    return result


def log_odds_dirichlet(
    count_a: npt.ArrayLike,
    count_b: npt.ArrayLike,
    *,
    prior: npt.ArrayLike,
    prior_total: float | None = None,
) -> LogOdds:
    """Log-odds ratio of each word between two groups, with an informative Dirichlet prior.

    It orders words; its z speaks of words as if they were drawn one by one and is no
    significance.

    Parameters
    ----------
    count_a, count_b : array_like of shape (words,)
        How often each group uses each word.
    prior : array_like of shape (words,)
        Pseudo-counts, usually each word's count in all groups together.
    prior_total : float, optional
        Scale the prior to this sum. A larger one pulls rare words harder towards no difference.

    Returns
    -------
    LogOdds
        Above 0 where the first group uses the word more; NaN for a word that has neither counts
        nor prior.

    Raises
    ------
    FramingError
        If a count is negative or not finite, or the prior does not fit.

    References
    ----------
    Monroe, B. L., Colaresi, M. P., and Quinn, K. M. (2008). Fightin' words: lexical feature
    selection and evaluation for identifying the content of political conflict. Political
    Analysis, 16(4), 372-403.

    Examples
    --------
    >>> result = log_odds_dirichlet([30, 5, 65], [10, 15, 75], prior=[40, 20, 140])
    >>> result.z.round(2).tolist()
    [2.27, -1.43, -1.63]
    """
    a, b, weight = (np.asarray(x, np.float64) for x in (count_a, count_b, prior))
    for name, values in (("count_a", a), ("count_b", b)):
        _check_values(name, values)
    if not a.shape == b.shape == weight.shape:
        problem = f"count_a {a.shape}, count_b {b.shape}, prior {weight.shape}"
        raise FramingError(ERROR_PRIOR.format(problem=problem))
    bad = weight[~(np.isfinite(weight) & (weight >= 0))]
    if bad.size or not weight.sum() > 0:
        problem = f"holds {float(bad[0])!r}" if bad.size else "its sum is 0"
        raise FramingError(ERROR_PRIOR.format(problem=problem))
    if prior_total is not None:
        if not (np.isfinite(prior_total) and prior_total > 0):
            raise FramingError(ERROR_PRIOR_TOTAL.format(value=prior_total))
        weight = weight * (prior_total / weight.sum())
    total = weight.sum()

    def log_odds(count: FloatArray) -> FloatArray:
        return _log(count + weight) - _log(count.sum() + total - count - weight)

    with np.errstate(divide="ignore", invalid="ignore"):
        delta = log_odds(a) - log_odds(b)
        error = np.sqrt(1 / (a + weight) + 1 / (b + weight))
        error = np.where(np.isfinite(delta), error, np.nan)
        return LogOdds(delta, error, delta / error)


def seed_for(seed: int, *labels: str) -> np.random.SeedSequence:
    """Derive a seed for one named part of an analysis.

    It depends on the labels only, so parts may be computed in any order, by any worker, or alone.

    Parameters
    ----------
    seed : int
        The seed of the whole analysis, 0 or above.
    *labels : str
        What the part is, for example a table and a measure.

    Returns
    -------
    numpy.random.SeedSequence
        The same for the same seed and labels.

    Examples
    --------
    >>> int(seed_for(0, "names", "war").generate_state(1)[0])
    1326134469
    """
    digest = hashlib.blake2b(digest_size=16)
    for label in labels:
        raw = label.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "little") + raw)
    return np.random.SeedSequence([seed, *np.frombuffer(digest.digest(), "<u4").tolist()])


# --- one pair, from its sums -----------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Sums:
    """What a comparison of two groups needs of the stories that they share.

    ``x`` and ``y`` are the groups' hits, each times the other's part of the story's words;
    ``k`` is the Mantel-Haenszel weight.
    """

    x: FloatArray
    y: FloatArray
    xx: FloatArray
    yy: FloatArray
    xy: FloatArray
    k: FloatArray
    words_a: FloatArray
    words_b: FloatArray
    stories: IntArray | FloatArray


def _log_rates(
    x: FloatArray,
    y: FloatArray,
    k: FloatArray,
    words_a: FloatArray,
    words_b: FloatArray,
    kind: Kind,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log rates of both groups over one mix of stories, and the floor of their difference."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = x * words_a / k + 0.5, y * words_b / k + 0.5
        extra = 1.0 if kind == "share" else 0.0
        floor = 1 / a + 1 / b
        if kind == "share":
            floor = floor - 1 / (words_a + 1) - 1 / (words_b + 1)
        log_a, log_b = np.log(a) - np.log(words_a + extra), np.log(b) - np.log(words_b + extra)
        return log_a, log_b, np.sqrt(np.maximum(floor, 0))


def _studentised(sums: _Sums, kind: Kind) -> FloatArray:
    """Log ratio over its linearised standard error: `_log_rates`, with one logarithm."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half_a, half_b = 0.5 * sums.k / sums.words_a, 0.5 * sums.k / sums.words_b
        x, y = sums.x + half_a, sums.y + half_b
        spread = sums.xx / x**2 + sums.yy / y**2 - 2 * sums.xy / (x * y)
        spread *= sums.stories / (sums.stories - 1)
        floor = 2 * (half_a / x + half_b / y)
        ratio = x / y
        if kind == "share":
            more_a, more_b = 1 / (sums.words_a + 1), 1 / (sums.words_b + 1)
            floor -= more_a + more_b
            ratio *= (1 - more_a) / (1 - more_b)
        # fmax: with one story the spread is not defined, and the floor is all there is.
        error = np.sqrt(np.fmax(spread, np.maximum(floor, 0)))
        difference = np.log(ratio)
        # Both groups' shares are 0 or 1 throughout: nothing differs and nothing varies.
        return np.where(difference == 0, 0.0, difference / error)


def _spread(sums: _Sums, stories: IntArray) -> FloatArray:
    """Variance of the log ratio over stories, linearised; NaN with one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        x = sums.x + 0.5 * sums.k / sums.words_a
        y = sums.y + 0.5 * sums.k / sums.words_b
        spread = sums.xx / x**2 + sums.yy / y**2 - 2 * sums.xy / (x * y)
        return np.asarray(spread * (stories / (stories - 1)), np.float64)


def _over_floor(sums: _Sums, kind: Kind) -> FloatArray:
    """Log ratio over counting noise alone, where a group has few hits; elsewhere NaN."""
    log_a, log_b, floor = _log_rates(sums.x, sums.y, sums.k, sums.words_a, sums.words_b, kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = log_a - log_b
        fewest = np.minimum(sums.x * sums.words_a, sums.y * sums.words_b) / sums.k
        over = np.where(difference == 0, 0.0, difference / floor)
        return np.where(fewest < FEW_HITS, over, np.nan)


def _doubt(sums: _Sums, kind: Kind) -> tuple[FloatArray, FloatArray]:
    """How far from the statistic single precision may be: in parts of it, and added to that.

    What is subtracted from something nearly as large keeps few of its digits: the errors of many
    hits, and the share of a group that quotes everything.
    """
    _, _, floor = _log_rates(sums.x, sums.y, sums.k, sums.words_a, sums.words_b, kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        x = sums.x + 0.5 * sums.k / sums.words_a
        y = sums.y + 0.5 * sums.k / sums.words_b
        subtracted = sums.xx / x**2 + sums.yy / y**2
        if kind == "share":
            subtracted = subtracted + sums.k / (x * sums.words_a) + sums.k / (y * sums.words_b)
        parts = _CLOSE + _SINGLE * subtracted / floor**2
        added = _CLOSE + _SINGLE / floor
        trusted = parts < _CLOSE_ENOUGH
        return np.where(trusted, parts, np.inf), np.where(trusted, added, np.inf)


def _cells_of_pair(
    c: FloatArray, w: FloatArray, pair: tuple[int, int | None]
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, BoolArray]:
    """Hits and words of both sides in the stories that both cover; 0 where one measure has none."""
    group, other = pair
    ca, wa = c[..., group, :], w[..., group, :]
    if other is None:
        others = np.arange(c.shape[-2]) != group
        cb, wb = c[..., others, :].sum(-2), w[..., others, :].sum(-2)
    else:
        cb, wb = c[..., other, :], w[..., other, :]
    shared = (wa > 0) & (wb > 0)
    used = np.flatnonzero(shared.reshape(-1, shared.shape[-1]).any(0))
    shared = shared[..., used]
    some: list[FloatArray] = [v[..., used] for v in (ca, wa, cb, wb)]
    if not shared.all():
        some = [v * shared for v in some]
    return some[0], some[1], some[2], some[3], shared


def _dot(one: FloatArray, other: FloatArray) -> FloatArray:
    """Sums of products over the last axis."""
    return np.asarray(np.einsum("...s,...s->...", one, other), np.float64)


def _weighted(
    ca: FloatArray, wa: FloatArray, cb: FloatArray, wb: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    total = np.where(wa + wb > 0, wa + wb, 1.0)
    return ca * (wb / total), cb * (wa / total), wa * (wb / total)


@dataclass(frozen=True, eq=False)
class _PairRatio:
    log_a: FloatArray
    log_b: FloatArray
    error: FloatArray
    test_error: FloatArray
    floor: FloatArray
    stories: IntArray


def _ratio_of_pair(
    c: FloatArray, w: FloatArray, pair: tuple[int, int | None], kind: Kind
) -> _PairRatio:
    ca, wa, cb, wb, shared = _cells_of_pair(c, w, pair)
    x, y, k = _weighted(ca, wa, cb, wb)
    sums = [values.sum(-1) for values in (x, y, k, wa, wb)]
    stories = np.broadcast_to(shared.sum(-1, dtype=np.int64), x.shape[:-1])
    log_a, log_b, floor = _log_rates(sums[0], sums[1], sums[2], sums[3], sums[4], kind)
    # As in _log_rates without each story, but for the difference alone, and with one logarithm.
    together = _Sums(
        sums[0], sums[1], _dot(x, x), _dot(y, y), _dot(x, y), sums[2], sums[3], sums[4], stories
    )
    x_all, y_all, k_all, wa_all, wb_all = (total[..., None] for total in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        left, left_a, left_b = k_all - k, wa_all - wa, wb_all - wb
        without = (x_all + 0.5 * left / left_a) - x
        without /= (y_all + 0.5 * left / left_b) - y
        if kind == "share":
            without *= (left_a / (left_a + 1)) / (left_b / (left_b + 1))
        np.log(without, out=without)
    error = np.maximum(_jackknife_error(without, shared), floor)
    some = stories > 0
    return _PairRatio(
        np.where(some, log_a, np.nan),
        np.where(some, log_b, np.nan),
        error,
        np.sqrt(np.fmax(_spread(together, stories), floor**2)),
        floor,
        stories,
    )


# --- permutation -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Tested:
    p: FloatArray
    statistic: FloatArray
    smallest: FloatArray
    stories: IntArray
    exact: BoolArray


def _streams(seed: int | np.random.SeedSequence) -> tuple[np.random.SeedSequence, ...]:
    """Seeds for the two ways of permuting, without touching the state of the one given."""
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    return tuple(
        np.random.SeedSequence(
            root.entropy, spawn_key=(*root.spawn_key, i), pool_size=root.pool_size
        )
        for i in range(2)
    )


def _p_value(reached: IntArray, tried: IntArray, exact: bool, over_floor: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    p = reached / tried if exact else (reached + 1) / (tried + 1)
    # Where hits are many, `over_floor` is NaN and fmax leaves p as it is.
    return np.fmax(p, 2 * np.asarray(ndtr(-np.abs(over_floor)), np.float64))


def _blocks(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    step = max(16, _CELLS_AT_ONCE // max(columns, 1))
    for start in range(0, rows, step):
        yield start, min(start + step, rows)


def _every_sign(width: int, start: int, stop: int) -> FloatArray:
    """Rows of all assignments of signs; a mirror image is as extreme, so the first stays put."""
    bits = np.arange(start, stop)[:, None] >> np.arange(width - 1) & 1
    return np.asarray(1 - 2.0 * np.hstack([np.zeros((stop - start, 1)), bits]), np.float64)


def _drawn_signs(packed: npt.NDArray[np.uint8], width: int, start: int, stop: int) -> SmallArray:
    """Columns of random signs, from one bit each: a different blocking gives the same columns."""
    bits = np.unpackbits(packed[start:stop], axis=1, count=width)
    return np.asarray(1 - 2 * bits.T.astype(np.float32), np.float32)


def _swap_cells(
    c: FloatArray,
    w: FloatArray,
    a: npt.NDArray[np.intp],
    b: npt.NDArray[np.intp],
    kind: Kind,
    draws: int,
    seed: np.random.SeedSequence,
) -> _Tested:
    """Test pairs of groups; results have the shape (measures, pairs)."""
    measures = c.shape[0]
    shape = (measures, a.size)
    p, statistic = np.full(shape, np.nan), np.full(shape, np.nan)
    stories, all_tried = np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    # Measures that are divided by the same words are tested together.
    alike: dict[bytes, list[int]] = {}
    for row, words in enumerate(w):
        alike.setdefault(words.tobytes(), []).append(row)
    packed: npt.NDArray[np.uint8] | None = None
    for same in alike.values():
        words = w[same[0]]
        rows = np.arange(measures) if len(w) == 1 else np.array(same)
        shared = (words[a] > 0) & (words[b] > 0)
        n = np.asarray(shared.sum(-1), np.int64)
        exact = n <= int(np.log2(EXACT_LIMIT))
        stories[rows], all_tried[rows] = n, exact
        for pair in np.flatnonzero(exact & (n > 0)):
            swaps = _Swaps.of(c[rows], words, a[pair : pair + 1], b[pair : pair + 1])
            found = _every_swap(swaps, kind)
            p[rows, pair], statistic[rows, pair] = found[0][0], found[1][0]
        drawn = np.flatnonzero(~exact)
        if drawn.size:
            if packed is None:
                # Made whole and once: the same assignments for every pair and measure.
                size = (draws, -(-min(c.shape[-1], BLOCKS) // 8))
                packed = np.random.default_rng(seed).integers(0, 256, size=size, dtype=np.uint8)
            found = _drawn_swaps(c[rows], words, a[drawn], b[drawn], kind, packed)
            p[np.ix_(rows, drawn)], statistic[np.ix_(rows, drawn)] = found[0].T, found[1].T
    smallest = smallest_p(stories)
    smallest = np.where(all_tried, smallest, np.maximum(smallest, 1 / (draws + 1)))
    return _Tested(p, statistic, smallest, stories, all_tried)


@dataclass(frozen=True, eq=False)
class _Swaps:
    """Some pairs of groups, ready for their cells to change places.

    When the cells of a story change places, ``x`` and ``y`` do, and ``k`` and ``xy`` stay. So
    each sum is half of a total plus or minus the signed sum of differences: a matrix product.
    `keep` are the stories that any of the pairs shares; arrays are (pairs, measures, ...).
    """

    keep: npt.NDArray[np.intp]
    dx: FloatArray
    dxx: FloatArray
    dw: FloatArray
    total: FloatArray
    total2: FloatArray
    words: FloatArray
    xy: FloatArray
    k: FloatArray
    n: FloatArray

    @classmethod
    def of(
        cls, c: FloatArray, w: FloatArray, a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]
    ) -> _Swaps:
        """Take counts (measures, groups, stories), words (groups, stories) and pairs."""
        shared = (w[a] > 0) & (w[b] > 0)
        keep = np.flatnonzero(shared.any(0))
        shared = shared[:, keep]
        wa, wb = w[a[:, None], keep] * shared, w[b[:, None], keep] * shared
        share_a = wa / np.where(shared, wa + wb, 1.0)
        flat, stories = c.reshape(len(c), -1), c.shape[-1]
        x, y = (flat.take(g[:, None] * stories + keep, 1).swapaxes(0, 1) for g in (a, b))
        x *= np.where(shared, 1 - share_a, 0.0)[:, None]
        y *= share_a[:, None]
        plus, dx = x + y, x - y
        dxx = plus * dx
        xy = np.einsum("pms,pms->pm", x, y)
        total = plus.sum(-1)
        total2 = np.einsum("pms,pms->pm", plus, plus) - 2 * xy
        return cls(
            keep,
            dx,
            dxx,
            wa - wb,
            total[..., None],
            total2[..., None],
            (wa + wb).sum(-1)[:, None, None],
            xy[..., None],
            (wb * share_a).sum(-1)[:, None, None],
            shared.sum(-1).astype(np.float64)[:, None, None],
        )

    def statistics_of(
        self, pair: int, measure: IntArray, signs: SmallArray, kind: Kind
    ) -> FloatArray:
        """Statistics of one pair: of each measure given, under its own assignment (a column)."""
        own = signs.T.astype(np.float64)
        dx, dxx = (np.einsum("is,is->i", v[pair][measure], own) for v in (self.dx, self.dxx))
        one = replace(
            self,
            **{name: getattr(self, name)[pair][measure, 0] for name in ("total", "total2", "xy")},
            **{name: getattr(self, name)[pair, 0, 0] for name in ("words", "k", "n")},
        )
        return one.statistics(dx, dxx, own @ self.dw[pair], kind)

    def in_blocks(self) -> _Swaps:
        """Add up differences of stories that are swapped together, neighbours apart."""
        width = min(len(self.keep), BLOCKS)

        def gathered(values: FloatArray) -> FloatArray:
            lead, stories = values.shape[:-1], values.shape[-1]
            padded = np.zeros((*lead, -(-stories // width) * width))
            padded[..., :stories] = values
            return np.asarray(padded.reshape(*lead, -1, width).sum(-2), np.float64)

        sums = {name: gathered(getattr(self, name)) for name in ("dx", "dxx", "dw")}
        return replace(self, keep=np.arange(width), **sums)

    def sums(self, dx: Any, dxx: Any, dw: Any) -> _Sums:
        """Sums (pairs, measures, assignments) from the signed sums of the differences.

        In the precision of what is given.
        """
        number = dx.dtype.type
        half = number(0.5)
        fixed = (self.total, self.total2, self.words, self.xy, self.k, self.n)
        total, total2, words, xy, k, n = (np.asarray(v, number) for v in fixed)
        return _Sums(
            np.maximum(total + dx, 0) * half,
            np.maximum(total - dx, 0) * half,
            np.maximum(total2 + dxx, 0) * half,
            np.maximum(total2 - dxx, 0) * half,
            xy,
            k,
            (words + dw) * half,
            (words - dw) * half,
            n,
        )

    def statistics(self, dx: Any, dxx: Any, dw: Any, kind: Kind) -> FloatArray:
        """Statistics (pairs, measures, assignments), from the same."""
        return _studentised(self.sums(dx, dxx, dw), kind)

    def observed(self, kind: Kind) -> tuple[FloatArray, FloatArray]:
        """Give the statistic and the one over the floor, as things are."""
        sums = self._as_is()
        return _studentised(sums, kind)[..., 0], _over_floor(sums, kind)[..., 0]

    def doubt(self, observed: FloatArray, kind: Kind) -> FloatArray:
        """How close to what was observed an assignment must come to be done again in double."""
        parts, added = (v[..., 0] for v in _doubt(self._as_is(), kind))
        # An observed 0 is reached by all, whatever their precision.
        size = np.maximum(np.abs(observed), _TIE)
        return np.asarray(parts * size + added, np.float64)

    def _as_is(self) -> _Sums:
        dx, dxx, dw = (v.sum(-1, keepdims=True) for v in (self.dx, self.dxx, self.dw[:, None]))
        return self.sums(dx, dxx, dw)


def _bar(observed: FloatArray) -> FloatArray:
    """What an assignment must reach to count as at least as extreme as the observed one."""
    size = np.abs(observed)
    return np.asarray(size - _TIE * np.maximum(1, size), np.float64)


def _every_swap(swaps: _Swaps, kind: Kind) -> tuple[FloatArray, FloatArray]:
    """P-values and statistics (pairs, measures) from all assignments of the shared stories."""
    observed, over_floor = swaps.observed(kind)
    width = len(swaps.keep)
    tried = 2 ** (width - 1)
    reached = np.zeros(observed.shape, np.int64)
    for start, stop in _blocks(tried, swaps.dx.size):
        signs = _every_sign(width, start, stop).T
        value = swaps.statistics(
            swaps.dx @ signs, swaps.dxx @ signs, (swaps.dw @ signs)[:, None], kind
        )
        reached += (np.abs(value) >= _bar(observed)[..., None]).sum(-1)
    return _p_value(reached, np.array(tried), True, over_floor), observed


def _drawn_swaps(
    c: FloatArray,
    w: FloatArray,
    a: npt.NDArray[np.intp],
    b: npt.NDArray[np.intp],
    kind: Kind,
    packed: npt.NDArray[np.uint8],
) -> tuple[FloatArray, FloatArray]:
    """P-values and statistics (pairs, measures) from random assignments.

    All are tried `MIN_DRAWS` times; what has been reached often enough by then is not tried
    further, since nobody asks whether it is 0.4 or 0.41 (Besag and Clifford 1991).
    """
    measures, stories = c.shape[0], c.shape[-1]
    # Enough columns for a matrix product, and few enough pairs to leave most stories out.
    # With blocks, one pair at a time: they are made of the stories that it shares.
    step = 1 if stories > BLOCKS else max(1, _COLUMNS // (2 * measures))
    parts = [slice(start, start + step) for start in range(0, a.size, step)]
    shape = (a.size, measures)
    observed, over_floor = np.zeros(shape), np.zeros(shape)
    reached, tried = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    going = np.ones(shape, np.bool_)
    for start, stop in _stages(len(packed)):
        signs = _drawn_signs(packed, min(stories, BLOCKS), start, stop)
        for part in parts:
            if not going[part].any():
                continue
            used = np.flatnonzero(going[part].any(0))
            some = c if used.size == measures else c[used]
            swaps = _Swaps.of(some, w, a[part], b[part])
            found, over = swaps.observed(kind)
            doubt = swaps.doubt(found, kind)
            at = np.arange(a.size)[part][:, None], used
            observed[at], over_floor[at] = found, over
            if stories > BLOCKS:
                swaps = swaps.in_blocks()
            more = _reaching(swaps, signs, found, doubt, kind) * going[at]
            reached[at] += more
            tried[at] += (stop - start) * going[at]
        if stop >= MIN_DRAWS:
            going &= reached < _ENOUGH_REACHED
    return _p_value(reached, tried, False, over_floor), observed


def _stages(draws: int) -> Iterator[tuple[int, int]]:
    """Blocks of draws: the first is of `MIN_DRAWS`, or of all where little more is asked for."""
    start = 0
    while start < draws:
        stop = start + MIN_DRAWS
        stop = draws if draws - stop < MIN_DRAWS else stop
        yield start, stop
        start = stop


def _reaching(
    swaps: _Swaps, signs: SmallArray, observed: FloatArray, doubt: FloatArray, kind: Kind
) -> IntArray:
    """Count the assignments that reach what was observed.

    Single precision decides all but those that come close, which are done again in double: the
    result is that of double precision, in a fraction of the time.
    """
    if len(swaps.keep) < len(signs):
        signs = signs[swaps.keep]
    draws = signs.shape[1]
    bar = _bar(observed)
    over, under = bar + doubt, bar - doubt
    # Compared as squares; below 0 nothing is certain to miss.
    over, under = over**2, np.where(under > 0, under**2, -1.0)
    reached = np.zeros(bar.shape, np.int64)
    step = max(_LEAST_AT_ONCE, _FAST_CELLS // bar.shape[1])
    for pair in range(bar.shape[0]):
        single = _Single.of(swaps, pair, kind)
        sure, not_missed = (v[pair][:, None].astype(np.float32) for v in (over, under))
        for start in range(0, draws, step):
            some = signs[:, start : start + step]
            value = single.squares(some)
            yes = value >= sure
            reached[pair] += np.bitwise_count(np.packbits(yes, axis=1)).sum(1, dtype=np.int64)
            # What is not a number in single precision may be one in double.
            row, column = np.nonzero(~(yes | (value < not_missed)))
            if row.size:
                exact = swaps.statistics_of(pair, row, some[:, column], kind)
                again = np.abs(exact) >= bar[pair, row]
                reached[pair] += np.bincount(row[again], minlength=bar.shape[1])
    # Where the observed is 0, all assignments reach it.
    reached[~(bar > 0)] = draws
    return reached


@dataclass(frozen=True, eq=False)
class _Single:
    """One pair in single precision: `_studentised`, multiplied out so that it divides once.

    Arrays are (measures, 1) or (measures, stories).
    """

    halves: SmallArray
    half: SmallArray
    half2: SmallArray
    xy: SmallArray
    dw: SmallArray
    words: float
    k: float
    kind: Kind

    @classmethod
    def of(cls, swaps: _Swaps, pair: int, kind: Kind) -> _Single:
        n = swaps.n.reshape(-1)[pair]
        # With one story the spread is not defined, and the floor is all there is.
        scale = n / (n - 1) if n > 1 else 0.0
        halves = np.concatenate([swaps.dx[pair], swaps.dxx[pair] * scale]) / 2
        return cls(
            halves.astype(np.float32),
            (swaps.total[pair] / 2).astype(np.float32),
            (swaps.total2[pair] * scale / 2).astype(np.float32),
            (swaps.xy[pair] * scale * 2).astype(np.float32),
            swaps.dw[pair].astype(np.float32),
            float(swaps.words.reshape(-1)[pair]),
            float(swaps.k.reshape(-1)[pair]),
            kind,
        )

    def squares(self, signs: SmallArray) -> SmallArray:
        """Squares of the statistics, (measures, assignments)."""
        dw = (self.dw @ signs).astype(np.float64)
        words_a, words_b = (self.words + dw) / 2, (self.words - dw) / 2
        with np.errstate(all="ignore"):
            half_a, half_b = (
                np.float32(0.5 * self.k) / w.astype(np.float32) for w in (words_a, words_b)
            )
            both = self.halves @ signs
            measures = len(self.half)
            x, xx = both[:measures], both[measures:]
            y = self.half - x
            y += half_b
            x += self.half
            x += half_a
            yy = self.half2 - xx
            xx += self.half2
            product = x * y
            # The floor, times half of the product.
            floor = y * half_a
            floor += x * half_b
            ratio = x / y
            if self.kind == "share":
                more_a, more_b = 1 / (words_a + 1), 1 / (words_b + 1)
                ratio *= ((1 - more_a) / (1 - more_b)).astype(np.float32)
                floor -= product * ((more_a + more_b) / 2).astype(np.float32)
            floor *= 2
            # The spread, times the product: xx y / x + yy x / y - 2 xy.
            x *= x
            y *= y
            xx *= y
            yy *= x
            xx += yy
            xx -= self.xy * product
            floor *= product
            np.maximum(xx, floor, out=xx)
            np.log(ratio, out=ratio)
            ratio *= product
            ratio *= ratio
            ratio /= xx
        return np.asarray(ratio, np.float32)


def _choose_cells(
    c: FloatArray,
    w: FloatArray,
    group: int,
    kind: Kind,
    draws: int,
    seed: np.random.SeedSequence,
) -> _Tested:
    """Test one group against all others together; results have the shape (measures, 1)."""
    measures, exposures = c.shape[0], w.shape[0]
    results = []
    for e in range(exposures):
        part = c if exposures == 1 else c[e : e + 1]
        results.append(_choose_under(part, w[e], group, kind, draws, seed))
    stack = [
        np.concatenate([np.broadcast_to(getattr(r, name), r.p.shape) for r in results])
        for name in ("p", "statistic", "smallest", "stories", "exact")
    ]
    columns = [values.reshape(measures, 1) for values in stack]
    return _Tested(columns[0], columns[1], columns[2], columns[3], columns[4])


def _choose_under(
    c: FloatArray,
    w: FloatArray,
    group: int,
    kind: Kind,
    draws: int,
    seed: np.random.SeedSequence,
) -> _Tested:
    """Under one exposure: which cell of each story takes the group's place is drawn afresh."""
    measures, groups, stories = c.shape
    present = w > 0
    used = present[group] & (present.sum(0) > 1)
    n = int(used.sum())
    if n == 0:
        nothing = np.full(measures, np.nan)
        return _Tested(nothing, nothing, nothing, np.array([0]), np.array([True]))
    c, w, present = c[:, :, used], w[:, used], present[:, used]
    cells = present.sum(0)
    hits, words = c.sum(1), w.sum(0)
    x, y, k = _weighted(c, w, hits[:, None] - c, words - w)
    # Rows of `parts` are the cells' contributions to each sum, so any assignment is a selection.
    parts = np.concatenate(
        [
            np.moveaxis(np.stack([x, y, x * x, y * y, x * y]), 2, 0).reshape(groups, -1, n),
            np.stack([k, w], 1),
        ],
        axis=1,
    )
    rank = np.where(present, np.cumsum(present, 0) - 1, -1)
    # The number itself overflows with a thousand stories.
    bits = float(np.log2(cells).sum())
    exact = bits <= np.log2(EXACT_LIMIT) + _TIE
    tried = round(2**bits) if exact else draws
    if exact:
        stride = np.concatenate([[1], np.cumprod(cells[:-1])])
        chosen = np.arange(tried)[:, None] // stride % cells
    else:
        uniform = np.random.default_rng(seed).random((draws, stories))[:, used]
        chosen = np.minimum((uniform * cells).astype(np.int64), cells - 1)

    def sums_of(picked: IntArray) -> _Sums:
        summed = np.zeros((picked.shape[0], parts.shape[1]))
        for g in range(groups):
            summed += (picked == rank[g]).astype(np.float64) @ parts[g].T
        five = summed[:, : 5 * measures].reshape(-1, 5, measures)
        weight, words_a = summed[:, -2, None], summed[:, -1, None]
        return _Sums(
            five[:, 0],
            five[:, 1],
            five[:, 2],
            five[:, 3],
            five[:, 4],
            weight,
            words_a,
            words.sum() - words_a,
            np.array(n),
        )

    here = sums_of(rank[group][None])
    observed, over_floor = _studentised(here, kind)[0], _over_floor(here, kind)[0]
    bar = np.abs(observed) - _TIE * np.maximum(1, np.abs(observed))
    reached = np.zeros(measures, np.int64)
    for start, stop in _blocks(tried, max(parts.shape[1], n)):
        value = _studentised(sums_of(chosen[start:stop]), kind)
        reached += (np.abs(value) >= bar).sum(0)
    # With two cells in every story, an assignment and its mirror image tie.
    least = float(np.exp2(bool((cells == 2).all()) - bits))
    return _Tested(
        _p_value(reached, np.array(tried), exact, over_floor),
        observed,
        np.array([least if exact else max(least, 1 / (draws + 1))]),
        np.array([n]),
        np.array([exact]),
    )


def _deal_cells(
    hits: Any,
    words: FloatArray,
    owner: IntArray,
    story: IntArray,
    least_stories: int,
    draws: int,
    seed: np.random.SeedSequence,
) -> MaxT:
    """Deal the cells of each story among its groups; only stories with two take part."""
    from scipy.sparse import csr_array

    measures, groups = hits.shape[0], int(owner.max(initial=-1)) + 1
    _, story = np.unique(story, return_inverse=True)
    order = np.lexsort((owner, story))
    order = order[np.bincount(story)[story[order]] > 1]
    hits, words, owner, story = hits[:, order], words[order], owner[order], story[order]
    cells = np.arange(story.size)
    stories = int(story.max(initial=-1)) + 1
    told = csr_array((np.ones(story.size), (cells, story)), shape=(story.size, stories))
    part = words / np.asarray(words @ told)[story]
    size = np.bincount(story, minlength=stories)[story].astype(np.float64)
    by_story = hits @ told
    unit = 1 / np.sqrt(part * (1 - part))
    away = csr_array((hits - by_story @ told.T * part) * unit)
    # Centred within the story, the mean over deals is 0 and the variance the mean of squares.
    away = csr_array(away - (away @ told @ told.T) / size)
    variance = csr_array(away * away) @ told
    shape = (measures, groups)
    statistic, over_floor = np.full(shape, np.nan), np.full(shape, np.nan)
    tested: list[tuple[int, IntArray, IntArray, IntArray, Any, Any, FloatArray]] = []
    for g in range(groups):
        held = np.flatnonzero(owner == g)
        if not is_testable(held.size):
            continue
        here = story[held]
        rows = np.flatnonzero(np.diff(csr_array(by_story[:, here]).indptr) >= least_stories)
        spread = np.asarray(variance[rows][:, here] @ (1 / size[held]), np.float64)
        rows, spread = rows[spread > _TIE], spread[spread > _TIE]
        if not rows.size:
            continue
        # Cells that the group can be dealt: those of its stories.
        columns = np.flatnonzero(np.isin(story, here))
        values = away[rows][:, columns]
        squares = csr_array(values * values)
        tested.append((g, held, rows, columns, values, squares, spread))
        own = np.searchsorted(columns, held)
        error = np.sqrt(np.maximum(np.asarray(squares[:, own].sum(1)), spread))
        statistic[rows, g] = np.asarray(values[:, own].sum(1)) / error
        mine, all_hits = hits[rows][:, held], by_story[rows][:, here]
        surplus = np.asarray(mine.sum(1)) - all_hits @ part[held]
        over_floor[rows, g] = surplus / np.sqrt(all_hits @ (part[held] * (1 - part[held])))
    bar = np.abs(statistic) - _TIE * np.maximum(1, np.abs(statistic))
    alone, largest = np.zeros(shape, np.int64), np.zeros(draws)
    random = np.random.default_rng(seed)
    for start, stop in _blocks(draws, max(measures, story.size)):
        # Cells are sorted by story: sorting their keys within stories shuffles them.
        keys = random.random((stop - start, story.size))
        shuffled = np.argsort(story + keys, axis=1, kind="stable")
        for g, held, rows, columns, values, squares, spread in tested:
            dealt = shuffled[:, held].T
            chosen = np.zeros((columns.size, stop - start))
            chosen[np.searchsorted(columns, dealt), np.arange(stop - start)] = 1.0
            error = np.sqrt(np.maximum(squares @ chosen, spread[:, None]))
            size_of = np.abs(values @ chosen) / error
            alone[rows, g] += (size_of >= bar[rows, g][:, None]).sum(1)
            largest[start:stop] = np.maximum(largest[start:stop], size_of.max(0))
    as_large = draws - np.searchsorted(np.sort(largest), bar, side="left")
    known = ~np.isnan(statistic)
    p = np.where(known, _p_value(alone, np.full(shape, draws), False, over_floor), np.nan)
    adjusted = np.where(known, np.fmax((as_large + 1) / (draws + 1), p), np.nan)
    return MaxT(statistic, p, adjusted)


# --- small parts -----------------------------------------------------------------------------


def _checked(
    count: npt.ArrayLike, exposure: npt.ArrayLike, *, kind: str = "rate", axes: int = 1
) -> tuple[FloatArray, FloatArray]:
    """Validate, and bring exposure to the number of axes of count (leading ones of length 1)."""
    if kind not in ("rate", "share"):
        raise FramingError(ERROR_KIND.format(value=kind))
    c, w = np.asarray(count, np.float64), np.asarray(exposure, np.float64)
    fits = w.shape == c.shape or (c.ndim > w.ndim >= axes and w.shape == c.shape[-w.ndim :])
    if c.ndim < axes or not fits:
        raise FramingError(ERROR_SHAPE.format(count=c.shape, exposure=w.shape))
    _check_values("count", c)
    _check_values("exposure", w)
    full = np.broadcast_to(w, c.shape)
    loose = (full == 0) & (c > 0)
    if loose.any():
        raise FramingError(ERROR_UNEXPOSED.format(value=float(c[loose][0])))
    if kind == "share":
        over = c > full * (1 + 1e-9)
        if over.any():
            raise FramingError(
                ERROR_SHARE.format(count=float(c[over][0]), exposure=float(full[over][0]))
            )
    if w.ndim > axes:
        w = full
    return c, w


def _check_values(name: str, values: FloatArray) -> None:
    bad = values[~(np.isfinite(values) & (values >= 0))]
    if bad.size:
        raise FramingError(ERROR_VALUES.format(name=name, value=float(bad[0])))


def _check_probability(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise FramingError(ERROR_PROBABILITY.format(name=name, value=value))


def _check_family(family: int) -> None:
    if family < 1:
        raise FramingError(ERROR_FAMILY.format(value=family))


def _check_pairs(pairs: Pairs, groups: int) -> None:
    for pair in pairs:
        a, b = pair
        second = b is None or (0 <= b < groups and b != a)
        if not (0 <= a < groups and second and groups > 1):
            raise FramingError(ERROR_PAIR.format(pair=pair, groups=groups, last=groups - 1))


def _log(values: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(values), np.float64)


def _exp(values: FloatArray) -> FloatArray:
    return np.asarray(np.exp(values), np.float64)


def _expit(values: FloatArray) -> FloatArray:
    from scipy.special import expit

    return np.asarray(expit(values), np.float64)


def _t_quantile(probability: float | FloatArray, df: npt.ArrayLike) -> FloatArray:
    from scipy.special import stdtrit

    freedom = np.asarray(df, np.float64)
    usable = freedom >= 1
    quantile = np.asarray(stdtrit(np.where(usable, freedom, 1.0), probability), np.float64)
    return np.where(usable, quantile, np.nan)


def _jackknife_error(without: FloatArray, used: BoolArray) -> FloatArray:
    """Jackknife standard error over the last axis, of the values that are used; NaN below two."""
    n = used.sum(-1)
    enough = n > 1
    if used.all() and enough.all():
        values = without - without.mean(-1, keepdims=True)
        return np.asarray(np.sqrt((n - 1) / n * _dot(values, values)), np.float64)
    values = np.where(used & enough[..., None], without, 0.0)
    size = np.where(enough, n, 1)
    centred = np.where(used, values - (values.sum(-1) / size)[..., None], 0.0)
    error = np.sqrt((size - 1) / size * (centred**2).sum(-1))
    return np.where(enough, error, np.nan)


def _interval(
    back: Callable[[FloatArray], FloatArray],
    centre: FloatArray,
    half: FloatArray,
    error: FloatArray,
    stories: npt.ArrayLike,
) -> Interval:
    number = np.asarray(stories, np.int64)
    centre = np.where(number > 0, centre, np.nan)
    with np.errstate(over="ignore"):
        return Interval(
            np.asarray(back(centre), np.float64),
            np.asarray(back(centre - half), np.float64),
            np.asarray(back(centre + half), np.float64),
            np.asarray(error, np.float64),
            number,
        )
