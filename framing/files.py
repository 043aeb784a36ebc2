"""Files of other tools -> raw tables: all that stands in the file, or an error with the line.

Nothing here knows what an article is; ``corpus`` gives the columns their meaning. Values are kept
as they were written (an id ``007`` is not a number, a text ``null`` is not missing), an empty CSV
field is ``None``, and what cannot be read is refused with file, line and the mend.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import importlib
import io
import json
import lzma
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import CorpusError, FramingError, MissingExtraError

__all__ = [
    "KNOWN_SUFFIXES",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_LINE",
    "known_format",
    "long_fields",
    "need",
    "not_a_record",
    "read_table",
    "read_text",
    "shown",
    "stream_table",
    "table_from_records",
]

#: What a compressed file may unpack to, unless the caller says otherwise: two gibibytes.
MAX_BYTES = 2 * 1024**3

#: How many columns a table may have, unless the caller says otherwise.
MAX_COLUMNS = 10_000

#: How many characters a line or a CSV field may have, unless the caller says otherwise.
MAX_LINE = 128 * 1024**2

_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_FORMATS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")
_UNPACKERS: dict[str, Callable[[Path], io.BufferedIOBase]] = {
    ".gz": gzip.GzipFile,
    ".xz": lzma.LZMAFile,
}
KNOWN_SUFFIXES = ".csv, .tsv, .json, .jsonl, .ndjson (each also with .gz or .xz after it), .parquet"

_BINARY_STARTS = {
    b"\x1f\x8b": "a gzip file (its name should end in .gz)",
    b"\xfd7zXZ\x00": "an xz file (its name should end in .xz)",
    b"PK\x03\x04": "a zip file or an Excel workbook (save it as CSV UTF-8)",
    b"PAR1": "a Parquet file (its name should end in .parquet)",
    b"%PDF": "a PDF (save its text first)",
    b"SQLite format 3": "an SQLite database (export the table first)",
}
_BYTE_ORDER_MARKS = (
    # UTF-32 before UTF-16: the mark of the one begins with the mark of the other.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SNIFFED = 4096
_NUL_SHARE = 0.2
_CSV_LIMIT = 2**31 - 1  # the largest limit that a C long holds on every platform
_FIELD_TOO_LONG = "field larger than field limit"
_CSV_LOCK = threading.Lock()

UNKNOWN_SUFFIX = (
    "{path}: the suffix {suffix!r} is not known. Known are {known}, and a folder of .txt files. "
    "Rename the file if it is one of these, or read it with pandas and pass the DataFrame."
)
MISSING_FILE = "{path} is not there. Check the path{near}."
NEAR = "; that folder holds {names}"
UNREADABLE = "{path} cannot be read: {reason}."
EMPTY_FILE = "{path} is empty. Check that it was written to the end."
NO_ROWS = "{path} holds no articles. Check that it was written to the end."
WRONG_KIND = "{path} is not text: it is {kind}."
DAMAGED = "{path} cannot be unpacked: {reason}. It is damaged, cut short, or not a {suffix} file."
TOO_LARGE = (
    "{path} unpacks to more than {limit:,} bytes. If that is meant, pass a larger max_bytes=, "
    "or split the file."
)
TOO_MANY_COLUMNS = (
    "{path} has {count:,} columns, more than {limit:,}, the first of them {names}. Keep the "
    "columns that are needed, or pass a larger max_columns= if all of them are meant."
)
TOO_LONG = (
    "{path}, line {line}: a line or field there is longer than {limit:,} characters. A quotation "
    "mark that never closes, or a file without line ends, looks like this; if it is meant, pass a "
    "larger max_line=."
)
UNKNOWN_ENCODING = (
    "encoding={encoding!r} is not a text encoding that Python knows. Use for example "
    "'utf-8', 'cp1252' or 'utf-16'."
)
UNDECODED = "{path}, line {line}: the bytes there are not {encoding}. Try encoding={guess!r}."
NUL_BYTES = (
    "{path} is not {encoding}: much of it is NUL bytes, as in UTF-16. Try encoding={guess!r}."
)
REPEATED_COLUMNS = (
    "{where}: column names stand more than once: {names}. Rename or drop one of each."
)
WRONG_DELIMITER = (
    "{path}: the header is a single column, {header!r}, and holds {found!r}, so fields seem to be "
    "separated by that, not by {expected!r}. Read it with pandas.read_csv(..., sep={found!r}, "
    "dtype=str, keep_default_na=False) and pass the DataFrame."
)
RAGGED = (
    "{path}, line {line}: {found} fields where the header has {expected}, in the row that begins "
    "{start!r}. Put quotation marks around a field that holds {delimiter!r} or a line break."
)
BROKEN_QUOTES = (
    "{path}, line {line}: the row that begins here is broken ({reason}). A quotation mark inside a "
    'quoted field is written twice, and each field that opens with " must close with it. If the '
    "file does not use quotation marks in this way, read it with pandas.read_csv(..., quoting=3, "
    "dtype=str, keep_default_na=False) and pass the DataFrame."
)
BROKEN_JSON = "{path}, line {line}: broken JSON ({reason}).{hint}"
HINT_LINES = " If the file has one record a line, name it .jsonl."
HINT_DOCUMENT = " A .jsonl file has one record a line; if this is one document, name it .json."
JSON_SHAPE = (
    '{path}: expected a list of records or {{"articles": [...]}}, found {found}. '
    'From pandas, write it with orient="records".'
)
NOT_A_RECORD = "{where}: expected a record such as {{'id': ..., 'text': ...}}, found {found}.{hint}"
HINT_RECORDS = " For bare texts, write [{'text': text} for text in texts]."
REPEATED_KEYS = "the key {key!r} stands twice in one record"
BROKEN_EXTRA = (
    "{feature} needs the package {package!r}, which is installed but fails to import: {reason} "
    'Install what it lacks, or the extra anew: pip install --upgrade "framing-analysis[{extra}]"'
)
TOO_DEEP = "it is nested too deeply"


def shown(names: Iterable[object], limit: int = 12) -> str:
    """Write names for a message, the first of them only where there are many.

    Parameters
    ----------
    names
        What to show.
    limit
        How many are written out.

    Returns
    -------
    str
        The names as Python literals, separated by commas, and how many more there are.

    Examples
    --------
    >>> shown(["a", "b", "c"], limit=2)
    "'a', 'b' and 1 more"
    """
    listed = list(names)
    text = ", ".join(repr(name) for name in listed[:limit])
    return text if len(listed) <= limit else f"{text} and {len(listed) - limit:,} more"


def need(package: str, *, feature: str, extra: str) -> ModuleType:
    """Import an optional package, or say which extra brings it.

    Parameters
    ----------
    package
        The package to import.
    feature
        What needs it, as the beginning of a sentence.
    extra
        The extra of this distribution that installs it.

    Returns
    -------
    ModuleType
        The imported package.

    Raises
    ------
    MissingExtraError
        If the package is not installed.
    FramingError
        If it is installed and does not import, which is mended in another way.

    Examples
    --------
    >>> need("json", feature="Reading JSON", extra="json").loads("[1]")
    [1]
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and error.name == package:
            raise MissingExtraError(feature, package=package, extra=extra) from error
        reason = str(error).splitlines()[0]
        message = BROKEN_EXTRA.format(feature=feature, package=package, reason=reason, extra=extra)
        raise FramingError(message) from error


def known_format(path: Path) -> str | None:
    """Tell the format of a file from its name alone.

    Parameters
    ----------
    path
        The file's name; it need not exist.

    Returns
    -------
    str or None
        The suffix without that of a compression, or None where it is not a known one.

    Examples
    --------
    >>> known_format(Path("Articles.JSONL.gz")), known_format(Path("articles.docx"))
    ('.jsonl', None)
    """
    suffix = path.suffix.lower()
    if suffix in _UNPACKERS:
        suffix = path.with_suffix("").suffix.lower()
        return suffix if suffix in _FORMATS and suffix != ".parquet" else None
    return suffix if suffix in _FORMATS else None


def read_table(
    path: Path,
    *,
    encoding: str,
    max_bytes: int,
    max_columns: int = MAX_COLUMNS,
    max_line: int = MAX_LINE,
) -> pd.DataFrame:
    r"""Read one file into a table whose values are as they were written.

    Parameters
    ----------
    path
        A file with one of the known suffixes.
    encoding
        How the text is encoded; a byte-order mark is dropped. Parquet has its own.
    max_bytes
        What a compressed file may unpack to.
    max_columns
        How many columns it may have.
    max_line
        How many characters a line, or a CSV field, may have. A ``.json`` document has no lines:
        its size is limited by `max_bytes` where it is compressed.

    Returns
    -------
    pandas.DataFrame
        At least one row; CSV and TSV give strings and None.

    Raises
    ------
    CorpusError
        If the file is missing, empty, damaged, of another kind or encoding, malformed, or beyond
        a limit.
    MissingExtraError
        If it is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_text("id,text\n007,null\n", encoding="utf-8")
    ...     read_table(path, encoding="utf-8", max_bytes=1000).values.tolist()
    [['007', 'null']]
    """
    kind = _checked_format(path)
    if kind == ".parquet":
        return _read_parquet(path, max_columns)
    with _opened(path, encoding, max_bytes) as stream:
        if kind in _DELIMITERS:
            chunks = _read_delimited(stream, path, _DELIMITERS[kind], max_columns, max_line, None)
            return next(chunks)
        records = (
            _read_json(stream, path)
            if kind == ".json"
            else list(_read_lines(stream, path, max_line))
        )
    if not records:
        raise CorpusError(NO_ROWS.format(path=path))
    return _checked_width(table_from_records(records), path, max_columns)


def stream_table(
    path: Path,
    *,
    rows: int,
    encoding: str,
    max_bytes: int,
    max_columns: int = MAX_COLUMNS,
    max_line: int = MAX_LINE,
) -> Iterator[pd.DataFrame]:
    r"""Read one file some rows at a time; only those are in memory.

    A ``.json`` document cannot be read in part: it is read whole, then given in pieces.

    Parameters
    ----------
    path, encoding, max_bytes, max_columns, max_line
        As for `read_table`.
    rows
        How many rows are given at a time.

    Yields
    ------
    pandas.DataFrame
        The next rows as `read_table` reads them. Of JSON lines, those columns that these rows have.

    Raises
    ------
    CorpusError, MissingExtraError
        As from `read_table`, when the place is reached.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_text("id\n1\n2\n3\n", encoding="utf-8")
    ...     chunks = stream_table(path, rows=2, encoding="utf-8", max_bytes=1000)
    ...     [len(chunk) for chunk in chunks]
    [2, 1]
    """
    kind = _checked_format(path)
    if kind == ".parquet":
        yield from _stream_parquet(path, rows, max_columns)
        return
    if kind == ".json":
        whole = read_table(path, encoding=encoding, max_bytes=max_bytes, max_columns=max_columns)
        for start in range(0, len(whole), rows):
            yield whole.iloc[start : start + rows].reset_index(drop=True)
        return
    with _opened(path, encoding, max_bytes) as stream:
        if kind in _DELIMITERS:
            yield from _read_delimited(stream, path, _DELIMITERS[kind], max_columns, max_line, rows)
            return
        records = _read_lines(stream, path, max_line)
        found = False
        while chunk := list(islice(records, rows)):
            found = True
            yield _checked_width(table_from_records(chunk), path, max_columns)
        if not found:
            raise CorpusError(NO_ROWS.format(path=path))


def _checked_format(path: Path) -> str:
    kind = known_format(path)
    if kind is None:
        suffix = "".join(path.suffixes[-2:])
        raise CorpusError(UNKNOWN_SUFFIX.format(path=path, suffix=suffix, known=KNOWN_SUFFIXES))
    return kind


def _checked_width(table: pd.DataFrame, path: Path, max_columns: int) -> pd.DataFrame:
    _check_width(table.columns, path, max_columns)
    return table


def _check_width(names: Iterable[str], path: Path, max_columns: int) -> None:
    listed = list(names)
    if len(listed) > max_columns:
        message = TOO_MANY_COLUMNS.format(
            path=path, count=len(listed), limit=max_columns, names=shown(listed, 3)
        )
        raise CorpusError(message)


def read_text(path: Path, *, encoding: str, max_bytes: int) -> str:
    r"""Read a file of plain text, its line ends untouched.

    Parameters
    ----------
    path, encoding, max_bytes
        As in `read_table`.

    Returns
    -------
    str
        The text; an empty file gives an empty string.

    Raises
    ------
    CorpusError
        If the file is not there, is not text, or is in another encoding.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_bytes(b"one\r\ntwo")
    ...     read_text(path, encoding="utf-8", max_bytes=1000)
    'one\r\ntwo'
    """
    with _opened(path, encoding, max_bytes, may_be_empty=True) as stream:
        return stream.read()


def table_from_records(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Put records that may have different keys into one table.

    Parameters
    ----------
    records
        Mappings from column to value.

    Returns
    -------
    pandas.DataFrame
        Every key is a column, in the order of first appearance; an absent value is None, and an
        integer beside it stays an integer.

    Examples
    --------
    >>> table_from_records([{"id": 7}, {"id": 8, "words": 300}])["words"].tolist()
    [None, 300]
    """
    rows = list(records)
    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: list[Any]) -> pd.Series[Any]:
    # Left to itself pandas turns an integer beside a missing value into a float, and cannot hold
    # half a surrogate pair in its string type; both occur in real exports.
    # Values of two types stay as they are, so that a part of a file gives what the whole gives.
    column: pd.Series[Any] = pd.Series(values, dtype=object)
    kinds = {type(value) for value in values}
    mixed = len(kinds) > 1 or str in kinds or type(None) in kinds
    return column if mixed else column.infer_objects()


# ---------------------------------------------------------------------------------- bytes to text


class _Limited(io.RawIOBase):
    """A stream of bytes that refuses to give more than a limit."""

    def __init__(self, stream: io.BufferedIOBase, limit: int, path: Path) -> None:
        self._stream = stream
        self._left = limit
        self._limit = limit
        self._path = path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._stream.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise CorpusError(TOO_LARGE.format(path=self._path, limit=self._limit))
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def _open_bytes(path: Path, max_bytes: int) -> io.BufferedReader:
    unpack = _UNPACKERS.get(path.suffix.lower())
    if unpack is None:
        return path.open("rb")
    return io.BufferedReader(_Limited(unpack(path), max_bytes, path), 1 << 16)


@contextmanager
def _opened(
    path: Path, encoding: str, max_bytes: int, *, may_be_empty: bool = False
) -> Iterator[io.TextIOWrapper]:
    """Give the file's text, and turn whatever fails while it is read into a `CorpusError`."""
    try:
        codec = codecs.lookup(encoding).name
        io.TextIOWrapper(io.BytesIO(), encoding=codec)  # refuses codecs that are not of text
    except LookupError as error:
        raise CorpusError(UNKNOWN_ENCODING.format(encoding=encoding)) from error
    codec = "utf-8-sig" if codec == "utf-8" else codec
    try:
        with _open_bytes(path, max_bytes) as stream:
            head = stream.peek(_SNIFFED)[:_SNIFFED]
            if not head and not may_be_empty:
                raise CorpusError(EMPTY_FILE.format(path=path))
            _check_start(head, path, encoding, codec)
            with io.TextIOWrapper(stream, encoding=codec, newline="") as text:
                yield text
    except UnicodeError as error:
        line, guess = _locate(path, codec, max_bytes)
        message = UNDECODED.format(path=path, line=line, encoding=encoding, guess=guess)
        raise CorpusError(message) from error
    except (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError) as error:
        message = DAMAGED.format(path=path, reason=error, suffix=path.suffix)
        raise CorpusError(message) from error
    except FileNotFoundError as error:
        raise CorpusError(MISSING_FILE.format(path=path, near="")) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise CorpusError(UNREADABLE.format(path=path, reason=reason)) from error


def _check_start(head: bytes, path: Path, encoding: str, codec: str) -> None:
    """Refuse what the first bytes show to be binary, or text in a wider encoding."""
    for start, kind in _BINARY_STARTS.items():
        if head.startswith(start):
            raise CorpusError(WRONG_KIND.format(path=path, kind=kind))
    wide = codec.startswith(("utf-16", "utf-32"))
    if not wide and head.count(0) > _NUL_SHARE * len(head):
        guess = _guess_encoding(head)
        raise CorpusError(NUL_BYTES.format(path=path, encoding=encoding, guess=guess))


def _locate(path: Path, codec: str, max_bytes: int) -> tuple[int, str]:
    """Find the line where decoding fails, and an encoding in which the file could be."""
    with _open_bytes(path, max_bytes) as stream:
        data = stream.read()
    start = 0
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        start = error.start
    except UnicodeError:  # without a position: the mark at the beginning is missing
        pass
    line = data[:start].decode(codec, "ignore").count("\n") + 1
    return line, _guess_encoding(data)


def _guess_encoding(data: bytes) -> str:
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    if data.count(0) > _NUL_SHARE * len(data):
        # Latin letters in UTF-16 have their zero byte second (little-endian) or first.
        return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


# --------------------------------------------------------------------------------- text to tables


@contextmanager
def long_fields(limit: int = _CSV_LIMIT) -> Iterator[None]:
    """Let the csv module read fields of any length; the limit is one for the whole process.

    Parameters
    ----------
    limit
        How many characters a field may have.
    """
    with _CSV_LOCK:
        before = csv.field_size_limit(min(limit, _CSV_LIMIT))
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _read_delimited(
    stream: io.TextIOWrapper,
    path: Path,
    delimiter: str,
    max_columns: int,
    max_line: int,
    size: int | None,
) -> Iterator[pd.DataFrame]:
    """Give a table of the next rows at a time, or of all; one at least."""
    rows = _numbered_rows(stream, path, delimiter, max_line)
    with long_fields(max_line):
        header = next(rows, None)
    if header is None:
        raise CorpusError(EMPTY_FILE.format(path=path))
    names = _header(header[1], path, delimiter)
    _check_width(names, path, max_columns)
    found = False
    while True:
        with long_fields(max_line):
            body: list[list[str]] = []
            for line, row in rows:
                _check_fields(line, row, names, path, delimiter)
                # A spreadsheet writes its unused rows as bare delimiters: those are not articles.
                if len(names) == 1 or any(row):
                    body.append(row)
                if len(body) == size:
                    break
        if not body:
            break
        found = True
        values = zip(*body, strict=True)
        yield pd.DataFrame(
            {
                name: _column([value or None for value in column])
                for name, column in zip(names, values, strict=True)
            }
        )
    if not found:
        raise CorpusError(NO_ROWS.format(path=path))


def _lines(stream: io.TextIOWrapper, path: Path, max_line: int) -> Iterator[str]:
    """Give lines; one that is too long is never held whole."""
    number = 0
    while line := stream.readline(max_line + 1):
        number += 1
        if len(line) > max_line and not line.endswith(("\n", "\r")):
            raise CorpusError(TOO_LONG.format(path=path, line=number, limit=max_line))
        yield line


def _numbered_rows(
    stream: io.TextIOWrapper, path: Path, delimiter: str, max_line: int
) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that are not blank, each with the number of the line on which it begins."""
    reader = csv.reader(_lines(stream, path, max_line), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if str(error).startswith(_FIELD_TOO_LONG):
                message = TOO_LONG.format(path=path, line=line, limit=max_line)
            else:
                message = BROKEN_QUOTES.format(path=path, line=line, reason=error)
            raise CorpusError(message) from error
        if row:
            yield line, row


def _header(row: list[str], path: Path, delimiter: str) -> list[str]:
    names = [name or f"unnamed_{place}" for place, name in enumerate(row, start=1)]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise CorpusError(REPEATED_COLUMNS.format(where=path, names=shown(repeated)))
    if len(names) == 1:
        for other in (",", ";", "\t", "|"):
            if other != delimiter and other in names[0]:
                message = WRONG_DELIMITER.format(
                    path=path, header=names[0], found=other, expected=delimiter
                )
                raise CorpusError(message)
    return names


def _check_fields(line: int, row: list[str], names: list[str], path: Path, delimiter: str) -> None:
    if len(row) != len(names):
        message = RAGGED.format(
            path=path,
            line=line,
            found=len(row),
            expected=len(names),
            start=delimiter.join(row)[:40],
            delimiter=delimiter,
        )
        raise CorpusError(message)


def _read_json(stream: io.TextIOWrapper, path: Path) -> list[dict[str, Any]]:
    text = stream.read()
    if not text.strip():
        raise CorpusError(EMPTY_FILE.format(path=path))
    document = _parse(text, path, 1, HINT_LINES)
    if isinstance(document, dict) and isinstance(document.get("articles"), list):
        document = document["articles"]
    if not isinstance(document, list):
        found = (
            f"one record with the keys {shown(document)}"
            if isinstance(document, dict)
            else repr(document)[:40]
        )
        raise CorpusError(JSON_SHAPE.format(path=path, found=found))
    for place, record in enumerate(document, start=1):
        if not isinstance(record, dict):
            raise not_a_record(f"{path}, record {place}", record)
    return document


def _read_lines(stream: io.TextIOWrapper, path: Path, max_line: int) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(stream, path, max_line), start=1):
        if line.strip():
            record = _parse(line.rstrip("\r\n"), path, number, HINT_DOCUMENT)
            if not isinstance(record, dict):
                raise not_a_record(f"{path}, line {number}", record)
            yield record


def not_a_record(where: str, value: object) -> CorpusError:
    """Make the error for a value that stands where a record should.

    Parameters
    ----------
    where
        The place, as the beginning of the message.
    value
        What stands there.

    Returns
    -------
    CorpusError
        To be raised by the caller.

    Examples
    --------
    >>> str(not_a_record("record 1", 7))
    "record 1: expected a record such as {'id': ..., 'text': ...}, found 7."
    """
    found = repr(value) if len(repr(value)) <= 40 else repr(value)[:40] + "…"
    hint = HINT_RECORDS if isinstance(value, str) else ""
    return CorpusError(NOT_A_RECORD.format(where=where, found=found, hint=hint))


def _parse(text: str, path: Path, first_line: int, hint: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_record)
    except json.JSONDecodeError as error:
        line, reason = first_line + error.lineno - 1, f"{error.msg}, column {error.colno}"
    except RecursionError:
        line, reason, hint = first_line, TOO_DEEP, ""
    except ValueError as error:  # a repeated key, or a number of thousands of digits
        line, reason, hint = first_line, str(error), ""
    raise CorpusError(BROKEN_JSON.format(path=path, line=line, reason=reason, hint=hint))


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise ValueError(REPEATED_KEYS.format(key=counts.most_common(1)[0][0]))
    return record


@contextmanager
def _parquet(path: Path, max_columns: int) -> Iterator[Any]:
    """Open a Parquet file, and turn whatever fails while it is read into a `CorpusError`."""
    need("pyarrow", feature="Reading .parquet files", extra="parquet")
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            _check_width(file.schema_arrow.names, path, max_columns)
            yield file
    except CorpusError:
        raise
    except FileNotFoundError as error:
        raise CorpusError(MISSING_FILE.format(path=path, near="")) from error
    except (ValueError, OSError) as error:  # ArrowInvalid is a ValueError
        if path.stat().st_size == 0:
            raise CorpusError(EMPTY_FILE.format(path=path)) from error
        reason = str(error).splitlines()[0].rstrip(".")
        message = DAMAGED.format(path=path, reason=reason, suffix=".parquet")
        raise CorpusError(message) from error


def _read_parquet(path: Path, max_columns: int) -> pd.DataFrame:
    with _parquet(path, max_columns):
        frame = pd.read_parquet(path, engine="pyarrow")
    if frame.empty:
        raise CorpusError(NO_ROWS.format(path=path))
    return frame


def _stream_parquet(path: Path, rows: int, max_columns: int) -> Iterator[pd.DataFrame]:
    with _parquet(path, max_columns) as file:
        import pyarrow as pa

        if not file.metadata.num_rows:
            raise CorpusError(NO_ROWS.format(path=path))
        # A whole number beside a missing one becomes a float, wherever in the file that stands.
        lacking = [
            name
            for place, name in enumerate(file.schema_arrow.names)
            if pa.types.is_integer(file.schema_arrow.field(place).type)
            and file.read(columns=[name]).column(0).null_count
        ]
        for batch in file.iter_batches(batch_size=rows):
            frame = pa.Table.from_batches([batch]).to_pandas()
            # pandas writes down which columns are nullable integers: those stay so.
            plain = [name for name in lacking if isinstance(frame[name].dtype, np.dtype)]
            yield frame.astype(dict.fromkeys(plain, "float64"))
