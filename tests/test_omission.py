"""What others carry and a group does not."""

from __future__ import annotations

import pandas as pd
import pytest

from framing.errors import FramingError
from framing.omission import omission_table, omission_totals

ARTICLES = pd.DataFrame(
    [
        ("a", "A", "1"),
        ("b", "B", "1"),
        ("c", "C", "1"),
        ("d", "A", "2"),
        ("e", "B", "2"),
        ("f", "C", "3"),
    ],
    columns=["id", "group", "story"],
)


def sources(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["group", "story", "name", "kind"])
    sums = "spans words direct_words scare official doubting endorsing hostile cued".split()
    return table.assign(**dict.fromkeys(sums, 1))


SOURCES = sources(
    ("A", "1", "Jane Harrow", "named"),
    ("B", "1", "Harrow", "named"),
    ("B", "1", "officials", "unnamed"),
    ("A", "1", "officials", "unnamed"),
    ("A", "1", "Tom Ash", "named"),
    ("B", "2", "Tom Ash", "named"),
)
TERMS = pd.DataFrame(
    [
        ("A", "1", "siege", 3),
        ("B", "1", "siege", 1),
        ("A", "1", "truce", 1),
        ("C", "3", "siege", 1),
    ],
    columns=["group", "story", "term", "count"],
)


def test_what_two_others_carry() -> None:
    table = omission_table(ARTICLES, sources=SOURCES, terms=TERMS)
    assert table.to_numpy().tolist() == [
        ["1", "C", "term", "siege", 2, 2, 4],
        ["1", "C", "source", "Jane Harrow", 2, 2, 2],
    ]


def test_one_other_is_enough_where_asked() -> None:
    table = omission_table(ARTICLES, sources=SOURCES, least=1, story="2")
    assert table.to_numpy().tolist() == [["2", "A", "source", "Tom Ash", 1, 1, 1]]


def test_totals_by_hand() -> None:
    totals = omission_totals(ARTICLES, sources=SOURCES, terms=TERMS, least=1).set_index(
        ["group", "kind"]
    )
    # Others carry on A's stories: Harrow (1) and Ash (2) as sources, and siege as a term.
    assert totals.loc[("A", "source"), ["left_out", "carried_by_others"]].tolist() == [1, 2]
    assert totals.loc[("A", "term"), ["left_out", "carried_by_others"]].tolist() == [0, 1]
    assert totals.loc[("C", "source"), ["left_out", "carried_by_others"]].tolist() == [2, 2]
    assert totals.loc[("C", "term"), "share"] == 1 and totals.loc[("C", "term"), "stories"] == 1


def test_names_are_said_with_what_they_name() -> None:
    names = pd.DataFrame(
        [
            ("A", "1", "strike", "clash", "", "own", 1),
            ("B", "1", "strike", "clash", "", "quoted", 2),
        ],
        columns="group story referent name stance use count".split(),
    )
    table = omission_table(ARTICLES, names=names)
    assert table[["group", "item", "uses"]].to_numpy().tolist() == [["C", "strike: clash", 3]]


def test_refusals() -> None:
    with pytest.raises(FramingError, match="give at least one of sources, names and terms"):
        omission_table(ARTICLES)
    with pytest.raises(FramingError, match="least must be a whole number, 1 or more, found 0"):
        omission_totals(ARTICLES, terms=TERMS, least=0)
