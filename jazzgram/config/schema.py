"""The configuration's JSON Schema, made from the installed plugins, for editors to complete and check."""

from __future__ import annotations

import inspect
from typing import Any

from jazzgram.config.sections import Sections
from jazzgram.config.steps import CHAIN_HOOKS, CRITIC_HOOKS, SAMPLER_HOOKS
from jazzgram.config.styles import SOURCE, styles
from jazzgram.errors import JazzgramError
from jazzgram.hooks.catalogue import summary
from jazzgram.hooks.finding import installed, load_entry
from jazzgram.hooks.hookspecs import KINDS, HookSpecs
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.use import Use

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DESCRIPTIONS = {
    "tokenizer": "How a melody becomes terms, and terms become a melody.",
    "model": "What learns which term follows which.",
    "samplers": "What is done to the model's distribution before each term, in this order; the last one draws.",
    "critics": "What weighs the candidates of each bar while the solo is sampled; their log weights are added.",
    "chain": "What is done to the terms, then to the notes of each bar, then to the whole solo, in this order.",
    "accompany": "Who plays beneath the solo: a style, or a list of accompanists.",
    "measure": "The metrics that are taken of the solo.",
    "write": "The writers: which files a run makes.",
}
"""Of the sections that are made of plugins."""
_WITH = {"type": "object", "description": "The plugin's options."}


def config_schema() -> dict[str, Any]:
    """Build the JSON Schema (draft 2020-12) of a configuration.

    Returns
    -------
    dict
        Names of installed plugins are enumerated with their summaries, options come from the plugins' ``Options``;
        a plugin named by a path (``.py``) takes any options. Plugins that cannot be imported are left out.
    """
    plugins = _importable()
    schema = Sections.model_json_schema(by_alias=True)
    schema["$schema"] = _DRAFT
    schema["title"] = "jazzgram configuration"
    schema.pop("required", None)  # a parent may set what this file does not
    definitions = schema.setdefault("$defs", {})
    properties = schema["properties"]
    properties["tokenizer"] = _use(plugins, "parse_melody", definitions)
    properties["model"] = _use(plugins, "build_model", definitions)
    properties["model"]["properties"]["seed"] = definitions.pop("ModelSection")["properties"]["seed"]
    properties["samplers"] |= {"items": _steps(plugins, SAMPLER_HOOKS, definitions)}
    properties["critics"] |= {"items": _steps(plugins, CRITIC_HOOKS, definitions)}
    properties["chain"] |= {"items": _steps(plugins, CHAIN_HOOKS, definitions)}
    for key, hook in (("measure", "measure"), ("write", "write_solo")):
        properties[key] |= {"items": {"anyOf": [_name(plugins, hook), _use(plugins, hook, definitions)]}}
    players = {"items": {"anyOf": [_name(plugins, "accompany"), _use(plugins, "accompany", definitions)]}}
    section = definitions["AccompanySection"]
    section["properties"]["players"] |= players
    section["properties"]["style"]["enum"] = [SOURCE, *styles()]
    properties["accompany"] = {"anyOf": [{"$ref": "#/$defs/AccompanySection"}, {"type": "array"} | players]}
    respond = definitions["LiveSection"]["properties"]["respond"]
    respond["items"] = {"anyOf": [_name(plugins, "respond"), _use(plugins, "respond", definitions)]}
    for key, description in _DESCRIPTIONS.items():
        properties[key]["description"] = description
    corpus = definitions["CorpusSection"]
    corpus.pop("required", None)
    corpus["properties"]["read"] = _name(plugins, "read_corpus")
    corpus["allOf"] = _options_by_name(plugins, "read_corpus", "read", definitions)
    return schema


def _importable() -> list[Plugin]:
    found = []
    for _, entry in sorted(installed().items()):
        try:
            found.append(load_entry(entry))
        except (
            JazzgramError
        ):  # one plugin that cannot be imported must not break the schema; `plugins list` reports why
            continue
    return found


def _of(plugins: list[Plugin], hook: str) -> list[Plugin]:
    return [plugin for plugin in plugins if hook in plugin.hooks]


def _name(plugins: list[Plugin], hook: str) -> dict[str, Any]:
    named = [{"const": plugin.name, "description": summary(plugin)} for plugin in _of(plugins, hook)]
    return {
        "description": (inspect.getdoc(getattr(HookSpecs, hook)) or "").split("\n", 1)[0],
        "anyOf": [*named, {"type": "string", "pattern": r"\.py$", "description": "A plugin in a file of yours."}],
    }


def _options_by_name(plugins: list[Plugin], hook: str, key: str, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    rules = []
    for plugin in _of(plugins, hook):
        name = f"{KINDS[hook]}.{plugin.name}"
        if name not in definitions:
            options = plugin.options.model_json_schema(ref_template=f"#/$defs/{name}/$defs/{{model}}")
            if plugin.options is Options:
                options["description"] = "No options."
            definitions[name] = options
            if Use.__name__ in options.get("$defs", {}):  # models that it is made of
                options["$defs"][Use.__name__] = _use(plugins, "build_model", definitions)
        rules.append(
            {
                "if": {"properties": {key: {"const": plugin.name}}, "required": [key]},
                "then": {"properties": {"with": {"$ref": f"#/$defs/{name}"}}},
            }
        )
    return rules


def _use(plugins: list[Plugin], hook: str, definitions: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"use": _name(plugins, hook), "with": _WITH},
        "additionalProperties": False,
        "allOf": _options_by_name(plugins, hook, "use", definitions),
    }


def _steps(plugins: list[Plugin], hooks: tuple[str, ...], definitions: dict[str, Any]) -> dict[str, Any]:
    return {
        "oneOf": [
            {
                "type": "object",
                "properties": {hook: _name(plugins, hook), "with": _WITH},
                "required": [hook],
                "additionalProperties": False,
                "allOf": _options_by_name(plugins, hook, hook, definitions),
            }
            for hook in hooks
        ]
    }
