"""The command ``framing style``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import BinaryIO

import click

from framing.errors import CorpusError

__all__ = ["style"]

STDIN = "<stdin>"
SUMMARY = "findings: {findings:,}, files: {files:,}"
NOT_UTF8 = "{name}: line {line}: not UTF-8; save the file as UTF-8"


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.File("rb"), metavar="FILES...")
@click.option(
    "--pack",
    "packs",
    multiple=True,
    default=("agency",),
    show_default=True,
    metavar="NAME|FILE",
    help="Style pack: agency, conflict, people, or a .toml file. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a finding.")
def style(files: tuple[BinaryIO, ...], packs: tuple[str, ...], as_json: bool) -> None:
    """Print the places where articles (plain text; - for standard input) break a style guide.

    One line a finding, with file, line and column; the guides are cited below them, on standard
    error. Only the voices that a rule names are looked at: most rules leave quotations alone.
    Status 1 if anything is found, 2 if the command or a file is not right.

    \b
    Example:
      framing style article.txt --pack conflict --pack people
    """
    from framing.style import check_style

    count = 0
    guides: dict[str, str] = {}
    for file in files:
        data, name = file.read(), str(getattr(file, "name", STDIN))
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise CorpusError(NOT_UTF8.format(name=name, line=line)) from None
        for finding in check_style(text, packs=packs):
            count += 1
            guides[finding.source] = finding.citation
            if as_json:
                click.echo(json.dumps({"file": name, **asdict(finding)}, ensure_ascii=False))
            else:
                place = f"{name}:{finding.line}:{finding.column}"
                click.echo(f"{place}: {finding.rule}: {finding.message}")
    if not as_json:
        for key, citation in sorted(guides.items()):
            click.echo(f"[{key}] {citation}", err=True)
        click.echo(SUMMARY.format(findings=count, files=len(files)), err=True)
    if count:
        raise click.exceptions.Exit(1)
