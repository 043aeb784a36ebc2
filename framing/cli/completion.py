"""The command ``framing completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]

PROGRAM = "framing"
VARIABLE = "_FRAMING_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands and options with the Tab key.

    \b
    bash:  framing completion bash > ~/.local/share/bash-completion/completions/framing
    zsh:   framing completion zsh > ~/.zfunc/_framing   (~/.zfunc must be in fpath)
    fish:  framing completion fish > ~/.config/fish/completions/framing.fish

    \b
    Example:
      framing completion bash > ~/.local/share/bash-completion/completions/framing
    """
    made = get_completion_class(shell)
    assert made is not None  # click has all three
    root = click.get_current_context().find_root().command
    click.echo(made(root, {}, PROGRAM, VARIABLE).source())
