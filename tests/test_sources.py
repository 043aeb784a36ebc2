"""Who is quoted by whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing.counting import add_counts
from framing.errors import FramingError
from framing.sources import count_sources, join_speakers, source_profile, source_table
from tests.small import from_tables

ARTICLES = [("a1", "A", "1"), ("a2", "A", "2"), ("b1", "B", "1")]


def span(id: str, name: str | None, words: int, **more: Any) -> dict[str, Any]:
    kind = "unknown" if name is None else "named"
    return {
        "id": id,
        "speaker": name,
        "speaker_name": name,
        "speaker_kind": kind,
        "words": words,
        **more,
    }


SPANS = [
    span("a1", "Mayor Jane Harrow", 30, cue="said"),
    span("a1", "Harrow", 10, cue="claimed", voice="indirect"),
    span("a1", "officials", 20, speaker_kind="unnamed"),
    span("a2", "Jane Harrow", 40, cue="pointed out"),
    span("a2", None, 10),
    span("b1", "Harrow", 60, cue="said"),
    span("b1", "Tom Ash", 60, cue="said"),
    span("b1", "Tom Ash", 3, voice="scare"),
    span("b1", None, 5, voice="scare"),
]


def counts() -> pd.DataFrame:
    scores = from_tables(ARTICLES, voices=SPANS)
    return count_sources(scores, scores.articles)


def test_speakers_join_by_surname_within_an_article() -> None:
    assert join_speakers(
        ["Mr. Harrow", "Jane Harrow", "Jane A. Harrow", "Harrow’s", "Ash Jr."], ["named"] * 5
    ) == ["Jane A. Harrow"] * 4 + ["Ash"]


def test_two_of_one_surname_stay_apart() -> None:
    names = ["Jane Harrow", "Tom Harrow", "Harrow"]
    assert join_speakers(names, ["named"] * 3) == names


def test_the_unnamed_join_by_their_words_alone() -> None:
    names = ["The officials", "officials", "Two officials", "The Harrow report", "Jane Harrow"]
    kinds = ["unnamed", "unnamed", "unnamed", "document", "named"]
    assert join_speakers(names, kinds) == [
        "officials",
        "officials",
        "two officials",
        "harrow report",
        "Jane Harrow",
    ]


def test_words_shares_and_cues_by_hand() -> None:
    table = source_table(counts()).set_index(["group", "speaker"])
    harrow = table.loc[("A", "Jane Harrow")]
    assert harrow["spans"] == 3 and harrow["words"] == 80 and harrow["stories"] == 2
    # 30 + 10 + 20 + 40 + 10 words are quoted by A, the unknown speaker's with them.
    assert harrow["share"] == pytest.approx(80 / 110)
    assert harrow["direct_share"] == pytest.approx(70 / 80)
    assert (harrow["doubting"], harrow["endorsing"], harrow["cued"]) == (1, 1, 3)
    assert bool(harrow["official"]) and not bool(table.loc[("B", "Tom Ash"), "official"])
    # The bare surname in b1 is the one that a1 names in full: they cover one story.
    assert table.loc[("B", "Jane Harrow"), "words"] == 60
    ash = table.loc[("B", "Tom Ash")]
    assert ash["spans"] == 1 and ash["scare_share"] == pytest.approx(1 / 2)
    assert table.loc[("A", ""), "kind"] == "unknown"
    assert np.allclose(table.groupby("group")["share"].sum(), 1)
    assert (table["low"].isna() | (table["low"] <= table["high"])).all()


def test_the_effective_number_of_sources_by_hand() -> None:
    table = source_profile(counts()).set_index(["measure", "group"])
    # A: story 1 has 40 and 20 words, story 2 one known speaker; B: two speakers of 60 words.
    assert table.loc[("effective_sources", "A"), "estimate"] == pytest.approx(
        np.sqrt(60**2 / (40**2 + 20**2) * 1)
    )
    assert table.loc[("effective_sources", "B"), "estimate"] == pytest.approx(2)
    assert table.loc[("named_share", "A"), "estimate"] == pytest.approx(80 / 110)
    assert table.loc[("unknown_share", "A"), "estimate"] == pytest.approx(10 / 110)
    assert table.loc[("doubting_share", "A"), "estimate"] == pytest.approx(1 / 3)
    # Harrow is an official in b1 too: a1 says so, and so do unnamed officials of themselves.
    assert table.loc[("official_share", "B"), "estimate"] == pytest.approx(60 / 120)
    assert table.loc[("official_share", "A"), "estimate"] == pytest.approx(60 / 110)
    assert table["p_value"].isna().all()


def test_parts_add_up() -> None:
    scores = from_tables(ARTICLES, voices=SPANS)
    parts = [count_sources(scores, scores.articles.iloc[i : i + 1]) for i in (2, 0, 1)]
    pd.testing.assert_frame_equal(add_counts(parts), counts())


def test_a_difference_in_who_speaks_is_found() -> None:
    articles, spans = [], []
    for s in range(8):
        for group in "AB":
            articles.append((f"{group}{s}", group, str(s)))
            unnamed = 80 if group == "A" else 15
            spans.append(span(f"{group}{s}", "officials", unnamed + s, speaker_kind="unnamed"))
            spans.append(span(f"{group}{s}", "Tom Ash", 100 - unnamed))
    scores = from_tables(articles, voices=spans)
    table = source_profile(count_sources(scores, scores.articles)).set_index(["measure", "group"])
    row = table.loc[("unnamed_share", "A")]
    assert row["p_value"] == pytest.approx(2 / 2**8) and row["p_adjusted"] <= 0.05
    assert row["low"] > table.loc[("unnamed_share", "B"), "estimate"]


def test_a_word_of_grammar_is_nobody_and_a_name_like_one_is_somebody() -> None:
    rows = [
        span("a1", name, 10) for name in ("There", "Every", "The Ten", "Theresa May", "Mrs May")
    ]
    scores = from_tables(ARTICLES, voices=rows)
    found = count_sources(scores, scores.articles)
    named = found.set_index("name")
    assert sorted(named.index) == ["", "Theresa May"]
    assert named.loc["", "kind"] == "unknown" and named.loc["", "words"] == 30
    assert named.loc["Theresa May", "words"] == 20


def test_scores_without_speakers_are_refused() -> None:
    scores = from_tables(ARTICLES)
    old = scores.voices.drop(columns="speaker_name")
    with pytest.raises(FramingError, match="no column 'speaker_name': score the articles again"):
        count_sources(type(scores)(**{**vars(scores), "voices": old}), scores.articles)


def test_nobody_quoted_gives_empty_tables() -> None:
    scores = from_tables(ARTICLES)
    none = count_sources(scores, scores.articles)
    assert not len(none)
    assert (
        list(source_table(none).columns[:6])
        == "speaker group spans words share scare_share".split()
    )
    assert not len(source_profile(none))
