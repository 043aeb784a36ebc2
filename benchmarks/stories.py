"""Stories and copies found, against an editor's groups and copies made here.

Run with ``python -m benchmarks.stories``; ``--quick`` leaves out the large corpora. Everything
follows from ``--seed``.

Pairs F1 counts pairs of articles in one story; B-cubed (Bagga and Baldwin 1998) averages over
articles. Both are sums over articles here, so that they can be taken over the articles of some
stories alone: in the rows named *cross-validated* each fifth of the stories is scored with the
settings that were best for the others. Some of the editor's groups are looser than one event, and
126 of their 648 articles have no date.
"""

from __future__ import annotations

import argparse
import re
import resource
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

import framing
from benchmarks._data import allsides_articles, basil, data_file
from framing.errors import FramingWarning
from framing.stories import THRESHOLD, WINDOW_DAYS

FloatArray = npt.NDArray[np.float64]

FOLDS = 5
OTHERS = 5000
MANY = 30_000
COPIES = 400
SETTINGS = list(product((2, 3, 5, 7), (-0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03)))
_START = 150


@dataclass(frozen=True)
class Counts:
    """For each article with a known story: how many it is rightly with, is with, should be with.

    `stray` counts the articles of unknown story that it is with.
    """

    right: FloatArray
    found: FloatArray
    true: FloatArray
    stray: FloatArray

    def pairs(self, some: Any = slice(None), *, strict: bool = False) -> tuple[float, float, float]:
        """F1, precision and recall of pairs; `strict` holds every stray article to be wrong."""
        right = (self.right[some] - 1).sum()
        found = (self.found[some] - 1).sum() + (self.stray[some].sum() * 2 if strict else 0)
        true = (self.true[some] - 1).sum()
        return _f1(right / max(found, 1), right / true), right / max(found, 1), right / true

    def b_cubed(self, some: Any = slice(None)) -> float:
        """B-cubed F1."""
        right = self.right[some]
        return _f1((right / self.found[some]).mean(), (right / self.true[some]).mean())


def _f1(precision: float, recall: float) -> float:
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def count(found: pd.DataFrame, truth: pd.Series[Any]) -> Counts:
    """Compare the stories found with the true ones, by id; articles without a true one are stray.

    Articles come in the order of `truth`, whatever the order of `found`.
    """
    table = pd.DataFrame({"found": found.set_index("id")["story"].reindex(truth.index)})
    table["true"] = truth
    everybody = found["story"].value_counts()
    known = table.groupby("found")["true"].transform("size")
    return Counts(
        right=table.groupby(["found", "true"])["true"].transform("size").to_numpy(float),
        found=known.to_numpy(float),
        true=table.groupby("true")["true"].transform("size").to_numpy(float),
        stray=(table["found"].map(everybody) - known).to_numpy(float),
    )


def find(corpus: pd.DataFrame, **settings: Any) -> pd.DataFrame:
    """Find stories, unaware of the true ones and in an order that tells nothing."""
    with warnings.catch_warnings():
        # That some dates cannot be read is part of these data.
        warnings.simplefilter("ignore", FramingWarning)
        return framing.find_stories(corpus, **settings)


def editors_stories(seed: int) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Return the articles, shuffled and without their stories, and the stories by id."""
    path = data_file("allsides/stories.jsonl.gz")
    raw = pd.read_json(path, lines=True, dtype=False)
    raw["date"] = raw["date"].astype(object).where(raw["date"].notna(), None)
    truth = raw.set_index("id")["story"]
    return _shuffled(raw.drop(columns="story"), seed), truth


def other_articles(apart_from: pd.DataFrame, number: int, seed: int) -> pd.DataFrame:
    """Draw articles that are none of those given, by address, title and how the text begins."""
    raw = pd.DataFrame(allsides_articles())
    same = raw["url"].isin(apart_from["url"])
    for column in ("title", "text"):
        same |= _start(raw[column]).isin(_start(apart_from[column]))
    kept = raw.loc[~same]
    return kept.sample(min(number, len(kept)), random_state=seed)


def _start(column: pd.Series[Any]) -> pd.Series[Any]:
    plain = column.str.lower().str.replace(r"\W+", " ", regex=True)
    return plain.str[:_START]


def _shuffled(corpus: pd.DataFrame, seed: int) -> pd.DataFrame:
    return corpus.sample(frac=1, random_state=seed).reset_index(drop=True)


def cross_validated(counts: dict[Any, Counts], truth: pd.Series[Any], seed: int) -> Counts:
    """Score each fold of the stories with the settings that are best for the others."""
    names = np.random.default_rng(seed).permutation(sorted(set(truth)))
    fold = truth.map({name: i % FOLDS for i, name in enumerate(names)}).to_numpy()
    parts: dict[str, FloatArray] = {
        k: np.zeros(len(truth)) for k in ("right found true stray".split())
    }
    for i in range(FOLDS):
        best = max(counts, key=lambda s: counts[s].pairs(fold != i)[0])
        for name, values in parts.items():
            values[fold == i] = getattr(counts[best], name)[fold == i]
    return Counts(**parts)


def stories(seed: int, quick: bool) -> None:
    """Print the agreement with the editor's stories."""
    corpus, truth = editors_stories(seed)
    print("\nStories: agreement with groups that people made")
    head = f"{'':<58}{'pairs F1':>9}{'precision':>11}{'recall':>8}{'B-cubed F1':>12}"
    print(head)
    counts = {s: count(find(corpus, window_days=s[0], threshold=s[1]), truth) for s in SETTINGS}
    _row("216 stories, as the library comes", counts[WINDOW_DAYS, THRESHOLD])
    _row("216 stories, cross-validated", cross_validated(counts, truth, seed))
    _row("216 stories without any date", count(find(corpus.drop(columns="date")), truth))
    if not quick:
        mixed = _shuffled(pd.concat([corpus, other_articles(corpus, OTHERS, seed)]), seed)
        few = [s for s in SETTINGS if s[0] == WINDOW_DAYS]
        among = {s: count(find(mixed, window_days=s[0], threshold=s[1]), truth) for s in few}
        shipped, other = among[WINDOW_DAYS, THRESHOLD], cross_validated(among, truth, seed)
        name = f"among {len(mixed) - len(corpus):,} other articles"
        _row(f"{name}, as the library comes", shipped)
        _row(f"{name}, cross-validated", other)
        _row(f"{name}, each joined one held wrong", shipped, strict=True)
    articles = basil().articles.astype({"id": str})
    events = articles.set_index("id")["story"]
    unknown = _shuffled(articles.drop(columns="story"), seed)
    _row("BASIL, 60 events, as the library comes", count(find(unknown), events))


def _row(name: str, counts: Counts, *, strict: bool = False) -> None:
    f1, precision, recall = counts.pairs(strict=strict)
    print(f"{name:<58}{f1:>9.3f}{precision:>11.3f}{recall:>8.3f}{counts.b_cubed():>12.3f}")


# --- copies --------------------------------------------------------------------------------------


def make_copies(corpus: pd.DataFrame, number: int, seed: int) -> pd.DataFrame:
    """Copy articles: cut, under another title, and with single words changed; any or all of these.

    Half of the copies appear up to three days later.
    """
    rng = np.random.default_rng(seed)
    words = " ".join(corpus["text"].head(100)).split()
    rows = []
    for at in rng.choice(len(corpus), number, replace=False):
        source = corpus.iloc[at]
        text, how = str(source["text"]), []
        if rng.random() < 0.7:
            text = _cut(text, rng)
            how.append("cut")
        if rng.random() < 0.7:
            share = rng.uniform(0.01, 0.08)
            parts = text.split(" ")
            for i in np.flatnonzero(rng.random(len(parts)) < share):
                parts[i] = "" if rng.random() < 0.3 else words[rng.integers(len(words))]
            text = " ".join(parts)
            how.append("edited")
        title = source["title"]
        if rng.random() < 0.7:
            title = corpus["title"].iloc[rng.integers(len(corpus))]
            how.append("re-headed")
        date = pd.to_datetime(source["date"], errors="coerce")
        if rng.random() < 0.5:
            date = date + pd.Timedelta(days=int(rng.integers(4)))
        rows.append(
            {
                "id": f"copy {at}",
                "outlet": f"Copier {at % 7}",
                "title": title,
                "text": text,
                "date": None if pd.isna(date) else str(date.date()),
                "source": source["id"],
                "how": " and ".join(how) or "whole",
            }
        )
    return pd.DataFrame(rows)


def _cut(text: str, rng: np.random.Generator) -> str:
    """Keep 35 to 90 % of the sentences: the first, the last, or any."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    kept = max(4, round(len(sentences) * rng.uniform(0.35, 0.9)))
    way = rng.integers(3)
    if way == 0:
        return " ".join(sentences[:kept])
    if way == 1:
        return " ".join(sentences[-kept:])
    some = np.sort(rng.permutation(len(sentences))[:kept])
    return " ".join(sentences[i] for i in some)


def copies(seed: int, quick: bool) -> None:
    """Print how many of the copies made are found, and what else is called a copy."""
    corpus, _ = editors_stories(seed)
    if not quick:
        corpus = pd.concat([corpus, other_articles(corpus, OTHERS, seed)], ignore_index=True)
    made = make_copies(corpus, COPIES, seed)
    found = find(_shuffled(pd.concat([corpus, made]), seed)).set_index("id")
    before = find(corpus).set_index("id")["duplicate_of"].dropna()
    group = found["duplicate_of"].fillna(pd.Series(found.index, found.index))
    right = group[made["id"]].to_numpy() == group[made["source"]].to_numpy()
    called = found["duplicate_of"].dropna()
    # A pair is right if one was made from the other, or both from one, or from one's own copies.
    source = pd.Series(made["source"].to_numpy(), made["id"])
    root = {i: source.get(i, i) for i in found.index}
    true = np.array([root[i] == root[o] for i, o in called.items()])
    print(f"\nCopies: {len(made)} made among {len(corpus):,} articles")
    for how, part in pd.Series(right).groupby(made["how"].to_numpy()):
        print(f"  {how:<34}{part.sum():>5} of {len(part):>4} found")
    print(f"  recall    {right.mean():.3f}")
    print(f"  precision {true.mean():.3f} ({len(called) - true.sum()} of {len(called)} wrong,")
    print(f"            {len(before)} copies being there before any were made, and held wrong)")


# --- size ----------------------------------------------------------------------------------------


def size(_: int, quick: bool) -> None:
    """Print time and memory for a large corpus, beside scikit-learn's TF-IDF of the same."""
    number = 3000 if quick else MANY
    raw = pd.DataFrame(allsides_articles(number))
    more = raw.head(number - len(raw))
    more = more.assign(id=more["id"] + " again")
    corpus = pd.concat([raw, more], ignore_index=True)
    openings = [
        f"{h} {' '.join(x.split()[:400])}"
        for h, x in zip(corpus["title"], corpus["text"], strict=True)
    ]
    started = time.perf_counter()
    TfidfVectorizer().fit_transform(openings)
    plain = time.perf_counter() - started
    del openings
    week = [f"2020-01-{1 + i % 7:02d}" for i in range(len(corpus))]
    print(f"\nSize: {len(corpus):,} articles; scikit-learn's TfidfVectorizer of their openings: 1")
    for name, dates in (
        ("dates as given", corpus["date"]),
        ("all in one week", week),
        ("no dates", None),
    ):
        started = time.perf_counter()
        found = find(corpus.assign(date=dates))
        took = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"  {name:<18}{took / plain:>6.1f} times as long ({took:.0f} s), "
            f"{found['story'].nunique():,} stories, at most {peak:.2f} GB until here"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables that were asked for."""
    # Size first: the memory that it reports is the most that the process ever used.
    tables: dict[str, Callable[[int, bool], None]] = {
        "size": size,
        "stories": stories,
        "copies": copies,
    }
    parser = argparse.ArgumentParser(description="Stories and copies: agreement, time, memory.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="leave out the large corpora")
    parser.add_argument("--only", choices=sorted(tables), help="print one table only")
    options = parser.parse_args(arguments)
    for name, table in tables.items():
        if options.only in (None, name):
            table(options.seed, options.quick)


if __name__ == "__main__":
    main()
