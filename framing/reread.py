"""The texts of scored articles, read again: tokens with the voice of each, and whole sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.scores import Scores
from framing.tokens import Tokens, tokenize
from framing.voice import VOICES

__all__ = ["Reading", "read_again", "sentences_at"]

_BATCH = 512


@dataclass(frozen=True)
class Reading:
    """Articles as tokens, with the voice of each token.

    Attributes
    ----------
    ids : tuple of str
        The articles, in the order of ``tokens.texts``.
    tokens : Tokens
        Their token table.
    voice : ndarray of uint8, shape (n_tokens,)
        The voice of each token, as a position in `framing.voice.VOICES`.
    """

    ids: tuple[str, ...]
    tokens: Tokens
    voice: npt.NDArray[np.uint8]

    @property
    def own(self) -> npt.NDArray[np.bool_]:
        """Whether a token is the outlet's own, shape (n_tokens,)."""
        return np.asarray(self.voice == VOICES.index("own"), np.bool_)


def read_again(scores: Scores, ids: Collection[str], *, batch: int = _BATCH) -> Iterator[Reading]:
    """Tokenize the texts of articles, and look the voice of each token up in ``scores.voices``.

    Parameters
    ----------
    scores : Scores
        Where texts and voices are read from.
    ids : collection of str
        Which articles.
    batch : int
        Articles at a time.

    Yields
    ------
    Reading
        The next batch, in the order of the corpus.
    """
    chosen = scores.corpus.loc[scores.corpus["id"].isin(set(ids))]
    voices = scores.voices.loc[scores.voices["id"].isin(set(chosen["id"]))]
    code = pd.Categorical(voices["voice"], list(VOICES)).codes.astype(np.uint8)
    start, end = voices["start"].to_numpy(np.int64), voices["end"].to_numpy(np.int64)
    place = pd.Index(chosen["id"]).get_indexer(voices["id"])
    for first in range(0, len(chosen), batch):
        part = chosen.iloc[first : first + batch]
        texts = [t if isinstance(t, str) else "" for t in part["text"]]
        tokens = tokenize(texts)
        voice = np.zeros(len(tokens), np.uint8)
        here = np.flatnonzero((place >= first) & (place < first + batch))
        if len(here) and len(tokens):
            # Articles laid end to end make one line of places, in which spans are found at once.
            room = max(map(len, texts)) + 1
            at = (place[here] - first) * room
            begins = tokens.article.astype(np.int64) * room + tokens.start
            a = np.searchsorted(begins, at + start[here], "left")
            b = np.searchsorted(begins, at + end[here], "left")
            for span in range(len(here)):
                voice[a[span] : b[span]] = code[here[span]]
        yield Reading(tuple(part["id"]), tokens, voice)


def sentences_at(scores: Scores, ids: Sequence[str], starts: Sequence[int]) -> list[str | None]:
    """Give the sentences that stand at places of articles, without breaks of lines.

    Parameters
    ----------
    scores : Scores
        Where texts and the bounds of sentences are read from.
    ids : sequence of str
        Articles.
    starts : sequence of int
        An offset into each.

    Returns
    -------
    list of str or None
        Each sentence; None where there is none at that place.
    """
    wanted = set(ids)
    texts = scores.corpus.loc[scores.corpus["id"].isin(wanted)].set_index("id")["text"]
    rows = scores.sentences.loc[scores.sentences["id"].isin(wanted), ["id", "start", "end"]]
    bounds = {
        str(name): (part["start"].to_numpy(np.int64), part["end"].to_numpy(np.int64))
        for name, part in rows.groupby("id")
    }
    result: list[str | None] = []
    for name, start in zip(ids, starts, strict=True):
        begins, ends = bounds.get(name, (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        at = int(np.searchsorted(begins, start, "right")) - 1
        inside = at >= 0 and start < ends[at]
        result.append(" ".join(texts[name][begins[at] : ends[at]].split()) if inside else None)
    return result
