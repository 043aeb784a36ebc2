"""The command ``framing rerun``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.cli.shared import check_report, read_files, reading_options

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rerun"]


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@reading_options
@click.option(
    "--lexicon",
    "lexicons",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A lexicon that is not bundled. May be repeated.",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The model, if it is not a bundled one.",
)
@click.option("--jobs", default=1, show_default=True, help="Processes; -1 for all cores.")
@click.option("--check", is_flag=True, help="Say what would differ, and score nothing.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Report of the new comparison: .html, .md, .tex, .json, or .csv for a folder of tables.",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
@click.option("--json", "as_json", is_flag=True, help="Print what differs as JSON.")
def rerun(
    manifest: Path,
    files: tuple[str, ...],
    columns: tuple[str, ...],
    encoding: str,
    html: bool,
    lexicons: tuple[Path, ...],
    model: Path | None,
    jobs: int,
    check: bool,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Repeat a comparison from its manifest, and say what differs from then.

    MANIFEST is what `framing compare --manifest` wrote, or a report as .json. Settings come from
    it. The exit status is 1 if the result is not the same to the last bit.

    \b
    Example:
      framing rerun manifest.json articles.csv
    """
    from framing.repeat import describe_differences, read_manifest, what_differs
    from framing.repeat import rerun as repeat
    from framing.report import write_report

    check_report(out, force)
    then = read_manifest(manifest)
    corpus = read_files(files, columns, encoding, html)
    if check:
        differs = what_differs(then, corpus, lexicons=lexicons, classifier=model)
        click.echo(_json(differs) if as_json else describe_differences(differs))
        return
    again = repeat(then, corpus, lexicons=lexicons, classifier=model, n_jobs=jobs)
    click.echo(_json(again.differs, same=again.same) if as_json else repr(again))
    if out is not None:
        click.echo(f"report: {write_report(again.comparison, out)}", err=as_json)
    if not again.same:
        raise click.exceptions.Exit(1)


def _json(differs: pd.DataFrame, *, same: bool | None = None) -> str:
    """Say what differs, and whether the result is the same, which --check does not know."""
    from framing.report.summary import clean

    said = {"same": same, "differs": clean(differs.to_dict("records"))}
    return json.dumps(said, ensure_ascii=False, indent=1)
