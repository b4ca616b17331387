"""``jazzgram run``: the whole pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.takes import count, play_takes


@click.command("run")
@arguments.config
@arguments.playing
@count
@arguments.out
@arguments.settings
@arguments.no_cache
@arguments.strict
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
    no_cache: bool,
    strict: bool,
    trust: bool,
    open_page: bool,
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
      jazzgram run weimar --like style=bebop --like instrument=trumpet
      jazzgram run out/blues/run.yaml --out again
    """
    from jazzgram.cli.display import Display
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.played(settings, **playing)
    values = arguments.overrides(tuple(values), execution__strict=strict or None)
    with arguments.debugging(debug), Display() as display:

        def load(settings: Sequence[str]) -> Pipeline:
            return Pipeline.load(config, settings=settings, use_cache=not no_cache, reporter=display, trust=trust)

        play_takes(load, values, takes, out=out, force=force, as_json=as_json, display=display, open_page=open_page)
