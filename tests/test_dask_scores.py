"""Scores of a Dask DataFrame, on a real cluster of two processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import framing
from framing.errors import CorpusError

dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")

SETTINGS: dict[str, Any] = {"lexicons": ["conflict", "reporting"], "classifier": None}


@pytest.fixture
def client(socket_enabled: None, tmp_path: Path) -> Iterator[Any]:
    """Two processes, of one thread each, on this computer alone."""
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=str(tmp_path),
        ) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def whole(corpus: pd.DataFrame) -> framing.Scores:
    return framing.score(corpus, **SETTINGS)


def assert_same(one: framing.Comparison, other: framing.Comparison) -> None:
    for name in "estimates differences names warnings phrases sources asymmetry agency".split():
        a, b = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(a, b, check_exact=True, check_dtype=False, obj=name)
    for name in ("totals", "sample", "sentences"):
        a, b = getattr(one.evidence, name), getattr(other.evidence, name)
        pd.testing.assert_frame_equal(a, b, check_exact=True, check_dtype=False, obj=name)
    assert one.manifest == other.manifest


def die_once(part: pd.DataFrame, flag: str) -> pd.DataFrame:
    """Kill the process that is given the story of the dam, the first time."""
    if part["story"].eq("dam-collapse").any() and not os.path.exists(flag):
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part


def test_a_cluster_gives_the_digits_of_one_core(
    client: Any, corpus: pd.DataFrame, whole: framing.Scores
) -> None:
    assert len(client.scheduler_info()["workers"]) == 2
    scores = framing.score(dd.from_pandas(corpus, npartitions=5), **SETTINGS)
    assert_same(framing.compare(scores), framing.compare(whole))  # type: ignore[arg-type]


def test_a_large_dask_frame_is_compared_as_a_folder_is(
    corpus: pd.DataFrame, whole: framing.Scores, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dask

    from framing import reduction

    monkeypatch.setattr(reduction, "MOST_WORDS", 5000)
    with dask.config.set(scheduler="synchronous"):
        scores = framing.score(dd.from_pandas(corpus, npartitions=5), **SETTINGS)
        found = framing.compare(scores)  # type: ignore[arg-type]
    expected = framing.compare(whole)
    for name in ("totals", "sample", "sentences", "articles"):
        a, b = getattr(found.evidence, name), getattr(expected.evidence, name)
        pd.testing.assert_frame_equal(a, b, check_exact=True, check_dtype=False, obj=name)
    pd.testing.assert_frame_equal(found.differences, expected.differences, check_exact=True)
    assert found.wording is not None
    assert 0 < found.wording.articles["words"].sum() <= 5000


def test_a_worker_that_is_killed_changes_no_digit(
    client: Any, corpus: pd.DataFrame, whole: framing.Scores, tmp_path: Path
) -> None:
    frame = dd.from_pandas(corpus, npartitions=5)
    flag = tmp_path / "killed"
    frame = frame.map_partitions(die_once, str(flag), meta=frame._meta)
    scores = framing.score(frame, **SETTINGS)
    assert_same(framing.compare(scores), framing.compare(whole))  # type: ignore[arg-type]
    assert flag.exists()


@pytest.mark.parametrize("kind", ["with dates", "without", "an empty partition"])
def test_the_meta_is_what_is_computed(
    corpus: pd.DataFrame, whole: framing.Scores, kind: str
) -> None:
    import dask

    frame = dd.from_pandas(corpus.drop(columns="date") if kind == "without" else corpus, 4)
    if kind == "an empty partition":
        frame = frame.loc[frame["outlet"] == corpus["outlet"].iloc[0]]
        frame = dd.concat([frame, frame.loc[frame["outlet"] == "none"]])
    scores = framing.score(frame, **SETTINGS)
    tables = [scores.articles, scores.sentences, scores.hits, scores.voices]
    with dask.config.set(scheduler="synchronous"):
        computed = dask.compute(*tables)
        again = frame.compute()
    for lazy, table in zip(tables, computed, strict=True):
        pd.testing.assert_series_equal(lazy.dtypes, table.dtypes)
    expected = framing.score(again, **SETTINGS)
    for name, table in zip(("articles", "sentences", "hits", "voices"), computed, strict=True):
        one, other = (
            t.astype(object).where(t.notna(), None).reset_index(drop=True)
            for t in (table, getattr(expected, name))
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True, obj=name)


def test_nothing_is_scored_before_it_is_asked_for(
    corpus: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    from framing import dask_scores

    scored = []
    score = dask_scores.score_with
    monkeypatch.setattr(
        dask_scores,
        "score_with",
        lambda plan, frame: scored.append(len(frame)) or score(plan, frame),
    )
    framing.score(dd.from_pandas(corpus, npartitions=5), **SETTINGS)
    assert scored == [1]  # the specimen that says what the columns will be


def test_what_a_dask_frame_must_have(corpus: pd.DataFrame) -> None:
    import dask

    with pytest.raises(CorpusError, match="needs a column 'id'"):
        framing.score(dd.from_pandas(corpus.drop(columns="id"), npartitions=2), **SETTINGS)
    with pytest.raises(CorpusError, match="no text column"):
        framing.score(dd.from_pandas(corpus[["id", "outlet"]], npartitions=2), **SETTINGS)
    twice = dd.from_pandas(pd.concat([corpus.iloc[:6], corpus.iloc[4:8]]), npartitions=3)
    with dask.config.set(scheduler="synchronous"):
        with pytest.raises(CorpusError, match="2 ids stand in the Dask DataFrame more than once"):
            framing.compare(framing.score(twice, **SETTINGS))
        lacking = corpus.iloc[:6].assign(id=[*corpus["id"].iloc[:5], None])
        with pytest.raises(CorpusError, match="1 rows have no id"):
            framing.compare(framing.score(dd.from_pandas(lacking, npartitions=2), **SETTINGS))


def test_dates_are_read_by_what_any_partition_shows() -> None:
    import dask

    frame = pd.DataFrame(
        {
            "id": list("abcd"),
            "text": ["Nothing happened in the town on that day."] * 4,
            "date": ["03/04/2020", "04/04/2020", "05/04/2020", "25/04/2020"],
        }
    )
    scores = framing.score(dd.from_pandas(frame, npartitions=2), **SETTINGS)
    with dask.config.set(scheduler="synchronous"):
        dates = scores.articles["date"].compute()
    assert dates.dt.month.tolist() == [4, 4, 4, 4]
