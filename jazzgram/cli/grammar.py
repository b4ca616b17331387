"""``jazzgram grammar``: melody grammars in Impro-Visor's format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments, changes

if TYPE_CHECKING:
    from jazzgram.models.grammars import MelodyGrammar

_FILE = click.Path(path_type=Path)


@click.group("grammar")
def command() -> None:
    """Write, inspect and improvise from melody grammars in Impro-Visor's .grammar format."""


@command.command("write")
@click.argument("config", metavar="CONFIG_OR_MODEL")
@click.argument("file", metavar="FILE.grammar", type=_FILE)
@arguments.settings
@arguments.seed
def write(config: str, file: Path, settings: tuple[str, ...], seed: int | None) -> None:
    """Write a trained grammar model as a .grammar file.

    CONFIG_OR_MODEL is a configuration with 'model: {use: grammar}', which is trained first if necessary, or a
    folder that 'jazzgram train --out' wrote.
    """
    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.errors import JazzgramError
    from jazzgram.models.grammars import format_grammar, from_windows
    from jazzgram.models.trained import build
    from jazzgram.pipeline.model_folder import is_model_folder
    from jazzgram.pipeline.pipeline import Pipeline

    values = arguments.overrides(settings, seed=seed)
    with Display() as display:
        load = Pipeline.load_trained if is_model_folder(Path(config)) else Pipeline.load
        pipeline = load(config, settings=values, reporter=display)
        untrained = build(pipeline.config.model, pipeline.calls, pipeline.vocabulary)
        if not hasattr(untrained, "windows") or not hasattr(untrained, "following"):
            raise JazzgramError(
                f"{config}: its model is {pipeline.config.model.plugin.name!r}, which learns no grammar;"
                " expected 'model: {use: grammar}'"
            )
        model: Any = pipeline.model  # trained, of the same class
        terms = pipeline.vocabulary.terms
        windows = ((cluster, [terms[token] for token in tokens], count) for cluster, tokens, count in model.windows())
        grammar, left_out = from_windows(windows, model.following)
        if left_out:
            display.warn(f"{left_out} bars are not as long as most, and left out.")
        _write(file, format_grammar(grammar))
    click.echo(f"{file}: {len(grammar.rules)} rules")
    print_next("jazzgram grammar play", file, f" {config}")


@command.command("show")
@click.argument("file", metavar="FILE.grammar", type=_FILE)
def show_grammar(file: Path) -> None:
    """Check a .grammar file, and show how often each of its symbols can be replaced."""
    from collections import Counter

    grammar = _read(file)
    click.echo(f"{file}: {len(grammar.rules)} rules, start symbol {grammar.start}")
    for remark in grammar.remarks:
        click.echo(f"  {remark}")
    for name, values in grammar.parameters:
        click.echo(f"  parameter {name} {' '.join(map(str, values))}")
    for name, count in Counter(rule.head.name for rule in grammar.rules).most_common():
        click.echo(f"  {name:<16}{count:>7} rules")


@command.command("play")
@click.argument("file", metavar="FILE.grammar", type=_FILE)
@click.argument("config", metavar="CONFIG")
@click.option("--terms", is_flag=True, help="Print the terms of each bar, and write nothing.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write to (default: out/NAME of the file, or out/NAME-2 … where that is there).",
)
@click.option(
    "--bars", type=arguments.Whole(1, 10_000), help="Bars to improvise (default: as many as the changes have)."
)
@changes.changes
@arguments.force
@arguments.settings
@arguments.seed
def play_grammar(
    file: Path,
    config: str,
    terms: bool,
    out: Path | None,
    bars: int | None,
    force: bool,
    settings: tuple[str, ...],
    **named: Any,
) -> None:
    """Improvise from a .grammar file over the changes of a configuration, with its chain and writers.

    Nothing is trained. The configuration's tokenizer must be of the deepjazz kind.

    \b
    Example:
      jazzgram grammar play Bird.grammar blues --set tokenizer.use=deepjazz_rests --seed 3 --out out/bird
    """
    from random import Random

    from jazzgram.cli.browser import print_next
    from jazzgram.cli.display import Display
    from jazzgram.cli.folders import result_folder
    from jazzgram.errors import JazzgramError
    from jazzgram.models.grammars import to_bars
    from jazzgram.pipeline.folder import whole_folder
    from jazzgram.pipeline.pipeline import Pipeline

    grammar = _read(file)
    over, _ = changes.over(settings, changes.OWN, **named)
    values = arguments.overrides(tuple(over), improvise__bars=bars)
    with Display() as display:
        pipeline = Pipeline.load(config, settings=values, reporter=display)
        if grammar.remarks:
            more = f" (and {len(grammar.remarks) - 1} more)" if len(grammar.remarks) > 1 else ""
            display.warn(f"{grammar.remarks[0]}{more}")
        rng = Random(f"{pipeline.config.sections.seed}/grammar")
        try:
            terms_of_bars = to_bars(grammar, len(pipeline.target.changes), pipeline.target.meter.bar, rng)
        except JazzgramError as error:
            raise JazzgramError(f"{file}: {error}") from error
        if terms:
            for number, bar in enumerate(terms_of_bars, 1):
                click.echo(f"{number:4}  {' '.join(map(str, bar))}")
            return
        solo = pipeline.play(terms_of_bars)
        with (
            result_folder(out, Path("out") / file.stem, "solo.mid", force=force) as folder,
            whole_folder(folder) as staging,
        ):
            for part in pipeline.config.writers:
                pipeline.calls.caller("write_solo", part.plugin)(solo=solo, folder=staging, options=part.options)
            names = sorted(path.name for path in staging.iterdir())
    click.echo(f"{solo.bars} bars, {len(solo.notes)} notes: {', '.join(str(folder / name) for name in names)}")
    if "solo.mid" in names:
        print_next("jazzgram play", folder / "solo.mid")


def _read(file: Path) -> MelodyGrammar:
    from jazzgram.errors import JazzgramError
    from jazzgram.models.grammars import parse_grammar
    from jazzgram.resources.plain import plain

    try:
        text = plain(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise JazzgramError(f"{file}: cannot be read: {reason}; expected a .grammar file") from None
    return parse_grammar(text, str(file))


def _write(file: Path, text: str) -> None:
    from jazzgram.errors import JazzgramError
    from jazzgram.resources.atomic import whole_file

    try:
        with whole_file(file) as written:
            written.write(text.encode())
    except OSError as error:
        raise JazzgramError(f"{file}: cannot be written: {error.strerror}; name a file in a folder of yours") from None
