"""Comparisons of what is larger than memory: sums of all parts, words of a sample of stories.

Estimates, differences and the totals of the evidence are of all articles. The tables of words need
the texts side by side; of a corpus of more than `MOST_WORDS` they are made from whole stories,
drawn by a hash of the story's name, so that the same ones are drawn however the corpus was cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice

import pandas as pd

from framing.cells import UNIT, Cells, article_groups, merge_cells
from framing.evidence import (
    Evidence,
    empty_evidence,
    join_shown,
    merge_evidence,
    show_evidence,
    tally_evidence,
)
from framing.scores import Scores, join_scores, with_whole_texts

__all__ = [
    "MOST_WORDS",
    "PartWords",
    "Words",
    "choose_stories",
    "compared_articles",
    "fold_cells",
    "join_words",
    "shared_by_groups",
    "show_of",
    "take_articles",
    "with_evidence",
    "words_of",
]

MOST_WORDS = 2_000_000
"""Words of the articles from which the tables of words are made at most; about 250 MB."""

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
    """Of one part: its share of the sample, and the tally of its evidence (None where empty)."""

    sample: Scores
    tally: Evidence | None


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


def choose_stories(cells: Cells) -> frozenset[str] | None:
    """Draw the stories whose words are compared.

    Parameters
    ----------
    cells : Cells
        Of the whole corpus.

    Returns
    -------
    frozenset of str or None
        Whole stories of `MOST_WORDS` together, those that two groups share first; None for all,
        where they have no more.
    """
    most = round(MOST_WORDS / UNIT)
    if cells.column("words").sum() <= most:
        return None
    counted = cells.take(~cells.keys["copy"].to_numpy(bool))
    words = pd.Series(counted.column("words")).groupby(counted.keys["story"].to_numpy()).sum()
    shared = shared_by_groups(cells) or frozenset()
    order = sorted(words.index, key=lambda story: (story not in shared, _drawn(story), story))
    reached = words.reindex(order).cumsum()
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
    scores = with_whole_texts(scores)
    articles = compared_articles(scores, by=by, match=match)
    sample = scores
    if stories is not None:
        chosen = articles.loc[articles["story"].isin(set(stories)), "id"]
        sample = take_articles(scores, frozenset(chosen))
    headline = _in_headline(articles, shared)
    tally = tally_evidence(scores, headline, by="group") if len(headline) else None
    return PartWords(sample, tally)


def show_of(
    scores: Scores,
    tally: Evidence,
    *,
    by: str | Sequence[str],
    match: str | None,
    shared: Collection[str] | None,
) -> Evidence:
    """Cut the texts of the evidence that one part holds.

    Parameters
    ----------
    scores, by, match, shared
        As for `words_of`.
    tally : Evidence
        That of all parts, as `join_words` gives it.

    Returns
    -------
    Evidence
        For `with_evidence`.
    """
    scores = with_whole_texts(scores)
    articles = compared_articles(scores, by=by, match=match)
    return show_evidence(scores, _in_headline(articles, shared), tally, by="group")


def _in_headline(articles: pd.DataFrame, shared: Collection[str] | None) -> pd.DataFrame:
    """Keep the articles of the headline design."""
    if shared is None:
        return articles
    return articles.loc[articles["matched"] & articles["story"].isin(set(shared))]


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
        The same in any order. The texts of its evidence are there unless it was sampled:
        `with_evidence` adds them then.
    """
    samples: list[Scores] = []

    def tallies() -> Iterator[Evidence]:
        for part in parts:
            samples.append(part.sample)
            if part.tally is not None:
                yield part.tally

    found = tallies()
    tally = empty_evidence()
    while some := list(islice(found, _AT_ONCE)):
        tally = merge_evidence([tally, *some])
    scores = samples[0] if len(samples) == 1 else join_scores(samples)
    settings = cells.settings
    articles = compared_articles(scores, by=settings["by"], match=settings["match"])
    notes: tuple[str, ...] = ()
    if sampled:
        counted = cells.take(~cells.keys["copy"].to_numpy(bool))
        every = int(counted.column("articles").sum())
        notes = (W_SAMPLE.format(taken=len(articles), total=every),)
    if not sampled:
        headline = _in_headline(articles, shared_by_groups(cells))
        tally = show_evidence(scores, headline, tally, by="group")
    return Words(scores, articles, tally, notes)


def with_evidence(words: Words, shown: Iterable[Evidence]) -> Words:
    """Give the words of a sample the texts of their evidence.

    Parameters
    ----------
    words : Words
        From `join_words`.
    shown : iterable of Evidence
        What `show_of` cut from each part.

    Returns
    -------
    Words
        Complete.
    """
    return replace(words, evidence=join_shown([words.evidence, *shown]))
