"""The command ``framing score``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.shared import (
    INTERRUPTED_STATUS,
    check_free,
    corpus_options,
    read_columns,
    score_corpus,
    scoring_options,
    write_manifest,
)
from framing.errors import FramingError

if TYPE_CHECKING:
    from framing.scores import Scores

__all__ = ["score"]

INTERRUPTED = "interrupted: parts that are whole stay in {out}; run the same command again to go on"
ONE_OF = "give --out for a folder of parts, or --tables and --json for tables; not both"
ONCE = (
    "--out reads its files twice, and standard input can be read once only; write it to a file, or "
    "give --tables or --json"
)


@click.command()
@corpus_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of parts, written as files are read, however large; `framing compare` reads it. "
    "A run that was stopped goes on when it is started again.",
)
@click.option("--batch", type=int, help="Articles of a part of --out.")
@click.option("--tables", type=click.Path(path_type=Path), help="Folder for the tables as CSV.")
@click.option("--force", is_flag=True, help="Write over the tables that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print the articles' scores as JSON lines.")
def score(
    files: tuple[str, ...],
    out: Path | None,
    batch: int | None,
    tables: Path | None,
    force: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Score articles; print a summary, and write the scores with --out or --tables.

    \b
    Example:
      framing score *.jsonl.gz --out scores/
      framing score articles.csv --json > scores.jsonl
    """
    if out is not None:
        if tables is not None or as_json:
            raise FramingError(ONE_OF)
        if "-" in files:
            raise FramingError(ONCE)
        _stream(files, out, batch, options)
        return
    if tables is not None:
        check_free(tables, force)
    scores = score_corpus(files, options)
    if tables is not None:
        _write_tables(scores, tables)
    if as_json:
        click.echo(
            scores.articles.to_json(orient="records", lines=True, date_format="iso"), nl=False
        )
        return
    click.echo(repr(scores))
    if tables is not None:
        click.echo(f"tables: {tables}")


def _stream(files: tuple[str, ...], out: Path, batch: int | None, options: dict[str, Any]) -> None:
    from framing.stream import BATCH, score_files

    try:
        scores = score_files(
            files,
            out,
            **scoring_options(options),
            columns=read_columns(options["columns"]),
            encoding=options["encoding"],
            html=options["html"],
            batch=BATCH if batch is None else batch,
            n_jobs=options["jobs"],
            progress=not options["quiet"] and sys.stderr.isatty(),
        )
    except KeyboardInterrupt:
        click.echo(f"Error: {INTERRUPTED.format(out=out)}", err=True)
        raise click.exceptions.Exit(INTERRUPTED_STATUS) from None
    click.echo(repr(scores))


def _write_tables(scores: Scores, folder: Path) -> None:
    from framing.report.tables import write_csv

    folder.mkdir(parents=True, exist_ok=True)
    for name in ("articles", "sentences", "hits", "voices"):
        write_csv(getattr(scores, name), folder / f"{name}.csv")
    write_manifest(scores.manifest, folder / "manifest.json")
