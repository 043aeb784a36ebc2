"""The command ``framing compare``."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.shared import (
    check_free,
    check_report,
    corpus_options,
    score_corpus,
    write_manifest,
)
from framing.errors import FramingError

if TYPE_CHECKING:
    from framing.parts import ScoresFolder
    from framing.scores import Scores

__all__ = ["compare"]

BAD_OPINION = "{value!r} is not of the form COLUMN=VALUE[,VALUE], like section=opinion,letters"


@click.command()
@corpus_options
@click.option(
    "--by",
    multiple=True,
    default=["outlet"],
    show_default=True,
    help="The column of groups; may be repeated. year, month and week are made from date.",
)
@click.option("--match", default="story", show_default=True, help="The column of shared events.")
@click.option("--no-match", is_flag=True, help="Compare all articles, whatever their story.")
@click.option(
    "--against",
    default="pairs",
    show_default=True,
    metavar="pairs|rest|GROUP",
    help="Compare every two groups, each with all others, or all with one.",
)
@click.option(
    "--family",
    default="measure",
    show_default=True,
    metavar="measure|pair|comparison",
    help="The tests over which p-values are adjusted.",
)
@click.option(
    "--opinion",
    metavar="COLUMN=VALUE[,VALUE]",
    help="Which articles are opinion, for the table of sensitivity.",
)
@click.option(
    "--sensitivity",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Compare again under other choices, and write every specification.",
)
@click.option("--level", default=0.95, show_default=True, help="Coverage of the intervals.")
@click.option("--seed", default=0, show_default=True, help="Seed of the permutations.")
@click.option("--title", help="Title of the report.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Report: .html, .md, .tex, .json, or .csv for a folder of tables.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    metavar="FILE.json",
    help="Write what `framing rerun` repeats the comparison from.",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def compare(
    files: tuple[str, ...],
    by: tuple[str, ...],
    match: str,
    no_match: bool,
    against: str,
    family: str,
    opinion: str | None,
    sensitivity: Path | None,
    level: float,
    seed: int,
    title: str | None,
    out: Path | None,
    manifest: Path | None,
    force: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Compare outlets on the stories that they share, from articles or a folder of scores.

    \b
    Example:
      framing compare articles.csv --by outlet --out report.html
      framing compare scores/ --out report.html
      zcat articles.jsonl.gz | framing compare - --json | framing report - > report.md
    """
    from framing.comparison import compare as compare_scores
    from framing.report import summarise, write_report
    from framing.report.tables import write_csv

    check_report(out, force)
    for path in (manifest, sensitivity):
        if path is not None:
            check_free(path, force)
    comparison = compare_scores(
        _scores(files, options),
        by=by[0] if len(by) == 1 else by,
        match=None if no_match else match,
        against=against,
        family=family,
        opinion=None if opinion is None else _opinion(opinion),
        level=level,
        random_state=seed,
    )
    if as_json:
        report = summarise(comparison, title=title)
        click.echo(json.dumps(report, ensure_ascii=False, allow_nan=False))
    # With --json standard output is the report alone.
    say = partial(click.echo, err=as_json)
    if not as_json:
        say(repr(comparison))
    if out is not None:
        say(f"report: {write_report(comparison, out, title=title)}")
    if manifest is not None:
        write_manifest(comparison.manifest, manifest)
        say(f"manifest: {manifest}")
    if sensitivity is not None:
        found = comparison.sensitivity()
        say(repr(found))
        say(f"specifications: {write_csv(found.table, sensitivity)}")


def _scores(files: tuple[str, ...], options: dict[str, Any]) -> Scores | ScoresFolder:
    """Open the folder of scores that was named, or score the files."""
    from framing.parts import MANIFEST_NAME, open_scores

    if len(files) == 1 and (Path(files[0]) / MANIFEST_NAME).is_file():
        return open_scores(files[0])
    return score_corpus(files, options)


def _opinion(value: str) -> tuple[str, list[str]]:
    column, found, values = value.partition("=")
    if not found or not column or not values:
        raise FramingError(BAD_OPINION.format(value=value))
    return column, values.split(",")
