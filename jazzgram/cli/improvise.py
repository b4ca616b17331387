"""``jazzgram improvise``: a solo from a trained model, over any changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jazzgram.cli import arguments


@click.command("improvise")
@click.argument("config", metavar="CONFIG_OR_MODEL")
@arguments.playing
@arguments.out
@arguments.settings
@arguments.trust
def command(
    config: str,
    out: Path | None,
    settings: tuple[str, ...],
    trust: bool,
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
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.played(settings, **playing)
    with Display() as display:
        if Path(config).is_dir():
            pipeline = Pipeline.load_trained(config, settings=values, reporter=display, trust=trust)
        else:
            pipeline = Pipeline.load(config, settings=values, reporter=display, trust=trust)
        display.summary(pipeline.run(out or Path("out") / pipeline.config.name))
