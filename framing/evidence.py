"""The sentences behind a comparison, cut into parts by voice, with their hits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from framing.scores import Scores

__all__ = ["sample_evidence", "text_parts"]

_PER_GROUP = 8


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
        ``text``, ``voice``, ``speaker`` and ``term`` (None outside a hit), in order; the texts
        joined are the stretch.
    """
    end = len(text) if end is None else end
    spans = spans.loc[(spans["end"] > start) & (spans["start"] < end)]
    hits = hits.loc[(hits["end"] > start) & (hits["start"] < end)]
    cuts = {start, end}
    for table in (spans, hits):
        for edge in (*table["start"], *table["end"]):
            if start < edge < end:
                cuts.add(int(edge))
    ordered = sorted(cuts)
    parts: list[dict[str, Any]] = []
    voices = list(zip(spans["start"], spans["end"], spans["voice"], spans["speaker"], strict=True))
    terms = list(zip(hits["start"], hits["end"], hits["term"], hits["lexicon"], strict=True))
    for a, b in pairwise(ordered):
        voice, speaker = "own", None
        for first, last, name, who in voices:
            if first <= a and b <= last:
                voice, speaker = name, who if isinstance(who, str) else None
        term = lexicon = None
        for first, last, pattern, source in terms:
            if first <= a and b <= last and term is None:
                term, lexicon = pattern, source
        parts.append(
            {
                "text": text[a:b],
                "voice": voice,
                "speaker": speaker,
                "term": term,
                "lexicon": lexicon,
            }
        )
    return parts


def sample_evidence(scores: Scores, articles: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Take, for each group, the sentences that weigh most in its headline rate.

    The expected number of loaded words decides, or the weight of loaded terms where no classifier
    was used; ties go to the earlier sentence of the earlier article, and no article gives more
    than two.

    Parameters
    ----------
    scores : Scores
        Where texts, voices and hits are read from.
    articles : pandas.DataFrame
        The articles that were compared.
    by : str
        The column of groups.

    Returns
    -------
    pandas.DataFrame
        ``group id outlet title date url sentence start end contribution parts``.
    """
    columns = "group id outlet title date url sentence start end contribution parts".split()
    sentences = scores.sentences.loc[scores.sentences["id"].isin(articles["id"])].copy()
    loaded = scores.hits.loc[scores.hits["counted"]]
    if sentences["loaded_words"].notna().any():
        sentences["contribution"] = sentences["loaded_words"]
    else:
        own = loaded.loc[loaded["voice"] == "own"]
        weight = own.groupby(["id", "sentence"])["weight"].sum()
        keys = pd.MultiIndex.from_frame(sentences[["id", "sentence"]])
        sentences["contribution"] = weight.reindex(keys).to_numpy()
    sentences = sentences.loc[sentences["contribution"] > 0]
    place = articles.set_index("id")
    sentences["group"] = sentences["id"].map(place[by].astype(str))
    sentences = sentences.sort_values("contribution", ascending=False, kind="stable")
    sentences = sentences.loc[sentences.groupby("id").cumcount() < 2]
    sentences = sentences.loc[sentences.groupby("group").cumcount() < _PER_GROUP]
    texts = scores.corpus.set_index("id")["text"]
    hits = dict(tuple(loaded.groupby("id")))
    voices = dict(tuple(scores.voices.groupby("id")))
    rows: list[list[Any]] = []
    row: Any
    for row in sentences.sort_values("group", kind="stable").itertuples():
        article = place.loc[row.id]
        parts = text_parts(
            texts[row.id],
            voices.get(row.id, scores.voices.iloc[:0]),
            hits.get(row.id, loaded.iloc[:0]),
            start=row.start,
            end=row.end,
        )
        rows.append(
            [
                row.group,
                row.id,
                *(article[c] for c in ("outlet", "title", "date", "url")),
                row.sentence,
                row.start,
                row.end,
                row.contribution,
                parts,
            ]
        )
    return pd.DataFrame(rows, columns=columns)
