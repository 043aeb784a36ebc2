"""The tables of words of a comparison."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import framing
from framing.errors import FramingError
from framing.wording import Wording
from tests.small import from_tables


def test_a_comparison_has_its_tables_of_words(comparison: framing.Comparison) -> None:
    assert comparison.wording is not None
    pd.testing.assert_frame_equal(comparison.names, comparison.wording.names)
    phrases = comparison.phrases
    first = "phrase group count rate log_odds z p_value p_adjusted example".split()
    assert list(phrases.columns)[: len(first)] == first
    assert set(phrases["group"]) <= set(comparison.groups)
    texts = comparison.wording.scores.corpus.set_index("id")["text"]
    for row in phrases.itertuples():
        found = texts[row.example_id][row.example_start : row.example_end]
        assert found.lower().replace("’", "'").split() == row.phrase.split()
        assert found in row.example
    assert {"term", "scare_share"} <= set(comparison.asymmetry.columns)
    assert {"measure", "share"} <= set(comparison.agency.columns)
    assert len(comparison.wording.readings)
    # made once
    assert comparison.phrases is phrases


def test_the_order_of_articles_does_not_matter(comparison: framing.Comparison) -> None:
    wording = comparison.wording
    assert wording is not None
    other = Wording(wording.scores, wording.articles.sample(frac=1, random_state=1))
    for name in ("phrases", "asymmetry", "asymmetry_pairs", "agency", "names"):
        pd.testing.assert_frame_equal(getattr(wording, name), getattr(other, name))


def test_omissions_of_a_story() -> None:
    span = {
        "speaker": "Mira Voss",
        "speaker_name": "Mira Voss",
        "speaker_kind": "named",
        "words": 9,
    }
    scores = from_tables(
        [("a", "A", "1"), ("b", "B", "1"), ("c", "C", "1")],
        voices=[{"id": "a", **span}, {"id": "b", **span}],
    )
    wording = Wording(scores, scores.articles)
    table = wording.omissions(story="1")
    assert table[["group", "item", "carried_by"]].to_numpy().tolist() == [["C", "Mira Voss", 2]]
    assert wording.omission_totals()["left_out"].tolist() == [1]
    assert wording.sources["words"].tolist() == [9, 9]
    assert len(wording.source_profile)


def test_sums_alone_have_no_words(comparison: framing.Comparison) -> None:
    with pytest.raises(FramingError, match="made from sums alone, without texts, so it has no phr"):
        _ = replace(comparison, wording=None).phrases
