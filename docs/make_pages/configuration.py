"""The reference of configurations, from their JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jazzgram.config.schema import config_schema
from jazzgram.hooks.hookspecs import KINDS
from make_pages.docstrings import table

_HEADS = ("key", "type", "default", "bounds", "meaning")
_BOUNDS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minItems": "length ≥ {}",
    "maxItems": "length ≤ {}",
    "minLength": "length ≥ {}",
    "maxLength": "length ≤ {}",
    "pattern": "`{}`",
}
_TYPES = {
    "integer": "int",
    "number": "float",
    "string": "text",
    "boolean": "bool",
    "object": "mapping",
    "array": "list",
    "null": "null",
}

Schema = dict[str, Any]


def pages() -> dict[str, str]:
    """Make the page."""
    schema = config_schema()
    parts = [
        "# Configuration reference",
        "Every key of a configuration and every option of the stock plugins, made from the schema that "
        "`jazzgram schema` prints. How they play together is described under [the configuration](configuration.md).",
        "An editor completes and checks all of this as you type, after `jazzgram schema > jazzgram.schema.json`, in "
        "files whose first line is `# yaml-language-server: $schema=jazzgram.schema.json`.",
    ]
    for key, value in schema["properties"].items():
        parts += [f"## {key}", *_section(value, schema)]
    parts += ["## Options of the plugins", "They are given under `with`, beside the plugin's name."]
    for name, options in sorted(schema["$defs"].items(), key=lambda named: _order(named[0])):
        kind, dot, plugin = name.partition(".")
        if dot and options.get("properties"):
            parts += [f"### {kind}: {plugin}", f"[`{plugin}`](plugins/{kind}.md#{plugin}). {options['description']}"]
            parts += _tables(options, schema)
    return {"configuration-reference.md": "\n\n".join(part for part in parts if part) + "\n"}


def _order(name: str) -> tuple[int, str]:
    kind = name.partition(".")[0]
    return (list(KINDS.values()).index(kind) if kind in KINDS.values() else -1, name)


def _section(value: Schema, schema: Schema) -> list[str]:
    """Describe a top-level key: a value, a section, or a list of plugins."""
    item = _resolved(value, schema)
    facts = [_type(value, schema), _bounds(item, schema)]
    if "default" in item:
        facts.append(f"default `{_default(item)}`")
    parts = [item["description"]]
    if "properties" not in item:
        parts.append(f"*{'; '.join(fact for fact in facts if fact)}*")
    if "items" not in item:
        return [*parts, *_tables(item, schema)]
    keys = dict(_keys_of_items(item["items"]))
    keys["with"] = keys.pop("with")  # last, as it is written
    rows = [_row(key, found, schema) for key, found in keys.items()]
    return [*parts, table(_HEADS, rows)]


def _keys_of_items(items: Schema) -> Iterator[tuple[str, Schema]]:
    shapes: list[Schema] = items.get("oneOf") or items.get("anyOf") or []
    for shape in shapes:
        yield from shape.get("properties", {}).items()


def _tables(value: Schema, schema: Schema) -> list[str]:
    """Return the table of an object's keys, and below it the tables of the objects that are their values."""
    rows, below = [], []
    for key, inner in value.get("properties", {}).items():
        rows.append(_row(key, inner, schema))
        for option in inner.get("anyOf", [inner]):
            for nested in (option, option.get("items", {})):
                found = _resolved(nested, schema)
                if found.get("properties") and found.get("title") != value.get("title"):
                    below += [f"Keys of `{key}`:", *_tables(found, schema)]
    return [table(_HEADS, rows), *below]


def _row(key: str, inner: Schema, schema: Schema) -> tuple[str, ...]:
    item = _resolved(inner, schema)
    default = f"`{_default(item)}`" if "default" in item else ""
    return (f"`{key}`", _type(inner, schema), default, _bounds(item, schema), item["description"])


def _resolved(value: Schema, schema: Schema) -> Schema:
    """Follow a reference, keeping the keys beside it."""
    if "$ref" not in value:
        return value
    found: Any = schema
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return {**_resolved(found, schema), **{key: item for key, item in value.items() if key != "$ref"}}


def _type(value: Schema, schema: Schema) -> str:
    """Name a type as a musician would write it; the plugins where it is the name of one."""
    if any("const" in option for option in value.get("anyOf", ())):
        return "a plugin's name: " + ", ".join(f"`{option['const']}`" for option in value["anyOf"] if "const" in option)
    item = _resolved(value, schema)
    if "enum" in item:
        return " or ".join(f"`{name}`" for name in item["enum"])
    if "const" in item:
        return f"`{item['const']}`"
    for several in ("anyOf", "oneOf"):
        if several in item:
            return " or ".join(dict.fromkeys(_type(option, schema) for option in item[several]))
    if item.get("type") == "array":
        inner = item.get("prefixItems", [item["items"]] if "items" in item else [])
        if any("oneOf" in shape for shape in inner):
            return "list of steps"
        named = ", ".join(_type(shape, schema) for shape in inner)
        return f"list of {'plugins' if '`' in named else named}" if named else "list"
    return _TYPES[item["type"]]


def _default(item: Schema) -> str:
    return json.dumps(item["default"], ensure_ascii=False)


def _bounds(item: Schema, schema: Schema) -> str:
    """Collect the bounds of a value, or of whatever it may be and of a list's items."""
    found = [sign.format(item[key]) for key, sign in _BOUNDS.items() if key in item]
    for option in item.get("anyOf", ()):
        if "const" not in option and not option.get("pattern", "").endswith(".py$"):
            found.append(_bounds(_resolved(option, schema), schema))
    inner = item.get("prefixItems", [item["items"]] if "items" in item else [])
    each = {
        _bounds(_resolved(shape, schema), schema) for shape in inner if "oneOf" not in shape and "anyOf" not in shape
    }
    found += [f"each {bounds}" for bounds in each if bounds]
    return ", ".join(dict.fromkeys(bounds for bounds in found if bounds))
