"""The command ``framing stories``."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.shared import check_free, read_files, reading_options
from framing.errors import FramingError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["stories"]

BAD_OUT = (
    "--out must end in .jsonl or .jsonl.gz, found {path}; articles are written whole, and in a CSV "
    "file a spreadsheet could run their texts"
)
SUFFIXES = (".jsonl", ".jsonl.gz")


@click.command()
@reading_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.jsonl[.gz]",
    help="The articles with story and duplicate_of, for `framing score` and `framing compare`.",
)
@click.option(
    "--window-days",
    type=int,
    help="The dated articles of a story lie at most this many days apart (3).",
)
@click.option(
    "--threshold",
    type=float,
    help="Lower joins more articles into a story, higher splits more (-0.01).",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
def stories(
    files: tuple[str, ...],
    columns: tuple[str, ...],
    encoding: str,
    html: bool,
    out: Path,
    window_days: int | None,
    threshold: float | None,
    force: bool,
) -> None:
    """Find which articles cover the same event, and which are copies of another.

    \b
    Example:
      framing stories articles.csv --out found.jsonl
      framing compare found.jsonl --out report.html
    """
    from framing.stories import THRESHOLD, WINDOW_DAYS, find_stories

    if not out.name.endswith(SUFFIXES):
        raise FramingError(BAD_OUT.format(path=out))
    check_free(out, force)
    found = find_stories(
        read_files(files, columns, encoding, html),
        window_days=WINDOW_DAYS if window_days is None else window_days,
        threshold=THRESHOLD if threshold is None else threshold,
    )
    _write(found, out)
    click.echo(_summary(found))
    click.echo(f"articles: {out}")


def _summary(found: pd.DataFrame) -> str:
    copies = int(found["duplicate_of"].notna().sum())
    stories = found.loc[found["duplicate_of"].isna()].groupby("story")["outlet"].nunique()
    shared = int((stories > 1).sum())
    return (
        f"{len(found):,} articles, {found['story'].nunique():,} stories, {shared:,} of them of two "
        f"outlets or more; {copies:,} copies of another article"
    )


def _write(table: pd.DataFrame, out: Path) -> None:
    """Write JSON lines, whole or not at all: beside the place, then renamed."""
    names = [str(c) for c in table.columns]
    beside = out.with_name(f"{out.name}.part")
    try:
        with beside.open("wb") as raw:
            if out.suffix == ".gz":
                # No name and no time in it: the same articles give the same bytes.
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
                    _write_lines(table, names, file)
            else:
                _write_lines(table, names, raw)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _write_lines(table: pd.DataFrame, names: list[str], file: Any) -> None:
    for row in table.itertuples(index=False, name=None):
        record = {n: _plain(v) for n, v in zip(names, row, strict=True)}
        file.write(json.dumps(record).encode("ascii") + b"\n")


def _plain(value: Any) -> Any:
    """What JSON has for a value; None where it is missing."""
    import pandas as pd

    if isinstance(value, list | dict | tuple):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
