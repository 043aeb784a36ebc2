"""How likely is it that a trained annotator would mark this word, here, as loaded?

A linear model over the token table gives every word a score from the word, its affixes, its shape
and its neighbours; a calibration turns the score into a probability, and a sentence's probability
is made from those of its words. This module uses and stores such models; `framing.classifier`
trains them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from framing.catalog import model_folder
from framing.errors import ModelError
from framing.tagger import LinearTagger, Template, read_arrays, token_fields, write_arrays
from framing.tokens import Tokens

__all__ = [
    "FUNCTION_WORDS",
    "SENTENCE_FEATURES",
    "WordModel",
    "content_words",
    "load_word_model",
    "model_fields",
    "save_word_model",
    "sentence_features",
]

KIND = "words in context"

WRONG_KIND = "{path}: this is a model of kind {found!r}, not {valid!r}; load it where it belongs"
BAD_CARD = "{path}: {key!r} is missing or not valid ({why}); save or install the model again"
CHANGED = "{path}: weights or settings are not those that were saved; save or install it again"
BAD_ARRAYS = "{path}: weights.npz does not hold a valid model ({why}); save or install it again"
BAD_LENGTH = "{what} must have one item a token, {tokens}; it has {found}"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Words that carry grammar and no judgement. They are never loaded by themselves, so annotators who
# mark a phrase are not taken to mean its "the" and "of"; as neighbours they count like all others.
FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "some",
        "any",
        "each",
        "every",
        "either",
        "neither",
        "both",
        "all",
        "such",
        "same",
        "other",
        "another",
        "one",
        "ones",
        "no",
        "not",
        "nor",
        "none",
        "i",
        "me",
        "my",
        "mine",
        "myself",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "who",
        "whom",
        "whose",
        "which",
        "what",
        "whoever",
        "whatever",
        "when",
        "where",
        "why",
        "how",
        "while",
        "and",
        "or",
        "but",
        "if",
        "then",
        "than",
        "as",
        "so",
        "yet",
        "because",
        "though",
        "although",
        "unless",
        "whether",
        "since",
        "until",
        "till",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "off",
        "on",
        "onto",
        "out",
        "over",
        "to",
        "up",
        "upon",
        "with",
        "within",
        "without",
        "about",
        "above",
        "across",
        "after",
        "against",
        "along",
        "among",
        "amid",
        "around",
        "before",
        "behind",
        "below",
        "beneath",
        "beside",
        "besides",
        "between",
        "beyond",
        "down",
        "during",
        "inside",
        "near",
        "outside",
        "per",
        "through",
        "throughout",
        "toward",
        "towards",
        "under",
        "via",
        "is",
        "am",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "done",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "ought",
        "there",
        "here",
        "also",
        "too",
        "again",
        "just",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "hasn't",
        "haven't",
        "hadn't",
        "don't",
        "doesn't",
        "didn't",
        "won't",
        "wouldn't",
        "shan't",
        "shouldn't",
        "can't",
        "cannot",
        "couldn't",
        "mightn't",
        "mustn't",
        "i'm",
        "i've",
        "i'd",
        "i'll",
        "you're",
        "you've",
        "you'd",
        "you'll",
        "he's",
        "he'd",
        "he'll",
        "she's",
        "she'd",
        "she'll",
        "it's",
        "it'd",
        "it'll",
        "we're",
        "we've",
        "we'd",
        "we'll",
        "they're",
        "they've",
        "they'd",
        "they'll",
        "that's",
        "there's",
        "here's",
        "what's",
        "who's",
    ]
)
"""Words that a model gives no probability."""

SENTENCE_FEATURES = ("sum", "log_sum", "logit_greatest", "logit_second", "log_length")
"""What a sentence's probability is made from, in order."""

_SMALL = 1e-3
_LONG_WORD = 12
_SHORT_STEM = 3
# Longest first, so that one cut is enough.
_ENDINGS = "ingly ously fully edly ness ely ing ies ied ed ly es s e".split()
_ARRAYS = ("weights", "scale", "bias", "score_knots", "probability_knots", "sentence_weights")


def content_words(tokens: Tokens) -> Bools:
    """Tell which tokens are words that can be loaded at all.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    ndarray of bool, shape (n_tokens,)
        True for words that are not `FUNCTION_WORDS`.

    Examples
    --------
    >>> from framing.tokens import tokenize
    >>> content_words(tokenize(["The brutal raid, again."])).tolist()
    [False, True, True, False, False, False]
    """
    grammar = np.fromiter((t in FUNCTION_WORDS for t in tokens.types), bool, len(tokens.types))
    result: Bools = tokens.word & ~grammar[tokens.type]
    return result


def model_fields(tokens: Tokens) -> dict[str, npt.NDArray[np.uint64]]:
    """Compute the fields that templates of a word model may name.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    dict of str to ndarray of uint64, shape (n_tokens,)
        Those of `framing.tagger.token_fields`; ``prefix2``, ``prefix6`` and ``suffix5``; ``stem``,
        the word without a common ending; ``last``, the stem of what follows the last hyphen;
        ``length`` in characters, up to 12.
    """
    types = tokens.types

    def by_type(parts: Iterable[str]) -> npt.NDArray[np.uint64]:
        codes = (crc32(part.encode("utf-8", "surrogatepass")) for part in parts)
        return np.asarray(np.fromiter(codes, np.uint64, len(types))[tokens.type], np.uint64)

    return {
        **token_fields(tokens),
        "prefix2": by_type(t[:2] for t in types),
        "prefix6": by_type(t[:6] for t in types),
        "suffix5": by_type(t[-5:] for t in types),
        "stem": by_type(_stem(t) for t in types),
        "last": by_type(_stem(t.rpartition("-")[2]) for t in types),
        "length": by_type(str(min(len(t), _LONG_WORD)) for t in types),
    }


def _stem(word: str) -> str:
    """Cut one ending off, roughly: what falls together need not be a word."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT_STEM:
            word = word[: -len(ending)]
            # "slammed" and "slam"
            return word[:-1] if len(word) > _SHORT_STEM and word[-1] == word[-2] else word
    return word


def sentence_features(
    probabilities: Floats, *, unit: npt.NDArray[np.integer[Any]], units: int, mask: Bools
) -> Floats:
    """Sum up the probabilities of words by the sentence that they stand in.

    Parameters
    ----------
    probabilities : ndarray of float64, shape (n_tokens,)
        A probability a token.
    unit : ndarray of int, shape (n_tokens,)
        The sentence of each token, in ascending order.
    units : int
        The number of sentences.
    mask : ndarray of bool, shape (n_tokens,)
        The words that count.

    Returns
    -------
    ndarray of float64, shape (units, 5)
        `SENTENCE_FEATURES`; the sum and its log, the logits of the greatest and the second, the log
        of the number of words, each moved off zero; a row of NaN where no word counts.

    Examples
    --------
    >>> p = np.array([0.5, 0.0, 0.1])
    >>> unit, mask = np.array([0, 0, 0]), np.array([True, True, True])
    >>> sentence_features(p, unit=unit, units=2, mask=mask).round(2).tolist()
    [[0.6, -0.51, 0.0, -2.19, 1.39], [nan, nan, nan, nan, nan]]
    """
    at = np.flatnonzero(mask)
    p, of = probabilities[at], unit[at]
    length = np.bincount(of, minlength=units)
    # bincount adds in order, so that a sum does not depend on what stands around the sentence.
    total = np.bincount(of, weights=p, minlength=units)
    greatest, second = np.zeros(units), np.zeros(units)
    if len(at):
        begins = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
        greatest[of[begins]] = np.maximum.reduceat(p, begins)
        top = np.flatnonzero(p == greatest[of])
        _, first = np.unique(of[top], return_index=True)
        rest = p.copy()
        rest[top[first]] = 0.0
        second[of[begins]] = np.maximum.reduceat(rest, begins)

    def logit(value: Floats) -> Floats:
        result: Floats = np.log((value + _SMALL) / (1 - value + _SMALL))
        return result

    columns = (
        total,
        np.log(total + _SMALL),
        logit(greatest),
        logit(second),
        np.log(length + 1.0),
    )
    features = np.stack(columns, axis=1)
    features[length == 0] = np.nan
    return features


@dataclass(frozen=True, eq=False)
class WordModel:
    """A trained model of words in context.

    Attributes
    ----------
    name : str
        What it is called in results.
    tagger : LinearTagger
        Templates and weights; one output.
    score_knots, probability_knots : ndarray of float64, shape (n_knots,)
        The calibration: a score's probability, straight lines between.
    sentence_weights : ndarray of float64, shape (6,)
        An intercept and the weights of `SENTENCE_FEATURES`.
    card : mapping
        What it was made from, its licence, its figures and limits; what JSON can hold.
    """

    name: str
    tagger: LinearTagger
    score_knots: Floats
    probability_knots: Floats
    sentence_weights: Floats
    card: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"WordModel({self.name!r}, sha256={self.sha256[:12]!r})"

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "weights": self.tagger.weights,
            "scale": np.asarray(self.tagger.scale, np.float64),
            "bias": self.tagger.bias,
            "score_knots": self.score_knots,
            "probability_knots": self.probability_knots,
            "sentence_weights": self.sentence_weights,
        }

    @property
    def templates(self) -> list[str]:
        """The features in their written form."""
        return [str(t) for t in self.tagger.templates]

    @cached_property
    def sha256(self) -> str:
        """Hash of all that decides a probability; the same model has the same hash everywhere."""
        digest = hashlib.sha256(json.dumps([KIND, self.templates]).encode())
        for name, array in self._arrays().items():
            little = array.astype(array.dtype.newbyteorder("<"))
            digest.update(f"\x00{name}\x00{little.dtype.str}\x00{little.shape}\x00".encode())
            digest.update(little.tobytes())
        return digest.hexdigest()

    def word_probabilities(self, tokens: Tokens) -> Floats:
        """Estimate for every token how likely an annotator is to mark it as loaded.

        Parameters
        ----------
        tokens : Tokens
            The token table.

        Returns
        -------
        ndarray of float64, shape (n_tokens,)
            From 0 to 1; 0.0 for marks and for `FUNCTION_WORDS`. A token's value depends on its
            sentence alone, not on what else is in the batch.

        Examples
        --------
        >>> from framing.tokens import tokenize
        >>> model = load_word_model("default")
        >>> tokens = tokenize(["The disgraceful bill passed on Monday."])
        >>> p = model.word_probabilities(tokens)
        >>> tokens.types[tokens.type[p.argmax()]]
        'disgraceful'
        """
        result = np.zeros(len(tokens))
        at = np.flatnonzero(content_words(tokens))
        if len(at):
            score = self.tagger.scores(tokens, fields=model_fields(tokens))[at, 0]
            result[at] = np.interp(score, self.score_knots, self.probability_knots)
        return result

    def sentence_probabilities(self, tokens: Tokens, word_probs: Floats, *, mask: Bools) -> Floats:
        """Estimate for every sentence how likely most annotators are to call it loaded.

        Parameters
        ----------
        tokens : Tokens
            The token table.
        word_probs : ndarray of float64, shape (n_tokens,)
            What `word_probabilities` returned.
        mask : ndarray of bool, shape (n_tokens,)
            The words that count, such as those in the outlet's own voice; what the others' values
            are makes no difference.

        Returns
        -------
        ndarray of float64, shape (n_sentences,)
            From 0 to 1, on the scale of training data in which about half of the sentences are
            loaded; NaN for a sentence without a word that counts.
        """
        return self.unit_probabilities(
            word_probs, unit=tokens.sentence, units=len(tokens.sentence_start), mask=mask
        )

    def unit_probabilities(
        self,
        word_probs: Floats,
        *,
        unit: npt.NDArray[np.integer[Any]],
        units: int,
        mask: Bools,
    ) -> Floats:
        """Estimate the same for stretches of text that are not the table's own sentences.

        Parameters
        ----------
        word_probs : ndarray of float64, shape (n_tokens,)
            What `word_probabilities` returned.
        unit : ndarray of int, shape (n_tokens,)
            The stretch that each token stands in, in ascending order.
        units : int
            How many there are.
        mask : ndarray of bool, shape (n_tokens,)
            The words that count.

        Returns
        -------
        ndarray of float64, shape (units,)
            Probabilities; NaN for a stretch without a word that counts.

        Raises
        ------
        ModelError
            If the arrays are not of one length.
        """
        for what, array in (("word_probs", word_probs), ("mask", mask)):
            if len(array) != len(unit):
                raise ModelError(BAD_LENGTH.format(what=what, tokens=len(unit), found=len(array)))
        features = sentence_features(
            np.asarray(word_probs, np.float64), unit=unit, units=units, mask=np.asarray(mask, bool)
        )
        score = np.full(units, self.sentence_weights[0])
        for column, weight in enumerate(self.sentence_weights[1:]):
            score += features[:, column] * weight
        result: Floats = 1.0 / (1.0 + np.exp(-score))
        return result


def save_word_model(model: WordModel, folder: str | Path) -> Path:
    """Save a model as ``weights.npz``, ``model.json`` and, for people, ``CARD.md``.

    Parameters
    ----------
    model : WordModel
        The model.
    folder : path
        Made if it is not there.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    content = {
        "kind": KIND,
        "name": model.name,
        "templates": model.templates,
        "sentence_features": list(SENTENCE_FEATURES),
        "content_sha256": model.sha256,
        "card": dict(model.card),
    }
    folder = write_arrays(folder, arrays=model._arrays(), card=content)
    (folder / "CARD.md").write_text(_card_text(model), "utf-8")
    return folder


def load_word_model(name_or_path: str | Path = "default") -> WordModel:
    """Load a bundled model by its name, or one's own from its folder.

    Nothing in the folder is executed.

    Parameters
    ----------
    name_or_path : str or path
        A bundled model's name; a `pathlib.Path`, or a string with a slash in it, is a folder.

    Returns
    -------
    WordModel
        The model.

    Raises
    ------
    ModelError
        If there is no such model, or a file of it is missing, damaged, changed since it was saved,
        or of another format or kind.

    Examples
    --------
    >>> load_word_model("default").name
    'default'
    """
    if isinstance(name_or_path, str) and not any(
        s and s in name_or_path for s in ("/", os.sep, os.altsep)
    ):
        return _bundled(name_or_path)
    return _read(Path(name_or_path))


@cache
def _bundled(name: str) -> WordModel:
    return _read(model_folder(name))


def _read(folder: Path) -> WordModel:
    arrays, content = read_arrays(folder)
    path = folder / "model.json"
    if content.get("kind") != KIND:
        raise ModelError(WRONG_KIND.format(path=path, found=content.get("kind"), valid=KIND))

    def entry(key: str, kind: type) -> Any:
        value = content.get(key)
        if not isinstance(value, kind):
            raise ModelError(BAD_CARD.format(path=path, key=key, why=f"found {value!r:.80}"))
        return value

    if entry("sentence_features", list) != list(SENTENCE_FEATURES):
        why = f"this version makes {', '.join(SENTENCE_FEATURES)}"
        raise ModelError(BAD_CARD.format(path=path, key="sentence_features", why=why))
    try:
        templates = tuple(Template.parse(t) for t in entry("templates", list))
    except (ValueError, AttributeError) as error:
        raise ModelError(BAD_CARD.format(path=path, key="templates", why=error)) from None
    _check(arrays, folder)
    for array in arrays.values():
        array.setflags(write=False)
    model = WordModel(
        name=entry("name", str),
        tagger=LinearTagger(templates, arrays["weights"], float(arrays["scale"]), arrays["bias"]),
        score_knots=arrays["score_knots"],
        probability_knots=arrays["probability_knots"],
        sentence_weights=arrays["sentence_weights"],
        card=entry("card", dict),
    )
    if model.sha256 != content.get("content_sha256"):
        raise ModelError(CHANGED.format(path=folder))
    return model


def _check(arrays: Mapping[str, npt.NDArray[Any]], folder: Path) -> None:
    def refuse(why: str) -> ModelError:
        return ModelError(BAD_ARRAYS.format(path=folder, why=why))

    if set(arrays) != set(_ARRAYS):
        raise refuse(f"arrays {', '.join(sorted(arrays))} instead of {', '.join(_ARRAYS)}")
    weights = arrays["weights"]
    rows = weights.shape[0] if weights.ndim else 0
    if weights.dtype != np.int8 or weights.ndim != 2 or weights.shape[1] != 1:
        raise refuse(f"weights are {weights.dtype} of shape {weights.shape}, not int8 (rows, 1)")
    if rows < 2 or rows & (rows - 1):
        raise refuse(f"{rows} rows of weights, not a power of two")
    shapes: dict[str, tuple[int, ...]] = {
        "scale": (),
        "bias": (1,),
        "score_knots": arrays["probability_knots"].shape,
        "sentence_weights": (1 + len(SENTENCE_FEATURES),),
    }
    for name, shape in shapes.items():
        array = arrays[name]
        if array.shape != shape or array.dtype.kind != "f":
            raise refuse(f"{name} is {array.dtype} of shape {array.shape}, not float of {shape}")
        if not np.isfinite(array).all():
            raise refuse(f"{name} is not finite")
    score, probability = arrays["score_knots"], arrays["probability_knots"]
    if score.ndim != 1 or len(score) < 2 or not (np.diff(score) > 0).all():
        raise refuse("score_knots do not ascend")
    if not ((probability >= 0) & (probability <= 1)).all():
        raise refuse("probability_knots leave the range from 0 to 1")


def _card_text(model: WordModel) -> str:
    lines = [f"# {model.card.get('title', model.name)}", ""]
    for key, value in model.card.items():
        if key == "title":
            continue
        lines += [f"## {key.replace('_', ' ').capitalize()}", ""]
        if isinstance(value, Mapping):
            lines += ["| | |", "|---|---|", *(f"| {k} | {v} |" for k, v in value.items())]
        elif isinstance(value, list | tuple):
            lines += [f"- {item}" for item in value]
        else:
            lines.append(str(value))
        lines.append("")
    lines.append(f"SHA-256 of weights and settings: `{model.sha256}`")
    return "\n".join(lines) + "\n"
