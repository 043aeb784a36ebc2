"""Scores and articles made by hand, for tests of the tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

import framing
from framing.lexicon import Lexicon
from framing.scores import Scores


def placed(scores: Scores) -> pd.DataFrame:
    """The scored articles with their group and story, as a comparison hands them on."""
    articles = scores.articles.loc[scores.articles["status"] == "scored"]
    return articles.assign(group=articles["outlet"], story=articles["story"].astype(str))


def scored(rows: list[tuple[str, str, str]], *lexicons: Lexicon, words: int = 1) -> Scores:
    """Score articles given as (outlet, story, text); ids are outlet and story."""
    records = [
        {"id": f"{outlet}{story}", "outlet": outlet, "story": story, "text": text}
        for outlet, story, text in rows
    ]
    used = lexicons or ("conflict",)
    return framing.score(records, lexicons=list(used), classifier=None, min_words=words)


def from_tables(
    articles: list[tuple[str, str, str]],
    *,
    hits: list[dict[str, Any]] | None = None,
    voices: list[dict[str, Any]] | None = None,
    lexicons: tuple[Lexicon, ...] = (),
) -> Scores:
    """Make scores of (id, group, story) and rows of hits and voices; what is left out is empty."""
    table = pd.DataFrame(articles, columns=["id", "group", "story"]).assign(status="scored")
    hit = {
        "id": "", "sentence": 0, "start": 0, "end": 0, "text": "", "term": "", "lexicon": "",
        "category": "", "referent": None, "weight": 1.0, "voice": "own", "speaker": None,
        "cue": None, "negated": False, "counted": True,
    }  # fmt: skip
    span = {
        "id": "", "start": 0, "end": 0, "voice": "direct", "speaker": None, "cue": None,
        "words": 0, "speaker_name": None, "speaker_kind": "unknown",
    }  # fmt: skip
    made = [
        pd.DataFrame(
            [{**blank, "start": i, "end": i + 1, **row} for i, row in enumerate(rows or [])]
        )
        if rows
        else pd.DataFrame(columns=list(blank))
        for blank, rows in ((hit, hits), (span, voices))
    ]
    return Scores(
        articles=table,
        sentences=pd.DataFrame(),
        hits=made[0],
        voices=made[1],
        manifest={},
        corpus=pd.DataFrame({"id": table["id"], "text": ""}),
        lexicons=lexicons,
    )
