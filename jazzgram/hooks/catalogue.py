"""Descriptions of plugins, made without running them: for lists, pages and schemas."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.checking import check_hooks
from jazzgram.hooks.finding import distribution, installed, load_entry, load_file
from jazzgram.hooks.hookspecs import KINDS
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.use import Use


@dataclass(frozen=True)
class PluginEntry:
    """An installed plugin as a list shows it.

    Parameters
    ----------
    name : str
        As a configuration names it.
    kind : str
        The folder of its kind (``pruners``), or the first one its hooks belong to.
    hooks : tuple of str
        What it implements; empty where it is broken.
    summary : str
        The first line of its docstring.
    origin : str
        The distribution it comes from, with version.
    broken : str
        Why it cannot be imported; empty where it can.
    """

    name: str
    kind: str
    hooks: tuple[str, ...]
    summary: str
    origin: str
    broken: str = ""


def entries(hook: str | None = None) -> list[PluginEntry]:
    """Import every installed plugin and describe it; those that cannot be imported have the reason.

    Parameters
    ----------
    hook : str or None
        Only plugins that implement this hook, and the broken ones that may.
    """
    found = []
    for full, entry in sorted(installed().items()):
        kind, _, name = full.rpartition(".")
        origin = distribution(entry)
        if hook is not None and kind and kind != KINDS[hook]:
            continue
        try:
            plugin = load_entry(entry)
        except JazzgramError as error:
            found.append(PluginEntry(name, kind, (), "", origin, str(error)))
            continue
        if hook is None or hook in plugin.hooks:
            kind = kind or next((KINDS[implemented] for implemented in plugin.hooks), "")
            found.append(PluginEntry(name, kind, plugin.hooks, summary(plugin), origin))
    return found


def summary(plugin: Plugin) -> str:
    """Return the first line of a plugin's docstring."""
    return (inspect.getdoc(plugin.module) or "").split("\n", 1)[0]


def lookup(name: str, folder: Path) -> list[Plugin]:
    """Find the plugins of a name, whatever their hook, or the one in a file.

    Raises
    ------
    JazzgramError
        Where there is none.
    """
    if name.endswith(".py"):
        plugin = load_file(name, folder)
        check_hooks(plugin)
        if not plugin.hooks:
            raise JazzgramError(f"{name}: implements no hook (is @hookimpl missing?)")
        return [plugin]
    names = {full for full in installed() if name in (full, full.rpartition(".")[2])}
    if not names:
        known = sorted({full.rpartition(".")[2] for full in installed()})
        raise JazzgramError(
            f"no plugin {name!r}{did_you_mean(name, known)}; `jazzgram plugins list` shows what is installed"
        )
    return [load_entry(installed()[full]) for full in sorted(names)]


def option_rows(plugin: Plugin) -> list[dict[str, str]]:
    """Describe a plugin's options: ``name``, ``type``, ``default``, ``bounds``, ``description`` of each.

    Defaults are written as a configuration writes them.
    """
    defaults = plugin.options().model_dump(mode="json")
    return [
        {
            "name": name,
            "type": _type_name(field.annotation),
            "default": json.dumps(defaults[name], ensure_ascii=False),
            "bounds": _bounds(field),
            "description": field.description or "",
        }
        for name, field in plugin.options.model_fields.items()
    ]


def _type_name(annotation: Any) -> str:
    """Return the name of a type without pydantic's metadata; ``model`` for a `Use`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_name(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(map(_type_name, arguments))
    if origin is Literal:
        return " or ".join(map(str, arguments))
    if arguments:
        return f"{origin.__name__} of {', '.join(_type_name(item) for item in arguments if item is not Ellipsis)}"
    if annotation is Use:
        return "model"
    return "null" if annotation is NoneType else str(getattr(annotation, "__name__", annotation))


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "length ≥", "max_length": "length ≤"}
    parts = []
    for rule in field.metadata:
        parts += [f"{sign} {value}" for key, sign in signs.items() if (value := getattr(rule, key, None)) is not None]
    return ", ".join(parts)
