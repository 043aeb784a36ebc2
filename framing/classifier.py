"""Train a model of words in context on sentences that people have labelled.

`LoadedWordingClassifier` is a scikit-learn estimator. It learns from the words that annotators
marked, and a sentence's probability is made from its words', so what explains a score is the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import warn

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from framing.errors import FramingWarning, ModelError
from framing.tagger import LinearTagger, Template, sparse_features
from framing.tokens import Tokens, tokenize
from framing.wordmodel import (
    SENTENCE_FEATURES,
    WordModel,
    content_words,
    load_word_model,
    model_fields,
    save_word_model,
    sentence_features,
)

if TYPE_CHECKING:
    from scipy import sparse

__all__ = [
    "TEMPLATES",
    "LoadedWordingClassifier",
    "load_classifier",
    "save_classifier",
]

TEMPLATES = (
    "word+0",
    "stem+0",
    "last+0",
    "prefix2+0",
    "prefix3+0",
    "prefix4+0",
    "prefix5+0",
    "prefix6+0",
    "suffix2+0",
    "suffix3+0",
    "suffix4+0",
    "suffix5+0",
    "shape+0",
    "length+0",
    "word-1",
    "word+1",
    "word-1 word+0",
    "word+0 word+1",
)
"""What a word's score is made from: the word, its affixes, its shape, its two neighbours."""

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
BAD_SETTING = "{name} must be {valid}, found {value!r}"
BAD_TEXT = "explain takes one text as a str, found {kind}"
NOT_A_CLASSIFIER = "save_classifier takes a fitted LoadedWordingClassifier, found {value!r}"

Floats = npt.NDArray[np.float64]
Marked = Iterable[str] | Mapping[str, float] | None

_KNOTS = np.linspace(-12.0, 8.0, 401)
# What an untrained slope may fall to: a calibration never turns the order of words round.
_LEAST_SLOPE = 1e-3


class LoadedWordingClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classify sentences by loaded wording, from the probabilities of their words.

    Each word that is no function word is scored by a logistic regression over hashed features of
    the word, its affixes, its shape and its neighbours, fitted on the share of annotators who
    marked it. Words that were scored by models which had not seen their sentence calibrate the
    probability of a word (Platt 1999), and train a second, small logistic regression that makes a
    sentence's probability from the sum, the greatest and the second probability of its words and
    from their number.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty on weights; smaller is smoother.
    templates : sequence of str, optional
        Features, in the form of `framing.tagger.Template.parse`; `TEMPLATES` by default.
    bits : int, default=18
        The weight table has ``2 ** bits`` rows, from 8 to 22.
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
        templates: Sequence[str] | None = None,
        bits: int = 18,
        cv: int = 5,
        random_state: int = 0,
        name: str = "own",
    ) -> None:
        self.C = C
        self.templates = templates
        self.bits = bits
        self.cv = cv
        self.random_state = random_state
        self.name = name

    def fit(
        self,
        sentences: Sequence[str],
        y: Sequence[int] | npt.NDArray[Any],
        *,
        words: Sequence[Marked] | None = None,
        groups: Sequence[Any] | None = None,
    ) -> LoadedWordingClassifier:
        """Learn from labelled sentences.

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

        Returns
        -------
        LoadedWordingClassifier
            Itself.

        Raises
        ------
        ModelError
            If the sentences, labels, words, groups or settings are not of these forms, or there
            are fewer than two sentences of a class.

        Warns
        -----
        FramingWarning
            If marked words do not stand in their sentences.
        """
        templates = self._check_settings()
        texts = _check_sentences(sentences, "sentences")
        loaded, self.classes_ = _check_labels(y, len(texts))
        tokens = tokenize(texts)
        _refuse_wordless(tokens, "sentences")
        share = _shares(tokens, loaded, words)
        content = np.flatnonzero(content_words(tokens))
        matrix = sparse_features(
            tokens, templates, bits=self.bits, fields=model_fields(tokens), rows=content
        )
        target, of = share[content], tokens.article[content]

        score = np.zeros(len(content))
        for train in _folds(loaded, groups, self.cv, self.random_state):
            known = train[of]
            weights, bias = _fit_words(matrix[known], target[known], C=self.C)
            score[~known] = matrix[~known] @ weights + bias
        slope, intercept = _calibrate(score, target)
        probability = np.zeros(len(tokens))
        probability[content] = _expit(slope * score + intercept)
        features = sentence_features(
            probability, unit=tokens.article, units=len(texts), mask=tokens.word
        )
        weights, bias = _fit_words(matrix, target, C=self.C)
        self.model_ = WordModel(
            name=self.name,
            tagger=LinearTagger.quantised(templates, weights[:, None], np.array([bias])),
            score_knots=(_KNOTS - intercept) / slope,
            probability_knots=_expit(_KNOTS),
            sentence_weights=_fit_sentences(features, loaded),
            card={
                "title": f"Loaded wording: {self.name}",
                "training_data": {
                    "sentences": len(texts),
                    "of them loaded": int(loaded.sum()),
                    "content words": len(content),
                    "of them marked": int((target > 0).sum()),
                    "sentences with words given": _given(words),
                },
                "settings": {
                    "C": float(self.C),
                    "bits": int(self.bits),
                    "cv": int(self.cv),
                    "random_state": int(self.random_state),
                },
            },
        )
        return self

    def predict_proba(self, sentences: Sequence[str]) -> Floats:
        """Estimate how likely each sentence is to be called loaded.

        Parameters
        ----------
        sentences : sequence of str
            One sentence an item; a longer text is taken as one sentence.

        Returns
        -------
        ndarray of float64, shape (n_sentences, 2)
            Not loaded, loaded: on the scale of the training data, its share of loaded sentences
            included.

        Raises
        ------
        ModelError
            If `sentences` is not a list of str, or one of them has no word.
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

    def _check_settings(self) -> tuple[Template, ...]:
        def refuse(name: str, valid: str) -> ModelError:
            return ModelError(BAD_SETTING.format(name=name, valid=valid, value=getattr(self, name)))

        strength: Any = self.C
        if not isinstance(strength, Real) or not 0 < float(strength) < np.inf:
            raise refuse("C", "a number greater than 0")
        for setting, low, high in (("bits", 8, 22), ("cv", 2, 100)):
            value = getattr(self, setting)
            if not isinstance(value, Integral) or not low <= int(value) <= high:
                raise refuse(setting, f"a whole number from {low} to {high}")
        seed: Any = self.random_state
        if not isinstance(seed, Integral) or int(seed) < 0:
            raise refuse("random_state", "a whole number, 0 or more")
        name: Any = self.name
        if not isinstance(name, str) or not name:
            raise refuse("name", "a str")
        if self.templates is None:
            return tuple(Template.parse(t) for t in TEMPLATES)
        form = "a list of str like 'word-1 word+0'"
        if isinstance(self.templates, str) or not len(self.templates):
            raise refuse("templates", form)
        try:
            return tuple(Template.parse(t) for t in self.templates)
        except (ValueError, AttributeError):
            raise refuse("templates", form) from None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.classifier_tags.multi_class = False
        return tags


def load_classifier(name_or_path: str | Path = "default") -> LoadedWordingClassifier:
    """Load a trained classifier, bundled or one's own.

    Parameters
    ----------
    name_or_path : str or path
        A bundled model's name; a `pathlib.Path`, or a string with a slash in it, is a folder.

    Returns
    -------
    LoadedWordingClassifier
        Fitted.

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
    known = {k: settings[k] for k in ("C", "cv", "random_state") if k in settings}
    model = LoadedWordingClassifier(
        templates=word_model.templates, bits=word_model.tagger.bits, name=word_model.name, **known
    )
    model.model_ = word_model
    model.classes_ = np.array([0, 1])
    return model


def save_classifier(model: LoadedWordingClassifier, folder: str | Path) -> Path:
    """Save a fitted classifier as a folder of ``weights.npz``, ``model.json`` and ``CARD.md``.

    Parameters
    ----------
    model : LoadedWordingClassifier
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
    if not isinstance(model, LoadedWordingClassifier) or not isinstance(word_model, WordModel):
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
    """Find every token that an occurrence of a phrase covers; case and apostrophes' shape aside."""
    table = tokenize([phrase])
    wanted = [table.types[i] for i in table.type]
    if not wanted:
        return []
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


def _expit(value: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-value))
    return result


def _fit_words(matrix: sparse.csr_matrix, target: Floats, *, C: float) -> tuple[Floats, float]:
    """Logistic regression on soft labels: weights of all columns, and the intercept."""
    used = np.unique(matrix.indices)
    weights = np.zeros(matrix.shape[1])
    inner, bias = _logistic(matrix[:, used].astype(np.float64), target, penalty=1.0 / C)
    weights[used] = inner
    return weights, bias


def _logistic(matrix: Any, target: Floats, *, penalty: float) -> tuple[Floats, float]:
    """Minimise cross-entropy with labels from 0 to 1 and a ridge penalty, by L-BFGS."""
    from scipy.optimize import minimize

    n = matrix.shape[1]
    transposed = matrix.T.tocsr() if hasattr(matrix, "tocsr") else matrix.T
    mean = float(np.clip(target.mean(), 1e-6, 1 - 1e-6))

    def loss(x: Floats) -> tuple[float, Floats]:
        z = matrix @ x[:n] + x[n]
        error = _expit(np.clip(z, -500, 500)) - target
        value = np.sum(np.logaddexp(0.0, z) - target * z) + penalty / 2 * (x[:n] @ x[:n])
        return float(value), np.append(transposed @ error + penalty * x[:n], error.sum())

    start = np.zeros(n + 1)
    start[n] = np.log(mean / (1 - mean))
    options: Any = {"maxiter": 500, "ftol": 1e-6, "gtol": 1e-4}
    x: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return x[:n], float(x[n])


def _calibrate(score: Floats, target: Floats) -> tuple[float, float]:
    """Fit the slope and intercept that turn scores into calibrated log-odds."""
    slope, intercept = _logistic(score[:, None], target, penalty=1e-3)
    return max(float(slope[0]), _LEAST_SLOPE), intercept


def _fit_sentences(features: Floats, loaded: npt.NDArray[np.bool_]) -> Floats:
    """Fit the small model of sentences: an intercept, then a weight a feature."""
    centre, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1.0
    inner, bias = _logistic((features - centre) / spread, loaded.astype(float), penalty=1.0)
    weights = inner / spread
    result = np.append(bias - weights @ centre, weights)
    assert len(result) == 1 + len(SENTENCE_FEATURES)
    return result
