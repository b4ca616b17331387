"""``jazzgram corpus``: what can be learned from."""

from __future__ import annotations

import click


@click.group("corpus")
def command() -> None:
    """List and fetch the corpora that are known by name."""


@command.command("list")
def list_() -> None:
    """List the corpora of the registry, what they are, and whether they are on this machine.

    JAZZGRAM_REGISTRY names a file with entries of your own; JAZZGRAM_DATA a folder with files that need not be
    downloaded.
    """
    from jazzgram.errors import JazzgramError
    from jazzgram.registry import find_here, registry

    for name, entry in registry().items():
        try:
            here = find_here(name, entry)
            where = "to be fetched" if here is None else "bundled" if entry.bundled else str(here)
        except JazzgramError as error:
            where = click.style(str(error), fg="red")
        click.echo(click.style(f"{name:<14}", bold=True) + f"{entry.title}\n{'':<14}{entry.licence}; {where}")
        if entry.note:
            click.echo(f"{'':<14}{entry.note}")


@command.command("fetch")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def fetch(names: tuple[str, ...]) -> None:
    """Download corpora into the cache, checking them; what is here already is not fetched again."""
    from jazzgram.registry import locate

    for name in names:
        click.echo(f"{name}: {locate(name)}")
