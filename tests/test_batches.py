"""The function that cluster engines map over batches."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import framing
from framing import batches
from framing.cells import merge_cells, sum_articles

SETTINGS: dict[str, Any] = {"lexicons": ["conflict", "reporting"], "classifier": None}


def test_batches_have_the_same_columns_and_add_up_to_the_whole(corpus: pd.DataFrame) -> None:
    tables = [
        framing.score_batch(corpus.iloc[i : i + 9], **SETTINGS) for i in range(0, len(corpus), 9)
    ]
    columns = list(tables[0].columns)
    assert all(list(t.columns) == columns for t in tables)
    assert "conflict/war-names" in columns and "quoted:conflict/war-names" in columns
    scores = framing.score(corpus, **SETTINGS)
    cells = merge_cells(sum_articles(t, scores.manifest) for t in tables)
    found, expected = framing.compare_cells(cells), framing.compare(scores)
    for name in ("estimates", "differences"):
        pd.testing.assert_frame_equal(
            getattr(found, name), getattr(expected, name), check_exact=True, obj=name
        )


def test_models_are_loaded_once_a_process(
    corpus: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches._kept.cache_clear()
    made = []
    plan = batches.make_plan
    monkeypatch.setattr(
        batches, "make_plan", lambda **settings: made.append(settings) or plan(**settings)
    )
    for i in range(3):
        framing.score_batch(corpus.iloc[i : i + 1], **SETTINGS)
    assert len(made) == 1
    framing.score_batch(corpus.iloc[:1], **{**SETTINGS, "min_words": 10})
    assert len(made) == 2
    own = framing.Lexicon.from_terms(["war"], name="own")
    for _ in range(2):
        table = framing.score_batch(corpus.iloc[:1], lexicons=[own], classifier=None)
        assert any(str(c).startswith("own/") for c in table.columns)
    batches._kept.cache_clear()


def test_the_page_s_functions_do_what_it_says(corpus: pd.DataFrame) -> None:
    """The code of the page on scale, given batches as Spark gives them: some are empty."""
    names = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "cluster.py"))
    given = (corpus.iloc[i : i + 20] for i in (0, 20, 90, 40, 60))
    rows = pd.concat(names["score_batches"](given), ignore_index=True)
    schema = names["schema_of"](corpus.iloc[:3])
    assert [c.strip().split("` ")[0].strip("`") for c in schema.split(",")] == list(rows.columns)
    assert "`own_words` long" in schema and "`date` timestamp" in schema
    found = names["comparison_of"](rows, corpus.iloc[:3])
    expected = framing.compare(framing.score(corpus))
    pd.testing.assert_frame_equal(found.differences, expected.differences, check_exact=True)
