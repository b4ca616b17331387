"""``jazzgram init``: a starter project."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a starter project: a configuration, a plugin of your own, and where data goes."""
    from jazzgram.errors import JazzgramError
    from jazzgram.hooks.scaffold import project_files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise JazzgramError(f"{folder}: exists and is not an empty folder; name a new one")
    try:
        for name, text in project_files().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    except OSError as error:
        raise JazzgramError(f"{folder}: cannot be written: {error.strerror or error}") from error
    click.echo(f"{folder}: ready. Next: cd {folder} && jazzgram run solo.yaml")
