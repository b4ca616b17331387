"""``jazzgram reference``: the metrics of a corpus's real solos."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments


@click.command("reference")
@arguments.config
@click.option("--bars", type=arguments.Whole(min=1), default=32, show_default=True, help="The length of an excerpt.")
@click.option(
    "--part", default="train", show_default=True, help="The part of the split: train, validation, test, or all."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.json",
    help="Also write all numbers to this file, for evaluate --against FILE.json.",
)
@arguments.settings
@arguments.no_cache
def command(config: str, bars: int, part: str, out: Path | None, settings: tuple[str, ...], no_cache: bool) -> None:
    """Measure the real solos of a configuration's corpus, by style, in excerpts as long as the generated solos.

    The output is a Markdown table: the mean of each value, its standard deviation between excerpts, and the 95 %
    interval of the mean.
    """
    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.evaluation.corpus_reference import corpus_reference, markdown_lines
    from jazzgram.pipeline.pipeline import Pipeline

    with Display() as display:
        pipeline = Pipeline.load(config, settings=settings, use_cache=not no_cache, reporter=display)
        found = corpus_reference(pipeline, bars, part, display)
    if out is not None:
        found.write(out)
    for line in markdown_lines(found):
        click.echo(line)
    if out is not None:
        click.echo(f"\n{out}  ({out.stat().st_size:,} bytes)", err=True)
        print_next(f"jazzgram evaluate {config} --against", out)
