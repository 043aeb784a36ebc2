"""Corpus -> Scores: a pure function over batches of articles, on one core or several."""

from __future__ import annotations

import hashlib
import platform
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing._version import __version__
from framing.corpus import read_corpus
from framing.errors import CorpusError, FramingError, ModelError
from framing.lexicon import Lexicon, resolve_lexicons
from framing.match import Matcher, Matches, compile_terms, find_terms
from framing.notebook import article_html, card_html, list_html, table_html
from framing.passages import text_parts
from framing.speakers import SPEAKER_KINDS
from framing.tokens import Tokens, tokenize
from framing.voice import VOICES, Voices, assign_voices, check_method, voice_models
from framing.wordmodel import ScoredWords, load_word_model

if TYPE_CHECKING:
    from framing.classifier import WordClassifier

__all__ = [
    "STATUSES",
    "Plan",
    "Scores",
    "check_jobs",
    "describe_plan",
    "describe_scoring",
    "join_manifests",
    "join_scores",
    "make_plan",
    "score",
    "score_text",
    "score_with",
    "with_whole_texts",
]

STATUSES = ("scored", "too_short", "not_english", "empty", "error")
"""What became of an article; only ``scored`` ones have rates."""

BAD_TEXT = "score_text takes one article as a str, found {kind}; for a corpus use score()"
BAD_MINIMUM = "min_words must be a whole number, 0 or more, found {value!r}"
BAD_JOBS = "n_jobs must be a whole number, 1 or more, or -1 for all cores; found {value!r}"
BAD_CLASSIFIER = (
    "classifier must be 'default', a folder, a fitted LoadedWordingClassifier or None, "
    "found {value!r}"
)
WORKER_GONE = (
    "a worker process was ended from outside, most often because memory ran out; score with fewer "
    "n_jobs=, or with score_files(), which keeps what is done"
)
NOTHING_TO_JOIN = "there are no scores to join; give those of one part at least"
NOT_ONE_KIND = (
    "these scores cannot be joined, since they were not made alike: {what} is {one} in one and "
    "{other} in another; score all parts with the same settings"
)
REPEATED_IDS = "article {value!r} is in two of the parts; an article may count only once"
BAD_RATES = "by must be one of {valid}, found {value!r}"

_BATCH = 256
_HALF = re.compile("[\ud800-\udfff]")
_PER = 1000.0
# Common in every English text and rare in its neighbours: the language is told by their share.
_ENGLISH = frozenset(
    (
        "the of and that is was for with his he it by have has been are were from this "
        "they which at not will would their be had its who said she her but"
    ).split()
)
_ENGLISH_SHARE = 0.1
_OWN, _DIRECT, _INDIRECT, _SCARE, _ = range(len(VOICES))

_ARTICLE_COLUMNS = (
    "id outlet story title date url status reason words sentences own_words "
    "own_sentences loaded_rate term_rate scare_rate quoted_share hits"
).split()
_SUMS = (
    "loaded_words term_weight scare_phrases quoted_words direct_words indirect_words "
    "scare_words mention_words quoted_loaded_words"
).split()
_SENTENCE_COLUMNS = (
    "id sentence start end words own_words loaded_probability loaded_words top_start "
    "top_end top_probability"
).split()
_HIT_COLUMNS = (
    "id sentence start end text term lexicon category referent weight voice speaker "
    "cue negated counted speaker_name speaker_kind"
).split()
_VOICE_COLUMNS = "id start end voice speaker cue words speaker_name speaker_kind".split()


@dataclass(frozen=True)
class Scores:
    """The result of scoring: four tables and the manifest of what made them.

    Attributes
    ----------
    articles : pandas.DataFrame
        One row an article, in the corpus's order. Rates are per 1,000 words, shares from 0 to 1,
        NaN where there was nothing to divide by or the article was not scored.
    sentences : pandas.DataFrame
        One row a sentence; offsets index the article's text.
    hits : pandas.DataFrame
        One row a term found once. `counted` marks those that ``term_rate`` adds up where the
        voice is ``own``: the loaded ones, one where lexicons overlap. Half a surrogate pair, which
        is in no valid text, stands in tables as U+FFFD.
    voices : pandas.DataFrame
        One row a span that is not the outlet's own voice.
    manifest : dict
        Versions, settings, and the hash of each lexicon, of the model and of the corpus.
    corpus : pandas.DataFrame
        The articles as they were scored, texts included: where the evidence is read from.
    lexicons : tuple of Lexicon
        The lexicons as they were used.
    """

    articles: pd.DataFrame
    sentences: pd.DataFrame
    hits: pd.DataFrame
    voices: pd.DataFrame
    manifest: dict[str, Any]
    corpus: pd.DataFrame = field(repr=False)
    lexicons: tuple[Lexicon, ...] = ()

    def rates(self, *, by: str = "category") -> pd.DataFrame:
        """Weighted hits per 1,000 words of each voice, by category, by lexicon or in all.

        Parameters
        ----------
        by : {"category", "lexicon", "voice"}
            ``"category"`` has a row for each scored article, lexicon and category; ``"lexicon"``
            for each article and lexicon; ``"voice"`` one row an article, adding up the hits that
            are `counted` (so that its ``own`` is the article's ``term_rate``).

        Returns
        -------
        pandas.DataFrame
            ``id``, the columns of `by`, and a rate for each voice: ``own direct indirect scare
            mention``; NaN where an article has no words in that voice.

        Raises
        ------
        FramingError
            If `by` is none of these.

        Examples
        --------
        >>> text = "The brutal regime fell. " + "Nothing else happened in the town. " * 5
        >>> scores = score_text(text)
        >>> rates = scores.rates(by="voice")
        >>> bool(rates["own"].iloc[0] == scores.articles["term_rate"].iloc[0])
        True
        """
        keys = {"category": ["lexicon", "category"], "lexicon": ["lexicon"], "voice": []}
        if by not in keys:
            raise FramingError(BAD_RATES.format(valid=", ".join(keys), value=by))
        scored = self.articles.loc[self.articles["status"] == "scored"]
        hits = self.hits.loc[self.hits["counted"]] if by == "voice" else self.hits
        sums = hits.pivot_table(
            index=["id", *keys[by]], columns="voice", values="weight", aggfunc="sum", observed=True
        ).reindex(columns=list(VOICES))
        groups: dict[str, list[tuple[str, ...]]] = {
            "category": [(x.name, c.name) for x in self.lexicons for c in x.categories],
            "lexicon": [(x.name,) for x in self.lexicons],
            "voice": [()],
        }
        rows = [(name, *group) for name in scored["id"] for group in groups[by]]
        index = pd.MultiIndex.from_tuples(rows, names=["id", *keys[by]])
        if by == "voice":
            sums.index = pd.MultiIndex.from_arrays([sums.index.get_level_values(0)], names=["id"])
        sums = sums.reindex(index).astype(float).fillna(0.0)
        exposure = scored.set_index("id")[[f"{v}_words" for v in VOICES]].astype(float)
        words = exposure.reindex(index.get_level_values(0)).to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(words > 0, sums.to_numpy() / words * _PER, np.nan)
        result = pd.DataFrame(rate, columns=list(VOICES), index=index).reset_index()
        result.columns.name = None
        # as in the other tables, so that they join
        result["id"] = result["id"].astype(self.articles["id"].dtype)
        return result

    def __repr__(self) -> str:
        return "\n".join(_summary(self))

    def _repr_html_(self) -> str:
        head, *lines = _summary(self)
        whole = _article_view(self) if _is_one(self) else _articles_table(self)
        return card_html(head, list_html(lines), whole)


_TABLE = "id outlet status own_words loaded_rate term_rate quoted_share".split()
_ROWS = 10


def _is_one(scores: Scores) -> bool:
    return len(scores.articles) == 1 and bool((scores.articles["status"] == "scored").all())


def _article_view(scores: Scores) -> str:
    """Show the one article, by voice."""
    loaded = scores.hits.loc[scores.hits["counted"]]
    return article_html(text_parts(scores.corpus["text"].iloc[0], scores.voices, loaded))


def _articles_table(scores: Scores) -> str:
    rows = [
        ["–" if pd.isna(x) else f"{x:,.2f}" if isinstance(x, float) else x for x in row]
        for row in scores.articles[_TABLE].head(_ROWS).itertuples(index=False)
    ]
    rest = len(scores.articles) - len(rows)
    return table_html(_TABLE, rows, numbers=range(3, len(_TABLE))) + (
        list_html([f"{rest:,} more articles in .articles"]) if rest else ""
    )


def _summary(scores: Scores) -> list[str]:
    """Tell the story in ten lines."""
    articles = scores.articles
    ok = articles.loc[articles["status"] == "scored"]
    lines = [f"Scores of {len(articles):,} articles, {len(ok):,} scored"]
    if len(articles) == 1:
        of = articles.iloc[0]
        lines = [f"Scores of one article: {of['words']:,} words, {of['sentences']:,} sentences"]
    for status, rows in articles.loc[articles["status"] != "scored"].groupby("status"):
        lines.append(f"{len(rows):,} {status}: {rows['reason'].iloc[0]}")
    words, own = int(ok["words"].sum()), int(ok["own_words"].sum())
    if words:
        lines.append(
            f"{words:,} words, {own / words:.0%} in the outlet's own voice; "
            f"{ok['quoted_words'].sum() / words:.0%} quoted or reported"
        )
    if own:
        loaded = ok["loaded_words"].sum(skipna=False)
        rate = "not scored" if np.isnan(loaded) else f"{loaded / own * _PER:.1f}"
        lines.append(
            f"per 1,000 own-voice words: loaded_rate {rate}, "
            f"term_rate {ok['term_weight'].sum() / own * _PER:.1f}"
        )
    hits = scores.hits.loc[scores.hits["counted"]]
    for voice in ("own", "direct", "indirect", "scare"):
        found = hits.loc[hits["voice"] == voice, "text"].str.lower().value_counts()
        if len(found):
            top = ", ".join(f"{term} ({n})" for term, n in found.head(4).items())
            lines.append(f"loaded terms, {voice}: {found.sum():,}: {top}")
    if _is_one(scores):
        lines += _most_loaded(scores)
    return lines


def _most_loaded(scores: Scores) -> list[str]:
    """Name the words that the classifier finds most loaded, and who is heard."""
    lines = []
    text = scores.corpus["text"].iloc[0]
    top = scores.sentences.dropna(subset=["top_probability"]).nlargest(3, "top_probability")
    if len(top):
        words = [
            f"{text[a:b]} ({p:.2f})"
            for a, b, p in zip(
                top["top_start"], top["top_end"], top["top_probability"], strict=True
            )
        ]
        lines.append(f"most probably loaded, own: {', '.join(words)}")
    heard = scores.voices["speaker_name"].dropna().value_counts()
    if len(heard):
        said = ", ".join(f"{name} ({n})" for name, n in heard.head(4).items())
        lines.append(f"speakers: {said}")
    return lines


# ------------------------------------------------------------------------------------ the work

# A column of strings: pandas has no public name for its type.
Strings = Any


@dataclass(frozen=True)
class Plan:
    """What every batch needs, made once a process: lexicons, terms, models, settings."""

    lexicons: tuple[Lexicon, ...]
    matcher: Matcher
    model: ScoredWords | None
    min_words: int
    voices: str

    @cached_property
    def columns(self) -> _TermColumns:
        """What a hit's row says of its term, made once for all batches."""
        terms, lexicons = self.matcher.terms, self.matcher.lexicon_of
        return _TermColumns(
            pattern=_strings(t.pattern for t in terms),
            lexicon=_strings(self.lexicons[i].name for i in lexicons),
            category=_strings(t.category for t in terms),
            referent=_strings(t.referent for t in terms),
            weight=np.array([t.weight for t in terms], float),
            loaded=np.fromiter(
                (
                    t.category in self.lexicons[i].loaded_categories
                    for t, i in zip(terms, lexicons, strict=True)
                ),
                bool,
                len(terms),
            ),
        )


@dataclass(frozen=True)
class _TermColumns:
    """Columns with a row for each term of the matcher."""

    pattern: Strings
    lexicon: Strings
    category: Strings
    referent: Strings
    weight: npt.NDArray[np.float64]
    loaded: npt.NDArray[np.bool_]


def score(
    corpus: pd.DataFrame | Sequence[dict[str, Any]] | str | Path,
    *,
    lexicons: Sequence[str | Path | Lexicon] | None = None,
    classifier: str | Path | ScoredWords | WordClassifier | None = "default",
    voices: str = "tagger",
    min_words: int = 30,
    n_jobs: int = 1,
    progress: bool = False,
) -> Scores:
    """Score articles for loaded wording, by whose voice it is.

    Parameters
    ----------
    corpus : DataFrame, list of dict, or path
        What `read_corpus` reads or has read: at least ``id`` and ``text``. A Dask DataFrame (extra
        ``dask``) gives a `framing.dask_scores.DaskScores`, whose tables are Dask frames, for
        `compare`; `n_jobs` and `progress` are then the cluster's matter.
    lexicons : list of str, path or Lexicon, optional
        Which lexicons; all bundled ones by default.
    classifier : str, path, fitted LoadedWordingClassifier or None
        ``"default"`` for the bundled model; None leaves ``loaded_rate`` missing (NaN).
    voices : {"tagger", "marks"}
        How it is decided who is speaking: ``"marks"`` reads quotation marks alone, for genres
        where the tagger of reported speech, trained on news English, is not valid.
    min_words : int
        Articles with fewer words, whatever their voice, get the status ``too_short``.
    n_jobs : int
        Processes; -1 for one a core. The result is the same for any number.
    progress : bool
        Whether to show a progress bar on standard error.

    Returns
    -------
    Scores
        Four tables and a manifest.

    Raises
    ------
    CorpusError
        If the corpus is not valid. One bad article never raises: it gets a status and a reason.
    LexiconError, ModelError
        If a lexicon or the model cannot be loaded.
    FramingError
        If `voices` or `n_jobs` is not valid, or a worker was killed.

    Examples
    --------
    >>> filler = "Nothing else was decided in the town on Monday or Tuesday. " * 4
    >>> scores = score([{"id": "a", "text": "The vile plan fell. " + filler}])
    >>> scores.hits[["text", "voice"]].iloc[0].tolist()
    ['vile', 'own']
    """
    check_jobs(n_jobs)
    if type(corpus).__module__.partition(".")[0] in ("dask", "dask_expr"):
        # By name: what stands above this module builds on it, and most users have no Dask.
        made = import_module("framing.dask_scores").score_frame
        settings = {
            "lexicons": lexicons,
            "classifier": classifier,
            "voices": voices,
            "min_words": min_words,
        }
        return cast(Scores, made(corpus, settings))
    plan = make_plan(lexicons=lexicons, classifier=classifier, voices=voices, min_words=min_words)
    return score_with(plan, read_corpus(corpus), n_jobs=n_jobs, progress=progress)


def make_plan(
    *,
    lexicons: Sequence[str | Path | Lexicon] | None = None,
    classifier: str | Path | ScoredWords | WordClassifier | None = "default",
    voices: str = "tagger",
    min_words: int = 30,
) -> Plan:
    """Load what scoring needs, once for many batches.

    Parameters
    ----------
    lexicons, classifier, voices, min_words
        As for `score`.

    Returns
    -------
    Plan
        For `score_with`.

    Raises
    ------
    LexiconError, ModelError, FramingError
        As for `score`.
    """
    if isinstance(min_words, bool) or not isinstance(min_words, int) or min_words < 0:
        raise CorpusError(BAD_MINIMUM.format(value=min_words))
    check_method(voices)
    used = resolve_lexicons(lexicons)
    return Plan(used, compile_terms(used), _word_model(classifier), min_words, voices)


def score_with(
    plan: Plan, frame: pd.DataFrame, *, n_jobs: int = 1, progress: bool = False
) -> Scores:
    """Score a corpus by a plan.

    Parameters
    ----------
    plan : Plan
        From `make_plan`.
    frame : DataFrame
        What `read_corpus` returned.
    n_jobs, progress
        As for `score`.

    Returns
    -------
    Scores
        What `score` gives.
    """
    texts = list(frame["text"])
    ids = list(frame["id"])
    batches = [(ids[i : i + _BATCH], texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
    done = list(_bar(_map(batches, plan, n_jobs), len(batches), progress))

    def table(name: str, columns: Sequence[str]) -> pd.DataFrame:
        # An empty part keeps its types but is not joined: it would change those of the others.
        parts = [part[name] for part in done if len(part[name])] or [done[0][name]]
        whole: pd.DataFrame = pd.concat(parts, ignore_index=True)[list(columns)]
        return whole

    made = table("articles", [*_MADE, *_SUMS])
    articles = pd.concat(
        [frame["id outlet story title date url".split()].reset_index(drop=True), made],
        axis=1,
    )
    articles = articles[[*_ARTICLE_COLUMNS, *_SUMS]]
    extra = [c for c in frame.columns if c not in articles.columns and c != "text"]
    articles = pd.concat([articles, frame[extra].reset_index(drop=True)], axis=1)
    return Scores(
        articles=articles,
        sentences=table("sentences", _SENTENCE_COLUMNS),
        hits=table("hits", _HIT_COLUMNS),
        voices=table("voices", _VOICE_COLUMNS),
        manifest=describe_plan(frame, plan),
        corpus=frame,
        lexicons=plan.lexicons,
    )


def check_jobs(n_jobs: int) -> None:
    """Refuse a number of processes that is none."""
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, int) or n_jobs == 0 or n_jobs < -1:
        raise FramingError(BAD_JOBS.format(value=n_jobs))


def score_text(
    text: str,
    *,
    lexicons: Sequence[str | Path | Lexicon] | None = None,
    classifier: str | Path | ScoredWords | WordClassifier | None = "default",
    voices: str = "tagger",
) -> Scores:
    """Score one article, for a quick look.

    Parameters
    ----------
    text : str
        The article.
    lexicons, classifier, voices
        As for `score`.

    Returns
    -------
    Scores
        With one row in `articles`; a text of any length is scored.

    Raises
    ------
    TypeError
        If `text` is not a str.

    Examples
    --------
    >>> scores = score_text('The so-called "experts" met. They said the siege was barbaric.')
    >>> sorted(set(scores.voices["voice"]))
    ['indirect', 'scare']
    """
    if not isinstance(text, str):
        raise TypeError(BAD_TEXT.format(kind=type(text).__name__))
    return score(
        [{"id": "text", "text": text}],
        lexicons=lexicons,
        classifier=classifier,
        voices=voices,
        min_words=1,
    )


def with_whole_texts(scores: Scores) -> Scores:
    """Put U+FFFD for each half of a surrogate pair in texts and titles, for what shows them.

    JSON can hold such halves; columns of strings, files and reports cannot. Offsets stay right.

    Parameters
    ----------
    scores : Scores
        As scored.

    Returns
    -------
    Scores
        The same object where there are none.

    Examples
    --------
    >>> scores = score([{"id": "a", "text": "half a pair \\ud800 of it"}])
    >>> with_whole_texts(scores).corpus["text"].iloc[0] == "half a pair \\ufffd of it"
    True
    """
    tables = {"corpus": scores.corpus, "articles": scores.articles}
    changed: dict[str, Any] = {}
    for name, table in tables.items():
        for column in ("text", "title", "url", "author"):
            if column in table and _has_half(table[column].tolist()):
                values = [
                    _HALF.sub("\ufffd", v) if isinstance(v, str) else v
                    for v in table[column].tolist()
                ]
                table = table.assign(**{column: pd.Series(values, table.index, dtype=object)})
                changed[name] = table
    return replace(scores, **changed) if changed else scores


def _has_half(values: list[Any]) -> bool:
    try:
        "".join(v for v in values if isinstance(v, str)).encode()
    except UnicodeEncodeError:
        return True
    return False


def join_scores(parts: Iterable[Scores]) -> Scores:
    """Join the scores of parts of a corpus.

    Parameters
    ----------
    parts : iterable of Scores
        Made with the same settings, lexicons and model.

    Returns
    -------
    Scores
        Articles ordered by id, so that the order of the parts does not matter; the manifest says
        what scoring the whole would have said.

    Raises
    ------
    FramingError
        If there is none, they were not made alike, or an article is in two of them.

    Examples
    --------
    >>> text = "The brutal siege went on. " + "Nothing else happened in the town. " * 5
    >>> halves = [score([{"id": name, "text": text}]) for name in ("b", "a")]
    >>> join_scores(halves).articles["id"].tolist()
    ['a', 'b']
    """
    found = list(parts)
    if not found:
        raise FramingError(NOTHING_TO_JOIN)
    manifest = join_manifests([p.manifest for p in found])

    def whole(name: str, keys: list[str]) -> pd.DataFrame:
        tables = [getattr(p, name) for p in found]
        some = [t for t in tables if len(t)] or tables[:1]
        joined: pd.DataFrame = pd.concat(some, ignore_index=True)
        return joined.sort_values(keys, kind="stable", ignore_index=True)

    articles = whole("articles", ["id"])
    repeated = articles["id"].duplicated()
    if repeated.any():
        raise FramingError(REPEATED_IDS.format(value=articles["id"][repeated].iloc[0]))
    return Scores(
        articles=articles,
        sentences=whole("sentences", ["id", "sentence"]),
        hits=whole("hits", ["id", "start", "end", "lexicon", "term"]),
        voices=whole("voices", ["id", "start", "end"]),
        manifest=manifest,
        corpus=whole("corpus", ["id"]),
        lexicons=found[0].lexicons,
    )


def join_manifests(manifests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Join the manifests of parts: what scoring the whole would have said.

    Hashes of corpora are sums of those of their articles, so they add up; versions of packages
    that differ are listed.

    Parameters
    ----------
    manifests : sequence of dict
        One at least.

    Returns
    -------
    dict
        The same for any order.

    Raises
    ------
    FramingError
        If version, settings, lexicons or model differ.
    """
    first = manifests[0]
    for other in manifests[1:]:
        for what in ("framing", "settings", "lexicons", "classifier", "voice_models"):
            if first[what] != other[what]:
                raise FramingError(
                    NOT_ONE_KIND.format(what=what, one=first[what], other=other[what])
                )
    corpora = [m["corpus"] for m in manifests]
    total = sum(int(c["sha256"], 16) for c in corpora) % 2**256

    def joined(versions: Iterable[str]) -> str:
        return ", ".join(sorted(set(versions)))

    names = sorted({n for m in manifests for n in m["packages"]})
    return {
        **first,
        "python": joined(m["python"] for m in manifests),
        "packages": {n: joined(m["packages"].get(n, "none") for m in manifests) for n in names},
        "corpus": {"articles": sum(c["articles"] for c in corpora), "sha256": f"{total:064x}"},
    }


def describe_scoring(
    corpus: pd.DataFrame | Sequence[dict[str, Any]] | str | Path,
    *,
    lexicons: Sequence[str | Path | Lexicon] | None = None,
    classifier: str | Path | ScoredWords | WordClassifier | None = "default",
    min_words: int = 30,
    voices: str = "tagger",
) -> dict[str, Any]:
    """Say what `score` would write into the manifest, without scoring.

    Parameters
    ----------
    corpus, lexicons, classifier, min_words, voices
        As for `score`.

    Returns
    -------
    dict
        Versions, settings, and the hash of each lexicon, of the models and of the corpus.

    Raises
    ------
    CorpusError, LexiconError, ModelError
        As for `score`.

    Examples
    --------
    >>> corpus = [{"id": "a", "text": "The vile plan fell."}]
    >>> describe_scoring(corpus) == score(corpus).manifest
    True
    """
    plan = make_plan(lexicons=lexicons, classifier=classifier, voices=voices, min_words=min_words)
    return describe_plan(read_corpus(corpus), plan)


_MADE = (
    "status reason words sentences own_words own_sentences loaded_rate term_rate "
    "scare_rate quoted_share hits"
).split()


def _word_model(
    classifier: str | Path | ScoredWords | WordClassifier | None,
) -> ScoredWords | None:
    if classifier is None or isinstance(classifier, ScoredWords):
        return classifier
    if isinstance(classifier, str | Path):
        return load_word_model(classifier)
    # A fitted estimator keeps what it learned in `model_`.
    model = getattr(classifier, "model_", None)
    if isinstance(model, ScoredWords):
        return model
    raise ModelError(BAD_CLASSIFIER.format(value=classifier))


_PLAN: Plan | None = None


def _start_worker(plan: Plan) -> None:
    global _PLAN
    _PLAN = plan
    # Ctrl-C goes to all processes of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(batch: tuple[list[str], list[Any]]) -> dict[str, pd.DataFrame]:
    assert _PLAN is not None
    return _score_batch(*batch, _PLAN)


def _map(
    batches: Sequence[tuple[list[str], list[Any]]], plan: Plan, n_jobs: int
) -> Iterator[dict[str, pd.DataFrame]]:
    if n_jobs == 1 or len(batches) < 2:
        for batch in batches:
            yield _score_batch(*batch, plan)
        return
    from joblib import cpu_count
    from joblib.externals.loky import ProcessPoolExecutor

    workers = min(cpu_count() if n_jobs == -1 else n_jobs, len(batches))
    # The plan goes to each process once, not with every batch.
    pool = ProcessPoolExecutor(workers, initializer=_start_worker, initargs=(plan,))
    finished = False
    try:
        yield from pool.map(_work, batches)
        finished = True
    except BrokenProcessPool as error:
        raise FramingError(WORKER_GONE) from error
    finally:
        pool.shutdown(wait=True, kill_workers=not finished)


def _bar(parts: Iterable[Any], total: int, progress: bool) -> Iterable[Any]:
    if not progress:
        return parts
    from tqdm import tqdm

    bar: Iterable[Any] = tqdm(parts, total=total, unit="batch", file=sys.stderr)
    return bar


def _score_batch(ids: list[str], texts: list[Any], plan: Plan) -> dict[str, pd.DataFrame]:
    """Score a batch; should it fail, score its articles one by one so that one cannot stop all."""
    try:
        return _tables(ids, texts, plan)
    except Exception as error:
        if len(ids) == 1:
            return _failed(ids[0], error)
        parts = [_score_batch([i], [t], plan) for i, t in zip(ids, texts, strict=True)]
        return {
            name: pd.concat(
                [p[name] for p in parts if len(p[name])] or [parts[0][name]], ignore_index=True
            )
            for name in parts[0]
        }


def _failed(name: str, error: Exception) -> dict[str, pd.DataFrame]:
    row: dict[str, Any] = dict.fromkeys([*_MADE, *_SUMS], np.nan)
    row |= {"status": "error", "reason": f"{type(error).__name__}: {error}"}
    row |= dict.fromkeys(("words", "sentences", "own_words", "own_sentences", "hits"), 0)
    return {
        "articles": pd.DataFrame([row]),
        "sentences": pd.DataFrame(columns=_SENTENCE_COLUMNS),
        "hits": pd.DataFrame(columns=_HIT_COLUMNS),
        "voices": pd.DataFrame(columns=_VOICE_COLUMNS),
    }


def _tables(ids: list[str], texts: list[Any], plan: Plan) -> dict[str, pd.DataFrame]:
    blank = np.array([not isinstance(t, str) or not t.strip() for t in texts], bool)
    tokens = tokenize(["" if b else t for b, t in zip(blank, texts, strict=True)])
    status, reason = _status(tokens, blank, plan.min_words)
    scored = status == "scored"
    voices = assign_voices(tokens, voices=plan.voices)
    matches = find_terms(tokens, plan.matcher)
    if len(matches):
        matches = _take(matches, scored[tokens.article[matches.token]])

    n = len(ids)
    names = _id_column(ids)
    words = np.bincount(tokens.article[tokens.word], minlength=n)
    by_voice = np.zeros((len(VOICES), n), np.int64)
    for code in range(len(VOICES)):
        chosen = tokens.word & (voices.code == code)
        by_voice[code] = np.bincount(tokens.article[chosen], minlength=n)
    own_words = by_voice[_OWN]
    own = tokens.word & (voices.code == _OWN)

    spoken = tokens.word & ((voices.code == _DIRECT) | (voices.code == _INDIRECT))
    sentences, loaded_words, spoken_loaded = _sentence_table(
        tokens, own, spoken, scored, names, plan.model
    )
    said = _span_columns(voices)
    hits = _hit_table(tokens, voices, said, matches, plan, names)
    counted = hits["counted"].to_numpy(bool) & (voices.code[matches.token] == _OWN)
    hit_article = tokens.article[matches.token]
    term_weight = np.bincount(
        hit_article[counted], weights=plan.columns.weight[matches.term[counted]], minlength=n
    )
    scare_phrases = np.bincount(voices.article[voices.voice == _SCARE], minlength=n)
    quoted = by_voice[_DIRECT] + by_voice[_INDIRECT]
    sentence_of_own = np.unique(tokens.sentence[own])
    own_sentences = np.bincount(tokens.sentence_article[sentence_of_own], minlength=n)

    def rate(top: npt.NDArray[Any], bottom: npt.NDArray[Any], per: float) -> npt.NDArray[Any]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(scored & (bottom > 0), top / bottom * per, np.nan)

    def measured(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.where(scored, values.astype(float), np.nan)

    articles = pd.DataFrame(
        {
            "status": status,
            "reason": reason,
            "words": words,
            "sentences": np.diff(tokens.first_sentence),
            "own_words": own_words,
            "own_sentences": own_sentences,
            "loaded_rate": rate(loaded_words, own_words, _PER),
            "term_rate": rate(term_weight, own_words, _PER),
            "scare_rate": rate(scare_phrases, words, _PER),
            "quoted_share": rate(quoted, words, 1.0),
            "hits": np.bincount(hit_article, minlength=n),
            "loaded_words": measured(loaded_words),
            "term_weight": measured(term_weight),
            "scare_phrases": measured(scare_phrases),
            "quoted_words": measured(quoted),
            **{f"{v}_words": by_voice[i] for i, v in enumerate(VOICES) if v != "own"},
            "quoted_loaded_words": measured(spoken_loaded),
        }
    )
    return {
        "articles": articles,
        "sentences": sentences,
        "hits": hits,
        "voices": _voice_table(tokens, voices, said, scored, names),
    }


def _take(matches: Matches, keep: npt.NDArray[np.bool_]) -> Matches:
    return Matches(
        matches.token[keep], matches.length[keep], matches.term[keep], matches.negated[keep]
    )


def _status(
    tokens: Tokens, blank: npt.NDArray[np.bool_], min_words: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    n = len(blank)
    words = np.bincount(tokens.article[tokens.word], minlength=n)
    common = np.fromiter((t in _ENGLISH for t in tokens.types), bool, len(tokens.types))
    is_common = common[tokens.type] if len(tokens) else np.zeros(0, bool)
    english = np.bincount(tokens.article[is_common], minlength=n)
    status = np.full(n, "scored", object)
    reason = np.full(n, None, object)
    for i in np.flatnonzero(english < _ENGLISH_SHARE * words):
        # A handful of words is too little to tell a language by.
        if words[i] >= 30:
            status[i] = "not_english"
            reason[i] = f"{english[i]} of {words[i]} words are common English function words"
    for i in np.flatnonzero(words < max(min_words, 1)):
        status[i] = "too_short"
        reason[i] = f"{words[i]} words, fewer than {max(min_words, 1)}"
    status[blank], reason[blank] = "empty", "no text"
    return status, reason


def _sentence_table(
    tokens: Tokens,
    own: npt.NDArray[np.bool_],
    spoken: npt.NDArray[np.bool_],
    scored: npt.NDArray[np.bool_],
    ids: Strings,
    model: ScoredWords | None,
) -> tuple[pd.DataFrame, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    n = len(tokens.sentence_start)
    article = tokens.sentence_article
    words = np.bincount(tokens.sentence[tokens.word], minlength=n)
    own_words = np.bincount(tokens.sentence[own], minlength=n)
    top = np.full(n, -1, np.int64)
    if model is None:
        probability = np.full(n, np.nan)
        loaded = np.full(n, np.nan)
        by_article = np.full(len(ids), np.nan)
        spoken_by_article = by_article
    else:
        every = model.word_probabilities(tokens)
        word_probability = np.where(own, every, 0.0)
        spoken_by_article = np.bincount(
            tokens.article[spoken], weights=every[spoken], minlength=len(ids)
        )
        probability = model.sentence_probabilities(tokens, word_probability, mask=own)
        loaded = np.bincount(tokens.sentence, weights=word_probability, minlength=n)
        by_article = np.bincount(article, weights=loaded, minlength=len(ids))
        top = np.where(own_words > 0, _first_of_highest(tokens, word_probability), -1)
    number = np.arange(n) - tokens.first_sentence[:-1][article]
    has = top >= 0
    keep = scored[article]
    at = np.maximum(top, 0)
    empty = own_words == 0

    def where_top(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        column = np.full(n, np.nan)
        column[has] = values[at[has]]
        return column

    table = pd.DataFrame(
        {
            "id": _ids_at(ids, article),
            "sentence": number,
            "start": tokens.sentence_start,
            "end": tokens.sentence_end,
            "words": words,
            "own_words": own_words,
            "loaded_probability": np.where(empty, np.nan, probability),
            "loaded_words": np.where(empty, np.nan, loaded),
            "top_start": pd.array(where_top(tokens.start), dtype="Int64"),
            "top_end": pd.array(where_top(tokens.end), dtype="Int64"),
            "top_probability": (
                where_top(word_probability) if model is not None else np.full(n, np.nan)
            ),
        }
    )
    return table.loc[keep], by_article, spoken_by_article


def _first_of_highest(tokens: Tokens, values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The first token of each sentence whose value is that sentence's highest."""
    if not len(tokens):
        return np.zeros(0, np.int64)
    first = tokens.sentence_first_token
    highest = np.maximum.reduceat(values, first[:-1])
    at = np.flatnonzero(values == np.repeat(highest, np.diff(first)))
    return at[np.searchsorted(at, first[:-1])]


def _hit_table(
    tokens: Tokens,
    voices: Voices,
    said: _SpanColumns,
    matches: Matches,
    plan: Plan,
    ids: Strings,
) -> pd.DataFrame:
    article = tokens.article[matches.token]
    start = tokens.start[matches.token]
    end = tokens.end[matches.token + matches.length - 1]
    span = voices.span[matches.token]
    sentence = tokens.sentence[matches.token] - tokens.first_sentence[:-1][article]
    terms = plan.columns

    return pd.DataFrame(
        {
            "id": _ids_at(ids, article),
            "sentence": sentence,
            "start": start,
            "end": end,
            "text": _strings(
                tokens.texts[a][s:e]
                for a, s, e in zip(article.tolist(), start.tolist(), end.tolist(), strict=True)
            ),
            "term": terms.pattern.take(matches.term),
            "lexicon": terms.lexicon.take(matches.term),
            "category": terms.category.take(matches.term),
            "referent": terms.referent.take(matches.term),
            "weight": terms.weight[matches.term],
            "voice": _voice_names().take(voices.code[matches.token]),
            "speaker": said.of("speaker", span),
            "cue": said.of("cue", span),
            "negated": matches.negated,
            "counted": _counted(matches, plan),
            "speaker_name": said.of("speaker_name", span),
            "speaker_kind": said.of("speaker_kind", span),
        },
        columns=_HIT_COLUMNS,
    )


def _strings(values: Iterable[str | None]) -> Strings:
    """Strings as a column that is one of strings even when there are none."""
    listed = list(values)
    made: Strings
    try:
        made = pd.array(listed, dtype="str")
    except UnicodeEncodeError:  # half a surrogate pair, which a column of Arrow cannot hold
        whole = [v if v is None else _HALF.sub("\ufffd", v) for v in listed]
        made = pd.array(whole, dtype="str")
    return made


def _id_column(ids: list[str]) -> Strings:
    """Ids as a column; never changed, since tables are joined by them."""
    made: Strings
    try:
        made = pd.array(ids, dtype="str")
    except UnicodeEncodeError:
        # Half a surrogate pair, which Arrow cannot hold; strings of Python can.
        made = pd.array(ids, dtype=pd.StringDtype("python", na_value=np.nan))
    return made


def _ids_at(ids: Strings, rows: npt.NDArray[Any]) -> Strings:
    taken: Strings = ids.take(rows)
    return taken


@cache
def _voice_names() -> Strings:
    return _strings(VOICES)


@dataclass(frozen=True)
class _SpanColumns:
    """What the tables of hits and of voices say of a span, a row for each."""

    speaker: Strings
    cue: Strings
    speaker_name: Strings
    speaker_kind: Strings

    def of(self, name: str, span: npt.NDArray[Any]) -> Strings:
        """Give a column's values for spans; -1 is none, whose value is missing."""
        taken: Strings = getattr(self, name).take(span, allow_fill=True)
        return taken


def _span_columns(voices: Voices) -> _SpanColumns:
    return _SpanColumns(
        speaker=_strings(voices.speaker),
        cue=_strings(voices.cue),
        speaker_name=_strings(voices.speaker_name),
        speaker_kind=_strings(SPEAKER_KINDS[k] for k in voices.speaker_kind),
    )


def _counted(matches: Matches, plan: Plan) -> npt.NDArray[np.bool_]:
    """Tell which hits the headline rate adds up: loaded ones, and no word twice across lexicons.

    Where hits of several lexicons overlap, the longest counts, then the heaviest, then the first.
    """
    counted = plan.columns.loaded[matches.term]
    at = np.flatnonzero(counted)
    token, end = matches.token[at], matches.token[at] + matches.length[at]
    run: list[int] = []
    reach = -1
    for i in range(len(at) + 1):
        if run and (i == len(at) or token[i] >= reach):
            _settle(run, at, token, end, matches, plan, counted)
            run = []
        if i < len(at):
            run.append(i)
            reach = max(reach, int(end[i])) if len(run) > 1 else int(end[i])
    return counted


def _settle(
    run: list[int],
    at: npt.NDArray[np.int64],
    token: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    matches: Matches,
    plan: Plan,
    counted: npt.NDArray[np.bool_],
) -> None:
    if len(run) < 2:
        return
    weight = {i: plan.columns.weight[matches.term[at[i]]] for i in run}
    taken: list[tuple[int, int]] = []
    for i in sorted(run, key=lambda i: (token[i] - end[i], -weight[i], i)):
        clash = any(token[i] < b and a < end[i] for a, b in taken)
        counted[at[i]] = not clash
        if not clash:
            taken.append((int(token[i]), int(end[i])))


def _voice_table(
    tokens: Tokens,
    voices: Voices,
    said: _SpanColumns,
    scored: npt.NDArray[np.bool_],
    ids: Strings,
) -> pd.DataFrame:
    inside = tokens.word & (voices.span >= 0)
    words = np.bincount(voices.span[inside], minlength=len(voices))
    keep = np.flatnonzero(scored[voices.article])
    return pd.DataFrame(
        {
            "id": _ids_at(ids, voices.article[keep]),
            "start": voices.start[keep],
            "end": voices.end[keep],
            "voice": _voice_names().take(voices.voice[keep]),
            "speaker": said.speaker.take(keep),
            "cue": said.cue.take(keep),
            "words": words[keep],
            "speaker_name": said.speaker_name.take(keep),
            "speaker_kind": said.speaker_kind.take(keep),
        },
        columns=_VOICE_COLUMNS,
    )


@cache
def _package_versions() -> tuple[tuple[str, str], ...]:
    names = ("numpy", "pandas", "scipy", "scikit-learn")
    return tuple((name, metadata.version(name)) for name in names)


def describe_plan(frame: pd.DataFrame, plan: Plan) -> dict[str, Any]:
    """Say what made the scores of some articles: their manifest."""
    return {
        "framing": __version__,
        "python": platform.python_version(),
        "packages": dict(_package_versions()),
        "settings": {"min_words": plan.min_words, "voices": plan.voices},
        "corpus": {"articles": len(frame), "sha256": _corpus_hash(frame)},
        "lexicons": [
            {
                "name": x.name,
                "version": x.version,
                "terms": len(x),
                "sha256": x.hash,
                # which of them count as loaded: all that adding up needs to know of a lexicon
                "categories": {c.name: c.loaded for c in x.categories},
            }
            for x in plan.lexicons
        ],
        "voice_models": voice_models(plan.voices),
        "classifier": None
        if plan.model is None
        else {"name": plan.model.name, "sha256": plan.model.sha256},
    }


def _corpus_hash(frame: pd.DataFrame) -> str:
    """Hash articles, every column of them, so that the hashes of parts add up to the whole's.

    It is the sum of the articles' SHA-256, modulo 2 ** 256: the order of articles and columns
    does not matter, and an empty field is as good as none.
    """
    columns = sorted(str(c) for c in frame.columns)
    total = 0
    for row in zip(*(frame[c] for c in columns), strict=True):
        digest = hashlib.sha256()
        for name, value in zip(columns, row, strict=True):
            if not isinstance(value, str):
                if pd.api.types.is_scalar(value) and pd.isna(value):
                    continue
                value = value.isoformat() if isinstance(value, pd.Timestamp) else str(value)
            for part in (name, value):
                data = part.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "little") + data)
        total += int.from_bytes(digest.digest(), "big")
    return f"{total % 2**256:064x}"
