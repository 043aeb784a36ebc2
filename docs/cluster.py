"""What an engine that maps over batches of a table needs, with Spark and Ray as examples.

The page on scale shows this file, and a test runs it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

import framing
from framing.cells import sum_articles
from framing.scores import describe_scoring

KINDS = {"i": "long", "u": "long", "f": "double", "b": "boolean", "M": "timestamp"}


def score_batches(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for batch in batches:
        if len(batch):
            yield framing.score_batch(batch)


def schema_of(sample: pd.DataFrame) -> str:
    """The columns of the result, in Spark's words, from a few articles."""
    table = framing.score_batch(sample)
    return ", ".join(f"`{c}` {KINDS.get(table[c].dtype.kind, 'string')}" for c in table.columns)


def comparison_of(rows: pd.DataFrame, sample: pd.DataFrame) -> framing.Comparison:
    return framing.compare_cells(sum_articles(rows, describe_scoring(sample)))
