"""Who calls it what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing.counting import add_counts
from framing.lexicon import Lexicon, Term
from framing.names import count_names, name_readings, name_table
from framing.stats import log_odds_dirichlet
from tests.small import from_tables

LEXICON = Lexicon.from_terms(
    [
        Term("clash|clashes", referent="strike", stance="plain"),
        Term("uprising", referent="strike", stance="grants a cause"),
        Term("regatta", referent="race"),
    ],
    name="names",
)


def uses(id: str, **by_voice: int) -> list[dict[str, Any]]:
    rows = []
    for key, number in by_voice.items():
        word, _, voice = key.partition("_")
        term = {"clash": "clash|clashes"}.get(word, word)
        referent = "race" if word == "regatta" else "strike"
        rows += [
            {
                "id": id,
                "term": term,
                "lexicon": "names",
                "referent": referent,
                "voice": voice or "own",
            }
        ] * number
    return rows


def table(stories: int = 8, **settings: Any) -> pd.DataFrame:
    articles, hits = [], []
    for s in range(stories):
        articles += [(f"h{s}", "Herald", str(s)), (f"w{s}", "Wire", str(s))]
        hits += uses(f"h{s}", clash=5, uprising=2, uprising_direct=1)
        hits += uses(f"w{s}", uprising=2, uprising_scare=3, clash_indirect=2, regatta=1)
    scores = from_tables(articles, hits=hits, lexicons=(LEXICON,))
    return name_table(count_names(scores, scores.articles), **settings)


def test_counts_shares_and_uses_by_hand() -> None:
    names = table().set_index(["group", "name"])
    assert set(table()["referent"]) == {"strike"}  # one name for the race is no choice
    clash = names.loc[("Herald", "clash")]
    assert clash["count"] == 40 and clash["share"] == pytest.approx(5 / 7)
    assert clash["low"] < clash["share"] < clash["high"]
    assert clash["stance"] == "plain"
    uprising = names.loc[("Wire", "uprising")]
    assert (uprising["count"], uprising["scare"], uprising["quoted"]) == (16, 24, 0)
    assert uprising["share"] == 1 and uprising["scare_share"] == pytest.approx(24 / 40)
    assert uprising["scare_low"] < 0.6 < uprising["scare_high"]
    quoted = names.loc[("Wire", "clash")]
    assert quoted["count"] == 0 and quoted["quoted"] == 16 and quoted["quoted_share"] == 1
    assert names.loc[("Herald", "uprising"), "quoted_share"] == 1
    assert names["stories"].tolist() == [8] * 4


def test_the_log_odds_are_the_published_ones() -> None:
    names = table().set_index(["group", "name"])
    # Names in order: clash, uprising. Herald 40 and 16, Wire 0 and 16; prior all uses and a half.
    odds = log_odds_dirichlet([40, 16], [0, 16], prior=[40.5, 32.5])
    assert names.loc[("Herald", "clash"), "log_odds"] == pytest.approx(odds.log_odds[0])
    assert names.loc[("Herald", "uprising"), "z"] == pytest.approx(odds.z[1])


def test_a_difference_is_found_and_chance_is_not() -> None:
    assert (table()["referent_p"] <= 0.05).all()
    assert table(4)["referent_p"].isna().all()
    rng = np.random.default_rng(2)
    found = []
    for seed in range(60):
        rows = []
        for s in range(10):
            taste = rng.dirichlet([2, 1, 1])
            for group in "ABC":
                drawn = rng.multinomial(1 + rng.poisson(3), rng.dirichlet(taste * 8))
                rows += [
                    (group, f"{s}", "strike", name, "", "own", int(n))
                    for name, n in zip(("clash", "riot", "uprising"), drawn, strict=True)
                    if n
                ]
        counts = pd.DataFrame(rows, columns="group story referent name stance use count".split())
        found.append(name_table(counts, random_state=seed)["referent_p"].iloc[0])
    # 60 null worlds at 0.05: more than eight has a chance below 0.01
    assert np.sum(np.array(found) <= 0.05) <= 8


def test_parts_add_up() -> None:
    articles = [("h1", "Herald", "1"), ("w1", "Wire", "1"), ("h2", "Herald", "2")]
    hits = uses("h1", clash=2) + uses("w1", uprising=1) + uses("h2", uprising_scare=1)
    scores = from_tables(articles, hits=hits, lexicons=(LEXICON,))
    whole = count_names(scores, scores.articles)
    parts = [count_names(scores, scores.articles.iloc[i : i + 1]) for i in (1, 2, 0)]
    pd.testing.assert_frame_equal(add_counts(parts), whole)


def test_a_place_in_two_lexicons_is_one_use() -> None:
    twin = Lexicon.from_terms([Term("uprising", referent="strike")], name="twin")
    place = {"id": "h1", "start": 4, "end": 12, "term": "uprising", "referent": "strike"}
    hits = [{**place, "lexicon": "names"}, {**place, "lexicon": "twin"}]
    scores = from_tables([("h1", "Herald", "1")], hits=hits, lexicons=(LEXICON, twin))
    assert count_names(scores, scores.articles)["count"].tolist() == [1]


def test_the_reading_is_made_from_the_numbers() -> None:
    readings = name_readings(table())
    assert readings["reading"].tolist() == [
        'Herald calls it "clash" (71%), Wire "uprising" (100%, of which 60% in scare quotes)'
    ]
    assert readings["uses"].tolist() == [96]
    chosen = name_readings(table(), groups=["Wire", "Herald"])["reading"].iloc[0]
    assert chosen.startswith('Wire calls it "uprising"')
    assert not len(name_readings(table(), least=50))


def test_no_rival_names_give_an_empty_table() -> None:
    scores = from_tables([("h1", "Herald", "1")], lexicons=(LEXICON,))
    empty = name_table(count_names(scores, scores.articles))
    assert not len(empty) and "referent_p" in empty.columns
    assert not len(name_readings(empty))
