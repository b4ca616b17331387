"""``jazzgram new``: write a plugin template."""

from __future__ import annotations

import keyword
from pathlib import Path

import click

from jazzgram.hooks.scaffold import PLUGIN_KINDS, chain_files, distribution, files


@click.command("new")
@click.argument("kind", type=click.Choice((*PLUGIN_KINDS, "chain")))
@click.argument("name")
@click.option("--package", is_flag=True, help="Write a pip package of its own (in the folder jazzgram-<name>).")
def command(kind: str, name: str, package: bool) -> None:
    """Write a working plugin with options, a test and a configuration, into the current folder.

    With --package it is a package of its own, with the workflows by which GitHub tests it and publishes it to PyPI. A
    chain is a package with a configuration, for others to extend.

    \b
    Example:
      jazzgram new pruner too_low
      pytest tests/test_too_low.py
      jazzgram run too_low.yaml
    """
    from jazzgram.errors import JazzgramError

    if not name.isidentifier() or keyword.iskeyword(name) or not name.islower():
        raise JazzgramError(
            f"{name!r} cannot name a plugin; use lower-case letters, digits and _ (for example too_low)"
        )
    if kind == "chain" and not package:
        raise JazzgramError(
            "a chain of your own is a YAML file that begins with 'extends: blues'; to share it, --package"
        )
    folder = Path(distribution(name)) if package else Path()
    made = chain_files(name) if kind == "chain" else files(kind, name, package)
    written = {folder / path: text for path, text in made.items()}
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
    config = f"{folder}:{name}" if kind == "chain" else str(folder / f"{name}.yaml")
    click.echo(f"next: {f'pip install -e ./{folder} && ' if package else ''}jazzgram run {config}")
