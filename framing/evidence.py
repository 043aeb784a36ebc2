"""The sentences behind a comparison: counted in full, sampled by a stated rule, cut by voice.

A *key* names what a sentence is evidence for: a measure (``loaded_rate``, ``hedges/modal-verbs``),
a name (``name:war/proxy war``) or a speaker (``source:Petra Lund``). Every sentence that adds to a
number is counted with its contribution; the ones that are shown are those that add most, at most
two an article, ties broken by article and place. Parts of a corpus give evidence that merges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from framing.counting import UNIT
from framing.passages import text_parts
from framing.scores import Scores
from framing.sources import name_speakers

__all__ = [
    "Evidence",
    "article_view",
    "empty_evidence",
    "gather_evidence",
    "join_shown",
    "merge_evidence",
    "show_evidence",
    "tally_evidence",
]

_SAMPLE = ["key", "group", "rank", "id", "sentence", "contribution"]
_TOTAL = ["key", "group", "sentences", "contribution"]
_SENTENCE = "id outlet title date url sentence start end parts".split()

MOST = 6
"""Sentences shown for a headline measure and a group; `FEW` for every other key."""
FEW = 2
PER_ARTICLE = 2
HEADLINES = ("loaded_rate", "term_rate", "scare_rate")


@dataclass(frozen=True)
class Evidence:
    """What the numbers of a comparison are made of.

    Attributes
    ----------
    totals : pandas.DataFrame
        For every key and group how many sentences add to it and what they add up to:
        ``key group sentences contribution``. Complete, never a sample.
    sample : pandas.DataFrame
        The sentences shown: ``key group rank id sentence contribution``.
    sentences : pandas.DataFrame
        Each of those once: ``id outlet title date url sentence start end parts``, the parts as
        `framing.passages.text_parts` gives them.
    articles : pandas.DataFrame
        Whole articles by voice, one or two a group: ``group id outlet title date url own_words
        loaded_words sentences``.
    """

    totals: pd.DataFrame
    sample: pd.DataFrame
    sentences: pd.DataFrame
    articles: pd.DataFrame


def gather_evidence(scores: Scores, articles: pd.DataFrame, *, by: str) -> Evidence:
    """Count and sample the sentences behind every number.

    Parameters
    ----------
    scores : Scores
        Where texts, voices and hits are read from.
    articles : pandas.DataFrame
        The articles that were compared.
    by : str
        The column of groups.

    Returns
    -------
    Evidence
        Totals of every key and group, and the sampled sentences.
    """
    return show_evidence(scores, articles, tally_evidence(scores, articles, by=by), by=by)


def tally_evidence(scores: Scores, articles: pd.DataFrame, *, by: str) -> Evidence:
    """Count the sentences behind every number, and say which of them will be shown.

    Parameters
    ----------
    scores, articles, by
        As for `gather_evidence`, of a corpus or a part of it.

    Returns
    -------
    Evidence
        Totals and sample; no text is cut yet. `merge_evidence` joins those of parts.
    """
    place = articles.set_index("id")
    group = place[by].astype(str)
    added = pd.concat(list(_contributions(scores, place)), ignore_index=True)
    added["contribution"] = np.rint(added["contribution"] / UNIT) * UNIT
    added = added.loc[added["contribution"] > 0].copy()
    added["group"] = added["id"].map(group)
    keys = ["key", "group"]
    totals = (
        added.groupby(keys, sort=True)["contribution"]
        .agg(sentences="size", contribution="sum")
        .reset_index()
    )
    sample = _ranked(added)
    return replace(empty_evidence(), totals=totals[_TOTAL], sample=sample)


def show_evidence(scores: Scores, articles: pd.DataFrame, tally: Evidence, *, by: str) -> Evidence:
    """Cut the sentences and articles of a sample that some scores hold.

    Parameters
    ----------
    scores, articles, by
        As for `gather_evidence`, of a corpus or a part of it.
    tally : Evidence
        That of the whole.

    Returns
    -------
    Evidence
        The tally, with the texts that are in these scores. `join_shown` joins those of parts.
    """
    place = articles.set_index("id")
    here = tally.sample.loc[tally.sample["id"].isin(place.index), ["id", "sentence"]]
    shown = here.drop_duplicates().sort_values(["id", "sentence"])
    return replace(
        tally,
        sentences=_sentences(scores, place, shown),
        articles=_whole(scores, place, place[by].astype(str), tally.sample),
    )


def join_shown(parts: Iterable[Evidence]) -> Evidence:
    """Join what `show_evidence` made of the parts of a corpus with one tally.

    Parameters
    ----------
    parts : iterable of Evidence
        One at least, in any order.

    Returns
    -------
    Evidence
        What the whole corpus would have given.
    """
    found = list(parts)
    sentences = _joined([p.sentences for p in found])
    return replace(
        found[0],
        sentences=sentences.sort_values(["id", "sentence"]).reset_index(drop=True),
        articles=_most_loaded(_joined([p.articles for p in found])),
    )


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put tables under each other; an empty one has no types of its own."""
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def empty_evidence() -> Evidence:
    """Make the evidence of a comparison that was added up without the articles' texts."""
    return Evidence(
        totals=pd.DataFrame(columns=_TOTAL),
        sample=pd.DataFrame(columns=_SAMPLE),
        sentences=pd.DataFrame(columns=_SENTENCE),
        articles=pd.DataFrame(columns=_VIEW),
    )


def merge_evidence(parts: Iterable[Evidence]) -> Evidence:
    """Join the evidence of parts of a corpus that share no article.

    Parameters
    ----------
    parts : iterable of Evidence
        In any order.

    Returns
    -------
    Evidence
        Totals added up, and the same sample as the whole corpus would have given.
    """
    parts = list(parts)
    totals = _joined([p.totals for p in parts])
    totals = totals.groupby(["key", "group"], sort=True).sum().reset_index()
    sample = _ranked(_joined([p.sample for p in parts]).drop(columns="rank"))
    sentences = _joined([p.sentences for p in parts])
    index = pd.MultiIndex.from_frame(sentences[["id", "sentence"]])
    used = index.isin(pd.MultiIndex.from_frame(sample[["id", "sentence"]]))
    articles = _joined([p.articles for p in parts])
    return Evidence(
        totals=totals[_TOTAL],
        sample=sample,
        sentences=sentences.loc[used].sort_values(["id", "sentence"]).reset_index(drop=True),
        articles=_most_loaded(articles),
    )


# ---------------------------------------------------------------------------- what adds to what


def _contributions(scores: Scores, place: pd.DataFrame) -> Iterable[pd.DataFrame]:
    """Yield ``key id sentence contribution`` tables, one row a sentence that adds to a key."""
    sentences = scores.sentences.loc[scores.sentences["id"].isin(place.index)]
    loaded = sentences[["id", "sentence"]].assign(
        key="loaded_rate", contribution=sentences["loaded_words"].to_numpy(float)
    )
    yield loaded.loc[loaded["contribution"] > 0]
    hits = scores.hits.loc[scores.hits["id"].isin(place.index)]
    own = hits.loc[hits["voice"] == "own"]
    yield _added(own.loc[own["counted"]].assign(key="term_rate"), "weight")
    yield _added(own.assign(key=own["lexicon"] + "/" + own["category"]), "weight")
    labels = {t.pattern: t.label for x in scores.lexicons for t in x if t.referent}
    named = hits.loc[hits["referent"].notna()]
    label = named["term"].map(labels).fillna(named["term"])
    yield _added(named.assign(key="name:" + named["referent"] + "/" + label, one=1.0), "one")
    spans = scores.voices.loc[scores.voices["id"].isin(place.index)]
    spans = spans.assign(sentence=_sentence_of(spans, sentences), one=1.0)
    spans["words"] = spans["words"].astype(float)
    scare = spans.loc[spans["voice"] == "scare"]
    yield _added(scare.assign(key="scare_rate"), "one")
    quoted = spans.loc[spans["voice"].isin(["direct", "indirect"])]
    yield _added(quoted.assign(key="quoted_share"), "words")
    if "speaker_name" in spans:
        # Names as they are joined within an article: the same however the corpus is cut.
        quoted = quoted.assign(who=name_speakers(spans)["name"])
        known = quoted.loc[quoted["who"] != ""]
        yield _added(known.assign(key="source:" + known["who"]), "words")


def _added(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    keys = ["key", "id", "sentence"]
    table = rows.groupby(keys, sort=True)[what].sum().reset_index()
    return table.rename(columns={what: "contribution"})


def _sentence_of(spans: pd.DataFrame, sentences: pd.DataFrame) -> Any:
    """Number of the sentence that each span begins in."""
    if not len(spans):
        return np.zeros(0, np.int64)
    codes, ids = pd.factorize(sentences["id"])
    code = pd.Index(ids).get_indexer(spans["id"])
    # article and offset as one sortable number
    start = codes.astype(np.int64) << 32 | sentences["start"].to_numpy(np.int64)
    order = np.argsort(start, kind="stable")
    wanted = code.astype(np.int64) << 32 | spans["start"].to_numpy(np.int64)
    at = np.searchsorted(start[order], wanted, "right") - 1
    return sentences["sentence"].to_numpy(np.int64)[order][np.maximum(at, 0)]


def _ranked(added: pd.DataFrame) -> pd.DataFrame:
    """Choose what is shown: what adds most, at most `PER_ARTICLE` an article and key."""
    added = added.sort_values(
        ["key", "group", "contribution", "id", "sentence"],
        ascending=[True, True, False, True, True],
        kind="stable",
    )
    added = added.loc[added.groupby(["key", "group", "id"]).cumcount() < PER_ARTICLE].copy()
    added["rank"] = added.groupby(["key", "group"]).cumcount()
    most = np.where(added["key"].isin(HEADLINES), MOST, FEW)
    return added.loc[added["rank"] < most, _SAMPLE].reset_index(drop=True)


# ---------------------------------------------------------------------------- texts


def _sentences(scores: Scores, place: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    keys = ["id", "sentence"]
    rows = shown.merge(scores.sentences[[*keys, "start", "end"]], on=keys, how="left")
    ids = set(rows["id"])
    texts = dict(_texts(scores, ids))
    counted = scores.hits.loc[scores.hits["counted"] | scores.hits["referent"].notna()]
    hits = dict(tuple(counted.loc[counted["id"].isin(ids)].groupby("id")))
    voices = dict(tuple(scores.voices.loc[scores.voices["id"].isin(ids)].groupby("id")))
    found = []
    for row in rows.to_dict("records"):
        name = row["id"]
        parts = text_parts(
            texts[name],
            voices.get(name, scores.voices.iloc[:0]),
            hits.get(name, counted.iloc[:0]),
            start=int(row["start"]),
            end=int(row["end"]),
        )
        about = place.loc[name]
        found.append(
            [
                name,
                *(about.get(c) for c in ("outlet", "title", "date", "url")),
                int(row["sentence"]),
                int(row["start"]),
                int(row["end"]),
                parts,
            ]
        )
    return pd.DataFrame(found, columns=_SENTENCE)


def _texts(scores: Scores, ids: set[Any]) -> Iterable[tuple[Any, str]]:
    rows = scores.corpus.loc[scores.corpus["id"].isin(ids), ["id", "text"]]
    for name, text in zip(rows["id"], rows["text"], strict=True):
        yield name, text if isinstance(text, str) else ""


_VIEWS = 2
_VIEW = "group id outlet title date url words own_words loaded_words term_weight sentences".split()


def _whole(
    scores: Scores, place: pd.DataFrame, group: pd.Series[Any], sample: pd.DataFrame
) -> pd.DataFrame:
    """View whole the articles from which the headline evidence of a group comes first."""
    first = sample.loc[sample["key"].isin(["loaded_rate", "term_rate"])]
    first = first.sort_values(["key", "group", "rank"], kind="stable")
    chosen = first.drop_duplicates("id")
    chosen = chosen.loc[chosen.groupby("group").cumcount() < _VIEWS]
    here = [name for name in chosen["id"] if name in group.index]
    rows = [{"group": group[name], **article_view(scores, id=name)} for name in here]
    return _most_loaded(pd.DataFrame(rows, columns=_VIEW))


def _most_loaded(articles: pd.DataFrame) -> pd.DataFrame:
    top = articles.assign(
        most=[max((s["contribution"] for s in rows), default=0.0) for rows in articles["sentences"]]
    )
    top = top.sort_values(["group", "most", "id"], ascending=[True, False, True], kind="stable")
    return top.loc[top.groupby("group").cumcount() < _VIEWS, _VIEW].reset_index(drop=True)


def article_view(scores: Scores, *, id: str) -> dict[str, Any]:
    """Lay out a whole article: its sentences by voice, with what each adds to the score.

    Parameters
    ----------
    scores : Scores
        What `score` returned.
    id : str
        An article of ``scores.articles`` that was scored.

    Returns
    -------
    dict
        ``id outlet title date url words own_words loaded_words term_weight`` of the article, and
        ``sentences``: each with ``gap`` (what stands before it: a new line or nothing),
        ``contribution`` (expected loaded words; the weight of loaded terms where no classifier was
        used) and ``parts``. The contributions add up to ``loaded_words``.
    """
    about = scores.articles.loc[scores.articles["id"] == id].iloc[0]
    text = dict(_texts(scores, {id}))[id]
    spans = scores.voices.loc[scores.voices["id"] == id]
    counted = scores.hits.loc[(scores.hits["id"] == id) & scores.hits["counted"]]
    own = counted.loc[counted["voice"] == "own"].groupby("sentence")["weight"].sum()
    rows = scores.sentences.loc[scores.sentences["id"] == id]
    sentences, at = [], 0
    for row in rows.to_dict("records"):
        start, end = int(row["start"]), int(row["end"])
        loaded = row["loaded_words"]
        if pd.isna(about["loaded_words"]):
            loaded = own.get(row["sentence"], 0.0)
        sentences.append(
            {
                "gap": "\n" in text[at:start],
                "contribution": 0.0 if pd.isna(loaded) else float(loaded),
                "parts": text_parts(text, spans, counted, start=start, end=end),
            }
        )
        at = end
    columns = "id outlet title date url words own_words loaded_words term_weight".split()
    return {**{c: about[c] for c in columns}, "sentences": sentences}
