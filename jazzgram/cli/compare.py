"""``jazzgram compare``: the same terms through different chains."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.lines import folded_words, terminal_width

if TYPE_CHECKING:
    from jazzgram.music.solo import Solo
    from jazzgram.music.term import Term
    from jazzgram.pipeline.provenance import Record


@click.command("compare")
@click.argument("configs", metavar="CONFIG_A CONFIG_B...", nargs=-1, required=True)
@click.option("--bar", type=arguments.Whole(min=1), help="Only this bar, counted from 1.")
@arguments.playing
@arguments.settings
@arguments.as_json
@arguments.verbosity
def command(
    configs: tuple[str, ...], bar: int | None, settings: tuple[str, ...], as_json: bool, **playing: Any
) -> None:
    """Run the terms that the first configuration samples through the chain of each, side by side.

    Model, samplers and changes are those of the first configuration; each has its own tokenizer and chain.

    \b
    Examples:
      jazzgram compare chains/none chains/bebop
      jazzgram compare blues mine.yaml --chords "Dm7 | G7 | Cmaj7 | %" --bars 8
    """
    from dataclasses import replace

    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.hooks.progress import Reporter
    from jazzgram.pipeline.pipeline import Pipeline

    if len(configs) < 2:
        raise JazzgramError("name at least two configurations")
    values = arguments.played(settings, **playing)
    with Display() as display:
        first = Pipeline.load(configs[0], settings=values, reporter=display)
        others = [(name, Pipeline.load(name, settings=values).config) for name in configs]
        grammar = first.sampled
        played = []
        for name, other in others:
            if (other.samplers, other.model) != (first.config.samplers, first.config.model):
                display.warn(f"{name} has another model or other samplers: not compared, the terms are {configs[0]}'s")
            pipeline = first.given(
                replace(first.config, tokenizer=other.tokenizer, chain=other.chain), reporter=Reporter()
            )
            try:
                played.append((name, pipeline.improvise(grammar)))
            except JazzgramError as error:
                own, others_own = other.tokenizer.plugin.name, first.config.tokenizer.plugin.name
                apart = "" if own == others_own else f" (its tokenizer is {own}, that of {configs[0]} {others_own})"
                raise JazzgramError(f"{name} cannot play the terms of {configs[0]}{apart}: {error}") from error
    solo = played[0][1].solo
    if bar is not None and bar > solo.bars:
        raise JazzgramError(f"the solo has {solo.bars} bars; there is no bar {bar}")
    rows = [_row(name, made.record, made.solo) for name, made in played]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    _print_totals(rows)
    for number in range(solo.bars) if bar is None else [bar - 1]:
        _print_bar(number, grammar[number], [(name, made.solo) for name, made in played])


def _print_totals(rows: Sequence[dict[str, Any]]) -> None:
    from jazzgram.evaluation.text_tables import text_table

    counted = ("notes", "removed", "added", "changed")
    cells = [[row["name"], *(str(row[name]) for name in counted), ", ".join(row["steps"]) or "none"] for row in rows]
    for line in text_table(("", *counted, "steps that changed anything"), cells, terminal_width()):
        click.echo(line)


def _print_bar(number: int, terms: Sequence[Term], solos: Sequence[tuple[str, Solo]]) -> None:
    """Print the terms of a bar, and the notes that each solo has of them."""
    from jazzgram.music.harmony.spell import spell_notes
    from jazzgram.music.note_names import pitch_name
    from jazzgram.music.time import TICKS_PER_QUARTER

    click.echo("\n" + folded_words(click.style(f"bar {number + 1}", bold=True) + "  ", map(str, terms)))
    width = max(len(name) for name, _ in solos) + 2
    for name, solo in solos:
        start, length = number * solo.meter.bar, solo.meter.bar
        words = [
            f"{pitch_name(note.pitch, spelling)}@{(note.onset - start) / TICKS_PER_QUARTER + 1:.4g}"
            f":{note.duration / TICKS_PER_QUARTER:.3g}"
            for note, spelling in zip(solo.notes, spell_notes(solo.notes, solo.chords, solo.key), strict=True)
            if start <= note.onset < start + length
        ]
        click.echo(folded_words(f"  {name:<{width}}", words))


def _row(name: str, record: Record, solo: Solo) -> dict[str, Any]:
    """Count what the steps of a chain did to a whole solo."""
    changes = [change for number in range(solo.bars) for change in record.bar(number)]
    return {
        "name": name,
        "notes": len(solo.notes),
        "removed": sum(len(change.removed) for change in changes),
        "added": sum(len(change.added) for change in changes),
        "changed": sum(len(change.changed) for change in changes),
        "steps": list(dict.fromkeys(change.step for change in changes if change.changes_anything)),
    }
