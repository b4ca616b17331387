"""Arguments that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from jazzgram.errors import did_you_mean
from jazzgram.music.labels import LABEL_KINDS

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Whole(click.IntRange):
    """A whole number between bounds, which messages call by its name."""

    name = "whole number"


class Number(click.FloatRange):
    """A number between bounds, which messages call by its name."""

    name = "number"


VERBOSITY = "jazzgram.verbosity"
"""Where a command's context notes ``quiet`` or ``verbose``."""

config: Decorator = click.argument("config", metavar="CONFIG")
out: Decorator = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write to (default: out/NAME of the configuration, or out/NAME-2 … where that is there).",
)
force: Decorator = click.option("--force", is_flag=True, help="Replace what an earlier run has written there.")
as_json: Decorator = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of text.")
settings: Decorator = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY.PATH=VALUE",
    help="Override a value of the configuration, e.g. --set improvise.bars=8. May be repeated.",
)
seed: Decorator = click.option(
    "--seed",
    type=Whole(min=0),
    help="Seed of the improvisation: another seed, another take by the same model.",
)
like: Decorator = click.option(
    "--like",
    multiple=True,
    metavar="LABEL=NAME",
    help="Whom the solo is to be like: soloist, instrument, style or tempo, e.g. --like style=bebop. May be repeated.",
)
trust: Decorator = click.option(
    "--trust",
    is_flag=True,
    help="Run the plugin files that a run.yaml or a model folder names; remembered until one of them changes.",
)
no_cache: Decorator = click.option("--no-cache", is_flag=True, help="Read and train again, without the cache.")
strict: Decorator = click.option(
    "--strict", is_flag=True, help="Stop at a file of the corpus that cannot be read, instead of leaving it out."
)


debug: Decorator = click.option("--pdb", "debug", is_flag=True, help="Open Python's debugger where a plugin raises.")


@contextmanager
def debugging(wanted: bool) -> Iterator[None]:
    """Open the debugger at the line of a plugin that raised, before the error is reported."""
    from jazzgram.errors import StepError

    try:
        yield
    except StepError as error:
        if wanted and error.__cause__ is not None and error.__cause__.__traceback__ is not None:
            import pdb

            click.echo(f"{error}\n'u' and 'd' go up and down the calls, 'p NAME' prints a value, 'q' leaves.", err=True)
            pdb.post_mortem(error.__cause__.__traceback__)
        raise


def _keep_verbosity(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[VERBOSITY] = parameter.name


def verbosity(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-q`` and ``-v``, which `jazzgram.cli.display.Display` obeys."""
    for flags, text in (
        (("-v", "--verbose"), "One line for each stage, epoch and file, in place of a progress bar."),
        (("-q", "--quiet"), "Only warnings, errors and the folder of the result."),
    ):
        option = click.option(*flags, is_flag=True, expose_value=False, callback=_keep_verbosity, help=text)
        command = option(command)
    return command


open_page: Decorator = click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")


_PLAYING: tuple[Decorator, ...] = (
    click.option("--bars", type=Whole(1, 10_000), help="Bars to improvise (default: as many as the changes have)."),
    click.option("--choruses", type=Whole(1, 200), help="How often to play the changes, in place of --bars."),
    click.option("--chords", metavar="TEXT", help='Changes to play over: "Dm7 | G7 | Cmaj7 | %".'),
    click.option(
        "--chart",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A tune to play over: a text lead sheet, iReal Pro links, MusicXML, MIDI, ABC.",
    ),
    click.option("--tune", metavar="TITLE", help="The tune of the chart (default: its first)."),
    click.option("--tempo", type=Number(20, 400), help="Quarter notes per minute."),
    click.option("--key", metavar="KEY", help="Key to play in: Bb, F#m. Everything moves by the nearest interval."),
    click.option("--transpose", type=Whole(-12, 12), help="Semitones to move everything up, or down."),
    click.option(
        "--given",
        type=click.Path(path_type=Path),
        metavar="FILE_OR_RUN_DIR",
        help="A melody to start from: a run's folder, or any file as in --chart.",
    ),
    click.option("--keep", metavar="BARS", help="Bars of it that stay, from 1: 1-4,9. The others lead into them."),
    click.option("--vary", type=Number(0, 1), help="How far the other bars go from it: 0 to play it, 1 to be free."),
    click.option(
        "--shape",
        multiple=True,
        metavar="CRITIC=VALUES",
        help="A curve over the bars: density=1,1,3 (notes a beat), register=62,74, rest=0.4,0.2, outside=0,0.3. May be"
        " repeated.",
    ),
    click.option(
        "--instrument", metavar="NAME", help="Who plays: tenor sax, trumpet, guitar, ... with a transposed part."
    ),
    click.option("--style", metavar="NAME", help="How the band plays: swing, ballad, bossa, ..."),
    seed,
    like,
)


NOTHING_PLAYED: dict[str, Any] = {
    **dict.fromkeys(("bars", "choruses", "chords", "chart", "tune", "tempo", "key", "transpose")),
    **dict.fromkeys(("given", "keep", "vary", "instrument", "style", "seed")),
    **{"shape": (), "like": ()},
}
"""The values of the options of `playing` where none is given."""


def playing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that decide what is played: `played` turns them into settings."""
    for option in reversed(_PLAYING):
        command = option(command)
    return command


def played(
    settings: tuple[str, ...],
    *,
    bars: int | None,
    choruses: int | None,
    chords: str | None,
    chart: Path | None,
    tune: str | None,
    tempo: float | None,
    key: str | None,
    transpose: int | None,
    given: Path | None,
    keep: str | None,
    vary: float | None,
    shape: tuple[str, ...],
    instrument: str | None,
    style: str | None,
    seed: int | None,
    like: tuple[str, ...],
) -> list[str]:
    """Return the settings of ``--set`` and those of `playing`.

    Raises
    ------
    UsageError
        Where two options decide the same.
    """
    if chart is not None and chords is not None:
        raise click.UsageError("--chords and --chart both say what to play over; give one of them")
    if tune is not None and chart is None:
        raise click.UsageError("--tune names a tune of a --chart; give that too")
    if bars is not None and choruses is not None:
        raise click.UsageError("--bars and --choruses both decide the length; give one of them")
    if key is not None and transpose is not None:
        raise click.UsageError("--key and --transpose both decide the key; give one of them")
    from jazzgram.config.keywords import OTHER_CHANGES, OTHER_CHART

    if chart is not None:
        settings = (*OTHER_CHART, *settings)
    elif chords is not None:
        settings = (*OTHER_CHANGES, *settings)
    return overrides(
        (*settings, *liked(like)),
        improvise__bars=bars,
        improvise__choruses=choruses,
        improvise__chords=chords,
        improvise__chart=None if chart is None else _chart(chart, tune),
        improvise__tempo=tempo,
        improvise__key=key,
        improvise__transpose=transpose,
        improvise__given=None if given is None else _given(given),
        improvise__keep=None if keep is None else keep.replace(" ", "").split(","),
        improvise__vary=vary,
        improvise__instrument=instrument,
        accompany__style=style,
        seed=seed,
        **{f"improvise__shape__{name}": curve for name, curve in _curves(shape).items()},
    )


def _given(path: Path) -> str | dict[str, str | None]:
    """Return the folder of a run, or a file with its reader."""
    return str(path.resolve()) if path.is_dir() else _chart(path, None)


def _curves(shape: tuple[str, ...]) -> dict[str, list[float]]:
    """Return the values of each critic of ``--shape``."""
    curves: dict[str, list[float]] = {}
    for text in shape:
        name, _, values = text.partition("=")
        if name in curves:
            raise click.UsageError(f"--shape {text}: {name} has a curve already; give one with all its values")
        if name.endswith(".py"):
            raise click.UsageError(f"--shape {text}: a critic in a file is named in the configuration, under critics")
        try:
            curves[name] = [float(value) for value in values.split(",")]
        except ValueError:
            name = ""
        if not name:
            raise click.UsageError(f"--shape {text}: expected a critic and its values, such as density=1,1,3")
    return curves


def _chart(file: Path, tune: str | None) -> dict[str, str | None]:
    """Find the reader that reads a file."""
    from jazzgram.corpus.doctor import diagnose
    from jazzgram.errors import JazzgramError

    found = diagnose(file)
    if not found.tunes:
        raise JazzgramError("\n".join(finding.problem for finding in found.findings))
    return {"read": found.reader, "source": str(file.resolve()), "tune": tune}


def liked(like: tuple[str, ...]) -> list[str]:
    """Return the settings of ``--like``.

    Raises
    ------
    click.UsageError
        Where one is not a label and a name, or the label is none of `LABEL_KINDS`.
    """
    from jazzgram.config.yaml_lines import Setting

    found: dict[str, Setting] = {}
    for text in like:
        kind, equals, name = text.partition("=")
        if not equals or kind not in LABEL_KINDS or not name:
            close = "" if kind in LABEL_KINDS else did_you_mean(kind, LABEL_KINDS)
            raise click.UsageError(f"--like {text}: expected {', '.join(LABEL_KINDS)}, then = and a name{close}")
        if kind in found:
            raise click.UsageError(f"--like {text}: the {kind} is named already; a solo is like one {kind}")
        found[kind] = Setting(f"improvise.like.{kind}={json.dumps(name)}", f"--like {kind}")
    return list(found.values())


def overrides(settings: tuple[str, ...], **values: Any) -> list[str]:
    """Return the settings of ``--set`` and those of other options, under whose names mistakes are reported.

    None means not given.
    """
    from jazzgram.config.yaml_lines import Setting

    named = [
        Setting(
            f"{key.replace('__', '.')}={json.dumps(value)}",
            f"--{(key.partition('__')[2] or key).replace('__', ' ')}",
        )
        for key, value in values.items()
        if value is not None
    ]
    return [*settings, *named]
