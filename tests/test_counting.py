"""Counts that add up from parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from framing.counting import add_counts, by_id, empty_counts, shared_stories, spread
from framing.errors import CorpusError


def counts(*rows: tuple[str, str, str, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["group", "story", "word", "count", "first_id"])


def test_parts_in_any_order_give_the_whole() -> None:
    one = counts(("A", "1", "war", 2, "b"), ("B", "1", "war", 1, "c"))
    two = counts(("A", "1", "war", 3, "a"), ("A", "2", "war", 1, "d"))
    whole = add_counts([one, two])
    pd.testing.assert_frame_equal(whole, add_counts([two, one]))
    assert whole.to_numpy().tolist() == [
        ["A", "1", "war", 5, "a"],
        ["A", "2", "war", 1, "d"],
        ["B", "1", "war", 1, "c"],
    ]


def test_an_empty_part_changes_nothing() -> None:
    one = counts(("A", "1", "war", 2, "b"))
    none = empty_counts(["group", "story", "word", "first_id"], ["count"])[list(one.columns)]
    whole = add_counts([none, one])
    assert whole["count"].dtype == np.int64
    pd.testing.assert_frame_equal(whole, add_counts([one]))
    assert not len(add_counts([none]))


def test_refusals() -> None:
    with pytest.raises(CorpusError, match="must have the same columns"):
        add_counts([counts(), counts().drop(columns="word")])
    with pytest.raises(CorpusError, match="some have none"):
        add_counts([])
    with pytest.raises(
        CorpusError, match="no column 'story' in the articles; there are: id, group"
    ):
        by_id(pd.DataFrame({"id": ["a"], "group": ["A"]}))


def test_layout_and_shared_stories() -> None:
    table = counts(("A", "1", "war", 2, ""), ("B", "1", "war", 1, ""), ("A", "2", "pact", 4, ""))
    assert shared_stories(table) == ["1"]
    array = spread(
        table, "count", rows=["pact", "war"], row="word", groups=["A", "B"], stories=["1", "2"]
    )
    assert array.tolist() == [[[0, 4], [0, 0]], [[2, 0], [1, 0]]]


def test_articles_without_a_group_are_left_out() -> None:
    table = pd.DataFrame({"id": ["a", "b"], "group": ["A", None], "story": ["1", "1"]})
    assert by_id(table).index.tolist() == ["a"]
