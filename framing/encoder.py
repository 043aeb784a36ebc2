"""The same classifier over a sentence encoder that lies on the user's disk (extra ``encoder``).

An encoder is a folder with ``model.onnx`` and ``tokenizer.json``, as the usual export of a
transformer writes them; nothing is downloaded. Its last layer gives every word a vector that
depends on the whole sentence. Those vectors take the place of word vectors: the word's, its two
neighbours' and the mean of the sentence's content words, with the same regression and small network
on them. The encoder itself is not trained.

What to expect: less than of the bundled kind, for more. Trained on 400 of BABE's sentences and
measured on 500 of other articles (one draw), a MiniLM of six layers with weights in eight bits gave
an AUC of 0.79 on sentences and an average precision of 0.41 on words, where
`LoadedWordingClassifier` on the same sentences gave 0.83 and 0.46, 600 times as fast. Larger
encoders have not been measured: ``python -m benchmarks.classifier --encoder FOLDER`` sets yours
beside all others. Nor are names masked, as the bundled model does: a party or an outlet can carry a
score. So it is for languages and kinds of text for which an encoder is at hand and large text for
word vectors is not, and is never the default.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.classifier import Reader, WordClassifier
from framing.errors import ModelError
from framing.features import content_words
from framing.files import need
from framing.fitting import Dense, Examples, Fitted, Network, fit_examples
from framing.tokens import Tokens
from framing.wordmodel import Arrays, ScoredWords, Shapes, check_unchanged, read_saved

__all__ = ["EncoderClassifier", "EncoderModel", "SentenceEncoder", "load_encoder_classifier"]

EXTRA = "encoder"
FEATURE = "A sentence encoder"
KIND = "words in context, by an encoder"
LAYOUT = 1
"""Version of the arrays of an encoder's model."""

NOT_A_FOLDER = (
    "encoder must be the folder of an exported transformer with model.onnx (or onnx/model.onnx) "
    "and tokenizer.json; {missing} is not there"
)
NOT_AN_ENCODER = "{folder}: this is not a sentence encoder that can be used: {why}"
UNKNOWN_INPUT = "it wants the input {name!r}; known are {known}"
NO_STATES = (
    "it gives {found}, and no vector for each token; export it for feature extraction, with "
    "last_hidden_state"
)
OTHER_ENCODER = (
    "{folder}: this is not the encoder that the model was trained with (SHA-256 {found}, expected "
    "{expected}); give the folder that it was trained with"
)
NO_ENCODER_IN_CARD = "{path}: the encoder's hash is missing or not valid; save the model again"

Single = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# Where a tokenizer does not say how much its encoder can read at once: what most can.
_WINDOW = 512
_NETWORK = ("inner", "threshold", "outer")


@dataclass(frozen=True)
class SentenceEncoder:
    """A transformer on disk, by its folder and the hash of its files.

    Attributes
    ----------
    folder : pathlib.Path
        Where it lies.
    sha256 : str
        Hash of all its files that decide a vector.
    """

    folder: Path
    sha256: str

    @classmethod
    def of(cls, folder: str | Path) -> SentenceEncoder:
        """Find an encoder in a folder.

        Parameters
        ----------
        folder : path
            Holds ``model.onnx`` or ``onnx/model.onnx``, with its external weights if it has any,
            and ``tokenizer.json``.

        Returns
        -------
        SentenceEncoder
            Checked: it can be read and gives a vector for each token.

        Raises
        ------
        MissingExtraError
            If onnxruntime or tokenizers is not installed.
        ModelError
            If the folder holds no such encoder.
        """
        folder = Path(folder)
        encoder = cls(folder, _hash(folder))
        _open(encoder)
        try:
            encoder.states("a")
        # What the package raises where inputs are of a type or shape that it did not expect.
        except Exception as error:
            raise _refusal(folder, str(error).partition("\n")[0]) from None
        return encoder

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        return int(self.states("a")[1].shape[1])

    def states(self, text: str) -> tuple[Ints, Single]:
        """Read a text.

        Parameters
        ----------
        text : str
            A sentence; a longer one than the encoder can read at once is read in pieces.

        Returns
        -------
        spans : ndarray of int, shape (n, 2)
            Start and end in the text of each piece of a word that the encoder has a vector for.
        vectors : ndarray of float32, shape (n, width)
            Of its last layer.
        """
        session, tokenizer = _open(self)
        whole = tokenizer.encode(text)
        spans, vectors = [], []
        for piece in (whole, *whole.overflowing):
            given = {
                "input_ids": piece.ids,
                "attention_mask": piece.attention_mask,
                "token_type_ids": piece.type_ids,
            }
            wanted = [i.name for i in session.get_inputs()]
            feed = {name: np.array([given[name]], np.int64) for name in wanted}
            states = session.run([_states_of(session)], feed)[0][0]
            real = np.array(piece.special_tokens_mask) == 0
            spans.append(np.array(piece.offsets, np.intp).reshape(-1, 2)[real])
            vectors.append(np.asarray(states, np.float32)[real])
        return np.concatenate(spans), np.concatenate(vectors)

    def words(self, tokens: Tokens) -> Iterator[tuple[Ints, Dense]]:
        """Read the sentences of a token table one at a time.

        A word's features so depend on its sentence alone, to the last digit, whatever else is in
        the batch; on a processor little would be won by reading several at once.

        Parameters
        ----------
        tokens : Tokens
            The token table.

        Yields
        ------
        at : ndarray of int, shape (n,)
            The content words of a sentence that has any.
        dense : Dense
            Their features.
        """
        content = content_words(tokens)
        first = np.searchsorted(tokens.sentence, np.arange(len(tokens.sentence_start) + 1))
        for i, (low, high) in enumerate(pairwise(first.tolist())):
            own = np.flatnonzero(content[low:high])
            if not len(own):
                continue
            begin, end = int(tokens.sentence_start[i]), int(tokens.sentence_end[i])
            text = tokens.texts[tokens.sentence_article[i]][begin:end]
            spans, states = self.states(text)
            start, stop = tokens.start[low:high] - begin, tokens.end[low:high] - begin
            touches = (spans[:, 0] < stop[:, None]) & (spans[:, 1] > start[:, None])
            # A character that the encoder does not know may leave a token without a piece: it has
            # a vector of zeros, as what lies beyond the sentence.
            number = np.maximum(touches.sum(axis=1, keepdims=True), 1)
            vectors = (touches.astype(np.float32) @ states) / number.astype(np.float32)
            beyond = high - low
            rows = np.stack(
                [own, np.where(own > 0, own - 1, beyond), own + 1, np.zeros_like(own)], axis=1
            )
            zero = np.zeros((1, states.shape[1]), np.float32)
            yield (
                own + low,
                Dense(
                    types=np.concatenate([vectors, zero]),
                    means=vectors[own].mean(axis=0, keepdims=True),
                    rows=rows,
                    rarity=np.zeros(len(own), np.float32),
                ),
            )

    def design(self, tokens: Tokens, at: Ints) -> tuple[sparse.csr_matrix, Dense]:
        """Arrange the features of some content words as matrices; nothing is hashed.

        Parameters
        ----------
        tokens : Tokens
            The token table.
        at : ndarray of int
            The content words wanted, ascending.

        Returns
        -------
        hashed : scipy.sparse.csr_matrix, shape (n, 1)
            Empty.
        dense : Dense
            The vectors.
        """
        none = np.zeros((0, self.width), np.float32)
        nothing = Dense(none, none, np.zeros((0, 4), np.intp), none[:, 0])
        read = [(np.zeros(0, np.intp), nothing), *self.words(tokens)]
        every = np.concatenate([found for found, _ in read])
        dense = Dense.joined([part for _, part in read]).take(np.isin(every, at))
        return sparse.csr_matrix((len(at), 1), dtype=np.float32), dense


def _files(folder: Path) -> tuple[Path, Path]:
    places = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    model = next((place for place in places if place.is_file()), places[0])
    tokenizer = folder / "tokenizer.json"
    for path in (model, tokenizer):
        if not path.is_file():
            raise ModelError(NOT_A_FOLDER.format(missing=path))
    return model, tokenizer


def _hash(folder: Path) -> str:
    model, tokenizer = _files(folder)
    # Large weights lie beside the model, in files that begin with its name.
    beside = sorted(p for p in model.parent.glob(f"{model.name}*") if p != model and p.is_file())
    digest = hashlib.sha256()
    for path in (model, *beside, tokenizer):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


@lru_cache(maxsize=2)
def _open(encoder: SentenceEncoder) -> tuple[Any, Any]:
    """Open an encoder once a process, if its files are still those whose hash it has."""
    onnxruntime = need("onnxruntime", feature=FEATURE, extra=EXTRA)
    tokenizers = need("tokenizers", feature=FEATURE, extra=EXTRA)
    folder = encoder.folder
    check_encoder(encoder, _hash(folder))
    model, tokenizer_file = _files(folder)
    settings = onnxruntime.SessionOptions()
    # Processes are for the caller to start (n_jobs); the same sums on any number of cores.
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    settings.log_severity_level = 4
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer_file))
        session = onnxruntime.InferenceSession(
            str(model), sess_options=settings, providers=["CPUExecutionProvider"]
        )
    # Both packages raise bare exceptions of their own making.
    except Exception as error:
        raise _refusal(folder, str(error).partition("\n")[0]) from None
    for wanted in session.get_inputs():
        if wanted.name not in _INPUTS:
            known = ", ".join(_INPUTS)
            raise _refusal(folder, UNKNOWN_INPUT.format(name=wanted.name, known=known))
    if _states_of(session) is None:
        found = ", ".join(f"{o.name} of shape {o.shape}" for o in session.get_outputs())
        raise _refusal(folder, NO_STATES.format(found=found))
    limit = (tokenizer.truncation or {}).get("max_length", _WINDOW)
    tokenizer.enable_truncation(max_length=limit, stride=0)
    tokenizer.no_padding()
    return session, tokenizer


def _states_of(session: Any) -> str | None:
    """Name the output with a vector for each token: batch, token, width."""
    found = [o.name for o in session.get_outputs() if len(o.shape) == 3]
    return "last_hidden_state" if "last_hidden_state" in found else next(iter(found), None)


def _refusal(folder: Path, why: str) -> ModelError:
    return ModelError(NOT_AN_ENCODER.format(folder=folder, why=why))


def check_encoder(encoder: SentenceEncoder, expected: str) -> None:
    """Refuse an encoder whose hash is not the one that was expected."""
    if encoder.sha256 != expected:
        raise ModelError(
            OTHER_ENCODER.format(
                folder=encoder.folder, found=encoder.sha256[:12], expected=expected[:12]
            )
        )


@dataclass(frozen=True, eq=False, repr=False)
class EncoderModel(ScoredWords):
    """A trained model of words in context whose vectors an encoder makes.

    Attributes
    ----------
    encoder : SentenceEncoder
        It lies where it lay: a model that is sent to another process opens it there.
    head : Fitted
        Weights of the vectors.
    """

    kind: ClassVar[str] = KIND
    layout: ClassVar[int] = LAYOUT

    encoder: SentenceEncoder = field(kw_only=True)
    head: Fitted = field(kw_only=True)

    def own_arrays(self) -> Arrays:
        """Give the weights of the vectors."""
        arrays = {"dense": self.head.dense, "bias": np.asarray(self.head.intercept[-1])}
        network = self.head.network
        if network is None:
            return arrays
        return arrays | {f"network_{name}": getattr(network, name) for name in _NETWORK}

    def own_content(self) -> dict[str, Any]:
        """Give the encoder's hash."""
        return {"encoder_sha256": self.encoder.sha256}

    def word_scores(self, tokens: Tokens) -> tuple[Ints, npt.NDArray[np.float64]]:
        """Score every content word: the tokens, and a score for each, before calibration."""
        found = [(at, self.head.score_dense(dense)) for at, dense in self.encoder.words(tokens)]
        if not found:
            return np.zeros(0, np.intp), np.zeros(0)
        at, score = zip(*found, strict=True)
        return np.concatenate(at), np.concatenate(score)


class EncoderClassifier(WordClassifier):
    """Classify sentences by loaded wording, from words that a sentence encoder reads in context.

    It is fitted, calibrated and used as `LoadedWordingClassifier`; what differs is where the
    vectors of words come from. `framing.score` takes it once it is fitted. Reading a thousand
    sentences takes seconds to minutes, and fitting holds a vector for every token in memory:
    about 1.5 kB a token for a small encoder.

    Parameters
    ----------
    encoder : str or path
        Folder of an exported transformer: ``model.onnx`` and ``tokenizer.json``.
    C_vectors : float, default=0.01
        Inverse strength of the penalty on the weights of vectors; smaller is smoother.
    article_weight : float, default=0.3
        What a word of an article counts in training, beside 1 for a word of a sentence.
    hidden : int, default=32
        Units of a small network beside the regression, up to 256; 0 for none.
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
    model_ : EncoderModel
        What was learned; `framing.score` takes the estimator or this.

    Raises
    ------
    MissingExtraError
        By `fit`, if the packages of the extra ``encoder`` are not installed.

    See Also
    --------
    framing.LoadedWordingClassifier : Needs no encoder; the bundled model is one.

    Examples
    --------
    >>> EncoderClassifier("encoders/none").fit(["A vile plan.", "A plan."] * 2, [1, 0] * 2)
    Traceback (most recent call last):
    framing.errors.ModelError: encoder must be the folder of an exported transformer with ...
    """

    def __init__(
        self,
        encoder: str | Path,
        *,
        C_vectors: float = 0.01,
        article_weight: float = 0.3,
        hidden: int = 32,
        cv: int = 5,
        random_state: int = 0,
        name: str = "own",
    ) -> None:
        self.encoder = encoder
        self.C_vectors = C_vectors
        self.article_weight = article_weight
        self.hidden = hidden
        self.cv = cv
        self.random_state = random_state
        self.name = name

    def _reader(self) -> Reader:
        self._check_numbers(("C_vectors", "article_weight"), {"hidden": (0, 256), "cv": (2, 100)})
        if not isinstance(self.encoder, str | Path):
            raise self._refusal("encoder", "a folder")
        return SentenceEncoder.of(self.encoder).design

    def _fit_words(self, examples: Examples) -> Fitted:
        return fit_examples(
            examples,
            C=1.0,
            C_vectors=float(self.C_vectors),
            hidden=int(self.hidden),
            seed=int(self.random_state),
        )

    def _model(self, fitted: Fitted, shared: Mapping[str, Any]) -> EncoderModel:
        head = replace(fitted, intercept=fitted.intercept[-1:])
        return EncoderModel(**shared, encoder=SentenceEncoder.of(self.encoder), head=head)

    def _read_from(self) -> dict[str, Any]:
        encoder = SentenceEncoder.of(self.encoder)
        return {"encoder": encoder.folder.name, "SHA-256 of the encoder": encoder.sha256}


def load_encoder_classifier(folder: str | Path, *, encoder: str | Path) -> EncoderClassifier:
    """Load a classifier that `framing.save_classifier` saved, and the encoder that it needs.

    Nothing in the folders is executed; the encoder is a graph of arithmetic.

    Parameters
    ----------
    folder : path
        Of the classifier: its weights and card. The encoder is no part of it.
    encoder : path
        Folder of the encoder that it was trained with.

    Returns
    -------
    EncoderClassifier
        Fitted.

    Raises
    ------
    MissingExtraError
        If the packages of the extra ``encoder`` are not installed.
    ModelError
        If a file is missing, damaged, changed since it was saved, or of another format or kind, or
        the encoder is another one.

    Examples
    --------
    >>> load_encoder_classifier("mine/", encoder="encoders/small/")
    Traceback (most recent call last):
    framing.errors.ModelError: mine: not a saved model's folder: model.json is not there
    """
    folder = Path(folder)
    arrays, shared, content = read_saved(folder, kind=KIND, layout=LAYOUT, shapes=_shapes)
    expected = content.get("encoder_sha256")
    if not isinstance(expected, str):
        raise ModelError(NO_ENCODER_IN_CARD.format(path=folder / "model.json"))
    found = SentenceEncoder.of(encoder)
    check_encoder(found, expected)
    network = {name: arrays[f"network_{name}"] for name in _NETWORK if "network_outer" in arrays}
    model = EncoderModel(
        **shared,
        encoder=found,
        head=Fitted(
            hashed=np.zeros(1),
            dense=arrays["dense"],
            intercept=arrays["bias"].reshape(1),
            network=Network(**network) if network else None,
        ),
    )
    check_unchanged(model, content, folder)
    settings = shared["card"].get("settings", {})
    names = ("C_vectors", "article_weight", "hidden", "cv", "random_state")
    known: dict[str, Any] = {k: settings[k] for k in names if k in settings}
    result = EncoderClassifier(encoder, name=model.name, **known)
    result.model_ = model
    result.classes_ = np.array([0, 1])
    return result


def _shapes(arrays: Arrays) -> Shapes:
    wide = arrays["dense"].shape
    shapes: Shapes = {"dense": (wide[:1], np.float64), "bias": ((), np.float64)}
    if wide[0] % 4 != 1:
        raise ValueError(f"dense is {wide[0]} long, not four vectors and one")
    if "network_outer" in arrays:
        units = arrays["network_outer"].shape[:1]
        shapes |= {
            "network_inner": ((*wide[:1], *units), np.float64),
            "network_threshold": (units, np.float64),
            "network_outer": (units, np.float64),
        }
    return shapes
