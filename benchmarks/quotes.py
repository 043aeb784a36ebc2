"""What marked spans are, measured.

``python -m benchmarks.quotes`` prints F1 on short quotations by cross-validation, on PolNeAR's
development part by words, on BASIL's spans, and how fast the bundled model is. The labels of the
short quotations are a large language model's, not human judgements.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks._data import allsides_articles
from benchmarks.train_quotes import (
    Material,
    basil_direct,
    confusion,
    cross_validate,
    figures,
    polnear_direct,
    read,
    tagged_heads,
    train,
)
from framing.marks import find_marks
from framing.quotes import KINDS, judge_quotes, locate
from framing.tokens import tokenize

SEEDS = 3


def quality(material: Material) -> None:
    """Print how well each kind is told."""
    columns = (*KINDS, "macro")
    print("Short quotations, F1, folds grouped by article; macro: direct, scare, mention\n")
    print("| folds | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    found = []
    for seed in range(SEEDS):
        truth, guess = cross_validate(material, seed=seed)
        found.append(figures(truth, guess))
        print(
            f"| {seed} | " + " | ".join(f"{found[-1][c]:.3f}" for c in columns) + " |", flush=True
        )
        if seed == 0:
            table = confusion(truth, guess)
    means = (float(np.mean([f[c] for f in found])) for c in columns)
    print("| mean | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    print(f"\nLabels in rows, judgements in columns, first folds\n\n{table}\n")
    blind = train(material, material.part != "dev")
    print("F1 of direct by a model that has not seen what it judges\n")
    print("| on | model | all marks |\n|---|---|---|")
    for name, scores in (
        ("PolNeAR dev, words", polnear_direct(material, blind)),
        ("BASIL, spans", basil_direct(blind)),
    ):
        both = " | ".join(f"{value:.3f}" for value in scores.values())
        print(f"| {name} | {both} |", flush=True)


def speed(articles: int) -> None:
    """Print how fast the bundled model is on whole articles, one core."""
    texts = [article["text"] for article in allsides_articles(articles, every=10)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    tokens = tokenize(texts)
    marks = [find_marks(text) for text in texts]
    heads = tagged_heads(tokens)
    best = float("inf")
    for _ in range(3):
        at = time.perf_counter()
        quotes = judge_quotes(tokens, locate(tokens, marks), heads=heads)
        best = min(best, time.perf_counter() - at)
    print(
        f"\n{len(texts)} articles, {size / 1e6:.1f} MB, {len(quotes)} spans, best of 3: "
        f"{size / best / 1e6:.1f} MB/s, {best / max(len(quotes), 1) * 1e6:.1f} µs a span"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true", help="time the bundled model only")
    parser.add_argument("--articles", type=int, default=2000, help="how many to time")
    options = parser.parse_args()
    if not options.speed:
        quality(read())
    speed(options.articles)


if __name__ == "__main__":
    main()
