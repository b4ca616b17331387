"""Read an input as the commands do, and go on with it as they do, so that what a reader lets pass is tried as well."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import click
from click.testing import CliRunner
from small_configs import write_bundled

from jazzgram import Pipeline
from jazzgram.cli import explain, grammar, model, report
from jazzgram.config.config import Part
from jazzgram.corpus.work import ItemReader
from jazzgram.hooks.finding import find

_MOST_BARS = 64
"""Bars of the longest solo that is improvised from a broken configuration."""


def read_tunes(reader: str, path: Path) -> None:
    """Read tunes; examine, tokenize, store and diagnose them, and improvise over the first one's changes."""
    from jazzgram.corpus.doctor import findings
    from jazzgram.corpus.token_parts import tokenize
    from jazzgram.corpus.tune_store import encode_tunes

    items = [_item_reader(reader, tokenizer) for tokenizer in ("deepjazz_rests", "scale_degree", "events")]
    part = items[0].reader
    if "examine" in part.plugin.hooks:
        items[0].calls.caller("examine", part.plugin)(source=path, options=part.options)
    tunes = items[0].read(path)
    encode_tunes(tunes)
    for item in items:
        tokenize(tunes, item.parse).encode(["a key"])
    for tune in tunes:
        list(findings(tune))
    _pipeline().given(tune=tunes[0]).improvise()


@cache
def _item_reader(reader: str, tokenizer: str) -> ItemReader:
    """Return a reader with its default options, with a tokenizer."""
    parts = (find(reader, "read_corpus", Path()), find(tokenizer, "parse_melody", Path()))
    return ItemReader(*(Part(plugin, plugin.options()) for plugin in parts))


@cache
def _pipeline() -> Pipeline:
    """Return the pipeline whose model improvises wherever a broken input names no other."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline.load(write_bundled(Path(folder), "improvise: {bars: 2}\n"))
    _ = pipeline.trained
    return pipeline


def read_grammar(path: Path) -> None:
    """Read a grammar, and expand it to four bars."""
    folder = path.parent.parent
    config = write_bundled(folder, "improvise: {bars: 4, chords: 'C | F7', meter: 4/4, tempo: 120}\n")
    _command(grammar.command, "play", path, config, "--terms")


def _command(command: click.Command, *words: object) -> None:
    """Run a command as its users do; raise what it raises."""
    done = CliRunner().invoke(command, [str(word) for word in words], standalone_mode=False)
    if done.exception is not None:
        raise done.exception


def read_config(path: Path) -> None:
    """Check a configuration; where it has the model that is here already, improvise with the rest of it."""
    _improvise(Pipeline.load(path))


def _improvise(pipeline: Pipeline) -> None:
    from jazzgram.cli.show import _rows

    list(_rows(pipeline.config))
    config = pipeline.config
    known = _pipeline().given(config)
    if known.knows("trained") and (config.sections.improvise.bars or 0) <= _MOST_BARS:
        known.improvise()


def read_model_folder(path: Path) -> None:
    """Show a model folder, load it, and improvise by it."""
    _command(model.command, "show", path)
    pipeline = Pipeline.load_trained(path)
    if (pipeline.config.sections.improvise.bars or 0) <= _MOST_BARS:
        pipeline.improvise()


def read_run_folder(path: Path) -> None:
    """Load a run, explain its bars, and write its report again."""
    _command(explain.command, path)
    _command(report.command, path)
