"""``jazzgram init``: a starter project."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Write a starter project: a configuration, a plugin to change, a folder for data, and a schema for editors.

    Editors with a YAML language server (VS Code with the YAML extension) complete and check solo.yaml by the schema.
    """
    import json

    from jazzgram.config.schema import config_schema
    from jazzgram.errors import JazzgramError
    from jazzgram.hooks.scaffold import SCHEMA, project_files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise JazzgramError(f"{folder}: exists and is not an empty folder; name a new one")
    written = {**project_files(), SCHEMA: json.dumps(config_schema(), indent=1) + "\n"}
    try:
        for name, text in written.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    except OSError as error:
        raise JazzgramError(f"{folder}: cannot be written: {error.strerror or error}") from error
    for name in written:
        click.echo(folder / name)
    click.echo(f"next: cd {folder} && jazzgram run solo.yaml")
