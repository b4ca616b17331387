"""``jazzgram evaluate likelihood``: bits per note on solos that a model has not learned."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments

_HEAD = ("model", "bits/note", "perplexity", "bits/term", "right", "terms", "unknown", "outside")


@click.command("likelihood")
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True)
@click.option(
    "--part",
    type=click.Choice(["validation", "test", "train"]),
    default="validation",
    show_default=True,
    help="Which solos of the corpus are scored.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the numbers to this file, too.")
@arguments.settings
@arguments.seed
def command(
    configs: tuple[str, ...], part: str, json_file: Path | None, settings: tuple[str, ...], seed: int | None
) -> None:
    """Score models on held-out solos, each term predicted from the true ones before it.

    Bits and perplexity are per note, whatever the terms: P(note) = P(term) * P(note | term). Beside each model stand
    the baselines of its tokenizer. Terms that the training part does not have, and notes that their term cannot
    become, are charged and counted.
    """
    import json

    from jazzgram.cli.display import Display
    from jazzgram.evaluation.likelihood import Likelihood, as_json, likelihoods
    from jazzgram.evaluation.tables import text_table
    from jazzgram.pipeline import Pipeline

    values = arguments.overrides(settings, seed=seed)
    results: dict[str, list[Likelihood]] = {}
    with Display() as display:
        for name in configs:
            results[name] = likelihoods(Pipeline.load(name, settings=values, listener=display), part)
    for name, rows in results.items():
        click.echo(click.style(f"\n{name}", bold=True) + f": {rows[0].notes:,} notes of the {part} part")
        cells = [
            [
                row.name,
                f"{row.bits_per_note:.3f}",
                f"{row.perplexity:.1f}",
                f"{row.bits_per_term:.3f}",
                f"{row.accuracy:.3f}",
                f"{row.terms:,}",
                f"{row.unknown:,}",
                f"{row.outside:,}",
            ]
            for row in rows
        ]
        for line in text_table(_HEAD, cells):
            click.echo(line)
    if json_file is not None:
        found = {name: [as_json(row) for row in rows] for name, rows in results.items()}
        json_file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
