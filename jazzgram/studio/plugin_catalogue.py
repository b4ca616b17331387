"""The plugin catalogue of the page: the plugins for samplers, critics and chain, and the fields of their options."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jazzgram.config.steps import CHAIN_HOOKS, CRITIC_HOOKS, SAMPLER_HOOKS, Step
from jazzgram.hooks.catalogue import entries, summary
from jazzgram.hooks.finding import find
from jazzgram.hooks.plugins import Plugin


def plugin_catalogue(own: Iterable[Step]) -> list[dict[str, Any]]:
    """Describe every plugin that a card can be made of.

    Parameters
    ----------
    own : iterable of Step
        The steps of the configuration: its own plugin files are listed, too.

    Returns
    -------
    list of dict
        By hook, then by name: ``section``, ``hook``, ``name``, ``summary``, and ``options`` as of `fields`.
    """
    found: list[dict[str, Any]] = []
    for section, hooks in (("samplers", SAMPLER_HOOKS), ("critics", CRITIC_HOOKS), ("chain", CHAIN_HOOKS)):
        for hook in hooks:
            installed = [find(entry.name, hook, Path()) for entry in entries(hook) if not entry.broken]
            local = {step.plugin.name: step.plugin for step in own if step.hook == hook and _is_file(step.plugin)}
            for plugin in (*installed, *local.values()):
                card = {"section": section, "hook": hook, "name": plugin.name, "summary": summary(plugin)}
                found.append(card | {"options": fields(plugin)})
    return found


def responders() -> list[dict[str, Any]]:
    """Describe the installed responders: ``name``, ``summary``, and ``options`` as of `fields`."""
    installed = [find(entry.name, "respond", Path()) for entry in entries("respond") if not entry.broken]
    return [{"name": each.name, "summary": summary(each), "options": fields(each)} for each in installed]


def _is_file(plugin: Plugin) -> bool:
    return plugin.name.endswith(".py")


def fields(plugin: Plugin) -> list[dict[str, Any]]:
    """Describe the fields of a plugin's options.

    Returns
    -------
    list of dict
        ``name``, ``description``, ``default``, ``kind`` (``number``, ``switch``, ``choice``, ``text``; ``values``:
        lists and mappings), for numbers ``whole``, ``low``, ``high`` and ``open_low`` (the lowest is not reached), for
        choices ``choices``, and ``optional`` where nothing may be given.
    """
    defaults = plugin.options().model_dump(mode="json")
    properties = plugin.options.model_json_schema().get("properties", {})
    return [
        {
            "name": name,
            "description": schema.get("description", ""),
            "default": defaults[name],
            **_kind(schema),
        }
        for name, schema in properties.items()
    ]


def _kind(schema: dict[str, Any]) -> dict[str, Any]:
    branches = [branch for branch in schema.get("anyOf", ()) if branch.get("type") != "null"]
    if len(branches) == 1:
        return _kind(branches[0]) | {"optional": len(schema["anyOf"]) > 1}
    if "enum" in schema:
        return {"kind": "choice", "choices": schema["enum"]}
    kind = schema.get("type")
    if kind in ("integer", "number"):
        bounds = {
            "low": schema.get("minimum", schema.get("exclusiveMinimum")),
            "high": schema.get("maximum", schema.get("exclusiveMaximum")),
        }
        return {"kind": "number", "whole": kind == "integer", "open_low": "exclusiveMinimum" in schema, **bounds}
    return {"kind": {"boolean": "switch", "string": "text"}.get(str(kind), "values")}
