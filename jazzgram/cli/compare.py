"""``jazzgram compare``: the same terms through different chains."""

from __future__ import annotations

import click

from jazzgram.cli import arguments


@click.command("compare")
@click.argument("configs", metavar="CONFIG_A CONFIG_B...", nargs=-1, required=True)
@click.option("--bar", type=click.IntRange(min=1), help="Only this bar, counted from 1.")
@arguments.settings
@arguments.seed
def command(configs: tuple[str, ...], bar: int | None, settings: tuple[str, ...], seed: int | None) -> None:
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
    width = max(len(name) for name, _, _ in records) + 2
    click.echo(
        click.style(
            f"{'':<{width}}{'notes':>7}{'removed':>9}{'added':>7}{'changed':>9}  steps that changed anything",
            bold=True,
        )
    )
    for name, record, solo in records:
        changes = [change for number in range(solo.bars) for change in record.bar(number)]
        counts = [
            sum(len(items) for items in each)
            for each in zip(*((c.removed, c.added, c.changed) for c in changes), strict=True)
        ]
        steps = list(dict.fromkeys(change.step for change in changes if change.changes_anything))
        click.echo(
            f"{name:<{width}}{len(solo.notes):>7}{counts[0]:>9}{counts[1]:>7}{counts[2]:>9}"
            f"  {', '.join(steps) or 'none'}"
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
