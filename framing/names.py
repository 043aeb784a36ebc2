"""Who calls it what: rival names for one thing, by group and voice."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing import stats
from framing.scores import Scores

__all__ = ["name_table"]

# Names are an ordered list to read, not a family to be found in: more draws would change no order.
_MOST_DRAWS = 1999


def name_table(
    scores: Scores, articles: pd.DataFrame, *, level: float = 0.95, random_state: int = 0
) -> pd.DataFrame:
    """Count which name each group uses for a thing that has rival names.

    Parameters
    ----------
    scores : Scores
        Where the hits are.
    articles : pandas.DataFrame
        The articles that are compared: ``id group story``.
    level : float
        Coverage that the intervals aim at.
    random_state : int
        Seed of the permutations.

    Returns
    -------
    pandas.DataFrame
        ``referent name stance group count share low high log_odds z p_adjusted quoted scare``.
    """
    columns = (
        "referent name stance group count share low high log_odds z p_adjusted quoted scare"
    ).split()
    hits = scores.hits.loc[scores.hits["referent"].notna()]
    hits = hits.loc[hits["id"].isin(articles["id"])]
    if not len(hits):
        return pd.DataFrame({c: [] for c in columns})
    place = articles.set_index("id")
    groups = sorted(set(articles["group"]))
    labels = {t.pattern: t.label for x in scores.lexicons for t in x if t.referent}
    stances = {(t.referent, t.label): t.stance for x in scores.lexicons for t in x if t.referent}
    hits = hits.assign(
        group=hits["id"].map(place["group"]),
        story_key=hits["id"].map(place["story"]),
        name=hits["term"].map(labels),
    )
    stories = sorted(set(hits["story_key"]))
    tables = []
    for referent, all_rows in hits.groupby("referent"):
        names = sorted(set(all_rows["name"]))
        place_of = (
            pd.Categorical(all_rows["name"], names).codes,
            pd.Categorical(all_rows["group"], list(groups)).codes,
            pd.Categorical(all_rows["story_key"], stories).codes,
        )

        def tally(
            *voices: str,
            rows: pd.DataFrame = all_rows,
            at: tuple[Any, ...] = place_of,
            shape: tuple[int, ...] = (len(names), len(groups), len(stories)),
        ) -> npt.NDArray[np.float64]:
            chosen = rows["voice"].isin(voices).to_numpy()
            result = np.zeros(shape)
            np.add.at(result, tuple(codes[chosen] for codes in at), 1.0)
            return result

        count = tally("own")
        if (count.sum((1, 2)) > 0).sum() < 2:
            continue  # no rival names were used: nothing to choose between
        quoted, scare = tally("direct", "indirect").sum(2), tally("scare").sum(2)
        total = np.broadcast_to(count.sum(0), count.shape)
        share = stats.share_interval(count, total, level=level)
        test = stats.permutation_test(
            count,
            total,
            pairs=[(g, None) for g in range(len(groups))],
            kind="share",
            draws=min(stats.n_draws_for(len(names) * len(groups)), _MOST_DRAWS),
            seed=stats.seed_for(random_state, "names", str(referent)),
        )
        adjusted = stats.benjamini_hochberg(test.p_value.ravel()).reshape(test.p_value.shape)
        by_group = count.sum(2)
        others = by_group.sum(1, keepdims=True) - by_group
        prior = by_group.sum(1) + 0.5
        for g, group in enumerate(groups):
            used = by_group[:, g].sum()
            if not used + quoted[:, g].sum() + scare[:, g].sum():
                continue
            odds = stats.log_odds_dirichlet(by_group[:, g], others[:, g], prior=prior)
            tables.append(
                pd.DataFrame(
                    {
                        "referent": referent,
                        "name": names,
                        "stance": [stances.get((str(referent), n)) for n in names],
                        "group": group,
                        "count": by_group[:, g].astype(int),
                        "share": by_group[:, g] / used if used else np.nan,
                        "low": share.low[:, g],
                        "high": share.high[:, g],
                        "log_odds": odds.log_odds,
                        "z": odds.z,
                        "p_adjusted": adjusted[:, g],
                        "quoted": quoted[:, g].astype(int),
                        "scare": scare[:, g].astype(int),
                    }
                )
            )
    if not tables:
        return pd.DataFrame({c: [] for c in columns})
    table = pd.concat(tables, ignore_index=True)
    used = table["count"] + table["quoted"] + table["scare"] > 0
    table = table.loc[used].sort_values(
        ["referent", "group", "count", "name"], ascending=[True, True, False, True]
    )
    return table.reset_index(drop=True)[columns]
