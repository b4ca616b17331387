"""``jazzgram corpus``: inspect, list and download corpora."""

from __future__ import annotations

import json
from pathlib import Path

import click

from jazzgram.cli import arguments


@click.group("corpus")
def command() -> None:
    """Inspect corpora; list and download those of the registry."""


@command.command("list")
def list_corpora() -> None:
    """List the corpora of the registry, with licence and location.

    JAZZGRAM_REGISTRY names a file with your own entries; JAZZGRAM_DATA names a folder with files that need not be
    downloaded.
    """
    from jazzgram.errors import JazzgramError
    from jazzgram.resources.registry import find_here, registry

    for name, entry in registry().items():
        try:
            here = find_here(name, entry)
            away = f"available from {entry.page}" if entry.page else "to be fetched"
            where = away if here is None else "bundled" if entry.bundled else str(here)
        except JazzgramError as error:
            where = click.style(str(error), fg="red")
        click.echo(click.style(f"{name:<14}", bold=True) + f"{entry.title}\n{'':<14}{entry.licence}; {where}")
        if entry.note:
            click.echo(f"{'':<14}{entry.note}")


@command.command("fetch")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def fetch(names: tuple[str, ...]) -> None:
    """Download corpora into the cache and check them; files that are already here are not downloaded again."""
    from jazzgram.resources.registry import locate_corpus

    for name in names:
        click.echo(f"{name}: {locate_corpus(name)}")


@command.command("info")
@arguments.config
@arguments.settings
@arguments.as_json
def info(config: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Show statistics of a configuration's corpus, as its tokenizer reads it.

    Tunes, bars, notes and terms, the growth of the vocabulary, notes and intervals, keys, meters and tempi, and
    what the reader left out and why.
    """
    from jazzgram.cli.corpus_info import info_lines
    from jazzgram.cli.display import Display
    from jazzgram.corpus.summary import summarize
    from jazzgram.pipeline.pipeline import Pipeline

    with Display() as display:
        pipeline = Pipeline.load(config, settings=settings, reporter=display)
        summary = summarize(pipeline.corpus.tunes, pipeline.tokens.grammar())
        report = pipeline.reading.report
    if as_json:
        click.echo(json.dumps(summary.as_json() | {"report": report.as_json()}, indent=1))
        return
    for line in info_lines(summary, report):
        click.echo(line)


@command.command("doctor")
@click.argument("files", metavar="FILE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@arguments.as_json
@click.option(
    "--write-config", type=click.Path(path_type=Path), metavar="YAML", help="Write a configuration for the one FILE."
)
def doctor(files: tuple[Path, ...], as_json: bool, write_config: Path | None) -> None:
    """Check files before training on them: their parts and roles, possible problems, and what to do about them.

    A folder is examined whole: what cannot be read, and which problems how many of its files have. The exit code is 2
    where a file cannot be read.

    \b
    Examples:
      jazzgram corpus doctor solo.mid
      jazzgram corpus doctor my_solos/
      jazzgram corpus doctor solo.mid --write-config solo.yaml && jazzgram run solo.yaml
    """
    from jazzgram.cli import corpus_doctor
    from jazzgram.cli.browser import print_next
    from jazzgram.corpus.doctor import diagnose, diagnose_folder

    if write_config is not None and (len(files) > 1 or files[0].is_dir()):
        raise click.UsageError("--write-config takes one FILE; put several tunes into a folder and name that as source")
    examined = [(file, diagnose_folder(file) if file.is_dir() else [diagnose(file)]) for file in files]
    found = [diagnosis for _, diagnoses in examined for diagnosis in diagnoses]
    if as_json:
        click.echo(
            json.dumps(
                [corpus_doctor.diagnosis_as_json(diagnosis) for diagnosis in found], indent=1, ensure_ascii=False
            )
        )
    else:
        lines = (
            corpus_doctor.folder_lines(file, diagnoses) if file.is_dir() else corpus_doctor.doctor_lines(diagnoses[0])
            for file, diagnoses in examined
        )
        click.echo("\n\n".join(map("\n".join, lines)))
    if write_config is not None:
        corpus_doctor.write_config(found[0], write_config)
        click.echo(f"\nwritten: {write_config}", err=True)
        if not as_json:
            print_next("jazzgram run", write_config)
    if not all(diagnosis.tunes for diagnosis in found):
        raise SystemExit(2)
