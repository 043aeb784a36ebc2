"""Other people's lexicon formats, read and written where they can hold a lexicon.

====================  ========================  ====================================================
format                suffix                    holds, beside words and categories
====================  ========================  ====================================================
``folder``            (a folder)                everything: ``lexicon.toml`` and ``terms.csv``
``csv``               ``.csv``                  all but the card: the columns of ``terms.csv``
``liwc``              ``.dic``                  terms of several categories
``liwc-22``           ``.dicx``                 terms of several categories
``quanteda``          ``.yml`` ``.yaml``        nested categories, terms of several categories
``lexicoder``         ``.lc3``                  terms of several categories
``yoshikoder``        ``.ykd``                  nested categories with meanings, several categories
``wordstat``          ``.cat``                  nested categories, terms of several categories
``nrc``               (give the format)         terms of several categories, one weight each
``afinn``             (give the format)         a sign, and one weight in five steps
``vader``             (give the format)         a sign, a weight, and the note on its raters
====================  ========================  ====================================================

**Several categories.** A word of running text is counted once a lexicon, so a term has one
category. One that a file lists under several gets their names joined by ``" + "`` (``anger +
fear``); `split_lexicon` makes a lexicon of each, in which it counts for all of them.

**Nested categories** are written as a path: ``economy/trade``.

**Signs.** A weight is how strongly a word judges, above 0 and at most 1; whether for or against is
the category's business. Scores of sentiment lists become the categories ``positive`` and
``negative``, with the weight as a share of the list's largest score (5 in AFINN, 4 in VADER), and
are written back as signed scores. A score of 0 says nothing and is left out, and told.

What a format cannot hold is told in one `FramingWarning`, with the lines; nothing is left out
silently. A file that is not in its format raises an error with its line.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from framing.errors import FramingWarning, LexiconError
from framing.formats import markup, plain, scored
from framing.formats.entries import Parsed, assemble, failed, lossy_fields
from framing.lexicon import Lexicon, read_folder, write_folder

__all__ = ["FORMATS", "read_lexicon", "write_lexicon"]

UNKNOWN_FORMAT = "format must be one of {valid}, found {value!r}"
UNKNOWN_SUFFIX = (
    "{path}: the name does not tell the format; give format=, one of {valid}, or a name that ends "
    "in {suffixes}"
)
MISSING = "{path} is not there"
NOT_DECODED = (
    "{path}: line {line}: not {encoding}; save the file as UTF-8, or give encoding='cp1252' if it "
    "was made on an older Windows"
)
LOST = "{path}: not everything was kept: {losses}"

_SHOWN = 8


@dataclass(frozen=True)
class _Format:
    """How a format is read and written, and what of a term it holds."""

    read: Callable[[str], Parsed]
    write: Callable[[Lexicon], tuple[str, list[str]]]
    holds: frozenset[str]
    suffixes: tuple[str, ...] = ()


_FORMATS = {
    "csv": _Format(plain.read_csv, plain.write_csv, plain.CSV_HOLDS, (".csv",)),
    "liwc": _Format(plain.read_liwc, plain.write_liwc, frozenset(), (".dic",)),
    "liwc-22": _Format(plain.read_dicx, plain.write_dicx, frozenset(), (".dicx",)),
    "quanteda": _Format(markup.read_yaml, markup.write_yaml, frozenset(), (".yml", ".yaml")),
    "lexicoder": _Format(plain.read_lc3, plain.write_lc3, frozenset(), (".lc3",)),
    "yoshikoder": _Format(markup.read_ykd, markup.write_ykd, frozenset({"meaning"}), (".ykd",)),
    "wordstat": _Format(plain.read_cat, plain.write_cat, frozenset(), (".cat",)),
    "nrc": _Format(scored.read_nrc, scored.write_nrc, frozenset({"weight"})),
    "afinn": _Format(scored.read_afinn, scored.write_afinn, frozenset({"weight"})),
    "vader": _Format(scored.read_vader, scored.write_vader, frozenset({"weight", "note"})),
}
FORMATS = ("folder", *_FORMATS)
"""The names of the formats."""


def _format_of(path: Path, format: str | None) -> str:
    if format is not None:
        if format not in FORMATS:
            raise LexiconError(UNKNOWN_FORMAT.format(valid=", ".join(FORMATS), value=format))
        return format
    for name, one in _FORMATS.items():
        if path.suffix.lower() in one.suffixes:
            return name
    if path.is_dir() or not path.suffix:
        return "folder"
    suffixes = [s for one in _FORMATS.values() for s in one.suffixes]
    raise LexiconError(
        UNKNOWN_SUFFIX.format(path=path, valid=", ".join(FORMATS), suffixes=", ".join(suffixes))
    )


def read_lexicon(
    path: str | Path,
    *,
    format: str | None = None,
    name: str | None = None,
    encoding: str = "utf-8",
) -> Lexicon:
    """Read a lexicon in our format or in another tool's.

    Parameters
    ----------
    path : path
        A folder, or a file.
    format : str, optional
        One of ``framing.formats.FORMATS``; told by the suffix where it is not given. Lists with
        scores in ``.txt`` files (NRC, AFINN, VADER) need it.
    name : str, optional
        The lexicon's name in results; made from the file's name by default. A folder has its own.
    encoding : str
        Of the file; XML says its own.

    Returns
    -------
    Lexicon
        Several categories of one term are joined by ``" + "``, nested ones by ``"/"``; the signs
        of scores become the categories ``positive`` and ``negative``.

    Raises
    ------
    LexiconError
        If the file is not of its format, with the line.
    MissingExtraError
        If the format is YAML and PyYAML is not installed.

    Warns
    -----
    FramingWarning
        If the file holds something that a lexicon cannot, naming it and its line.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "War words.lc3")
    ...     _ = path.write_text("+harm\\nraid*\\nair strike\\n")
    ...     read_lexicon(path)
    Lexicon('war-words' 0: 2 terms; harm)
    """
    path = Path(path)
    chosen = _format_of(path, format)
    if not path.exists():
        raise LexiconError(MISSING.format(path=path))
    if chosen == "folder":
        return read_folder(path)
    text = _decoded(path, "utf-8" if chosen == "yoshikoder" else encoding)
    try:
        parsed = _FORMATS[chosen].read(text)
        lexicon, losses = assemble(parsed, name=name or path.stem)
    except LexiconError as error:
        raise failed(path, error) from None
    _warn(path, losses)
    return lexicon


def _decoded(path: Path, encoding: str) -> str:
    data = path.read_bytes()
    codec = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = NOT_DECODED.format(path=path, line=line, encoding=encoding)
        raise LexiconError(message) from None
    except LookupError:
        raise LexiconError(f"encoding {encoding!r} is not known") from None


def write_lexicon(lexicon: Lexicon, path: str | Path, *, format: str | None = None) -> Path:
    """Write a lexicon in our format or in another tool's.

    Parameters
    ----------
    lexicon : Lexicon
        What to write.
    path : path
        A folder, made if it is not there, or a file; one that is there is replaced.
    format : str, optional
        One of ``framing.formats.FORMATS``; told by the suffix where it is not given, and a folder
        where there is no suffix.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    LexiconError
        If the format is not known, or can hold none of the terms.

    Warns
    -----
    FramingWarning
        If the format cannot hold all of the lexicon, naming what is left out.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> lexicon = Lexicon.from_terms({"harm": ["raid*"]})
    >>> with TemporaryDirectory() as folder:
    ...     write_lexicon(lexicon, Path(folder, "war.dic")).read_text()
    '%\\n1\\tharm\\n%\\nraid*\\t1\\n'
    """
    path = Path(path)
    chosen = _format_of(path, format)
    if chosen == "folder":
        return write_folder(lexicon, path)
    one = _FORMATS[chosen]
    text, losses = one.write(lexicon)
    path.write_text(text, "utf-8", newline="")
    _warn(path, [*losses, *lossy_fields(lexicon, one.holds)])
    return path


def _warn(path: Path, losses: list[str]) -> None:
    if losses:
        shown = "; ".join(losses[:_SHOWN])
        more = f"; and {len(losses) - _SHOWN} more" if len(losses) > _SHOWN else ""
        message = LOST.format(path=path, losses=shown + more)
        warnings.warn(message, FramingWarning, stacklevel=3)
