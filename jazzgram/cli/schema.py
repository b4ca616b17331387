"""``jazzgram schema``: the JSON Schema of a configuration, for editors."""

from __future__ import annotations

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of a configuration, made from the installed plugins.

    \b
    For editors with a YAML language server:
      jazzgram schema > jazzgram.schema.json
    and as the first line of a configuration:
      # yaml-language-server: $schema=jazzgram.schema.json
    """
    from jazzgram.config.schema import config_schema

    click.echo(json.dumps(config_schema(), indent=1))
