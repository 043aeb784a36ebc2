"""The command ``framing diff``."""

from __future__ import annotations

import json
from pathlib import Path

import click

__all__ = ["diff"]


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="All of it, for a program.")
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Say what changed between two reports (.json), and what can have caused it.

    \b
    Example:
      framing diff january.json february.json
    """
    from framing.report import diff_reports
    from framing.report.summary import clean

    found = diff_reports(old, new)
    if as_json:
        tables = {
            name: clean(getattr(found, name).to_dict("records"))
            for name in ("causes", "changes", "findings")
        }
        click.echo(json.dumps({"verdict": found.verdict, **tables}, ensure_ascii=False, indent=1))
    else:
        click.echo(repr(found))
