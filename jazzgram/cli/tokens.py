"""``jazzgram tokens``: the corpus as terms."""

from __future__ import annotations

import json

import click

from jazzgram.cli import arguments


@click.command("tokens")
@arguments.config
@arguments.settings
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(config: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Show the terms of the corpus, bar by bar.

    A term is KIND,DURATION,<UP,DOWN>: C chord tone, S scale tone, A approach tone, X any other tone, R rest; the
    duration in quarter notes; the interval from the note before, plus and minus a minor third.
    """
    from jazzgram.hooks.progress import Reporter
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.resources.printable import printable

    class Warnings(Reporter):
        def warn(self, message: str) -> None:
            click.echo(printable(message), err=True)

    pipeline = Pipeline.load(config, settings=settings, reporter=Warnings())
    bars = [" ".join(map(str, bar)) for bar in pipeline.tokens.grammar()]
    terms, vocabulary = len(pipeline.tokens), len(pipeline.tokens.terms)
    if as_json:
        click.echo(json.dumps({"terms": terms, "vocabulary": vocabulary, "bars": bars}, indent=1))
        return
    for number, bar in enumerate(bars, 1):
        click.echo(f"{number:4}  {bar}")
    click.echo(f"{terms} terms, {vocabulary} distinct, in {len(bars)} bars")
