"""Files that are read some rows at a time, and the limits that hold whole and in part."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from framing import files
from framing.errors import CorpusError

LIMITS: dict[str, Any] = {"encoding": "utf-8", "max_bytes": 10**6}


def both(path: Path, **limits: Any) -> list[str]:
    """What reading a file whole, and in part, is refused with: the same."""
    found = []
    with pytest.raises(CorpusError) as error:
        files.read_table(path, **{**LIMITS, **limits})
    found.append(str(error.value))
    with pytest.raises(CorpusError) as error:
        list(files.stream_table(path, rows=2, **{**LIMITS, **limits}))
    found.append(str(error.value))
    return found


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz", ".jsonl", ".jsonl.xz", ".parquet"])
@pytest.mark.parametrize("rows", [1, 3, 7, 8])
def test_a_file_in_part_is_the_file(tmp_path: Path, suffix: str, rows: int) -> None:
    table = pd.DataFrame(
        {"id": [f"{i:03d}" for i in range(7)], "text": ["a\nb", "ß", "null", " ", "x", '"', "ö"]}
    )
    path = tmp_path / f"a{suffix}"
    if suffix == ".parquet":
        table.assign(number=[1, 2, None, 4, 5, 6, 7]).astype({"number": "Int64"}).to_parquet(path)
    elif "json" in suffix:
        table.to_json(path, orient="records", lines=True)
    else:
        table.to_csv(path, index=False, sep="\t" if "tsv" in suffix else ",")
    chunks = list(files.stream_table(path, rows=rows, **LIMITS))
    assert [len(c) for c in chunks[:-1]] == [rows] * (len(chunks) - 1)
    whole = files.read_table(path, **LIMITS)
    assert str(chunks[0].dtypes.tolist()) == str(whole.dtypes.tolist())
    pd.testing.assert_frame_equal(pd.concat(chunks, ignore_index=True), whole)


def test_whole_numbers_with_gaps_are_one_type_in_all_parts(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list("abcd"), "year": [2020, 2021, 2022, None]}), path)
    chunks = list(files.stream_table(path, rows=2, **LIMITS))
    assert [str(c["year"].dtype) for c in chunks] == ["float64", "float64"]
    assert pd.concat(chunks, ignore_index=True).equals(files.read_table(path, **LIMITS))


@pytest.mark.parametrize(("suffix", "start"), [(".csv", "id,text\n1,"), (".jsonl", '{"text": "')])
def test_a_line_without_end_is_refused_before_it_is_held(
    tmp_path: Path, suffix: str, start: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text(start + "x" * 5000, "utf-8")
    line = 1 if suffix == ".jsonl" else 2
    expected = files.TOO_LONG.format(path=path, line=line, limit=1000)
    assert both(path, max_line=1000) == [expected] * 2


def test_a_quotation_mark_that_never_closes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,a\n2,"' + "and so on\n" * 500, "utf-8")
    expected = files.TOO_LONG.format(path=path, line=3, limit=1000)
    assert both(path, max_line=1000) == [expected] * 2


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".json"])
def test_more_columns_than_a_table_has_are_refused(tmp_path: Path, suffix: str) -> None:
    table = pd.DataFrame({f"c{i}": ["x"] for i in range(12)})
    path = tmp_path / f"a{suffix}"
    if suffix == ".parquet":
        table.to_parquet(path)
    elif suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_json(path, orient="records", lines=suffix == ".jsonl")
    expected = files.TOO_MANY_COLUMNS.format(
        path=path, count=12, limit=11, names="'c0', 'c1', 'c2' and 9 more"
    )
    assert both(path, max_columns=11) == [expected] * 2
    assert len(files.read_table(path, **LIMITS, max_columns=12)) == 1


def test_a_hundred_thousand_columns_are_refused_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{i}" for i in range(100_000)) + "\n1\n", "utf-8")
    assert all("100,000 columns, more than 10,000" in said for said in both(path))


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_what_unpacks_beyond_the_limit_is_refused_in_part_too(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.jsonl{suffix}"
    opened = gzip.open if suffix == ".gz" else lzma.open
    with opened(path, "wb") as file:
        file.write(b'{"text": "a"}\n' * 100_000)
    assert path.stat().st_size < 20_000
    expected = files.TOO_LARGE.format(path=path, limit=10**6)
    assert both(path) == [expected] * 2


def test_what_is_not_what_its_suffix_says_is_refused_in_part_too(tmp_path: Path) -> None:
    for name, data, said in (
        ("a.csv", b"PK\x03\x04....", "zip file or an Excel workbook"),
        ("a.jsonl.gz", b'{"text": "not packed"}', "damaged, cut short, or not a .gz file"),
        ("a.parquet", b"id,text\n", "damaged, cut short, or not a .parquet file"),
        ("b.csv", "id,text\n1,a\n".encode("utf-16-le"), "much of it is NUL bytes"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        assert all(said in message for message in both(path))
