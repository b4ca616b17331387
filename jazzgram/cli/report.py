"""``jazzgram report``: write the report of a run again."""

from __future__ import annotations

from pathlib import Path

import click

from jazzgram.cli import arguments


@click.command("report")
@click.argument("folder", metavar="RUN_DIR", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write (default: RUN_DIR/report.html)."
)
@arguments.trust
@arguments.open_page
def command(folder: Path, out: Path | None, trust: bool, open_page: bool) -> None:
    """Write the report of a run again, also searching a large corpus for copied runs.

    The page is a single file to share: sound, score, and every note's way through the chain.

    \b
    Examples:
      jazzgram report out/blues --open
      jazzgram report out/blues --out blues.html
    """
    from jazzgram.cli.browser import open_file, print_next
    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.pages.report.facts import facts_of, plain_facts
    from jazzgram.pages.report.page import report
    from jazzgram.pipeline.folder import check_writable, load
    from jazzgram.pipeline.pipeline import Pipeline
    from jazzgram.resources.atomic import write_whole

    path = out or folder / "report.html"
    run = load(folder)
    check_writable(path.parent)
    config = (folder / "run.yaml").read_text(encoding="utf-8")
    with Display() as display:
        try:
            pipeline = Pipeline.load(folder / "run.yaml", reporter=display, trust=trust)
            facts = facts_of(pipeline, run.solo, config, run.measures, whole=True)
        except JazzgramError as error:
            display.warn(f"Training and copied runs are left out: {error}")
            facts = plain_facts(config, run.measures, run.solo.bars)
    write_whole(path, report(run, facts))
    if open_page:
        open_file(path)
    else:
        print_next("open", path)
