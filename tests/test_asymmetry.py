"""Terms bare in one outlet and in scare quotes in another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from framing import stats
from framing.asymmetry import asymmetry_pairs, asymmetry_table, count_asymmetry, scare_quoted
from framing.counting import add_counts
from framing.scores import Scores
from tests.small import placed, scored

BARE = "The ferry reform passed on Monday. Crews began with the ferry reform at noon. "
SCARE = 'The so-called "ferry reform" passed on Monday. Crews stayed at home. '


def both(stories: int) -> Scores:
    return scored(
        [(o, f"{s:02}", t) for s in range(stories) for o, t in (("A", BARE), ("B", SCARE))]
    )


def test_phrases_come_from_scare_quotes_without_articles() -> None:
    scores = scored([("A", "1", 'They met the so-called "a grand bargain" on Monday in town.')])
    assert scare_quoted(scores, placed(scores)) == ["grand bargain"]


def test_a_hyphen_makes_no_other_phrase() -> None:
    text = 'They met the so-called "fast track" on Monday. The so-called "fast-track" was slow. '
    scores = scored([("A", "1", text), ("B", "1", "The fast track opened on Monday in town.")])
    assert scare_quoted(scores, placed(scores)) == ["fast track"]


def test_who_says_it_bare_and_who_at_arms_length() -> None:
    scores = both(9)
    counts = count_asymmetry(scores, placed(scores))
    table = asymmetry_table(counts, scores=scores).set_index("group")
    assert set(table["term"]) == {"ferry reform"}
    assert table.loc["A", ["bare", "scare"]].tolist() == [18, 0]
    assert table.loc["B", ["bare", "scare"]].tolist() == [0, 9]
    assert table.loc["A", "scare_share"] == 0 and table.loc["B", "scare_share"] == 1
    assert table.loc["A", "high"] < 0.6 and table.loc["B", "low"] > 0.2
    # Nine stories, two cells each: no test can give less, and counting noise is allowed for.
    assert 2 / 2**9 <= table.loc["B", "p_value"] <= 0.05
    assert table.loc["A", "bare_example"] == "The ferry reform passed on Monday."
    assert table.loc["B", "scare_example"] == 'The so-called "ferry reform" passed on Monday.'
    assert pd.isna(table.loc["B", "bare_example"])


def test_pairs_are_counted_by_term_and_story() -> None:
    pairs = asymmetry_pairs(count_asymmetry(scores := both(9), placed(scores)))
    row = pairs.iloc[0]
    assert row[["group_a", "group_b"]].tolist() == ["A", "B"]
    assert (row["a_scare_b_bare"], row["b_scare_a_bare"], row["stories"]) == (0, 9, 9)
    assert row["ratio"] < 1 and row["p_value"] <= 0.05


def test_few_stories_are_not_tested() -> None:
    scores = both(3)
    counts = count_asymmetry(scores, placed(scores))
    assert asymmetry_table(counts)["p_value"].isna().all()
    assert asymmetry_pairs(counts)["p_value"].isna().all()


def test_a_pair_with_fewer_stories_than_are_compared_has_counts_and_no_ratio() -> None:
    for stories in (stats.FEWEST_STORIES - 1, stats.FEWEST_STORIES):
        scores = both(stories)
        pair = asymmetry_pairs(count_asymmetry(scores, placed(scores))).iloc[0]
        assert pair["stories"] == stories and pair["b_scare_a_bare"] == stories
        assert bool(np.isnan([pair["ratio"], pair["low"], pair["high"]]).all()) == (stories < 3)


def test_another_story_does_not_make_a_contrast() -> None:
    scores = scored([("A", "1", BARE), ("B", "2", SCARE)])
    assert not len(asymmetry_table(count_asymmetry(scores, placed(scores))))


def test_parts_add_up_when_they_look_for_the_same() -> None:
    scores = both(4)
    articles = placed(scores)
    phrases = scare_quoted(scores, articles)
    parts = [count_asymmetry(scores, articles.iloc[i::3], phrases) for i in range(3)]
    whole = count_asymmetry(scores, articles, phrases)
    pd.testing.assert_frame_equal(add_counts(parts), whole)


def test_names_are_not_bare_uses() -> None:
    text = 'The "Grace" of the story stayed away. She was called so-called "Grace" by the paper. '
    scores = scored([("A", "1", text), ("B", "1", "Then Grace left the town. She and Grace met.")])
    counts = count_asymmetry(scores, placed(scores))
    assert not len(counts.loc[(counts["use"] == "bare") & (counts["group"] == "B")])


def test_outlets_dealt_at_random_are_rarely_told_apart() -> None:
    rng = np.random.default_rng(5)
    p = []
    for seed in range(40):
        rows = []
        for s in range(8):
            for group in "AB":
                bare, scare = rng.poisson(2) + 1, rng.poisson(1)
                rows += [(group, f"{s}", "deal", "", "bare", bare, "x", 0, 1)]
                rows += [(group, f"{s}", "deal", "", "scare", scare, "x", 0, 1)] if scare else []
        names = "group story term lexicon use count first_id first_start first_end".split()
        table = asymmetry_table(pd.DataFrame(rows, columns=names), random_state=seed)
        if len(table):
            p.append(table["p_value"].iloc[0])
    assert len(p) > 20
    assert np.mean(np.array(p) <= 0.05) <= 0.2


def test_nothing_in_scare_quotes_gives_empty_tables() -> None:
    scores = scored([("A", "1", "Nothing was said in town today."), ("B", "1", "Nor was it here.")])
    counts = count_asymmetry(scores, placed(scores))
    assert not len(asymmetry_table(counts, scores=scores))
    assert list(asymmetry_pairs(counts).columns[:2]) == ["group_a", "group_b"]
