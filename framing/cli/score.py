"""The command ``framing score``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from framing.cli.shared import check_free, corpus_options, score_files, write_manifest

__all__ = ["score"]


@click.command()
@corpus_options
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the tables.")
@click.option("--force", is_flag=True, help="Write over what is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the articles' scores as JSON lines.")
def score(
    files: tuple[str, ...], out: Path | None, force: bool, as_json: bool, **options: Any
) -> None:
    """Score articles; print a summary, and write the tables with --out.

    \b
    Example:
      framing score articles.csv --out scores/
    """
    if out is not None:
        check_free(out, force)
    scores = score_files(files, options)
    if out is not None:
        from framing.report.tables import write_csv

        out.mkdir(parents=True, exist_ok=True)
        for name in ("articles", "sentences", "hits", "voices"):
            write_csv(getattr(scores, name), out / f"{name}.csv")
        write_manifest(scores.manifest, out / "manifest.json")
    if as_json:
        click.echo(
            scores.articles.to_json(orient="records", lines=True, date_format="iso"), nl=False
        )
        return
    click.echo(repr(scores))
    if out is not None:
        click.echo(f"tables: {out}")
