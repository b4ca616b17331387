"""Play one take or several, each into a folder of its own: what ``run`` and ``improvise`` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jazzgram.cli import arguments

if TYPE_CHECKING:
    from jazzgram.cli.display import Display
    from jazzgram.pipeline.pipeline import Pipeline

count = click.option(
    "--n",
    "takes",
    type=arguments.Whole(1, 1000),
    default=1,
    show_default=True,
    help="Takes, of as many seeds in a row.",
)


def play_takes(
    load: Callable[[Sequence[str]], Pipeline],
    settings: Sequence[str],
    takes: int,
    *,
    out: Path | None,
    force: bool,
    as_json: bool,
    display: Display,
    open_page: bool = False,
) -> None:
    """Run takes and print their results; the model and all that the seed does not decide are made once.

    Parameters
    ----------
    load : callable
        Reads the configuration with settings.
    settings : sequence of str
        ``key.path=value`` each.
    takes : int
        How many. Their seeds follow the configuration's.
    out : Path or None
        Where to write; of several takes each has a folder ``take-SEED`` in it.
    force, as_json : bool
        As the options of these names.
    display : Display
        Prints the results.
    open_page : bool
        Whether the last take's page is opened in the browser.
    """
    from jazzgram.cli.browser import open_report
    from jazzgram.cli.folders import result_folder

    pipeline = load(settings)
    first = pipeline.config.sections.seed
    runs = []
    for seed in range(first, first + takes):
        if seed > first:
            pipeline = load([*settings, f"seed={seed}"]).reusing(pipeline)
        own = out / f"take-{seed}" if out is not None and takes > 1 else out
        with result_folder(own, Path("out") / pipeline.config.name, "run.yaml", force=force) as folder:
            runs.append(pipeline.run(folder))
        if not as_json:
            display.summary(runs[-1], shows_page=not open_page)
    if as_json:
        display.summary_as_json(runs)
    if open_page:
        open_report(runs[-1])
