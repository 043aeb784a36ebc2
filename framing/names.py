"""Who calls it what: rival names for one thing, by group and voice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.counting import add_counts, by_id, empty_counts, spread
from framing.scores import Scores

__all__ = ["NAME_COLUMNS", "count_names", "name_readings", "name_table"]

_USES = {"own": "own", "direct": "quoted", "indirect": "quoted", "scare": "scare"}
_KEYS = ["group", "story", "referent", "name", "stance", "use"]
NAME_COLUMNS = (
    "referent name stance group count share low high log_odds z p_adjusted quoted scare "
    "quoted_share quoted_low quoted_high scare_share scare_low scare_high stories referent_p "
    "referent_p_adjusted"
).split()
_READINGS = "referent reading uses groups p_value p_adjusted".split()
# Names are an ordered list to read, not a family to be found in: more draws would change no order.
_DRAWS = 1999


def count_names(scores: Scores, articles: pd.DataFrame) -> pd.DataFrame:
    """Count the rival names of things, by whose voice they are in.

    Parameters
    ----------
    scores : Scores
        Where the hits and the lexicons are.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.

    Returns
    -------
    pandas.DataFrame
        ``group story referent name stance use count``, for `framing.counting.add_counts` and
        `name_table`. `use` is ``own``, ``quoted`` (direct or indirect speech) or ``scare``; a term
        that has no stance has an empty one.
    """
    places = by_id(articles)
    hits = scores.hits
    hits = hits.loc[hits["referent"].notna() & hits["id"].isin(places.index)]
    hits = hits.loc[hits["voice"].isin(list(_USES))]
    if not len(hits):
        return empty_counts(_KEYS, ["count"])
    terms = {(x.name, t.pattern): t for x in scores.lexicons for t in x if t.referent}
    found = [terms[key] for key in zip(hits["lexicon"], hits["term"], strict=True)]
    table = pd.DataFrame(
        {
            "id": hits["id"].to_numpy(object),
            "start": hits["start"].to_numpy(np.int64),
            "end": hits["end"].to_numpy(np.int64),
            "referent": hits["referent"].to_numpy(object),
            "name": np.array([*(t.label for t in found), None], object)[:-1],
            "stance": np.array([*(t.stance or "" for t in found), None], object)[:-1],
            "use": hits["voice"].map(_USES).to_numpy(object),
            "count": np.ones(len(hits), np.int64),
        }
    )
    # A place that two lexicons name alike is one use of the name.
    table = table.drop_duplicates(["id", "start", "end", "referent", "name"])
    table["group"] = places["group"].reindex(table["id"]).to_numpy(object)
    table["story"] = places["story"].reindex(table["id"]).to_numpy(object)
    return add_counts([table[[*_KEYS, "count"]]])


def name_table(counts: pd.DataFrame, *, level: float = 0.95, random_state: int = 0) -> pd.DataFrame:
    """Tell which name each group uses for a thing that has rival names.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `count_names` returned, or a sum of several.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        A name for a referent in a group: ``referent name stance group count share low high
        log_odds z p_adjusted quoted scare``. `count` and `share` are of the group's own voice,
        ``low high`` the share's interval; ``quoted scare`` count the name in others' words and in
        scare quotes. Then ``quoted_share`` (of the names in others' words) and ``scare_share``
        (scare / (count + scare), how often the outlet holds the name at arm's length) with their
        intervals, `stories` in which the group names the thing, and ``referent_p
        referent_p_adjusted``: whether the groups choose differently at all. Referents for which
        only one name is used are left out.

    Notes
    -----
    Shares have the jackknife's interval over stories on the logit scale. `p_adjusted` is from
    dealing the cells of each story anew among its groups (`framing.stats.max_t_test`), and allows
    for all names and groups of the referent; the smallest of them is `referent_p`, adjusted over
    referents by Benjamini and Hochberg's method. Both are missing where no group shares enough
    stories on which the thing is named. `log_odds` and `z`, of the group against all others with
    an informative Dirichlet prior, are there for order and are no significance.

    References
    ----------
    Monroe, B. L., Colaresi, M. P., and Quinn, K. M. (2008). Fightin' words: lexical feature
    selection and evaluation for identifying the content of political conflict. Political
    Analysis, 16(4), 372-403.
    """
    # Plain strings: every look-up in a column of another type of them would convert it again.
    counts = counts.astype(dict.fromkeys(_KEYS, object))
    own = counts.loc[counts["use"] == "own"].groupby("referent")["name"].nunique()
    rivals = counts.loc[counts["referent"].isin(set(own.index[own > 1]))]
    tables = [
        _referent(str(referent), rows, level, random_state)
        for referent, rows in rivals.groupby("referent", sort=True)
    ]
    if not tables:
        return pd.DataFrame({c: [] for c in NAME_COLUMNS})
    table = pd.concat(tables, ignore_index=True)
    first = table.drop_duplicates("referent").set_index("referent")["referent_p"]
    adjusted = pd.Series(stats.benjamini_hochberg(first.to_numpy(float)), first.index)
    table["referent_p_adjusted"] = adjusted.reindex(table["referent"]).to_numpy()
    return table[NAME_COLUMNS]


def _referent(referent: str, rows: pd.DataFrame, level: float, random_state: int) -> pd.DataFrame:
    groups, stories = sorted(set(rows["group"])), sorted(set(rows["story"]))
    names = sorted(set(rows["name"]))
    own, quoted, scare = (
        spread(
            rows.loc[rows["use"] == use],
            "count",
            rows=names,
            row="name",
            groups=groups,
            stories=stories,
        )
        for use in ("own", "quoted", "scare")
    )
    total = own.sum(0)
    share = stats.share_interval(own, np.broadcast_to(total, own.shape), level=level)
    in_quotes = stats.share_interval(quoted, np.broadcast_to(quoted.sum(0), own.shape), level=level)
    at_length = stats.share_interval(scare, own + scare, level=level)
    owner, story = np.nonzero(total)
    test = stats.max_t_test(
        own[:, owner, story],
        total[owner, story],
        group=owner,
        story=story,
        draws=_DRAWS,
        seed=stats.seed_for(random_state, "names", referent),
    )
    p = np.full((len(names), len(groups)), np.nan)
    p[:, : test.p_adjusted.shape[1]] = test.p_adjusted
    count = own.sum(2)
    others = count.sum(1, keepdims=True) - count
    prior = count.sum(1) + 0.5
    odds = [
        stats.log_odds_dirichlet(count[:, g], others[:, g], prior=prior) for g in range(len(groups))
    ]
    stance = rows.drop_duplicates("name").set_index("name")["stance"]
    name, group = np.nonzero(count + quoted.sum(2) + scare.sum(2))

    def divided(top: npt.NDArray[np.float64], bottom: npt.NDArray[np.float64]) -> pd.Series[float]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return pd.Series((top / bottom)[name, group])

    def known(values: npt.NDArray[np.float64], of: npt.NDArray[np.float64]) -> pd.Series[float]:
        return pd.Series(np.where(of > 0, values, np.nan)[name, group])

    everywhere = np.ones((len(names), 1))
    of_own, of_quoted = count.sum(0) * everywhere, quoted.sum((0, 2)) * everywhere
    of_both = count + scare.sum(2)
    table = pd.DataFrame(
        {
            "referent": referent,
            "name": [names[i] for i in name],
            "stance": [stance[names[i]] or None for i in name],
            "group": [groups[g] for g in group],
            "count": count[name, group].astype(np.int64),
            "share": divided(count, of_own),
            "low": known(share.low, of_own),
            "high": known(share.high, of_own),
            "log_odds": [odds[g].log_odds[i] for i, g in zip(name, group, strict=True)],
            "z": [odds[g].z[i] for i, g in zip(name, group, strict=True)],
            "p_adjusted": p[name, group],
            "quoted": quoted.sum(2)[name, group].astype(np.int64),
            "scare": scare.sum(2)[name, group].astype(np.int64),
            "quoted_share": divided(quoted.sum(2), of_quoted),
            "quoted_low": known(in_quotes.low, of_quoted),
            "quoted_high": known(in_quotes.high, of_quoted),
            "scare_share": divided(scare.sum(2), of_both),
            "scare_low": known(at_length.low, of_both),
            "scare_high": known(at_length.high, of_both),
            "stories": (total > 0).sum(1)[group],
            "referent_p": np.nanmin(p) if not np.isnan(p).all() else np.nan,
        }
    )
    return table.sort_values(["group", "count", "name"], ascending=[True, False, True])


def name_readings(
    names: pd.DataFrame, *, groups: Sequence[str] | None = None, least: int = 5, most: int = 6
) -> pd.DataFrame:
    """Say in one line for each referent which name each group uses most.

    Parameters
    ----------
    names : pandas.DataFrame
        What `name_table` returned.
    groups : sequence of str, optional
        Of which groups, in this order; by default those that name the thing most often, from the
        most often on.
    least : int
        A group that names the thing less often than this is not read.
    most : int
        At most so many groups.

    Returns
    -------
    pandas.DataFrame
        ``referent reading uses groups p_value p_adjusted``, for referents that two groups name
        often enough; those first on which the groups' most frequent names differ, then by uses.
        Percentages are of all uses of any name by the outlet itself, in scare quotes or not. The
        p-values are those of the referent (`name_table`): a reading is not by itself a finding.

    Examples
    --------
    >>> names = pd.DataFrame({
    ...     "referent": "war", "name": ["conflict", "war", "special operation"],
    ...     "group": ["Herald", "Herald", "State Wire"], "count": [10, 4, 4], "scare": [0, 0, 6],
    ...     "referent_p": 0.01, "referent_p_adjusted": 0.02})
    >>> for part in name_readings(names)["reading"].item().split("), "):
    ...     print(part)
    Herald calls it "conflict" (71%
    State Wire "special operation" (100%, of which 60% in scare quotes)
    """
    rows = []
    for referent, part in names.groupby("referent", sort=True):
        part = part.assign(uses=part["count"] + part["scare"])
        total = part.groupby("group")["uses"].sum()
        total = total.loc[total >= least].sort_values(ascending=False, kind="stable")
        chosen = [g for g in (total.index if groups is None else groups) if g in total.index]
        chosen = chosen[:most]
        if len(chosen) < 2:
            continue
        tops = [
            part.loc[part["group"] == g]
            .sort_values(["uses", "name"], ascending=[False, True])
            .iloc[0]
            for g in chosen
        ]
        said = [
            f'{g}{" calls it" if i == 0 else ""} "{top["name"]}" ({_shares(top, int(total[g]))})'
            for i, (g, top) in enumerate(zip(chosen, tops, strict=True))
        ]
        differ = len({top["name"] for top in tops}) > 1
        uses = int(total[chosen].sum())
        p = (part["referent_p"].iloc[0], part["referent_p_adjusted"].iloc[0])
        rows.append((not differ, -uses, referent, ", ".join(said), uses, len(chosen), *p))
    rows.sort(key=lambda row: row[:3])
    return pd.DataFrame([row[2:] for row in rows], columns=_READINGS)


def _shares(top: pd.Series[Any], total: int) -> str:
    count, scare = int(top["count"]), int(top["scare"])
    text = f"{(count + scare) / total:.0%}"
    if scare:
        text += f", of which {scare / (count + scare):.0%} in scare quotes"
    return text
