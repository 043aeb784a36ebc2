"""The tables of words on real stories: what they say, and how often they cry wolf.

``python -m benchmarks.wording`` compares the outlets of BASIL's and AllSides's stories. For each it
prints the readings of names, and how often a table has a p-value of 0.05 or less after adjustment
when the outlets of every story are dealt anew, so that nothing differs: that should be at most one
time in twenty. Terms that are contested and phrases are printed as they stand in the tables, which
is words and counts; no sentence is printed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import framing
from benchmarks._data import basil, data_file
from framing.agency import agency_table, count_agency
from framing.asymmetry import asymmetry_table, count_asymmetry
from framing.names import count_names, name_table
from framing.phrases import count_phrases, count_sentences, phrase_table, repeated_sentences
from framing.sources import count_sources, join_story_speakers, source_profile
from framing.wording import Wording

ALPHA = 0.05
LEAST_STORIES = 15


def corpora() -> dict[str, pd.DataFrame]:
    """Articles of known stories; of AllSides those of outlets that are in enough of them."""
    stories = pd.read_json(data_file("allsides/stories.jsonl.gz"), lines=True)
    stories = stories.assign(id=[f"a{i}" for i in range(len(stories))])
    number = stories.groupby("outlet")["story"].transform("nunique")
    return {"BASIL": basil().articles, "AllSides": stories.loc[number >= LEAST_STORIES]}


def dealt(counts: pd.DataFrame, places: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Deal the outlets of every story anew among its cells."""
    cells = places[["story", "group"]].drop_duplicates().sort_values(["story", "group"])
    key = cells["story"].map({s: i for i, s in enumerate(sorted(set(cells["story"])))})
    order = np.argsort(key.to_numpy() + random.random(len(cells)), kind="stable")
    new = pd.Series(cells["group"].to_numpy()[order], pd.MultiIndex.from_frame(cells))
    here = pd.MultiIndex.from_frame(counts[["story", "group"]])
    return counts.assign(group=new.reindex(here).to_numpy())


def alarms(table: pd.DataFrame, column: str = "p_adjusted", family: str | None = None) -> float:
    """Tell whether any of a family is found; with several families, in what share of them."""
    found = table[column] <= ALPHA
    if family is None:
        return float(found.any())
    tested = table.groupby(family)[column].count() > 0
    return float(found.groupby(table[family]).any()[tested].mean())


def report(name: str, articles: pd.DataFrame, worlds: int, seed: int) -> None:
    """Print what the tables say of a corpus, and their false alarms."""
    scores = framing.score(articles.astype({"id": str, "story": str}), classifier=None)
    kept = scores.articles.loc[scores.articles["status"] == "scored"]
    places = kept.assign(group=kept["outlet"])[["id", "group", "story"]]
    wording = Wording(scores, places)
    print(f"## {name}: {len(places)} articles, {places['story'].nunique()} stories\n")
    for row in wording.readings.head(12).itertuples():
        print(f"- {row.referent}: {row.reading}")
    contested = wording.asymmetry
    print(f"\n{contested['term'].nunique()} terms are bare in one outlet and in scare quotes in")
    print("another, on one story:", ", ".join(contested["term"].drop_duplicates().head(15)))
    sure = wording.phrases.loc[wording.phrases["p_adjusted"] <= ALPHA]
    print(f"\n{len(sure)} phrases set an outlet apart after max-T:", end=" ")
    print(", ".join(f"{r.phrase} ({r.group})" for r in sure.head(15).itertuples()), "\n")

    skip = repeated_sentences(count_sentences(scores, places))
    tables: dict[str, tuple[pd.DataFrame, Callable[[pd.DataFrame], float]]] = {
        "phrases, max-T over all": (
            count_phrases(scores, places, skip=skip),
            lambda c: alarms(phrase_table(c, shown=200)),
        ),
        "names, any referent": (
            count_names(scores, places),
            lambda c: alarms(name_table(c), "referent_p_adjusted"),
        ),
        "sources, each measure": (
            join_story_speakers(count_sources(scores, places)),
            lambda c: alarms(source_profile(c), family="measure"),
        ),
        "agency, each measure": (
            count_agency(wording.agency_events),
            lambda c: alarms(agency_table(c), family="measure"),
        ),
        "scare asymmetry": (
            count_asymmetry(scores, places),
            lambda c: alarms(asymmetry_table(c)),
        ),
    }
    print(f"| table | found with outlets dealt anew, of {worlds} worlds | seconds a table |")
    print("|---|---|---|")
    for label, (counts, test) in tables.items():
        random = np.random.default_rng(seed)
        start = time.perf_counter()
        found = [test(dealt(counts, places, random)) for _ in range(worlds)]
        seconds = (time.perf_counter() - start) / worlds
        share = "not testable" if np.isnan(found).all() else f"{np.nanmean(found):.3f}"
        print(f"| {label} | {share} | {seconds:.2f} |", flush=True)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for name, articles in corpora().items():
        report(name, articles, arguments.worlds, arguments.seed)


if __name__ == "__main__":
    main()
