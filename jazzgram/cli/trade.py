"""``jazzgram trade``: you play, it plays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments, changes

if TYPE_CHECKING:
    from jazzgram.live.session import TradingSession


class _Turns(arguments.Whole):
    """The length of a turn: bars, or `chorus`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a number of bars, or `chorus`."""
        return value if value == "chorus" else super().convert(value, param, ctx)


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
@click.option(
    "--bars",
    type=_Turns(1, 64),
    metavar="N|chorus",
    help="Bars of each turn, or whole choruses: chorus (default: those of the configuration, 4).",
)
@click.option("--first", type=click.Choice(["me", "it"]), help="Who begins (default: me).")
@click.option("--choruses", type=arguments.Whole(1, 1_000), help="How often the changes are played (default: 2).")
@click.option("--respond", multiple=True, metavar="NAME", help="A responder; may be repeated, they answer in turn.")
@click.option(
    "--clock",
    type=click.Choice(["send", "follow"]),
    help="MIDI clock: send it to --out-port, or follow the one that comes in; its Start is bar 1, without a count-in.",
)
@click.option("--clock-in", metavar="PORT", help="MIDI port whose clock is followed (default: that of --in).")
@click.option("--osc", metavar="HOST:PORT", help="Send bars, beats, chords and notes there by Open Sound Control.")
@changes.changes
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
    bars: int | str | None,
    first: str | None,
    choruses: int | None,
    respond: tuple[str, ...],
    clock: str | None,
    clock_in: str | None,
    osc: str | None,
    out: Path | None,
    settings: tuple[str, ...],
    trust: bool,
    force: bool,
    **named: Any,
) -> None:
    """Trade bars: you play four, it plays four, over the changes.

    What was played is written as a run is: solo.mid with both voices and the band, a lead sheet of its part, and the
    report. Ctrl-C, SIGTERM, a port that is unplugged and an error in a plugin stop the music, silence the port and keep
    what was played.

    \b
    Examples:
      jazzgram ports
      jazzgram trade blues --in "Keystation" --out-port "FluidSynth"
      jazzgram trade blues --in "Keystation" --out-port "FluidSynth" --bars chorus --osc 127.0.0.1:9000
      jazzgram trade pitches --replay mine.mid --respond continue --respond contrast --out out/traded
    """
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.errors import JazzgramError
    from jazzgram.live import take
    from jazzgram.live.ports import check_ports
    from jazzgram.live.session import TradingSession
    from jazzgram.pages.run import write_with_page
    from jazzgram.pipeline.model_folder import is_model_folder
    from jazzgram.pipeline.pipeline import Pipeline

    if replay is None and source is None:
        raise click.UsageError("name the port you play on: --in (see 'jazzgram ports'); or a recorded part: --replay")
    if replay is not None and (source or sink):
        raise click.UsageError("--replay plays a recorded part without ports: leave out --in and --out-port, or it")
    if replay is not None and (clock or clock_in or osc):
        raise click.UsageError("--replay plays faster than real time: leave out --clock, --clock-in and --osc, or it")
    if clock_in is not None:
        if clock == "send":
            raise click.UsageError("--clock-in names the port of a clock that is followed: use it with --clock follow")
        clock = "follow"
    over, _ = changes.over(settings, changes.OWN, **named)
    values = arguments.overrides(
        tuple(over),
        live__trade=bars,
        live__first=first,
        live__choruses=choruses,
        live__respond=list(respond) or None,
        live__clock=clock,
        live__osc=osc,
    )
    with Display() as display:
        load = Pipeline.load_trained if is_model_folder(Path(config)) else Pipeline.load
        pipeline = load(config, settings=values, reporter=display, trust=trust)
        if not pipeline.config.responders:  # without a section `live` there are none: this one has its defaults
            values = [*values, "live={}"]
            pipeline = load(config, settings=values, reporter=display, trust=trust)
        live = pipeline.config.sections.live
        if replay is None and live.clock == "send" and sink is None:
            raise JazzgramError("live.clock: send goes to the port that is played to: name it with --out-port")
        if replay is None and live.clock == "follow":
            pipeline = load(config, settings=[*values, "live.count_in=0"], reporter=display, trust=trust)
        if replay is not None and (live.clock or live.osc):
            display.warn("--replay plays faster than real time: live.clock and live.osc are left out.")
        if replay is None:
            check_ports(source, sink, clock_in)  # before a model is trained
        with result_folder(out, Path("out") / pipeline.config.name, "run.yaml", force=force) as folder:
            session = TradingSession(pipeline)
            stopped: BaseException | None = None
            if replay is not None:
                take.replay(session, replay)
            else:
                stopped = _play(session, source, sink, clock_in, display.warn)
            for line in session.losses():
                display.warn(line)
            display.summary(write_with_page(pipeline.reusing(session.pipeline), take.take_of(session), folder))
            if stopped is not None:
                raise stopped


def _play(
    session: TradingSession, source: str | None, sink: str | None, clock_in: str | None, say: Callable[[str], None]
) -> BaseException | None:
    """Play in real time until the last bar or a stop; what was played so far stays. Return what stopped it, if any."""
    from jazzgram.live.clock import ClockIn, ClockOut
    from jazzgram.live.cues import Cues
    from jazzgram.live.loop import Extras, Loop
    from jazzgram.live.osc import Osc
    from jazzgram.live.ports import Ports

    live = session.config.sections.live
    follows = live.clock == "follow"
    extras = Extras(
        ClockOut(session.transport) if live.clock == "send" else None,
        ClockIn(session.transport) if follows else None,
        None if live.osc is None else Cues(session, live.osc.send),
        None if live.osc is None else Osc(live.osc.to).send,
    )
    loop = Loop(session, say, extras)
    with Ports(source, sink, loop.receive, loop.receive_clock if follows else None, clock_in) as ports:
        ports.choose(session.programs)
        begins = "Waiting for the clock's Start, which is bar 1" if follows else "Count-in, then your turn"
        click.echo(f"{begins}. Ctrl-C ends the session and keeps what was played.")
        try:
            loop.run(ports)
        except BaseException as error:  # a plugin's mistake, or SIGTERM: the music has stopped
            return error
        finally:
            if loop.lost:
                say(f"{loop.lost} strokes came faster than they could be worked on, and were left out.")
    return None
