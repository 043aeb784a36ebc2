"""Time a comparison of a large corpus, from the sums of its articles on disk.

Run with ``python -m benchmarks.compare``. The articles are numbers, not texts: 100,000 of 20
outlets on 5,000 stories, in 20 parts as a run of scoring would leave them, with the categories of
the bundled lexicons. It prints the seconds of each step (the best of some rounds; of one processor
core, so that what else the machine does counts less, and by the clock) and, beside it, how long the
same draws take for one measure when stories are resampled with pandas, as is often done: that loop
is timed over a few draws and multiplied.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

# One core: the figure does not depend on what else the machine can do.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import framing
from framing.cells import Cells, merge_cells, sum_articles
from framing.comparison import compare_cells
from framing.measures import MEASURES, known_measures, quoted_name

PARTS = 20


def make_manifest() -> dict[str, Any]:
    """Write the manifest that scoring with the bundled lexicons and model leaves."""
    return framing.score([{"id": "a", "text": "Nothing."}]).manifest


def make_articles(articles: int, outlets: int, stories: int, seed: int) -> pd.DataFrame:
    """Draw the table of sums per article; some outlets differ, most do not."""
    rng = np.random.default_rng(seed)
    manifest = make_manifest()
    outlet, story = rng.integers(0, outlets, articles), rng.integers(0, stories, articles)
    heat = rng.gamma(2.0, 0.5, stories)[story]
    words = np.round(rng.lognormal(np.log(450), 0.5, articles)) + 30
    own = np.round(words * rng.beta(6, 5, articles))
    louder = 1 + 0.5 * (outlet < outlets // 5)
    table = {
        "id": [f"a{i:07}" for i in range(articles)],
        "outlet": [f"Outlet {i:02}" for i in outlet],
        "story": [f"story {i:05}" for i in story],
        "date": pd.Timestamp("2031-01-01") + pd.to_timedelta(story * 365 // stories, "D"),
        "status": "scored",
        "reason": None,
        "words": words,
        "own_words": own,
        "loaded_words": own * rng.gamma(4.0, 0.005 * heat * louder),
        "term_weight": rng.poisson(own * 0.01 * heat * louder) * 0.75,
        "scare_phrases": rng.poisson(words * 0.001).astype(float),
        "quoted_words": words - own,
        "quoted_spans": np.ceil((words - own) / 25),
        "quoted:loaded_words": (words - own) * rng.gamma(4.0, 0.006, articles),
        "quoted:term_weight": rng.poisson((words - own) * 0.012).astype(float),
    }
    for lexicon in manifest["lexicons"]:
        for category in lexicon["categories"]:
            rate = 10 ** rng.uniform(-4, -2.5)
            name = f"{lexicon['name']}/{category}"
            table[name] = rng.poisson(own * rate * heat).astype(float)
            table[quoted_name(name)] = rng.poisson((words - own) * rate).astype(float)
    return pd.DataFrame(table)


def write_parts(table: pd.DataFrame, folder: Path) -> list[Path]:
    """Write the articles in the order in which they came, in equal parts."""
    paths = []
    for i, rows in enumerate(np.array_split(np.arange(len(table)), PARTS)):
        paths.append(folder / f"sums-{i:03}.parquet")
        table.iloc[rows].to_parquet(paths[-1])
    return paths


def read_parts(paths: Iterable[Path], manifest: dict[str, Any]) -> Cells:
    """Add up the parts, one at a time."""
    return merge_cells(sum_articles(pd.read_parquet(p), manifest) for p in paths)


def pandas_loop(cells: Cells, draws: int) -> float:
    """Time one measure's draws as a plain loop: resample stories, group, add, divide; seconds."""
    frame = cells.frame()[["group", "story", "loaded_words", "own_words"]]
    groups = sorted(set(frame["group"]))
    rng = np.random.default_rng(0)
    by_story = dict(tuple(frame.groupby("story")))
    stories = list(by_story)
    started = time.process_time()
    for _ in range(draws):
        chosen = rng.choice(len(stories), len(stories))
        drawn = pd.concat([by_story[stories[i]] for i in chosen])
        sums = drawn.groupby("group")[["loaded_words", "own_words"]].sum()
        rate = np.log(sums["loaded_words"] / sums["own_words"])
        for a, b in itertools.combinations(groups, 2):
            rate[a] - rate[b]
    return time.process_time() - started


def timed(rounds: int, work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Run some work a few times; least seconds of processor and clock, and the last result."""
    times = []
    for _ in range(rounds):
        started = time.process_time(), time.perf_counter()
        result = work()
        times.append((time.process_time() - started[0], time.perf_counter() - started[1]))
    processor, clock = zip(*times, strict=True)
    return min(processor), min(clock), result


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description="Time a comparison from sums on disk.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--outlets", type=int, default=20)
    parser.add_argument("--stories", type=int, default=5_000)
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--loop", type=int, default=3, help="draws of the pandas loop (default 3)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    manifest = make_manifest()
    named = [m.name for m in MEASURES] + ["hedging_rate", "doubting_share"]
    known = known_measures(manifest)
    named += [quoted_name(n) for n in named if quoted_name(n) in known]
    print(
        f"{options.articles:,} articles, {options.outlets} outlets, {options.stories:,} stories, "
        f"{options.draws:,} draws; best of {options.rounds}"
    )
    with tempfile.TemporaryDirectory() as folder:
        table = make_articles(options.articles, options.outlets, options.stories, options.seed)
        paths = write_parts(table, Path(folder))
        size = sum(p.stat().st_size for p in paths)
        read, clock, cells = timed(options.rounds, lambda: read_parts(paths, manifest))
    print(
        f"read and add up {PARTS} parts ({size / 1e6:.0f} MB): {read:.2f} s "
        f"({clock:.2f} by the clock)"
    )
    rows: dict[str, list[str] | None] = {"the named measures": named, "all measures": None}
    best: dict[str, tuple[float, int]] = {}
    for label, measures in rows.items():

        def work(measures: list[str] | None = measures) -> Any:
            return compare_cells(cells, measures=measures, draws=options.draws)

        spent, clock, comparison = timed(options.rounds, work)
        tested = comparison.differences["p_value"].notna().sum()
        number = comparison.differences["measure"].nunique()
        best[label] = (spent, number)
        print(
            f"compare {label} ({number}; {tested:,} tests): {spent:.2f} s "
            f"({clock:.2f} by the clock); with reading {read + spent:.2f} s"
        )
    loop = pandas_loop(cells, options.loop) / options.loop * options.draws
    print(f"pandas loop, one measure: {loop:.0f} s ({options.loop} draws, multiplied)")
    for label, (spent, number) in best.items():
        print(f"  for {label}: {loop * number / spent:,.0f} times as long as compare takes")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
