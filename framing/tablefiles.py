"""Tables on disk: Parquet with pyarrow, else compressed CSV; the same bytes each time.

Both give back the same table: text as str or None, whatever characters it has, numbers to the last
bit. The kind of each column is kept beside the file, since CSV has none.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import FramingError
from framing.files import long_fields, need

__all__ = ["FORMATS", "SUFFIXES", "best_format", "column_kinds", "decode_table", "encode_table"]

FORMATS = ("parquet", "csv")
SUFFIXES = {"parquet": ".parquet", "csv": ".csv.gz"}

BAD_FORMAT = "tables must be one of {valid}, found {value!r}"

# What a spreadsheet would run, and what would be read back as missing or as this mark itself.
_MARKED = ("", "\\", "=", "+", "-", "@", "\t", "\r")
_ZSTD_LEVEL = 3
_GZIP_LEVEL = 6


def best_format(tables: str | None) -> str:
    """Choose how tables are written.

    Parameters
    ----------
    tables : {"parquet", "csv"} or None
        None takes Parquet where pyarrow is installed.

    Returns
    -------
    str
        One of `FORMATS`.

    Raises
    ------
    FramingError
        If it is none of these.
    MissingExtraError
        If Parquet is asked for and pyarrow is not installed.
    """
    if tables is None:
        return "csv" if find_spec("pyarrow") is None else "parquet"
    if tables not in FORMATS:
        raise FramingError(BAD_FORMAT.format(valid=", ".join(FORMATS), value=tables))
    if tables == "parquet":
        need("pyarrow", feature="tables='parquet'", extra="parquet")
    return tables


def column_kinds(table: pd.DataFrame) -> dict[str, str]:
    """Tell what each column holds: ``int``, ``whole`` (with gaps), ``float bool date text``."""
    return {str(name): _kind(table[name].dtype) for name in table.columns}


def _kind(dtype: Any) -> str:
    if dtype == "Int64":
        return "whole"
    if isinstance(dtype, np.dtype):
        if dtype.kind in "iu":
            return "int"
        kinds = {"f": "float", "b": "bool", "M": "date"}
        return kinds.get(dtype.kind, "text")
    return "text"


def _texts(column: pd.Series[Any]) -> list[str | None]:
    """Values as str, as a comparison reads them; None where missing."""
    gone = [bool(pd.api.types.is_scalar(v) and pd.isna(v)) for v in column.tolist()]
    return [
        None if missing else value if type(value) is str else str(value)
        for value, missing in zip(column.tolist(), gone, strict=True)
    ]


def encode_table(table: pd.DataFrame, tables: str) -> bytes:
    """Write a table to bytes that depend on nothing but it.

    Parameters
    ----------
    table : pandas.DataFrame
        Its index is not kept.
    tables : str
        One of `FORMATS`.

    Returns
    -------
    bytes
        For `decode_table`.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", None], "rate": [0.1, float("nan")]})
    >>> data = encode_table(table, "csv")
    >>> decode_table(data, column_kinds(table), "csv")["rate"].tolist()
    [0.1, nan]
    """
    kinds = column_kinds(table)
    return _to_parquet(table, kinds) if tables == "parquet" else _to_csv(table, kinds)


def decode_table(
    data: bytes, kinds: Mapping[str, str], tables: str, *, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read what `encode_table` wrote.

    Parameters
    ----------
    data : bytes
        The file.
    kinds : mapping
        What `column_kinds` said of the table.
    tables : str
        The format.
    columns : sequence of str, optional
        Read only these.

    Returns
    -------
    pandas.DataFrame
        Text as objects: str, or None where it was missing.
    """
    wanted = list(kinds) if columns is None else [c for c in kinds if c in set(columns)]
    lists = _from_parquet(data, wanted) if tables == "parquet" else _from_csv(data, kinds, wanted)
    made = {name: _column(values, kinds[name]) for name, values in lists.items()}
    return pd.DataFrame({name: made[name] for name in wanted})


def _column(values: Any, kind: str) -> pd.Series[Any]:
    if kind == "text":
        return pd.Series(values, dtype=object)
    if kind == "whole":
        return pd.Series(pd.array(values, dtype="Int64"))
    dtype = {"int": "int64", "float": "float64", "bool": "bool", "date": "datetime64[us]"}[kind]
    return pd.Series(values, dtype=dtype)


# -------------------------------------------------------------------------------------- Parquet


def _to_parquet(table: pd.DataFrame, kinds: Mapping[str, str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"int": pa.int64(), "whole": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
    columns = []
    for name, kind in kinds.items():
        column = table[name]
        if kind == "text":
            columns.append(_arrow_text(_texts(column)))
        elif kind == "date":
            values = column.to_numpy("datetime64[us]")
            columns.append(pa.array(values, pa.timestamp("us")))
        elif kind == "whole":
            columns.append(pa.array(_whole(column), types[kind]))
        else:
            # from_pandas=False: a NaN stays one, bit for bit
            columns.append(pa.array(column.to_numpy(), types[kind], from_pandas=False))
    stream = io.BytesIO()
    made = pa.Table.from_arrays(columns, names=list(kinds))
    pq.write_table(made, stream, compression="zstd", compression_level=_ZSTD_LEVEL)
    return stream.getvalue()


def _arrow_text(values: list[str | None]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair, as JSON can hold
        data = [None if v is None else v.encode("utf-8", "surrogatepass") for v in values]
        return pa.array(data, pa.binary())


def _from_parquet(data: bytes, wanted: Sequence[str]) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(data), columns=list(wanted))
    lists: dict[str, Any] = {}
    for name in wanted:
        column = table.column(name)
        if pa.types.is_binary(column.type) or pa.types.is_string(column.type):
            lists[name] = _shared(column.combine_chunks().dictionary_encode())
        elif column.null_count:
            lists[name] = column.to_pylist()
        else:
            lists[name] = column.to_numpy()
    return lists


def _shared(column: Any) -> npt.NDArray[np.object_]:
    """Text of which each value is in memory once, however many rows have it."""
    values = [
        v if isinstance(v, str) else v.decode("utf-8", "surrogatepass")
        for v in column.dictionary.to_pylist()
    ]
    # The last place is for rows that have none.
    place = column.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    shared: npt.NDArray[np.object_] = np.array([*values, None], object)[place]
    return shared


def _whole(column: pd.Series[Any]) -> list[int | None]:
    return [None if v is pd.NA else int(v) for v in column.tolist()]


# ----------------------------------------------------------------------------------------- CSV


def _to_csv(table: pd.DataFrame, kinds: Mapping[str, str]) -> bytes:
    lists = [_written(table[name], kind) for name, kind in kinds.items()]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(kinds)
    writer.writerows(zip(*lists, strict=True))
    data = text.getvalue().encode("utf-8", "surrogatepass")
    # mtime=0: the same table gives the same bytes at any time
    return gzip.compress(data, _GZIP_LEVEL, mtime=0)


def _written(column: pd.Series[Any], kind: str) -> list[str]:
    if kind == "text":
        return ["" if v is None else _marked(v) for v in _texts(column)]
    if kind == "whole":
        return ["" if v is None else str(v) for v in _whole(column)]
    if kind == "date":
        days = column.to_numpy("datetime64[us]")
        return ["" if np.isnat(v) else str(v) for v in days]
    # repr gives a float back to the last bit
    return [repr(v) for v in column.to_numpy().tolist()]


def _marked(value: str) -> str:
    return "\\" + value if value[:1] in _MARKED else value


def _from_csv(data: bytes, kinds: Mapping[str, str], wanted: Sequence[str]) -> dict[str, Any]:
    text = gzip.decompress(data).decode("utf-8", "surrogatepass")
    with long_fields():
        header, *rows = csv.reader(io.StringIO(text, newline=""))
    columns = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    return {name: _read(columns.get(name, ()), kinds[name]) for name in wanted}


def _read(values: Sequence[str], kind: str) -> Any:
    if kind == "text":
        seen: dict[str, str] = {}
        return [None if v == "" else seen.setdefault(v, v.removeprefix("\\")) for v in values]
    if kind == "whole":
        return [None if v == "" else int(v) for v in values]
    if kind == "date":
        return np.array([v or "NaT" for v in values], "datetime64[us]")
    if kind == "bool":
        return np.array([v == "True" for v in values], bool)
    return np.array([float(v) if kind == "float" else int(v) for v in values])
