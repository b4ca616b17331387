"""``jazzgram completion``: complete commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script that completes commands and options in bash, zsh or fish.

    \b
    Once, for every new terminal:
      jazzgram completion bash >> ~/.bashrc
      jazzgram completion zsh >> ~/.zshrc
      jazzgram completion fish > ~/.config/fish/completions/jazzgram.fish
    """
    made = get_completion_class(shell)
    assert made is not None  # click has all three
    click.echo(made(ctx.find_root().command, {}, "jazzgram", "_JAZZGRAM_COMPLETE").source())
