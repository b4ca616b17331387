"""``jazzgram compare``: the same terms through different chains."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.music.solo import Solo
    from jazzgram.pipeline.provenance import Record


@click.command("compare")
@click.argument("configs", metavar="CONFIG_A CONFIG_B...", nargs=-1, required=True)
@click.option("--bar", type=arguments.Whole(min=1), help="Only this bar, counted from 1.")
@arguments.settings
@arguments.seed
@arguments.as_json
@arguments.verbosity
def command(
    configs: tuple[str, ...], bar: int | None, settings: tuple[str, ...], seed: int | None, as_json: bool
) -> None:
    """Run the terms that the first configuration samples through the chain of each, side by side.

    Model, samplers and changes are those of the first configuration; each has its own tokenizer and chain.
    """
    from dataclasses import replace

    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.hooks.progress import Reporter
    from jazzgram.music.harmony.spell import spell_notes
    from jazzgram.music.note_names import pitch_name
    from jazzgram.music.time import TICKS_PER_QUARTER
    from jazzgram.pipeline.pipeline import Pipeline

    if len(configs) < 2:
        raise JazzgramError("name at least two configurations")
    values = arguments.overrides(settings, seed=seed)
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
            played.append((name, pipeline.improvise(grammar)))
    records = [(name, made.record, made.solo) for name, made in played]
    if bar is not None and bar > records[0][2].bars:
        raise JazzgramError(f"the solo has {records[0][2].bars} bars; there is no bar {bar}")
    rows = [_row(name, record, solo) for name, record, solo in records]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    width = max(len(name) for name, _, _ in records) + 2
    click.echo(
        click.style(
            f"{'':<{width}}{'notes':>7}{'removed':>9}{'added':>7}{'changed':>9}  steps that changed anything",
            bold=True,
        )
    )
    for row in rows:
        click.echo(
            f"{row['name']:<{width}}{row['notes']:>7}{row['removed']:>9}{row['added']:>7}{row['changed']:>9}"
            f"  {', '.join(row['steps']) or 'none'}"
        )
    length = first.target.meter.bar
    spelled = [(name, solo, spell_notes(solo.notes, solo.chords, solo.key)) for name, _, solo in records]
    for number in range(records[0][2].bars) if bar is None else [bar - 1]:
        click.echo(click.style(f"\nbar {number + 1}", bold=True) + "  " + " ".join(map(str, grammar[number])))
        start = number * length
        for name, solo, spellings in spelled:
            words = [
                f"{pitch_name(note.pitch, spelling)}@{(note.onset - start) / TICKS_PER_QUARTER + 1:.4g}"
                f":{note.duration / TICKS_PER_QUARTER:.3g}"
                for note, spelling in zip(solo.notes, spellings, strict=True)
                if start <= note.onset < start + length
            ]
            click.echo(f"  {name:<{width}}{' '.join(words)}")


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
