"""``jazzgram trade``: you play, it plays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.live.session import TradingSession


_REST = 0.001
"""Seconds between two looks at the clock."""


@click.command("trade")
@arguments.config
@click.option("--in", "source", metavar="PORT", help="MIDI port you play on: see 'jazzgram ports'; a part of its name.")
@click.option("--out-port", "sink", metavar="PORT", help="MIDI port it plays to.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Play a recorded part (MIDI) against it, without hardware and faster than real time.",
)
@click.option("--bars", type=arguments.Whole(1, 64), help="Bars of each turn (default: those of the configuration, 4).")
@click.option("--first", type=click.Choice(["me", "it"]), help="Who begins (default: me).")
@click.option("--choruses", type=arguments.Whole(1, 1_000), help="How often the changes are played (default: 2).")
@click.option("--respond", multiple=True, metavar="NAME", help="A responder; may be repeated, they answer in turn.")
@arguments.out
@arguments.settings
@arguments.seed
@arguments.trust
@arguments.force
def command(
    config: str,
    source: str | None,
    sink: str | None,
    replay: Path | None,
    bars: int | None,
    first: str | None,
    choruses: int | None,
    respond: tuple[str, ...],
    out: Path | None,
    settings: tuple[str, ...],
    seed: int | None,
    trust: bool,
    force: bool,
) -> None:
    """Trade bars: you play four, it plays four, over the changes.

    What was played is written as a run is: solo.mid with both voices and the band, a lead sheet of its part, and the
    report.

    \b
    Examples:
      jazzgram ports
      jazzgram trade blues --in "Keystation" --out-port "FluidSynth"
      jazzgram trade pitches --replay mine.mid --respond continue --respond contrast --out out/traded
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.live import take
    from jazzgram.live.session import TradingSession
    from jazzgram.pages.run import write_with_page
    from jazzgram.pipeline.pipeline import Pipeline

    if replay is None and source is None:
        raise click.UsageError("name the port you play on: --in (see 'jazzgram ports'); or a recorded part: --replay")
    if replay is not None and (source or sink):
        raise click.UsageError("--replay plays a recorded part without ports: leave out --in and --out-port, or it")
    values = arguments.overrides(
        settings,
        live__trade=bars,
        live__first=first,
        live__choruses=choruses,
        live__respond=list(respond) or None,
        seed=seed,
    )
    with Display() as display:
        pipeline = Pipeline.load(config, settings=values, reporter=display, trust=trust)
        if not pipeline.config.responders:  # without a section `live` there are none: this one has its defaults
            pipeline = Pipeline.load(config, settings=[*values, "live={}"], reporter=display, trust=trust)
        with result_folder(out, Path("out") / pipeline.config.name, "run.yaml", force=force) as folder:
            session = TradingSession(pipeline)
            if replay is not None:
                take.replay(session, replay)
            else:
                _play(session, source, sink)
            if session.recorder.dropped:
                display.warn(f"{session.recorder.dropped} strokes were too many for music, and left out.")
            if session.player.late:
                display.warn(f"{session.player.late} notes were ready too late, and left out.")
            display.summary(write_with_page(pipeline, take.take_of(session), folder))


def _play(session: TradingSession, source: str | None, sink: str | None) -> None:
    """Play in real time until the last bar or Ctrl-C; what was played so far stays."""
    from queue import SimpleQueue
    from time import perf_counter, sleep

    from jazzgram.live.ports import Ports

    strokes: SimpleQueue[tuple[float, bool, int, int]] = SimpleQueue()

    def receive(down: bool, pitch: int, velocity: int) -> None:
        strokes.put((perf_counter(), down, pitch, velocity))

    with Ports(source, sink, receive) as ports:
        ports.choose(session.programs)
        click.echo("Count-in, then your turn. Ctrl-C ends the session and keeps what was played.")
        begun = perf_counter()
        try:
            while (now := perf_counter() - begun) < session.seconds:
                while not strokes.empty():
                    at, down, pitch, velocity = strokes.get()
                    if down:
                        session.note_on(at - begun, pitch, velocity)
                    else:
                        session.note_off(at - begun, pitch)
                session.advance(now)
                for event in session.due(now):
                    ports.send(event)
                sleep(_REST)
        except KeyboardInterrupt:
            pass
        for event in session.stop(perf_counter() - begun):
            ports.send(event)
