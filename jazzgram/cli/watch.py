"""``jazzgram watch``: run a configuration again after each change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.music.solo import Solo
    from jazzgram.pipeline.pipeline import Pipeline

_PAUSE = 0.15
"""Seconds between two checks of the files."""


@click.command("watch")
@arguments.config
@arguments.playing
@arguments.out
@arguments.settings
@click.option("--times", type=arguments.Whole(min=1), help="Stop after this many runs.")
def command(config: str, out: Path | None, settings: tuple[str, ...], times: int | None, **playing: Any) -> None:
    """Run a configuration again whenever it, one it extends, or a local plugin is saved.

    Only the stages after the change run again; corpus, terms and model are reused. Stop with Ctrl-C.
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import new_folder
    from jazzgram.config.files import locate, stamps
    from jazzgram.errors import JazzgramError
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.resources.plain import plain
    from jazzgram.resources.printable import escaped

    values = arguments.played(settings, **playing)
    path = locate(config)
    try:
        with plain(path).open("rb"):  # what is in it may be mended while it is watched, but not this
            pass
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read: {error.strerror}") from error
    display = Display()
    last: Pipeline | None = None
    target = out
    solo: Solo | None = None
    runs = 0
    try:
        while True:
            files = [path, *(last.config.files() if last else ())]
            saved = stamps(files)
            begun = time.perf_counter()
            try:
                pipeline = Pipeline.load(path, settings=values, reporter=display)
                if last is not None:
                    pipeline = pipeline.reusing(last)
                if target is None:
                    target = new_folder(Path("out") / pipeline.config.name)
                run = pipeline.run(target)
                display.line(_difference(solo, run.solo, time.perf_counter() - begun))
                last, solo = pipeline, run.solo
                files = [path, *pipeline.config.files()]
                saved = {**stamps(files), **{file: stamp for file, stamp in saved.items() if file in files}}
            except JazzgramError as error:
                display.warn(str(error))
            runs += 1
            if times is not None and runs >= times:
                return
            names = ", ".join(dict.fromkeys(file.name for file in files))
            display.line(click.style(f"watching {escaped(names)}; Ctrl-C stops", dim=True))
            while stamps(files) == saved:
                time.sleep(_PAUSE)
    except KeyboardInterrupt as stop:
        if last is not None:
            stop.add_note(f"The last whole run is in {target}.")
        raise


def _difference(before: Solo | None, after: Solo, seconds: float) -> str:
    if before is None:
        return f"{after.bars} bars, {len(after.notes)} notes ({seconds:.2f} s)"
    old = {(note.onset, note.pitch, note.duration, note.velocity) for note in before.notes}
    new = {(note.onset, note.pitch, note.duration, note.velocity) for note in after.notes}
    bars = sorted({onset // after.meter.bar + 1 for onset, *_ in old ^ new})
    where = f"bars {', '.join(map(str, bars))}" if bars else "nothing changed"
    return f"{len(new)} notes: {len(old - new)} gone, {len(new - old)} new; {where} ({seconds:.2f} s)"
