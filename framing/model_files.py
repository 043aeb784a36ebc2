"""How a trained model lies on disk: arrays and a card with their hash, nothing that could run."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError

__all__ = ["FORMAT", "read_arrays", "write_arrays"]

FORMAT = 1

WRONG_FORMAT = "{path}: format {found!r} is not one that this version reads; it reads {valid}"
DAMAGED = "{path}: the file is damaged or cut short ({why}); save or install the model again"
MISSING_FILE = "{path}: not a saved model's folder: {name} is not there"
TAMPERED = "{path}: its SHA-256 is not the one in model.json; save or install the model again"


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
