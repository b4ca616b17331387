"""``jazzgram evaluate likelihood``: bits per note on held-out solos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.lines import terminal_width

if TYPE_CHECKING:
    from jazzgram.evaluation.event_stream import Lengths
    from jazzgram.pipeline.pipeline import Pipeline

_COLUMNS = {
    "model": ("model", "{}"),
    "bits/note": ("bits_per_note", "{:.3f}"),
    "perplexity": ("perplexity", "{:.1f}"),
    "bits/term": ("bits_per_term", "{:.3f}"),
    "right": ("accuracy", "{:.3f}"),
    "terms": ("terms", "{:,}"),
    "unknown": ("unknown", "{:,}"),
    "outside": ("outside", "{:,}"),
}
"""The value and the format of each column of the table."""
_PUBLISHED = {
    "model": ("model", "{}"),
    "joint": ("joint", "{:.2f}"),
    "pitch": ("pitch", "{:.2f}"),
    "duration": ("duration", "{:.2f}"),
    "pitch right": ("pitch_accuracy", "{:.3f}"),
    "duration right": ("duration_accuracy", "{:.3f}"),
}


@click.command("likelihood")
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True)
@click.option(
    "--part",
    type=click.Choice(["validation", "test", "train"]),
    default="validation",
    show_default=True,
    help="The part of the corpus that is scored.",
)
@click.option(
    "--published",
    "lengths",
    type=click.Choice(["legato", "sounding"]),
    help="Score pitch and duration of events by the published protocol instead; a note lasts until the next one, or "
    "as long as it sounds.",
)
@arguments.as_json
@arguments.settings
@arguments.seed
@arguments.verbosity
def command(
    configs: tuple[str, ...],
    part: str,
    lengths: Lengths | None,
    as_json: bool,
    settings: tuple[str, ...],
    seed: int | None,
) -> None:
    """Score models on held-out solos, each term predicted from the true ones before it.

    Bits and perplexity are per note, whatever the terms: P(note) = P(term) * P(note | term). Each model is shown with
    the baselines of its tokenizer. Terms that the training part does not have, and notes that their term cannot
    become, are charged and counted.

    With --published, the model is trained on whole solos as events (notes, and rests longer than an eighth; a MIDI
    number or rest, and one of eleven durations), whatever the tokenizer; perplexities are per event.
    """
    import json

    from jazzgram.cli.display import Display
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.overrides(settings, seed=seed)
    found: dict[str, list[dict[str, Any]]] = {}
    with Display() as display:
        for name in configs:
            found[name] = _scores(Pipeline.load(name, settings=values, reporter=display), part, lengths)
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for name, rows in found.items():
        _echo(name, rows, part, lengths)


def _scores(pipeline: Pipeline, part: str, lengths: Lengths | None) -> list[dict[str, Any]]:
    if lengths is not None:
        from jazzgram.evaluation.published_protocol import score_published

        return [row.as_json() for row in score_published(pipeline, part, lengths)]
    from jazzgram.evaluation.likelihood import likelihoods

    return [row.as_json() for row in likelihoods(pipeline, part)]


def _echo(name: str, rows: Sequence[dict[str, Any]], part: str, lengths: Lengths | None) -> None:
    from jazzgram.evaluation.text_tables import text_table

    what, columns = ("notes", _COLUMNS) if lengths is None else ("events", _PUBLISHED)
    click.echo(click.style(f"\n{name}", bold=True) + f": {rows[0][what]:,} {what} of the {part} part")
    cells = [[form.format(row[key]) for key, form in columns.values()] for row in rows]
    for line in text_table(tuple(columns), cells, terminal_width()):
        click.echo(line)
