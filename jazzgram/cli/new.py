"""``jazzgram new``: write a plugin template."""

from __future__ import annotations

import keyword
from pathlib import Path

import click

from jazzgram.hooks.scaffold import PLUGIN_KINDS, files


@click.command("new")
@click.argument("kind", type=click.Choice(PLUGIN_KINDS))
@click.argument("name")
@click.option("--package", is_flag=True, help="Write a pip package of its own (in the folder jazzgram-<name>).")
def command(kind: str, name: str, package: bool) -> None:
    """Write a working plugin with options, a test and a configuration, into the current folder.

    \b
    Example:
      jazzgram new pruner low_notes
      pytest tests/test_low_notes.py
      jazzgram run low_notes.yaml
    """
    from jazzgram.errors import JazzgramError

    if not name.isidentifier() or keyword.iskeyword(name) or not name.islower():
        raise JazzgramError(
            f"{name!r} cannot name a plugin; use lower-case letters, digits and _ (for example low_notes)"
        )
    folder = Path(f"jazzgram-{name.replace('_', '-')}") if package else Path()
    written = {folder / path: text for path, text in files(kind, name, package).items()}
    taken = [path for path in written if path.exists()]
    if taken:
        raise JazzgramError(f"{taken[0]}: exists already; choose another name, or remove it")
    try:
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    except OSError as error:
        raise JazzgramError(f"{error.filename}: cannot be written: {error.strerror}") from error
    for path in written:
        click.echo(path)
    click.echo(
        f"next: {'pip install -e ' + str(folder) + ' && ' if package else ''}jazzgram run {folder / (name + '.yaml')}"
    )
