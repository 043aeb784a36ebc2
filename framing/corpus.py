"""Files, frames and records -> the canonical table: one row an article, columns with known names.

What a file holds is read in ``files``; here its columns are given their meaning. Nothing is
guessed that could be two things: the error shows the ``columns=`` line that decides it.
"""

from __future__ import annotations

import datetime
import difflib
import inspect
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from framing.errors import CorpusError, FramingWarning
from framing.files import (
    MAX_BYTES,
    MISSING_FILE,
    NEAR,
    REPEATED_COLUMNS,
    known_format,
    need,
    not_a_record,
    read_table,
    read_text,
    shown,
    table_from_records,
)

__all__ = [
    "ALIASES",
    "CANONICAL_COLUMNS",
    "WARN_DATES",
    "CorpusSource",
    "arrange_columns",
    "check_columns",
    "choose_columns",
    "main_texts",
    "names_of",
    "order_of_dates",
    "read_corpus",
]

CorpusSource: TypeAlias = str | os.PathLike[str] | pd.DataFrame | Iterable[Mapping[str, Any]]

#: The columns that every corpus has, in this order; only ``id`` and ``text`` are never all missing.
CANONICAL_COLUMNS = ("id", "text", "outlet", "title", "date", "url", "author", "story")

#: Names that other tools give to the canonical columns. ``source`` is not among them on purpose:
#: it is an outlet in one export and a URL in another.
ALIASES: dict[str, tuple[str, ...]] = {
    "text": ("maintext", "content", "article", "body"),
    "outlet": (
        "source_domain",
        "media_name",
        "publication",
        "site",
        "source-hostname",
        "domain",
        "SourceCommonName",
        "publisher",
    ),
    "date": (
        "date_publish",
        "publish_date",
        "seendate",
        "published",
        "publication_date",
    ),
}

METADATA_NAME = "metadata.csv"

_NO_ID = ("id", None)

_LINK_COLUMNS = frozenset({"url", "link", "links", "documentidentifier", "article_url"})
_SUFFIX_OF_DISPLACED = "_original"
_LONG_TEXT = 200  # characters; a column whose middle value is longer is likely to be prose
_LONG_NAME = 255  # characters; no common file system has a longer name
_PROSE_WORDS = 6
_SHOWN = 3

BARE_TEXT = (
    "read_corpus() takes a path, a DataFrame or records, and was given what looks like the text of "
    "an article: {start!r}. To score one text, use framing.score_text(text)."
)
REMOTE = (
    "{source!r} is an address, and this library never downloads. Save the file and pass its path."
)
WRONG_TYPE = (
    "read_corpus() takes a path, a DataFrame, a list of records or a folder, not {kind}.{mend}"
)
MEND_ONE_RECORD = " Put the record into a list: [record]."
MEND_SERIES = " Give the column its name: series.to_frame('text')."
NO_ARTICLES = "{where} holds no articles."
NOT_A_FILE = "{path} is neither a file nor a folder."
COLUMNS_TYPE = (
    "columns= is {found}; it maps our column names to yours, as in "
    "columns={{'text': 'maintext', 'outlet': 'source_domain'}}."
)
UNKNOWN_CANONICAL = (
    "columns= has the key {name!r}, which is none of ours: {valid}. It maps our names to yours, "
    "as in columns={{'text': 'maintext'}}."
)
ABSENT_COLUMN = (
    "columns= takes {canonical!r} from {name!r}, and {where} has no such column. It has: {names}."
)
REQUIRED_COLUMN = "columns= says that there is no 'text', which every corpus needs."
AMBIGUOUS = (
    "{where}: {count} columns could be {canonical!r}: {names}. Say which, as in "
    "columns={{{canonical!r}: {first!r}}}{none}."
)
AMBIGUOUS_NONE = ", or columns={{{canonical!r}: None}} for none of them"
SOURCE_NOT_GUESSED = (
    "{where} has a column {name!r}, which is an outlet in one export and a URL in another; here it "
    "holds {example!r}. Candidates are 'outlet' and 'url': write columns={{'outlet': {name!r}}} or "
    "columns={{'url': {name!r}}}, or columns={{'outlet': None}} if it is neither."
)
NO_TEXT = (
    "{where} has no text column. It has: {names}. Say which holds the articles' text: "
    "columns={{'text': {suggestion!r}}}. Found without saying are: {known}."
)
LINK_ONLY = (
    "{where} holds links (column {url!r}) and no article text. This library never downloads: "
    "fetch the articles first, with news-please or trafilatura for example, and add a column "
    "'text'. If a column holds the text already, write columns={{'text': 'its name'}}. "
    "It has: {names}."
)
REPEATED_IDS = (
    "{where}: {count} ids stand more than once: {shown}. Each article needs an id of its own; drop "
    "the repeated rows, or write columns={{'id': None}} to number the rows."
)
MISSING_IDS = (
    "{where}: {count} rows have no id, the first is row {row}. Fill them in, or write "
    "columns={{'id': None}} to number the rows."
)
EMPTY_FOLDER = (
    "{path} holds no .txt files{nested}. Pass one file, or a folder with a .txt file for each "
    "article."
)
NESTED = "; its subfolders do ({names}), and only the folder itself is read"
LINK_OUT = (
    "{path} is a link to a place outside its folder. Put the file itself there, or pass the folder "
    "that holds it."
)
SAME_STEM = "{path} has the name of another file but for its suffix. Rename one of them."
METADATA_NO_ID = (
    "{path} has no column 'id', which holds the name of each article's file without .txt. It has: "
    "{names}. If another column does, write columns={{'id': 'its name'}}."
)
METADATA_WITHOUT_FILE = (
    "{path}: {count} ids have no file in the folder: {shown}. An id is the file's name without "
    ".txt."
)

WARN_DATES = (
    "{count} of {total} dates could not be read and are missing: {shown}. Write dates as "
    "YYYY-MM-DD; 03/04/2020 is read only where other dates of the column show which is the month."
)
WARN_NO_METADATA = (
    "{count} of {total} files have no row in {path}, so their outlet, date and the like are "
    "missing: {shown}."
)
WARN_NESTED = "{path}: .txt files in subfolders were not read ({names}); only the folder itself is."
WARN_HTML = (
    "no main text was found in {count} of {total} pages, whose text is now missing: {shown}."
)


def read_corpus(
    source: CorpusSource,
    *,
    columns: Mapping[str, str | None] | None = None,
    encoding: str = "utf-8",
    html: bool = False,
    max_bytes: int = MAX_BYTES,
) -> pd.DataFrame:
    """Read articles into the canonical table.

    Parameters
    ----------
    source
        A path to a CSV, TSV, JSON (a list of records, or ``{"articles": [...]}``), JSONL or NDJSON
        file, each also with ``.gz`` or ``.xz`` after it, or to a Parquet file; a folder of
        ``.txt`` files, with the rest of what is known in a ``metadata.csv`` whose column ``id``
        holds the files' names without ``.txt``; a DataFrame, which is not changed; or records, each
        a mapping from column to value. Subfolders are not read.
    columns
        Which of your columns is which of ours, as in
        ``{"text": "maintext", "outlet": "source_domain"}``; None says that there is none. Columns
        that are not named here are found by their own name, then in any case of letters, then by
        the names that other tools export, which `ALIASES` lists. ``source`` is never guessed.
    encoding
        How text files are encoded. A byte-order mark is dropped.
    html
        Whether ``text`` holds web pages, of which the main text is to be taken. It needs the extra
        ``html``.
    max_bytes
        What one compressed file may unpack to before it is refused.

    Returns
    -------
    pandas.DataFrame
        One row an article, in the order of the source (of a folder: by file name), with the columns
        ``id``, ``text``, ``outlet``, ``title``, ``date``, ``url``, ``author``, ``story`` and then
        all others as they were. ``id`` is a string; without an id column it is the number of the
        row, from 1, padded with zeros to one length, or the file's name without ``.txt``. ``text``
        is untouched, and None where it is not a string, so that scoring gives the article the
        status ``empty``; in the other columns half a surrogate pair is written as its number.
        ``date`` is a datetime without a time zone, moved to UTC where one was given, or NaT. The
        other canonical columns hold strings, or None where nothing is known. A
        column that loses its canonical name because `columns` gives it to another is kept with
        ``_original`` after its name.

    Raises
    ------
    CorpusError
        If nothing can be read, or columns, ids or text are missing or ambiguous. The message says
        what, where, and the mend.
    MissingExtraError
        If ``.parquet`` or ``html=True`` asks for a package that is not installed.

    Warns
    -----
    FramingWarning
        If dates cannot be read, pages hold no main text, or files of a folder have no metadata.

    Examples
    --------
    >>> corpus = read_corpus(
    ...     [
    ...         {"maintext": "The council met.", "source_domain": "harbour-post.example"},
    ...         {"maintext": "The council quarrelled.", "source_domain": "the-lantern.example"},
    ...     ]
    ... )
    >>> corpus[["id", "text", "outlet"]].values.tolist()
    [['1', 'The council met.', 'harbour-post.example'],
     ['2', 'The council quarrelled.', 'the-lantern.example']]
    """
    wanted = check_columns(columns)
    if isinstance(source, pd.DataFrame):
        raw, where = _with_named_index(source), "the DataFrame"
    elif isinstance(source, str | os.PathLike):
        path, where = _checked_path(source), os.fspath(source)
        if path.is_dir():
            raw, wanted = _read_folder(path, wanted, encoding, max_bytes)
        else:
            raw = _with_named_index(read_table(path, encoding=encoding, max_bytes=max_bytes))
    else:
        raw, where = table_from_records(_checked_records(source)), "the list of records"
    table = _canonical(raw, wanted, where)
    if html:
        table["text"] = main_texts(table["text"].tolist(), table["id"].tolist())
    return table


# ------------------------------------------------------------------------------ what was given


def _checked_path(source: str | os.PathLike[str]) -> Path:
    given = os.fspath(source)
    path = Path(os.path.expanduser(given))
    if given and os.path.exists(path):
        if path.is_dir() or path.is_file():
            return path
        raise CorpusError(NOT_A_FILE.format(path=given))
    if isinstance(source, str) and re.match(r"[a-z][a-z0-9+]+://", source, re.IGNORECASE):
        raise CorpusError(REMOTE.format(source=source))
    if isinstance(source, str) and _looks_like_prose(source, path):
        raise CorpusError(BARE_TEXT.format(start=source.strip()[:40] + "…"))
    names = _close_names(path) if given else []
    near = NEAR.format(names=shown(names)) if names else ""
    raise CorpusError(MISSING_FILE.format(path=given or "''", near=near))


def _looks_like_prose(source: str, path: Path) -> bool:
    if "\n" in source.strip() or len(source) > _LONG_NAME:
        return True
    return len(source.split()) >= _PROSE_WORDS and known_format(path) is None


def _close_names(path: Path) -> list[str]:
    try:
        present = os.listdir(path.parent)
    except (OSError, ValueError):
        return []
    return difflib.get_close_matches(path.name, present, n=_SHOWN)


def _checked_records(source: object) -> list[Mapping[str, Any]]:
    mends = {pd.Series: MEND_SERIES, Mapping: MEND_ONE_RECORD}
    for refused, mend in mends.items():
        if isinstance(source, refused):
            raise CorpusError(WRONG_TYPE.format(kind=f"a {type(source).__name__}", mend=mend))
    if isinstance(source, bytes | bytearray) or not isinstance(source, Iterable):
        raise CorpusError(WRONG_TYPE.format(kind=type(source).__name__, mend=""))
    records = list(source)
    for place, record in enumerate(records, start=1):
        if not isinstance(record, Mapping):
            raise not_a_record(f"record {place}", record)
    return records


def check_columns(columns: Mapping[str, str | None] | None) -> dict[str, str | None]:
    """Check what a user gave as ``columns=``, and copy it."""
    if columns is None:
        return {}
    if not isinstance(columns, Mapping):
        raise CorpusError(COLUMNS_TYPE.format(found=repr(columns)[:40]))
    for name in columns:
        if name not in CANONICAL_COLUMNS:
            message = UNKNOWN_CANONICAL.format(name=name, valid=", ".join(CANONICAL_COLUMNS))
            raise CorpusError(message)
    if "text" in columns and columns["text"] is None:
        raise CorpusError(REQUIRED_COLUMN)
    return dict(columns)


def _with_named_index(frame: pd.DataFrame) -> pd.DataFrame:
    # An index that has a name is a column that somebody set aside, most often the id.
    names = [name for name in frame.index.names if name is not None and name not in frame.columns]
    return frame.reset_index(level=names) if names else frame


# ------------------------------------------------------------------------------------- folders


def _read_folder(
    folder: Path, wanted: dict[str, str | None], encoding: str, max_bytes: int
) -> tuple[pd.DataFrame, dict[str, str | None]]:
    """Read the texts and what the metadata say of them; the ids are then settled."""
    files = sorted(_visible_texts(folder))
    nested = sorted({path.parent.name for path in folder.glob("*/*.txt")})
    if not files:
        note = NESTED.format(names=shown(nested)) if nested else ""
        raise CorpusError(EMPTY_FOLDER.format(path=folder, nested=note))
    if nested:
        _warn(WARN_NESTED.format(path=folder, names=shown(nested)))
    root = folder.resolve()
    texts: dict[str, str] = {}
    metadata = folder / METADATA_NAME
    for path in [*files, *([metadata] if metadata.exists() else [])]:
        if not path.resolve().is_relative_to(root):
            raise CorpusError(LINK_OUT.format(path=path))
    for path in files:
        if path.stem in texts:  # a.txt beside a.TXT
            raise CorpusError(SAME_STEM.format(path=path))
        texts[path.stem] = read_text(path, encoding=encoding, max_bytes=max_bytes)
    table = pd.DataFrame({"id": list(texts), "text": list(texts.values())}, dtype=object)
    if not metadata.exists():
        return table, {name: column for name, column in wanted.items() if (name, column) != _NO_ID}
    known = _read_metadata(metadata, wanted.get("id"), encoding, max_bytes)
    without_file = [stem for stem in known["id"] if stem not in texts]
    if without_file:
        message = METADATA_WITHOUT_FILE.format(
            path=metadata, count=len(without_file), shown=shown(without_file, _SHOWN)
        )
        raise CorpusError(message)
    unknown = sorted(set(texts) - set(known["id"]))
    if unknown:
        message = WARN_NO_METADATA.format(
            count=len(unknown), total=len(texts), path=metadata, shown=shown(unknown, _SHOWN)
        )
        _warn(message)
    joined = table.merge(known, on="id", how="left", suffixes=("", _SUFFIX_OF_DISPLACED))
    return joined, {name: column for name, column in wanted.items() if name != "id"}


def _visible_texts(folder: Path) -> list[Path]:
    # Names with a dot first are what a system leaves behind, such as "._article.txt".
    return [
        path
        for path in folder.iterdir()
        if path.suffix.lower() == ".txt" and not path.name.startswith(".")
    ]


def _read_metadata(
    path: Path, id_column: str | None, encoding: str, max_bytes: int
) -> pd.DataFrame:
    known = read_table(path, encoding=encoding, max_bytes=max_bytes)
    chosen = id_column or _choose("id", list(known.columns), str(path))
    if chosen is None or chosen not in known.columns:
        raise CorpusError(METADATA_NO_ID.format(path=path, names=shown(known.columns)))
    if chosen != "id":
        known = known.rename(columns={"id": "id" + _SUFFIX_OF_DISPLACED, chosen: "id"})
    known["id"] = _checked_ids(known["id"], str(path))
    return known


# ------------------------------------------------------------------------ the canonical table


def _canonical(raw: pd.DataFrame, wanted: dict[str, str | None], where: str) -> pd.DataFrame:
    if not len(raw):
        raise CorpusError(NO_ARTICLES.format(where=where))
    frame = raw.set_axis([str(name) for name in raw.columns], axis="columns")
    frame = frame.reset_index(drop=True)
    chosen = choose_columns(frame, wanted, where)
    table = arrange_columns(frame, chosen, where)
    if chosen["id"] is None:
        table["id"] = _row_numbers(len(frame))
    else:
        _check_ids(table["id"], where)
    return table


def choose_columns(
    frame: pd.DataFrame, wanted: Mapping[str, str | None], where: str
) -> dict[str, str | None]:
    """Decide which column is which of ours.

    Parameters
    ----------
    frame
        The table as it was read, or enough of it to judge by; it has all columns.
    wanted
        What the user said, from `check_columns`.
    where
        What the table is called in messages.

    Returns
    -------
    dict
        A column or None for each of `CANONICAL_COLUMNS`.

    Raises
    ------
    CorpusError
        If columns are repeated, absent or ambiguous, or there is no text.
    """
    names = list(frame.columns)
    repeated = list(dict.fromkeys(frame.columns[frame.columns.duplicated()]))
    if repeated:
        raise CorpusError(REPEATED_COLUMNS.format(where=where, names=shown(repeated)))
    for canonical, name in wanted.items():
        if name is not None and name not in names:
            message = ABSENT_COLUMN.format(
                canonical=canonical, name=name, where=where, names=shown(names)
            )
            raise CorpusError(message)
    taken = {name for name in wanted.values() if name is not None}
    free = [name for name in names if name not in taken]
    chosen = {
        canonical: wanted[canonical] if canonical in wanted else _choose(canonical, free, where)
        for canonical in CANONICAL_COLUMNS
    }
    _check_text(frame, chosen, where)
    _check_source(frame, free, chosen, wanted, where)
    return chosen


def arrange_columns(
    frame: pd.DataFrame,
    chosen: Mapping[str, str | None],
    where: str,
    *,
    order: tuple[bool, bool] | None = None,
) -> pd.DataFrame:
    """Make the canonical table of columns that were chosen; ids are not checked or numbered.

    Parameters
    ----------
    frame
        The table as it was read, or a part of it, with an index from 0.
    chosen
        What `choose_columns` returned.
    where
        What the table is called in messages.
    order
        What `order_of_dates` says of the whole column of dates, where `frame` is a part.

    Returns
    -------
    pandas.DataFrame
        `CANONICAL_COLUMNS`, then all others.
    """
    absent = pd.Series([None] * len(frame), dtype=object)
    found = {
        canonical: frame[name] if name is not None else absent for canonical, name in chosen.items()
    }
    table = {canonical: _names(column) for canonical, column in found.items()}
    table["text"] = _texts(found["text"])
    table["date"] = _dates(found["date"], order)
    used = set(chosen.values())
    others = [name for name in frame.columns if name not in used]
    kept = _kept_names(others, where)
    return pd.DataFrame(
        {name: table[name] for name in CANONICAL_COLUMNS}
        | {kept[name]: frame[name] for name in others}
    )


def _choose(canonical: str, names: list[str], where: str) -> str | None:
    """Find the column that is meant: its own name, then in any case, then an alias."""
    if canonical in names:
        return canonical
    aliases = {alias.casefold() for alias in ALIASES.get(canonical, ())}
    plain = [(name, name.strip().casefold()) for name in names]
    same = [name for name, folded in plain if folded == canonical]
    candidates = same or [name for name, folded in plain if folded in aliases]
    if len(candidates) > 1:
        message = AMBIGUOUS.format(
            where=where,
            count=len(candidates),
            canonical=canonical,
            names=shown(candidates),
            first=candidates[0],
            none="" if canonical == "text" else AMBIGUOUS_NONE.format(canonical=canonical),
        )
        raise CorpusError(message)
    return candidates[0] if candidates else None


def _kept_names(others: list[str], where: str) -> dict[str, str]:
    kept = {
        name: name + _SUFFIX_OF_DISPLACED if name in CANONICAL_COLUMNS else name for name in others
    }
    clashes = [name for name, count in Counter(kept.values()).items() if count > 1]
    if clashes:
        raise CorpusError(REPEATED_COLUMNS.format(where=where, names=shown(clashes)))
    return kept


def _check_text(frame: pd.DataFrame, chosen: Mapping[str, str | None], where: str) -> None:
    names = list(frame.columns)
    link = next(
        (name for name in names if name == chosen["url"] or name.casefold() in _LINK_COLUMNS),
        None,
    )
    text = chosen["text"]
    if text is not None:
        has_text = any(isinstance(value, str) and value.strip() for value in frame[text])
        if link is None or link == text or has_text or not frame[link].notna().any():
            return
        raise CorpusError(LINK_ONLY.format(where=where, url=link, names=shown(names)))
    prose = _longest_column(frame)
    if link is not None and prose is None:
        raise CorpusError(LINK_ONLY.format(where=where, url=link, names=shown(names)))
    message = NO_TEXT.format(
        where=where,
        names=shown(names),
        suggestion=prose or "its name",
        known=", ".join(("text", *ALIASES["text"])),
    )
    raise CorpusError(message)


def _longest_column(frame: pd.DataFrame) -> str | None:
    """Name the column that reads like articles, judged by its first hundred values."""
    lengths: dict[str, int] = {}
    for name, column in frame.head(100).items():
        values = sorted(len(value) for value in column.tolist() if isinstance(value, str))
        lengths[str(name)] = values[len(values) // 2] if values else 0
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    return longest if longest is not None and lengths[longest] > _LONG_TEXT else None


def _check_source(
    frame: pd.DataFrame,
    free: list[str],
    chosen: Mapping[str, str | None],
    wanted: Mapping[str, str | None],
    where: str,
) -> None:
    if chosen["outlet"] is not None or "outlet" in wanted:
        return
    for name in free:
        if name.strip().casefold() == "source":
            values = [value for value in frame[name].tolist() if not _is_missing(value)]
            example = str(values[0])[:60] if values else None
            raise CorpusError(SOURCE_NOT_GUESSED.format(where=where, name=name, example=example))


# -------------------------------------------------------------------------------------- values


def _is_missing(value: Any) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _name(value: Any) -> str | None:
    """Give a value as a string, and None for what is missing or blank."""
    if isinstance(value, str):
        # Half a surrogate pair, which a column of strings may not be able to hold. Its number is
        # shown, so that two ids which differ stay apart.
        return value.encode("utf-8", "backslashreplace").decode() if value.strip() else None
    if _is_missing(value):
        return None
    if isinstance(value, list | tuple):  # authors, in JSON
        return "; ".join(str(part) for part in value) or None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas made 7 into 7.0 because another row was missing
    return str(value)


def names_of(column: pd.Series[Any]) -> list[str | None]:
    """Give values as the strings that ids and outlets are, None where missing or blank."""
    return [_name(value) for value in column.tolist()]


def _names(column: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series([_name(value) for value in column.tolist()], dtype=object)


def _texts(column: pd.Series[Any]) -> pd.Series[Any]:
    values = column.tolist()
    return pd.Series([v if isinstance(v, str) else None for v in values], dtype=object)


def _row_numbers(rows: int) -> pd.Series[Any]:
    width = len(str(rows))
    return pd.Series([f"{row:0{width}d}" for row in range(1, rows + 1)], dtype=object)


def _checked_ids(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    ids = _names(column)
    _check_ids(ids, where)
    return ids


def _check_ids(ids: pd.Series[Any], where: str) -> None:
    missing = [row for row, value in enumerate(ids, start=1) if value is None]
    if missing:
        raise CorpusError(MISSING_IDS.format(where=where, count=len(missing), row=missing[0]))
    repeated = list(dict.fromkeys(ids[ids.duplicated()]))
    if repeated:
        message = REPEATED_IDS.format(
            where=where, count=len(repeated), shown=shown(repeated, _SHOWN)
        )
        raise CorpusError(message)


_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_YEAR = re.compile(r"\b\d{4}\b")
_DAY = re.compile(r"(?<![\d:])\d{1,2}(?:st|nd|rd|th)?(?![\d:])", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{8}(?:\d{6})?)(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)", re.DOTALL)


def _dates(column: pd.Series[Any], order: tuple[bool, bool] | None = None) -> pd.Series[Any]:
    """Read dates that say day, month and year without doubt; count and show the others."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return _naive(pd.to_datetime(column, utc=True))
    written = [_date_string(value) for value in column.tolist()]
    first, second = order if order is not None else order_of_dates(column)
    day_first = None if first == second else first
    plain = [None if text is None else _plain_date(text, day_first) for text in written]
    with warnings.catch_warnings():
        # What pandas has to say of single dates is said below for the column as a whole.
        warnings.simplefilter("ignore")
        read = pd.to_datetime(
            pd.Series(plain, dtype=object), format="mixed", utc=True, errors="coerce"
        )
    failed = [text for text, date in zip(written, read, strict=True) if text and pd.isna(date)]
    if failed:
        total = sum(text is not None for text in written)
        message = WARN_DATES.format(
            count=len(failed), total=total, shown=shown(dict.fromkeys(failed), _SHOWN)
        )
        _warn(message)
    return _naive(read)


def _naive(dates: pd.Series[Any]) -> pd.Series[Any]:
    naive: pd.Series[Any] = dates.dt.tz_localize(None).astype("datetime64[us]")
    return naive


def _date_string(value: Any) -> str | None:
    if isinstance(value, datetime.date) and not _is_missing(value):
        return value.isoformat()
    text = _name(value)
    return None if text is None else text.strip()


def order_of_dates(column: pd.Series[Any]) -> tuple[bool, bool]:
    """Tell from days above 12 whether 03/04/2020 is in April.

    Parameters
    ----------
    column
        Dates as they were read, or a part of them.

    Returns
    -------
    tuple of bool
        Whether some date can only have its day first, and whether some can only have it second;
        of parts these are joined by *or*. Where both or neither are true it cannot be told.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        return False, False
    written = [_date_string(value) for value in column.tolist()]
    matches = [match for text in written if text and (match := _YEAR_LAST.fullmatch(text))]
    return any(int(match[1]) > 12 for match in matches), any(int(m[3]) > 12 for m in matches)


def _plain_date(text: str, day_first: bool | None) -> str | None:
    """Write a date with the year first, or give None where day, month or year are in doubt.

    Without this pandas would fill what is lacking: from today, or with the first of the month.
    """
    match = _YEAR_LAST.fullmatch(text)
    if match:
        a, b = int(match[1]), int(match[3])
        if a > 12 or b > 12 or a == b:
            day, month = (a, b) if a > 12 else (b, a)
        elif day_first is None:
            return None
        else:
            day, month = (a, b) if day_first else (b, a)
        return f"{match[4]}-{month:02d}-{day:02d}{match[5]}"
    if _YEAR_FIRST.match(text):
        return text
    with_name = _MONTH.search(text) and _YEAR.search(text) and _DAY.search(text)
    return text if with_name else None


def main_texts(pages: list[str | None], ids: list[str]) -> pd.Series[Any]:
    """Take the main text of web pages; None where there is none, which a warning counts."""
    trafilatura = need("trafilatura", feature="html=True", extra="html")
    texts: list[str | None] = []
    failed: list[str] = []
    for page, name in zip(pages, ids, strict=True):
        text = None
        if page is not None and page.strip():
            try:
                text = trafilatura.extract(page, include_comments=False)
            except Exception:  # one broken page must not stop a run; it is counted and named below
                text = None
            if not text:
                failed.append(name)
        texts.append(text or None)
    if failed:
        _warn(WARN_HTML.format(count=len(failed), total=len(pages), shown=shown(failed, _SHOWN)))
    return pd.Series(texts, dtype=object)


def _warn(message: str) -> None:
    # Point at the line that called read_corpus, whatever the depth here.
    warnings.warn(message, FramingWarning, stacklevel=_depth())


def _depth() -> int:
    frame, depth = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame, depth = frame.f_back, depth + 1
    return depth
