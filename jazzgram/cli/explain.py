"""``jazzgram explain``: what every step of a run did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.lines import folded_words, terminal_width

if TYPE_CHECKING:
    from jazzgram.music.note import Note
    from jazzgram.music.term import Term
    from jazzgram.pipeline.provenance import Change, Record
    from jazzgram.pipeline.trace import BarScores


@click.command("explain")
@click.argument("folder", type=click.Path(path_type=Path), metavar="RUN_DIR")
@click.option("--bar", type=arguments.Whole(min=1), help="Only this bar, counted from 1.")
@click.option("--step", help="Only the bars in which this step changed something: its name, or 4:low_notes.")
@click.option("--all", "every", is_flag=True, help="Also show the steps that changed nothing.")
@arguments.as_json
def command(folder: Path, bar: int | None, step: str | None, every: bool, as_json: bool) -> None:
    """Show each bar after each step: what was removed (red), added (green), changed (yellow), and by which options.

    Without --bar the totals of the whole solo come first. A note is pitch@beat:length in quarter notes, with
    !velocity where it is not 80; - marks removed notes, + added ones, and → stands between the old and the new note. A
    term is KIND,LENGTH,<UP,DOWN>: see 'jazzgram tokens --help'.
    """
    from jazzgram.errors import JazzgramError
    from jazzgram.pages.report.view import note_names
    from jazzgram.pipeline.provenance import Record
    from jazzgram.pipeline.trace_file import read_trace

    record = Record(*read_trace(folder))
    bars = record.solo.bars
    if bar is not None and bar > bars:
        raise JazzgramError(f"{folder}: the solo has {bars} bars; there is no bar {bar}")
    if bar is None and not as_json:
        _totals(record)
    shown = list(range(bars)) if bar is None else [bar - 1]
    if step is not None:
        shown = [number for number in shown if step in _acted(record, number)]
        if not shown and not as_json:
            click.echo(f"\n{step} changed nothing here")
    changes = [list(record.bar(number)) for number in range(bars)]
    names = note_names(record, changes)
    if as_json:
        steps = [
            _as_json(number, change, names)
            for number in shown
            for change in changes[number]
            if change.changes_anything or every
        ]
        click.echo(json.dumps(steps, indent=1, ensure_ascii=False))
        return
    for number in shown:
        _bar(record, number, changes[number], names, every)


def _as_json(number: int, change: Change, names: dict[int, str]) -> dict[str, Any]:
    """Return what a step did to a bar, counted from 1; terms and notes as the text writes them."""
    return {
        "bar": number + 1,
        "step": change.step,
        "hook": change.hook,
        "options": change.options,
        "removed": [_text(item, names) for item in change.removed],
        "added": [_text(item, names) for item in change.added],
        "changed": [[_text(old, names), _text(new, names)] for old, new in change.changed],
        "after": [_text(item, names) for item in change.after],
    }


def _acted(record: Record, number: int) -> set[str]:
    """Return the steps that changed something in a bar, by label and by name."""
    labels = {change.step for change in record.bar(number) if change.changes_anything}
    return labels | {label.partition(":")[2] for label in labels}


def _totals(record: Record) -> None:
    from jazzgram.evaluation.text_tables import text_table

    rows: dict[str, list[int]] = {}
    for number in range(record.solo.bars):
        for change in record.bar(number):
            row = rows.setdefault(change.step, [0, 0, 0])
            for column, items in enumerate((change.removed, change.added, change.changed)):
                row[column] += len(items)
    seconds = {step: sum(call.seconds for call in record.trace.calls if call.step == step) for step in rows}
    cells = [[step, *map(str, row), f"{seconds[step]:.4f}"] for step, row in rows.items()]
    for line in text_table(("step", "removed", "added", "changed", "seconds"), cells, terminal_width()):
        click.echo(line)


def _bar(record: Record, number: int, changes: Sequence[Change], names: dict[int, str], every: bool) -> None:
    length = record.solo.meter.bar
    start = number * length
    chords = [chord for chord in record.solo.chords if chord.onset < start + length and chord.end > start]
    click.echo("\n" + click.style(f"bar {number + 1}", bold=True) + f"   {' '.join(chord.symbol for chord in chords)}")
    first = True
    for scored in record.trace.bar_scores:
        if scored.bar == number:
            click.echo(folded_words(f"  {scored.step:<27} ", _weights(scored).split(" ")))
    for change in changes:
        if first:
            click.echo(folded_words(f"  {'sampled':<27} ", (_text(item, names) for item in change.before)))
            first = False
        if not (change.changes_anything or every or change.hook == "unparse_grammar"):
            continue
        options = ", ".join(f"{key}={value}" for key, value in change.options.items())
        added = {id(item) for item in change.added}
        changed = {id(new): old for old, new in change.changed}
        words = [click.style("-" + _text(item, names), fg="red") for item in change.removed]
        for item in change.after:
            if id(item) in added:
                words.append(click.style("+" + _text(item, names), fg="green"))
            elif id(item) in changed:
                words.append(click.style(f"{_text(changed[id(item)], names)}→{_text(item, names)}", fg="yellow"))
            else:
                words.append(_text(item, names))
        click.echo(folded_words(f"  {change.step:<27} ", words))
        if change.changes_anything and options:
            click.echo(click.style(folded_words(f"{'':<30}", options.split(" ")), dim=True))


def _weights(scored: BarScores) -> str:
    """Write a critic's log weight of the candidate that was played beside those of the others."""
    own, rest = scored.weights[scored.chosen], sorted(scored.weights, reverse=True)
    return f"{own:+.2f}, number {rest.index(own) + 1} of {len(rest)} candidates from {rest[0]:+.2f} to {rest[-1]:+.2f}"


def _text(item: Term | Note, names: dict[int, str]) -> str:
    from jazzgram.music.note import Note
    from jazzgram.music.time import TICKS_PER_QUARTER

    if not isinstance(item, Note):
        return str(item)
    velocity = "" if item.velocity == 80 else f"!{item.velocity}"
    beat = item.onset / TICKS_PER_QUARTER + 1
    return f"{names[id(item)]}@{beat:.4g}:{item.duration / TICKS_PER_QUARTER:.3g}{velocity}"
