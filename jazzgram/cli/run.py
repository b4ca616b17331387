"""``jazzgram run``: the whole pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jazzgram.cli import arguments


@click.command("run")
@arguments.config
@arguments.playing
@arguments.out
@arguments.settings
@arguments.no_cache
@arguments.strict
@arguments.trust
def command(
    config: str,
    out: Path | None,
    settings: tuple[str, ...],
    no_cache: bool,
    strict: bool,
    trust: bool,
    **playing: Any,
) -> None:
    """Read the corpus, train the model, improvise a solo and write it.

    The folder contains solo.mid (open it with any player), solo.musicxml (a lead sheet for MuseScore or another
    notation program), run.yaml (which plays the same notes again) and trace.jsonl (what every step of the chain did).
    A second run uses the cached model.

    \b
    Examples:
      jazzgram run blues
      jazzgram run blues --seed 7 --tempo 180 --key Bb --choruses 3
      jazzgram run weimar --like style=bebop --like instrument=trumpet
      jazzgram run out/blues/run.yaml --out again
    """
    from jazzgram.cli.display import Display
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.played(settings, **playing)
    with Display() as display:
        pipeline = Pipeline.load(
            config,
            settings=arguments.overrides(tuple(values), execution__strict=strict or None),
            use_cache=not no_cache,
            reporter=display,
            trust=trust,
        )
        display.summary(pipeline.run(out or Path("out") / pipeline.config.name))
