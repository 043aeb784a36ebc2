"""Scores of a Dask DataFrame: the same tables as Dask frames, compared by sums of partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from framing.batches import plan_of_process
from framing.cells import Cells, merge_cells, sum_cells
from framing.corpus import MISSING_IDS, arrange_columns, choose_columns, order_of_dates
from framing.errors import CorpusError
from framing.evidence import Evidence
from framing.files import need
from framing.inputs import hash_ids
from framing.reduction import (
    PartWords,
    Words,
    choose_stories,
    join_words,
    shared_by_groups,
    show_of,
    take_articles,
    with_evidence,
    words_of,
)
from framing.scores import Scores, score_with

__all__ = ["DaskScores", "cells_of_dask", "score_frame", "words_of_dask"]

NO_IDS = (
    "a Dask DataFrame needs a column 'id' with an id for each article, since its partitions cannot "
    "be numbered one by one; it has: {names}"
)
REPEATED_IDS = (
    "{count:,} ids stand in the Dask DataFrame more than once. Drop the repeated rows, as with "
    "drop_duplicates('id')"
)

_WHERE = "the Dask DataFrame"
_AT_ONCE = 8
_TABLES = ("articles", "sentences", "hits", "voices")
# Has whatever gives a column its type: a hit, a quotation, own and reported speech.
_SPECIMEN = (
    "The mayor said the war was over. “It is a massacre,” said Jane Harrow. The brutal regime fell "
    "and the so-called “experts” met in the town on the day that it was decided."
)


@dataclass(frozen=True, eq=False)
class DaskScores:
    """What `framing.score` makes of a Dask DataFrame; nothing is scored before it is asked for.

    Attributes
    ----------
    articles, sentences, hits, voices : dask.dataframe.DataFrame
        The tables of `framing.Scores`. Tables that are computed together are scored once.
    parts : tuple of dask.delayed.Delayed
        The `Scores` of each partition.
    """

    articles: Any
    sentences: Any
    hits: Any
    voices: Any
    parts: tuple[Any, ...] = field(repr=False)


def score_frame(frame: Any, settings: dict[str, Any]) -> DaskScores:
    """Score the partitions of a Dask DataFrame.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
        With ``id`` and ``text``.
    settings : dict
        ``lexicons classifier voices min_words``, as for `framing.score`.

    Returns
    -------
    DaskScores
        Not computed yet.

    Raises
    ------
    CorpusError
        If columns are missing or ambiguous.
    """
    need("dask", feature="Scoring a Dask DataFrame", extra="dask")
    from dask import delayed
    from dask.dataframe import from_delayed

    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    meta = frame._meta
    meta = meta.set_axis([str(name) for name in meta.columns], axis="columns")
    chosen = choose_columns(meta, {}, _WHERE)
    if chosen["id"] is None:
        raise CorpusError(NO_IDS.format(names=", ".join(map(repr, meta.columns))))
    partitions = frame.to_delayed()
    # The order of dates is one for the whole column, not one a partition.
    order = delayed(_joined)([delayed(_order)(p, chosen["date"]) for p in partitions])
    parts = tuple(delayed(_score)(p, chosen, order, settings) for p in partitions)
    specimen = _score(_specimen(meta, chosen), chosen, (False, False), settings)
    tables = {}
    for name in _TABLES:
        empty = getattr(specimen, name).iloc[:0].reset_index(drop=True)
        rows = [delayed(_table)(part, name, empty) for part in parts]
        tables[name] = from_delayed(rows, meta=empty)
    return DaskScores(**tables, parts=parts)


def _specimen(meta: pd.DataFrame, chosen: dict[str, str | None]) -> pd.DataFrame:
    """Make one article of the frame's columns and types."""
    row = meta.reindex([0])
    row = row.astype({name: meta[name].dtype for name in meta if meta[name].dtype.kind == "M"})
    text, name = chosen["text"], chosen["id"]
    return row.assign(**{str(name): "0", str(text): _SPECIMEN})


def _order(partition: pd.DataFrame, column: str | None) -> tuple[bool, bool]:
    return (False, False) if column is None else order_of_dates(partition[column])


def _joined(orders: Sequence[tuple[bool, bool]]) -> tuple[bool, bool]:
    return any(first for first, _ in orders), any(second for _, second in orders)


def _score(
    partition: pd.DataFrame,
    chosen: dict[str, str | None],
    order: tuple[bool, bool],
    settings: dict[str, Any],
) -> Scores:
    plan = plan_of_process(settings)
    frame = partition.set_axis([str(name) for name in partition.columns], axis="columns")
    if not len(frame):
        return take_articles(_score(_specimen(frame, chosen), chosen, order, settings), frozenset())
    frame = frame.reset_index(drop=True)
    corpus = arrange_columns(frame, chosen, _WHERE, order=order)
    missing = np.flatnonzero(corpus["id"].isna().to_numpy())
    if len(missing):
        raise CorpusError(
            MISSING_IDS.format(where=_WHERE, count=len(missing), row=int(missing[0]) + 1)
        )
    return score_with(plan, corpus)


def _table(scores: Scores, name: str, empty: pd.DataFrame) -> pd.DataFrame:
    table: pd.DataFrame = getattr(scores, name)
    return table[list(empty.columns)].astype(empty.dtypes.to_dict()).reset_index(drop=True)


def cells_of_dask(
    scores: DaskScores,
    *,
    by: str | Sequence[str],
    match: str | None,
    opinion: tuple[str, Sequence[str]] | None,
) -> tuple[DaskScores, Cells]:
    """Add up the partitions where they are; only sums come back.

    Parameters
    ----------
    scores : DaskScores
        From `score_frame`.
    by, match, opinion
        As for `framing.compare`.

    Returns
    -------
    tuple of DaskScores and Cells
        The scores as they now stand on the cluster, for `words_of_dask`, and the sums.

    Raises
    ------
    CorpusError
        If an id stands twice.
    """
    from dask import compute, delayed, persist

    parts = persist(*scores.parts)
    hashes = compute(*[delayed(_ids)(part) for part in parts])
    ids = np.sort(np.concatenate(hashes))
    repeated = int((ids[1:] == ids[:-1]).sum())
    if repeated:
        raise CorpusError(REPEATED_IDS.format(count=repeated))
    sums = [delayed(_sums)(part, by, match, opinion) for part in parts]
    while len(sums) > 1:
        groups = [sums[i : i + _AT_ONCE] for i in range(0, len(sums), _AT_ONCE)]
        sums = [delayed(_merged)(group) for group in groups]
    (cells,) = compute(*sums)
    held = DaskScores(scores.articles, scores.sentences, scores.hits, scores.voices, tuple(parts))
    return held, cells


def _ids(scores: Scores) -> Any:
    return hash_ids(scores.articles["id"].tolist())


def _sums(
    scores: Scores,
    by: str | Sequence[str],
    match: str | None,
    opinion: tuple[str, Sequence[str]] | None,
) -> Cells:
    return sum_cells(scores, by=by, match=match, opinion=opinion)


def _merged(parts: list[Cells]) -> Cells:
    return merge_cells(parts)


def words_of_dask(scores: DaskScores, cells: Cells) -> Words:
    """Take the words of a sample of stories, and the evidence of all partitions.

    Parameters
    ----------
    scores : DaskScores
        As `cells_of_dask` left them.
    cells : Cells
        Of all.

    Returns
    -------
    Words
        What is made of a folder in the same way.
    """
    from dask import compute, delayed

    stories, shared = choose_stories(cells), shared_by_groups(cells)
    found = compute(*[delayed(_words)(p, cells.settings, stories, shared) for p in scores.parts])
    words = join_words(found, cells, sampled=stories is not None)
    if stories is None:
        return words
    shown = compute(
        *[delayed(_shown)(p, cells.settings, shared, words.evidence) for p in scores.parts]
    )
    return with_evidence(words, shown)


def _shown(
    scores: Scores, settings: dict[str, Any], shared: frozenset[str] | None, tally: Evidence
) -> Evidence:
    return show_of(scores, tally, by=settings["by"], match=settings["match"], shared=shared)


def _words(
    scores: Scores,
    settings: dict[str, Any],
    stories: frozenset[str] | None,
    shared: frozenset[str] | None,
) -> PartWords:
    return words_of(
        scores, by=settings["by"], match=settings["match"], stories=stories, shared=shared
    )
