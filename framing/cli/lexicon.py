"""The commands of ``framing lexicon``."""

from __future__ import annotations

from pathlib import Path

import click

from framing.cli.shared import Group

__all__ = ["lexicon"]


@click.group(cls=Group)
def lexicon() -> None:
    """List, show and check lexicons.

    \b
    Example:
      framing lexicon list
    """


@lexicon.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_list(as_json: bool) -> None:
    """List the bundled lexicons.

    \b
    Example:
      framing lexicon list
    """
    from framing.lexicon import list_lexicons

    table = list_lexicons()
    if as_json:
        click.echo(table.to_json(orient="records"))
        return
    shown = table[["name", "version", "terms", "categories", "referents"]]
    click.echo(shown.to_string(index=False))


@lexicon.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lexicon_show(name: str, as_json: bool) -> None:
    """Show the terms of a lexicon: a bundled one by name, any other by its folder.

    \b
    Example:
      framing lexicon show conflict
    """
    from framing.lexicon import load_lexicon

    chosen = load_lexicon(Path(name) if Path(name).is_dir() else name)
    table = chosen.to_frame()
    if as_json:
        click.echo(table.to_json(orient="records", force_ascii=False))
        return
    click.echo(f"{chosen!r}\n{chosen.description}\nWeights: {chosen.weights}")
    for category in chosen.categories:
        kind = "loaded" if category.loaded else "not counted as loaded"
        click.echo(f"\n{category.name} ({kind}): {category.meaning}")
        for row in table.loc[table["category"] == category.name].itertuples():
            line = f"  {row.term}  [{row.weight:g}]"
            if isinstance(row.neutral, str):
                line += f"  plainly: {row.neutral}"
            click.echo(line)


@lexicon.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
def lexicon_check(folder: Path) -> None:
    """Check a lexicon's folder; the first fault is printed with file, line and mend.

    \b
    Example:
      framing lexicon check lexicons/conflict
    """
    from framing.lexicon import read_lexicon

    click.echo(f"{read_lexicon(folder)!r}: valid")
