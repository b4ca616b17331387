"""The contract of the hooks as a check."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from jazzgram.config.steps import PROMISES
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.checking import check_hooks
from jazzgram.hooks.hookspecs import KINDS
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.time import Meter
from jazzgram.testing.accompanists import check_accompany
from jazzgram.testing.critics import check_score_bar, check_study_corpus
from jazzgram.testing.models import check_build_model, check_sample, check_shape
from jazzgram.testing.readers import check_depends_on, check_examine, check_list_files, check_read_corpus
from jazzgram.testing.responders import check_respond
from jazzgram.testing.steps import check_clean_up, check_measure, check_prune_grammar, check_prune_notes, check_write
from jazzgram.testing.tokenizers import check_list_pitches, check_parse, check_unparse


def check_plugin(module: ModuleType, source: Path | None = None) -> None:
    """Check a plugin against the contract of every hook it implements.

    Parameters
    ----------
    module : ModuleType
        The plugin.
    source : Path or None
        For a reader a file that it reads with its default options. Without one the check is only that it refuses files
        as it should, and that it reads the tune of `jazzgram new reader` well or not at all.

    Raises
    ------
    AssertionError
        With every problem, one a line.

    Notes
    -----
    The check covers known hooks and arguments, documentation and options, and for every hook that nothing given is
    changed, that the result has the right type and order, that empty input, one note and a bar without chords are
    borne, that the same seed has the same result, and that promises hold: what holds before a step
    (`jazzgram.config.steps.PROMISES`) holds after it, unless the plugin declares that it ``DESTROYS`` it. A reader
    returns tunes with bars, onsets inside them and in order, chords that fit, the same twice; for a file that it cannot
    read it raises an error of one line.
    """
    found = problems(module, source)
    if found:
        raise AssertionError("\n".join(found))


def problems(module: ModuleType, source: Path | None = None) -> list[str]:
    """List the problems that `check_plugin` raises; empty for a plugin in order."""
    plugin = Plugin(module.__name__.rpartition(".")[2], module, "given")
    try:
        check_hooks(plugin)
    except JazzgramError as error:
        return [str(error)]
    if not plugin.hooks:
        return [f"{plugin.name}: implements no hook"]
    found = list(_documentation(plugin))
    try:
        options = plugin.options()
    except ValueError:
        return [*found, f"{plugin.name}: Options() fails; every option needs a default"]
    calls = PluginCalls(plugin)
    for hook in plugin.hooks:
        call = calls.caller(hook, plugin)
        reads = hook in _READERS
        check = _READERS[hook](plugin, call, options, source) if reads else _CHECKS[hook](plugin, call, options)
        try:
            found.extend(f"{plugin.name}: {hook}: {problem}" for problem in check)
        except Exception as error:
            found.append(f"{plugin.name}: {hook} raised {type(error).__name__}: {error}")
    return list(dict.fromkeys(found))


def _documentation(plugin: Plugin) -> Iterator[str]:
    if not inspect.getdoc(plugin.module):
        yield f"{plugin.name}: no module docstring; its first line is shown by `jazzgram plugins list`"
    for hook in plugin.hooks:
        doc = inspect.getdoc(getattr(plugin.module, hook))
        if not doc:
            yield f"{plugin.name}: {hook} has no docstring"
        if KINDS[hook] == "readers" and "read_corpus" not in plugin.hooks:
            yield f"{plugin.name}: {hook} is there without read_corpus"
    for name, field in plugin.options.model_fields.items():
        if not field.description:
            yield f"{plugin.name}: option {name} has no description"
        if field.is_required():
            yield f"{plugin.name}: option {name} has no default"
    for meter in plugin.promise("METERS"):
        try:
            Meter.parse(meter)
        except ValueError as error:
            yield f"{plugin.name}: METERS: {error}"
    for promise in ("NEEDS", "PROVIDES", "DESTROYS"):
        for name in plugin.promise(promise) - PROMISES.keys():
            yield f"{plugin.name}: {promise} names {name!r}; there are {', '.join(PROMISES)}"


_CHECKS: dict[str, Callable[[Plugin, Callable[..., Any], Any], Iterator[str]]] = {
    "prune_grammar": check_prune_grammar,
    "prune_notes": check_prune_notes,
    "clean_up_notes": check_clean_up,
    "shape_distribution": check_shape,
    "sample": check_sample,
    "parse_melody": check_parse,
    "unparse_grammar": check_unparse,
    "list_pitches": check_list_pitches,
    "build_model": check_build_model,
    "study_corpus": check_study_corpus,
    "score_bar": check_score_bar,
    "respond": check_respond,
    "accompany": check_accompany,
    "measure": check_measure,
    "write_solo": check_write,
}

_READERS: dict[str, Callable[[Plugin, Callable[..., Any], Any, Path | None], Iterator[str]]] = {
    "read_corpus": check_read_corpus,
    "list_files": check_list_files,
    "depends_on": check_depends_on,
    "examine": check_examine,
}
