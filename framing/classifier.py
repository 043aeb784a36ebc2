"""Train a model of words in context on sentences that people have labelled.

`LoadedWordingClassifier` is a scikit-learn estimator. It learns from the words that annotators
marked, and a sentence's probability is made from its words', so what explains a score is the score.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self
from warnings import warn

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from framing.design import Lookup, design, word_table
from framing.errors import FramingWarning, ModelError
from framing.features import content_words
from framing.fitting import Dense, Examples, Fitted, expit, fit_examples, logistic
from framing.tokens import Tokens, tokenize
from framing.vectors import WordVectors, load_vectors
from framing.wordmodel import (
    SENTENCE_FEATURES,
    ScoredWords,
    WordModel,
    load_word_model,
    save_word_model,
    sentence_features,
)

__all__ = [
    "LoadedWordingClassifier",
    "MarkedArticle",
    "WordClassifier",
    "check_words",
    "load_classifier",
    "save_classifier",
]

BARE_SENTENCES = "{what} must be a list of str, not a single str; wrap it: [text]"
NOT_SENTENCES = "{what} must be a list of str, found {kind}; one item a sentence"
NOT_A_SENTENCE = "{what}[{at}] must be a str, found {value!r}; leave out sentences without text"
NO_SENTENCES = "{what} is empty; give at least one sentence"
NO_WORDS = "{what} without a word have no probability: {shown}; leave them out"
BAD_LABELS = (
    "y must hold 0 or False (not loaded) and 1 or True (loaded), found {value!r}; "
    "turn other names into these first: y == 'loaded'"
)
BAD_COUNT = "{what} must have one item a sentence: {sentences} sentences, {found} items"
ONE_CLASS = "training needs at least 2 sentences of each class, found {loaded} loaded, {other} not"
NO_MARKS = "no content word is marked in any sentence; leave out `words` to train without them"
BAD_WORDS = "words[{at}] must be a list of str, a mapping from str to a share, or None; {why}"
BAD_SHARE = "the share of {word!r} must be a number from 0 to 1, found {value!r}"
WORDS_NOT_FOUND = (
    "{lost} of {total} marked words do not stand in their sentence and were left out, such as "
    "{word!r} in sentence {at}; write them as they stand in the text"
)
NOT_AN_ARTICLE = "articles[{at}] must be a MarkedArticle, found {value!r:.80}"
BAD_MARK = (
    "articles[{at}]: a mark is a start and an end inside the text and a share from 0 to 1, "
    "found {mark!r}"
)
BAD_SETTING = "{name} must be {valid}, found {value!r}"
BAD_TEXT = "explain takes one text as a str, found {kind}"
NOT_A_CLASSIFIER = (
    "save_classifier takes a fitted LoadedWordingClassifier or EncoderClassifier, found {value!r}"
)

Floats = npt.NDArray[np.float64]
Marked = Iterable[str] | Mapping[str, float] | None
Reader = Callable[[Tokens, npt.NDArray[np.intp]], tuple[sparse.csr_matrix, Dense]]

_KNOTS = np.linspace(-12.0, 8.0, 401)
# What an untrained slope may fall to: a calibration never turns the order of words round.
_LEAST_SLOPE = 1e-3
_LEAST_SPREAD = 0.05


@dataclass(frozen=True)
class MarkedArticle:
    """A whole article in which every loaded word was marked.

    Attributes
    ----------
    text : str
        The article.
    marks : tuple of (int, int, float)
        Start and end of each marked word or phrase, and the share of readers who marked it.
    unread : tuple of (int, int)
        Start and end of stretches that readers were not asked about, such as quotations.
    """

    text: str
    marks: tuple[tuple[int, int, float], ...] = ()
    unread: tuple[tuple[int, int], ...] = ()


class WordClassifier(ClassifierMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """What classifiers of loaded wording share: sentences from words, and how they are fitted.

    What turns words into features, and what the scores of words are made from, is each one's own.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        Not loaded, loaded.
    model_ : ScoredWords
        What was learned.
    """

    model_: ScoredWords
    classes_: npt.NDArray[Any]
    article_weight: float
    cv: int
    random_state: int
    name: str

    def fit(
        self,
        sentences: Sequence[str],
        y: Sequence[int] | npt.NDArray[Any],
        *,
        words: Sequence[Marked] | None = None,
        groups: Sequence[Any] | None = None,
        articles: Sequence[MarkedArticle] | None = None,
    ) -> Self:
        """Learn from labelled sentences, and from whole articles if there are any.

        Parameters
        ----------
        sentences : sequence of str
            One sentence an item.
        y : sequence of {0, 1}
            Whether each is loaded.
        words : sequence, optional
            For each sentence the words or phrases that were marked in it: a list of str, or a
            mapping from str to the share of annotators who marked it, or None where that is not
            known. Where it is not known, the content words of a loaded sentence share its label,
            one mark among them all: weak, and better than nothing.
        groups : sequence, optional
            Where each sentence comes from, such as an article; sentences of one group are kept
            together when words are scored out of their sentence.
        articles : sequence of MarkedArticle, optional
            Whole articles, with loaded words as rare as they are in a newspaper. A word's
            probability is then calibrated on them, and on the sentences otherwise.

        Returns
        -------
        WordClassifier
            Itself.

        Raises
        ------
        ModelError
            If the sentences, labels, words, groups, articles or settings are not of these forms,
            or there are fewer than two sentences of a class.

        Warns
        -----
        FramingWarning
            If marked words do not stand in their sentences.
        """
        reader = self._reader()
        texts = _check_sentences(sentences, "sentences")
        loaded, self.classes_ = _check_labels(y, len(texts))
        tokens = tokenize(texts)
        _refuse_wordless(tokens, "sentences")
        share = _shares(tokens, loaded, words)
        content = np.flatnonzero(content_words(tokens))
        marked = _check_articles(articles)

        of = tokens.article[content].astype(np.intp)
        parts = [_examples(*reader(tokens, content), share[content], of, weight=1.0, source=0)]
        if marked:
            parts.append(_article_examples(marked, reader, float(self.article_weight), len(texts)))
        examples = Examples.joined(parts)
        score = np.zeros(len(examples))
        folds = _folds(loaded, groups, self.cv, self.random_state)
        for known in _with_articles(folds, len(marked), self.random_state):
            train = known[examples.unit]
            fitted = self._fit_words(examples.take(train))
            score[~train] = fitted.score(examples.take(~train))
        natural = examples.source == examples.source.max()
        slope, intercept = _calibrate(
            score[natural], examples.target[natural], examples.weight[natural]
        )
        probability = np.zeros(len(tokens))
        probability[content] = expit(slope * score[: len(content)] + intercept)
        features = sentence_features(
            probability, unit=tokens.article, units=len(texts), mask=tokens.word
        )
        shared = {
            "name": self.name,
            "score_knots": (_KNOTS - intercept) / slope,
            "probability_knots": expit(_KNOTS),
            "sentence_weights": _fit_sentences(features, loaded),
            "base_rate": float(loaded.mean()),
            "card": {
                "title": f"Loaded wording: {self.name}",
                "training_data": {
                    "sentences": len(texts),
                    "of them loaded": int(loaded.sum()),
                    "content words": len(content),
                    "of them marked": int((share[content] > 0).sum()),
                    "sentences with words given": _given(words),
                    "articles": len(marked),
                    **self._read_from(),
                },
                "settings": self._settings(),
            },
        }
        self.model_ = self._model(self._fit_words(examples), shared)
        return self

    @abstractmethod
    def _reader(self) -> Reader:
        """Check the settings; give what turns words into features."""

    @abstractmethod
    def _fit_words(self, examples: Examples) -> Fitted:
        """Fit the scores of words."""

    @abstractmethod
    def _model(self, fitted: Fitted, shared: Mapping[str, Any]) -> ScoredWords:
        """Make the model from its scores and from what all models share."""

    @abstractmethod
    def _read_from(self) -> dict[str, Any]:
        """Say for the card what words are read with."""

    def _settings(self) -> dict[str, Any]:
        """Say the settings that are numbers, for the card."""
        return {
            name: int(value) if isinstance(value, Integral) else float(value)
            for name, value in self.get_params().items()
            if not isinstance(value, str) and isinstance(value, Integral | Real)
        }

    def _check_numbers(self, real: Sequence[str], whole: Mapping[str, tuple[int, int]]) -> None:
        """Refuse numbers that are not greater than 0, or not whole and in their range."""
        for setting in real:
            strength = getattr(self, setting)
            if not isinstance(strength, Real) or not 0 < float(strength) < np.inf:
                raise self._refusal(setting, "a number greater than 0")
        for setting, (low, high) in whole.items():
            value = getattr(self, setting)
            if not isinstance(value, Integral) or not low <= int(value) <= high:
                raise self._refusal(setting, f"a whole number from {low} to {high}")
        seed: Any = self.random_state
        if not isinstance(seed, Integral) or int(seed) < 0:
            raise self._refusal("random_state", "a whole number, 0 or more")
        name: Any = self.name
        if not isinstance(name, str) or not name:
            raise self._refusal("name", "a str")

    def _refusal(self, name: str, valid: str) -> ModelError:
        return ModelError(BAD_SETTING.format(name=name, valid=valid, value=getattr(self, name)))

    def predict_proba(self, sentences: Sequence[str], *, prior: float | None = None) -> Floats:
        """Estimate how likely each sentence is to be called loaded.

        Parameters
        ----------
        sentences : sequence of str
            One sentence an item; a longer text is taken as one sentence.
        prior : float, optional
            The share of loaded sentences where they come from, above 0 and below 1 (Saerens,
            Latinne and Decaestecker 2002); by default that of the training data, which is far
            higher than an ordinary newspaper's if the data was made half loaded.

        Returns
        -------
        ndarray of float64, shape (n_sentences, 2)
            Not loaded, loaded.

        Raises
        ------
        ModelError
            If `sentences` is not a list of str, or one of them has no word, or `prior` is no share.
        """
        check_is_fitted(self, "model_")
        texts = _check_sentences(sentences, "sentences")
        tokens = tokenize(texts)
        _refuse_wordless(tokens, "sentences")
        loaded = self.model_.unit_probabilities(
            self.model_.word_probabilities(tokens),
            unit=tokens.article,
            units=len(texts),
            mask=tokens.word,
            prior=prior,
        )
        return np.stack([1.0 - loaded, loaded], axis=1)

    def predict(self, sentences: Sequence[str]) -> npt.NDArray[Any]:
        """Tell which sentences are more likely loaded than not.

        Parameters
        ----------
        sentences : sequence of str
            As for `predict_proba`.

        Returns
        -------
        ndarray, shape (n_sentences,)
            Of `classes_`.
        """
        probability = self.predict_proba(sentences)[:, 1]
        result: npt.NDArray[Any] = self.classes_[(probability > 0.5).astype(np.intp)]
        return result

    def explain(self, text: str) -> list[tuple[int, int, float]]:
        """Give the probability of every word of a text, in whatever voice it stands.

        Parameters
        ----------
        text : str
            A sentence or an article.

        Returns
        -------
        list of (int, int, float)
            Start, end and probability of each word, in the text's order; their sum is the expected
            number of loaded words. Function words have 0.0.

        Raises
        ------
        ModelError
            If `text` is not a str.

        Examples
        --------
        >>> text = "The shameless minister left at 9 a.m."
        >>> words = load_classifier().explain(text)
        >>> [text[start:end] for start, end, probability in words if probability > 0.2]
        ['shameless']
        """
        check_is_fitted(self, "model_")
        if not isinstance(text, str):
            raise ModelError(BAD_TEXT.format(kind=type(text).__name__))
        tokens = tokenize([text])
        probability = self.model_.word_probabilities(tokens)
        return [
            (int(tokens.start[i]), int(tokens.end[i]), float(probability[i]))
            for i in np.flatnonzero(tokens.word)
        ]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.classifier_tags.multi_class = False
        return tags


class LoadedWordingClassifier(WordClassifier):
    """Classify sentences by loaded wording, from the probabilities of their words.

    Each word that is no function word is scored by a logistic regression on the vectors of the
    word, its neighbours and its sentence's mean, and on hashed features of its spelling and its
    neighbours, fitted on the share of annotators who marked it. Words that were scored by models
    which had not seen their sentence calibrate the probability of a word (Platt 1999), and train a
    second, small logistic regression that makes a sentence's probability from the sum, the greatest
    and the second probability of its words and from their number.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty on the weights of hashed features; smaller is smoother.
    C_vectors : float, default=0.2
        The same for the weights of vectors.
    vectors : str, path, WordVectors or None, default="vectors"
        Word vectors: the bundled ones, those of a folder, one's own of `train_vectors`, or none.
    article_weight : float, default=0.3
        What a word of an article counts in training, beside 1 for a word of a sentence.
    hidden : int, default=48
        Units of a small network on the vectors beside the regression, up to 256; 0 for none.
    bits : int, default=18
        The table of hashed features has ``2 ** bits`` rows, from 8 to 22.
    cv : int, default=5
        Folds for scoring words out of their sentence, at least 2.
    random_state : int, default=0
        Decides the folds; the same number gives the same weights.
    name : str, default="own"
        What the model is called in results.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        Not loaded, loaded.
    model_ : WordModel
        What was learned; `framing.score` takes the estimator or this.

    References
    ----------
    J. Platt (1999). Probabilistic outputs for support vector machines and comparisons to
    regularized likelihood methods. In *Advances in Large Margin Classifiers*.

    M. Saerens, P. Latinne and C. Decaestecker (2002). Adjusting the outputs of a classifier to new
    a priori probabilities. *Neural Computation* 14, 21-41.

    Examples
    --------
    >>> sentences = [
    ...     "The disgraceful plan failed.", "The plan passed on Monday.",
    ...     "A shameful display followed.", "A short display followed.",
    ...     "Their disgraceful vote was shameful.", "Their vote was on Friday.",
    ... ]
    >>> words = [["disgraceful"], [], ["shameful"], [], ["disgraceful", "shameful"], []]
    >>> model = LoadedWordingClassifier(cv=2).fit(sentences, [1, 0, 1, 0, 1, 0], words=words)
    >>> text = "A disgraceful reply."
    >>> start, end, probability = max(model.explain(text), key=lambda word: word[2])
    >>> text[start:end]
    'disgraceful'
    """

    def __init__(
        self,
        *,
        C: float = 1.0,
        C_vectors: float = 0.2,
        vectors: str | Path | WordVectors | None = "vectors",
        article_weight: float = 0.3,
        hidden: int = 48,
        bits: int = 18,
        cv: int = 5,
        random_state: int = 0,
        name: str = "own",
    ) -> None:
        self.C = C
        self.C_vectors = C_vectors
        self.vectors = vectors
        self.article_weight = article_weight
        self.hidden = hidden
        self.bits = bits
        self.cv = cv
        self.random_state = random_state
        self.name = name

    def _reader(self) -> Reader:
        ranges = {"hidden": (0, 256), "bits": (8, 22), "cv": (2, 100)}
        self._check_numbers(("C", "C_vectors", "article_weight"), ranges)
        return partial(design, lookup=self._lookup(), bits=self.bits)

    def _word_vectors(self) -> WordVectors | None:
        if self.vectors is None or isinstance(self.vectors, WordVectors):
            return self.vectors
        if not isinstance(self.vectors, str | Path):
            raise self._refusal("vectors", "a bundled name, a folder, WordVectors or None")
        return load_vectors(self.vectors)

    def _lookup(self) -> Lookup:
        return Lookup.of(self._word_vectors())

    def _fit_words(self, examples: Examples) -> Fitted:
        return fit_examples(
            examples,
            C=float(self.C),
            C_vectors=float(self.C_vectors),
            hidden=0 if self.vectors is None else int(self.hidden),
            seed=int(self.random_state),
        )

    def _model(self, fitted: Fitted, shared: Mapping[str, Any]) -> WordModel:
        return WordModel(**shared, table=word_table(fitted, self._lookup()))

    def _read_from(self) -> dict[str, Any]:
        vectors = self._word_vectors()
        return {"word vectors": vectors.name if vectors is not None else None}


def load_classifier(name_or_path: str | Path = "default") -> LoadedWordingClassifier:
    """Load a trained classifier, bundled or one's own.

    Parameters
    ----------
    name_or_path : str or path
        A bundled model's name; a `pathlib.Path`, or a string with a slash in it, is a folder.

    Returns
    -------
    LoadedWordingClassifier
        Fitted. To fit it anew with other word vectors than the bundled ones, set `vectors`: they
        are not part of the folder.

    Raises
    ------
    ModelError
        If there is no such model, or a file of it is missing, damaged, changed since it was saved,
        or of another format or kind.

    Examples
    --------
    >>> model = load_classifier()
    >>> sentences = ["A disgraceful, cowardly betrayal.", "Trains run on Sunday."]
    >>> model.predict(sentences).tolist()
    [1, 0]
    """
    word_model = load_word_model(name_or_path)
    settings = word_model.card.get("settings", {})
    names = ("C", "C_vectors", "article_weight", "hidden", "bits", "cv", "random_state")
    known = {k: settings[k] for k in names if k in settings}
    trained = word_model.card.get("training_data", {})
    if trained.get("word vectors") is None:
        known["vectors"] = None
    model = LoadedWordingClassifier(name=word_model.name, **known)
    model.model_ = word_model
    model.classes_ = np.array([0, 1])
    return model


def save_classifier(model: WordClassifier, folder: str | Path) -> Path:
    """Save a fitted classifier as a folder of ``weights.npz``, ``model.json`` and ``CARD.md``.

    Parameters
    ----------
    model : LoadedWordingClassifier or framing.encoder.EncoderClassifier
        Fitted.
    folder : path
        Made if it is not there; a model in it is written over.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ModelError
        If `model` is not a fitted classifier.
    """
    word_model = getattr(model, "model_", None)
    if not isinstance(model, WordClassifier) or not isinstance(word_model, ScoredWords):
        raise ModelError(NOT_A_CLASSIFIER.format(value=model))
    return save_word_model(word_model, folder)


def _check_sentences(sentences: Any, what: str) -> list[str]:
    if isinstance(sentences, str | bytes):
        raise ModelError(BARE_SENTENCES.format(what=what))
    if getattr(sentences, "ndim", 1) != 1 or not isinstance(sentences, Iterable):
        raise ModelError(NOT_SENTENCES.format(what=what, kind=type(sentences).__name__))
    texts = list(sentences)
    if not texts:
        raise ModelError(NO_SENTENCES.format(what=what))
    for at, text in enumerate(texts):
        if not isinstance(text, str):
            raise ModelError(NOT_A_SENTENCE.format(what=what, at=at, value=text))
    return texts


def _refuse_wordless(tokens: Tokens, what: str) -> None:
    words = np.bincount(tokens.article[tokens.word], minlength=len(tokens.texts))
    empty = np.flatnonzero(words == 0)
    if len(empty):
        shown = ", ".join(f"{what}[{i}] = {tokens.texts[i]!r:.40}" for i in empty[:3])
        if len(empty) > 3:
            shown += f" and {len(empty) - 3} more"
        raise ModelError(NO_WORDS.format(what=what, shown=shown))


def _check_labels(y: Any, sentences: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[Any]]:
    labels = np.asarray(y)
    if labels.ndim != 1 or len(labels) != sentences:
        found = len(labels) if labels.ndim == 1 else f"shape {labels.shape}"
        raise ModelError(BAD_COUNT.format(what="y", sentences=sentences, found=found))
    for value in labels.tolist():
        if not isinstance(value, Real) or value not in (0, 1):
            raise ModelError(BAD_LABELS.format(value=value))
    if labels.dtype == object:
        labels = np.array(labels.tolist())
    loaded = labels.astype(bool)
    n = int(loaded.sum())
    if min(n, sentences - n) < 2:
        raise ModelError(ONE_CLASS.format(loaded=n, other=sentences - n))
    return loaded, np.unique(labels)


def _check_articles(articles: Any) -> list[MarkedArticle]:
    if articles is None:
        return []
    found = list(articles) if isinstance(articles, Iterable) else [articles]
    for at, article in enumerate(found):
        if not isinstance(article, MarkedArticle):
            raise ModelError(NOT_AN_ARTICLE.format(at=at, value=article))
        for start, end, share in article.marks:
            if not 0 <= start < end <= len(article.text) or not 0 <= share <= 1:
                raise ModelError(BAD_MARK.format(at=at, mark=(start, end, share)))
    return found


def _examples(
    hashed: Any, dense: Dense, target: Floats, unit: Any, *, weight: float, source: int
) -> Examples:
    n = len(target)
    return Examples(hashed, dense, target, np.full(n, weight), np.full(n, source), unit)


def _article_examples(
    articles: Sequence[MarkedArticle], reader: Reader, weight: float, first: int
) -> Examples:
    """Arrange articles to learn from; what was not read is neither marked nor unmarked."""
    tokens = tokenize([a.text for a in articles])
    share = np.zeros(len(tokens))
    read = content_words(tokens)
    for i, article in enumerate(articles):
        here = slice(tokens.first_token[i], tokens.first_token[i + 1])
        start, end = tokens.start[here], tokens.end[here]
        for low, high in article.unread:
            read[here] &= (end <= low) | (start >= high)
        for low, high, value in article.marks:
            inside = (start < high) & (end > low)
            share[here] = np.where(inside, np.maximum(share[here], value), share[here])
    at = np.flatnonzero(read)
    unit = tokens.article[at].astype(np.intp) + first
    return _examples(*reader(tokens, at), share[at], unit, weight=weight, source=1)


def _with_articles(
    folds: Sequence[npt.NDArray[np.bool_]], articles: int, seed: int
) -> Iterable[npt.NDArray[np.bool_]]:
    """Split articles over the folds of sentences, at random."""
    fold = np.random.default_rng(seed).permutation(articles) % len(folds)
    for number, known in enumerate(folds):
        yield np.append(known, fold != number)


def _given(words: Sequence[Marked] | None) -> int:
    return 0 if words is None else sum(item is not None for item in words)


def _shares(
    tokens: Tokens, loaded: npt.NDArray[np.bool_], words: Sequence[Marked] | None
) -> Floats:
    """Tell what share of annotators marked each token; weakly where words are not given."""
    share = np.zeros(len(tokens))
    content = content_words(tokens)
    if words is not None and (isinstance(words, str) or len(words) != len(loaded)):
        found: Any = "a single str" if isinstance(words, str) else len(words)
        raise ModelError(BAD_COUNT.format(what="words", sentences=len(loaded), found=found))
    lost: list[tuple[int, str]] = []
    total = 0
    items: Sequence[Any] = [None] * len(loaded) if words is None else words
    for at, item in enumerate(items):
        here = slice(tokens.first_token[at], tokens.first_token[at + 1])
        if item is None:
            among = int(content[here].sum())
            if loaded[at] and among:
                share[here] = 1.0 / among
            continue
        marked = _check_marked(item, at)
        total += len(marked)
        types = [tokens.types[i] for i in tokens.type[here]]
        for phrase, value in marked.items():
            places = _places(types, phrase)
            if not places:
                lost.append((at, phrase))
            for place in places:
                i = here.start + place
                share[i] = max(share[i], value)
    share[~content] = 0.0
    if not share.any():
        raise ModelError(NO_MARKS)
    if lost:
        at, word = lost[0]
        message = WORDS_NOT_FOUND.format(lost=len(lost), total=total, word=word, at=at)
        warn(message, FramingWarning, stacklevel=3)
    return share


def check_words(sentences: Sequence[str], y: Any, words: Sequence[Marked] | None = None) -> None:
    """Refuse or warn of what `WordClassifier.fit` would, before it is fitted many times.

    Parameters
    ----------
    sentences, y, words
        As for `WordClassifier.fit`.

    Raises
    ------
    ModelError
        If they are not of that form.

    Warns
    -----
    FramingWarning
        If marked words do not stand in their sentences.
    """
    texts = _check_sentences(sentences, "sentences")
    loaded, _ = _check_labels(y, len(texts))
    _shares(tokenize(texts), loaded, words)


def _check_marked(item: Any, at: int) -> dict[str, float]:
    if isinstance(item, str) or not isinstance(item, Iterable):
        raise ModelError(BAD_WORDS.format(at=at, why=f"found {item!r}"))
    marked = dict(item) if isinstance(item, Mapping) else dict.fromkeys(item, 1.0)
    for word, value in marked.items():
        if not isinstance(word, str):
            raise ModelError(BAD_WORDS.format(at=at, why=f"found {word!r} in it"))
        if not isinstance(value, Real) or not 0 <= float(value) <= 1:
            raise ModelError(BAD_SHARE.format(word=word, value=value))
    return {word: float(value) for word, value in marked.items()}


def _places(types: Sequence[str], phrase: str) -> list[int]:
    """Find every token that an occurrence of a phrase covers; case and apostrophes' shape aside.

    Marks around a phrase are not looked for: an annotator may have written them in another shape.
    """
    table = tokenize([phrase])
    words = np.flatnonzero(table.word)
    if not len(words):
        return []
    wanted = [table.types[i] for i in table.type[words[0] : words[-1] + 1]]
    n = len(wanted)
    starts = [i for i in range(len(types) - n + 1) if list(types[i : i + n]) == wanted]
    return [i + k for i in starts for k in range(n)]


def _folds(
    loaded: npt.NDArray[np.bool_], groups: Sequence[Any] | None, cv: int, seed: int
) -> list[npt.NDArray[np.bool_]]:
    """Split sentences; each item tells which ones train."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    n = len(loaded)
    splits = min(cv, int(loaded.sum()), int((~loaded).sum()))
    codes = None
    if groups is not None:
        if len(groups) != n:
            raise ModelError(BAD_COUNT.format(what="groups", sentences=n, found=len(groups)))
        _, codes = np.unique(np.asarray(groups).astype(str), return_inverse=True)
        splits = min(splits, int(codes.max()) + 1)
    if codes is None or splits < 2:
        splitter = StratifiedKFold(max(splits, 2), shuffle=True, random_state=seed)
        pairs = splitter.split(np.zeros(n), loaded)
    else:
        splitter = StratifiedGroupKFold(splits, shuffle=True, random_state=seed)
        pairs = splitter.split(np.zeros(n), loaded, codes)
    result = []
    for train, _ in pairs:
        known = np.zeros(n, bool)
        known[train] = True
        result.append(known)
    return result


def _calibrate(score: Floats, target: Floats, weight: Floats) -> tuple[float, float]:
    """Fit the slope and intercept that turn scores into calibrated log-odds."""
    slope, intercept = logistic(score[:, None], target, penalty=1e-3, weight=weight)
    return max(float(slope[0]), _LEAST_SLOPE), intercept


def _fit_sentences(features: Floats, loaded: npt.NDArray[np.bool_]) -> Floats:
    """Fit the small model of sentences: an intercept, then a weight a feature."""
    centre, spread = features.mean(axis=0), features.std(axis=0)
    # What hardly varies in few sentences must not get a huge weight for it.
    spread = np.maximum(spread, _LEAST_SPREAD)
    inner, bias = logistic((features - centre) / spread, loaded.astype(float), penalty=1.0)
    weights = inner / spread
    result = np.append(bias - weights @ centre, weights)
    assert len(result) == 1 + len(SENTENCE_FEATURES)
    return result
