"""``jazzgram improvise``: a solo from a trained model, over any changes."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments


@click.command("improvise")
@click.argument("config", metavar="CONFIG_OR_MODEL")
@click.option(
    "--bars", type=click.IntRange(1, 10_000), help="Bars to improvise (default: as many as the changes have)."
)
@click.option("--chords", metavar="TEXT", help='Changes to play over: "Dm7 | G7 | Cmaj7 | %".')
@click.option(
    "--chart",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A tune to play over: a text lead sheet, iReal Pro links, MusicXML, MIDI, ABC.",
)
@click.option("--tune", metavar="TITLE", help="The tune of the chart (default: its first).")
@click.option("--tempo", type=click.FloatRange(20, 400), help="Quarter notes per minute.")
@arguments.out
@arguments.settings
@arguments.seed
@arguments.trust
@arguments.open_page
def command(
    config: str,
    bars: int | None,
    chords: str | None,
    chart: Path | None,
    tune: str | None,
    tempo: float | None,
    out: Path | None,
    settings: tuple[str, ...],
    seed: int | None,
    trust: bool,
    open_page: bool,
) -> None:
    """Improvise over the source's changes, or over given ones.

    CONFIG_OR_MODEL is a configuration, whose model is trained first if necessary, or a folder that
    'jazzgram train --out' wrote.

    \b
    Examples:
      jazzgram improvise blues --chords "Dm7 | G7 | Cmaj7 | %" --bars 8
      jazzgram improvise blues --chart standards.html --tune "Blue Bossa"
      jazzgram improvise mymodel --chords "Gm7 C7 | Fmaj7" --tempo 200 --seed 3
    """
    from jazzgram.cli.browser import open_report
    from jazzgram.cli.display import Display
    from jazzgram.pipeline.pipeline import Pipeline

    if chart is not None and chords is not None:
        raise click.UsageError("--chords and --chart both say what to play over; give one of them")
    if tune is not None and chart is None:
        raise click.UsageError("--tune names a tune of a --chart; give that too")
    if bars is None and (chords is not None or chart is not None):
        settings = ("improvise.bars=null", *settings)
    if chart is not None:
        settings = ("improvise.meter=null", "improvise.tempo=null", *settings)  # the chart has its own
    values = arguments.overrides(
        settings,
        improvise__bars=bars,
        improvise__chords=chords,
        improvise__chart=None if chart is None else _chart(chart, tune),
        improvise__tempo=tempo,
        seed=seed,
    )
    with Display() as display:
        if Path(config).is_dir():
            pipeline = Pipeline.load_trained(config, settings=values, reporter=display, trust=trust)
        else:
            pipeline = Pipeline.load(config, settings=values, reporter=display, trust=trust)
        run = pipeline.run(out or Path("out") / pipeline.config.name)
        display.summary(run, tell_page=not open_page)
    if open_page:
        open_report(run)


def _chart(file: Path, tune: str | None) -> dict[str, str | None]:
    """Find the reader that reads a file."""
    from jazzgram.corpus.doctor import diagnose
    from jazzgram.errors import JazzgramError

    found = diagnose(file)
    if not found.tunes:
        raise JazzgramError("\n".join(finding.problem for finding in found.findings))
    return {"read": found.reader, "source": str(file.resolve()), "tune": tune}
