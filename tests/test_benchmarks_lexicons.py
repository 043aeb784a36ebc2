"""What the benchmark of lexicons measures, on made-up numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.lexicons import Labelled, coverage, lifts, scored, within_stories
from benchmarks.matching import draw, one_alternation, spellings
from framing import Lexicon
from framing.tokens import tokenize

LEXICON = Lexicon.from_terms({"war": ["vile raid|raids", "siege*"], "peace": ["truce"]}, name="own")
FRAME = pd.DataFrame(
    {"text": ["The vile raid began.", "A truce held.", "A vile siege went on; a truce."]}
)


def labelled() -> Labelled:
    tokens = tokenize(list(FRAME["text"]))
    marked = np.array([tokens.types[i] in ("vile", "siege") for i in tokens.type])
    loaded = np.array([True, False, True])
    return Labelled(scored(FRAME, [LEXICON]), tokens, loaded, marked)


def test_coverage_is_a_share_of_marked_words() -> None:
    data = labelled()
    everything = pd.Series(True, index=data.scores.hits.index)
    # of vile, vile and siege, the second vile lies in no term
    assert coverage(data, everything) == pytest.approx(2 / 3)
    assert coverage(data, data.scores.hits["category"] == "peace") == 0


def test_lift_compares_with_the_base_rate() -> None:
    table = lifts(labelled(), "category")
    assert table.loc["war"].tolist() == [2, pytest.approx(1.5)]
    assert table.loc["peace"].tolist() == [2, pytest.approx(0.75)]


def test_only_the_order_within_stories_counts() -> None:
    story = pd.Series(["a", "a", "a", "b", "b", "b"])
    truth = pd.Series([1.0, 2.0, 3.0, 7.0, 8.0, 9.0])
    assert within_stories(truth - 10 * (story == "b"), truth, story) == pytest.approx(1)
    assert within_stories(-truth, truth, story) == pytest.approx(-1)
    missing = pd.Series([1.0, 2.0, np.nan, 7.0, 8.0, 9.0])
    assert within_stories(missing, truth, story) == pytest.approx(1, abs=0.2)


def test_the_same_terms_are_given_to_the_other_ways() -> None:
    assert spellings([LEXICON]) == ["truce", "vile raid", "vile raids"]
    found = one_alternation([LEXICON]).findall("A VILE  raid; sieges, truces, a truce")
    assert found == ["VILE  raid", "sieges", "truce"]
    assert sum(len(x) for x in draw([LEXICON], 2, 0)) == 2
    assert draw([LEXICON], 2, 0) == draw([LEXICON], 2, 0)
    assert draw([LEXICON], 99, 0) == [LEXICON]
