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
    no_cache: bool,
    strict: bool,
    trust: bool,
    **playing: Any,
) -> None:
    """Read the corpus, train the model, improvise a solo and write it.

    The folder contains solo.mid (open it with any player), solo.musicxml (a lead sheet for MuseScore or another
    notation program), run.yaml (which plays the same notes again) and trace.jsonl (what every step of the chain did).
    A second run uses the cached model and another folder: out/blues, then out/blues-2.

    \b
    Examples:
      jazzgram run blues
      jazzgram run blues --seed 7 --tempo 180 --key Bb --choruses 3
      jazzgram run out/blues/run.yaml --out again
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.played(settings, **playing)
    with arguments.debugging(debug), Display() as display:
        pipeline = Pipeline.load(
            config,
            settings=arguments.overrides(tuple(values), execution__strict=strict or None),
            use_cache=not no_cache,
            reporter=display,
            trust=trust,
        )
        with result_folder(out, Path("out") / pipeline.config.name, "run.yaml", force=force) as folder:
            display.summary(pipeline.run(folder), as_json)
