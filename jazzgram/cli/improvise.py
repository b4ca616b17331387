"""``jazzgram improvise``: a solo from a trained model, over any changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.takes import count, play_takes


@click.command("improvise")
@click.argument("config", metavar="CONFIG_OR_MODEL")
@arguments.playing
@count
@arguments.out
@arguments.settings
@arguments.trust
@arguments.force
@arguments.as_json
@arguments.debug
@arguments.verbosity
@arguments.open_page
def command(
    config: str,
    out: Path | None,
    force: bool,
    as_json: bool,
    debug: bool,
    takes: int,
    settings: tuple[str, ...],
    trust: bool,
    open_page: bool,
    **playing: Any,
) -> None:
    """Improvise over the source's changes, or over given ones.

    CONFIG_OR_MODEL is a configuration, whose model is trained first if necessary, or a folder that
    'jazzgram train --out' wrote.

    \b
    Examples:
      jazzgram improvise blues --chords "Dm7 | G7 | Cmaj7 | %" --bars 8
      jazzgram improvise blues --chart standards.html --tune "Blue Bossa" --choruses 3 --key Am
      jazzgram improvise mymodel --chords "Gm7 C7 | Fmaj7" --tempo 200 --seed 3
    """
    from jazzgram.cli.display import Display
    from jazzgram.pipeline.model_folder import is_model_folder
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.played(settings, **playing)
    with arguments.debugging(debug), Display() as display:

        def load(settings: Sequence[str]) -> Pipeline:
            read = Pipeline.load_trained if is_model_folder(Path(config)) else Pipeline.load
            return read(config, settings=settings, reporter=display, trust=trust)

        play_takes(load, values, takes, out=out, force=force, as_json=as_json, display=display, open_page=open_page)
