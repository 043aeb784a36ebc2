"""The same comparison again, from its manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import framing
from framing import repeat as module
from framing.errors import FramingError
from framing.repeat import read_manifest


@pytest.fixture(scope="module")
def small(corpus: pd.DataFrame) -> pd.DataFrame:
    return corpus.loc[corpus["outlet"].isin(sorted(set(corpus["outlet"]))[:3])]


def compared(corpus: pd.DataFrame, **settings: Any) -> framing.Comparison:
    return framing.compare(framing.score(corpus, min_words=20), **settings)


def test_the_result_is_repeated_bit_by_bit(small: pd.DataFrame, tmp_path: Path) -> None:
    first = compared(
        small,
        by=["outlet", "year"],
        against="rest",
        family="comparison",
        level=0.9,
        random_state=5,
        measures=["term_rate", "quoted:term_rate"],
        opinion=("outlet", ["nobody"]),
        draws=299,
    )
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(first.manifest), "utf-8")
    again = framing.rerun(path, small.sample(frac=1, random_state=1))
    assert again.same and not len(again.differs)
    for name in ("estimates", "differences", "cells"):
        pd.testing.assert_frame_equal(
            getattr(again.comparison, name), getattr(first, name), check_exact=True
        )
    assert again.comparison.manifest == first.manifest
    assert "The result is the same, bit by bit." in repr(again)


def test_what_differs_is_said_without_scoring(small: pd.DataFrame) -> None:
    manifest = compared(small).manifest
    assert not len(framing.what_differs(manifest, small))
    then = {
        **manifest,
        "framing": "0.0.0",
        "settings": {**manifest["settings"], "another": 1},
        "lexicons": [
            {**x, "sha256": "0" * 64} if x["name"] == "hedges" else x for x in manifest["lexicons"]
        ],
        "classifier": {**manifest["classifier"], "sha256": "1" * 64},
        "packages": {**manifest["packages"], "numpy": "1.0"},
    }
    differs = framing.what_differs(then, small.iloc[1:])
    found = set(zip(differs["kind"], differs["what"], strict=True))
    assert found == {
        ("data", "articles"),
        ("data", "sha256"),
        ("lexicon", "hedges sha256"),
        ("model", "classifier sha256"),
        ("version", "framing"),
        ("version", "numpy"),
        ("setting", "another"),
    }
    row = differs.loc[differs["what"] == "framing"].iloc[0]
    assert (row["then"], row["now"]) == ("0.0.0", framing.__version__)


def test_a_changed_corpus_is_not_the_same(small: pd.DataFrame) -> None:
    manifest = compared(small).manifest
    changed = small.copy()
    changed.loc[changed.index[0], "text"] += " The brutal regime fell."
    again = framing.rerun(manifest, changed)
    assert not again.same
    assert set(again.differs["what"]) == {"sha256"}
    assert "not the same" in repr(again)


def test_a_column_that_moves_an_article_is_data_too(small: pd.DataFrame) -> None:
    manifest = compared(small).manifest
    moved = small.copy()
    moved.loc[moved.index[0], "story"] = "another"
    assert set(framing.what_differs(manifest, moved)["kind"]) == {"data"}


def test_own_lexicons_and_no_classifier(small: pd.DataFrame) -> None:
    own = framing.Lexicon.from_terms(["council", "town"], name="own-terms")
    first = framing.compare(framing.score(small, lexicons=[own], classifier=None))
    with pytest.raises(FramingError) as error:
        framing.rerun(first.manifest, small)
    assert str(error.value).startswith("the comparison used the lexicon 'own-terms'")
    again = framing.rerun(first.manifest, small, lexicons=[own])
    assert again.same
    other = framing.Lexicon.from_terms(["council"], name="own-terms")
    differs = framing.what_differs(first.manifest, small, lexicons=[other])
    assert "own-terms sha256" in set(differs["what"])


def test_a_report_holds_the_manifest(small: pd.DataFrame, tmp_path: Path) -> None:
    first = compared(small)
    path = framing.write_report(first, tmp_path / "report.json")
    assert read_manifest(path) == json.loads(json.dumps(first.manifest))
    tables = framing.write_report(first, tmp_path / "tables.csv")
    assert read_manifest(tables / "manifest.json") == json.loads(json.dumps(first.manifest))


def test_refusals(small: pd.DataFrame, tmp_path: Path) -> None:
    manifest = compared(small).manifest
    gone = tmp_path / "gone.json"
    with pytest.raises(FramingError) as error:
        read_manifest(gone)
    assert str(error.value) == module.NO_MANIFEST.format(path=gone)
    broken = tmp_path / "broken.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(FramingError, match="is not valid JSON"):
        read_manifest(broken)
    scored = framing.score(small).manifest
    with pytest.raises(FramingError) as error:
        read_manifest(scored)
    assert str(error.value) == module.NOT_A_MANIFEST.format(missing="comparison")
    with pytest.raises(FramingError, match=r"it lacks comparison\.family"):
        settings = {k: v for k, v in manifest["comparison"].items() if k != "family"}
        read_manifest({**manifest, "comparison": settings})
    listed = tmp_path / "list.json"
    listed.write_text("[]", "utf-8")
    with pytest.raises(FramingError, match="this is no manifest"):
        read_manifest(listed)
    with pytest.raises(FramingError, match="used the model 'own'"):
        framing.what_differs({**manifest, "classifier": {"name": "own", "sha256": ""}}, small)
