"""Sums per group and story, exact and mergeable: what every comparison is made from.

Floats added in another order differ in the last digits, so a comparison made from parts, on many
workers, or of shuffled articles would not equal the whole. Each article's sums are therefore
rounded once to a multiple of `UNIT` and added as whole numbers, where no order matters. They are
kept column by column without the zeros, of which there are many: few articles use a term of every
category.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.counting import UNIT
from framing.errors import CorpusError, FramingError
from framing.measures import near, quoted_name
from framing.scores import Scores, join_manifests

if TYPE_CHECKING:
    from scipy.sparse import csc_array

__all__ = [
    "SHORT",
    "UNIT",
    "Cells",
    "LeftOut",
    "add_rows",
    "article_groups",
    "article_sums",
    "column_of",
    "merge_cells",
    "sum_articles",
    "sum_cells",
]

SHORT = (50, 100, 200, 300)
"""Numbers of words at which articles are told apart, so that the shorter can be left out later."""

UNKNOWN_COLUMN = "there is no column {value!r} to compare {what}{near}; there are: {valid}"
NO_COLUMNS = "by is empty; name a column, such as by='outlet', or several"
NO_DATES = (
    "{value!r} is made from the column 'date', and no article has one; fill it in, or compare by "
    "another column"
)
SAME_LABEL = (
    "the columns {by} give the same label {label!r} to different groups; rename a value so that "
    "none holds {separator!r}"
)
BAD_OPINION = (
    "opinion must be a column and the values in it that mean opinion, like "
    "('section', ['opinion', 'letters']), found {value!r}"
)
NOT_SCORES = "expected the Scores that score() returns, found {kind}"
NOT_ONE_KIND = (
    "these parts cannot be added up, since they were not made alike: {what} is {one!r} in one and "
    "{other!r} in another; sum all parts with the same settings"
)
NOTHING_TO_MERGE = "there are no parts to add up; give one at least"
TOO_LARGE = "the sum of {column!r} is beyond what can be added up exactly ({limit:,.0f} words)"

_SEPARATOR = " | "
_KEYS = ["group", "story", "matched", "day", "short", "copy", "opinion"]
_BASE = (
    "words own_words loaded_words loaded_squares term_weight scare_phrases quoted_words "
    "quoted_spans quoted:loaded_words quoted:term_weight"
).split()
_AT_ONCE = 64
# Sums of whole numbers up to here do not overflow.
_MOST = 2.0**62
_PERIODS = {"year": "%Y", "month": "%Y-%m", "week": "%G-W%V"}

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, order=True)
class LeftOut:
    """Articles that are in no cell, or only in some designs: why, how many, and one of them."""

    why: str
    example: str
    reason: str
    articles: int


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums per group, story, day and kind of article, as whole numbers of `UNIT`.

    Attributes
    ----------
    keys : pandas.DataFrame
        One row a cell, sorted: ``group story matched day short copy opinion``. `story` is unique
        to the article where it has none (`matched` is False then); `day` is NaT without a date;
        `short` the largest of `SHORT` that the articles' words reach, 0 below all; `copy` tells
        near-duplicates, which do not count unless asked for, and `opinion` opinion pieces.
    values : scipy.sparse.csc_array of int64
        Of shape (cells, columns).
    columns : tuple of str
        Names of the sums; ``articles`` is a count of them.
    absent : frozenset of str
        Sums that some article has no value for (as without a classifier): what is made from them
        is missing, not 0.
    left_out : tuple of LeftOut
        A status other than ``scored``, or ``copy``, ``nameless``, ``unmatched``; sorted.
    settings : dict
        ``by``, ``match``, ``opinion``.
    manifest : dict
        That of the scores.
    """

    keys: pd.DataFrame
    values: csc_array
    columns: tuple[str, ...]
    absent: frozenset[str]
    left_out: tuple[LeftOut, ...] = field(repr=False)
    settings: dict[str, Any]
    manifest: dict[str, Any] = field(repr=False)

    @property
    def groups(self) -> list[str]:
        """The groups that have an article, sorted."""
        return sorted(set(self.keys["group"]))

    @property
    def found(self) -> list[str]:
        """Columns that are not all 0."""
        filled = np.diff(self.values.indptr) > 0
        return [c for c, some in zip(self.columns, filled, strict=True) if some]

    def take(self, keep: npt.NDArray[np.bool_]) -> Cells:
        """Return the cells that are kept."""
        if keep.all():
            return self
        keys = self.keys.loc[keep].reset_index(drop=True)
        return replace(self, keys=keys, values=self.values[keep])

    def column(self, names: str | Sequence[str]) -> IntArray:
        """Return a sum, or several added up; one that no article has is 0."""
        wanted = [names] if isinstance(names, str) else names
        total = np.zeros(len(self.keys), np.int64)
        for name in wanted:
            if name in self.columns:
                rows, numbers = column_of(self.values, self.columns.index(name))
                total[rows] += numbers
        return total

    def frame(self, by: Sequence[str] = ("group", "story", "matched")) -> pd.DataFrame:
        """Return the sums as numbers of words and articles, NaN where absent, sorted by `by`."""
        keys, values = _add_up(self.keys[list(by)], self.values)
        whole = values.toarray()
        table = pd.DataFrame(whole * UNIT, columns=list(self.columns))
        table["articles"] = whole[:, self.columns.index("articles")]
        table[[c for c in self.columns if c in self.absent]] = np.nan
        return pd.concat([keys, table], axis=1)


def sum_cells(
    scores: Scores,
    *,
    by: str | Sequence[str] = "outlet",
    match: str | None = "story",
    opinion: tuple[str, Sequence[str]] | None = None,
) -> Cells:
    """Add up scores per group and story: a partial comparison, to be merged with others.

    Parameters
    ----------
    scores : Scores
        Of a whole corpus or a part of it.
    by : str or sequence of str
        The column of groups, or several, whose values are joined. ``year``, ``month`` and
        ``week`` are made from ``date`` where the articles have no such column.
    match : str or None
        The column that says which articles cover the same event.
    opinion : (str, sequence of str), optional
        A column and the values in it, in any case, that mean opinion.

    Returns
    -------
    Cells
        Equal to the last digit however the corpus was cut, and in whatever order it is merged.

    Raises
    ------
    CorpusError
        If a column is not there.
    FramingError
        If this is no `Scores`, or a setting is not valid.

    Examples
    --------
    >>> import framing
    >>> corpus = framing.read_corpus(framing.example_corpus_folder())
    >>> halves = [framing.score(corpus.iloc[:35]), framing.score(corpus.iloc[35:])]
    >>> parts = [sum_cells(half) for half in halves]
    >>> merge_cells(parts).frame().equals(merge_cells(parts[::-1]).frame())
    True
    """
    if not isinstance(scores, Scores):
        raise FramingError(NOT_SCORES.format(kind=type(scores).__name__))
    table = article_sums(scores)
    return sum_articles(table, scores.manifest, by=by, match=match, opinion=opinion)


def article_sums(scores: Scores) -> pd.DataFrame:
    """Make the table that comparisons are added up from: one row an article, no text.

    It is all that must be kept of a part of a large corpus, with ``scores.manifest``.

    Parameters
    ----------
    scores : Scores
        What `score` returned.

    Returns
    -------
    pandas.DataFrame
        The columns of ``scores.articles``, and: ``loaded_squares`` (the squares of its sentences'
        expected loaded words), ``quoted_spans`` (quotations), ``quoted:loaded_words``,
        ``quoted:term_weight``, and for each category that was found ``lexicon/category`` and
        ``quoted:lexicon/category``, the weight of its hits in own voice
        and in direct or indirect speech.
    """
    articles = scores.articles.reset_index(drop=True)
    row = pd.Index(articles["id"])
    extra: dict[str, npt.NDArray[np.float64]] = {}
    spans = scores.voices.loc[scores.voices["voice"].isin(("direct", "indirect")), "id"]
    loaded = scores.sentences["loaded_words"].to_numpy(float)
    at = np.where(np.isnan(loaded), -1, row.get_indexer(scores.sentences["id"]))
    squares = _tally(at, np.nan_to_num(loaded) ** 2, len(row))
    extra["loaded_squares"] = np.where(articles["loaded_words"].isna(), np.nan, squares)
    extra["quoted_spans"] = _tally(row.get_indexer(spans), np.ones(len(spans)), len(row))
    hits = scores.hits
    where = row.get_indexer(hits["id"])
    weight = hits["weight"].to_numpy(float)
    quoted = hits["voice"].isin(("direct", "indirect")).to_numpy()
    own = (hits["voice"] == "own").to_numpy()
    counted = hits["counted"].to_numpy(bool)
    chosen = quoted & counted
    extra["quoted:loaded_words"] = articles["quoted_loaded_words"].to_numpy(float)
    extra["quoted:term_weight"] = _tally(where[chosen], weight[chosen], len(row))
    key = _texts(hits["lexicon"]) + "/" + _texts(hits["category"])
    codes, names = pd.factorize(key, sort=True)
    for voice, mask in (("own", own), ("quoted", quoted)):
        flat = where[mask] * len(names) + codes[mask]
        sums = _tally(flat, weight[mask], len(row) * len(names)).reshape(len(row), len(names))
        for i, name in enumerate(names.tolist()):
            if not sums[:, i].any():
                continue
            extra[name if voice == "own" else quoted_name(name)] = sums[:, i]
    return pd.concat([articles, pd.DataFrame(extra, index=articles.index)], axis=1)


def _tally(
    at: npt.NDArray[np.intp], weight: npt.NDArray[np.float64], size: int
) -> npt.NDArray[np.float64]:
    """Add up weights by place, exactly: as multiples of UNIT, the order of hits does not matter."""
    sums = np.bincount(at[at >= 0], weights=np.rint(weight / UNIT)[at >= 0], minlength=size)
    return np.asarray(sums * UNIT, np.float64)


def sum_articles(
    table: pd.DataFrame,
    manifest: Mapping[str, Any],
    *,
    by: str | Sequence[str] = "outlet",
    match: str | None = "story",
    opinion: tuple[str, Sequence[str]] | None = None,
) -> Cells:
    """Add up a table that `article_sums` made, perhaps long ago and kept in a file.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an article.
    manifest : mapping
        That of the scores.
    by, match, opinion
        As for `sum_cells`.

    Returns
    -------
    Cells
        As from `sum_cells`.

    Raises
    ------
    CorpusError
        If a column is not there.
    """
    groups = article_groups(table, by=by, match=match)
    is_opinion = _opinion(table, opinion)
    left_out: list[LeftOut] = []
    bad = (table["status"] != "scored").to_numpy()
    for status, rows in table.loc[bad].groupby("status"):
        first = rows.sort_values("id").iloc[0]
        left_out.append(LeftOut(str(status), str(first["id"]), str(first["reason"]), len(rows)))
    ids = _texts(table["id"])

    def leave(why: str, which: npt.NDArray[np.bool_]) -> None:
        if which.any():
            left_out.append(LeftOut(why, min(ids[which]), "", int(which.sum())))

    copy = _copies(table)
    nameless = groups["group"].isna().to_numpy()
    leave("copy", copy & ~bad)
    leave("nameless", nameless & ~bad & ~copy)
    keep = ~bad & ~nameless
    if match is not None:
        leave("unmatched", keep & ~copy & ~groups["matched"].to_numpy(bool))
    words = table["words"].to_numpy(float)
    day = table["date"] if "date" in table else pd.Series(pd.NaT, table.index)
    keys = pd.DataFrame(
        {
            "group": groups["group"],
            "story": groups["story"],
            "matched": groups["matched"],
            "day": pd.to_datetime(day).dt.normalize(),
            "short": np.array((0, *SHORT))[np.searchsorted(SHORT, words, side="right")],
            "copy": copy,
            "opinion": is_opinion,
        }
    )[keep]
    names = sorted(c for c in table.columns if "/" in str(c) and _is_sum(str(c), manifest))
    columns = [*_BASE, *names]
    order, place = _places(keys)
    # In the order in which they are added up, they need not be sorted in every column.
    values, absent = _whole_numbers(table, columns, np.flatnonzero(keep)[order])
    summed = _add_up(keys.iloc[order], values, place[order])
    return Cells(
        keys=summed[0],
        values=summed[1],
        columns=(*columns, "articles"),
        absent=absent,
        left_out=tuple(sorted(left_out)),
        settings={
            "by": by if isinstance(by, str) else list(by),
            "match": match,
            "opinion": None if opinion is None else [opinion[0], sorted(opinion[1])],
        },
        manifest=dict(manifest),
    )


def _is_sum(column: str, manifest: Mapping[str, Any]) -> bool:
    name = column.removeprefix("quoted:").partition("/")[0]
    return any(name == x["name"] for x in manifest["lexicons"])


def _whole_numbers(
    table: pd.DataFrame, columns: Sequence[str], rows: npt.NDArray[np.intp]
) -> tuple[csc_array, frozenset[str]]:
    """Sums of some articles as whole numbers, with a count of them last; and what some lack."""
    places, numbers, absent = [], [], set()
    known = set(table.columns)
    for start in range(0, len(columns), _AT_ONCE):
        names = columns[start : start + _AT_ONCE]
        there = [name for name in names if name in known]
        some = dict(zip(there, table[there].to_numpy(float).T, strict=True))
        for name in names:
            found = some[name][rows] if name in some else np.zeros(0)
            if np.isnan(found).any():
                absent.add(name)
                found = np.nan_to_num(found)
            at = np.flatnonzero(found)
            whole = np.rint(found[at] / UNIT)
            if np.abs(whole).sum() > _MOST:
                raise FramingError(TOO_LARGE.format(column=name, limit=_MOST * UNIT))
            kept = whole != 0
            places.append(at[kept])
            numbers.append(whole[kept].astype(np.int64))
    places.append(np.arange(len(rows)))
    numbers.append(np.ones(len(rows), np.int64))
    return _from_columns(places, numbers, len(rows)), frozenset(absent)


def _from_columns(places: Sequence[IntArray], numbers: Sequence[IntArray], rows: int) -> csc_array:
    """Make an array of columns, each from its rows and the numbers there."""
    from scipy.sparse import csc_array

    ends = np.cumsum([0, *(len(p) for p in places)])
    # Numbers of rows fit into half of the memory.
    return csc_array(
        (np.concatenate(numbers), np.concatenate(places).astype(np.int32), ends.astype(np.int32)),
        shape=(rows, len(places)),
    )


def column_of(values: csc_array, number: int) -> tuple[IntArray, IntArray]:
    """Rows and numbers of what is not 0 in a column."""
    here = slice(values.indptr[number], values.indptr[number + 1])
    return values.indices[here], values.data[here]


def add_rows(values: csc_array, place: IntArray, rows: int) -> csc_array:
    """Add up rows that have the same place in an array of so many rows."""
    from scipy.sparse import csc_array

    parts = (values.data.copy(), place.astype(np.int32)[values.indices], values.indptr.copy())
    summed = csc_array(parts, shape=(rows, values.shape[1]))
    summed.sum_duplicates()
    return summed


def _check_size(columns: Sequence[str], values: csc_array) -> None:
    for i, name in enumerate(columns):
        if column_of(values, i)[1].sum(dtype=np.float64) > _MOST:
            raise FramingError(TOO_LARGE.format(column=name, limit=_MOST * UNIT))


def _copies(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if "duplicate_of" not in table:
        return np.zeros(len(table), np.bool_)
    return np.asarray(table["duplicate_of"].notna(), np.bool_)


def _opinion(
    table: pd.DataFrame, opinion: tuple[str, Sequence[str]] | None
) -> npt.NDArray[np.bool_]:
    if opinion is None:
        return np.zeros(len(table), np.bool_)
    if (
        not isinstance(opinion, tuple)
        or len(opinion) != 2
        or not isinstance(opinion[0], str)
        or isinstance(opinion[1], str)
    ):
        raise FramingError(BAD_OPINION.format(value=opinion))
    column, values = opinion
    _need(table, column, "opinion in")
    meant = {str(v).casefold() for v in values}
    return np.asarray(_texts(table[column]).str.casefold().isin(meant), np.bool_)


def article_groups(
    table: pd.DataFrame, *, by: str | Sequence[str], match: str | None
) -> pd.DataFrame:
    """Say which group and story each article belongs to.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an article, with an ``id``.
    by, match
        As for `sum_cells`.

    Returns
    -------
    pandas.DataFrame
        ``group`` (missing where a column of `by` is), ``story`` (of its own for an article that
        has none) and ``matched``, on the index of the table.

    Raises
    ------
    CorpusError
        If a column is not there.
    """
    columns = [by] if isinstance(by, str) else list(by)
    if not columns:
        raise FramingError(NO_COLUMNS)
    values = [_values(table, c) for c in columns]
    label = values[0].copy()
    for more in values[1:]:
        label = label + _SEPARATOR + more
    if len(columns) > 1:
        pairs = pd.concat(values, axis=1).dropna().drop_duplicates().index
        repeated = label.loc[pairs].duplicated()
        if repeated.any():
            raise CorpusError(
                SAME_LABEL.format(
                    by=columns, label=label.loc[pairs][repeated].iloc[0], separator=_SEPARATOR
                )
            )
    own = "article " + _texts(table["id"])
    if match is None:
        story, matched = own, pd.Series(False, table.index)
    else:
        _need(table, match, "on")
        matched = table[match].notna()
        story = _texts(table[match]).where(matched, own)
    return pd.DataFrame({"group": label, "story": story, "matched": matched}, index=table.index)


def _values(table: pd.DataFrame, column: str) -> pd.Series[Any]:
    if column not in table.columns and column in _PERIODS and "date" in table.columns:
        dates = pd.to_datetime(table["date"])
        if dates.isna().all():
            raise CorpusError(NO_DATES.format(value=column))
        made = dates.dt.strftime(_PERIODS[column])
        return made.astype(object).where(dates.notna(), None)
    _need(table, column, "by")
    return _texts(table[column])


def _texts(values: pd.Series[Any]) -> pd.Series[Any]:
    """Values as str, None where missing; of dtype object, which lone surrogates do not break."""
    whole = zip(values.astype(object).tolist(), values.isna().tolist(), strict=True)
    texts = [None if gone else v if type(v) is str else str(v) for v, gone in whole]
    return pd.Series(texts, values.index, dtype=object)


def _need(table: pd.DataFrame, column: str, what: str) -> None:
    if column not in table.columns:
        valid = [str(c) for c in table.columns if table[c].dtype.kind not in "fi"]
        raise CorpusError(
            UNKNOWN_COLUMN.format(
                value=column, what=what, near=near(column, valid), valid=", ".join(valid)
            )
        )


def merge_cells(parts: Iterable[Cells]) -> Cells:
    """Add up partial comparisons; their number and order do not change a digit.

    Parameters
    ----------
    parts : iterable of Cells
        Made alike: the same groups, stories, lexicons, model and settings of scoring.

    Returns
    -------
    Cells
        What `sum_cells` gives of the whole.

    Raises
    ------
    FramingError
        If there is none, or they were not made alike.
    """
    found = list(parts)
    if not found:
        raise FramingError(NOTHING_TO_MERGE)
    first = found[0]
    for part in found[1:]:
        _check_alike(first, part)
    if len(found) == 1:
        return first
    names = {c for part in found for c in part.columns} - {*_BASE, "articles"}
    columns = (*_BASE, *sorted(names), "articles")
    at = [{name: i for i, name in enumerate(part.columns)} for part in found]
    starts = np.cumsum([0, *(len(part.keys) for part in found)])
    places, numbers = [], []
    for name in columns:
        here = [
            (start, *column_of(part.values, known[name]))
            for part, known, start in zip(found, at, starts.tolist(), strict=False)
            if name in known
        ]
        places.append(np.concatenate([start + rows for start, rows, _ in here]))
        numbers.append(np.concatenate([values for _, _, values in here]))
    stacked = _from_columns(places, numbers, int(starts[-1]))
    del places, numbers
    _check_size(columns, stacked)
    some = [p.keys for p in found if len(p.keys)] or [first.keys]
    keys, values = _add_up(pd.concat(some, ignore_index=True), stacked)
    return Cells(
        keys=keys,
        values=values,
        columns=columns,
        absent=frozenset().union(*(p.absent for p in found)),
        left_out=_merge_left_out(found),
        settings=first.settings,
        manifest=join_manifests([p.manifest for p in found]),
    )


def _check_alike(one: Cells, other: Cells) -> None:
    for name, value in one.settings.items():
        if value != other.settings[name]:
            raise FramingError(
                NOT_ONE_KIND.format(what=name, one=value, other=other.settings[name])
            )


def _merge_left_out(parts: Iterable[Cells]) -> tuple[LeftOut, ...]:
    merged: dict[str, LeftOut] = {}
    for item in sorted(x for part in parts for x in part.left_out):
        before = merged.get(item.why)
        total = item.articles + (before.articles if before else 0)
        merged[item.why] = replace(before or item, articles=total)
    return tuple(sorted(merged.values()))


def _add_up(
    keys: pd.DataFrame, values: csc_array, place: IntArray | None = None
) -> tuple[pd.DataFrame, csc_array]:
    """Add up rows with the same keys; the result is sorted by them, a missing day last.

    `place` says where rows stand, if they are sorted already.
    """
    if place is None:
        order, number = _places(keys)
    else:
        order, number = np.arange(len(keys)), place
    new = np.diff(number[order], prepend=-1) != 0
    first = order[new]
    return keys.iloc[first].reset_index(drop=True), add_rows(values, number, len(first))


def _places(keys: pd.DataFrame) -> tuple[npt.NDArray[np.intp], IntArray]:
    """Order of rows by their keys, a missing day last, and the place of each row, from 0."""
    place = np.zeros(len(keys), np.int64)
    sizes = 1
    for name in keys.columns:
        code, levels = pd.factorize(keys[name], sort=True)
        size = len(levels) + 1
        if sizes * size >= 2**62:
            # One number for all keys so far, in the same order and without gaps.
            place = np.unique(place, return_inverse=True)[1].astype(np.int64)
            sizes = len(place)
        place = place * size + np.where(code < 0, len(levels), code)
        sizes *= size
    order = np.argsort(place, kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(np.diff(place[order], prepend=-1) != 0) - 1
    return order, number
