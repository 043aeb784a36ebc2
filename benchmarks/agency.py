"""How often the patterns of harm are right, from judgements of hits in real articles.

``python -m benchmarks.agency`` counts the recorded judgements, with intervals, and finds the hits
again in the articles to say how many the patterns still give alike. The judgements are a large
language model's reading of each hit in its context (`event`: harm to people that is told as having
happened; `actor_said_or_not`: whether somebody or something is named; `actor_right`: the form and
kind of actor too), of hits drawn at random from the own voice of every 43rd article. Hits in
articles from which other hits may have been read while the patterns were made are not `fresh`, and
the figures are given without them too. They are not human judgements.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks._data import DataAbsent, allsides_articles
from framing.agency import find_harm
from framing.tokens import tokenize

JUDGEMENTS = Path(__file__).with_name("agency_judgements.csv")


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share = right / total
    centre = share + z**2 / (2 * total)
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    scale = 1 + z**2 / total
    return float((centre - half) / scale), float((centre + half) / scale)


def main() -> None:
    judged = pd.read_csv(JUDGEMENTS)
    print("| asked | right | of | precision | 95 % interval |\n|---|---|---|---|---|")
    events = judged.loc[judged["event"] == 1]
    fresh = judged.loc[judged["fresh"] == 1]
    for name, column, rows in (
        ("an event of harm to people", "event", judged),
        ("... and whether an actor is named", "actor_said_or_not", judged),
        ("... and form and kind of actor", "actor_right", judged),
        ("kind of actor, of true events", "actor_right", events),
        ("fresh articles: an event of harm", "event", fresh),
        ("fresh articles: form and kind too", "actor_right", fresh),
    ):
        right, total = int(rows[column].sum()), len(rows)
        low, high = wilson(right, total)
        print(f"| {name} | {right} | {total} | {right / total:.2f} | {low:.2f} to {high:.2f} |")
    try:
        wanted = set(judged["id"])
        texts = {a["id"]: a["text"] for a in allsides_articles(every=43) if a["id"] in wanted}
    except DataAbsent:
        return
    ids = sorted(texts)
    tokens = tokenize([texts[i] for i in ids])
    now = {
        (ids[tokens.article[e.first]], int(tokens.start[e.first]), e.form, e.kind)
        for e in find_harm(tokens)
    }
    keys = judged[["id", "start", "form", "actor_kind"]].itertuples(index=False, name=None)
    kept = np.array([key in now for key in keys])
    right = judged["actor_right"].to_numpy() == 1
    print(
        f"\nFound alike by the patterns as they are now: {int((kept & right).sum())} of the "
        f"{int(right.sum())} that were right, {int((kept & ~right).sum())} of the "
        f"{int((~right).sum())} that were not."
    )


if __name__ == "__main__":
    main()
