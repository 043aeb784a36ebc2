"""Many large files as one corpus: looked through once, then read some rows at a time.

The first look says how many articles there are, that no id stands twice, which column is which and
in which order dates are written, so that all this holds for the whole of a file although never
more than some rows of it are in memory, and so that no fault is found after hours of scoring.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.corpus import (
    MISSING_IDS,
    arrange_columns,
    check_columns,
    choose_columns,
    main_texts,
    names_of,
    order_of_dates,
    read_corpus,
)
from framing.errors import CorpusError
from framing.files import MAX_BYTES, MAX_COLUMNS, MAX_LINE, MISSING_FILE, shown, stream_table

__all__ = ["Input", "Limits", "Piece", "hash_ids", "look_through", "read_piece", "read_pieces"]

NO_PATHS = "no files were given; give at least one"
REPEATED = (
    "{count:,} ids stand more than once in these files: {names}. Each article needs an id of its "
    "own; drop the repeated rows, or write columns={{'id': None}} to number them"
)
CHANGED = (
    "{path} has changed since it was looked through; start again when it is written to its end"
)

_SHOWN = 3

HashArray = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Limits:
    """How files are read, and what is refused.

    Attributes
    ----------
    rows : int
        Articles read at a time.
    encoding : str
        Of text files.
    max_bytes, max_columns, max_line : int
        As for `framing.files.read_table`.
    """

    rows: int
    encoding: str = "utf-8"
    max_bytes: int = MAX_BYTES
    max_columns: int = MAX_COLUMNS
    max_line: int = MAX_LINE


@dataclass(frozen=True)
class Input:
    """A file that was looked through.

    Attributes
    ----------
    path : Path
        Where it is.
    size : int
        In bytes.
    sha256 : str
        Of the bytes.
    articles, pieces : int
        How many it holds, and in how many pieces it is read.
    names : tuple of str
        All its columns.
    wanted : mapping
        What the user said of columns.
    chosen : mapping
        Which of them is which of ours.
    order : tuple of bool
        `framing.corpus.order_of_dates` of the whole.
    """

    path: Path
    size: int
    sha256: str
    articles: int
    pieces: int
    names: tuple[str, ...]
    wanted: Mapping[str, str | None]
    chosen: Mapping[str, str | None]
    order: tuple[bool, bool]


@dataclass(frozen=True)
class Piece:
    """Some rows of a file, as they were read, and all that makes them a corpus.

    Attributes
    ----------
    number : int
        Its place among all pieces, from 0.
    rows : pandas.DataFrame
        As `framing.files.stream_table` gives them.
    source : Input
        The file.
    first : int
        The number of its first article among those of all files, from 1.
    width : int
        Digits of such a number.
    """

    number: int
    rows: pd.DataFrame
    source: Input
    first: int
    width: int


def look_through(
    paths: Iterable[Path], columns: Mapping[str, str | None] | None, limits: Limits
) -> list[Input]:
    """Look through files before anything is done with them.

    Parameters
    ----------
    paths : iterable of Path
        What `framing.read_corpus` reads. A folder of texts and a ``.json`` document are read whole.
    columns : mapping, optional
        As for `framing.read_corpus`, the same for all files.
    limits : Limits
        How they are read.

    Returns
    -------
    list of Input
        In the order given.

    Raises
    ------
    CorpusError
        If one cannot be read or is not a corpus, or an id stands twice in all of them.
    """
    wanted = check_columns(columns)
    found, hashes = [], []
    for path in paths:
        source, ids = _look(path, wanted, limits, ())
        found.append(source)
        hashes.append(ids)
    if not found:
        raise CorpusError(NO_PATHS)
    if any(len(ids) for ids in hashes) and not all(len(ids) for ids in hashes):
        # Numbers given to the articles of one file may be ids of another's.
        hashes = [hash_ids(_ids(piece)) for piece in read_pieces(found, limits)]
    _check_unique(np.concatenate(hashes), found, limits)
    return found


def _look(
    path: Path, wanted: dict[str, str | None], limits: Limits, known: tuple[str, ...]
) -> tuple[Input, HashArray]:
    where = str(path)
    size, sha256 = _fingerprint(path)
    names = dict.fromkeys(known)
    head: pd.DataFrame | None = None
    asked = wanted
    chosen: dict[str, str | None] = {}
    order, articles, pieces = (False, False), 0, 0
    hashes: list[HashArray] = []
    missing: list[int] = []
    for chunk in _chunks(path, wanted, limits):
        names |= dict.fromkeys(chunk.columns)
        chunk = chunk.reindex(columns=list(names))
        if head is None:
            head = chunk
            # The columns of a folder of texts have their names already.
            asked = {} if path.is_dir() else wanted
            chosen = choose_columns(head, asked, where)
        pieces += 1
        if chosen["id"] is not None:
            ids = names_of(chunk[chosen["id"]])
            missing += [articles + row for row, value in enumerate(ids, start=1) if value is None]
            hashes.append(hash_ids(ids))
        if chosen["date"] is not None:
            here = order_of_dates(chunk[chosen["date"]])
            order = (order[0] or here[0], order[1] or here[1])
        articles += len(chunk)
    assert head is not None  # a file without rows is refused where it is read
    if list(names) != list(head.columns):
        final = choose_columns(head.reindex(columns=list(names)), asked, where)
        if final != chosen:
            # A column that counts came late: look again, knowing of it.
            return _look(path, wanted, limits, tuple(names))
    if missing:
        raise CorpusError(MISSING_IDS.format(where=where, count=len(missing), row=missing[0]))
    source = Input(path, size, sha256, articles, pieces, tuple(names), wanted, chosen, order)
    return source, np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)


def _fingerprint(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file, or of the names and hashes of those in a folder."""
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and p.name[:1] != ".")
        known = [(p.name, *_fingerprint(p)) for p in files]
        return sum(size for _, size, _ in known), hashlib.sha256(repr(known).encode()).hexdigest()
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return file.tell(), digest.hexdigest()
    except FileNotFoundError as error:
        raise CorpusError(MISSING_FILE.format(path=path, near="")) from error


def _chunks(path: Path, wanted: Mapping[str, str | None], limits: Limits) -> Iterator[pd.DataFrame]:
    if path.is_dir():
        encoding, most = limits.encoding, limits.max_bytes
        whole = read_corpus(path, columns=wanted, encoding=encoding, max_bytes=most)
        for start in range(0, len(whole), limits.rows):
            yield whole.iloc[start : start + limits.rows].reset_index(drop=True)
        return
    for chunk in stream_table(
        path,
        rows=limits.rows,
        encoding=limits.encoding,
        max_bytes=limits.max_bytes,
        max_columns=limits.max_columns,
        max_line=limits.max_line,
    ):
        named = [name for name in chunk.index.names if name is not None]
        chunk = chunk.reset_index(level=named) if named else chunk.reset_index(drop=True)
        yield chunk.set_axis([str(name) for name in chunk.columns], axis="columns")


def hash_ids(ids: Sequence[str | None]) -> HashArray:
    """Give eight bytes for each id that is there, the same everywhere."""
    data = b"".join(
        hashlib.blake2b(i.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for i in ids
        if i is not None
    )
    return np.frombuffer(data, "<u8").astype(np.uint64)


def _check_unique(hashes: HashArray, found: Sequence[Input], limits: Limits) -> None:
    hashes = np.sort(hashes)
    again = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(again):
        return
    # Eight bytes may agree by chance: what is refused is an id, not a hash.
    counts: Counter[str] = Counter()
    for piece in read_pieces(found, limits):
        ids = _ids(piece)
        for name, same in zip(ids, np.isin(hash_ids(ids), again), strict=True):
            if same:
                counts[name] += 1
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise CorpusError(REPEATED.format(count=len(repeated), names=shown(repeated, _SHOWN)))


def read_pieces(
    found: Sequence[Input], limits: Limits, *, skip: frozenset[int] = frozenset()
) -> Iterator[Piece]:
    """Read files that were looked through, piece by piece; no piece spans two files.

    Parameters
    ----------
    found : sequence of Input
        What `look_through` returned.
    limits : Limits
        The same as there.
    skip : frozenset of int
        Pieces that are not wanted.

    Yields
    ------
    Piece
        The next one that is wanted.

    Raises
    ------
    CorpusError
        If a file has changed.
    """
    width = len(str(sum(source.articles for source in found)))
    number, first = 0, 1
    for source in found:
        after = number + source.pieces
        if skip.issuperset(range(number, after)):
            number, first = after, first + source.articles
            continue
        for rows in _chunks(source.path, source.wanted, limits):
            if number == after or not set(rows.columns) <= set(source.names):
                raise CorpusError(CHANGED.format(path=source.path))
            if number not in skip:
                yield Piece(number, rows, source, first, width)
            number, first = number + 1, first + len(rows)
        if number != after:
            raise CorpusError(CHANGED.format(path=source.path))


def _ids(piece: Piece) -> list[str]:
    column = piece.source.chosen["id"]
    if column is None:
        rows = range(piece.first, piece.first + len(piece.rows))
        return [f"{row:0{piece.width}d}" for row in rows]
    return [name or "" for name in names_of(piece.rows[column])]


def read_piece(piece: Piece, *, html: bool = False) -> pd.DataFrame:
    """Make the canonical table of a piece.

    Parameters
    ----------
    piece : Piece
        From `read_pieces`.
    html : bool
        As for `framing.read_corpus`.

    Returns
    -------
    pandas.DataFrame
        What `framing.read_corpus` gives of these rows.
    """
    source = piece.source
    # What no article of this piece has is None here too, as in a corpus that was read whole.
    absent = pd.Series([None] * len(piece.rows), dtype=object)
    rows = pd.DataFrame({name: piece.rows.get(name, absent) for name in source.names})
    table = arrange_columns(rows, source.chosen, str(source.path), order=source.order)
    table["id"] = pd.Series(_ids(piece), dtype=object)
    if html:
        table["text"] = main_texts(table["text"].tolist(), table["id"].tolist())
    return table
