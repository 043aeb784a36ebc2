"""A stretch of an article, cut where the voice changes and where hits begin and end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["text_parts"]


def text_parts(
    text: str, spans: pd.DataFrame, hits: pd.DataFrame, *, start: int = 0, end: int | None = None
) -> list[dict[str, Any]]:
    """Cut a stretch of a text wherever the voice changes or a hit begins or ends.

    Parameters
    ----------
    text : str
        The article.
    spans : pandas.DataFrame
        Its rows of ``scores.voices``.
    hits : pandas.DataFrame
        Its rows of ``scores.hits``.
    start, end : int
        The stretch; the whole text by default.

    Returns
    -------
    list of dict
        ``text``, ``voice``, ``speaker``, ``term`` and ``lexicon`` (None outside a hit), in order;
        the texts joined are the stretch.
    """
    end = len(text) if end is None else end
    spans = spans.loc[(spans["end"] > start) & (spans["start"] < end)]
    hits = hits.loc[(hits["end"] > start) & (hits["start"] < end)]
    edges = [start, end]
    for table in (spans, hits):
        edges += [e for e in (*table["start"], *table["end"]) if start < e < end]
    cuts = np.unique(np.array(edges, np.int64))
    voice = _covering(cuts, spans)
    # Where hits overlap the longest is shown, then the first: what is written last stays.
    order = hits.assign(length=hits["end"] - hits["start"])
    order = order.sort_values(["length", "start"], ascending=[True, False], kind="stable")
    hit = _covering(cuts, order)
    names = list(zip(spans["voice"], spans["speaker"], strict=True))
    terms = list(zip(order["term"], order["lexicon"], strict=True))
    parts: list[dict[str, Any]] = []
    for (a, b), v, h in zip(pairwise(cuts.tolist()), voice, hit, strict=True):
        name, speaker = names[v] if v >= 0 else ("own", None)
        term, lexicon = terms[h] if h >= 0 else (None, None)
        parts.append(
            {
                "text": text[a:b],
                "voice": name,
                "speaker": speaker if isinstance(speaker, str) else None,
                "term": term,
                "lexicon": lexicon,
            }
        )
    return parts


def _covering(cuts: Any, table: pd.DataFrame) -> list[int]:
    """Give the row that covers each piece between cuts; the last of several; -1 for none."""
    row = np.full(max(len(cuts) - 1, 0), -1, np.int64)
    first = np.searchsorted(cuts, table["start"].to_numpy(np.int64), "left")
    last = np.searchsorted(cuts, table["end"].to_numpy(np.int64), "left")
    for i, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        row[a:b] = i
    return list(row.tolist())
