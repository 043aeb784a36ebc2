"""The simulated worlds go the way that a user's articles go."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import framing
from benchmarks import statistics as benchmark
from framing.cells import article_sums


def test_articles_enter_the_comparison_as_scores_do() -> None:
    corpus = framing.read_corpus(framing.example_corpus_folder())
    scores = framing.score(corpus, classifier=None)
    whole = framing.compare(scores, measures=["term_rate", "quoted_share"], random_state=3)
    short = benchmark.compare_articles(article_sums(scores), ["term_rate", "quoted_share"], 3)
    pd.testing.assert_frame_equal(short.estimates, whole.estimates)
    pd.testing.assert_frame_equal(short.differences, whole.differences)


def test_a_world_is_compared_by_the_words_it_was_made_of() -> None:
    setting = benchmark.Setting(12, 0.02, outlets=2, ratio=3.0)
    seed = np.random.SeedSequence(1)
    world = benchmark.make_worlds(setting, number=1, seed=seed)
    count, words = world.count[0], world.words[0]
    found = benchmark.compared(words, {"term_rate": count}, 0)
    row = benchmark.differences(found, "term_rate").iloc[0]
    rates = count.sum((1, 2)) / words.sum((1, 2))
    assert row["ratio"] == pytest.approx(rates[0] / rates[1], rel=0.15)
    assert row["stories"] == 12 and row["p_value"] <= 0.05
    one = benchmark.estimates(found, "term_rate", "Outlet 1")
    assert one["words"] == words[1].sum()
