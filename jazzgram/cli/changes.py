"""The options of commands that play many choruses: over changes that are held out, or over given ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from jazzgram.cli import arguments

OWN = "own"
"""The part of the changes where none is held out: they are the configuration's, or those of --chords and --chart."""

part = click.option(
    "--part",
    type=click.Choice(["validation", "test", OWN]),
    default="validation",
    show_default=True,
    help="The held-out tunes to play over; own: the configuration's own changes.",
)
_CHANGES = (
    click.option("--chords", metavar="TEXT", help='Changes to play over instead: "Dm7 | G7 | Cmaj7 | %".'),
    click.option(
        "--chart",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A tune to play over instead, as for 'jazzgram run'.",
    ),
    click.option("--tune", metavar="TITLE", help="The tune of the chart (default: its first)."),
    click.option("--tempo", type=arguments.Number(20, 400), help="Quarter notes per minute of these changes."),
    click.option("--key", metavar="KEY", help="Key to play these changes in: Bb, F#m."),
)


def changes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name changes: `over` turns them into settings."""
    for option in reversed(_CHANGES):
        command = option(command)
    return command


def over(
    settings: tuple[str, ...],
    held_out: str,
    *,
    seed: int | None = None,
    chords: str | None,
    chart: Path | None,
    tune: str | None,
    tempo: float | None,
    key: str | None,
) -> tuple[list[str], str]:
    """Return the settings of a configuration, and the part of the changes that are played over.

    Parameters
    ----------
    settings : tuple of str
        Those of ``--set``.
    held_out : str
        That of ``--part``.
    seed, chords, chart, tune, tempo, key
        As in `jazzgram.cli.arguments.played`.

    Raises
    ------
    UsageError
        Where a part is named beside other changes, tempo or key are set for tunes that have their own, or two options
        decide the same.
    """
    is_given = chords is not None or chart is not None
    if is_given and held_out != OWN and _is_typed("part"):
        raise click.UsageError(f"--part {held_out} plays over held-out tunes: leave it out, or --chords and --chart")
    chosen = OWN if is_given else held_out
    if chosen != OWN and (tempo is not None or key is not None):
        raise click.UsageError(
            "--tempo and --key are for the changes of --chords, --chart or --part own; held-out tunes have their own"
        )
    given = {"chords": chords, "chart": chart, "tune": tune, "tempo": tempo, "key": key, "seed": seed}
    return arguments.played(settings, **arguments.NOTHING_PLAYED | given), chosen


def _is_typed(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
