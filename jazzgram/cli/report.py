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
@click.option("--sound/--no-sound", default=True, show_default=True, help="Whether to embed the recording.")
@click.option(
    "--soundfont", metavar="FILE_OR_NAME", help="The soundfont (default: JAZZGRAM_SOUNDFONT, else the sound bank)."
)
@click.option("--open", "open_it", is_flag=True, help="Open it in the browser.")
@arguments.trust
def command(folder: Path, out: Path | None, sound: bool, soundfont: str | None, open_it: bool, trust: bool) -> None:
    """Write the report of a run again, with its recording.

    The report of 'jazzgram run' has no recording: its page synthesizes the notes. This one is a single file to share:
    sound, score, and every note's way through the chain.

    \b
    Examples:
      jazzgram report out/blues --open
      jazzgram report out/blues --out blues.html
    """
    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.pages.report.excerpt import excerpt
    from jazzgram.pages.report.facts import facts_of, plain_facts, recorded
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
        if sound:
            facts = recorded(facts, excerpt(run).solo, soundfont, display.warn)
    write_whole(path, report(run, facts))
    click.echo(path)
    if open_it:
        click.launch(str(path))
