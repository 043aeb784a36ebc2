"""Where the bundled data lies: the one place that knows it.

In a wheel the lexicons and the example corpus are sub-packages; in a checkout (and so in an
editable install) they stand beside the package.
"""

from __future__ import annotations

import os
from pathlib import Path

from framing.errors import FramingError, LexiconError, ModelError

__all__ = [
    "NO_SUCH_LEXICON",
    "NO_SUCH_MODEL",
    "NO_SUCH_PACK",
    "example_corpus_folder",
    "is_bundled_name",
    "lexicon_folder",
    "lexicon_names",
    "model_folder",
    "model_names",
    "pack_file",
    "pack_names",
]

NO_SUCH_LEXICON = "no bundled lexicon is called {name!r}; there are: {names}"
NO_SUCH_MODEL = "no bundled model is called {name!r}; there are: {names}"
NO_SUCH_PACK = "no style pack is called {name!r}; there are: {names}"
_NOT_INSTALLED = "the bundled {what} was not installed with the package; reinstall framing-analysis"

_PACKAGE = Path(__file__).resolve().parent


def _bundled(wheel: str, checkout: str, what: str) -> Path:
    for folder in (_PACKAGE / wheel, _PACKAGE.parent / checkout):
        if folder.is_dir():
            return folder
    raise FramingError(_NOT_INSTALLED.format(what=what))


def _folders(folder: Path, marker: str) -> dict[str, Path]:
    return {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{marker}"))}


def lexicon_names() -> list[str]:
    """List the names of the bundled lexicons, sorted."""
    return list(_folders(_bundled("lexicons", "lexicons", "lexicons"), "lexicon.toml"))


def lexicon_folder(name: str) -> Path:
    """Return the folder of a bundled lexicon.

    Raises
    ------
    LexiconError
        If no bundled lexicon has that name.
    """
    folders = _folders(_bundled("lexicons", "lexicons", "lexicons"), "lexicon.toml")
    if name not in folders:
        raise LexiconError(NO_SUCH_LEXICON.format(name=name, names=", ".join(folders)))
    return folders[name]


def _packs() -> dict[str, Path]:
    folder = _bundled("lexicons", "lexicons", "lexicons") / "packs"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def pack_names() -> list[str]:
    """List the names of the bundled style packs, sorted."""
    return list(_packs())


def pack_file(name: str) -> Path:
    """Return the file of a bundled style pack.

    Raises
    ------
    LexiconError
        If no bundled pack has that name.
    """
    packs = _packs()
    if name not in packs:
        raise LexiconError(NO_SUCH_PACK.format(name=name, names=", ".join(packs)))
    return packs[name]


def model_names() -> list[str]:
    """List the names of the bundled models, sorted."""
    return list(_folders(_PACKAGE / "models", "model.json"))


def model_folder(name: str) -> Path:
    """Return the folder of a bundled model.

    Raises
    ------
    ModelError
        If no bundled model has that name.
    """
    folders = _folders(_PACKAGE / "models", "model.json")
    if name not in folders:
        raise ModelError(NO_SUCH_MODEL.format(name=name, names=", ".join(folders)))
    return folders[name]


def is_bundled_name(name_or_path: str | Path) -> bool:
    """Tell a bundled model's name from a path: a name is a str without a separator."""
    return isinstance(name_or_path, str) and not any(
        s and s in name_or_path for s in ("/", os.sep, os.altsep)
    )


def example_corpus_folder() -> Path:
    """Return the folder of the example corpus: one text file an article, and ``metadata.csv``."""
    return _bundled("example_corpus", "examples/corpus", "example corpus")
