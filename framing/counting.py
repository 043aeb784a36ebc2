"""Counts by group and story that add up from parts: what the tables of words are made from.

The tables of names, phrases, sources and the rest are made in two steps. A cheap one counts: rows
of a group, a story, what was counted, and whole numbers. Counts of parts of a corpus, joined by
`add_counts`, are those of the whole to the last digit. The other step turns counts into a table
with its uncertainty, which comes from the stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.errors import CorpusError

__all__ = [
    "UNIT",
    "add_counts",
    "by_id",
    "empty_counts",
    "p_against_others",
    "shared_stories",
    "spread",
]

UNIT = 2.0**-30
"""What sums are multiples of, in words: about 1e-9. An int64 holds 8.6 thousand million words."""

MISSING_COLUMN = "there is no column {value!r} in the articles; there are: {valid}"
DIFFERENT_COUNTS = (
    "counts to be added up must have the same columns, but some have {first} and others {second}; "
    "make all of them by the same function"
)

FloatArray = npt.NDArray[np.float64]


def by_id(articles: pd.DataFrame) -> pd.DataFrame:
    """Look up each article's group and story by its id.

    Parameters
    ----------
    articles : pandas.DataFrame
        The articles that are compared, with the columns ``id group story`` (as
        `framing.cells.article_groups` makes the last two).

    Returns
    -------
    pandas.DataFrame
        ``group`` and ``story`` by ``id``; those without a group are left out.

    Raises
    ------
    CorpusError
        If a column is not there.
    """
    for column in ("id", "group", "story"):
        if column not in articles:
            valid = ", ".join(map(str, articles.columns))
            raise CorpusError(MISSING_COLUMN.format(value=column, valid=valid))
    articles = articles.loc[articles["group"].notna()]
    return pd.DataFrame(
        {name: articles[name].astype(str).to_numpy(object) for name in ("group", "story")},
        index=pd.Index(articles["id"].astype(str).to_numpy(object), name="id"),
    )


def add_counts(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Add up counts of parts of a corpus.

    Parameters
    ----------
    parts : iterable of pandas.DataFrame
        What one of the ``count_`` functions returned for each part. Columns of whole numbers are
        added up; of columns whose names begin with ``first_`` the row whose ``first_id`` is
        smallest is kept; all others say what was counted.

    Returns
    -------
    pandas.DataFrame
        One row for each thing counted, sorted: the same in whatever order parts come.

    Raises
    ------
    CorpusError
        If the columns differ, or there is no part.

    Examples
    --------
    >>> one = pd.DataFrame({"group": ["A"], "story": ["1"], "word": ["war"], "count": [2]})
    >>> add_counts([one, one]).loc[0, "count"]
    np.int64(4)
    """
    frames = list(parts)
    columns = list(frames[0].columns) if frames else []
    for frame in frames:
        if list(frame.columns) != columns:
            raise CorpusError(DIFFERENT_COUNTS.format(first=columns, second=list(frame.columns)))
    if not frames:
        raise CorpusError(DIFFERENT_COUNTS.format(first="none", second="none"))
    # An empty part has no types of its own and would change those of the others.
    whole = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
    first = [c for c in columns if c.startswith("first_")]
    sums = [c for c in columns if c not in first and whole[c].dtype.kind in "iu"]
    keys = [c for c in columns if c not in first and c not in sums]
    if first:
        whole = whole.sort_values([*keys, *first], kind="stable")
    grouped = whole.groupby(keys, sort=True, observed=True, dropna=False)
    result = grouped.agg({**dict.fromkeys(sums, "sum"), **dict.fromkeys(first, "first")})
    return result.reset_index()[columns]


def empty_counts(keys: Sequence[str], sums: Sequence[str]) -> pd.DataFrame:
    """Return counts of nothing: the columns of keys, and of whole numbers."""
    return pd.DataFrame(
        {**{k: np.zeros(0, object) for k in keys}, **{s: np.zeros(0, np.int64) for s in sums}}
    )


def spread(
    counts: pd.DataFrame,
    column: str,
    *,
    rows: Sequence[str],
    row: str,
    groups: Sequence[str],
    stories: Sequence[str],
) -> FloatArray:
    """Lay a column of counts out as an array of shape (rows, groups, stories).

    Parameters
    ----------
    counts : pandas.DataFrame
        With the columns ``group`` and ``story``.
    column : str
        What is laid out; 0 where there is no row.
    rows, groups, stories : sequence of str
        Values along the axes; rows of other values are left out.
    row : str
        The column that holds the values of the first axis.

    Returns
    -------
    ndarray of float64
        The sums.
    """
    at = [
        pd.Index(list(values), dtype=object).get_indexer(pd.Index(counts[name], dtype=object))
        for name, values in ((row, rows), ("group", groups), ("story", stories))
    ]
    known = (at[0] >= 0) & (at[1] >= 0) & (at[2] >= 0)
    result = np.zeros((len(rows), len(groups), len(stories)))
    np.add.at(result, tuple(a[known] for a in at), counts[column].to_numpy(float)[known])
    return result


def shared_stories(counts: pd.DataFrame) -> list[str]:
    """List the stories in which at least two groups have a row, sorted."""
    number = counts.groupby("story", observed=True)["group"].nunique()
    return sorted(str(s) for s in number.index[number >= 2])


def p_against_others(
    count: FloatArray, exposure: FloatArray, *, seed: np.random.SeedSequence
) -> FloatArray:
    """Test the share of each group against that of all others, where it can be tested.

    Parameters
    ----------
    count, exposure : ndarray of shape (..., groups, stories)
        How many out of how many; exposure may lack the leading axes of count.
    seed : numpy.random.SeedSequence
        Of the permutations.

    Returns
    -------
    ndarray of shape (..., groups)
        p-values of `framing.stats.permutation_test`; NaN for a group that shares too few stories
        with others for p < 0.05 to be possible.
    """
    used = exposure > 0
    shared = (used & (used.sum(-2, keepdims=True) > 1)).sum(-1)
    testable = np.broadcast_to(stats.is_testable(shared), count.shape[:-1])
    groups = count.shape[-2]
    tested = np.flatnonzero(testable.reshape(-1, groups).any(0)).tolist()
    result = np.full(count.shape[:-1], np.nan)
    if tested:
        test = stats.permutation_test(
            count,
            exposure,
            pairs=[(g, None) for g in tested],
            kind="share",
            draws=stats.n_draws_for(len(tested)),
            seed=seed,
        )
        result[..., tested] = test.p_value
    return np.where(testable, result, np.nan)
