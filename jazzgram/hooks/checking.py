"""Check what a plugin defines against the hook specifications before it is called."""

from __future__ import annotations

import inspect

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.hookspecs import HookSpecs
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import HOOKS, MARK, Plugin


def check_hooks(plugin: Plugin) -> None:
    """Check for what pluggy accepts without an error: misspelt hooks, unknown arguments, a missing mark.

    Raises
    ------
    JazzgramError
        With the function, its file and line, and what was expected.
    """
    declared = vars(plugin.module).get("Options")
    if isinstance(declared, type) and not issubclass(declared, Options):
        raise JazzgramError(f"{plugin.file or plugin.name}: class Options must derive from jazzgram.Options")
    for name, function in inspect.getmembers(plugin.module, inspect.isfunction):
        where = f"{plugin.file or plugin.name}:{function.__code__.co_firstlineno}"
        marked = hasattr(function, MARK)
        if marked and name not in HOOKS:
            raise JazzgramError(f"{where}: there is no hook {name!r}{did_you_mean(name, HOOKS)}")
        if name in HOOKS and not marked and function.__module__ == plugin.module.__name__:
            raise JazzgramError(f"{where}: {name} lacks the @hookimpl mark")
        if marked:
            allowed = [
                argument for argument in inspect.signature(getattr(HookSpecs, name)).parameters if argument != "self"
            ]
            for argument in inspect.signature(function).parameters:
                if argument not in allowed:
                    raise JazzgramError(
                        f"{where}: {name} has no argument {argument!r}{did_you_mean(argument, allowed)};"
                        f" it may name: {', '.join(allowed)}"
                    )
