"""Train the model that tells what a marked span is.

``python -m benchmarks.train_quotes`` learns from short quotations that were labelled by reading
(``scare/quotes.csv`` of the research data, and ``quote_labels.csv`` beside this file, which holds
places and labels only), and from PolNeAR: longer quotations in annotated content are direct, and
the words that its annotators marked as cues are the cues. It writes ``framing/models/quotes``.

All labels of short quotations were given by a large language model that read them in context: they
are not human judgements.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import GroupKFold

from benchmarks._data import allsides_articles, basil, data_file
from benchmarks.train_voice import PRACTICE_COPIES, Labelled, labelled, polnear, train_heads
from benchmarks.train_voice import practice as practice_reported
from framing.marks import MarkSpan, find_marks
from framing.model_files import write_arrays
from framing.quotes import (
    KINDS,
    LAYOUT,
    MarkedSpans,
    QuoteModel,
    Surroundings,
    judge_quotes,
    locate,
    survey,
)
from framing.reported import ReportedTagger, find_reported, load_tagger
from framing.tokens import Tokens, tokenize

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]

FOLDER = Path(__file__).resolve().parent.parent / "framing" / "models" / "quotes"
MORE = Path(__file__).with_name("quote_labels.csv")
PRACTICE = Path(__file__).with_name("practice.txt")
BITS = 16
FOLDS = 5
# Inverse strength of the L2 penalty and the weight of PolNeAR's longer quotations against one
# labelled short one, chosen by cross-validation.
PENALTY = 0.3
LONG_WEIGHT = 0.05
# The weight of every span once more without what the tagger says: voices="marks" has no tagger.
BARE = 0.5
# Added to the log odds: the rarer kinds are worth more than their share, the outlet's own less.
LEAN = {"own": 0.0, "direct": 0.0, "scare": 0.9, "mention": 0.25}
# PolNeAR's quotations from this many words on teach what direct is; shorter ones may be titles.
LONG = 6
# A type is in the table of cues from so many marked occurrences and so many hundredths on.
LEAST_CUES, LEAST_SHARE = 2, 4

_DIRECT = KINDS.index("direct")


@dataclass(frozen=True)
class Material:
    """Texts with their marks and labels: PolNeAR's articles, other news, passages to practise on.

    Attributes
    ----------
    news : Labelled
        PolNeAR's articles with their annotations.
    part : ndarray of str
        For each text where it is from: ``train``, ``dev``, ``other``, ``practice``.
    batches : list of (Tokens, list of list of MarkSpan, MarkedSpans)
        The three kinds of texts.
    heads : list of (ndarray, ndarray)
        For each batch what the tagger of reported speech says of cues and sources: never one that
        has seen the article.
    gold, more : dict of (int, int) to int
        The label of the span of an article that begins, inside its marks, at an offset: those of
        the research data, and those beside this file.
    """

    news: Labelled
    part: Array
    batches: list[tuple[Tokens, list[list[MarkSpan]], MarkedSpans]]
    heads: list[tuple[Array, Array]]
    gold: dict[tuple[int, int], int]
    more: dict[tuple[int, int], int]


def read() -> Material:
    """Read the labelled quotations and the articles that they stand in."""
    quotes = pd.read_csv(data_file("scare/quotes.csv"))
    more = pd.read_csv(MORE)
    parts = {name: polnear(name) for name in ("train", "dev")}
    articles = [article for part in parts.values() for article in part]
    place = {("polnear", article["id"]): i for i, article in enumerate(articles)}
    wanted = {*quotes.loc[quotes["corpus"] == "allsides", "id"], *more["id"]}
    others = [article for article in allsides_articles() if article["id"] in wanted]
    place |= {("allsides", article["id"]): len(articles) + i for i, article in enumerate(others)}
    gold = {
        (place[corpus, name], start): KINDS.index(label)
        for corpus, name, start, label in quotes[["corpus", "id", "start", "label"]].itertuples(
            index=False
        )
    }
    extra = {
        (place["allsides", name], start): KINDS.index(label)
        for name, start, label in more[["id", "start", "label"]].itertuples(index=False)
    }
    texts, labels = practice()
    for number, starts in enumerate(labels):
        for start, label in starts.items():
            extra[len(articles) + len(others) + number, start] = label
    news = labelled(articles)
    rest = tokenize([article["text"] for article in others])
    ours = tokenize(texts)
    return Material(
        news=news,
        part=np.array(
            [name for name, part in parts.items() for _ in part]
            + ["other"] * len(others)
            + ["practice"] * len(texts)
        ),
        batches=[with_marks(t) for t in (news.tokens, rest, ours)],
        heads=[unseen_heads(articles), tagged_heads(rest), tagged_heads(ours)],
        gold=gold,
        more=extra,
    )


def practice() -> tuple[list[str], list[dict[int, int]]]:
    """Read our own passages: texts, and for each the label of the span that begins at an offset.

    The offset is that inside the marks.
    """
    texts, labels = [], []
    for line in PRACTICE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, found = "", {}
        for number, piece in enumerate(re.split(r"\[\[(\w+)\|(.*?)\]\]", line)):
            if number % 3 == 1:
                found[len(text) + 1] = KINDS.index(piece)
            else:
                text += piece
        texts.append(text)
        labels.append(found)
    return texts, labels


def with_marks(tokens: Tokens) -> tuple[Tokens, list[list[MarkSpan]], MarkedSpans]:
    """Find the marks of a batch and lay them over its tokens."""
    marks = [find_marks(text) for text in tokens.texts]
    return tokens, marks, locate(tokens, marks)


def unseen_heads(articles: Sequence[dict[str, Any]]) -> tuple[Array, Array]:
    """Score cues and sources of annotated articles by cross-fitted heads.

    The heads practise on our own passages too, as those of the bundled tagger did.
    """
    data = labelled([*articles, *practice_reported() * PRACTICE_COPIES])
    found = train_heads(data, load_tagger().clusters)
    place, real = found.sequence.token, found.sequence.real
    scores = np.full((2, len(data.tokens)), np.nan, np.float32)
    scores[:, place[real]] = found.scores[:2, real] / np.float32(8)
    size = int(data.tokens.first_token[len(articles)])
    return scores[0, :size], scores[1, :size]


def tagged_heads(tokens: Tokens, tagger: ReportedTagger | None = None) -> tuple[Array, Array]:
    """Score cues and sources by a tagger, the bundled one by default."""
    _, _, spans = with_marks(tokens)
    found = find_reported(tokens, spans.number(len(tokens)), tagger=tagger)
    return found.cue_score, found.source_score


def cue_table(news: Labelled, articles: Bools) -> tuple[Array, Array]:
    """Count, over some articles, how often each type outside marks is part of a cue."""
    tokens = news.tokens
    use = articles[tokens.article] & (news.inside < 0) & tokens.word
    size = len(tokens.types)
    count = np.bincount(tokens.type[use], minlength=size)
    cues = np.bincount(tokens.type[use & news.cue], minlength=size)
    share = np.rint(100 * cues / (count + 2)).astype(np.uint8)
    kept = np.flatnonzero((cues >= LEAST_CUES) & (share >= LEAST_SHARE))
    kept = kept[np.argsort(tokens.type_hash[kept])]
    return tokens.type_hash[kept], share[kept]


@dataclass(frozen=True)
class Rows:
    """The spans of all articles as rows of features.

    Attributes
    ----------
    matrix : scipy.sparse.csr_matrix
        Features.
    article : ndarray of int
        The article of each row.
    label : ndarray of int
        Its label, or -1.
    gold : ndarray of bool
        Whether the label is the research data's.
    long_direct : ndarray of bool
        Whether it is a longer quotation in PolNeAR's annotated content.
    """

    matrix: Any
    article: Array
    label: Array
    gold: Bools
    long_direct: Bools


def rows(material: Material, cues: tuple[Array, Array], *, heads: bool = True) -> Rows:
    """Look at the surroundings of every span, with what the tagger says or without."""
    seen = [
        survey(tokens, spans, cue_hash=cues[0], cue_share=cues[1], heads=scores if heads else None)
        for (tokens, _, spans), scores in zip(material.batches, material.heads, strict=True)
    ]
    sizes = [len(tokens.texts) for tokens, _, _ in material.batches]
    offsets = np.cumsum([0, *sizes[:-1]])
    article = np.concatenate([s.article + o for s, o in zip(seen, offsets, strict=True)])
    inner = np.array(
        [
            marks[a][k].inner_start
            for s, (_, marks, _) in zip(seen, material.batches, strict=True)
            for a, k in zip(s.article, s.mark, strict=True)
        ]
    )
    keys = list(zip(article.tolist(), inner.tolist(), strict=True))
    gold = np.array([material.gold.get(key, -1) for key in keys])
    more = np.array([material.more.get(key, -1) for key in keys])
    long_direct = np.zeros(len(keys), bool)
    long_direct[: len(seen[0])] = covered(material.news, seen[0]) & (seen[0].words >= LONG)
    columns = np.concatenate([s.rows(BITS) for s in seen])
    pointer = np.arange(0, columns.size + 1, columns.shape[1])
    matrix = sparse.csr_matrix(
        (np.ones(columns.size, np.float32), columns.ravel(), pointer), (len(keys), 1 << BITS)
    )
    matrix.sum_duplicates()
    return Rows(matrix, article, np.where(gold >= 0, gold, more), gold >= 0, long_direct)


def covered(news: Labelled, seen: Surroundings) -> Bools:
    """Tell which spans lie, by most of their words, in annotated content."""
    total = np.zeros(len(news.tokens) + 1, np.int64)
    np.cumsum(news.content & news.tokens.word, out=total[1:])
    result: Bools = 2 * (total[seen.last] - total[seen.first]) > seen.words
    return result


def fit(
    data: Rows, articles: Bools, cues: tuple[Array, Array], *, bare: Rows | None = None
) -> QuoteModel:
    """Learn from the spans of some articles; `bare` are the same without the tagger's features."""
    free = articles[data.article]
    short = np.flatnonzero(free & (data.label >= 0))
    long = np.flatnonzero(free & (data.label < 0) & data.long_direct)
    label = np.concatenate([data.label[short], np.full(len(long), _DIRECT)])
    weight = np.concatenate([np.ones(len(short)), np.full(len(long), LONG_WEIGHT)])
    chosen = np.concatenate([short, long])
    matrix = data.matrix[chosen]
    if bare is not None:
        matrix = sparse.vstack([matrix, bare.matrix[chosen]])
        label, weight = np.tile(label, 2), np.tile(weight, 2) * np.repeat([1, BARE], len(chosen))
    model = LogisticRegression(C=PENALTY, max_iter=500, tol=1e-3)
    model.fit(matrix, label, sample_weight=weight)
    if list(model.classes_) != list(range(len(KINDS))):
        raise SystemExit(f"labels of some kinds are missing: only {model.classes_} were found")
    scale = float(np.abs(model.coef_).max()) / 127
    lean = np.array([LEAN[kind] for kind in KINDS])
    return QuoteModel(
        weights=np.rint(model.coef_.T / scale).astype(np.int8),
        scale=scale,
        bias=(model.intercept_ + lean).astype(np.float32),
        cue_hash=cues[0],
        cue_share=cues[1],
    )


def predict(data: Rows, model: QuoteModel) -> Array:
    """Give the kind of every row."""
    scores = data.matrix @ model.weights.astype(np.float32) * model.scale + model.bias
    return np.asarray(scores.argmax(axis=1))


def cross_validate(material: Material, *, seed: int = 0) -> tuple[Array, Array]:
    """Judge every gold quotation by a model that has seen nothing of its article.

    Neither its labels nor, for the cues and the longer quotations, its annotations; PolNeAR's
    development part is not learned from at all but for its short labelled quotations.

    Returns
    -------
    truth, found : ndarray of int
        Labels and judgements, one item a quotation.
    """
    everything = rows(
        material, cue_table(material.news, material.part[: len(material.news.tokens.texts)] != "")
    )
    gold = np.flatnonzero(everything.gold)
    found = np.full(len(gold), -1)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    for _, test in folds.split(gold, groups=everything.article[gold]):
        free = np.ones(len(material.part), bool)
        free[everything.article[gold[test]]] = False
        cues = cue_table(material.news, free[: len(material.news.tokens.texts)])
        data = rows(material, cues)
        model = fit(data, free, cues, bare=rows(material, cues, heads=False))
        found[test] = predict(data, model)[gold[test]]
    return everything.label[gold], found


def figures(truth: Array, found: Array) -> dict[str, float]:
    """F1 of each kind, and the mean of direct, scare and mention: all quotations count."""
    each = f1_score(truth, found, labels=range(len(KINDS)), average=None, zero_division=0)
    scores = dict(zip(KINDS, map(float, each), strict=True))
    return {**scores, "macro": float(np.mean([scores[k] for k in KINDS if k != "own"]))}


def train(material: Material, articles: Bools) -> QuoteModel:
    """Train on some articles."""
    cues = cue_table(material.news, articles[: len(material.news.tokens.texts)])
    bare = rows(material, cues, heads=False)
    return fit(rows(material, cues), articles, cues, bare=bare)


def polnear_direct(material: Material, model: QuoteModel) -> dict[str, float]:
    """F1 by words of direct speech on PolNeAR's development part."""
    tokens, _, spans = material.batches[0]
    news = material.news
    quotes = judge_quotes(tokens, spans, heads=material.heads[0], model=model)
    direct = np.zeros(len(tokens), bool)
    for i in np.flatnonzero(quotes.kind == _DIRECT):
        direct[quotes.first[i] : quotes.last[i]] = True
    dev = (material.part[: len(tokens.texts)] == "dev")[tokens.article] & tokens.word
    truth = news.content & (news.inside >= 0)
    return {
        "direct": float(f1_score(truth[dev], direct[dev])),
        "all marks taken for direct": float(f1_score(truth[dev], (news.inside >= 0)[dev])),
    }


def basil_direct(model: QuoteModel) -> dict[str, float]:
    """F1 of BASIL's spans: quoted or not."""
    data = basil()
    tokens = tokenize(list(data.articles["text"]))
    _, _, spans = with_marks(tokens)
    quotes = judge_quotes(tokens, spans, heads=tagged_heads(tokens), model=model)
    place = {name: i for i, name in enumerate(data.articles["id"])}
    share: dict[str, list[bool]] = {"direct": [], "any": []}
    truth = []
    for name, start, end, quoted in data.spans[["id", "start", "end", "quoted"]].itertuples(
        index=False
    ):
        here = quotes.article == place[name]
        overlap = np.minimum(quotes.end, end) - np.maximum(quotes.start, start)
        overlap = np.where(here, np.maximum(overlap, 0), 0)
        truth.append(quoted == "yes")
        share["any"].append(2 * overlap.sum() > end - start)
        share["direct"].append(2 * overlap[quotes.kind == _DIRECT].sum() > end - start)
    return {
        "direct": float(f1_score(truth, share["direct"])),
        "all marks taken for direct": float(f1_score(truth, share["any"])),
    }


def confusion(truth: Array, found: Array) -> str:
    """Write the table of labels against judgements."""
    table = confusion_matrix(truth, found, labels=range(len(KINDS)))
    lines = ["| label | " + " | ".join(KINDS) + " |", "|---|" + "---|" * len(KINDS)]
    lines += [
        f"| {kind} | " + " | ".join(str(n) for n in line) + " |"
        for kind, line in zip(KINDS, table, strict=True)
    ]
    return "\n".join(lines)


def measure(material: Material) -> tuple[dict[str, float], str]:
    """Everything that the card says, each figure by a model that has not seen what it judges."""
    truth, found = cross_validate(material)
    scores = figures(truth, found)
    blind = train(material, material.part != "dev")
    result = {f"short quotations, {name}": value for name, value in scores.items()}
    result["PolNeAR, words, direct"] = polnear_direct(material, blind)["direct"]
    result["BASIL, spans, direct"] = basil_direct(blind)["direct"]
    return result, confusion(truth, found)


def write(
    model: QuoteModel, folder: Path, scores: dict[str, float], counts: dict[str, int]
) -> None:
    """Write weights and card."""
    title = "What stands between quotation marks"
    what = (
        "Says of a span between quotation marks in an English news text whether it is somebody's "
        "words (direct), the outlet's distance (scare), a name (mention), or neither (own: a term "
        "or coinage introduced)."
    )
    data = (
        f"{counts['gold']} short quotations (at most five words) of PolNeAR and of US news, and "
        f"{counts['more']} more of US news, labelled by large language models that read them in "
        "context: not human judgements. The second lot was labelled in one reading, by one reader, "
        f"after a draft of this model had picked unclear ones. {counts['ours']} quotations in "
        "passages of our own, labelled as they were written. For cues and longer quotations "
        "PolNeAR 1.0.0 (Newell, Margolin and Ruths, LREC 2018), by human annotators."
    )
    licence = (
        "PolNeAR is published for research and states no licence; the weights hold no sentence of "
        "it. Whoever wants to use them for anything but research should ask its authors."
    )
    measured = (
        f"Short quotations: F1, {FOLDS}-fold cross-validation on the first lot grouped by article, "
        "all its quotations counted; macro is the mean of direct, scare and mention. The penalty "
        "and the lean towards rarer kinds were chosen on the same folds. PolNeAR's development "
        "part (F1 by words) and BASIL (F1 of its spans, quoted or not) by a model that has not "
        "seen them. The model in this folder was trained on everything."
    )
    limits = [
        "Scare quotes are a matter of reading: they are found least well, and taken most often for "
        "direct speech or for terms.",
        "English news; straight and curly marks in US style are what it was learned from.",
    ]
    card = {
        "title": title,
        "what_it_does": what,
        "data": data,
        "licence": licence,
        "figures": {"measured": measured, **{k: round(v, 3) for k, v in scores.items()}},
        "limits": limits,
        "layout": LAYOUT,
        "scale": model.scale,
        "kinds": list(KINDS),
        "settings": {"C": PENALTY, "bits": BITS, "long_weight": LONG_WEIGHT, "lean": LEAN},
    }
    arrays = {
        "weights": model.weights,
        "bias": model.bias,
        "cue_hash": model.cue_hash,
        "cue_share": model.cue_share,
    }
    write_arrays(folder, arrays=arrays, card=card)
    lines = [f"# {title}", "", what, "", "## Data", "", data, "", "## Licence", "", licence, ""]
    lines += ["## Figures", "", measured, "", "| | F1 |", "|---|---|"]
    lines += [f"| {name} | {value:.3f} |" for name, value in scores.items()]
    lines += ["", "## Limits", "", *(f"- {item}" for item in limits)]
    lines += ["", "Made by `python -m benchmarks.train_quotes`.", ""]
    (folder / "CARD.md").write_text("\n".join(lines), "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, train on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    material = read()
    scores, table = measure(material)
    for name, value in scores.items():
        print(f"{name:30} {value:.3f}")
    print(table)
    model = train(material, np.ones(len(material.part), bool))
    with MORE.open(newline="", encoding="utf-8") as file:
        more = sum(1 for _ in csv.reader(file)) - 1
    ours = sum(len(found) for found in practice()[1])
    write(model, options.folder, scores, {"gold": len(material.gold), "more": more, "ours": ours})


if __name__ == "__main__":
    main()
