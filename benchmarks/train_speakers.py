"""Fit the weights by which a source is chosen among the candidates of a sentence.

``python -m benchmarks.train_speakers`` learns from PolNeAR's training part: for each attribution
with a cue and a source, which candidate near the cue is the annotated source. The evidence that
makes candidates comes from cross-fitted heads, as it will in use from articles never seen. It
prints the numbers that stand in ``framing/speakers.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from benchmarks.train_quotes import unseen_heads
from benchmarks.train_voice import Labelled, labelled, polnear
from framing.reported import find_reported, load_tagger
from framing.speakers import FEATURES, find_candidates, pairs, weigh

PENALTY = 1.0
Ints = npt.NDArray[np.int64]


def attributions(data: Labelled, cue_score: npt.NDArray[Any]) -> tuple[Ints, Ints, Ints, Any]:
    """Give every attribution with a cue and a source: its content's tokens, cue, and sources."""
    tokens = data.tokens
    first, last, cue, source = [], [], [], []

    def span(article: int, low: int, high: int) -> tuple[int, int]:
        a, b = int(tokens.first_token[article]), int(tokens.first_token[article + 1])
        return (
            a + int(np.searchsorted(tokens.end[a:b], low, "right")),
            a + int(np.searchsorted(tokens.start[a:b], high, "left")),
        )

    for article, found in enumerate(data.attributions):
        for one in found:
            if not (one["source"] and one["cue"] and one["content"]):
                continue
            low, high = span(article, one["content"][0][0], one["content"][0][1])
            places = np.concatenate([np.arange(*span(article, a, b)) for a, b in one["cue"]])
            if high <= low or not len(places):
                continue
            scores = np.nan_to_num(cue_score[places], nan=-8.0)
            first.append(low)
            last.append(high)
            cue.append(int(places[scores.argmax()]))
            source.append([span(article, a, b) for a, b in one["source"]])
    return np.array(first), np.array(last), np.array(cue), source


def examples(data: Labelled, heads: Any, inside: Any) -> tuple[Any, Any]:
    """Lay out candidates as rows of features, and whether each is the annotated source."""
    tokens = data.tokens
    marked = data.inside >= 0
    runs = find_candidates(tokens, taken=marked | inside, marked=marked, evidence=heads[1])
    first, last, cue, source = attributions(data, heads[0])
    span, candidate = pairs(tokens, runs, first, cue)
    rows = weigh(tokens, runs, candidate, first[span], last[span], cue[span])
    right = np.array(
        [
            any(runs.first[k] < b and a < runs.last[k] for a, b in source[s])
            for s, k in zip(span, candidate, strict=True)
        ]
    )
    return rows, right


def main() -> None:
    """Fit and print."""
    articles = polnear("train")
    data = labelled(articles)
    heads = unseen_heads(articles)
    inside = find_reported(data.tokens, data.inside, tagger=load_tagger()).inside
    rows, right = examples(data, heads, inside)
    model = LogisticRegression(C=PENALTY, max_iter=1000).fit(rows, right)
    print(f"{len(rows)} candidates, {right.mean():.2f} right, {model.score(rows, right):.3f} told")
    print(f"BIAS = {model.intercept_[0]:.2f}")
    for name, weight in zip(FEATURES, model.coef_[0], strict=True):
        print(f"    {weight:.2f},  # {name}")


if __name__ == "__main__":
    main()
