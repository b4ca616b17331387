"""Arguments that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

config: Decorator = click.argument("config", metavar="CONFIG")
out: Decorator = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write to (default: out/<name of the configuration>).",
)
settings: Decorator = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY.PATH=VALUE",
    help="Override a value of the configuration, e.g. --set improvise.bars=8. May be repeated.",
)
seed: Decorator = click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Seed of the improvisation: another seed, another take by the same model.",
)
trust: Decorator = click.option(
    "--trust",
    is_flag=True,
    help="Run the plugin files that a run.yaml or a model folder names; remembered until one of them changes.",
)
no_cache: Decorator = click.option("--no-cache", is_flag=True, help="Read and train again, without the cache.")
strict: Decorator = click.option(
    "--strict", is_flag=True, help="Stop at a file of the corpus that cannot be read, instead of leaving it out."
)


open_page: Decorator = click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")


def overrides(settings: tuple[str, ...], **values: Any) -> list[str]:
    """Return the settings of ``--set`` and those of other options; None means not given."""
    named = [f"{key.replace('__', '.')}={json.dumps(value)}" for key, value in values.items() if value is not None]
    return [*settings, *named]
