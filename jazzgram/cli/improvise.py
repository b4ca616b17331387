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
@arguments.force
@arguments.as_json
@arguments.debug
@arguments.verbosity
def command(
    config: str,
    out: Path | None,
    force: bool,
    as_json: bool,
    debug: bool,
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
    from jazzgram.cli.folders import result_folder
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.played(settings, **playing)
    with arguments.debugging(debug), Display() as display:
        if Path(config).is_dir():
            pipeline = Pipeline.load_trained(config, settings=values, reporter=display, trust=trust)
        else:
            pipeline = Pipeline.load(config, settings=values, reporter=display, trust=trust)
        with result_folder(out, Path("out") / pipeline.config.name, "run.yaml", force=force) as folder:
            display.summary(pipeline.run(folder), as_json)
