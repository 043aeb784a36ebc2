"""How wide are the lexicons, and do they find what readers find loaded?

``python -m benchmarks.lexicons`` prints it, with VADER's words beside ours. Nothing is fitted
here: the terms are looked up in real articles and in sentences that annotators marked.

``--terms`` prints every term with enough hits; ``--articles N`` sets how many AllSides articles are
read. At the end stands what a reader of a hundred hits of each frequent term found
(:mod:`benchmarks.term_judgements`); ``--reading`` prints that alone.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from benchmarks._data import allsides_articles, babe, data_file
from benchmarks.term_judgements import LISTS, by_term, check_standing, read_judgements, shares
from framing import FramingWarning, Lexicon, Scores, read_lexicon, score
from framing.coverage import measure_reach
from framing.lexicon import resolve_lexicons
from framing.tokens import Tokens, tokenize

# Terms with fewer hits than this say nothing about their lift.
LEAST = 10
# A word counts as marked where at least so many annotators marked it.
MARKED = 2
ARTICLES = 29_328
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Labelled:
    """BABE's sentences as they were scored, and the tokens that annotators marked."""

    scores: Scores
    tokens: Tokens
    loaded: Bools
    marked: Bools


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000, help="AllSides articles to read")
    parser.add_argument("--lexicon", action="append", help="a name or a folder; default: all")
    parser.add_argument("--terms", action="store_true", help="print every term with enough hits")
    parser.add_argument("--reading", action="store_true", help="print only the reader's judgements")
    arguments = parser.parse_args()
    lexicons = resolve_lexicons(
        [Path(x) if "/" in x else x for x in arguments.lexicon] if arguments.lexicon else None
    )
    judgements = read_judgements()
    check_standing(judgements, lexicons)
    if not arguments.reading:
        measure(lexicons, arguments.articles, arguments.terms, judgements)
    print_reading(judgements)


def measure(
    lexicons: Sequence[Lexicon], limit: int, every_term: bool, judgements: pd.DataFrame
) -> None:
    """Print what the lexicons find in articles and in annotated sentences."""
    table = pd.DataFrame(
        {
            "terms": [len(x) for x in lexicons],
            "loaded": [sum(t.category in x.loaded_categories for t in x) for x in lexicons],
        },
        index=[x.name for x in lexicons],
    )
    data = labelled(lexicons)
    table = table.join(reach(lexicons, limit)).join(lifts(data, "lexicon"))
    table["covered %"] = [
        100 * coverage(data, data.scores.hits["lexicon"] == n) for n in table.index
    ]
    print(
        f"{table['terms'].sum():,} terms in {len(lexicons)} lexicons; {limit:,} "
        f"AllSides articles, {len(data.loaded):,} BABE sentences of which "
        f"{data.loaded.mean():.3f} are loaded\n"
    )
    print(table.to_string(float_format=lambda x: f"{x:.2f}"))
    print(
        "\nlift: share of a lexicon's hits that stand in loaded sentences, over the base rate;\n"
        f"covered: share of the words that {MARKED} or more annotators marked\n"
    )
    vader = vader_words()
    print(together(lexicons, data, vader).to_string(float_format=lambda x: f"{x:.3f}"))
    by_term = lifts(data, ["lexicon", "category", "term"])
    chosen = by_term.loc[by_term["hits"] >= LEAST].sort_values("lift")
    if not every_term:
        loaded = {(x.name, c) for x in lexicons for c in x.loaded_categories}
        below = np.array([row[:2] in loaded for row in chosen.index], bool) & (chosen["lift"] < 1)
        chosen = chosen.loc[below]
        print(f"\nLoaded terms with {LEAST} or more hits in BABE and a lift under 1: {len(chosen)}")
    else:
        print(f"\nTerms with {LEAST} or more hits in BABE: {len(chosen)}")
    if len(chosen):
        print(with_reasons(chosen, judgements).to_string(float_format=lambda x: f"{x:.2f}"))


def print_reading(judgements: pd.DataFrame) -> None:
    """Print the share of hits in the right sense, by list of terms and by term."""
    read, again = judgements["read"].sum(), judgements["read_again"].sum()
    print(
        f"\nRead by a large language model, not by a person: {read:,} hits of {len(judgements)} "
        f"terms, and {again:,} again after mends"
    )
    table = shares(judgements)
    table.insert(0, "what", [LISTS.get(str(name), "") for name in table.index])
    print(table.to_string(float_format=lambda x: f"{x:.1f}".removesuffix(".0")))
    print()
    terms = by_term(judgements).to_string(
        index=False, na_rep="", float_format=lambda x: f"{x:.0f}", justify="left"
    )
    print(terms)


def with_reasons(terms: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Add to a table of terms what was decided of each when its hits were read."""
    decided = judgements.set_index(["lexicon", "term"])["mend"]
    keys = [(row[0], row[2]) for row in terms.index]
    return terms.assign(decided=[decided.get(key, "not read yet") for key in keys])


def labelled(lexicons: Sequence[Lexicon]) -> Labelled:
    """Score BABE, and find the words that at least `MARKED` of its annotators marked."""
    data = babe()
    sentences = data.sentences
    annotators = pd.read_csv(data_file("babe/annotators.csv"))
    readers = annotators.groupby("id")["annotator"].nunique().reindex(sentences["id"])
    tokens = tokenize(list(sentences["text"]))
    marked = np.zeros(len(tokens), bool)
    for i, (words, number) in enumerate(zip(data.words, readers, strict=True)):
        chosen = {w for w, share in words.items() if share * number > MARKED - 0.5}
        for at in range(tokens.first_token[i], tokens.first_token[i + 1]):
            marked[at] = tokens.types[tokens.type[at]] in chosen
    return Labelled(scored(sentences, lexicons), tokens, sentences["loaded"].to_numpy(bool), marked)


def scored(frame: pd.DataFrame, lexicons: Sequence[Lexicon]) -> Scores:
    """Score short texts by lexicons alone; ids become the place in the table."""
    records = [{"id": str(i), "text": text} for i, text in enumerate(frame["text"])]
    return score(records, lexicons=lexicons, classifier=None, min_words=1)


def reach(lexicons: Sequence[Lexicon], limit: int) -> pd.DataFrame:
    """Hits per 1,000 words and share of articles with a hit, by lexicon, on unlabelled news."""
    every = max(1, ARTICLES // limit)
    texts = (article["text"] for article in allsides_articles(limit, every=every))
    table = measure_reach(texts, lexicons=lexicons).set_index("lexicon")
    return pd.DataFrame(
        {"per 1,000 words": table["rate"], "articles %": 100 * table["article_share"]}
    )


def lifts(data: Labelled, by: str | list[str]) -> pd.DataFrame:
    """Count hits in BABE, and the share of them in loaded sentences over the base rate."""
    hits = data.scores.hits
    inside = pd.Series(data.loaded[hits["id"].astype(int)], index=hits.index)
    groups = inside.groupby([hits[c] for c in ([by] if isinstance(by, str) else by)])
    return pd.DataFrame({"hits": groups.size(), "lift": groups.mean() / data.loaded.mean()})


def coverage(data: Labelled, chosen: pd.Series[bool]) -> float:
    """Measure the share of marked words that lie inside one of the chosen hits."""
    tokens, covered = data.tokens, np.zeros(len(data.tokens), bool)
    for name, start, end in data.scores.hits.loc[chosen, ["id", "start", "end"]].itertuples(
        index=False
    ):
        here = slice(tokens.first_token[int(name)], tokens.first_token[int(name) + 1])
        covered[here] |= (tokens.start[here] < end) & (tokens.end[here] > start)
    return float(covered[data.marked].mean())


def together(lexicons: Sequence[Lexicon], data: Labelled, vader: Lexicon | None) -> pd.DataFrame:
    """Measure all loaded categories at once, and VADER's words in their place."""
    rows: dict[str, dict[str, Any]] = {"loaded categories": quality(lexicons, data)}
    if vader is not None:
        scores = scored(data.scores.corpus, [vader])
        other = Labelled(scores, data.tokens, data.loaded, data.marked)
        rows["VADER's words"] = quality([vader], other)
    return pd.DataFrame(rows).T


def quality(lexicons: Sequence[Lexicon], data: Labelled) -> dict[str, Any]:
    """AUC and coverage on BABE, agreement with readers within stories."""
    articles, hits = data.scores.articles, data.scores.hits
    counted = hits.loc[hits["counted"]]
    own = articles["term_rate"].to_numpy(float)
    known = np.isfinite(own)
    weight = np.bincount(
        counted["id"].astype(int), weights=counted["weight"], minlength=len(articles)
    )
    words = articles["words"].to_numpy(float)
    agreement = {}
    try:
        ratings = pd.read_csv(data_file("ratings/articles.csv"))
    except SystemExit:
        pass
    else:
        rated = scored(ratings, lexicons)
        truth = ratings[["reader_a", "reader_b"]].mean(axis=1)
        rate = rated.articles["term_rate"].reset_index(drop=True)
        agreement = {"Spearman within stories": within_stories(rate, truth, ratings["story"])}
    return {
        "words covered": coverage(data, hits["counted"]),
        "AUC own voice": roc_auc_score(data.loaded[known], own[known]),
        "sentences": int(known.sum()),
        "AUC any voice": roc_auc_score(data.loaded, weight / words),
        **agreement,
    }


def within_stories(
    measure: pd.Series[float], truth: pd.Series[float], story: pd.Series[str]
) -> float:
    """Correlate ranks after each story's mean was taken off both."""
    known = measure.notna()
    measure, truth, story = measure[known], truth[known], story[known]
    centred = [x - x.groupby(story).transform("mean") for x in (measure, truth)]
    return float(spearmanr(*centred).statistic)


def vader_words() -> Lexicon | None:
    """Read VADER's words where the package is installed; the weight is the strength, unsigned."""
    try:
        files = distribution("vaderSentiment").files or []
    except ModuleNotFoundError:
        print("VADER left out: the package vaderSentiment is not installed")
        return None
    path = next(f for f in files if f.name == "vader_lexicon.txt").locate()
    with warnings.catch_warnings():
        # its emoticons are no words of running text
        warnings.simplefilter("ignore", FramingWarning)
        return read_lexicon(str(path), format="vader")


if __name__ == "__main__":
    main()
