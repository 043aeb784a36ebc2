"""The command ``framing compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from framing.cli.shared import check_free, corpus_options, score_files

__all__ = ["compare"]


@click.command()
@corpus_options
@click.option("--by", default="outlet", show_default=True, help="The column of groups.")
@click.option("--match", default="story", show_default=True, help="The column of shared events.")
@click.option("--no-match", is_flag=True, help="Compare all articles, whatever their story.")
@click.option("--level", default=0.95, show_default=True, help="Coverage of the intervals.")
@click.option("--seed", default=0, show_default=True, help="Seed of the permutations.")
@click.option("--title", help="Title of the report.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Report: .html, .md, .json, or .csv for a folder of tables.",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
def compare(
    files: tuple[str, ...],
    by: str,
    match: str,
    no_match: bool,
    level: float,
    seed: int,
    title: str | None,
    out: Path | None,
    force: bool,
    **options: Any,
) -> None:
    """Compare outlets on the stories that they share.

    \b
    Example:
      framing compare articles.csv --by outlet --out report.html
    """
    from framing.comparison import compare as compare_scores
    from framing.report import write_report

    if out is not None:
        check_free(out.with_suffix("") if out.suffix == ".csv" else out, force)
    comparison = compare_scores(
        score_files(files, options),
        by=by,
        match=None if no_match else match,
        level=level,
        random_state=seed,
    )
    click.echo(repr(comparison))
    if out is not None:
        click.echo(f"report: {write_report(comparison, out, title=title)}")
