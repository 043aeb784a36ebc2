"""Train the tagger of reported speech.

``python -m benchmarks.train_voice`` learns from PolNeAR (training and development part; word
clusters from unlabelled news) and writes ``framing/models/voice``. Everything was chosen by
training on the training part alone, and the figures in the card are of that model on the
development part: the one that is written has seen both and cannot be measured there.

The heads are cross-fitted: the second stage learns from head scores of articles that the heads
have not seen, as it will meet them in use.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks._data import allsides_articles, data_file
from framing import reported
from framing.marks import find_marks
from framing.reported import HEADS, ReportedTagger, find_reported, load_tagger, save_tagger
from framing.tokens import Tokens, tokenize

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]

PRACTICE = Path(__file__).with_name("practice_reported.txt")
# How often each of our own passages counts: they are short, and PolNeAR's articles long.
PRACTICE_COPIES = 2
_PIECE = re.compile(r"([^{}~\[\]]+)|\{(.+?)\}|~(.+?)~|\[\[(.+?)\]\]")

FOLDS = 5
BITS = 18
HEAD_BITS = 18
# Inverse strength of the L2 penalty, chosen on the development part.
HEAD_PENALTY, PENALTY = 0.1, 0.003
HEAD_STEPS, STEPS = 50, 60
# Chosen on the development part: what is added to the log odds of reported speech,
# and the costs of entering and leaving it with their slopes by the start and the end head.
LEAN = 0.2
DECODING = (1.5, 0.7, 0.2, 0.22)

NAMES = 30_000
CONTEXTS = 2_500
DIMENSIONS = 80
CLUSTERS = {"k": 48, "c": 256, "d": 800}

_NEAR = ("w", "s3", "s2", "p4", "k", "c", "d")
_LESS = ("w", "s3", "k", "c", "d")
_WINDOW = tuple(
    f"{name}{at:+d}"
    for at in range(-5, 6)
    for name in (_NEAR if abs(at) < 2 else _LESS if abs(at) == 2 else ("w", "c"))
)
HEAD_TEMPLATES = (
    *_WINDOW,
    *(
        "sh+0|w+0 cap+0|cap-1|cap+1|cap-2|cap+2|k+0 cap+0|k+1 cap+1|k-1 cap-1|w-1 w+0|w+0 w+1|"
        "w-1 w+1|w-2 w-1|w+1 w+2|c-1 c+0|c+0 c+1|k-1 k+0 k+1|k-2 k-1 k+0|k+0 k+1 k+2|"
        "w+0 k+1 k+2|k-2 k-1 w+0|w-1 w+0 w+1"
    ).split("|"),
)
TEMPLATES = tuple(
    (
        # words around
        "w+0|w-1|w+1|w-2|w+2|w-3|w+3|c+0|c-1|c+1|c-2|c+2|s3+0|k+0 cap+0|w+0 w+1|"
        # what the heads say here and where they last and next found a start, an end, a cue
        "bc bs|bst ben|ben bc|bst bst+1 bst-1|bs bs-1 bs+1|bst Lstr Ld|bs k+0|"
        "lsb lsm leb|lsd lsm lsc|lsw lsb|lsd lsb|lsw Lw|lsb neb leb|lsb neb Lstr Rstr|led leb|"
        "lew leb|neb new|ned neb|el eld|eL Lcom|eR erd|el er w+0|eL eR|Ld Rd|stL enL Ld|enR stR Rd|"
        # cues before and after
        "Lrel Rrel Lcom Rcom|Lrel Lw|Lstr Rstr Lrel Rrel|Rstr Rcom Rcl Rq|Lstr Lcom Lcl Lq|"
        "Lc Rc Lcom Rcom|Rrel Rstr Rcom|Rn1c Rc Rcom|Rp1 Rw|Rthat Rw|Lthat Lcom Lcl|Lw Rw|"
        "Lw Lcom Lcl|Lw Ln1 Lcom|Lc Ln1 Ln2|Lp1c Lw Lcom|Lstr Rstr Lcom Rcom|L2w L2D|L2w L2n1|"
        "L2str Lstr Rstr Lcom|L2c Lc Lcom|R2w R2D|stL enR|stS enS|stL enL Lstr Lcom|mxL stL enL|"
        "mxL mxR|enR Rcom Rstr|enL Lcom Lcl|"
        # cells and comma segments
        "kf kmc|kf kf2|kmc kpmc knmc|kms kmc kpmc|kf Lstr Lcom|kf Lw|slen smc|ssep sf|ssepn sf|"
        "sf sfc slen|smst smen Lstr|sms smc spm|smc spm snm|smc spm snm Lcom|sfc Lc LD|sf smc|"
        "sf Rw|"
        # quotations
        "Qw Lw|Qrw Rw|QD Lstr LD|QR Rstr RD|QD QR Lcom Rcom Smx|QD QR|Sqpos Snq Lstr Rstr|"
        # sentences
        "Smx Snq Sqpos|Sfe Smx|Snc Smx|Sms Spms Spmx|Slen Smx|Sf|Snum Smx|Smst Smen Smx|"
        "Snum Smst Smen|Spcw Spar|Spcw Smx|SP SE|SP Lstr Rstr|Spmx Spnq Snq|Snnq Snq Spar Spnq|"
        "Snpar Snmx Spar|Sfc Smx|Smx Lstr Rstr|Smx Spmx Snmx|Spmx Splq Spar Sqpos"
    ).split("|")
)


@dataclass(frozen=True)
class Labelled:
    """Articles with their marks and, for each token, what the annotators marked it as."""

    tokens: Tokens
    inside: npt.NDArray[np.int32]
    outlet: Array
    cue: Bools
    source: Bools
    content: Bools
    start: Bools
    end: Bools
    attributions: tuple[Any, ...]


def polnear(part: str) -> list[dict[str, Any]]:
    """Read the articles of one part of PolNeAR."""
    with gzip.open(data_file(f"polnear/{part}.jsonl.gz"), "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def practice() -> list[dict[str, Any]]:
    """Read our own passages to practise on, as articles like PolNeAR's."""
    articles = []
    for line in PRACTICE.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text = ""
        found: dict[str, list[list[int]]] = {"source": [], "cue": [], "content": []}
        for piece in _PIECE.finditer(line):
            words = next(w for w in piece.groups() if w is not None)
            if piece.lastindex is not None and piece.lastindex > 1:
                name = ("source", "cue", "content")[piece.lastindex - 2]
                found[name].append([len(text), len(text) + len(words)])
            text += words
        articles.append({"text": text, "outlet": "practice", "attributions": [found]})
    return articles


def inside_marks(tokens: Tokens) -> npt.NDArray[np.int32]:
    """Number the outermost marked spans and give each token the number of its own, or -1."""
    inside = np.full(len(tokens), -1, np.int32)
    number = 0
    for article, text in enumerate(tokens.texts):
        here = slice(tokens.first_token[article], tokens.first_token[article + 1])
        start, end = tokens.start[here], tokens.end[here]
        for mark in find_marks(text):
            if mark.depth == 0:
                a = here.start + np.searchsorted(end, mark.start, "right")
                b = here.start + np.searchsorted(start, mark.end, "left")
                inside[a:b] = number
                number += 1
    return inside


def labelled(articles: Sequence[dict[str, Any]]) -> Labelled:
    """Lay the annotations over the tokens."""
    tokens = tokenize([article["text"] for article in articles])
    found = {name: np.zeros(len(tokens), bool) for name in ("cue", "source", "content")}
    start, end = np.zeros(len(tokens), bool), np.zeros(len(tokens), bool)
    for i, article in enumerate(articles):
        first = int(tokens.first_token[i])
        here = slice(first, int(tokens.first_token[i + 1]))
        starts, ends = tokens.start[here], tokens.end[here]
        for attribution in article["attributions"]:
            for name, marks in found.items():
                for low, high in attribution[name]:
                    a = first + int(np.searchsorted(ends, low, "right"))
                    b = first + int(np.searchsorted(starts, high, "left"))
                    marks[a:b] = True
                    if name == "content" and b > a:
                        start[a], end[b - 1] = True, True
    return Labelled(
        tokens,
        inside_marks(tokens),
        np.array([article["outlet"] for article in articles]),
        **found,
        start=start,
        end=end,
        attributions=tuple(article["attributions"] for article in articles),
    )


# ---------------------------------------------------------------- word clusters


def word_clusters(texts: Iterable[str]) -> dict[str, Array]:
    """Group frequent words by the words beside them: PPMI, truncated SVD, k-means.

    Parameters
    ----------
    texts : iterable of str
        Unlabelled news.

    Returns
    -------
    dict of str to ndarray
        ``hash``, sorted, and for each of `CLUSTERS` the number of the word's cluster.
    """
    from scipy import sparse
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.utils.extmath import randomized_svd

    count: Counter[int] = Counter()
    sequences, batch = [], []
    for text in texts:
        batch.append(text)
        if len(batch) == 1000:
            sequences.append(_count_types(batch, count))
            batch = []
    sequences.append(_count_types(batch, count))
    top = np.array([name for name, _ in count.most_common(NAMES)], np.uint64)
    order = np.argsort(top)
    known = top[order]
    offsets = (-2, -1, 1, 2)
    pairs = sparse.csr_matrix((len(top), CONTEXTS * len(offsets)), dtype=np.float32)
    for sequence in sequences:
        at = np.minimum(np.searchsorted(known, sequence), len(top) - 1)
        ids = np.where(known[at] == sequence, order[at], -1)
        for k, offset in enumerate(offsets):
            low, high = max(0, -offset), len(ids) - max(0, offset)
            word, context = ids[low:high], ids[low + offset : high + offset]
            good = (word >= 0) & (context >= 0) & (context < CONTEXTS)
            one = np.ones(int(good.sum()), np.float32)
            where = (word[good], context[good] + k * CONTEXTS)
            pairs = pairs + sparse.coo_matrix((one, where), shape=pairs.shape).tocsr()
    total, by_word = pairs.sum(), np.asarray(pairs.sum(1)).ravel()
    # smoothed, so that rare contexts do not weigh too much (Levy, Goldberg and Dagan 2015)
    by_context = np.asarray(pairs.sum(0)).ravel() ** 0.75
    by_context *= total / by_context.sum()
    found = pairs.tocoo()
    value = np.log(found.data * total / (by_word[found.row] * by_context[found.col]))
    good = value > 0
    positive = sparse.csr_matrix(
        (value[good].astype(np.float32), (found.row[good], found.col[good])), shape=found.shape
    )
    u, s, _ = randomized_svd(positive, DIMENSIONS, n_iter=4, random_state=0)
    vectors = u * np.sqrt(s)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    short = (top >> np.uint64(32)).astype(np.uint32)
    order = np.argsort(short)
    result: dict[str, Array] = {"hash": short[order]}
    for name, number in CLUSTERS.items():
        means = MiniBatchKMeans(number, random_state=0, batch_size=4096, n_init=3, max_iter=60).fit(
            vectors
        )
        kind = np.uint8 if number <= 256 else np.uint16
        result[name] = means.labels_[order].astype(kind)
    return result


def _count_types(texts: list[str], count: Counter[int]) -> npt.NDArray[np.uint64]:
    tokens = tokenize(texts)
    number = np.bincount(tokens.type, minlength=len(tokens.types))
    for name, n in zip(tokens.type_hash.tolist(), number.tolist(), strict=True):
        count[name] += n
    return tokens.type_hash[tokens.type]


# ---------------------------------------------------------------- training


def fit(
    rows: Array, labels: Bools, *, bits: int, penalty: float, steps: int
) -> tuple[Array, float]:
    """Fit a logistic regression on rows of ones; `rows` has one column a template."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    matrix = sparse.csr_matrix(
        (
            np.ones(rows.size, np.float32),
            rows.ravel().astype(np.int32),
            np.arange(0, rows.size + 1, rows.shape[1]),
        ),
        shape=(len(rows), 1 << bits),
    )
    with warnings.catch_warnings():
        # stopping early is part of the recipe
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=penalty, max_iter=steps).fit(matrix, labels)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def quantise(weights: Array) -> tuple[npt.NDArray[np.int8], Array]:
    """Round to eight bits, column by column."""
    scale = np.abs(weights).max(axis=0) / 127
    return np.rint(weights / scale).astype(np.int8), np.asarray(scale, np.float32)


def article_folds(tokens: Tokens, folds: int = FOLDS) -> Array:
    """Give every article a fold; the same text is always in the same one."""
    fold = np.random.default_rng(0).permutation(len(tokens.texts)) % folds
    first: dict[str, int] = {}
    for i, text in enumerate(tokens.texts):
        fold[i] = fold[first.setdefault(text, i)]
    return fold


@dataclass(frozen=True)
class Heads:
    """The first stage, and its scores of the articles that it was trained on, each unseen."""

    types: Any
    sequence: Any
    scores: npt.NDArray[np.int32]
    weights: npt.NDArray[np.int8]
    scale: Array
    bias: Array


def train_heads(data: Labelled, clusters: dict[str, Array]) -> Heads:
    """Train the first stage on everything, and in folds for its scores."""
    tokens = data.tokens
    types = reported._Types(tokens, clusters)
    sequence = reported._Sequence(tokens, data.inside, types, 0, len(tokens.texts))
    real = sequence.real
    at = sequence.token[real]
    templates = [reported._template(t) for t in HEAD_TEMPLATES]
    rows = np.stack(
        [r[real] for r in reported.head_rows(types, sequence, templates, HEAD_BITS)], axis=1
    )
    fold = article_folds(tokens)[tokens.article[at]]
    scores = np.zeros((len(HEADS), sequence.size), np.int32)
    weights, biases = [], []
    settings: dict[str, Any] = {"bits": HEAD_BITS, "penalty": HEAD_PENALTY, "steps": HEAD_STEPS}
    for i, name in enumerate(HEADS):
        labels = getattr(data, name)[at]
        unseen = np.zeros(len(at), np.float32)
        for k in range(FOLDS):
            w, b = fit(rows[fold != k], labels[fold != k], **settings)
            unseen[fold == k] = w[rows[fold == k]].sum(1) + b
        scores[i, real] = np.clip(np.rint(unseen * 8), reported._LOWEST, reported._HIGHEST)
        w, b = fit(rows, labels, **settings)
        weights.append(w)
        biases.append(b)
    rounded, scale = quantise(np.stack(weights, axis=1))
    return Heads(types, sequence, scores, rounded, scale, np.array(biases, np.float32))


def train(data: Labelled, clusters: dict[str, Array]) -> ReportedTagger:
    """Train both stages.

    Parameters
    ----------
    data : Labelled
        The articles.
    clusters : dict of str to ndarray
        What `word_clusters` found.

    Returns
    -------
    ReportedTagger
        The model, without a card.
    """
    return train_second(data, clusters, train_heads(data, clusters))


def train_second(data: Labelled, clusters: dict[str, Array], heads: Heads) -> ReportedTagger:
    """Train the second stage on the first one's scores."""
    sequence = heads.sequence
    fields = reported._Fields(heads.types, sequence, heads.scores)
    templates = [reported._template(t) for t in TEMPLATES]
    rows = np.stack([r[sequence.real] for r in reported.tag_rows(fields, templates, BITS)], axis=1)
    labels = data.content[sequence.token[sequence.real]]
    w, bias = fit(rows, labels, bits=BITS, penalty=PENALTY, steps=STEPS)
    weights, scale = quantise(w)
    return ReportedTagger(
        head_templates=HEAD_TEMPLATES,
        templates=TEMPLATES,
        head_weights=heads.weights,
        head_scale=heads.scale,
        head_bias=heads.bias,
        weights=weights,
        scale=float(scale),
        bias=bias + LEAN,
        decoding=np.array(DECODING),
        clusters=clusters,
        card={},
    )


# ---------------------------------------------------------------- figures


def voice_codes(data: Labelled, reported_: Bools) -> tuple[Array, Array]:
    """Give words their true and their found voice: 0 own, 1 direct, 2 indirect."""
    marked, word = data.inside >= 0, data.tokens.word
    truth = np.where(data.content, np.where(marked, 1, 2), 0)
    found = np.where(marked, 1, np.where(reported_, 2, 0))
    return truth[word], found[word]


def f1_scores(truth: Array, found: Array) -> dict[str, float]:
    """F1 of each voice by words, and their mean."""
    scores = {}
    for code, name in enumerate(("own", "direct", "indirect")):
        both = np.count_nonzero((truth == code) & (found == code))
        either = np.count_nonzero(truth == code) + np.count_nonzero(found == code)
        scores[name] = 2 * both / either
    scores["macro"] = sum(scores.values()) / 3
    return scores


def measure(data: Labelled, tagger: ReportedTagger) -> dict[str, float]:
    """Measure a tagger by words; whatever stands in marks counts as ``direct``."""
    found = find_reported(data.tokens, data.inside, tagger=tagger)
    return f1_scores(*voice_codes(data, found.inside))


def cue_agreement(data: Labelled, tagger: ReportedTagger) -> dict[str, float]:
    """Say how often a span's cue is a word of the cue that its attribution was given."""
    found = find_reported(data.tokens, data.inside, tagger=tagger)
    tokens = data.tokens
    right = given = matched = 0
    for start, end, cue in zip(found.start, found.end, found.cue, strict=True):
        article = int(tokens.article[start])
        low, high = tokens.start[start], tokens.end[end - 1]
        best, overlap = None, 0
        for attribution in data.attributions[article]:
            shared = sum(max(0, min(high, b) - max(low, a)) for a, b in attribution["content"])
            if shared > overlap:
                best, overlap = attribution, shared
        if best is None or not best["cue"]:
            continue
        matched += 1
        if cue >= 0:
            given += 1
            right += any(tokens.start[cue] < b and tokens.end[cue] > a for a, b in best["cue"])
    return {"right of matched": right / matched, "right of given": right / given}


# ---------------------------------------------------------------- card


def write(
    tagger: ReportedTagger, folder: Path, figures: dict[str, float], *, date: str, both: bool
) -> None:
    """Write the model with its card; `both` says whether it was trained on both parts."""
    trained = "the model in this folder was trained on both parts" if both else "this model"
    card: dict[str, Any] = {
        "title": "Reported speech in news English",
        "date": date,
        "what_it_does": (
            "Gives each word of an English news text that stands outside quotation marks the "
            "probability that it is attributed speech or thought of somebody else, decides spans, "
            "and names the cue of each."
        ),
        "data": (
            "PolNeAR 1.0.0 (Newell, Margolin and Ruths, LREC 2018): 924 articles of 7 US outlets, "
            "2015 and 2016, in which six annotators marked 22,061 attributions. Word clusters from "
            "29,328 unlabelled articles (Baly et al., EMNLP 2020). "
            f"{len(practice())} short passages of our own, written to practise on, each "
            f"{PRACTICE_COPIES} times; they practise constructions that were read wrongly in the "
            "passages of the project's tests, so figures on those are not independent of them."
        ),
        "licence": (
            "PolNeAR is published for research and states no licence. These weights hold no "
            "sentence of it. Whoever wants to use them for anything but research should ask its "
            "authors."
        ),
        "figures": {
            "measured on": (
                "PolNeAR's development part, F1 by words, for a model trained on the training part "
                "alone with the same settings (what is added to the log odds of reported speech "
                f"and the costs of its edges were chosen on that part); {trained}"
            ),
            **{name: f"{value:.3f}" for name, value in figures.items()},
        },
        "limits": [
            "US political news in English, 2015 and 2016; other genres and languages untried.",
            "Two annotators agree with each other at 0.87 for indirect speech.",
            "Thought and plans (hopes, wants, plans to) and reports that go on without a new cue "
            "are found least well.",
        ],
        "must_not_be_used_for": [
            "quoting a person: a span says that something is attributed, not what was said;",
            "decisions about a person.",
        ],
    }
    save_tagger(replace(tagger, card=card), folder)
    lines = [f"# {card['title']}", "", card["what_it_does"], ""]
    lines += ["## Data", "", card["data"], "", "## Licence", "", card["licence"], ""]
    lines += ["## Figures", "", f"On {card['figures']['measured on']}.", ""]
    lines += ["| voice | F1 |", "|---|---|"]
    lines += [f"| {name} | {value:.3f} |" for name, value in figures.items()]
    lines += ["", "## Limits", "", *(f"- {item}" for item in card["limits"])]
    lines += ["", "## Not to be used for", "", *(f"- {x}" for x in card["must_not_be_used_for"])]
    lines += ["", "Made by `python -m benchmarks.train_voice`.", ""]
    (folder / "CARD.md").write_text("\n".join(lines), "utf-8")


def main() -> None:
    """Train, measure, train on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=reported.MODEL_FOLDER)
    parser.add_argument("--date", default="2026-11-25")
    parser.add_argument(
        "--keep-clusters", action="store_true", help="of the bundled model, learned without labels"
    )
    arguments = parser.parse_args()
    parts = {name: polnear(name) for name in ("train", "dev")}
    if arguments.keep_clusters:
        clusters = load_tagger().clusters
    else:
        clusters = word_clusters(article["text"] for article in allsides_articles())
    ours = practice() * PRACTICE_COPIES
    tagger = train(labelled(parts["train"] + ours), clusters)
    figures = measure(labelled(parts["dev"]), tagger)
    print({name: round(value, 4) for name, value in figures.items()})
    tagger = train(labelled(parts["train"] + parts["dev"] + ours), clusters)
    write(tagger, arguments.folder, figures, date=arguments.date, both=True)


if __name__ == "__main__":
    main()
