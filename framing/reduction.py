"""Comparisons of what is larger than memory: sums of all parts, words of a sample of stories.

Estimates, differences and the totals of the evidence are of all articles. The tables of words need
the texts side by side; of a corpus larger than `MOST` articles they are made from whole stories,
drawn by a hash of the story's name, so that the same ones are drawn however the corpus was cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice

import pandas as pd

from framing.cells import Cells, article_groups, merge_cells
from framing.evidence import Evidence, empty_evidence, gather_evidence, merge_evidence
from framing.scores import Scores, join_scores

__all__ = [
    "MOST",
    "PartWords",
    "Words",
    "choose_stories",
    "compared_articles",
    "fold_cells",
    "join_words",
    "shared_by_groups",
    "take_articles",
    "words_of",
]

MOST = 10_000
"""Articles from which the tables of words are made at most."""

W_SAMPLE = (
    "Tables of words (names, phrases, sources, scare quotes, agency) are made from {taken:,} of "
    "{total:,} articles: whole stories, drawn at random. Estimates, differences and totals of "
    "evidence are of all."
)

_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class Words:
    """What the tables of words and the evidence are made from.

    Attributes
    ----------
    scores : Scores
        Of the articles whose words are compared.
    articles : pandas.DataFrame
        These, with ``group``, ``story`` and ``matched``.
    evidence : Evidence
        Of all articles.
    notes : tuple of str
        What is to be said of the sample.
    """

    scores: Scores
    articles: pd.DataFrame
    evidence: Evidence
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class PartWords:
    """The same of one part: its share of the sample, and its evidence (None where it has none)."""

    sample: Scores
    evidence: Evidence | None


def fold_cells(parts: Iterable[Cells]) -> Cells:
    """Add up cells of many parts, some at a time.

    Parameters
    ----------
    parts : iterable of Cells
        Read one after another; never all are held.

    Returns
    -------
    Cells
        What `framing.cells.merge_cells` gives of all.
    """
    left = iter(parts)
    total = merge_cells(islice(left, _AT_ONCE))
    while some := list(islice(left, _AT_ONCE)):
        total = merge_cells([total, *some])
    return total


def compared_articles(
    scores: Scores, *, by: str | Sequence[str], match: str | None
) -> pd.DataFrame:
    """Take the articles that count, each with its group and story.

    Parameters
    ----------
    scores : Scores
        Of a corpus or a part of it.
    by, match
        As for `framing.compare`.

    Returns
    -------
    pandas.DataFrame
        Those scored, in a group, and no copies, ordered by id.
    """
    articles = scores.articles.reset_index(drop=True)
    places = article_groups(articles, by=by, match=match)
    keep = (articles["status"] == "scored") & places["group"].notna()
    if "duplicate_of" in articles:
        keep &= articles["duplicate_of"].isna()
    articles[["group", "story", "matched"]] = places[["group", "story", "matched"]]
    return articles.loc[keep].sort_values("id", ignore_index=True)


def shared_by_groups(cells: Cells) -> frozenset[str] | None:
    """Name the stories of the headline design: those that two groups cover; None for all."""
    keys = cells.keys.loc[cells.keys["matched"] & ~cells.keys["copy"].to_numpy(bool)]
    if not len(keys):
        return None
    groups = keys.groupby("story")["group"].nunique()
    return frozenset(str(story) for story in groups.index[groups >= 2])


def choose_stories(cells: Cells, *, most: int = MOST) -> frozenset[str] | None:
    """Draw the stories whose words are compared.

    Parameters
    ----------
    cells : Cells
        Of the whole corpus.
    most : int
        Articles at most.

    Returns
    -------
    frozenset of str or None
        Whole stories, those that two groups share first; None for all, where they are few.
    """
    total = int(cells.column("articles").sum()) + sum(
        left.articles for left in cells.left_out if left.why not in ("copy", "unmatched")
    )
    if total <= most:
        return None
    counted = cells.take(~cells.keys["copy"].to_numpy(bool))
    articles = pd.Series(counted.column("articles")).groupby(counted.keys["story"]).sum()
    shared = shared_by_groups(cells) or frozenset()
    order = sorted(articles.index, key=lambda story: (story not in shared, _drawn(story), story))
    reached = articles.reindex(order).cumsum()
    return frozenset(str(story) for story in reached.index[reached <= most])


def _drawn(story: str) -> bytes:
    return blake2b(story.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def words_of(
    scores: Scores,
    *,
    by: str | Sequence[str],
    match: str | None,
    stories: Collection[str] | None,
    shared: Collection[str] | None,
) -> PartWords:
    """Take the words of one part.

    Parameters
    ----------
    scores : Scores
        Of the part.
    by, match
        As for `framing.compare`.
    stories : collection of str or None
        What `choose_stories` drew.
    shared : collection of str or None
        What `shared_by_groups` gave.

    Returns
    -------
    PartWords
        For `join_words`.
    """
    articles = compared_articles(scores, by=by, match=match)
    sample = scores
    if stories is not None:
        chosen = articles.loc[articles["story"].isin(set(stories)), "id"]
        sample = take_articles(scores, frozenset(chosen))
    headline = articles
    if shared is not None:
        headline = articles.loc[articles["matched"] & articles["story"].isin(set(shared))]
    evidence = gather_evidence(scores, headline, by="group") if len(headline) else None
    return PartWords(sample, evidence)


def take_articles(scores: Scores, ids: frozenset[str]) -> Scores:
    """Keep the rows of some articles in every table of scores."""

    def some(table: pd.DataFrame) -> pd.DataFrame:
        return table.loc[table["id"].isin(ids)].reset_index(drop=True)

    return replace(
        scores,
        articles=some(scores.articles),
        sentences=some(scores.sentences),
        hits=some(scores.hits),
        voices=some(scores.voices),
        corpus=some(scores.corpus),
    )


def join_words(parts: Iterable[PartWords], cells: Cells, *, sampled: bool) -> Words:
    """Join the words of all parts.

    Parameters
    ----------
    parts : iterable of PartWords
        In any order.
    cells : Cells
        Of the whole corpus.
    sampled : bool
        Whether stories were drawn.

    Returns
    -------
    Words
        The same in any order.
    """
    samples: list[Scores] = []

    def evidence() -> Iterator[Evidence]:
        for part in parts:
            samples.append(part.sample)
            if part.evidence is not None:
                yield part.evidence

    found = evidence()
    total: Evidence | None = None
    while some := list(islice(found, _AT_ONCE)):
        total = merge_evidence(some if total is None else [total, *some])
    scores = samples[0] if len(samples) == 1 else join_scores(samples)
    settings = cells.settings
    articles = compared_articles(scores, by=settings["by"], match=settings["match"])
    notes: tuple[str, ...] = ()
    if sampled:
        counted = cells.take(~cells.keys["copy"].to_numpy(bool))
        every = int(counted.column("articles").sum())
        notes = (W_SAMPLE.format(taken=len(articles), total=every),)
    return Words(scores, articles, total if total is not None else empty_evidence(), notes)
