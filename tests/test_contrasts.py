"""Estimates and differences from sums: designs, contrasts, families."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing import contrasts as module
from framing import stats
from framing.cells import Cells, sum_articles
from framing.contrasts import (
    REST,
    Contrast,
    Design,
    contrast_groups,
    difference_table,
    estimate_table,
)
from framing.errors import FramingError
from framing.measures import Measure, known_measures

MANIFEST: dict[str, Any] = {"lexicons": [{"name": "own", "categories": {"names": True}}]}
KNOWN = known_measures(MANIFEST)
RATE, OWN, SHARE = KNOWN["term_rate"], KNOWN["own"], KNOWN["quoted_share"]


def made(
    groups: int = 3, stories: int = 12, seed: int = 0, louder: float = 1.0, **columns: Any
) -> Cells:
    rng = np.random.default_rng(seed)
    n = groups * stories
    group = np.repeat(np.arange(groups), stories)
    own = rng.integers(200, 400, n)
    quoted = rng.integers(20, 200, n)
    table = pd.DataFrame(
        {
            "id": [f"a{i:03}" for i in range(n)],
            "outlet": [f"G{g}" for g in group],
            "story": [f"s{s:02}" for s in np.tile(np.arange(stories), groups)],
            "status": "scored",
            "reason": None,
            "words": own + quoted,
            "own_words": own,
            "loaded_words": 1.0,
            "term_weight": rng.poisson(own * 0.05 * np.where(group == 0, louder, 1.0)),
            "scare_phrases": 0.0,
            "quoted_words": quoted,
            "quoted_spans": np.ceil(quoted / 20),
            "quoted:loaded_words": 0.0,
            "quoted:term_weight": 0.0,
            "own/names": rng.poisson(own * 0.01),
        }
    )
    return sum_articles(table.assign(**columns), MANIFEST)


def differences(cells: Cells, against: str = "pairs", **settings: Any) -> pd.DataFrame:
    measures: list[Measure] = settings.pop("measures", [RATE])
    name = settings.pop("name", "matched")
    return difference_table(
        Design(cells, name, cells.groups),
        measures,
        contrast_groups(cells.groups, against),
        level=0.95,
        random_state=0,
        **settings,
    )


def test_who_is_compared_with_whom() -> None:
    groups = ["A", "B", "C"]
    assert contrast_groups(groups, "pairs") == [
        Contrast("A", "B"),
        Contrast("A", "C"),
        Contrast("B", "C"),
    ]
    assert [(c.a, c.name_b) for c in contrast_groups(groups, "rest")] == [(g, REST) for g in groups]
    assert contrast_groups(groups, "B") == [Contrast("A", "B"), Contrast("C", "B")]
    with pytest.raises(FramingError) as error:
        contrast_groups(["Herald", "Wire"], "Herold")
    assert str(error.value) == module.UNKNOWN_GROUP.format(
        value="Herold", near="; did you mean 'Herald'?", valid="Herald, Wire"
    )


def test_one_group_against_another_is_its_pair() -> None:
    cells = made()
    pairs, one = differences(cells), differences(cells, "G2")
    for row in one.to_dict("records"):
        same = pairs.loc[(pairs["group_a"] == row["group_a"]) & (pairs["group_b"] == "G2")].iloc[0]
        for name in ("ratio", "low", "high", "p_value", "stories"):
            assert row[name] == same[name]


def test_the_rest_is_all_others_together() -> None:
    cells = made(groups=2, louder=2.0)
    rest, pair = differences(cells, "rest"), differences(cells)
    # with two groups, the rest is the other
    assert rest["ratio"].iloc[0] == pytest.approx(pair["ratio"].iloc[0])
    assert set(rest["group_b"]) == {REST}
    loud = made(groups=3, louder=2.0)
    three = differences(loud, "rest")
    assert three["ratio"].iloc[0] > 1.5 and (three["ratio"].iloc[1:] < 1).all()
    raw = differences(loud, "rest", name="all")
    estimates = estimate_table(Design(loud, "all", loud.groups), [RATE], level=0.9)
    assert raw["estimate_a"].iloc[0] == pytest.approx(estimates["estimate"].iloc[0])
    assert raw["p_value"].isna().all() and not raw["testable"].any()


def test_families_are_what_they_say() -> None:
    cells = made(louder=1.3)
    tables = {f: differences(cells, family=f, measures=[RATE, OWN]) for f in module.FAMILIES}
    assert set(tables["measure"]["family"]) == {"term_rate, matched", "own, matched"}
    assert set(tables["pair"]["family"]) == {
        f"{a} and {b}, matched" for a, b in (("G0", "G1"), ("G0", "G2"), ("G1", "G2"))
    }
    assert set(tables["comparison"]["family"]) == {"all, matched"}
    for table in tables.values():
        # the test does not depend on the family, the adjustment does
        assert table["p_value"].equals(tables["measure"]["p_value"])
        for _, rows in table.groupby("family"):
            expected = stats.benjamini_hochberg(rows["p_value"].to_numpy())
            assert np.array_equal(rows["p_adjusted"], expected)
    # what can be found by itself is harder in a larger family
    assert (tables["comparison"]["detectable"] >= tables["measure"]["detectable"]).all()
    with pytest.raises(FramingError) as error:
        differences(cells, family="measures")
    assert str(error.value) == module.UNKNOWN_FAMILY.format(
        value="measures", near="; did you mean 'measure'?", valid="measure, pair, comparison"
    )


def test_small_p_values_are_drawn_anew_with_enough_draws() -> None:
    groups = 12  # 66 pairs ask for more than the least number of draws
    cells = made(groups=groups, stories=30, louder=3.0)
    needed = stats.n_draws_for(groups * (groups - 1) // 2)
    assert needed > stats.MIN_DRAWS
    table = differences(cells)
    least = table["p_value"].min()
    assert 1 / (needed + 1) <= least < 1 / (stats.MIN_DRAWS + 1)
    fixed = differences(cells, draws=199)
    assert fixed["p_value"].min() == pytest.approx(1 / 200)
    for bad in (10, True, 2.5):
        with pytest.raises(FramingError) as error:
            differences(cells, draws=bad)
        assert str(error.value) == module.BAD_DRAWS.format(value=bad)


def test_measures_computed_together_equal_each_alone() -> None:
    cells = made(louder=1.5)
    both = differences(cells, measures=[RATE, OWN, SHARE])
    for measure in (RATE, OWN, SHARE):
        alone = differences(cells, measures=[measure])
        part = both.loc[both["measure"] == measure.name].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone)


def test_quotations_are_counted_and_not_their_words() -> None:
    cells = made()
    design = Design(cells, "all", cells.groups)
    count, exposure = design.sums(SHARE)
    words = design.spread("quoted_words")
    assert count.sum() == pytest.approx(design.spread("quoted_spans").sum())
    assert np.allclose(count / exposure, words / design.spread("words"))
    table = estimate_table(design, [SHARE], level=0.95)
    expected = words.sum(1) / design.spread("words").sum(1)
    # (count + 1/2) / (words + 1): counted in quotations, half a one moves it a little
    assert np.allclose(table["estimate"], expected, atol=0.01)
    assert (table["words"] == design.spread("words").sum(1)).all()


def test_sums_of_probabilities_vary_less_than_hits() -> None:
    # A whole hit in every story, or as much in quarters: the noise of counting is half of it.
    hits = made(loaded_words=1.0, loaded_squares=1.0, own_words=300)
    parts = made(loaded_words=1.0, loaded_squares=0.25, own_words=300)
    old = made(loaded_words=1.0, own_words=300)
    loaded = KNOWN["loaded_rate"]
    errors = {}
    for name, cells in (("hits", hits), ("parts", parts), ("old", old)):
        design = Design(cells, "all", cells.groups)
        table = estimate_table(design, [loaded], level=0.95)
        errors[name] = table["standard_error"].iloc[0]
        assert table["estimate"].iloc[0] == pytest.approx(1000 / 300, rel=0.05)
        assert (table["words"] == 12 * 300).all()
        ratio = differences(cells, measures=[loaded])
        assert ratio["ratio"].tolist() == pytest.approx([1, 1, 1])
    assert errors["hits"] == errors["old"] == pytest.approx(1 / np.sqrt(12.5))
    assert errors["parts"] == pytest.approx(1 / np.sqrt(48.5))


def test_absent_sums_make_no_estimate_and_no_test() -> None:
    cells = made(term_weight=np.nan)
    table = differences(cells, measures=[RATE, OWN])
    absent = table.loc[table["measure"] == "term_rate"]
    assert absent[["ratio", "low", "p_value", "p_adjusted"]].isna().all().all()
    assert not absent["testable"].any()
    assert table.loc[table["measure"] == "own", "p_value"].notna().all()
    rows = estimate_table(Design(cells, "all", cells.groups), [RATE], level=0.95)
    assert rows["estimate"].isna().all()


def test_a_group_without_words_is_missing_and_not_zero() -> None:
    cells = made(own_words=[0] * 12 + [300] * 24, term_weight=[0] * 12 + [6] * 24)
    rows = estimate_table(Design(cells, "all", cells.groups), [RATE], level=0.95)
    assert np.isnan(rows["estimate"].iloc[0]) and rows["stories"].iloc[0] == 0
    table = differences(cells)
    assert table.loc[table["group_a"] == "G0", "ratio"].isna().all()
    assert table.loc[table["group_a"] == "G1", "ratio"].notna().all()
