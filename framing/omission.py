"""What others carry on a story and a group does not: sources, names and terms, counted.

An omission is a count and no verdict: an outlet may have covered the story in fewer words, on
another day, or from another side. Nothing here says why.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from framing.counting import add_counts, by_id, empty_counts
from framing.errors import FramingError
from framing.scores import Scores
from framing.sources import join_story_speakers

__all__ = ["KINDS", "count_terms", "omission_table", "omission_totals"]

KINDS = ("source", "name", "term")
"""What may be left out: a named speaker; a name for a thing that has rival names; a term of a
lexicon."""

NOTHING_GIVEN = "give at least one of sources, names and terms: what the count_ functions returned"
BAD_LEAST = "least must be a whole number, 1 or more, found {value!r}"

_COLUMNS = "story group kind item carried_by groups uses".split()
_TOTALS = "group kind left_out carried_by_others share stories".split()


def count_terms(scores: Scores, articles: pd.DataFrame) -> pd.DataFrame:
    """Count the lexicons' terms, in anybody's voice.

    Parameters
    ----------
    scores : Scores
        Where the hits and the lexicons are.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.

    Returns
    -------
    pandas.DataFrame
        ``group story term count``, for `framing.counting.add_counts` and `omission_table`. Terms
        that name a referent are left to `framing.names.count_names`, and words of speech and
        hedging, whose categories are not loaded, are no topic.
    """
    places = by_id(articles)
    labels = {
        (x.name, t.pattern): t.label
        for x in scores.lexicons
        for t in x
        if t.category in x.loaded_categories and not t.referent
    }
    hits = scores.hits.loc[scores.hits["id"].isin(places.index)]
    term = [labels.get(key) for key in zip(hits["lexicon"], hits["term"], strict=True)]
    table = pd.DataFrame({"id": hits["id"].to_numpy(object), "term": pd.array(term, dtype="str")})
    table = table.loc[table["term"].notna()]
    if not len(table):
        return empty_counts(["group", "story", "term"], ["count"])
    table["group"] = places["group"].reindex(table["id"]).to_numpy(object)
    table["story"] = places["story"].reindex(table["id"]).to_numpy(object)
    table["count"] = np.ones(len(table), np.int64)
    return add_counts([table[["group", "story", "term", "count"]].astype({"term": object})])


def omission_table(
    articles: pd.DataFrame,
    *,
    sources: pd.DataFrame | None = None,
    names: pd.DataFrame | None = None,
    terms: pd.DataFrame | None = None,
    story: str | None = None,
    least: int = 2,
) -> pd.DataFrame:
    """List what others carry on a story and a group that covers it does not.

    Parameters
    ----------
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``. They say who covers what, and so who
        could have carried a thing.
    sources, names, terms : pandas.DataFrame, optional
        What `framing.sources.count_sources`, `framing.names.count_names` and `count_terms`
        returned, or sums of several. Of sources only named ones are compared.
    story : str, optional
        One story; all by default.
    least : int
        In how many other groups a thing must stand.

    Returns
    -------
    pandas.DataFrame
        ``story group kind item carried_by groups uses``: the group does not have the item;
        `carried_by` of the `groups` other groups on this story do, in `uses` places. Ordered by
        story, group, and how many carry it.

    Raises
    ------
    FramingError
        If nothing to compare is given, or `least` is not valid.
    """
    carried, covering = _carried(articles, sources, names, terms, least)
    if story is not None:
        carried = carried.loc[carried["story"] == story]
        covering = covering.loc[covering["story"] == story]
    items = carried.groupby(["story", "kind", "item"], sort=True).agg(
        carried_by=("group", "nunique"), uses=("count", "sum")
    )
    items = items.loc[items["carried_by"] >= least].reset_index()
    pairs = items.merge(covering, on="story")
    have = pd.MultiIndex.from_frame(carried[["story", "kind", "item", "group"]])
    keys = pd.MultiIndex.from_frame(pairs[["story", "kind", "item", "group"]])
    missing = pairs.loc[~keys.isin(have)]
    missing = missing.assign(groups=missing["groups"] - 1)
    order = missing.assign(most=-missing["carried_by"], often=-missing["uses"])
    order = order.sort_values(["story", "group", "most", "often", "kind", "item"])
    return order.reset_index(drop=True)[_COLUMNS]


def omission_totals(
    articles: pd.DataFrame,
    *,
    sources: pd.DataFrame | None = None,
    names: pd.DataFrame | None = None,
    terms: pd.DataFrame | None = None,
    least: int = 2,
) -> pd.DataFrame:
    """Add up, over stories, how much of what others carry each group leaves out.

    Parameters
    ----------
    articles, sources, names, terms, least
        As for `omission_table`.

    Returns
    -------
    pandas.DataFrame
        ``group kind left_out carried_by_others share stories``: of the items that at least `least`
        other groups carry on the group's stories, how many it does not.

    Raises
    ------
    FramingError
        As for `omission_table`.
    """
    carried, covering = _carried(articles, sources, names, terms, least)
    items = carried.groupby(["story", "kind", "item"], sort=True)["group"].nunique()
    pairs = items.rename("total").reset_index().merge(covering, on="story")
    have = pd.MultiIndex.from_frame(carried[["story", "kind", "item", "group"]])
    own = pd.MultiIndex.from_frame(pairs[["story", "kind", "item", "group"]]).isin(have)
    pairs = pairs.assign(left_out=~own, others=pairs["total"] - own)
    pairs = pairs.loc[pairs["others"] >= least]
    result = pairs.groupby(["group", "kind"], sort=True).agg(
        left_out=("left_out", "sum"),
        carried_by_others=("item", "size"),
        stories=("story", "nunique"),
    )
    result["share"] = result["left_out"] / result["carried_by_others"]
    return result.reset_index()[_TOTALS]


def _carried(
    articles: pd.DataFrame,
    sources: pd.DataFrame | None,
    names: pd.DataFrame | None,
    terms: pd.DataFrame | None,
    least: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each group carries on each story, and which groups cover it (of how many)."""
    if isinstance(least, bool) or not isinstance(least, int) or least < 1:
        raise FramingError(BAD_LEAST.format(value=least))
    parts = []
    if sources is not None:
        known = join_story_speakers(sources)
        known = known.loc[(known["kind"] == "named") & (known["spans"] > 0)]
        parts.append(known.assign(kind="source", item=known["name"], count=known["spans"]))
    if names is not None:
        item = names["referent"].astype(str) + ": " + names["name"].astype(str)
        parts.append(names.assign(kind="name", item=item))
    if terms is not None:
        parts.append(terms.assign(kind="term", item=terms["term"]))
    if not parts:
        raise FramingError(NOTHING_GIVEN)
    columns = ["story", "group", "kind", "item", "count"]
    whole = pd.concat([p[columns] for p in parts], ignore_index=True)
    carried = whole.groupby(columns[:-1], sort=True)["count"].sum().reset_index()
    covering = by_id(articles).drop_duplicates().reset_index(drop=True)
    covering["groups"] = covering.groupby("story")["group"].transform("size")
    return carried, covering.loc[covering["groups"] > 1]
