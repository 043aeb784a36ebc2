"""How often terms stand in texts, whoever says them: the reach of lexicons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from framing.errors import CorpusError
from framing.lexicon import Lexicon
from framing.match import compile_terms, find_terms
from framing.tokens import tokenize

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["count_terms", "measure_reach"]

NO_TEXT = "the texts hold no words, so there is no rate; give articles with text"

_BATCH = 256


def count_terms(texts: Iterable[str], *, lexicons: Sequence[Lexicon]) -> pd.DataFrame:
    """Count every term in texts, in any voice.

    Parameters
    ----------
    texts : iterable of str
        Read once, a batch at a time.
    lexicons : sequence of Lexicon
        What is looked for.

    Returns
    -------
    pandas.DataFrame
        A row for each term in the lexicons' order: ``lexicon term category hits articles``; the
        attributes (``.attrs``) hold the number of ``words`` and ``articles`` that were read.

    Examples
    --------
    >>> table = count_terms(["War. No war."], lexicons=[Lexicon.from_terms(["war", "truce"])])
    >>> table[["term", "hits", "articles"]].to_numpy().tolist()
    [['war', 2, 1], ['truce', 0, 0]]
    """
    import pandas as pd

    matcher = compile_terms(lexicons)
    n_terms = len(matcher.terms)
    hits = np.zeros(n_terms, np.int64)
    articles = np.zeros(n_terms, np.int64)
    # articles with a hit of each lexicon: not the sum of those of its terms
    having = np.zeros(len(lexicons), np.int64)
    words = read = 0
    source = iter(texts)
    while batch := list(islice(source, _BATCH)):
        tokens = tokenize(batch)
        found = find_terms(tokens, matcher)
        article = tokens.article[found.token].astype(np.int64)
        hits += np.bincount(found.term, minlength=n_terms)
        pairs = np.unique(found.term * len(batch) + article)
        articles += np.bincount(pairs // len(batch), minlength=n_terms)
        pairs = np.unique(matcher.lexicon_of[found.term] * len(batch) + article)
        having += np.bincount(pairs // len(batch), minlength=len(lexicons))
        words += int(np.count_nonzero(tokens.word))
        read += len(batch)
    table = pd.DataFrame(
        {
            "lexicon": [lexicons[i].name for i in matcher.lexicon_of],
            "term": [t.pattern for t in matcher.terms],
            "category": [t.category for t in matcher.terms],
            "hits": hits,
            "articles": articles,
        }
    )
    table.attrs = {"words": words, "articles": read, "having": having.tolist()}
    return table


def measure_reach(texts: Iterable[str], *, lexicons: Sequence[Lexicon]) -> pd.DataFrame:
    """Measure how much of some texts each lexicon reaches, in any voice.

    Parameters
    ----------
    texts : iterable of str
        Read once, a batch at a time.
    lexicons : sequence of Lexicon
        What is looked for.

    Returns
    -------
    pandas.DataFrame
        A row for each lexicon: ``lexicon terms seen hits rate article_share top``; `rate` is hits
        per 1,000 words, `article_share` the share of texts with a hit, from 0 to 1, `seen` the
        number of terms found at all, `top` the three most frequent.

    Raises
    ------
    CorpusError
        If the texts hold no words.

    Examples
    --------
    >>> table = measure_reach(["War. No war."], lexicons=[Lexicon.from_terms(["war", "truce"])])
    >>> table[["terms", "seen", "hits", "top"]].to_dict("records")
    [{'terms': 2, 'seen': 1, 'hits': 2, 'top': 'war (2)'}]
    """
    import pandas as pd

    table = count_terms(texts, lexicons=lexicons)
    words, articles = table.attrs["words"], table.attrs["articles"]
    if not words:
        raise CorpusError(NO_TEXT)
    rows = []
    for lexicon, having in zip(lexicons, table.attrs["having"], strict=True):
        mine = table.loc[table["lexicon"] == lexicon.name]
        # stable, so that of two as frequent the earlier comes first
        top = mine.loc[mine["hits"] > 0].sort_values("hits", ascending=False, kind="stable")
        rows.append(
            {
                "lexicon": lexicon.name,
                "terms": len(lexicon),
                "seen": int((mine["hits"] > 0).sum()),
                "hits": int(mine["hits"].sum()),
                "rate": float(mine["hits"].sum() / words * 1000),
                "article_share": having / articles,
                "top": ", ".join(
                    f"{term} ({n})"
                    for term, n in zip(top["term"][:3], top["hits"][:3], strict=True)
                ),
            }
        )
    return pd.DataFrame(rows)
