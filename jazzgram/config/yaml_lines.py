"""YAML in, with the file and line of every value.

Scalars follow YAML 1.2's core schema: ``4/4``, ``on``, ``no``, ``1:30`` and ``012`` stay text. Keys must be unique.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from jazzgram.errors import ConfigError
from jazzgram.resources.plain import plain
from jazzgram.resources.printable import shortened

KeyPath = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_LARGEST_FILE = 1_000_000
_MOST_VALUES = 20_000
_DEEPEST = 50


class _BoundedLoader(yaml.SafeLoader):
    """Safe loader that stops at deep nesting, over which PyYAML's scanner takes seconds for a few kilobytes."""

    def fetch_flow_collection_start(self, token_class: Any) -> None:
        self._check_depth()
        super().fetch_flow_collection_start(token_class)

    def add_indent(self, column: int) -> bool:
        self._check_depth()
        return bool(super().add_indent(column))

    def _check_depth(self) -> None:
        if self.flow_level + len(self.indents) > _DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"nested more than {_DEEPEST} deep", problem_mark=self.get_mark())


def parse_dumped(text: str) -> Any:
    """Read what `yaml.safe_dump` wrote, or a stranger did; raise yaml.YAMLError where it is no YAML."""
    return yaml.load(text, _BoundedLoader)


class _CoreLoader(_BoundedLoader):
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
    """Where a value comes from: a line of a file, or else what `setting` names, such as ``--set key``.

    `received` is whether the file came with a run or a model, maybe a stranger's, or is extended by one that did.
    """

    file: Path | None
    line: int = 0
    setting: str = "configuration"
    received: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.file else self.setting


@dataclass
class Document:
    """A YAML document: its value, and the source of each of its parts by key path."""

    value: Any
    sources: dict[KeyPath, Source] = field(default_factory=dict)

    def source(self, key_path: KeyPath) -> Source:
        """Return the source of a value, or of the nearest part that encloses it."""
        for length in range(len(key_path), -1, -1):
            if key_path[:length] in self.sources:
                return self.sources[key_path[:length]]
        return Source(None)

    def is_received(self, key_path: KeyPath) -> bool:
        """Check whether a value came with a run or a model.

        A value without a source of its own came by a YAML merge key (``<<``), maybe from below the file that its
        enclosing part is attributed to: it counts as received where anything is.
        """
        source = self.source(key_path)
        if key_path in self.sources or source.file is None:
            return source.received
        return any(other.received for other in self.sources.values())

    def copy_sources(self, old: KeyPath, new: KeyPath) -> None:
        """Copy the sources of a key path, and of all below it, to another one."""
        below = {path: source for path, source in self.sources.items() if path[: len(old)] == old}
        self.sources.update({(*new, *path[len(old) :]): source for path, source in below.items()})


def parse_scalar(text: str) -> Any:
    """Read one value as it would be read in a file; raise yaml.YAMLError where it is no YAML."""
    return yaml.load(text, _CoreLoader)


def compose(text: str) -> yaml.Node | None:
    """Return the nodes of a YAML text, with their lines; raise yaml.YAMLError where it is no YAML."""
    return _CoreLoader(text).get_single_node()


def read(path: Path) -> Document:
    """Read a YAML file whose top is a mapping.

    Raises
    ------
    ConfigError
        Where the file cannot be read, is no YAML, is no mapping, or has a key twice: ``file:line: what``.
    """
    try:
        raw = plain(path).read_bytes()
        if len(raw) > _LARGEST_FILE:
            raise ConfigError([f"{path}: {len(raw)} bytes are no configuration (at most {_LARGEST_FILE})"])
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: not a text file (byte {error.start} is not UTF-8)"]) from error
    loader = None
    try:
        loader = _CoreLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([f"{path}:1: the file is empty"])
        if not isinstance(node, yaml.MappingNode):
            raise ConfigError([f"{path}:1: expected keys and values such as 'seed: 1' (got {_describe(node)})"])
        sources: dict[KeyPath, Source] = {}
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
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError([f"{path}:{line}: not YAML: the character U+{ord(text[error.position]):04X}"]) from error
    except yaml.YAMLError as error:
        raise ConfigError([f"{path}: not YAML: {str(error).splitlines()[0]}"]) from error
    except ValueError as error:  # a number with more digits than Python converts
        raise ConfigError([f"{path}: not YAML: {error}"]) from error
    except RecursionError as error:
        raise ConfigError([f"{path}: nested too deeply"]) from error
    finally:
        if loader is not None:
            loader.dispose()


def _walk(
    node: yaml.Node,
    key_path: KeyPath,
    path: Path,
    sources: dict[KeyPath, Source],
    mistakes: list[str],
    above: tuple[int, ...],
) -> None:
    if id(node) in above:
        raise ConfigError([f"{path}:{node.start_mark.line + 1}: an alias contains itself"])
    if len(sources) > _MOST_VALUES:
        raise ConfigError([f"{path}: more than {_MOST_VALUES} values (aliases inside aliases?)"])
    sources[key_path] = Source(path, node.start_mark.line + 1)
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            _walk(child, (*key_path, number), path, sources, mistakes, above)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError([f"{path}:{line}: a key must be plain text"])
            if key.value in first:
                name = shortened(key.value)
                mistakes.append(f"{path}:{line}: {name!r} is given twice (first on line {first[key.value]})")
            first.setdefault(key.value, line)
            _walk(child, (*key_path, key.value), path, sources, mistakes, above)
            if isinstance(child, yaml.MappingNode | yaml.SequenceNode):
                sources[(*key_path, key.value)] = Source(path, line)  # the key's line, not the first child's


def _describe(node: yaml.Node) -> str:
    return "a list" if isinstance(node, yaml.SequenceNode) else f"{str(node.value)[:40]!r}"


_IN_PLACE_OF: dict[KeyPath, str] = {
    ("improvise", "bars"): "choruses",
    ("improvise", "choruses"): "bars",
    ("improvise", "key"): "transpose",
    ("improvise", "transpose"): "key",
}
"""Values that say the same in another way: the later one counts."""


def merge(parent: Document, child: Document) -> Document:
    """Lay a document over its parent: mappings merge, everything else replaces.

    Where the child names another plugin (``use`` or ``read``), the parent's options for the old one (``with``) go;
    where it sets a value in place of another (`_IN_PLACE_OF`), the parent's other one.
    """
    sources = dict(parent.sources)
    value = _merge(parent.value, child.value, (), sources, child)
    return Document(value, sources)


def _merge(below: Any, above: Any, key_path: KeyPath, sources: dict[KeyPath, Source], child: Document) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        merged = dict(below)
        if any(key in below and above.get(key, below[key]) != below[key] for key in ("use", "read")):
            merged.pop("with", None)
            _forget(sources, (*key_path, "with"))
        for key in above:
            if (other := _replaced((*key_path, str(key)), above[key])) is not None:
                merged.pop(other, None)
                _forget(sources, (*key_path, other))
        for key, value in above.items():
            merged[key] = _merge(merged.get(key), value, (*key_path, key), sources, child)
        if key_path in child.sources:
            sources[key_path] = child.sources[key_path]
        return merged
    _forget(sources, key_path)
    sources.update({known: source for known, source in child.sources.items() if known[: len(key_path)] == key_path})
    return above


class Setting(str):
    """A setting ``key.path=value`` that messages call by another name: the option that was typed.

    Examples
    --------
    >>> Setting("improvise.tempo=200", "--tempo").label
    '--tempo'
    """

    label: str

    def __new__(cls, text: str, label: str) -> Setting:
        setting = super().__new__(cls, text)
        setting.label = label
        return setting

    def __reduce__(self) -> tuple[type[Setting], tuple[str, str]]:
        return Setting, (str(self), self.label)


def _replaced(key_path: KeyPath, value: Any) -> str | None:
    """Return the key that is not wanted any more where a value is set."""
    return _IN_PLACE_OF.get(key_path) if value else None


def assign(document: Document, setting: str) -> None:
    """Carry out one ``--set key.path=value``; numbers in the path index lists.

    Where it names another plugin, the options for the old one (``with``) go, and what it is set in place of, as in
    `merge`.

    Raises
    ------
    ConfigError
        Where the setting has no ``=``, the value is no YAML, or the path leads nowhere.
    """
    shown = shortened(setting)
    path, equals, text = setting.partition("=")
    source = Source(None, setting=setting.label if isinstance(setting, Setting) else f"--set {path.strip()}")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise ConfigError([f"--set {shown}: expected key.path=value, for example improvise.bars=8"])
    try:
        value = parse_scalar(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError([f"--set {shown}: {shortened(text)!r} is not a YAML value"]) from error
    if len(keys) > _DEEPEST:
        raise ConfigError([f"--set {shown}: more than {_DEEPEST} keys deep"])
    key_path: KeyPath = ()
    target = document.value
    for number, key in enumerate(keys):
        last = number == len(keys) - 1
        if isinstance(target, list):
            if not key.isdecimal() or int(key) >= len(target):
                raise ConfigError(
                    [f"--set {shown}: {'.'.join(keys[:number])} is a list of {len(target)}, counted from 0"]
                )
            step: str | int = int(key)
        elif isinstance(target, dict):
            step = key
            if not last and target.get(key) is None:
                target[key] = {}
                document.sources[(*key_path, key)] = source
        else:
            raise ConfigError([f"--set {shown}: {'.'.join(keys[:number])} has no parts"])
        key_path += (step,)
        if last:
            if isinstance(target, dict) and _names_plugin(key_path) and target.get(step, value) != value:
                target.pop("with", None)
                _forget(document.sources, (*key_path[:-1], "with"))
            target[step] = value
            if isinstance(target, dict) and (other := _replaced(key_path, value)) is not None:
                target.pop(other, None)
                _forget(document.sources, (*key_path[:-1], other))
        else:
            target = target[step]
    _forget(document.sources, key_path)
    document.sources[key_path] = source


def _names_plugin(key_path: KeyPath) -> bool:
    """Check whether a value is the name of a plugin: ``model.use``, ``corpus.read``, ``chain.2.prune_notes``."""
    in_step = len(key_path) == 3 and key_path[0] in ("samplers", "chain") and key_path[-1] != "with"
    return key_path[-1] in ("use", "read") or in_step


def _forget(sources: dict[KeyPath, Source], key_path: KeyPath) -> None:
    """Drop the sources of a value and of all its parts."""
    for known in [known for known in sources if known[: len(key_path)] == key_path]:
        del sources[known]
