"""A linear model over the token table: the mechanism that voice and the classifier share.

A feature is a template, the values of one or more fields of the token and its neighbours, hashed
to a row of a weight table (Weinberger et al. 2009). A token's score is the sum of the rows that its
templates point to: gathers and additions for a whole batch, no Python a token. Sums run over
templates in a fixed order, so a token's score does not depend on what else is in the batch.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.tokens import Tokens

if TYPE_CHECKING:
    from scipy import sparse

__all__ = [
    "FORMAT",
    "LinearTagger",
    "Template",
    "feature_rows",
    "read_arrays",
    "sparse_features",
    "token_fields",
    "write_arrays",
]

FORMAT = 1

WRONG_FORMAT = "{path}: format {found!r} is not one that this version reads; it reads {valid}"
DAMAGED = "{path}: the file is damaged or cut short ({why}); save or install the model again"
MISSING_FILE = "{path}: not a saved model's folder: {name} is not there"
TAMPERED = "{path}: its SHA-256 is not the one in model.json; save or install the model again"
UNKNOWN_FIELD = "template field {field!r} is unknown; there are: {names}"

Fields = Mapping[str, npt.NDArray[np.uint64]]

_BOUNDARY = np.uint64(0x5851F42D4C957F2D)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Template:
    """A feature: fields of a token or of its neighbours, taken together.

    Parameters
    ----------
    parts : tuple of (str, int)
        Each a field's name and an offset in tokens; beyond the sentence stands a boundary mark.

    Examples
    --------
    >>> Template.parse("word-1 word+0")
    Template(parts=(('word', -1), ('word', 0)))
    """

    parts: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read the written form: names with signed offsets, divided by spaces."""
        parts = []
        for item in text.split():
            at = max(item.rfind("+"), item.rfind("-"))
            parts.append((item[:at], int(item[at:])))
        return cls(tuple(parts))

    def __str__(self) -> str:
        return " ".join(f"{name}{offset:+d}" for name, offset in self.parts)


def token_fields(tokens: Tokens) -> dict[str, npt.NDArray[np.uint64]]:
    """Compute the fields that every model may use, each an integer a token.

    Parameters
    ----------
    tokens : Tokens
        The token table.

    Returns
    -------
    dict of str to ndarray of uint64, shape (n_tokens,)
        ``word``; ``prefix3`` to ``prefix5`` and ``suffix2`` to ``suffix4``, its first and last
        letters; ``shape``, capitals, digits and marks, and whether the token begins a sentence.
    """
    types = tokens.types

    def by_type(part: Callable[[str], str]) -> npt.NDArray[np.uint64]:
        table = np.fromiter(
            (crc32(part(t).encode("utf-8", "surrogatepass")) for t in types), np.uint64, len(types)
        )
        return np.asarray(table[tokens.type], np.uint64)

    fields = {"word": np.asarray(tokens.type_hash[tokens.type], np.uint64)}
    for n in (3, 4, 5):
        fields[f"prefix{n}"] = by_type(lambda t, n=n: t[:n])  # type: ignore[misc]
    for n in (2, 3, 4):
        fields[f"suffix{n}"] = by_type(lambda t, n=n: t[-n:])  # type: ignore[misc]
    digit = np.fromiter((t[0].isdigit() for t in types), bool, len(types))
    begins = np.ones(len(tokens), bool)
    begins[1:] = tokens.sentence[1:] != tokens.sentence[:-1]
    shape = tokens.word.astype(np.uint64)
    for flag in (tokens.capital, tokens.shout, digit[tokens.type], begins):
        shape = shape * np.uint64(2) + flag.astype(np.uint64)
    fields["shape"] = shape
    return fields


def feature_rows(
    tokens: Tokens, templates: Sequence[Template], *, bits: int, fields: Fields
) -> Iterator[npt.NDArray[np.uint32]]:
    """Give, template by template, the row of the weight table that each token points to.

    Parameters
    ----------
    tokens : Tokens
        The token table.
    templates : sequence of Template
        The features.
    bits : int
        The table has ``2 ** bits`` rows.
    fields : mapping of str to ndarray of uint64, shape (n_tokens,)
        What `token_fields` returns, and any of the caller's own.

    Yields
    ------
    ndarray of uint32, shape (n_tokens,)
        One array a template, in order.
    """
    shifted: dict[tuple[str, int], npt.NDArray[np.uint64]] = {}
    index = np.arange(len(tokens))

    def neighbour(name: str, offset: int) -> npt.NDArray[np.uint64]:
        if name not in fields:
            raise ModelError(UNKNOWN_FIELD.format(field=name, names=", ".join(fields)))
        if offset == 0 or not len(tokens):
            return fields[name]
        if (name, offset) not in shifted:
            there = np.clip(index + offset, 0, len(tokens) - 1)
            same = (tokens.sentence[there] == tokens.sentence) & (there == index + offset)
            shifted[name, offset] = np.where(same, np.take(fields[name], there), _BOUNDARY)
        return shifted[name, offset]

    for number, template in enumerate(templates):
        mixed = np.full(len(tokens), number + 1, np.uint64) * _MULTIPLIER
        for name, offset in template.parts:
            mixed = (mixed ^ neighbour(name, offset)) * _MULTIPLIER
            mixed ^= mixed >> np.uint64(29)
        yield ((mixed * _MULTIPLIER) >> np.uint64(64 - bits)).astype(np.uint32)


def sparse_features(
    tokens: Tokens,
    templates: Sequence[Template],
    *,
    bits: int,
    fields: Fields,
    rows: npt.NDArray[np.int64] | None = None,
) -> sparse.csr_matrix:
    """Arrange the features as a matrix to fit a scikit-learn model on.

    Parameters
    ----------
    tokens, templates, bits, fields
        As for `feature_rows`.
    rows : ndarray of int64, optional
        The tokens wanted; all by default.

    Returns
    -------
    scipy.sparse.csr_matrix, shape (n_rows, 2 ** bits)
        Ones where a template points; two that fall together add up, as in scoring.
    """
    from scipy import sparse

    wanted = np.arange(len(tokens)) if rows is None else rows
    columns = np.stack(
        [r[wanted] for r in feature_rows(tokens, templates, bits=bits, fields=fields)], axis=1
    )
    pointer = np.arange(0, columns.size + 1, columns.shape[1])
    matrix = sparse.csr_matrix(
        (np.ones(columns.size, np.float32), columns.ravel(), pointer),
        shape=(len(wanted), 1 << bits),
    )
    matrix.sum_duplicates()
    return matrix


@dataclass(frozen=True)
class LinearTagger:
    """Templates and their weights.

    Attributes
    ----------
    templates : tuple of Template
        The features.
    weights : ndarray of int8, shape (2 ** bits, n_outputs)
        The weight table, in units of `scale`.
    scale : float
        What one unit of a weight is worth.
    bias : ndarray of float32, shape (n_outputs,)
        Added to every score.
    """

    templates: tuple[Template, ...]
    weights: npt.NDArray[np.int8]
    scale: float
    bias: npt.NDArray[np.float32]

    @property
    def bits(self) -> int:
        """Logarithm to base 2 of the number of rows."""
        return int(self.weights.shape[0]).bit_length() - 1

    @classmethod
    def quantised(
        cls,
        templates: Sequence[Template],
        weights: npt.NDArray[np.floating[Any]],
        bias: npt.NDArray[np.floating[Any]],
    ) -> LinearTagger:
        """Round weights to eight bits.

        Parameters
        ----------
        templates : sequence of Template
            The features.
        weights : ndarray of float, shape (2 ** bits, n_outputs)
            The weights as fitted.
        bias : ndarray of float, shape (n_outputs,)
            The intercepts.

        Returns
        -------
        LinearTagger
            The model as it is saved and used.
        """
        top = float(np.abs(weights).max(initial=0.0))
        scale = top / 127 if top > 0 else 1.0
        rounded = np.rint(weights / scale).astype(np.int8)
        return cls(tuple(templates), rounded, scale, np.asarray(bias, np.float32))

    def scores(self, tokens: Tokens, *, fields: Fields) -> npt.NDArray[np.float32]:
        """Score every token.

        Parameters
        ----------
        tokens : Tokens
            The token table.
        fields : mapping of str to ndarray of uint64, shape (n_tokens,)
            All fields that the templates name.

        Returns
        -------
        ndarray of float32, shape (n_tokens, n_outputs)
            Sums of weights; the same for a token whatever else is in the batch.
        """
        # Small integers add up exactly, in any order.
        total = np.zeros((len(tokens), self.weights.shape[1]), np.int32)
        for rows in feature_rows(tokens, self.templates, bits=self.bits, fields=fields):
            total += np.take(self.weights, rows, axis=0)
        return total.astype(np.float32) * np.float32(self.scale) + self.bias


def write_arrays(
    folder: str | Path, *, arrays: Mapping[str, npt.NDArray[Any]], card: Mapping[str, Any]
) -> Path:
    """Save a model: ``weights.npz`` with its arrays, ``model.json`` with its card and their hash.

    Parameters
    ----------
    folder : path
        Made if it is not there.
    arrays : mapping of str to ndarray
        Numeric arrays only.
    card : mapping
        What JSON can hold: kind of model, settings, data, licence, figures.

    Returns
    -------
    pathlib.Path
        The folder.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "weights.npz"
    # Dates are left out of the archive so that the same weights are the same bytes.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    content = {"format": FORMAT, **card, "sha256": digest}
    text = json.dumps(content, indent=2, ensure_ascii=False)
    (folder / "model.json").write_text(text + "\n", "utf-8")
    return folder


def read_arrays(folder: str | Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Load what `write_arrays` saved; nothing in it is executed or unpickled.

    Parameters
    ----------
    folder : path
        Holds ``model.json`` and ``weights.npz``.

    Returns
    -------
    arrays : dict of str to ndarray
        The arrays.
    card : dict
        The card.

    Raises
    ------
    ModelError
        If a file is missing, damaged, changed since it was saved, or of another format.
    """
    folder = Path(folder)
    card_path, path = folder / "model.json", folder / "weights.npz"
    for needed in (card_path, path):
        if not needed.is_file():
            raise ModelError(MISSING_FILE.format(path=folder, name=needed.name))
    try:
        card = json.loads(card_path.read_text("utf-8"))
    except ValueError as error:
        raise ModelError(DAMAGED.format(path=card_path, why=error)) from None
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        found = card.get("format") if isinstance(card, dict) else card
        raise ModelError(WRONG_FORMAT.format(path=card_path, found=found, valid=FORMAT))
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != card.get("sha256"):
        raise ModelError(TAMPERED.format(path=path))
    try:
        # What was hashed is what is read.
        with np.load(BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, OSError, zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ModelError(DAMAGED.format(path=path, why=error)) from None
    return arrays, card
