"""The commands of ``framing classifier``."""

from __future__ import annotations

from pathlib import Path

import click

from framing.cli.shared import Group

__all__ = ["classifier"]


@click.group(cls=Group)
def classifier() -> None:
    """Say what the bundled classifier is.

    \b
    Example:
      framing classifier card
    """


@classifier.command("card")
@click.argument("name", default="default")
def classifier_card(name: str) -> None:
    """Print a model's card: data, licence, figures, what it must not be used for.

    \b
    Example:
      framing classifier card
    """
    from framing.catalog import model_folder

    folder = Path(name) if Path(name).is_dir() else model_folder(name)
    click.echo((folder / "CARD.md").read_text("utf-8"), nl=False)
