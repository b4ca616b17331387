"""YAML in, with the file and line of every value.

Scalars follow YAML 1.2's core schema: ``4/4``, ``on``, ``no``, ``1:30`` and ``012`` stay text. Keys must be unique.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from jazzgram.errors import ConfigError

Place = tuple[str | int, ...]
"""Where a value stands: the keys and indices that lead to it."""

_LARGEST_FILE = 1_000_000
_MOST_VALUES = 20_000


class _CoreLoader(yaml.SafeLoader):
    """Safe loader with YAML 1.2 core scalars."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?(0|[1-9]\d*)", list("-+0123456789")),
    ("float", r"[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
):
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


@dataclass(frozen=True)
class Source:
    """Where a value was written: ``file:line``, or ``--set key``."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass
class Document:
    """A YAML document: its value, and the source of each of its parts by place."""

    value: Any
    sources: dict[Place, Source] = field(default_factory=dict)

    def source(self, place: Place) -> Source:
        """Find the source of a place, or of the nearest part that encloses it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.sources:
                return self.sources[place[:length]]
        return Source("configuration")

    def copy_sources(self, old: Place, new: Place) -> None:
        """Let a place, and all below it, have the sources of another one."""
        below = {place: source for place, source in self.sources.items() if place[: len(old)] == old}
        self.sources.update({(*new, *place[len(old) :]): source for place, source in below.items()})


def parse_scalar(text: str) -> Any:
    """Read one value as it would be read in a file; raise yaml.YAMLError where it is no YAML."""
    return yaml.load(text, _CoreLoader)


def read(path: Path) -> Document:
    """Read a YAML file whose top is a mapping.

    Raises
    ------
    ConfigError
        Where the file cannot be read, is no YAML, is no mapping, or gives a key twice: ``file:line: what``.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST_FILE:
            raise ConfigError([f"{path}: {len(raw)} bytes are no configuration (at most {_LARGEST_FILE})"])
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: not a text file (byte {error.start} is not UTF-8)"]) from error
    loader = _CoreLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([f"{path}:1: the file is empty"])
        if not isinstance(node, yaml.MappingNode):
            raise ConfigError([f"{path}:1: expected keys and values such as 'seed: 1' (got {_describe(node)})"])
        sources: dict[Place, Source] = {}
        mistakes: list[str] = []
        _walk(node, (), path, sources, mistakes, ())
        if mistakes:
            raise ConfigError(mistakes)
        return Document(loader.construct_document(node), sources)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(
            [f"{path}:{line}: not YAML: {error.problem or error.context} (see the indentation and brackets here)"]
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError([f"{path}: not YAML: {str(error).splitlines()[0]}"]) from error
    except ValueError as error:  # a number with more digits than Python converts
        raise ConfigError([f"{path}: not YAML: {error}"]) from error
    except RecursionError as error:
        raise ConfigError([f"{path}: nested too deeply"]) from error
    finally:
        loader.dispose()


def _walk(
    node: yaml.Node,
    place: Place,
    path: Path,
    sources: dict[Place, Source],
    mistakes: list[str],
    above: tuple[int, ...],
) -> None:
    if id(node) in above:
        raise ConfigError([f"{path}:{node.start_mark.line + 1}: an alias contains itself"])
    if len(sources) > _MOST_VALUES:
        raise ConfigError([f"{path}: more than {_MOST_VALUES} values (aliases inside aliases?)"])
    sources[place] = Source(f"{path}:{node.start_mark.line + 1}")
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            _walk(child, (*place, number), path, sources, mistakes, above)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError([f"{path}:{line}: a key must be plain text"])
            if key.value in first:
                mistakes.append(f"{path}:{line}: {key.value!r} is given twice (first on line {first[key.value]})")
            first.setdefault(key.value, line)
            _walk(child, (*place, key.value), path, sources, mistakes, above)
            if isinstance(child, yaml.MappingNode | yaml.SequenceNode):
                sources[(*place, key.value)] = Source(f"{path}:{line}")  # the key's line, not the first child's


def _describe(node: yaml.Node) -> str:
    return "a list" if isinstance(node, yaml.SequenceNode) else f"{str(node.value)[:40]!r}"


def merge(parent: Document, child: Document) -> Document:
    """Lay a document over its parent: mappings merge, everything else replaces.

    Where the child names another plugin (``use`` or ``read``), the parent's options for the old one (``with``) go.
    """
    sources = dict(parent.sources)
    value = _merge(parent.value, child.value, (), sources, child)
    return Document(value, sources)


def _merge(below: Any, above: Any, place: Place, sources: dict[Place, Source], child: Document) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        merged = dict(below)
        if any(key in below and above.get(key, below[key]) != below[key] for key in ("use", "read")):
            merged.pop("with", None)
            _forget(sources, (*place, "with"))
        for key, value in above.items():
            merged[key] = _merge(merged.get(key), value, (*place, key), sources, child)
        if place in child.sources:
            sources[place] = child.sources[place]
        return merged
    _forget(sources, place)
    sources.update({known: source for known, source in child.sources.items() if known[: len(place)] == place})
    return above


def assign(document: Document, setting: str) -> None:
    """Carry out one ``--set key.path=value``; numbers in the path index lists.

    Where it names another plugin, the options for the old one (``with``) go, as in `merge`.

    Raises
    ------
    ConfigError
        Where the setting has no ``=``, the value is no YAML, or the path leads nowhere.
    """
    path, equals, text = setting.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise ConfigError([f"--set {setting}: expected key.path=value, for example improvise.bars=8"])
    try:
        value = parse_scalar(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError([f"--set {setting}: {text!r} is not a YAML value"]) from error
    place: list[str | int] = []
    target = document.value
    for number, key in enumerate(keys):
        last = number == len(keys) - 1
        if isinstance(target, list):
            if not key.isdecimal() or int(key) >= len(target):
                raise ConfigError(
                    [f"--set {setting}: {'.'.join(keys[:number])} is a list of {len(target)}, counted from 0"]
                )
            step: str | int = int(key)
        elif isinstance(target, dict):
            step = key
            if not last and target.get(key) is None:
                target[key] = {}
                document.sources[(*place, key)] = Source(f"--set {path.strip()}")
        else:
            raise ConfigError([f"--set {setting}: {'.'.join(keys[:number])} has no parts"])
        place.append(step)
        if last:
            if isinstance(target, dict) and _names_plugin(place) and target.get(step, value) != value:
                target.pop("with", None)
                _forget(document.sources, (*place[:-1], "with"))
            target[step] = value
        else:
            target = target[step]
    where = tuple(place)
    _forget(document.sources, where)
    document.sources[where] = Source(f"--set {path.strip()}")


def _names_plugin(place: Sequence[str | int]) -> bool:
    """Say whether a value is the name of a plugin: ``model.use``, ``corpus.read``, ``chain.2.prune_notes``."""
    in_step = len(place) == 3 and place[0] in ("samplers", "chain") and place[-1] != "with"
    return place[-1] in ("use", "read") or in_step


def _forget(sources: dict[Place, Source], place: Place) -> None:
    """Drop the sources of a place and of all below it."""
    for known in [known for known in sources if known[: len(place)] == place]:
        del sources[known]
